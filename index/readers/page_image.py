"""A page of a PDF as a picture, with the places where a quote stands on it. Runs in a guarded child: PDFs are hostile.

pypdf read the words and PDFium draws the page, and the two part words, hyphens and ligatures differently. So the quote is looked for by
its letters and digits alone; where these do not stand on the page in one run, the page is shown without a box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from index.errors import UnreadableReport
from index.readers import open_regular
from index.readers.limits import LIMITS

_WIDTH = 1240  # pixels: 150 to the inch on A4, sharp on a dense screen
_TALLEST = 2600  # pixels
_MOST_CHARACTERS = 60_000  # of a page that is searched; a printed page holds some five thousand


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to draw, counted from 1; the `quote` to find on it, and the share of the page's letters that stand `before` it."""

    number: int
    sha256: str
    quote: str = ""
    before: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of a line, in shares of the page's width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a WebP picture of `width` by `height` pixels. `boxes` are empty where the quote was not found."""

    picture: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]


def draw_page(path: Path, wanted: Wanted) -> PageImage:
    """The page of the PDF at `path`. Raises UnreadableReport."""
    import pypdfium2

    with open_regular(path) as file:
        data = file.read(LIMITS.size + 1)
    if sha256(data).hexdigest() != wanted.sha256:
        raise UnreadableReport("The file has changed since it was read. To take over what it says now, run: rapporteur index")
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableReport(f"The page cannot be drawn ({error}). The text beside it is what was read.") from error
    with pdf:
        if not 0 < wanted.number <= len(pdf):
            raise UnreadableReport(f"It has no page {wanted.number}.")
        return _draw(pdf[wanted.number - 1], wanted)


def _draw(page: Any, wanted: Wanted) -> PageImage:
    width, height = page.get_size()
    scale = min(_WIDTH / max(width, 1), _TALLEST / max(height, 1))
    bitmap = page.render(scale=scale)
    place = bitmap.get_posconv(page)
    lines = _lines(page, wanted)
    boxes = tuple(_box(place, line, bitmap.width, bitmap.height) for line in lines)
    file = BytesIO()
    bitmap.to_pil().convert("RGB").save(file, "WEBP", quality=82, method=2)
    return PageImage(file.getvalue(), bitmap.width, bitmap.height, boxes)


Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own units."""


def _lines(page: Any, wanted: Wanted) -> list[Rectangle]:
    """The quote's lines on the page, or none."""
    import pypdfium2.raw as pdfium

    if not wanted.quote.strip():
        return []
    text = page.get_textpage()
    count = min(text.count_chars(), _MOST_CHARACTERS)
    letters = fold_letters(chr(code) if (code := pdfium.FPDFText_GetUnicode(text, n)) < 0x110000 else " " for n in range(count))
    found = find_letters(wanted.quote, letters, wanted.before)
    return join_lines([text.get_charbox(n, loose=True) for n in found])


def fold_letters(characters: Iterator[str] | str) -> list[tuple[str, int]]:
    """The letters and digits, small and without accents or ligatures, each with the number of the character it comes from."""
    return [
        (letter, number)
        for number, character in enumerate(characters)
        for letter in unicodedata.normalize("NFKD", character).casefold()
        if letter.isalnum()
    ]


def find_letters(quote: str, page: Sequence[tuple[str, int]], before: float) -> list[int]:
    """The numbers of the page's characters that are the quote; of several places the one that has `before` of the page before it."""
    sought = "".join(letter for letter, _ in fold_letters(quote))
    text = "".join(letter for letter, _ in page)
    if not sought:
        return []
    places = []
    at = text.find(sought)
    while at >= 0:
        places.append(at)
        at = text.find(sought, at + 1)
    if not places:
        return []
    begin = min(places, key=lambda place: abs(place - before * len(text)))
    return list(dict.fromkeys(number for _, number in page[begin : begin + len(sought)]))


def join_lines(characters: Sequence[Rectangle]) -> list[Rectangle]:
    """The boxes of characters joined to one for each line; a character belongs to the line whose height it shares by half."""
    lines: list[Rectangle] = []
    for left, bottom, right, top in characters:
        if right <= left or top <= bottom:
            continue
        if lines and left >= lines[-1][0] and _shared(lines[-1], bottom, top) >= 0.5:
            l0, b0, r0, t0 = lines[-1]
            lines[-1] = (min(l0, left), min(b0, bottom), max(r0, right), max(t0, top))
        else:
            lines.append((left, bottom, right, top))
    return lines


def _shared(line: Rectangle, bottom: float, top: float) -> float:
    """The share of the smaller height that both have."""
    return (min(line[3], top) - max(line[1], bottom)) / min(line[3] - line[1], top - bottom)


def _box(place: Any, line: Rectangle, width: int, height: int) -> Box:
    """In shares of the picture; the page may be turned, so that no corner is known to be the upper left one."""
    left, bottom, right, top = line
    corners = [place.to_bitmap(x, y) for x, y in ((left, bottom), (right, top))]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return Box(xs[0] / width, ys[0] / height, (xs[1] - xs[0]) / width, (ys[1] - ys[0]) / height)

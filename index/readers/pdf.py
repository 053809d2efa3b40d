"""Reports in PDF: the door to pypdf, and the report built from its pages.

The text is what the file's fonts say, in reading order; nothing is normalised. Lines of a paragraph are joined by a line feed, blocks by an
empty line. Running heads, page numbers and footnotes that stand between two halves of a paragraph follow after it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import UnreadableReport
from index.readers.limits import allowance
from index.readers.pdf_flow import Paragraph, paragraphs, usual_size
from index.readers.pdf_kinds import as_text, classify, notes, split_notes
from index.readers.pdf_lines import Line, aside_lines, page_lines
from index.readers.pdf_margins import furniture, printed_labels, rows_of
from index.readers.pdf_order import in_reading_order
from index.readers.pdf_runs import PageMarks, page_marks
from index.readers.pdf_tables import cell_bars, mark_aligned, take_grids
from index.readers.pdf_walk import SLANTED
from index.readers.signs import declared_title
from index.report import Block, Page, Report

LOCKED = "the PDF is locked with a password. Save an unlocked copy."
SCAN = "the PDF holds only pictures of pages (a scan). Run text recognition (OCR) on it first."
EMPTY_FILE = "the file is empty. Replace it with a complete copy."
NOT_PDF = "the file is not a PDF, although its name says so. Save it as a PDF, or give it the ending of its true format."
NO_PAGES = "the PDF holds no page. Save it again from the program that made it."
NO_LETTERS = "the PDF's fonts do not say which letters they show. Print it to a new PDF and run text recognition (OCR) on it."


def read_pdf(path: Path, report_id: str) -> Report:
    """The report in a PDF file. Raises UnreadableReport when it is locked, broken, a scan, or no PDF."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns about each oddity of a file that it then reads
    head = _head(path)
    if not head:
        raise UnreadableReport(EMPTY_FILE)
    if b"%PDF-" not in head:
        raise UnreadableReport(NOT_PDF)
    pages, title, published, labels = _read(path)
    if not any(p.runs or p.aside for p in pages):
        raise UnreadableReport(NO_LETTERS if sum(p.unreadable for p in pages) > 50 else SCAN)
    letters = "".join(r.text for p in pages for r in (*p.runs, *p.aside))
    odd = sum(1 for c in letters if c == "\ufffd" or "\ue000" <= c <= "\uf8ff")
    if not re.search(r"\w", letters):
        raise UnreadableReport(SCAN)
    if odd > 0.3 * len(letters):
        raise UnreadableReport(NO_LETTERS)
    return _report(report_id, pages, title, published, labels)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1024)
    except OSError as error:
        raise UnreadableReport(f"the file cannot be opened ({error.strerror}). Check that you may read it.") from error


def _read(path: Path) -> tuple[list[PageMarks], str | None, str | None, list[str] | None]:
    """The file's pages, title, date and page labels."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, WrongPasswordError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableReport(LOCKED)
        allowance.pages(len(reader.pages))
        fonts: dict[int, Any] = {}
        pages = [page_marks(page, number, reader, fonts) for number, page in enumerate(reader.pages, 1)]
        if not pages:
            raise UnreadableReport(NO_PAGES)
        return pages, *_properties(reader)
    except (UnreadableReport, MemoryError):
        raise
    except WrongPasswordError as error:
        raise UnreadableReport(LOCKED) from error
    except (DependencyError, NotImplementedError) as error:
        raise UnreadableReport("the PDF is encrypted in a way that cannot be opened. Save an unlocked copy.") from error
    except Exception as error:
        # pypdf meets files of any brokenness and raises whatever breaks first: KeyError, RecursionError, zlib.error ...
        raise UnreadableReport("the PDF is damaged. Open it and save it again, or replace it with a complete copy.") from error


def _properties(reader: Any) -> tuple[str | None, str | None, list[str] | None]:
    """Title, creation date and page labels that the file declares, where they can be read."""
    title = published = labels = None
    try:
        info = reader.metadata
        title = declared_title(str(info.title)) if info and info.title else None
        made = info.creation_date if info else None
        published = made.date().isoformat() if made else None
        if "/PageLabels" in reader.root_object:
            labels = [str(label) for label in reader.page_labels]
    except Exception:
        # hints only: a broken date or label must not cost the report
        return title, published, labels
    return title, published, labels


@dataclass(frozen=True, slots=True)
class _Aside:
    """A block outside the flow, and the physical page on which it stands."""

    paragraph: Paragraph
    page: int


def _report(report_id: str, pages: list[PageMarks], title: str | None, published: str | None, labels: list[str] | None) -> Report:
    lines = {p.number: page_lines(p, cell_bars(p)) for p in pages}
    body = usual_size([line for found in lines.values() for line in found])
    dropped = furniture({p.number: rows_of(lines[p.number], p.height) for p in pages}, body)
    parts: list[list[Line]] = []
    heads: list[_Aside] = []
    foots: list[_Aside] = []
    for page in pages:
        gone = dropped[page.number]
        ordered = mark_aligned(in_reading_order(take_grids(page, [line for line in lines[page.number] if line not in gone])))
        for _, part in _by_column(ordered):
            text, small = split_notes([as_text(line) for line in part], body, page.horizontal)
            parts += [text] if text else []
            foots += [_Aside(note, page.number) for note in notes(small)]
        top, bottom = _margins(gone, page.height)
        heads += [_Aside(p, page.number) for p in top]
        foots += [_Aside(p, page.number) for p in (*bottom, *_aslant(page))]
    flow = paragraphs(parts, body)
    classify(flow, body, {p.number: p.images for p in pages})
    whole, blocks = _compose(_in_place(flow, heads, foots))
    return Report(report_id, whole, blocks, _pages(pages, dropped, labels), title, published)


def _by_column(lines: list[Line]) -> Iterable[tuple[int, list[Line]]]:
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    return columns.items()


def _margins(gone: dict[Line, str], height: float) -> tuple[list[Paragraph], list[Paragraph]]:
    """The furniture of a page as paragraphs, one per row: that above the text and that below it."""
    rows: list[list[Line]] = []
    for line in sorted(gone, key=lambda item: (item.y, item.x0)):
        if rows and abs(rows[-1][0].y - line.y) <= 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    made = [Paragraph([replace(r[0], text=" ".join(line.text for line in r))], "furniture", reason=gone[r[0]]) for r in rows]
    return [p for p in made if p.lines[0].y < height / 2], [p for p in made if p.lines[0].y >= height / 2]


def _aslant(page: PageMarks) -> list[Paragraph]:
    """Text set at another angle than the page's: stamps and watermarks are furniture, the rest is kept after the page's text."""
    slanted = {r.angle for r in page.aside} == {SLANTED}
    reason = "text set aslant, a stamp or watermark" if slanted else ""
    return [Paragraph([line], "furniture" if slanted else "body", reason=reason) for line in aside_lines(page)]


def _in_place(flow: list[Paragraph], heads: list[_Aside], foots: list[_Aside]) -> list[Paragraph]:
    """All paragraphs in the order of the text: what stands on a page's margins after the paragraph that crosses the page's edge."""
    placed: list[Paragraph] = []
    waiting = sorted(
        [(a.page, 0, i, a.paragraph) for i, a in enumerate(heads)] + [(a.page, 1, i, a.paragraph) for i, a in enumerate(foots)],
        key=lambda w: w[:3],
    )
    for paragraph in flow:
        first = paragraph.lines[0].page
        while waiting and (waiting[0][0] < first or (waiting[0][0] == first and waiting[0][1] == 0)):
            placed.append(waiting.pop(0)[3])
        placed.append(paragraph)
    return placed + [w[3] for w in waiting]


def _compose(flow: list[Paragraph]) -> tuple[str, tuple[Block, ...]]:
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for paragraph in flow:
        if not any(line.text.strip() or any(c.text.strip() for c in line.cells) for line in paragraph.lines):
            continue
        if pieces:
            pieces.append("\n\n")
            at += 2
        start, page = at, None
        marks: list[tuple[int, int]] = []
        cells: list[tuple[int, int]] = []
        for i, line in enumerate(paragraph.lines):
            if i:
                pieces.append("\n")
                at += 1
            if line.page != page:
                marks.append((at, line.page))
                page = line.page
            if paragraph.cells:
                for j, cell in enumerate(line.cells):
                    if j:
                        pieces.append("\t")
                        at += 1
                    cells.append((at, at + len(cell.text)))
                    pieces.append(cell.text)
                    at += len(cell.text)
            else:
                pieces.append(line.text)
                at += len(line.text)
        blocks.append(Block(paragraph.kind, start, at, paragraph.level, paragraph.reason, tuple(marks), tuple(cells)))
    return "".join(pieces), tuple(blocks)


def _pages(pages: list[PageMarks], dropped: dict[int, dict[Line, str]], labels: list[str] | None) -> tuple[Page, ...]:
    """The physical pages, with the labels that the file declares or else prints in its margins."""
    if labels and len(labels) == len(pages):
        return tuple(Page(p.number, labels[p.number - 1] or None) for p in pages)
    printed = printed_labels({number: list(lines) for number, lines in dropped.items()})
    return tuple(Page(p.number, printed.get(p.number)) for p in pages)

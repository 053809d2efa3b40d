"""What the paragraphs of a PDF are: headings and their levels, list items, captions, footnotes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from index.readers.pdf_flow import Paragraph
from index.readers.pdf_lines import Line
from index.readers.pdf_matrix import Box
from index.readers.signs import CAPTION, LEADER, MARKER

_END = re.compile(r"[.;,!。]['\"”’»)\]]*[\d¹²³⁴-⁹*†]*$")
_SENTENCE = re.compile(r"[.!?。:]['\"”’»)\]]*[\d¹²³⁴-⁹*†]*$")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-H]\.|§\s?\d+)\s+\S")
_NAMED = re.compile(
    r"(?:(?:plenary |working |breakout )?"
    r"(?:session|panel|part|annex|appendix|chapter|section|day|topic|theme|agenda item|working group)\s+"
    r"(?:[\dIVXA-Z]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third)\b)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:\(?\d{1,3}[.)\]]?|\[\d{1,3}\]|[*†‡§¹²³⁰⁴-⁹]{1,3}|[ivx]{1,4}\b[.)]?)\s*(?=\S)")


def split_notes(part: list[Line], body: float, rules: tuple[Box, ...]) -> tuple[list[Line], list[Line]]:
    """A column parted in its text and the footnotes under it: small type at its foot, under a rule or begun by a mark."""
    start = len(part)
    while start and part[start - 1].size <= 0.93 * body and not part[start - 1].table and part[start - 1].page == part[-1].page:
        start -= 1
    if start < len(part):
        tail = part[start:]
        plain = not any(line.bold or line.cells or CAPTION.match(line.text) for line in tail) and len(tail[0].text) > 25
        if start and plain and _is_ruled(part[start - 1], part[start], rules):
            return part[:start], part[start:]
        for i in range(start, len(part)):
            if _NOTE.match(part[i].text) and (i > 0 or len(part) > 1 or _is_low(part[i])):
                return part[:i], part[i:]
    return part, []


def _is_low(line: Line) -> bool:
    return line.y > 500


def _is_ruled(above: Line, below: Line, rules: tuple[Box, ...]) -> bool:
    """Whether a short rule stands between two lines, as it does over footnotes."""
    return any(above.y < r[1] < below.y and abs(r[0] - below.x0) < 15 and 30 <= r[2] - r[0] <= 260 for r in rules)


def notes(lines: list[Line]) -> list[Paragraph]:
    """Footnotes, one for each mark."""
    found: list[Paragraph] = []
    number = 0
    for line in lines:
        mark = re.match(r"\(?(\d{1,3})|[*†‡§]|[¹²³⁰⁴-⁹]+", line.text)
        counted = int(mark[1]) if mark and mark[1] else 0
        new = mark is not None and (not counted or not found or counted == number + 1 or line.x0 < found[-1].lines[-1].x0 - 2)
        if not found or new or (line.page != found[-1].lines[-1].page):
            found.append(Paragraph([line], "footnote"))
        else:
            found[-1].lines.append(line)
        number = counted or number
    return found


def classify(flow: list[Paragraph], body: float, images: dict[int, tuple[Box, ...]]) -> None:
    """Set the kind of each paragraph in reading order, and the level of headings."""
    mostly_bold = _share(flow, "bold") > 0.4
    mostly_italic = _share(flow, "italic") > 0.4
    for i, paragraph in enumerate(flow):
        if paragraph.kind != "body":
            continue
        before = flow[i - 1] if i else None
        after = flow[i + 1] if i + 1 < len(flow) else None
        if _is_contents(paragraph, before, after):
            paragraph.kind, paragraph.reason = "furniture", "table of contents"
        elif _is_caption(paragraph, body, images):
            paragraph.kind = "caption"
        elif _is_heading(paragraph, before, after, body, mostly_bold, mostly_italic):
            paragraph.kind = "heading"
        elif MARKER.match(paragraph.text) or paragraph.lines[0].dotted:
            paragraph.kind = "item"
    for paragraph, after in pairwise(flow):
        # a table's head left alone at the foot of a page
        if len(paragraph.lines) == 1 and len(paragraph.lines[0].cells) > 2 and after.kind == "table" and paragraph.kind == "body":
            paragraph.kind, paragraph.cells = "table", True
    _set_levels(flow, body)
    _mark_header_rows(flow)


def _is_contents(p: Paragraph, before: Paragraph | None, after: Paragraph | None) -> bool:
    """Whether a paragraph is made of lines that lead with dots to a page number, and stands among such."""
    lines = [line.text for line in p.lines]
    if not LEADER.search(lines[-1]):
        return False
    beside = any(n is not None and LEADER.search(n.lines[0].text if n is after else n.lines[-1].text) for n in (before, after))
    return beside or sum(1 for text in lines if LEADER.search(text)) >= 2


def _share(flow: list[Paragraph], what: str) -> float:
    letters = sum(len(p.text) for p in flow) or 1
    return sum(len(p.text) for p in flow if getattr(p, what)) / letters


def _is_heading(  # noqa: PLR0911  (a return for each rule)
    p: Paragraph, before: Paragraph | None, after: Paragraph | None, body: float, mostly_bold: bool, mostly_italic: bool
) -> bool:
    text = p.text
    letters = [c for c in text if c.isalpha()]
    if not letters or len(text) > 260 or len(p.lines) > 5 or any(line.cells for line in p.lines):
        return False
    ended = bool(_END.search(text))
    if p.size >= 1.13 * body:
        return not (ended and len(text) > 90) and text[0] not in '“"«'
    if len(p.lines) > 3 or len(text) > 160 or (ended and not (len(text) < 60 and _NUMBERED.match(text))):
        return False
    bullet = MARKER.match(text) and not _NUMBERED.match(text)
    if bullet or text[0].islower():
        return False
    if p.bold and not mostly_bold:
        return True
    if p.size < 0.93 * body:
        return False
    if len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters) and len(text) <= 110:
        return not (_NUMBERED.match(text) and after is not None and _NUMBERED.match(after.text) and len(after.text) < 90)
    return _is_plain_heading(p, before, after, mostly_italic)


def _is_plain_heading(p: Paragraph, before: Paragraph | None, after: Paragraph | None, mostly_italic: bool) -> bool:
    """Whether one short line in the type of the text is a heading: by slant, number or name, or alone between paragraphs."""
    text = p.text
    if len(p.lines) > 1 or len(text) > 90 or after is None or after.kind == "table" or _SENTENCE.search(text):
        return False
    leads = len(after.lines) > 1 or bool(_SENTENCE.search(after.text)) or bool(MARKER.match(after.text))
    if (
        p.italic
        and not mostly_italic
        and not after.italic
        and not (before is not None and before.kind == "heading" and p.lines[0].page == 1)
    ):
        return leads
    if _NUMBERED.match(text):
        return leads and not _NUMBERED.match(after.text) and (before is None or not _NUMBERED.match(before.text))
    if _NAMED.match(text):
        return leads
    alone = (
        before is not None
        and before.kind in ("body", "item")
        and bool(re.search(r"[.!?]['\"”’»)\]\d]*$", before.text))
        and len(before.text) > 80
    )
    return alone and leads and len(after.text) > 120 and len(text.split()) <= 7 and not re.search(r"\d", text)


def _is_caption(p: Paragraph, body: float, images: dict[int, tuple[Box, ...]]) -> bool:
    if len(p.text) > 300 or p.size > 1.05 * body:
        return False
    if CAPTION.match(p.text) and len(p.lines) <= 5:
        return True
    first = p.lines[0]
    if len(p.lines) > 3 or not (p.size < 0.95 * body or p.italic):
        return False
    return any(
        b[3] - 4 <= first.y <= b[3] + 3 * first.size and b[0] - 10 <= (first.x0 + first.x1) / 2 <= b[2] + 10 and b[3] - b[1] > 40
        for b in images.get(first.page, ())
    )


def _set_levels(flow: list[Paragraph], body: float) -> None:
    headings = [p for p in flow if p.kind == "heading"]
    title = _title(flow, headings, body)
    if title is not None:
        title.kind, title.level = "heading", 1
    styles = sorted({_style(p) for p in headings if p is not title}, reverse=True)
    for p in headings:
        if p is not title:
            p.level = min(6, 2 + styles.index(_style(p)))


def _style(p: Paragraph) -> tuple[float, bool, bool, bool]:
    return round(p.size), p.bold, p.text.isupper(), not p.italic


def _title(flow: list[Paragraph], headings: list[Paragraph], body: float) -> Paragraph | None:
    """The report's title: the largest type on its first pages, else a heading or short line at its very start."""
    start = next((p.lines[0].page for p in flow), 1)
    early = [p for p in headings if p.lines[0].page <= start + 1 and p.size > 1.05 * body]
    largest = max((p.size for p in early), default=0.0)
    if early and sum(1 for p in headings if p.size >= 0.97 * largest) <= max(1, len(headings) // 3 + 1):
        return next(p for p in early if p.size >= 0.97 * largest)
    first = next((p for p in flow if p.kind in ("heading", "body")), None)
    if first is None or first not in flow[:3]:
        return None
    if first.kind == "heading":
        return first
    return first if len(first.text) < 200 and len(first.lines) <= 3 and not _SENTENCE.search(first.text) and len(flow) > 2 else None


def _mark_header_rows(flow: list[Paragraph]) -> None:
    """Level 1 for the first row of a table where its type differs from the rows below."""
    for i, p in enumerate(flow):
        if p.kind == "table" and (i == 0 or flow[i - 1].kind != "table") and i + 1 < len(flow) and flow[i + 1].kind == "table":
            below = flow[i + 1]
            head = [c for c in p.lines[0].cells if c.text]
            if head and all(c.bold for c in head) and not all(c.bold for c in below.lines[0].cells if c.text):
                p.level = 1


def as_text(line: Line) -> Line:
    """A row that turned out to be no table's, as an ordinary line."""
    return line if line.table or len(line.cells) > 2 else replace(line, cells=())

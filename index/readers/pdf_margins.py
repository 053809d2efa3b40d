"""Running heads, feet and page numbers of a PDF: the lines in the margins that are not the report.

Judged from the edge of the page inwards: a row of the margin is furniture when it comes again on other pages at the same height (digits
masked), when it is a page number, or when it is small type apart from the text. The first row that is none of these ends the margin, so
that a sentence that happens to repeat inside the text stays.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.readers.pdf_lines import Line, joined

Place = tuple[int, bool, int]  # (page, top margin or bottom, row counted from the edge)

DECLARED = "marked in the PDF as a page's head or foot"
IMPRINT = "imprint in the bottom margin"
ROWS = 4  # at most so many rows of a margin are looked at, from the edge
ZONE = 0.16  # of the page's height: a margin ends here at the latest
SAME_HEIGHT = 5.0  # points
APART = 1.45  # em of baseline distance: what stands closer belongs to the text

_PAGE_WORD = r"(?:page|pg\.?|p\.|seite|página|pagina|page n[o°]\.?|стр\.?|страница|str\.?|sida|side|sayfa|trang|halaman|第)"
_OF = r"(?:of|/|\||von|de|sur|из|of the|\\)"
_NUMBER = r"\d{1,3}(?:-\d{1,3})?|[ivxl]{1,7}|[IVXL]{1,7}"
_PAGE_NUMBER = re.compile(
    rf"[\s\-–—~\[(|•.·]*(?:{_PAGE_WORD}\s*)?(?P<n>{_NUMBER})\s*(?:{_OF}\s*\d{{1,4}})?\s*(?:页|頁|ページ|페이지)?[\s\-–—~\])|•.·]*",
    re.IGNORECASE,
)
_PAGE_WORDED = re.compile(rf"(?:^|[\s|–—•·-]){_PAGE_WORD}\s*(?P<n>{_NUMBER})(?:\s*{_OF}\s*\d{{1,4}})?[\s\])|–—-]*$", re.IGNORECASE)
_EDGE_NUMBER = re.compile(r"(\d{1,3})\s+\S.*|.*\S\s+(\d{1,3})(?:\s*/\s*\d{1,3})?")
_LEAD_NUMBER = re.compile(r"(?P<n>\d{1,3})\s*[|•·–—]\s+\S.*|.*\S\s+[|•·–—]\s*(?P<m>\d{1,3})")
_IMPRINT = re.compile(
    r"\bISSN\b|\bISBN\b|©|\(c\)\s*\d{4}|copyright|all rights reserved|\bprinted (?:on|in|by)\b"
    r"|registered (?:charity|office|company|association|in)|charity (?:no|number|reg)"
    r"|\bwww\.|https?://|\S@\S+\.\w|\btel\b[.:]|\bphone\b|\bfax\b|\bVAT\b|\bP\.?O\.? box\b|\bpublished by\b|\bimpressum\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"(?:session|panel|part|annex|appendix|chapter|section|day|topic|theme|item|table|figure|round)\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"\s*(?:\d{1,3}|[*†‡§¹²³⁴-⁹]+)(?=[\s.)\w])")


@dataclass(frozen=True, slots=True)
class Row:
    """All lines of a page on one baseline, as one line; `members` are the lines themselves."""

    line: Line
    members: tuple[Line, ...]
    height: float
    page_height: float


def rows_of(lines: list[Line], page_height: float) -> list[Row]:
    """The rows of a page from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.y, item.x0)):
        if rows and line.y - rows[-1][0].y <= 0.3 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [Row(joined(r, " "), tuple(r), r[0].y, page_height) for r in rows]


def furniture(pages: dict[int, list[Row]], body: float) -> dict[int, dict[Line, str]]:
    """For each page its lines that are furniture, with the reason. `body` is the size of the report's type."""
    found: dict[int, dict[Line, str]] = {number: {} for number in pages}
    margins = {(number, top): _margin(rows, top) for number, rows in pages.items() for top in (True, False)}
    known = _Known(body, max(APART * body, 1.25 * _usual_step(pages, body)), len(pages), _repeated(margins, body), _counted(margins, body))
    for (number, top), margin in margins.items():
        for row, reason in _dropped(margin, pages[number], number, top, known):
            for line in row.members:
                found[number][line] = reason
    for number, rows in pages.items():
        for row in rows:
            for line in row.members:
                if line.artifact:
                    found[number].setdefault(line, DECLARED)
    if all(line in found[number] for number, rows in pages.items() for row in rows for line in row.members):
        # nothing would be left: slides or posters with a line or two each; only their page numbers go
        return {number: {line: why for line, why in lines.items() if why.startswith("page number")} for number, lines in found.items()}
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What the whole report tells about its margins. `apart` is the distance between baselines that parts a margin from the text."""

    body: float
    apart: float
    pages: int
    repeated: dict[Place, str]
    counted: dict[Place, str]


def _dropped(margin: list[Row], rows: list[Row], number: int, top: bool, known: _Known) -> Iterator[tuple[Row, str]]:
    """The rows of one margin that are furniture, from the edge inwards."""
    inner = [margin[i + 1] if i + 1 < len(margin) else _next_inwards(rows, row, top) for i, row in enumerate(margin)]
    apart = [
        n is None or abs(n.height - row.height) >= max(known.apart, APART * row.line.size) for row, n in zip(margin, inner, strict=True)
    ]
    # the margin ends at its first gap; behind it, or without one, only small type can still be of the margin
    gap = next((i for i, wide in enumerate(apart) if wide), -1)
    innermost = max((i for i in range(gap + 1) if (number, top, i) in known.repeated), default=-1)
    for i, row in enumerate(margin):
        place = (number, top, i)
        small = row.line.size < 0.93 * known.body
        reason = _declared(row)
        if not reason and not _is_note(row, top) and (i <= gap or small):
            reason = known.repeated.get(place, "") or _number_reason(row, number, known.pages, top)
            if not reason and i < innermost and len(row.line.text) <= 160:
                reason = f"beyond the running {'head' if top else 'foot'}"
            if not reason and apart[i]:
                reason = known.counted.get(place, "") or _small_type(row, known.body, top, i)
        if not reason and apart[i] and not top and small and i <= 1 and _IMPRINT.search(row.line.text) and len(row.line.text) <= 160:
            reason = IMPRINT
        if not reason:
            return
        yield row, reason


def _usual_step(pages: dict[int, list[Row]], body: float) -> float:
    """The usual distance between the baselines of the text."""
    steps: Counter[float] = Counter()
    for rows in pages.values():
        for a, b in pairwise(rows):
            if abs(a.line.size - body) < 1 and abs(b.line.size - body) < 1 and b.height - a.height < 3 * body:
                steps[round(b.height - a.height, 1)] += 1
    return max(steps, key=lambda s: (steps[s], -s), default=1.2 * body)


def printed_labels(pages: dict[int, list[Line]]) -> dict[int, str]:
    """Page number -> the label printed in the page's furniture, where there is one."""
    labels = {}
    for number, lines in pages.items():
        for line in lines:
            text = line.text.strip()
            match = _PAGE_NUMBER.fullmatch(text) or _PAGE_WORDED.search(text) or _LEAD_NUMBER.fullmatch(text)
            found = next((g for g in match.groups() if g), None) if match else None
            if found:
                labels[number] = found
                break
    rows = {(number, True): [Row(line, (line,), 0.0, 1.0) for line in lines] for number, lines in pages.items()}
    for (number, _, _), n in _in_sequence(rows).items():
        labels.setdefault(number, str(n))
    for number, lines in pages.items():
        edges = {g for line in lines for m in [_EDGE_NUMBER.fullmatch(line.text.strip())] if m for g in m.groups() if g}
        if str(number) in edges:
            labels.setdefault(number, str(number))
    return labels


def _in_sequence(margins: dict[tuple[int, bool], list[Row]]) -> dict[Place, int]:
    """(page, top, place) -> the number at an end of that row, for numbers that grow with the pages."""
    found: list[tuple[tuple[int, bool, int], int]] = []
    for (number, top), margin in margins.items():
        for i, row in enumerate(margin):
            match = _EDGE_NUMBER.fullmatch(row.line.text.strip())
            found += [((number, top, i), int(g)) for g in (match.groups() if match else ()) if g]
    pages = defaultdict(set)
    for (number, _, _), n in found:
        pages[n - number].add(number)
    return {place: n for place, n in found if len(pages[n - place[0]]) >= 2}


def _counted(margins: dict[tuple[int, bool], list[Row]], body: float) -> dict[Place, str]:
    """Reasons for rows that carry the page's number beside words that change from page to page."""
    rows = {place: margins[place[0], place[1]][place[2]] for place in _in_sequence(margins)}
    return {
        place: f"running {'head' if place[1] else 'foot'} with the page number"
        for place, row in rows.items()
        if len(row.line.text) <= 140 and not _is_of_the_report(row, body, False)
    }


def _is_note(row: Row, top: bool) -> bool:
    """Whether a row at the foot of a page is a footnote: it begins with a mark, and goes on like one."""
    text = row.line.text.strip()
    if top or not _NOTE_MARK.match(text) or _PAGE_NUMBER.fullmatch(text) or _LEAD_NUMBER.fullmatch(text) or _PAGE_WORDED.search(text):
        return False
    numbered = len(row.members) > 1 and row.members[0].text.strip().isdigit()
    return not numbered or bool(re.search(r"[.!?]$", text)) or len(text) > 70


def _margin(rows: list[Row], top: bool) -> list[Row]:
    """The outermost rows of a page: those near its edge, and before them those that a wide gap parts from the text."""
    ordered = rows if top else rows[::-1]
    edge: list[Row] = []
    for row, inner in pairwise(ordered[: ROWS + 1]):
        depth = row.height if top else row.page_height - row.height
        apart = abs(inner.height - row.height) > 2 * max(row.line.size, inner.line.size)
        if depth > ZONE * row.page_height and not (apart and not edge and depth < 2 * ZONE * row.page_height):
            break
        edge.append(row)
    return edge


def _next_inwards(rows: list[Row], row: Row, top: bool) -> Row | None:
    nearer = [r for r in rows if (r.height > row.height if top else r.height < row.height)]
    return (nearer[0] if top else nearer[-1]) if nearer else None


def _declared(row: Row) -> str:
    return DECLARED if row.members and all(line.artifact for line in row.members) else ""


def masked(text: str) -> str:
    """`text` as it is compared from page to page: case, spaces and digits folded; a lone roman number masked like a digit."""
    folded = re.sub(r"\s+", " ", text.casefold()).strip()
    if re.fullmatch(r"[\W_]*[ivxl]+[\W_]*", folded):
        return "#"
    return re.sub(r"#[\s#]*", "#", re.sub(r"\d+", "#", folded))


def _repeated(margins: dict[tuple[int, bool], list[Row]], body: float) -> dict[Place, str]:
    """Reasons for rows that come again on another page at the same height."""
    seen: dict[tuple[bool, str], list[tuple[Place, Row]]] = defaultdict(list)
    for (number, top), margin in margins.items():
        for i, row in enumerate(margin):
            seen[top, masked(row.line.text)].append(((number, top, i), row))
    reasons = {}
    for (top, key), places in seen.items():
        same = len({re.sub(r"\s+", " ", row.line.text) for _, row in places}) == 1
        if _is_of_the_report(places[0][1], body, same):
            continue
        for place, row in places:
            alike = {p[0] for p, other in places if abs(_depth(other, top) - _depth(row, top)) <= SAME_HEIGHT}
            if len(alike) >= 2:
                what = "page number" if not re.search(r"[^\W\d_]{2}", key) else "running head" if top else "running foot"
                reasons[place] = f"{what}, repeated on {len(alike)} pages"
    return reasons


def _is_of_the_report(row: Row, body: float, same: bool) -> bool:
    """Whether a row that comes again is no furniture all the same: a sentence in the type of the text, "Session 2" after "Session 1"."""
    text = row.line.text.strip()
    if _PAGE_WORDED.search(text) or _PAGE_NUMBER.fullmatch(text) or _IMPRINT.search(text):
        return False
    if row.line.size >= 0.93 * body and re.search(r"[.!?:;]['\"”’»)]*$", text) and len(text.split()) >= 4:
        return True
    return not same and (row.line.size > 1.08 * body or bool(_SECTION.match(text)))


def _depth(row: Row, top: bool) -> float:
    return row.height if top else row.page_height - row.height


def _number_reason(row: Row, number: int, pages: int, top: bool) -> str:
    text = row.line.text.strip()
    match = _PAGE_NUMBER.fullmatch(text)
    if match and (match["n"][0].isdigit() or len(text) <= 9):
        return "page number"
    where = "running head" if top else "running foot"
    if len(text) <= 120 and _PAGE_WORDED.search(text):
        return f"{where} with the page number"
    ends = {row.members[0].text.strip(), row.members[-1].text.strip()} if len(row.members) > 1 else set()
    worded = _LEAD_NUMBER.fullmatch(text)
    if worded:
        ends |= {g for g in worded.groups() if g}
    numbers = {int(e.strip("-–— |")) for e in ends if re.fullmatch(r"[-–— |]*\d{1,3}[-–— |]*", e)}
    # on its own page a number beside other words is believed when it can be that page's number
    if len(text) <= 160 and any(n == number or pages == 1 or (n > number and worded) for n in numbers):
        return f"{where} with the page number"
    return ""


def _small_type(row: Row, body: float, top: bool, place: int) -> str:
    """Why a row that stands once is no part of the text: small type at the page's edge."""
    text = row.line.text
    if row.line.size >= 0.93 * body or len(text) > 140 or place > 1:
        return ""
    outer = row.height < 0.09 * row.page_height if top else row.height > 0.91 * row.page_height
    if not top and _IMPRINT.search(text):
        return IMPRINT
    if not outer or (_NOTE_MARK.match(text) and not top) or re.search(r"[.!?]$", text.strip()):
        return ""
    if top and not _DATED.search(text):
        return "page head, in small type above the text"
    return "" if top or _DATED.search(text) else "page foot, in small type below the text"

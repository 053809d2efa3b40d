"""The lines of a plain text, and which of them belong to its pages: page numbers, running heads, rules.

A line ends at LF, CR, CRLF, vertical tab or form feed, and a form feed begins a page; U+0085 and U+2028 are mere spaces inside a line
(programs leave them in the middle of sentences), but for U+2028 in a file that has no other line end, and U+2029, which ends a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.furniture_lines import RULE, fold, is_notice, is_sentence
from index.readers.headings import looks_like_heading, names_a_meeting

PAGE_NUMBER = "page number"
RUNNING = "running head"
UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|_{3,}|\*{3,}")
TERMINAL = re.compile(r"[.!?…:;][\"'”’)\]]*$")

_RULER = re.compile(r"[|+ ]*[-=:]{2,}(?:[ |+]+[-=:]{2,})+[|+ ]*")
_NUMBER_LINE = re.compile(
    r"(?:[-–—] ?)?(?:page |p\. ?|seite )?\d{1,4}(?: ?(?:of|/|von|sur) ?\d{1,4})?(?: ?[-–—])?|\[\d{1,4}\]|[ivxl]{1,6}", re.IGNORECASE
)
_PAGE_OF = re.compile(r"\bpage \d{1,4}(?: of \d{1,4})?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with ink: its span without white space around it, the column where it begins, its page, and blank lines before it."""

    start: int
    end: int
    indent: int
    page: int
    gap: int
    text: str

    @property
    def width(self) -> int:
        """The column where it ends."""
        return self.indent + len(self.text)


def lines_of(text: str) -> list[Line]:
    """The lines with ink, in order."""
    ends = r"\r\n|[\n\r\v\f\u2029]" if re.search(r"[\n\r]", text) else r"[\v\f\u2028\u2029]"
    lines: list[Line] = []
    at, page, gap = 0, 1, 0
    for m in (*re.finditer(ends, text), None):
        stop = m.start() if m else len(text)
        raw = text[at:stop]
        ink = raw.strip()
        if ink:
            start = at + len(raw) - len(raw.lstrip())
            lines.append(Line(start, start + len(ink), len(raw[: start - at].expandtabs()), page, gap, ink))
            gap = 0
        else:
            gap += 1
        if m:
            at = m.end()
            if m.group() == "\f":
                page += 1
                gap += 1
            elif m.group() == "\u2029":
                gap += 1
    return lines


def page_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """Page numbers, running heads and rules, by line index.

    A bare number or a repeated line counts only where a page ends or begins: beside a form feed or a certain page number.
    """
    marked: dict[int, str] = {}
    for i, line in enumerate(lines):
        if _is_page_number(line) and not line.text.isdigit() and not line.text.isalpha():
            marked[i] = PAGE_NUMBER
        elif not any(c.isalnum() for c in line.text) and not _underlines(lines, i):
            marked[i] = RULE
    turns = {i for i, r in marked.items() if r == PAGE_NUMBER} | {
        j for i in range(1, len(lines)) if lines[i].page != lines[i - 1].page for j in (i - 1, i)
    }
    alike: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        alike.setdefault(_pattern(line.text), []).append(i)
    title = _kept_title(lines, alike)
    for _ in range(3):  # a running head may stand two or three lines deep
        for i, line in enumerate(lines):
            if i in marked or i == title or not ({i - 1, i, i + 1} & turns or i == 0):
                continue
            if line.text.isdigit() or (_is_page_number(line) and i in turns):
                marked[i] = PAGE_NUMBER
            elif _may_head(line.text) and (
                _repeats_at_turns(alike[_pattern(line.text)], turns)
                or (i in turns and not TERMINAL.search(line.text) and is_notice(line.text))
            ):
                marked[i] = RUNNING
        turns |= set(marked)
    numbered = {_pattern(lines[i].text) for i, r in marked.items() if r == RUNNING and re.search(r"\d", lines[i].text)}
    return {i: r for i, line in enumerate(lines) if (r := marked.get(i) or (RUNNING if _pattern(line.text) in numbered else ""))}


def _kept_title(lines: Sequence[Line], alike: dict[str, list[int]]) -> int | None:
    """The first line, where it is the title that later pages repeat at their head, rather than a head that stands above the title."""
    if not lines or len(alike[_pattern(lines[0].text)]) < 2 or not names_a_meeting(lines[0].text):
        return None
    above_title = len(lines) > 1 and looks_like_heading(lines[1].text) and names_a_meeting(lines[1].text)
    return 0 if _underlines(lines, 1) or not above_title else None


def _is_page_number(line: Line) -> bool:
    return bool(_NUMBER_LINE.fullmatch(line.text)) or bool(
        _PAGE_OF.search(line.text) and len(line.text) <= 80 and not TERMINAL.search(line.text)
    )


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", fold(line))


def _may_head(line: str) -> bool:
    return len(line) <= 120 and (not is_sentence(line) or is_notice(line))


def _repeats_at_turns(same: Sequence[int], turns: set[int]) -> bool:
    """Whether most of the lines of one wording, given by index, stand at the turn of a page."""
    beside = [i for i in same if {i - 1, i, i + 1} & turns or i == 0]
    return len(beside) >= 2 and len(beside) * 2 > len(same)


def _underlines(lines: Sequence[Line], i: int) -> bool:
    """Whether line `i` is the underlining of the line right above it."""
    drawn = UNDERLINE.fullmatch(lines[i].text) or _RULER.fullmatch(lines[i].text)
    return i > 0 and not lines[i].gap and bool(drawn) and any(c.isalnum() for c in lines[i - 1].text)

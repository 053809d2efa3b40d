"""Plain text: paragraphs, headings, numbered items and page furniture, told from line lengths, indents and marks.

The report's text is the decoded file, character for character. A line ends at LF, CR, CRLF, vertical tab or form feed, and a form feed
begins a page; U+0085 and U+2028 are mere spaces inside a line (programs leave them in the middle of sentences), but for U+2028 in a file
that has no other line end, and U+2029, which ends a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.furniture import sweep
from index.furniture_lines import RULE, fold, is_notice, is_sentence, line_reason
from index.readers.encoding import decode
from index.readers.headings import Style, is_caption, is_cut_off, is_dateline, levels, looks_like_heading, names_a_meeting
from index.report import Block, BlockKind, Page, Report

PAGE_NUMBER = "page number"
RUNNING = "running head"

_MARKER = re.compile(
    r"(?:[-*•◦▪‣●○■□–—·➢➤✓o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
    r"|\[\d{1,3}\]|[§¶] ?\d+\.?)(?=[ \t\u00a0])"
)
_BULLET = re.compile(r"[-*•◦▪‣●○■□–—·➢➤✓o](?=[ \t\u00a0])")
_NUMBER_LINE = re.compile(
    r"(?:[-–—] ?)?(?:page |p\. ?|seite )?\d{1,4}(?: ?(?:of|/|von|sur) ?\d{1,4})?(?: ?[-–—])?|\[\d{1,4}\]|[ivxl]{1,6}", re.IGNORECASE
)
_PAGE_OF = re.compile(r"\bpage \d{1,4}(?: of \d{1,4})?\b", re.IGNORECASE)
_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|_{3,}|\*{3,}")
_GAP = re.compile(r"(?<![.!?:;,\"”)])[ \u00a0]{2,}|[ \u00a0]{3,}|\t+[ ]*|[ ]*\|[ ]*")
_TERMINAL = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_RULER = re.compile(r"[|+ ]*[-=:]{2,}(?:[ |+]+[-=:]{2,})+[|+ ]*")
_NOTE = re.compile(r"(?:\[\d{1,3}\]|\(?\d{1,3}\)?|[*†‡])[ \t]+\S")


_UNWRAPPED = 1_000_000


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


def read_text(data: bytes, report_id: str) -> Report:
    """The report in the bytes of a plain text file. Raises UnreadableReport when they are no text."""
    text = decode(data)
    blocks, pages = text_blocks(text)
    return Report(report_id, text, blocks, pages)


def text_blocks(text: str) -> tuple[tuple[Block, ...], tuple[Page, ...]]:
    """The blocks of a plain text, and its pages where form feeds divide it."""
    lines = _lines(text)
    paged = any(line.page > 1 for line in lines)
    marked = _page_furniture(lines)
    blocks: list[Block] = []
    group: list[Line] = []
    width = _wrap_width(lines)
    for i, line in enumerate(lines):
        reason = marked.get(i, "")
        if group and (line.gap or reason or i - 1 in marked):
            blocks += _paragraphs(group, width)
            group = []
        if reason:
            blocks.append(Block("furniture", line.start, line.end, reason=reason))
        else:
            group.append(line)
    if group:
        blocks += _paragraphs(group, width)
    blocks = _headings(text, blocks)
    done = sweep(text, blocks)
    if not paged:
        return done, ()
    last = max(line.page for line in lines)
    return _with_pages(done, lines), tuple(Page(n) for n in range(1, last + 1))


def item_marker(line: str) -> bool:
    """Whether a paragraph begins with the marker of a list item: "(a) ", "3. ", a bullet."""
    return bool(_MARKER.match(line))


def _lines(text: str) -> list[Line]:
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


def _page_furniture(lines: Sequence[Line]) -> dict[int, str]:
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
                or (i in turns and not _TERMINAL.search(line.text) and is_notice(line.text))
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
        _PAGE_OF.search(line.text) and len(line.text) <= 80 and not _TERMINAL.search(line.text)
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
    drawn = _UNDERLINE.fullmatch(lines[i].text) or _RULER.fullmatch(lines[i].text)
    return i > 0 and not lines[i].gap and bool(drawn) and any(c.isalnum() for c in lines[i - 1].text)


def _wrap_width(lines: Sequence[Line]) -> int:
    """The column at which the file's lines are wrapped; beyond any column where paragraphs stand on one line each; else 72."""
    long = [line for line in lines if len(line.text) >= 60]
    if sum(len(line.text) > 140 for line in long) > 0.1 * len(long):
        return _UNWRAPPED
    ends = sorted(a.width for a, b in pairwise(lines) if not b.gap and 30 <= a.width <= 130)
    return ends[int(len(ends) * 0.97)] if len(ends) >= 3 else 72


def _paragraphs(group: Sequence[Line], width: int) -> list[Block]:
    """The blocks of lines that no blank line parts."""
    blocks: list[Block] = []
    part: list[Line] = []
    sentences = _line_per_sentence(group)
    for is_table, run in _runs(group):
        if is_table:
            blocks += [_block(part)] if part else []
            blocks += map(_row, run)
            part = []
            continue
        for line in run:
            if not part or _continues(part, line, width, sentences):
                part.append(line)
            else:
                blocks.append(_block(part))
                part = [line]
    return [*blocks, _block(part)] if part else blocks


def _block(part: Sequence[Line]) -> Block:
    if not any(c.isalnum() for line in part for c in line.text):
        return Block("furniture", part[0].start, part[-1].end, reason=RULE)
    kind: BlockKind = "item" if _MARKER.match(part[0].text) else "body"
    return Block(kind, part[0].start, part[-1].end)


def _line_per_sentence(group: Sequence[Line]) -> bool:
    """Whether each line holds one sentence of one paragraph: three or more lines of unlike lengths, each ending as a sentence does."""
    if len(group) < 3 or any(_MARKER.match(line.text) for line in group):
        return False
    return all(_TERMINAL.search(line.text) and len(re.findall(r"[.!?][\"”’)]* +[A-Z\"“]", line.text)) == 0 for line in group)


def _continues(part: Sequence[Line], line: Line, width: int, sentences: bool) -> bool:
    """Whether `line` goes on with the paragraph `part`: wrapped text fills its lines, a new paragraph does not wait for the edge."""
    last = part[-1]
    if _UNDERLINE.fullmatch(line.text) or _UNDERLINE.fullmatch(last.text) or not any(c.isalnum() for c in line.text):
        return len(part) == 1 and bool(_UNDERLINE.fullmatch(line.text))
    room = last.width + 1 + len(line.text.split(maxsplit=1)[0]) <= width
    ended = bool(_TERMINAL.search(last.text))
    if _MARKER.match(line.text):
        return not ended and _number_by_wrapping(part, line, room)
    if not ended and (line.text[0].islower() or is_cut_off(last.text)):
        return True
    furniture = (ended and line_reason(line.text)) or (len(part) == 1 and line_reason(last.text))
    if furniture or last.width > 130 or sentences:
        return sentences and not furniture
    return _fills(part, line, width, room, ended)


def _fills(part: Sequence[Line], line: Line, width: int, room: bool, ended: bool) -> bool:
    last = part[-1]
    if _centred(last, width) and _centred(line, width):
        return not is_dateline(line.text) and not is_dateline(last.text) and last.text.isupper() == line.text.isupper()
    indented = line.indent >= last.indent + 2 and len(part) > 1 and ended
    return not room and not indented


def _number_by_wrapping(part: Sequence[Line], line: Line, room: bool) -> bool:
    """Whether a number at the head of a line is no marker but stands there by the wrapping: "... on page" / "12. of the report"."""
    if _BULLET.match(line.text):
        return False
    if re.match(r"\d{1,3}\.\s+[a-z]", line.text) and not _MARKER.match(part[0].text):
        return True
    return not room and line.indent >= _body_indent(part)


def _body_indent(part: Sequence[Line]) -> int:
    """The column where a paragraph's text stands: that of its second line, else after its marker."""
    if len(part) > 1:
        return part[1].indent
    marker = _MARKER.match(part[0].text)
    return part[0].indent + (len(marker.group()) + 1 if marker else 0)


def _centred(line: Line, width: int) -> bool:
    left, right = line.indent, width - line.width
    return left >= 6 and len(line.text) < width * 0.85 and abs(left - right) <= max(6, 0.35 * (left + right))


def _runs(group: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """`group` in order as stretches that are rows of a table, or not."""
    at = 0
    while at < len(group):
        stop = at
        while stop < len(group) and _columns(group[stop]) >= 2 and not _MARKER.match(group[stop].text):
            stop += 1
        rows = [line for line in group[at:stop] if any(c.isalnum() for c in line.text)]
        counts = Counter(_columns(row) for row in rows).most_common(1)
        most, n = counts[0] if counts else (0, 0)
        ruled = len(rows) < stop - at
        if len(rows) >= (2 if most > 2 or ruled or "|" in group[at].text else 3) and n >= 0.75 * len(rows):
            yield True, list(group[at:stop])
        else:
            stop = max(stop, at + 1)
            yield False, list(group[at:stop])
        at = stop


def _columns(line: Line) -> int:
    """In how many short columns three spaces, tabs or bars part a line; 1 where a column is as long as prose."""
    cells = _GAP.split(line.text.strip("|"))
    return len(cells) if max(len(c) for c in cells) <= 50 else 1


def _row(line: Line) -> Block:
    if not any(c.isalnum() for c in line.text):
        return Block("furniture", line.start, line.end, reason=RULE)
    cells = tuple(
        (line.start + m.start(), line.start + m.end())
        for m in re.finditer(r"[^\s|]+(?:(?:[ \u00a0]|(?<=[.!?:;,\"”)])[ \u00a0]{2})[^\s|]+)*", line.text)
    )
    return Block("table", line.start, line.end, cells=cells)


def _headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Blocks with headings, captions and footnotes told from paragraphs."""
    out = list(blocks)
    styles: dict[int, Style] = {}
    reasons = [line_reason(text[b.start : b.end]) if b.kind != "furniture" else b.reason for b in out]
    web = sum(bool(r) and r not in (PAGE_NUMBER, RUNNING, RULE) for r in reasons) >= 2
    for i, b in enumerate(out):
        if b.kind not in ("body", "item") or reasons[i]:
            continue
        line = text[b.start : b.end]
        if is_caption(fold(line), web=web):
            out[i] = replace(b, kind="caption")
        elif looks_like_heading(line) and not _in_list(text, out, i):
            styles[i] = Style.of(line)
    first_prose = next(
        (i for i, b in enumerate(out) if i not in styles and b.kind in ("body", "item") and not reasons[i] and b.end - b.start > 60), 0
    )
    for i, level in levels(styles, first_prose).items():
        out[i] = replace(out[i], kind="heading", level=level)
    return [part for b in _footnotes(text, out) for part in without_underline(text, b)]


def without_underline(text: str, block: Block) -> list[Block]:
    """A heading block apart from the rule drawn below it."""
    m = re.search(r"[ \t]*(?:\r\n?|\n)\s*([=~_*-]{3,})$", text[block.start : block.end])
    if block.kind != "heading" or m is None:
        return [block]
    return [replace(block, end=block.start + m.start()), Block("furniture", block.start + m.start(1), block.end, reason=RULE)]


def _in_list(text: str, blocks: Sequence[Block], i: int) -> bool:
    """Whether a marked line is one of several in a row, rather than a numbered heading."""
    if blocks[i].kind != "item":
        return False
    line = text[blocks[i].start : blocks[i].end]
    after = blocks[i + 1] if i + 1 < len(blocks) else None
    if _BULLET.match(line) or (line.endswith(":") and after is not None and after.kind == "item"):
        return True
    beside = [blocks[j] for j in (i - 1, i + 1) if 0 <= j < len(blocks)]
    return any(b.kind == "item" and looks_like_heading(text[b.start : b.end]) for b in beside)


def _footnotes(text: str, blocks: list[Block]) -> list[Block]:
    """Numbered lines under a rule near the end, or "[1] ..." lines after the last paragraph, are footnotes."""
    last_rule = max((i for i, b in enumerate(blocks) if b.reason == RULE), default=len(blocks))
    after = [b for b in blocks[last_rule + 1 :] if b.kind != "furniture"]
    under_rule = bool(after) and all(_NOTE.match(text[b.start : b.end]) for b in after)
    for i, b in enumerate(blocks):
        line = text[b.start : b.end]
        bracket = re.match(r"\[\d{1,3}\][ \t]+\S", line) and i > len(blocks) // 2
        if b.kind in ("body", "item") and (bracket or (under_rule and i > last_rule)):
            blocks[i] = replace(b, kind="footnote")
    return blocks


def _with_pages(blocks: Sequence[Block], lines: Sequence[Line]) -> tuple[Block, ...]:
    out = []
    at = 0
    for b in blocks:
        while lines[at].start < b.start:
            at += 1
        turns: list[tuple[int, int]] = []
        i = at
        while i < len(lines) and lines[i].start < b.end:
            if not turns or turns[-1][1] != lines[i].page:
                turns.append((lines[i].start, lines[i].page))
            i += 1
        out.append(replace(b, pages=tuple(turns)))
    return tuple(out)

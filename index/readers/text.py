"""Plain text: paragraphs, headings, numbered items and page furniture, told from line lengths, indents and marks.

The report's text is the decoded file, character for character, line ends as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.furniture import sweep
from index.furniture_lines import RULE, fold, line_reason
from index.readers.encoding import decode
from index.readers.headings import Style, is_caption, is_cut_off, is_dateline, levels, looks_like_heading
from index.readers.textlines import PAGE_NUMBER, RUNNING, TERMINAL, UNDERLINE, Line, lines_of, page_furniture
from index.report import Block, BlockKind, Page, Report

_MARKER = re.compile(
    r"(?:[-*•◦▪‣●○■□–—·➢➤✓o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
    r"|\[\d{1,3}\]|[§¶] ?\d+\.?)(?=[ \t\u00a0])"
)
_BULLET = re.compile(r"[-*•◦▪‣●○■□–—·➢➤✓o](?=[ \t\u00a0])")
_GAP = re.compile(r"(?<![.!?:;,\"”)])[ \u00a0]{2,}|[ \u00a0]{3,}|\t+[ ]*|[ ]*\|[ ]*")
_NOTE = re.compile(r"(?:\[\d{1,3}\]|\(?\d{1,3}\)?|[*†‡])[ \t]+\S")


_UNWRAPPED = 1_000_000


def read_text(data: bytes, report_id: str) -> Report:
    """The report in the bytes of a plain text file. Raises UnreadableReport when they are no text."""
    text = decode(data)
    blocks, pages = text_blocks(text)
    return Report(report_id, text, blocks, pages)


def text_blocks(text: str) -> tuple[tuple[Block, ...], tuple[Page, ...]]:
    """The blocks of a plain text, and its pages where form feeds divide it."""
    lines = lines_of(text)
    paged = any(line.page > 1 for line in lines)
    marked = page_furniture(lines)
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
    return all(TERMINAL.search(line.text) and len(re.findall(r"[.!?][\"”’)]* +[A-Z\"“]", line.text)) == 0 for line in group)


def _continues(part: Sequence[Line], line: Line, width: int, sentences: bool) -> bool:
    """Whether `line` goes on with the paragraph `part`: wrapped text fills its lines, a new paragraph does not wait for the edge."""
    last = part[-1]
    if UNDERLINE.fullmatch(line.text) or UNDERLINE.fullmatch(last.text) or not any(c.isalnum() for c in line.text):
        return len(part) == 1 and bool(UNDERLINE.fullmatch(line.text))
    room = last.width + 1 + len(line.text.split(maxsplit=1)[0]) <= width
    ended = bool(TERMINAL.search(last.text))
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

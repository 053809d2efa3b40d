"""Markdown: blocks as CommonMark parses them, over the decoded file.

markdown-it-py says which lines make a heading, a list item, a quotation or a table row; the spans are those of the lines, so that the
text stays the file's own, character for character, markers included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from index.furniture import drop, sweep
from index.furniture_lines import LINKS, NAVIGATION, RULE, fold, line_reason
from index.readers.encoding import decode
from index.readers.headings import is_caption
from index.readers.text import without_underline
from index.report import Block, BlockKind, Report

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER = "front matter"
COMMENT = "comment in the source"
DEFINITION = "link definition"
IMAGE = "image"

_FRONT = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?(?:\r\n|\n|\r))(?:---|\.\.\.)[ \t]*(?=[\r\n]|$)", re.DOTALL)
_FIELD = r"^{}[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*$"
_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'(][^\n]*?[\"')])?\)|\[[^\[\]]*\])|<https?://[^>\s]+>|https?://\S+"
)
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_NOTE = re.compile(r"\[\^[^\]]+\]:")
_DIRECTIVE = re.compile(r"(?:\s*(?:\{[%{].*?[%}]\}|\{:.*?\}|\[\[?_?TOC_?\]\]?))+", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Span:
    """Lines [first, last) that make one block."""

    kind: BlockKind
    first: int
    last: int
    level: int = 0
    reason: str = ""


def read_markdown(data: bytes, report_id: str) -> Report:
    """The report in the bytes of a Markdown file. Raises UnreadableReport when they are no text."""
    text = decode(data)
    front = _FRONT.match(text)
    fields = front.group(1) if front else ""
    lines = _lines(text)
    skipped = sum(1 for start, _ in lines if start < front.end()) if front else 0
    spans = list(_covering(_spans(text, lines, skipped), lines, skipped))
    blocks = [block for span in spans if (block := _block(text, lines, span)) is not None]
    if front:
        blocks.insert(0, Block("furniture", 0, front.end(), reason=FRONT_MATTER))
    title = _field(fields, "title")
    published = re.match(r"\d{4}-\d\d-\d\d", _field(fields, "date") or "")
    parted = [part for b in blocks for part in without_underline(text, b)]
    done = sweep(text, [_refined(text, b) for b in parted], title)
    return Report(report_id, text, done, title_hint=title, published=published.group() if published else None)


def _field(fields: str, name: str) -> str | None:
    found = re.search(_FIELD.format(name), fields, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else None


def _lines(text: str) -> list[tuple[int, int]]:
    """The span of each line without its end, as markdown-it counts lines."""
    lines, at = [], 0
    for m in re.finditer(r"\r\n?|\n", text):
        lines.append((at, m.start()))
        at = m.end()
    return [*lines, (at, len(text))]


def _spans(text: str, lines: Sequence[tuple[int, int]], skipped: int) -> list[_Span]:
    """The blocks that the parser finds after the first `skipped` lines, in order."""
    from markdown_it import MarkdownIt

    body = text[lines[skipped][0] :] if skipped < len(lines) else ""
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    spans = [replace(s, first=s.first + skipped, last=s.last + skipped) for s in _token_spans(tokens)]
    return sorted(spans, key=lambda s: (s.first, s.last))


def _token_spans(tokens: Sequence[Token]) -> Iterator[_Span]:
    items: list[int] = []  # the first line of each open list item, until a paragraph takes it
    header = False
    for token in tokens:
        if token.type == "list_item_open" and token.map:
            items.append(token.map[0])
        elif token.type == "list_item_close":
            items.pop()
        elif token.type in ("thead_open", "thead_close"):
            header = token.type == "thead_open"
        elif token.map is None:
            continue
        elif token.type == "paragraph_open":
            yield _Span("item" if items and items[-1] == token.map[0] else "body", token.map[0], token.map[1])
        elif token.type == "heading_open":
            yield _Span("heading", token.map[0], token.map[1], int(token.tag[1]))
        elif token.type == "tr_open":
            yield _Span("table", token.map[0], token.map[1], int(header))
        elif token.type == "hr":
            yield _Span("furniture", token.map[0], token.map[1], reason=RULE)
        elif token.type in ("fence", "code_block", "html_block"):
            yield _Span("body", token.map[0], token.map[1])


def _covering(spans: Sequence[_Span], lines: Sequence[tuple[int, int]], skipped: int) -> Iterator[_Span]:
    """`spans` without overlap, and the lines that the parser says nothing of (link definitions, table rulers) between them."""
    at = skipped
    for span in spans:
        for line in range(at, span.first):
            yield _Span("body", line, line + 1)
        if span.last > max(at, span.first):
            yield replace(span, first=max(at, span.first))
        at = max(at, span.last)
    for line in range(at, len(lines)):
        yield _Span("body", line, line + 1)


def _block(text: str, lines: Sequence[tuple[int, int]], span: _Span) -> Block | None:
    start, end = lines[span.first][0], lines[span.last - 1][1]
    inked = text[start:end].strip()
    if not inked:
        return None
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(inked)
    cells = tuple(_cells(text, start, end)) if span.kind == "table" else ()
    return Block(span.kind, start, end, span.level, span.reason, cells=cells)


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The cells of a table row: what unescaped bars part, without the outer bars."""
    row = text[start:end]
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", row)]
    edges = [
        -1 if not bars or bars[0] else 0,
        *(b for b in bars if 0 < b < len(row) - 1),
        len(row) - 1 if bars and bars[-1] == len(row) - 1 else len(row),
    ]
    for left, right in pairwise(edges):
        cell = row[left + 1 : right]
        at = start + left + 1 + len(cell) - len(cell.lstrip())
        yield (at, at + len(cell.strip()))


def _refined(text: str, block: Block) -> Block:
    """The block with what only its words tell: comments, definitions, images, rows of links, footnotes."""
    raw = text[block.start : block.end]
    if block.kind == "furniture":
        return block
    if reason := _source_reason(raw):
        return drop(block, reason)
    if _NOTE.match(raw):
        return replace(block, kind="footnote")
    if block.kind not in ("body", "item"):
        return block
    bare = fold(re.sub(r"[*_`]", "", raw))
    alone = _IMAGE.search(raw) and not any(c.isalnum() for c in _IMAGE.sub("", raw))
    return replace(block, kind="caption") if alone or is_caption(bare, web=False) else _links(block, raw)


def _source_reason(raw: str) -> str:
    """Why a block is of the source only and no reader of the page sees it as words, or ""."""
    if not any(c.isalnum() for c in raw):
        return RULE
    if raw.startswith("<"):
        shown = fold(_TAGS.sub(" ", raw))
        return line_reason(shown) if shown else COMMENT
    if _DIRECTIVE.fullmatch(raw):
        return COMMENT
    if re.match(r"\[[^\]^]+\]:\s*\S+", raw):
        return DEFINITION
    images = _IMAGE.findall(raw)
    return IMAGE if images and not any(c.isalnum() for c in _IMAGE.sub("", raw) + "".join(images)) else ""


def _links(block: Block, raw: str) -> Block:
    """A line of nothing but links is navigation, or a list of links; a sentence that is one link is kept."""
    linked = _LINK.findall(raw)
    left = re.sub(r"^(?:[-*+]|\d+[.)])\s", "", _LINK.sub("", raw))
    if linked and not any(c.isalnum() for c in left):
        words = sum(len(name.split()) for name in linked)
        if len(linked) > 1 or words <= 6:
            return drop(block, NAVIGATION if len(linked) > 1 or "|" in left else LINKS)
    return block

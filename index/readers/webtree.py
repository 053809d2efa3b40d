"""The visible text of a web page as pieces in document order, each with the element it stands in.

The page is walked without recursion. White space is collapsed as a browser shows it (a non-breaking space stays), <br> is a line end, two
of them end a paragraph. Text in <script>, <style>, <noscript>, <template> and drawings is no text of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from index.report import BlockKind

Element = Any  # lxml's own stubs and runtime differ on HtmlElement and _Element; here both are one thing

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong "
    "sub sup time tt u var wbr".split()
)
SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed applet video audio canvas map head title noframes datalist progress "
    "meter".split()
)
_TYPED = frozenset("pre textarea xmp listing plaintext".split())
_BOLD = frozenset("b strong".split())
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_CAPTION_NAME = re.compile(r"(?:^|[\s_-])(?:cap|caption|captiontext|legend|photo-?credit|image-?credit)(?:$|[\s_-])", re.IGNORECASE)
_MOST_CELL = 2_000  # characters: a longer cell holds a page's columns, not data


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of the page.

    element   the block element in which it stands.
    kind      by markup alone: heading, item, caption, table, or body.
    level     headings: 1 to 6 as marked up; table rows: 1 for a header row.
    linked    how many of its characters are link text; links: how many links.
    bold      whether all of it is bold.
    cells     table rows: the span of each cell within `text`.
    pre       whether its lines are as typed.
    """

    text: str
    element: Element
    kind: BlockKind = "body"
    level: int = 0
    linked: int = 0
    links: int = 0
    bold: bool = False
    cells: tuple[tuple[int, int], ...] = ()
    pre: bool = False


@dataclass(slots=True)
class _Run:
    """Inline text being gathered, as (characters, inside a link, bold), in the block elements that are open.

    bolding   the class selectors that the page sets in bold.
    links, linked, bold, typed   the links begun since the last block, and how many links, bold and preformatted elements are open.
    """

    blocks: list[Element]
    bolding: frozenset[str]
    parts: list[tuple[str, bool, bool]] = field(default_factory=list)
    links: int = 0
    linked: int = 0
    bold: int = 0
    typed: int = 0

    def take(self, text: str | None) -> None:
        """Gather text; white space is collapsed but where lines are as typed."""
        if text:
            self.parts.append((text if self.typed else _SPACE.sub(" ", text), self.linked > 0, self.bold > 0))

    def count(self, node: Element, tag: str, step: int) -> None:
        """An inline state begins (step 1) or ends (step -1) with `node`."""
        if tag == "a" and node.get("href"):
            self.linked += step
            self.links += step > 0
        elif tag in _BOLD or (tag in ("span", "font", "p", "div") and self._styled_bold(node)):
            self.bold += step
        elif tag in _TYPED:
            self.typed += step

    def _styled_bold(self, node: Element) -> bool:
        named = any(f".{name}" in self.bolding for name in (node.get("class") or "").split())
        return named or bool(_BOLD_STYLE.search(node.get("style") or ""))


def pieces(body: Element) -> Iterator[Piece]:
    """The pieces of the page's visible text below `body`, in order."""
    run = _Run([body], selectors(body, _BOLD_STYLE) if tag_of(body) == "body" else frozenset())
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, node in walk:
        tag = tag_of(node)
        closed = tag in SKIPPED or tag == "br" or (tag == "table" and is_data_table(node))
        if event == "start":
            if closed:
                yield from _closed(run, node, tag)
                walk.skip_subtree()
            else:
                yield from _opened(run, node, tag)
            continue
        if not closed:
            if run.blocks[-1] is node:
                yield from _flush(run, node)
                run.blocks.pop()
            run.count(node, tag, -1)
        if node is not body:
            run.take(node.tail)


def _opened(run: _Run, node: Element, tag: str) -> Iterator[Piece]:
    if tag not in INLINE and ":" not in tag and node is not run.blocks[-1]:
        yield from _flush(run, run.blocks[-1])
        run.blocks.append(node)
    run.count(node, tag, 1)
    run.take(node.text)


def _closed(run: _Run, node: Element, tag: str) -> Iterator[Piece]:
    """An element whose inside is not walked: a line break, a table of data, or what is no text."""
    if tag == "br":
        run.parts.append(("\n", False, False))
    elif tag == "table":
        yield from _flush(run, run.blocks[-1])
        yield from _rows(node)


def selectors(body: Element, style: re.Pattern[str]) -> frozenset[str]:
    """The plain class and id selectors (".c5", "#note") whose rules in the page's own style sheets match `style`."""
    found: set[str] = set()
    for sheet in body.getroottree().iter("style"):
        for names, rules in _rules(_uncommented(sheet.text or "")):
            if style.search(rules):
                found |= {s.strip() for s in names.split(",") if re.fullmatch(r"\s*[.#][\w-]+\s*", s)}
    return frozenset(found)


def _uncommented(sheet: str) -> str:
    """Without regular expressions, here and below: they try each place of a sheet without end as a beginning."""
    kept, at = [], 0
    while (start := sheet.find("/*", at)) >= 0 and (end := sheet.find("*/", start + 2)) >= 0:
        kept.append(sheet[at:start])
        at = end + 2
    return "".join([*kept, sheet[at:]])


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of each innermost pair of braces."""
    for closed in sheet.split("}")[:-1]:
        before, brace, rules = closed.rpartition("{")
        names = before[max(before.rfind(c) for c in "{@;") + 1 :]
        if brace and names:
            yield names, rules


def tag_of(node: Element) -> str:
    """The element's name in lower case, without namespace."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _flush(run: _Run, element: Element) -> Iterator[Piece]:
    """The pieces of the text gathered since the last block began, as one or, where two <br> part it, more."""
    parts, links = run.parts, run.links
    run.parts, run.links = [], 0
    if not any(text.strip() for text, _, _ in parts):
        return
    kind, level = _kind(element)
    if run.typed and tag_of(element) in _TYPED:
        text = "".join(p[0] for p in parts).rstrip()
        yield Piece(re.sub(r"^(?:[^\S\n\r]*[\r\n])+", "", text), element, pre=True)
        return
    for segment in _segments(parts):
        text = re.sub(r" {2,}", " ", re.sub(r" *\n *", "\n", "".join(p[0] for p in segment))).strip()
        if text:
            inked = [p for p in segment if p[0].strip()]
            linked = min(len(text), sum(len(p[0].strip()) for p in inked if p[1]))
            yield Piece(text, element, kind, level, linked, links, all(p[2] for p in inked))
            if kind == "item":
                kind = "body"


def _segments(parts: list[tuple[str, bool, bool]]) -> Iterator[list[tuple[str, bool, bool]]]:
    """`parts` cut where two line ends meet, where bold lines give way to plain ones, and between long lines that end as sentences do."""
    lines: list[list[tuple[str, bool, bool]]] = [[]]
    for part in parts:
        if part[0] == "\n":
            lines.append([])
        else:
            lines[-1].append(part)
    segment: list[tuple[str, bool, bool]] = []
    last: list[tuple[str, bool, bool]] = []
    for line in lines:
        inked = any(p[0].strip() for p in line)
        if not inked or (last and _parted(last, line)):
            if segment:
                yield segment
            segment = []
        if inked:
            segment += ([("\n", False, False)] if segment else []) + line
        last = line if inked else []
    if segment:
        yield segment


_LISTED = re.compile(r"\s*(?:[-•*·▪◦–—]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s)")


def _parted(above: list[tuple[str, bool, bool]], below: list[tuple[str, bool, bool]]) -> bool:
    def bold(line: list[tuple[str, bool, bool]]) -> bool:
        return all(p[2] for p in line if p[0].strip())

    def linked(line: list[tuple[str, bool, bool]]) -> bool:
        return all(p[1] for p in line if p[0].strip())

    first, second = "".join(p[0] for p in above).strip(), "".join(p[0] for p in below).strip()
    if bold(above) != bold(below) or linked(above) != linked(below):
        return True
    ended = bool(re.search(r"[.!?:;][\"”’)]*$", first))
    begins = second[0].isupper() or second[0].isdigit()
    return ended and (bool(_LISTED.match(second)) or (begins and (len(first) > 200 or bool(_LISTED.match(first)))))


def _kind(element: Element) -> tuple[BlockKind, int]:
    """What the markup alone says a block is: the nearest telling element counts."""
    node = element
    for _ in range(4):
        tag = tag_of(node)
        if re.fullmatch(r"h[1-6]", tag):
            return "heading", int(tag[1])
        if tag in ("figcaption", "caption", "figure") or _CAPTION_NAME.search(node.get("class") or ""):
            return "caption", 0
        if tag in ("li", "dd"):
            first = node is element or next(node.iterchildren("*"), None) is element
            return ("item" if first else "body"), 0
        if tag not in ("p", "div", "span", "center", "a", "blockquote") or node.getnext() is not None:
            break
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return "body", 0


def is_data_table(table: Element) -> bool:
    """Whether a table holds data in rows, rather than the columns of a page."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    if next(table.iterdescendants("table", "h1", "h2", "h3", "form", "nav", "ul", "ol", "article", "main", "section"), None) is not None:
        return False
    rows = [[c for c in row if tag_of(c) in ("td", "th")] for row in table.iter("tr")]
    if not rows or sum(len(r) >= 2 for r in rows) * 2 < len(rows):
        return False
    sizes = [sum(len(t) for t in cell.itertext()) for row in rows for cell in row]
    if max(sizes) > _MOST_CELL:
        return False
    headed = next(table.iterdescendants("th", "thead", "caption"), None) is not None
    return headed or (len(rows) >= 2 and max(sizes) <= 600)


def _rows(table: Element) -> Iterator[Piece]:
    caption = next(table.iterchildren("caption"), None)
    if caption is not None:
        for piece in pieces(caption):
            yield Piece(piece.text, caption, "caption")
    for row in table.iter("tr"):
        cells = [c for c in row if tag_of(c) in ("td", "th")]
        texts, linked, links = [], 0, 0
        for cell in cells:
            inner = list(pieces(cell))
            texts.append("\n".join(p.text for p in inner))
            linked += sum(p.linked for p in inner)
            links += sum(p.links for p in inner)
        if not any(t.strip() for t in texts):
            continue
        at, spans = 0, []
        for t in texts:
            spans.append((at, at + len(t)))
            at += len(t) + 1
        lead = next(s for s, t in zip(spans, texts, strict=True) if t)[0]
        text = "\t".join(texts).rstrip()
        header = all(tag_of(c) == "th" for c in cells)
        yield Piece(
            text[lead:],
            row,
            "table",
            int(header),
            linked,
            links,
            cells=tuple((_clamp(s - lead, text, lead), _clamp(e - lead, text, lead)) for s, e in spans),
        )  # empty cells at either end take no room: a block begins and ends with ink


def _clamp(at: int, text: str, lead: int) -> int:
    return min(max(0, at), len(text) - lead)

"""Web pages: all visible text, and which of it is the report.

The text is every visible paragraph of the page, parted by blank lines. What is not the report is furniture: by structure (menus, forms,
comments, hidden elements), by standing outside the region that trafilatura's extraction points to, or by the line rules that all formats
share. Inside that region nothing is dropped merely because an extractor dropped it: short statements, lists and tables are kept.
Nothing is fetched: no image, no style sheet, no entity.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.errors import UnreadableReport
from index.furniture import sweep, title_key
from index.furniture_lines import LINKS, SITE, fold, is_sentence
from index.readers.encoding import decode
from index.readers.headings import is_caption, looks_like_heading
from index.readers.marks import HIDDEN, OUTSIDE, Marks
from index.readers.region import main_region
from index.readers.text import item_marker, text_blocks
from index.readers.webtree import Element, Piece, pieces, tag_of
from index.report import Block, BlockKind, Report

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_WORD_HEADING = re.compile(r"(?:^|\s)(?:mso)?(?:sub)?(?:title|heading)\d?(?:\s|$)", re.IGNORECASE)
_SUBSET = re.compile(r"^\s*<!DOCTYPE[^>\[]{0,200}\[[^\]]{0,10000}\]\s*>", re.IGNORECASE)
_BACK = re.compile(r"#.*(?:ftn|fn|note|ref)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_TITLE = 500  # characters: what is longer is a page whose title has no end
_MOST_CUTS = 16
_SITE_PARTS = re.compile(r"\s+[|–—»·•:-]\s+|\s*[|»]\s*")


def read_mhtml(data: bytes, report_id: str) -> Report:
    """The report in a page saved with all its parts (.mhtml). Raises UnreadableReport when it holds no page."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return read_html(payload, report_id, part.get_content_charset())
    raise UnreadableReport("The saved page holds no text. Open it in a browser and save it anew as .html.")


def read_html(data: bytes, report_id: str, charset: str | None = None) -> Report:
    """The report in the bytes of a web page. charset: the encoding that a mail header gives, if any."""
    found = _XML_CHARSET.search(data[:200]) or _CHARSET.search(data[:4096])
    source = decode(data, charset or (found.group(1).decode("ascii", "replace") if found else None))
    root = _parse(source)
    if root is None:
        raise UnreadableReport("There are no words in it. Check that the file holds the report's text.")
    body = next((e for e in root.iter("body")), root)
    found_pieces = list(pieces(body))
    title = _title(root, found_pieces)
    text, blocks = _laid_out(body, found_pieces, source, title)
    return Report(report_id, text, sweep(text, blocks, title), title_hint=title, published=_published(root))


def _parse(source: str) -> Element | None:
    """The tree of a page, or None where there is nothing in it.

    libxml2 drops all that stands deeper than 256 elements, and without a word; old pages with unclosed <font> tags do. They are parsed once
    more with its higher limit, and refused when that is not enough: a report must not lose its end silently.
    """
    from lxml import etree, html

    source = _SUBSET.sub("<!DOCTYPE html>", source, count=1)
    clean = re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "", source).encode("utf-8")
    for huge in (False, True):
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=huge)
        try:
            root = html.document_fromstring(clean, parser=parser, ensure_head_body=True)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            return None
        if not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            return root
    raise UnreadableReport("Its parts are nested too deep to be read. Open it in a browser and print it to PDF.")


def _laid_out(body: Element, found: Sequence[Piece], source: str, title: str | None) -> tuple[str, list[Block]]:
    """The report's text, and a block for each piece."""
    marks = Marks.of(body)
    named = _named(found, marks, title)
    if named is not None:
        marks.uncover(named)
    region = main_region(body, found, source, marks, named)
    levels = _heading_levels(found, region, marks, title)
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for i, piece in enumerate(found):
        if i:
            gap = "\n" if piece.kind == "table" == found[i - 1].kind else "\n\n"
            parts.append(gap)
            at += len(gap)
        reason = marks.reason(piece.element, region)
        blocks += _blocks(piece, at, reason, levels.get(i, 0))
        parts.append(piece.text)
        at += len(piece.text)
    return "".join(parts), blocks


def _named(found: Sequence[Piece], marks: Marks, title: str | None) -> Element | None:
    """The element that reads as the page's declared title, else its only <h1> that is no link home."""
    key = title_key(title or "")
    shown = [p for p in found if marks.reason(p.element, None) in ("", SITE)]
    alike = [p.element for p in shown if key and title_key(p.text) == key and not (p.linked and marks.reason(p.element, None))]
    first = [p.element for p in shown if p.kind == "heading" and p.level == 1]
    alone = [p.element for p in shown if p.kind == "heading" and p.level == 1 and not p.linked]
    return alike[0] if alike else alone[0] if len(first) == len(alone) == 1 else None


def _blocks(piece: Piece, at: int, reason: str, level: int) -> list[Block]:
    """The block of a piece that begins at `at`; a preformatted piece gives as many as plain text would."""
    end = at + len(piece.text)
    if reason and not (level and reason != HIDDEN):
        return [Block("furniture", at, end, reason=reason)]
    if piece.pre:
        inner, _ = text_blocks(piece.text)
        return [replace(b, start=b.start + at, end=b.end + at, pages=(), cells=tuple((s + at, e + at) for s, e in b.cells)) for b in inner]
    if level:
        return [Block("heading", at, end, level)]
    if _is_link(piece):
        return [Block("furniture", at, end, reason=LINKS)]
    cells = tuple((start + at, stop + at) for start, stop in piece.cells)
    return [Block(_kind(piece), at, end, piece.level if piece.kind == "table" else 0, cells=cells)]


def _is_link(piece: Piece) -> bool:
    """Whether a piece is a link or a row of links rather than a sentence that carries one."""
    line = fold(piece.text)
    return piece.kind != "caption" and piece.linked >= 0.85 * len(piece.text) and not (is_sentence(line) and len(line.split()) >= 8)


def _kind(piece: Piece) -> BlockKind:
    if piece.kind in ("body", "item") and _is_note(piece):
        return "footnote"
    if piece.kind == "body" and is_caption(fold(piece.text), web=True):
        return "caption"
    if piece.kind == "body" and item_marker(piece.text):
        return "item"
    return "body" if piece.kind == "heading" else piece.kind  # a heading without a level has no words: a rule, a number


def _is_note(piece: Piece) -> bool:
    """Whether a piece stands among footnotes, by the names that Word, WordPress, Drupal and Wikipedia-like pages give them."""
    node = piece.element
    if re.match(r"\[?\d{1,3}\]?\s", piece.text) and any(_BACK.match(a.get("href") or "") for a in node.iter("a")):
        return True
    for _ in range(4):
        if node is None:
            return False
        names = f"{node.get('id') or ''} {node.get('class') or ''} {node.get('role') or ''}".lower()
        if re.search(
            r"\b(?:foot-?notes?|end-?notes?|_?ftn\d+|fn[:-]?\d+|msofootnotetext|msoendnotetext|doc-endnotes?|doc-footnote)\b", names
        ):
            return True
        node = node.getparent()
    return False


def _heading_levels(found: Sequence[Piece], region: Element, marks: Marks, title: str | None) -> dict[int, int]:
    """The level of each heading, by piece: 1 for the report's title, the rest from 2 on as they are marked up."""
    inside = {i: p for i, p in enumerate(found) if not marks.reason(p.element, region)}
    marked = {i: p.level for i, p in inside.items() if p.kind == "heading" and any(c.isalnum() for c in p.text)}
    lowest = max(marked.values(), default=1)
    for i, p in inside.items():
        telling = p.bold or _WORD_HEADING.search(p.element.get("class") or "")
        if p.kind == "body" and telling and not p.linked and looks_like_heading(p.text) and not is_caption(fold(p.text), web=True):
            marked[i] = lowest + 1
    first = _title_piece(found, marked, region, marks, title)
    ranks = sorted({level for i, level in marked.items() if i != first})
    levels = {i: 2 + ranks.index(level) for i, level in marked.items() if i != first}
    return levels if first is None else {**levels, first: 1}


def _title_piece(found: Sequence[Piece], marked: dict[int, int], region: Element, marks: Marks, title: str | None) -> int | None:
    """The piece that is the report's title: a heading like the page's declared title, wherever it stands, else the region's first <h1>."""
    key = title_key(title or "")
    shown = [i for i, p in enumerate(found) if p.text.strip() and len(p.text) < 300 and marks.reason(p.element, region) != HIDDEN]
    for pool in (list(marked), [i for i in shown if found[i].kind == "heading"], [i for i in shown if not found[i].linked]):
        for i in sorted(pool):
            if key and title_key(found[i].text) == key:
                return i
    inside = [i for i in sorted(marked) if found[i].level == 1]
    if inside:
        return inside[0]
    first = min((i for i, p in enumerate(found) if not marks.reason(p.element, region)), default=0)
    above = [
        i
        for i in shown
        if i < first and found[i].kind == "heading" and found[i].level == 1 and marks.reason(found[i].element, region) == OUTSIDE
    ]
    return above[-1] if above else None


def _title(root: Element, found: Sequence[Piece]) -> str | None:
    """The title that the page declares, without the site's name."""
    site = title_key(_meta(root, "og:site_name") or "")
    headings = {title_key(p.text) for p in found if p.kind == "heading"}
    declared = [t for t in (_meta(root, "og:title"), _meta(root, "dc.title"), _title_element(root)) if t and len(t) <= _LONGEST_TITLE]
    for whole in declared:
        if title_key(whole) in headings:
            return whole
        for part in _stretches(whole):
            if title_key(part) in headings and title_key(part) != site:
                return part
    for whole in declared:
        parts = [p for p in re.split(r"\s+[|–—»]\s+|\s*[|»]\s*|\s+-\s+", whole) if p.strip() and title_key(p) != site]
        if parts:
            return max(parts, key=len).strip()
    return None


def _stretches(whole: str) -> list[str]:
    """The stretches of a title between its separators, longest first: the separators may be the site's or the title's own."""
    cuts = [m.span() for m in _SITE_PARTS.finditer(whole)][:_MOST_CUTS]
    starts, ends = [0, *(e for _, e in cuts)], [*(s for s, _ in cuts), len(whole)]
    return sorted((whole[s:e] for s in starts for e in ends if s < e and (s, e) != (0, len(whole))), key=len, reverse=True)


def _title_element(root: Element) -> str | None:
    node = next(root.iter("title"), None)
    text = fold("".join(node.itertext())) if node is not None else ""
    return text or None


def _meta(root: Element, name: str) -> str | None:
    for node in root.iter("meta"):
        if (node.get("property") or node.get("name") or node.get("itemprop") or "").lower() == name:
            return fold(node.get("content") or "") or None
    return None


def _published(root: Element) -> str | None:
    """The ISO date on which the page says that it was published."""
    names = (
        "article:published_time",
        "dc.date",
        "dc.date.issued",
        "dcterms.issued",
        "date",
        "datepublished",
        "publication_date",
        "pubdate",
    )
    candidates = [_meta(root, name) for name in names]
    candidates += [_json_date(node.text or "") for node in root.iter("script") if "ld+json" in (node.get("type") or "")]
    candidates += [node.get("datetime") for node in root.iter("time") if tag_of(node) == "time"][:1]
    for value in candidates:
        if value and (m := _DATE.match(value.strip())):
            return m.group()
    return None


def _json_date(source: str) -> str | None:
    try:
        todo: list[Any] = [json.loads(source)]
    except (ValueError, RecursionError):
        return None
    while todo:
        value = todo.pop(0)
        if isinstance(value, dict):
            if isinstance(value.get("datePublished"), str):
                return str(value["datePublished"])
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return None

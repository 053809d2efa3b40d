"""Where on a web page the report stands.

The region is the deepest element that holds most of what trafilatura extracted, grown where its neighbours hold prose or the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.furniture_lines import is_sentence
from index.readers.marks import HIDDEN, Marks
from index.readers.webtree import Element, Piece, tag_of

_SPAN = re.compile(r"((?:col|row)span\s*=\s*[\"']?)\d{3,}", re.IGNORECASE)  # the extractor fills in each cell of the span
_CONTAINERS = frozenset("body div td th article section main form center font span table tbody tr blockquote fieldset details html".split())
_ENOUGH = 200  # characters of extracted text from which an extraction says where the report is


def main_region(body: Element, found: Sequence[Piece], source: str, marks: Marks, title: Element | None) -> Element:
    """The element in which the report stands. title: the element of its title, if it is known."""
    clear = [p for p in found if marks.reason(p.element, None) != HIDDEN]
    extracted = "".join(_extracted(source).split())
    weights = [(p, len(p.text)) for p in clear if len(p.text) >= 40 and "".join(p.text.split()) in extracted]
    if sum(w for _, w in weights) < min(_ENOUGH, 0.3 * sum(len(p.text) for p in clear)):
        weights = [(p, len(p.text)) for p in clear if _is_prose(p) and not marks.reason(p.element, None)]
    if not weights:
        return body
    region = _deepest(body, weights)
    return _with_title(body, _widened(body, region, clear, marks), title, clear, marks)


def _extracted(source: str) -> str:
    import logging

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        document = trafilatura.bare_extraction(_SPAN.sub(r"\g<1>1", source), include_comments=False, include_tables=True, favor_recall=True)
    except Exception:  # an extractor's failure costs its advice, not the page: the page's own prose decides
        return ""
    return str(getattr(document, "text", None) or "")


def _deepest(body: Element, weights: Sequence[tuple[Piece, int]]) -> Element:
    """The deepest element that holds 85 % of the weight."""
    held: dict[Element, int] = {}
    for piece, weight in weights:
        node = piece.element
        while node is not None:
            held[node] = held.get(node, 0) + weight
            if node is body:
                break
            node = node.getparent()
    enough = 0.85 * held.get(body, 0)
    node = body
    while True:
        below = next((child for child in node.iterchildren("*") if held.get(child, 0) >= enough), None)
        if below is None:
            break
        node = below
    while node is not body and tag_of(node) not in _CONTAINERS:  # a page of one paragraph still has a region around it
        node = node.getparent()
    return node


def _widened(body: Element, region: Element, clear: Sequence[Piece], marks: Marks) -> Element:
    """The region grown to its parent as long as that adds more prose than links and labels."""
    while region is not body and (parent := region.getparent()) is not None:
        added = [p for p in clear if _holds(parent, p.element) and not _holds(region, p.element) and not marks.reason(p.element, parent)]
        added = [p for p in added if p.kind != "heading"]
        if added and sum(len(p.text) for p in added if _is_prose(p)) < 0.7 * sum(len(p.text) for p in added):
            return region
        if not added and tag_of(parent) in ("body", "html"):
            return region
        region = parent
    return region


def _with_title(body: Element, region: Element, title: Element | None, clear: Sequence[Piece], marks: Marks) -> Element:
    """The region grown to hold the title above it, unless that brings in as much again: date and place often stand between the two."""
    if title is None or _holds(region, title):
        return region
    shared = next((a for a in region.iterancestors() if _holds(a, title)), body)
    if tag_of(shared) in ("body", "html"):
        return region
    added = sum(
        len(p.text) for p in clear if _holds(shared, p.element) and not _holds(region, p.element) and not marks.reason(p.element, shared)
    )
    within = sum(len(p.text) for p in clear if _holds(region, p.element))
    return shared if added < 0.3 * within else region


def _holds(outer: Element, node: Element) -> bool:
    while node is not None:
        if node is outer:
            return True
        node = node.getparent()
    return False


def _is_prose(piece: Piece) -> bool:
    return piece.linked < 0.3 * len(piece.text) and (is_sentence(piece.text) or len(piece.text) > 150)

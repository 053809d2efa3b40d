"""Where on a web page the report stands, and why an element is page furniture.

The region is the deepest element that holds most of what trafilatura extracted. Marks are what the page's own structure says: roles, tags,
names of classes, styles that hide. An element that holds the region is never furniture, whatever it is called: old pages put
everything into one <form>, and saved pages may hide all but an open dialog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.furniture_lines import (
    BUTTON,
    COMMENTS,
    COOKIES,
    DATELINE,
    LEGAL,
    LOGIN,
    NAVIGATION,
    NEWSLETTER,
    RELATED,
    SHARE,
    SITE,
    is_sentence,
)
from index.readers.webtree import Element, Piece, selectors, tag_of

HIDDEN = "hidden on the page"
OUTSIDE = "outside the report"
FORM = "form"
DIALOG = "dialog"


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: reason for reason, group in words.items() for word in group.split()}


_TAGS = _by_word(
    {
        NAVIGATION: "nav menu",
        LEGAL: "footer",
        FORM: "form select textarea input fieldset",
        DIALOG: "dialog",
        BUTTON: "button",
    }
)
_ROLES = _by_word(
    {
        NAVIGATION: "navigation menu menubar",
        SITE: "banner",
        LEGAL: "contentinfo",
        RELATED: "complementary",
        FORM: "search form",
        DIALOG: "dialog alertdialog",
        BUTTON: "toolbar button",
    }
)
# Words in class and id names: the first group holds always, the second only for elements with little prose.
_NAMES = _by_word(
    {
        COOKIES: "cookie cookies consent gdpr",
        NAVIGATION: "nav navbar navigation breadcrumb breadcrumbs crumbs pagination pager menu",
        RELATED: "sidebar related advert advertisement",
        COMMENTS: "comments comment respond disqus",
        SHARE: "share sharing sharedaddy addtoany addthis",
        NEWSLETTER: "newsletter subscribe",
        LOGIN: "login signin",
        DIALOG: "modal popup lightbox",
    }
)
_WEAK_NAMES = _by_word(
    {
        SHARE: "social",
        DATELINE: "tags tag taglinks meta byline postmeta author",
        LEGAL: "footer foot colophon copyright",
        SITE: "header masthead banner",
        BUTTON: "tools toolbar print",
        RELATED: "promo teaser recommended",
        NAVIGATION: "toc skip",
    }
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|clip\s*:\s*rect\(\s*[01]"
    r"|(?<![\w-])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|\}|$)|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|\}|$)"
    r"|(?:left|top|text-indent|right)\s*:\s*-\d{3,}|(?<![\w-])(?:height|width|max-height)\s*:\s*[01]px[^}]*overflow\s*:\s*hidden",
    re.IGNORECASE,
)
_HIDDEN_NAMES = frozenset(
    "sr-only screen-reader-text screen-reader-only visually-hidden visuallyhidden element-invisible hidden hide d-none is-hidden "
    "u-hidden".split()
)
_SHOWN_WIDE = re.compile(r"(?:^|\s)(?:(?:sm|md|lg|xl):|d-(?:sm|md|lg|xl)-)(?:block|flex|grid|inline|table)")  # hidden on telephones only
# Shares of the page's prose above which a mark is not believed: a form around all of an old page, a page greyed out behind a dialog.
_TOO_MUCH = {HIDDEN: 0.8, COMMENTS: 0.95}
_TELLING = re.compile(
    r"\b(?:participants?|delegat(?:es?|ions?)|speakers?|experts?|panell?ists?|sides?)\b[^.!?]{10,}[.!?](?:\s|$)", re.IGNORECASE
)
_CONTAINERS = frozenset("body div td th article section main form center font span table tbody tr blockquote fieldset details html".split())
_ENOUGH = 200  # characters of extracted text from which an extraction says where the report is


@dataclass(slots=True)
class Marks:
    """Why elements are furniture, by element."""

    found: dict[Element, str]

    @classmethod
    def of(cls, body: Element) -> Marks:
        """The marks of every element below `body`."""
        hiding = selectors(body, _HIDDEN_STYLE)
        sizes = _prose_below(body)
        most = max(sizes.get(body, 0), 1)
        found = {}
        for node in body.iter("*"):
            reason = _own_reason(node, hiding)
            if reason and sizes.get(node, 0) > _TOO_MUCH.get(reason, 0.5) * most:
                continue
            if not reason and sizes.get(node, 0) < min(400, 0.2 * most) and not _tells(node):
                reason = _by_name(node, _WEAK_NAMES)
                if tag_of(node) == "header" and not reason and not _within(node, ("article", "main")):
                    reason = SITE
            if reason:
                found[node] = reason
        return cls(found)

    def reason(self, node: Element, region: Element | None) -> str:
        """Why what stands in `node` is furniture, or "". The region and what holds it carry no mark."""
        chain = []
        while node is not None and node is not region:
            chain.append(node)
            node = node.getparent()
        if node is None and region is not None:  # outside the region
            holders = set(region.iterancestors())
            outer = [e for e in chain if e not in holders]
            return self._nearest(outer) or OUTSIDE
        return self._nearest(chain)

    def uncover(self, title: Element) -> None:
        """Believe no site header that holds the report's title: date and place stand beside it."""
        for node in (title, *title.iterancestors()):
            if self.found.get(node) == SITE:
                del self.found[node]

    def _nearest(self, chain: Sequence[Element]) -> str:
        reasons = [self.found[e] for e in chain if e in self.found]
        if HIDDEN in reasons:
            return HIDDEN
        return reasons[-1] if reasons else ""


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
        document = trafilatura.bare_extraction(source, include_comments=False, include_tables=True, favor_recall=True)
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


def _own_reason(node: Element, hiding: frozenset[str]) -> str:
    names = (node.get("class") or "").split()
    if (
        node.get("hidden") is not None
        or (node.get("aria-hidden") or "").lower() == "true"
        or _HIDDEN_STYLE.search(node.get("style") or "")
        or any((n.lower() in _HIDDEN_NAMES and not _SHOWN_WIDE.search(" ".join(names))) or f".{n}" in hiding for n in names)
        or f"#{node.get('id')}" in hiding
    ):
        return HIDDEN
    role = (node.get("role") or "").lower()
    if tag_of(node) == "footer" and (_within(node, ("blockquote", "figure")) or re.search(r"(?:foot|end)-?notes?", " ".join(names))):
        return ""
    if tag_of(node) == "aside" and not _is_box(node):
        return RELATED
    if "widget" in names:  # WordPress; page builders name all of their blocks "something-widget"
        return RELATED
    return _ROLES.get(role) or _TAGS.get(tag_of(node)) or _by_name(node, _NAMES)


def _is_box(aside: Element) -> bool:
    """Whether an <aside> is a box of the report, "Key points", rather than links to other pages."""
    if not _within(aside, ("article", "main")):
        return False
    linked = sum(len("".join(a.itertext())) for a in aside.iter("a"))
    return _tells(aside) and linked < 0.1 * sum(len(t) for t in aside.itertext())


def _tells(node: Element) -> bool:
    """Whether an element has a sentence in it about those who met."""
    return bool(_TELLING.search(" ".join(node.itertext())))


def _by_name(node: Element, table: dict[str, str]) -> str:
    if tag_of(node) in ("body", "html", "main", "article"):
        return ""
    for name in f"{node.get('class') or ''} {node.get('id') or ''}".split():
        if re.match(r"(?:no|has|with|without|is|page|single|post|entry|layout|col|row|wp|js)[-_]", name, re.IGNORECASE) and not re.match(
            r"(?:post|entry|page)[-_](?:meta|footer|header|tags|nav|navigation|share|sharing)", name, re.IGNORECASE
        ):
            continue
        if table is _NAMES and re.search(r"cookie|gdpr", name, re.IGNORECASE):  # names are run together: "CybotCookiebotDialog"
            return COOKIES
        words = re.split(r"[-_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower())
        if found := next((table[w] for w in words if w in table), ""):
            return found
    return ""


def _within(node: Element, tags: tuple[str, ...]) -> bool:
    return any(tag_of(a) in tags for a in node.iterancestors())


def _prose_below(body: Element) -> dict[Element, int]:
    """Characters of text below each element, links left out."""
    held: dict[Element, int] = {}
    for node in body.iter("*"):
        if tag_of(node) in ("script", "style", "noscript", "template"):
            continue
        own = 0 if tag_of(node) == "a" else len((node.text or "").strip())
        own += sum(len((child.tail or "").strip()) for child in node)
        above: Element | None = node
        while own and above is not None:
            held[above] = held.get(above, 0) + own
            above = above.getparent()
    return held

"""Why an element of a web page is furniture: what the page's own structure says.

Marks are roles, tags, names of classes, styles that hide. An element that holds the report's region is never furniture, whatever it is
called: old pages put everything into one <form>, and saved pages may hide all but an open dialog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.furniture_lines import BUTTON, COMMENTS, COOKIES, DATELINE, LEGAL, LOGIN, NAVIGATION, NEWSLETTER, RELATED, SHARE, SITE
from index.readers.webtree import Element, selectors, tag_of

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

"""Page furniture: which lines around a report are not the report.

Menus, share bars, log-in forms, cookie notices, repeated titles. They become blocks of kind furniture with a reason, so that they can be
shown and no question reaches them. One set of rules serves text, Markdown and HTML; the HTML reader has marked by structure before.

Precision comes first: a sentence of the report must never be dropped. So a line rule must match the whole of a short line, a paragraph
that speaks of participants is never matched by words alone, and a region ("Related", "Leave a Reply") reaches to the end of the file only
where the report has ended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from index.report import Block

NAVIGATION = "site navigation"
SHARE = "share bar"
LOGIN = "log-in form"
COOKIES = "cookie notice"
COMMENTS = "readers' comments"
RELATED = "links to other pages"
DATELINE = "publication line"
LEGAL = "copyright or contact line"
BUTTON = "page button"
SITE = "site header"
NEWSLETTER = "newsletter"
NOTICE = "notice to readers"
GENERATOR = "generator line"
TITLE_REPEATED = "title repeated"
RULE = "rule"
MAIL = "e-mail header or signature"
LINKS = "links"

_SERVICES = (
    r"(?:facebook|twitter|x|linked ?in|whats ?app|telegram|e-?mail|pinterest|reddit|tumblr|pocket|skype|instagram|youtube|rss|mastodon|bluesky"
    r"|threads|vk|viber|wechat|weibo|line|print|pdf|copy(?: the)? link|copy url|tweet|like|share|save|pin(?: it)?|more|send|messenger|xing)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = rf"(?:\w+day,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?,? \d{{4}}|{_MONTH}\.? \d{{1,2}},? \d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
_READ_TIME = r"\d+\s*-?\s*min(?:ute)?s?(?:['’]s?)?(?: of)? read(?:ing)?(?: time)?|(?:estimated )?reading time:? .{1,20}"

# (what a whole line says, why it is furniture). Matched against the line with white space folded, in any case.
_LINES: tuple[tuple[str, str], ...] = (
    (r"(?:skip|jump|go)(?: directly)? to (?:the )?(?:main |page )?(?:content|navigation|search|footer|text)", NAVIGATION),
    (r"(?:toggle|open|close|show|hide|main|mobile|primary)? ?(?:navigation|menu)(?: menu)?", NAVIGATION),
    (r"(?:back|return|go)(?: up)? to (?:the )?top(?: of (?:the |this )?page)?|(?:page )?top|top of (?:the )?page", NAVIGATION),
    (r"(?:previous|next|older|newer)(?: (?:post|article|page|entry|story)s?)?(?: ?[:»›→].*)?|[«‹←] ?(?:previous|older|back).*", NAVIGATION),
    (r"you are here:? .*|home(?: ?[»›>/→|] ?[^.?!]+)+", NAVIGATION),
    (r"(?:close|ok|okay|cancel|submit|go|search|dismiss|accept|decline|apply|reset|send|expand|collapse|show more|read more|more|×|✕|✖)", BUTTON),
    (r"(?:close|dismiss) (?:this |the )?(?:window|dialog|dialogue box|menu|modal|banner|message|search)", BUTTON),
    (r"search(?: (?:this |the |our )?(?:web)?site| for| here)?:?(?: ?\.\.\.|…)?", BUTTON),
    (r"(?:print|e-?mail|download|save|listen to|bookmark)(?: (?:this|the))? (?:page|article|post|story)(?: as pdf)?", BUTTON),
    (r"printer[- ]friendly(?: (?:version|page))?|print version|(?:larger|smaller|increase|decrease) (?:text|font)(?: size)?|text size.*|font size.*", BUTTON),
    (r"(?:download|read|view|see|open|access|click here)(?: (?:the|this|our))?(?: (?:full|complete|entire|original))? (?:report|summary|document|paper|publication|article|story|text|pdf|version|brief)\b.{0,40}", BUTTON),
    (r"sent from my .*|virus-free\..*|get outlook for .*", MAIL),
    (r"loading ?(?:\.\.\.|…)", BUTTON),
    (r"share(?: (?:this|on|via|the|with|it))?(?: (?:page|article|post|story|report|facebook|twitter|friends|linkedin|x).{0,20})?:?", SHARE),
    (r"(?:like this|follow us(?: on .*)?|tweet(?: this)?|pin it|like ?loading ?(?:\.\.\.|…)|be the first to like this.*):?", SHARE),
    (r"\d+ (?:shares?|likes?|tweets?|views?|reads?)", SHARE),
    (r"log ?(?:in|out|on)|sign ?(?:in|out|up)|register(?: now)?|my account|create an account|user ?name:?|password:?|(?:e-?mail|user ?name) or .{1,30}", LOGIN),
    (r"(?:keep me (?:logged|signed) in|remember me)(?: on this (?:device|computer))?", LOGIN),
    (r"(?:lost|forgot(?:ten)?|reset|change) (?:your |my )?(?:password|username|log ?in)\??|get a new password|back to log ?in", LOGIN),
    (r"(?:leave|post|add|write) (?:a |your )?(?:reply|comment|response).*|cancel reply", COMMENTS),
    (r"(?:\d+|no|one) (?:comments?|responses?|replies|reply)(?: (?:on|to) .*)?(?: yet)?", COMMENTS),
    (r"comments \(\d+\)|comments are (?:closed|off|disabled).*|join the (?:discussion|conversation)", COMMENTS),
    (r"required fields are marked.*|your e-?mail (?:address )?will not be (?:published|shown|shared).*|fields with .{1,20} are (?:mandatory|required).*", COMMENTS),
    (r"related(?: (?:articles?|posts?|content|stories|story|reading|links|news|publications?|items|events|pages|topics))?:?", RELATED),
    (r"you (?:may|might|will)(?: also)? (?:like|enjoy|be interested in).*|more (?:like this|to read|stories|articles|posts|news)(?: .{1,30})?", RELATED),
    (r"(?:most|more) (?:read|popular|viewed|shared|commented)(?: .{1,20})?|(?:also read|read also|read next|up next|read more)(?:: .*)?", RELATED),
    (r"(?:recent|latest|popular|trending|featured|recommended|similar|other) (?:posts?|articles|news|stories|reading|publications|comments|events)", RELATED),
    (r"recommended for you|in [\"“][^\"”]{1,40}[\"”]", RELATED),
    (rf"(?:posted|published|updated|created|modified|uploaded|first published|last (?:updated|modified|edited|reviewed|changed))(?: (?:on|by|in|at))?:? .{{0,60}}?{_DATE}.{{0,60}}", DATELINE),
    (rf"(?:posted|published|filed|written) (?:on|by|in|under|at) (?!the)[^.]{{1,60}}|posted|by admin(?:istrator)?", DATELINE),
    (rf"(?:{_READ_TIME})|{_DATE} ?[|·•–—-] ?(?:{_READ_TIME}|by .{{1,40}})", DATELINE),
    (r"(?:filed under|tagged(?: (?:with|as|in))?|tags?|categor(?:y|ies)|posted in|keywords)\s?:.{0,150}", DATELINE),
    (r"(?:©|copyright\b|\(c\) (?:copyright|\d{4})).{0,150}|.{0,100}\ball rights reserved\b.{0,60}", LEGAL),
    (r"(?:privacy|cookie|data protection)(?: (?:policy|notice|statement|settings|preferences))|terms (?:of (?:use|service)|(?:and|&) conditions)|legal notice|site ?map|impressum|imprint|accessibility(?: statement)?|disclaimer", LEGAL),
    (r"issn[ :]+[\dx-]+|isbn[ :]+[\dx -]+|printed on recycled paper.{0,60}", LEGAL),
    (r"(?:subscribe|unsubscribe)(?: (?:to|now|here|today|via)\b.{0,60})?[.!]?|(?:sign up|register) (?:for|to) .{0,40}(?:newsletter|updates|mailing list).{0,30}|join our (?:newsletter|mailing list).{0,40}|(?:our )?newsletter|get our (?:newsletter|updates).{0,40}", NEWSLETTER),
    (r"advertisements?|sponsored(?: content)?|report this ad", RELATED),
)  # fmt: skip
# The same for a whole paragraph, where it speaks to the visitor of a site.
_PARAGRAPHS: tuple[tuple[str, str], ...] = (
    (
        r"\bcookies\b.*\b(?:your?|we|this (?:web)?site|browser|accept|consent)\b|\b(?:we|this (?:web)?site) uses? .{0,40}\bcookies\b",
        COOKIES,
    ),
    (
        r"^(?:please )?(?:enter|provide|type(?: in)?|fill in|log in|sign in|login|confirm)\b.*\b(?:user ?name|password|e-?mail|account|member|log ?in)",
        LOGIN,
    ),
    (r"\byour? .{0,40}(?:user ?name|password)\b|\b(?:new|lost|forgotten) password\b|\bcreate a new password\b", LOGIN),
    (
        r"\b(?:logged|signed) in to (?:post|leave|add|comment|reply)|\byour e-?mail(?: address)? will not be\b|\bto (?:post|leave) a comment\b",
        COMMENTS,
    ),
    (r"\bthis site uses akismet\b|\bcomment data is processed\b|\bnotify me of (?:new|follow)", COMMENTS),
    (
        r"\bunsubscribe\b|\b(?:our|the|this) newsletter\b.*\b(?:you|inbox|subscribe|sign up)|\bsubscribe to (?:our|the|this)\b|\bno spam\b",
        NEWSLETTER,
    ),
    (r"\byour browser\b|\benable javascript\b|\bjavascript (?:is|must be) (?:disabled|enabled|required)", BUTTON),
)
_NOTICES = (
    r"(?:any )?(?:corrections?|comments?|quer(?:y|ies)|enquir(?:y|ies)|inquiries|questions|feedback)(?: (?:on|to|about|regarding) .{1,60})?"
    r" (?:may|should|can|must|are to) be (?:sent|addressed|directed|submitted|made|e-?mailed)\b.*"
    r"|(?:please )?(?:do not|don't|not to be|not for) (?:cite|cited|quote|quoted|circulate|circulated|distribute|distributed|copy|citation|quotation|circulation"
    r"|distribution|publication|attribution|post|share|forward).*"
    r"|.{0,60}\bplease do not (?:cite|quote|circulate|distribute|post|copy|forward)\b.*"
    r"|for (?:further|more|additional) (?:information|details),? .{0,20}(?:contact|visit|write|see|e-?mail|call)\b.*"
    r"|(?:internal use only|confidential|strictly confidential|restricted|for official use only|draft(?: [-–—] .*)?|embargoed.*)"
    r"|.{0,80}\b(?:(?:distribution|circulation) (?:is )?(?:limited|restricted) to\b.*|for (?:participants|members|internal use|official use|delegates)(?: use)? only)"
    r"|(?:please )?(?:recycle|consider the environment|think before)\b.*|.{0,60}(?:not for (?:citation|quotation|circulation|attribution|distribution)|do not (?:cite|quote))\b.{0,40}"
)
_GENERATORS = (
    r"(?:(?:proudly |this (?:page|document|site|file) (?:was |is )?)?(?:built|generated|created|powered|made|produced|exported|converted|designed|rendered|published)"
    r"(?: automatically)?(?: with| by| using| from)(?: the)? [^.,;]{2,60}(?:\.\d+)*"
    rf"|last (?:build|generated|edit|edited|modified|change|changed|update|updated|saved|sync)\b.{{0,50}}|(?:retrieved|downloaded|accessed|printed|saved) (?:from|on) .{{1,100}})"
)
_SUBJECT = re.compile(
    r"\b(?:participants?|delegat\w+|speakers?|experts?|panell?ists?|discussants?|attendees|scholars|both sides|sides|chair\w*|ministers?|ambassador|"
    r"governments?|consensus|agreed|forum|workshop|dialogue|conference|meeting)\b",
    re.IGNORECASE,
)
_NAV_WORDS = frozenset(
    "home about events people news contact library publications research programs programmes projects donate search login media staff team careers jobs "
    "blog archive resources membership members support topics regions experts press videos podcasts multimedia subscribe menu services gallery links faq "
    "vacancies opinion analysis commentary issues join shop store english français español 日本語 русский".split()
)
_PARTS = re.compile(r"\s*(?:\s{2,}|\t|[|»›·•▪/])\s*")
_ANNEX = re.compile(
    r"(?:\W|\d|[ivx]+\b)*(?:annex|appendix|notes|end ?notes|foot ?notes|references|bibliography|list of participants|participants|agenda|programme?|recommendations|"
    r"conclusions?|summary|about the|acknowledge?ments|key (?:points|findings))\b.{0,60}",
    re.IGNORECASE,
)
# Furniture after which nothing of the report follows, once the report has ended; and furniture that only its own short lines follow.
_ENDS = (COMMENTS, RELATED)
_STRAY = (SHARE, LOGIN, BUTTON, NAVIGATION, NEWSLETTER, COOKIES, LEGAL, *_ENDS)
_MAIL_FIELD = re.compile(r"(?:from|to|cc|bcc|sent|date|subject|reply-to)\s?:\s?\S", re.IGNORECASE)
_TEASER = 350  # characters: a longer paragraph after "Related" is the report going on around a box of links
_TERMINAL = re.compile(r"[.!?…][\"'”’)\]]*$")


def fold(text: str) -> str:
    """White space of any kind and length as one space, none at the ends."""
    return " ".join(text.split())


def is_sentence(line: str) -> bool:
    """Whether a line reads as prose: it ends as a sentence does and has at least five words."""
    return bool(_TERMINAL.search(line)) and len(line.split()) >= 5


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in _LINES)


@cache
def _compiled_paragraphs() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in _PARAGRAPHS)


_NOTICE = re.compile(_NOTICES, re.IGNORECASE)
_GENERATOR = re.compile(rf"{_GENERATORS}(?:[.;|·-]*\s*{_GENERATORS})*\.?", re.IGNORECASE)
_SERVICE_ROW = re.compile(rf"{_SERVICES}(?:[ |·•,/]+{_SERVICES})*(?: ?\d+)?", re.IGNORECASE)


def line_reason(raw: str) -> str:
    """Why a line or short paragraph is furniture wherever it stands, or "" when it may be the report's own."""
    line = fold(raw).strip("*_")
    if not line or len(line) > 400:
        return ""
    if not any(c.isalnum() for c in line):
        return BUTTON if len(line) == 1 else RULE
    if is_nav_row(raw):
        return NAVIGATION
    if len(line) <= 200 and not (is_sentence(line) and _SUBJECT.search(line)):
        for pattern, reason in _compiled():
            if pattern.fullmatch(line):
                return reason
        if _SERVICE_ROW.fullmatch(line):
            return SHARE
    return _visitor_reason(line)


def _visitor_reason(line: str) -> str:
    if _SUBJECT.search(line) or re.search(r"[\"“”]", line):
        return ""
    return next((reason for pattern, reason in _compiled_paragraphs() if pattern.search(line.casefold())), "")


def edge_reason(raw: str) -> str:
    """Why a short paragraph at the very beginning or end of a report is furniture, or ""."""
    line = fold(raw).strip("*_")
    if not line or len(line) > 240:
        return ""
    if _NOTICE.fullmatch(line):
        return NOTICE
    return GENERATOR if _GENERATOR.fullmatch(line) else ""


def is_notice(line: str) -> bool:
    """Whether a line tells its readers what they may do with the paper."""
    return bool(_NOTICE.fullmatch(fold(line)))


def is_nav_row(raw: str) -> bool:
    """Whether a line is a row of a site's menu: "HOME   EVENTS   PEOPLE", "Home | About | Contact"."""
    line = raw.strip()
    if len(line) > 200 or "\n" in line:
        return False
    parts = [p.strip(" [](){}<>*_") for p in _PARTS.split(line)]
    if len(parts) < 3 or any(not p or len(p.split()) > 4 or _TERMINAL.search(p) for p in parts):
        return False
    known = sum(p.casefold() in _NAV_WORDS or p.casefold().split()[0] in ("about", "contact", "our") for p in parts)
    return known >= 2


def same_title(a: str, b: str) -> bool:
    """Whether two lines are one title, but for case, spacing and the kind of hyphen."""
    return title_key(a) == title_key(b)


def title_key(line: str) -> str:
    """Letters and digits only, in one case: "U.S.-Japan- Russia" and "U.S.–Japan–Russia" have the same key."""
    return "".join(c for c in line.casefold() if c.isalnum())


def sweep(text: str, blocks: Sequence[Block], title_hint: str | None = None) -> tuple[Block, ...]:
    """`blocks` with those that are page furniture marked as such, and photo captions as captions.

    text         the report's text, in which the blocks' spans stand.
    title_hint   the title that the format declares, if any: it is kept where it stands, and tells the title from the site's name.
    """
    swept = [_by_line(text, b) for b in blocks]
    swept = _site_header(text, swept, title_hint)
    swept = _title(text, swept)
    swept = _title_repeats(text, swept)
    swept = _tail(text, swept)
    swept = _mail(text, swept)
    return tuple(_edges(text, swept))


def _by_line(text: str, block: Block) -> Block:
    if block.kind in ("furniture", "table"):
        return block
    reason = line_reason(text[block.start : block.end])
    if reason and block.kind == "heading" and reason in (BUTTON, DATELINE) and block.level == 1:
        return block
    return drop(block, reason) if reason else block


def drop(block: Block, reason: str) -> Block:
    """The block as furniture."""
    return replace(block, kind="furniture", level=0, reason=reason, cells=())


def _is_prose(text: str, block: Block) -> bool:
    line = text[block.start : block.end]
    return block.kind in ("body", "item", "table", "footnote") and (is_sentence(line) or len(line) > 200)


def _site_header(text: str, blocks: list[Block], title_hint: str | None) -> list[Block]:
    """Short lines above or among the menu, before the report begins: the site's name and motto."""
    first = next((i for i, b in enumerate(blocks) if _is_prose(text, b)), 0)
    menu = max((i for i in range(first) if blocks[i].reason in (NAVIGATION, LOGIN, COOKIES)), default=-1)
    keys = [title_key(text[b.start : b.end]) for b in blocks]
    hint = title_key(title_hint or "")
    for i in range(menu):
        repeated = keys[i] in keys[menu + 1 :] or bool(hint and keys[i] == hint)
        if blocks[i].kind != "furniture" and not repeated:
            blocks[i] = drop(blocks[i], SITE)
    return blocks


def _title(text: str, blocks: list[Block]) -> list[Block]:
    """Where no heading is of level 1, the first one above the report's prose is its title."""
    headings = [i for i, b in enumerate(blocks) if b.kind == "heading"]
    first = next((i for i, b in enumerate(blocks) if _is_prose(text, b)), len(blocks))
    if headings and headings[0] < first and all(blocks[i].level != 1 for i in headings):
        blocks[headings[0]] = replace(blocks[headings[0]], level=1)
    return blocks


def _title_repeats(text: str, blocks: list[Block]) -> list[Block]:
    """The title's line again: the first is kept, the rest dropped; so is a beginning of it that stands between title and report."""
    first = next((i for i, b in enumerate(blocks) if b.kind == "heading" and b.level == 1), None)
    if first is None:
        return blocks
    title = title_key(text[blocks[first].start : blocks[first].end])
    prose = next((i for i, b in enumerate(blocks) if i > first and _is_prose(text, b)), len(blocks))
    for i in range(first + 1, len(blocks)):
        b = blocks[i]
        key = title_key(text[b.start : b.end])
        if b.kind == "furniture" or not key or _is_prose(text, b):
            continue
        if key == title or (i < prose and len(key) >= 10 and title.startswith(key)):
            blocks[i] = drop(b, TITLE_REPEATED)
    return blocks


def _tail(text: str, blocks: list[Block]) -> list[Block]:
    """What follows the report: teasers after "Related", letters after "Leave a Reply", the labels of forms."""
    prose = [i for i, b in enumerate(blocks) if _is_prose(text, b)]
    mass = [blocks[i].end - blocks[i].start if i in set(prose) else 0 for i in range(len(blocks))]
    total = sum(mass)
    inside, reason, before = "", "", 0
    for i, b in enumerate(blocks):
        before += mass[i]
        ended = total - before < 0.3 * before
        over = total - before < 0.5 * before and not any(m > _TEASER for m in mass[i:])
        if b.kind == "furniture":
            if b.reason in _ENDS and (over or (b.reason == COMMENTS and before > 0.3 * total)):
                inside, reason = "all", b.reason
            elif b.reason in _STRAY and ended and before and inside != "all":
                inside, reason = "short", b.reason
            continue
        line = fold(text[b.start : b.end])
        if inside and _ANNEX.fullmatch(line) and not _is_prose(text, b):
            inside = ""
        elif inside == "all" or (inside == "short" and not _is_prose(text, b) and not _prose_follows(text, blocks, i)):
            blocks[i] = drop(b, reason)
    return blocks


def _mail(text: str, blocks: list[Block]) -> list[Block]:
    """The header of a forwarded message at the top, and the signature below "--" at the end."""
    heads = [bool(_MAIL_FIELD.match(text[b.start : b.end])) for b in blocks]
    top = next((i for i, b in enumerate(blocks) if b.kind != "furniture" and not heads[i]), len(blocks))
    if sum(heads[:top]) >= 3:
        blocks[:top] = [b if b.kind == "furniture" else drop(b, MAIL) for b in blocks[:top]]
    cut = max((i for i, b in enumerate(blocks) if text[b.start : b.end] == "--"), default=len(blocks))
    after = [b for b in blocks[cut + 1 :] if b.kind != "furniture"]
    if sum(b.end - b.start for b in after) <= 300 and not any(_is_prose(text, b) for b in after):
        blocks[cut + 1 :] = [b if b.kind == "furniture" else drop(b, MAIL) for b in blocks[cut + 1 :]]
    return blocks


def _prose_follows(text: str, blocks: Sequence[Block], i: int) -> bool:
    """Whether the report goes on after block `i`: then a short line there may be a heading."""
    return any(_is_prose(text, b) for b in blocks[i + 1 :])


def _edges(text: str, blocks: list[Block]) -> list[Block]:
    """Notices to readers and generator lines among the first five and the last four lines that are left."""
    left = [i for i, b in enumerate(blocks) if b.kind in ("body", "item", "heading", "footnote") and b.level != 1]
    for i in (*left[:5], *left[-4:]):
        if reason := edge_reason(text[blocks[i].start : blocks[i].end]):
            blocks[i] = drop(blocks[i], reason)
    return blocks

# ruff: noqa: E501  (a rule stands on one line, so that it can be read as one and compared with its neighbours)
"""Which single lines are page furniture: menus, share bars, log-in forms, cookie notices, publication lines, notices to readers.

A rule must match the whole of a short line. The words of a rule are those of web pages in general and of no one site; whatever could also be
a heading, a list item or a sentence of a report ("Share the data", "No response was given", "Subscribe to the Code") must not match.
"""

from __future__ import annotations

import re
from functools import cache

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
NUMBER = "bare number"
APPEAL = "appeal for support"
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
    (r"(?:previous|next|older|newer)(?: (?:post|article|page|entry|story|note|report|issue|item|event|dispatch|bulletin|brief|meeting note|news)s?)?(?: ?[:»›→].*)?|[«‹←] ?(?:previous|older|back).*", NAVIGATION),
    (r"you are here:? .*|home(?: ?[»›>/→|] ?[^.?!]+)+", NAVIGATION),
    (r"(?:close|ok|okay|cancel|submit|go|search|dismiss|accept|decline|apply|reset|send|expand|collapse|show more|read more|more|×|✕|✖)", BUTTON),
    (r"(?:close|dismiss) (?:this |the )?(?:window|dialog|dialogue box|menu|modal|banner|message|search)", BUTTON),
    (r"search(?: (?:this |the |our )?(?:web)?site| for| here)?:?(?: ?\.\.\.|…)?", BUTTON),
    (r"(?:print|e-?mail|download|save|listen to|bookmark)(?: (?:this|the))? (?:page|article|post|story)(?: as pdf)?", BUTTON),
    (r"printer[- ]friendly(?: (?:version|page))?|print version|(?:larger|smaller|increase|decrease) (?:text|font)(?: size)?|text size.*|font size.*", BUTTON),
    (r"(?:download|read|view|see|open|access)(?: (?:the|this|our))?(?: (?:full|complete|entire|original))? (?:report|summary|document|paper|publication|article|story|text|pdf|version|brief)(?: (?:here|now|online|as (?:a )?pdf|in pdf|\([^)]*\)))*\.?|click here.{0,40}", BUTTON),
    (r"edit (?:this|the) (?:page|note|article|file|entry)(?: (?:on|in) \w+)?|view (?:source|history)|improve this page", BUTTON),
    (r"(?:(?:with )?(?:best|kind|warm)(?:est)? )?(?:regards|wishes),?(?: [\w. -]{1,40})?|yours (?:sincerely|faithfully|truly),?(?: [\w. -]{1,40})?|dear (?:all|colleagues?|friends?|members?|sir|madam)\b.{0,30},", MAIL),
    (r"sent from my .*|virus-free\..*|get outlook for .*", MAIL),
    (r"loading ?(?:\.\.\.|…)", BUTTON),
    (r"share(?: (?:this|via|with friends|it))?(?: (?:page|article|post|story|report))?(?: (?:on|via|by) [\w-]+(?: [\w-]+)?)?:?", SHARE),
    (r"(?:like this|follow us(?: on .*)?|tweet(?: this)?|pin it|like ?loading ?(?:\.\.\.|…)|be the first to like this.*):?", SHARE),
    (r"\d+ (?:shares?|likes?|tweets?|views?|reads?)", SHARE),
    (r"log ?(?:in|out|on)|sign ?(?:in|out|up)|register(?: now)?|my account|create an account|user ?name:?|password:?|(?:e-?mail|user ?name) or .{1,30}", LOGIN),
    (r"(?:keep me (?:logged|signed) in|remember me)(?: on this (?:device|computer))?", LOGIN),
    (r"(?:lost|forgot(?:ten)?|reset|change) (?:your |my )?(?:password|username|log ?in)\??|get a new password|back to log ?in", LOGIN),
    (r"(?:leave|post|add|write) (?:a|your) (?:reply|comment|response)(?: (?:to|below|on)\b.{0,80})?[.!]?|cancel reply", COMMENTS),
    (r"\d+ (?:comments?|responses?|replies|reply|thoughts)(?: (?:on|to) [^.]*)?|(?:no|one) (?:comments?|repl(?:y|ies))(?: yet)?\.?", COMMENTS),
    (r"comments \(\d+\)|comments are (?:closed|off|disabled).*|join the (?:discussion|conversation)", COMMENTS),
    (r"required fields are marked.*|your e-?mail (?:address )?will not be (?:published|shown|shared).*|fields with .{1,20} are (?:mandatory|required).*", COMMENTS),
    (r"related(?: (?:articles?|posts?|content|stories|story|reading|links|news|publications?|items|pages))?:?", RELATED),
    (r"you (?:may|might|will)(?: also)? (?:like|enjoy|be interested in).*|more (?:like this|to read)|more (?:stories|articles|posts|news)(?: (?:from|in|on|about|by) .{1,30})?", RELATED),
    (r"most (?:read|popular|viewed|shared|commented)(?: (?:articles|posts|stories|news|pages|today|this week|this month))?|(?:also read|read also|read next|up next|read more)(?:: .*)?", RELATED),
    (r"(?:recent|latest|popular|trending|featured|recommended|similar) (?:posts?|articles|news|stories|reading|publications)|recent comments", RELATED),
    (r"recommended for you|in [\"“][^\"”]{1,40}[\"”]", RELATED),
    (rf"(?:posted|published|updated|created|modified|uploaded|first published|last (?:updated|modified|edited|reviewed|changed))(?: (?:on|at))?:? (?:(?:by|in) .{{1,30}} )?(?:on )?{_DATE}.{{0,60}}", DATELINE),
    (r"this (?:web ?)?(?:page|site|article|post|text) (?:was|has been) (?:last |first )?(?:updated|reviewed|modified|changed|published|posted|viewed)\b.{0,80}|you are visitor\b.{0,40}", LEGAL),
    (r"(?:posted|published|filed|written) (?:on|by|in|under|at) (?!the)[^.]{1,60}|posted|by admin(?:istrator)?", DATELINE),
    (rf"(?:{_READ_TIME})(?: ?[|·•–—-]? ?{_DATE})?|{_DATE} ?[|·•–—-] ?(?:{_READ_TIME}|by .{{1,40}})", DATELINE),
    (r"(?:filed under|tagged(?: (?:with|as|in))?|tags?|categor(?:y|ies)|posted in|keywords)\s?:.{0,150}", DATELINE),
    (r"(?:©|copyright\b|\(c\) (?:copyright|\d{4})).{0,150}|.{0,100}\ball rights reserved\b.{0,60}", LEGAL),
    (r"(?:privacy|cookie|data protection)(?: (?:policy|notice|statement|settings|preferences))|terms (?:of (?:use|service)|(?:and|&) conditions)|legal notice|site ?map|impressum|imprint|accessibility(?: statement)?|disclaimer", LEGAL),
    (r"issn[ :]+[\dx-]+|isbn[ :]+[\dx -]+|printed on recycled paper.{0,60}", LEGAL),
    (r"(?:un)?subscribe(?: (?:now|here|today))?[.!]?|subscribe to (?:our|the|this|my)? ?(?:free )?(?:newsletter|blog|feed|channel|podcast|mailing list|updates|magazine|journal)\b.{0,40}|subscribe (?:via|by) .{1,20}", NEWSLETTER),
    (r"(?:sign up|register) (?:for|to) .{0,40}(?:newsletter|updates|mailing list).{0,30}|join our (?:newsletter|mailing list).{0,40}|(?:our )?newsletter|get our (?:newsletter|updates).{0,40}", NEWSLETTER),
    (r"(?:the )?.{2,60}\b(?:is|are|has been|was) (?:an? )?(?:tax[- ]exempt|(?:(?:registered|charitable|independent|private|non-?profit|not-for-profit|501\(c\) ?\(3\)),? )+(?:charity|company|organi[sz]ation|foundation|association|corporation|trust|body|institution))\b.{0,100}", LEGAL),
    (r"(?:registered )?(?:charity|company)(?: registration)? (?:no\.?|number|registered in)\b.{0,100}|vat (?:no\.?|number|reg).{0,40}", LEGAL),
    (r"advertisements?|sponsored(?: content)?|report this ad", RELATED),
)  # fmt: skip
# The same for a whole paragraph, where it speaks to the visitor of a site.
_PARAGRAPHS: tuple[tuple[str, str], ...] = (
    (
        r"\bcookies\b.*\b(?:your?|we|this (?:web)?site|browser|accept|consent)\b|\b(?:we|this (?:web)?site) uses? .{0,40}\bcookies\b",
        COOKIES,
    ),
    (
        r"^please (?:enter|provide|type(?: in)?|fill in|log in|sign in|login|confirm)\b.*\b(?:user ?name|password|e-?mail|account|member number|log ?in)|^(?:enter|log in|sign in|login) (?:with )?your\b",
        LOGIN,
    ),
    (
        r"^(?:please )?(?:log ?in|sign ?in|register|sign up) to (?:download|read|view|access|see|continue)\b"
        r"|\b(?:reset|confirmation|verification|activation|download) link (?:will be|has been|was|is) sent to (?:you|your)\b"
        r"|\bcheck your (?:inbox|e-?mail|spam)\b",
        LOGIN,
    ),
    (r"\byour? .{0,40}(?:user ?name|password)\b|\b(?:new|lost|forgotten) password\b|\bcreate a new password\b", LOGIN),
    (
        r"\b(?:logged|signed) in to (?:post|leave|add|comment|reply)|\byour e-?mail(?: address)? will not be\b|\bto (?:post|leave) a comment\b",
        COMMENTS,
    ),
    (r"\bthis site uses akismet\b|\bcomment data is processed\b|\bnotify me of (?:new|follow)", COMMENTS),
    (
        r"\bunsubscribe\b|\b(?:our|the|this) newsletter\b.*\b(?:you|inbox|subscribe|sign up)|\bsubscribe to (?:our|the|this) (?:newsletter|mailing list|channel|blog)\b|\bno spam\b",
        NEWSLETTER,
    ),
    (
        r"^(?:please )?(?:donate|make a donation|support our work|support us)\b|\byour (?:donation|gift|contribution) (?:helps|will|makes|allows)\b",
        APPEAL,
    ),
    (r"\byour browser\b|\benable javascript\b|\bjavascript (?:is|must be) (?:disabled|enabled|required)", BUTTON),
)
_NOTICES = (
    r"(?:any )?(?:corrections?|comments?|quer(?:y|ies)|enquir(?:y|ies)|inquiries|questions|feedback)(?: (?:on|about|regarding) .{1,60})?"
    r" (?:may|should|can|must|are to) be (?:sent|addressed|directed|submitted|e-?mailed)(?: in writing| by e-?mail)? (?:to|at|within|before|by e-?mail|no later)\b.*"
    r"|(?:please )?(?:do not|don't|not to be|not for) (?:cite|cited|quote|quoted|circulate|circulated|citation|quotation|circulation|distribution|publication|attribution)\b.{0,80}"
    r"|.{0,60}\bplease do not (?:cite|quote|circulate|distribute|post|copy|forward|share)\b.*"
    r"|for (?:further|more|additional) (?:information|details),? .{0,20}(?:contact|visit|write to|see|e-?mail|call)\b.*"
    r"|(?:for )?internal use only|(?:strictly )?confidential|restricted|for official use only|draft(?: [-–—] .*)?|embargoed (?:until|till)\b.*"
    r"|.{0,80}\b(?:(?:distribution|circulation) (?:is )?(?:limited|restricted) to\b.*|for (?:participants|members|internal use|official use|delegates)(?: use)? only)\.?"
    r"|please recycle\b.*|(?:please )?consider the environment before\b.*|(?:please )?think before (?:you )?print.*"
    r"|(?:(?:our|the|online|museum) )?(?:gift |web ?|book)?shop: .{1,80}|(?:ferry|bus|train|shuttle|metro) time ?tables?\b.{0,50}"
    r"|(?:our )?(?:next|upcoming|latest|coming) (?:webinar|podcast|episode|newsletter|livestream|video|blog post|exhibition)s?\b.{0,120}"
    r"|(?:(?:library|office|reception|secretariat|reading room) )?(?:opening|office|visiting) hours:? .{0,60}"
    r"|.{0,60}\b(?:not for (?:citation|quotation|circulation|attribution|distribution)|do not (?:cite|quote))\b.{0,40}"
)
_GENERATORS = (
    r"(?:(?:proudly |this (?:page|document|site|file) (?:was |is )?)?(?:built|generated|created|powered|made|produced|exported|converted|designed|rendered|published)"
    r"(?: automatically)?(?: with| by| using| from)(?: the)? [^.,;]{2,60}(?:\.\d+)*"
    r"|last (?:build|generated|edit|edited|modified|change|changed|update|updated|saved|sync)\b.{0,50}|(?:retrieved|downloaded|accessed|printed|saved) (?:from|on) .{1,100})"
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
    if not any(c.isalpha() for c in line) and len(line) <= 6:
        return NUMBER if any(c.isdigit() for c in line) else BUTTON if len(line) == 1 else RULE
    return NAVIGATION if is_nav_row(raw) else _worded_reason(line) or _visitor_reason(line)


def _worded_reason(line: str) -> str:
    if len(line) <= 200 and not (is_sentence(line) and _SUBJECT.search(line)):
        for pattern, reason in _compiled():
            if pattern.fullmatch(line) and not (reason in (RELATED, DATELINE) and is_sentence(line)):
                return reason
        if _SERVICE_ROW.fullmatch(line):
            return SHARE
    return ""


def _visitor_reason(line: str) -> str:
    if _SUBJECT.search(line) or re.search(r"[\"“”]", line):
        return ""
    return next((reason for pattern, reason in _compiled_paragraphs() if pattern.search(line.casefold())), "")


def edge_reason(raw: str) -> str:
    """Why a short paragraph at the very beginning or end of a report is furniture, or ""."""
    line = fold(raw).strip("*_")
    if not line or len(line) > 240:
        return ""
    if is_notice(line):
        return NOTICE
    return GENERATOR if _GENERATOR.fullmatch(line) else ""


def is_notice(line: str) -> bool:
    """Whether a line tells its readers what they may do with the paper."""
    words = fold(line)
    return bool(_NOTICE.fullmatch(words)) and not (is_sentence(words) and re.search(r"\bagreed\b|\bparticipants \w+ed\b", words))


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

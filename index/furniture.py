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
from itertools import accumulate

from index.furniture_lines import (
    BUTTON,
    COMMENTS,
    COOKIES,
    DATELINE,
    LEGAL,
    LOGIN,
    MAIL,
    NAVIGATION,
    NEWSLETTER,
    RELATED,
    SHARE,
    SITE,
    TITLE_REPEATED,
    edge_reason,
    fold,
    is_sentence,
    line_reason,
)
from index.report import Block

_ANNEX = re.compile(
    r"(?:\W|\d|[ivx]+\b)*(?:annex|appendix|notes|end ?notes|foot ?notes|references|bibliography|list of participants|participants|agenda"
    r"|programme?|recommendations|conclusions?|summary|about the|acknowledge?ments|next steps|key (?:points|findings))\b.{0,60}",
    re.IGNORECASE,
)
# Furniture after which nothing of the report follows, once the report has ended; and furniture that only its own short lines follow.
_ENDS = (COMMENTS, RELATED)
_STRAY = (SHARE, LOGIN, NEWSLETTER, COOKIES, LEGAL, *_ENDS)
_MAIL_FIELD = re.compile(r"(?:from|to|cc|bcc|sent|date|subject|reply-to)\s?:\s?\S", re.IGNORECASE)
_TEASER = 350  # characters: a longer paragraph after "Related" is the report going on around a box of links


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
    if not any(b.kind == "heading" for b in blocks[menu + 1 : first]):  # the menu stands between the title and the report
        hint = hint or max((keys[i] for i in range(max(menu, 0)) if blocks[i].kind == "heading"), key=len, default="")
    below = set(keys[menu + 1 :])
    for i in range(menu):
        repeated = keys[i] in below or bool(hint and keys[i] == hint)
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
    mass = [b.end - b.start if _is_prose(text, b) else 0 for b in blocks]
    longest = list(accumulate(reversed(mass), max, initial=0))[::-1]  # longest[i]: the longest paragraph from block i on
    total = sum(mass)
    goes_on = max((i for i, b in enumerate(blocks) if mass[i] or b.kind == "item"), default=-1)
    inside, reason, before = "", "", 0
    for i, b in enumerate(blocks):
        before += mass[i]
        after = total - before
        if b.kind == "furniture":
            if b.reason in _ENDS and ((after < 0.5 * before and longest[i] <= _TEASER) or (b.reason == COMMENTS and before > 0.3 * total)):
                inside, reason = "all", b.reason
            elif b.reason in _STRAY and after < 0.3 * before and inside != "all":
                inside, reason = "short", b.reason
        elif inside and not mass[i] and _ANNEX.fullmatch(fold(text[b.start : b.end])):
            inside = ""
        elif inside == "all" or (inside == "short" and i > goes_on):
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


def _edges(text: str, blocks: list[Block]) -> list[Block]:
    """Notices to readers and generator lines among the first five and the last four lines that are left."""
    left = [i for i, b in enumerate(blocks) if b.kind in ("body", "heading", "footnote") and b.level != 1]
    for i in (*left[:5], *left[-4:]):
        if reason := edge_reason(text[blocks[i].start : blocks[i].end]):
            blocks[i] = drop(blocks[i], reason)
    return blocks

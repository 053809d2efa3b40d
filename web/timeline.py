"""Statements by date and act as a picture: the meetings from left to right, the acts from above, firmest first; each mark is a citation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from web.escape import attributes, escape
from web.wording import ACT_HEADINGS, chip_words, counted, day_words

if TYPE_CHECKING:
    from qa.contract import Statement
    from qa.side_by_side import Column

ABREAST: Final = 3  # marks of one act and meeting beside each other; more go below
_STEP = 26  # pixels from mark to mark
_HEAD, _FOOT = 26, 46  # pixels of a lane above its first mark, and below the lanes for the meetings
# How near to each other two meetings may stand, of an even share, so that their names do not meet.
_NEAREST: Final = {"wide": 0.4, "narrow": 0.85}
_KEY: Final = {
    "everyone": "participants",
    "some": "some participants",
    "delegation": "a delegation",
    "government": "a government",
    "person": "a speaker",
    "impersonal": "no holder named",
    "unattributed": "not attributed",
}


def timeline_html(columns: Sequence[Column]) -> str:
    """The picture with its key, once for a desk and once for a phone; nothing where fewer than two meetings have a date."""
    dated = [column for column in columns if column.date]
    if len(dated) < 2 or not any(column.statements for column in dated):
        return ""
    scopes = {s.scope for column in dated for s in column.statements}
    key = "".join(f'<span class="{scope}">{words}</span>' for scope, words in _KEY.items() if scope in scopes)
    drawn = "".join(f'<div class="{form}">{_drawing(dated, nearest)}</div>' for form, nearest in _NEAREST.items())
    return (
        f'<figure class="timeline"><div class="scroll" tabindex="0" role="region" aria-label="Timeline">{drawn}</div>'
        f'<figcaption class="key">{key}</figcaption></figure>'
    )


def _drawing(dated: Sequence[Column], nearest: float) -> str:
    acts = [act for act in ACT_HEADINGS if any(s.act == act for column in dated for s in column.statements)]
    places = _places([column.date or "" for column in dated], nearest)
    parts, top = [], 4
    for act in acts:
        rows = max(-(-len(_held(column, act)) // ABREAST) for column in dated)
        parts.append(f'<line x1="0" x2="100%" y1="{top}" y2="{top}" class="lane"/>')
        parts.append(f'<text x="0" y="{top + 17}" class="act">{ACT_HEADINGS[act]}</text>')
        for column, place in zip(dated, places, strict=True):
            parts.append(_marks(_held(column, act), place, top + _HEAD + _STEP // 2 - 4))
        top += _HEAD + rows * _STEP
    parts.append(f'<line x1="0" x2="100%" y1="{top}" y2="{top}" class="axis"/>')
    parts += [_meeting(column, place, top) for column, place in zip(dated, places, strict=True)]
    total = counted(sum(len(column.statements) for column in dated), "statement")
    says = f"{total} of {len(dated)} meetings by date and act. The table below has the same in words."
    size = f'width="100%" height="{top + _FOOT}" style="min-width:{len(dated) * 5.4:.1f}rem"'
    return f'<svg role="group" aria-label="{says}" {size}>{"".join(parts)}</svg>'


def _held(column: Column, act: str) -> list[Statement]:
    return [s for s in column.statements if s.act == act]


def _places(days: Sequence[str], nearest: float) -> list[float]:
    """Where each meeting stands, in percent: by date, but never so near to the next that their names would meet."""
    when = [_ordinal(day) for day in days]
    span = max(when[-1] - when[0], 1)
    even = 1 / (len(days) - 1)
    steps = [max((b - a) / span, even * nearest) for a, b in pairwise(when)]
    at, places = 0.0, [0.0]
    for step in steps:
        at += step
        places.append(at)
    margin = min(50 / len(days), 16)
    return [round(margin + (100 - 2 * margin) * place / at, 2) for place in places]


def _ordinal(day: str) -> int:
    for ending in ("", "-01", "-01-01"):
        try:
            return date.fromisoformat(day + ending).toordinal()
        except ValueError:
            continue
    return 0


def _marks(statements: Sequence[Statement], place: float, top: int) -> str:
    drawn = []
    for number, statement in enumerate(statements):
        row, seat = divmod(number, ABREAST)
        abreast = min(ABREAST, len(statements) - row * ABREAST)
        drawn.append(_mark(statement, round((seat - (abreast - 1) / 2) * _STEP), row * _STEP))
    return f'<svg x="{place}%" y="{top}" overflow="visible">{"".join(drawn)}</svg>' if drawn else ""


def _mark(statement: Statement, x: int, y: int) -> str:
    c = statement.citation
    address = {"report": c.report, "start": c.start, "end": c.end, "sha256": c.sha256}
    if statement.antecedent:
        address["antecedent"] = statement.antecedent
    number = statement.label.strip("[]")
    shape = f'<circle cx="{x}" cy="{y}" r="10.5"/>'
    if statement.scope in ("delegation", "government"):
        shape = f'<rect x="{x - 10}" y="{y - 10}" width="20" height="20" rx="3"/>'
    elif statement.scope == "person":
        shape = f'<path d="M{x} {y - 13}l13 13l-13 13l-13 -13z"/>'
    says = f"{number}: {chip_words(statement)}, {day_words(c.date, c.end_date)}"
    return (
        f"<a{attributes(href='#' + urlencode(address), aria_label=says)}>"
        f'<title>{escape(says)}</title><g class="mark {statement.scope}">{shape}<text x="{x}" y="{y + 4}">{escape(number)}</text></g></a>'
    )


def _meeting(column: Column, place: float, top: int) -> str:
    words = (day_words((column.date or "")[:7]), column.place or "")
    lines = "".join(f'<tspan x="{place}%" dy="1.35em">{escape(line)}</tspan>' for line in words if line)
    return f'<line x1="{place}%" x2="{place}%" y1="{top}" y2="{top + 5}" class="axis"/><text y="{top + 4}" class="meeting">{lines}</text>'

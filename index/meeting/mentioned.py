"""Other rounds of the series that a report mentions: earlier ones, and those planned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from index.dates import DateSpan, find_dates
from index.meeting.lines import Line
from index.meeting.occasion import HELD, is_its_date
from index.meeting.ordinals import OCCASION
from index.meeting.places import city, city_in, scene_in
from index.meeting.rounds import Segment, segments, tense
from index.names import Names

_MEETS = re.compile(
    rf"\b(?:{OCCASION}|ones?|(?:re)?conven\w+|meet|met|gather\w*|group|follow-?up|held|hosted|scene|venue|(?:re)?assembl\w+)\b",
    re.IGNORECASE,
)
When = Literal["past", "future", "unknown"]


@dataclass(frozen=True, slots=True)
class MentionedRound:
    """Another meeting of the series that the report mentions, with the sentence that does. Dates are ISO, first and last day."""

    series: str | None
    round: int | None
    start: str | None
    end: str | None
    place: str | None
    proof_start: int
    proof_end: int
    when: When


def mentioned_rounds(
    lines: Sequence[Line], series: str | None, own: int | None, days: tuple[str | None, str | None], place: str | None, names: Names
) -> tuple[MentionedRound, ...]:
    """Every round but this one, once, with the most that one sentence says of it; numbered rounds first, in order."""
    found: list[MentionedRound] = []
    for line in lines:
        if line.zone != "sentence":
            continue
        for segment in segments(line.text, series, own):
            if segment.about in ("past", "future"):
                found += _rounds_in(segment, line, series, names)
    others = [r for r in _numbered(found, own) if not _is_this(r, own, days, place)]
    return tuple(_once(others))


def _rounds_in(segment: Segment, line: Line, series: str | None, names: Names) -> list[MentionedRound]:
    when: When = "past" if segment.about == "past" else "future"
    if segment.round is None and segment.about == "past" and tense(segment.text) == "future":
        when = "unknown"
    pairs = _pairs(segment, names)
    if segment.round is None and (not pairs or not _MEETS.search(segment.text)):
        return []  # "First light is expected in 2026"
    return [
        MentionedRound(
            series,
            segment.round,
            day.first.isoformat() if day else None,
            day.last.isoformat() if day else None,
            where,
            line.start,
            line.end,
            when,
        )
        for where, day in pairs or [(None, None)]
    ]


def _pairs(segment: Segment, names: Names) -> list[tuple[str | None, DateSpan | None]]:
    """Place and date of the occasion; of each occasion, in "held in Calgary (June 2022) and in York (9–10 May 2023)"."""
    text = segment.text
    dates = [d for d in find_dates(text) if is_its_date(text, d)]
    if segment.several and len(dates) > 1:
        cuts = [0, *(d.end for d in dates)]
        return [(_place(text[a:b], names), day) for (a, b), day in zip(pairwise(cuts), dates, strict=False)]
    verb = HELD.search(text)
    day = min(dates, key=lambda d: d.precision != "day", default=None)
    if (
        day is not None
        and day.precision == "year"
        and not re.search(r"\b(?:in|of|for|during|by)\s+(?:the\s+year\s+)?$|\(\s*(?:[^()]*,\s*)?$", text[: day.start])
    ):
        day = None
    where = (city_in(text, names, verb.end()) if verb else None) or _place(text, names) or scene_in(text, names)
    return [(where, day)] if where or day else []


def _place(text: str, names: Names) -> str | None:
    if (found := city_in(text, names, near_date=bool(find_dates(text)))) is not None:
        return found
    m = re.search(r"\(([^(),\d]+),\s*(?:[^(),\d]+,\s*)?(?=[^()]*\d)", text)
    return city(m[1].strip(), names) if m else None


def _numbered(found: Sequence[MentionedRound], own: int | None) -> list[MentionedRound]:
    """ "Earlier sessions were held in A (2022) and B (2023)" in the third round's report: they are the first and the second.

    Likewise "since then the group had met in C and D" after a second round, in the report of the fifth.
    """
    if own is None:
        return list(found)
    number: dict[MentionedRound, int] = {}
    known = [(r.start, r.round) for r in found if r.round is not None and r.when == "past" and r.start]
    for proof in {r.proof_start for r in found}:
        group = sorted(
            (r for r in found if r.proof_start == proof and r.round is None and r.when == "past" and r.start), key=lambda r: r.start or ""
        )
        if group:
            before = max((n for start, n in known if n and start < (group[0].start or "")), default=0)
            if before + len(group) == own - 1:
                number |= {r: i for i, r in enumerate(group, start=before + 1)}
    return [replace(r, round=number[r]) if r in number else r for r in found]


def _is_this(r: MentionedRound, own: int | None, days: tuple[str | None, str | None], place: str | None) -> bool:
    """Whether a mention is of the report's own meeting after all."""
    if r.round is not None:
        return r.round == own
    return (r.start is not None and r.start == days[0]) or (r.start is None and (r.place is None or r.place == place))


def _once(found: Iterable[MentionedRound]) -> list[MentionedRound]:
    best: dict[object, MentionedRound] = {}
    for r in found:
        key: object = r.round if r.round is not None else (r.start, r.place)
        known = best.get(key)
        if known is None or _weight(r) > _weight(known):
            best[key] = r
    numbered = {(r.start, r.place) for r in best.values() if r.round is not None}
    kept = [r for r in best.values() if r.round is not None or ((r.start, r.place) not in numbered and not _covered(r, best.values()))]
    return sorted(kept, key=lambda r: (r.round is None, r.round or 0, r.proof_start))


def _covered(r: MentionedRound, others: Iterable[MentionedRound]) -> bool:
    return any(o.round is not None and o.place == r.place and (r.start is None or o.start == r.start) for o in others)


def _weight(r: MentionedRound) -> tuple[int, int]:
    return (r.place is not None) + (r.start is not None), 0

"""Questions about a meeting itself: when, where, who held it, who came. Answered by the sentence that proves the fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.store import Snapshot
from index.stored import StoredReport, StoredSentence
from index.terms import fold, stem, stems
from qa.officers import find_officers
from qa.question import EMPTY_STEMS, About, Question
from qa.scope import Scope

_FIELDS: dict[About, tuple[str, ...]] = {
    "when": ("start", "end"),
    "where": ("place",),
    "organisers": ("organisers",),
    "delegations": ("delegations",),
}
_NEXT = re.compile(r"\b(?:next|will|upcoming|future|planned|going\s+to|gets?|after|follow[- ]?up|to\s+be\s+held|expected)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:previous|preceding|earlier|prior|last\s+time|before)\b", re.IGNORECASE)
_ORDINALS = frozenset(
    stem(w)
    for w in "first second third fourth fifth sixth seventh eighth ninth tenth inaugural next previous earlier last before city place location venue date held hold happen".split()
)
_HOW_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:\d+|\w+teen|ten|eleven|twelve|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|(?:some|about|over|nearly|more\s+than)\s+\w+|dozens?)\s+"
    r"(?:\w+[\s,]+){0,6}?(?:participants|people|experts|scholars|delegates|officials|persons|attendees|speakers|officers|representatives|practitioners)\b"
    r".*\b(?:attend\w*|took\s+part|participated|gathered|met|joined|present|came|convened|brought\s+together)\b"
    r"|\b(?:attended|joined)\s+by\s+(?:\w+\s+){0,2}?(?:\d+|\w+teen|\w+ty(?:-\w+)?|ten|eleven|twelve)\b",
    re.IGNORECASE,
)
_ENOUGH = 0.25  # share of the question's telling words that a meeting's facts must have; below, it is another meeting that is asked for


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact of one meeting, told in one sentence: the meeting of the report itself, or another one that it mentions."""

    report: StoredReport
    start: int
    end: int
    own: bool
    round: int | None
    place: str | None
    year: str | None
    future: bool


def find_facts(snapshot: Snapshot, question: Question, scope: Scope, allowed: set[int]) -> list[StoredSentence]:
    """The sentences that tell the fact asked for, best first; empty when no meeting of the library is meant."""
    if question.about == "officers":
        return find_officers(snapshot, question, scope, allowed)
    asked = _make_asked(snapshot, question)
    scored: list[tuple[float, int, _Told]] = []
    for order, told in enumerate(_all_told(snapshot, question, allowed)):
        score = _fit(told, question, scope, asked)
        if score > 0:
            scored.append((score, -order, told))
    if question.about == "delegations" and (attended := _attendance(snapshot, question, scope)):
        return attended
    if not scored:
        return []
    scored.sort(key=lambda s: (-s[0], -s[1]))
    top = scored[0][0]
    chosen = [told for score, _, told in scored if score >= top - 1e-9][:3]
    found: list[StoredSentence] = []
    for told in chosen:
        own = snapshot.sentences(report=told.report.id)
        proving = [s for s in own if s.start < told.end and told.start < s.end and s not in found]
        if proving and snapshot.get_passages([proving[0].passage])[proving[0].passage].kind == "table":
            proving.sort(key=lambda s: s.start - s.end)  # of a row not its label ("Dates") but what it says
        found += proving[:1]
    return found


def _attendance(snapshot: Snapshot, question: Question, scope: Scope) -> list[StoredSentence]:
    """For "how many people came": the sentence of the meeting's opening that counts them."""
    if not _HOW_MANY.search(question.text) or not scope.rows or len(scope.rows) > 1:
        return []
    sentences = snapshot.sentences(report=next(iter(scope.rows)))
    return [s for s in sentences if _COUNTED.search(snapshot.text(s.report)[s.start : s.end])][:1]


def _all_told(snapshot: Snapshot, question: Question, allowed: set[int]) -> Iterator[_Told]:
    fields = _FIELDS[question.about]
    for report in snapshot.reports:
        if report.id not in allowed:
            continue
        m = report.meeting
        for proof in m.proofs:
            if proof.field in fields:
                yield _Told(report, proof.start, proof.end, True, m.round, m.place, (m.start or "")[:4] or None, False)
                break
        if question.about in ("when", "where"):
            for other in m.mentioned_rounds:
                # "Early 2026" is no date, and tells when the next one is all the same.
                if (other.start or other.when == "future") if question.about == "when" else other.place:
                    year = (other.start or "")[:4] or None
                    yield _Told(report, other.proof_start, other.proof_end, False, other.round, other.place, year, other.when == "future")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is held against each meeting.

    words       its telling stems; `wanted` with the countries it names and without "first" and "second".
    wants_next  whether it asks for a meeting to come; `wants_before` for one before another.
    alone       whether nothing is wanted and the library has one series only: then it means that one.
    """

    words: frozenset[str]
    wanted: frozenset[str]
    wants_next: bool
    wants_before: bool
    alone: bool


def _make_asked(snapshot: Snapshot, question: Question) -> _Asked:
    words = _telling(question.text)
    names = {m.country for m in snapshot.names.mentions(question.text, any_case=True)}
    wanted = (words | {fold(c) for c in names}) - _ORDINALS
    # "When was the first round?" means the only series there is.
    alone = not wanted and len({r.meeting.series for r in snapshot.reports}) == 1
    return _Asked(words, wanted, bool(_NEXT.search(question.text)), bool(_BEFORE.search(question.text)), alone)


def _fit(told: _Told, question: Question, scope: Scope, asked: _Asked) -> float:
    """How well the meeting told of is the one asked for; 0 when it is not."""
    m = told.report.meeting
    in_scope = scope.near is None or told.report.id in scope.near
    if not in_scope:
        return 0.0
    score = 1.0 if scope.rows is not None and told.report.id in scope.rows else 0.0
    place = told.place is not None and bool(_telling(told.place) & asked.words)
    if question.rounds:
        if told.round not in question.rounds:
            return 0.0
        score += 2.0
    if question.years and told.year is not None and int(told.year) not in question.years:
        return 0.0
    if question.years and told.year is not None:
        score += 2.0
    if asked.wants_next and not question.rounds:
        score += 2.0 if told.future else -1.0
    elif asked.wants_before and not question.rounds:
        score += 2.0 if not told.own and not told.future else -1.0
        place = place and not told.own  # "before Cúcuta" names the later one
    elif not question.rounds and not place:
        # Without a round or a city of its own, the question means a meeting that has a report.
        score += 1.0 if told.own else -1.0
    if place and not (asked.wants_next and not told.future):
        score += 2.0
    share = 1.0
    if not asked.alone:
        has = _has(m.title, m.series or "", m.place or "", m.organisers, m.delegations)
        share = len(asked.wanted & has) / max(1, len(asked.wanted))
    if not place and scope.rows is None and share < _ENOUGH:
        return 0.0
    return score + share


@lru_cache(maxsize=20_000)
def _telling(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - EMPTY_STEMS


@lru_cache(maxsize=20_000)
def _has(title: str, series: str, place: str, organisers: tuple[str, ...], delegations: tuple[str, ...]) -> frozenset[str]:
    """The telling stems of a meeting's facts, and the countries that were there."""
    return _telling(" ".join([title, series, place, *organisers])).union(map(fold, delegations))

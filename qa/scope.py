"""Which meetings a question singles out: by place, year, round, or the name of the series.

A question that names a meeting is answered from that meeting's report alone; if it is a meeting of which the library has no report, it
says so. The words that name the meeting are no topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.names import Names
from index.store import Snapshot
from index.stored import StoredReport
from index.terms import STOP_WORDS, find_terms, fold, stem
from qa.question import LAST_YEAR

Span = tuple[int, int]

_MEETING_WORDS = frozenset(
    stem(w)
    for w in """meeting round dialogue trilateral bilateral workshop forum conference roundtable seminar session summit talks event
    gathering symposium colloquium consultation consultations edition""".split()
)
_NO_NAME = frozenset(
    stem(w)
    for w in """report reports summary chair's chairman's chairmans final notes note proceedings second third first fourth fifth sixth
    seventh eighth ninth tenth annual track ii 1.5 ii iii iv under rule chatham house joint official record takeaways key brief policy""".split()
)
_ALL_BUT_THE_NAME = 3  # words for a meeting that tell a report's name without any of its telling words
_SLOPPY = 86  # of 100: "ulan bator" is another matter, but "Petropavlosk" is a slip


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the library a question singles out.

    rows      row ids of the reports that stay in question, or None for all.
    near      row ids of the reports of the same series, when the one asked for has nothing: there may be something in them.
    spans     the words of the question that name the meeting.
    absent    what the question names that is not in the library, in words: "the second round (Petropavlovsk, June 2016)".
    """

    rows: frozenset[int] | None
    near: frozenset[int] | None
    spans: tuple[Span, ...]
    absent: str | None = None


def find_scope(snapshot: Snapshot, text: str, years: Sequence[int], rounds: Sequence[int], *, compare: bool = False) -> Scope:
    """Read the question's words against the meeting facts of all reports. To `compare` is to look at all the meetings named."""
    reports = snapshot.reports
    spans: list[Span] = []
    series, series_spans = _by_series(reports, text, snapshot.names)
    spans += series_spans
    rows, near = series, series
    placed, place_spans = _by_place(reports, text)
    if placed:
        spans += place_spans
        narrowed = placed if rows is None else (rows | placed if compare else rows & placed or placed)
        rows = narrowed
    here = rows if rows is not None else frozenset(r.id for r in reports)
    absent = None
    if years:
        in_years = frozenset(r.id for r in reports if r.id in here and _years(r) & set(years))
        if in_years:
            rows = in_years
        elif series is not None or placed:
            absent = f"a meeting of {years_in_words(years)}"
    if rounds:
        in_rounds = frozenset(r.id for r in reports if r.id in (rows or here) and r.meeting.round in rounds)
        if in_rounds:
            rows = in_rounds
        elif placed and rows and not any(r.meeting.round in rounds for r in reports):
            pass  # "inviting Russia to the fifth round, in Ulaanbaatar": what the meeting there said of a round to come
        elif series is not None or placed or not any(r.meeting.round in rounds for r in reports):
            absent = f"round {', '.join(map(str, rounds))}"
    if absent is None and not placed:
        absent = _mentioned_place(reports, text)
    if absent is not None:
        rows = frozenset()
    return Scope(rows, near, tuple(spans), absent)


def years_in_words(years: Sequence[int]) -> str:
    """The years of a question as a person says them: "2019, 2021", "2019 to 2022", "2020 or later"."""
    if years[-1] >= LAST_YEAR:
        return f"{years[0]} or later"
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return ", ".join(map(str, years))


def meeting_years(reports: Sequence[StoredReport]) -> set[int]:
    """All years in which a meeting of the library took place."""
    return set().union(*(_years(r) for r in reports)) if reports else set()


def _years(report: StoredReport) -> set[int]:
    return {int(d[:4]) for d in (report.meeting.start, report.meeting.end) if d}


def _by_place(reports: Sequence[StoredReport], text: str) -> tuple[frozenset[int], list[Span]]:
    """Reports whose meeting was in a city that the question names, spelling slips allowed."""
    found: dict[int, Span] = {}
    named = _Named(text)
    for report in reports:
        span = named.place(report.meeting.place or "")
        if span:
            found[report.id] = span
    return frozenset(found), list(set(found.values()))


def _mentioned_place(reports: Sequence[StoredReport], text: str) -> str | None:
    """A city of a meeting that the library only knows from other reports, where the question asks of the meeting there."""
    # A city may also be a topic ("a secretariat in Almaty"): it takes a word for a meeting to mean the meeting there.
    if not _meets(text):
        return None
    held = {fold(place) for place in {r.meeting.place for r in reports} if place}
    named = _Named(text)
    elsewhere = dict.fromkeys(other.place for report in reports for other in report.meeting.mentioned_rounds if other.place)
    for place in elsewhere:
        if named.place(re.sub(r"\s+City$", "", place)) and fold(place) not in held:
            return f"the meeting in {place}"
    return None


def _meets(text: str) -> bool:
    return any(t.stem in _MEETING_WORDS for t in find_terms(text))


def _by_series(reports: Sequence[StoredReport], text: str, names: Names) -> tuple[frozenset[int] | None, list[Span]]:
    """Reports whose series or title the question names: at least two telling words of it, or one beside a word for a meeting."""
    terms = find_terms(text)
    asked = {t.stem: (t.start, t.end) for t in terms if fold(text[t.start : t.end]) not in STOP_WORDS}
    countries = {m.country: (m.start, m.end) for m in names.mentions(text, any_case=True)}
    says_meeting = [asked[s] for s in asked if s in _MEETING_WORDS]
    meeting_words = asked.keys() & _MEETING_WORDS
    best: dict[int, tuple[float, list[Span]]] = {}
    for report in reports:
        m = report.meeting
        words, telling = _name_words(m.series, m.title)
        if telling.isdisjoint(asked) and not (says_meeting and countries) and len(meeting_words) < _ALL_BUT_THE_NAME:
            continue
        hits = {s: asked[s] for s in asked if s in telling}
        spans = list(hits.values())
        among = [c for c in countries if c in m.delegations]
        strangers = [c for c in countries if c not in m.delegations]
        score = float(len(hits)) + 0.5 * len(words & meeting_words)
        if len(among) >= 2 and not strangers and (says_meeting or len(among) == len(m.delegations) >= 3):
            score += len(among)
            spans += [countries[c] for c in among]
        elif among and says_meeting and len(among) == len(countries) and not hits:
            score += 0.5 * len(among)
        if not says_meeting and not _adjacent(sorted(hits.values()), text):
            continue
        if (score >= 1.5 and says_meeting) or len(hits) >= 2:
            best[report.id] = (score, spans)
    if not best:
        return None, []
    top = max(score for score, _ in best.values())
    chosen = {row: spans for row, (score, spans) in best.items() if score >= top}
    return frozenset(chosen), [*{s for spans in chosen.values() for s in spans}, *says_meeting]


def _adjacent(spans: Sequence[Span], text: str) -> bool:
    """Whether two of the words stand side by side, as in a name."""
    return any(not re.search(r"\w", text[a[1] : b[0]]) for a, b in pairwise(spans))


@lru_cache(maxsize=20_000)
def _name_words(series: str | None, title: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a report's series and title that may tell a meeting from others, and those of them that are no words for a meeting."""
    words = frozenset(stem(w) for w in re.findall(r"[^\W_]+", f"{series or ''} {title}") if fold(w) not in STOP_WORDS) - _NO_NAME
    return words, words - _MEETING_WORDS


class _Named:
    """Where a question names a place; each is looked for once, however many meetings were there."""

    def __init__(self, text: str) -> None:
        self._terms = find_terms(text)
        self._found: dict[str, Span | None] = {"": None}

    def place(self, name: str) -> Span | None:
        """Where the question has this name, whole words, case and accents aside, one spelling slip allowed in long names."""
        if name not in self._found:
            self._found[name] = self._look_for([stem(w) for w in re.findall(r"[^\W_]+", name)])
        return self._found[name]

    def _look_for(self, wanted: Sequence[str]) -> Span | None:
        for i in range(len(self._terms) - len(wanted) + 1 if wanted else 0):
            window = self._terms[i : i + len(wanted)]
            if all(_same(a, b.stem) for a, b in zip(wanted, window, strict=True)):
                return window[0].start, window[-1].end
        return None


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 6 or one[0] != other[0]:
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(one, other) >= _SLOPPY

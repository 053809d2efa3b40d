"""A topic across meetings: the rounds of a series side by side in order of date, each cell a cited statement, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from index.store import Snapshot
from index.stored import StoredReport
from index.terms import fold, topic_stems
from qa.changes import Change, Said, find_changes, telling_words
from qa.cover import COVERS, Candidate, find_candidates, sentence_text
from qa.library import make_statements, open_snapshot
from qa.question import Question, understand
from qa.retrieve import check_question, embed_question
from qa.scope import find_scope
from qa.side_by_side import Column, round_name, side_by_side
from qa.topic import make_topic

_NEAR = -0.5  # the same where a report has nothing better: it must not be called silent while it says the thing in other words
_OWN_WORDS, _OWN_MEANING = (
    0.25,
    0.45,
)  # what a sentence itself must have of the topic: a change rests on what it says, not on what it stands beside
_BEHIND = 3.2  # a meeting whose best sentence lies so far behind the library's best speaks of something near the topic
_SPREAD = 4.5  # the same for a sentence and its own report's best
_MOST = 6  # statements in a cell
_MOST_MEETINGS = 6  # columns of meetings that are no series


@dataclass(frozen=True, slots=True)
class Comparison:
    """A topic side by side. Without columns nothing was found, and `text` says so.

    series    the series whose rounds are compared; None when the reports are of unrelated meetings, between which no change is named.
    columns   in order of date. Labels run over all columns.
    text      the whole comparison as plain text, quotes included.
    """

    topic: str
    series: str | None
    columns: tuple[Column, ...]
    changes: tuple[Change, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {
            "topic": self.topic,
            "series": self.series,
            "columns": [c.to_dict() for c in self.columns],
            "changes": [{"kind": c.kind, "text": c.text, "statements": list(c.statements)} for c in self.changes],
            "text": self.text,
        }


def compare(topic: str, *, series: str | None = None, index: str | Path = ".index") -> Comparison:
    """Set what the rounds of a series say on `topic` side by side.

    Without `series` it is the one that has most of the topic in at least two rounds; where only unrelated meetings have it, these are the
    columns. A question may stand for the topic; years, rounds, places and holders that it names narrow the comparison.
    Raises BadQuestion, IndexUnusable, ModelMismatch. Nothing found is an answer.
    """
    check_question(topic)
    with open_snapshot(index) as snapshot:
        embed_question(snapshot, topic)  # refuses a model that is not the index's
        asked, reports, absent = _read(snapshot, topic, series)
        # As it was typed, unless it is a question or names meetings and holders besides.
        subject = topic.strip() if set(topic_stems(topic)) <= set(asked.terms) else asked.topic
        if absent:
            return Comparison(subject, series, (), (), absent)
        told = _told(snapshot, asked, reports)
        chosen, name = _choose(reports, told, series)
        cells = [(r, told.get(r.id, [])) for r in chosen]
        if not any(found for _, found in cells):
            return Comparison(subject, name, (), (), _nothing(snapshot, subject, name))
        columns = _columns(snapshot, cells)
        changes = _changes(snapshot, subject, cells, columns) if name is not None else ()
        return Comparison(subject, name, columns, changes, side_by_side(subject, name, columns, changes))


def _read(snapshot: Snapshot, topic: str, series: str | None) -> tuple[Question, list[StoredReport], str | None]:
    """The topic taken apart, the reports in question, and what is asked for that the library lacks."""
    first = understand(topic, snapshot.names)
    scope = find_scope(snapshot, topic, first.years, first.rounds, compare=True)
    asked = understand(topic, snapshot.names, scope.spans)
    if not asked.terms and not asked.names:  # nothing but slots: "disagreement" is a topic here
        asked = replace(asked, topic=topic, terms=tuple(topic_stems(topic)), act=None, holders=())
    if series is not None:
        reports = [r for r in snapshot.reports if fold(r.meeting.series or "") == fold(series)]
        known = sorted({r.meeting.series for r in snapshot.reports if r.meeting.series})
        absent = None if reports else f"The library has no series called {series}. It has: {'; '.join(known) or 'none'}."
        narrowed = [r for r in reports if scope.rows and r.id in scope.rows]
        return asked, narrowed if len(narrowed) > 1 else reports, absent
    if scope.absent:
        return asked, [], f"The library has no report of {scope.absent}."
    rows = scope.rows if scope.rows is None or len(scope.rows) > 1 else None
    return asked, [r for r in snapshot.reports if rows is None or r.id in rows], None


def _told(snapshot: Snapshot, asked: Question, reports: Sequence[StoredReport]) -> dict[int, list[Candidate]]:
    """What each report says on the topic, by row id: its best few sentences, in its own order. Reports that say nothing are left out."""
    topic = make_topic(snapshot, asked)
    found = [c for c in find_candidates(snapshot, asked, [r.id for r in reports], scoped=False, topic=topic) if c.topical >= COVERS]
    # In a large library only the best passages were looked at; the reports they are of, and the other rounds, are then looked at whole.
    rows = {c.sentence.report for c in found}
    named = {fold(r.meeting.series) for r in reports if r.id in rows and r.meeting.series}
    rows |= {r.id for r in reports if fold(r.meeting.series or "") in named}
    cells = {row: _cell(find_candidates(snapshot, asked, [row], scoped=False, topic=topic)) for row in sorted(rows)}
    return {row: own for row, own in cells.items() if own}


def _cell(candidates: Sequence[Candidate]) -> list[Candidate]:
    own = [c for c in candidates if c.held != 0 and (c.words >= _OWN_WORDS or c.meaning >= _OWN_MEANING)]
    own = [c for c in own if c.topical >= COVERS] or [c for c in own if c.topical >= _NEAR]
    # Narration only where nobody says anything: it holds no position, but it shows that the report has the topic.
    own = [c for c in own if c.sentence.attribution.act != "none"] or own
    own = sorted((c for c in own if c.topical >= _best(own) - _SPREAD), key=lambda c: -c.topical)
    return sorted(own[:_MOST], key=lambda c: c.sentence.start)


def _best(cell: Sequence[Candidate]) -> float:
    return max((c.topical for c in cell), default=-9.0)


def _choose(reports: Sequence[StoredReport], told: dict[int, list[Candidate]], series: str | None) -> tuple[list[StoredReport], str | None]:
    """The reports of the columns in order of date, and the series they are of, if they are of one.

    A report that only comes near the topic is a column of its series, but does not decide which series it is.
    """
    top = max(map(_best, told.values()), default=-9.0)
    clearly = {row for row, cell in told.items() if _best(cell) >= top - _BEHIND}
    by_series: dict[str, list[StoredReport]] = {}
    for report in reports:
        if report.meeting.series:
            by_series.setdefault(fold(report.meeting.series), []).append(report)
    telling = {name: sum(r.id in clearly for r in own) for name, own in by_series.items() if len(own) > 1}
    enough = 1 if len(clearly) == 1 else 2
    several = [name for name, count in telling.items() if count >= enough] if series is None else list(by_series)
    if several:
        weight = {name: sum(len(told.get(r.id, ())) for r in by_series[name] if r.id in clearly) for name in several}
        chosen = sorted(by_series[max(sorted(several), key=weight.__getitem__)], key=_when)
        return chosen, chosen[0].meeting.series
    best = sorted((r for r in reports if r.id in clearly), key=lambda r: -_best(told[r.id]))
    return sorted(best[:_MOST_MEETINGS], key=_when), None


def _when(report: StoredReport) -> tuple[str, int, str]:
    m = report.meeting
    return m.start or m.end or "9999", m.round or 0, report.path


def _columns(snapshot: Snapshot, cells: Sequence[tuple[StoredReport, list[Candidate]]]) -> tuple[Column, ...]:
    made = make_statements(snapshot, [c.sentence for _, found in cells for c in found])
    columns = []
    for report, found in cells:
        m = report.meeting
        own = tuple(next(made) for _ in found)
        columns.append(Column(report.path, m.title, m.series, m.round, m.start, m.end, m.place, own))
    return tuple(columns)


def _changes(
    snapshot: Snapshot, topic: str, cells: Sequence[tuple[StoredReport, list[Candidate]]], columns: Sequence[Column]
) -> tuple[Change, ...]:
    """Two reports of one round count as one."""
    rounds: list[str] = []
    said: list[Said] = []
    vectors = snapshot.sentence_vectors((c.sentence.id for _, found in cells for c in found))
    countries = [word for m in snapshot.names.countries for word in (m.name, *m.aliases, *m.demonyms)]
    pairs = zip(cells, columns, strict=True)
    for number, (_, group) in enumerate(groupby(pairs, key=lambda pair: (pair[1].round, pair[1].round is None and pair[1].date))):
        for (_, found), column in group:
            if len(rounds) == number:
                rounds.append(round_name(column))
            for candidate, statement in zip(found, column.statements, strict=True):
                words = telling_words(sentence_text(snapshot, candidate.sentence), snapshot.wording, countries)
                said.append(Said(statement.label, number, candidate.sentence.attribution, vectors[candidate.sentence.id], words))
    return find_changes(topic, said, rounds)


def _nothing(snapshot: Snapshot, topic: str, series: str | None) -> str:
    where = f"The reports of {series}" if series else "The reports"
    return f"{where} have no statement on {topic}. The library holds {len(snapshot.reports)} reports."

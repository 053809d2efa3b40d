"""From a question to an answer: understand, find, hold against act, holder and time, and say it in the reports' own sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.report import Act
from index.store import Snapshot
from index.wording import FIRMNESS
from qa.brief import brief
from qa.contract import Answer, Missing, Statement, Status
from qa.conversation import standalone
from qa.cover import COVERED, Candidate, find_candidates
from qa.facts import find_facts
from qa.filters import Filters, make_filters
from qa.library import make_statements, open_snapshot
from qa.question import Question, understand
from qa.retrieve import check_question, embed_question
from qa.scope import Scope, find_scope

_MOST = 8  # statements in an answer: what a person reads before asking again
_MOST_LISTED = 12  # when all of a meeting's agreements or one side's words are asked for
_NEAREST = 4

# What may stand for the act asked for. A recorded disagreement answers "did they agree?"; see `_fits`.
_INSTEAD: dict[Act, frozenset[Act]] = {
    "agreed": frozenset({"agreed"}),
    "recommended": frozenset({"recommended"}),
    "supported": frozenset({"supported", "agreed", "recommended"}),
    "concerned": frozenset({"concerned", "disagreed"}),
    "disagreed": frozenset({"disagreed"}),
    "asked": frozenset({"asked"}),
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found: the sentences of the answer or those nearest to it, and what is missing."""

    status: Status
    chosen: tuple[Candidate, ...] = ()
    missing: Missing | None = None


def ask(
    question: str,
    *,
    history: Sequence[Mapping[str, str]] = (),
    index: str | Path = ".index",
    reports: Sequence[str] | None = None,
    series: str | None = None,
    round: int | None = None,  # noqa: A002  # the contract's word
    since: str | None = None,
    until: str | None = None,
    holder: str | None = None,
    act: str | None = None,
) -> Answer:
    """Answer a question from the reports, in their own sentences; a refusal is an answer too.

    history   the turns before, [{"role": "user" | "assistant", "content": str}]; a follow-up is rewritten into a standalone question,
              `Answer.understood_as`, and nothing after that sees the history.
    Raises BadQuestion, UnknownReport, IndexUnusable, ModelMismatch.
    """
    check_question(question)
    with open_snapshot(index) as snapshot:
        filters = make_filters(snapshot, reports=reports, series=series, round=round, since=since, until=until, holder=holder, act=act)
        whole = standalone(snapshot, question, history)
        asked, scope = _read(snapshot, whole)
        sentences, found = _answer(snapshot, asked, scope, filters)
        given = tuple(make_statements(snapshot, sentences))
        statements, nearest = (given, ()) if found.status == "answered" else ((), given)
        return Answer(
            question=question,
            understood_as=whole,
            status=found.status,
            text=brief(snapshot, asked, scope, found.status, found.missing, given),
            statements=statements,
            nearest=nearest,
            missing=found.missing,
            matched=_matched(snapshot, asked, given),
        )


def _read(snapshot: Snapshot, text: str) -> tuple[Question, Scope]:
    first = understand(text, snapshot.names)
    scope = find_scope(snapshot, text, first.years, first.rounds)
    return understand(text, snapshot.names, scope.spans), scope


def _answer(snapshot: Snapshot, asked: Question, scope: Scope, filters: Filters):  # type: ignore[no-untyped-def]
    allowed = {r.id for r in snapshot.reports if filters.allows(r)}
    if asked.about != "topic":
        facts = find_facts(snapshot, asked, scope, allowed, embed_question(snapshot, asked.text))
        if facts:
            return facts, _Found("answered")
    rows = allowed if scope.rows is None else allowed & scope.rows
    found = _find(snapshot, asked, rows, filters)
    if found.status == "not_covered" and scope.rows is not None and not scope.absent:
        # Not in the meeting that was asked for: perhaps in another one of its series.
        elsewhere = (allowed & scope.near if scope.near is not None else allowed) - rows
        other = _find(snapshot, asked, elsewhere, filters)
        if other.status != "not_covered" and asked.terms:
            found = _Found("partial", other.chosen[:_NEAREST], "time")
    return [c.sentence for c in found.chosen], found


def _find(snapshot: Snapshot, asked: Question, rows: set[int], filters: Filters) -> _Found:
    candidates = [c for c in find_candidates(snapshot, asked, rows, Filters()) if _passes(c, filters)]
    if not asked.terms and not asked.names:
        return _listing(asked, candidates)
    covering = [c for c in candidates if c.relevance >= COVERED]
    if not covering:
        return _Found("not_covered", tuple(c for c in candidates[:2] if c.relevance >= 0.5 * COVERED), "topic")
    best = covering[0].relevance
    close = [c for c in covering if c.relevance >= 0.6 * best]
    held = [c for c in close if _held(c, asked)]
    if not held:
        return _Found("partial", tuple(close[:_NEAREST]), "holder")
    fitting = [c for c in held if _fits(c, asked)]
    if fitting:
        return _Found("answered", tuple(_ordered(fitting[:_MOST])))
    if asked.firm:
        return _Found("partial", tuple(held[:_NEAREST]), "act")
    return _Found("answered", tuple(_ordered(held[:_MOST])))


def _listing(asked: Question, candidates: Sequence[Candidate]) -> _Found:
    """Questions without a topic: "what did they agree on?", "what did the Indian side say?"."""
    if asked.act is None and not asked.holders:
        return _Found("not_covered", (), "topic")
    held = [c for c in candidates if _held(c, asked) and c.sentence.attribution.act != "none"]
    fitting = [c for c in held if _fits(c, asked)]
    if fitting:
        in_order = sorted(fitting, key=lambda c: (_breadth(c), c.sentence.report, c.sentence.start))
        return _Found("answered", tuple(_ordered(in_order[:_MOST_LISTED])))
    return _Found("partial", tuple(held[:_NEAREST]), "act") if held else _Found("not_covered", (), "holder" if asked.holders else "act")


def _passes(c: Candidate, filters: Filters) -> bool:
    a = c.sentence.attribution
    return (filters.holder is None or filters.holder in a.who) and (filters.act is None or filters.act == a.act)


def _held(c: Candidate, asked: Question) -> bool:
    return not asked.holders or bool(set(asked.holders) & set(c.sentence.attribution.who))


def _fits(c: Candidate, asked: Question) -> bool:
    """Whether the act, and where all were asked for the scope, is what the question wants."""
    a = c.sentence.attribution
    if asked.act is None or asked.act not in _INSTEAD:
        return True
    if asked.act == "agreed" and asked.yes_no and a.act == "disagreed":
        return True
    if asked.everyone and asked.act == "agreed" and a.scope == "some":
        return False
    return a.act in _INSTEAD[asked.act]


def _ordered(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Firmest first; within an act the most relevant first."""
    return sorted(chosen, key=lambda c: FIRMNESS.index(c.sentence.attribution.act))


_BREADTH = {"everyone": 0, "impersonal": 0, "delegation": 1, "government": 2, "some": 2, "person": 3, "unattributed": 4}


def _breadth(c: Candidate) -> int:
    return _BREADTH[c.sentence.attribution.scope]


def _matched(snapshot: Snapshot, asked: Question, given: Sequence[Statement]) -> dict[str, str]:
    """Names of the question that the quotes have under another name: {"DPRK": "North Korea"}."""
    from qa.cover import other_names  # noqa: PLC0415

    return other_names(snapshot.names, asked.text, " ".join(s.quote for s in given))

"""From a question to an answer: understand, find, hold against act, holder and time, and say it in the reports' own sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.attribution.wording import FIRMNESS
from index.store import Snapshot
from index.stored import StoredSentence
from qa.brief import brief
from qa.contract import Answer, Missing, Statement, Status
from qa.conversation import standalone
from qa.cover import COVERS, Candidate, find_candidates
from qa.facts import find_facts
from qa.filters import Filters, make_filters
from qa.library import make_statements, open_snapshot
from qa.orders import without_orders
from qa.question import Question, understand
from qa.retrieve import check_question
from qa.scope import Scope, find_scope, meeting_years, years_in_words
from qa.topic import Topic, make_topic, other_names

_MOST = 8  # statements in an answer: what a person reads before asking again
_MOST_COLUMNS = 4  # meetings set side by side
_MOST_LISTED = 12  # when all of a meeting's agreements or one side's words are asked for
_NEAREST = 4
ANSWERS = -0.2  # relevance of a sentence that answers: benchmarks/coverage.py prints false answers and refusals around it
ANSWERS_CHOSEN = -0.6  # where the question named the meeting or the holder
ALONE = 0.2  # `Candidate.alone` from which it does where nothing but the topic was asked for
_SAID_SO, _SURELY = 0.5, 1.4  # cosine of the whole question and topical evidence that together do, too
CLEARLY = 1.5
_FLOOR, _FLOOR_BESIDE = -2.0, -3.5  # topical evidence below which holder, act and meeting do not help
_PARAGRAPHS = 0.4  # share of the topic's words in the paragraph of a proposal on it
_SHARED_CONTEXT = 0.15  # share of the topic's words around a reply
_WELL = 1.2  # topical evidence that stands by itself, whatever tells more
_TELLS = 0.3  # share of the topic's words in a sentence that one may reply to
_NEXT_SENTENCE = 8  # characters between a sentence and the next, list marker included
_LOW = -0.5
_STRANGE = 0.75  # share of a topic that no report has, from which holder and meeting do not help
_UNHEARD, _MISSED, _UNLIKE = 0.35, 0.55, 0.35  # unseen and lacking shares of a topic, and the paragraph's cosine: what helps no more
_SURE_MEANING = 0.45  # cosine that stands in for words when half of the topic is in no report
_SPREAD = 2.2  # an answer lists what is about as relevant as its best sentence


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
        kept, ordered = without_orders(question)
        pointed = [{"role": "user", "content": ordered}] if understand(ordered, snapshot.names).terms else []
        whole = standalone(snapshot, kept or question, [*history, *pointed])
        asked, scope = _read(snapshot, whole)
        if kept:
            sentences, found = _answer(snapshot, asked, scope, filters)
        else:
            sentences, found = [], _Found("not_covered", (), "topic")
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
    scope = find_scope(snapshot, text, first.years, first.rounds, compare=first.compare)
    asked = understand(text, snapshot.names, scope.spans)
    if asked.years and not asked.terms and not asked.names and not meeting_years(snapshot.reports) & set(asked.years):
        # Nothing but a year says what is meant, and no meeting took place in it.
        scope = replace(scope, rows=frozenset(), absent=f"a meeting of {years_in_words(asked.years)}")
    return asked, scope


def _answer(snapshot: Snapshot, asked: Question, scope: Scope, filters: Filters) -> tuple[list[StoredSentence], _Found]:
    allowed = {r.id for r in snapshot.reports if filters.allows(r)}
    if asked.about != "topic":
        facts = find_facts(snapshot, asked, scope, allowed)
        if facts:
            return facts, _Found("answered")
        if asked.about == "officers":
            return [], _Found("not_covered", (), "topic")  # "opened" and "chair" are no topic: sentences with these words are none either
    rows = allowed if scope.rows is None else allowed & scope.rows
    topic = make_topic(snapshot, asked)
    found = _find(snapshot, asked, topic, rows, filters, scoped=scope.rows is not None)
    if scope.rows is not None and not scope.absent and asked.terms and (found.status == "not_covered" or not asked.compare):
        # Not in the meeting that was asked for, or only in passing: perhaps another one of its series tells of it.
        elsewhere = (allowed & scope.near if scope.near is not None else allowed) - rows
        other = _find(snapshot, asked, topic, elsewhere, filters, scoped=False)
        here = max((c.topical for c in found.chosen), default=-9.0)
        there = max((c.topical for c in other.chosen), default=-9.0)
        if (
            other.status != "not_covered"
            and there >= COVERS
            and here < COVERS
            and (here < there - 2 * CLEARLY or found.status == "not_covered")
        ):
            found = _Found("partial", other.chosen[:_NEAREST], "time")
    return [c.sentence for c in found.chosen], found


def _find(  # noqa: PLR0911  # one return for each outcome, in the order they are tried
    snapshot: Snapshot, asked: Question, topic: Topic, rows: set[int], filters: Filters, *, scoped: bool
) -> _Found:
    """Answered where a statement is about the topic and held and meant as asked; partial where only the topic is there."""
    # A filter asks for a holder and an act as plainly as words do.
    if filters.holder is not None:
        asked = replace(asked, holders=(filters.holder,))
    if filters.act is not None and asked.act is None:
        asked = replace(asked, act=filters.act)
    candidates = [c for c in find_candidates(snapshot, asked, rows, scoped=scoped, topic=topic) if _passes(c, filters)]
    if not asked.terms and not asked.names:
        return _listing(asked, candidates)
    wanted = [c for c in candidates if c.held != 0]
    topical = sorted((c for c in candidates if c.topical >= COVERS and _stands(c)), key=lambda c: -c.topical)
    told_in = {c.passage.id for c in topical}
    fitting = [c for c in wanted if c.fits is not False and _answers(c) and _well_founded(c, told_in)]
    if topical and topical[0].held == 0:
        # Asked for a side's view of what another told: whoever of it takes that up next has answered.
        known = {c.sentence.id for c in fitting}
        fitting += [
            c for c in wanted
            if c.held and c.back and c.fits is not False and c.sentence.id not in known and _goes_on(c, topical[0], candidates)
        ]  # fmt: skip
    if fitting and topical:
        best, fit = topical[0], max(fitting, key=lambda c: c.topical)
        gap = best.topical - fit.topical
        told_better = gap > CLEARLY if fit.topical < COVERS else gap > 2 * CLEARLY and fit.words < _TELLS
        replies = told_better and (
            _any_replies(fitting, topical) or any(_reacts(f, best, candidates) or _goes_on(f, best, candidates) for f in fitting)
        )
        if told_better and best.held == 0 and fit.topical < _WELL and not replies:
            return _Found("partial", tuple(topical[:_NEAREST]), "holder")
        # A proposal made in the paragraph on a topic is a proposal on it; an agreement there may be on something else.
        proposes = asked.act == "recommended" and any(f.passage.id == best.passage.id and f.context >= _PARAGRAPHS for f in fitting)
        nearer = fit.meaning > best.meaning and fit.asked > best.asked  # in other words than the question's
        if told_better and asked.firm and best.fits is False and not (replies or proposes or nearer):
            return _Found("partial", tuple(c for c in topical if c.held != 0)[:_NEAREST], "act")
    if fitting:
        return _Found("answered", tuple(_ordered(_close(fitting, wanted, asked))))
    if not topical:
        return _Found("not_covered", tuple(c for c in candidates[:2] if c.topical >= COVERS - 1.0), "topic")
    if asked.holders and not any(c.held for c in topical):
        return _Found("partial", tuple(topical[:_NEAREST]), "holder")
    held = [c for c in topical if c.held != 0]
    if asked.firm:
        return _Found("partial", tuple(held[:_NEAREST]), "act")
    return _Found("answered", tuple(_ordered(_close(held, wanted, asked))))


def _stands(c: Candidate) -> bool:
    """Whether the topic by itself is enough, where the question asks for neither holder, act nor meeting."""
    said_so = c.asked >= _SAID_SO and c.topical >= _SURELY  # the whole question in other words, a name or two missing
    return c.held is not None or c.fits is not None or c.scoped or c.alone >= ALONE or said_so


def _answers(c: Candidate) -> bool:
    return _stands(c) and c.relevance >= (ANSWERS_CHOSEN if c.scoped or c.held else ANSWERS)


def _replies(c: Candidate, to: Candidate) -> bool:
    """Whether a sentence comes next after another, in its paragraph or as the next item: a reply is about what it replies to."""
    gap = c.sentence.start - to.sentence.end
    return c.sentence.report == to.sentence.report and 0 <= gap <= _NEXT_SENTENCE and abs(c.passage.paragraph - to.passage.paragraph) <= 1


def _any_replies(fitting: Sequence[Candidate], topical: Sequence[Candidate]) -> bool:
    """Whether one that fits replies to what tells of the topic, or to another reply in the best one's paragraph."""
    best = topical[0]
    told: dict[int, list[Candidate]] = {}
    for t in topical:
        if t is best or t.words >= _TELLS or (t.back and t.passage.id == best.passage.id):
            told.setdefault(t.sentence.report, []).append(t)
    may = (f for f in fitting if (f.back or (f.held and f.fits)) and f.context >= _SHARED_CONTEXT)
    return any(_replies(f, t) for f in may for t in told.get(f.sentence.report, ()))


def _reacts(c: Candidate, to: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether one whose view is asked for takes up what was told earlier in the paragraph: nothing else was proposed in between."""
    a, told = c.sentence, to.sentence
    within = a.report == told.report and c.passage.paragraph == to.passage.paragraph and told.end <= a.start
    if not (within and c.held and c.back) or a.attribution.act in ("recommended", "none", "discussed"):
        return False
    between = (b for b in candidates if b.sentence.report == a.report and told.end <= b.sentence.start < a.start)
    return not any(b.sentence.attribution.act == "recommended" and b.words < _TELLS for b in between)


def _goes_on(c: Candidate, to: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether one whose view is asked for takes up what was told just before: in between only those spoke on who told it."""
    told = to.sentence
    near = c.sentence.report == told.report and told.end <= c.sentence.start and c.passage.paragraph - to.passage.paragraph in (0, 1)
    if not (near and c.held and c.back):
        return False
    between = (b.sentence for b in candidates if b.sentence.report == told.report and told.end <= b.sentence.start < c.sentence.start)
    return all(b.attribution.who == told.attribution.who and b.attribution.scope == told.attribution.scope for b in between)


def _well_founded(c: Candidate, told_in: Collection[int]) -> bool:
    """Holder, act and meeting alone do not make an answer: something must speak of the topic, as the passages `told_in` do."""
    if not c.names and c.words < 0.5:
        return False
    if c.named_unseen and c.context < 0.25:
        return False
    if c.topical >= COVERS:
        return True
    if c.unseen >= _UNHEARD and c.lacks >= _MISSED and c.words < _TELLS and c.around < _UNLIKE:
        return False  # a good part is in no report, most of the rest is not around, and the paragraph means something else
    strange = min(c.unseen, c.lacks) >= _STRANGE or (c.unseen >= 0.5 and not (c.scoped or c.held))
    if strange and (c.context < 0.25 or c.topical < _LOW):
        return c.asked >= _SURE_MEANING and not (c.scoped or c.held)
    # What stands in a paragraph that tells of the topic is nearer to it than its own words show.
    return c.topical >= (_FLOOR_BESIDE if c.passage.id in told_in else _FLOOR)


def _close(found: Sequence[Candidate], wanted: Sequence[Candidate], asked: Question) -> list[Candidate]:
    """Those about as relevant as the best, and what its paragraph adds: a reason, a reply, a figure. A comparison takes from each."""
    leaders = [found[0]]
    if asked.compare:
        # Where one meeting answers, another that tells of the same at all belongs beside it.
        among = {c.sentence.id for c in found}
        told = [
            c for c in wanted
            if c.fits is not False and (c.topical >= COVERS or c.relevance >= ANSWERS - 1.0 or c.sentence.id in among)
        ]  # fmt: skip
        found = told
        leaders = list({c.sentence.report: c for c in reversed(told)}.values())[::-1][:_MOST_COLUMNS]
    chosen: dict[int, Candidate] = {}
    share = max(2, _MOST_LISTED // len(leaders)) if len(leaders) > 1 else _MOST
    for best in leaders:
        same = [
            c for c in found if c.relevance >= best.relevance - _SPREAD and (len(leaders) == 1 or c.sentence.report == best.sentence.report)
        ]
        beside = [
            c for c in wanted
            if c.passage.id == best.passage.id and c.fits is not False
            and c.relevance >= (ANSWERS if c.fits or c.held else max(best.relevance - 2 * _SPREAD, ANSWERS - 1.5))
        ]  # fmt: skip
        # "They ..." after a chosen sentence goes on with it.
        known = {c.sentence.id for c in beside}
        beside += [
            c for c in wanted
            if c.sentence.attribution.antecedent and c.fits is not False and c.sentence.id not in known and _replies(c, best)
        ]  # fmt: skip
        for c in [*same[: share - min(2, len(beside))], *beside, *same][:share]:
            chosen.setdefault(c.sentence.id, c)
    return list(chosen.values())[:_MOST_LISTED]


def _listing(asked: Question, candidates: Sequence[Candidate]) -> _Found:
    """Questions without a topic: "what did they agree on?", "what did the Indian side say?"."""
    if asked.act is None and not asked.holders:
        return _Found("not_covered", (), "topic")
    held = [c for c in candidates if c.held != 0 and c.sentence.attribution.act != "none"]
    fitting = [c for c in held if c.fits is not False]
    if fitting:
        in_order = sorted(fitting, key=lambda c: (_breadth(c), c.order, c.sentence.start))
        return _Found("answered", tuple(_ordered(in_order[:_MOST_LISTED])))
    return _Found("partial", tuple(held[:_NEAREST]), "act") if held else _Found("not_covered", (), "holder" if asked.holders else "act")


def _passes(c: Candidate, filters: Filters) -> bool:
    a = c.sentence.attribution
    return (filters.holder is None or filters.holder in a.who) and (filters.act is None or filters.act == a.act)


def _ordered(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Firmest first; within an act the most relevant first."""
    return sorted(chosen, key=lambda c: FIRMNESS.index(c.sentence.attribution.act))


_BREADTH = {"everyone": 0, "impersonal": 0, "delegation": 1, "government": 2, "some": 2, "person": 3, "unattributed": 4}


def _breadth(c: Candidate) -> int:
    return _BREADTH[c.sentence.attribution.scope]


def _matched(snapshot: Snapshot, asked: Question, given: Sequence[Statement]) -> dict[str, str]:
    """Names of the question that the quotes have under another name: {"DPRK": "North Korea"}."""
    return other_names(snapshot.names, asked.text, " ".join(s.quote for s in given))

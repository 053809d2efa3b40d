"""Does a sentence cover the question? Words first, then names, then meaning; a score alone never decides.

For each candidate sentence the evidence is kept apart (`Candidate`), so that a refusal can say what is missing. How the parts add up is
calibrated on judged sets by `benchmarks/coverage.py`, which prints the weights below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.report import Act
from index.store import Snapshot
from index.stored import StoredPassage, StoredReport, StoredSentence
from index.terms import stems
from qa.question import Question
from qa.retrieve import rank_passages
from qa.topic import Finder, Topic, TopicTerm, make_topic, with_near_words

_ALL_IN = 400  # passages: so few are all looked at, which makes a question about one report exact
_RANKED = 100  # of more than that, the best so many
_BEST = 6  # candidates whose words are tried for what they mean
_LACKS = 0.3  # share of a topic that all of these lack, from which it is worth trying
_AROUND, _HALF = 0.7, 0.5  # what a word counts for that stands around a sentence; from when a term counts as there

# What may stand for the act asked for.
INSTEAD: dict[Act, frozenset[Act]] = {
    "agreed": frozenset({"agreed"}),
    "recommended": frozenset({"recommended"}),
    "supported": frozenset({"supported", "agreed", "recommended"}),
    "concerned": frozenset({"concerned", "disagreed"}),
    "disagreed": frozenset({"disagreed"}),
    "asked": frozenset({"asked"}),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and the evidence that it answers the question.

    order      its report's place among the reports by path.
    words      share of the topic's words, weighted by rarity, that stand in the sentence or its antecedent (0..1).
    context    the same, counting those in its paragraph, headings and meeting facts at less.
    lacks      share of what the topic names, plain words aside, that stands neither in the sentence nor around it.
    meaning    cosine of the topic and the sentence; `around` of the topic and the passage; `asked` of the whole question and the sentence.
    names      whether each country the topic names is in the sentence, paragraph, headings or meeting facts.
    unseen     share of the topic that no report has in any form; `named_unseen` when it is half and the question names it as a name.
    back       whether it speaks of what was said before it: a reply.
    held       the share of the holders asked for that hold it; None when none was asked for.
    fits       whether its act (and breadth) is the one asked for; None when none was.
    topical    how surely it is about the topic; above 0 more likely than not.
    alone      how surely it answers where nothing but the topic is asked for: then what the topic names has to be there.
    relevance  how surely it answers, holder and act counted; above 0 more likely than not.
    """

    sentence: StoredSentence
    passage: StoredPassage
    order: int
    words: float
    context: float
    lacks: float
    meaning: float
    around: float
    asked: float
    names: bool
    unseen: float
    named_unseen: bool
    scoped: bool
    back: bool
    held: float | None
    fits: bool | None
    topical: float
    alone: float
    relevance: float

    @property
    def evidence(self) -> tuple[float, ...]:
        """The parts that speak of the topic alone, in the order of the weights."""
        return self.words, self.context, self.meaning, self.around, self.asked, float(self.names), self.unseen, self.lacks

    @property
    def slots(self) -> tuple[float, ...]:
        """What else speaks for it: the holder, the act and the meeting asked for, and that it is no mere narration."""
        return self.held or 0.0, float(self.fits is True), float(self.scoped), float(self.sentence.attribution.act == "none")


# Printed by `python benchmarks/coverage.py`; see there for the sets and the cross-check.
TOPIC_WEIGHTS = (2.0, 3.3, 0.0, 2.4, 5.0, 0.8, 0.7, 0.0)
TOPIC_OFFSET = -5.2
ALONE_WEIGHTS = (3.5, 1.4, 0.0, 2.0, 3.8, 0.7, 0.0, -1.4)
ALONE_OFFSET = -3.9
WEIGHTS = (3.3, 2.4, 0.0, 2.4, 3.5, 0.3, 0.7, 0.0, 2.6, 2.8, 0.6, -0.1)
OFFSET = -5.05
_STRANGE = 2.0  # what a topic loses that names something which no report has in any form, nor in a word near it
_WORTH_READING = -1.0  # below this `relevance` and `topical`, nobody asks whether a candidate is a reply
COVERS = 0.3  # `Candidate.topical` from which a sentence is about the topic, holder and act aside
_NO_SLOTS, _CHOSEN = 0.4, 0.6  # what the topic alone must bring more, and what a named meeting brings


_Columns = tuple[npt.NDArray[np.float64], ...]


def _sums(evidence: _Columns, slots: _Columns, *, asks_slots: bool) -> _Columns:
    """(topical, alone, relevance) of each candidate: see there. With no holder and no act asked for, the topic alone decides."""
    unseen, lacks, scoped = evidence[6], evidence[7], slots[2]
    topical = _sum(TOPIC_WEIGHTS, evidence) + TOPIC_OFFSET
    relevance = _sum(WEIGHTS, (*evidence, *slots)) + OFFSET if asks_slots else topical - _NO_SLOTS + _CHOSEN * scoped
    alone = _sum(ALONE_WEIGHTS, evidence) + ALONE_OFFSET - _STRANGE * np.minimum(unseen, lacks)
    return topical, alone, relevance


def _sum(weights: tuple[float, ...], columns: _Columns) -> npt.NDArray[np.float64]:
    """The weighted sum of each row, added from the first column to the last, so that it is the same to the bit on every machine."""
    total = np.zeros(len(columns[0]))
    for weight, column in zip(weights, columns, strict=True):
        total += weight * column
    return total


def find_candidates(
    snapshot: Snapshot, question: Question, rows: Iterable[int], *, scoped: bool, topic: Topic | None = None
) -> list[Candidate]:
    """Every sentence that may answer, most relevant first. `rows` are the reports in question; `scoped` says that the question chose them.

    topic   the question's topic by `make_topic`, for callers that ask of several sets of reports: it is embedded once.
    """
    chosen = set(rows)
    if not chosen:
        return []
    topic = topic or make_topic(snapshot, question)
    if sum(len(snapshot.report(row).passages) for row in chosen) > _ALL_IN:
        ranked = rank_passages(snapshot, question.topic or question.text, topic.vector, snapshot.among(chosen))[:_RANKED]
        passages = {p.id: p for p, _ in ranked}
    else:
        passages = snapshot.get_passages(row for report in chosen for row in snapshot.report(report).passages)
    sentences = snapshot.sentences(passages=passages)
    own = {s.id: _own_stems(snapshot, s) for s in sentences}
    near = {p.id: p.stems.split() for p in passages.values()}
    vocabulary = set().union(*own.values(), *near.values())
    topic = topic.among(vocabulary)
    countries = {p.id: _countries(snapshot, p, topic) for p in passages.values()}
    facts = {row: _facts(snapshot.report(row)) for row in {p.report for p in passages.values()}}
    meaning, asked = snapshot.sentence_cosines(own, topic.vector, topic.whole)
    around = snapshot.cosines(passages, topic.vector)
    asks_reply = bool(_ASKS_REPLY.search(question.text))

    if not sentences:
        return []
    places = {p.report: snapshot.place(p.report) for p in passages.values()}
    held, fits = [_held(s, question) for s in sentences], [_fits(s, question) for s in sentences]
    slots = (
        np.array([h or 0.0 for h in held]),
        np.array([float(f is True) for f in fits]),
        np.full(len(sentences), float(scoped)),
        np.array([float(s.attribution.act == "none") for s in sentences]),
    )
    cosines = (
        np.array([meaning[s.id] for s in sentences]),
        np.array([around[s.passage] for s in sentences]),
        np.array([asked[s.id] for s in sentences]),
    )

    def weigh(topic: Topic) -> list[Candidate]:
        unseen = topic.unseen
        named_unseen = unseen >= 0.5 and bool(_NAME_INSIDE.search(question.topic_as_asked))
        words, context, lacks = _shares(topic, sentences, own, near, facts)
        named = {row: all(c in there for c in topic.countries) for row, there in countries.items()}
        names = [named[s.passage] for s in sentences]
        evidence = (words, context, *cosines, np.array(names, np.float64), np.full(len(sentences), unseen), lacks)
        sums = _sums(evidence, slots, asks_slots=bool(question.holders) or question.act in INSTEAD)
        found: list[Candidate] = []
        columns = (column.tolist() for column in (words, context, lacks, *cosines, *sums))
        for s, has_names, h, f, word, around_it, lack, mean, beside, whole, topical, alone, relevance in zip(
            sentences, names, held, fits, *columns, strict=True
        ):
            # Most candidates are far from answering, and whether they reply to anything is never asked.
            back = asks_reply or (max(relevance, topical) > _WORTH_READING and points_back(snapshot, s))
            found.append(
                Candidate(
                    s, passages[s.passage], places[s.report], word, around_it, lack, mean, beside, whole, has_names,
                    unseen, named_unseen, scoped, back, h, f, topical, alone, relevance,
                )
            )  # fmt: skip
        return sorted(found, key=lambda c: (-round(c.relevance, 6), c.order, c.sentence.start))

    found = weigh(topic)
    best = found[:_BEST]
    if not best or min(c.lacks for c in best) < _LACKS:
        return found
    # No good sentence has all that the question names: the best may have it in another word.
    named = set(stems(" ".join(_NAME_INSIDE.findall(question.topic_as_asked))))
    shown = [(own[c.sentence.id], near[c.passage.id]) for c in best]
    missing = [
        term
        for term in topic.terms
        if not (term.plain or term.exact or term.name in named) and sum(_has(term, *words) for words in shown) <= len(best) // 2
    ]
    wider = with_near_words(snapshot, topic, missing, [sentence_text(snapshot, c.sentence) for c in best])
    return found if wider is topic else weigh(wider.among(vocabulary))


def _has(term: TopicTerm, own: list[str], near: list[str]) -> bool:
    return max(term.found(own, frozenset(own)), term.found(near, frozenset(near))) >= _HALF


_BACK = re.compile(
    r"\b(?:this|these|those|such)\b|\b(?:of|to|with|for|on|from|about|endors\w+|support\w*|oppos\w+|reject\w*|accept\w*|welcom\w+|disput\w+|question\w*|doubt\w*|favou?r\w*)\s+(?:it|them)\b"
    r"|\b(?:the|that)\s+(?:proposal|idea|suggestion|step|offer|plan|view|measures?|request|scheme|point|notion|estimate|figure|demand|initiative|others?)\b(?!\s+(?:of\s+(?:an?|\w+ing)|that|to|for\s+an?)\b)"
    r"|(?<=\w )it\b(?!\s+(?:was|is|had|has|would|will|should|could|may|might|can|remain\w*|also|w))|\b(?:answer|repl|respond|count?er|retort|object|ask|wonder|inquir)(?:ed|ied|s|y|ies)?\b|\binstead\b|\b(?:agreed|disagreed)\.?$"
    r"|\b(?:ha[sd]|have|wants?|needs?|buil[dt]|hosts?|likes?) (?:had |built )?one\b(?! of\b)"
    r"|\btheir (?:\w+ ){0,2}(?:colleagues|counterparts|neighbours|neighbors|interlocutors)\b",
    re.IGNORECASE,
)


_REMEMBERED = 50_000  # sentences of which it is known whether they speak of what was said before
_says_back: dict[tuple[str, int, int], bool] = {}  # by the text's own sum, so that it holds for whatever index has that text
_NAME_INSIDE = re.compile(r"\b[A-Z][a-z]+\b")
_ASKS_REPLY = re.compile(r"\b(?:answer|repl(?:y|ied)|respon(?:d|se)|react(?:ion)?|counter)(?:s|ed)?\b", re.IGNORECASE)


def points_back(snapshot: Snapshot, s: StoredSentence) -> bool:
    """Whether a sentence speaks of what was said before it: "this proposal", "answered", "opposed it", a pronoun holder."""
    if s.attribution.antecedent is not None:
        return True
    place = snapshot.report(s.report).sha256, s.start, s.end
    found = _says_back.get(place)
    if found is None:
        found = bool(_BACK.search(snapshot.text(s.report)[s.start : s.end]))
        if len(_says_back) >= _REMEMBERED:
            _says_back.clear()
        _says_back[place] = found
    return found


def sentence_text(snapshot: Snapshot, s: StoredSentence) -> str:
    """The sentence, with its antecedent's words after it."""
    text = snapshot.text(s.report)
    antecedent = s.attribution.antecedent
    return text[s.start : s.end] + ("\n" + text[slice(*antecedent)] if antecedent else "")


def _own_stems(snapshot: Snapshot, s: StoredSentence) -> list[str]:
    """The stems of `sentence_text`."""
    antecedent = s.attribution.antecedent
    return s.stems.split() + (_stems_in_order(snapshot.text(s.report)[slice(*antecedent)]) if antecedent else [])


def _countries(snapshot: Snapshot, passage: StoredPassage, topic: Topic) -> set[str]:
    """The countries that a passage, its headings and its meeting's delegations name, where the topic names any."""
    if not topic.countries:
        return set()
    text = snapshot.text(passage.report)[passage.start : passage.end] + "\n" + passage.headings
    return {m.country for m in snapshot.names.mentions(text)} | set(snapshot.report(passage.report).meeting.delegations)


def _facts(report: StoredReport) -> frozenset[str]:
    """The stems of what the report's meeting is called and where it was."""
    meeting = report.meeting
    return _stems_of(" ".join(fact for fact in (meeting.title, meeting.series, meeting.place) if fact))


@lru_cache(maxsize=10_000)
def _stems_in_order(text: str) -> list[str]:
    """Not to be changed by whoever gets it."""
    return stems(text)


@lru_cache(maxsize=10_000)
def _stems_of(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _shares(
    topic: Topic,
    sentences: Sequence[StoredSentence],
    own: Mapping[int, list[str]],
    near: Mapping[int, list[str]],
    facts: Mapping[int, frozenset[str]],
) -> _Columns:
    """For each sentence: the share of the topic in it, in it or, at less, around it, and of what the topic names the share in neither."""
    count = len(sentences)
    inside, outside, lacking, named = np.zeros(count), np.zeros(count), np.zeros(count), 0.0
    if not topic.terms:
        return inside, outside, lacking
    finder = Finder(topic.terms)
    around = {row: finder.find(words) for row, words in near.items()}
    told = {row: [facts_of.issuperset(t.forms[0][0]) for t in topic.terms] for row, facts_of in facts.items()}
    here = finder.columns([own[s.id] for s in sentences])
    passages, reports = [s.passage for s in sentences], [s.report for s in sentences]
    for n, term in enumerate(topic.terms):
        there = np.array([around[row].get(n, 0.0) for row in passages])
        named_there = np.array([0.5 if told[row][n] else 0.0 for row in reports])
        inside += term.weight * here[n]
        outside += term.weight * np.maximum(here[n], np.maximum(_AROUND * there, named_there))
        if not term.plain:
            named += term.weight
            lacking += term.weight * (1.0 - np.maximum(here[n], np.maximum(there, named_there)))
    return inside / topic.weight, outside / topic.weight, lacking / named if named else lacking


def _held(s: StoredSentence, question: Question) -> float | None:
    """The share of the holders asked for that hold it. What governments did is not what participants said."""
    if not question.holders:
        return None
    if question.in_the_room and s.attribution.scope == "government":
        return 0.0
    return len(set(question.holders) & set(s.attribution.who)) / len(question.holders)


def _fits(s: StoredSentence, question: Question) -> bool | None:
    """Whether the act, and where all were asked for the breadth, is what the question wants; None when it wants none."""
    if question.act not in INSTEAD:
        return None
    a = s.attribution
    if question.act == "agreed":
        # A recorded disagreement answers "did they agree?".
        if question.yes_no and a.act == "disagreed":
            return True
        if question.everyone and a.scope == "some":
            return False
    return a.act in INSTEAD[question.act]

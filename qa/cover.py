"""Does a sentence cover the question's topic? Words first, then names, then meaning; a score alone never decides.

For each candidate sentence the parts of the evidence are kept apart (`Evidence`), so that a refusal can say what is missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.database import StoredPassage, StoredSentence
from index.embed import Vectors, load_embedder
from index.names import Names
from index.store import Snapshot
from index.terms import find_terms, fold, stem, stems
from qa.filters import Filters
from qa.question import Question
from qa.retrieve import rank_passages

_ALL_IN = 400  # passages: so few are all looked at, which makes a question about one report exact
_NEAR_SPELLING = 84  # of 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and the evidence that it is about the question's topic.

    words      share of the topic's words, weighted by rarity, that stand in the sentence or its antecedent (0..1).
    context    the same, counting those in its paragraph, headings and meeting facts at less.
    meaning    cosine of the topic and the sentence; `around` of the topic and the passage under its headings.
    names      whether each country the topic names is in the sentence, paragraph, headings or meeting facts.
    """

    sentence: StoredSentence
    passage: StoredPassage
    words: float
    context: float
    meaning: float
    around: float
    names: bool

    @property
    def relevance(self) -> float:
        """How surely this sentence is about the topic; calibrated so that `COVERED` parts covered from not (benchmarks/coverage)."""
        return _logistic(self.words, self.context, self.meaning, self.around) * (1.0 if self.names else 0.4)


COVERED = 0.5


def _logistic(words: float, context: float, meaning: float, around: float) -> float:
    return 1 / (1 + math.exp(-(-5.2 + 2.2 * words + 2.6 * context + 5.0 * meaning + 2.0 * around)))


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic made ready for comparing: each term's stem, its weight, and the stems of its other names."""

    terms: tuple[tuple[str, float, tuple[tuple[str, ...], ...]], ...]
    countries: tuple[str, ...]
    vector: Vectors
    matched: dict[str, str]


def find_candidates(snapshot: Snapshot, question: Question, rows: Iterable[int] | None, filters: Filters) -> list[Candidate]:
    """Every sentence that may cover the topic, most relevant first; `rows` are the reports in question."""
    chosen = {r.id for r in snapshot.reports if filters.allows(r)} if rows is None else set(rows)
    if not chosen:
        return []
    topic = make_topic(snapshot, question)
    within = Filters(reports=tuple(r.path for r in snapshot.reports if r.id in chosen))
    ids = snapshot.database.passages_where(chosen)
    passages = snapshot.database.passages(
        ids
        if len(ids) <= _ALL_IN
        else (p.id for p, _ in rank_passages(snapshot, question.topic or question.text, topic.vector, within)[:100])
    )
    sentences = snapshot.database.sentences(passages=passages)
    vectors = snapshot.database.vectors_of("sentence", (s.id for s in sentences))
    around = snapshot.database.vectors_of("passage", passages)
    facts = {r.id: _fact_stems(r.meeting.title, r.meeting.series, r.meeting.place) for r in snapshot.reports if r.id in chosen}
    countries = {r.id: set(r.meeting.delegations) for r in snapshot.reports if r.id in chosen}
    found: list[Candidate] = []
    context: dict[int, tuple[list[str], set[str]]] = {}
    for s in sentences:
        passage = passages[s.passage]
        if s.passage not in context:
            text = snapshot.text(s.report)[passage.start : passage.end] + "\n" + passage.headings
            context[s.passage] = (stems(text), {m.country for m in snapshot.names.mentions(text)})
        own = sentence_text(snapshot, s)
        own_stems = stems(own)
        around_stems, around_countries = context[s.passage]
        words, wider = _share(topic, own_stems, around_stems, facts[s.report])
        found.append(
            Candidate(
                s, passage, words, wider, float(vectors[s.id] @ topic.vector), float(around[s.passage] @ topic.vector),
                all(c in around_countries or c in countries[s.report] for c in topic.countries),
            )
        )  # fmt: skip
    order = {r.id: n for n, r in enumerate(snapshot.reports)}
    return sorted(found, key=lambda c: (-round(c.relevance, 6), order[c.sentence.report], c.sentence.start))


def sentence_text(snapshot: Snapshot, s: StoredSentence) -> str:
    """The sentence, with its antecedent's words after it."""
    text = snapshot.text(s.report)
    antecedent = s.attribution.antecedent
    return text[s.start : s.end] + ("\n" + text[slice(*antecedent)] if antecedent else "")


def make_topic(snapshot: Snapshot, question: Question) -> Topic:
    """The topic's terms with weights and other names, and its vector."""
    total = max(1, len(snapshot.vectors.passages))
    groups = _alias_groups(snapshot.names, question.text)
    terms = []
    matched: dict[str, str] = {}
    covered: set[str] = set()
    for name, others in groups:
        name_stems = tuple(stems(name))
        covered |= set(name_stems)
        weight = max(_weight(snapshot, s, total) for s in name_stems)
        terms.append((" ".join(name_stems), weight, (name_stems, *(tuple(stems(o)) for o in others))))
    terms += [(t, _weight(snapshot, t, total), ((t,),)) for t in question.terms if t not in covered]
    aliases = [o for _, others in groups for o in others[:1]]
    text = question.topic or question.text
    vector = _embed(snapshot, " ".join([text, *aliases]) if aliases else text)
    return Topic(tuple(terms), question.names, vector, matched)


def _embed(snapshot: Snapshot, text: str) -> Vectors:
    name = snapshot.database.fact("model")
    return load_embedder(name).embed([text])[0] if name else np.zeros(1, np.float32)


def _weight(snapshot: Snapshot, term: str, total: int) -> float:
    """Rarity of a term: log of passages over passages that have it; a word the library lacks weighs the most."""
    return math.log(1 + total / (snapshot.database.document_frequency(term) or 0.5))


def _alias_groups(names: Names, text: str) -> list[tuple[str, tuple[str, ...]]]:
    """(the name as asked, its other names) for each name in the question that has some."""
    asked = stems(text)
    found = []
    for group in names.alike:
        for term in sorted(group, key=len, reverse=True):
            if _runs(tuple(stems(term)), asked):
                found.append((term, tuple(t for t in group if t != term)))
                break
    return found


def other_names(names: Names, question: str, quotes: str) -> dict[str, str]:
    """Names of the question that the quotes have only under another name: {"DPRK": "North Korea"}."""
    found: dict[str, str] = {}
    there = stems(quotes)
    for name, others in _alias_groups(names, question):
        if not _runs(tuple(stems(name)), there):
            other = next((o for o in others if _runs(tuple(stems(o)), there)), None)
            if other:
                found[name] = other
    return found


def _share(topic: Topic, own: Sequence[str], around: Sequence[str], facts: set[str]) -> tuple[float, float]:
    """(share of the topic in the sentence, share in the sentence or, at less, around it)."""
    if not topic.terms:
        return 0.0, 0.0
    total = sum(weight for _, weight, _ in topic.terms)
    inside = outside = 0.0
    for _, weight, forms in topic.terms:
        here = max(_found(form, own) for form in forms)
        there = max(_found(form, around) for form in forms)
        told = 0.5 if any(set(form) <= facts for form in forms) else 0.0
        inside += weight * here
        outside += weight * max(here, 0.7 * there, told)
    return inside / total, outside / total


def _found(form: tuple[str, ...], text: Sequence[str]) -> float:
    """1 for the words in their order, less for a spelling slip or a word of the same family, else 0."""
    if _runs(form, text):
        return 1.0
    if len(form) == 1:
        return max((_likeness(form[0], other) for other in set(text)), default=0.0)
    return 0.0


def _runs(form: tuple[str, ...], text: Sequence[str]) -> bool:
    n = len(form)
    return any(tuple(text[i : i + n]) == form for i in range(len(text) - n + 1)) if n else False


@lru_cache(maxsize=500_000)
def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short = min(len(one), len(other))
    if short < 4 or one[0] != other[0]:
        return 0.0
    shared = next((i for i in range(short) if one[i] != other[i]), short)
    # "regulat" and "regul", "method" and "methodolog": one family. "inter-" and "contra-" are not.
    if shared >= 5 and shared >= 0.75 * short and shared >= 0.5 * max(len(one), len(other)):
        return 0.8
    if short >= 6:
        from rapidfuzz import fuzz  # noqa: PLC0415

        if fuzz.ratio(one, other) >= _NEAR_SPELLING:
            return 0.8
    return 0.0


def _fact_stems(*facts: str | None) -> set[str]:
    return {s for fact in facts if fact for s in stems(fact)}

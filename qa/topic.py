"""A question's topic made ready for comparing: its terms, how much each weighs, and by which other words a report may say it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.names import Names
from index.store import Snapshot
from index.terms import STOP_WORDS, Term, find_terms, fold, stems
from qa.plain_words import PLAIN_STEMS
from qa.question import EMPTY_STEMS, Question
from qa.retrieve import embed_texts

# What a term counts for when the report says it in other words.
_OWN, _ALIKE, _AKIN, _SLIP, _PARTS, _MEANT = 1.0, 1.0, 0.75, 0.8, 0.9, 0.7
_NEAR_SPELLING = 84  # of 100
_SHORTEST_ALIKE = 4  # letters of a word that may be a slip
_PLAIN = 0.5  # what a plain word weighs beside one that names something
_NEAR_WORD = 0.65  # cosine of two words by themselves that makes one stand for the other: "vendor" and "supplier", not "whale" and "sea"
_NEAR_WORDS = 40  # of the best sentences, looked at for that: a tenth of a second

Form = tuple[tuple[str, ...], float]
_Terms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A word or name of the topic.

    forms    the stems by which it may stand in a report, each with what it counts for.
    unseen   whether no report has it in any of them.
    exact    whether it is a country, so that no other word is a slip of it: Austria is not Australia.
    letters  of an acronym that no report has: words with these initials may be what it is short for.
    """

    name: str
    weight: float
    forms: tuple[Form, ...]
    unseen: bool
    slips: tuple[tuple[tuple[str, float], ...], ...] = ()
    exact: bool = False
    letters: str = ""

    @property
    def plain(self) -> bool:
        """Whether it could stand in a question on any topic."""
        return self.name in PLAIN_STEMS

    def among(self, vocabulary: Collection[str]) -> TopicTerm:
        """The same term, made ready for texts that have no other stems than these: which of them are near its own in spelling."""
        own = self.forms[0][0]
        if self.exact:
            return replace(self, slips=((),) * len(own))
        near = (tuple((w, value) for w in vocabulary if w[0] == mine[0] and (value := _likeness(mine, w))) for mine in own)
        return replace(self, slips=tuple(near))

    def telling(self) -> frozenset[str]:
        """Stems of which a text must have one for the term to stand in it, initials aside. Only after `among`."""
        slips = (word for near in self.slips for word, _ in near)
        return frozenset((*(form[0] for form, _ in self.forms), *self.forms[0][0], *slips))

    def found(self, text: Sequence[str], words: frozenset[str]) -> float:
        """How surely the term stands in a text, given as its stems in order and as a set: 0..1. Only after `among`."""
        best = 0.0
        for form, value in self.forms:
            if value > best and (form[0] in words if len(form) == 1 else set(form) <= words and runs(form, text)):
                best = value
        own = self.forms[0][0]
        if best < _PARTS:
            # "survey ship" in "surveys by such ships": the words apart count for nearly as much as the phrase.
            parts = [
                1.0 if w in words else max((value for other, value in slips if other in words), default=0.0)
                for w, slips in zip(own, self.slips, strict=True)
            ]
            best = max(best, sum(parts) / len(parts) * (_PARTS if len(own) > 1 else 1.0))
        if best < _PARTS and self.letters and self.letters in _initials(tuple(text)):
            best = _PARTS
        return best


class Finder:
    """Finds a topic's terms in many texts: a text is read more closely only for the terms of which it has a word."""

    def __init__(self, terms: Sequence[TopicTerm]) -> None:
        """Of terms that `among` has made ready."""
        self._terms = terms
        self._always = [n for n, term in enumerate(terms) if term.letters]
        self._telling: dict[str, list[int]] = {}
        for n, term in enumerate(terms):
            for word in term.telling():
                self._telling.setdefault(word, []).append(n)
        self._words = frozenset(self._telling)

    def columns(self, texts: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
        """`find` for each text: shape (terms, texts)."""
        found = np.zeros((len(self._terms), len(texts)))
        for at, text in enumerate(texts):
            for n, value in self.find(text).items():
                found[n, at] = value
        return found

    def find(self, text: Sequence[str]) -> dict[int, float]:
        """How surely each term that stands in a text, given as its stems in order, does so: 0..1, by the term's number."""
        hits = self._words.intersection(text)
        if not hits and not self._always:
            return {}
        words = frozenset(text)
        near = {n for word in hits for n in self._telling[word]}
        return {n: value for n in (*near, *self._always) if (value := self._terms[n].found(text, words))}


@dataclass(frozen=True, slots=True)
class Topic:
    """The terms, the countries it names, vectors of the topic and of the question as asked, and how the question spells each term."""

    terms: tuple[TopicTerm, ...]
    countries: tuple[str, ...]
    vector: Vectors
    whole: Vectors
    spelled: Mapping[str, str] = field(default_factory=dict)

    def among(self, vocabulary: Collection[str]) -> Topic:
        """The topic made ready for texts that have no other stems than these."""
        by_letter: dict[str, list[str]] = {}
        for word in vocabulary:
            if len(word) >= _SHORTEST_ALIKE:
                by_letter.setdefault(word[0], []).append(word)
        nobody: list[str] = []
        return replace(
            self,
            terms=tuple(
                term.among([w for first in {w[0] for w in term.forms[0][0]} for w in by_letter.get(first, nobody)]) for term in self.terms
            ),
        )

    @property
    def weight(self) -> float:
        """Sum of the terms' weights."""
        return sum(t.weight for t in self.terms)

    @property
    def unseen(self) -> float:
        """Share of the topic that no report has in any form."""
        return sum(t.weight for t in self.terms if t.unseen) / self.weight if self.terms else 0.0


def make_topic(snapshot: Snapshot, question: Question) -> Topic:
    """The topic of a question, with weights from this library."""
    total = max(1, snapshot.passages)
    asked = stems(question.text)
    wanted = set(question.terms)
    terms: list[TopicTerm] = []
    taken: set[str] = set()
    groups = _groups_in(snapshot.names, tuple(asked))
    for own in sorted({name for name, _, _ in groups}, key=len, reverse=True):
        if set(own) & taken or not set(own) & wanted:
            continue
        taken |= set(own)
        forms: dict[tuple[str, ...], float] = {own: _OWN}
        for name, others, value in groups:
            if name == own:
                for other in others:
                    forms[other] = max(value, forms.get(other, 0.0))
        terms.append(_term(snapshot, " ".join(own), forms, total))
    short = _short_forms(snapshot, question)
    terms += [_term(snapshot, t, {(t,): _OWN} | short.get(t, {}), total) for t in question.terms if t not in taken]
    countries = _country_forms(snapshot.names)
    letters = _acronyms(question.text)
    terms = [replace(t, exact=t.forms[0][0] in countries, letters=letters.get(t.name, "") if t.unseen else "") for t in terms]
    topic = question.topic or question.text
    vector, whole = embed_texts(snapshot, [topic, question.text])
    spelled = {t.stem: question.text[t.start : t.end].lower() for t in find_terms(question.text)}
    return Topic(tuple(terms), question.names, vector, whole, spelled)


def with_near_words(snapshot: Snapshot, topic: Topic, missing: Sequence[TopicTerm], texts: Sequence[str]) -> Topic:
    """The topic with words of `texts` as further forms of the terms in `missing`, where the two mean nearly the same by themselves."""
    words: dict[str, str] = {}
    for text in texts:
        for term in find_terms(text):
            word = text[term.start : term.end]
            # A name is never another word for something; what begins a sentence may be one.
            if len(word) > 3 and word.islower() and term.stem not in EMPTY_STEMS and term.stem not in PLAIN_STEMS:
                words.setdefault(term.stem, word)
    own = {w for t in topic.terms for w in t.name.split()}
    others = [s for s in words if s not in own][:_NEAR_WORDS]
    if not others or not missing:
        return topic
    vectors = embed_texts(snapshot, [*(topic.spelled.get(t.name, t.name) for t in missing), *(words[s] for s in others)])
    alike = vectors[: len(missing)] @ vectors[len(missing) :].T
    further = {
        t.name: tuple(((s,), _MEANT) for s, a in zip(others, row, strict=True) if a >= _NEAR_WORD)
        for t, row in zip(missing, alike, strict=True)
    }
    return replace(topic, terms=tuple(replace(t, forms=(*t.forms, *further.get(t.name, ()))) for t in topic.terms))


def _acronyms(text: str) -> dict[str, str]:
    """The acronyms of a question by their stems, with their letters: capitals ("PLBs"), or letters that nobody can speak ("plb")."""
    found: dict[str, str] = {}
    for term in find_terms(text):
        word = text[term.start : term.end]
        letters = word[:-1] if word.endswith("s") and len(word) > 3 else word
        if 3 <= len(letters) <= 6 and letters.isalpha() and (letters.isupper() or not re.search("[aeiouy]", letters.lower())):
            found[term.stem] = letters.lower()
    return found


@lru_cache(maxsize=20_000)
def _initials(text: tuple[str, ...]) -> str:
    """The first letters of a text's telling words, in order."""
    return "".join(w[0] for w in text if w not in STOP_WORDS)


def _short_forms(snapshot: Snapshot, question: Question) -> dict[str, dict[tuple[str, ...], float]]:
    """For words that stand side by side in the question and whose initials some report has as a word: the acronym as a form of each."""
    run: list[str] = []
    runs_of: list[list[str]] = []
    last = 0
    for term in find_terms(question.text):
        if term.stem in STOP_WORDS:
            continue
        if term.stem not in question.terms or re.search(r"[^\w\s'’-]", question.text[last : term.start]):
            runs_of.append(run)
            run = []
        if term.stem in question.terms:
            run = [*run, term.stem]
        last = term.end
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for words in (*runs_of, run):
        for length in range(3, min(6, len(words)) + 1):
            for i in range(len(words) - length + 1):
                part = words[i : i + length]
                letters = "".join(w[0] for w in part)
                for form in (letters, letters + "s"):
                    if letters.isalpha() and snapshot.count_passages([(form,)]):
                        for w in part:
                            found.setdefault(w, {})[(form,)] = _ALIKE
    return found


def _country_forms(names: Names) -> frozenset[tuple[str, ...]]:
    return _country_forms_of(tuple((c.name, *c.aliases, *c.demonyms) for c in names.countries))


@lru_cache(maxsize=4)
def _country_forms_of(countries: _Terms) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(stems(term)) for terms in countries for term in terms)


def other_names(names: Names, question: str, quotes: str) -> dict[str, str]:
    """Names of the question, as it has them, that the quotes have only under another name: {"DPRK": "North Korea"}."""
    found: dict[str, str] = {}
    there = stems(quotes)
    asked = find_terms(question)
    words = {term.stem for term in asked}
    for forms in _alike_forms(names.alike):
        if not any(form and form[0] in words for form in forms.values()):
            continue
        own = _first_run(asked, sorted(forms.values(), key=len, reverse=True))
        if own is None:
            continue
        start, end, form = own
        if not runs(form, there):
            other = next((term for term, f in forms.items() if f != form and runs(f, there)), None)
            if other:
                found[question[start:end]] = other
    return found


@lru_cache(maxsize=4)
def _alike_forms(alike: tuple[tuple[str, ...], ...]) -> tuple[dict[str, tuple[str, ...]], ...]:
    return tuple({term: tuple(stems(term)) for term in group} for group in alike)


def _first_run(terms: Sequence[Term], forms: Sequence[tuple[str, ...]]) -> tuple[int, int, tuple[str, ...]] | None:
    """Where the first of `forms` that stands in the terms does so: (start, end, form)."""
    for form in forms:
        for i in range(len(terms) - len(form) + 1):
            if form and tuple(t.stem for t in terms[i : i + len(form)]) == form:
                return terms[i].start, terms[i + len(form) - 1].end, form
    return None


def runs(form: tuple[str, ...], text: Sequence[str]) -> bool:
    """Whether the stems of `form` stand side by side in `text`."""
    n = len(form)
    return n > 0 and any(tuple(text[i : i + n]) == form for i in range(len(text) - n + 1))


def _term(snapshot: Snapshot, name: str, forms: dict[tuple[str, ...], float], total: int) -> TopicTerm:
    """Rarity weighs: log of passages over passages that have the term in any form; a word the library lacks weighs the most."""
    frequency = snapshot.count_passages(forms)
    words = name.split()
    if not frequency and len(words) > 1:
        parts = [_term(snapshot, w, {(w,): _OWN}, total) for w in words]
        return TopicTerm(name, sum(p.weight for p in parts) / len(parts), tuple(forms.items()), all(p.unseen for p in parts))
    weight = math.log(1 + total / (frequency or 0.5)) * (_PLAIN if name in PLAIN_STEMS else 1.0)
    return TopicTerm(name, weight, tuple(forms.items()), frequency == 0)


_Group = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], float]


def _groups_in(names: Names, asked: tuple[str, ...]) -> list[_Group]:
    """(the term as asked, its other forms, what they count for) for each term of the question that has other forms."""
    by_first = _group_index(names)
    found: list[_Group] = []
    for i, first in enumerate(asked):
        for form, others, value in by_first.get(first, ()):
            if asked[i : i + len(form)] == form and not set(form) <= EMPTY_STEMS:
                found.append((form, others, value))
    return found


@lru_cache(maxsize=4)
def _group_index_of(alike: _Terms, akin: _Terms, countries: _Terms) -> dict[str, list[_Group]]:
    index: dict[str, list[_Group]] = {}
    for groups, value in ((alike, _ALIKE), (akin, _AKIN), (countries, _AKIN)):
        for group in groups:
            forms = tuple(dict.fromkeys(_form(term) for term in group))
            for form in forms:
                if form:
                    index.setdefault(form[0], []).append((form, tuple(f for f in forms if f and f != form), value))
    return index


def _form(term: str) -> tuple[str, ...]:
    """A term's stems; an acronym that would be stemmed to a word ("LAWS") stays as it is."""
    own = tuple(stems(term))
    return (fold(term),) if term.isupper() and len(own) == 1 and own[0] != fold(term) else own


def _group_index(names: Names) -> dict[str, list[_Group]]:
    countries = tuple((c.name, *c.aliases, *c.demonyms, *c.governments) for c in names.countries)
    return _group_index_of(names.alike, names.akin, countries)


@lru_cache(maxsize=50_000)  # some 5 MB
def _likeness(one: str, other: str) -> float:
    """What a word counts for that is a spelling slip or of the same family: "methodolog" and "method", not "inter-" and "contra-"."""
    short = min(len(one), len(other))
    if short < _SHORTEST_ALIKE or one[0] != other[0]:
        return 0.0
    shared = next((i for i in range(short) if one[i] != other[i]), short)
    if shared >= 5 and shared >= 0.75 * short and shared >= 0.5 * max(len(one), len(other)):
        return _SLIP
    if short >= 6:
        from rapidfuzz import fuzz  # noqa: PLC0415

        if fuzz.ratio(one, other) >= _NEAR_SPELLING:
            return _SLIP
    return 0.0

"""Questions to go on with after an answer: about the same section, its other acts and holders, and what stands beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from index.report import Act
from index.store import Snapshot
from index.stored import StoredReport, StoredSentence
from qa.answer import ask
from qa.contract import Answer
from qa.examples import heading_topic
from qa.library import open_snapshot

TRIED = 6  # questions asked to see whether they are answered; each costs as much as the one before it
_ASKING: dict[Act, tuple[str, str]] = {
    "agreed": ("What did participants agree", "on"),
    "disagreed": ("Where did views differ", "on"),
    "concerned": ("What concerns were raised", "about"),
    "recommended": ("What was recommended", "on"),
    "asked": ("Which questions were left open", "on"),
}
"""How an act is asked for, and the word before the topic."""


def follow_up_questions(
    answer: Answer, *, history: Sequence[Mapping[str, str]] = (), index: str | Path = ".index", n: int = 3
) -> list[str]:
    """Up to `n` questions that the reports answer with something that `answer` did not show; each has been asked to see that.

    history   the conversation up to and with `answer`, as `ask` takes it: the questions will be asked after it.
    """
    shown = {(s.citation.report, s.citation.start) for s in (*answer.statements, *answer.nearest)}
    with open_snapshot(index) as snapshot:
        candidates = list(dict.fromkeys(_candidates(snapshot, answer)))
    found: list[str] = []
    for question in candidates[:TRIED]:
        if len(found) == n:
            break
        if question != answer.question and _says_more(ask(question, history=history, index=index), shown):
            found.append(question)
    return found


def _says_more(answer: Answer, shown: set[tuple[str, int]]) -> bool:
    return answer.status == "answered" and any((s.citation.report, s.citation.start) not in shown for s in answer.statements)


@dataclass(frozen=True, slots=True)
class _Section:
    """Part of a report: what it is about, its sentences, which of them were shown. What no heading names is one section, its topic ""."""

    topic: str
    sentences: tuple[StoredSentence, ...]
    shown: frozenset[int]


def _candidates(snapshot: Snapshot, answer: Answer) -> Iterator[str]:
    """Of each kind one in turn, the sections of the answer first."""
    given = answer.statements or answer.nearest
    reports = {r.path: r for r in snapshot.reports}
    cited = [reports[path] for path in dict.fromkeys(s.citation.report for s in given) if path in reports]
    starts = {s.citation.start for s in given}
    for report in cited[:2]:
        sections = _sections(snapshot, report, starts if report is cited[0] else set())
        quoted = [section for section in sections if section.shown] or sections[:1]
        others = [section for section in sections if section not in quoted]
        where = f" in {report.meeting.place}" if report.meeting.place else ""
        kinds = (
            chain.from_iterable(_other_acts(section, where) for section in quoted),
            chain.from_iterable(_other_holders(snapshot, section, where) for section in quoted),
            chain.from_iterable(_other_acts(section, where) for section in others),
        )
        yield from (question for row in zip_longest(*kinds) for question in row if question)


def _sections(snapshot: Snapshot, report: StoredReport, starts: set[int]) -> list[_Section]:
    passages = snapshot.passages_of(report.id)
    topics = {p.id: heading_topic(snapshot, p.headings.split(" / ")[-1]) for p in passages.values()}
    by_topic: dict[str, list[StoredSentence]] = {}
    for sentence in snapshot.sentences(report=report.id):
        if sentence.passage in passages:
            by_topic.setdefault(topics[sentence.passage], []).append(sentence)
    return [_Section(topic, tuple(own), frozenset(s.start for s in own if s.start in starts)) for topic, own in by_topic.items()]


def _other_acts(section: _Section, where: str) -> Iterator[str]:
    """The acts that the section has and the answer did not show."""
    told = {s.attribution.act for s in section.sentences if s.start in section.shown}
    there = {s.attribution.act for s in section.sentences}
    for act, (words, before) in _ASKING.items():
        if act in there and act not in told:
            yield f"{words}{f' {before} {section.topic}' if section.topic else ''}{where}?"


def _other_holders(snapshot: Snapshot, section: _Section, where: str) -> Iterator[str]:
    """The delegations that speak most in the section and were not quoted."""
    told = {name for s in section.sentences if s.start in section.shown for name in s.attribution.who}
    said = Counter(name for s in section.sentences if s.attribution.scope == "delegation" for name in s.attribution.who)
    demonyms = {country.name: country.demonyms[0] for country in snapshot.names.countries if country.demonyms}
    for name, _ in sorted(said.items(), key=lambda item: (-item[1], item[0])):
        if name in demonyms and name not in told:
            yield f"What did {demonyms[name]} participants say{f' about {section.topic}' if section.topic else ''}{where}?"

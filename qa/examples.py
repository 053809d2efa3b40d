"""Questions that this library answers: shown to whoever does not know yet what to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from index.report import Act
from index.store import Snapshot
from index.stored import StoredReport
from qa.answer import ask
from qa.library import open_snapshot

_HEADING = re.compile(
    r"^(?:#+\s+)?(?:(?:session|part|chapter|panel|theme|day)\s+\w+\s*[:.–-]\s*|[A-Z0-9]{1,3}[.)]\s+|[IVX]+\.\s+|\d+(?:\.\d+)*\.?\s+)?",
    re.IGNORECASE,
)
_NO_TOPIC = re.compile(
    r"\b(?:summary|introduction|conclusions?|background|next steps|wrap-up|looking ahead|recommendations?|agenda|other|overview|participants|annex|day|session|forum|meeting|discussions?|debate|speakers?|remarks|welcome|opening|closing|results?|outcomes?)\b"
    # What begins so is a title, and no matter that one asks about.
    r"|^(?:about|across|after|at|before|behind|below|beyond|between|for|from|how|in|on|over|toward|towards|under|what|when|where|who|why|with|without)\b",
    re.IGNORECASE,
)
_ASKING: tuple[tuple[Act, str], ...] = (
    ("agreed", "What did participants agree on {}?"),
    ("disagreed", "Where did views differ on {}?"),
    ("recommended", "What was recommended on {}?"),
    ("concerned", "What concerns were raised about {}?"),
)  # fmt: skip


def example_questions(*, index: str | Path = ".index", n: int = 6) -> list[str]:
    """Up to `n` questions drawn from the reports at hand, of several kinds, from several reports, the same each time; all are answered."""
    with open_snapshot(index) as snapshot:
        found: dict[str, None] = {}
        makers = [_by_topic(snapshot), _by_holder(snapshot), _by_series(snapshot), _by_meeting(snapshot)]
        while makers and len(found) < n:
            for maker in list(makers):
                question = next(maker, None)
                if question is None:
                    makers.remove(maker)
                elif len(found) < n and question not in found and ask(question, index=index).status == "answered":
                    found[question] = None
        return list(found)


def _by_topic(snapshot: Snapshot) -> Iterator[str]:
    """A section's heading, asked for the firmest act that the section has; one a report, then the next of each."""

    @cache  # reports are read as far as questions are wanted: a library may hold thousands
    def topics(number: int) -> list[tuple[int, str]]:
        return _topics(snapshot, snapshot.reports[number])

    for asking in range(len(_ASKING)):
        for number in range(len(snapshot.reports)):
            mine = [t for t in topics(number) if t[0] == (asking + number) % len(_ASKING)]
            if mine:
                yield mine[0][1]


def _topics(snapshot: Snapshot, report: StoredReport) -> list[tuple[int, str]]:
    found = []
    passages = snapshot.passages_of(report.id)
    acts: dict[str, Counter[Act]] = {}
    for s in snapshot.sentences(report=report.id):
        heading = passages[s.passage].headings.split(" / ")[-1]
        acts.setdefault(heading, Counter())[s.attribution.act] += 1
    for heading, counts in acts.items():
        topic = heading_topic(snapshot, heading)
        if not topic:
            continue
        for number, (act, words) in enumerate(_ASKING):
            if counts[act]:
                found.append((number, words.format(topic)))
    return found


def heading_topic(snapshot: Snapshot, heading: str) -> str:
    """What a section is about, as it stands inside a sentence; "" where its heading does not say."""
    topic = _HEADING.sub("", heading).strip(" .:")
    if topic.isupper() and len(topic) > 5:  # a heading in capitals; what they hide of names cannot be brought back
        topic = "" if snapshot.names.mentions(topic, any_case=True) else topic.lower()
    if not topic or len(topic) > 45 or "?" in topic or _NO_TOPIC.search(topic):
        return ""
    inside = _as_topic(topic)
    return topic if snapshot.names.mentions(topic) and not snapshot.names.mentions(inside) else inside


def _as_topic(heading: str) -> str:
    """A heading inside a sentence: "The Korean Peninsula" as "the Korean Peninsula", "Fish" as "fish"."""
    if heading.isupper():
        return heading.lower()  # a house style, not acronyms
    words = heading.split()
    rest = [w for w in words[1:] if w.lower() not in ("and", "of", "the", "in", "at", "on", "for", "to", "a")]
    if words[0] in ("The", "A", "An") or not any(w[0].isupper() for w in rest):
        words[0] = words[0] if words[0].isupper() and len(words[0]) > 1 else words[0][0].lower() + words[0][1:]
    return " ".join(words)


def _by_holder(snapshot: Snapshot) -> Iterator[str]:
    for report in snapshot.reports:
        said = Counter(w for s in snapshot.sentences(report=report.id) for w in s.attribution.who if s.attribution.scope == "delegation")
        place = f" in {report.meeting.place}" if report.meeting.place else ""
        for holder, _ in sorted(said.items(), key=lambda item: (-item[1], item[0]))[:1]:
            demonym = next((c.demonyms[0] for c in snapshot.names.countries if c.name == holder and c.demonyms), None)
            if demonym:
                yield f"What did {demonym} participants say{place}?"


def _by_series(snapshot: Snapshot) -> Iterator[str]:
    series = Counter(r.meeting.series for r in snapshot.reports if r.meeting.series)
    for name, rounds in sorted(series.items()):
        if rounds > 1:
            yield f"When was the next round of the {name} planned?"


def _by_meeting(snapshot: Snapshot) -> Iterator[str]:
    for report in snapshot.reports:
        if report.meeting.organisers and report.meeting.place:
            yield f"Who organised the meeting in {report.meeting.place}?"

"""A report's meeting with what proves it: for each fact the sentences it rests on, or that it is the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.corrections import FIELDS, Value
from qa.library import find_report, open_snapshot


@dataclass(frozen=True, slots=True)
class Proven:
    """Words of the report that prove a fact: [start, end) of its text."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a meeting.

    field   as in index.corrections.FIELDS.
    value   what holds: the user's own where there is one, else what the report says; None and () where there is none.
    own     whether the value is the user's own.
    found   what the rules found in the report.
    proofs  where; empty for the user's own.
    """

    field: str
    value: Value
    own: bool
    found: Value
    proofs: tuple[Proven, ...]


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A report's facts in the order of FIELDS; `sha256` is of the text that the proofs stand in."""

    report: str
    sha256: str
    facts: tuple[Fact, ...]


def meeting_facts(report: str, *, index: str | Path = ".index") -> MeetingFacts:
    """The facts of a report's meeting with their proofs. Raises UnknownReport."""
    with open_snapshot(index) as snapshot:
        stored = find_report(snapshot, report)
        text, meeting = snapshot.text(stored.id), stored.meeting
        own = {corrected.field: corrected.found for corrected in meeting.corrected}
        facts = []
        for field in FIELDS:
            value: Value = getattr(meeting, field)
            found = own.get(field, value)
            spans = dict.fromkeys((p.start, p.end) for p in meeting.proofs if p.field == field)
            proofs = tuple(Proven(text[start:end], start, end) for start, end in spans)
            facts.append(Fact(field, value, field in own, tuple(found) if isinstance(found, list) else found, proofs))
        return MeetingFacts(stored.path, stored.sha256, tuple(facts))


def documents_folder(index: str | Path = ".index") -> Path | None:
    """The folder that the index was made from, if it says so and the folder is there. Raises IndexUnusable."""
    with open_snapshot(index) as snapshot:
        folder = snapshot.fact("folder")
    return Path(folder) if folder and Path(folder).is_dir() else None

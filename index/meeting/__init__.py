"""The facts of a meeting: what it was, when, where, who held it, who came; each with the sentence that proves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.meeting.delegations import absent, came_from, in_column, named_together, on_the_list, speaking
from index.meeting.identity import Identity, identity_of
from index.meeting.lines import Line, fold, head_lines, prose_lines
from index.meeting.mentioned import MentionedRound, When, mentioned_rounds
from index.meeting.occasion import occasion_of, own_segments
from index.meeting.ordinals import ORDINAL
from index.meeting.organisers import acronyms, organisers_in, resolve
from index.meeting.title import printed_facts, title_of
from index.names import Names
from index.report import Passage, Report

__all__ = ["Corrected", "Meeting", "MentionedRound", "Proof", "When", "find_meeting"]

# Facts of the meeting stand in its first sentences; explicit lists of who came may stand a little later.
_OPENING = 14
_LISTS = 30
# A labelled line ("Venue: ...") has its colon within so many characters.
_LABEL = 40
_ORDINAL = re.compile(ORDINAL + r"\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentence, heading or line [start, end) of the report's text that proves a field of its meeting."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field whose value is the user's own, and what the rules found in the report instead (a list for several names)."""

    field: str
    found: str | int | list[str] | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a careful reader finds: `docs/attribution.md` and FORMAT.md define the fields. What the report does not say is None or empty.

    start, end   ISO dates of the meeting itself; of a month that is all the report gives, its first and last day.
    delegations  countries by English short name, sorted.
    corrected    the fields that a user corrected; they have no proof in the text.
    """

    title: str
    series: str | None = None
    round: int | None = None
    start: str | None = None
    end: str | None = None
    place: str | None = None
    organisers: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    mentioned_rounds: tuple[MentionedRound, ...] = ()
    corrected: tuple[Corrected, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The meeting as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Meeting:
        """The meeting that `to_dict` gave, also after a journey through JSON."""
        return cls(
            **{
                **data,
                "organisers": tuple(data["organisers"]),
                "delegations": tuple(data["delegations"]),
                "proofs": tuple(Proof(**p) for p in data["proofs"]),
                "mentioned_rounds": tuple(MentionedRound(**r) for r in data["mentioned_rounds"]),
                "corrected": tuple(Corrected(**c) for c in data.get("corrected", ())),
            }
        )


def find_meeting(report: Report, passages: Sequence[Passage], names: Names) -> Meeting:
    """The meeting that `report` is about, from its title, the lines under it and its sentences.

    Never raises for what a report says: a fact that no rule proves is None.
    """
    text, start, end = title_of(report, passages)
    title = Line(start, end, text, "heading")
    lines = prose_lines(report, passages)
    heads = [line for line in head_lines(report, passages) if not (line.start < end and start < line.end)]
    sentences = [line for line in lines if line.zone == "sentence"]
    opening = sentences[:_OPENING]
    own = identity_of(title, heads, opening, _running_heads(report), lines)
    when = occasion_of(title, opening, printed_facts(heads, names), own.series, own.round, names)
    hosts, hosts_by = _hosts(sentences, heads, own.series, own.round, names)
    came, came_by = _delegations(report, passages, title, own, lines, heads, names)
    proved = [
        ("title", title),
        ("series", own.named_by),
        ("round", own.numbered_by),
        ("start", when.when_proof),
        ("end", when.when_proof),
        ("place", when.where_proof),
    ]
    proved += [("organisers", line) for line in hosts_by] + [("delegations", line) for line in came_by]
    days = (when.first.isoformat() if when.first else None, when.last.isoformat() if when.last else None)
    return Meeting(
        title=text,
        series=own.series,
        round=own.round,
        start=days[0],
        end=days[1],
        place=when.place,
        organisers=hosts,
        delegations=tuple(sorted(came)),
        proofs=tuple(Proof(field, line.start, line.end) for field, line in proved if line is not None and line.end > line.start),
        mentioned_rounds=mentioned_rounds(lines, own.series, own.round, days, when.place, names),
    )


def _running_heads(report: Report) -> list[Line]:
    return [
        Line(b.start, b.end, fold(report.text[b.start : b.end]), "line")
        for b in report.blocks
        if b.kind == "furniture" and b.end - b.start < 120
    ]


def _hosts(
    sentences: Sequence[Line], heads: Sequence[Line], series: str | None, number: int | None, names: Names
) -> tuple[tuple[str, ...], list[Line]]:
    known: dict[str, str] = {}
    for line in sentences:
        known = {**acronyms(line.text), **known}
    found: list[str] = []
    proofs: list[Line] = []
    said = [(line, line.text) for line in heads if ":" in line.text[:_LABEL]]
    said += [(line, segment.text) for line, segment in own_segments(sentences[:_OPENING], series, number)]
    for line, text in said:
        # A dialogue that "convened in Annapolis" is no institution.
        hosts = [o for o in organisers_in(text, names) if not (series and (o in series or series in o)) and not _ORDINAL.match(o)]
        if hosts:
            found += hosts
            proofs.append(line)
    return resolve(found, known), list(dict.fromkeys(proofs))


def _delegations(
    report: Report, passages: Sequence[Passage], title: Line, own: Identity, lines: Sequence[Line], heads: Sequence[Line], names: Names
) -> tuple[set[str], list[Line]]:
    found: set[str] = set()
    proofs: list[Line] = []
    away: set[str] = set()
    sentences = [line for line in lines if line.zone == "sentence"]

    def add(countries: set[str], line: Line | None) -> None:
        if countries - found and line is not None:
            found.update(countries)
            proofs.append(line)

    add(named_together(own.series or "", names), own.named_by)
    add(named_together(title.text, names), title)
    for line in [*heads, *sentences[:_LISTS]]:
        if line.zone == "sentence" or ":" in line.text[:_LABEL]:
            add(came_from(line.text, names), line)
    listed = on_the_list(lines, names)
    add(listed, next((line for line in lines if line.text.strip(" :*") in listed), None))
    add(*in_column(report, passages, names))
    sides = not found
    for line in sentences:
        away |= absent(line.text, names)
        add(speaking(line.text, names, sides=sides), line)
    return found - away, proofs

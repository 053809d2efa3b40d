"""The facts of a meeting: what it was, when, where, who held it, who came; each with the sentence that proves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.dates import find_dates
from index.delegations import absent, came_from, named_together, on_the_list, speaking
from index.lines import Line, fold, head_lines, prose_lines
from index.mentioned import MentionedRound, When, mentioned_rounds
from index.names import Names
from index.occasion import HELD, occasion_of, own_segments
from index.ordinals import ORDINAL, own_number
from index.organisers import acronyms, organisers_in, resolve
from index.report import Passage, Report
from index.series import Naming, alike, fuller, is_body, namings
from index.title import printed_facts, title_of

__all__ = ["Meeting", "MentionedRound", "Proof", "When", "find_meeting"]

# Facts of the meeting stand in its first sentences; explicit lists of who came may stand a little later.
_OPENING = 14
_LISTS = 30
# A labelled line ("Venue: ...") has its colon within so many characters.
_LABEL = 40
_ORDINAL = re.compile(ORDINAL + r"\s", re.IGNORECASE)
# After these words a dialogue is another's, or a host.
_ASIDE = re.compile(
    r"\b(?:ahead\s+of|before|after|(?:margins|sidelines)\s+of|following|since|prior\s+to|by|like|than|part\s+of|member\s+of|"
    r"director\s+of|from|with)\s+(?:the\s+|an?\s+)?$|\bby\s+[^.;]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentence, heading or line [start, end) of the report's text that proves a field of its meeting."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a careful reader finds: `docs/attribution.md` and FORMAT.md define the fields. What the report does not say is None or empty.

    start, end   ISO dates of the meeting itself; of a month that is all the report gives, its first and last day.
    delegations  countries by English short name, sorted.
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
    series, number, named_by, numbered_by = _name(title, opening, _running_heads(report))
    when = occasion_of(title, opening, printed_facts(heads, names), series, number, names)
    hosts, hosts_by = _hosts(sentences, heads, series, number, names)
    came, came_by = _delegations(title, series, named_by, lines, heads, names)
    proved = [
        ("title", title),
        ("series", named_by),
        ("round", numbered_by),
        ("start", when.when_proof),
        ("end", when.when_proof),
        ("place", when.where_proof),
    ]
    proved += [("organisers", line) for line in hosts_by] + [("delegations", line) for line in came_by]
    days = (when.first.isoformat() if when.first else None, when.last.isoformat() if when.last else None)
    return Meeting(
        title=text,
        series=series,
        round=number,
        start=days[0],
        end=days[1],
        place=when.place,
        organisers=hosts,
        delegations=tuple(sorted(came)),
        proofs=tuple(Proof(field, line.start, line.end) for field, line in proved if line is not None and line.end > line.start),
        mentioned_rounds=mentioned_rounds(lines, series, number, days, when.place, names),
    )


def _running_heads(report: Report) -> list[Line]:
    return [
        Line(b.start, b.end, fold(report.text[b.start : b.end]), "line")
        for b in report.blocks
        if b.kind == "furniture" and b.end - b.start < 120
    ]


def _name(title: Line, opening: Sequence[Line], furniture: Sequence[Line]) -> tuple[str | None, int | None, Line | None, Line | None]:
    """Series and round, with the lines that prove them: the fullest form in title and opening sentences, the title's number first."""
    printed = namings(title.text)
    numbered = next((n for n in printed if n.round is not None), None)
    in_title = numbered or next((n for n in printed if n.series), None)
    said: tuple[Naming, Line] | None = None
    for line in opening:
        for n in namings(line.text):
            if n.series is None or not (HELD.search(line.text) or find_dates(line.text)) or not _may_be(n, in_title, line):
                continue
            if said is None or (said[0].round is None and n.round is not None and alike(n.series, said[0].series)):
                said = (n, line)
        if said is not None and said[0].round is not None:
            break
    series, named_by = (said[0].series, said[1]) if said else (None, None)
    if in_title and in_title.series and (series is None or fuller(series, in_title.series) != series):
        series, named_by = in_title.series, title
    number, numbered_by = (numbered.round, title) if numbered else (said[0].round, said[1]) if said and said[0].round else (None, None)
    if number is None and series is not None:
        for line in furniture:
            if (
                head := next((n for n in namings(line.text) if n.round is not None and n.series and alike(n.series, series)), None)
            ) is not None:
                number, numbered_by = head.round, line
                break
    if number is None:
        number, numbered_by = next(((said_so, line) for line in opening if (said_so := own_number(line.text)) is not None), (None, None))
    return series, number, named_by, numbered_by if number is not None else None


def _may_be(n: Naming, in_title: Naming | None, line: Line) -> bool:
    """Whether a sentence names the report's own meeting: series and round are the title's, and it is not one that had been or will be."""
    if in_title is not None and in_title.series is not None and not alike(n.series, in_title.series):
        return False
    if in_title is not None and in_title.round is not None and n.round not in (None, in_title.round):
        return False
    if n.round is None and ((n.series and is_body(n.series)) or _ASIDE.search(line.text[: n.start])):
        return False
    after = line.text[n.end : n.end + 40]
    return not after.lstrip(" ,").startswith(
        ("had ", "will ", "would ", "should ", "is expected", "is planned", "is to be", "is scheduled")
    )


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
    title: Line, series: str | None, named_by: Line | None, lines: Sequence[Line], heads: Sequence[Line], names: Names
) -> tuple[set[str], list[Line]]:
    found: set[str] = set()
    proofs: list[Line] = []
    away: set[str] = set()
    sentences = [line for line in lines if line.zone == "sentence"]

    def add(countries: set[str], line: Line | None) -> None:
        if countries - found and line is not None:
            found.update(countries)
            proofs.append(line)

    add(named_together(series or "", names), named_by)
    add(named_together(title.text, names), title)
    for line in [*heads, *sentences[:_LISTS]]:
        if line.zone == "sentence" or ":" in line.text[:_LABEL]:
            add(came_from(line.text, names), line)
    listed = on_the_list(lines, names)
    add(listed, next((line for line in lines if line.text.strip(" :*") in listed), None))
    sides = not found
    for line in sentences:
        away |= absent(line.text, names)
        add(speaking(line.text, names, sides=sides), line)
    return found - away, proofs

"""The facts of a meeting: what it was, when, where, who held it, who came; each with the sentence that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from index.names import Names
from index.report import Passage, Report

When = Literal["past", "future", "unknown"]


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentence, heading or line [start, end) of the report's text that proves a field of its meeting."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MentionedRound:
    """Another meeting of the series that the report mentions, with the sentence that does. Dates are ISO, first and last day."""

    series: str | None
    round: int | None
    start: str | None
    end: str | None
    place: str | None
    proof_start: int
    proof_end: int
    when: When


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
    """The meeting that `report` is about."""
    return Meeting(title=report.title_hint or report.report_id)

"""What narrows a question: report, series, round, dates, holder, act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from index.errors import BadQuestion
from index.names import Names
from index.report import Act
from index.store import Snapshot
from index.stored import StoredReport
from index.terms import fold
from qa.library import find_report

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}(?:-[0-9]{1,2})?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """None lets everything through. `since` and `until` are ISO dates: a meeting passes when any day of it lies between them."""

    reports: tuple[str, ...] | None = None
    series: str | None = None
    round: int | None = None
    since: str | None = None
    until: str | None = None
    holder: str | None = None
    act: Act | None = None

    def allows(self, stored: StoredReport) -> bool:
        """Whether the report passes the filters on reports; holder and act are for its statements."""
        m = stored.meeting
        return (
            (self.reports is None or stored.path in self.reports)
            and (self.series is None or fold(m.series or "") == fold(self.series))
            and (self.round is None or m.round == self.round)
            and (self.since is None or (m.end or m.start or "") >= self.since)
            and (self.until is None or "" < (m.start or m.end or "") <= self.until + "\uffff")
        )


def make_filters(
    snapshot: Snapshot,
    *,
    reports: Sequence[str] | str | None = None,
    series: str | None = None,
    round: int | None = None,  # noqa: A002  # the contract's word
    since: str | None = None,
    until: str | None = None,
    holder: str | None = None,
    act: str | None = None,
) -> Filters:
    """Check filters as a person gave them against the library.

    Raises UnknownReport for a report, BadQuestion for a date, act or round that makes no sense. `since` and `until` may be "2018",
    "2018-04" or "2018-04-26". A holder may be given in any form that names a country; a person's name stays as it is.
    """
    for word in (series, holder, since, until):
        check_letters(str(word or ""))
    names = [reports] if isinstance(reports, str) else reports
    for name in names or ():
        find_report(snapshot, name)
    known: Act | None = next((a for a in get_args(Act) if a == act), None)
    if act is not None and known is None:
        raise BadQuestion(f"{act}: there is no such act. Acts are {', '.join(get_args(Act))}.")
    if round is not None and (isinstance(round, bool) or not isinstance(round, int)):
        raise BadQuestion(f"{round}: a round is a whole number, such as 3.")
    return Filters(tuple(names) if names else None, series or None, round, _iso(since), _iso(until), _holder(snapshot.names, holder), known)


def check_letters(text: str) -> None:
    """Raise BadQuestion for half a surrogate pair, which no index can look for."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise BadQuestion(f"{text!r} holds a damaged character. Type it again instead of pasting it.")


def _iso(value: str | None) -> str | None:
    """The date with two digits for month and day, so that dates compare as texts do."""
    if not value:
        return None
    try:
        if not _DATE.fullmatch(str(value)):
            raise ValueError(value)
        parts = [int(p) for p in str(value).split("-")]
        date(*[*parts, 1, 1][:3])
    except ValueError as error:
        raise BadQuestion(f"{value}: this is no date. Write it as 2018-04-26, 2018-04 or 2018.") from error
    return "-".join([f"{parts[0]:04}", *(f"{p:02}" for p in parts[1:])])


def _holder(names: Names, holder: str | None) -> str | None:
    return (names.country(holder) or holder.strip()) if holder and holder.strip() else None

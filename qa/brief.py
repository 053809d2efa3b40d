"""An answer as plain text: one line that says what was found, then the quotes, each with its holder, act and place."""

from __future__ import annotations

from collections.abc import Sequence

from index.report import Act
from index.store import Snapshot
from qa.contract import Missing, Statement, Status
from qa.question import Question
from qa.scope import Scope

ACT_NAMES: dict[Act, str] = {
    "agreed": "Agreed",
    "supported": "Supported",
    "recommended": "Recommended",
    "stated": "Stated",
    "concerned": "Concerns",
    "disagreed": "Disagreed",
    "asked": "Left open or asked",
    "discussed": "Discussed",
    "none": "Also in the report",
}
_NO: dict[Act, str] = {
    "agreed": "No agreement",
    "recommended": "No recommendation",
    "supported": "No support",
    "concerned": "No concern",
    "disagreed": "No disagreement",
    "asked": "No open question",
    "stated": "No statement",
    "discussed": "No discussion",
}


def brief(snapshot: Snapshot, asked: Question, scope: Scope, status: Status, missing: Missing | None, given: Sequence[Statement]) -> str:
    """The whole answer as text; its first line stands alone."""
    lines = [_first_line(snapshot, asked, scope, status, missing, given)]
    act: Act | None = None
    for s in given:
        if s.act != act:
            act = s.act
            lines += ["", ACT_NAMES[act]]
        lines.append(f"{s.label} {holder_of(s)}: “{' '.join(s.quote.split())}”")
        lines.append(f"    {place_line(s)}")
    return "\n".join(lines)


def holder_of(s: Statement) -> str:
    """Who holds a statement, in words: "Some participants (Japan)", "Not attributed"."""
    who = " and ".join(s.who)
    match s.scope:
        case "everyone":
            return "Participants"
        case "some":
            return f"Some participants ({who})" if who else "Some participants"
        case "delegation" | "person" | "government":
            return (
                f"Government of {who}"
                if s.scope == "government" and len(s.who) == 1
                else (f"Governments of {who}" if s.scope == "government" else who)
            )
        case "impersonal":
            return "Recorded without a holder"
        case _:
            return "Not attributed"


def place_line(s: Statement) -> str:
    """Where a statement stands, in words: title, place, date, page or paragraph."""
    c = s.citation
    page = c.page_label or c.page
    when = c.date if not c.end_date or c.end_date == c.date else f"{c.date} to {c.end_date}"
    return ", ".join(str(p) for p in (c.title, c.place, when, f"p. {page}" if page else f"paragraph {c.paragraph}") if p)


def _first_line(  # noqa: PLR0911  # one line for each outcome
    snapshot: Snapshot, asked: Question, scope: Scope, status: Status, missing: Missing | None, given: Sequence[Statement]
) -> str:
    topic = f" on {asked.topic}" if asked.topic else ""
    if status == "answered":
        reports = len({s.citation.report for s in given})
        ordered = ", firmest first" if len({s.act for s in given}) > 1 else ""
        return f"{_count(len(given), 'statement')} from {_count(reports, 'report')}{ordered}."
    if status == "partial":
        who = " or ".join(asked.holders)
        if missing == "holder":
            return f"No statement by {who}{topic} is recorded. What there is:"
        if missing == "time":
            return f"Nothing{topic} is recorded for the meeting you asked about. Other meetings have:"
        return f"{_NO[asked.act or 'stated']}{topic} is recorded. What there is:"
    if scope.absent:
        return f"The library has no report of {scope.absent}."
    if missing == "holder" and asked.holders:
        return f"No statement by {' or '.join(asked.holders)}{topic} is recorded in {_count(len(snapshot.reports), 'report')}."
    there = "; ".join(dict.fromkeys(r.meeting.title for r in snapshot.reports[:3]))
    held = f"The library holds {_count(len(snapshot.reports), 'report')}, among them: {there}."
    return f"The reports do not cover this{topic and ':' + topic.removeprefix(' on')}. {held}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

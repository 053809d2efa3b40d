"""How the page words what the contract holds: holders, acts, dates and places. Plain text; whoever shows it escapes it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from index.report import Act, Scope
from qa.contract import Citation, Statement

ACT_HEADINGS: Final[dict[Act, str]] = {
    "agreed": "Agreed",
    "supported": "Supported",
    "recommended": "Recommended",
    "stated": "Stated",
    "concerned": "Concerns voiced",
    "disagreed": "Disagreed",
    "asked": "Questions raised",
    "discussed": "Discussed",
    "none": "Also in the reports",
}
ACT_WORDS: Final[dict[Act, str]] = {
    "agreed": "agreed",
    "supported": "supported",
    "recommended": "recommended",
    "stated": "stated",
    "concerned": "voiced concern",
    "disagreed": "disagreed",
    "asked": "asked",
    "discussed": "discussed",
    "none": "",
}
STATUS_WORDS: Final[dict[str, str]] = {"answered": "In the reports", "partial": "Not quite as asked", "not_covered": "Not in these reports"}


def listed(names: tuple[str, ...]) -> str:
    """("Japan", "Russia") as "Japan and Russia"."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def holder_words(scope: Scope, who: tuple[str, ...]) -> str:
    """Who holds a statement. Never wider than `scope`: "some" always says so."""
    named = listed(who)
    words: dict[Scope, str] = {
        "everyone": f"Participants ({named})" if who else "Participants",
        "some": f"Some participants ({named})" if who else "Some participants",
        "delegation": named or "A delegation",
        "person": f"Speaker: {named}" if who else "One speaker",
        "government": f"Government: {named}" if len(who) == 1 else f"Governments: {named}" if who else "A government",
        "impersonal": "No holder named",
        "unattributed": "Not attributed",
    }
    return words[scope]


def chip_words(statement: Statement) -> str:
    """Who and how firmly: "Some participants · supported"."""
    return " · ".join(filter(None, (holder_words(statement.scope, statement.who), ACT_WORDS[statement.act])))


def day_words(start: str | None, end: str | None = None) -> str:
    """ISO dates as people write them: "15 March 2017", "6–7 September 2018", "30 May – 1 June 2017"; "" where there is none."""
    first, last = _parts(start), _parts(end)
    if not first or not last or first == last:
        return " ".join(reversed(first or last))
    if len(first) == 3 and first[:2] == last[:2]:
        return f"{first[2]}–{last[2]} {first[1]} {first[0]}"
    if len(first) == 3 and first[0] == last[0]:
        return f"{first[2]} {first[1]} – {' '.join(reversed(last))}"
    return f"{' '.join(reversed(first))} – {' '.join(reversed(last))}"


def _parts(iso: str | None) -> tuple[str, ...]:
    """("2017", "March", "15"); what is not a date stays as it is written."""
    if not iso:
        return ()
    for ending, count in (("", 3), ("-01", 2), ("-01-01", 1)):
        try:
            day = date.fromisoformat(iso + ending)
        except ValueError:
            continue
        return (str(day.year), f"{day:%B}", str(day.day))[:count]
    return (iso,)


def place_words(citation: Citation) -> str:
    """Where in the report: "p. 3, para. 12"."""
    page = citation.page_label or (str(citation.page) if citation.page is not None else "")
    return ", ".join(filter(None, (f"p. {page}" if page else "", f"para. {citation.paragraph}")))


def meeting_parts(citation: Citation) -> tuple[str, ...]:
    """Which meeting: ("Round 3", "6–7 September 2018", "Riga"), as far as it is known."""
    number = f"Round {citation.round}" if citation.round is not None else ""
    return tuple(filter(None, (number, day_words(citation.date, citation.end_date), citation.place or "")))


def citation_parts(citation: Citation) -> tuple[str, ...]:
    """What a reader needs to find the quote again, without the title: the meeting, page and paragraph."""
    return (*meeting_parts(citation), place_words(citation))


def reference(statement: Statement) -> str:
    """The quote with its reference, ready to be pasted into a paper: the line breaks of a page are not part of it."""
    citation = statement.citation
    quote = re.sub(r"[ \t\r\n]+", " ", statement.quote)
    return f"“{quote}” ({', '.join((citation.title, *citation_parts(citation)))})"


def counted(number: int, singular: str, plural: str = "") -> str:
    """(1, "report") as "1 report"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"

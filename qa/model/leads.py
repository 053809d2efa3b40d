"""What may stand before a clause that is not in its statement: "However,", "According to the report,", the statement's own meeting."""

from __future__ import annotations

import re
from datetime import date

from index.dates import find_dates
from index.meeting.ordinals import ordinal
from index.names import Names
from index.terms import fold
from qa.contract import Citation
from qa.model.guards import CONNECTIVES

_CONNECTIVE = re.compile(rf"^(?:{'|'.join(' '.join(c) for c in sorted(CONNECTIVES, key=len, reverse=True))}),?\s+(?=\S)", re.IGNORECASE)
_REPORT = re.compile(
    r"^(?:According to the (?:report|summary),\s+|The (?:report|summary) (?:says|states|notes|records) that\s+)", re.IGNORECASE
)
_LEAD = re.compile(r"^((?:At|In|During|On)\s[^,;]{3,120}(?:,\s(?:19|20)\d\d)?),\s+(.+)$", re.DOTALL | re.IGNORECASE)
_GLUE = frozenset("at in on during the of and to from meeting meetings round dialogue held between".split())


def without_leads(text: str) -> str:
    """The sentence without a connective, and without saying that a report says it."""
    return _REPORT.sub("", _CONNECTIVE.sub("", text, count=1), count=1)


def meeting_lead(text: str) -> tuple[str, str]:
    """("At the second round in Riga", "participants agreed ..."); ("", text) where nothing of the kind stands first."""
    found = _LEAD.match(text)
    return (found.group(1), found.group(2)) if found else ("", text)


def is_meeting(lead: str, citation: Citation, names: Names) -> bool:
    """Whether every word of `lead` names that meeting: its title, series, round, place or date."""
    dates = find_dates(lead)
    if not all(_meets(d.first, d.last, citation) for d in dates):
        return False
    rest = lead
    for d in reversed(dates):
        rest = rest[: d.start] + " " + rest[d.end :]
    facts = f"{citation.title} {citation.series or ''} {citation.place or ''}"
    known = {fold(w) for w in re.findall(r"[^\W_]+", facts)} - {w for w in re.findall(r"\w+", fold(facts)) if ordinal(w) is not None}
    for word in re.findall(r"[^\W_]+", rest):
        low = fold(word)
        number = int(low) if low.isdecimal() and low.isascii() else ordinal(low) if low not in ("i", "v", "x") else None
        if number is not None:
            if number != citation.round:
                return False
        elif low not in known and low not in _GLUE:
            return False
    mentioned = {m.country for m in names.mentions(rest)}
    return mentioned <= {m.country for m in names.mentions(facts)}


def _meets(first: date, last: date, citation: Citation) -> bool:
    """Whether a date or period is the meeting's, a part of it, or a month or year that holds it."""
    if citation.date is None or len(citation.date) < 10:
        return citation.date is not None and first.isoformat().startswith(citation.date) and last.isoformat().startswith(citation.date)
    begins = date.fromisoformat(citation.date)
    ends = date.fromisoformat(citation.end_date) if citation.end_date and len(citation.end_date) == 10 else begins
    return (begins <= first and last <= ends) or (first <= begins and ends <= last and (last - first).days <= 366)

"""A meeting's facts with their proofs, and the form in which a user corrects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from index.corrections import Value
from web.escape import attributes, bidi, escape
from web.wording import day_words

if TYPE_CHECKING:
    from qa.meetings import Fact, MeetingFacts

LABELS: Final = {
    "title": "Title",
    "series": "Dialogue",
    "round": "Round",
    "start": "First day",
    "end": "Last day",
    "place": "Place",
    "organisers": "Organisers",
    "delegations": "Delegations",
}
_SHOWN: Final = 3  # proofs of one fact
_LONGEST: Final = 240  # characters of a proof that stand in the list; the report has all of it
_LISTS: Final = ("organisers", "delegations")


def facts_html(meeting: MeetingFacts, *, may_correct: bool) -> str:
    """The facts in a list, each with the words that prove it or as the user's own, and the form to correct them."""
    rows = "".join(_row(meeting, fact, last) for fact, last in _paired(meeting.facts))
    form = _form(meeting) if may_correct else ""
    return f'<dl class="known">{rows}</dl>{form}'


def changed_facts(meeting: MeetingFacts, given: Mapping[str, object]) -> dict[str, object]:
    """What of the form is the user's own: the fields whose value is not what the report says. A field that was not sent stays as it is."""
    own: dict[str, object] = {}
    for fact in meeting.facts:
        value = _read(fact.field, given[fact.field]) if fact.field in given else fact.value
        if not _alike(fact.field, value, fact.found):
            own[fact.field] = value if value is not None else ""
    own |= {name: value for name, value in given.items() if name not in LABELS}  # to be refused by name
    return own


def _read(field: str, given: object) -> object:
    """A field of the form: lists come one name a line, a round as digits."""
    if field in _LISTS and isinstance(given, str):
        return tuple(filter(None, (line.strip() for line in given.splitlines())))
    if not isinstance(given, str):
        return given
    text = " ".join(given.split())
    if field == "round" and text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    return text or None


def _alike(field: str, value: object, found: Value) -> bool:
    if field == "delegations" and isinstance(value, tuple) and isinstance(found, tuple):
        return sorted(map(str, value)) == sorted(found)
    return value == found


def _paired(facts: Sequence[Fact]) -> list[tuple[Fact, Fact | None]]:
    """Each fact; the first day together with the last."""
    last = next(fact for fact in facts if fact.field == "end")
    return [(fact, last if fact.field == "start" else None) for fact in facts if fact is not last]


def _row(meeting: MeetingFacts, fact: Fact, last: Fact | None) -> str:
    """`last` goes with the first day: the two are one date."""
    own = fact.own or (last is not None and last.own)
    shown = _words(fact.value) if last is None else _days(fact.value, last.value)
    value = bidi(shown) if shown else '<span class="none">The report does not say</span>'
    if own:
        value = bidi(shown) if shown else '<span class="none">None</span>'
        said = _words(fact.found) if last is None else _days(fact.found, last.found)
        value += (
            f' <span class="own">Your correction. {"Found in the report: " + bidi(said) if said else "The report does not say."}</span>'
        )
    proven = dict.fromkeys((*fact.proofs, *(last.proofs if last else ())))
    proofs = "".join(_proof(meeting, quote.quote, quote.start, quote.end) for quote in list(proven)[:_SHOWN])
    return f"<div><dt>{'Date' if last else LABELS[fact.field]}</dt><dd>{value}{proofs}</dd></div>"


def _proof(meeting: MeetingFacts, quote: str, start: int, end: int) -> str:
    words = " ".join(quote.split())
    shown = words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
    target = attributes(data_report=meeting.report, data_start=start, data_end=end, data_sha256=meeting.sha256)
    return f'<button type="button" class="proof"{target} title="Show this in the report">{bidi(f"“{shown}”")}</button>'


def _form(meeting: MeetingFacts) -> str:
    fields = "".join(_field(fact) for fact in meeting.facts)
    own = any(fact.own for fact in meeting.facts)
    back = '<button type="button" class="quiet" data-uncorrect>Take my corrections back</button>' if own else ""
    return (
        '<details class="correct"><summary class="quiet">Correct these facts</summary>'
        f'<form class="correction" aria-label="Correct the facts of this meeting"{attributes(data_of=meeting.report)}>{fields}'
        '<p class="hint">What you write is kept beside the reports and outlives updates. Empty: the meeting has no such fact.</p>'
        f'<p class="said" role="status"></p><p class="acts"><button type="submit" class="firm">Save</button>{back}</p></form></details>'
    )


def _field(fact: Fact) -> str:
    name, label = fact.field, LABELS[fact.field]
    if name in _LISTS:
        lines = "\n".join(fact.value) if isinstance(fact.value, tuple) else ""
        # A line feed right after <textarea> would be dropped by the browser.
        return f'<label>{label}, one a line <textarea name="{name}" rows="3" dir="auto">{escape(lines)}</textarea></label>'
    value = "" if fact.value is None else str(fact.value)
    kind = {"round": ' type="number" min="1" max="999"', "start": ' type="date"', "end": ' type="date"'}.get(
        name, ' type="text" dir="auto"'
    )
    required = " required" if name == "title" else ""
    return f'<label>{label} <input name="{name}"{kind} maxlength="500"{required}{attributes(value=value)}></label>'


def _words(value: Value) -> str:
    return "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _days(first: Value, last: Value) -> str:
    return day_words(*(day if isinstance(day, str) else None for day in (first, last)))

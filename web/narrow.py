"""Asking only some of the reports: the form, and what the browser sends of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from index.errors import BadQuestion
from web.escape import attributes, escape
from web.library import LISTED
from web.wording import ACT_HEADINGS, day_words

if TYPE_CHECKING:
    from qa.library import ReportFacts

LABELS: Final = {
    "report": "Report",
    "series": "Dialogue",
    "round": "Round",
    "holder": "Held by",
    "act": "How firmly",
    "since": "From",
    "until": "To",
}


def narrow_html(reports: Sequence[ReportFacts]) -> str:
    """The form, closed until wanted, with what these reports can be narrowed by; above it page.js shows what is in force."""
    choices: dict[str, list[tuple[str, str]]] = {
        "report": [(report.report, report.title) for report in sorted(reports, key=lambda report: report.title.casefold())[:LISTED]],
        "series": [(series, series) for series in sorted({report.series for report in reports if report.series})],
        "round": [(str(number), str(number)) for number in sorted({report.round for report in reports if report.round is not None})],
        "holder": [(name, name) for name in sorted({name for report in reports for name in report.delegations})],
        "act": [(str(act), heading) for act, heading in ACT_HEADINGS.items() if act != "none"],
    }
    fields = "".join(_select(name, options) for name, options in choices.items() if options) + _day("since") + _day("until")
    return (
        '<ul class="in-force" aria-label="Narrowed to"></ul><details class="narrow"><summary class="quiet">Narrow</summary>'
        f'<form class="fields" aria-label="Narrow the question">{fields}</form></details>'
    )


def read_filters(sent: object) -> dict[str, str]:
    """What the browser sent of the form; only the fields there are, only where they are filled."""
    if not isinstance(sent, dict):
        return {}
    return {name: value for name in LABELS if isinstance(value := sent.get(name), str) and value.strip()}


def as_arguments(filters: dict[str, str]) -> dict[str, Any]:
    """The filters as `ask` takes them. Raises BadQuestion."""
    arguments: dict[str, Any] = {name: value for name, value in filters.items() if name not in ("report", "round")}
    if "report" in filters:
        arguments["reports"] = [filters["report"]]
    if "round" in filters:
        if not filters["round"].isdecimal():
            raise BadQuestion(f"{filters['round']}: a round is a number. Choose one of the list.")
        arguments["round"] = int(filters["round"])
    return arguments


def in_force(filters: dict[str, str]) -> list[str]:
    """The filters in words: ["Dialogue: Baltic Waters Dialogue", "From: 1 May 2019"]."""
    words: dict[str, str] = {**ACT_HEADINGS} | {value: day_words(value) for name, value in filters.items() if name in ("since", "until")}
    return [f"{LABELS[name]}: {words.get(value, value) if name in ('act', 'since', 'until') else value}" for name, value in filters.items()]


def _select(name: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(f"<option{attributes(value=value)}>{escape(label)}</option>" for value, label in options)
    return f'<label>{LABELS[name]} <select name="{name}"><option value="">any</option>{listed}</select></label>'


def _day(name: str) -> str:
    return f'<label>{LABELS[name]} <input type="date" name="{name}"></label>'

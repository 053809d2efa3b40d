"""The library panel: every report at hand, with its meeting; it stands where a report is read, until one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from web.escape import attributes, bidi, escape
from web.wording import counted, day_words

if TYPE_CHECKING:
    from qa.library import ReportFacts

LISTED: Final = 500  # more make the page slow, and nobody reads on


def library_html(reports: Sequence[ReportFacts]) -> str:
    """A list of reports by series and date; each opens in this panel."""
    if not reports:
        return (
            '<section class="library"><h2>No reports yet</h2><p>Put reports into the documents folder and run '
            "<code>rapporteur index</code>. The next question finds them.</p></section>"
        )
    items = "".join(_item(report) for report in sorted(reports, key=_order)[:LISTED])
    more = f"<p>and {counted(len(reports) - LISTED, 'more report')}. A question reaches them all.</p>" if len(reports) > LISTED else ""
    return (
        f'<section class="library" aria-label="Reports"><h2>{counted(len(reports), "report")} at hand</h2><ul>{items}</ul>{more}</section>'
    )


def header_html(reports: int | None, updated: str) -> str:
    """The line at the top: the name, what is at hand, and a fresh start."""
    when = f'<span class="when"> · last updated {escape(updated)}</span>' if updated else ""
    state = "" if reports is None else f'<button type="button" class="quiet state" data-shelf>{counted(reports, "report")}{when}</button>'
    return (
        '<div class="masthead"><h1>Rapporteur</h1><p class="promise">The reports’ own words</p>'
        f"{state}"
        '<button type="button" class="quiet" data-fresh aria-label="New conversation">'
        'New<span class="more"> conversation</span></button></div>'
    )


def _order(report: ReportFacts) -> tuple[str, str, str]:
    return (report.series or report.title, report.start or "", report.report)


def _item(report: ReportFacts) -> str:
    parts = (f"Round {report.round}" if report.round is not None else "", day_words(report.start, report.end), report.place or "")
    where = "".join(f"<span>{bidi(part)}</span>" for part in parts if part)
    return (
        f'<li><button type="button" class="entry"{attributes(data_report=report.report)}>'
        f'<span class="title">{bidi(report.title)}</span><span class="where">{where}</span></button></li>'
    )

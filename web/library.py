"""The library panel: every report at hand, with its meeting; it stands where a report is read, until one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from web.escape import attributes, bidi, escape
from web.wording import counted, day_words

if TYPE_CHECKING:
    from qa.library import ReportFacts

LISTED: Final = 500  # more choices make a form slow, and nobody reads on
AT_A_TIME: Final = 100  # entries; more on demand


def library_html(reports: Sequence[ReportFacts]) -> str:
    """The panel. Its tools are hidden until library.js has learnt what may be done here; it also says there what is new."""
    heading = f"{counted(len(reports), 'report')} at hand" if reports else "No reports yet"
    empty = (
        '<p class="empty">PDF, Word, saved web pages, Markdown and text are read. Put reports into the documents folder and run '
        '<code>rapporteur index</code><span class="may" hidden>, or add them here</span>. The next question finds them.</p>'
    )
    find = (
        '<label class="find"><span>Find a report</span><input type="search" data-find placeholder="Title, dialogue, place, country…">'
        "</label>"
    )
    return (
        f'<section class="library" aria-label="Reports"><header class="shelf">'
        f'<button type="button" class="quiet back to-answer" data-close>Back</button><h2>{heading}</h2>'
        '<div class="tools" hidden><label class="quiet add">Add reports<input type="file" multiple data-upload '
        'accept=".pdf,.docx,.html,.htm,.mhtml,.md,.txt"></label>'
        '<button type="button" class="quiet" data-update>Update</button></div></header>'
        '<div class="progress" role="status" hidden></div><div class="news" hidden></div>'
        f"{find if reports else empty}"
        f'<div class="entries">{entries_html(reports)}</div></section>'
    )


def entries_html(reports: Sequence[ReportFacts], find: str = "", first: int = 0) -> str:
    """The reports in which all words of `find` stand, by series and date, from the one numbered `first` (from 0); a hundred at a time."""
    words = find.casefold().split()
    chosen = sorted((r for r in reports if all(word in _searched(r) for word in words)), key=_order)
    if not chosen:
        return '<p class="empty" role="status">No report matches. Try fewer words.</p>' if words else ""
    items = "".join(_item(report) for report in chosen[first : first + AT_A_TIME])
    rest = len(chosen) - first - AT_A_TIME
    more = f'<p><button type="button" class="quiet" data-more="{first + AT_A_TIME}">Show more: {counted(rest, "report")}</button></p>'
    return f"<ul>{items}</ul>{more if rest > 0 else ''}"


def header_html(reports: int | None, updated: str) -> str:
    """The line at the top: the name, what is at hand, and a fresh start."""
    when = f'<span class="when"> · last updated {escape(updated)}</span>' if updated else ""
    state = "" if reports is None else f'<button type="button" class="quiet state" data-shelf>{counted(reports, "report")}{when}</button>'
    return (
        '<div class="masthead"><h1>Rapporteur</h1><p class="promise">The reports’ own words</p>'
        '<nav aria-label="Views"><button type="button" class="quiet" data-view="ask">Ask</button>'
        '<button type="button" class="quiet" data-view="compare">Compare</button></nav>'
        f"{state}"
        '<button type="button" class="quiet" data-talks aria-haspopup="dialog" aria-label="Conversations">'
        '<span class="more">Conversations</span><span class="less">Kept</span></button>'
        '<button type="button" class="quiet" data-fresh aria-label="New conversation">'
        'New<span class="more"> conversation</span></button></div>'
    )


def _searched(report: ReportFacts) -> str:
    facts = (report.title, report.series or "", report.place or "", report.start or "", report.report)
    return " ".join((*facts, *report.organisers, *report.delegations)).casefold()


def _order(report: ReportFacts) -> tuple[str, str, str]:
    return (report.series or report.title, report.start or "", report.report)


def _item(report: ReportFacts) -> str:
    parts = (f"Round {report.round}" if report.round is not None else "", day_words(report.start, report.end), report.place or "")
    where = "".join(f"<span>{bidi(part)}</span>" for part in parts if part)
    target = attributes(data_report=report.report)
    return (
        f'<li><button type="button" class="entry"{target}>'
        f'<span class="title">{bidi(report.title)}</span><span class="where">{where}</span></button>'
        f'<details class="about"{attributes(data_of=report.report)}><summary class="quiet"'
        f"{attributes(aria_label=f'Meeting facts of {report.title}')}>Meeting facts</summary>"
        f'<div class="sheet-of-facts"><p class="waiting">Looking them up…</p></div></details></li>'
    )

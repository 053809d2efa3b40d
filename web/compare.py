"""A topic set side by side: the form, what changed, the timeline, and a table by round or by delegation with a citation in each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from web.answer import citation_button, problem_html
from web.escape import attributes, bidi, escape
from web.timeline import timeline_html
from web.wording import ACT_HEADINGS, chip_words, counted, day_words, holder_words

if TYPE_CHECKING:
    from qa.changes import Change
    from qa.compare import Comparison
    from qa.contract import Statement
    from qa.side_by_side import Column

_CHANGES = {"formed": "Formed", "broke": "Broke", "dropped": "Dropped", "new": "New", "steady": "Steady"}
_SCOPES = ("everyone", "some", "delegation", "government", "person", "impersonal", "unattributed")

_Row = tuple[str, list[list["Statement"]]]
"""A row's name, and for each column the statements in its cell."""

TEACHING = (
    '<h2 class="question">Set meetings side by side.</h2><p class="teaching">Name a topic. What each meeting said on it stands beside what '
    "the others said, by date: who held what, how firmly, and what changed from round to round. Every cell is a quote.</p>"
)


def compare_html(
    series: Sequence[str],
    *,
    asked: str = "",
    among: str = "",
    found: Comparison | None = None,
    problem: str = "",
) -> str:
    """The whole view.

    series   the dialogues that have several reports, to choose from; `among` is the chosen one.
    Where nothing stands side by side, it has a place for topics that can be: finding them takes longer than drawing this.
    """
    if problem:
        body = problem_html(problem)
    elif found is None:
        body = TEACHING + _PLACE
    elif not found.columns:
        body = _nothing(found) + _PLACE
    else:
        body = _comparison(found)
    return f'<section class="comparison" aria-label="Comparison"><div class="ask-topic">{_form(series, asked, among)}</div>{body}</section>'


def _form(series: Sequence[str], asked: str, among: str) -> str:
    options = "".join(f"<option{attributes(value=name, selected=name == among)}>{escape(name)}</option>" for name in series)
    choice = (
        f'<label>Dialogue<select name="series"><option value="">the one with most on it</option>{options}</select></label>'
        if series
        else ""
    )
    return (
        '<form class="topic-form" aria-label="Compare meetings"><label class="topic">Topic'
        f'<input type="text" name="topic" autocomplete="off" placeholder="A matter that came up again…"{attributes(value=asked)}></label>'
        f'{choice}<button type="submit">Compare</button></form>'
    )


_PLACE = '<div class="topics"></div>'


def topics_html(topics: Sequence[str]) -> str:
    """Topics that can be compared, one click each."""
    buttons = (f'<button type="button" class="suggestion" dir="auto"{attributes(data_topic=t)}>{escape(t)}</button>' for t in topics)
    items = "".join(f"<li>{button}</li>" for button in buttons)
    return f'<div class="suggestions"><h3>What these reports can be compared on</h3><ul>{items}</ul></div>' if items else ""


def _nothing(found: Comparison) -> str:
    return (
        '<div class="verdict not_covered" role="status"><p class="sign">Not in these reports</p>'
        f'<p class="line">{bidi(found.text.strip())}</p></div>'
    )


def _comparison(found: Comparison) -> str:
    by_label = {s.label: s for column in found.columns for s in column.statements}
    told = sum(bool(column.statements) for column in found.columns)
    meetings = f"{told} of {counted(len(found.columns), 'meeting')}" if told < len(found.columns) else counted(told, "meeting")
    line = f"{counted(len(by_label), 'statement')} from {meetings}"
    where = f"{bidi(found.series)}: {line}." if found.series else f"{line} that are no rounds of one series, so no change is named."
    absent = next((row for row in found.text.split("\n") if row.startswith("The library has no report of")), "")
    gone = f" {escape(absent)}" if absent else ""
    return (
        f'<h2 class="question" dir="auto">{escape(found.topic[:1].upper() + found.topic[1:])}</h2><p class="line">{where}{gone}</p>'
        f"{_changes(found.changes, by_label)}{timeline_html(found.columns)}{_tables(found.columns)}"
    )


def _changes(changes: Sequence[Change], by_label: dict[str, Statement]) -> str:
    if not changes:
        return ""
    items = []
    for change in changes:
        links = "".join(citation_button(by_label[label], short=True) for label in change.statements if label in by_label)
        items.append(
            f'<li><span class="kind {change.kind}">{_CHANGES.get(change.kind, escape(change.kind))}</span> '
            f'<span class="what">{bidi(change.text[:1].upper() + change.text[1:])}</span> <span class="labels">{links}</span></li>'
        )
    return f'<div class="changes"><h3>What changed</h3><ul>{"".join(items)}</ul></div>'


def _tables(columns: Sequence[Column]) -> str:
    """One table with the acts as rows, one with the holders; a switch shows either."""
    acts = [act for act in ACT_HEADINGS if any(s.act == act for column in columns for s in column.statements)]
    by_act = [(ACT_HEADINGS[act], [[s for s in column.statements if s.act == act] for column in columns]) for act in acts]
    holders = _holders(columns)
    by_holder = [(name, [[s for s in column.statements if name in holders_of(s)] for column in columns]) for name in holders]
    choices = "".join(
        f'<label><input type="radio" name="table" value="{value}"{" checked" * (value == "round")}> {name}</label>'
        for value, name in (("round", "By round"), ("delegation", "By delegation"))
    )
    return (
        f'<fieldset class="order" aria-label="Rows of the table">{choices}</fieldset>'
        f'<div class="by-round">{_table(columns, by_act, holder_of)}</div>'
        f'<div class="by-delegation">{_table(columns, by_holder, chip_words)}</div>'
    )


def holder_of(statement: Statement) -> str:
    """Whose the statement is, where the row says how firmly."""
    return holder_words(statement.scope, statement.who)


def holders_of(statement: Statement) -> list[str]:
    """The rows it stands in: one for each delegation, government or speaker that holds it."""
    if statement.scope == "delegation" and statement.who:
        return list(statement.who)
    if statement.scope in ("government", "person") and statement.who:
        return [holder_words(statement.scope, (name,)) for name in statement.who]
    return [holder_words(statement.scope, ())]


def _holders(columns: Sequence[Column]) -> list[str]:
    """Everybody first, then the delegations, the others after them."""
    found = {(_SCOPES.index(s.scope), name) for column in columns for s in column.statements for name in holders_of(s)}
    return [name for _, name in sorted(found)]


def _table(columns: Sequence[Column], rows: Sequence[_Row], chip: Callable[[Statement], str]) -> str:
    """Each row's name stands above its cells, over the whole width, so that the quotes have room."""
    heads = "".join(f'<th scope="col">{_meeting(column)}</th>' for column in columns)
    body = ""
    for name, cells in rows:
        drawn = "".join(_cell(column, cell, chip) for column, cell in zip(columns, cells, strict=True))
        body += f'<tbody><tr class="name"><th scope="rowgroup" colspan="{len(columns)}">{bidi(name)}</th></tr><tr>{drawn}</tr></tbody>'
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table of the meetings">'
        f'<table class="side-by-side" style="--columns:{len(columns)}"><thead><tr>{heads}</tr></thead>{body}</table></div>'
    )


def _meeting(column: Column) -> str:
    name = f"Round {column.round}" if column.round is not None else column.title
    where = "".join(f"<span>{bidi(part)}</span>" for part in (day_words(column.date, column.end_date), column.place or "") if part)
    silent = "" if column.statements else '<span class="silent">No statement on the topic</span>'
    return f'<span class="round">{bidi(name)}</span><span class="where">{where}</span>{silent}'


def _cell(column: Column, statements: Sequence[Statement], chip: Callable[[Statement], str]) -> str:
    if not statements:
        return '<td class="empty"><span aria-hidden="true">–</span></td>'
    meeting = f"Round {column.round}, {column.place}" if column.round is not None and column.place else column.place or column.title
    items = "".join(
        f'<li class="statement"><p class="chip {s.scope}">{bidi(chip(s))}</p>'
        f'<blockquote class="quote" dir="auto"><p>{escape(s.quote)}</p></blockquote>{citation_button(s, short=True)}</li>'
        for s in statements
    )
    return f'<td><p class="of">{bidi(meeting)}</p><ol class="statements">{items}</ol></td>'

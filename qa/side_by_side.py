"""What each meeting says on a topic, and how it is set side by side as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa.brief import ACT_NAMES, holder_of
from qa.changes import Change
from qa.contract import Statement


@dataclass(frozen=True, slots=True)
class Column:
    """What one report says on the topic; `statements` are in its own order, and empty where it says nothing."""

    report: str
    title: str
    series: str | None
    round: int | None
    date: str | None
    end_date: str | None
    place: str | None
    statements: tuple[Statement, ...]

    def to_dict(self) -> dict[str, Any]:
        """The column as JSON values."""
        facts = {name: getattr(self, name) for name in ("report", "title", "series", "round", "date", "end_date", "place")}
        return facts | {"statements": [s.to_dict() for s in self.statements]}


def round_name(column: Column) -> str:
    """What to call a column's meeting in a sentence: "round 2 (Kanazawa, 2019-10-09)"."""
    where = ", ".join(part for part in (column.place, column.date) if part)
    what = f"round {column.round}" if column.round is not None else "the meeting"
    return f"{what} ({where})" if where else f"{what} “{column.title}”"


def side_by_side(topic: str, series: str | None, columns: Sequence[Column], changes: Sequence[Change]) -> str:
    """The comparison as plain text: a table for each meeting, then what changed."""
    if series:
        lines = [f"{_capital(topic)}: {series}, by date."]
    elif len(columns) == 1:
        lines = [f"{_capital(topic)}: one report has statements on it."]
    else:
        lines = [f"{_capital(topic)}: meetings by date. They are no rounds of one series, so no change is named."]
    for column in columns:
        lines += ["", _capital(f"{round_name(column)}: {column.title}")]
        lines += _rows(column.statements) or [f"  No statement on {topic}."]
    lines += _missing(columns) if series else []
    if changes:
        lines += ["", "Changes"]
        lines += [f"  {c.kind:8}{_capital(c.text)} {' '.join(c.statements)}" for c in changes]
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rows(statements: Sequence[Statement]) -> list[str]:
    """For each statement a line of label, act, holder and place, in columns, and a line for the quote."""
    cells = [(s.label, ACT_NAMES[s.act], holder_of(s)) for s in statements]
    widths = [max((len(cell[n]) for cell in cells), default=0) for n in range(3)]
    lines: list[str] = []
    for statement, cell in zip(statements, cells, strict=True):
        c = statement.citation
        page = c.page_label or c.page
        head = "  ".join(f"{part:{width}}" for part, width in zip(cell, widths, strict=True))
        lines.append(f"  {head}  {f'p. {page}' if page else f'paragraph {c.paragraph}'}")
        lines.append(f"      “{' '.join(statement.quote.split())}”")
    return lines


def _missing(columns: Sequence[Column]) -> list[str]:
    """Rounds before the last that have no report: what they said is not known."""
    have = {c.round for c in columns if c.round is not None}
    gone = [str(n) for n in range(1, max(have, default=0)) if n not in have]
    return ["", f"The library has no report of {'round' if len(gone) == 1 else 'rounds'} {', '.join(gone)}."] if gone else []

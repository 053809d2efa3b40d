"""A report's text as lines of plain prose: each heading, sentence or printed line on one line, with its span in the report.

Only facts are read from these folded copies; a proof is always the span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.report import Passage, Report

Zone = Literal["heading", "sentence", "cell", "line"]

# A short printed line above or among the first sentences may be a date line or a labelled line ("Venue: Tartu").
_HEAD_PASSAGES = 14
_LINE_LENGTH = 300
# "(2) Place: Incheon": an outline numbers its labels.
_NUMBERED_LABEL = re.compile(r"^\(?(?:\d{1,2}|[a-z]|[ivx]+)[.)]\s+(?=[^:]{1,40}:)", re.IGNORECASE)
# What is longer is no sentence (a table that lost its lines, an encoded picture), and rules read only its beginning.
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Line:
    """Folded text of `report.text[start:end]`. `heading` is the folded heading above it, "" where there is none."""

    start: int
    end: int
    text: str
    zone: Zone
    heading: str = ""


# A line, with the next where it breaks off: "Hosts: Haeyang Institute, Centre for / Policy Studies".
_PRINTED_LINE = re.compile(r"(?:[^\r\n]*\b(?:for|of|and|the|in|on)[ \t]*\r?\n)*[^\r\n]+")


def fold(text: str) -> str:
    """`text` on one line: white space folded, words that a line's end broke put together, markup signs of headings and emphasis gone."""
    text = text[:_LONGEST].replace("\u00ad", "").replace("\u2011", "-").replace("\u2010", "-")
    text = re.sub(r"(?<=[^\W\d_])-[ \t]*\r?\n\s*(?=[a-zß-ÿ])", "", text)
    text = re.sub(r"(?<=[^\W\d_.])-[ \t]*\r?\n\s*(?=[A-Z])", "-", text)
    text = re.sub(r"\*\*|__", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"^#+ |(?<=\S) #+$", "", text).strip()


def prose_lines(report: Report, passages: Sequence[Passage]) -> list[Line]:
    """Headings, sentences and the sentences of tables' cells, in reading order."""
    lines = []
    for passage in passages:
        if passage.kind == "heading":
            lines.append(Line(passage.start, passage.end, fold(report.text[passage.start : passage.end]), "heading"))
        heading = fold(report.text[slice(*passage.headings[-1])]) if passage.headings else ""
        zone: Zone = "cell" if passage.kind == "table" else "sentence"
        lines += [Line(s.start, s.end, fold(report.text[s.start : s.end]), zone, heading) for s in passage.sentences]
    return [line for line in lines if line.text]


def head_lines(report: Report, passages: Sequence[Passage]) -> list[Line]:
    """The printed lines of the first passages, cells of a table's row joined by ": ", for date lines and labelled lines."""
    lines = []
    for passage in passages[:_HEAD_PASSAGES]:
        heading = fold(report.text[slice(*passage.headings[-1])]) if passage.headings else ""
        if passage.cells:
            cells = [fold(report.text[a:b]) for a, b in passage.cells]
            lines.append(Line(passage.start, passage.end, ": ".join(c.rstrip(":") for c in cells if c), "line", heading))
            continue
        for m in _PRINTED_LINE.finditer(report.text, passage.start, passage.end):
            text = _NUMBERED_LABEL.sub("", fold(m.group().replace("*", "")))
            if text and len(text) <= _LINE_LENGTH:
                lines.append(Line(m.start(), m.end(), text, "line", heading))
    return lines

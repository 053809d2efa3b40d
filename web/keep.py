"""Taking answers away: as Markdown or Word with every quote's reference, or the cited reports as BibTeX, RIS or CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final

from qa.contract import Citation, Statement
from web.answer import plain_line
from web.narrow import in_force
from web.turns import Turn
from web.wording import ACT_HEADINGS, chip_words, citation_parts

_LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {c: "\\" + c for c in "&%$#_{}"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def markdown(turns: Sequence[Turn]) -> str:
    """The turns as Markdown, in which the reports' own characters mean nothing but themselves."""
    lines: list[str] = []
    for turn in turns:
        if not turn.answer:
            continue
        lines += [f"## {_plain(turn.question)}", ""]
        lines += [f"*{_plain(line)}*\n" for line in _aside(turn)]
        lines += [_plain(plain_line(turn.answer)), ""]
        for statement in _given(turn):
            lines += [f"**{_plain(chip_words(statement))}**", "", f"> “{_plain(_folded(statement.quote))}”", ""]
            lines += [f"{_plain(line)}\n" for line in _below(statement)]
    return "\n".join(lines)


def word(turns: Sequence[Turn]) -> bytes:
    """The turns as a .docx file."""
    from docx import Document

    document = Document()
    for turn in turns:
        if not turn.answer:
            continue
        document.add_heading(_xml(turn.question), level=1)
        for line in _aside(turn):
            document.add_paragraph(_xml(line)).runs[0].italic = True
        document.add_paragraph(_xml(plain_line(turn.answer)))
        act = None
        for statement in _given(turn):
            if statement.act != act:
                act = statement.act
                document.add_heading(ACT_HEADINGS[act], level=2)
            document.add_paragraph(_xml(chip_words(statement))).runs[0].bold = True
            document.add_paragraph(_xml(f"“{_folded(statement.quote)}”"), style="Quote")
            for line in _below(statement):
                document.add_paragraph(_xml(line))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def bibtex(turns: Sequence[Turn]) -> str:
    """One entry for each cited report."""
    entries = []
    for number, c in enumerate(_cited(turns), 1):
        fields = {"title": "{" + _latex(c.title) + "}", "series": _latex(c.series or ""), "number": str(c.round or "")}
        fields |= {"year": (c.date or "")[:4], "date": _span(c, "/"), "address": _latex(c.place or ""), "note": _latex(c.report)}
        body = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value)
        entries.append(f"@techreport{{rapporteur{number}{body}\n}}\n")
    return "\n".join(entries)


def ris(turns: Sequence[Turn]) -> str:
    """One record for each cited report, with the line ends that RIS asks for."""
    lines: list[str] = []
    for c in _cited(turns):
        fields = [("TY", "RPRT"), ("TI", c.title), ("T2", c.series or ""), ("M1", str(c.round or "")), ("PY", (c.date or "")[:4])]
        fields += [("DA", (c.date or "").replace("-", "/")), ("CY", c.place or ""), ("N1", c.report)]
        lines += [f"{name}  - {_folded(value)}" for name, value in fields if value] + ["ER  - ", ""]
    return "\r\n".join(lines)


def csl(turns: Sequence[Turn]) -> str:
    """The cited reports as CSL-JSON."""
    items = []
    for c in _cited(turns):
        dates = [[int(part) for part in day.split("-")] for day in (c.date, c.end_date) if day and re.fullmatch(r"\d{4}(-\d{2}){0,2}", day)]
        item: dict[str, Any] = {"id": c.report, "type": "report", "title": c.title, "collection-title": c.series}
        item |= {"collection-number": c.round, "event-place": c.place, "issued": {"date-parts": dates} if dates else None}
        items.append({name: value for name, value in item.items() if value is not None})
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


FORMS: Final[dict[str, Callable[[Sequence[Turn]], str | bytes]]] = {
    "md": markdown,
    "docx": word,
    "bib": bibtex,
    "ris": ris,
    "json": csl,
}


def _given(turn: Turn) -> tuple[Statement, ...]:
    return (turn.answer.statements or turn.answer.nearest) if turn.answer else ()


def _aside(turn: Turn) -> list[str]:
    """How the question was understood and narrowed, where that is not plain from its words."""
    answer = turn.answer
    understood = answer.understood_as.strip() if answer else ""
    return [f"Understood as: {understood}"] * (understood not in ("", turn.question.strip())) + in_force(turn.filters)


def _below(statement: Statement) -> list[str]:
    """What stands below a quote: whom its pronoun means, and its source."""
    named = [f"The holder is named before the quote: “{_folded(statement.antecedent)}”"] if statement.antecedent else []
    return [*named, f"{statement.label} {_source(statement.citation)}"]


def _cited(turns: Sequence[Turn]) -> list[Citation]:
    """The first citation of each report, in order of appearance."""
    first: dict[str, Citation] = {}
    for turn in turns:
        for statement in _given(turn):
            first.setdefault(statement.citation.report, statement.citation)
    return list(first.values())


def _source(citation: Citation) -> str:
    return ", ".join((citation.title, *citation_parts(citation)))


def _span(citation: Citation, between: str) -> str:
    return between.join(dict.fromkeys(filter(None, (citation.date, citation.end_date))))


def _folded(text: str) -> str:
    """The line breaks of a page are not part of a quote."""
    return re.sub(r"[ \t\r\n]+", " ", text)


def _plain(text: str) -> str:
    """Text whose every character means itself, also at the beginning of a line and in what looks like an address."""
    marked = re.sub(r"([\\`*_{}\[\]<>#|~&$!])", r"\\\1", _folded(text).strip())
    marked = re.sub(r"^([-+=])", r"\\\1", marked)
    marked = re.sub(r"^(\d+)([.)])", r"\1\\\2", marked)
    return re.sub(r"(?<=\w)(?=://)|(?i:(?<=www)(?=\.))", r"\\", marked)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in _folded(text))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)

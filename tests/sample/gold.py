"""Writes gold.json: the judged sentences of the sources, and the questions of questions.txt.

questions.txt: a line `kind | status | question`, then indented lines: `M file: text` (must be quoted), `A` (one of these),
`N` (must not be), `U` and `R` (what the user typed and was answered before), `F` (filters, as JSON). Files go by the name of their source.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from source import Judged, Source

FIELDS = {"M": "must_quote", "A": "any_quote", "N": "must_not_quote"}
SHORTEST = 25


def write(sources: dict[str, Source], documents: Path, asked: str, target: Path) -> None:
    """Write the judgement of the reports in `documents`, with the questions in `asked`, to `target`."""
    files = {stem: source.facts["file"] for stem, source in sources.items()}
    reports = {files[stem]: _report(source, variants(documents / files[stem])) for stem, source in sources.items()}
    questions = _questions(asked, files)
    text = json.dumps({"reports": reports, "questions": questions}, ensure_ascii=False, indent=1)
    target.write_text(text + "\n", "utf-8")


def _report(source: Source, texts: list[str]) -> dict[str, object]:
    facts = source.facts
    judged = [j for part in source.parts for j in part.judged]
    statements = [{"quote": quote, "scope": j.scope, "who": j.who, "act": j.act} for j in judged if (quote := _printed(j, texts))]
    return {
        "title": facts["title"],
        "series": None if facts["series"] == "null" else facts["series"],
        "round": None if facts["round"] == "null" else int(facts["round"]),
        "start": facts["start"],
        "end": facts["end"],
        "place": facts["place"],
        "organisers": source.many["organisers"],
        "delegations": source.many["delegations"],
        "statements": statements,
        "boilerplate": source.boilerplate,
    }


def _printed(judged: Judged, texts: list[str]) -> str | None:
    """The sentence, or where a page break or a number runs through it, its longest piece as the plain text of the file has it."""
    words = judged.quote.split()
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            piece = " ".join(words[first : first + length])
            if any(text.count(piece) == 1 for text in texts):
                return piece if len(piece) >= SHORTEST or length == len(words) else None
    return None


def variants(path: Path) -> list[str]:
    """The folded texts of a file in which a quote may stand, as FORMAT.md's checker reads it."""
    raw = _text(path)
    joined = [raw]
    if path.suffix == ".pdf":
        joined += [re.sub(r"(\w)-[ \t]*\n[ \t]*(\w)", rf"\1{hyphen}\2", raw) for hyphen in ("", "-")]
    if path.suffix == ".md":
        joined.append(re.sub(r"[*_`]", "", re.sub(r"(?m)^\s*(?:#+|[-*+]|\d+[.)])\s+", "", raw)))
    return [re.sub(r"\s+", " ", text).strip() for text in joined]


def _text(path: Path) -> str:
    """A plain reading of a file, made without the program that is judged."""
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".docx":
        import docx

        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(p.text for p in document.paragraphs), *cells])
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    if path.suffix == ".html":
        import html

        return html.unescape(re.sub(r"<[^>]+>", "\n", re.sub(r"(?s)<(script|style).*?</\1>", "", text)))
    return text


def _questions(text: str, files: dict[str, str]) -> list[dict[str, object]]:
    count: Counter[str] = Counter()
    out = []
    for block in re.split(r"\n(?=\w+ \| )", text.strip()):
        head, *lines = block.splitlines()
        kind, status, typed = (piece.strip() for piece in head.split(" | ", 2))
        count[kind] += 1
        question: dict[str, object] = {"id": f"{kind}-{count[kind]:02}", "kind": kind, "question": typed}
        history = []
        quotes: dict[str, list[dict[str, str]]] = {field: [] for field in FIELDS.values()}
        for line in lines:
            code, rest = line.strip().split(" ", 1)
            if code in FIELDS:
                stem, piece = rest.split(": ", 1)
                quotes[FIELDS[code]].append({"report": files[stem], "text": piece})
            elif code == "F":
                question["filters"] = json.loads(rest)
            else:
                history.append({"role": {"U": "user", "R": "assistant"}[code], "content": rest})
        if history:
            question["history"] = history
        out.append({**question, "status": status, **quotes})
    return out

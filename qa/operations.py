"""What other programs may ask of the library, described once for every protocol: MCP (`qa/mcp_server.py`) and HTTP (`web/http_api.py`).

Each operation is a function of the contract with a name, a description, the JSON Schema of what it takes and gives, and a check of what it
is given. None changes anything. A mistake of whoever asks is a RapporteurError: a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from index.errors import BadQuestion
from index.report import Act
from qa.answer import ask
from qa.compare import Comparison, compare
from qa.contract import Answer, Hit, Statement, Verdict
from qa.library import ReportFacts, find_report, open_snapshot, reports, verify
from qa.retrieve import LONGEST_QUESTION, retrieve
from qa.schema import object_of, schema_of

MOST_HITS: Final = 200
_TEXT: Final = {"type": "string"}
_TURN: Final = object_of("Turn", {"role": {"type": "string", "enum": ["user", "assistant"]}, "content": _TEXT})

_QUESTION: Final = {"type": "string", "description": "A question in plain English, such as: what did participants agree on North Korea?"}
_FILTERS: Final[dict[str, dict[str, Any]]] = {
    "reports": {"type": "array", "items": {"type": "string"}, "description": "Only these reports, by the `report` that citations give."},
    "series": {"type": "string", "description": "Only this series of meetings."},
    "round": {"type": "integer", "description": "Only this round of a series."},
    "since": {"type": "string", "description": "Only meetings on or after this date: 2018, 2018-04 or 2018-04-26."},
    "until": {"type": "string", "description": "Only meetings on or before this date."},
    "holder": {"type": "string", "description": "Only statements held by this delegation or person; a country in any form."},
    "act": {"type": "string", "enum": list(get_args(Act)), "description": "Only statements of this firmness."},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """Something to ask of the library.

    takes     JSON Schema of each argument, by name; `needs` are those that may not be left out.
    gives     JSON Schema of the result, which is the contract's JSON.
    function  called with checked arguments and `index=`; gives the contract's JSON.
    listed    for results that are a list: what the list is of.
    """

    name: str
    title: str
    description: str
    takes: Mapping[str, Mapping[str, Any]]
    needs: tuple[str, ...]
    gives: Mapping[str, Any]
    function: Callable[..., Any]
    listed: str | None = None

    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of all arguments together."""
        return {"type": "object", "properties": dict(self.takes), "required": list(self.needs), "additionalProperties": False}

    def run(self, arguments: object, index: str | Path) -> Any:
        """The result as JSON values. Raises RapporteurError, BadQuestion among them for arguments that do not fit."""
        return self.function(**self._checked(arguments), index=index)

    def _checked(self, arguments: object) -> dict[str, Any]:
        """The arguments as the function takes them; null is the same as leaving it out."""
        if not isinstance(arguments, Mapping):
            raise BadQuestion(f"{self.name}: the arguments are to be an object with {', '.join(self.takes)}.")
        if _is_damaged(arguments):
            raise BadQuestion(f"{self.name}: the arguments hold a damaged character. Type it again instead of pasting it.")
        given = {name: value for name, value in arguments.items() if value is not None}
        for name in given:
            if name not in self.takes:
                raise BadQuestion(f"{self.name}: there is no argument called {str(name)[:40]}. It takes {', '.join(self.takes)}.")
        for name in self.needs:
            if name not in given:
                raise BadQuestion(f"{self.name}: {name} is missing. It takes {', '.join(self.takes)}.")
        for name, value in given.items():
            wanted = _misfit(self.takes[name], value)
            if wanted:
                raise BadQuestion(f"{self.name}: {name} is to be {wanted}.")
        return {name: int(value) if self.takes[name]["type"] == "integer" else value for name, value in given.items()}


def _is_damaged(arguments: Mapping[str, Any]) -> bool:
    """Whether there is half a surrogate pair anywhere: JSON can write one down, but no text, and so no reply, can hold it."""
    try:
        json.dumps(dict(arguments), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _misfit(schema: Mapping[str, Any], value: object) -> str | None:
    """What the schema wants, in words, where `value` is something else."""
    match schema["type"]:
        case "string":
            words = schema.get("enum")
            if not isinstance(value, str) or (words and value not in words):
                return f"one of {', '.join(words)}" if words else "a text"
        case "integer":
            whole = type(value) is int or (isinstance(value, float) and value.is_integer())
            low, high = schema.get("minimum", -(10**9)), schema.get("maximum", 10**9)
            if not whole or not low <= value <= high:
                return f"a whole number from {low:,} to {high:,}"
        case "array":
            item = schema["items"]
            if not isinstance(value, list) or not all(_is_item(item, each) for each in value):
                return f"a list of objects, each with {' and '.join(item['required'])}" if item["type"] == "object" else "a list of texts"
        case "object":  # only `verify` takes one, and says itself what a statement lacks
            return None if isinstance(value, dict) else "an object"
    return None


def _is_item(schema: Mapping[str, Any], value: object) -> bool:
    if schema["type"] != "object":
        return _misfit(schema, value) is None
    return isinstance(value, dict) and all(_misfit(schema["properties"][name], value.get(name)) is None for name in schema["required"])


def _ask(**arguments: Any) -> dict[str, Any]:
    return ask(**arguments).to_dict()


def _retrieve(**arguments: Any) -> list[dict[str, Any]]:
    return [hit.to_dict() for hit in retrieve(**arguments)]


def _compare(**arguments: Any) -> dict[str, Any]:
    return compare(**arguments).to_dict()


def _reports(**arguments: Any) -> list[dict[str, Any]]:
    return [report.to_dict() for report in reports(**arguments)]


def _verify(**arguments: Any) -> dict[str, str]:
    return verify(**arguments).to_dict()


def _show(report: str, start: int = 0, end: int | None = None, *, index: str | Path) -> dict[str, Any]:
    """Characters `start` to `end` of the canonical text, with where they stand in it."""
    with open_snapshot(index) as snapshot:
        stored = find_report(snapshot, report)
        text = snapshot.text(stored.id)
    first = min(start, len(text))
    last = max(first, min(len(text) if end is None else end, len(text)))
    return {
        "report": stored.path,
        "title": stored.meeting.title,
        "text": text[first:last],
        "start": first,
        "end": last,
        "length": len(text),
    }


_NUMBER: Final = {"type": "integer"}
_OFFSET: Final = {"type": "integer", "minimum": 0}
OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        Operation(
            "ask",
            "Ask the reports a question",
            "Answers a question from a library of reports of diplomatic dialogues, in the reports' own sentences. `statements` holds "
            "quotes that stand in the reports to the letter; each has who held it (`scope`, `who`), how firmly (`act`: agreed, supported, "
            "recommended, stated, concerned, disagreed, asked, discussed, none) and its `citation`. Repeat quotes letter for letter, with "
            "their citation. Scope `some` means that only some participants held it: never write that participants, or all of them, did. "
            "`status` is answered; or partial: the topic is there, but not with the act, holder or time asked for (`missing`), and "
            "`nearest` has what there is instead; or not_covered: no report speaks of it, and then say so. Put one thing into one "
            "question; for a follow-up give the turns before as `history`.",
            {
                "question": _QUESTION,
                "history": {
                    "type": "array",
                    "items": _TURN,
                    "description": "What was said before, oldest first; a follow-up is understood with it, and `understood_as` says how.",
                },
                **_FILTERS,
            },
            ("question",),
            schema_of(Answer),
            _ask,
        ),
        Operation(
            "retrieve",
            "Find passages",
            "Finds the passages nearest to a question, best first, each with its citation. Passages are paragraphs of the reports, and "
            "being near does not mean that they answer: to learn what was held, by whom and how firmly, use `ask`.",
            {
                "question": {**_QUESTION, "description": f"What to look for, in at most {LONGEST_QUESTION:,} characters."},
                "k": {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "description": "How many passages; 5 if left out."},
                **_FILTERS,
            },
            ("question",),
            {"type": "array", "items": schema_of(Hit)},
            _retrieve,
            "hits",
        ),
        Operation(
            "compare",
            "Compare the rounds of a series",
            "Sets what the rounds of a series of meetings say on a topic side by side, by date, and names what formed, broke, was dropped, "
            "is new or steady, each change with the labels of the statements it rests on. It compares what was recorded; of what was said "
            "and not recorded it knows nothing.",
            {
                "topic": {"type": "string", "description": "A topic in a few words, such as: hotline between the coast guards."},
                "series": {"type": "string", "description": "The series of meetings; if left out, the one that has most of the topic."},
            },
            ("topic",),
            schema_of(Comparison),
            _compare,
        ),
        Operation(
            "reports",
            "List the reports",
            "Lists the reports of the library with the meeting each tells of: title, series, round, dates, place, organisers, delegations, "
            "how many statements it has, and which other rounds it mentions.",
            {},
            (),
            {"type": "array", "items": schema_of(ReportFacts)},
            _reports,
            "reports",
        ),
        Operation(
            "show",
            "Read a report",
            "Gives a report's text, into which the `start` and `end` of all citations point: text[start:end] is the quote. To read around "
            "a quote, ask for some characters before and after it.",
            {
                "report": {"type": "string", "description": "The report, as `report` in a citation names it."},
                "start": {**_OFFSET, "description": "The first character wanted; 0 if left out."},
                "end": {**_OFFSET, "description": "The character to stop before; the text's end if left out."},
            },
            ("report",),
            object_of("Text", dict.fromkeys(("report", "title", "text"), _TEXT) | dict.fromkeys(("start", "end", "length"), _NUMBER)),
            _show,
        ),
        Operation(
            "verify",
            "Check a quote",
            "Checks a statement, as `ask` gave it, against the library: exact (the report has these words there, with this holder and "
            "act), moved (the report has changed and the same words stand elsewhere in it), stale (the words or the report are gone) or "
            "forged (the report does not say this). One changed letter is forged.",
            {"statement": {**schema_of(Statement), "description": "The whole statement, unchanged, citation included."}},
            ("statement",),
            schema_of(Verdict),
            _verify,
        ),
    )
}

"""The conversation as the browser keeps it: plain JSON, read back with care, because it comes from outside."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, get_args

from index.report import Act, Scope
from qa.contract import Answer, BriefStatus, Citation, Missing, ModelBrief, ModelSentence, Statement, Status
from web.narrow import read_filters

KEPT = 40  # turns; the oldest go first, so that what is sent with each question stays small
ALL = 2_000  # turns of a conversation that is taken away whole


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, what it was narrowed to, and what came of it: an answer, or the sentence that says why there is none."""

    question: str
    answer: Answer | None = None
    error: str = ""
    filters: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The turn as JSON."""
        return {
            "question": self.question,
            "answer": self.answer.to_dict() if self.answer else None,
            "error": self.error,
            "filters": self.filters,
        }


def read_turns(stored: object, most: int = KEPT) -> list[Turn]:
    """The last turns that the browser kept; what does not have their shape is left out."""
    if not isinstance(stored, list):
        return []
    turns = []
    for data in stored[-most:]:
        try:
            turns.append(_turn(data))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # kept by an older version, or written by hand: nothing a person could do about it
    return turns


def history(turns: list[Turn]) -> list[dict[str, str]]:
    """The conversation so far, as `ask` takes it."""
    return [
        {"role": role, "content": content}
        for turn in turns
        if turn.answer
        for role, content in (("user", turn.answer.question), ("assistant", turn.answer.text))
    ]


def _turn(data: dict[str, Any]) -> Turn:
    answer = data["answer"]
    return Turn(_text(data["question"]), None if answer is None else _answer(answer), _text(data["error"]), read_filters(data["filters"]))


def _answer(data: dict[str, Any]) -> Answer:
    return Answer(
        question=_text(data["question"]),
        understood_as=_text(data["understood_as"]),
        status=_one_of(data["status"], Status),
        text=_text(data["text"]),
        statements=tuple(_statement(s) for s in data["statements"]),
        nearest=tuple(_statement(s) for s in data["nearest"]),
        missing=None if data["missing"] is None else _one_of(data["missing"], Missing),
        matched={_text(word): _text(alias) for word, alias in data["matched"].items()},
        model=_brief(data["model"]) if data.get("model") else None,
    )


def _brief(data: dict[str, Any]) -> ModelBrief:
    return ModelBrief(
        model=_text(data["model"]),
        status=_one_of(data["status"], BriefStatus),
        sentences=tuple(ModelSentence(_text(s["text"]), tuple(_text(label) for label in s["labels"])) for s in data["sentences"]),
        dropped={_text(reason): int(count) for reason, count in data["dropped"].items()},
        note=_text(data["note"]),
        suggested=None if data["suggested"] is None else _text(data["suggested"]),
    )


def _statement(data: dict[str, Any]) -> Statement:
    return Statement(
        label=_text(data["label"]),
        quote=_text(data["quote"]),
        scope=_one_of(data["scope"], Scope),
        who=tuple(_text(name) for name in data["who"]),
        act=_one_of(data["act"], Act),
        antecedent=None if data["antecedent"] is None else _text(data["antecedent"]),
        citation=_citation(data["citation"]),
    )


def _citation(data: dict[str, Any]) -> Citation:
    numbers = {"round", "page", "paragraph", "start", "end"}
    required = {"report", "title", "paragraph", "start", "end", "sha256"}
    values: dict[str, Any] = {}
    for name in (column.name for column in fields(Citation)):
        value = data[name]
        if value is None and name not in required:
            values[name] = None
        else:
            values[name] = int(value) if name in numbers else _text(value)
    return Citation(**values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _one_of(value: object, choices: Any) -> Any:
    if value not in get_args(choices):
        raise ValueError(value)
    return value

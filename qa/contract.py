"""The contract on one screen: what `ask`, `retrieve` and `verify` give, and their JSON.

Other programs read these dictionaries: names and meanings are fixed (DESIGN, "The contract").
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.report import Act, Scope

Status = Literal["answered", "partial", "not_covered"]
Missing = Literal["topic", "act", "holder", "time"]
BriefStatus = Literal["written", "withheld", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands. `start` and `end` are characters of the canonical text whose SHA-256 is `sha256`."""

    report: str
    title: str
    series: str | None
    round: int | None
    date: str | None
    end_date: str | None
    place: str | None
    page: int | None
    page_label: str | None
    paragraph: int
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A report's sentence, to the letter, with who held it and how firmly. `antecedent` is what a pronoun holder stands for."""

    label: str
    quote: str
    scope: Scope
    who: tuple[str, ...]
    act: Act
    antecedent: str | None
    citation: Citation

    def to_dict(self) -> dict[str, Any]:
        """The contract's Statement."""
        return asdict(self) | {"who": list(self.who)}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found; `score` is higher for better."""

    rank: int
    score: float
    text: str
    citation: Citation

    def to_dict(self) -> dict[str, Any]:
        """The contract's Hit."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ModelSentence:
    """A sentence in a language model's words that was held against the statements `labels`, and claims no more than they do."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelBrief:
    """What a language model made of an answer's statements; only where one was asked for. Never a quote.

    model      the name it was asked by.
    status     written: `sentences` may be shown; withheld: too little of it held; failed: the endpoint gave nothing to use; stopped: by
               the person. Wherever it is not written, the answer stands as it is.
    dropped    how many of its sentences were left out, by reason.
    note       what happened, as a sentence for the person; "" where there is nothing to say.
    suggested  a follow-up as a standalone question, for the person to edit and ask; nothing is asked by it.
    """

    model: str
    status: BriefStatus
    sentences: tuple[ModelSentence, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    note: str = ""
    suggested: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The brief as JSON values."""
        sentences = [{"text": s.text, "labels": list(s.labels)} for s in self.sentences]
        return asdict(self) | {"sentences": sentences}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reports say to a question.

    status      answered: covered as asked; partial: the topic is covered, but not by the act, holder or time asked for; not_covered.
    text        the answer as plain text, quotes included.
    statements  the answer proper; for partial and not_covered it is empty.
    nearest     what there is instead.
    missing     what a partial or not_covered answer lacks.
    matched     words of the question that were found under another name: {"DPRK": "North Korea"}.
    model       what a language model made of it, where one was asked for (`qa.model.write`); else there is no such key in its JSON.
    """

    question: str
    understood_as: str
    status: Status
    text: str
    statements: tuple[Statement, ...]
    nearest: tuple[Statement, ...]
    missing: Missing | None
    matched: dict[str, str]
    model: ModelBrief | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's Answer."""
        return {
            "question": self.question,
            "understood_as": self.understood_as,
            "status": self.status,
            "text": self.text,
            "statements": [s.to_dict() for s in self.statements],
            "nearest": [s.to_dict() for s in self.nearest],
            "missing": self.missing,
            "matched": dict(self.matched),
        } | ({} if self.model is None else {"model": self.model.to_dict()})

    def to_markdown(self) -> str:
        """The answer with its quotes as Markdown, in which nothing of a report is markup."""
        from qa.markup import answer_markdown  # noqa: PLC0415  # which needs this module

        return answer_markdown(self)

    def _repr_html_(self) -> str:
        """How a notebook shows the answer: its quotes, with nothing of a report as markup."""
        from qa.markup import answer_html  # noqa: PLC0415  # which needs this module

        return answer_html(self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement stands in the index as it says.

    exact   the quote stands at its offsets in the text it was taken from, with its holder and act.
    moved   the text is newer, and the same quote stands elsewhere in it.
    stale   the text is newer and the quote is gone, or the report is.
    forged  the text is the same, and the quote, its holder or its act is not what the report has.
    """

    status: Literal["exact", "moved", "stale", "forged"]
    reason: str

    def to_dict(self) -> dict[str, str]:
        """The contract's Verdict."""
        return {"status": self.status, "reason": self.reason}

"""What an index holds of a report, as values: the same whatever store it lies in (`index/store.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from index.embed import Vectors
from index.meeting import Meeting
from index.report import Attribution, Passage, Report


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was last read."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report's row without its text; the ids of its passages and of its sentences follow on each other."""

    id: int
    path: str
    sha256: str
    meeting: Meeting
    passages: range = range(0)
    sentences: range = range(0)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage that may be quoted; its text is `text(report)[start:end]`. `headings` is the text of the headings above it.

    stems   those of its words, then those of its headings, in order and parted by spaces.
    """

    id: int
    report: int
    start: int
    end: int
    kind: str
    paragraph: int
    page: int | None
    page_label: str | None
    headings: str
    stems: str = ""


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence with its attribution, inside the passage `passage`; `stems` are those of its words, in order and parted by spaces."""

    id: int
    report: int
    passage: int
    paragraph: int
    start: int
    end: int
    page: int | None
    page_label: str | None
    attribution: Attribution
    stems: str = ""


@dataclass(frozen=True, slots=True)
class Analysed:
    """All that is stored of one report: what was read, and what was found in it. `vectors` are in order: passages, then sentences."""

    report: Report
    file: FileState
    meeting: Meeting
    passages: tuple[Passage, ...]
    attributions: tuple[Attribution, ...]
    passage_vectors: Vectors
    sentence_vectors: Vectors


def headings_of(text: str, passage: Passage) -> str:
    """The text of the headings above a passage, outermost first, as it is stored."""
    return " / ".join(text[a:b].strip() for a, b in passage.headings)

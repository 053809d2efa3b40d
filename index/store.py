"""What the index can do, whichever store it lies in: the one interface that readers and the rebuild know, and the choice between stores.

An index is a folder (`index/sqlite_store.py`), `milvus:FILE.db` or `milvus://HOST:PORT/NAME` (`index/milvus_store.py`). Row ids are numbers
that mean nothing outside their store; those of a report's passages follow on each other, and so do those of its sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from index.attribution.wording import Wording
from index.embed import Vectors
from index.meeting import Meeting
from index.names import Names
from index.report import Attribution, Report
from index.stored import Analysed, FileState, StoredPassage, StoredReport, StoredSentence

MILVUS = "milvus:"
"""What the address of an index in Milvus begins with."""


class Among(Protocol):
    """What a search is restricted to: made by `Snapshot.among`, and understood by the snapshot that made it."""

    def __bool__(self) -> bool:
        """False where nothing can be among them; True promises nothing."""


class Snapshot(Protocol):
    """One consistent view of an index: what a question may ask of it.

    where     the index as its owner named it, for messages.
    reports   all reports in order of their paths.
    """

    where: str
    names: Names
    wording: Wording
    reports: list[StoredReport]

    @property
    def passages(self) -> int:
        """How many passages there are."""

    def report(self, row: int) -> StoredReport:
        """The report with this row id."""

    def place(self, row: int) -> int:
        """Where the report with this row id stands among all by path, from 0."""

    def fact(self, name: str) -> str | None:
        """A fact of the whole index: `model`, `weights`, `folder`."""

    def file(self, report: int) -> FileState:
        """The file that a report was read from, as it was then."""

    def read(self, report: int) -> Report:
        """A report as its reader gave it, with its layout."""

    def text(self, report: int) -> str:
        """The canonical text of a report. Raises IndexUnusable where it is not, to the letter, the text that was stored."""

    def get_passages(self, ids: Iterable[int] | None = None) -> dict[int, StoredPassage]:
        """The passages with these ids, or all; ids that are gone are left out."""

    def passages_of(self, report: int) -> dict[int, StoredPassage]:
        """The passages of a report that hold a sentence."""

    def sentences(self, *, passages: Iterable[int] | None = None, report: int | None = None) -> list[StoredSentence]:
        """The sentences of these passages, or of one report, or all, in order of the report's path and of start."""

    def sentence_vectors(self, ids: Iterable[int]) -> dict[int, Vectors]:
        """The vectors of these sentences."""

    def among(self, reports: Collection[int] | None = None, holder: str | None = None, act: str | None = None) -> Among | None:
        """What these reports (row ids) say, with a sentence of this holder and act in the passage; None when nothing is asked for."""

    def by_words(self, stems: Collection[str], limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """(passage, BM25) of the `limit` passages that have these stems best, and of all that tie with the last, best first."""

    def by_meaning(self, vector: Vectors, limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """(passage, cosine) of the `limit` nearest passages, and of all that tie with the last, best first and then by id."""

    def by_sentence(self, vector: Vectors, limit: int, among: Among | None = None) -> dict[int, float]:
        """The cosine of its nearest sentence for each passage that has one of the `limit` nearest, or one that ties with the last."""

    def cosines(self, passages: Iterable[int], vector: Vectors) -> dict[int, float]:
        """The cosine of each of these passages."""

    def sentence_cosines(self, sentences: Iterable[int], *vectors: Vectors) -> tuple[dict[int, float], ...]:
        """The cosine of each of these sentences to each vector."""

    def count_passages(self, forms: Iterable[Sequence[str]]) -> int:
        """How many passages have any of these runs of stems, side by side."""


class Store(Protocol):
    """An index, open for questions; safe for several threads."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The index as it is now; a rebuild that ends meanwhile is seen by the next snapshot. Raises IndexUnusable."""

    def exists(self) -> bool:
        """Whether there is an index, sound or not."""

    def marks(self) -> list[tuple[str, int, int]]:
        """(name, time of change in nanoseconds, size), other ones whenever the index has changed; [] where there is none."""

    def address(self) -> str:
        """The index as a child process can open it while this one has it open."""


class Writer(Protocol):
    """An index, open for a rebuild. What is written inside one `transaction` is seen report by report, each wholly old or wholly new."""

    @property
    def where(self) -> str:
        """The index as its owner named it, for messages."""

    def transaction(self, *, write: bool = False) -> AbstractContextManager[None]:
        """With `write`, what is inside becomes visible at its end, or not at all where it fails."""

    def fact(self, name: str) -> str | None:
        """The fact called `name`, or None."""

    def set_facts(self, facts: dict[str, str]) -> None:
        """Keep these facts."""

    def files(self) -> dict[str, FileState]:
        """The file of each report, by path."""

    def duplicates(self) -> dict[str, FileState]:
        """The files that were known as duplicates, by path."""

    def unread(self) -> dict[str, tuple[int, int, str]]:
        """(size, mtime_ns, reason) of each file that could not be read, by path."""

    def counts(self) -> Mapping[int, tuple[int, int]]:
        """(passages, sentences) of each report, by row id."""

    def report(self, path: str) -> Report | None:
        """The report at `path` as its reader gave it, or None."""

    def known_vectors(self, path: str) -> dict[str, Vectors]:
        """Vectors of the sentences of the report at `path`, by their text."""

    def known_passage_vectors(self, path: str) -> dict[tuple[str, str], Vectors]:
        """Vectors of the passages of the report at `path`, by the text of their headings and their own."""

    def put(self, item: Analysed) -> None:
        """Store a report, in place of an older one of the same path."""

    def reattribute(self, path: str, meeting: Meeting, attributions: Sequence[Attribution]) -> None:
        """Put new meeting facts and attributions on a report whose text and sentences are as they were."""

    def remove(self, path: str) -> None:
        """Delete a report and every word of it."""

    def renew_words(self) -> None:
        """Make the word index again from the texts, by the rules of terms in force."""

    def set_unread(self, path: str, file: FileState, reason: str) -> None:
        """Remember that a file could not be read, so that it is not tried again before it changes."""

    def set_duplicate(self, path: str, file: FileState) -> None:
        """Remember that a file has the content of another."""

    def forget(self, path: str) -> None:
        """Forget that a path was unread or a duplicate."""

    def finish(self) -> None:
        """Bring up to date what the store derives, and remove what was superseded."""


def in_milvus(index: str | Path) -> bool:
    """Whether an index is in Milvus rather than in a folder."""
    return str(index).startswith(MILVUS)


def address_of(index: str | Path) -> str:
    """One name for one index, from wherever it is called: the full path of a folder or file."""
    if not in_milvus(index):
        return str(Path(index).absolute())
    rest = str(index).removeprefix(MILVUS)
    return str(index) if rest.startswith("//") else MILVUS + str(Path(rest).absolute())


def open_store(index: str | Path) -> Store:
    """The store of an index, not yet opened."""
    if in_milvus(index):
        from index.milvus_store import MilvusStore  # noqa: PLC0415  # each store loads its own libraries

        return MilvusStore(str(index))
    from index.sqlite_store import SqliteStore  # noqa: PLC0415

    return SqliteStore(Path(index))


def open_writer(index: str | Path) -> AbstractContextManager[Writer]:
    """An index open for a rebuild, made where it is missing. Raises IndexUnusable, also where only one may write and another does."""
    if in_milvus(index):
        from index.milvus_writer import open_milvus_writer  # noqa: PLC0415

        return open_milvus_writer(str(index))
    from index.sqlite_store import open_sqlite_writer  # noqa: PLC0415

    return open_sqlite_writer(Path(index))

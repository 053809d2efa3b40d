"""The store of one machine: an index folder with a SQLite file and the codes derived from it. Knows nothing of questions.

Words and facts come from SQLite. For vectors, short codes name the rows that may be nearest, and these are scored exactly by their vectors;
up to some hundreds of rows all are scored. Codes are derived: see `index/vectors_file.py`.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import numpy as np

from index.attribution.wording import Wording
from index.check import told_from_damage
from index.database import FILE, MEND, Database, Run, damage, quote_term
from index.embed import Vectors
from index.errors import IndexUnusable
from index.kept_vectors import KeptVectors
from index.names import Names
from index.nearest import CodeIndex, Runs, runs_of
from index.report import Report, text_sha256
from index.store import Among
from index.stored import FileState, StoredPassage, StoredReport, StoredSentence
from index.vectors_file import bring_up_to_date, derive, derive_missing, read_vectors

_READ_FROM_FILE = 20_000  # new rows from which reading the file is quicker than making their codes


@dataclass(frozen=True, slots=True)
class SqliteAmong:
    """The passages and sentences that a search is restricted to, as runs of ids."""

    passages: Runs
    sentences: Runs

    def __bool__(self) -> bool:
        """Whether there is any passage among them."""
        return len(self.passages) > 0


@dataclass(frozen=True, slots=True)
class Vectorised:
    """The codes of one generation of one database, and the runs of ids that they are of."""

    identity: str
    generation: int
    runs: dict[int, Run]
    passages: CodeIndex
    sentences: CodeIndex
    kept_passages: KeptVectors
    kept_sentences: KeptVectors


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one generation besides its vectors: names and wording with the JSON they were read from, and the reports."""

    identity: str
    generation: int
    written: tuple[str, str]
    names: Names
    wording: Wording
    reports: list[StoredReport]
    runs: dict[int, Run]
    places: dict[int, int]
    counted: dict[str, int]


class SqliteSnapshot:
    """One consistent view of an index: database, vectors, names and wording of the same generation."""

    def __init__(self, database: Database, vectors: Vectorised, facts: _Facts) -> None:
        """Made by `SqliteStore.snapshot` only."""
        self.database = database
        self.where = str(database.path.parent)
        self.vectors = vectors
        self.names = facts.names
        self.wording = facts.wording
        self.reports = facts.reports
        self._places = facts.places
        self._counted = facts.counted
        self._texts: dict[int, str] = {}

    def report(self, row: int) -> StoredReport:
        """The report with this row id."""
        return self.reports[self._places[row]]

    def place(self, row: int) -> int:
        """Where the report with this row id stands among all by path, from 0."""
        return self._places[row]

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.vectors.passages)

    def among(self, reports: Collection[int] | None = None, holder: str | None = None, act: str | None = None) -> SqliteAmong | None:
        """What these reports (row ids) say, with a sentence of this holder and act in the passage; None when nothing is asked for."""
        chosen = None if reports is None or len(reports) == len(self.reports) else set(reports)
        if holder is not None or act is not None:
            passages = self.database.passages_where(chosen, holder, act)
            return SqliteAmong(runs_of(passages), runs_of(self.database.sentences_of(passages)))
        if chosen is None:
            return None
        stored = sorted((r for r in self.reports if r.id in chosen), key=lambda r: r.id)
        return SqliteAmong(_joined(r.passages for r in stored), _joined(r.sentences for r in stored))

    def by_words(self, stems: Collection[str], limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """(passage, BM25) of the `limit` passages that have these stems best, and of all that tie with the last, best first."""
        only = None if among is None else [row for first, end in _runs(among).passages.tolist() for row in range(first, end)]
        return self.database.rank_words(stems, limit, only)

    def by_meaning(self, vector: Vectors, limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """(passage, cosine) of the `limit` nearest passages, and of all that tie with the last, best first and then by id."""
        rows = self.vectors.passages.nearest(vector, _depth(limit), None if among is None else _runs(among).passages)
        return _best(*self._cosines(self.vectors.kept_passages, rows.tolist(), vector), limit)

    def by_sentence(self, vector: Vectors, limit: int, among: Among | None = None) -> dict[int, float]:
        """The cosine of its nearest sentence for each passage that has one of the `limit` nearest, or one that ties with the last."""
        rows = self.vectors.sentences.nearest(vector, _depth(limit), None if among is None else _runs(among).sentences)
        hits = _best(*self._cosines(self.vectors.kept_sentences, rows.tolist(), vector), limit)
        passage_of = self.database.passages_of_sentences(row for row, _ in hits)
        best: dict[int, float] = {}
        for row, score in hits:
            best.setdefault(passage_of[row], score)
        return best

    def cosines(self, passages: Iterable[int], vector: Vectors) -> dict[int, float]:
        """The cosine of each of these passages."""
        rows, scores = self._cosines(self.vectors.kept_passages, passages, vector)
        return dict(zip(rows.tolist(), scores.tolist(), strict=True))

    def sentence_cosines(self, sentences: Iterable[int], *vectors: Vectors) -> tuple[dict[int, float], ...]:
        """The cosine of each of these sentences to each vector."""
        ids, rows = self.vectors.kept_sentences.rows(self.database, sentences)
        keys = ids.tolist()
        return tuple(dict(zip(keys, (np.einsum("ij,j->i", rows, v) if keys else ids).tolist(), strict=True)) for v in vectors)

    def _cosines(self, kept: KeptVectors, rows: Iterable[int], vector: Vectors) -> tuple[np.ndarray, np.ndarray]:
        ids, vectors = kept.rows(self.database, rows)
        # Not BLAS: there the last bits of a product hang on its neighbours.
        return ids, np.einsum("ij,j->i", vectors, vector) if len(ids) else np.zeros(0, np.float32)

    def count_passages(self, forms: Iterable[Sequence[str]]) -> int:
        """See `index.store.Snapshot`; counted once for each generation."""
        query = " OR ".join(" + ".join(quote_term(s) for s in form) for form in forms if form)
        if query not in self._counted:
            self._counted[query] = self.database.count_passages(query)
        return self._counted[query]

    def fact(self, name: str) -> str | None:
        """See `index.store.Snapshot`."""
        return self.database.fact(name)

    def file(self, report: int) -> FileState:
        """See `index.store.Snapshot`."""
        return self.database.file(report)

    def read(self, report: int) -> Report:
        """See `index.store.Snapshot`."""
        found = self.database.report(self.report(report).path)
        assert found is not None  # noqa: S101  # in the same transaction
        return found

    def get_passages(self, ids: Iterable[int] | None = None) -> dict[int, StoredPassage]:
        """See `index.store.Snapshot`."""
        return self.database.passages(ids)

    def passages_of(self, report: int) -> dict[int, StoredPassage]:
        """See `index.store.Snapshot`."""
        return self.database.passages(self.database.passages_where([report]))

    def sentences(self, *, passages: Iterable[int] | None = None, report: int | None = None) -> list[StoredSentence]:
        """See `index.store.Snapshot`."""
        return self.database.sentences(passages=passages, report=report)

    def sentence_vectors(self, ids: Iterable[int]) -> dict[int, Vectors]:
        """See `index.store.Snapshot`."""
        return self.database.vectors_of("sentence", ids)

    def text(self, report: int) -> str:
        """The canonical text of the report with this row id; read once for each snapshot.

        Raises IndexUnusable when it is not the text that was stored: SQLite does not see a flipped bit, and no quote may come of one.
        """
        if report not in self._texts:
            text = self.database.text(report)
            if text_sha256(text) != self.report(report).sha256:
                raise IndexUnusable(f"{self.database.path}: the index file is damaged (a report's text is not as it was stored). {MEND}")
            self._texts[report] = text
        return self._texts[report]


class SqliteStore:
    """An index folder, open for questions. Safe for several threads: each question reads through its own connection."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened before the first snapshot."""
        self.folder = folder
        self._lock = threading.Lock()
        self._vectors: Vectorised | None = None
        self._facts: _Facts | None = None

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        """The index as it is now; a rebuild that ends meanwhile is seen by the next snapshot. Raises IndexUnusable."""
        database = Database(self.folder)
        try:
            with told_from_damage(database), database.transaction():
                with self._lock:
                    now = database.fact("identity") or "", database.generation
                    if self._vectors is None or (self._vectors.identity, self._vectors.generation) != now:
                        self._vectors = self._vectorised(database, *now)
                    if self._facts is None or (self._facts.identity, self._facts.generation) != now:
                        self._facts = _renewed(database, self._facts, *now)
                    vectors, facts = self._vectors, self._facts
                yield SqliteSnapshot(database, vectors, facts)
        finally:
            database.close()

    def exists(self) -> bool:
        """See `index.store.Store`."""
        return (self.folder / FILE).exists()

    def marks(self) -> list[tuple[str, int, int]]:
        """See `index.store.Store`."""
        marks = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as files:
            # What a rebuild has not finished is in its journal, which changes all the while, and is no change of the index yet.
            for file in (file for file in files if not file.name.endswith("-journal")):
                with contextlib.suppress(OSError):  # a journal comes and goes while a rebuild runs
                    status = file.stat()
                    marks.append((file.name, status.st_mtime_ns, status.st_size))
        return sorted(marks)

    def address(self) -> str:
        """See `index.store.Store`."""
        return str(self.folder)

    def _vectorised(self, database: Database, identity: str, generation: int) -> Vectorised:
        """The codes of this generation: the last one's with what changed, else those of the file with what it lacks."""
        runs = database.runs()
        kept_passages, kept_sentences = KeptVectors("passage"), KeptVectors("sentence")
        if self._vectors is not None:
            old = self._vectors
            removed = [run for row, run in old.runs.items() if runs.get(row) != run]
            kept_passages = old.kept_passages.without(run.passages for run in removed)
            kept_sentences = old.kept_sentences.without(run.sentences for run in removed)
            new = [run for row, run in runs.items() if old.runs.get(row) != run]
            if sum(len(run.passages) + len(run.sentences) for run in new) < _READ_FROM_FILE:
                added = [(run, derive(database, run)) for run in new]
                passages = old.passages.updated([r.passages for r in removed], [(run.passages, coded.passages) for run, coded in added])
                sentences = old.sentences.updated(
                    [r.sentences for r in removed], [(run.sentences, coded.sentences) for run, coded in added]
                )
                if passages is not None and sentences is not None:
                    return Vectorised(identity, generation, runs, passages, sentences, kept_passages, kept_sentences)
        known, whole = read_vectors(self.folder)
        coded = derive_missing(database, known, runs)
        if not whole or any(known.get(row) is not codes for row, codes in coded.items()):
            # Best effort: a reader may have no right to write, and needs none.
            with contextlib.suppress(OSError):
                bring_up_to_date(self.folder, database)
        dimension = int(database.fact("dimension") or 1)
        return Vectorised(
            identity,
            generation,
            runs,
            CodeIndex.of(dimension, ((run.passages, coded[row].passages) for row, run in runs.items())),
            CodeIndex.of(dimension, ((run.sentences, coded[row].sentences) for row, run in runs.items())),
            kept_passages,
            kept_sentences,
        )


@contextmanager
def open_sqlite_writer(home: Path) -> Iterator[SqliteWriter]:
    """The index folder, open for the one rebuild that may write to it. Raises IndexUnusable."""
    with only_writer(home), closing(SqliteWriter(home, write=True)) as database, told_from_damage(database), damage(database.path):
        yield database


class SqliteWriter(Database):
    """The database as a rebuild writes it, and the file of codes beside it."""

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.path.parent)

    def finish(self) -> None:
        """Bring the file of codes up to date. Asking heals a missing one, so a full disk here costs nobody an answer."""
        with contextlib.suppress(OSError):
            bring_up_to_date(self.path.parent, self)


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """Hold the index's lock: a SQLite file, because its lock works on every system and dies with the process."""
    path = home / "writer.lock"
    with damage(path):
        home.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(path))
    with closing(connection):
        with damage(path):
            connection.pragma("journal_mode", "memory")
            connection.execute("BEGIN EXCLUSIVE")
        yield


def _renewed(database: Database, old: _Facts | None, identity: str, generation: int) -> _Facts:
    """The facts of this generation; what did not change since the last one is taken from there."""
    written = database.fact("names") or '{"countries": [], "alike": []}', database.fact("wording") or "{}"
    if old is not None and old.written == written:
        names, wording = old.names, old.wording
    else:
        names, wording = Names.from_json(written[0]), Wording.from_json(written[1])
    runs = database.runs()
    same = {r.id: r for r in old.reports if old.runs[r.id] == runs.get(r.id)} if old is not None else {}
    new = database.reports([row for row in runs if row not in same] if same else None)
    reports = sorted([*same.values(), *new], key=lambda stored: stored.path)
    places = {stored.id: place for place, stored in enumerate(reports)}
    return _Facts(identity, generation, written, names, wording, reports, runs, places, {})


def _runs(among: Among) -> SqliteAmong:
    assert isinstance(among, SqliteAmong)  # noqa: S101  # made by `among` above
    return among


def _depth(limit: int) -> int:
    """How many rows are scored exactly to find the best `limit`: among these, the codes find over 99 % (`benchmarks/speed`)."""
    return 3 * limit + 100


def _best(ids: np.ndarray, scores: np.ndarray, limit: int) -> list[tuple[int, float]]:
    """The `limit` best and all that tie with the last one, best first and then by id."""
    if len(ids) > limit:
        enough = np.partition(scores, -limit)[-limit]
        ids, scores = ids[scores >= enough], scores[scores >= enough]
    order = np.lexsort((ids, -scores))
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _joined(ranges: Iterable[range]) -> Runs:
    """Runs of ids from ranges that rise; those that meet are one."""
    pairs = np.array([(r.start, r.stop) for r in ranges if r], np.int64).reshape(-1, 2)
    if len(pairs) < 2:
        return pairs
    apart = pairs[1:, 0] > pairs[:-1, 1]
    return np.stack([pairs[np.append(True, apart), 0], pairs[np.append(apart, True), 1]], axis=1)

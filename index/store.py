"""The index as a reader sees it: SQLite for words and facts, FAISS for vectors, one consistent view for each question.

FAISS is derived. Its file carries the identity and generation of the database it was made from and a checksum; when it is missing, stale or
damaged it is made again from the vectors in SQLite, without embedding. This is the one door to faiss.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.attribution.wording import Wording
from index.check import told_from_damage
from index.database import Database, StoredReport
from index.embed import Vectors
from index.errors import IndexUnusable
from index.names import Names
from index.report import text_sha256

VECTORS = "vectors.faiss"
_MAGIC = b"rapporteur vectors 1\n"
_TABLES = ("passage", "sentence")


class VectorIndex:
    """Exact inner-product search over the vectors of one table, by row id."""

    def __init__(self, index: Any) -> None:
        """Wrap a faiss index with ids."""
        self._index = index

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Vectors]], dimension: int) -> VectorIndex:
        """Build from (id, vector) rows."""
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        ids: list[int] = []
        vectors: list[Vectors] = []
        for row, vector in rows:
            ids.append(row)
            vectors.append(vector)
        if ids:
            index.add_with_ids(np.vstack(vectors), np.array(ids, np.int64))
        return cls(index)

    def __len__(self) -> int:
        """How many vectors it holds."""
        return int(self._index.ntotal)

    def search(self, vector: Vectors, limit: int, among: set[int] | None = None) -> list[tuple[int, float]]:
        """(id, cosine) of the `limit` nearest and all that tie with the last one, best first and then by id; `among` restricts the ids."""
        import faiss

        size = len(self) if among is None else min(len(self), len(among))
        if not size:
            return []
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters(  # type: ignore[call-arg]  # SWIG hides it
                sel=faiss.IDSelectorBatch(np.fromiter(sorted(among), np.int64, len(among)))
            )
        wanted = min(limit, size)
        while True:
            scores, ids = self._index.search(vector.reshape(1, -1), wanted, params=parameters)
            found = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
            # FAISS breaks ties as it pleases, and ids are in the order in which reports came: so all that tie are taken, for the caller
            # to order.
            if wanted >= size or len(found) < wanted or found[-1][1] < found[min(limit, len(found)) - 1][1]:
                break
            wanted = min(size, wanted * 2)
        enough = found[min(limit, len(found)) - 1][1] if found else 0.0
        return sorted((hit for hit in found if hit[1] >= enough), key=lambda hit: (-hit[1], hit[0]))

    def to_bytes(self) -> bytes:
        """The index as faiss serialises it."""
        import faiss

        return bytes(faiss.serialize_index(self._index))

    @classmethod
    def from_bytes(cls, data: bytes) -> VectorIndex:
        """The index that `to_bytes` wrote; only for bytes whose checksum was right."""
        import faiss

        return cls(faiss.deserialize_index(np.frombuffer(data, np.uint8)))


@dataclass(frozen=True, slots=True)
class Vectorised:
    """The vectors of one generation of one database."""

    identity: str
    generation: int
    passages: VectorIndex
    sentences: VectorIndex


class Snapshot:
    """One consistent view of an index: database, vectors, names and wording of the same generation."""

    def __init__(self, database: Database, vectors: Vectorised, names: Names, wording: Wording, reports: list[StoredReport]) -> None:
        """Made by `Store.snapshot` only."""
        self.database = database
        self.vectors = vectors
        self.names = names
        self.wording = wording
        self.reports = reports
        self._texts: dict[int, str] = {}
        self._sha256 = {stored.id: stored.sha256 for stored in reports}

    def text(self, report: int) -> str:
        """The canonical text of the report with this row id; read once for each snapshot.

        Raises IndexUnusable when it is not the text that was stored: SQLite does not see a flipped bit, and no quote may come of one.
        """
        if report not in self._texts:
            text = self.database.text(report)
            if text_sha256(text) != self._sha256[report]:
                raise IndexUnusable(
                    f"{self.database.path}: the index file is damaged (a report's text is not as it was stored). "
                    "Delete it and run: rapporteur index"
                )
            self._texts[report] = text
        return self._texts[report]


class Store:
    """An index folder, open for questions. Safe for several threads: each question reads through its own connection."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened before the first snapshot."""
        self.folder = folder
        self._lock = threading.Lock()
        self._vectors: Vectorised | None = None
        self._known: tuple[str, int, Names, Wording, list[StoredReport]] | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The index as it is now; a rebuild that ends meanwhile is seen by the next snapshot. Raises IndexUnusable."""
        database = Database(self.folder)
        try:
            with told_from_damage(database), database.transaction():
                with self._lock:
                    vectors = self._vectors = self._current(database)
                    known = self._known = self._facts(database)
                yield Snapshot(database, vectors, *known[2:])
        finally:
            database.close()

    def _current(self, database: Database) -> Vectorised:
        identity, generation = database.fact("identity") or "", database.generation
        if self._vectors is not None and (self._vectors.identity, self._vectors.generation) == (identity, generation):
            return self._vectors
        found = load_vectors(self.folder, identity, generation)
        if found is None:
            found = derive_vectors(database)
            # Best effort: a reader may have no right to write, and needs none.
            with contextlib.suppress(OSError):
                save_vectors(self.folder, found)
        return found

    def _facts(self, database: Database) -> tuple[str, int, Names, Wording, list[StoredReport]]:
        identity, generation = database.fact("identity") or "", database.generation
        if self._known is not None and self._known[:2] == (identity, generation):
            return self._known
        names = Names.from_json(database.fact("names") or '{"countries": [], "alike": []}')
        return identity, generation, names, Wording.from_json(database.fact("wording") or "{}"), database.reports()


def derive_vectors(database: Database) -> Vectorised:
    """FAISS indexes of all vectors in the database."""
    dimension = int(database.fact("dimension") or 1)
    passages, sentences = (VectorIndex.of(database.vectors(table), dimension) for table in _TABLES)
    return Vectorised(database.fact("identity") or "", database.generation, passages, sentences)


def save_vectors(folder: Path, vectors: Vectorised) -> None:
    """Write `vectors.faiss`: whole or not at all, and on disk when this returns. Raises OSError."""
    # faiss.write_index reports success on a full disk, so faiss only serialises and the writing is ours.
    parts = [vectors.passages.to_bytes(), vectors.sentences.to_bytes()]
    head = {
        "identity": vectors.identity,
        "generation": vectors.generation,
        "sizes": [len(part) for part in parts],
        "sha256": hashlib.sha256(b"".join(parts)).hexdigest(),
    }
    temporary = folder / f"{VECTORS}.{os.getpid()}.{threading.get_ident()}.new"
    try:
        with temporary.open("wb") as stream:
            stream.write(_MAGIC + json.dumps(head).encode() + b"\n")
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(folder / VECTORS)
    finally:
        temporary.unlink(missing_ok=True)


def load_vectors(folder: Path, identity: str, generation: int) -> Vectorised | None:
    """The vectors of `vectors.faiss`, or None when the file is missing, damaged, or not of this identity and generation."""
    try:
        with (folder / VECTORS).open("rb") as stream:
            if stream.readline(100) != _MAGIC:
                return None
            head = json.loads(stream.readline(1000))
            if (head["identity"], head["generation"]) != (identity, generation):
                return None
            parts = [stream.read(size) for size in head["sizes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Checked before faiss parses it: a flipped bit must not reach its parser.
    if hashlib.sha256(b"".join(parts)).hexdigest() != head["sha256"] or len(parts) != len(_TABLES):
        return None
    return Vectorised(identity, generation, *(VectorIndex.from_bytes(part) for part in parts))

"""What `benchmarks/quality.py` keeps between its runs.

Vectors are kept by the text, indexes and the peers' rankings by all that they were made from. Nothing here has to be deleted by hand: what
was made from other texts, weights or rules has another name.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

import index
from index.embed import Embedder, Vectors
from qa.retrieval_set import RetrievalSet

_KEPT = np.float16  # as the index keeps them


def cache_folder() -> Path:
    """Where benchmarks keep what takes long to make."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rapporteur-benchmarks" / "quality"


class Remembering:
    """An embedder that embeds no text twice."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """Keep the vectors of this model's weights in a file in `folder`."""
        self._embedder = embedder
        self.name, self.fingerprint, self.dimension = embedder.name, embedder.fingerprint, embedder.dimension
        folder.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(folder / f"vectors-{embedder.fingerprint[:16]}.sqlite")
        self._file.execute("CREATE TABLE IF NOT EXISTS vector (text BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, as `Embedder.embed`."""
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        known: dict[bytes, bytes] = {}
        for key in dict.fromkeys(keys):
            known.update(self._file.execute("SELECT text, value FROM vector WHERE text = ?", (key,)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            made = self._embedder.embed(list(missing.values()))
            new = {key: row.astype(_KEPT).tobytes() for key, row in zip(missing, made, strict=True)}
            with self._file:
                self._file.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", new.items())
            known |= new
        return np.array([np.frombuffer(known[key], _KEPT) for key in keys], np.float32)


def index_folder(judged: RetrievalSet, home: Path) -> Path:
    """The folder of a set's index: another one for another corpus and for other rules of indexing; those of older rules go."""
    rules = [file.read_bytes() for file in sorted(Path(index.__file__).parent.rglob("*.py"))]
    made_from = sha256(b"\0".join([judged.fingerprint.encode(), *rules])).hexdigest()[:16]
    for old in home.glob(f"index-{judged.name}-*"):
        if not old.name.endswith(made_from):
            shutil.rmtree(old)
    return home / f"index-{judged.name}-{made_from}"


def once(home: Path, made_from: bytes, make: Callable[[], Any]) -> Any:
    """The JSON value that `make` gives, or gave in an earlier run for the same `made_from`."""
    file = home / f"{sha256(made_from).hexdigest()[:32]}.json"
    if not file.is_file():
        home.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".new").write_text(json.dumps(make()), "utf-8")
        file.with_suffix(".new").replace(file)
    return json.loads(file.read_text("utf-8"))

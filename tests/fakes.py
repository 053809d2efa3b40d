"""Stand-ins that mean something: a model whose scores can be worked out by hand, and small libraries on disk."""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import qa  # noqa: F401  # so that every module that loads a model is there to be patched
from index.embed import Vectors
from index.errors import UnreadableReport
from index.folder import WHOLE, Part, file_sha256
from index.readers import read_report
from index.rebuilding import Progress, Rebuilt, rebuild_but
from index.report import Report


class WordHash:
    """Each word has an axis of its own (by its hash), so a text is the set of its words, brought to length 1.

    The cosine of two texts is shared / sqrt(n * m), where n and m count their different words: 1 for the same words, 0 for none in common.
    """

    name = "all-MiniLM-L6-v2"
    dimension = 512

    def __init__(self, fingerprint: str = "word hashes") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `index.embed.Embedder`. What was embedded is noted in `embedded`."""
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in set(re.findall(r"\w+", text.lower())):
                vector[int.from_bytes(sha256(word.encode()).digest()[:4]) % self.dimension] = 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


@contextmanager
def word_hashes(embedder: WordHash | None = None) -> Iterator[WordHash]:
    """Word hashes in the place of the real model, wherever the program loads it."""
    embedder = embedder or WordHash()

    def load(name: str = WordHash.name) -> WordHash:
        embedder.name = name
        return embedder

    loading = [name for name, module in sys.modules.items() if name.startswith(("index.", "qa.")) and hasattr(module, "load_embedder")]
    with ExitStack() as stack:
        for module in loading:
            stack.enter_context(patch(f"{module}.load_embedder", load))
        yield embedder


def read_here(files: Sequence[tuple[Path, str]], then: Callable[[Report, str], Any]) -> Iterator[tuple[str, Any]]:
    """`read_guarded` without its child processes, which take a second to start."""
    for path, report_id in files:
        try:
            yield report_id, then(read_report(path, report_id), file_sha256(path))
        except UnreadableReport as error:
            yield report_id, error


_sources = sys.modules["index.rebuilding"]._sources
_sources_once = lru_cache(_sources)


class SmallLibrary:
    """A documents folder and its index under `home`, in a folder or in a file of Milvus Lite.

    With RAPPORTEUR_TEST_MILVUS=milvus://HOST:PORT, in that Milvus instead, under a name of its own that stays there.
    """

    def __init__(self, home: Path, *, milvus: bool = False) -> None:
        self.documents = home / "documents"
        self.index: Any = home / "index"
        if milvus:
            server = os.environ.get("RAPPORTEUR_TEST_MILVUS")
            self.index = f"{server}/test_{secrets.token_hex(4)}" if server else f"milvus:{home}/index.db"
        self.documents.mkdir(parents=True)
        self.built: Rebuilt | None = None

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files; a file written again is newer, as on a slow disk."""
        for name, content in files.items():
            path = self.documents / name
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.stat().st_mtime_ns if path.exists() else None
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            if before is not None:
                os.utime(path, ns=(before + 1_000_000, before + 1_000_000))

    def remove(self, name: str) -> None:
        """Delete a file."""
        (self.documents / name).unlink()

    def rebuild(self, *, guarded: bool = False, model: str | None = None, progress: Progress | None = None, part: Part = WHOLE) -> Rebuilt:
        """Bring the index up to date; `guarded` reads in child processes as the program does."""
        with ExitStack() as stack:
            # The rules are the program's own sources: read once, so that nobody's editing meanwhile makes them new.
            stack.enter_context(patch("index.rebuilding._sources", _sources_once))
            if not guarded:
                stack.enter_context(patch("index.rebuilding.read_guarded", read_here))
            self.built = rebuild_but((), self.documents, self.index, model=model, progress=progress, part=part)
        return self.built

    def bytes_on_disk(self) -> bytes:
        """All bytes of all files of the index."""
        return b"\n".join(path.read_bytes() for path in sorted(self.index.rglob("*")) if path.is_file())


BALTIC = """The Second Round of the Baltic Waters Dialogue

The second round of the Baltic Waters Dialogue was held in Riga on 14-15 May 2019. Participants came from Latvia and Norway.

Safety at sea

Participants agreed that a hotline between the coast guards should be opened. Latvian participants noted that radio channels are crowded. \
They stressed that a common language is missing.

Some Norwegian participants supported joint patrols in the strait. Participants disagreed on who should pay for new radar stations.
"""
REEF = """The First Round of the Reef Dialogue

The first round of the Reef Dialogue was held in Suva on 3 March 2020.

Coral nurseries

Participants agreed that coral nurseries should be financed by a regional fund. Several participants questioned the cost.
"""
WALRUS = """Walrus Forum: Summary of Discussions

The Walrus Forum met in Oslo on 7 June 2018.

Quotas

Some participants stressed that walrus quotas were too low. There was no consensus on ice monitoring.
"""

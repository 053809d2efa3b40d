"""The file of codes beside the database: derived, appended to as reports come, and never trusted without its sums.

After the first line come blocks, one for each report: its row id, its stamp, how many passages and sentences it has, their codes, and a
SHA-256 over all that. A block counts only for the report of the same row id and stamp, so the file of another index, or of another life of
this one, counts for nothing. What is damaged or missing is made again from the vectors in the database, without embedding.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.database import Database, Run
from index.nearest import Codes, code_width, encode

VECTORS = "vectors.faiss"
_MAGIC = b"rapporteur vectors 3\n"
_HEAD = struct.Struct("<q16sIII")  # report, stamp, passages, sentences, bytes of a code
_SUM = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of one report's vectors."""

    stamp: bytes
    passages: Codes
    sentences: Codes


def read_vectors(folder: Path) -> tuple[dict[int, Coded], bool]:
    """The codes in the file by report, as far as it is undamaged, and whether it is so to its end. A missing file holds nothing."""
    try:
        data = (folder / VECTORS).read_bytes()
    except OSError:
        return {}, False
    if not data.startswith(_MAGIC):
        return {}, False
    found: dict[int, Coded] = {}
    at, view = len(_MAGIC), memoryview(data)
    while at + _HEAD.size + _SUM <= len(data):
        report, stamp, passages, sentences, width = _HEAD.unpack_from(view, at)
        end = at + _HEAD.size + (passages + sentences) * width
        if end + _SUM > len(data) or not width or hashlib.sha256(view[at:end]).digest() != view[end : end + _SUM]:
            return found, False
        codes = np.frombuffer(view[at + _HEAD.size : end], np.uint8).reshape(passages + sentences, width)
        found[report] = Coded(stamp, codes[:passages], codes[passages:])
        at = end + _SUM
    return found, at == len(data)


def derive(database: Database, run: Run) -> Coded:
    """The codes of a report's vectors, from the database."""
    dimension = int(database.fact("dimension") or 1)
    passages, sentences = (
        encode(vectors) if len(ids) else np.zeros((0, code_width(dimension)), np.uint8)
        for ids, vectors in (database.vector_rows("passage", run.passages), database.vector_rows("sentence", run.sentences))
    )
    return Coded(run.stamp, passages, sentences)


def derive_missing(database: Database, known: Mapping[int, Coded], runs: Mapping[int, Run]) -> dict[int, Coded]:
    """The codes of all these reports, in order of row id: those known already, and those that are not."""
    return {row: known[row] if _same(known.get(row), run) else derive(database, run) for row, run in runs.items()}


def bring_up_to_date(folder: Path, database: Database) -> None:
    """Make the file hold the codes of all reports of the database and of no other: what is new is appended. Raises OSError."""
    runs = database.runs()
    known, whole = read_vectors(folder)
    if whole and all(row in runs and _same(coded, runs[row]) for row, coded in known.items()):
        new = {row: derive(database, run) for row, run in runs.items() if row not in known}
        if new:
            _append(folder, new)
    else:
        save_vectors(folder, derive_missing(database, known, runs))


def is_current(folder: Path, database: Database) -> bool:
    """Whether the file is undamaged and holds the codes of every report of the database and of no other."""
    runs = database.runs()
    known, whole = read_vectors(folder)
    return whole and known.keys() == runs.keys() and all(_same(known[row], run) for row, run in runs.items())


def save_vectors(folder: Path, coded: Mapping[int, Coded]) -> None:
    """Write the file: whole or not at all, and on disk when this returns. Raises OSError."""
    temporary = folder / f"{VECTORS}.{os.getpid()}.{threading.get_ident()}.new"
    try:
        with temporary.open("wb") as stream:
            stream.write(_MAGIC)
            stream.writelines(_blocks(coded))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(folder / VECTORS)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _append(folder: Path, coded: Mapping[int, Coded]) -> None:
    """Half a block after a power cut has no right sum: it counts for nothing, and the file is written anew."""
    with (folder / VECTORS).open("ab") as stream:
        stream.writelines(_blocks(coded))
        stream.flush()
        os.fsync(stream.fileno())


def _blocks(coded: Mapping[int, Coded]) -> Iterable[bytes]:
    for row, codes in coded.items():
        width = codes.passages.shape[1]
        head = _HEAD.pack(row, codes.stamp, len(codes.passages), len(codes.sentences), width)
        block = head + codes.passages.tobytes() + codes.sentences.tobytes()
        yield block + hashlib.sha256(block).digest()


def _same(coded: Coded | None, run: Run) -> bool:
    return (
        coded is not None
        and coded.stamp == run.stamp
        and (len(coded.passages), len(coded.sentences)) == (len(run.passages), len(run.sentences))
    )

"""Vectors as short codes, and the rows whose codes are nearest to a question: the one door to faiss. Knows nothing of reports or files.

A vector is turned by a fixed rotation, after which its numbers are spread like a bell curve whatever the model, and each number is kept as
one of four levels: two bits. Nothing is learnt from the data: a code depends on its vector alone, so that adding reports one by one gives
the index that building from nothing gives. FAISS scans the codes in registers ("fast scan"), some 8 ns for each; the few hundred rows that
it names are scored again from the vectors themselves (`index/store.py`), so that codes choose and never score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embed import Vectors

Codes = npt.NDArray[np.uint8]
Ids = npt.NDArray[np.int64]
Runs = npt.NDArray[np.int64]  # ids as [first, end) pairs, rising and apart: shape (runs, 2)

# The four levels that a bell curve of width 1 is told by with the least squared error, and what parts them (Lloyd 1957, Max 1960).
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32)
_PARTED = np.array([-0.9816, 0.0, 0.9816], np.float32)
_BLOCK = 32  # rows that FAISS packs together
_MERGE_AT = 4_096  # rows added or gone after which all are packed anew, or an eighth of all if that is more


def code_width(dimension: int) -> int:
    """Bytes of a code: two bits for each of the vector's numbers, and an even count of the pairs that FAISS looks up."""
    return -(-dimension // 4)


def encode(vectors: Vectors) -> Codes:
    """The code of each row: shape (rows, code_width), the earlier numbers in the lower bits."""
    turned = vectors @ _rotation(vectors.shape[1])
    levels = (turned > _PARTED[0]).astype(np.uint8)
    levels += turned > _PARTED[1]
    levels += turned > _PARTED[2]
    return np.asarray(levels[:, 0::4] | levels[:, 1::4] << 2 | levels[:, 2::4] << 4 | levels[:, 3::4] << 6)


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    """Turns vectors of length 1 by random but fixed axes, and widens them so that a number has variance 1: (dimension, 4 * code_width)."""
    # Signs by chance, then a cosine transform: it spreads as a rotation by chance does, and is there in a millisecond.
    signs = np.random.default_rng(dimension).choice([-1.0, 1.0], dimension)
    rows = np.arange(dimension)
    turn = np.cos(np.pi / dimension * np.outer(rows + 0.5, rows)) * np.sqrt(2 / dimension)
    turn[:, 0] /= np.sqrt(2)
    turn *= signs[:, None]
    wide = np.zeros((dimension, 4 * code_width(dimension)), np.float32)
    wide[:, :dimension] = turn * np.sqrt(dimension)
    return wide


class CodeIndex:
    """The codes of many rows, each under its id. Never changes: `updated` gives another, which shares what stayed."""

    def __init__(self, dimension: int, segments: Sequence[_Segment], gone: frozenset[int]) -> None:
        """Made by `of` and `updated`."""
        self._dimension = dimension
        self._segments = tuple(s for s in segments if len(s.ids))
        self._gone = gone

    @classmethod
    def of(cls, dimension: int, rows: Iterable[tuple[range, Codes]]) -> CodeIndex:
        """An index of runs of rows: their ids, which must rise from run to run, and their codes."""
        return cls(dimension, [_Segment.of(dimension, rows)], frozenset())

    def __len__(self) -> int:
        """How many rows it holds."""
        return sum(len(s.ids) for s in self._segments) - len(self._gone)

    def updated(self, removed: Iterable[range], added: Sequence[tuple[range, Codes]]) -> CodeIndex | None:
        """The index without the removed rows and with the added ones.

        None where making it anew is better: where much changed, and where an added row's id is not above all that are or were here. A
        report whose facts are corrected keeps its ids, and a mended or new file gives ids out again: such a row would be gone with the old.
        """
        gone = self._gone.union(*removed)
        base, late = (*self._segments, None)[0], self._segments[1:]
        more = sum(len(ids) for ids, _ in added)
        if base is None or any(ids and ids[0] <= self._segments[-1].ids[-1] for ids, _ in added):
            return None
        if len(gone) + more + sum(len(s.ids) for s in late) > max(_MERGE_AT, len(base.ids) // 8):
            return None
        return CodeIndex(self._dimension, [base, _Segment.joined(self._dimension, late, added)], gone)

    def nearest(self, vector: Vectors, count: int, among: Runs | None = None) -> Ids:
        """Ids of the `count` rows whose codes fit the vector best, and of all that fit as well as the last of them; in no order.

        among   the ids to choose from; None is all.
        """
        query = np.ascontiguousarray(vector.reshape(1, -1) @ _rotation(self._dimension), np.float32)
        found = [s.nearest(query, count, among, self._gone) for s in self._segments]
        ids, scores = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else (np.empty(0, np.int64), np.empty(0))
        if len(ids) > count:
            ids = ids[scores >= np.partition(scores, -count)[-count]]
        return ids


class _Segment:
    """Codes packed for FAISS, and the ids of their rows, which rise."""

    def __init__(self, dimension: int, ids: Ids, packed: Any) -> None:
        self._dimension = dimension
        self.ids = ids
        self.packed = packed

    @classmethod
    def of(cls, dimension: int, rows: Iterable[tuple[range, Codes]]) -> _Segment:
        ids: list[Ids] = [np.empty(0, np.int64)]
        codes: list[Codes] = [np.empty((0, code_width(dimension)), np.uint8)]
        for run, part in rows:
            ids.append(np.arange(run.start, run.stop))
            codes.append(part)
        return cls(dimension, np.concatenate(ids), _packed(dimension, np.concatenate(codes)))

    @classmethod
    def joined(cls, dimension: int, late: Sequence[_Segment], added: Sequence[tuple[range, Codes]]) -> _Segment:
        """One segment of the late rows and the added ones. A copy: another thread may be searching the old."""
        import faiss

        new = cls.of(dimension, added)
        if not late:
            return new
        packed = faiss.clone_index(late[0].packed)
        packed.merge_from(new.packed)
        return cls(dimension, np.concatenate([late[0].ids, new.ids]), packed)

    def nearest(self, query: Vectors, count: int, among: Runs | None, gone: frozenset[int]) -> tuple[Ids, Vectors]:
        """(ids, scores) of at least the `count` best rows and all that tie with the last, where there are so many."""
        ids, packed = (self.ids, self.packed) if among is None else self._part(among)
        wanted = min(count + count // 4 + 8, len(ids))
        while wanted:
            scores, at = packed.search(query, wanted)
            rows, fits = ids[at[0][at[0] >= 0]], scores[0][at[0] >= 0]
            kept = rows >= 0
            if gone:
                kept &= ~np.isin(rows, np.fromiter(gone, np.int64, len(gone)))
            # FAISS lists the best, but of those that tie at the end just some: so many more are asked for that all are among them.
            if wanted >= len(ids) or (kept.sum() > count and fits[-1] < fits[kept][count - 1]):
                return rows[kept], fits[kept]
            wanted = min(len(ids), 2 * wanted)
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _part(self, among: Runs) -> tuple[Ids, Any]:
        """The blocks that hold any of these ids: the ids, -1 in place of those not asked for, and an index of these blocks alone."""
        steps = np.zeros(-(-len(self.ids) // _BLOCK) * _BLOCK + 1, np.int32)
        for bound, step in zip(among.T, (1, -1), strict=True):
            np.add.at(steps, np.searchsorted(self.ids, bound), step)
        asked = np.cumsum(steps[:-1]) > 0
        ids = np.where(asked[: len(self.ids)], self.ids, -1)
        blocks = np.flatnonzero(asked.reshape(-1, _BLOCK).any(axis=1))
        if 2 * len(blocks) * _BLOCK > len(ids):
            return ids, self.packed  # cheaper than copying most of it
        padded = np.append(ids, np.full(len(asked) - len(ids), -1))
        return padded.reshape(-1, _BLOCK)[blocks].ravel(), _of_blocks(self._dimension, self.packed, blocks)


def runs_of(ids: Iterable[int]) -> Runs:
    """Ids as runs."""
    rising = np.unique(np.fromiter(ids, np.int64))
    cuts = np.flatnonzero(np.diff(rising) > 1)
    if not len(rising):
        return np.empty((0, 2), np.int64)
    return np.stack([rising[np.append(0, cuts + 1)], rising[np.append(cuts, -1)] + 1], axis=1)


def _quantiser(dimension: int) -> Any:
    """FAISS's product quantiser with the levels above in place of learnt ones: each pair of numbers is one of sixteen points."""
    import faiss

    pairs = 2 * code_width(dimension)
    index = faiss.IndexPQ(2 * pairs, pairs, 4, faiss.METRIC_INNER_PRODUCT)
    grid = np.array([(_LEVELS[n & 3], _LEVELS[n >> 2]) for n in range(16)], np.float32)
    faiss.copy_array_to_vector(np.tile(grid, (pairs, 1)).ravel(), index.pq.centroids)
    index.is_trained = True
    return index


def _packed(dimension: int, codes: Codes) -> Any:
    import faiss

    index = _quantiser(dimension)
    faiss.copy_array_to_vector(np.ascontiguousarray(codes).ravel(), index.codes)
    index.ntotal = len(codes)
    return faiss.IndexPQFastScan(index, _BLOCK)


def _of_blocks(dimension: int, packed: Any, blocks: npt.NDArray[Any]) -> Any:
    """An index of some of another's blocks, copied as they are packed."""
    import faiss

    index: Any = faiss.IndexPQFastScan(_quantiser(dimension), _BLOCK)
    whole = faiss.rev_swig_ptr(packed.codes.get(), packed.codes.size())
    chosen = whole.reshape(-1, whole.size // -(-packed.ntotal // _BLOCK))[blocks] if len(blocks) else whole[:0]
    faiss.copy_array_to_AlignedTable(np.ascontiguousarray(chosen).ravel(), index.codes)
    index.ntotal = index.ntotal2 = len(blocks) * _BLOCK
    return index

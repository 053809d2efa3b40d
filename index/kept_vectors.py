"""Vectors that questions have read, kept in memory for the next ones: reading one from the database takes ten times as long as using it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np
import numpy.typing as npt

from index.database import Database, unpack_rows
from index.embed import Vectors

_MOST = {"passage": 12_000_000, "sentence": 36_000_000}  # bytes; the oldest go first. Passages have some three sentences each
_ASIDE = 100  # bytes that keeping one takes besides


class KeptVectors:
    """Vectors of one table, by row id, as long as the reports are stored that they are of. Safe for several threads."""

    def __init__(self, table: str, known: dict[int, bytes] | None = None) -> None:
        """`table` is "passage" or "sentence"."""
        self._table = table
        self._known = known if known is not None else {}

    def without(self, gone: Iterable[range]) -> KeptVectors:
        """Those of the rows that are not gone. Another object, for a question under way may still read the rows of before."""
        gone = list(gone)
        if not gone:
            return self
        removed = {row for run in gone for row in run}
        return KeptVectors(self._table, {row: blob for row, blob in self._known.copy().items() if row not in removed})

    def rows(self, database: Database, wanted: Iterable[int]) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The vectors of these rows as (ids, one row each), by rising id; ids that are gone are left out."""
        ids = sorted(set(wanted))
        found = {row: blob for row in ids if (blob := self._known.get(row)) is not None}
        if len(found) < len(ids):
            new = dict(database.packed_vectors(self._table, [row for row in ids if row not in found]))
            self._keep(new)
            found |= new
            ids = [row for row in ids if row in found]
        return np.array(ids, np.int64), unpack_rows([found[row] for row in ids])

    def _keep(self, new: dict[int, bytes]) -> None:
        size = _ASIDE + len(next(iter(new.values()), b""))
        for row in list(islice(self._known, max(0, len(self._known) + len(new) - _MOST[self._table] // size))):
            self._known.pop(row, None)
        self._known.update(new)

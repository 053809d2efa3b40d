"""Vectors kept in memory: read once, never another row's, and only so many."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest

import qa
from index import kept_vectors
from index.database import Database
from index.kept_vectors import KeptVectors
from tests.fakes import BALTIC, REEF, SmallLibrary

Make = Callable[..., SmallLibrary]


@pytest.fixture
def database(small_library: Make) -> Callable[[], Database]:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    return lambda: Database(library.index)


class Unread:
    """A database that must not be read."""

    def packed_vectors(self, table: str, ids: list[int]) -> list[tuple[int, bytes]]:
        raise AssertionError(f"{table} {ids} read again")


def test_what_is_kept_is_what_the_database_has_whatever_was_read_before(database: Callable[[], Database]) -> None:
    kept = KeptVectors("sentence")
    with closing(database()) as open_database:
        for wanted in ([3, 1], [2, 3, 10**6], [5, 4, 1, 2, 3], []):
            ids, rows = kept.rows(open_database, wanted)
            expected_ids, expected = open_database.vector_rows("sentence", wanted)
            assert ids.tolist() == expected_ids.tolist() == sorted(row for row in wanted if row < 10**6)
            assert np.array_equal(rows, expected)


def test_a_vector_is_read_once(database: Callable[[], Database]) -> None:
    kept = KeptVectors("passage")
    with closing(database()) as open_database:
        first = kept.rows(open_database, [1, 2])[1]
    assert np.array_equal(kept.rows(Unread(), [2, 1])[1], first)  # type: ignore[arg-type]


def test_what_is_gone_is_forgotten_and_the_rest_is_kept(database: Callable[[], Database]) -> None:
    kept = KeptVectors("passage")
    with closing(database()) as open_database:
        first = kept.rows(open_database, [1, 2, 3])[1]
    left = kept.without([range(2, 3)])
    assert np.array_equal(left.rows(Unread(), [1, 3])[1], first[[0, 2]])  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=r"\[2\] read again"):
        left.rows(Unread(), [1, 2])  # type: ignore[arg-type]


def test_only_so_many_are_kept_and_the_oldest_go_first(database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptVectors("sentence")
    with closing(database()) as open_database:
        size = 100 + len(open_database.packed_vectors("sentence", [1])[0][1])
        monkeypatch.setitem(kept_vectors._MOST, "sentence", 3 * size)
        for row in (1, 2, 3, 4):
            kept.rows(open_database, [row])
    kept.rows(Unread(), [2, 3, 4])  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=r"\[1\] read again"):
        kept.rows(Unread(), [1])  # type: ignore[arg-type]


def test_a_report_that_changed_is_found_by_its_new_meaning(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    assert qa.retrieve("walrus quotas", 1, index=library.index)[0].text != "Walrus quotas."
    library.write({"a.txt": "Walrus quotas.\n"})
    library.rebuild()
    assert qa.retrieve("walrus quotas", 1, index=library.index)[0].text == "Walrus quotas."

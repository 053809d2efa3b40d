"""Codes: they name what is nearest, whole ties at a time, among what is allowed, and however the rows came in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.nearest import CodeIndex, code_width, encode, runs_of


def clustered(rows: int, seed: int = 1, dimension: int = 384) -> Any:
    """Vectors of length 1 that lie about some topics, as those of reports do."""
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((40, dimension))
    vectors = topics[random.integers(0, 40, rows)] + random.standard_normal((rows, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def nearest_of(vectors: Any, query: Any, count: int) -> set[int]:
    return set(np.argsort(-(vectors @ query))[:count].tolist())


def test_the_codes_name_nearly_all_that_is_nearest() -> None:
    vectors, queries = clustered(8_000), clustered(20, seed=2)
    index = CodeIndex.of(384, [(range(8_000), encode(vectors))])
    found = [len(nearest_of(vectors, q, 100) & set(index.nearest(q, 400).tolist())) for q in queries]
    assert np.mean(found) > 98


def test_a_code_depends_on_its_vector_alone() -> None:
    vectors = clustered(300)
    assert encode(vectors).shape == (300, code_width(384)) == (300, 96)
    assert np.array_equal(encode(vectors)[7:8], encode(vectors[7:8]))


@pytest.mark.parametrize("dimension", [2, 3, 5, 512])
def test_vectors_of_any_length_are_found(dimension: int) -> None:
    vectors = clustered(200, dimension=dimension)
    index = CodeIndex.of(dimension, [(range(200), encode(vectors))])
    assert set(index.nearest(vectors[0], 200).tolist()) == set(range(200))
    assert len(index.nearest(vectors[0], 10)) >= 10


def test_all_that_tie_with_the_last_are_named_however_many() -> None:
    vectors = np.repeat(clustered(2), [500, 300], axis=0)
    index = CodeIndex.of(384, [(range(10, 810), encode(vectors))])
    assert set(index.nearest(vectors[0], 5).tolist()) == set(range(10, 510))


def test_no_rows_give_no_ids() -> None:
    index = CodeIndex.of(384, [])
    assert index.nearest(clustered(1)[0], 5).tolist() == []
    assert len(index) == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_only_what_is_allowed_is_named_and_the_best_of_it(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 400))
    vectors, query = clustered(rows), clustered(1, seed=3)[0]
    first = data.draw(st.integers(0, 1000))
    index = CodeIndex.of(384, [(range(first, first + rows), encode(vectors))])
    asked = data.draw(st.sets(st.integers(first - 5, first + rows + 5), max_size=rows))
    allowed = asked & set(range(first, first + rows))
    count = data.draw(st.integers(1, 50))
    found = index.nearest(query, count, runs_of(asked)).tolist()
    assert len(set(found)) == len(found) >= min(count, len(allowed))
    assert set(found) <= allowed
    everywhere = index.nearest(query, rows).tolist()
    assert set(everywhere) == set(range(first, first + rows))


def test_adding_and_removing_step_by_step_names_what_building_from_nothing_names() -> None:
    vectors, query = clustered(900), clustered(1, seed=4)[0]
    codes = encode(vectors)
    index: CodeIndex | None = CodeIndex.of(384, [(range(300), codes[:300])])
    assert index is not None
    old, before = index, set(index.nearest(query, 30).tolist())
    for start in range(300, 900, 100):
        gone = [range(start - 300, start - 280)]
        index = index.updated(gone, [(range(start, start + 100), codes[start : start + 100])])
        assert index is not None
    left = [row for row in range(900) if not (row < 600 and row % 100 < 20)]
    anew = CodeIndex.of(384, [(range(row, row + 1), codes[row : row + 1]) for row in left])
    assert len(index) == len(anew) == len(left)
    assert set(index.nearest(query, 30).tolist()) == set(anew.nearest(query, 30).tolist())
    runs = runs_of(range(250, 700))
    assert set(index.nearest(query, 30, runs).tolist()) == set(anew.nearest(query, 30, runs).tolist())
    assert set(old.nearest(query, 30).tolist()) == before, "who still asks the old one sees the old one"


def test_after_many_changes_the_index_is_to_be_made_anew() -> None:
    codes = encode(clustered(100))
    index: CodeIndex | None = CodeIndex.of(384, [(range(100), codes)])
    steps = 0
    while index is not None:
        index = index.updated([], [(range(1000 + 100 * steps, 1100 + 100 * steps), codes)])
        steps += 1
    assert 20 < steps < 100
    assert CodeIndex.of(384, []).updated([], [(range(5), codes[:5])]) is None


def test_an_id_that_comes_again_is_not_hidden_by_the_row_that_went() -> None:
    codes = encode(clustered(100))
    index = CodeIndex.of(384, [(range(100), codes)])
    assert index.updated([range(20, 30)], [(range(20, 30), codes[:10])]) is None, "it is to be made anew"
    more = index.updated([], [(range(100, 110), codes[:10])])
    assert more is not None
    assert more.updated([range(100, 110)], [(range(105, 110), codes[:5])]) is None
    assert more.updated([range(100, 110)], [(range(110, 115), codes[:5]), (range(115, 115), codes[:0])]) is not None


def test_runs_are_the_ids_and_apart() -> None:
    assert runs_of([5, 3, 4, 9, 1]).tolist() == [[1, 2], [3, 6], [9, 10]]
    assert runs_of([]).tolist() == []

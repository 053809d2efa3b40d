"""The store: vectors are derived and heal themselves, ties are nobody's chance, and each question sees one state of the index."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from index.database import FILE, Database
from index.errors import IndexUnusable
from index.store import VECTORS, Store, VectorIndex, load_vectors
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash

Make = Callable[..., SmallLibrary]


def vector(*values: float) -> Any:
    return np.array(values, np.float32)


def hits(library: SmallLibrary, question: str = "coral nurseries") -> list[dict[str, Any]]:
    return [h.to_dict() for h in qa.retrieve(question, 10, index=library.index)]


def fresh_hits(library: SmallLibrary) -> list[dict[str, Any]]:
    """As another process would see it: no vectors in memory."""
    from qa.library import _store

    _store.cache_clear()
    return hits(library)


# Searching


def test_the_nearest_come_first_and_ties_by_id() -> None:
    index = VectorIndex.of([(7, vector(1, 0)), (3, vector(1, 0)), (5, vector(0, 1)), (4, vector(0.6, 0.8))], 2)
    assert index.search(vector(1, 0), 4) == [(3, 1.0), (7, 1.0), (4, pytest.approx(0.6)), (5, 0.0)]


def test_all_that_tie_with_the_last_one_are_given() -> None:
    index = VectorIndex.of([(n, vector(1, 0)) for n in range(50)] + [(99, vector(0, 1))], 2)
    assert [row for row, _ in index.search(vector(1, 0), 3)] == list(range(50))


def test_asking_for_more_than_there_is_gives_what_there_is() -> None:
    index = VectorIndex.of([(1, vector(1, 0)), (2, vector(0, 1))], 2)
    assert index.search(vector(1, 0), 100) == [(1, 1.0), (2, 0.0)]
    assert VectorIndex.of([], 2).search(vector(1, 0), 5) == []


def test_a_filter_restricts_the_ids_even_those_far_away_or_unknown() -> None:
    index = VectorIndex.of([(n, vector(1 - n / 100, 0)) for n in range(100)], 2)
    assert [row for row, _ in index.search(vector(1, 0), 2, {40, 60, 80, 1000})] == [40, 60]
    assert index.search(vector(1, 0), 5, set()) == []
    assert index.search(vector(1, 0), 5, {1000}) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=40), st.integers(1, 50), st.data())
def test_a_search_is_the_sorted_list_of_all_products(rows: list[tuple[int, int]], limit: int, data: st.DataObject) -> None:
    among = data.draw(st.none() | st.sets(st.integers(0, 50)))
    index = VectorIndex.of([(n, vector(*row)) for n, row in enumerate(rows)], 2)
    wanted = sorted(
        ((n, float(2 * a + b)) for n, (a, b) in enumerate(rows) if among is None or n in among), key=lambda hit: (-hit[1], hit[0])
    )
    expected = [hit for hit in wanted if hit[1] >= wanted[min(limit, len(wanted)) - 1][1]]
    assert index.search(vector(2, 1), limit, among) == expected


# Healing


def damage_flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-9] ^= 4
    path.write_bytes(bytes(data))


def damage_head(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:21] + b"{" + data[22:])


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"garbage\n" * 100),
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(path.read_bytes()[:60]),
        lambda path: path.write_bytes(path.read_bytes() + b"more"),
        damage_flip,
        damage_head,
    ],
    ids=["missing", "empty", "garbage", "short", "very short", "long", "one bit", "head"],
)
def test_damaged_vectors_are_made_again_without_embedding(small_library: Make, word_hash: WordHash, damage: Callable[[Path], Any]) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    before, whole = hits(library), (library.index / VECTORS).read_bytes()
    damage(library.index / VECTORS)
    word_hash.embedded.clear()
    assert fresh_hits(library) == before
    assert word_hash.embedded == ["coral nurseries"]
    if (library.index / VECTORS).read_bytes()[: len(whole)] != whole:
        pytest.fail("the file was not mended")


def test_a_rebuild_mends_damaged_vectors_too(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": BALTIC})
    (library.index / VECTORS).unlink()
    word_hash.embedded.clear()
    library.rebuild()
    assert (library.index / VECTORS).is_file()
    assert word_hash.embedded == []


def test_vectors_of_another_index_are_not_taken(small_library: Make) -> None:
    library, other = small_library({"b.txt": REEF}, "one"), small_library({"b.txt": WALRUS}, "other")
    before = hits(library)
    (library.index / VECTORS).write_bytes((other.index / VECTORS).read_bytes())
    assert fresh_hits(library) == before


def test_vectors_of_another_life_of_the_same_index_are_not_taken(small_library: Make) -> None:
    """A database brought back from a backup and changed again reaches a generation that there was already."""
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    backup = (library.index / FILE).read_bytes()
    library.write({"c.txt": WALRUS})
    library.rebuild()
    later = (library.index / VECTORS).read_bytes()
    (library.index / FILE).write_bytes(backup)
    library.write({"c.txt": "Participants agreed that coral nurseries should be financed by a regional fund of kings."})
    library.rebuild()
    right = hits(library)
    (library.index / VECTORS).write_bytes(later)
    assert fresh_hits(library) == right


def test_where_nothing_can_be_written_questions_are_still_answered(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"b.txt": REEF})
    before = hits(library)
    (library.index / VECTORS).unlink()

    def read_only(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("index.store.save_vectors", read_only)
    assert fresh_hits(library) == before


def test_a_failed_write_leaves_no_half_file(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"b.txt": REEF})
    (library.index / VECTORS).unlink()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.store.os.fsync", full)
    assert fresh_hits(library)
    assert sorted(p.name for p in library.index.iterdir()) == [FILE, "writer.lock"]


def test_the_vectors_file_says_what_it_was_made_from(small_library: Make) -> None:
    library = small_library({"b.txt": REEF})
    _, head, _ = (library.index / VECTORS).read_bytes().split(b"\n", 2)
    told = json.loads(head)
    assert load_vectors(library.index, told["identity"], told["generation"]) is not None
    assert load_vectors(library.index, told["identity"], told["generation"] + 1) is None
    assert load_vectors(library.index, "other", told["generation"]) is None


# Snapshots


def test_a_snapshot_stays_as_it_was_while_a_rebuild_ends(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    store = Store(library.index)
    library.write({"a.txt": REEF, "b.txt": WALRUS})
    began, told = threading.Event(), []

    def rebuild() -> None:
        began.set()
        told.append(library.rebuild())

    with store.snapshot() as snapshot:
        before = [r.path for r in snapshot.reports]
        worker = threading.Thread(target=rebuild)
        worker.start()
        began.wait(10)
        worker.join(0.3)  # the rebuild waits at its commit for readers to end
        (row,) = [r.id for r in snapshot.reports]
        assert snapshot.text(row) == BALTIC
        assert len(snapshot.database.passages()) == len(snapshot.vectors.passages)
    worker.join(30)
    assert before == ["a.txt"]
    assert [(b.added, b.changed) for b in told] == [(("b.txt",), ("a.txt",))]
    with store.snapshot() as snapshot:
        assert [r.path for r in snapshot.reports] == ["a.txt", "b.txt"]
        assert len(snapshot.database.passages()) == len(snapshot.vectors.passages)


def test_an_unchanged_index_is_not_loaded_twice(small_library: Make) -> None:
    store = Store(small_library({"a.txt": BALTIC}).index)
    with store.snapshot() as first:
        pass
    with store.snapshot() as second:
        assert second.vectors is first.vectors
        assert second.names is first.names


def test_an_index_deleted_and_made_anew_is_taken_over(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    store = Store(library.index)
    with store.snapshot():
        pass
    for file in library.index.iterdir():
        file.unlink()
    library.remove("a.txt")
    library.write({"b.txt": REEF})
    library.rebuild()
    with store.snapshot() as snapshot:
        assert [r.path for r in snapshot.reports] == ["b.txt"]
        assert len(snapshot.vectors.passages) == 2


def test_many_threads_asking_while_a_rebuild_runs_see_whole_reports_only(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    whole = {"a.txt": {BALTIC, WALRUS}, "b.txt": {REEF}, "c.txt": {WALRUS + "\n"}}
    stop = threading.Event()

    def asking() -> int:
        asked = 0
        while not stop.is_set():
            with Store(library.index).snapshot() as snapshot:
                for stored in snapshot.reports:
                    assert snapshot.text(stored.id) in whole[stored.path]
                rows = {row for row, _ in snapshot.vectors.passages.search(WordHash().embed(["coral quotas hotline"])[0], 50)}
                assert rows == set(snapshot.database.passages())
            for hit in qa.retrieve("coral quotas hotline", index=library.index):
                assert any(hit.text == text[hit.citation.start : hit.citation.end] for text in whole[hit.citation.report])
            asked += 1
        return asked

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(asking) for _ in range(3)]
        try:
            for a in (WALRUS, BALTIC):
                library.write({"a.txt": a, "c.txt": WALRUS + "\n"})
                library.rebuild()
                library.remove("c.txt")
                library.rebuild()
        finally:
            stop.set()
        assert all(f.result(30) > 0 for f in futures)


def test_a_text_that_is_not_as_it_was_stored_is_never_quoted(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    data = (library.index / FILE).read_bytes()
    assert data.count(b"a hotline between") == 1
    (library.index / FILE).write_bytes(data.replace(b"a hotline between", b"no hotline between"[:17]))
    for reading in (lambda: qa.show("a.txt", index=library.index), lambda: qa.retrieve("hotline", index=library.index)):
        with pytest.raises(IndexUnusable, match=r"is damaged \(a report's text is not as it was stored\)\. Delete it and run"):
            reading()


def test_a_snapshot_needs_no_right_to_write(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    before = library.bytes_on_disk()
    with Store(library.index).snapshot() as snapshot, pytest.raises(Exception, match="readonly"):
        snapshot.database.set_facts({"x": "y"})
    assert library.bytes_on_disk() == before
    assert Database(library.index).fact("x") is None

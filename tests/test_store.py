"""The store: vectors are derived and heal themselves, ties are nobody's chance, and each question sees one state of the index."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import qa
from index.database import FILE, Database
from index.errors import IndexUnusable
from index.sqlite_store import SqliteSnapshot, SqliteStore
from index.store import Among
from index.vectors_file import VECTORS, is_current, read_vectors
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash

Make = Callable[..., SmallLibrary]


def hits(library: SmallLibrary, question: str = "coral nurseries") -> list[dict[str, Any]]:
    return [h.to_dict() for h in qa.retrieve(question, 10, index=library.index)]


def fresh_hits(library: SmallLibrary) -> list[dict[str, Any]]:
    """As another process would see it: no vectors in memory."""
    from qa.library import _store

    _store.cache_clear()
    return hits(library)


# Searching


def near(snapshot: SqliteSnapshot, question: str, limit: int, among: Among | None = None) -> list[tuple[int, float]]:
    return snapshot.by_meaning(WordHash().embed([question])[0], limit, among)


def test_the_nearest_come_first_and_all_that_tie_with_the_last_are_given(small_library: Make) -> None:
    tied = "Participants discussed the herring."
    library = small_library({"a.txt": f"{tied}\n\n{tied}\n\nThe herring.\n\nWalrus.", "b.txt": tied + "\n"})
    with SqliteStore(library.index).snapshot() as snapshot:
        found = near(snapshot, "the herring", 2)
        assert [round(score, 3) for _, score in found] == [1.0, 0.707, 0.707, 0.707]
        assert [row for row, _ in found[1:]] == sorted(row for row, _ in found[1:])


def test_asking_for_more_than_there_is_gives_what_there_is(small_library: Make) -> None:
    with SqliteStore(small_library({"a.txt": BALTIC, "b.txt": REEF}).index).snapshot() as snapshot:
        assert len(near(snapshot, "coral", 1000)) == snapshot.passages


def test_a_search_is_restricted_to_reports_holders_and_acts(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    with SqliteStore(library.index).snapshot() as snapshot:
        rows = {stored.path: stored.id for stored in snapshot.reports}
        of = {row: stored.path for stored in snapshot.reports for row in stored.passages}
        vector = WordHash().embed(["participants quotas"])[0]
        for chosen in ({"a.txt"}, {"a.txt", "c.txt"}, {"b.txt", "c.txt"}):
            among = snapshot.among([rows[path] for path in chosen])
            assert among is not None
            assert {of[row] for row, _ in snapshot.by_meaning(vector, 50, among)} == chosen
            assert {of[row] for row in snapshot.by_sentence(vector, 50, among)} == chosen
            assert {of[row] for row, _ in snapshot.by_words(["particip", "quota"], 50, among)} == chosen
        held = snapshot.among(None, "Latvia", "stated")
        assert {of[row] for row, _ in snapshot.by_meaning(vector, 50, held)} == {"a.txt"}
        assert snapshot.among(rows.values()) is None, "all reports are no restriction"
        assert not snapshot.among([])
        assert near(snapshot, "coral", 5, snapshot.among([])) == []


# Healing


def damage_flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-9] ^= 4
    path.write_bytes(bytes(data))


def damage_head(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:21] + b"{" + data[22:])


def damage_sizes(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:45] + b"\xff" * 8 + data[53:])


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
        damage_sizes,
    ],
    ids=["missing", "empty", "garbage", "short", "very short", "long", "one bit", "head", "sizes"],
)
def test_damaged_vectors_are_made_again_without_embedding(small_library: Make, word_hash: WordHash, damage: Callable[[Path], Any]) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    before, whole = hits(library), (library.index / VECTORS).read_bytes()
    damage(library.index / VECTORS)
    word_hash.embedded.clear()
    assert fresh_hits(library) == before
    assert word_hash.embedded == ["coral nurseries"]
    assert (library.index / VECTORS).read_bytes() == whole


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

    monkeypatch.setattr("index.sqlite_store.bring_up_to_date", read_only)
    assert fresh_hits(library) == before


def test_a_failed_write_leaves_no_half_file(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"b.txt": REEF})
    (library.index / VECTORS).unlink()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.vectors_file.os.fsync", full)
    assert fresh_hits(library)
    assert sorted(p.name for p in library.index.iterdir()) == [FILE, "writer.lock"]


def current(library: SmallLibrary) -> bool:
    with closing(Database(library.index)) as database:
        return is_current(library.index, database)


def test_adding_a_report_appends_to_the_vectors_file_and_changing_one_leaves_nothing_of_it(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    file = library.index / VECTORS
    before = file.read_bytes()
    library.write({"c.txt": WALRUS})
    library.rebuild()
    assert file.read_bytes().startswith(before)
    assert len(file.read_bytes()) > len(before)
    assert current(library)
    library.write({"a.txt": WALRUS + "\nMore."})
    library.rebuild()
    assert current(library)
    codes, whole = read_vectors(library.index)
    assert whole
    assert len(codes) == 3
    library.remove("b.txt")
    library.rebuild()
    assert current(library)
    assert len(read_vectors(library.index)[0]) == 2


def test_half_a_block_at_the_end_of_the_file_is_written_anew(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})
    library.rebuild()
    whole = (library.index / VECTORS).read_bytes()
    (library.index / VECTORS).write_bytes(whole[:-40])
    assert not current(library)
    library.rebuild()
    assert (library.index / VECTORS).read_bytes() == whole


# Snapshots


def test_a_snapshot_stays_as_it_was_while_a_rebuild_ends(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    store = SqliteStore(library.index)
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
        assert len(snapshot.database.passages()) == snapshot.passages
    worker.join(30)
    assert before == ["a.txt"]
    assert [(b.added, b.changed) for b in told] == [(("b.txt",), ("a.txt",))]
    with store.snapshot() as snapshot:
        assert [r.path for r in snapshot.reports] == ["a.txt", "b.txt"]
        assert len(snapshot.database.passages()) == snapshot.passages


def test_what_a_rebuild_has_not_finished_is_no_change_of_the_index(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    store = SqliteStore(library.index)
    before = store.marks()
    with closing(Database(library.index, write=True)) as database:
        with database.transaction(write=True):
            database.set_facts({"folder": "elsewhere"})
            assert list(library.index.glob("*-journal"))
            assert store.marks() == before
        assert store.marks() != before


def test_an_unchanged_index_is_not_loaded_twice(small_library: Make) -> None:
    store = SqliteStore(small_library({"a.txt": BALTIC}).index)
    with store.snapshot() as first:
        pass
    with store.snapshot() as second:
        assert second.vectors is first.vectors
        assert second.reports is first.reports
        assert second.names is first.names


def test_a_running_reader_takes_over_only_what_changed(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    store = SqliteStore(library.index)
    with store.snapshot() as before:
        pass
    read: list[int] = []
    monkeypatch.setattr("index.sqlite_store.read_vectors", lambda folder: read.append(1) or ({}, False))
    library.write({"c.txt": WALRUS})
    library.remove("b.txt")
    library.rebuild()
    with store.snapshot() as snapshot:
        assert not read
        assert snapshot.names is before.names
        assert snapshot.reports[0] is before.reports[0]
        assert [r.path for r in snapshot.reports] == ["a.txt", "c.txt"]
        fresh = {row for row, _ in near(snapshot, "walrus quotas coral", 50)}
        assert fresh == set(snapshot.database.passages())
        assert len(fresh) == snapshot.passages


def test_an_index_deleted_and_made_anew_is_taken_over(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    store = SqliteStore(library.index)
    with store.snapshot():
        pass
    for file in library.index.iterdir():
        file.unlink()
    library.remove("a.txt")
    library.write({"b.txt": REEF})
    library.rebuild()
    with store.snapshot() as snapshot:
        assert [r.path for r in snapshot.reports] == ["b.txt"]
        assert snapshot.passages == 2


def test_a_corrected_report_is_still_found_by_meaning_by_who_has_asked_before(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    store = SqliteStore(library.index)
    with store.snapshot() as snapshot:
        before = near(snapshot, "walrus quotas coral", 50)
    library.write({"corrections.toml": '[[report]]\nfile = "a.txt"\ntitle = "Another Title"\n'})
    library.rebuild()
    with store.snapshot() as snapshot:
        assert snapshot.reports[0].meeting.title == "Another Title"
        assert near(snapshot, "walrus quotas coral", 50) == before
        assert snapshot.passages == len(before)


def test_an_index_made_anew_of_the_same_reports_is_found_as_before(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    store = SqliteStore(library.index)
    with store.snapshot() as snapshot:
        before = near(snapshot, "walrus quotas coral", 50)
    for file in library.index.iterdir():
        file.unlink()
    library.rebuild()
    with store.snapshot() as snapshot:
        assert near(snapshot, "walrus quotas coral", 50) == before


def test_many_threads_asking_while_a_rebuild_runs_see_whole_reports_only(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    whole = {"a.txt": {BALTIC, WALRUS}, "b.txt": {REEF}, "c.txt": {WALRUS + "\n"}}
    stop = threading.Event()

    def asking() -> int:
        asked = 0
        while not stop.is_set():
            with SqliteStore(library.index).snapshot() as snapshot:
                for stored in snapshot.reports:
                    assert snapshot.text(stored.id) in whole[stored.path]
                assert {row for row, _ in near(snapshot, "coral quotas hotline", 50)} == set(snapshot.database.passages())
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
        with pytest.raises(IndexUnusable, match=r"is damaged \(a page is not as it was written\)\. .* delete it and run"):
            reading()


def test_a_snapshot_needs_no_right_to_write(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    before = library.bytes_on_disk()
    with SqliteStore(library.index).snapshot() as snapshot, pytest.raises(Exception, match="readonly"):
        snapshot.database.set_facts({"x": "y"})
    assert library.bytes_on_disk() == before
    assert Database(library.index).fact("x") is None

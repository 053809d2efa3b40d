"""The rebuild: what changed is done, all of it, once, and an interruption or a failure costs nothing that was there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import apsw
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import qa
from index import rebuild as rebuild_function
from index.database import FILE, Database
from index.errors import FolderError, IndexUnusable, ModelMismatch, RapporteurError, ReadingEnded
from index.folder import file_sha256
from index.vectors_file import VECTORS
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash, read_here, word_hashes

rebuild_module = sys.modules["index.rebuilding"]
Make = Callable[..., SmallLibrary]


def quotes(library: SmallLibrary, report: str | None = None) -> list[str]:
    return [s.quote for s in qa.statements(report, index=library.index)]


def generation(library: SmallLibrary) -> int:
    database = Database(library.index)
    try:
        return database.generation
    finally:
        database.close()


# What is told


def test_each_file_is_told_once_as_what_it_is(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.md": REEF, "gone.txt": "Participants agreed on trade."})
    assert library.built is not None
    assert (library.built.added, library.built.unchanged) == (("a.txt", "b.md", "gone.txt"), 0)
    library.remove("gone.txt")
    library.write(
        {"a.txt": BALTIC + "\nParticipants agreed to meet again.\n", "copy.txt": REEF, "new.txt": WALRUS, "x.xlsx": "1", "empty.txt": ""}
    )
    built = library.rebuild()
    assert (built.added, built.changed, built.removed, built.unchanged) == (("new.txt",), ("a.txt",), ("gone.txt",), 1)
    assert [(d.path, d.same_as) for d in built.duplicates] == [("copy.txt", "b.md")]
    assert [s.path for s in built.skipped] == ["empty.txt", "x.xlsx"]
    assert "empty" in built.skipped[0].reason
    assert [r.report for r in qa.reports(index=library.index)] == ["a.txt", "b.md", "new.txt"]
    assert "Participants agreed to meet again." in quotes(library, "a.txt")


def test_the_counts_are_those_of_the_whole_index(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})
    built = library.rebuild()
    listed = qa.reports(index=library.index)
    assert (built.passages, built.sentences) == (sum(r.passages for r in listed), sum(r.statements for r in listed)) == (5, 10)


def test_a_second_rebuild_has_nothing_to_do_and_writes_nothing(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": BALTIC, "copy.txt": BALTIC, "empty.txt": ""})
    before, embedded = library.bytes_on_disk(), len(word_hash.embedded)
    built = library.rebuild()
    assert (built.added, built.changed, built.removed, built.unchanged) == ((), (), (), 1)
    assert [s.path for s in built.skipped] == ["empty.txt"]
    assert [d.path for d in built.duplicates] == ["copy.txt"]
    assert len(word_hash.embedded) == embedded
    assert library.bytes_on_disk() == before


def test_a_renamed_report_is_found_under_its_new_name_only(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    (library.documents / "a.txt").rename(library.documents / "z.txt")
    built = library.rebuild()
    assert (built.added, built.removed) == (("z.txt",), ("a.txt",))
    assert {s.citation.report for s in qa.statements(index=library.index)} == {"z.txt"}


def test_the_original_of_a_duplicate_removed_the_other_takes_its_place(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": BALTIC})
    library.remove("a.txt")
    built = library.rebuild()
    assert (built.added, built.removed, built.duplicates) == (("b.txt",), ("a.txt",), ())
    assert [r.report for r in qa.reports(index=library.index)] == ["b.txt"]


def test_a_duplicate_that_becomes_a_report_of_its_own_is_added(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": BALTIC})
    library.write({"b.txt": REEF})
    built = library.rebuild()
    assert (built.added, built.duplicates) == (("b.txt",), ())


def test_the_copy_of_a_file_that_cannot_be_read_is_not_called_indexed(small_library: Make) -> None:
    broken = b"%PDF-1.4 broken"
    library = small_library({"a.pdf": broken, "b.pdf": broken, "c.txt": BALTIC})
    assert library.built is not None
    assert library.built.duplicates == ()
    assert [s.path for s in library.built.skipped] == ["a.pdf", "b.pdf"]
    again = library.rebuild()
    assert [s.path for s in again.skipped] == ["a.pdf", "b.pdf"]


def test_a_file_touched_but_not_changed_is_unchanged_and_not_embedded(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": BALTIC})
    embedded = len(word_hash.embedded)
    library.write({"a.txt": BALTIC})
    assert library.rebuild().unchanged == 1
    assert len(word_hash.embedded) == embedded


def test_of_a_changed_report_only_what_is_new_is_embedded(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": BALTIC})
    word_hash.embedded.clear()
    library.write({"a.txt": BALTIC.replace("Safety at sea\n", "Safety at sea\n\nParticipants agreed to meet in Bergen.\n")})
    library.rebuild()
    new = "Participants agreed to meet in Bergen."
    assert word_hash.embedded == [f"Safety at sea\n{new}", new]


def test_a_paragraph_under_another_heading_is_embedded_again(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": BALTIC})
    word_hash.embedded.clear()
    library.write({"a.txt": BALTIC.replace("Safety at sea", "Order at sea")})
    library.rebuild()
    assert [text.split("\n")[0] for text in word_hash.embedded] == ["Order at sea"] * 2


def test_another_version_of_a_reading_library_reads_again_and_embeds_nothing(
    small_library: Make, word_hash: WordHash, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = small_library({"a.txt": BALTIC, "empty.txt": ""})
    word_hash.embedded.clear()
    read: list[str] = []
    monkeypatch.setattr(rebuild_module, "version", lambda name: f"{name} of tomorrow")
    built = library.rebuild(progress=lambda _done, _total, file: read.append(file))
    assert read == ["a.txt", "empty.txt", ""]
    assert (built.unchanged, built.changed, word_hash.embedded) == (1, (), [])


# Files that cannot be read


def test_a_report_whose_file_cannot_be_opened_stays_as_it_was(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    library.write({"a.txt": "Participants agreed on something else."})

    def locked(path: Path) -> str:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return file_sha256(path)

    monkeypatch.setattr("index.folder.file_sha256", locked)
    built = library.rebuild()
    assert (built.removed, built.changed, built.unchanged) == ((), (), 1)
    assert "What was read of it before stays in the index." in built.skipped[0].reason
    assert qa.show("a.txt", index=library.index) == BALTIC


def test_a_report_that_became_unreadable_is_dropped_and_named(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    library.write({"a.txt": ""})
    built = library.rebuild()
    assert [s.path for s in built.skipped] == ["a.txt"]
    assert [r.report for r in qa.reports(index=library.index)] == ["b.txt"]
    library.write({"a.txt": BALTIC})
    assert library.rebuild().added == ("a.txt",)


def test_a_text_with_nul_and_half_a_letter_is_kept_to_the_character(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"b.txt": REEF})
    text = "Participants agreed\0 on fish \ud800 and ice."

    def reader(files: Sequence[tuple[Path, str]], then: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
        from index.report import Block, Report

        for _, report_id in files:
            yield report_id, then(Report(report_id, text, (Block("body", 0, len(text)),)), "")

    library.write({"a.txt": "x"})
    with patch.object(rebuild_module, "read_guarded", reader):
        rebuild_function(library.documents, library.index)
    shown = qa.show("a.txt", index=library.index)
    assert shown == text.replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    (statement,) = qa.statements("a.txt", index=library.index)
    assert statement.quote == shown
    assert qa.verify(statement, index=library.index).status == "exact"


# Progress


def test_the_total_of_the_progress_is_true_and_done_never_falls(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({f"{n}.txt": REEF.replace("coral", f"coral{n}") for n in range(5)} | {"empty.txt": ""})
    told: list[tuple[int, int, str]] = []
    library.rebuild(progress=lambda *state: told.append(state))
    assert {total for _, total, _ in told} == {6}
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert (told[0][0], told[-1]) == (0, (6, 6, ""))
    assert [file for _, _, file in told[:-1]] == [*(f"{n}.txt" for n in range(5)), "empty.txt"]


# Interruption


class InterruptedHereError(Exception):
    pass


def test_an_interrupted_rebuild_keeps_what_was_finished_and_the_next_one_ends_it(
    small_library: Make, word_hash: WordHash, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = small_library({"0.txt": WALRUS})
    library.write({f"{n}.txt": REEF.replace("coral", f"coral{n}") for n in range(1, 7)})
    monkeypatch.setattr(rebuild_module, "_BATCH", 3)
    embed = word_hash.embed

    def failing(texts: Sequence[str]) -> Any:
        if any("coral4" in text for text in texts):
            raise InterruptedHereError
        return embed(texts)

    monkeypatch.setattr(word_hash, "embed", failing)
    with pytest.raises(InterruptedHereError):
        library.rebuild()
    assert [r.report for r in qa.reports(index=library.index)] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert qa.retrieve("walrus quotas", index=library.index)[0].citation.report == "0.txt"
    monkeypatch.setattr(word_hash, "embed", embed)
    word_hash.embedded.clear()
    built = library.rebuild()
    assert built.added == ("4.txt", "5.txt", "6.txt")
    assert not any("coral1" in text for text in word_hash.embedded)


def test_words_changed_after_an_interrupted_first_rebuild_reach_its_reports_too(
    small_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, str | bytes] = {f"{n}.txt": f"Zubrowkan participants agreed on topic {n}." for n in range(4)}
    whole = small_library(files, "whole")
    monkeypatch.setattr(rebuild_module, "_BATCH", 1)
    library = SmallLibrary(whole.documents.parent.parent / "broken")
    library.write(files)
    with (
        patch.object(rebuild_module, "read_guarded", lambda files, then: _stops_after(2, read_here(files, then))),
        pytest.raises(InterruptedHereError),
    ):
        rebuild_function(library.documents, library.index)
    for each in (whole, library):
        each.write({"names.toml": ZUBROWKA})
        each.rebuild()
    assert [s.who for s in qa.statements(index=library.index)] == [("Zubrowka",)] * 4
    assert [s.who for s in qa.statements(index=whole.index)] == [("Zubrowka",)] * 4


def _stops_after(n: int, results: Iterator[Any]) -> Iterator[Any]:
    for _ in range(n):
        yield next(results)
    raise InterruptedHereError


def test_a_transaction_that_fails_leaves_the_old_report_whole(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC})
    before = [s.to_dict() for s in qa.statements(index=library.index)]
    library.write({"a.txt": REEF})

    def full(self: Database, item: Any) -> None:
        self.remove(item.report.report_id)
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr(Database, "put", full)
    with pytest.raises(IndexUnusable, match="the disk is full"):
        library.rebuild()
    monkeypatch.undo()
    with word_hashes():
        assert [s.to_dict() for s in qa.statements(index=library.index)] == before


def test_a_killed_rebuild_leaves_a_usable_index(tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({f"{n}.txt": REEF.replace("coral", f"coral{n}") for n in range(6)})
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
from pathlib import Path
from tests.fakes import WordHash, read_here, word_hashes
import index.rebuilding
from index.database import Database
module = sys.modules["index.rebuilding"]
module._BATCH, module.read_guarded = 1, read_here
put = Database.put
def dying(self, item):
    put(self, item)
    if "coral3" in item.report.text:
        os._exit(9)
Database.put = dying
with word_hashes():
    module.rebuild({str(library.documents)!r}, {str(library.index)!r})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 9, done.stderr
    with word_hashes():
        assert [r.report for r in qa.reports(index=library.index)] == ["0.txt", "1.txt", "2.txt"]
        assert qa.retrieve("coral1", 1, index=library.index)[0].citation.report == "1.txt"
        assert library.rebuild().added == ("3.txt", "4.txt", "5.txt")


# One result, whatever the way to it

POOL: dict[str, str | bytes] = {
    "baltic.txt": BALTIC,
    "reef.txt": REEF,
    "sub/walrus.md": WALRUS,
    "echo.txt": "Participants agreed that a hotline between the coast guards should be opened.",
    "again.txt": "Echo\n\nParticipants agreed that a hotline between the coast guards should be opened.",
    "dialogue.txt": "The Third Round of the Baltic Waters Dialogue\n\nThe third round was held in Oslo on 2 June 2020.\n\n"
    "Participants from Latvia supported a hotline. Norway and Latvia disagreed about radar.",
}
QUESTIONS = (
    "What did participants agree on the hotline?",
    "What did Latvian participants say?",
    "What was said about radar stations?",
    "hotline coast guards",
    "Who should pay?",
)


def everything(library: SmallLibrary) -> str:
    """All that the library says, as JSON."""
    told: dict[str, Any] = {"reports": [r.to_dict() for r in qa.reports(index=library.index)]}
    told["statements"] = [s.to_dict() for s in qa.statements(index=library.index)]
    for question in QUESTIONS:
        told[f"ask {question}"] = qa.ask(question, index=library.index).to_dict()
        told[f"retrieve {question}"] = [h.to_dict() for h in qa.retrieve(question, 10, index=library.index)]
    return json.dumps(told, indent=1, ensure_ascii=False)


Step = dict[str, bool]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(POOL)), st.booleans(), min_size=1, max_size=4), min_size=1, max_size=3),
    st.sets(st.sampled_from(sorted(POOL)), min_size=2),
)
@example([{"reef.txt": True}], {"reef.txt", "baltic.txt"})
@example([{"reef.txt": True, "echo.txt": True}, {"reef.txt": True, "baltic.txt": False}], {"reef.txt", "echo.txt", "baltic.txt"})
@example([{"dialogue.txt": True, "again.txt": True}], set(POOL))
def test_step_by_step_and_from_nothing_give_the_same_answers(steps: list[Step], final: set[str]) -> None:
    """Each step is a folder: which reports it holds, and whether they are as in the end or say something else yet."""
    with tempfile.TemporaryDirectory() as home, word_hashes():
        grown, fresh = SmallLibrary(Path(home, "grown")), SmallLibrary(Path(home, "fresh"))
        present: set[str] = set()
        for step in [*steps, dict.fromkeys(final, True)]:
            for name in present - {*step}:
                grown.remove(name)
            grown.write({name: POOL[name] if same else f"{POOL[name]!s}\nParticipants agreed on figs." for name, same in step.items()})
            present = {*step}
            grown.rebuild()
        fresh.write({name: POOL[name] for name in final})
        fresh.rebuild()
        assert everything(grown) == everything(fresh)


def test_a_list_of_agreements_is_in_the_same_order_whatever_the_way_to_the_index(small_library: Make) -> None:
    fresh = small_library({"baltic.txt": BALTIC, "reef.txt": REEF}, "fresh")
    grown = small_library({"reef.txt": REEF}, "grown")
    grown.write({"baltic.txt": BALTIC})
    grown.rebuild()
    one, other = (qa.ask("What did they agree on?", index=library.index).to_dict() for library in (fresh, grown))
    assert one == other


def test_a_deleted_report_leaves_no_byte_in_any_file_of_the_index(small_library: Make) -> None:
    secret = "Xylophagous delegates agreed that zugzwang quorums need kaleidoscopes."
    library = small_library({"a.txt": BALTIC, "secret.txt": f"Zugzwang Forum\n\n{secret}\n", "b.txt": REEF})
    library.write({"empty-zugzwang.txt": "", "copy-zugzwang.txt": f"Zugzwang Forum\n\n{secret}\n"})
    library.rebuild()
    words = (b"ylophag", b"ugzwang", b"aleidoscop", b"uorum")
    assert all(word in library.bytes_on_disk() for word in words)
    for name in ("secret.txt", "copy-zugzwang.txt", "empty-zugzwang.txt"):
        library.remove(name)
    library.rebuild()
    assert [word for word in words if word in library.bytes_on_disk()] == []
    vector = WordHash().embed([secret])[0].astype("float16").tobytes()
    assert vector not in library.bytes_on_disk()
    assert qa.retrieve("zugzwang quorums", index=library.index, k=9)
    assert not any("zugzwang" in h.text for h in qa.retrieve("zugzwang quorums", index=library.index, k=9))


def test_what_a_changed_report_no_longer_says_is_gone_too(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC + "\nXylophagous delegates agreed on kaleidoscopes.\n"})
    library.write({"a.txt": BALTIC})
    library.rebuild()
    assert [word for word in (b"ylophag", b"aleidoscop") if word in library.bytes_on_disk()] == []


def test_words_are_stemmed_anew_when_the_rules_of_stemming_change(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    monkeypatch.setattr("index.database.stems", lambda text: [f"new{word}" for word in text.lower().split()])
    monkeypatch.setattr(rebuild_module, "terms_fingerprint", lambda: "new rules")
    library.rebuild()
    library.remove("a.txt")
    library.rebuild()
    database = Database(library.index)
    try:
        assert database.search_words('"newparticipants"', 10)
        assert not database.search_words('"particip"', 10)
        assert not database.search_words('"newlatvian"', 10)
    finally:
        database.close()
    assert b"newlatvian" not in library.bytes_on_disk()


# Words of one's own

ZUBROWKA = '[[country]]\nname = "Zubrowka"\ndemonyms = ["Zubrowkan"]\n'


def test_edited_names_make_the_statements_again_without_embedding(small_library: Make, word_hash: WordHash) -> None:
    library = small_library({"a.txt": "Zubrowkan participants agreed on fisheries."})
    assert [s.who for s in qa.statements(index=library.index)] != [("Zubrowka",)]
    embedded = len(word_hash.embedded)
    library.write({"names.toml": ZUBROWKA})
    built = library.rebuild()
    assert [s.who for s in qa.statements(index=library.index)] == [("Zubrowka",)]
    assert (built.unchanged, built.changed) == (1, ())
    assert len(word_hash.embedded) == embedded
    library.remove("names.toml")
    library.rebuild()
    assert [s.who for s in qa.statements(index=library.index)] != [("Zubrowka",)]


def test_names_that_cannot_be_read_are_named_and_the_old_index_serves_on(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"names.toml": "[[country]\n"})
    with pytest.raises(RapporteurError, match=r"names\.toml"):
        library.rebuild()
    assert quotes(library)


# Models


def test_another_model_is_refused_by_both_names(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    with pytest.raises(ModelMismatch, match=r"all-MiniLM-L6-v2, not other-model\..*--index DIR"):
        library.rebuild(model="other-model")
    assert library.rebuild(model="all-MiniLM-L6-v2").unchanged == 1


def test_other_weights_under_the_same_name_are_refused_when_indexing_and_when_asking(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})
    with word_hashes(WordHash("other weights")):
        with pytest.raises(ModelMismatch, match="the weights of the model all-MiniLM-L6-v2 are not those"):
            library.rebuild()
        with pytest.raises(ModelMismatch, match="other weights of the model all-MiniLM-L6-v2"):
            qa.retrieve("hotline", index=library.index)
    assert [r.report for r in qa.reports(index=library.index)] == ["a.txt"]


def test_a_model_given_as_a_folder_is_found_from_any_folder(tmp_path: Path, word_hash: WordHash, monkeypatch: pytest.MonkeyPatch) -> None:
    library = SmallLibrary(tmp_path / "library")
    library.write({"a.txt": BALTIC})
    (tmp_path / "models" / "own").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "models")
    library.rebuild(model="own")
    monkeypatch.chdir(tmp_path)
    qa.retrieve("hotline", index=library.index)
    assert word_hash.name == str(tmp_path / "models" / "own")
    assert library.rebuild(model="models/own").unchanged == 1


# Folders and writers


def test_a_missing_or_empty_folder_is_told_with_what_to_do(tmp_path: Path, word_hash: WordHash) -> None:
    with pytest.raises(FolderError, match=r"nowhere: there is no such folder. Make it and drop reports into it"):
        rebuild_function(tmp_path / "nowhere", tmp_path / "index")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FolderError, match=r"empty: there is no report in this folder. Drop PDF"):
        rebuild_function(tmp_path / "empty", tmp_path / "index")


def test_the_last_report_removed_leaves_an_index_that_answers(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.remove("a.txt")
    assert library.rebuild().removed == ("a.txt",)
    assert qa.retrieve("hotline", index=library.index) == []
    assert qa.ask("What did participants agree on the hotline?", index=library.index).status == "not_covered"


def test_a_second_writer_is_told_to_wait(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})
    refused: list[str] = []

    def meanwhile(_done: int, _total: int, _file: str) -> None:
        if not refused:
            try:
                rebuild_function(library.documents, library.index)
            except IndexUnusable as error:
                refused.append(str(error))

    assert library.rebuild(progress=meanwhile).added == ("b.txt",)
    assert "another program is writing to the index. Try again when it is done." in refused[0]


def test_an_index_on_a_path_that_is_a_file_is_told(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    (tmp_path / "taken").write_text("x", "utf-8")
    for index in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(IndexUnusable, match=r"taken.*cannot be opened or written"):
            rebuild_function(library.documents, index)


def test_an_error_about_the_index_names_the_index_and_not_its_lock(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    (library.index / FILE).write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexUnusable, match=rf"{FILE}: the index file is damaged"):
        library.rebuild()


def test_a_programming_mistake_inside_a_rebuild_keeps_its_traceback(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})
    monkeypatch.setattr(rebuild_module, "passage_text", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        library.rebuild()


def test_a_disk_too_full_for_the_vectors_costs_no_answer(small_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF})

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.sqlite_store.bring_up_to_date", full)
    library.rebuild()
    assert qa.retrieve("coral nurseries", 1, index=library.index)[0].citation.report == "b.txt"


def test_a_report_added_while_the_library_is_open_is_found_by_the_next_question(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    assert qa.retrieve("coral nurseries", 1, index=library.index)[0].citation.report == "a.txt"
    library.write({"b.txt": REEF})
    library.rebuild()
    assert qa.retrieve("coral nurseries", 1, index=library.index)[0].citation.report == "b.txt"
    assert qa.ask("What did participants agree on coral nurseries?", index=library.index).status == "answered"


def test_the_generation_grows_with_each_change_only(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    first = generation(library)
    library.rebuild()
    assert generation(library) == first
    library.write({"b.txt": REEF})
    library.rebuild()
    assert generation(library) > first
    assert (library.index / VECTORS).is_file()


def test_reports_are_read_in_children_with_limits(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    library.write({"b.txt": REEF, "broken.pdf": b"%PDF-1.4 no more"})
    built = library.rebuild(guarded=True)
    assert built.added == ("b.txt",)
    assert [s.path for s in built.skipped] == ["broken.pdf"]


def test_a_file_whose_reading_had_to_be_ended_is_tried_three_times_and_then_left(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC, "slow.txt": REEF})
    tried: list[int] = []

    def busy(files: Sequence[tuple[Path, str]], then: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
        tried.append(sum(name == "slow.txt" for _, name in files))
        yield from ((n, ReadingEnded("Reading it takes too long.") if n == "slow.txt" else r) for n, r in read_here(files, then))

    with patch.object(rebuild_module, "read_guarded", busy):
        for _ in range(5):
            built = rebuild_function(library.documents, library.index)
            assert [(s.path, s.reason) for s in built.skipped] == [("slow.txt", "Reading it takes too long.")]
    assert tried == [1, 1, 1, 0, 0]
    library.write({"slow.txt": REEF})
    assert library.rebuild().added == ("slow.txt",)


def test_a_file_that_changes_while_it_is_read_is_read_again_by_the_next_rebuild(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    stamp = (library.documents / "a.txt").stat().st_mtime_ns

    def changing(files: Sequence[tuple[Path, str]], then: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
        (library.documents / "a.txt").write_text(REEF, "utf-8")
        yield from read_here(files, then)

    with patch.object(rebuild_module, "read_guarded", changing):
        rebuild_function(library.documents, library.index)
    (library.documents / "a.txt").write_text(BALTIC, "utf-8")
    os.utime(library.documents / "a.txt", ns=(stamp, stamp))
    library.rebuild()
    assert "hotline" in qa.show("a.txt", index=library.index)


def test_every_source_that_reading_rests_on_counts_as_a_rule_of_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a changed rule would leave old readings beside new ones."""
    index = Path(rebuild_module.__file__ or "").parent
    counted: set[Path] = set()

    def patterns(*given: str) -> list[str]:
        counted.update(path for pattern in given for path in index.glob(pattern))
        return []

    monkeypatch.setattr(rebuild_module, "_sources", patterns)
    rebuild_module._reading_rules()
    needed = {*index.glob("readers/*.py"), index / "passages.py"}
    while True:
        modules = {m for path in needed for m in re.findall(r"^\s*from (index\.[\w.]+) import", path.read_text("utf-8"), re.MULTILINE)}
        more = {index.parent / f"{module.replace('.', '/')}.py" for module in modules} - {index / "readers.py", index / "errors.py"}
        if more <= needed:
            break
        needed |= more
    assert needed - counted == set()

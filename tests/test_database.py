"""The index file: what was stored comes back, words and vectors go with their report, and damage is told in a sentence."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from index import rebuild
from index.check import find_damage
from index.database import FILE, Database, damage, quote_term
from index.errors import IndexUnusable, RapporteurError
from index.meeting import Meeting
from index.passages import build_passages
from index.report import Attribution, Block, Page, Report
from index.stored import Analysed, FileState
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash

Make = Callable[..., SmallLibrary]
TEXT = "Heading\nParticipants agreed on fish. They left.\nOne|Two\nClose\n"
STATE = FileState("f" * 64, 10, 20)


def analysed(text: str = TEXT, path: str = "a.pdf", file: FileState = STATE) -> Analysed:
    fish, cells, close = text.index("Participants"), text.index("One|"), text.index("Close")
    report = Report(
        path,
        text,
        (
            Block("heading", 0, 7, level=2, pages=((0, 1),)),
            Block("body", fish, fish + 39, pages=((fish, 1), (fish + 29, 2))),
            Block("table", cells, cells + 7, level=1, pages=((cells, 2),), cells=((cells, cells + 3), (cells + 4, cells + 7))),
            Block("furniture", close, close + 5, reason="a button"),
        ),
        (Page(1, "i"), Page(2)),
        "A hint",
        "2020-01-02",
    )
    passages = build_passages(report)
    spans = [s for p in passages for s in p.sentences]
    attributions = tuple(
        Attribution(s.start, s.end, "everyone", ("Japan", "Côte d’Ivoire"), "agreed", (fish, fish + 12) if n == 1 else None)
        for n, s in enumerate(spans)
    )
    contents = [text[p.start : p.end] for p in passages if p.is_content]
    model = WordHash()
    meeting = Meeting("Title", "Series", 3, "2017-03-15", "2017-03-16", "Moscow", ("A",), ("Japan",))
    return Analysed(
        report, file, meeting, passages, attributions, model.embed(contents), model.embed([text[s.start : s.end] for s in spans])
    )  # fmt: skip


@contextmanager
def opened(folder: Path, *, write: bool = True) -> Iterator[Database]:
    database = Database(folder, write=write)
    try:
        yield database
    finally:
        database.close()


def test_a_report_comes_back_as_its_reader_gave_it(tmp_path: Path) -> None:
    item = analysed()
    with opened(tmp_path) as database:
        with database.transaction(write=True):
            database.put(item)
        assert database.report("a.pdf") == item.report
        assert database.report("b.pdf") is None
        assert database.files() == {"a.pdf": STATE}
        (stored,) = database.reports()
        assert (stored.path, stored.sha256, stored.meeting) == ("a.pdf", item.report.sha256, item.meeting)
        assert database.text(stored.id) == TEXT


def test_sentences_and_passages_come_back_with_page_paragraph_and_attribution(tmp_path: Path) -> None:
    item = analysed()
    with opened(tmp_path) as database:
        with database.transaction(write=True):
            database.put(item)
        passages = sorted(database.passages().values(), key=lambda p: p.start)
        sentences = database.sentences()
        assert [(p.kind, p.paragraph, p.page, p.page_label, p.headings) for p in passages] == [
            ("body", 1, 1, "i", "Heading"),
            ("table", 2, 2, None, "Heading"),
        ]
        assert [(TEXT[s.start : s.end], s.paragraph, s.page, s.page_label) for s in sentences] == [
            ("Participants agreed on fish.", 1, 1, "i"),
            ("They left.", 1, 2, None),
            ("One", 2, 2, None),
            ("Two", 2, 2, None),
        ]
        assert tuple(s.attribution for s in sentences) == item.attributions
        assert database.counts() == {passages[0].report: (2, 4)}
        assert database.passages_of_sentences([sentences[2].id]) == {sentences[2].id: passages[1].id}


def test_vectors_come_back_to_the_third_digit(tmp_path: Path) -> None:
    item = analysed()
    with opened(tmp_path) as database:
        with database.transaction(write=True):
            database.put(item)
        for table, wanted in (("passage", item.passage_vectors), ("sentence", item.sentence_vectors)):
            rows = dict(database.vectors(table))
            assert np.allclose(np.array(list(rows.values())), wanted, atol=1e-3)
            assert set(database.vectors_of(table, list(rows)[:1])) == set(list(rows)[:1])
        assert set(database.known_vectors("a.pdf")) == {"Participants agreed on fish.", "They left.", "One", "Two"}


def test_a_report_put_again_replaces_the_old_one_and_its_words(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        for text in (TEXT, TEXT.replace("fish.", "figs.")):
            with database.transaction(write=True):
                database.put(analysed(text))
        assert len(database.reports()) == 1
        assert database.count_passages('"fish"') == 0
        assert database.count_passages('"fig"') == 1
        with database.transaction(write=True):
            database.remove("a.pdf")
        for table in ("report", "passage", "sentence"):
            assert database._rows(f"SELECT count(*) FROM {table}") == [(0,)]
        assert database.search_words('"fig" OR "head"', 10) == []


def test_filters_choose_passages_by_report_holder_and_act(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        with database.transaction(write=True):
            database.put(analysed())
            database.put(analysed(path="b.pdf"))
        first, second = (r.id for r in database.reports())
        both = set(database.passages())
        assert database.passages_where([first, second], "Côte d’Ivoire", "agreed") == both
        assert len(database.passages_where([second], "Japan")) == 2
        assert database.passages_where([first], "Jap") == database.passages_where([first], act="stated") == set()


def test_words_rank_by_bm25_and_ties_at_the_limit_are_all_given(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        with database.transaction(write=True):
            for n in range(9):
                database.put(analysed(path=f"{n}.pdf"))
            database.put(analysed(TEXT.replace("fish", "fish fish fish"[:14]), path="best.pdf"))
        found = database.search_words('"fish"', 3)
        best = next(p.id for p in database.passages().values() if p.report == max(database.counts()) and p.kind == "body")
        assert found[0][0] == best
        assert len(found) == 10
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        assert len(database.search_words('"fish"', 1)) == 1


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_no_word_of_a_question_is_query_syntax(words: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    words = [w.encode("utf-8", "replace").decode() for w in words]
    with opened(tmp_path_factory.mktemp("db")) as database:
        database.search_words(" OR ".join(quote_term(w) for w in words), 5)
        database.count_passages(" + ".join(quote_term(w) for w in words))


def test_a_failed_transaction_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        before = database.generation
        with pytest.raises(ZeroDivisionError), database.transaction(write=True):
            database.put(analysed()) or 1 / 0
        assert database.reports() == []
        assert database.generation == before
        with database.transaction(write=True):
            database.put(analysed())
        assert database.generation == before + 1


def test_the_file_is_written_through_and_in_rollback_mode(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        pragma = database._connection.pragma
        assert (pragma("journal_mode"), pragma("synchronous"), pragma("secure_delete"), pragma("foreign_keys")) == ("delete", 3, 1, 1)


# Damage


def test_asking_before_indexing_says_how_to_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"nothing: there is no index yet\. Make it with: rapporteur index"):
        Database(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", r"the index file is empty\. Run: rapporteur index"),
        (b"garbage\n" * 2000, r"the index file is damaged .* [Dd]elete it and run: rapporteur index"),
        (b"SQLite format 3\0" + b"\xff" * 5000, r"the index file is damaged .* [Dd]elete it and run: rapporteur index"),
    ],
    ids=["empty", "garbage", "head only"],
)
def test_a_file_that_is_no_index_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexUnusable, match=rf"{FILE}: {says}"):
        Database(tmp_path)


def test_an_empty_index_file_is_filled_by_the_next_rebuild(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    (library.index / FILE).write_bytes(b"")
    assert library.rebuild().added == ("a.txt",)


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("CREATE TABLE fact (name TEXT, amount REAL)")
    other.close()
    before = (tmp_path / FILE).read_bytes()
    for write in (False, True):
        with pytest.raises(IndexUnusable, match="made by another version of Rapporteur, or is none"):
            Database(tmp_path, write=write)
    assert (tmp_path / FILE).read_bytes() == before


def test_an_index_of_another_version_is_told_with_what_to_do(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.transaction(write=True):
        database.set_facts({"format": "99"})
    with pytest.raises(IndexUnusable, match=r"made by another version of Rapporteur.*Delete the folder and run: rapporteur index"):
        Database(tmp_path)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    for write in (False, True):
        with pytest.raises(IndexUnusable):
            Database(tmp_path, write=write)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (apsw.CorruptError("x"), "is damaged"),
        (apsw.NotADBError("x"), "is damaged"),
        (apsw.BusyError("x"), "another program is writing"),
        (apsw.FullError("x"), "the disk is full"),
        (apsw.CantOpenError("x"), "cannot be opened or written"),
        (apsw.ReadOnlyError("x"), "cannot be opened or written"),
        (apsw.IOError("x"), "cannot be read or written"),
        (PermissionError(13, "x"), "cannot be opened or written"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_of_the_disk_has_its_sentence(error: Exception, says: str) -> None:
    with pytest.raises(IndexUnusable, match=f"the/index: .*{says}"), damage(Path("the/index")):
        raise error


def test_mistakes_of_the_program_are_not_called_damage() -> None:
    with pytest.raises(apsw.SQLError), damage(Path("x")):
        apsw.Connection(":memory:").execute("SELECT nonsense FROM nowhere")


def ask_everything(library: SmallLibrary) -> None:
    for report in qa.reports(index=library.index):
        qa.show(report.report, index=library.index)
        qa.open_report(report.report, index=library.index)
    qa.statements(index=library.index)
    qa.retrieve("coral hotline quotas", 20, index=library.index)
    qa.ask("What did participants agree on the hotline?", index=library.index)


def test_whatever_is_damaged_a_sentence_is_told_and_never_a_traceback(small_library: Make) -> None:
    """Cut, zeroed and flipped at random places; what is still answered is the report's own words."""
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    whole = (library.index / FILE).read_bytes()
    texts = {"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS}
    chance = random.Random(7)
    told = 0
    for _ in range(40):
        data = bytearray(whole)
        match chance.randrange(3):
            case 0:
                del data[chance.randrange(len(data)) :]
            case 1:
                start = chance.randrange(len(data))
                data[start : start + 600] = bytes(len(data[start : start + 600]))
            case _:
                for _ in range(chance.choice((1, 5, 50))):
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (library.index / FILE).write_bytes(bytes(data))
        for action in (ask_everything, lambda library: library.rebuild()):
            try:
                action(library)
            except RapporteurError:
                told += 1
        try:
            for hit in qa.retrieve("coral hotline quotas", 20, index=library.index):
                assert hit.text == texts[hit.citation.report][hit.citation.start : hit.citation.end]
        except RapporteurError:
            pass
    assert told > 10


def test_a_sound_index_is_found_sound_and_a_changed_letter_is_not(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    with opened(library.index) as database:
        assert find_damage(database) is None
        database._connection.execute("UPDATE sentence SET act = 'greed' WHERE act = 'agreed'")
        assert find_damage(database) == "a passage or sentence is not as it was stored"


def test_a_damaged_index_deleted_as_it_says_is_made_again(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    (library.index / FILE).write_bytes(b"garbage" * 999)
    with pytest.raises(IndexUnusable, match=r"[Dd]elete it and run: rapporteur index"):
        rebuild(library.documents, library.index)
    (library.index / FILE).unlink()
    assert library.rebuild().added == ("a.txt",)
    assert qa.retrieve("hotline", 1, index=library.index)[0].citation.report == "a.txt"


def test_the_number_of_passages_with_a_stem_is_that_of_the_word_index_after_any_change(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    library.write({"a.txt": REEF.replace("coral", "sponge"), "d.txt": BALTIC})
    library.remove("c.txt")
    library.rebuild()
    with closing(Database(library.index)) as database:
        stored = dict(database._rows("SELECT stem, passages FROM term"))
        assert stored["particip"] > 1
        assert stored == {stem: database.count_passages(quote_term(stem)) for stem in stored}
        assert "walrus" not in stored


def test_words_that_very_many_passages_share_are_left_out_where_rarer_ones_are_asked_for(
    small_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    with closing(Database(library.index)) as database:
        both, rare = database.rank_words(["particip", "coral"], 50), database.rank_words(["coral"], 50)
        assert len(both) > len(rare) > 0
        monkeypatch.setattr("index.database._READ_AT_MOST", database.passages_with("coral"))
        assert database.rank_words(["particip", "coral"], 50) == rare
        assert database.rank_words(["particip"], 50), "where there is no rarer one, the word is looked for"
        assert database.rank_words(["nosuch"], 50) == database.rank_words([], 50) == []


def test_the_ids_of_a_report_follow_on_each_other(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    library.write({"a.txt": WALRUS})
    library.rebuild()
    with closing(Database(library.index)) as database:
        passages, sentences = database.passages(), database.sentences()
        for stored in database.reports():
            assert [row for row, p in passages.items() if p.report == stored.id] == list(stored.passages)
            assert sorted(s.id for s in sentences if s.report == stored.id) == list(stored.sentences)

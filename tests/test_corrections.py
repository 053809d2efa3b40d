"""A user's corrections: kept beside the reports, laid over what the rules find, and lost by nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from index.corrections import FIELDS, FILE, load_corrections, save_correction
from index.database import Database
from index.errors import CorrectionsUnusable
from index.folder import file_sha256
from tests.fakes import BALTIC, REEF, SmallLibrary


def save(library: SmallLibrary, name: str, **facts: object) -> None:
    save_correction(library.documents, name, file_sha256(library.documents / name), facts)


def row(library: SmallLibrary, name: str = "baltic.md") -> dict[str, object]:
    return next(r.to_dict() for r in qa.reports(index=library.index) if r.report == name)


@pytest.fixture
def baltic(small_library: Callable[..., SmallLibrary]) -> SmallLibrary:
    return small_library({"baltic.md": BALTIC, "reef.md": REEF})


def test_a_correction_holds_for_reports_scopes_and_citations(baltic: SmallLibrary) -> None:
    save(baltic, "baltic.md", place="Ventspils", round=7, start="2019-06-01", end="2019-06-02", delegations=["USA", "Latvia"])
    built = baltic.rebuild()
    assert (built.changed, built.added, built.unchanged) == ((), (), 2)
    after = row(baltic)
    assert {name: after[name] for name in ("place", "round", "start", "end")} == {
        "place": "Ventspils",
        "round": 7,
        "start": "2019-06-01",
        "end": "2019-06-02",
    }
    assert after["delegations"] == ["Latvia", "United States"], "a country by the name that statements use"
    answer = qa.ask("What did participants agree on a hotline?", index=baltic.index, round=7, since="2019-06")
    assert answer.status == "answered"
    assert (answer.statements[0].citation.place, answer.statements[0].citation.round) == ("Ventspils", 7)
    assert qa.ask("What was agreed on a hotline in Ventspils?", index=baltic.index).status == "answered"
    assert not qa.ask("What did participants agree on a hotline?", index=baltic.index, round=2).statements
    assert row(baltic, "reef.md")["round"] == 1


def test_corrections_outlive_the_index_and_the_name_of_the_file(baltic: SmallLibrary) -> None:
    save(baltic, "baltic.md", title="Riga notes")
    baltic.rebuild()
    shutil.rmtree(baltic.index)
    baltic.rebuild()
    assert row(baltic)["title"] == "Riga notes"
    (baltic.documents / "baltic.md").rename(baltic.documents / "renamed.md")
    baltic.rebuild()
    assert row(baltic, "renamed.md")["title"] == "Riga notes"
    (baltic.documents / "renamed.md").unlink()
    baltic.rebuild()
    baltic.write({"baltic.md": BALTIC + "\nA later word.\n"})
    baltic.rebuild()
    assert row(baltic)["title"] == "Riga notes", "also for a file that came back, in another version"


def test_taking_a_correction_back_gives_what_the_report_says(baltic: SmallLibrary) -> None:
    before = row(baltic)
    save(baltic, "baltic.md", series="Another Dialogue", organisers=["Somebody"], place="")
    baltic.rebuild()
    assert (row(baltic)["series"], row(baltic)["place"]) == ("Another Dialogue", None)
    save(baltic, "baltic.md")
    baltic.rebuild()
    assert row(baltic) == before


def test_what_is_corrected_has_no_proof_and_says_what_was_found(baltic: SmallLibrary) -> None:
    save(baltic, "baltic.md", place="Ventspils", round=2)
    baltic.rebuild()
    with qa.library.open_snapshot(baltic.index) as snapshot:
        meeting = next(r.meeting for r in snapshot.reports if r.path == "baltic.md")
    assert [(c.field, c.found) for c in meeting.corrected] == [("place", "Riga")], "what is found alike is no correction"
    assert "place" not in {p.field for p in meeting.proofs}
    assert "round" in {p.field for p in meeting.proofs}


def test_only_the_corrected_report_is_made_again(baltic: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    whole = Database.reattribute
    monkeypatch.setattr(Database, "reattribute", lambda self, path, *rest: seen.append(path) or whole(self, path, *rest))
    save(baltic, "reef.md", place="Nadi")
    baltic.rebuild()
    baltic.rebuild()
    assert seen == ["reef.md"]


def test_saving_leaves_everything_else_in_the_file_to_the_letter(tmp_path: Path) -> None:
    by_hand = '# mine\r\n[[report]] # the first\r\nfile = "a.pdf"\r\ntitle = "A"   # sure\r\n\r\n[[report]]\nfile = "b.pdf"\nround = 3\n'
    (tmp_path / FILE).write_bytes(by_hand.encode())
    save_correction(tmp_path, "b.pdf", "", {"round": 4})
    save_correction(tmp_path, "c.pdf", "0" * 64, {"organisers": ["X", "Y"], "start": "2019-05-14"})
    text = (tmp_path / FILE).read_bytes().decode()
    assert text.startswith(by_hand[: by_hand.index("[[report]]\n")])
    assert [(e.file, dict(e.facts)) for e in load_corrections(tmp_path).entries] == [
        ("a.pdf", {"title": "A"}),
        ("b.pdf", {"round": 4}),
        ("c.pdf", {"start": "2019-05-14", "organisers": ("X", "Y")}),
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"round": 0}, "1 to 999"),
        ({"round": True}, "1 to 999"),
        ({"start": "May 2019"}, "no date"),
        ({"start": "2019-05-02", "end": "2019-05-01"}, "before it starts"),
        ({"title": ""}, "needs a title"),
        ({"place": "x" * 501}, "at most 500"),
        ({"delegations": "Japan"}, "list"),
        ({"colour": "red"}, "no fact called colour"),
    ],
)
def test_facts_that_cannot_be_are_refused_and_nothing_is_written(tmp_path: Path, facts: dict[str, object], words: str) -> None:
    with pytest.raises(CorrectionsUnusable, match=words):
        save_correction(tmp_path, "a.pdf", "", facts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["title =", "[[report]]\ntitle = 'no file'\n", "x = 1\n", "[report]\nfile = 'a'\n", "\xff"])
def test_a_file_that_cannot_be_read_is_named_and_never_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    for act in (lambda: load_corrections(tmp_path), lambda: save_correction(tmp_path, "a.pdf", "", {"title": "T"})):
        with pytest.raises(CorrectionsUnusable, match=FILE):
            act()
    assert (tmp_path / FILE).read_bytes() == text.encode("latin-1")


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), _words, st.lists(_words, max_size=3))
def test_whatever_is_typed_is_read_back_the_same_but_for_white_space_and_controls(
    tmp_path_factory: pytest.TempPathFactory, file: str, place: str, organisers: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    save_correction(folder, file, "", {"place": place, "organisers": organisers, "title": "T" + place})
    (entry,) = load_corrections(folder).entries
    said = dict(entry.facts)
    assert entry.file == file
    assert "".join((said["place"] or "").split()) == "".join(c for c in place if c.isprintable() and not c.isspace())
    assert set(said) <= set(FIELDS)

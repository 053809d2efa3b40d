"""Bad input: each kind has its sentence, which names the thing and says what to do, and never stops the rest."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

import qa
from index.database import FILE
from index.embed import load_embedder
from index.folder import file_sha256
from qa.cli import main
from tests.fakes import BALTIC, REEF, SmallLibrary, WordHash, word_hashes

GOOD = "Participants agreed that {} should be protected."
UMLAUTS = "Délégués – participants from Côte d’Ivoire agreed that “naïve” views on {} cost €5."
SHORT = "n" * 196 + ".txt"
# By name: what must be said of the file. {} stands for anything.
UNREADABLE = {
    "empty.txt": "file is empty",
    "blank.md": "file is empty",
    "only-signs.txt": "no words in it",
    "scan.pdf": "recognition",
    "locked.pdf": "password",
    "broken.pdf": "damaged",
    "half.docx": "damaged",
    "picture.txt": "is a picture",
    "old.doc": "files of the kind .doc are not read",
    "really-rtf.docx": "rich text",
    "table.xlsx": "files of the kind .xlsx are not read",
    "zip.docx": "archive",
    "noending": "files of the kind (no ending) are not read",
    "menu.html": "",
}
READABLE = {
    "windows.txt": UMLAUTS.format("windows").encode("cp1252"),
    "utf16.txt": UMLAUTS.format("utf16").encode("utf-16"),
    "utf16be.txt": b"\xfe\xff" + UMLAUTS.format("big").encode("utf-16-be"),
    "bom.md": b"\xef\xbb\xbf" + UMLAUTS.format("bom").encode(),
    "crlf.txt": UMLAUTS.format("crlf").replace(" agreed", "\r\nagreed").encode() + b"\r\n",
    SHORT: GOOD.format("longnames").encode(),
    "with space  and 'quotes\" & $(signs) [1].txt": GOOD.format("quotes").encode(),
    "Отчёт о встрече.txt": GOOD.format("cyrillic").encode(),
    "日露対話 報告.md": GOOD.format("kanji").encode(),
    "re\u0301sume\u0301.txt": GOOD.format("accents").encode(),
    "-rf.txt": GOOD.format("dashes").encode(),
    "page.pdf": f"<!DOCTYPE html><html><body><article><p>{GOOD.format('disguises')}</p></article></body></html>".encode(),
    "UPPER.TXT": GOOD.format("capitals").encode(),
    "a/b/c/deep.txt": GOOD.format("depths").encode(),
}


def pdf(*, text: str = "", password: str = "") -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(password) if password else None)
    if text:
        canvas.drawString(72, 720, text)
    else:
        canvas.rect(72, 300, 400, 400, fill=1)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def files() -> dict[str, str | bytes]:
    return {
        **READABLE,
        "good.txt": BALTIC,
        "copy of good.txt": BALTIC,
        "empty.txt": b"",
        "blank.md": b" \r\n\t\n",
        "only-signs.txt": "— … !!! ***\n",
        "scan.pdf": pdf(),
        "locked.pdf": pdf(text="Participants agreed.", password="secret"),
        "broken.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 20,
        "half.docx": b"PK\x03\x04" + bytes(500),
        "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "really-rtf.docx": b"{\\rtf1 Participants agreed.}",
        "table.xlsx": b"PK\x03\x04",
        "zip.docx": zipped(),
        "noending": b"Participants agreed.",
        "menu.html": "<html><body><nav><a href='/'>Home</a> <a href='/login'>Login</a></nav><button>Close</button></body></html>",
    }


def zipped() -> bytes:
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("letter.txt", "Participants agreed.")
    return stream.getvalue()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """All of it in one folder, read in children as the program does, with good reports between."""
    made = SmallLibrary(tmp_path_factory.mktemp("bad"))
    made.write(files())
    (made.documents / os.fsdecode(b"latin-\xe9.txt")).write_text(GOOD.format("bytes"), "utf-8")
    with word_hashes():
        made.rebuild(guarded=True)
        yield made


def reasons(library: SmallLibrary) -> dict[str, str]:
    assert library.built is not None
    return {s.path: s.reason for s in library.built.skipped}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_report_is_named_with_what_is_wrong_and_what_to_do(library: SmallLibrary, name: str) -> None:
    reason = reasons(library)[name]
    assert UNREADABLE[name].lower() in reason.lower()
    told = re.split(r"(?<=[.)]) (?=[A-Z])", reason)
    assert len(told) >= 2, f"says what is wrong but not what to do: {reason}"
    assert reason.endswith(".")
    assert "Traceback" not in reason


def test_nothing_else_is_skipped_and_all_the_rest_is_indexed(library: SmallLibrary) -> None:
    assert sorted(reasons(library)) == sorted([*UNREADABLE, "latin-\N{REPLACEMENT CHARACTER}.txt"])
    assert {r.report for r in qa.reports(index=library.index)} == {*READABLE, "copy of good.txt"}


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_file_is_found_by_its_words_and_shown_to_the_letter(library: SmallLibrary, name: str) -> None:
    text = qa.show(name, index=library.index)
    topic = re.search(r"(?:views on|agreed that) (\w+)", text)
    assert topic is not None
    assert qa.retrieve(topic[1], 1, index=library.index)[0].citation.report == name
    if UMLAUTS[:8] in text:
        assert "Délégués – participants from Côte d’Ivoire" in text
        assert "“naïve”" in text
    assert "\ufeff" not in text


def test_line_ends_stay_as_they_are_in_the_file(library: SmallLibrary) -> None:
    assert "d’Ivoire\r\nagreed that" in qa.show("crlf.txt", index=library.index)


def test_two_names_for_one_content_are_indexed_once_and_said(library: SmallLibrary) -> None:
    assert library.built is not None
    assert [(d.path, d.same_as) for d in library.built.duplicates] == [("good.txt", "copy of good.txt")]


def test_the_good_report_among_them_answers(library: SmallLibrary) -> None:
    answer = qa.ask("What did participants agree on the hotline?", index=library.index)
    assert answer.statements[0].citation.report == "copy of good.txt"


def test_the_command_lists_them_all_and_succeeds(library: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["index", str(library.documents), "--index", str(library.index)])
    output = capsys.readouterr()
    assert (code, output.err) == (0, "")
    for name, reason in reasons(library).items():
        assert f"skipped {name}: {reason}" in output.out
    assert main(["index", str(library.documents), "--index", str(library.index), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {s["path"]: s["reason"] for s in told["skipped"]} == reasons(library)
    assert told["unchanged"] == len(READABLE) + 1


@pytest.mark.parametrize("name", READABLE)
def test_any_name_can_be_given_to_the_command(library: SmallLibrary, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["show", "--index", str(library.index), *(["--"] if name.startswith("-") else []), name]
    assert main(words) == 0
    assert capsys.readouterr().out == qa.show(name, index=library.index)


# Folders and indexes, through the command

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, word_hash: WordHash, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over tmp_path/index; gives its exit code and what it said on standard error."""

    def command(*words: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*map(str, words), "--index", str(tmp_path / "index")])
        return code, capsys.readouterr().err

    return command


def one_line(told: tuple[int, str], *parts: str) -> None:
    code, err = told
    assert code == 1
    assert err.startswith("rapporteur: ")
    assert err.count("\n") == 1
    assert all(part in err for part in parts), err


def test_a_missing_folder(run: Run, tmp_path: Path) -> None:
    one_line(run("index", tmp_path / "nowhere"), "nowhere: there is no such folder.", "Make it and drop reports into it")


def test_a_file_in_the_place_of_the_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BALTIC, "utf-8")
    one_line(run("index", tmp_path / "a.txt"), "a.txt: there is no such folder.")


@pytest.mark.parametrize("content", [{}, {"README.md": "x"}, {".hidden": "x"}, {"names.toml": ""}], ids=lambda c: "".join(c) or "empty")
def test_a_folder_without_reports(run: Run, tmp_path: Path, content: dict[str, str | bytes]) -> None:
    library = SmallLibrary(tmp_path)
    library.write(content)
    one_line(run("index", library.documents), "documents: there is no report in this folder.", "Drop PDF, Word")


def test_a_folder_of_unreadable_files_only_is_told_file_by_file(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"empty.txt": "", "x.xlsx": "1"})
    assert [s.path for s in library.rebuild().skipped] == ["empty.txt", "x.xlsx"]
    assert qa.ask("What did participants agree on fish?", index=library.index).status == "not_covered"


def test_an_unreadable_file(tmp_path: Path, word_hash: WordHash, monkeypatch: pytest.MonkeyPatch) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC, "secret.txt": REEF})

    def locked(path: Path) -> str:
        if path.name == "secret.txt":
            raise PermissionError(13, "Permission denied")
        return file_sha256(path)

    monkeypatch.setattr("index.folder.file_sha256", locked)
    built = library.rebuild()
    assert built.added == ("a.txt",)
    assert [(s.path, s.reason) for s in built.skipped] == [
        ("secret.txt", "you have no right to read the file. Change its permissions and index again.")
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read every file")
def test_a_file_without_permissions(tmp_path: Path, word_hash: WordHash) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC, "secret.txt": REEF})
    (library.documents / "secret.txt").chmod(0)
    assert [s.path for s in library.rebuild().skipped] == ["secret.txt"]


def test_an_index_of_another_model(run: Run, tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    one_line(
        run("index", library.documents, "--model", "another"),
        "index: the index was made with the model all-MiniLM-L6-v2, not another.",
        "Leave the model out, or make another index: --index DIR",
    )
    with word_hashes(WordHash("other weights")):
        for command in ("search", "ask"):
            one_line(run(command, "hotline"), "index: ", "other weights of the model all-MiniLM-L6-v2", "delete the index folder")


def test_a_model_that_is_not_there(run: Run, tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    with patch.object(sys.modules["index.rebuilding"], "load_embedder", load_embedder):
        one_line(run("index", library.documents, "--model", "no-such-model"), "no-such-model: no such model.", "Give the folder")


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000, "half"], ids=["empty", "garbage", "half"])
def test_a_damaged_index(run: Run, tmp_path: Path, damage: bytes | str) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC, "b.txt": REEF})
    library.rebuild()
    file = library.index / FILE
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage == "half" else bytes(damage))  # type: ignore[arg-type]
    for words in (["ask", "hotline"], ["search", "hotline"], ["reports"], ["show", "a.txt"], ["statements", "a.txt"]):
        one_line(run(*words), f"{FILE}: the index file is ", "rapporteur index")
    file.unlink()
    assert run("index", library.documents)[0] == 0
    assert run("ask", "hotline")[0] == 0


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "The question is empty. Type what you want to know"),
        ("  \n ", "The question is empty. Type what you want to know"),
        ("?!… — ¿*", "The question is empty. Type what you want to know"),
        ("hotline " * 1250, "The question has 10,000 characters; at most 2,000 are read. Ask in a sentence or two."),
    ],
    ids=["empty", "blank", "punctuation", "10,000 characters"],
)
def test_a_question_that_cannot_be_asked(run: Run, tmp_path: Path, question: str, says: str) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    library.rebuild()
    for command in ("ask", "search"):
        one_line(run(command, question), says)

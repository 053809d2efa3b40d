"""The `rapporteur` command: each command in words and in JSON, errors in one line, and the three exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.cli import main, place_of, printable
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

ROOT = Path(__file__).parent.parent
Run = Callable[..., tuple[int, str, str]]
HOTLINE = "What did participants agree on the hotline?"
AGREED = "Participants agreed that a hotline between the coast guards should be opened."


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """A library of three reports, not to be changed."""
    library = SmallLibrary(tmp_path_factory.mktemp("cli"))
    page = f"<html><body><nav><a href='/'>Login</a></nav><article><h1>Walrus Forum</h1><p>{WALRUS}</p></article></body></html>"
    library.write({"baltic.txt": BALTIC, "sub/reef.txt": REEF, "walrus.html": page})
    with word_hashes():
        library.rebuild()
        yield library


@pytest.fixture
def run(small: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path, index: Path = small.index) -> tuple[int, str, str]:
        try:
            code = main([*map(str, arguments), "--index", str(index)])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        output = capsys.readouterr()
        return code, output.out, output.err

    return command


def loaded(output: tuple[int, str, str]) -> Any:
    assert output[0] == 0, output[2]
    return json.loads(output[1])


# Each command


def test_index_tells_what_changed_and_what_was_skipped(tmp_path: Path, run: Run) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC, "copy.txt": BALTIC, "x\x1b[31m.xlsx": "1", "empty.txt": ""})
    code, out, err = run("index", library.documents, index=library.index)
    assert (code, err) == (0, "")
    first, *rest = out.splitlines()
    assert first.startswith("1 added, 0 changed, 0 removed, 0 unchanged: 3 passages, 7 sentences, ")
    assert rest[0] == "same as a.txt, indexed once: copy.txt"
    assert rest[1].startswith("skipped empty.txt: ")
    assert "\x1b" not in out
    built = loaded(run("index", library.documents, "--json", index=library.index))
    assert (built["added"], built["unchanged"]) == ([], 1)
    assert [s["path"] for s in built["skipped"]] == ["empty.txt", "x\x1b[31m.xlsx"]


def test_ask_prints_the_quote_with_its_place(run: Run) -> None:
    code, out, _ = run("ask", HOTLINE)
    assert code == 0
    assert AGREED in out
    assert "Riga, 2019-05-14" in out


def test_ask_in_json_is_what_the_function_gives(run: Run, small: SmallLibrary) -> None:
    answer = loaded(run("ask", HOTLINE, "--json"))
    assert answer == qa.ask(HOTLINE, index=small.index).to_dict()
    assert [s["quote"] for s in answer["statements"]] == [AGREED]


def test_filters_reach_the_functions(run: Run, small: SmallLibrary) -> None:
    given = ("--report", "baltic.txt", "--series", "Baltic Waters Dialogue", "--round", "2", "--since", "2019", "--until", "2019-05")
    narrowed = loaded(run("search", "participants", "-k", "9", "--json", *given, "--holder", "Norwegian", "--act", "supported"))
    assert [h["text"][:4] for h in narrowed] == ["Some"]
    asked = loaded(run("ask", "What was said about radar?", "--json", *given))
    assert {s["citation"]["report"] for s in asked["statements"] + asked["nearest"]} == {"baltic.txt"}


def test_history_makes_a_follow_up_understood(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    turns = [{"role": "user", "content": HOTLINE}, {"role": "assistant", "content": "..."}]
    file.write_text(json.dumps(turns), "utf-8")
    assert "radar" in loaded(run("ask", "And on radar?", "--history", file, "--json"))["understood_as"]


def test_search_prints_ranks_and_places_and_the_same_in_json(run: Run, small: SmallLibrary) -> None:
    code, out, _ = run("search", "coral nurseries", "-k", "1")
    assert code == 0
    assert out.startswith("1. The First Round of the Reef Dialogue, Suva, 2020-03-03, para. 2  (")
    hits = loaded(run("search", "coral nurseries", "-k", "2", "--json"))
    assert hits == [h.to_dict() for h in qa.retrieve("coral nurseries", 2, index=small.index)]


def test_a_search_without_result_says_so(run: Run) -> None:
    assert run("search", "participants", "--series", "None such") == (0, "Nothing found.\n", "")
    assert loaded(run("search", "participants", "--series", "None such", "--json")) == []


def test_reports_are_listed_with_their_meetings(run: Run, small: SmallLibrary) -> None:
    _, out, _ = run("reports")
    assert (
        "baltic.txt\n  The Second Round of the Baltic Waters Dialogue\n  2019-05-14 to 2019-05-15, Riga; 3 passages, 7 statements\n" in out
    )
    assert loaded(run("reports", "--json")) == [r.to_dict() for r in qa.reports(index=small.index)]


def test_show_prints_the_text_to_the_character(run: Run) -> None:
    assert run("show", "baltic.txt") == (0, BALTIC, "")
    assert loaded(run("show", "baltic.txt", "--json"))["text"] == BALTIC


def test_show_dropped_prints_furniture_with_its_reason(run: Run) -> None:
    code, out, _ = run("show", "walrus.html", "--dropped")
    assert code == 0
    dropped = loaded(run("show", "walrus.html", "--dropped", "--json"))
    assert any("Login" in d["text"] for d in dropped)
    assert all(d["reason"] and f"[{d['reason']}]" in out for d in dropped)


def test_statements_are_listed_with_holder_and_act(run: Run, small: SmallLibrary) -> None:
    _, out, _ = run("statements", "baltic.txt")
    assert f"everyone, agreed: {AGREED}" in out
    assert "some Norway, supported: Some Norwegian participants" in out
    assert loaded(run("statements", "sub/reef.txt", "--json")) == [s.to_dict() for s in qa.statements("sub/reef.txt", index=small.index)]


# Verify


def test_a_saved_answer_is_verified_and_a_forged_one_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    answer = loaded(run("ask", HOTLINE, "--json"))
    file.write_text(json.dumps(answer), "utf-8")
    assert run("verify", file) == (0, "[1] exact: baltic.txt: the words, their holder and their act are as the report has them.\n", "")
    assert loaded(run("verify", file, "--json")) == [
        {"status": "exact", "reason": "baltic.txt: the words, their holder and their act are as the report has them."}
    ]
    answer["statements"][0]["act"] = "supported"
    file.write_text(json.dumps(answer), "utf-8")
    code, out, _ = run("verify", file)
    assert (code, out.split(":")[0]) == (1, "[1] forged")


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], lambda s: {"statements": [], "nearest": [s]}], ids=["one", "list", "nearest"])
def test_a_single_statement_or_a_list_is_verified_too(run: Run, tmp_path: Path, small: SmallLibrary, wrap: Callable[[Any], Any]) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps(wrap(qa.statements(index=small.index)[0].to_dict())), "utf-8")
    assert run("verify", file)[0] == 0


def test_an_answer_without_statements_has_nothing_to_verify(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"statements": [], "nearest": []}), "utf-8")
    assert run("verify", file) == (0, "There is no statement in it to verify.\n", "")
    assert loaded(run("verify", file, "--json")) == []


@pytest.mark.parametrize(
    "content",
    ["", "{", "5", '"text"', "null", "[5]", "{}", '{"statements": 5}', '{"statements": null}', '{"statements": [null]}', "[" * 100_000],
    ids=lambda c: c[:20] or "empty",
)
def test_what_is_no_saved_answer_is_told_in_one_line(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "answer.json"
    file.write_text(content, "utf-8")
    code, out, err = run("verify", file)
    assert (code, out) == (1, "")
    assert err.startswith("rapporteur: ")
    assert err.count("\n") == 1


# Errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("index", "nowhere"), "nowhere: there is no such folder"),
        (("ask", ""), "The question is empty."),
        (("ask", "?!"), "The question is empty."),
        (("ask", "a" * 10_000), "The question has 10,000 characters; at most 2,000 are read."),
        (("search", "x", "-k", "0"), "0: ask for at least one passage."),
        (("search", "x", "--since", "soon"), "soon: this is no date."),
        (("ask", "x", "--report", "baltik.txt"), "baltik.txt: there is no such report in the index. Did you mean baltic.txt?"),
        (("show", "no\nsuch"), "no such: there is no such report in the index."),
        (("statements", "zzz"), "zzz: there is no such report in the index. `rapporteur reports` lists all."),
        (("verify", "nowhere.json"), "nowhere.json: the file cannot be read (No such file or directory)."),
        (("ask", "x", "--history", "nowhere.json"), "nowhere.json: the file cannot be read"),
    ],
)
def test_a_users_error_is_one_line_that_names_the_thing_and_exit_1(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(f"rapporteur: {says}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["ask", "search", "reports", "show", "statements"])
def test_without_an_index_every_command_says_how_to_make_one(run: Run, tmp_path: Path, command: str) -> None:
    words = [command] if command == "reports" else [command, "x"]
    code, _, err = run(*words, index=tmp_path / "none")
    assert code == 1
    assert err == f"rapporteur: {tmp_path / 'none'}: there is no index yet. Make it with: rapporteur index\n"


@pytest.mark.parametrize("content", ["{}", '[{"role": "user"}]', "[5]", "null", '[{"role": "user", "content": 5}]'])
def test_a_history_that_is_none_is_refused_with_its_form(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "h.json"
    file.write_text(content, "utf-8")
    code, _, err = run("ask", HOTLINE, "--history", file)
    assert code == 1
    assert 'this is no history. Write it as [{"role": "user", "content": "..."}, ...].' in err


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("ask",), ("ask", "x", "--act", "promised"), ("search", "x", "-k", "many"), ("show",), ("ask", "x", "--nonsense")],
)
def test_wrong_usage_is_exit_2_with_the_usage(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: rapporteur")


def test_help_is_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["ask", "--help"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 0
        assert "usage: rapporteur" in capsys.readouterr().out


def test_a_programming_mistake_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.reports", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("reports")


def test_ctrl_c_says_that_nothing_finished_is_lost(run: Run, monkeypatch: pytest.MonkeyPatch, small: SmallLibrary) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.rebuilding.rebuild_but", stopped)
    code, _, err = run("index", small.documents)
    assert code == 1
    assert err == "rapporteur: stopped. What was finished is kept; run the same command to go on.\n"


# Terminals


def test_control_characters_of_a_report_do_nothing_to_a_terminal(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": "Participants agreed on \x1b]0;owned\x07 walrus quotas.\n"})
    library.rebuild()
    for words in (("ask", "What did participants agree on walrus quotas?"), ("search", "walrus"), ("statements", "a.txt")):
        _, out, _ = run(*words, index=library.index)
        assert "walrus" in out
        assert "\x1b" not in out
    assert run("show", "a.txt", index=library.index)[1] == "Participants agreed on \x1b]0;owned\x07 walrus quotas.\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert run("show", "a.txt", index=library.index)[1] == "Participants agreed on \ufffd]0;owned\ufffd walrus quotas.\n"


def test_printable_keeps_letters_of_all_scripts() -> None:
    assert printable("Ünï 会議 — “x”") == "Ünï 会議 — “x”"
    assert printable("\u202eevil\x9b") == "\ufffdevil\ufffd"


def test_a_place_names_page_or_paragraph(small: SmallLibrary) -> None:
    citation = qa.statements(index=small.index)[0].citation
    assert place_of(citation) == "Riga, 2019-05-14, para. 1"


def test_an_output_that_cannot_hold_a_letter_shows_it_escaped(run: Run, monkeypatch: pytest.MonkeyPatch, small: SmallLibrary) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert main(["ask", HOTLINE, "--index", str(small.index)]) == 0
    narrow.seek(0)
    assert "\\u201cParticipants agreed that a hotline" in narrow.read()


# As a process of its own, with the real model


def process(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "qa.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False, **more)


def test_the_command_works_as_a_process_and_the_variable_names_the_index(library: SmallLibrary, tmp_path: Path) -> None:
    own = SmallLibrary(tmp_path)
    own.write({"baltic.txt": BALTIC})
    environment = os.environ | {"RAPPORTEUR_INDEX": str(own.index)}
    done = process("index", own.documents, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1 added")
    done = process("ask", HOTLINE, "--json", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["statements"][0]["quote"] == AGREED
    done = process("show", "nothing", env=environment)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"rapporteur: nothing: there is no such report")


def test_a_reader_that_stops_reading_is_no_error(small: SmallLibrary) -> None:
    for command in (["show", "baltic.txt"], ["reports"]):
        reading = subprocess.Popen(
            [sys.executable, "-m", "qa.cli", *command, "--index", str(small.index)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert reading.stdout is not None
        assert reading.stderr is not None
        reading.stdout.close()
        assert reading.wait(60) == 0
        assert reading.stderr.read() == b""
        reading.stderr.close()


def test_the_installed_command_is_the_same_one() -> None:
    installed = Path(sys.executable).parent / "rapporteur"
    if not installed.exists():
        pytest.skip("the package is not installed in this environment")
    done = subprocess.run([installed, "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "usage: rapporteur" in done.stdout

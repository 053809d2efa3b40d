"""Watching a folder: what is complete is taken in, what grows is waited for, nothing ends it but who started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from index import rebuild
from index.errors import FolderError, RapporteurError
from index.rebuilding import Rebuilt
from index.watching import Settling, State, watch_folder
from qa.cli import main
from qa.telling import news_of
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash, read_here

ROOT = Path(__file__).parent.parent
A, B = (10, 1), (20, 2)

# When it is time


def test_a_file_is_complete_when_it_has_been_left_alone_for_a_moment() -> None:
    settling = Settling(settled=2, patience=10)
    assert settling.due({"a": (5, 1)}, now=0.0) is None
    assert settling.due({"a": A}, now=1.5) is None, "it grows"
    assert settling.due({"a": A}, now=3.0) is None
    assert settling.due({"a": A}, now=3.5) == frozenset()


def test_what_was_indexed_is_not_indexed_again_until_it_changes() -> None:
    settling = Settling(settled=2)
    settling.due({"a": A}, now=0.0)
    settling.indexed({"a": A}, ())
    assert settling.due({"a": A}, now=9.0) is None
    assert settling.at_rest
    assert settling.due({"a": B}, now=10.0) is None
    assert not settling.at_rest
    assert settling.due({"a": B}, now=12.0) == frozenset()


def test_a_file_that_goes_waits_for_nobody() -> None:
    settling = Settling(settled=2)
    settling.due({"a": A, "b": B}, now=0.0)
    settling.indexed({"a": A, "b": B}, ())
    assert settling.due({"a": A}, now=5.0) == frozenset()


def test_one_that_grows_and_grows_is_left_for_later_and_then_taken_in() -> None:
    settling = Settling(settled=2, patience=10)
    state: State = {}
    for second in range(10):
        state = {"log": (second, second), "a": A}
        assert settling.due(state, now=float(second)) is None
    state = {"log": (99, 99), "a": A}
    assert settling.due(state, now=10.0) == {"log"}
    settling.indexed(state, {"log"})
    assert settling.due(state, now=11.0) is None, "it has just been written to"
    assert settling.due(state, now=12.0) == frozenset()


def test_while_all_that_is_new_still_grows_nothing_is_indexed() -> None:
    settling = Settling(settled=2, patience=10)
    settling.due({"a": A}, now=0.0)
    settling.indexed({"a": A}, ())
    assert all(settling.due({"a": A, "log": (second, 0)}, now=float(second)) is None for second in range(1, 60))


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2).map(lambda n: (n, n)), max_size=3), max_size=12))
def test_whatever_happens_the_last_state_is_indexed_in_the_end(states: list[State]) -> None:
    settling, taken = Settling(settled=2, patience=5), {}
    now = 0.0
    for state in [*states, *states[-1:] * 4]:
        now += 1
        later = settling.due(state, now)
        if later is not None:
            settling.indexed(state, later)
            taken = {p: state[p] for p in state if p not in later} | {p: taken[p] for p in later if p in taken}
    assert taken == (states[-1] if states else {})


# Over a real folder


@pytest.fixture
def home(tmp_path: Path, word_hash: WordHash) -> SmallLibrary:
    return SmallLibrary(tmp_path)


Told = Queue[Rebuilt | RapporteurError]


@contextmanager
def watching(library: SmallLibrary) -> Iterator[Callable[[], Rebuilt | RapporteurError]]:
    """The folder is watched in a thread; gives what waits for the next thing told."""
    told: Told = Queue()
    stop = Event()
    settling = Settling(settled=0.2, patience=1.0)

    def run() -> None:
        with patch("index.rebuilding.read_guarded", read_here):
            watch_folder(library.documents, library.index, tell=told.put, stop=stop, settling=settling)

    thread = Thread(target=run)
    thread.start()
    try:
        yield lambda: told.get(timeout=60)
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def paths(done: Rebuilt | RapporteurError) -> tuple[list[str], list[str], list[str]]:
    assert isinstance(done, Rebuilt), done
    return list(done.added), list(done.changed), list(done.removed)


def test_what_comes_changes_and_goes_is_taken_in_and_can_be_asked(home: SmallLibrary) -> None:
    home.write({"baltic.txt": BALTIC})
    with watching(home) as following:
        assert paths(following()) == (["baltic.txt"], [], [])
        home.write({"sub/reef.txt": REEF})
        assert paths(following()) == (["sub/reef.txt"], [], [])
        home.write({"baltic.txt": BALTIC + "\nParticipants agreed that whales should be counted.\n"})
        assert paths(following()) == ([], ["baltic.txt"], [])
        assert qa.ask("Should whales be counted?", index=home.index).statements
        home.remove("baltic.txt")
        assert paths(following()) == ([], [], ["baltic.txt"])
    assert [r.report for r in qa.reports(index=home.index)] == ["sub/reef.txt"]


def test_a_bad_file_is_told_with_its_reason_and_the_next_good_one_is_taken_in(home: SmallLibrary) -> None:
    home.write({"baltic.txt": BALTIC})
    with watching(home) as following:
        following()
        home.write({"broken.pdf": b"%PDF-1.7 \xff\x00 nothing", "empty.txt": "", "table.xlsx": "1"})
        done = following()
        assert isinstance(done, Rebuilt)
        assert [s.path for s in done.skipped] == ["broken.pdf", "empty.txt", "table.xlsx"]
        home.write({"walrus.txt": WALRUS})
        assert paths(following()) == (["walrus.txt"], [], [])


def test_an_empty_folder_may_fill_and_a_folder_taken_away_may_come_back(home: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.watching.RETRY", 0.1)
    with watching(home) as following:
        assert "there is no report in this folder" in str(following())
        home.write({"baltic.txt": BALTIC})
        assert paths(following()) == (["baltic.txt"], [], [])
        away = home.documents.rename(home.documents.with_name("away"))
        assert "the folder is gone" in str(following())
        assert qa.reports(index=home.index), "what was indexed stays"
        (away / "reef.txt").write_text(REEF, "utf-8")
        away.rename(home.documents)
        assert paths(following()) == (["reef.txt"], [], [])


def test_an_index_that_is_busy_is_tried_again(home: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.watching.RETRY", 0.1)
    from index.errors import IndexUnusable
    from index.sqlite_store import only_writer

    home.write({"baltic.txt": BALTIC})
    with watching(home) as following:
        following()
        with only_writer(home.index):
            home.write({"reef.txt": REEF})
            assert isinstance(following(), IndexUnusable)
        assert paths(following()) == (["reef.txt"], [], [])


def test_a_users_own_words_are_taken_in_when_they_change(home: SmallLibrary) -> None:
    home.write({"baltic.txt": BALTIC})
    with watching(home) as following:
        following()
        home.write({"names.toml": '[[alike]]\nterms = ["hotline", "red telephone"]\n'})
        assert paths(following()) == ([], [], [])


def test_a_folder_that_was_never_there_is_a_mistake_to_be_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="there is no such folder"):
        watch_folder(tmp_path / "none", tmp_path / "index", tell=lambda _: None)


def test_an_index_inside_the_folder_does_not_set_it_off_again(home: SmallLibrary) -> None:
    home.index = home.documents / ".index"
    home.write({"baltic.txt": BALTIC})
    with watching(home) as following:
        following()
        home.write({"reef.txt": REEF})
        assert paths(following()) == (["reef.txt"], [], []), "not a rebuild of nothing between"


# What is left for later


def test_a_file_left_for_later_keeps_what_was_read_of_it(home: SmallLibrary) -> None:
    from index.rebuilding import rebuild_but

    home.write({"baltic.txt": BALTIC})
    home.rebuild()
    home.write({"baltic.txt": BALTIC[:200], "reef.txt": REEF[:40], "walrus.txt": WALRUS})
    with patch("index.rebuilding.read_guarded", read_here):
        done = rebuild_but({"baltic.txt", "reef.txt"}, home.documents, home.index)
    assert (done.added, done.changed, done.removed) == (("walrus.txt",), (), ())
    assert [(s.path, "still being written" in s.reason) for s in done.skipped] == [("baltic.txt", True), ("reef.txt", True)]
    assert qa.show("baltic.txt", index=home.index) == BALTIC
    assert paths(home.rebuild()) == (["reef.txt"], ["baltic.txt"], [])


# The command


def test_only_what_is_new_is_told() -> None:
    def built(*added: str, skipped: tuple[str, ...] = ()) -> Rebuilt:
        from index.folder import Skipped

        return Rebuilt(added, (), (), 0, tuple(Skipped(path, "it is empty.") for path in skipped), (), 1, 1, 1.0)

    assert news_of(built("b.txt", skipped=("x", "y")), built("a.txt", skipped=("x",))) == ["added b.txt", "skipped y: it is empty."]
    assert news_of(built(), built("a.txt")) == []


def test_a_missing_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(tmp_path / "none"), "--watch", "--index", str(tmp_path / "index")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl+C as Unix does")
def _of_a_terminal() -> None:
    """As a terminal starts it: heeding Ctrl+C, which a shell has its background commands ignore, these tests perhaps among them."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def closing_in(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever fails inside, the process ends with it."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()


def test_the_command_tells_a_line_of_json_for_each_rebuild_and_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"baltic.txt": BALTIC})
    command = [sys.executable, "-m", "qa.cli", "index", str(library.documents), "--watch", "--json", "--index", str(library.index)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=-1, stderr=-1, text=True, preexec_fn=_of_a_terminal) as process,  # noqa: PLW1509  # no threads run here
        closing_in(process),
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["added"] == ["baltic.txt"]
        half = len(REEF) // 2
        with (library.documents / "reef.txt").open("w", encoding="utf-8") as slow:
            slow.write(REEF[:half])
            slow.flush()
            slow.write(REEF[half:])
        assert json.loads(process.stdout.readline())["added"] == ["reef.txt"]
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "rapporteur: no longer watching.\n")
    assert rebuild(library.documents, library.index).unchanged == 2

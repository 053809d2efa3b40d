"""No network: the program answers with every socket refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

import qa
from tests.fakes import SmallLibrary

ROOT = Path(__file__).parent.parent
NO_SOCKETS = """
import socket, sys
def refuse(event, arguments):
    if event.startswith("socket."):
        raise PermissionError(f"{event} {arguments}")
sys.addaudithook(refuse)
from index import rebuild
import qa
documents, index = sys.argv[1:]
built = rebuild(documents, index)
assert built.added, built
print(qa.ask("What did participants agree on the hotline?", index=index).statements[0].quote)
"""


@pytest.mark.disable_socket
@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_questions_are_answered_with_all_sockets_refused(library: SmallLibrary) -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)
    examples = qa.example_questions(index=library.index)
    assert examples
    for question in examples:
        assert qa.ask(question, index=library.index).statements
        assert qa.retrieve(question, index=library.index)


def test_indexing_and_asking_in_a_fresh_process_open_no_socket(tmp_path: Path) -> None:
    """Its children included: they are given the same refusal of other machines by tests/offline."""
    from tests.fakes import BALTIC

    own = SmallLibrary(tmp_path)
    own.write({"baltic.txt": BALTIC})
    run = [sys.executable, "-c", NO_SOCKETS, str(own.documents), str(own.index)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Participants agreed that a hotline between the coast guards should be opened.\n"


def test_the_tests_own_children_reach_no_other_machine() -> None:
    code = "import socket; socket.socket().connect(('192.0.2.1', 80))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert "a test's child tried to reach 192.0.2.1" in done.stderr


# What the first step must show, on the real report

REAL = "real/us-japan-russia-trilateral-second-round.txt"
AGREED = (
    "Participants agreed on the urgency of dealing with a nuclear-armed North Korea, which threatened not only "
    "regional but also global security."
)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["North Korea", "DPRK"])
def test_the_real_report_says_what_was_agreed_on_north_korea(shared: Path, library: SmallLibrary, name: str) -> None:
    answer = qa.ask(f"what did participants agree on {name}?", reports=[REAL], index=library.index)
    assert answer.status == "answered"
    (found,) = [s for s in answer.statements if " ".join(s.quote.split()) == AGREED]
    c = found.citation
    assert (c.report, c.date, c.place) == (REAL, "2017-03-15", "Moscow")
    assert qa.show(REAL, index=library.index)[c.start : c.end] == found.quote


@pytest.mark.shared
@pytest.mark.parametrize("question", ["how do I reset my password?", "what did participants agree on Taiwan?"])
def test_the_real_report_does_not_cover_what_it_does_not_say(shared: Path, library: SmallLibrary, question: str) -> None:
    assert qa.ask(question, index=library.index).status == "not_covered"


@pytest.mark.shared
def test_naming_the_report_does_not_make_it_cover_what_it_does_not_say(shared: Path, library: SmallLibrary) -> None:
    assert qa.ask("what did participants agree on Taiwan?", reports=[REAL], index=library.index).status == "not_covered"


@pytest.mark.shared
@pytest.mark.parametrize("question", ["Close", "login password email account", "sign in", "close the modal window"])
def test_no_question_reaches_the_furniture_of_the_real_report(shared: Path, library: SmallLibrary, question: str) -> None:
    opened = qa.open_report(REAL, index=library.index)
    dropped = [(b.start, b.end) for b in opened.blocks if b.kind == "furniture"]
    assert any(opened.text[a:b].strip() == "Close" for a, b in dropped)
    answer = qa.ask(question, reports=[REAL], index=library.index)
    for item in [*answer.statements, *answer.nearest, *qa.retrieve(question, 50, reports=[REAL], index=library.index)]:
        c = item.citation
        assert not any(a < c.end and c.start < b for a, b in dropped)

"""Who opened, chaired or closed a meeting is told by the sentence that says so, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import rebuild
from qa import ask
from tests.fakes import word_hashes

NORTH = """# Northern Fisheries Dialogue: Report of the Second Round

The second round of the Northern Fisheries Dialogue was held in Tromsø on 4 and 5 May 2021.

Opening the meeting, Dame Harriet Pell, a former minister, observed that cod do not read maps. Ambassador Jon Lie took the chair.

## Nets and dolphins

Professor Mona Berg moderated this session. Participants agreed that ports should open on Sundays.
"""
SOUTH = """# Southern Grain Forum: Chair's Summary

The Southern Grain Forum met in Rosario on 9 June 2022.

It was opened by Admiral Luis Paz. Participants agreed that silos should not be closed in winter.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("officers")
    (home / "documents").mkdir()
    (home / "documents" / "north.md").write_text(NORTH, "utf-8")
    (home / "documents" / "south.md").write_text(SOUTH, "utf-8")
    with word_hashes():
        rebuild(home / "documents", home / "index")
    return home / "index"


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("who opened the fisheries dialogue?", ["Dame Harriet Pell"]),
        ("who opened the grain forum", ["Admiral Luis Paz"]),
        ("who was the chair in Tromsø?", ["Ambassador Jon Lie"]),
        ("who moderated the session on dolphins?", ["Professor Mona Berg"]),
        ("who opened the meeting?", ["Dame Harriet Pell", "Admiral Luis Paz"]),
    ],
)
def test_the_sentence_that_names_them_answers(index: Path, question: str, quotes: list[str]) -> None:
    with word_hashes():
        answer = ask(question, index=index)
    assert answer.status == "answered"
    assert len(answer.statements) == len(quotes)
    assert all(quote in s.quote for quote, s in zip(quotes, answer.statements, strict=True))


@pytest.mark.parametrize("question", ["who closed the grain forum?", "who moderated the session on wheat?", "who chaired the grain forum?"])
def test_an_office_nobody_is_said_to_have_held_is_not_covered(index: Path, question: str) -> None:
    with word_hashes():
        assert ask(question, index=index).status == "not_covered"

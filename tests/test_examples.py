"""The questions that the chat offers to whoever does not know yet what to ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa import ask, example_questions
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary


def test_every_example_is_answered(library: SmallLibrary) -> None:
    questions = example_questions(index=library.index, n=10)
    assert len(questions) == 10
    assert {q: ask(q, index=library.index).status for q in questions} == dict.fromkeys(questions, "answered")


def test_examples_come_from_several_reports_and_are_of_several_kinds(library: SmallLibrary) -> None:
    questions = example_questions(index=library.index, n=6)
    assert len({s.citation.report for q in questions for s in ask(q, index=library.index).statements}) >= 3
    assert len({" ".join(q.split()[:2]) for q in questions}) >= 3


def test_examples_are_the_same_each_time_and_no_two_are_alike(library: SmallLibrary) -> None:
    questions = example_questions(index=library.index)
    assert questions == example_questions(index=library.index)
    assert len(set(questions)) == len(questions) == 6


@pytest.mark.parametrize("n", [0, 1, 3])
def test_as_many_examples_as_asked_for(library: SmallLibrary, n: int) -> None:
    assert example_questions(index=library.index, n=n) == example_questions(index=library.index)[:n]


def test_a_small_library_has_examples_of_its_own(small_library: Callable[..., SmallLibrary]) -> None:
    library = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})
    questions = example_questions(index=library.index)
    assert "What did participants agree on coral nurseries?" in questions
    assert all(q.endswith("?") for q in questions)


def test_a_report_without_a_meeting_or_a_heading_does_no_harm(small_library: Callable[..., SmallLibrary]) -> None:
    library = small_library({"plain.txt": "Some words.\n\nAnd a few more of them.\n"})
    assert example_questions(index=library.index) == []

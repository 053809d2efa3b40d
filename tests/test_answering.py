"""Answering in a second process: the same answers, and nobody notices when it dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

import qa
from index.errors import BadQuestion
from qa.contract import Answer
from tests.fakes import SmallLibrary
from web import answering
from web.answering import Answering

QUESTION = "What did participants agree on?"


@pytest.fixture(scope="module")
def beside(library: SmallLibrary) -> Iterator[Answering]:
    """With its second process at work: it starts when a question comes while another is computed."""
    made = Answering(str(library.index))
    with made._here:
        made.ask(QUESTION)
        wait_for_the_child(made)
    yield made
    if made._child is not None:
        made._child.end()


def wait_for_the_child(made: Answering) -> None:
    until = time.monotonic() + 100
    while made._child is None and time.monotonic() < until:
        time.sleep(0.05)
    assert made._child is not None


def nothing_here(*_: object, **__: object) -> Answer:
    raise AssertionError("answered in this process")


def test_who_asks_alone_starts_no_second_process(library: SmallLibrary) -> None:
    made = Answering(str(library.index))
    assert made.ask(QUESTION) == made.ask(QUESTION) == qa.ask(QUESTION, index=library.index)
    assert made._child is None
    assert made._started < 0


def test_the_second_process_gives_the_same_answers_as_this_one(
    beside: Answering, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = qa.ask(QUESTION, index=library.index)
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": first.text}]
    expected = first, qa.ask("and what else?", history=history, index=library.index), qa.ask(QUESTION, act="concerned", index=library.index)
    monkeypatch.setattr(qa, "ask", nothing_here)
    assert (beside.ask(QUESTION), beside.ask("and what else?", history=history), beside.ask(QUESTION, act="concerned")) == expected


def test_what_cannot_be_asked_is_said_in_the_same_words(beside: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa, "ask", nothing_here)
    with pytest.raises(BadQuestion, match="The question is empty"):
        beside.ask("?")


def test_while_the_second_process_answers_this_one_does_too(beside: Answering, library: SmallLibrary) -> None:
    with beside._there:
        assert beside.ask(QUESTION) == qa.ask(QUESTION, index=library.index)


def test_a_killed_process_costs_nobody_an_answer_and_another_is_started_later(
    beside: Answering, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = beside._child
    assert child is not None
    child._process.kill()
    assert beside.ask(QUESTION) == qa.ask(QUESTION, index=library.index)
    assert beside._child is None
    begun = threading.Event()
    monkeypatch.setattr(Answering, "_start", lambda _: begun.set())
    with beside._here:
        beside.ask(QUESTION)
        assert not begun.wait(0.5), "not at once: what cannot live is not started again and again"
        monkeypatch.setattr(answering, "_AGAIN", 0.0)
        beside.ask(QUESTION)
    assert begun.wait(10)


def test_where_no_process_can_be_started_all_is_answered_here(library: SmallLibrary, tmp_path: object) -> None:
    made = Answering(str(tmp_path))  # there is no index, so the process ends at once
    made._start()
    assert made._child is None

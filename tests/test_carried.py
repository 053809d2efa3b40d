"""Passages for a turn of a talk: what it leaves out is taken from what was said before, and nothing where it stands alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import qa
from index.errors import BadQuestion
from qa.carried import retrieve_in_talk, sought
from qa.library import open_snapshot
from tests.fakes import SmallLibrary

Make = Callable[..., SmallLibrary]
TALK = [
    {"role": "user", "content": "what was said about walrus quotas"},
    {"role": "assistant", "content": "Hunters along the strait counted fewer calves."},
]
TEXTS = {
    "a.txt": "Prices for ivory fell.\n\nWalrus quotas and prices were compared.\n\nHunters counted calves along the strait.",
    "b.txt": "Prices for tea rose.\n\nPrices for grain rose in the harbour towns.",
}


def first(library: SmallLibrary, question: str, history: list[dict[str, str]]) -> str:
    return retrieve_in_talk(question, history, 1, index=library.index)[0].text


def test_a_turn_of_a_word_or_two_is_searched_with_the_words_of_the_question_before(small_library: Make) -> None:
    library = small_library(TEXTS)
    assert first(library, "Prices?", TALK[:1]) == "Walrus quotas and prices were compared."
    assert first(library, "Prices?", []) != "Walrus quotas and prices were compared."


def test_a_turn_that_points_back_is_near_to_what_was_answered(small_library: Make) -> None:
    library = small_library(TEXTS)
    ranked = [hit.text for hit in retrieve_in_talk("why did they say that it happened so early", TALK, 2, index=library.index)]
    assert "Hunters counted calves along the strait." in ranked


@pytest.mark.parametrize("question", ["Which prices rose in harbour towns over winter?", "New topic: tea"])
def test_a_question_that_stands_alone_is_searched_as_without_history(small_library: Make, question: str) -> None:
    library = small_library(TEXTS)
    assert retrieve_in_talk(question, TALK, 9, index=library.index) == qa.retrieve(question, 9, index=library.index)


def test_a_refusal_says_nothing_that_a_next_turn_could_mean(small_library: Make) -> None:
    library = small_library(TEXTS)
    refused = [TALK[0], {"role": "assistant", "content": "The reports do not cover this: grain in harbour towns."}]
    with open_snapshot(library.index) as snapshot:
        told, silent = (sought(snapshot, "and prices?", history).vector for history in (refused, TALK[:1]))
        assert (told == silent).all()


def test_what_is_searched_by_has_length_one_and_holds_the_question_most(small_library: Make) -> None:
    library = small_library(TEXTS)
    with open_snapshot(library.index) as snapshot:
        alone, turn = (sought(snapshot, "and prices?", history).vector for history in ([], TALK))
    assert np.linalg.norm(turn) == pytest.approx(1.0)
    assert alone @ turn == pytest.approx(1 / (1 + 0.7**2) ** 0.5, abs=1e-3)


def test_an_empty_turn_is_refused_as_an_empty_question(small_library: Make) -> None:
    with pytest.raises(BadQuestion, match="empty"):
        retrieve_in_talk(" ?", TALK, index=small_library(TEXTS).index)

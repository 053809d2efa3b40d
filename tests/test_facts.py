"""Questions about a meeting itself, asked of the sample library: answered by the sentence that tells it."""

from __future__ import annotations

import pytest

from qa import ask
from tests.fakes import SmallLibrary

TOLD = [
    ("when was the seminar in Gdynia?", "was held in Gdynia on 7 and 8 March 2024"),
    ("date of the Gdynia seminar", "was held in Gdynia on 7 and 8 March 2024"),
    ("when did the dialogue meet in Cadiz", "took place in Cádiz on the 3rd and 4th of October 2019"),
    ("when was the fourth Gulf of Guinea roundtable", "had met in Douala from 6 to 8 May 2019"),
    ("where was the fourth gulf of guinea roundtable held", "had met in Douala from 6 to 8 May 2019"),
    ("where was the 5th Tamna conference", "3–4 November 2016 in Niigata"),
    ("where will the third southern ocean dialogue be held", "should be held in Busan in 2024"),
    ("when was the second seminar in izmir", "held in Izmir on 25–26 May 2022"),
    ("when was the first round of the germany-japan-kazakhstan trilateral", "had taken place in Almaty on April 12-13, 2018"),
    ("which city hosted the fourth round of the germany japan kazakhstan trilateral", "was held in Aktau on May 18-19, 2023"),
    ("who organised the Gdynia seminar", "The hosts were the Kashubian Institute"),
    ("who hosted in Pokhara", "The Himchuli Institute of Foreign Affairs acted as host"),
    ("who convened the Atlantic Neighbours Dialogue", "It was arranged by the Fundación Bahía Abierta"),
    ("which countries took part in the Tamna conference", "Forty-four participants came from China"),
    ("how many people came to Bergen", "Eighteen people met in Bergen"),
    ("how many people attended the Dresden round", "Twenty-nine people attended"),
    ("who opened the seminar in Gdynia", "Professor Dorota Wejher opened the seminar"),
    ("who chaired in Christchurch", "Dame Marama Whitlock chaired the meeting"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "words"), TOLD)
def test_the_sentence_that_tells_the_fact_is_given(library: SmallLibrary, question: str, words: str) -> None:
    answer = ask(question, index=library.index)
    assert answer.status == "answered"
    assert [s.quote for s in answer.statements if words in " ".join(s.quote.split())]


@pytest.mark.parametrize(
    "question",
    [
        "when was the meeting in Reykjavik",
        "who organised the Riga workshop",
        "when was the first Gulf of Guinea roundtable",
        "where was round 9",
    ],
)
def test_of_a_meeting_that_nothing_tells_of_nothing_is_told(library: SmallLibrary, question: str) -> None:
    answer = ask(question, index=library.index)
    assert answer.status == "not_covered"
    assert answer.statements == ()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what ceiling was proposed for tourist landings", "limit each landing to one hundred people"),
        ("how many tonnes of grain were shipped under the Black Sea initiative", "33 million tonnes"),
        ("in which year was the Yaoundé Code of Conduct made", "dates from June 2013"),
        ("what do the Senegalese abroad send home", "about €2 billion a year"),
    ],
)
def test_a_question_for_a_figure_gets_the_sentence_that_holds_it(library: SmallLibrary, question: str, words: str) -> None:
    answer = ask(question, index=library.index)
    assert answer.status == "answered"
    assert words in " ".join(" ".join(s.quote for s in answer.statements).split())


def test_a_fact_is_one_sentence_and_no_list_of_the_meeting(library: SmallLibrary) -> None:
    assert len(ask("when was the seminar in Gdynia?", index=library.index).statements) == 1


@pytest.mark.xfail(strict=True, reason="'which countries were at' is not known as a question for the delegations")
def test_countries_at_a_meeting_are_its_delegations(library: SmallLibrary) -> None:
    answer = ask("which countries were at the Tamna conference", index=library.index)
    assert [s.quote for s in answer.statements if s.quote.startswith("Forty-four participants came from")]

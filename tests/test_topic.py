"""A question's topic: its terms, what they weigh in this library, and the other words they may stand under."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.names import load_names
from index.terms import stems
from qa.library import open_snapshot
from qa.question import understand
from qa.topic import Finder, Topic, TopicTerm, make_topic, other_names, runs
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary

NAMES = load_names()


@pytest.fixture
def topic_of(small_library: Callable[..., SmallLibrary]) -> Callable[[str], Topic]:
    library = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})

    def make(text: str) -> Topic:
        with open_snapshot(library.index) as snapshot:
            return make_topic(snapshot, understand(text, snapshot.names))

    return make


def found(term: TopicTerm, text: str) -> float:
    own = stems(text)
    return term.among(own).found(own, frozenset(own))


def test_what_is_rare_in_the_library_weighs_more(topic_of: Callable[[str], Topic]) -> None:
    walrus, round_table, unknown = (topic_of(word).terms[0].weight for word in ("quotas", "latvian", "giraffes"))
    assert round_table <= walrus < unknown


def test_a_word_that_no_report_has_is_known_to_be_missing(topic_of: Callable[[str], Topic]) -> None:
    assert topic_of("giraffes").unseen == 1.0
    assert topic_of("coral nurseries").unseen == 0.0
    assert 0.0 < topic_of("coral giraffes").unseen < 1.0


def test_a_question_of_slots_alone_has_no_topic(topic_of: Callable[[str], Topic]) -> None:
    topic = topic_of("what did they agree on?")
    assert (topic.terms, topic.weight, topic.unseen) == ((), 0, 0.0)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("DPRK", "a nuclear-armed North Korea"),
        ("North Korea", "the need to transform DPRK"),
        ("Kuril Islands", "the Northern Territories"),
    ],
)
def test_a_name_is_found_under_its_other_names_for_its_full_weight(topic_of: Callable[[str], Topic], question: str, text: str) -> None:
    assert max(found(term, text) for term in topic_of(question).terms) == 1.0


@pytest.mark.parametrize(
    ("question", "text", "least"),
    [
        ("nurseries", "Nursery of corals", 0.99),
        ("methodology", "by whatever method", 0.5),
        ("nurserries", "the nurseries of corals", 0.5),
    ],
)
def test_a_word_is_found_in_another_form_or_with_a_slip(topic_of: Callable[[str], Topic], question: str, text: str, least: float) -> None:
    assert found(topic_of(question).terms[0], text) >= least


@pytest.mark.parametrize(
    ("question", "text"),
    [("interview", "the intervention"), ("coral", "the choral society"), ("rate", "a ratified treaty"), ("ice", "office")],
)
def test_words_that_only_look_alike_are_not_taken_for_each_other(topic_of: Callable[[str], Topic], question: str, text: str) -> None:
    assert found(topic_of(question).terms[0], text) == 0.0


def test_other_names_are_told_only_where_the_quotes_lack_the_name_asked_for() -> None:
    assert other_names(NAMES, "agreement on DPRK", "a nuclear-armed North Korea") == {"DPRK": "North Korea"}
    assert other_names(NAMES, "agreement on DPRK", "North Korea, or DPRK") == {}
    assert other_names(NAMES, "agreement on North Korea", "a nuclear-armed North Korea") == {}
    assert other_names(NAMES, "agreement on fish", "a nuclear-armed North Korea") == {}


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (("a", "b"), ["x", "a", "b"], True),
        (("a", "b"), ["a", "x", "b"], False),
        (("a",), [], False),
        ((), ["a"], False),
        (("a", "b", "c"), ["a", "b"], False),
    ],
)
def test_a_phrase_runs_only_where_its_words_stand_side_by_side(form: tuple[str, ...], text: list[str], expected: bool) -> None:
    assert runs(form, text) is expected


@pytest.mark.parametrize(
    "question", ["DPRK and coral nurseries", "walruss quotas of the IWC", "PLBs in the Kuril Islands", "joint patrols"]
)
def test_a_finder_finds_what_each_term_finds_by_itself(topic_of: Callable[[str], Topic], question: str) -> None:
    texts = [
        stems(sentence)
        for sentence in f"{BALTIC} {REEF} {WALRUS} North Korea's personal locator beacons, the Northern Territories".split(".")
    ]
    terms = topic_of(question).among({word for text in texts for word in text}).terms
    finder = Finder(terms)
    expected = [{n: v for n, term in enumerate(terms) if (v := term.found(text, frozenset(text)))} for text in texts]
    assert [finder.find(text) for text in texts] == expected
    assert any(expected), "something is found"

"""Evidence that a sentence answers a question, on small reports whose scores can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.cover import Candidate, find_candidates, points_back
from qa.library import open_snapshot
from qa.question import understand
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary


@pytest.fixture
def candidates(small_library: Callable[..., SmallLibrary]) -> Callable[..., dict[str, Candidate]]:
    library = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})

    def find(question: str, *, scoped: bool = False, reports: int = 3) -> dict[str, Candidate]:
        """By the sentence's text, best first."""
        with open_snapshot(library.index) as snapshot:
            rows = [r.id for r in snapshot.reports][:reports]
            found = find_candidates(snapshot, understand(question, snapshot.names), rows, scoped=scoped)
            return {snapshot.text(c.sentence.report)[c.sentence.start : c.sentence.end]: c for c in found}

    return find


Finder = Callable[..., dict[str, Candidate]]
HOTLINE = "Participants agreed that a hotline between the coast guards should be opened."
RADIO = "Latvian participants noted that radio channels are crowded."
THEY = "They stressed that a common language is missing."
PATROLS = "Some Norwegian participants supported joint patrols in the strait."
RADAR = "Participants disagreed on who should pay for new radar stations."
CORAL = "Participants agreed that coral nurseries should be financed by a regional fund."


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("what was agreed on the hotline", HOTLINE),
        ("radio channels", RADIO),
        ("who supported patrols", PATROLS),
        ("what was agreed on coral nurseries", CORAL),
        ("who should pay for radar", RADAR),
    ],
)
def test_the_sentence_with_the_topic_and_the_act_comes_first(candidates: Finder, question: str, best: str) -> None:
    assert next(iter(candidates(question))) == best


def test_all_of_a_topic_in_a_sentence_counts_as_all(candidates: Finder) -> None:
    found = candidates("coral nurseries")
    assert found[CORAL].words == pytest.approx(1.0)
    assert found[HOTLINE].words == 0.0


def test_words_around_a_sentence_count_for_less_than_its_own(candidates: Finder) -> None:
    found = candidates("radio channels")
    assert found[RADIO].context == pytest.approx(1.0)
    assert 0.0 < found[HOTLINE].context < 1.0
    assert found[HOTLINE].words == 0.0
    assert found[CORAL].context == 0.0


def test_a_pronoun_has_the_words_of_its_antecedent(candidates: Finder) -> None:
    assert candidates("Latvian radio")[THEY].words > 0.0


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("what did Latvian participants say on radio", RADIO, 1.0),
        ("what did Latvian participants say on radio", THEY, 1.0),
        ("what did Latvian participants say on radio", PATROLS, 0.0),
        ("what did Latvian and Norwegian participants say on radio", RADIO, 0.5),
        ("radio", RADIO, None),
    ],
)
def test_the_holder_asked_for_is_held_against_who_holds_it(candidates: Finder, question: str, sentence: str, held: float | None) -> None:
    assert candidates(question)[sentence].held == held


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("what was agreed on the hotline", HOTLINE, True),
        ("what was agreed on patrols", PATROLS, False),
        ("did they agree on radar stations", RADAR, True),
        ("what was agreed on radar stations", RADAR, False),
        ("who disagreed on radar stations", RADAR, True),
        ("what was recommended on the hotline", HOTLINE, False),
        ("hotline", HOTLINE, None),
    ],
)
def test_the_act_asked_for_is_held_against_the_act(candidates: Finder, question: str, sentence: str, fits: bool | None) -> None:
    assert candidates(question)[sentence].fits is fits


def test_only_reports_in_question_give_candidates(candidates: Finder) -> None:
    assert CORAL not in candidates("coral nurseries", reports=1)
    assert candidates("coral nurseries", reports=0) == {}


def test_a_topic_that_no_sentence_has_is_topical_nowhere(candidates: Finder) -> None:
    assert all(c.topical < 0 for c in candidates("giraffes and zebras").values())


def test_a_topic_that_a_sentence_has_is_topical_there(candidates: Finder) -> None:
    assert candidates("coral nurseries financed by a regional fund")[CORAL].topical > 0


def test_headings_are_no_candidates(candidates: Finder) -> None:
    assert not {"Safety at sea", "Coral nurseries", "Quotas"} & set(candidates("safety at sea, coral nurseries, quotas"))


@pytest.mark.parametrize(("sentence", "expected"), [(THEY, True), (HOTLINE, False), (CORAL, False)])
def test_a_reply_speaks_of_what_was_said_before_it(small_library: Callable[..., SmallLibrary], sentence: str, expected: bool) -> None:
    library = small_library({"baltic.txt": BALTIC, "reef.txt": REEF})
    with open_snapshot(library.index) as snapshot:
        all_of = [s for r in snapshot.reports for s in snapshot.sentences(report=r.id)]
        (meant,) = [s for s in all_of if snapshot.text(s.report)[s.start : s.end] == sentence]
        assert points_back(snapshot, meant) is expected

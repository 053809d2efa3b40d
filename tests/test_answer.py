"""Answers to questions about the sample library: what is said, what is refused, and what is said instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.attribution.wording import FIRMNESS
from index.errors import BadQuestion, UnknownReport
from qa import ask, show, statements
from qa.contract import Answer
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary


def words(answer: Answer) -> str:
    return " ".join(" ".join(s.quote for s in answer.statements).split())


def near(answer: Answer) -> str:
    return " ".join(" ".join(s.quote for s in answer.nearest).split())


@pytest.mark.parametrize(
    "question",
    [
        "what did participants agree on whaling?",
        "Panama Canal",
        pytest.param(
            "did they agree on the moon landing",
            marks=pytest.mark.xfail(strict=True, reason="of 'moon landing' the landing of rescued people is enough"),
        ),
        "who supports the AUKUS submarines",
        "how do I reset my password?",
        "what is the capital of France",
        "hello",
        "what did Estonian participants say",
        "what did Japanese participants say about Taiwan",
        "what did Spain say about Gibraltar",
        "what did India say about Kashmir",
        "what did Turkish participants say about the Kurds",
        "what did Nigerian participants say about Boko Haram",
        "what did Kazakh participants say about chess",
        "Polish position on abortion",
        "Norwegian view on whaling",
        "what was agreed in Gdynia on submarines",
        "what did they say in Christchurch about whaling",
        "what was recommended in Pokhara about tigers",
    ],
)
def test_what_no_report_speaks_of_is_not_covered(library: SmallLibrary, question: str) -> None:
    answer = ask(question, index=library.index)
    assert (answer.status, answer.statements) == ("not_covered", ())
    assert answer.missing in ("topic", "holder")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("what did participants agree on about floods?", "flood warnings save more lives"),
        ("Who opposed foreign guards on merchant ships?", "opposed foreign guards"),
        ("What was recommended in Christchurch?", "limit each landing to one hundred people"),
        ("Was there any consensus on the Montreux Convention?", "the convention should not be reopened"),
        ("What did the Turkish participants say about tankers?", "asked every tanker for a letter"),
        ("Have New Delhi and Kathmandu agreed on anything?", "New Delhi and Kathmandu have agreed"),
        ("Did the speakers in Bergen agree on a date for the mining code?", "They did not agree on a date"),
        ("What could they not agree on in Cádiz?", "where rescued people should be landed"),
        ("What did they agree on in Bergen?", "publishing environmental data without charge"),
        ("what did the Indian side say?", "against any talks before 2025"),
        ("which questions were left open in Bergen", "Whether recycling can meet demand"),
    ],
)
def test_what_a_report_says_is_answered_in_its_words(library: SmallLibrary, question: str, quote: str) -> None:
    answer = ask(question, index=library.index)
    assert (answer.status, answer.missing, answer.nearest) == ("answered", None, ())
    assert quote in words(answer)


@pytest.mark.parametrize(
    ("question", "missing", "instead"),
    [
        ("What was agreed about drones off West Africa?", "act", "drones from shore stations was touched upon"),
        ("did all participants agree to humanitarian exemptions", "act", "Most participants supported humanitarian exemptions"),
        ("what did everyone agree on about the ten year pause?", "act", "Many participants favoured a pause"),
        ("did everyone agree on drones for early detection of locusts", "act", "Several participants supported drones"),
        ("Did the Dresden round agree on monthly Caspian figures?", "act", "Whether monthly figures are needed was left open"),
        ("What did Sweden say about tariffs on grain?", "holder", "Opinions were split on whether tariffs should return"),
        ("what did Nepal say about dolphins", "holder", "river dolphins should be counted"),
    ],
)
def test_a_topic_without_the_act_or_holder_asked_for_is_partial_and_says_what_there_is(
    library: SmallLibrary, question: str, missing: str, instead: str
) -> None:
    answer = ask(question, index=library.index)
    assert (answer.status, answer.missing, answer.statements) == ("partial", missing, ())
    assert instead in near(answer)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("have the participants agreed on a pause in seabed mining", "Many participants favoured a pause"),
        ("what did participants agree on humanitarian exemptions", "Most participants supported"),
        ("what did everyone agree on about krill", "Some Korean participants opposed cameras on deck"),
        ("what did all delegations agree on visas", "called for 20,000 seasonal visas"),
    ],
)
def test_what_some_hold_is_no_answer_to_what_all_agreed_on(library: SmallLibrary, question: str, wrong: str) -> None:
    answer = ask(question, index=library.index)
    assert not [s for s in answer.statements if s.act == "agreed" and s.scope == "some"]
    assert wrong not in words(answer)


@pytest.mark.xfail(strict=True, reason="an agreement on something else in the same report answers a yes-no question")
def test_an_agreement_on_catch_limits_is_none_on_cameras(library: SmallLibrary) -> None:
    assert "catch limit" not in words(ask("did participants agree on cameras on deck", index=library.index))


@pytest.mark.xfail(strict=True, reason="'differ' keeps only disagreements, and each meeting adds one, on whatever it was")
def test_a_comparison_keeps_to_its_topic(library: SmallLibrary) -> None:
    answer = ask("how did views differ between 2019 and 2022 on hydrogen", index=library.index)
    assert "cameras on deck" not in words(answer)


def test_a_statement_under_a_heading_is_about_what_the_heading_says(library: SmallLibrary) -> None:
    answer = ask("what did New Zealand participants say about tourism", index=library.index)
    assert "A levy of fifty dollars a head" in words(answer)


def test_a_question_answered_under_another_name_says_so(library: SmallLibrary) -> None:
    answer = ask("tuberculosis in the DPRK", index=library.index)
    assert answer.matched == {"DPRK": "North Korea"}
    assert ask("tuberculosis in North Korea", index=library.index).matched == {}


QUESTIONS = [
    "what did they agree on?",
    "what did they disagree on",
    "what was recommended",
    "what did Kazakh participants say",
    "what did participants say about fish",
    "how did views on hydrogen change over the rounds",
    "what was agreed about drones off West Africa",
    "when was the seminar in Gdynia",
    "whaling",
    "krill",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_short_exact_labelled_in_order_and_firmest_first(library: SmallLibrary, question: str) -> None:
    answer = ask(question, index=library.index)
    given = [*answer.statements, *answer.nearest]
    assert len(given) <= 12
    assert [s.label for s in given] == [f"[{n}]" for n in range(1, len(given) + 1)]
    assert len({(s.citation.report, s.citation.start) for s in given}) == len(given)
    for s in given:
        assert show(s.citation.report, index=library.index)[s.citation.start : s.citation.end] == s.quote
    if answer.status == "answered":
        assert answer.statements
        assert [FIRMNESS.index(s.act) for s in answer.statements] == sorted(FIRMNESS.index(s.act) for s in answer.statements)
    else:
        assert answer.statements == ()
        assert answer.missing is not None
    assert bool(answer.nearest) or answer.status != "partial"


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_gets_the_same_answer(library: SmallLibrary, question: str) -> None:
    assert ask(question, index=library.index) == ask(question, index=library.index)


@pytest.mark.parametrize("question", ["what did participants agree on about floods?", "Who opposed foreign guards on merchant ships?"])
def test_case_accents_and_marks_do_not_matter(library: SmallLibrary, question: str) -> None:
    plain = ask(question, index=library.index).statements
    for other in (question.upper(), question.lower(), f"  {question.rstrip('?')} ???", question.replace("floods", "flóods")):
        assert ask(other, index=library.index).statements == plain


# --- filters, on a library of three short reports -----------------------------------------------------------------------------------


@pytest.fixture
def three(small_library) -> SmallLibrary:  # type: ignore[no-untyped-def]
    made: SmallLibrary = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})
    return made


@pytest.mark.parametrize(
    ("filters", "reports"),
    [
        ({"reports": ["reef.txt"]}, {"reef.txt"}),
        ({"since": "2020"}, {"reef.txt"}),
        ({"until": "2019-12-31"}, {"baltic.txt"}),
        ({"since": "2019-05-15", "until": "2019-06"}, {"baltic.txt"}),
        ({"round": 2}, {"baltic.txt"}),
        ({"series": "reef dialogue"}, {"reef.txt"}),
        ({"since": "2024"}, set()),
        ({}, {"baltic.txt", "reef.txt"}),
    ],
)
def test_a_filter_on_reports_keeps_out_all_others(three: SmallLibrary, filters: dict[str, object], reports: set[str]) -> None:
    answer = ask("what was agreed?", index=three.index, **filters)  # type: ignore[arg-type]
    assert {s.citation.report for s in answer.statements} == reports
    assert {s.citation.report for s in answer.nearest} <= reports


def test_a_filter_on_holder_and_act_keeps_out_all_other_statements(three: SmallLibrary) -> None:
    answer = ask("what was said?", index=three.index, holder="norwegian", act="supported")
    assert [s.quote for s in answer.statements] == ["Some Norwegian participants supported joint patrols in the strait."]
    asked = ask("what was said on radio channels?", index=three.index, holder="Latvia")
    assert {s.who for s in asked.statements} == {("Latvia",)}


@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ({"reports": ["nowhere.txt"]}, UnknownReport),
        ({"act": "mumbled"}, BadQuestion),
        ({"since": "spring"}, BadQuestion),
        ({"round": "two"}, BadQuestion),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(three: SmallLibrary, filters: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask("what was agreed?", index=three.index, **filters)  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["", "   ", "?!...", "\n", "x" * 10_000])
def test_what_cannot_be_asked_is_refused(three: SmallLibrary, question: str) -> None:
    with pytest.raises(BadQuestion):
        ask(question, index=three.index)


VOCABULARY = """agree agreed disagree participants Norwegian Latvian delegation hotline coast patrols radar coral nurseries
cost walrus quotas ice what who did not about on in 2019 2020 Riga Suva Oslo Norway round second first when where
recommend support moratorium Taiwan everyone all"""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=9).map(" ".join))
def test_every_quote_of_every_answer_is_a_statement_of_its_report(three: SmallLibrary, question: str) -> None:
    known = {(s.citation, s.quote, s.scope, s.who, s.act, s.antecedent) for s in statements(index=three.index)}
    answer = ask(question, index=three.index)
    for s in (*answer.statements, *answer.nearest):
        assert (s.citation, s.quote, s.scope, s.who, s.act, s.antecedent) in known
    assert (answer.status == "answered") == bool(answer.statements)
    assert len(answer.statements) <= 12


REACTIONS = """# Ferries Dialogue, Mwanza, 3 May 2021

## Tickets

Two participants proposed a common ferry ticket for the whole lake. It was backed by the Kenyan and Tanzanian participants alike.
The Ugandans remarked that they have had one for years.

## Works

The concrete pier at Kigoma was discussed briefly. Some Kenyan participants would like to see Rwanda invited as an observer.
Ugandan participants saw merit in the idea.
"""


def test_a_delegation_that_takes_up_a_proposal_later_in_its_paragraph_has_answered_it(tmp_path: Path) -> None:
    ferries = SmallLibrary(tmp_path)
    ferries.write({"ferries.md": REACTIONS})
    ferries.rebuild()
    answer = ask("what do the Ugandans say on a common ferry ticket", index=ferries.index)
    assert answer.status == "answered"
    assert "had one for years" in words(answer)


def test_a_reaction_to_what_was_proposed_in_between_is_no_view_on_the_topic(tmp_path: Path) -> None:
    ferries = SmallLibrary(tmp_path)
    ferries.write({"ferries.md": REACTIONS})
    ferries.rebuild()
    answer = ask("Ugandan view of the concrete pier at Kigoma", index=ferries.index)
    assert (answer.status, answer.missing) == ("partial", "holder")
    assert "The concrete pier at Kigoma" in near(answer)

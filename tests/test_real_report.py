"""The real report that the project began with: what its readers asked, and what they must be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import rebuild
from qa import ask, reports, retrieve, show, statements
from qa.contract import Answer, Statement
from tests.conftest import SHARED

pytestmark = pytest.mark.shared

NORTH_KOREA = (
    "Participants agreed on the urgency of dealing with a nuclear-armed North Korea, which threatened not only regional but also "
    "global security."
)
SANCTIONS = (
    "Japanese participants confirmed Japan’s commitment to adhering to sanctions imposed by G-7 countries in response to Russian "
    "actions in Ukraine, limiting prospects for Japanese investment in Russia."
)
JOINT = "U.S. relations with China going forward would impact both Japan and Russia, noted Russian and Japanese participants."
SYRIA = (
    "Regarding U.S.-Russia relations, some participants emphasized that serious differences between Russia and the West remained "
    "regarding Russian actions in Ukraine and Syria."
)
STRESSED = "They stressed the need to transform DPRK from a rogue state into a legitimate actor internationally."
FIRST_ROUND = "The first round was held at NCAFP Headquarters in New York City on March 10-11, 2016."
KIRILL = (
    "The sovereignty of the Northern Territories/Kirill Islands is still in question, although Russia and Japan have agreed to "
    "explore joint economic development initiatives in the area."
)
LOGIN = "Please enter your username or email address. You will receive a link to create a new password via email."
TITLE = "U.S.-Japan-Russia Trilateral: Second Round"
FURNITURE = ("Close", "username", "create a new password", "Members of the NCAFP delegation", TITLE)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (SHARED / "reports").is_dir():
        pytest.skip(f"the real report is not here: {SHARED / 'reports'}")
    home = tmp_path_factory.mktemp("real") / "index"
    built = rebuild(SHARED / "reports", home)
    assert built.skipped == ()
    return home


def quotes(found: tuple[Statement, ...]) -> list[str]:
    return [s.quote for s in found]


def one(answer: Answer, quote: str) -> Statement:
    return next(s for s in (*answer.statements, *answer.nearest) if s.quote == quote)


@pytest.mark.parametrize("name", ["North Korea", "DPRK", "north korea", "the DPRK", "Pyongyang"])
def test_the_agreement_on_north_korea_is_found_by_each_of_its_names(index: Path, name: str) -> None:
    answer = ask(f"what did participants agree on {name}?", index=index)
    assert answer.status == "answered"
    assert NORTH_KOREA in quotes(answer.statements)
    found = one(answer, NORTH_KOREA)
    assert (found.scope, found.act) == ("everyone", "agreed")
    citation = found.citation
    assert citation.report == "us-japan-russia-trilateral-second-round.txt"
    assert citation.title == TITLE
    assert (citation.date, citation.end_date, citation.place) == ("2017-03-15", "2017-03-16", "Moscow")
    assert show(citation.report, index=index)[citation.start : citation.end] == NORTH_KOREA


def test_a_name_that_the_report_has_otherwise_is_said(index: Path) -> None:
    assert ask("what did participants agree on DPRK?", index=index).matched == {"DPRK": "North Korea"}


@pytest.mark.parametrize("question", ["how do I reset my password?", "what did participants agree on Taiwan?", "Taiwan", "password"])
def test_what_the_report_does_not_cover_is_refused(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert (answer.status, answer.missing, answer.statements) == ("not_covered", "topic", ())


@pytest.mark.parametrize(
    "question",
    ["Close", "close close", LOGIN, LOGIN[:48], "username", TITLE, "new password via email", "Members of the NCAFP delegation sit beside"],
)
def test_page_furniture_is_reached_by_no_question_not_even_by_its_own_words(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    given = [*quotes(answer.statements), *quotes(answer.nearest), *(hit.text for hit in retrieve(question, k=50, index=index))]
    assert not [text for text in given for words in FURNITURE if words in text]


def test_page_furniture_is_no_statement(index: Path) -> None:
    assert not [s.quote for s in statements(index=index) for words in FURNITURE if words in s.quote]


@pytest.mark.parametrize("question", ["what did participants agree on Syria?", "participants agreed on Syria", "any agreement on Syria?"])
def test_no_agreement_on_syria_is_made_of_what_some_emphasized(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert (answer.status, answer.missing, answer.statements) == ("partial", "act", ())
    assert (one(answer, SYRIA).scope, one(answer, SYRIA).act) == ("some", "stated")


@pytest.mark.parametrize("question", ["what did Japanese participants say?", "what did the Japanese say", "the Japanese side?"])
def test_japanese_participants_said_one_thing_alone_and_one_with_the_russians(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert answer.status == "answered"
    assert {SANCTIONS, JOINT} <= set(quotes(answer.statements))
    assert one(answer, SANCTIONS).who == ("Japan",)
    assert one(answer, JOINT).who == ("Japan", "Russia")


def test_the_russians_hold_only_what_they_said_with_the_japanese(index: Path) -> None:
    answer = ask("what did Russian participants say?", index=index)
    assert JOINT in quotes(answer.statements)
    assert SANCTIONS not in quotes(answer.statements)


@pytest.mark.parametrize("question", ["what did American participants say?", "what did the U.S. side say", "American view on Syria"])
def test_nothing_is_given_to_the_americans(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert answer.status in ("not_covered", "partial")
    assert answer.missing == "holder"
    assert not [s for s in (*answer.statements, *answer.nearest) if "United States" in s.who]


def test_they_carries_its_antecedent(index: Path) -> None:
    answer = ask("who stressed that DPRK must be transformed into a legitimate actor?", index=index)
    assert (one(answer, STRESSED).scope, one(answer, STRESSED).antecedent) == ("everyone", "Participants")


@pytest.mark.parametrize("question", ["what was agreed at the first round in New York", "what was agreed at the first round"])
def test_the_first_round_is_known_not_to_be_here(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert (answer.status, answer.statements) == ("not_covered", ())
    first_line = answer.text.splitlines()[0]
    assert "no report of" in first_line
    assert "first" in first_line or "round 1" in first_line


@pytest.mark.parametrize("question", ["when was the first round", "where was the first round?", "When was the first round held?"])
def test_when_and_where_the_first_round_was_is_told_by_the_second(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert answer.status == "answered"
    assert quotes(answer.statements) == [FIRST_ROUND]


def test_the_first_round_is_listed_as_mentioned(index: Path) -> None:
    (report,) = reports(index=index)
    (first,) = report.mentioned_rounds
    assert (first["round"], first["start"], first["end"]) == (1, "2016-03-10", "2016-03-11")
    assert first["place"].startswith("New York")


@pytest.mark.parametrize("question", ["Kuril Islands", "the Kurils", "Northern Territories", "what is said on the Kuril islands?"])
def test_the_islands_are_found_as_the_report_prints_them(index: Path, question: str) -> None:
    answer = ask(question, index=index)
    assert answer.status == "answered"
    assert KIRILL in quotes(answer.statements)
    assert (one(answer, KIRILL).scope, one(answer, KIRILL).who) == ("government", ("Japan", "Russia"))


@pytest.mark.xfail(strict=True, reason="an agreement of governments answers what participants agreed on")
def test_what_governments_agreed_is_not_what_participants_agreed(index: Path) -> None:
    answer = ask("what did participants agree on joint economic development?", index=index)
    assert KIRILL not in [s.quote for s in answer.statements]


def test_the_same_question_gets_the_same_answer(index: Path) -> None:
    assert ask("what did they agree on?", index=index) == ask("what did they agree on?", index=index)

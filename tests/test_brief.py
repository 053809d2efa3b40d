"""An answer's text: its first line stands alone, its quotes are the answer's, and nobody holds more in it than in the report."""

from __future__ import annotations

import re

import pytest

from qa import ask
from qa.brief import ACT_NAMES, holder_of, place_line
from qa.contract import Answer, Citation, Statement
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary

QUOTED = re.compile(r"^(\[\d+\]) (.*?): “(.*)”$", re.MULTILINE)


@pytest.fixture
def three(small_library) -> SmallLibrary:  # type: ignore[no-untyped-def]
    made: SmallLibrary = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})
    return made


def first_line(answer: Answer) -> str:
    return answer.text.split("\n", maxsplit=1)[0]


QUESTIONS = [
    "what was agreed?",
    "what did they disagree on",
    "what did Latvian participants say",
    "what did Norwegian participants say about the hotline",
    "did they agree on walrus quotas",
    "what was agreed on coral nurseries",
    "Taiwan",
    "when was the Reef Dialogue",
    "what did participants agree on ice monitoring",
    "who questioned the cost",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_quotes_of_the_text_are_the_statements_in_their_order(three: SmallLibrary, question: str) -> None:
    answer = ask(question, index=three.index)
    given = [*answer.statements, *answer.nearest]
    found = [(label, holder, quote) for label, holder, quote in QUOTED.findall(answer.text)]
    assert found == [(s.label, holder_of(s), " ".join(s.quote.split())) for s in given]
    assert answer.text.count("“") - sum(s.quote.count("“") for s in given) == len(given)


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_quote_stands_under_its_act_and_above_its_place(three: SmallLibrary, question: str) -> None:
    answer = ask(question, index=three.index)
    lines = answer.text.split("\n")
    for s in (*answer.statements, *answer.nearest):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{s.label} "))
        headings = [line for line in lines[:at] if line in ACT_NAMES.values()]
        assert headings[-1] == ACT_NAMES[s.act]
        assert lines[at + 1].strip() == place_line(s)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_line_stands_alone(three: SmallLibrary, question: str) -> None:
    line = first_line(ask(question, index=three.index))
    assert line[-1] in ".:"
    assert "[1]" not in line
    assert "“" not in line


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("what was agreed on coral nurseries", "1 statement from 1 report."),
        ("did they agree on walrus quotas", "No agreement on walrus quotas is recorded. What there is:"),
        ("what did Norwegian participants say about the hotline", "No statement by Norway on hotline is recorded. What there is:"),
    ],
)
def test_the_first_line_says_what_was_found_or_is_missing(three: SmallLibrary, question: str, line: str) -> None:
    assert first_line(ask(question, index=three.index)) == line


def test_a_refusal_names_what_the_library_holds(three: SmallLibrary) -> None:
    line = first_line(ask("Taiwan", index=three.index))
    assert "do not cover" in line
    assert "3 reports" in line
    assert "The Second Round of the Baltic Waters Dialogue" in line


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_some_hold_is_never_said_of_the_participants(three: SmallLibrary, question: str) -> None:
    answer = ask(question, index=three.index)
    for _, holder, quote in QUOTED.findall(answer.text):
        held = next(s for s in (*answer.statements, *answer.nearest) if " ".join(s.quote.split()) == quote)
        assert (holder == "Participants") == (held.scope == "everyone")
    assert "articipants agreed" not in QUOTED.sub("", answer.text)


CITATION = Citation("a.pdf", "A Title", "A Series", 2, "2019-05-14", "2019-05-15", "Riga", 3, "iii", 7, 0, 4, "0" * 64)


def made(scope: str, *who: str) -> Statement:
    return Statement("[1]", "Fish", scope, who, "stated", None, CITATION)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (made("everyone"), "Participants"),
        (made("some"), "Some participants"),
        (made("some", "Japan"), "Some participants (Japan)"),
        (made("delegation", "Japan", "Russia"), "Japan and Russia"),
        (made("person", "Dorota Wejher"), "Dorota Wejher"),
        (made("government", "Japan"), "Government of Japan"),
        (made("government", "Japan", "Russia"), "Governments of Japan and Russia"),
        (made("impersonal"), "Recorded without a holder"),
        (made("unattributed"), "Not attributed"),
    ],
)
def test_every_scope_has_its_own_words_and_names_whom_it_names(statement: Statement, words: str) -> None:
    assert holder_of(statement) == words


def test_three_holders_are_listed_as_one_would_say_them() -> None:
    assert holder_of(made("delegation", "Chile", "New Zealand", "South Korea")).endswith("New Zealand and South Korea")


def test_a_place_line_gives_title_city_dates_and_the_printed_page() -> None:
    assert place_line(made("everyone")) == "A Title, Riga, 2019-05-14 to 2019-05-15, p. iii"


def test_a_place_line_leaves_out_what_is_not_known() -> None:
    bare = Citation("a.txt", "A Title", None, None, "2019-05-14", "2019-05-14", None, None, None, 7, 0, 4, "0" * 64)
    assert place_line(Statement("[1]", "Fish", "everyone", (), "agreed", None, bare)) == "A Title, 2019-05-14, paragraph 7"

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split_sentences

HARD = (Path(__file__).parent / "cases" / "sentences" / "hard.txt").read_text("utf-8").strip().split("\n\n")


def split(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize("block", HARD, ids=lambda b: b[:30])
def test_hard_cases_split_as_a_reader_would(block: str) -> None:
    lines = block.split("\n")
    # A footnote's mark belongs to no sentence.
    assert split(" ".join(lines)) == [line.removesuffix("¹").removesuffix("[2]") for line in lines]


@pytest.mark.parametrize("block", HARD, ids=lambda b: b[:30])
def test_lines_that_wrap_do_not_change_the_sentences(block: str) -> None:
    joined = block.replace("\n", " ")
    wrapped = joined.replace(" ", "\n     ", 3)
    assert [s.split() for s in split(wrapped)] == [s.split() for s in split(joined)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("- Participants agreed.", "Participants agreed."),
        ("3.   There was consensus.", "There was consensus."),
        ("(a) an annual exercise be held;", "an annual exercise be held;"),
        ("• Support for hubs.", "Support for hubs."),
        ("## Next steps", "Next steps"),
        ("> - Trade ministries should meet.", "Trade ministries should meet."),
        ("2.1 Experts met.", "Experts met."),
        ("iv. Others disagreed.", "Others disagreed."),
        ("J. R. Smith said so.", "J. R. Smith said so."),
        ("9.30 a.m. was early.", "9.30 a.m. was early."),
        ("2017 was hard.", "2017 was hard."),
    ],
)
def test_only_the_leading_marker_is_left_out(text: str, first: str) -> None:
    assert split(text) == [first]


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert split("Agreed\nin principle\n\nNot agreed") == ["Agreed\nin principle", "Not agreed"]


def test_the_numbers_of_a_list_run_together_stay_with_their_items() -> None:
    assert split("1. Set up a group. 2. Exempt the poorest.") == ["Set up a group.", "2. Exempt the poorest."]


def test_a_missing_space_after_a_full_stop_is_mended() -> None:
    assert split("Obstacles remain.The islands are disputed.") == ["Obstacles remain.", "The islands are disputed."]


def test_a_footnote_number_is_in_no_sentence() -> None:
    assert split("They pool data.1 Others do not.") == ["They pool data.", "Others do not."]


def test_only_the_span_that_was_asked_for_is_split() -> None:
    text = "No. Yes. Participants met. They left. Gone."
    start, end = text.index("Participants"), text.index("Gone")
    assert [text[s.start : s.end] for s in split_sentences(text, start, end)] == ["Participants met.", "They left."]


def test_a_footnote_number_after_a_year_ends_the_sentence() -> None:
    text = "Approaches have multiplied since 2019.1 The workshop asked why. The mean was 2019.5 in all."
    assert [text[s.start : s.end] for s in split_sentences(text, 0, len(text))] == [
        "Approaches have multiplied since 2019.",
        "The workshop asked why.",
        "The mean was 2019.5 in all.",
    ]


@given(st.text(alphabet=st.sampled_from('aA1 .?!\n()“”"’’-U.S.\u00a0。…[]'), max_size=80))
def test_sentences_are_ordered_spans_without_space_and_lose_only_markers_and_notes(text: str) -> None:
    found = split_sentences(text, 0, len(text))
    at = 0
    for s in found:
        assert at <= s.start < s.end <= len(text)
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        at = s.end
    kept = sum(c.isalpha() for s in found for c in text[s.start : s.end])
    assert kept >= sum(c.isalpha() for c in text) - 5  # a leading marker such as "(a)" holds letters


@pytest.mark.parametrize("text", ["word " * 3_000, "x" * 9_000, "x" + "\t\n" * 5_000 + "y", "x " * 2_100 + "\n" * 9_000 + "end"])
def test_a_sentence_without_an_end_is_cut_at_a_word_and_loses_none(text: str) -> None:
    spans = split_sentences(text, 0, len(text))
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
    assert all(0 < s.end - s.start <= 4_000 and not text[s.start].isspace() and not text[s.end - 1].isspace() for s in spans)

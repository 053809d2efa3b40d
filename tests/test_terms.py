"""Terms: one word is one word to the index, the question and the check of coverage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import STOP_WORDS, find_terms, fold, stem, stems, topic_stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Agreements", "agreement"),
        ("agreed", "agree"),
        ("FISHING", "fishing"),
        ("São", "Sao"),
        ("Sa\u0303o", "São"),  # two ways to write one letter: PDFs and macOS use the first
        ("Japan’s", "Japan"),
        ("Japan's", "Japan"),
        ("don’t", "don't"),
        ("ﬁshing", "fishing"),  # a ligature, as PDFs hold it
        ("co\u00adoperation", "cooperation"),  # a soft hyphen, as web pages hold it
        ("co\u2060operation", "cooperation"),  # a word joiner
        ("U.S.", "u.s."),
        ("Straße", "STRASSE"),
    ],
)
def test_two_spellings_of_one_word_are_one_term(one: str, other: str) -> None:
    assert stems(one) == stems(other) == [stem(other)]


@pytest.mark.parametrize(("one", "other"), [("U.S.", "us"), ("not", "note"), ("Iran", "Iraq"), ("policy", "police")])
def test_two_words_stay_apart(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_compounds_part_at_the_hyphen() -> None:
    assert stems("nuclear-armed end-of-war") == ["nuclear", "arm", "end", "of", "war"]


def test_a_word_broken_at_the_end_of_a_line_is_found_whole_and_in_halves() -> None:
    assert "cooper" in stems("maritime co-\noperation")
    assert {"nine", "dash"} <= set(stems("the nine-\n  dash line"))
    assert "cooper" in stems("co\u00ad\r\noperation")


def test_the_topic_leaves_out_empty_words_and_repetitions_but_keeps_negations() -> None:
    assert topic_stems("What did they not agree on, and not discuss, about the talks?") == ["not", "agre", "discuss", "talk"]


def test_stop_words_are_written_as_they_are_compared() -> None:
    assert {word for word in STOP_WORDS if fold(word) != word} == set()


@given(st.text())
def test_every_term_stands_where_it_says_and_in_order(text: str) -> None:
    terms = find_terms(text)
    assert all(0 <= t.start < t.end <= len(text) for t in terms)
    assert [t.end for t in terms] == sorted(t.end for t in terms)
    whole = [t for t in terms if "\n" not in text[t.start : t.end]]
    assert all(t.stem == stem(text[t.start : t.end]) for t in whole)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_letters_and_digits_always_make_a_term(text: str) -> None:
    assert stems(text)

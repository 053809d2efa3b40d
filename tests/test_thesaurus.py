"""The thesaurus is data that people edit by hand: these claims are what the search relies on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import index.terms
from index.terms import STOP_WORDS, fold, stems

FILE = Path(index.terms.__file__).parent / "data" / "thesaurus.toml"
MOST_GROUPS_OF_A_TERM = 3
MOST_WORDS_OF_A_TERM = 4
FEWEST_GROUPS = 350


@pytest.fixture(scope="module")
def groups() -> list[list[str]]:
    return [table["terms"] for table in tomllib.loads(FILE.read_text("utf-8"))["akin"]]


def test_the_file_holds_only_groups_of_terms() -> None:
    content = tomllib.loads(FILE.read_text("utf-8"))
    assert set(content) == {"akin"}
    assert {key for table in content["akin"] for key in table} == {"terms"}


def test_the_genre_is_covered_by_many_groups(groups: list[list[str]]) -> None:
    assert len(groups) >= FEWEST_GROUPS


def test_every_group_has_at_least_two_terms(groups: list[list[str]]) -> None:
    assert [group for group in groups if len(group) < 2] == []


def test_no_group_says_the_same_stems_twice(groups: list[list[str]]) -> None:
    repeated = [group for group in groups if len({tuple(stems(term)) for term in group}) < len(group)]
    assert repeated == []


def test_no_group_lies_within_another(groups: list[list[str]]) -> None:
    sets = [frozenset(tuple(stems(term)) for term in group) for group in groups]
    assert [sorted(a) for i, a in enumerate(sets) for j, b in enumerate(sets) if i != j and a <= b] == []


def test_no_term_is_in_more_than_three_groups(groups: list[list[str]]) -> None:
    times = Counter(tuple(stems(term)) for group in groups for term in group)
    assert {term: count for term, count in times.items() if count > MOST_GROUPS_OF_A_TERM} == {}


def test_every_term_says_something_beside_stop_words(groups: list[list[str]]) -> None:
    empty = [term for group in groups for term in group if all(word in STOP_WORDS for word in re.findall(r"[\w']+", fold(term)))]
    assert empty == []


def test_no_term_is_longer_than_four_words(groups: list[list[str]]) -> None:
    assert [term for group in groups for term in group if len(term.split()) > MOST_WORDS_OF_A_TERM] == []


def test_terms_carry_no_stray_spaces(groups: list[list[str]]) -> None:
    assert [term for group in groups for term in group if term != " ".join(term.split())] == []


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("drills", "military exercises"),
        ("boat people", "irregular movement by sea"),
        ("superbugs", "antimicrobial resistance"),
        ("fish running out", "depleted stocks"),
        ("space junk", "orbital debris"),
        ("kids", "children"),
        ("swap officers", "exchange liaison officers"),
        ("advance notice", "prior notification"),
    ],
)
def test_everyday_words_meet_the_formal_ones(groups: list[list[str]], asked: str, written: str) -> None:
    meant = [{tuple(stems(term)) for term in group} for group in groups]
    assert any(tuple(stems(asked)) in group and tuple(stems(written)) in group for group in meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ship", "port"),
        ("refugee", "asylum"),
        ("mine clearance", "mining industry"),
        ("nuclear power", "nuclear weapon"),
        ("doctor", "nurse"),
    ],
)
def test_what_is_only_related_stays_apart(groups: list[list[str]], one: str, other: str) -> None:
    meant = [{tuple(stems(term)) for term in group} for group in groups]
    assert not any(tuple(stems(one)) in group and tuple(stems(other)) in group for group in meant)


@pytest.mark.parametrize(
    "word",
    ["import", "mining", "training", "customs", "minority", "press", "convention", "execution", "observer", "renewables", "immunity"],
)
def test_words_whose_stem_is_another_words_do_not_stand_alone(groups: list[list[str]], word: str) -> None:
    assert stems(word) not in [stems(term) for group in groups for term in group]

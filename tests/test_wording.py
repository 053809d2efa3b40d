from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from index.attribution.wording import FIRMNESS, Wording, load_wording
from index.errors import RapporteurError
from index.report import Act

WORDING = load_wording()


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("agree", "agreed"),
        ("agreed", "agreed"),
        ("agreeing", "agreed"),
        ("concurred", "agreed"),
        ("consensus", "agreed"),
        ("share the view", "agreed"),
        ("did they agree", None),
        ("were opposed", "disagreed"),
        ("in favour of", "supported"),
        ("called for", "recommended"),
        ("call", "stated"),
        ("expressed their deep concern", "concerned"),
        ("ruled out", "disagreed"),
        ("took strong issue", "disagreed"),
        ("left open", "asked"),
        ("recommendations", "recommended"),
        ("touched upon", "discussed"),
        ("banana", None),
        ("", None),
    ],
)
def test_a_word_or_phrase_in_any_inflection_shows_its_act(words: str, act: str | None) -> None:
    assert WORDING.act_of(words) == act


def test_firmness_orders_every_act_once_and_agreed_is_first() -> None:
    assert sorted(FIRMNESS) == sorted(get_args(Act))
    assert FIRMNESS[0] == "agreed"


def test_the_words_survive_the_index() -> None:
    assert Wording.from_json(WORDING.to_json()) == WORDING


def test_no_word_shows_two_acts() -> None:
    seen = [(p.words, p.kind) for p in WORDING.phrases]
    assert [entry for entry in seen if seen.count(entry) > 1] == []


def test_a_users_file_adds_words_and_moves_ours(tmp_path: Path) -> None:
    own = tmp_path / "words.toml"
    own.write_text(
        '[acts.agreed]\nverbs = ["shake hands on"]\n[acts.concerned]\nverbs = ["note"]\n[holders]\nparticipants = ["roundtablers"]\n'
        '[irregular]\nshake = "shook shaken"\n',
        "utf-8",
    )
    wording = load_wording(own)
    assert wording.act_of("shook hands on") == "agreed"
    assert wording.act_of("noted") == "concerned"
    assert wording.act_of("agreed") == "agreed"
    assert "roundtablers" in wording.words("holders.participants")
    assert "participants" in wording.words("holders.participants")


def test_no_file_of_the_users_is_no_error(tmp_path: Path) -> None:
    assert load_wording(tmp_path / "words.toml") == WORDING


@pytest.mark.parametrize("text", ["[acts", '[acts.shouted]\nverbs = ["yell"]', "[acts.agreed]\nverbs = [1]", "acts = 3"])
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    own = tmp_path / "words.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(RapporteurError, match=r"^words\.toml: .* Mend it as docs/attribution\.md shows"):
        load_wording(own)

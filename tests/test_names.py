from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.errors import RapporteurError
from index.names import Country, Names, load_names

NAMES = load_names()


def named(text: str, *, any_case: bool = False) -> list[tuple[str, str]]:
    return [(m.country, m.form) for m in NAMES.mentions(text, any_case=any_case)]


def test_names_people_and_governments_are_told_apart() -> None:
    assert named("Dutch and ROK participants asked what Beijing wants") == [
        ("Netherlands", "demonym"),
        ("South Korea", "name"),
        ("China", "government"),
    ]


def test_the_longest_name_wins() -> None:
    assert named("North Korean and Papua New Guinean guests") == [("North Korea", "demonym"), ("Papua New Guinea", "demonym")]


def test_a_place_that_holds_a_countrys_name_names_no_country() -> None:
    assert named("the Korean Peninsula, the Sea of Japan, the South China Sea and Washington, D.C., in the Indian Ocean") == []


def test_capitals_matter_in_reports_and_not_in_questions() -> None:
    assert named("it told us") == []
    assert named("what did turkey say", any_case=True) == [("Turkey", "name")]


def test_a_name_broken_over_lines_is_one_name() -> None:
    assert named("participants from South\n  Africa") == [("South Africa", "name")]


def test_a_name_is_a_whole_word_wherever_it_begins() -> None:
    assert named("Japan-based, non-Japan, Japanology, xJapan; Japan") == [("Japan", "name"), ("Japan", "name")]
    odd = Names((Country("(East) Land", (), (), ()), Country("İslet", ("$tate",), (), ())))
    assert [m.country for m in odd.mentions("the (East)  Land, x(East) Land and İslet's $tate")] == ["(East) Land", "İslet", "İslet"]


def test_no_word_belongs_to_two_countries() -> None:
    words = Counter(w.casefold() for c in NAMES.countries for w in {c.name, *c.aliases, *c.demonyms, *c.governments})
    assert [w for w, n in words.items() if n > 1] == []


def test_every_member_of_the_united_nations_is_known() -> None:
    assert len(NAMES.countries) > 195


def test_the_names_survive_the_index() -> None:
    assert Names.from_json(NAMES.to_json()) == NAMES


def test_a_users_file_adds_and_wins(tmp_path: Path) -> None:
    own = tmp_path / "names.toml"
    own.write_text(
        '[[country]]\nname = "North Korea"\ndemonyms = ["Korean"]\n[[country]]\nname = "Bougainville"\naliases = ["AROB"]\n'
        '[[alike]]\nterms = ["krill", "Euphausia"]\n[places]\nterms = ["Paris Club"]\n',
        "utf-8",
    )
    names = load_names(own)
    assert names.country("korean") == "North Korea"
    assert names.country("DPRK") == "North Korea"
    assert names.country("AROB") == "Bougainville"
    assert ("krill", "Euphausia") in names.alike
    assert names.mentions("the Paris Club") == []


@pytest.mark.parametrize("text", ["[[country", '[[country]]\nname = "X"\naliases = "Y"', "[[alike]]\nwords = []"])
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    own = tmp_path / "names.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(RapporteurError, match=r"^names\.toml: .* Mend it as docs/names\.md shows"):
        load_names(own)

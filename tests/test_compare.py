"""`compare`: rounds side by side, exact and cited, and changes named only where the statements bear them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.attribution.wording import load_wording
from index.errors import BadQuestion
from index.report import Act, Attribution, Scope
from qa import Comparison, compare, show, verify
from qa.changes import Change, Said, find_changes, telling_words
from qa.cli import main
from qa.side_by_side import Column
from tests.fakes import SmallLibrary

SERIES = "Germany-Japan-Kazakhstan Trilateral"
ROUNDS = ("round 2 (Kanazawa, 2019)", "round 3 (Dresden, 2022)", "round 4 (Aktau, 2023)")


def quotes(column: Column) -> str:
    return " ".join(" ".join(s.quote.split()) for s in column.statements)


def kinds(found: Comparison) -> list[str]:
    return [c.kind for c in found.changes]


def resting_on(found: Comparison, change: Change) -> list[str]:
    """The quotes of the statements that a change names."""
    by_label = {s.label: " ".join(s.quote.split()) for column in found.columns for s in column.statements}
    return [by_label[label] for label in change.statements]


# -- on the sample library, with the real model


def test_the_rounds_of_a_series_stand_side_by_side_in_order_of_date(library: SmallLibrary) -> None:
    found = compare("Caspian water levels", index=library.index)
    assert found.series == SERIES
    assert [(c.round, c.place, c.date) for c in found.columns] == [
        (2, "Kanazawa", "2019-10-09"),
        (3, "Dresden", "2022-06-21"),
        (4, "Aktau", "2023-05-18"),
    ]
    assert "Views were divided on whether monthly readings" in quotes(found.columns[0])
    assert "now favoured the publication of water levels once a quarter" in quotes(found.columns[1])
    assert "agreed to publish readings of the Caspian water level" in quotes(found.columns[2])


def test_every_cell_is_cited_exact_and_labelled_through_all_columns(library: SmallLibrary) -> None:
    found = compare("hydrogen plant", index=library.index)
    cells = [(column, s) for column in found.columns for s in column.statements]
    assert [s.label for _, s in cells] == [f"[{n}]" for n in range(1, len(cells) + 1)]
    assert len(cells) >= 5
    for column, s in cells:
        assert s.citation.report == column.report
        assert show(column.report, index=library.index)[s.citation.start : s.citation.end] == s.quote
        assert verify(s, index=library.index).status == "exact"


def test_a_disagreement_that_became_an_agreement_is_formed(library: SmallLibrary) -> None:
    found = compare("Caspian water levels", index=library.index)
    assert kinds(found) == ["formed"]
    before, now = resting_on(found, found.changes[0])
    assert before.startswith("Views were divided")
    assert now.startswith("Participants agreed to publish")


def test_an_agreement_that_is_taken_back_is_broken(library: SmallLibrary) -> None:
    found = compare("permanent secretariat", index=library.index)
    assert kinds(found) == ["broke"]
    before, now = resting_on(found, found.changes[0])
    assert before.startswith("Participants agreed that a small permanent secretariat")
    assert now.startswith("Participants no longer supported")


def test_a_change_of_one_delegation_is_told_as_that_delegations(library: SmallLibrary) -> None:
    found = compare("hydrogen plant", index=library.index)
    formed = next(c for c in found.changes if c.kind == "formed")
    assert formed.text.startswith("Germany: ")
    assert [q[:33] for q in resting_on(found, formed)] == ["German participants rejected the ", "German participants now supported"]


def test_what_only_the_last_round_has_is_new(library: SmallLibrary) -> None:
    found = compare("locusts", index=library.index)
    assert kinds(found) == ["new"]
    assert [len(c.statements) > 0 for c in found.columns] == [False, False, True]
    assert "No statement on locusts." in found.text


def test_what_the_last_round_no_longer_has_is_dropped(library: SmallLibrary) -> None:
    found = compare("Afghanistan", series=SERIES, index=library.index)
    assert kinds(found) == ["dropped"]
    assert found.changes[0].text.startswith("no statement on Afghanistan in the report of round 4 (Aktau")


def test_rounds_without_a_report_are_said_to_be_missing(library: SmallLibrary) -> None:
    assert "The library has no report of round 1." in compare("locusts", index=library.index).text


def test_a_question_is_compared_like_its_topic_and_keeps_to_the_holder_it_asks_for(library: SmallLibrary) -> None:
    found = compare("how did the German view of the hydrogen plant change over the rounds?", index=library.index)
    assert [c.round for c in found.columns] == [2, 3, 4]
    assert {s.who for c in found.columns for s in c.statements} == {("Germany",)}
    assert kinds(found) == ["formed"]


def test_between_unrelated_meetings_no_change_is_named(library: SmallLibrary) -> None:
    found = compare("fishing", index=library.index)
    assert found.series is None
    assert len({c.series for c in found.columns}) > 1
    assert [c.date for c in found.columns] == sorted(c.date or "" for c in found.columns)
    assert all(c.statements for c in found.columns)
    assert found.changes == ()


def test_a_topic_that_no_report_has_gives_no_columns_and_a_sentence(library: SmallLibrary) -> None:
    found = compare("coral reefs of the Red Sea", index=library.index)
    assert (found.columns, found.changes) == ((), ())
    assert found.text.startswith("The reports have no statement on coral reefs")


def test_an_unknown_series_gives_a_sentence_that_names_the_known_ones(library: SmallLibrary) -> None:
    found = compare("sanctions", series="Baltic Trilateral", index=library.index)
    assert found.columns == ()
    assert "no series called Baltic Trilateral" in found.text
    assert SERIES in found.text


def test_a_series_is_found_whatever_its_case(library: SmallLibrary) -> None:
    assert compare("locusts", series=SERIES.upper(), index=library.index).series == SERIES


def test_an_empty_topic_is_refused(library: SmallLibrary) -> None:
    with pytest.raises(BadQuestion):
        compare(" ? ", index=library.index)


def test_the_same_topic_gives_the_same_comparison(library: SmallLibrary) -> None:
    assert compare("sanctions", index=library.index) == compare("sanctions", index=library.index)


def test_the_command_prints_the_table_and_its_json_is_the_comparison(library: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "Caspian water levels", "--index", str(library.index)]) == 0
    printed = capsys.readouterr().out
    assert "Round 2 (Kanazawa, 2019-10-09)" in printed
    assert max(map(len, printed.splitlines())) <= 100
    assert " ".join(printed.split()).count("“Participants agreed to publish readings of the Caspian water level every month") == 1
    assert main(["compare", "Caspian water levels", "--json", "--index", str(library.index)]) == 0
    given = json.loads(capsys.readouterr().out)
    assert given == json.loads(json.dumps(compare("Caspian water levels", index=library.index).to_dict()))
    assert list(given) == ["topic", "series", "columns", "changes", "text"]
    assert list(given["columns"][0]) == ["report", "title", "series", "round", "date", "end_date", "place", "statements"]
    assert list(given["changes"][0]) == ["kind", "text", "statements"]


def round_of(number: int, year: int, words: str, title: str = "Reef Dialogue") -> str:
    ordinal = {1: "First", 2: "Second", 3: "Third"}[number]
    return (
        f"The {ordinal} Round of the {title}\n\nThe {ordinal.lower()} round of the {title} was held in Suva on 3 March {year}.\n\n"
        f"Coral nurseries\n\n{words}\n"
    )


def test_two_reports_of_one_round_count_as_one_round(small_library: Callable[..., SmallLibrary]) -> None:
    told = "Participants agreed that coral nurseries should be financed by a regional fund."
    home = small_library(
        {
            "one.txt": round_of(1, 2020, told),
            "two.txt": round_of(2, 2021, told),
            "two-press.txt": round_of(2, 2021, "Participants discussed the harbour dredging in Suva."),
        }
    )
    found = compare("coral nurseries", index=home.index)
    assert [c.report for c in found.columns] == ["one.txt", "two-press.txt", "two.txt"]
    assert kinds(found) == ["steady"]


# -- the rules, on statements made by hand


def said(label: str, number: int, act: Act, scope: Scope = "everyone", who: tuple[str, ...] = (), about: int = 0, words: str = "") -> Said:
    """A statement of matter number `about`: of two numbers, the vectors are at right angles."""
    vector = np.zeros(4, np.float32)
    vector[about] = 1.0
    return Said(label, number, Attribution(0, 9, scope, who, act), vector, frozenset(words.split()))


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (said("a", 0, "disagreed"), said("b", 2, "agreed"), "formed"),
        (said("a", 0, "disagreed", "impersonal"), said("b", 2, "supported"), "formed"),
        (said("a", 0, "agreed"), said("b", 2, "disagreed", "impersonal"), "broke"),
        (said("a", 0, "agreed"), said("b", 2, "agreed", "impersonal"), "steady"),
        (said("a", 0, "concerned", "delegation", ("Japan",)), said("b", 2, "concerned", "delegation", ("Japan",)), "steady"),
        (said("a", 0, "disagreed", "delegation", ("Japan", "Chile")), said("b", 2, "supported", "delegation", ("Japan",)), "formed"),
    ],
)
def test_a_turn_between_two_rounds_is_named(before: Said, now: Said, kind: str) -> None:
    assert [(c.kind, c.statements) for c in find_changes("corals", [before, now], ROUNDS)] == [(kind, ("a", "b"))]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (said("a", 0, "disagreed", "some"), said("b", 2, "agreed")),
        (said("a", 0, "disagreed", "some", ("Japan",)), said("b", 2, "supported", "delegation", ("Japan",))),
        (said("a", 0, "disagreed", "delegation", ("Japan",)), said("b", 2, "agreed", "government", ("Japan",))),
        (said("a", 0, "disagreed", "delegation", ("Japan",)), said("b", 2, "agreed", "delegation", ("Chile",))),
        (said("a", 0, "disagreed"), said("b", 2, "agreed", about=1)),
        (said("a", 0, "disagreed"), said("b", 2, "recommended")),
        (said("a", 0, "stated"), said("b", 2, "stated")),
        (said("a", 0, "discussed"), said("b", 2, "agreed")),
    ],
)
def test_no_turn_is_named_between_other_holders_other_matters_or_acts_that_take_no_side(before: Said, now: Said) -> None:
    assert find_changes("corals", [before, now], ROUNDS) == ()


def test_a_round_that_has_both_sides_of_a_matter_neither_forms_nor_breaks_it() -> None:
    both = [said("a", 0, "disagreed"), said("b", 2, "agreed"), said("c", 2, "disagreed")]
    assert find_changes("corals", both, ROUNDS) == ()
    assert [c.kind for c in find_changes("corals", both[1:], ROUNDS)] == ["new"]


def test_words_in_common_make_one_matter_of_sentences_that_mean_only_nearly_the_same() -> None:
    near = np.array([0.4, 0.9165, 0, 0], np.float32)
    then = said("a", 0, "agreed", words="secretariat almati perman")
    alike = Said("b", 2, Attribution(0, 9, "everyone", (), "disagreed"), near, frozenset({"secretariat", "almati"}))
    other = Said("b", 2, Attribution(0, 9, "everyone", (), "disagreed"), near, frozenset({"secretariat", "port"}))
    assert [c.kind for c in find_changes("it", [then, alike], ROUNDS)] == ["broke"]
    assert find_changes("it", [then, other], ROUNDS) == ()


def test_an_agreement_that_broke_and_was_found_again_is_both() -> None:
    found = find_changes("corals", [said("a", 0, "agreed"), said("b", 1, "disagreed"), said("c", 2, "agreed")], ROUNDS)
    assert [(c.kind, c.statements) for c in found] == [("formed", ("b", "c")), ("broke", ("a", "b"))]


def test_what_was_only_narrated_is_not_dropped_but_may_be_new() -> None:
    assert find_changes("corals", [said("a", 0, "none")], ROUNDS) == ()
    assert [c.kind for c in find_changes("corals", [said("a", 2, "none")], ROUNDS)] == ["new"]


def test_one_round_alone_has_nothing_new_and_nothing_dropped() -> None:
    assert find_changes("corals", [said("a", 0, "agreed")], ROUNDS[:1]) == ()


def test_telling_words_leave_out_acts_meetings_and_countries() -> None:
    words = telling_words("Japanese participants agreed that the secretariat in Almaty should be permanent.", load_wording(), ["Japanese"])
    assert words == {"secretariat", "almati", "perman"}


# -- on the judged set


@pytest.mark.shared
def test_on_the_judged_set_each_comparison_holds_the_sentences_a_reader_chose(shared: Path, tmp_path: Path) -> None:
    from index import rebuild

    folder = shared / "dialogues" / "dev"
    rebuild(folder / "reports", tmp_path / "index")
    wanted = {
        "salmon data": ("formed", ["Views were divided on the sharing of salmon", "agreed to publish salmon catch data"]),
        "exercise notification": ("broke", ["exercises near the islands be announced", "did not renew their agreement"]),
    }
    for topic, (kind, held) in wanted.items():
        found = compare(topic, index=tmp_path / "index")
        change = next(c for c in found.changes if c.kind == kind)
        assert all(part in quote for part, quote in zip(held, resting_on(found, change), strict=True))

"""Filters: what a person may give, in the forms a person writes it, and what is refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import qa
from index.errors import BadQuestion, UnknownReport
from index.store import Snapshot
from qa.filters import Filters, make_filters
from qa.library import open_snapshot
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

Make = Callable[..., SmallLibrary]
UNDATED = "Notes\n\nParticipants agreed on tea.\n"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    library = SmallLibrary(tmp_path_factory.mktemp("filters"))
    library.write({"baltic.txt": BALTIC, "reef.txt": REEF, "sub/walrus.txt": WALRUS, "undated.txt": UNDATED})
    with word_hashes():
        library.rebuild()
    with open_snapshot(library.index) as opened:
        yield opened


def passing(snapshot: Snapshot, **filters: Any) -> list[str]:
    made = make_filters(snapshot, **filters)
    return [r.path for r in snapshot.reports if made.allows(r)]


def test_no_filter_lets_everything_through(snapshot: Snapshot) -> None:
    assert make_filters(snapshot) == Filters()
    assert len(passing(snapshot)) == 4


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"reports": ["reef.txt", "sub/walrus.txt"]}, ["reef.txt", "sub/walrus.txt"]),
        ({"reports": "reef.txt"}, ["reef.txt"]),
        ({"series": "baltic waters dialogue"}, ["baltic.txt"]),
        ({"series": "Nothing"}, []),
        ({"round": 2}, ["baltic.txt"]),
        ({"round": 7}, []),
        ({"since": "2019"}, ["baltic.txt", "reef.txt"]),
        ({"until": "2019"}, ["baltic.txt", "sub/walrus.txt"]),
        ({"since": "2019-05", "until": "2019-05"}, ["baltic.txt"]),
        ({"since": "2019-05-15"}, ["baltic.txt", "reef.txt"]),
        ({"since": "2019-05-16"}, ["reef.txt"]),
        ({"until": "2019-05-14"}, ["baltic.txt", "sub/walrus.txt"]),
        ({"until": "2019-05-13"}, ["sub/walrus.txt"]),
        ({"until": "2019-5-9"}, ["sub/walrus.txt"]),
        ({"since": "2020-3-3"}, ["reef.txt"]),
        ({"series": "Reef Dialogue", "since": "2021"}, []),
    ],
)
def test_filters_on_reports(snapshot: Snapshot, filters: dict[str, Any], left: list[str]) -> None:
    assert passing(snapshot, **filters) == left


@pytest.mark.parametrize("date", ["yesterday", "2019-13", "2019-02-30", "19", "2019-01-02-03", "+019", "2_19", "２０１９", "2019-", "0000"])
def test_a_date_that_is_none_is_refused_with_how_to_write_it(snapshot: Snapshot, date: str) -> None:
    with pytest.raises(BadQuestion, match=r"this is no date\. Write it as 2018-04-26, 2018-04 or 2018\."):
        make_filters(snapshot, since=date)


def test_an_unknown_report_is_refused_with_those_that_are_near(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownReport, match=r"reef\.text: there is no such report in the index\. Did you mean reef\.txt\?"):
        make_filters(snapshot, reports=["reef.text"])
    with pytest.raises(UnknownReport, match="`rapporteur reports` lists all"):
        make_filters(snapshot, reports=["zzzzzzz"])


def test_an_unknown_act_is_refused_with_those_there_are(snapshot: Snapshot) -> None:
    with pytest.raises(BadQuestion, match=r"promised: there is no such act. Acts are agreed, supported"):
        make_filters(snapshot, act="promised")


@pytest.mark.parametrize("number", ["2", 2.5, True])
def test_a_round_that_is_no_number_is_refused(snapshot: Snapshot, number: Any) -> None:
    with pytest.raises(BadQuestion, match="a round is a whole number"):
        make_filters(snapshot, round=number)


@pytest.mark.parametrize("holder", ["Norway", "norway", " Norwegian ", "Oslo"])
def test_a_holder_may_be_named_in_any_form(snapshot: Snapshot, holder: str) -> None:
    assert make_filters(snapshot, holder=holder).holder == "Norway"


def test_empty_filters_are_none(snapshot: Snapshot) -> None:
    assert make_filters(snapshot, reports=[], series="", since="", until="", holder=" ") == Filters()


def test_half_a_letter_in_a_filter_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(BadQuestion, match="damaged character"):
        make_filters(snapshot, holder="Tanaka\ud800")


def test_holder_and_act_choose_the_passages_that_hold_such_a_statement(small_library: Make) -> None:
    library = small_library({"baltic.txt": BALTIC, "reef.txt": REEF})
    found = {
        name: [h.text[:12] for h in qa.retrieve("participants", 9, index=library.index, **filters)]
        for name, filters in {
            "Norway": {"holder": "Norwegian"},
            "asked": {"act": "asked"},
            "Latvia stated": {"holder": "Latvia", "act": "stated"},
            "Latvia asked": {"holder": "Latvia", "act": "asked"},
        }.items()
    }  # fmt: skip
    assert found == {"Norway": ["Some Norwegi"], "asked": ["Participants"], "Latvia stated": ["Participants"], "Latvia asked": []}

"""Which meetings of the sample library a question singles out."""

from __future__ import annotations

import pytest

from qa import ask
from qa.library import open_snapshot
from qa.question import understand
from qa.scope import Scope, find_scope, meeting_years
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary

KANAZAWA = "Trilateral_Second Round_Kanazawa.html"
DRESDEN = "Dresden trilateral 2022 (report).pdf"
AKTAU = "aktau trilateral - copied from web.txt"
CADIZ = "Cádiz record Oct 2019.txt"
GDYNIA = "Gdynia seminar - FINAL report.docx"
GUINEA = "Gulf of Guinea chairs summary.txt"
OCEAN = "Southern-Ocean-Dialogue_Report_2.pdf"
TAMNA = "Tamna Conference 2018 Report FINAL (2).docx"
RIVERS = "shared-rivers-shared-grid.html"
SEABED = "seabed-minerals-note_BERGEN.md"


def read(library: SmallLibrary, text: str) -> tuple[set[str] | None, Scope, tuple[str, ...]]:
    """The reports in question (None for all), the scope, and the terms left for the topic."""
    with open_snapshot(library.index) as snapshot:
        first = understand(text, snapshot.names)
        scope = find_scope(snapshot, text, first.years, first.rounds, compare=first.compare)
        topic = understand(text, snapshot.names, scope.spans).terms
        rows = scope.rows
        return None if rows is None else {r.path for r in snapshot.reports if r.id in rows}, scope, topic


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("what was agreed in Dresden", DRESDEN),
        ("what was agreed in dresden on cranes?", DRESDEN),
        ("DRESDEN agreements", DRESDEN),
        ("what was agreed in Dresdn", DRESDEN),
        ("what did they say in Kanasawa", KANAZAWA),
        ("recommendations from Christchurh", OCEAN),
        ("what was agreed in cadiz", CADIZ),
        ("Gdynia seminar on mines", GDYNIA),
        ("what did the chair say in Takoradi", GUINEA),
        ("what was agreed in the third round of the Germany-Japan-Kazakhstan Trilateral", DRESDEN),
        ("what was agreed in round 2 of the germany japan kazakhstan trilateral", KANAZAWA),
        ("what was agreed in 2023 at the Germany-Japan-Kazakhstan Trilateral", AKTAU),
        ("what was recommended at the gulf of guinea roundtable", GUINEA),
        ("recommendations of the Tamna conference", TAMNA),
        ("Atlantic neighbours on visas", CADIZ),
        ("fishing rules, Southern Ocean dialogue", OCEAN),
        ("bangladesh india nepal dialogue", RIVERS),
        ("rivers and power dialogue recommendations", RIVERS),
        ("seabed minerals note", SEABED),
        ("what did they agree on in 2018", TAMNA),
        ("what was agreed in the sixth conference", TAMNA),
    ],
)
def test_a_meeting_is_known_by_city_series_year_or_round(library: SmallLibrary, text: str, report: str) -> None:
    assert read(library, text)[0] == {report}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what happened to hydrogen in Kanazawa and Aktau", {KANAZAWA, AKTAU}),
        ("what did they agree on in October 2019", {KANAZAWA, CADIZ}),
        ("hydrogen in round 3", {DRESDEN, CADIZ, GDYNIA}),
    ],
)
def test_several_meetings_may_be_meant(library: SmallLibrary, text: str, expected: set[str]) -> None:
    assert read(library, text)[0] == expected


@pytest.mark.parametrize("text", ["what was agreed on krill", "a secretariat in Almaty", "germany and japan on sanctions", "tuberculosis"])
def test_a_question_that_names_no_meeting_is_asked_of_all_reports(library: SmallLibrary, text: str) -> None:
    assert read(library, text)[0] is None


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("what was agreed at the almaty meeting", "Almaty"),
        ("did the Douala roundtable discuss drones", "Douala"),
        ("what was agreed at the fifth round of the germany japan kazakhstan trilateral", "5"),
        ("what was agreed in 2020 at the germany japan kazakhstan trilateral", "2020"),
    ],
)
def test_a_meeting_that_is_only_mentioned_or_not_even_that_is_named_as_absent(library: SmallLibrary, text: str, absent: str) -> None:
    _, scope, _ = read(library, text)
    assert scope.rows == frozenset()
    assert absent in (scope.absent or "")
    answer = ask(text, index=library.index)
    assert (answer.status, answer.statements) == ("not_covered", ())
    assert absent in answer.text.splitlines()[0]


@pytest.mark.parametrize("text", ["what was agreed in Kanazawa in 2022?", "hydrogen in Dresden 2019"])
def test_a_city_and_a_year_in_which_nobody_met_there_is_no_meeting(library: SmallLibrary, text: str) -> None:
    assert read(library, text)[0] == set()


def test_a_year_without_a_meeting_gives_no_agreement_of_another_year(library: SmallLibrary) -> None:
    answer = ask("what did they agree on in 2015", index=library.index)
    assert answer.statements == ()


def test_since_a_year_keeps_the_later_meetings(library: SmallLibrary) -> None:
    assert read(library, "what was agreed since 2022")[0] == {DRESDEN, OCEAN, AKTAU, GDYNIA, SEABED}


@pytest.mark.parametrize(
    ("text", "word"), [("what was said on mines in Gdynia", "gdynia"), ("visas in CADIZ", "cadiz"), ("krill in Christchurh", "christchurh")]
)
def test_words_that_name_the_meeting_are_no_topic(library: SmallLibrary, text: str, word: str) -> None:
    _, scope, topic = read(library, text)
    assert word in {text[start:end].lower() for start, end in scope.spans}
    assert len(topic) == 1


def test_what_is_near_is_the_same_series(library: SmallLibrary) -> None:
    _, scope, _ = read(library, "what was agreed in the third round of the Germany-Japan-Kazakhstan Trilateral")
    with open_snapshot(library.index) as snapshot:
        assert {r.path for r in snapshot.reports if r.id in (scope.near or ())} == {KANAZAWA, DRESDEN, AKTAU}


def test_meeting_years_are_those_of_the_meetings_not_of_what_they_talk_about(small_library) -> None:  # type: ignore[no-untyped-def]
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    with open_snapshot(library.index) as snapshot:
        assert meeting_years(snapshot.reports) == {2018, 2019, 2020}
        assert meeting_years([]) == set()

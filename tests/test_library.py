"""The library: its reports, their texts and statements, and whether a statement is still true to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import qa
from index.errors import BadQuestion, UnknownReport
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary

Make = Callable[..., SmallLibrary]
AGREED = "Participants agreed that a hotline between the coast guards should be opened."


def statement(library: SmallLibrary, quote: str = AGREED) -> dict[str, Any]:
    """The statement as it comes out of a saved answer."""
    found = next(s for s in qa.statements(index=library.index) if s.quote == quote)
    return dict(json.loads(json.dumps(found.to_dict())))


def verdict(library: SmallLibrary, given: dict[str, Any]) -> tuple[str, str]:
    found = qa.verify(given, index=library.index)
    return found.status, found.reason


def test_reports_are_listed_by_path_with_their_meetings_and_counts(small_library: Make) -> None:
    library = small_library({"z/reef.txt": REEF, "baltic.txt": BALTIC})
    first, second = qa.reports(index=library.index)
    assert (first.report, first.series, first.round, first.start, first.end, first.place) == (
        *("baltic.txt", "Baltic Waters Dialogue", 2),
        *("2019-05-14", "2019-05-15", "Riga"),
    )
    assert (first.passages, first.statements, first.delegations) == (3, 7, ("Latvia", "Norway"))
    assert second.report == "z/reef.txt"


def test_show_is_the_file_to_the_character(small_library: Make) -> None:
    text = "\ufeff  Title \r\n\r\nParticipants\u00a0agreed “on” fi\ufb01sh\u200b.\r\n\r\n\tEnd\x0c\r\n"
    library = small_library({"a.txt": text.encode(), "b.txt": "Naïve".encode("cp1252") + b" views were held."})
    assert qa.show("a.txt", index=library.index) == text.removeprefix("\ufeff")
    assert qa.show("b.txt", index=library.index) == "Naïve views were held."


def test_a_misspelt_report_is_answered_with_the_nearest(small_library: Make) -> None:
    library = small_library({"baltic.txt": BALTIC})
    for asking in (qa.show, qa.statements, qa.open_report):
        with pytest.raises(UnknownReport, match=r"^baltik\.txt: there is no such report in the index\. Did you mean baltic\.txt\?$"):
            asking("baltik.txt", index=library.index)


def test_statements_are_all_sentences_in_order_narration_included(small_library: Make) -> None:
    library = small_library({"b.txt": REEF, "a.txt": WALRUS})
    told = qa.statements(index=library.index)
    assert [s.citation.report for s in told] == ["a.txt"] * 3 + ["b.txt"] * 3
    assert [s.label for s in told] == [f"[{n}]" for n in range(1, 7)]
    assert [(s.scope, s.act) for s in told[:2]] == [("unattributed", "none"), ("some", "stated")]
    assert [s.quote for s in qa.statements("b.txt", index=library.index)] == [s.quote for s in told[3:]]


def test_a_pronoun_is_shown_with_what_it_stands_for(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    they = next(s for s in qa.statements(index=library.index) if s.quote.startswith("They"))
    assert (they.who, they.antecedent) == (("Latvia",), "Latvian participants")


def test_an_open_report_holds_text_layout_and_statements_that_fit_together(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    opened = qa.open_report("a.txt", index=library.index)
    assert opened.text == BALTIC
    assert [opened.text[b.start : b.end] for b in opened.blocks if b.kind == "heading"][-1] == "Safety at sea"
    assert list(opened.statements) == qa.statements("a.txt", index=library.index)


# Verify


def test_an_honest_statement_is_exact_as_an_object_and_as_json(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    for s in qa.statements(index=library.index):
        assert qa.verify(s, index=library.index).status == "exact"
        assert qa.verify(json.loads(json.dumps(s.to_dict())), index=library.index).status == "exact"


@pytest.mark.parametrize(
    "change",
    [
        {"quote": AGREED.replace("hotline", "hotlime")},
        {"quote": AGREED.replace("Participants", "participants")},
        {"quote": AGREED + " "},
        {"quote": ""},
        {"scope": "some"},
        {"who": ["Japan"]},
        {"act": "supported"},
        {"antecedent": "Latvian participants"},
        {"citation": {"start": 1}},
        {"citation": {"end": -1}},
        {"citation": {"start": -20, "end": -1}},
        {"citation": {"end": 10**30}},
    ],
    ids=str,
)
def test_one_thing_changed_is_forged(small_library: Make, change: dict[str, Any]) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    given["citation"] |= change.pop("citation", {})
    status, reason = verdict(library, given | change)
    assert status == "forged"
    assert reason.startswith("a.txt: ")


def test_part_of_a_sentence_is_forged_even_at_its_right_place(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library, "Some Norwegian participants supported joint patrols in the strait.")
    cut = len("Some ")
    given["quote"] = given["quote"][cut:]
    given["citation"]["start"] += cut
    assert verdict(library, given)[0] == "forged"


def test_words_that_stand_elsewhere_in_a_newer_text_have_moved(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    library.write({"a.txt": BALTIC.replace("Safety at sea\n", "Safety at sea\n\nTea was served.\n")})
    library.rebuild()
    assert verdict(library, given) == ("moved", "a.txt: the report has changed since; the same words stand in its newer text.")


def test_words_gone_from_a_newer_text_are_stale(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    library.write({"a.txt": BALTIC.replace("hotline", "radio link")})
    library.rebuild()
    assert verdict(library, given) == ("stale", "a.txt: the report has changed since, and these words are no longer in it.")


def test_words_of_another_holder_in_a_newer_text_are_stale(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    library.write({"a.txt": BALTIC.replace(AGREED, f"One speaker said: “{AGREED}”")})
    library.rebuild()
    assert verdict(library, given)[0] in ("stale", "moved")
    forged = given | {"scope": "some"}
    assert verdict(library, forged)[0] == "stale"


def test_a_forged_holder_is_not_moved_by_a_forged_hash(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    given["citation"]["sha256"] = "0" * 64
    assert verdict(library, given)[0] == "moved"
    assert verdict(library, given | {"act": "disagreed"})[0] == "stale"


def test_a_report_deleted_is_stale_and_one_renamed_has_moved(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    given = statement(library)
    (library.documents / "a.txt").rename(library.documents / "z.txt")
    library.rebuild()
    assert verdict(library, given) == ("moved", "The same text is now in the report z.txt.")
    assert verdict(library, given | {"scope": "some"})[0] == "forged"
    library.remove("z.txt")
    library.rebuild()
    assert verdict(library, given) == ("stale", "a.txt: the report is no longer in the index.")


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"quote": "x"},
        {"quote": 5},
        {"who": "Japan"},
        {"who": [1, "a"]},
        {"who": None},
        {"citation": None},
        {"citation": {"report": "a.txt"}},
        {"citation": {"start": "0"}},
        {"citation": {"start": 1.5}},
        {"citation": {"start": float("inf")}},
        {"citation": {"start": True}},
    ],
    ids=str,
)
def test_what_is_no_statement_is_refused(small_library: Make, broken: dict[str, Any]) -> None:
    library = small_library({"a.txt": BALTIC})
    given = statement(library)
    if broken.get("citation") and "start" in broken["citation"]:
        broken = {"citation": given["citation"] | broken["citation"]}
    with pytest.raises(BadQuestion, match="This is not a statement as `rapporteur ask --json` writes it"):
        qa.verify(given | broken if broken and broken != {"quote": "x"} else broken, index=library.index)


@pytest.mark.parametrize("nothing", [None, 5, "text", []])
def test_what_is_no_object_at_all_is_refused(small_library: Make, nothing: Any) -> None:
    library = small_library({"a.txt": BALTIC})
    with pytest.raises(BadQuestion):
        qa.verify(nothing, index=library.index)


# Examples


def test_example_questions_are_the_same_each_time_and_at_most_as_many_as_asked_for(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    first = qa.example_questions(index=library.index)
    assert first
    assert first == qa.example_questions(index=library.index)
    assert len(set(first)) == len(first) <= 6
    assert qa.example_questions(index=library.index, n=1) == first[:1]


def test_example_questions_of_the_sample_library_are_answered_by_it(library: SmallLibrary) -> None:
    examples = qa.example_questions(index=library.index)
    assert len(examples) == 6
    status = {question: qa.ask(question, index=library.index).status for question in examples}
    assert set(status.values()) == {"answered"}, status

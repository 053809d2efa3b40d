"""The sample library judged by its own gold: floors a little below what is measured, zeros that stay zeros.

The figures beside the floors: `rapporteur eval tests/sample`, 2026-11-23. The program was tuned on other reports than these.
"""

from __future__ import annotations

from typing import Any

import pytest

from qa.evaluate import evaluate
from tests.conftest import ROOT
from tests.fakes import SmallLibrary


@pytest.fixture(scope="module")
def figures(library: SmallLibrary) -> dict[str, Any]:
    found = evaluate(ROOT / "tests" / "sample", index=library.index)
    assert found["asked"] >= 101
    return found


def failed(figures: dict[str, Any]) -> str:
    return "\n".join(f"{f['id']} {f['question']}: {f['why']}" for f in figures["failures"])


def test_four_of_five_questions_pass(figures: dict[str, Any]) -> None:
    assert figures["passed"] / figures["asked"] >= 0.80, failed(figures)  # 85 of 101


def test_the_aim_for_questions_is_reached(figures: dict[str, Any]) -> None:
    assert figures["passed"] / figures["asked"] >= 0.88, failed(figures)


@pytest.mark.parametrize("kind", ["position", "alias", "fact", "date", "place", "who", "absent_holder"])
def test_the_sure_kinds_of_questions_stay_sure(figures: dict[str, Any], kind: str) -> None:
    """All of each pass, but two of ten positions: "migration" of seasonal visas, and a reply one sentence on."""
    of = figures["by_kind"][kind]
    assert of["asked"] - of["passed"] <= 2 * (kind == "position"), failed(figures)


def test_no_kind_of_question_falls_to_half(figures: dict[str, Any]) -> None:
    """Lowest: compare and followup, 3 of 5 each."""
    low = {kind: of for kind, of in figures["by_kind"].items() if of["passed"] / of["asked"] <= 0.5}
    assert low == {}, failed(figures)


def test_every_quote_is_exact(figures: dict[str, Any]) -> None:
    assert figures["quotes"] > 100
    assert figures["quotes_not_exact"] == 0


def test_no_page_furniture_is_quoted(figures: dict[str, Any]) -> None:
    assert figures["furniture_quoted"] == 0


def test_no_statement_is_promoted_to_everyone_agreed(figures: dict[str, Any]) -> None:
    assert figures["statements"]["promoted"] == 0


def test_few_questions_are_answered_that_no_report_covers(figures: dict[str, Any]) -> None:
    assert figures["false_answers"]["count"] <= 4, failed(figures)  # 4 of 16


@pytest.mark.xfail(strict=True, reason="the project's ceiling for false answers is 4 %; measured 1 of 16")
def test_the_aim_for_false_answers_is_reached(figures: dict[str, Any]) -> None:
    assert figures["false_answers"]["count"] / figures["false_answers"]["of"] <= 0.04, failed(figures)


def test_few_questions_are_refused_that_a_report_answers(figures: dict[str, Any]) -> None:
    assert figures["false_refusals"]["count"] / figures["false_refusals"]["of"] <= 0.05, failed(figures)  # 1 of 74


@pytest.mark.parametrize(("field", "floor"), [("scope", 0.96), ("who", 0.96), ("act", 0.96), ("all", 0.95)])
def test_statements_have_their_holder_and_act(figures: dict[str, Any], field: str, floor: float) -> None:
    """scope .985, who .987, act .985, all three .979."""
    of = figures["statements"][field]
    assert of["right"] / of["of"] >= floor


@pytest.mark.parametrize("field", ["title", "series", "round", "start", "end", "place", "delegations", "organisers"])
def test_meeting_facts_are_read_right(figures: dict[str, Any], field: str) -> None:
    """All of ten, but series and organisers: nine."""
    of = figures["meetings"][field]
    assert of["of"] - of["right"] <= 1

"""The contract (DESIGN): names, signatures and JSON that other programs rely on."""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import index
import qa
from index.folder import Duplicate, Skipped
from index.rebuilding import Rebuilt
from index.report import Act, Scope
from qa.cli import _parser, main
from qa.contract import Status
from tests.fakes import BALTIC, REEF, SmallLibrary, word_hashes

ROOT = Path(__file__).parent.parent
FILTERS = "reports=None, series=None, round=None, since=None, until=None, holder=None, act=None"
TEXT, TEXT_OR_NONE, NUMBER, NUMBER_OR_NONE = (str,), (str, type(None)), (int,), (int, type(None))
CITATION = {
    "report": TEXT, "title": TEXT, "series": TEXT_OR_NONE, "round": NUMBER_OR_NONE, "date": TEXT_OR_NONE, "end_date": TEXT_OR_NONE,
    "place": TEXT_OR_NONE, "page": NUMBER_OR_NONE, "page_label": TEXT_OR_NONE, "paragraph": NUMBER, "start": NUMBER, "end": NUMBER,
    "sha256": TEXT,
}  # fmt: skip
STATEMENT = {"label": TEXT, "quote": TEXT, "scope": TEXT, "who": (list,), "act": TEXT, "antecedent": TEXT_OR_NONE, "citation": (dict,)}
HIT = {"rank": NUMBER, "score": (float,), "text": TEXT, "citation": (dict,)}
ANSWER = {
    "question": TEXT, "understood_as": TEXT, "status": TEXT, "text": TEXT, "statements": (list,), "nearest": (list,),
    "missing": TEXT_OR_NONE, "matched": (dict,),
}  # fmt: skip
REPORT = {
    "report": TEXT, "title": TEXT, "series": TEXT_OR_NONE, "round": NUMBER_OR_NONE, "start": TEXT_OR_NONE, "end": TEXT_OR_NONE,
    "place": TEXT_OR_NONE, "organisers": (list,), "delegations": (list,), "passages": NUMBER, "statements": NUMBER, "sha256": TEXT,
    "mentioned_rounds": (list,),
}  # fmt: skip
REBUILT = {
    "added": (list,), "changed": (list,), "removed": (list,), "unchanged": NUMBER, "skipped": (list,), "duplicates": (list,),
    "passages": NUMBER, "sentences": NUMBER, "seconds": (float, int),
}  # fmt: skip
Shape = dict[str, tuple[type, ...]]


def check(given: Any, shape: Shape) -> None:
    """The keys of the contract in its order, each with a value of its kind; and JSON carries it all."""
    assert list(given) == list(shape)
    wrong = {key: value for key, value in given.items() if type(value) not in shape[key]}
    assert wrong == {}
    assert json.loads(json.dumps(given)) == given


def check_statement(given: Any) -> None:
    check(given, STATEMENT)
    check(given["citation"], CITATION)
    assert given["scope"] in get_args(Scope)
    assert given["act"] in get_args(Act)
    assert all(type(name) is str for name in given["who"])


@pytest.fixture(scope="module", params=["folder", "milvus"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    if request.param == "milvus":
        request.getfixturevalue("milvus")
    library = SmallLibrary(tmp_path_factory.mktemp("contract"), milvus=request.param == "milvus")
    library.write({"baltic.txt": BALTIC, "reef.txt": REEF, "copy.txt": REEF, "empty.txt": ""})
    with word_hashes():
        library.rebuild()
        yield library


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (index.rebuild, "documents='documents', index='.index', *, model=None, progress=None"),
        (qa.ask, f"question, *, history=(), index='.index', {FILTERS}"),
        (qa.retrieve, f"question, k=5, *, index='.index', {FILTERS}"),
        (qa.compare, "topic, *, series=None, index='.index'"),
        (qa.reports, "*, index='.index'"),
        (qa.statements, "report=None, *, index='.index'"),
        (qa.show, "report, *, index='.index'"),
        (qa.verify, "statement, *, index='.index'"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_functions_have_the_contracts_signatures(function: Any, parameters: str) -> None:
    signature = inspect.signature(function)
    bare = signature.replace(
        parameters=[p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()],
        return_annotation=inspect.Signature.empty,
    )
    assert str(bare) == f"({parameters})"


def test_the_packages_export_what_the_contract_names() -> None:
    assert {"rebuild", "Rebuilt"} <= set(index.__all__)
    named = {"ask", "retrieve", "compare", "reports", "statements", "show", "verify", "Answer", "Statement", "Citation", "Hit", "Verdict"}
    assert named <= set(qa.__all__)
    for package in (index, qa):
        assert all(hasattr(package, name) for name in package.__all__)
        assert sorted(package.__all__) == list(package.__all__)


def test_an_answer_and_its_statements(small: SmallLibrary) -> None:
    kinds = set()
    for question in ("What did participants agree on the hotline?", "What did participants agree on radar?", "How do I reset my password?"):
        answer = qa.ask(question, index=small.index).to_dict()
        check(answer, ANSWER)
        assert answer["status"] in get_args(Status)
        assert answer["missing"] in ("topic", "act", "holder", "time", None)
        assert (answer["missing"] is None) == (answer["status"] == "answered")
        assert bool(answer["statements"]) == (answer["status"] == "answered")
        assert [s["label"] for s in answer["statements"] + answer["nearest"]] == [
            f"[{n}]" for n in range(1, len(answer["statements"] + answer["nearest"]) + 1)
        ]
        for s in answer["statements"] + answer["nearest"]:
            check_statement(s)
        kinds.add(answer["status"])
    assert "answered" in kinds
    assert len(kinds) > 1


def test_statements_hits_and_reports(small: SmallLibrary) -> None:
    for s in qa.statements(index=small.index):
        check_statement(s.to_dict())
    for hit in qa.retrieve("hotline", index=small.index):
        check(hit.to_dict(), HIT)
        check(hit.to_dict()["citation"], CITATION)
    for report in qa.reports(index=small.index):
        check(report.to_dict(), REPORT)


def test_a_verdict(small: SmallLibrary) -> None:
    check(qa.verify(qa.statements(index=small.index)[0], index=small.index).to_dict(), {"status": TEXT, "reason": TEXT})


def test_what_a_rebuild_did(small: SmallLibrary) -> None:
    assert small.built is not None
    built = small.built.to_dict()
    check(built, REBUILT)
    assert [list(s) for s in built["skipped"]] == [["path", "reason"]]
    assert built["duplicates"] == [{"path": "reef.txt", "same_as": "copy.txt"}]
    full = Rebuilt(("a",), ("b",), ("c",), 1, (Skipped("d", "why"),), (Duplicate("e", "a"),), 2, 3, 0.5).to_dict()
    check(full, REBUILT)


def test_a_comparison_goes_through_json(small: SmallLibrary) -> None:
    compared = qa.compare("hotline", index=small.index).to_dict()
    assert json.loads(json.dumps(compared)) == compared


def test_values_cannot_be_changed(small: SmallLibrary) -> None:
    statement = qa.statements(index=small.index)[0]
    with pytest.raises(AttributeError):
        statement.quote = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        statement.citation.start = 0  # type: ignore[misc]


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = [a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


def test_the_commands_are_there() -> None:
    assert {"index", "ask", "search", "reports", "show", "statements", "verify", "chat"} <= set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_command_is_documented_and_takes_json_and_index(name: str) -> None:
    options = {o for action in commands()[name]._actions for o in action.option_strings}
    assert {"--json", "--index"} <= options
    assert re.search(rf"\brapporteur {name}\b", (ROOT / "README.md").read_text("utf-8")), f"README.md says nothing of rapporteur {name}"


@pytest.mark.parametrize("name", ["ask", "search"])
def test_questions_take_all_filters(name: str) -> None:
    options = {o for action in commands()[name]._actions for o in action.option_strings}
    assert {"--report", "--series", "--round", "--since", "--until", "--holder", "--act"} <= options


def test_json_of_the_command_is_that_of_the_function(small: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    expected = {
        "ask hotline": qa.ask("hotline", index=small.index).to_dict(),
        "search hotline": [h.to_dict() for h in qa.retrieve("hotline", index=small.index)],
        "reports": [r.to_dict() for r in qa.reports(index=small.index)],
        "statements baltic.txt": [s.to_dict() for s in qa.statements("baltic.txt", index=small.index)],
        "compare hotline": qa.compare("hotline", index=small.index).to_dict(),
    }
    for command, wanted in expected.items():
        assert main([*command.split(), "--json", "--index", str(small.index)]) == 0
        assert json.loads(capsys.readouterr().out) == wanted

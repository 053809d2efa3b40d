"""`evaluate`: figures that can be worked out by hand, on sets that are made here, and the same judging as the shared scorer's."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from math import log2
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from index import rebuild
from index.errors import BadSet
from qa.cli import main
from qa.dialogue_set import covers, judge, judge_statements
from qa.evaluate import evaluate, lines_of
from qa.retrieval_set import figures, ndcg, read_retrieval_set, recall
from tests.fakes import BALTIC, REEF, SmallLibrary, WordHash, read_here

HOTLINE = {"report": "baltic.txt", "text": "a hotline between the coast guards should be opened"}


@pytest.fixture
def model(word_hash: WordHash) -> Iterator[WordHash]:
    """Word hashes in the place of the real model, and no child processes for reading."""
    with patch("qa.retrieval_set.load_embedder", lambda _name: word_hash), patch("index.rebuilding.read_guarded", read_here):
        yield word_hash


@pytest.fixture
def dialogues(tmp_path: Path, model: WordHash) -> Path:
    """A set of one report, three questions, two statements: of each one is judged wrong."""
    folder = tmp_path / "set"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / "baltic.txt").write_text(BALTIC, "utf-8")
    agreed = {
        "quote": "Participants agreed that a hotline between the coast guards should be opened.",
        "scope": "everyone",
        "who": [],
        "act": "agreed",
    }
    some = {
        "quote": "Some Norwegian participants supported joint patrols in the strait.",
        "scope": "some",
        "who": ["Sweden"],
        "act": "supported",
    }
    gold = {
        "reports": {"baltic.txt": {"place": "Riga", "round": 3, "delegations": ["Norway", "Latvia"], "statements": [agreed, some]}},
        "questions": [
            {"id": "a1", "kind": "agree", "question": "what was agreed on a hotline?", "status": "answered", "must_quote": [HOTLINE]},
            {"id": "a2", "kind": "agree", "question": "hotline between the coast guards", "status": "not_covered"},
            {"kind": "absent", "question": "tariffs on bananas", "status": "not_covered"},
        ],
    }  # fmt: skip
    (folder / "gold.json").write_text(json.dumps(gold), "utf-8")
    return folder


@pytest.fixture
def retrieval(tmp_path: Path, model: WordHash) -> Path:
    """Three documents, of which each query names one; the third query has no answer and is not judged."""
    folder = tmp_path / "finds"
    folder.mkdir()
    documents = [
        {"id": "a/1", "title": "Walrus", "text": "Quotas for walrus hunting were set.\u2028They were low."},
        {"id": "b", "title": "Coral", "text": "Nurseries for coral grow."},
        {"id": "c", "text": "Radar stations in the strait."},
    ]
    queries = [
        {"id": "1", "text": "walrus quotas"},
        {"id": "2", "text": "coral nurseries"},
        {"id": "3", "text": "bananas", "answerable": False},
    ]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(d, ensure_ascii=False) for d in documents), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n", "utf-8")
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\n1\ta/1\t1\n2\tc\t1\n2\tb\t0\n", "utf-8")
    return folder


# -- sets of dialogues


def test_a_dialogue_sets_figures_count_what_is_right(dialogues: Path) -> None:
    found = evaluate(dialogues)
    assert (found["set"], found["passed"], found["asked"]) == ("set", 2, 3)
    assert found["by_kind"] == {"absent": {"passed": 1, "asked": 1}, "agree": {"passed": 1, "asked": 2}}
    assert found["false_answers"] == {"count": 1, "of": 2}
    assert found["false_refusals"] == {"count": 0, "of": 1}
    assert (found["quotes_not_exact"], found["furniture_quoted"]) == (0, 0)
    assert found["quotes"] > 0
    right = {field: figure["right"] for field, figure in found["statements"].items() if field != "promoted"}
    assert right == {"scope": 2, "who": 1, "act": 2, "all": 1}
    assert found["statements"]["promoted"] == 0
    assert {field: (m["right"], m["of"]) for field, m in found["meetings"].items()} == {
        "title": (0, 0), "series": (0, 0), "round": (0, 1), "start": (0, 0), "end": (0, 0),
        "place": (1, 1), "delegations": (1, 1), "organisers": (0, 0),
    }  # fmt: skip


def test_what_failed_is_listed_with_what_was_wanted_and_given(dialogues: Path) -> None:
    failed = evaluate(dialogues)["failures"]
    assert [(f["id"], f["why"], f["wanted"]) for f in failed] == [("a2", "status answered, not not_covered", "not_covered")]
    assert "a hotline between the coast guards should be opened" in failed[0]["given"]


def test_the_set_leaves_no_index_behind_unless_a_folder_is_named(dialogues: Path, tmp_path: Path) -> None:
    before = {p.name for p in tmp_path.iterdir()}
    evaluate(dialogues)
    assert {p.name for p in tmp_path.iterdir()} == before
    evaluate(dialogues, index=tmp_path / "kept")
    assert (tmp_path / "kept" / "reports.sqlite").is_file()


def test_an_index_of_other_reports_is_refused_and_stays_as_it_is(dialogues: Path, small_library: Callable[..., SmallLibrary]) -> None:
    own = small_library({"reef.txt": REEF})
    before = own.bytes_on_disk()
    with pytest.raises(BadSet, match=r"such as reef\.txt"):
        evaluate(dialogues, index=own.index)
    assert own.bytes_on_disk() == before


def test_a_library_is_judged_by_its_owners_questions(dialogues: Path, small_library: Callable[..., SmallLibrary], tmp_path: Path) -> None:
    own = small_library({"baltic.txt": BALTIC, "reef.txt": REEF})
    questions = tmp_path / "mine"
    questions.mkdir()
    (questions / "gold.json").write_bytes((dialogues / "gold.json").read_bytes())
    assert evaluate(questions, index=own.index)["passed"] == 2
    with pytest.raises(BadSet, match="--index"):
        evaluate(questions)


def test_a_question_that_cannot_be_asked_fails_with_its_reason(dialogues: Path) -> None:
    gold = json.loads((dialogues / "gold.json").read_text("utf-8"))
    gold["questions"] = [{"question": "hotline", "status": "answered", "filters": {"reports": ["no-such.txt"]}}]
    (dialogues / "gold.json").write_text(json.dumps(gold), "utf-8")
    assert "no-such.txt" in evaluate(dialogues)["failures"][0]["why"]


@pytest.mark.parametrize("gold", ["{", "[]", '{"reports": {}}', '{"reports": {}, "questions": [{"question": "x"}]}'])
def test_a_gold_file_that_is_none_is_refused_by_name(tmp_path: Path, gold: str) -> None:
    (tmp_path / "gold.json").write_text(gold, "utf-8")
    with pytest.raises(BadSet, match=r"gold\.json"):
        evaluate(tmp_path)


def test_a_folder_without_a_set_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=tmp_path.name):
        evaluate(tmp_path)


def given(quote: str, report: str = "a.txt") -> dict[str, Any]:
    return {"quote": quote, "citation": {"report": report}}


def answer(status: str, *statements: dict[str, Any], nearest: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"status": status, "statements": list(statements), "nearest": list(nearest)}


ANSWERS = [
    answer("answered", given("Participants agreed that a hotline should be opened.")),
    answer("answered", given("Participants agreed that a hotline should be opened.", "b.txt")),
    answer("answered", given("a hotline should")),
    answer("answered", given("They said\u00a0no to tariffs."), given("It was agreed that a hot\u00adline should\nbe opened and paid for.")),
    answer("answered", *[given("A hotline should be opened, agreed all.")] * 13),
    answer("partial", nearest=(given("Participants agreed that a hotline should be opened."),)),
    answer("partial", given("a hotline should be opened")),
    answer("not_covered"),
]
WANTED: list[dict[str, Any]] = [
    {"status": "answered", "must_quote": [{"report": "a.txt", "text": "a hotline should be opened"}]},
    {
        "status": "answered",
        "must_quote": [{"report": "a.txt", "text": "It was said: Participants agreed that a hotline should be opened. So be it."}],
    },
    {"status": "answered", "any_quote": [{"report": "a.txt", "text": "no to tariffs"}, {"report": "b.txt", "text": "hotline should"}]},
    {"status": "answered", "must_not_quote": [{"report": "a.txt", "text": "no to tariffs"}]},
    {"status": "partial", "must_quote": [], "any_quote": [{"report": "a.txt", "text": "hotline should be"}]},
    {"status": "not_covered", "must_quote": [], "any_quote": [], "must_not_quote": []},
]


def test_judging_knows_each_way_to_fail() -> None:
    reasons = {(judge(w, a) or "passed").split(":")[0].rstrip(" 0123456789") for w in WANTED for a in ANSWERS}
    assert {"passed", "not quoted", "none quoted of", "wrongly quoted", "13 statements", "status answered, not partial"} <= reasons


@pytest.mark.shared
def test_judging_is_that_of_the_shared_scorer(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("score", shared / "dialogues" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    for wanted in WANTED:
        for given_answer in ANSWERS:
            assert (judge(wanted, given_answer) is None) == (score.judge(wanted, given_answer) is None)
            for quote in wanted.get("must_quote", []):
                assert covers(given_answer["statements"], quote) == score.inside(quote, given_answer["statements"])


def test_what_only_some_agreed_to_counts_as_promoted_when_it_is_given_as_everyones(dialogues: Path, tmp_path: Path) -> None:
    rebuild(dialogues / "reports", tmp_path / "index")
    gold = json.loads((dialogues / "gold.json").read_text("utf-8"))
    gold["reports"]["baltic.txt"]["statements"][0]["scope"] = "some"
    assert judge_statements(gold, tmp_path / "index")["promoted"] == 1


# -- retrieval sets


def test_ndcg_is_that_of_trec_eval() -> None:
    grades = {"a": 2.0, "b": 1.0}
    assert ndcg(["a", "b"], grades, 10) == pytest.approx(1.0)
    assert ndcg(["x", "b", "a"], grades, 10) == pytest.approx((1 / log2(3) + 2 / log2(4)) / (2 + 1 / log2(3)))
    assert ndcg(["x", "b", "a"], grades, 2) == pytest.approx((1 / log2(3)) / (2 + 1 / log2(3)))
    assert ndcg([], grades, 10) == 0.0


def test_recall_is_the_share_of_what_is_relevant() -> None:
    grades = {"a": 1.0, "b": 2.0, "c": 0.0}
    assert recall(["c", "a", "b"], grades, 2) == 0.5
    assert recall(["c", "a", "b"], grades, 3) == 1.0


def test_figures_are_means_over_all_queries_also_those_without_a_hit() -> None:
    found = figures({"1": ["a"], "2": []}, {"1": {"a": 1.0}, "2": {"b": 1.0}})
    assert found == {"ndcg@5": 0.5, "ndcg@10": 0.5, "recall@10": 0.5, "recall@100": 0.5}


def test_a_retrieval_sets_figures_are_of_the_queries_that_have_an_answer(retrieval: Path) -> None:
    found = evaluate(retrieval)
    assert (found["set"], found["documents"], found["queries"]) == ("finds", 3, 2)
    # Of query 1 the document is first; of query 2 the one wanted is last, of two or three that the search lists.
    assert found["ndcg@10"] in {round((1 + 1 / log2(rank + 1)) / 2, 4) for rank in (2, 3)}
    assert found["recall@100"] == 1.0


def test_a_title_is_found_like_the_text_under_it(retrieval: Path) -> None:
    (retrieval / "queries.jsonl").write_text(json.dumps({"id": "1", "text": "walrus"}), "utf-8")
    documents = [{"id": "c", "text": "Nothing at all."}, {"id": "a/1", "title": "The walrus", "text": "It is big."}]
    (retrieval / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
    assert evaluate(retrieval)["ndcg@10"] == 1.0


def test_a_kept_corpus_is_used_again_and_no_other_takes_its_place(retrieval: Path, tmp_path: Path, model: WordHash) -> None:
    first = evaluate(retrieval, index=tmp_path / "kept")
    embedded = len(model.embedded)
    again = evaluate(retrieval, index=tmp_path / "kept")
    assert len(model.embedded) - embedded == first["queries"]
    assert first["ndcg@10"] == again["ndcg@10"]
    with (retrieval / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
        corpus.write('\n{"id": "d", "text": "More."}')
    with pytest.raises(BadSet, match="other reports"):
        evaluate(retrieval, index=tmp_path / "kept")


def test_a_corpus_whose_indexing_was_interrupted_is_taken_up_where_it_stopped(retrieval: Path, tmp_path: Path, model: WordHash) -> None:
    def stop(done: int, _total: int, _name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with patch("qa.retrieval_set._STORED_AT_ONCE", 1):
        with pytest.raises(KeyboardInterrupt):
            evaluate(retrieval, index=tmp_path / "kept", progress=stop)
        model.embedded.clear()
        found = evaluate(retrieval, index=tmp_path / "kept")
    assert [text for text in model.embedded if text.startswith(("Walrus", "Coral"))] == []
    assert found | {"seconds": 0} == evaluate(retrieval) | {"seconds": 0}


def test_history_and_scope_have_figures_of_their_own(retrieval: Path) -> None:
    history = [{"role": "user", "text": "What of walrus quotas?"}, {"role": "agent", "text": "They were low."}]
    queries = [{"id": "1", "text": "walrus quotas", "history": history}, {"id": "2", "text": "coral nurseries", "scope": ["c"]}]
    (retrieval / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    found = evaluate(retrieval)
    assert found["with_history"].keys() == found["scoped"].keys() == {"ndcg@5", "ndcg@10", "recall@10", "recall@100"}
    assert found["scoped"]["ndcg@10"] == 1.0
    assert found["ndcg@10"] < 1.0


def test_a_sets_own_passages_are_what_is_ranked(retrieval: Path) -> None:
    spans = [{"id": "b#0", "doc_id": "b", "start": 0, "end": 9}, {"id": "b#1", "doc_id": "b", "start": 10, "end": 25}]
    (retrieval / "passages.jsonl").write_text("\n".join(map(json.dumps, spans)), "utf-8")
    (retrieval / "queries.jsonl").write_text(json.dumps({"id": "2", "text": "coral grow", "scope": ["b"]}), "utf-8")
    (retrieval / "qrels_passages.tsv").write_text("query_id\tdoc_id\tgrade\n2\tb#1\t1\n", "utf-8")
    (retrieval / "corpus.jsonl").write_text(json.dumps({"id": "b", "title": "Coral", "text": "Nurseries for coral grow."}), "utf-8")
    assert evaluate(retrieval)["scoped"]["ndcg@10"] == 1.0


def test_a_long_document_is_cut_into_its_paragraphs_and_ranked_by_the_best(retrieval: Path) -> None:
    long = "\n\n".join([*("Filler about ports and harbours everywhere. " * 40 for _ in range(4)), "Walrus quotas."])
    documents = [
        {"id": "a/1", "text": long},
        {"id": "c", "text": "A walrus, and much else that has nothing to do with what is asked here."},
    ]
    (retrieval / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
    (retrieval / "qrels.tsv").write_text("query_id\tdoc_id\tgrade\n1\ta/1\t1\n", "utf-8")
    assert evaluate(retrieval)["ndcg@10"] == 1.0


@pytest.mark.parametrize(
    ("file", "text"), [("corpus.jsonl", '{"id": 1}'), ("queries.jsonl", "no"), ("qrels.tsv", "h\n1 a 1"), ("qrels.tsv", "h\n")]
)
def test_a_retrieval_set_that_is_broken_is_refused_by_name(retrieval: Path, file: str, text: str) -> None:
    (retrieval / file).write_text(text, "utf-8")
    with pytest.raises(BadSet, match="finds"):
        read_retrieval_set(retrieval)


# -- the command


def test_the_command_prints_the_figures_and_with_show_the_failures(dialogues: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", str(dialogues)]) == 0
    printed = capsys.readouterr().out
    assert "passed: 2\nasked: 3\nby kind:\n  absent: 1/1 = 1.000\n  agree: 1/2 = 0.500\n" in printed
    assert "1 did not pass; --show lists them" in printed
    assert main(["eval", str(dialogues), "--show"]) == 0
    printed = capsys.readouterr().out
    assert (
        "a2 [agree] hotline between the coast guards\n  why: status answered, not not_covered\n  wanted: not_covered\n  given: answered: "
        in printed
    )


def test_the_commands_json_is_what_evaluate_gives(retrieval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", str(retrieval), "--json"]) == 0
    given_json = json.loads(capsys.readouterr().out)
    assert given_json | {"seconds": 0} == evaluate(retrieval) | {"seconds": 0}
    assert {"set", "ndcg@10", "recall@10", "recall@100"} <= set(given_json)


def test_the_command_does_not_touch_the_library_it_is_run_beside(
    dialogues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAPPORTEUR_INDEX", str(tmp_path / "library"))
    assert main(["eval", str(dialogues)]) == 0
    assert not (tmp_path / "library").exists()


def test_figures_are_printed_with_their_denominators_and_names_as_they_are() -> None:
    found = {"set": "x", "by_kind": {"absent_act": {"passed": 0, "asked": 2}}, "ndcg@10": 0.5, "seconds": 1.5, "failures": []}
    assert list(lines_of(found)) == ["set: x", "by kind:", "  absent_act: 0/2 = 0.000", "ndcg@10: 0.5000", "seconds: 1.5"]

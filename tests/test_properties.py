"""The invariants (ARCHITECTURE), on every report at hand: the sample library, the real report, and the judged sets where they are."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import qa
from index.attribution.wording import Wording, load_wording
from index.errors import BadQuestion, UnreadableReport
from index.meeting import find_meeting
from index.names import Names, load_names
from index.passages import build_passages
from index.readers import SUFFIXES, read_report
from index.report import Report
from index.statements import attribute
from tests.conftest import DOCUMENTS, SHARED
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

ROOT = Path(__file__).parent.parent
AT_HAND = sorted(
    path
    for folder in (DOCUMENTS, SHARED / "reports", SHARED / "dialogues" / "dev" / "reports")
    for path in (folder.iterdir() if folder.is_dir() else ())
    if path.suffix in SUFFIXES and path.stem != "README"
)


@cache
def read(path: Path) -> Report | None:
    try:
        return read_report(path, path.name)
    except UnreadableReport:
        return None


@cache
def words() -> tuple[Names, Wording]:
    return load_names(), load_wording()


def shown(text: str) -> str:
    return " ".join(text.split())[:60]


# Invariant 2, and what the other spans rest on


def taken(report: Report) -> list[tuple[int, int]]:
    """The spans of the passages and of the ledger."""
    dropped = [(b.start, b.end) for b in report.blocks if b.kind == "furniture"]
    return [(p.start, p.end) for p in build_passages(report)] + dropped


def uncovered(report: Report) -> list[int]:
    """Where a letter stands in no span; no letter stands in two."""
    covered = bytearray(len(report.text))
    for start, end in taken(report):
        assert not any(covered[start:end]), f"twice: {shown(report.text[start:end])}"
        covered[start:end] = b"\1" * (end - start)
    return [n for n, c in enumerate(report.text) if not c.isspace() and not covered[n]]


@pytest.mark.parametrize("path", AT_HAND, ids=lambda p: p.name)
def test_every_letter_of_a_report_is_in_a_passage_or_in_the_ledger_with_a_reason(path: Path) -> None:
    report = read(path)
    assert report is not None, f"{path} cannot be read"
    lost = uncovered(report)
    assert lost == [], f"lost: {shown(report.text[lost[0] :])}"
    assert all(b.reason for b in report.blocks if b.kind == "furniture")


@pytest.mark.parametrize("path", AT_HAND, ids=lambda p: p.name)
def test_spans_nest_and_keep_their_order(path: Path) -> None:
    report = read(path)
    assert report is not None
    passages = build_passages(report)
    attributions = attribute(report, passages, *words(), ())
    sentences = [s for p in passages for s in p.sentences]
    assert [(a.start, a.end) for a in attributions] == [(s.start, s.end) for s in sentences]
    for p in passages:
        assert 0 <= p.start < p.end <= len(report.text)
        assert all(p.start <= s.start < s.end <= p.end for s in p.sentences)
        assert all(a.end <= b.start for a, b in zip(p.sentences, p.sentences[1:], strict=False))
        assert all(report.text[s.start : s.end].strip() == report.text[s.start : s.end] != "" for s in p.sentences)
        assert not p.is_content or p.sentences or not any(c.isalnum() for c in report.text[p.start : p.end])
    for a in attributions:
        assert list(a.who) == sorted(a.who)
        if a.antecedent:
            start, end = a.antecedent
            assert 0 <= start < end <= len(report.text)
            (home,) = [p for p in passages if p.start <= a.start < p.end]
            assert report.text[start:end].strip()
            assert end <= a.end, f"an antecedent after its pronoun: {shown(report.text[a.start : a.end])}"
            assert home.start - 4000 < start


# Invariant 1


def check_quotes(library: SmallLibrary, found: Any) -> None:
    """Each quote, antecedent and hit is in the text that `show` prints, at the place it says."""
    for item in found:
        text = text_of(str(library.index), item.citation.report)
        quote = item.text if isinstance(item, qa.Hit) else item.quote
        assert text[item.citation.start : item.citation.end] == quote
        assert getattr(item, "antecedent", None) is None or item.antecedent in text


@cache
def text_of(index: str, report: str) -> str:
    return qa.show(report, index=index)


@cache
def words_of(index: str) -> list[str]:
    return sorted({w for r in qa.reports(index=index) for w in re.findall(r"\w+", text_of(index, r.report))})


def test_every_statement_is_in_its_report_to_the_letter_and_verifies(library: SmallLibrary) -> None:
    told = qa.statements(index=library.index)
    assert len(told) > 200
    check_quotes(library, told)
    chance = random.Random(1)
    for s in chance.sample(told, 60):
        assert qa.verify(json.loads(json.dumps(s.to_dict())), index=library.index).status == "exact"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_asked_every_quote_is_exact(library: SmallLibrary, data: st.DataObject) -> None:
    word = st.sampled_from(words_of(str(library.index))) | st.text(min_size=1, max_size=12)
    opening = st.sampled_from(["", "What did participants agree on ", "What did Japanese participants say about ", "Why ", "compare "])
    question = data.draw(opening) + " ".join(data.draw(st.lists(word, min_size=1, max_size=8)))
    try:
        answer = qa.ask(question, index=library.index)
        hits = qa.retrieve(question, 5, index=library.index)
    except BadQuestion:
        assert not any(c.isalnum() for c in question) or any("\ud800" <= c <= "\udfff" for c in question)
        return
    check_quotes(library, [*answer.statements, *answer.nearest, *hits])
    for s in answer.statements:
        assert s.quote in answer.text or shown(s.quote)[:40] in " ".join(answer.text.split())


# Verify


def letters_changed(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    other = chance.choice([c for c in "abcdefgh XYZ.,’" if c != text[at]])
    return text[:at] + other + text[at + 1 :]


def test_a_letter_a_holder_an_act_or_a_place_changed_is_forged(library: SmallLibrary) -> None:
    chance = random.Random(2)
    changes: list[Callable[[qa.Statement], qa.Statement]] = [
        lambda s: replace(s, quote=letters_changed(s.quote, chance)),
        lambda s: replace(s, act="agreed" if s.act != "agreed" else "disagreed"),
        lambda s: replace(s, scope="everyone" if s.scope != "everyone" else "some"),
        lambda s: replace(s, who=(*s.who, "Zubrowka")),
        lambda s: replace(s, antecedent="some participants" if s.antecedent != "some participants" else None),
        lambda s: replace(s, citation=replace(s.citation, start=s.citation.start + 1)),
        lambda s: replace(s, citation=replace(s.citation, end=s.citation.end - 1)),
        lambda s: replace(s, citation=replace(s.citation, start=s.citation.start + 1, end=s.citation.end + 1)),
    ]
    for s in chance.sample(qa.statements(index=library.index), 12):
        for change in changes:
            assert qa.verify(change(s), index=library.index).status == "forged", (s, change(s))


# Invariant 5

QUESTIONS = (
    "What did participants agree on?",
    "What did Japanese participants say?",
    "Where did views differ on fisheries?",
    "Who organised the meeting in Cádiz?",
    "How do I reset my password?",
    "energy and water",
)
ASKING = """
import json, sys, qa
index, *questions = sys.argv[1:]
told = [[qa.ask(q, index=index).to_dict(), [h.to_dict() for h in qa.retrieve(q, 8, index=index)]] for q in questions]
print(json.dumps(told))
"""


def test_the_same_question_has_the_same_answer_again_and_in_another_process(library: SmallLibrary) -> None:
    def told() -> list[Any]:
        return [
            [qa.ask(q, index=library.index).to_dict(), [h.to_dict() for h in qa.retrieve(q, 8, index=library.index)]] for q in QUESTIONS
        ]

    first = told()
    assert told() == first
    environment = os.environ | {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    run = [sys.executable, "-c", ASKING, str(library.index), *QUESTIONS]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True, env=environment)
    assert json.loads(done.stdout) == json.loads(json.dumps(first))


# Any text at all

WHOLE = st.characters(exclude_categories=["Cs"])  # no half surrogate pairs: they cannot be in a file
ODD_LINES = [
    *("Participants agreed on fish.", "Some Japanese participants stressed that “ice” is thin; others did not.", "They noted this."),
    *("Close", "# Heading", "- an item", "1. a numbered one", "| a | b |", "Page 3", "   ", "\t", "\u2028", "Session 1: Ice"),
    *(
        "e.g. the U.S.",
        "\ufeff",
        "\u00a0",
        "It was agreed that",
        "“",
        "…",
        "co-",
        "operation",
        "*  *  *",
        "[1] A note.",
        "https://a.b/x?y=z",
        "Workshop in",
        "Dialogue - Network",
        "Report of the Second Round of the Dialogue on",
        "Forum of the and",
        "held on 31 February 2019 in",
    ),
]
LINES = st.lists(st.sampled_from(ODD_LINES) | st.text(alphabet=WHOLE, max_size=60), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, end=st.sampled_from(["\n", "\r\n", "\n\n", "\r"]), suffix=st.sampled_from([".txt", ".md"]))
@example(lines=["Participants agreed on fish.", "\x00", "\x85"], end="\n", suffix=".txt")
def test_any_text_is_covered_and_split_and_attributed(
    lines: list[str], end: str, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(end.join(lines).encode())
    try:
        report = read_report(path, path.name)
    except UnreadableReport:  # no words, or nothing but furniture
        return
    passages = build_passages(report)
    assert uncovered(report) == []
    names, wording = words()
    find_meeting(report, passages, names)
    attributions = attribute(report, passages, names, wording, ())
    assert [(a.start, a.end) for a in attributions] == [(s.start, s.end) for p in passages for s in p.sentences]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    library = SmallLibrary(tmp_path_factory.mktemp("properties"))
    library.write({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS})
    with word_hashes():
        library.rebuild()
        yield library


TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.text(alphabet=WHOLE)})
ASKED = st.text(alphabet=WHOLE, min_size=1, max_size=80).filter(lambda question: any(c.isalnum() for c in question))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(question=ASKED, history=st.lists(TURN, max_size=4))
@example(question="And what about it?", history=[{"role": "user", "content": "What did participants agree on the hotline?"}])
@example(question="why", history=[{"role": "assistant", "content": "x" * 20_000}])
def test_no_question_and_no_history_makes_the_program_fail(small: SmallLibrary, question: str, history: list[dict[str, str]]) -> None:
    answer = qa.ask(question, history=history, index=small.index)
    check_quotes(small, [*answer.statements, *answer.nearest])
    assert answer == qa.ask(question, history=history, index=small.index)

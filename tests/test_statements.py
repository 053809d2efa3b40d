"""Attribution, against cases in many house styles (tests/cases/statements; the format stands at the top of each file)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.attribution.wording import load_wording
from index.names import load_names
from index.report import Attribution, Passage, Report, Sentence
from index.sentences import split_sentences
from index.statements import attribute

NAMES, WORDING = load_names(), load_wording()
CASES = Path(__file__).parent / "cases" / "statements"
Expected = tuple[str, tuple[str, ...], str]


@dataclass
class Case:
    """A report of a case file: its passages, and what each sentence that is judged should come out as."""

    name: str
    delegations: list[str]
    text: str = ""
    passages: list[Passage] = field(default_factory=list)
    expected: list[tuple[int, int, Expected]] = field(default_factory=list)
    headings: tuple[tuple[int, int], ...] = ()

    def heading(self, text: str) -> None:
        start = len(self.text)
        self.text += text
        self.headings = ((start, len(self.text)),)
        self.passages.append(Passage("heading", start, len(self.text), 0, (), ()))
        self.text += "\n\n"

    def paragraph(self, kind: str, lines: list[tuple[Expected | None, str]]) -> None:
        start, sentences = len(self.text), []
        for expected, sentence in lines:
            begin = len(self.text)
            self.text += sentence
            sentences.append(Sentence(begin, len(self.text)))
            if expected is not None:
                self.expected.append((begin, len(self.text), expected))
            self.text += " "
        passage = Passage(kind, start, len(self.text) - 1, len(self.passages), self.headings, tuple(sentences))  # type: ignore[arg-type]
        self.passages.append(passage)
        self.text = self.text[:-1] + "\n\n"


def read_cases(path: Path) -> Iterator[Case]:
    case = Case(path.stem, [])
    kind, lines = "body", []
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], 1):
        item = line.startswith("- ")
        if lines and (not line.strip() or line[0] in "=#" or item or kind == "item"):
            case.paragraph(kind, lines)
            kind, lines = "body", []
        if line.startswith("="):
            if case.passages:
                yield case
            case = Case(f"{path.stem}:{number}", [c.strip() for c in line[1:].split(",") if c.strip()])
        elif line.startswith("## "):
            case.heading(line[3:])
        elif line.strip() and not line.startswith("# "):
            kind = "item" if item else kind
            head, sentence = line.removeprefix("- ").split(" | ", 1)
            scope, *who, act = head.split() if head != "*" else ("*", "*")
            names = () if who == ["-"] else tuple(sorted(w.strip() for w in " ".join(who).split(",")))
            lines.append((None if scope == "*" else (scope, names, act), sentence))
    yield case


ALL = [case for path in sorted(CASES.glob("*.txt")) for case in read_cases(path)]


def attribute_text(text: str, delegations: tuple[str, ...] = (), kinds: str = "") -> list[Attribution]:
    """Attribute paragraphs that blank lines part; `kinds` gives a letter for each: b body, i item, h heading, f footnote."""
    passages, at, headings = [], 0, ()
    for i, piece in enumerate(text.split("\n\n")):
        start = text.index(piece, at)
        at = start + len(piece)
        kind = {"b": "body", "i": "item", "h": "heading", "f": "footnote"}[kinds[i] if i < len(kinds) else "b"]
        if kind == "heading":
            passages.append(Passage("heading", start, at, 0, (), ()))
            headings = ((start, at),)
        else:
            passages.append(Passage(kind, start, at, i, headings, tuple(split_sentences(text, start, at))))  # type: ignore[arg-type]
    return attribute(Report("r", text, ()), passages, NAMES, WORDING, delegations)


def said(a: Attribution) -> Expected:
    return a.scope, a.who, a.act


@pytest.mark.parametrize("case", ALL, ids=lambda c: c.name)
def test_each_case_comes_out_as_a_careful_reader_has_it(case: Case) -> None:
    found = {(a.start, a.end): said(a) for a in attribute(Report("r", case.text, ()), case.passages, NAMES, WORDING, case.delegations)}
    wrong = [(case.text[a:b], found[a, b], "not", want) for a, b, want in case.expected if found[a, b] != want]
    assert wrong == []


def test_the_case_files_hold_enough_to_mean_something() -> None:
    assert sum(len(case.expected) for case in ALL) > 400


def test_nothing_is_promoted_to_everyone_agreed() -> None:
    for case in ALL:
        found = {(a.start, a.end): a for a in attribute(Report("r", case.text, ()), case.passages, NAMES, WORDING, case.delegations)}
        for start, end, want in case.expected:
            if (want[0], want[2]) != ("everyone", "agreed"):
                assert (found[start, end].scope, found[start, end].act) != ("everyone", "agreed"), case.text[start:end]


@pytest.mark.shared
def test_the_judged_sets_whole_sentences_come_out_right(shared: Path) -> None:
    gold = json.loads((shared / "dialogues" / "dev" / "gold.json").read_text("utf-8"))["reports"]
    asked = right = 0
    for report in gold.values():
        whole = [s for s in report["statements"] if s["quote"][0].isupper() and s["quote"][-1] == "."]
        text = "\n".join(s["quote"] for s in whole)
        spans, at = [], 0
        for s in whole:
            spans.append(Sentence(at, at + len(s["quote"])))
            at += len(s["quote"]) + 1
        passage = Passage("body", 0, len(text), 1, (), tuple(spans))
        found = attribute(Report("r", text, ()), [passage], NAMES, WORDING, report["delegations"])
        asked += len(whole)
        right += sum(said(a) == (s["scope"], tuple(sorted(s["who"])), s["act"]) for a, s in zip(found, whole, strict=True))
    assert right / asked > 0.95  # lists are torn from their lead-ins here


def test_a_pronoun_carries_the_words_that_it_stands_for() -> None:
    text = "Japanese participants warned of delays. They proposed a deadline."
    first, second = attribute_text(text)
    assert said(second) == ("delegation", ("Japan",), "recommended")
    assert first.antecedent is None
    assert second.antecedent is not None
    assert text[slice(*second.antecedent)] == "Japanese participants"


def test_a_pronoun_for_a_thing_holds_nothing() -> None:
    _, second = attribute_text("Several participants spoke of militias. They wear no uniform.")
    assert said(second) == ("unattributed", (), "none")


def test_a_pronoun_finds_nobody_across_a_heading() -> None:
    found = attribute_text("Japanese participants warned of delays.\n\nFish\n\nThey proposed a deadline.", kinds="bhb")
    assert said(found[1]) == ("unattributed", (), "none")


def test_a_sentence_that_a_page_break_parts_is_read_as_one() -> None:
    text = "Indian participants\n\nThe arrangement was announced later.\n\nopposed a fixed depot. Ports differ."
    first, note, second, third = attribute_text(text, kinds="bfb")
    assert said(first) == said(second) == ("delegation", ("India",), "disagreed")
    assert said(note) == said(third) == ("unattributed", (), "none")


def test_words_broken_at_a_lines_end_are_read_whole() -> None:
    (found,) = attribute_text("That was unacceptable to the Ja-\npanese side.")
    assert said(found) == ("delegation", ("Japan",), "disagreed")


def test_a_lead_in_gives_its_items_their_holder_and_act() -> None:
    found = attribute_text("Some participants recommended:\n\na joint drill;\n\nthat fees be cut.\n\nFish swim.", kinds="biib")
    assert [said(a) for a in found[1:]] == [("some", (), "recommended")] * 2 + [("unattributed", (), "none")]


def test_an_item_with_a_holder_of_its_own_keeps_it() -> None:
    found = attribute_text("Participants made the following points:\n\nFees are high.\n\nJapanese participants opposed fees.", kinds="bii")
    assert [said(a) for a in found[1:]] == [("everyone", (), "stated"), ("delegation", ("Japan",), "disagreed")]


def test_one_heading_that_is_a_countrys_name_is_a_topic_and_two_are_speakers() -> None:
    one = attribute_text("China\n\nThe fleet has grown fast.", ("China", "Japan"), "hb")
    two = attribute_text("China\n\nThe fleet has grown fast.\n\nJapan\n\nThe sea is small.", ("China", "Japan"), "hbhb")
    assert said(one[0]) == ("unattributed", (), "none")
    assert said(two[0]) == ("delegation", ("China",), "stated")


def test_a_list_of_participants_states_nothing() -> None:
    text = "List of participants\n\nDr. Ana Reyes, Lumen Centre\n\nIndia\n\nProf. S. Rao, Coast University"
    assert {said(a) for a in attribute_text(text, ("India", "Philippines"), "hbhb")} == {("unattributed", (), "none")}


def test_a_columns_country_holds_what_stands_in_it() -> None:
    text = "Topic\tJapan\tRussia\nFees\tFees should not rise again.\tRejected any cut."
    cells = [(0, 5), (6, 11), (12, 18)], [(19, 23), (24, 51), (52, 69)]
    header = Passage("table", 0, 18, 1, (), (), cells=tuple(cells[0]), level=1)
    row = Passage("table", 19, 69, 2, (), tuple(Sentence(a, b) for a, b in cells[1]), cells=tuple(cells[1]))
    found = attribute(Report("r", text, ()), [header, row], NAMES, WORDING)
    assert [said(a) for a in found] == [
        ("unattributed", (), "none"),
        ("delegation", ("Japan",), "stated"),
        ("delegation", ("Russia",), "disagreed"),
    ]


def attribute_table(*rows: tuple[str, ...]) -> list[tuple[str, Expected]]:
    """The cells' sentences of a table whose first row is its header."""
    text, passages = "", []
    for number, row in enumerate(rows):
        start, cells = len(text), []
        for cell in row:
            cells.append((len(text), len(text) + len(cell)))
            text += cell + "\t"
        sentences = tuple(s for a, b in cells for s in split_sentences(text, a, b))
        passages.append(Passage("table", start, len(text) - 1, number, (), sentences, cells=tuple(cells), level=int(number == 0)))
        text = text[:-1] + "\n"
    return [(text[a.start : a.end], said(a)) for a in attribute(Report("r", text, ()), passages, NAMES, WORDING, ("Japan", "Russia"))]


def test_a_rows_speaker_holds_what_stands_under_position() -> None:
    found = dict(attribute_table(("Delegation", "Position"), ("Japan", "Fees should rise."), ("Dr. Ana Reyes", "Called for a fund.")))
    assert found["Fees should rise."] == ("delegation", ("Japan",), "stated")
    assert found["Called for a fund."] == ("person", ("Ana Reyes",), "recommended")


def test_a_columns_title_gives_its_cells_their_act_and_no_header_is_a_view() -> None:
    found = dict(
        attribute_table(
            ("Issue", "Points of agreement", "Open questions", "Recommendations"),
            ("Fees", "They should be published", "Who pays", "Publish fees every year."),
        )
    )
    assert found["They should be published"] == ("impersonal", (), "agreed")
    assert found["Who pays"] == ("impersonal", (), "asked")
    assert found["Publish fees every year."] == ("everyone", (), "recommended")
    assert {found[title] for title in ("Points of agreement", "Recommendations", "Fees")} == {("unattributed", (), "none")}


def test_an_agenda_states_nothing() -> None:
    found = attribute_table(("Time", "Session", "Lead speaker"), ("9:00 a.m.", "Words of welcome", "Prof. Lin Haoran"))
    assert {claim for _, claim in found} == {("unattributed", (), "none")}


def test_states_are_delegations_only_where_no_participants_speak_for_them() -> None:
    summary = attribute_text("The Meeting discussed fish. Japan proposed a quota.", ("Japan", "Russia"))
    elsewhere = attribute_text("Russian participants discussed fish. Japan proposed a quota.", ("Japan", "Russia"))
    absent = attribute_text("The Meeting discussed fish. China proposed a quota.", ("Japan", "Russia"))
    assert [said(a)[0] for a in (summary[1], elsewhere[1], absent[1])] == ["delegation", "government", "government"]


def test_every_sentence_of_every_passage_is_attributed_in_order() -> None:
    text = "One. Two.\n\nThree.\n\nFour. Five."
    found = attribute_text(text, kinds="bib")
    assert [text[a.start : a.end] for a in found] == ["One.", "Two.", "Three.", "Four.", "Five."]


WORDS = """participants Japanese the some of agreed that not no it was , . : ; “ ” consensus and by Japan noted they others there
( ) - is to Dr. A felt very remained failed to far from except all both who in view for part said"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=30))
def test_no_order_of_words_stops_the_rules(words: list[str]) -> None:
    text = " ".join(words)
    passage = Passage("body", 0, len(text), 1, (), (Sentence(0, len(text)),) if text else ())
    for found in attribute(Report("r", text, ()), [passage], NAMES, WORDING, ("Japan",)):
        assert found.scope in ("delegation", "some", "person", "government") or found.who == ()
        assert found.scope != "unattributed" or found.act == "none"


@pytest.mark.parametrize("unit", ["participants agreed, and ", "the Japanese side, ", "of the side ", "Some, ", "“a, ", "It was noted, "])
def test_a_sentence_without_end_is_read_all_the_same(unit: str) -> None:
    text = unit * 2000
    passage = Passage("body", 0, len(text), 1, (), (Sentence(0, len(text)),))
    assert len(attribute(Report("r", text, ()), [passage], NAMES, WORDING)) == 1


def test_a_numbered_paragraph_is_no_item_of_the_one_before_it() -> None:
    text = "8. The Ministers also agreed on the following:\n\n9. Trade has grown.\n\n10. The Ministers noted the view of Japan."
    found = attribute_text(text, kinds="iii")
    assert [(a.scope, a.act) for a in found] == [("everyone", "agreed"), ("unattributed", "none"), ("everyone", "stated")]


def test_the_items_under_a_numbered_paragraph_are_its_own() -> None:
    text = "8. The Ministers also agreed on the following:\n\n(a) Trade should grow.\n\n(b) Tariffs should fall."
    assert [(a.scope, a.act) for a in attribute_text(text, kinds="iii")] == [("everyone", "agreed")] * 3

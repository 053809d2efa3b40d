"""Passages: every block that is not furniture, under the headings above it, with its sentences."""

from __future__ import annotations

from index.passages import build_passages
from index.report import Block, Report

TEXT = """Report of the Dialogue
Session 1
A. Fish
Trawlers were discussed. Quotas were not.
Close
The first day
B. Ice
- Monitoring is weak.
Session 2
Yes|Agreed. Fully.
"""


def block(kind: str, words: str, **more: object) -> Block:
    start = TEXT.index(words)
    return Block(kind, start, start + len(words), **more)  # type: ignore[arg-type]


def report() -> Report:
    start = TEXT.index("Yes|")
    return Report(
        "a.txt",
        TEXT,
        (
            block("heading", "Report of the Dialogue", level=1),
            block("heading", "Session 1", level=2),
            block("heading", "A. Fish", level=3),
            block("body", "Trawlers were discussed. Quotas were not."),
            block("furniture", "Close", reason="a button"),
            block("caption", "The first day"),
            block("heading", "B. Ice", level=3),
            block("item", "- Monitoring is weak."),
            block("heading", "Session 2", level=2),
            block("table", "Yes|Agreed. Fully.", cells=((start, start + 3), (start + 4, start + 18))),
        ),
    )


def test_every_block_but_furniture_is_a_passage_in_order() -> None:
    words = [TEXT[p.start : p.end] for p in build_passages(report())]
    assert words == [TEXT[b.start : b.end] for b in report().blocks if b.kind != "furniture"]


def test_a_passage_knows_the_headings_above_it_but_not_the_title_nor_finished_sections() -> None:
    above = {TEXT[p.start : p.end]: [TEXT[a:b] for a, b in p.headings] for p in build_passages(report()) if p.is_content}
    assert above == {
        "Trawlers were discussed. Quotas were not.": ["Session 1", "A. Fish"],
        "- Monitoring is weak.": ["Session 1", "B. Ice"],
        "Yes|Agreed. Fully.": ["Session 2"],
    }


def test_paragraphs_are_counted_by_what_can_be_quoted() -> None:
    assert [(p.paragraph, p.kind) for p in build_passages(report()) if p.is_content] == [(1, "body"), (2, "item"), (3, "table")]


def test_sentences_leave_out_the_items_marker_and_stay_within_a_cell() -> None:
    sentences = {p.kind: [TEXT[s.start : s.end] for s in p.sentences] for p in build_passages(report())}
    assert sentences["body"] == ["Trawlers were discussed.", "Quotas were not."]
    assert sentences["item"] == ["Monitoring is weak."]
    assert sentences["table"] == ["Yes", "Agreed.", "Fully."]
    assert sentences["heading"] == sentences["caption"] == []


def test_a_report_of_furniture_has_no_passage() -> None:
    assert build_passages(Report("a", "Close", (Block("furniture", 0, 5, reason="a button"),))) == ()


def test_a_monster_of_a_paragraph_is_cut_and_none_of_its_words_is_lost() -> None:
    text = "Participants agreed on fish. " * 2_000 + "x" * 50_000
    passages = build_passages(Report("a.txt", text, (Block("body", 0, len(text)),)))
    assert "".join(text[p.start : p.end] for p in passages) == text
    assert max(p.end - p.start for p in passages) <= 20_000
    assert [p.paragraph for p in passages] == list(range(1, len(passages) + 1))
    spans = [(s.start, s.end) for p in passages for s in p.sentences]
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert max(b - a for a, b in spans) <= 4_000


def test_a_monster_of_a_row_keeps_its_cells() -> None:
    text = "Participants agreed on fish. " * 1_000
    passages = build_passages(Report("a.txt", text, (Block("table", 0, len(text), cells=((0, 15_000), (15_000, len(text)))),)))
    assert "".join(text[a:b] for p in passages for a, b in p.cells) == text
    assert all(p.start <= a <= b <= p.end for p in passages for a, b in p.cells)


def test_a_heading_of_many_words_is_no_heading_of_the_passages_below() -> None:
    text = "Fish " * 300 + "\n\nParticipants agreed."
    passages = build_passages(Report("a.txt", text, (Block("heading", 0, 1_499, level=2), Block("body", 1_502, len(text)))))
    assert passages[1].headings == ()

"""The page's HTML: whatever a report or a question says, it is text; the reader shows the report to the character."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from index.errors import BadQuestion
from index.report import Block, Page, text_sha256
from qa.contract import Answer, Citation, Statement
from qa.library import OpenReport, ReportFacts
from qa.operations import OPERATIONS
from web.answer import conversation_html, plain_line, problem_html
from web.escape import escape
from web.gate import LOOPBACK, MAX_BODY, Gate
from web.keep import bibtex, csl, markdown, ris, word
from web.library import header_html, library_html
from web.narrow import as_arguments, narrow_html
from web.reader import Highlight, report_html
from web.turns import KEPT, Turn, history, read_turns
from web.wording import chip_words, day_words, reference

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<style>*{display:none}</style></style>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) **b** `c`",
    "$$\\href{javascript:alert(1)}{x}$$ \\(a\\)",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} @children",
    "\u202egnidaelsim\u2066 \u2067",
    "&lt;b&gt; &amp;#60; <!-- --> ]]>",
    "</div></article></blockquote><h1>Rapporteur says",
)
VOID = {"input"}


class Seen(HTMLParser):
    """Elements, attributes and text of a piece of HTML; `inside` collects the text within elements of one class."""

    def __init__(self, source: str, inside: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.found: list[str] = []
        self._inside = inside
        self._open: list[bool] = []
        self.feed(source)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.elements.append((tag, held))
        if tag in VOID:
            return
        matches = self._inside in (held.get("class") or "").split()
        if matches and not any(self._open):
            self.found.append("")
        self._open.append(matches)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if any(self._open):
            self.found[-1] += data


def inside(source: str, css_class: str) -> list[str]:
    return Seen(source, css_class).found


def values(source: str, css_class: str, attribute: str) -> list[str | None]:
    return [held[attribute] for _, held in Seen(source).elements if held.get("class") == css_class]


def citation(**changes: Any) -> Citation:
    plain = Citation("a.pdf", "The Dialogue", "Dialogue", 3, "2018-09-06", "2018-09-07", "Riga", 2, None, 4, 10, 20, "0" * 64)
    return replace(plain, **changes)


def statement(quote: str = "Participants agreed.", **changes: Any) -> Statement:
    return replace(Statement("[1]", quote, "everyone", (), "agreed", None, citation()), **changes)


def answer(**changes: Any) -> Answer:
    return replace(Answer("What?", "What?", "answered", "1 statement from 1 report.\n\n“…”", (statement(),), (), None, {}), **changes)


def opened(text: str, blocks: tuple[Block, ...], **changes: Any) -> OpenReport:
    return replace(OpenReport("a.pdf", "The Dialogue", None, None, None, None, None, (), (), text, blocks, (), ()), **changes)


# Escaping


@given(st.text())
def test_escaped_text_is_letters_digits_and_entities_and_reads_back_the_same(text: str) -> None:
    escaped = escape(text)
    assert re.fullmatch(r"(?:[^\W_]|&#\d+;|[\x80-\x9f])*", escaped)
    assert re.sub(r"&#(\d+);", lambda entity: chr(int(entity[1])), escaped) == text.replace("\0", "\ufffd")


def test_half_a_surrogate_pair_does_not_break_the_page() -> None:
    assert escape("a\ud800b") == "a&#65533;b"


@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_in_a_report_or_question_becomes_markup(payload: str) -> None:
    held = statement(
        payload,
        label=payload,
        who=(payload,),
        antecedent=payload,
        scope="delegation",
        citation=citation(report=payload, title=payload, place=payload, date=payload, page_label=payload),
    )
    said = answer(
        question=payload,
        understood_as=payload + "?",
        status="partial",
        text=payload,
        statements=(),
        nearest=(held,),
        matched={payload: payload},
    )
    report = opened(
        payload * 2,
        (Block("heading", 0, len(payload), 1), Block("furniture", len(payload), len(payload) * 2, reason=payload)),
        report=payload,
        title=payload,
        place=payload,
        organisers=(payload,),
        statements=(replace(held, citation=citation(start=0, end=len(payload))),),
    )
    listed = ReportFacts(payload, payload, payload, 1, payload, None, payload, (payload,), (payload,), 1, 1, "", ())
    pieces = {
        "conversation": conversation_html(
            [Turn(payload, said), Turn(payload, error=payload, filters={"holder": payload, "since": payload})], [payload]
        ),
        "welcome": conversation_html([], [payload]),
        "reader": report_html(report, Highlight(0, len(payload), payload)),
        "library": library_html([listed]),
        "narrow": narrow_html([listed]),
        "problem": problem_html(payload),
        "header": header_html(3, payload),
    }
    harmless = {name: re.sub(re.escape(escape(payload)), "x", piece) for name, piece in pieces.items()}
    for name, piece in pieces.items():
        seen, plain = Seen(piece), Seen(harmless[name])
        assert [tag for tag, _ in seen.elements] == [tag for tag, _ in plain.elements]
        assert [list(names) for _, names in seen.elements] == [list(names) for _, names in plain.elements]
        for _, names in seen.elements:
            assert not {"style", "src", "href", "srcset"} & names.keys()
            assert not any(name.startswith("on") for name in names)
        assert payload not in piece


def test_direction_marks_stay_within_their_own_words() -> None:
    piece = conversation_html([Turn("q", answer(statements=(statement(citation=citation(title="\u202etitle")),)))], ())
    assert f'<bdi dir="auto">{escape(chr(0x202E) + "title")}</bdi>' in piece


# The answer


def test_some_participants_are_never_called_participants() -> None:
    for who in ((), ("Japan",)):
        assert chip_words(statement(scope="some", who=who, act="supported")).startswith("Some participants")
    assert chip_words(statement(scope="some", act="supported")) == "Some participants · supported"
    assert chip_words(statement(scope="everyone")) == "Participants · agreed"
    assert chip_words(statement(scope="delegation", who=("Japan", "Russia"), act="stated")) == "Japan and Russia · stated"
    assert chip_words(statement(scope="government", who=("Japan",))) == "Government: Japan · agreed"
    assert chip_words(statement(scope="unattributed", act="none")) == "Not attributed"


def test_an_answer_shows_each_quote_to_the_letter_with_its_place() -> None:
    quote = "They said  “so”, didn’t\u00a0they?"
    piece = conversation_html([Turn("What?", answer(statements=(statement(quote),)))], ())
    assert inside(piece, "quote") == [quote]
    assert inside(piece, "chip") == ["Participants · agreed"]
    assert "".join(inside(piece, "cite")) == "[1] The DialogueRound 36–7 September 2018Rigap. 2, para. 4"
    assert inside(piece, "line") == ["1 statement from 1 report."]


def test_the_line_above_says_how_many_statements_there_are_and_in_what_order() -> None:
    text = "2 statements from 1 report on what was asked.\n\n…"
    assert plain_line(answer(text=text, statements=(statement(), statement()))) == "2 statements from 1 report."
    assert plain_line(answer(text=text, statements=(statement(), statement(act="stated")))) == "2 statements from 1 report, firmest first."
    assert plain_line(answer(text="In Riga, on 6 May 2019.\n\n…")) == "In Riga, on 6 May 2019."


def test_statements_stand_under_their_act_in_the_order_given() -> None:
    shown = (statement("a"), statement("b"), statement("c", act="stated"))
    seen = Seen(conversation_html([Turn("What?", answer(statements=shown))], ()), "group")
    assert [found.startswith(("Agreed", "Stated")) for found in seen.found] == [True, True]
    assert [found.count("Copy") for found in seen.found] == [2, 1]


def test_statements_of_several_meetings_are_also_given_meeting_by_meeting_in_order_of_time() -> None:
    early = citation(report="b.pdf", round=1, date="2016-04-02", end_date=None, place="Oslo")
    shown = (statement("a"), statement("b", act="stated", citation=early), statement("c", act="stated"))
    piece = conversation_html([Turn("What?", answer(statements=shown))], ())
    dated = inside(piece, "by-meeting")[0]
    assert dated.index("Round 1 · 2 April 2016 · Oslo") < dated.index("Round 3 · 6–7 September 2018 · Riga")
    order = [dated.index(start) for start in ("Participants · statedb", "Participants · agreeda", "Participants · statedc")]
    assert order == sorted(order)
    assert inside(conversation_html([Turn("What?", answer())], ()), "by-meeting") == []


@pytest.mark.parametrize(("status", "sign"), [("partial", "Not quite as asked"), ("not_covered", "Not in these reports")])
def test_an_answer_that_falls_short_says_so_and_shows_what_there_is_instead(status: Any, sign: str) -> None:
    short = answer(status=status, statements=(), nearest=(statement(),), text="No agreement is recorded. What there is:\n“A quote.”")
    piece = conversation_html([Turn("What?", short)], ["What else?", "What?"])
    assert inside(piece, "sign") == [sign]
    assert inside(piece, "line") == ["No agreement is recorded."]
    assert inside(piece, "instead") == ["What there is instead"]
    assert inside(piece, "suggestion") == ["What else?"], "a question already asked is not suggested"


def test_understood_as_shows_only_when_it_differs() -> None:
    assert inside(conversation_html([Turn("What?", answer())], ()), "understood") == []
    said = conversation_html([Turn("And then?", answer(question="And then?", understood_as="What did they agree?"))], ())
    assert inside(said, "understood")[0].startswith("Understood as: What did they agree?")


def test_an_alias_that_helped_is_named() -> None:
    piece = conversation_html([Turn("What?", answer(matched={"DPRK": "North Korea"}))], ())
    assert inside(piece, "matched") == ["Found under another name: DPRK = North Korea"]


def test_an_error_is_a_sentence_and_is_announced() -> None:
    piece = conversation_html([Turn("", error="The question is empty. Type what you want to know.")], ())
    assert inside(piece, "line") == ["The question is empty. Type what you want to know."]
    assert ("div", {"class": "verdict problem", "role": "alert"}) in Seen(piece).elements


def test_a_question_of_any_length_has_a_heading_that_fits() -> None:
    assert inside(conversation_html([Turn("a" * 10_000, error="Too long.")], ()), "question") == ["a" * 300 + "…"]
    assert inside(conversation_html([Turn(" \n", error="Empty.")], ()), "question") == []


def test_a_copied_quote_carries_its_reference() -> None:
    assert reference(statement("So\n   it is.")) == "“So it is.” (The Dialogue, Round 3, 6–7 September 2018, Riga, p. 2, para. 4)"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2017-03-15", None, "15 March 2017"),
        ("2017-03-15", "2017-03-15", "15 March 2017"),
        ("2018-09-06", "2018-09-07", "6–7 September 2018"),
        ("2017-05-30", "2017-06-01", "30 May – 1 June 2017"),
        ("2017-12-30", "2018-01-02", "30 December 2017 – 2 January 2018"),
        ("2016-04", None, "April 2016"),
        (None, None, ""),
        ("soon", None, "soon"),
    ],
)
def test_dates_read_as_people_write_them(start: str | None, end: str | None, words: str) -> None:
    assert day_words(start, end) == words


# The reader


@st.composite
def reports(draw: st.DrawFn) -> tuple[OpenReport, Highlight]:
    kinds = st.sampled_from(["heading", "body", "item", "caption", "table", "footnote", "furniture"])
    text, blocks, page = "", [], 1
    for _ in range(draw(st.integers(0, 6))):
        text += draw(st.sampled_from(["", "\n", " \n\n"]))
        start = len(text)
        text += draw(st.sampled_from(["", "- ", "## "])) + draw(st.text(st.sampled_from("ab <&.\u202e\r\n\u2028"), min_size=1, max_size=30))
        breaks = sorted(draw(st.sets(st.integers(start + 1, len(text)), max_size=2)))
        pages = [(start, page), *((offset, page + n) for n, offset in enumerate(breaks, 1))]
        page = pages[-1][1]
        kind = draw(kinds)
        middle = draw(st.integers(start, len(text)))
        cells = ((start, middle), (middle, len(text))) if kind == "table" else ()
        blocks.append(Block(kind, start, len(text), draw(st.integers(0, 3)), "why", tuple(pages), cells))
    text += draw(st.sampled_from(["", "\n"]))
    a, b = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    said = tuple(statement(text[x.start : x.end], citation=citation(start=x.start, end=x.end)) for x in blocks if draw(st.booleans()))
    return opened(text, tuple(blocks), statements=said, pages=(Page(1, "i"),)), Highlight(
        a, b, draw(st.sampled_from([None, "a", "b a", ""]))
    )


@settings(max_examples=200)
@given(reports())
def test_the_reader_shows_the_report_to_the_character_whatever_is_marked(case: tuple[OpenReport, Highlight]) -> None:
    report, highlight = case
    for marked in (None, highlight):
        assert "".join(inside(report_html(report, marked), "text")) == report.text


@settings(max_examples=200)
@given(reports())
def test_what_is_marked_is_the_quote(case: tuple[OpenReport, Highlight]) -> None:
    report, highlight = case
    covered = "".join(
        report.text[max(b.start, highlight.start) : min(b.end, highlight.end)]
        for b in report.blocks
        if b.kind != "furniture" and b.start < highlight.end and highlight.start < b.end
    )
    assert "".join(inside(report_html(report, highlight), "quote")) == covered


def test_a_quote_over_a_page_break_is_one_mark_and_the_new_page_is_said() -> None:
    text = "First words. A quote that runs over. Last words."
    quote = "A quote that runs over."
    start = text.index(quote)
    block = Block("body", 0, len(text), pages=((0, 3), (start + 8, 4)))
    said = statement(quote, citation=citation(start=start, end=start + len(quote)))
    piece = report_html(
        opened(text, (block,), statements=(said,), pages=(Page(3, "iii"), Page(4, "iv"))), Highlight(start, start + len(quote))
    )
    assert inside(piece, "quote") == [quote]
    assert values(piece, "page", "data-page") == ["Page iii (sheet 3)", "Page iv (sheet 4)"]
    assert values(piece, "said", "data-said") == ["Participants · agreed"]


def test_the_antecedent_is_marked_where_it_last_stands_before_the_quote() -> None:
    text = "Experts met.\n\nExperts spoke; experts and Experts left. They returned."
    block = Block("body", 14, len(text))
    start = text.index("They")
    piece = report_html(opened(text, (Block("body", 0, 12), block)), Highlight(start, len(text), "Experts"))
    assert inside(piece, "antecedent") == ["Experts"]
    before = html.unescape(re.sub(r"<[^>]*>", "", piece.split('<mark class="antecedent"')[0]))
    assert before.endswith("Experts spoke; experts and ")


def test_an_antecedent_in_the_list_item_above_is_marked() -> None:
    text = "- Participants met.\n- They left."
    items = (Block("item", 0, 19), Block("item", 20, len(text)))
    piece = report_html(opened(text, items), Highlight(22, len(text), "Participants"))
    assert inside(piece, "antecedent") == ["Participants"]
    assert inside(piece, "quote") == ["They left."]


@pytest.mark.parametrize("highlight", [Highlight(-5, 3), Highlight(3, 3), Highlight(2, 10**6), Highlight(9, 2)])
def test_a_highlight_outside_the_text_marks_nothing(highlight: Highlight) -> None:
    assert inside(report_html(opened("Some text.", (Block("body", 0, 10),)), highlight), "quote") == []


def test_furniture_is_set_apart_with_its_reason() -> None:
    report = opened("Close\nText.", (Block("furniture", 0, 5, reason="a button of the saved page"), Block("body", 6, 11)))
    piece = report_html(report)
    assert inside(piece, "furniture") == ["Close"]
    assert escape("Left out: a button of the saved page") in piece
    assert "Page furniture left out (1)" in piece


def test_the_meeting_stands_above_the_text() -> None:
    report = opened("T", (Block("body", 0, 1),), series="Dialogue", round=3, start="2018-09-06", end="2018-09-07", place="Riga")
    assert inside(report_html(report), "facts") == ["DialogueDialogueRound3Date6–7 September 2018PlaceRigaFilea.pdf Download the original"]


def test_a_quote_is_found_again_in_a_newer_text_and_one_that_is_gone_is_said_to_be() -> None:
    report = opened("New words. The old quote.", (Block("body", 0, 25),))
    again = report_html(report, Highlight(0, 14, sha256="0" * 64, quote="The old quote."))
    assert inside(again, "quote") == ["The old quote."]
    assert "has changed since" in inside(again, "notice")[0]
    gone = report_html(report, Highlight(0, 14, sha256="0" * 64, quote="Another quote."))
    assert inside(gone, "quote") == []
    assert "no longer in it" in inside(gone, "notice")[0]
    linked = report_html(report, Highlight(0, 14, sha256="0" * 64))
    assert inside(linked, "quote") == []
    same = report_html(report, Highlight(0, 3, sha256=text_sha256(report.text), quote="New"))
    assert (inside(same, "quote"), inside(same, "notice")) == (["New"], [])


# Narrowing


def facts(**changes: Any) -> ReportFacts:
    return replace(ReportFacts("a.pdf", "The Dialogue", "Dialogue", 3, None, None, None, (), ("Japan",), 1, 1, "", ()), **changes)


def test_the_reports_at_hand_are_read_again_when_the_index_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.desk import Desk

    (tmp_path / "index.db").write_text("1")
    held = [facts()]
    monkeypatch.setattr(qa, "reports", lambda index: list(held))
    monkeypatch.setattr(qa, "example_questions", lambda index, n: [])
    desk = Desk(str(tmp_path))
    assert inside(desk.header(), "state")[0].startswith("1 report ·")
    held.append(facts(report="b.pdf"))
    (tmp_path / "index.db").write_text("22")
    assert inside(desk.header(), "state")[0].startswith("2 reports ·")


def test_what_is_offered_is_not_tried_anew_with_each_batch_of_an_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.desk import Desk

    tried: list[int] = []
    held = [facts()]
    clock = [100.0]
    monkeypatch.setattr("web.desk.monotonic", lambda: clock[0])
    monkeypatch.setattr(qa, "reports", lambda index: list(held))
    monkeypatch.setattr(qa, "example_questions", lambda index, n: tried.append(n) or [f"Question {len(tried)}?"])
    desk = Desk(str(tmp_path))
    for batch in range(5):
        (tmp_path / "index.db").write_text("1" * batch)
        held.append(facts(report=f"{batch}.pdf"))
        assert "Question&#32;1" in desk.conversation([])
        clock[0] += 1
    assert len(tried) == 1
    clock[0] += 60
    assert "Question&#32;2" in desk.conversation([])
    assert "Question&#32;2" in desk.conversation([]), "and once for reports that stay"


def test_while_one_person_waits_for_new_offers_the_others_get_those_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.desk import Desk

    held, clock, shown = [facts()], [100.0], []
    monkeypatch.setattr("web.desk.monotonic", lambda: clock[0])
    monkeypatch.setattr(qa, "reports", lambda index: list(held))
    desk = Desk(str(tmp_path))

    def make(index: str, n: int) -> list[str]:
        if desk._offers:  # somebody else comes in the middle of it
            other = Thread(target=lambda: shown.append(desk.conversation([])))
            other.start()
            other.join(10)
        return [f"Question {len(held)}?"]

    monkeypatch.setattr(qa, "example_questions", make)
    assert "Question&#32;1" in desk.conversation([])
    held.append(facts(report="b.pdf"))
    (tmp_path / "index.db").write_text("2")
    clock[0] += 60
    assert "Question&#32;2" in desk.conversation([])
    assert ["Question&#32;1" in html for html in shown] == [True]


def test_the_form_offers_what_the_reports_hold() -> None:
    form = Seen(narrow_html([facts(), facts(report="b.pdf", round=None, delegations=("Japan", "Chile"))]))
    offered = [held["value"] for tag, held in form.elements if tag == "option" and held["value"]]
    assert offered[:6] == ["a.pdf", "b.pdf", "Dialogue", "3", "Chile", "Japan"]
    assert "agreed" in offered
    assert "none" not in offered


def test_what_a_question_is_narrowed_to_reaches_ask_and_stands_above_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from web.desk import Desk

    passed: dict[str, Any] = {}

    def record(question: str, **arguments: Any) -> Answer:
        passed.update(arguments)
        return answer()

    monkeypatch.setattr(qa, "ask", record)
    sent = {"report": "a.pdf", "round": "3", "since": "2018-05-01", "act": "agreed", "until": "", "colour": "red", "holder": 7}
    conversation, kept, _ = Desk("none").ask("What?", [], sent)
    assert {name: passed[name] for name in ("reports", "round", "since", "act")} == {
        "reports": ["a.pdf"],
        "round": 3,
        "since": "2018-05-01",
        "act": "agreed",
    }
    assert not {"until", "colour", "holder"} & passed.keys()
    assert inside(conversation, "narrowed") == ["Report: a.pdfRound: 3How firmly: AgreedFrom: 1 May 2018"]
    assert read_turns(kept)[0].filters == {"report": "a.pdf", "round": "3", "act": "agreed", "since": "2018-05-01"}


def test_a_round_that_is_no_number_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadQuestion, match="a round is a number"):
        as_arguments({"round": "x"})


# Taking away


def test_markdown_shows_the_quote_to_the_letter_when_it_is_rendered() -> None:
    turn = Turn("What *is* <b>it</b>?", answer(statements=(statement("A [link](x) & <img> _so_\n  on."),)))
    kept = markdown([turn, Turn("No.", error="No.")])
    assert kept.startswith(r"## What \*is\* \<b\>it\</b\>?")
    assert r"> “A \[link\](x) \& \<img\> \_so\_ on.”" in kept
    assert r"\[1\] The Dialogue, Round 3, 6–7 September 2018, Riga, p. 2, para. 4" in kept
    assert "No." not in kept


def test_word_holds_the_brief_and_survives_what_xml_cannot_hold() -> None:
    document = docx.Document(BytesIO(word([Turn("What?", answer(statements=(statement("A\x00\x0b quote."),)))])))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[:4] == ["What?", "1 statement from 1 report.", "Agreed", "Participants · agreed"]
    assert paragraphs[4] == "“A\ufffd\ufffd quote.”"
    assert paragraphs[5].startswith("[1] The Dialogue, Round 3")


def test_cited_reports_come_as_bibtex_ris_and_csl_once_each() -> None:
    shown = (
        statement(),
        statement(),
        statement(citation=citation(report="b.pdf", title="50% of {R&D}", series=None, round=None, date="2016-04", end_date=None)),
    )
    turns = [Turn("What?", answer(statements=shown))]
    assert bibtex(turns).count("@techreport{") == 2
    assert r"title = {{50\% of \{R\&D\}}}" in bibtex(turns)
    assert "date = {2018-09-06/2018-09-07}" in bibtex(turns)
    assert ris(turns).split("\r\n")[:3] == ["TY  - RPRT", "TI  - The Dialogue", "T2  - Dialogue"]
    items = json.loads(csl(turns))
    assert [item["id"] for item in items] == ["a.pdf", "b.pdf"]
    assert items[0]["issued"] == {"date-parts": [[2018, 9, 6], [2018, 9, 7]]}
    assert items[1]["issued"] == {"date-parts": [[2016, 4]]}


# The conversation that the browser keeps


def test_turns_come_back_from_json_as_they_were() -> None:
    turns = [Turn("What?", answer(nearest=(statement(who=("Japan",)),), missing="act", matched={"a": "b"})), Turn("x", error="No.")]
    assert read_turns([turn.to_dict() for turn in turns]) == turns


def test_what_the_browser_sends_is_read_with_care() -> None:
    good = Turn("What?", answer()).to_dict()
    spoilt: list[Any] = [None, 7, {}, {"question": 1}, good | {"answer": {}}, good | {"answer": good["answer"] | {"status": "sure"}}]
    spoilt.append(good | {"answer": good["answer"] | {"statements": [good["answer"]["statements"][0] | {"scope": "<b>"}]}})
    assert read_turns([*spoilt, good]) == [Turn("What?", answer())]
    assert read_turns("no list") == []
    assert len(read_turns([good] * (KEPT + 5))) == KEPT


def test_a_follow_up_carries_what_was_asked_and_answered() -> None:
    turns = [Turn("What?", answer(text="This.")), Turn("Why?", error="No.")]
    assert history(turns) == [{"role": "user", "content": "What?"}, {"role": "assistant", "content": "This."}]


def test_the_page_shows_a_refusal_and_does_not_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from web.desk import Desk

    def refuse(question: str, **_: Any) -> Answer:
        raise BadQuestion(f"{question}: no.")

    monkeypatch.setattr(qa, "ask", refuse)
    conversation, kept, _ = Desk("no-such-index").ask("Why?", [Turn("What?", answer()).to_dict()])
    assert inside(conversation, "line")[-1] == "Why?: no."
    assert [turn["question"] for turn in kept] == ["What?"]


def test_without_an_index_the_page_says_what_to_do(tmp_path: Path) -> None:
    from web.desk import Desk

    desk = Desk(str(tmp_path / "none"))
    assert "rapporteur index" in inside(desk.shelf(), "empty")[0]
    assert "rapporteur index" in inside(desk.ask("What was agreed?", [])[0], "line")[0]
    assert inside(desk.conversation([]), "welcome") != []


def test_the_page_names_no_other_host_and_offers_programs_the_operations_only(tmp_path: Path) -> None:
    from web import build
    from web.serve import _options

    async def within_a_loop() -> dict[str, Any]:  # gradio makes event loops where there is none, and leaves them open
        return dict(build(str(tmp_path / "none")).get_config_file())

    config = asyncio.run(within_a_loop())
    assert [d["api_name"] for d in config["dependencies"] if d["api_visibility"] != "private"] == list(OPERATIONS)
    theme = _options(None)["theme"]
    written = json.dumps(config, default=str) + theme._get_theme_css() + _options(None)["head"]
    assert set(re.findall(r"https?://[^\s\"')]+", written)) <= {"http://www.w3.org/2000/svg"}
    assert theme._stylesheets == []


# The gate

Sent = list[dict[str, Any]]


def through(
    path: str, method: str = "GET", headers: tuple[tuple[bytes, bytes], ...] = (), status: int = 200, gate: Gate | None = None
) -> tuple[Sent, list[str]]:
    """What comes back from a gate before an application that answers `status`, and the paths that reached the application."""
    sent: Sent = []
    reached: list[str] = []

    async def application(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": [(b"X-Frame-Options", b"ALLOW")]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    gate = gate or Gate(application)
    gate.app = application
    scope = {"type": "http", "method": method, "path": path, "headers": list(headers), "client": ("10.0.0.9", 1)}
    asyncio.run(gate(scope, receive, send))
    return sent, reached


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/index.js", "/gradio_api/queue/join", "/gradio_api/heartbeat/abc", "/favicon.ico"]
)
def test_what_the_page_needs_passes_and_is_told_to_fetch_nothing_elsewhere(path: str) -> None:
    sent, reached = through(path)
    assert reached == [path]
    headers = dict(sent[0]["headers"])
    assert b"default-src 'self'" in headers[b"content-security-policy"]
    assert headers[b"x-frame-options"] == b"DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://x",
        "/monitoring",
        "/gradio_api/vibe-edit",
        "/docs",
        "/x/../y",
    ],
)
def test_what_the_page_does_not_need_is_not_there(path: str) -> None:
    sent, reached = through(path)
    assert reached == []
    assert sent[0]["status"] == 404


def test_another_name_pointed_at_this_machine_reads_nothing() -> None:
    gate = Gate(lambda *_: None, LOOPBACK)  # type: ignore[arg-type, return-value]
    for host, status in (("localhost:7860", 200), ("127.0.0.1:7860", 200), ("[::1]:7860", 200), ("evil.example:7860", 421), ("", 421)):
        sent, reached = through("/", headers=((b"host", host.encode()),), gate=gate)
        assert (sent[0]["status"], len(reached)) == (status, status == 200)


def test_a_flood_is_refused_before_it_is_read() -> None:
    sent, reached = through("/gradio_api/queue/join", "POST", ((b"content-length", str(MAX_BODY + 1).encode()),))
    assert reached == []
    assert sent[0]["status"] == 413


def test_guessing_a_password_gets_slower_until_one_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("web.gate.asyncio.sleep", sleep)
    gate = Gate(lambda *_: None)  # type: ignore[arg-type, return-value]
    for _ in range(6):
        through("/login", "POST", status=400, gate=gate)
    assert waits == [1.0, 2.0, 4.0]
    through("/login", "POST", status=200, gate=gate)
    through("/login", "POST", status=400, gate=gate)
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_passwords_tried_side_by_side_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    yielding = partial(asyncio.sleep, 0)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def wrong(scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        for _ in range(3):
            await yielding()  # the others have their chance to slip in
        await send({"type": "http.response.start", "status": 400, "headers": []})

    async def nothing(_: Any = None) -> dict[str, Any]:
        return {}

    async def six_at_once() -> None:
        gate = Gate(wrong)
        scope = {"type": "http", "method": "POST", "path": "/login", "headers": [], "client": ("10.0.0.9", 1)}
        await asyncio.gather(*(gate(scope, nothing, nothing) for _ in range(6)))

    monkeypatch.setattr("web.gate.asyncio.sleep", sleep)
    asyncio.run(six_at_once())
    assert waits == [1.0, 2.0, 4.0]

"""Answers for notebooks and for texts: whatever a report says, it is text, and it is all there."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import qa
from qa.contract import Answer, Citation, Statement
from qa.markup import escape_markdown
from tests.fakes import SmallLibrary

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</blockquote></div><h1>Rapporteur says</h1>",
    '" onmouseover="alert(1)',
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) **b** __i__ `c` ~~s~~",
    "[x]: https://evil.example",
    "https://evil.example www.evil.example ftp://evil.example <https://evil.example>",
    "$$\\href{javascript:alert(1)}{x}$$ \\(a\\) \\[b\\]",
    "1. one",
    "2) two",
    "- a * b + c # d",
    "=== --- ***",
    "> quoted",
    "    code",
    "```\ncode\n```",
    "| a | b |\n|---|---|",
    "&lt;b&gt; &amp;#60; <!-- -->",
    "first\n\nsecond\r\n# third\u2028fourth",
    "a\0b\ud800c",
)
PLAIN = Citation("a.pdf", "The Dialogue", "Dialogue", 3, "2018-09-06", "2018-09-07", "Riga", 2, None, 4, 10, 20, "0" * 64)
SPACES = re.compile("[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")


def answer_of(text: str) -> Answer:
    said = Statement("[1]", text, "delegation", (text,), "agreed", text, replace(PLAIN, title=text, place=text, date=text))
    return Answer(text, f"{text}?", "answered", text, (said,), (), None, {text: text})


def folded(text: str) -> str:
    return SPACES.sub(" ", re.sub("[\0\ud800-\udfff]", "\ufffd", text)).strip(" ")


def paragraph(markdown: str, preset: str = "commonmark") -> str:
    """The text of Markdown that is one paragraph of plain text and nothing else."""
    tokens = MarkdownIt(preset).parse(markdown)
    if not tokens:
        return ""
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return "".join(child.content for child in children)


class Text(HTMLParser):
    """The elements of a piece of HTML and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        assert {name for name, _ in attrs} <= {"class", "style"}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("preset", ["commonmark", "js-default"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_a_paragraph_of_itself_in_markdown(text: str, preset: str) -> None:
    assert paragraph(escape_markdown(text), preset) == folded(text)


@given(st.text())
def test_any_text_is_a_paragraph_of_itself_in_markdown(text: str) -> None:
    assert paragraph(escape_markdown(text)) == folded(text)


@given(st.text(alphabet="a1 .:)([]!*_`~<>&#|$\\-+=\"'/w\n@s", max_size=30))
def test_any_run_of_signs_is_a_paragraph_of_itself_in_markdown(text: str) -> None:
    assert paragraph(escape_markdown(text), "js-default") == folded(text)


def test_no_address_is_left_for_a_viewer_to_make_a_link_of() -> None:
    assert not re.search(r"(https?|ftp):|www\.", escape_markdown(HOSTILE[5]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_have_the_markup_of_plain_ones(text: str) -> None:
    plain, hostile = answer_of("plain"), answer_of(text)
    assert Text(hostile._repr_html_()).elements == Text(plain._repr_html_()).elements
    kinds = [token.type for token in MarkdownIt("js-default").parse(hostile.to_markdown())]
    assert kinds == [token.type for token in MarkdownIt("js-default").parse(plain.to_markdown())]
    shown = html.unescape(hostile._repr_html_())
    assert f"“{text}”".replace("\0", "\ufffd").replace("\ud800", "\ufffd") in shown.replace("\r\n", "\n") or "\r" in text


def test_formulas_are_looked_for_nowhere_in_an_answer() -> None:
    assert answer_of("x")._repr_html_().startswith('<div class="rapporteur tex2jax_ignore mathjax_ignore">')


def test_an_answer_shows_its_quotes_to_the_letter_with_holder_act_and_place(library: SmallLibrary) -> None:
    found = qa.ask("Who opposed foreign guards on merchant ships?", index=library.index)
    said = found.statements[-1]
    text = Text(found._repr_html_()).text
    assert f"“{said.quote}”" in text
    for part in ("Disagreed", "Nigeria", "Takoradi, 2020-11-12 to 2020-11-13, p. 1", found.text.splitlines()[0]):
        assert part in text
        assert part in found.to_markdown()
    assert f"> “{' '.join(said.quote.split())}”" in found.to_markdown()


def test_what_is_nearest_is_shown_where_nothing_answers_and_some_stays_some() -> None:
    said = Statement("[1]", "Some participants agreed.", "some", (), "agreed", None, PLAIN)
    partial = Answer("q", "q", "partial", "No support is recorded. What there is:\n\n...", (), (said,), "act", {})
    for shown in (Text(partial._repr_html_()).text, partial.to_markdown()):
        assert "No support is recorded. What there is:" in shown
        assert "Some participants" in shown.replace("“Some participants agreed.”", "")


def test_a_refusal_is_one_line_and_a_pronoun_is_shown_with_what_it_stands_for() -> None:
    refusal = Answer("q", "q", "not_covered", "The reports do not cover this.", (), (), "topic", {})
    assert refusal.to_markdown() == "## q\n\nThe reports do not cover this.\n"
    said = Statement("[1]", "They left.", "delegation", ("Norway",), "stated", "Norwegian participants", PLAIN)
    told = Answer("q", "q2", "answered", "1 statement from 1 report.", (said,), (), None, {"DPRK": "North Korea"}).to_markdown()
    assert "**Norway (the quote's pronoun stands for: Norwegian participants)**" in told
    assert "Understood as: q2" in told
    assert "Found under another name: DPRK as North Korea" in told

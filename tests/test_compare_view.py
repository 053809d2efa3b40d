"""Meetings side by side as HTML: every statement is in a cell with its citation, and on the timeline; report text is never markup."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from lxml import html
from test_web import HOSTILE, Seen, citation, inside, statement, values

from qa.changes import Change
from qa.compare import Comparison
from qa.contract import Statement
from qa.side_by_side import Column
from web.compare import compare_html, holders_of, topics_html
from web.timeline import timeline_html


def part(shown: str, css_class: str) -> str:
    """The first element of that class, as HTML."""
    found = html.fromstring(shown).xpath(f'//*[contains(concat(" ", @class, " "), " {css_class} ")]')[0]
    return str(html.tostring(found, encoding="unicode", with_tail=False))


def said(number: int, **changes: object) -> Statement:
    day = changes.pop("date", "2018-09-06")
    made = statement(f"Quote {number}.", label=f"[{number}]", citation=citation(start=number, end=number + 5, date=day))
    return replace(made, **changes)  # type: ignore[arg-type]


def column(number: int, day: str | None, *statements: Statement, **changes: object) -> Column:
    plain = Column(f"{number}.pdf", f"Meeting {number}", "Dialogue", number, day, None, "Riga", statements)
    return replace(plain, **changes)  # type: ignore[arg-type]


AGREED, RAISED, BOTH = said(1), said(2, act="asked", scope="some"), said(3, scope="delegation", who=("Japan", "Norway"), act="stated")
COLUMNS = (column(1, "2018-09-06", AGREED, RAISED), column(2, "2019-03-01"), column(3, "2021-05-02", BOTH))
FOUND = Comparison("ports", "Dialogue", COLUMNS, (Change("dropped", "no statement in round 2.", ("[1]",)),), "Ports.")


def test_every_statement_stands_in_a_cell_of_its_meeting_with_its_citation() -> None:
    shown = compare_html(["Dialogue"], found=FOUND, asked="ports")
    by_act, by_holder = part(shown, "by-round"), part(shown, "by-delegation")
    for table in (by_act, by_holder):
        quotes = inside(table, "quote")
        assert set(quotes) == {"Quote 1.", "Quote 2.", "Quote 3."}
        assert len(values(table, "cite", "data-start")) == len(quotes)
    assert inside(by_act, "name") == ["Agreed", "Stated", "Questions raised"], "firmest first"
    assert inside(by_holder, "name") == ["Participants", "Some participants", "Japan", "Norway"]


def test_a_meeting_that_says_nothing_is_a_column_that_says_so() -> None:
    shown = compare_html(["Dialogue"], found=FOUND)
    assert inside(shown, "silent") == ["No statement on the topic"] * 2, "once in each table"
    assert "3 statements from 2 of 3 meetings" in inside(shown, "line")[0]


def test_a_change_leads_to_the_statements_that_show_it() -> None:
    changes = part(compare_html(["Dialogue"], found=FOUND), "changes")
    assert inside(changes, "what") == ["No statement in round 2."]
    assert values(changes, "cite", "data-start") == ["1"]


def test_some_are_never_in_the_row_of_all() -> None:
    assert holders_of(said(1, scope="some")) == ["Some participants"]
    assert holders_of(said(1, scope="some", who=("Japan",))) == ["Some participants"]
    assert holders_of(said(1, scope="government", who=("Japan", "Norway"))) == ["Government: Japan", "Government: Norway"]
    assert holders_of(said(1, scope="unattributed")) == ["Not attributed"]


def test_each_mark_of_the_timeline_is_a_link_to_its_citation() -> None:
    drawn = part(timeline_html(COLUMNS), "wide")
    links = [held["href"] or "" for tag, held in Seen(drawn).elements if tag == "a"]
    assert [parse_qs(link[1:])["start"] for link in links] == [["1"], ["3"], ["2"]], "act by act, firmest first"
    assert inside(drawn, "act") == ["Agreed", "Stated", "Questions raised"]
    assert inside(drawn, "meeting") == ["September 2018Riga", "March 2019Riga", "May 2021Riga"]


def test_meetings_stand_in_order_of_date_and_their_names_do_not_meet() -> None:
    near = [column(n, f"2018-09-0{n}", said(n)) for n in range(1, 5)] + [column(5, "2023-01-01", said(5))]
    for drawn in (part(timeline_html(near), form) for form in ("wide", "narrow")):
        places = [float(place) for place in re.findall(r'<svg x="([\d.]+)%"', drawn)]
        assert places == sorted(places)
        assert min(b - a for a, b in pairwise(places)) > 5
        assert 5 < places[0] < places[-1] < 95


def test_without_two_dates_there_is_no_timeline() -> None:
    assert timeline_html([column(1, "2018-09-06", AGREED), column(2, None, RAISED)]) == ""


def test_nothing_found_says_so_and_offers_what_can_be_compared() -> None:
    shown = compare_html([], asked="x", found=Comparison("x", None, (), (), "The reports have no statement on x."))
    assert inside(shown, "line") == ["The reports have no statement on x."]
    assert inside(shown, "topics") == [""], "a place for them"
    assert values(topics_html(["fish"]), "suggestion", "data-topic") == ["fish"]
    assert topics_html([]) == ""


@pytest.mark.parametrize("payload", HOSTILE)
def test_no_text_of_a_report_becomes_markup_in_the_comparison(payload: str) -> None:
    held = statement(payload, label=payload, who=(payload,), antecedent=payload, scope="delegation", citation=citation(report=payload))
    columns = tuple(column(n, f"201{n}-01", held, place=payload, title=payload, round=None) for n in (1, 2))
    found = Comparison(payload, payload, columns, (Change("new", payload, (payload,)),), payload)
    shown = topics_html([payload]) + compare_html([payload], asked=payload, among=payload, found=found)
    plain = topics_html(["x"]) + compare_html(["x"], asked="x", among="x", found=_plain(found))
    assert [tag for tag, _ in Seen(shown).elements] == [tag for tag, _ in Seen(plain).elements]


def _plain(found: Comparison) -> Comparison:
    """The same with words that mean nothing to a browser."""
    held = statement("x", label="x", who=("x",), antecedent="x", scope="delegation", citation=citation(report="x"))
    columns = tuple(replace(c, statements=(held,), place="x", title="x") for c in found.columns)
    return Comparison("x", "x", columns, (Change("new", "x", ("x",)),), "x")

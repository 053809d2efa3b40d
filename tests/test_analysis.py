"""What is found in a report without a model: a fault of the rules costs no report."""

from __future__ import annotations

import pytest

import index.analysis
from index.analysis import Words
from index.attribution.wording import load_wording
from index.corrections import Corrections
from index.meeting import find_meeting
from index.names import load_names
from index.passages import build_passages
from index.readers.text import read_text
from tests.fakes import BALTIC


def analysed(text: str) -> index.analysis.Findings:
    return Words(load_names(), load_wording(), Corrections()).analyse(read_text(text.encode(), "notes/baltic.txt"), "")


def test_where_the_rules_of_a_meeting_break_down_the_report_keeps_its_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError

    whole = analysed(BALTIC)
    monkeypatch.setattr(index.analysis, "find_meeting", broken)
    found = analysed(BALTIC)
    assert found.meeting.title in ("baltic.txt", found.report.title_hint)
    assert (found.meeting.start, found.meeting.series) == (None, None)
    assert [(a.start, a.act) for a in found.attributions] == [(a.start, a.act) for a in whole.attributions]


def test_a_name_joined_by_a_sign_is_read() -> None:
    text = (
        "Riga Forum on Peace & Security: Second Round\n\n"
        "The second round of the Riga Forum on Peace & Security was held in Trieste from 11 to 13 May 2023.\n\n"
        "Site by Bora & Figli, Trieste\n"
    )
    report = read_text(text.encode(), "x.txt")
    found = find_meeting(report, build_passages(report), load_names())
    assert (found.series, found.round, found.place) == ("Riga Forum on Peace & Security", 2, "Trieste")


def test_the_title_is_what_stands_before_the_first_paragraph_though_a_sections_heading_is_larger() -> None:
    text = (
        "Doc. 5/CS                                        ENGLISH ONLY\n\n"
        "        Chair's Summary of the Fifth Bodø Sea Forum\n\n\nINTRODUCTION\n\n"
        "1.   The Fifth Bodø Sea Forum was held in Bodø from 4 to 5 May 2019.\n\n\nTUNA AND SUBSIDIES\n\n2.   The Forum noted the tuna.\n"
    )
    report = read_text(text.encode(), "x.txt")
    assert find_meeting(report, build_passages(report), load_names()).title == "Chair's Summary of the Fifth Bodø Sea Forum"

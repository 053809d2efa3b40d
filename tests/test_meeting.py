from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.meeting import Meeting, find_meeting
from index.names import load_names
from index.passages import build_passages
from index.readers.text import read_text
from index.report import Block, Report

NAMES = load_names()
CASES = tomllib.loads((Path(__file__).parent / "cases" / "meetings.toml").read_text("utf-8"))["case"]
FIELDS = ("series", "round", "start", "end", "place", "organisers", "delegations")


def report_of(text: str, name: str = "notes.txt", **more: str) -> Report:
    """Blocks by empty lines; a block that begins with # is a heading, of the level of its signs."""
    blocks = []
    for m in re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text):
        signs = len(re.match(r"#*", m.group()).group())
        blocks.append(Block("heading" if signs else "body", m.start(), m.end(), level=signs))
    return Report(name, text, tuple(blocks), **more)


def meeting_of(text: str, name: str = "notes.txt", **more: str) -> Meeting:
    report = report_of(text, name, **more)
    return find_meeting(report, build_passages(report), NAMES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_facts_of_an_opening_are_those_a_careful_reader_finds(case: dict) -> None:
    found = meeting_of(case["text"]).to_dict()
    for field in FIELDS:
        if field not in case.get("open", ()):
            want = case.get(field, [] if field in ("organisers", "delegations") else None)
            got = sorted(found[field]) if isinstance(want, list) else found[field]
            assert got == (sorted(want) if isinstance(want, list) else want), field


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_fact_stands_in_the_words_of_its_proof(case: dict) -> None:
    meeting = meeting_of(case["text"])
    proofs: dict[str, list[str]] = {}
    for p in meeting.proofs:
        assert 0 <= p.start < p.end <= len(case["text"])
        proofs.setdefault(p.field, []).append(case["text"][p.start : p.end])
    for field in FIELDS:
        assert bool(getattr(meeting, field)) == (field in proofs), field
    if meeting.place:
        assert re.sub(r"\W", "", meeting.place) in re.sub(r"\W", "", proofs["place"][0])
    if meeting.start:
        assert any(str(int(meeting.start[8:])) in words or meeting.start[:4] in words for words in proofs["start"])


def rounds_of(text: str) -> list[tuple]:
    return [(r.round, r.start, r.end, r.place, r.when) for r in meeting_of(text).mentioned_rounds]


def test_rounds_before_and_planned_are_known_with_their_days_and_places() -> None:
    text = """
# Tuva-Altai Dialogue: Third Round

The third round of the Tuva-Altai Dialogue was held in Kyzyl on 6-7 September 2018. The
second round took place in Barnaul from 30 May to 1 June 2017, and the inaugural meeting
was hosted by the Altai Institute in Gorno-Altaysk in April 2016.

Participants supported a fourth round in Ulaangom in 2019."""
    assert rounds_of(text) == [
        (1, "2016-04-01", "2016-04-30", "Gorno-Altaysk", "past"),
        (2, "2017-05-30", "2017-06-01", "Barnaul", "past"),
        (4, "2019-01-01", "2019-12-31", "Ulaangom", "future"),
    ]


def test_rounds_listed_in_brackets_are_numbered_when_their_count_leaves_no_doubt() -> None:
    text = """# Report of the Third Rhine Dialogue

The third Rhine Dialogue met in Basel on March 21 and 22, 2024. Earlier dialogues
were held in Mainz (June 2022) and in Bonn (9–10 May 2023)."""
    assert rounds_of(text) == [(1, "2022-06-01", "2022-06-30", "Mainz", "past"), (2, "2023-05-09", "2023-05-10", "Bonn", "past")]


def test_a_next_meeting_without_a_date_and_a_third_that_had_been_held_are_mentioned() -> None:
    text = """# Notes

The fourth Wallonia Cyber Workshop met in Namur on 2 October 2023. The third had been held
in Liège on 12 October 2022. It was agreed that the next workshop would be held in Mons."""
    assert rounds_of(text) == [(3, "2022-10-12", "2022-10-12", "Liège", "past"), (5, None, None, "Mons", "future")]
    assert rounds_of(
        text.replace("It was agreed that the next workshop would be held in Mons.", "The fifth is planned for Mons in 2024.")
    ) == [
        (3, "2022-10-12", "2022-10-12", "Liège", "past"),
        (5, "2024-01-01", "2024-12-31", "Mons", "future"),
    ]


def test_a_round_planned_by_a_workshop_without_a_series_is_known_and_other_plans_are_not() -> None:
    text = (
        "# Report of a workshop on tides\n\nThe workshop took place in Brest on 3 May 2021. The first had met at Saint-Malo in 2019.\n\n"
        "A second workshop is to be held at Roscoff in June 2023. First power is expected in 2026."
    )
    planned = [(r.round, r.start, r.place) for r in meeting_of(text).mentioned_rounds if r.when == "future"]
    assert planned == [(2, "2023-06-01", "Roscoff")]


def test_other_dialogues_and_the_agenda_are_no_rounds_of_the_series() -> None:
    text = """# Second Oder Forum

The second Oder Forum met in Szczecin on 4 June 2019. The third session of the UN Assembly in Nairobi on 11 March 2017 was recalled.
The first session was about floods. The 18th Sentosa Dialogue
in Singapore on 31 May 2019 was praised."""
    assert rounds_of(text) == []


def test_the_title_is_the_first_heading_that_is_no_masthead_in_the_reports_own_letters() -> None:
    text = "# HALDEN INSTITUTE\n\n# Policy Brief 14/2022\n\n# Fair Shares:  Report of a\n\n# Lake Roundtable\n\n"
    text += "The Lake Roundtable met in Halden on 3 May 2018."
    assert meeting_of(text).title == "Fair Shares: Report of a Lake Roundtable"


def test_without_a_heading_the_title_is_what_the_format_declares_or_the_files_name() -> None:
    assert meeting_of("Nothing was said.", title_hint="Seventh Forum | Halden Institute").title == "Seventh Forum"
    assert meeting_of("Nothing was said.", "talks/oder_forum-2.txt").title == "oder forum 2"


def test_a_running_head_gives_the_round_that_no_sentence_says() -> None:
    text = "# Notes from Ronne\n\nThe Baltic Rim Dialogue met in Ronne on 3 May 2018.\n\nBaltic Rim Dialogue IV - 2"
    report = report_of(text)
    *others, last = report.blocks
    report = Report("a.txt", text, (*others, Block("furniture", last.start, last.end, reason="a running head")))
    assert find_meeting(report, build_passages(report), NAMES).round == 4


def test_a_meeting_survives_the_journey_through_json() -> None:
    for case in CASES[:20]:
        meeting = meeting_of(case["text"])
        assert Meeting.from_dict(json.loads(json.dumps(meeting.to_dict()))) == meeting


@pytest.mark.shared
def test_the_real_report_is_read_as_its_readers_read_it(shared: Path) -> None:
    text = (shared / "reports" / "us-japan-russia-trilateral-second-round.txt").read_text("utf-8")
    text = re.sub(r"\A(.*)\n\n\1\n\n\1\n", r"# \1\n", text)
    meeting = meeting_of(text)
    assert (meeting.series, meeting.round, meeting.start, meeting.end, meeting.place) == (
        "U.S.-Japan-Russia Trilateral",
        2,
        "2017-03-15",
        "2017-03-16",
        "Moscow",
    )
    assert meeting.organisers == ("NCAFP", "Russian International Affairs Council", "Tokyo Foundation")
    assert meeting.delegations == ("Japan", "Russia", "United States")
    assert [(r.round, r.start, r.end, r.place) for r in meeting.mentioned_rounds] == [(1, "2016-03-10", "2016-03-11", "New York City")]


@pytest.mark.shared
def test_the_judged_reports_are_read_as_their_readers_read_them(shared: Path) -> None:
    from index.readers import read_report

    gold = json.loads((shared / "dialogues" / "dev" / "gold.json").read_text("utf-8"))["reports"]
    wrong = []
    for name, facts in gold.items():
        report = read_report(shared / "dialogues" / "dev" / "reports" / name, name)
        found = find_meeting(report, build_passages(report), NAMES).to_dict()
        for field in ("title", *FIELDS):
            got, want = found[field], facts[field]
            if (sorted(got) != sorted(want)) if isinstance(want, list) else got != want:
                wrong.append((name, field, got, want))
    assert wrong == []


WORDS = st.sampled_from(
    "The third round of the Baltic Dialogue was held in Tartu on 3 May 2018 . , ; ( ) by Institute for Peace and (NPD) "
    "from Japan participants # \n\n IV : – - U.S. X's “ ” 1.5 II will be hosted "
    "second meeting had met with as host Venue: Date: 15.03.2017 next a an Round 4 at invitation".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=80).map(" ".join)))
def test_no_text_stops_it_and_all_it_finds_lies_in_the_text(text: str) -> None:
    meeting = meeting_of(text)
    spans = [(p.start, p.end) for p in meeting.proofs] + [(r.proof_start, r.proof_end) for r in meeting.mentioned_rounds]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert meeting.title
    assert (meeting.start is None) == (meeting.end is None)
    assert meeting.start is None or meeting.start <= meeting.end


def test_the_column_country_of_a_table_of_those_present_says_whose_participants_came() -> None:
    report = read_text(
        b"# Lake Ferries Dialogue\n\nMwanza, 14 November 2023\n\n## Present\n\n| Name | Country | Role |\n|---|---|---|\n"
        b"| Grace Auma | Kenya | chair |\n| Hilde Dorp | Netherlands | observer |\n\n## Discussion\n\nAll agreed.\n\n"
        b"| Port | Country |\n|---|---|\n| Kigoma | Tanzania |\n",
        "present.md",
    )
    found = find_meeting(report, build_passages(report), NAMES)
    assert found.delegations == ("Kenya", "Netherlands")
    assert any(report.text[p.start : p.end].startswith("| Grace") for p in found.proofs if p.field == "delegations")

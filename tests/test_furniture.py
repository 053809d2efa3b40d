# ruff: noqa: E501  (pages and texts are kept as they are found, long lines and all)
"""Furniture rules: what surrounds a report is named for what it is, and a sentence of a report never is."""

from __future__ import annotations

import pytest

from index.furniture import sweep, title_key
from index.furniture_lines import edge_reason, is_nav_row, line_reason
from index.readers.headings import is_caption, is_dateline, looks_like_heading
from index.readers.text import text_blocks
from index.report import Block

BODY = "Participants agreed that the first point of the agenda deserves a second look, and they left the third for another day.\n\n" * 4


def left(text: str) -> list[str]:
    """What may still be quoted of a plain text."""
    blocks, _ = text_blocks(text)
    return [" ".join(text[b.start : b.end].split()) for b in blocks if b.kind in ("body", "item", "table", "footnote")]


def reasons(text: str) -> dict[str, str]:
    blocks, _ = text_blocks(text)
    return {" ".join(text[b.start : b.end].split()): b.reason for b in blocks if b.kind == "furniture"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Skip to main content", "site navigation"),
        ("HOME   ABOUT   EVENTS   CONTACT", "site navigation"),
        ("Home | About us | Publications | Donate", "site navigation"),
        ("Home » Events » 2014 » Report", "site navigation"),
        ("Back to top of page", "site navigation"),
        ("Close", "page button"),
        ("×", "page button"),
        ("Print this page", "page button"),
        ("Download the full report (PDF)", "page button"),
        ("Search this site", "page button"),
        ("Share this:", "share bar"),
        ("Share on Facebook", "share bar"),
        ("Facebook Twitter LinkedIn", "share bar"),
        ("Like  Loading...", "share bar"),
        ("Log in", "log-in form"),
        ("Forgot your password?", "log-in form"),
        ("Remember me on this computer", "log-in form"),
        ("Please enter your username or email address.", "log-in form"),
        ("You will receive a link to create a new password via email.", "log-in form"),
        ("Please log in to download the whole report. A reset link will be sent to your inbox.", "log-in form"),
        ("Register to read the annexes.", "log-in form"),
        ("We use cookies to improve your visit.", "cookie notice"),
        ("Leave a Reply", "readers' comments"),
        ("4 Comments", "readers' comments"),
        ("You must be logged in to post a comment.", "readers' comments"),
        ("Your email address will not be published.", "readers' comments"),
        ("Next bulletin: Of reefs and men", "site navigation"),
        ("The Larch Trust is a registered charity in Scotland.", "copyright or contact line"),
        ("Company number 778 201, registered in Leith", "copyright or contact line"),
        ("Related articles", "links to other pages"),
        ("You may also like", "links to other pages"),
        ("Most read", "links to other pages"),
        ('In "Education"', "links to other pages"),
        ("Posted on 22 July 2019 by admin | 4 min read", "publication line"),
        ("Published: May 3, 2011", "publication line"),
        ("7 minute read", "publication line"),
        ("Tags: fish, oil", "publication line"),
        ("© 2014 Institute of Things", "copyright or contact line"),
        ("This page was last reviewed by the web team on 3 March 2022.", "copyright or contact line"),
        ("Privacy policy", "copyright or contact line"),
        ("Subscribe to our newsletter", "newsletter"),
        ("One e-mail a month, no spam.", "newsletter"),
    ],
)
def test_a_line_of_a_web_page_is_named_for_what_it_is(line: str, reason: str) -> None:
    assert line_reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Participants agreed to share this database.",
        "Share the report with members",
        "Share the list of contacts",
        "Provide member states with early warning.",
        "Subscribe to the Hague Code of Conduct",
        "No response to the proposal was given.",
        "No reply was received from Yangon.",
        "More shared databases",
        "More news on fish stocks was expected.",
        "Open document exchange was supported.",
        "Published data from 3 May 2019 were disputed.",
        "Created in Oslo on 3 May 2001, the fund has worked well.",
        "(c) that costs lie where they fall",
        "(c) to meet again.",
        "Post response evaluation was welcomed.",
        "Cookies and passwords, one speaker noted, are not a matter of state.",
        "Participants suggested that users change their passwords once a year.",
        "All rights reserved to coastal states were discussed by participants.",
        "Next steps",
        "Recent events",
        "Related issues",
        "Other events",
        "Register of cable ships",
        "News / research",
        "Summary",
        "Comments",
        "They agreed.",
        "Home affairs ministers met in May, and interior ministers in June.",
        "Print media and television were discussed.",
        "Search and rescue",
        "Top-level visits should resume.",
        "Sign up more states to the convention",
        "Participants proposed that a download link be sent to the three ministries.",
        "Register to be kept by the two coast guards.",
        "The proposed fund is an independent body, Thai participants noted.",
        "Participants said that aid is tax exempt in three countries.",
    ],
)
def test_a_line_that_a_report_may_hold_is_left_alone(line: str) -> None:
    assert line_reason(line) == ""
    assert edge_reason(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "Corrections may be sent to the Secretariat within thirty days.",
        "Comments on this draft should be addressed to the rapporteur.",
        "Please do not cite without permission.",
        "Not for citation",
        "Confidential",
        "For further information, please contact the Institute.",
        "Built with NoteGarden 2.4. Last build: 2023-10-19.",
        "Powered by WordPress",
        "Last edited by mk, 3 revisions",
        "Museum shop: new calendars are here",
        "Our next podcast: Can ferries be electric?",
        "Bus timetable to the castle",
        "Reading room opening hours: Monday to Friday",
    ],
)
def test_notices_and_generators_are_furniture_at_the_edges_of_a_report_only(line: str) -> None:
    assert line_reason(line) == ""
    assert edge_reason(line)
    text = f"Talks\n\n{BODY}{BODY}{line}\n\n{BODY}{BODY}"
    assert line in left(text) or line in [text[b.start : b.end] for b in text_blocks(text)[0] if b.kind == "heading"]
    assert line in reasons(f"Talks\n\n{BODY}{BODY}{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "Questions about verification should be addressed by a technical group.",
        "Embargoed goods were discussed.",
        "Do not share missile technology.",
        "It was agreed that distribution is limited to members.",
        "Draft treaties were tabled.",
        "The next webinar should be in Riga, participants agreed.",
    ],
)
def test_a_short_statement_at_the_edge_of_a_report_is_no_notice(line: str) -> None:
    assert line in left(f"Talks\n\n{BODY}{line}\n")


def test_what_follows_related_and_reply_at_the_end_is_dropped_teasers_and_all() -> None:
    text = f"Talks\n\n{BODY}Share this:\n\nTweet\n\nRelated\n\nParticipants agreed to ban squid. A podcast.\n\n3 May 2011\n\nLeave a Reply\n\nPeter says: Everyone agreed to leave, I was there and saw it.\n"
    assert all(words.startswith("Participants agreed that the first") for words in left(text))
    assert reasons(text)["Peter says: Everyone agreed to leave, I was there and saw it."] == "readers' comments"


def test_a_share_bar_or_a_box_of_links_in_the_middle_ends_nothing() -> None:
    text = f"Talks\n\nShare this:\n\nTweet\n\n{BODY}Related\n\nAnother report\n\n{BODY}They agreed.\n"
    assert left(text)[-1] == "They agreed."
    assert len(left(text)) >= 9


def test_an_annex_after_the_share_bar_is_the_reports_again() -> None:
    text = f"Talks\n\n{BODY}Share this:\n\nTweet\n\nAnnex: List of participants\n\nDr. A. Berg, Oslo\n\nMs. B. Dahl, Bergen\n"
    assert "Dr. A. Berg, Oslo" not in reasons(text)


def test_the_sites_name_above_its_menu_is_dropped_and_the_title_below_is_the_title() -> None:
    blocks, _ = text_blocks(text := f"Institute of Fish\n\nHome   About   Events\n\nFourth Talks on Fish\n\n{BODY}")
    assert [(b.kind, b.level, b.reason) for b in blocks[:3]] == [
        ("furniture", 0, "site header"),
        ("furniture", 0, "site navigation"),
        ("heading", 1, ""),
    ]
    assert text[blocks[2].start : blocks[2].end] == "Fourth Talks on Fish"


def test_a_title_above_the_menu_stays_when_no_other_title_follows() -> None:
    blocks, _ = text_blocks(f"Fourth Talks on Fish\n\nHome   About   Events\n\n{BODY}")
    assert (blocks[0].kind, blocks[0].level) == ("heading", 1)


def test_a_title_said_again_is_kept_once_whatever_its_hyphens_and_spaces() -> None:
    text = f"A-B-C Trilateral: Third Round\n\nA-B-C Trilateral: Third Round\n\nA-B- C Trilateral\n\n{BODY}Third round\n\n{BODY}"
    found = reasons(text)
    assert found["A-B- C Trilateral"] == "title repeated"
    assert "Third round" not in found
    blocks, _ = text_blocks(text)
    assert [b.level for b in blocks if b.kind == "heading"] == [1, 2]
    assert title_key("U.S.–Japan– Russia") == title_key("U.S.-Japan-Russia")


def test_a_mail_header_and_signature_around_a_report_are_dropped() -> None:
    text = f"From: A. Berg\nTo: all\nSubject: report\n\nFourth Talks\n\n{BODY}--\nA. Berg\nSent from my telephone\n"
    assert set(reasons(text).values()) == {"e-mail header or signature", "rule"}
    assert len(left(text)) == 4


@pytest.mark.parametrize(
    "line",
    [
        "Members of the delegation sit beside their counterparts",
        "Ambassador Arai addresses the opening dinner",
        "Delegates beside the lake: experts agreed that the view was good",
        "Participants on the pier of Aktau, which now ends on dry land",
        "Participants from both sides at the closing dinner",
        "The harbour at night. Photo: K. Balodis",
        "Photo credit: Institute of Fish",
        "From left to right: A. Berg, B. Dahl",
        "The first day of meetings in Moscow",
    ],
)
def test_a_line_that_describes_a_picture_is_a_caption(line: str) -> None:
    assert is_caption(line, web=True)


@pytest.mark.parametrize(
    "line",
    [
        "Participants agreed on a hotline",
        "Participants in the meeting agreed on a hotline",
        "Participants at the seminar noted the delay",
        "Some participants opposed the text",
        "The first session: fisheries",
        "Members of ASEAN should act",
        "Experts discuss the draft in closed session.",
        "Delegates agreed.",
    ],
)
def test_a_position_without_its_full_stop_is_no_caption(line: str) -> None:
    assert not is_caption(line, web=True)


@pytest.mark.parametrize(
    "line",
    [
        "Session 2: A Code of Conduct, and for Which Waters?",
        "Rescue and Disembarkation",
        "II. COURTS",
        "A. Crypto theft by the DPRK",
        "Next Steps",
        "Recommendations:",
    ],
)
def test_a_short_line_that_names_a_topic_is_a_heading(line: str) -> None:
    assert looks_like_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "Participants agreed on the following:",
        "Oslo, 3-4 May 2011",
        "Rapporteur: Dr. A. Berg",
        "and so it was",
        "They left.",
        "https://example.org/report",
        "fish and oil",
    ],
)
def test_a_dateline_a_label_or_a_sentence_is_no_heading(line: str) -> None:
    assert not looks_like_heading(line)


def test_a_date_inside_a_long_title_does_not_make_it_a_dateline() -> None:
    assert is_dateline("Takoradi, 12-13 November 2020")
    assert not is_dateline("Third Dialogue on the Future of the Aral Sea and its Shores, Nukus, 10 October 2010")


def test_a_row_of_a_menu_needs_several_of_a_menus_words() -> None:
    assert is_nav_row("About   Research   Dialogues   Media")
    assert not is_nav_row("Fish   Oil   Gas")
    assert not is_nav_row("Participants agreed.  They left.  Others stayed.")


def test_sweeping_keeps_every_block_and_its_span() -> None:
    text = "Close\n\nTalks\n\nParticipants agreed on the point.\n\nTalks"
    blocks = [Block("body", 0, 5), Block("heading", 7, 12, 1), Block("body", 14, 47), Block("heading", 49, 54, 2)]
    swept = sweep(text, blocks)
    assert [(b.start, b.end) for b in swept] == [(b.start, b.end) for b in blocks]
    assert [b.kind for b in swept] == ["furniture", "heading", "body", "furniture"]

# ruff: noqa: E501  (pages and texts are kept as they are found, long lines and all)
"""Plain text and Markdown: the file's own characters, cut into the blocks that its layout shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.errors import UnreadableReport
from index.readers import SUFFIXES, read_report
from index.readers.encoding import decode
from index.readers.markdown import read_markdown
from index.readers.text import read_text
from index.report import Report

CHAIR = """\
                 CHAIR'S SUMMARY OF THE THIRD RED SEA FORUM

                         Fishing and Piracy

1.   The Third Red Sea Forum met in Djibouti on 2 March 2011. It was
     hosted by two institutes.

Fishing

2.   Participants agreed:

     (a) that nets should be marked, and that the marks should be
         registered by the ports;
     (b) to meet again.

                                - 1 -
\fSecretariat - for members

3.   Yemeni participants opposed a register of boats, which they had
     first proposed in
     2009. They gave no reason.

                                - 2 -
\fSecretariat - for members

     * One bullet that is long enough to be wrapped at the right hand
       side of the page.
     * Another
"""


def text(source: str | bytes) -> Report:
    return read_text(source if isinstance(source, bytes) else source.encode(), "report.txt")


def markdown(source: str) -> Report:
    return read_markdown(source.encode(), "report.md")


def shown(report: Report, *kinds: str) -> list[str]:
    return [" ".join(report.text[b.start : b.end].split()) for b in report.blocks if b.kind in kinds]


def assert_covers(report: Report) -> None:
    """Blocks are in order, do not overlap, begin and end with ink, and leave only white space outside."""
    at = 0
    for block in report.blocks:
        assert at <= block.start < block.end
        assert not report.text[at : block.start].strip()
        assert report.text[block.start : block.end] == report.text[block.start : block.end].strip()
        assert all(block.start <= s <= e <= block.end for s, e in block.cells)
        at = block.end
    assert not report.text[at:].strip()


def test_numbered_paragraphs_keep_their_marker_and_their_wrapped_lines() -> None:
    report = text(CHAIR)
    items = shown(report, "item")
    assert items[0] == "1. The Third Red Sea Forum met in Djibouti on 2 March 2011. It was hosted by two institutes."
    assert "(a) that nets should be marked, and that the marks should be registered by the ports;" in items
    assert "3. Yemeni participants opposed a register of boats, which they had first proposed in 2009. They gave no reason." in items
    assert items[-2:] == ["* One bullet that is long enough to be wrapped at the right hand side of the page.", "* Another"]


def test_form_feeds_make_pages_and_what_stands_at_their_turn_is_furniture() -> None:
    report = text(CHAIR)
    assert [page.number for page in report.pages] == [1, 2, 3]
    third = next(b for b in report.blocks if "Yemeni" in report.text[b.start : b.end])
    assert third.page_at(third.start) == 2
    reasons = {report.text[b.start : b.end].strip(): b.reason for b in report.blocks if b.kind == "furniture"}
    assert reasons == {"- 1 -": "page number", "- 2 -": "page number", "Secretariat - for members": "running head"}


def test_a_file_without_form_feeds_has_no_pages() -> None:
    report = text("Talks\n\nParticipants agreed on the first point.\n")
    assert report.pages == ()
    assert all(b.pages == () for b in report.blocks)


def test_the_first_centred_line_is_the_title_and_the_rest_are_sections() -> None:
    report = text(CHAIR)
    levels = [(report.text[b.start : b.end], b.level) for b in report.blocks if b.kind == "heading"]
    assert levels == [("CHAIR'S SUMMARY OF THE THIRD RED SEA FORUM", 1), ("Fishing and Piracy", 2), ("Fishing", 2)]


def test_paragraphs_that_stand_on_one_line_each_need_no_blank_line_between_them() -> None:
    long = "Participants agreed on the monitoring of salt storms, and they asked the four institutes to write a plan for it that names each station by the end of the year."
    report = text(f"Report of the Aral Talks\nStorms\n{long}\nUzbek participants supported the plan.\nNext meeting\n{long}\n")
    assert shown(report, "heading") == ["Report of the Aral Talks", "Storms", "Next meeting"]
    assert shown(report, "body") == [long, "Uzbek participants supported the plan.", long]


def test_a_first_line_indent_begins_a_paragraph_and_a_lower_case_line_never_does() -> None:
    report = text(
        "Talks\n\n   The first meeting was held in Oslo, and it was attended by people from\nthe three countries, as well\nas others.\n"
        "   Participants agreed to meet again in the following year, if the money can be\nfound.\n"
    )
    assert shown(report, "body") == [
        "The first meeting was held in Oslo, and it was attended by people from the three countries, as well as others.",
        "Participants agreed to meet again in the following year, if the money can be found.",
    ]


def test_underlined_headings_lose_their_underlining_to_the_ledger() -> None:
    report = text("Fourth Talks\n============\n\nData\n----\n\nParticipants agreed to exchange data.\n")
    assert [(report.text[b.start : b.end], b.level) for b in report.blocks if b.kind == "heading"] == [("Fourth Talks", 1), ("Data", 2)]
    assert [b.reason for b in report.blocks if b.kind == "furniture"] == ["rule", "rule"]


def test_the_title_that_later_pages_repeat_stays_the_title_and_their_heads_are_furniture() -> None:
    body = "Participants agreed on the first point of a long agenda."
    report = text(f"Fourth Nile Dialogue\n\n{body}\n\fFourth Nile Dialogue\n\n{body}\n\fFourth Nile Dialogue\n\n{body}\n")
    assert [b.kind for b in report.blocks] == ["heading", "body", "furniture", "body", "furniture", "body"]


def test_a_heading_that_each_session_repeats_is_no_running_head() -> None:
    report = text(
        "Talks\n\nSession 1\n\nDiscussion\n\nParticipants agreed on fish.\n\nSession 2\n\nDiscussion\n\nParticipants agreed on oil.\n"
    )
    assert shown(report, "heading").count("Discussion") == 2


def test_notes_below_a_rule_are_footnotes_with_their_wrapped_lines() -> None:
    report = text(
        "Talks\n\nParticipants agreed on fish.[1]\n\n----------\n[1] The catch was counted by three offices in\n    two ways.\n[2] Ibid.\n"
    )
    assert shown(report, "footnote") == ["[1] The catch was counted by three offices in two ways.", "[2] Ibid."]


def test_columns_parted_by_wide_gaps_are_table_rows_with_cells() -> None:
    report = text(
        "Talks\n\nParticipants voted.\nName          Country     Vote\n------------  ----------  ----\nSerik         Kazakhstan  yes\nKarim         Uzbekistan  no\n"
    )
    rows = [[report.text[s:e] for s, e in b.cells] for b in report.blocks if b.kind == "table"]
    assert rows == [["Name", "Country", "Vote"], ["Serik", "Kazakhstan", "yes"], ["Karim", "Uzbekistan", "no"]]
    assert shown(report, "body") == ["Participants voted."]


def test_line_ends_of_every_kind_end_a_line_and_stay_in_the_text() -> None:
    source = "Talks\r\n\r\nParticipants agreed\r\non fish.\r\rOthers did not.\v\vNobody left.\n"
    report = text(source)
    assert report.text == source
    assert shown(report, "body") == ["Participants agreed on fish.", "Others did not.", "Nobody left."]


def test_next_line_and_line_separator_characters_inside_a_paragraph_do_not_cut_it() -> None:
    report = text("Talks\n\nParticipants agreed\u2028on fish\u0085and oil.\n")
    assert len([b for b in report.blocks if b.kind == "body"]) == 1


def test_line_separators_are_line_ends_where_there_are_no_others() -> None:
    report = text(
        "Report of the Lagos Dialogue\u2028Lagos, 3 May 2001\u2028Participants agreed on fish.\u2028Next steps\u2028Others will meet again in Accra."
    )
    assert shown(report, "heading") == ["Report of the Lagos Dialogue", "Next steps"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(codec: str) -> None:
    words = "Participants “agreed” – in São Tomé – that the café stays open. Others did not, and said so at some length.\n"
    assert decode(words.encode(codec)) == words


def test_cyrillic_without_a_declaration_is_found() -> None:
    words = "Участники договорились о рыболовстве и о проливах. Японские участники выразили обеспокоенность по поводу санкций.\n" * 3
    assert decode(words.encode("cp1251")) == words


def test_a_file_cut_inside_a_character_is_still_utf8() -> None:
    words = "Участники договорились о рыболовстве и о проливах. Японские участники выразили обеспокоенность по поводу санкций. " * 12
    assert decode(words.encode()[:-2]).startswith(words[:500])


def test_a_copyright_sign_by_letter_is_not_taken_for_a_lettered_point() -> None:
    report = text("Talks\n\nParticipants agreed\n\n(a) to count,\n\n(b) to publish,\n\n(c) to meet again.\n")
    assert shown(report, "item") == ["(a) to count,", "(b) to publish,", "(c) to meet again."]


def test_markdown_blocks_are_those_of_commonmark_over_the_files_own_characters() -> None:
    source = (
        "---\ntitle: Strait Talks\ndate: 2011-02-03\n---\n\n# Strait *Talks*\n\nSetext\n------\n\nParticipants agreed\non **fish**.\n\n"
        "1. First\n   wrapped\n   - nested item\n2. Second\n\n   its own paragraph\n\n> Quoted words\n> go on.\n\n"
        "| A | B |\n|---|---|\n| 1 |   |\n\n![Delegates at dinner](x.jpg)\n\n<!-- secret: all agreed -->\n\n[ref]: https://example.org\n\n[^1]: A note.\n\n"
        "***\n\n[Home](/) | [Next](/n)\n"
    )
    report = markdown(source)
    assert report.text == source
    assert report.title_hint == "Strait Talks"
    assert report.published == "2011-02-03"
    kinds = [(b.kind, " ".join(source[b.start : b.end].split()), b.level) for b in report.blocks if b.kind != "furniture"]
    assert kinds == [
        ("heading", "# Strait *Talks*", 1),
        ("heading", "Setext", 2),
        ("body", "Participants agreed on **fish**.", 0),
        ("item", "1. First wrapped", 0),
        ("item", "- nested item", 0),
        ("item", "2. Second", 0),
        ("body", "its own paragraph", 0),
        ("body", "> Quoted words > go on.", 0),
        ("table", "| A | B |", 1),
        ("table", "| 1 | |", 0),
        ("caption", "![Delegates at dinner](x.jpg)", 0),
        ("footnote", "[^1]: A note.", 0),
    ]
    reasons = [b.reason for b in report.blocks if b.kind == "furniture"]
    assert reasons == ["front matter", "rule", "rule", "comment in the source", "link definition", "rule", "site navigation"]
    assert [[source[s:e] for s, e in b.cells] for b in report.blocks if b.kind == "table"] == [["A", "B"], ["1", ""]]


def test_markdown_of_a_site_builder_hides_its_directives_and_edit_links() -> None:
    report = markdown(
        "{% include nav.html %}\n[TOC]\n\n# Talks\n\nParticipants agreed on fish.\n\n<footer>Edit this page on GitHub</footer>\n\n*Last updated: 2014-02-05*\n"
    )
    assert shown(report, "heading", "body") == ["# Talks", "Participants agreed on fish."]


def test_a_title_wrapped_in_capitals_is_one_heading_and_sections_of_one_style_have_one_level() -> None:
    report = text(
        "SUMMARY REPORT OF THE MEETING OF\nTHE GROUP ON CONFIDENCE\n\nIntroduction\n\n1. The group met in Oslo on 3 May 1998, and it met again in June.\n\nItem 1: Views\n\n2. None.\n\nANNEX A\n\nNames\n"
    )
    assert [(" ".join(report.text[b.start : b.end].split()), b.level) for b in report.blocks if b.kind == "heading"] == [
        ("SUMMARY REPORT OF THE MEETING OF THE GROUP ON CONFIDENCE", 1),
        ("Introduction", 3),
        ("Item 1: Views", 3),
        ("ANNEX A", 2),
        ("Names", 3),
    ]


def test_an_annex_of_names_in_columns_is_no_row_of_headings() -> None:
    report = text(
        "Talks\n\nParticipants agreed on fish.\n\nANNEX A\n\nAustralia     Mr. E. Flynn\n              Ms. G. Hall\n\n4. On the sea:\n   i)  the first point;\n   ii) the second.\n"
    )
    assert shown(report, "heading")[:2] == ["Talks", "ANNEX A"]
    assert "Australia Mr. E. Flynn" in shown(report, "body")
    assert shown(report, "item") == ["4. On the sea:", "i) the first point;", "ii) the second."]


def test_a_markdown_sentence_that_is_one_link_stays() -> None:
    report = markdown("# Talks\n\n[Participants agreed to publish all of their catch data.](https://example.org)\n")
    assert shown(report, "body") == ["[Participants agreed to publish all of their catch data.](https://example.org)"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t \n", "empty"),
        ("a.md", b"--- *** ...", "no words"),
        ("a.txt", bytes(range(256)) * 20, "binary"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Save it as .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("a.txt", b"{\\rtf1 Participants agreed}", "Save it as .docx"),
        ("a.odp", b"Participants agreed", "not read. Reports may be .txt"),
        ("README", b"Participants agreed", "no ending"),
        ("a.pdf", b"PK\x03\x04broken", "damaged"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
        ("a.docx", b"\0\0\0\1" * 50, "not such a file"),
        ("a.txt", b"Close\n\nHome | About | Contact\n", "only menus"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_a_reason_and_advice(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableReport, match=says) as caught:
        read_report(path, name)
    assert str(caught.value).count(".") >= 1
    assert name not in str(caught.value) or name == "a.doc"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.txt", b"<!DOCTYPE html><html><body><p>Participants agreed.</p></body></html>"),
        ("page.pdf", b"<html><body><p>Participants agreed.</p></body></html>"),
        ("page.md", b"\xef\xbb\xbf<html><body><p>Participants agreed.</p></body></html>"),
        ("plain.html", b"Participants agreed."),
        ("plain.docx", b"Participants agreed."),
        ("mail.html", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Participants agreed.</p>\r\n--x--\r\n"),
        ("one.mht", b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Participants agreed.</p>\r\n"),
        ("CAPITALS.TXT", b"Participants agreed."),
    ],
)  # fmt: skip
def test_a_file_is_read_as_what_it_is_whatever_its_name_says(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert read_report(path, name).text.strip() == "Participants agreed."


def test_pipes_folders_and_dangling_links_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere")
    for name in ("pipe.txt", "folder.txt", "link.txt"):
        with pytest.raises(UnreadableReport):
            read_report(tmp_path / name, name)


def test_the_endings_that_are_read_are_lower_case_and_begin_with_a_dot() -> None:
    assert {".txt", ".md", ".html", ".htm", ".mhtml", ".pdf", ".docx"} <= SUFFIXES
    assert all(s.startswith(".") and s == s.lower() for s in SUFFIXES)


_PIECES = st.sampled_from(
    ["Participants agreed.", "Close", "1. ", "(a) ", "\n", "\n\n", "\r\n", "\f", "\t", "    ", "- 1 -", "Page 2 of 3", "---", "===", "# ", "> ", "| a | b |", "```", "|---|---|", "<p>", "</div>", "<br>",
     "<table><tr><td>", "<li>", "Related", "Leave a Reply", "Session 1: Fish", "\u2028", "\u0085", "\u00a0", "\u200b", "é", "[^1]: x", "[a](b)", "<!--", "-->", "Share this:", "[1] note", "   x   y   z", "--", "\x00", "\x1d", "<h1>", "<pre>", "<details>", "&nbsp;", "<a href=x>"]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=25).map(lambda parts: "".join(parts).encode())),
    suffix=st.sampled_from([".txt", ".md", ".html", ".mhtml"]),
)
@example(data=b"a\x1d\x1db", suffix=".md")
@example(data=b"<html><body>\xc2\xa0<p>\xc2\xa0</p>x", suffix=".html")
@example(data=b"---\n---", suffix=".md")
def test_whatever_the_bytes_the_reader_refuses_or_covers_every_character(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    try:
        report = read_report(path, path.name)
    except UnreadableReport:
        return
    assert_covers(report)


@pytest.mark.shared
def test_the_judged_texts_give_their_statements_and_hide_their_furniture(shared: Path) -> None:
    from tests.judged import misses

    assert misses(shared / "dialogues" / "dev", {".txt", ".md"}) == []

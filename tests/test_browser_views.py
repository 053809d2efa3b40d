"""The reader, the comparison and what leads on from an answer, as a person meets them in headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_library import AGREED, ARCTIC, COAST_GUARDS, EARLIER, LONG, Site
from browser_visit import ask, chatting, visit, wait_for_mark
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HOTLINE = "What did participants agree on a hotline between the coast guards?"
PILOTS = "Participants agreed that harbour pilots should be trained together."
PAGED = "Participants agreed that every tugboat should carry a transponder."
SAVED = f"""<html><head><title>Ferry Dialogue</title></head><body>
<nav><a href="/">Home</a> <a href="/a">About us</a> <a href="/c">Contact</a></nav>
<main><h1>Ferry Dialogue: Report of the First Round</h1>
<p>The first round of the Ferry Dialogue was held in Riga on 2 March 2017. It was organised by the Riga Institute for Sea Policy.</p>
<p>Participants agreed that ferries should be inspected every spring. Some participants asked who should inspect them. {"A word. " * 30}</p>
</main><footer>We use cookies. Accept all cookies</footer></body></html>"""


def printed() -> bytes:
    """A PDF of two pages, a quote on each."""
    file = BytesIO()
    pdf = Canvas(file, pagesize=(595, 842))
    for lines in (
        [
            "Harbour Dialogue: Report of the First Round",
            "",
            "The first round of the Harbour Dialogue was held in Gdynia on 5 May 2016.",
            PILOTS,
        ],
        ["Tugboats", "", PAGED, "Some participants questioned the cost of such transponders."],
    ):
        for number, line in enumerate(lines):
            pdf.drawString(72, 760 - 24 * number, line)
        pdf.showPage()
    pdf.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    files: dict[str, str | bytes] = {"baltic 1.txt": EARLIER, "baltic 2.txt": COAST_GUARDS + LONG + "\n", "walrus.txt": ARCTIC}
    with chatting(tmp_path_factory.mktemp("views"), files | {"harbour.pdf": printed(), "ferry.html": SAVED}) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site, size: tuple[int, int]) -> Iterator[Page]:
    with visit(browser, site, size=size) as page:
        page.wait_for_selector(".entry", state="attached")
        yield page


phone = pytest.mark.parametrize("size", [(390, 844)])


def compare(page: Page, topic: str) -> None:
    page.click("[data-view=compare]")
    page.fill("[name=topic]", topic)
    page.press("[name=topic]", "Enter")
    page.locator("#compare .side-by-side:visible").first.wait_for()


# Read


def test_beside_the_text_of_a_pdf_lies_its_page_with_the_quote_boxed(page: Page) -> None:
    ask(page, "What did participants agree on tugboats?")
    wait_for_mark(page, PAGED)
    page.get_by_role("button", name="Page image").click()
    picture = page.get_by_role("img", name="Sheet 2 of the original, the quote boxed")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 1000
    whole, (box,) = picture.bounding_box(), [b.bounding_box() for b in page.locator(".picture .box").all()]
    assert whole is not None
    assert box is not None
    assert abs((box["y"] - whole["y"]) / whole["height"] - (842 - 712) / 842) < 0.03, "the box lies where the line was printed"
    assert page.locator("mark.quote").is_visible(), "the text stays beside it"


def test_the_page_image_follows_the_citation_and_its_pages_can_be_turned(page: Page) -> None:
    ask(page, "What did participants agree in the Harbour Dialogue?")
    page.locator(".cite:visible").first.click()
    wait_for_mark(page, page.locator("blockquote").first.inner_text())
    page.locator(".sheet").focus()
    page.keyboard.press("p")
    page.get_by_role("img", name="Sheet 1 of the original, the quote boxed").wait_for()
    page.keyboard.press("j")
    page.get_by_role("img", name="Sheet 2 of the original, the quote boxed").wait_for()
    page.get_by_role("button", name="Previous page of the original").click()
    page.wait_for_function("document.querySelector('.leaf .place').textContent === 'Sheet 1 of 2'")
    assert page.locator(".picture .box").count() == 0, "the quote stands on the other page"
    page.keyboard.press("p")
    page.locator(".leaf").wait_for(state="hidden")


@phone
def test_on_a_phone_the_page_image_takes_the_text_s_place(page: Page) -> None:
    ask(page, "What did participants agree on tugboats?")
    page.locator(".cite:visible").first.click()
    page.get_by_role("button", name="Page image").click()
    page.locator(".picture .box").wait_for()
    assert page.locator(".sheet").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Page image").click()
    page.locator(".sheet").wait_for()


def test_a_report_without_pages_offers_no_page_image(page: Page) -> None:
    ask(page, HOTLINE)
    wait_for_mark(page, AGREED)
    assert page.get_by_role("button", name="Page image").count() == 0


def test_the_original_is_taken_away_as_it_is(page: Page, site: Site) -> None:
    ask(page, "What did participants agree on tugboats?")
    wait_for_mark(page, PAGED)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the original").click()
    assert download.value.suggested_filename == "harbour.pdf"
    assert Path(download.value.path()).read_bytes() == (site.documents / "harbour.pdf").read_bytes()


def test_a_file_that_has_changed_is_not_passed_off_as_what_was_read(page: Page, site: Site) -> None:
    file = site.documents / "ferry.html"
    before = file.read_bytes()
    ask(page, "What did participants agree on ferries?")
    page.wait_for_selector("[data-take]")
    file.write_bytes(before + b"<!-- changed -->")
    try:
        page.get_by_role("button", name="Download the original").click()
        said = page.get_by_role("status").filter(has_text="has changed since it was read")
        said.wait_for()
    finally:
        file.write_bytes(before)


def test_who_said_what_is_labelled_in_the_text_until_one_does_without(page: Page) -> None:
    ask(page, HOTLINE)
    wait_for_mark(page, AGREED)
    label = "getComputedStyle(document.querySelector('#reader .said'), '::before').content"
    assert "Participants · agreed" in page.evaluate(label)
    page.get_by_label("Who said what").uncheck()
    assert page.evaluate(label) == "none"
    page.reload()
    page.wait_for_selector("#reader .said")
    assert page.evaluate(label) == "none", "what a person set stays"


def test_what_was_left_out_is_shown_with_its_reason_when_asked_for(page: Page) -> None:
    ask(page, "What did participants agree on ferries?")
    page.wait_for_selector("#reader .furniture", state="attached")
    menu = page.locator("#reader .furniture", has_text="About us").first
    assert menu.is_hidden()
    page.get_by_label("Page furniture left out").check()
    assert menu.is_visible()
    reason = menu.evaluate("element => getComputedStyle(element, '::before').content")
    assert len(reason.strip('"')) > 5


# Compare


def test_the_rounds_of_a_series_stand_side_by_side_with_a_citation_in_each_cell(page: Page) -> None:
    compare(page, "hotline")
    heads = page.locator("#compare thead:visible th")
    assert [head.split("\n")[0] for head in heads.all_inner_texts()] == ["Round 1", "Round 2"]
    cells = page.locator(".by-round td:not(.empty)")
    assert cells.count() >= 2
    assert all(cell.locator(".cite").count() for cell in cells.all())
    agreed = cells.filter(has_text=AGREED)
    agreed.locator(".cite").click()
    wait_for_mark(page, AGREED)
    assert page.locator("#compare .side-by-side:visible").count() == 1, "the comparison stays beside the report"
    page.get_by_role("button", name="Back to the comparison").click()
    page.locator("#reader mark").wait_for(state="hidden")


def test_the_same_by_delegation(page: Page) -> None:
    compare(page, "hotline and radio channels")
    page.get_by_label("By delegation").check()
    assert page.locator("#compare .name:visible").all_inner_texts() == ["Participants", "Latvia"]
    assert page.locator(".by-round").is_hidden()


def test_what_changed_is_named_and_leads_to_both_statements(page: Page) -> None:
    compare(page, "hotline")
    change = page.locator(".changes li", has_text="Formed")
    assert change.locator(".cite").count() == 2
    change.locator(".cite").last.click()
    wait_for_mark(page, AGREED)


def test_the_timeline_shows_statements_by_date_and_act_and_each_mark_opens_its_citation(page: Page) -> None:
    compare(page, "hotline")
    marks = page.locator(".timeline a:visible")
    places = {mark.get_attribute("aria-label"): mark.bounding_box() for mark in marks.all()}
    agreed = next(box for label, box in places.items() if label and "Participants · agreed" in label)
    differed = next(box for label, box in places.items() if label and "disagreed" in label and "2018" in label)
    assert agreed is not None
    assert differed is not None
    assert differed["x"] < agreed["x"], "2018 before 2019"
    assert agreed["y"] < differed["y"], "firmest above"
    marks.filter(has_text="agreed").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.quote")


def test_the_same_topic_can_be_compared_again(page: Page) -> None:
    compare(page, "hotline")
    compare(page, "hotline")
    assert page.locator("#compare .quote:visible", has_text=AGREED).count() == 1


def test_an_answer_leads_to_the_comparison_of_its_topic_and_back(page: Page) -> None:
    ask(page, HOTLINE)
    page.get_by_role("button", name="Compare meetings on this").click()
    page.wait_for_selector("#compare .side-by-side")
    assert page.locator(".turn").is_hidden()
    page.get_by_role("navigation", name="Views").get_by_role("button", name="Ask").click()
    assert page.locator(".turn").is_visible()


def test_the_address_of_a_comparison_opens_it_in_another_window(page: Page, site: Site) -> None:
    compare(page, "hotline")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#compare .side-by-side")
    assert "Hotline" in other.locator("#compare .question").inner_text()


def test_an_empty_comparison_teaches_with_topics_that_can_be_compared(page: Page) -> None:
    page.click("[data-view=compare]")
    page.wait_for_selector("#compare .suggestion")
    page.locator("#compare .suggestion").first.click()
    page.wait_for_selector("#compare .side-by-side")
    assert page.locator("#compare td:not(.empty) .quote:visible").count() >= 2
    page.fill("[name=topic]", "zeppelins")
    page.press("[name=topic]", "Enter")
    page.wait_for_selector("#compare .verdict.not_covered")


@phone
def test_on_a_phone_the_comparison_runs_downwards_and_nothing_is_cut_off(page: Page) -> None:
    compare(page, "hotline")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    quote = page.locator("#compare .quote:visible", has_text=AGREED).first.bounding_box()
    assert quote is not None
    assert quote["x"] >= 0
    assert quote["x"] + quote["width"] <= 390
    page.locator("#compare .statement:visible", has_text=AGREED).first.locator(".cite").click()
    wait_for_mark(page, AGREED)


# Ask


def test_under_an_answer_stand_questions_that_the_library_answers(page: Page) -> None:
    ask(page, HOTLINE)
    suggestion = page.locator(".more .suggestion").first
    suggestion.wait_for()
    question = suggestion.inner_text()
    suggestion.click()
    page.wait_for_function("document.querySelectorAll('.turn:not(.pending)').length === 2")
    assert page.locator(".turn .question").last.inner_text() == question
    assert page.locator(".turn").last.locator(".verdict.answered").count() == 1


def test_how_a_question_was_understood_can_be_edited_and_asked_again(page: Page) -> None:
    ask(page, HOTLINE)
    ask(page, "And in 2018?")
    understood = page.locator(".understood").last
    assert "hotline" in understood.inner_text()
    understood.get_by_role("button", name="Edit").click()
    box = page.locator("#question textarea")
    assert "hotline" in box.input_value()
    assert box.evaluate("box => box === document.activeElement")
    box.fill(box.input_value().replace("2018", "2019"))
    box.press("Enter")
    page.wait_for_function("document.querySelectorAll('.turn:not(.pending)').length === 3")


def test_nothing_moves_once_the_answer_is_painted(page: Page) -> None:
    ask(page, HOTLINE)
    parts = ".turn:last-child :is(.question, .verdict, blockquote, .foot, .after), #ask"
    places = f"[...document.querySelectorAll('{parts}')].map(part => part.getBoundingClientRect().y)"
    before = page.evaluate(places)
    page.locator(".more .suggestion").first.wait_for()
    wait_for_mark(page, AGREED)
    assert page.evaluate(places) == before

"""The page as a person meets it, in headless Chromium, over the real app and index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_library import AGREED, HOSTILE, REEF, SUPPORTED, Site, serving
from browser_visit import ask, visit, wait_for_mark

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
HOTLINE = "What did participants agree on a hotline between the coast guards?"


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site, size: tuple[int, int]) -> Iterator[Page]:
    with visit(browser, site, size=size) as page:
        page.wait_for_selector(".entry", state="attached")
        yield page


phone = pytest.mark.parametrize("size", [(390, 844)])


def last(page: Page, selector: str) -> str:
    return page.locator(".turn").last.locator(selector).first.inner_text()


def marked(page: Page) -> str:
    page.wait_for_selector("mark.quote")
    return page.locator("mark.quote").evaluate("mark => mark.textContent")


def in_view(page: Page, selector: str) -> bool:
    return page.locator(selector).first.evaluate(
        "e => { const r = e.getBoundingClientRect(), top = document.elementFromPoint(r.x + 4, r.y + 4);"
        " return r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth && (e === top || e.contains(top)); }"
    )


def test_a_question_is_answered_with_a_quote_and_a_click_on_its_citation_shows_it_in_the_report(page: Page) -> None:
    ask(page, HOTLINE)
    statement = page.locator(".statement", has_text="hotline").first
    assert statement.locator(".chip").inner_text() == "Participants · agreed"
    quote = statement.locator("blockquote").inner_text()
    assert quote == AGREED
    cite = statement.locator(".cite").inner_text()
    for part in ("[1]", "Baltic Waters Dialogue", "14–15 May 2019", "Riga"):
        assert part in cite
    statement.locator(".cite").click()
    wait_for_mark(page, AGREED)
    assert in_view(page, "mark.quote")
    assert "14–15 May 2019" in page.locator(".facts").inner_text()
    assert page.locator("#reader .text .level-1").inner_text().startswith("Baltic Waters Dialogue")


def test_the_first_source_lies_open_beside_the_answer_without_a_click(page: Page) -> None:
    ask(page, HOTLINE)
    assert marked(page) == last(page, "blockquote")
    assert in_view(page, "mark.quote")
    assert page.locator(".cite[aria-current]").count() == 1


def test_a_question_the_reports_do_not_cover_is_refused_and_others_are_offered(page: Page) -> None:
    ask(page, "How do I reset my password?")
    assert last(page, ".verdict .sign") == "Not in these reports"
    assert page.locator(".turn").last.locator("blockquote", has_text="password").count() == 0
    page.locator(".turn .suggestion").first.click()
    page.wait_for_function("document.querySelectorAll('.turn:not(.pending)').length === 2")


def test_an_example_is_asked_with_one_click_and_has_an_answer(page: Page) -> None:
    example = page.locator(".suggestion").first
    words = example.inner_text()
    example.click()
    page.wait_for_selector(".turn:not(.pending)")
    assert last(page, ".question") == words
    assert page.locator(".cite").count() >= 1


@phone
def test_on_a_phone_the_report_opens_over_the_answer_and_there_is_a_way_back(page: Page) -> None:
    ask(page, HOTLINE)
    cite = page.locator(".cite").first
    assert not page.locator("#reader").is_visible()
    for back in ("button", "browser"):
        cite.click()
        wait_for_mark(page, AGREED)
        assert in_view(page, "mark.quote")
        if back == "button":
            page.click("[data-close]")
        else:
            page.go_back()
        page.wait_for_selector("#reader", state="hidden")
        assert in_view(page, "#question textarea")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out to the side"


def test_a_report_that_holds_markup_is_shown_as_text(page: Page) -> None:
    ask(page, "What was stressed about walrus quotas?")
    page.locator(".cite").first.click()
    wait_for_mark(page, HOSTILE)
    assert page.locator("#reader img").count() == 0
    assert page.evaluate("window.hurt") is None


def test_the_reader_panel_holds_the_text_of_the_file_to_the_character(page: Page, site: Site) -> None:
    page.locator(".entry", has_text="Second Round").click()
    page.wait_for_selector("#reader .text")
    assert page.locator("#reader .text").evaluate("e => e.textContent") == (site.documents / "baltic waters 2.txt").read_text("utf-8")


def test_an_empty_question_gets_a_sentence(page: Page) -> None:
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".verdict.problem")
    assert re.search(r"question", last(page, ".line"), re.IGNORECASE)
    page.fill("#question textarea", "a" * 10_000)
    page.press("#question textarea", "Enter")
    page.wait_for_function("document.querySelector('.turn:last-child .question')?.textContent.startsWith('aaa')")
    assert page.locator(".verdict.problem").count() == 1
    assert page.locator("#question textarea").input_value() == "a" * 10_000, "what was refused can be mended"
    ask_again = page.locator("#question textarea")
    ask_again.fill(HOTLINE)
    ask_again.press("Enter")
    page.wait_for_selector(".cite")
    assert page.locator(".verdict.problem").count() == 0, "a refusal is not kept"


def test_a_conversation_is_there_after_a_reload_until_a_new_one_is_begun(page: Page) -> None:
    ask(page, HOTLINE)
    page.reload()
    page.wait_for_selector(".turn")
    assert last(page, ".question") == HOTLINE
    page.click("[data-fresh]")
    page.wait_for_selector(".welcome")
    page.reload()
    page.wait_for_selector(".welcome")
    page.wait_for_selector(".entry")
    assert page.locator(".turn").count() == 0


def test_a_question_asked_before_the_page_has_settled_keeps_its_answer(page: Page) -> None:
    held: list[Route] = []
    page.route("**/gradio_api/run/**", lambda route: route.continue_() if held else held.append(route))
    page.reload()
    page.wait_for_selector("#question textarea")
    page.wait_for_function("window.rapporteur")
    while not held:
        page.wait_for_timeout(20)
    ask(page, HOTLINE)
    wait_for_mark(page, AGREED)
    held[0].continue_()
    page.wait_for_timeout(1000)
    assert last(page, "blockquote") == AGREED
    assert marked(page) == AGREED


def test_a_question_too_many_stays_where_it_was_typed_with_the_reason_below_and_is_asked_again(page: Page) -> None:
    ask(page, HOTLINE)
    events = page.request.get(f"{page.url.partition('#')[0]}config").json()["dependencies"]
    busy = "Rapporteur is busy: ask again."

    def refuse(route: Route) -> None:  # as web/doorway.py does
        outputs = events[route.request.post_data_json["fn_index"]]["outputs"]
        route.fulfill(json={"data": [{"__type__": "update"}] * (len(outputs) - 1) + [busy], "is_generating": False})

    page.route("**/gradio_api/run/**", refuse)
    page.fill("#question textarea", "Who supported joint patrols?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn.pending .problem")
    assert last(page, "[role=alert] .line") == busy
    assert page.input_value("#question textarea") == "Who supported joint patrols?"
    assert marked(page) == AGREED
    page.unroute("**/gradio_api/run/**")
    ask(page, page.input_value("#question textarea"))
    assert last(page, "blockquote") == SUPPORTED
    assert page.locator(".turn").count() == 2
    assert page.input_value("#question textarea") == ""


def test_the_address_of_a_citation_opens_it_in_another_window(page: Page) -> None:
    ask(page, HOTLINE)
    page.locator(".cite").first.click()
    wait_for_mark(page, AGREED)
    other = page.context.new_page()
    other.goto(page.url)
    wait_for_mark(other, AGREED)
    assert in_view(other, "mark.quote")


def test_a_quote_is_copied_with_its_reference(page: Page) -> None:
    ask(page, HOTLINE)
    page.locator(".copy").first.click()
    page.wait_for_function("document.querySelector('.copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{AGREED}” (")
    assert "Riga" in copied


def test_a_question_is_narrowed_to_a_report_and_the_narrowing_is_lifted_again(page: Page) -> None:
    page.click("#narrow summary")
    page.select_option("#narrow select[name=report]", "walrus.txt")
    page.click("#narrow summary")
    assert page.locator(".force").inner_text() == "Report: Walrus Forum: Summary of Discussions"
    ask(page, HOTLINE)
    assert page.locator("blockquote", has_text="hotline").count() == 0
    assert last(page, ".narrowed") == "Report: walrus.txt"
    page.click(".force")
    assert page.locator(".force").count() == 0
    ask(page, HOTLINE)
    assert last(page, "blockquote") == AGREED


def test_statements_are_read_by_firmness_or_meeting_by_meeting(page: Page) -> None:
    ask(page, "What was said about the hotline between the coast guards?")
    assert page.locator(".group h3:visible").first.inner_text() == "Agreed"
    page.get_by_label("By meeting").check()
    assert page.locator(".group h3:visible").all_inner_texts() == ["Round 1 · 6 June 2018 · Tallinn", "Round 2 · 14–15 May 2019 · Riga"]
    page.locator(".cite:visible").first.click()
    wait_for_mark(page, page.locator("blockquote:visible").first.inner_text())
    assert page.locator(".cite[aria-current]:visible").count() == 1
    page.click("[data-step='1']")
    wait_for_mark(page, AGREED)


def test_an_answer_is_saved_with_its_quotes(page: Page) -> None:
    ask(page, HOTLINE)
    page.locator(".keep summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    assert download.value.suggested_filename == "rapporteur.md"
    assert AGREED in Path(download.value.path()).read_text("utf-8")


def test_an_answer_from_before_says_that_its_report_has_changed_since(page: Page, site: Site) -> None:
    ask(page, HOTLINE)
    file = site.documents / "baltic waters 2.txt"
    before = file.read_text("utf-8")
    file.write_text("A new first paragraph stands above all.\n\n" + before.replace(AGREED, "Nothing was agreed."), "utf-8")
    try:
        site.rebuild()
        page.reload()
        page.wait_for_selector(".statement .notice")
        assert "no longer in it" in page.locator(".statement .notice").first.inner_text()
        page.locator(".cite").first.click()
        page.wait_for_selector("#reader .notice")
        assert page.locator("mark.quote").count() == 0, "other words are not marked in their place"
    finally:
        file.write_text(before, "utf-8")
        site.rebuild()


def test_the_keyboard_is_enough(page: Page) -> None:
    ask(page, "What did the second round of the Baltic Waters Dialogue say about patrols, radar and a hotline?")
    cites = page.locator(".cite")
    assert cites.count() >= 2
    cites.first.focus()
    page.keyboard.press("Enter")
    quotes = page.locator(".statement blockquote")
    wait_for_mark(page, quotes.nth(0).inner_text())
    page.keyboard.press("j")
    wait_for_mark(page, quotes.nth(1).inner_text())
    page.keyboard.press("k")
    wait_for_mark(page, quotes.nth(0).inner_text())
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "one sees where the focus is"


def test_a_report_indexed_while_the_page_is_open_is_found_by_the_next_question(page: Page, site: Site) -> None:
    question = "What did participants agree on coral nurseries?"
    ask(page, question)
    assert page.locator("blockquote", has_text="coral nurseries").count() == 0
    (site.documents / "reef.md").write_text(REEF, "utf-8")
    try:
        site.rebuild()
        ask(page, question)
        assert last(page, "blockquote") == "Participants agreed that coral nurseries should be financed by a regional fund."
        assert "4 reports" in page.locator(".state").inner_text()
    finally:
        (site.documents / "reef.md").unlink()
        site.rebuild()


def test_some_participants_are_shown_as_some(page: Page) -> None:
    ask(page, "What did participants say about joint patrols in the strait?")
    statement = page.locator(".statement", has_text="joint patrols").first
    assert statement.locator("blockquote").inner_text() == SUPPORTED
    assert statement.locator(".chip").inner_text() == "Some participants (Norway) · supported"


def test_the_page_has_a_title_and_an_icon_and_no_trace_of_its_workshop(page: Page, site: Site, tmp_path: Path) -> None:
    assert page.title() == "Rapporteur"
    icon = page.request.get(site.url + "favicon.ico")
    assert icon.ok
    assert icon.body().startswith(b"\x89PNG")
    assert page.locator("footer").count() == 0 or not page.locator("footer").is_visible()
    assert page.request.get(site.url + "gradio_api/upload").status == 404

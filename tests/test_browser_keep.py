"""What a person keeps: quotes with references, links, answers and whole conversations in five forms, conversations found again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from browser_library import AGREED, COAST_GUARDS, EARLIER, SUPPORTED, Site
from browser_visit import ask, chatting, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HOTLINE = "What did participants agree on a hotline between the coast guards?"
PATROLS = "What did participants say about joint patrols in the strait?"


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with chatting(tmp_path_factory.mktemp("keep"), {"baltic 1.txt": EARLIER, "baltic 2.txt": COAST_GUARDS}) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with visit(browser, site) as page:
        page.wait_for_selector(".tools:not([hidden])")
        yield page


def talks(page: Page) -> list[str]:
    page.get_by_role("button", name="Conversations").click()
    page.wait_for_selector("dialog.talks[open] :is(li, p)")
    return page.locator("dialog.talks .talk .title").all_inner_texts()


def saved(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()
    return Path(download.value.path())


def test_a_link_to_a_citation_is_copied_and_opens_the_very_words(page: Page, browser: Browser, site: Site) -> None:
    ask(page, HOTLINE)
    page.locator("[data-link]:visible").first.click()
    page.wait_for_function("[...document.querySelectorAll('[data-link]')].some(button => button.textContent === 'Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    with visit(browser, site) as other:
        other.goto("about:blank")
        other.goto(link)
        other.wait_for_selector("mark.quote")
        assert other.locator("mark.quote").inner_text() == AGREED


def test_conversations_are_kept_with_titles_and_found_again_after_a_reload(page: Page) -> None:
    ask(page, HOTLINE)
    ask(page, "And on radar stations?")
    page.click("[data-fresh]")
    page.wait_for_selector(".welcome")
    ask(page, PATROLS)
    page.reload()
    page.wait_for_selector(".turn .cite")
    assert talks(page) == [PATROLS, HOTLINE]
    assert page.locator("dialog.talks .where").first.inner_text().startswith("1 question · ")
    page.locator("dialog.talks .talk", has_text=HOTLINE).click()
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    assert page.locator(".turn .question").first.inner_text() == HOTLINE
    ask(page, PATROLS)
    page.reload()
    page.wait_for_function("document.querySelectorAll('.turn').length === 3")
    talks(page)
    assert page.locator("dialog.talks .talk", has_text=HOTLINE).locator(".where").inner_text().startswith("3 questions")


def test_a_conversation_is_renamed_and_deleted_only_when_asked_twice(page: Page) -> None:
    ask(page, HOTLINE)
    assert talks(page) == [HOTLINE]
    page.locator("dialog.talks summary").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Title of the conversation").fill("Riga, for the <b>minister</b>")
    page.keyboard.press("Enter")
    page.locator("dialog.talks .title", has_text="Riga, for the <b>minister</b>").wait_for()
    page.locator("dialog.talks summary").click()
    page.get_by_role("button", name="Delete").click()
    assert page.locator("dialog.talks .talk").count() == 1
    page.get_by_role("button", name="Delete for good?").click()
    page.wait_for_selector("dialog.talks:has-text('None yet')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".welcome")


def test_a_whole_conversation_is_taken_away_in_every_form(page: Page) -> None:
    ask(page, HOTLINE)
    ask(page, PATROLS)
    talks(page)
    page.locator("dialog.talks summary").click()
    markdown = saved(page, "Markdown").read_text("utf-8")
    for words in (HOTLINE, PATROLS, AGREED, SUPPORTED):
        assert words in markdown
    with saved(page, "Word").open("rb") as file:
        paragraphs = [paragraph.text for paragraph in docx.Document(file).paragraphs]
    assert {HOTLINE, PATROLS, f"“{AGREED}”", f"“{SUPPORTED}”"} <= set(paragraphs)
    assert saved(page, "BibTeX").read_text("utf-8").count("@techreport{") >= 1
    assert saved(page, "RIS").read_text("utf-8").startswith("TY  - RPRT")
    items = json.loads(saved(page, "CSL-JSON").read_text("utf-8"))
    assert "Riga" in {item.get("event-place") for item in items}


def test_an_old_answer_opened_again_says_that_its_source_has_changed_since(page: Page, site: Site) -> None:
    ask(page, HOTLINE)
    page.click("[data-fresh]")
    file = site.documents / "baltic 2.txt"
    file.write_text(COAST_GUARDS.replace(AGREED, "Nothing was agreed."), "utf-8")
    try:
        site.rebuild()
        talks(page)
        page.locator("dialog.talks .talk").first.click()
        page.wait_for_selector(".statement .notice")
        assert "no longer in it" in page.locator(".statement .notice").first.inner_text()
    finally:
        file.write_text(COAST_GUARDS, "utf-8")
        site.rebuild()


def test_where_the_browser_keeps_nothing_the_page_works_and_says_so(page: Page) -> None:
    page.add_init_script("indexedDB.open = () => { const r = {}; setTimeout(() => r.onerror?.(), 0); return r; }")
    page.reload()
    page.wait_for_selector(".tools:not([hidden])")
    ask(page, HOTLINE)
    page.get_by_role("button", name="Conversations").click()
    page.wait_for_selector("dialog.talks:has-text('keeps nothing here')")

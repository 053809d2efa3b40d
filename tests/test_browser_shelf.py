"""The library as a person uses it: facts with their proofs, corrections, uploads, updates, what is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_library import AGREED, COAST_GUARDS, EARLIER, REEF, Site
from browser_visit import chatting, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
FILES: dict[str, str | bytes] = {"baltic 1.txt": EARLIER, "baltic 2.txt": COAST_GUARDS}


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with chatting(tmp_path_factory.mktemp("shelf"), FILES) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh visit; afterwards the library is as it was before."""
    with visit(browser, site, allowed=("Failed to load resource",)) as page:
        page.wait_for_selector(".tools:not([hidden])")
        yield page
    kept = {path.name for path in site.documents.iterdir()}
    if kept != set(FILES) or any((site.documents / name).read_text("utf-8") != text for name, text in FILES.items()):
        for path in site.documents.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, text in FILES.items():
            (site.documents / name).write_text(str(text), "utf-8")
        site.rebuild()


def about(page: Page, title: str) -> Locator:
    found = page.locator(".entries li", has_text=title).locator("details.about")
    found.locator("summary").first.click()
    found.locator(".known").wait_for()
    return found


def fact(of: Locator, name: str) -> Locator:
    return of.locator(".known > div", has=of.page.locator(f"dt:text-is('{name}')")).locator("dd")


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files("[data-upload]", [{"name": name, "mimeType": "", "buffer": content} for name, content in files])


def outcome(page: Page) -> str:
    page.wait_for_selector(".progress [data-away]", timeout=240_000)  # the update gives way to everything else
    return page.locator(".progress").inner_text()


def test_every_fact_stands_with_its_proof_and_a_click_reads_it_in_the_report(page: Page) -> None:
    facts = about(page, "Second Round")
    assert fact(facts, "Place").inner_text().startswith("Riga")
    assert fact(facts, "Date").inner_text().startswith("14–15 May 2019")
    assert fact(facts, "Round").inner_text().startswith("2")
    proof = fact(facts, "Place").locator(".proof")
    assert proof.inner_text() == "“The second round of the Baltic Waters Dialogue was held in Riga on 14-15 May 2019.”"
    proof.click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text() == "The second round of the Baltic Waters Dialogue was held in Riga on 14-15 May 2019."


def test_a_correction_is_shown_as_the_users_own_holds_in_citations_and_outlives_the_index(page: Page, site: Site) -> None:
    facts = about(page, "Second Round")
    facts.locator(".correct summary").click()
    facts.locator("input[name=place]").fill("Ventspils")
    facts.locator("input[name=round]").fill("7")
    facts.locator("textarea[name=organisers]").fill("Riga Institute for Sea Policy\nPort of <b>Ventspils</b>")
    facts.get_by_role("button", name="Save").click()
    facts.locator(".known .own").first.wait_for(timeout=60_000)
    place = fact(facts, "Place")
    assert place.inner_text().replace("\n", " ") == "Ventspils Your correction. Found in the report: Riga"
    assert place.locator(".proof").count() == 0, "the report does not prove it"
    assert "Port of <b>Ventspils</b>" in fact(facts, "Organisers").inner_text()
    assert page.locator(".entries li", has_text="Second Round").locator(".where").inner_text().startswith("Round 7")
    shutil.rmtree(site.index)
    site.rebuild()
    page.fill("#question textarea", "What did participants agree on a hotline between the coast guards?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.pending) .cite")
    cited = page.locator(".statement", has_text=AGREED).locator(".cite").first.inner_text()
    assert "Round 7" in cited
    assert "Ventspils" in cited


def test_a_correction_is_taken_back(page: Page) -> None:
    facts = about(page, "First Round")
    facts.locator(".correct summary").click()
    facts.locator("input[name=series]").fill("Another Dialogue")
    facts.get_by_role("button", name="Save").click()
    facts.locator(".known .own").first.wait_for(timeout=60_000)
    facts.locator(".correct summary").click()
    facts.get_by_role("button", name="Take my corrections back").click()
    facts.locator(".known .own").first.wait_for(state="detached", timeout=60_000)
    assert fact(facts, "Dialogue").inner_text().startswith("Baltic Waters Dialogue")


def test_a_correction_that_cannot_be_is_said_in_the_form(page: Page) -> None:
    facts = about(page, "First Round")
    facts.locator(".correct summary").click()
    facts.locator("input[name=start]").fill("2019-05-02")
    facts.locator("input[name=end]").fill("2019-05-01")
    facts.get_by_role("button", name="Save").click()
    page.wait_for_function("document.querySelector('.said').textContent.includes('before it starts')")


def test_uploaded_reports_are_read_each_with_its_outcome_and_the_next_question_finds_them(page: Page, site: Site) -> None:
    upload(page, ("reef.txt", REEF.encode()), ("empty.pdf", b"%PDF-1.4 nothing"), ("copy.txt", EARLIER.encode()))
    said = outcome(page)
    assert "1 added" in said
    assert "1 file could not be read" in said
    assert "empty.pdf –" in said
    page.locator(".progress details summary").click()
    assert "same copy.txt – has the content of baltic 1.txt" in page.locator(".progress").inner_text().replace("\n", " ")
    assert page.locator(".shelf h2").inner_text() == "3 reports at hand"
    assert page.locator("#head .state").inner_text().startswith("3 reports")
    assert page.locator(".entries .entry", has_text="Reef Dialogue").get_attribute("data-news") == "New"
    page.fill("#question textarea", "What did participants agree on coral nurseries?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.pending) .cite")
    assert "regional fund" in page.locator("blockquote").first.inner_text()


def test_an_upload_never_takes_another_files_place(page: Page, site: Site) -> None:
    upload(
        page, ("baltic 1.txt", b"Other words."), ("baltic 2.txt", COAST_GUARDS.encode()), ("notes.exe", b"MZ"), ("corrections.toml", b"x")
    )
    page.wait_for_function("document.querySelectorAll('.taken li').length === 4 && !document.querySelector('.taken .on')")
    rows = page.locator(".taken li").all_inner_texts()
    assert "there is a report of this name already" in rows[0]
    assert rows[1] == "baltic 2.txt is here already, with the same content."
    assert "files of this kind are not read" in rows[2]
    assert "not read as reports" in rows[3]
    assert {path.name for path in site.documents.iterdir()} == set(FILES)
    assert (site.documents / "baltic 1.txt").read_text("utf-8") == EARLIER


def test_while_an_update_runs_its_progress_is_true_and_questions_are_answered(page: Page, site: Site) -> None:
    for number in range(30):
        (site.documents / f"note {number}.md").write_text(REEF.replace("coral", f"coral{number}"), "utf-8")
    page.get_by_role("button", name="Update", exact=True).click()
    page.wait_for_selector(".progress progress", timeout=60_000)
    bar = page.locator(".progress progress")
    assert bar.get_attribute("max") == "30"
    page.fill("#question textarea", "What did participants agree on a hotline between the coast guards?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.pending) .cite")
    assert page.locator("blockquote").first.inner_text() == AGREED
    page.click("[data-shelf]")
    assert "30 added" in outcome(page)
    page.get_by_role("button", name="Put away").click()
    assert not page.locator(".progress").is_visible()


def test_what_is_new_since_the_last_visit_is_said(browser: Browser, page: Page, site: Site) -> None:
    assert not page.locator(".news").is_visible(), "on a first visit nothing is new"
    (site.documents / "reef.txt").write_text(REEF, "utf-8")
    (site.documents / "baltic 1.txt").write_text(EARLIER + "\nA later word.\n", "utf-8")
    (site.documents / "baltic 2.txt").unlink()
    site.rebuild()
    with visit(browser, site, context=page.context) as later:
        later.wait_for_selector(".news:not([hidden])")
        news = later.locator(".news").inner_text()
        assert "Since your last visit" in news
        assert "Reef Dialogue" in news
        assert later.locator(".entries .entry", has_text="Reef").get_attribute("data-news") == "New"
        assert later.locator(".entries .entry", has_text="Baltic Waters").get_attribute("data-news") == "Changed"
        assert "No longer here: baltic 2.txt" in news
    with visit(browser, site, context=page.context) as again:
        again.wait_for_selector(".tools:not([hidden])")
        again.wait_for_timeout(300)
        assert not again.locator(".news").is_visible()


def test_a_report_is_found_in_a_long_list(page: Page) -> None:
    page.fill("[data-find]", "tallinn")
    page.wait_for_function("document.querySelectorAll('.entries .entry').length === 1")
    page.fill("[data-find]", "nowhere at all")
    page.wait_for_selector(".entries .empty")
    page.fill("[data-find]", "")
    page.wait_for_function("document.querySelectorAll('.entries .entry').length === 2")


def test_read_only_takes_away_what_changes_things(browser: Browser, tmp_path: Path) -> None:
    with chatting(tmp_path, FILES, "--read-only") as site, visit(browser, site, allowed=("403",)) as page:
        page.wait_for_selector(".entry")
        page.wait_for_timeout(500)
        facts = about(page, "Second Round")
        assert fact(facts, "Place").inner_text().startswith("Riga")
        assert page.locator(".correct").count() == 0
        assert not page.locator("[data-upload]").is_visible()
        assert not page.get_by_role("button", name="Update", exact=True).is_visible()
        for path in ("update", "correct", "upload?name=x.txt"):
            status = page.evaluate(
                "path => fetch('rapporteur/' + path, {method: 'POST', headers: {'x-rapporteur': '1'}, body: 'x'}).then(r => r.status)", path
            )
            assert status == 403
        assert {path.name for path in site.documents.iterdir()} == set(FILES)


def test_the_first_reports_are_added_on_the_page(browser: Browser, tmp_path: Path) -> None:
    with chatting(tmp_path, {}, indexed=False) as site, visit(browser, site) as page:
        page.wait_for_selector(".tools:not([hidden])")
        assert "No reports yet" in page.locator(".library").inner_text()
        upload(page, ("reef.txt", REEF.encode()))
        page.wait_for_selector(".entries .entry", timeout=60_000)
        assert page.locator(".shelf h2").inner_text() == "1 report at hand"

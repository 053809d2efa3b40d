"""Every view by axe-core, in light and dark, on a desk and on a phone: nothing that it calls serious or critical."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_library import ARCTIC, COAST_GUARDS, EARLIER, Site
from browser_visit import ask, chatting, visit
from test_browser_views import HOTLINE, compare, printed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    files: dict[str, str | bytes] = {"baltic 1.txt": EARLIER, "baltic 2.txt": COAST_GUARDS, "walrus.txt": ARCTIC, "harbour.pdf": printed()}
    with chatting(tmp_path_factory.mktemp("access"), files) as running:
        yield running


def arrived(page: Page) -> None:
    page.wait_for_selector("#conversation .suggestion")


def answered(page: Page) -> None:
    ask(page, "What was said about the hotline between the coast guards?")
    page.locator(".more .suggestion").first.wait_for()
    page.locator(".keep summary").click()


def partly(page: Page) -> None:
    ask(page, "What did participants agree on radar stations?")
    page.wait_for_selector(".verdict.partial")


def refused(page: Page) -> None:
    ask(page, "What was said about zeppelins?")
    page.wait_for_selector(".verdict.not_covered")


def narrowing(page: Page) -> None:
    page.locator("#narrow summary").click()
    page.select_option("#narrow select[name=report]", "walrus.txt")


def narrowed(page: Page) -> None:
    narrowing(page)
    page.locator("#narrow summary").click()
    ask(page, "What was said about quotas?")


def reading(page: Page) -> None:
    ask(page, HOTLINE)
    page.locator(".cite:visible").first.click()
    page.wait_for_selector("mark.quote")


def leafing(page: Page) -> None:
    ask(page, "What did participants agree on tugboats?")
    page.locator(".cite:visible").first.click()
    page.get_by_role("button", name="Page image").click()
    page.wait_for_selector(".picture .box")


def listing(page: Page) -> None:
    page.locator("#head [data-shelf]").click()
    page.locator("details.about summary").first.click()
    page.wait_for_selector(".known")


def wondering(page: Page) -> None:
    page.click("[data-view=compare]")
    page.wait_for_selector("#compare .suggestion")


def comparing(page: Page) -> None:
    compare(page, "hotline")


def comparing_holders(page: Page) -> None:
    compare(page, "hotline")
    page.get_by_label("By delegation").check()


VIEWS: tuple[Callable[[Page], None], ...] = (
    arrived, answered, partly, refused, narrowing, narrowed, reading, leafing, listing, wondering, comparing, comparing_holders,
)  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious(browser: Browser, site: Site, view: Callable[[Page], None], size: tuple[int, int]) -> None:
    with visit(browser, site, size=size) as page:
        page.wait_for_selector(".entry", state="attached")
        page.add_style_tag(content="*, *::before, *::after { animation: none !important; transition: none !important }")
        view(page)
        assert serious(page) == []
        page.evaluate("document.body.classList.add('dark')")  # as gradio does where the system is dark
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
        assert serious(page) == []


def test_what_is_hard_to_see_is_found(browser: Browser, site: Site) -> None:
    with visit(browser, site) as page:
        arrived(page)
        page.add_style_tag(content="#conversation .welcome > p { color: #ddd !important }")
        assert "color-contrast" in serious(page)[0]


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the element and what to do."""
    return [
        f"{found['id']}: {node['html'][:120]}: {node['failureSummary'][:300]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]

"""The language model on the page as a person meets it, in headless Chromium, over the real app and a scripted endpoint."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from browser_library import AGREED, COAST_GUARDS, REPOSITORY, Site, free_port, started
from browser_visit import ask, visit

from tests.scripted_endpoint import Body, Play, Scripted, given, scripted, sentences
from tests.scripted_models import honest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HOTLINE = "What did participants agree on a hotline between the coast guards?"


@dataclass
class Model:
    """The scripted endpoint, whose next replies a test chooses."""

    play: Play | None = None
    running: Scripted | None = None

    def script(self, body: Body) -> Play:
        return self.play or Play(sentences(*honest(given(body))), piece=10, pause=0.05)


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    model = Model()
    with scripted(model.script) as model.running:
        yield model


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Site]:
    """`python app.py --llm ... --llm-model ...` over one report."""
    home = tmp_path_factory.mktemp("site")
    documents, index, port = home / "documents", home / "index", free_port()
    documents.mkdir()
    (documents / "baltic.txt").write_text(COAST_GUARDS, "utf-8")
    assert model.running is not None
    run = [sys.executable, REPOSITORY / "app.py", "--llm", model.running.url, "--llm-model", "llama"]
    with started(run, home / "app.log", os.environ | {"RAPPORTEUR_INDEX": str(index), "RAPPORTEUR_PORT": str(port)}, home):
        yield Site(f"http://127.0.0.1:{port}/", documents, index)


@pytest.fixture
def page(browser: Browser, site: Site, model: Model) -> Iterator[Page]:
    model.play = None
    with visit(browser, site) as page:
        page.wait_for_selector(".entry", state="attached")
        yield page


def test_the_answer_stands_while_the_model_writes_and_its_brief_is_marked_and_cites(page: Page) -> None:
    ask(page, HOTLINE)
    page.wait_for_selector(".model.writing")
    assert AGREED in page.locator("blockquote").first.inner_text()
    assert "llama is writing" in page.locator(".model").inner_text()
    page.wait_for_selector(".model.written")
    brief = page.locator(".model.written")
    assert brief.locator(".whose").inner_text() == "In the words of llama, a language model"
    told = brief.locator(".told", has_text="hotline").first
    told.locator(".point").first.click()
    page.wait_for_function("text => document.querySelector('mark.quote')?.textContent === text", arg=AGREED)
    assert AGREED in page.locator("blockquote").first.inner_text()
    page.reload()
    page.wait_for_selector(".model.written")


def test_a_click_stops_the_model_and_the_answer_stays(page: Page, model: Model) -> None:
    model.play = Play(sentences(("A.", [1])), piece=1, pause=0.5)
    ask(page, HOTLINE)
    page.locator("[data-stop]").click()
    page.wait_for_selector(".model.stopped")
    assert "llama was stopped" in page.locator(".model").inner_text()
    assert AGREED in page.locator("blockquote").first.inner_text()
    assert page.locator("[data-stop]").count() == 0


def test_lies_and_markup_never_reach_the_page(page: Page, model: Model) -> None:
    lies = ("All participants agreed to war.", "<img src=x onerror='window.hurt=1'>", "Everyone supported joint patrols in the strait.")
    model.play = Play(sentences(*((lie, [1]) for lie in lies)))
    ask(page, HOTLINE)
    page.wait_for_selector(".model.withheld")
    assert "none of it is shown" in page.locator(".model").inner_text()
    assert not any(word in page.locator("#conversation").inner_html() for word in ("to war", "onerror", "Everyone supported"))
    assert page.evaluate("window.hurt") is None


def test_when_the_endpoint_is_down_a_sentence_says_so_beside_the_answer(page: Page, model: Model) -> None:
    model.play = Play(status=401)
    ask(page, HOTLINE)
    page.wait_for_selector(".model.failed")
    assert "does not accept the key" in page.locator(".model").inner_text()
    assert AGREED in page.locator("blockquote").first.inner_text()


def test_another_question_while_the_model_writes_has_its_own_answer_and_brief(page: Page, model: Model) -> None:
    model.play = Play(sentences(("A.", [1])), piece=1, pause=0.5)
    ask(page, HOTLINE)
    page.wait_for_selector(".model.writing")
    model.play = None
    ask(page, "Who supported joint patrols in the strait?")
    page.wait_for_selector(".turn:last-of-type .model.written")
    assert page.locator(".turn").count() == 2
    assert page.locator(".model").count() == 1

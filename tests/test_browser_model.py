"""The language model on the page as a person meets it, in headless Chromium, over the real app and a scripted endpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from browser_library import AGREED, COAST_GUARDS, FLAGS, REPOSITORY, find_chromium, free_port, wait_for

from tests.scripted_endpoint import Body, Play, Scripted, given, scripted, sentences
from tests.scripted_models import honest

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
def url(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[str]:
    """`python app.py --llm ... --llm-model ...` over one report."""
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no Chromium here: apt-get install chromium")
    home = tmp_path_factory.mktemp("site")
    (home / "documents").mkdir()
    (home / "documents" / "baltic.txt").write_text(COAST_GUARDS, "utf-8")
    port, log = free_port(), home / "app.log"
    environment = os.environ | {"RAPPORTEUR_INDEX": str(home / "index"), "RAPPORTEUR_PORT": str(port), "OMP_NUM_THREADS": "1"}
    assert model.running is not None
    run = [sys.executable, REPOSITORY / "app.py", "--llm", model.running.url, "--llm-model", "llama"]
    with log.open("wb") as output:
        app = subprocess.Popen(run, cwd=home, env=environment, stdout=output, stderr=output)
        try:
            wait_for(app, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            app.terminate()
            app.wait(20)


@pytest.fixture
def page(url: str, model: Model) -> Iterator[Page]:
    """A fresh browser on the page. After each test: nothing was asked of another host, and nothing went wrong in the page."""
    from playwright.sync_api import sync_playwright

    model.play = None
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith((url, "data:", "blob:")) else None)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(url)
        page.wait_for_selector(".entry", state="attached")
        yield page
        browser.close()
    assert [what for what in wrong if "AbortError" not in what and "Connection errored out" not in what] == []


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn:not(.pending)").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(f"document.querySelectorAll('.turn:not(.pending)').length > {before}")


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

"""A browser on the page, watched: nothing may be asked of another host, nothing may go wrong in the page, no dialog may open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_library import FLAGS, REPOSITORY, Site, find_chromium, free_port, started

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium; a test that needs it is skipped where there is none, except in CI."""
    from playwright.sync_api import sync_playwright

    if find_chromium() is None:
        message = "no Chromium here: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def chatting(home: Path, files: dict[str, str | bytes], *options: str, indexed: bool = True) -> Iterator[Site]:
    """`rapporteur chat` with these options over a library of these files, on a free port, until the block ends."""
    documents, index = home / "documents", home / "index"
    documents.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (documents / name).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    port, log = free_port(), home / "chat.log"
    site = Site(f"http://127.0.0.1:{port}/", documents, index)
    if indexed:
        site.rebuild()
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(index), "--port", str(port), *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(REPOSITORY), os.environ.get("PYTHONPATH", "")))}
    with started(command, log, environment, home):
        yield site


@contextmanager
def visit(
    browser: Browser, site: Site, *, size: tuple[int, int] = (1440, 900), allowed: Sequence[str] = (), context: BrowserContext | None = None
) -> Iterator[Page]:
    """A page of a fresh profile (or of `context`) on the site. At the end: no request left the host, no error, no dialog.

    allowed   beginnings of console messages that belong to what is tested.
    """
    own = context or browser.new_context(
        viewport={"width": size[0], "height": size[1]}, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True
    )
    page = own.new_page()
    elsewhere: list[str] = []
    wrong: list[str] = []
    inside = (site.url, "data:", "blob:")
    own.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(inside) else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.goto(site.url)
    page.wait_for_selector("#question textarea")
    yield page
    (page.close if context else own.close)()
    assert elsewhere == []
    # gradio reports its own open connections as errors when a page is left.
    expected = ("AbortError", "Connection errored out", *allowed)
    assert [what for what in wrong if not any(known in what for known in expected)] == []


def ask(page: Page, question: str) -> None:
    """Ask as a person does, and wait for the answer."""
    before = page.locator(".turn:not(.pending)").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(f"document.querySelectorAll('.turn:not(.pending)').length > {before}")


def wait_for_mark(page: Page, text: str) -> None:
    """Until these words are marked in the report beside the answer."""
    page.wait_for_function("text => document.querySelector('mark.quote')?.textContent === text", arg=text)

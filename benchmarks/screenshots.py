"""The screenshots of README and docs, made by the real app over documents/: `python benchmarks/screenshots.py`.

Needs Chromium. Writes docs/screenshots/{chat,page,compare}-{desktop,phone}-{light,dark}.png: at 1440 and 390 pixels.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

REPOSITORY = Path(__file__).parent.parent
TARGET = REPOSITORY / "docs" / "screenshots"
PRINTED, TOPIC = "What did participants agree in Dresden?", "permanent secretariat"
QUESTION = "Did the speakers in Bergen agree on a date for the mining code?"  # as in README
DESKTOP, PHONE = (1440, 900), (390, 844)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with serving() as url:
        photograph(url)


@contextmanager
def serving() -> Iterator[str]:
    """The address of the app over documents/, indexed apart, until the block ends."""
    with tempfile.TemporaryDirectory() as scratch:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {"RAPPORTEUR_INDEX": f"{scratch}/index", "RAPPORTEUR_PORT": str(port)}
        app = subprocess.Popen(
            [sys.executable, "app.py"], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert app.stdout is not None
            while "is at" not in (line := app.stdout.readline()):
                assert line, "the app did not start"
            yield f"http://127.0.0.1:{port}/"
        finally:
            app.terminate()
            app.wait(20)


def photograph(url: str) -> None:
    """One picture for each size and colour scheme."""
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for name, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                page = context.new_page()
                for view, show in (("chat", chat), ("page", printed), ("compare", compare)):
                    page.goto(url)
                    show(page)
                    page.evaluate("document.activeElement.blur()")
                    time.sleep(1.5)
                    file = TARGET / f"{view}-{name}-{scheme}.png"
                    page.screenshot(path=file)
                    compress(file)
                    print(f"{file.relative_to(REPOSITORY)}: {file.stat().st_size // 1000} kB")
                    page.evaluate("localStorage.clear()")
                    page.goto("about:blank")
                context.close()
        browser.close()


def chat(page: Page) -> None:
    """An answer beside its report."""
    ask(page, QUESTION)


def printed(page: Page) -> None:
    """The page of a PDF with the quote boxed."""
    ask(page, PRINTED)
    page.locator(".cite:visible").first.click()
    page.locator("[data-leafing]").click()
    page.wait_for_selector(".picture .box")


def compare(page: Page) -> None:
    """The rounds of a series side by side."""
    page.wait_for_selector(".entry", state="attached")
    page.click("[data-view=compare]")
    page.fill("[name=topic]", TOPIC)
    page.press("[name=topic]", "Enter")
    page.locator(".side-by-side:visible").first.wait_for()


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer and what leads on from it."""
    page.wait_for_selector(".entry", state="attached")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.pending)")
    page.wait_for_selector(".more .suggestion", state="attached")


def compress(file: Path) -> None:
    """256 colours are enough for text on plain paper."""
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()

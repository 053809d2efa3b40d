"""How soon an answer is painted after Enter, in headless Chromium over the sample library: `python benchmarks/paint.py [--rounds N]`.

From the keydown to the first frame that shows the answer. The first question of each round is the page's first one. What else runs on the
machine stands beside the figures: only a quiet machine shows what a person sees.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time

from playwright.sync_api import Page, sync_playwright
from screenshots import FLAGS, serving

QUESTIONS = (
    "Did the speakers in Bergen agree on a date for the mining code?",
    "What did participants agree on deep-sea mining?",
    "What did Japanese participants say?",
    "What was recommended on fisheries?",
    "Who organised the meeting in Kanazawa?",
    "Where did views differ on North Korea?",
)
WATCH = """() => { window.painted = new Promise((done) => {
  const before = document.querySelectorAll('.turn:not(.pending)').length;
  let pressed = null;
  document.addEventListener('keydown', () => (pressed ??= performance.now()), { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (!document.querySelectorAll('.turn:not(.pending)')[before]?.querySelector('.verdict')) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => done(performance.now() - pressed);
      after.port2.postMessage(0);
    });
  });
  watch.observe(document.body, { childList: true, subtree: true });
}) }"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    first, others = [], []
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for number in range(rounds):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(url)
            page.wait_for_selector(".entry")
            time.sleep(1)  # as long as a person needs to begin to type
            took = [ask(page, question) for question in QUESTIONS]
            first.append(took[0])
            others += took[1:]
            print(f"round {number + 1}: {' '.join(f'{t:.0f}' for t in took)} ms, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            page.close()
        browser.close()
    print(f"first answer of a page: median {statistics.median(first):.0f} ms, best {min(first):.0f} ms")
    print(f"answers after it: median {statistics.median(others):.0f} ms, best {min(others):.0f} ms")


def ask(page: Page, question: str) -> float:
    """Milliseconds from Enter to the painted answer."""
    page.fill("#question textarea", question)
    page.evaluate(WATCH)
    page.press("#question textarea", "Enter")
    took = float(page.evaluate("() => window.painted"))
    time.sleep(2.5)  # what is tried for later is over
    return took


if __name__ == "__main__":
    main()

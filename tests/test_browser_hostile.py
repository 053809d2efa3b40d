"""Whatever a report, title, file name, question, upload or conversation holds: in a real browser it is text, and nothing else.

More than 150 texts in each of these places; no script runs, no request leaves the host, nothing covers the page or asks for a password.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_library import Site
from browser_visit import chatting, visit
from payloads import PAYLOADS

from index.corrections import load_corrections

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WATCH = "window.hurts = 0; window.hurt = () => { window.hurts += 1; }; window.alert = window.hurt;"
FOREIGN = (
    "img, picture, video, audio, iframe, frame, object, embed, portal, svg, math, script, style, link, meta, base, template, marquee, "
    "table[background], input[type=password], form[action], "
    "a[href], [style]:not([data-testid=status-tracker]), [onerror], [onload], [onclick], [onfocus], [popover], "
    "h1:not(.masthead h1)"
)
OPEN = """report => {
  const one = document.createElement('button');
  one.dataset.report = report;
  document.body.append(one);
  one.click();
  one.remove();
}"""
PICK = (
    "title => [...document.querySelectorAll('dialog.talks .talk')].find(one => one.querySelector('.title').textContent === title).click()"
)
DROP = """names => {
  const data = new DataTransfer();
  names.forEach(name => data.items.add(new File(['x'], name)));
  window.dropped = [...data.files].map(file => file.name);
  const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector('#reader .library').dispatchEvent(drop);
}"""
FETCH = """() => Promise.all(['https://evil.example/x', 'http://127.0.0.2:9/x'].map(
  url => fetch(url).then(() => 'fetched', () => 'refused')))"""
PARTS = ("#head", "#conversation", "#reader", "#narrow", "dialog.talks")


def named(payload: str, number: int) -> str:
    """The payload as a file's name, as far as file systems take it."""
    kept = "".join(c for c in payload if c not in "/\0" and c.isprintable()).encode()[:150].decode("utf-8", "ignore")
    return f"{number} {kept}.txt"


def corrected(file: str, payload: str, number: int) -> str:
    """A correction of all of a report's words by the payload, as TOML."""
    word, title, name = (json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f") for text in (payload, f"{number} {payload}", file))
    lists = "\n".join(f"{field} = [{word}]" for field in ("organisers", "delegations"))
    return f"[[report]]\nfile = {name}\ntitle = {title}\nseries = {word}\nplace = {word}\n{lists}\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("hostile")
    paragraphs = [f"Participants agreed that {' '.join(payload.split())} was point {n}." for n, payload in enumerate(PAYLOADS)]
    files: dict[str, str | bytes] = {named(payload, n): f"Number {n} was noted.\n" for n, payload in enumerate(PAYLOADS)}
    files["all of them.txt"] = "A meeting\n\n" + "\n\n".join([*paragraphs, *PAYLOADS]) + "\n"
    (home / "documents").mkdir()
    entries = [corrected(named(payload, n), payload, n) for n, payload in enumerate(PAYLOADS)]
    (home / "documents" / "corrections.toml").write_text("\n".join(entries), "utf-8")
    with chatting(home, files) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    # An upload whose name is refused is answered with a status that the browser reports.
    with visit(
        browser, site, context=context, allowed=("Failed to load resource", "Content Security Policy", "Fetch API cannot load")
    ) as page:
        page.wait_for_selector(".tools:not([hidden])")
        yield page
        unharmed(page, site)
    context.close()


def unharmed(page: Page, site: Site) -> None:
    """Nothing ran, nothing foreign is in the page, nothing covers it, it is still the page."""
    assert page.evaluate("window.hurts") == 0
    for part in PARTS:
        assert page.locator(part).locator(FOREIGN).count() == 0, part
    assert page.title() == "Rapporteur"
    assert page.url.startswith(site.url)
    assert page.locator("input[type=password]").count() == 0
    page.keyboard.press("Escape")
    box = page.locator("#question textarea").bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    assert page.evaluate("at => document.elementFromPoint(at.x, at.y).tagName", at) == "TEXTAREA"
    assert page.evaluate("document.elementFromPoint(60, 20).closest('#head') !== null")


def texts(page: Page, selector: str) -> list[str]:
    return page.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


def test_a_reports_text_is_shown_to_the_character(page: Page, site: Site) -> None:
    page.fill("[data-find]", "all of them")
    page.wait_for_function("document.querySelectorAll('.entries .entry').length === 1")
    page.locator(".entries .entry").first.click()
    page.wait_for_selector("#reader .text")
    text = (site.documents / "all of them.txt").read_bytes().decode()
    assert page.locator("#reader .text").evaluate("e => e.textContent") == text
    page.get_by_label("Who said what").check()
    unharmed(page, site)


def test_titles_places_and_names_of_files_are_shown_as_they_are(page: Page, site: Site) -> None:
    for _ in range(2):
        page.locator("[data-more]").click()
        page.wait_for_timeout(300)
    kept = {entry.file: dict(entry.facts) for entry in load_corrections(site.documents).entries}
    titles = texts(page, ".entries .entry .title")
    assert {str(facts["title"]) for facts in kept.values()} <= set(titles)
    shown = texts(page, ".entries .where")
    assert {str(facts["place"]) for facts in kept.values() if facts["place"]} <= set(shown)
    assert set(page.locator(".entries .entry").evaluate_all("all => all.map(one => one.dataset.report)")) >= set(kept)
    unharmed(page, site)
    # The facts of every report, with the form to correct them; then each report opened.
    page.evaluate("document.querySelectorAll('.entries details.about').forEach(about => { about.open = true; })")
    page.wait_for_function("!document.querySelector('.entries details.about .waiting')", timeout=60_000)
    for name, position in (("series", 1), ("organisers", 4), ("delegations", 5)):
        rows = page.locator(".entries .known").evaluate_all(
            f"all => all.map(one => one.children[{position}].querySelector('dd').textContent)"
        )
        for facts in kept.values():
            value = facts[name]
            words = value if isinstance(value, str) else "".join(value) if isinstance(value, tuple) else ""
            assert any(row.startswith(words) for row in rows), (name, words)
    unharmed(page, site)
    for report in kept:
        page.evaluate(OPEN, report)
        page.wait_for_function("report => document.querySelector('article.report')?.dataset.report === report", arg=report)
        assert report in page.locator("#reader .facts").evaluate("e => e.textContent")
        assert page.locator("#reader").locator(FOREIGN).count() == 0
    unharmed(page, site)


def turn(payload: str) -> dict[str, Any]:
    citation = {"report": payload, "title": payload, "series": payload, "round": 1, "date": payload, "end_date": payload, "place": payload}
    citation |= {"page": 1, "page_label": payload, "paragraph": 1, "start": 0, "end": 1, "sha256": payload}
    statement = {
        "label": payload,
        "quote": payload,
        "scope": "some",
        "who": [payload],
        "act": "agreed",
        "antecedent": payload,
        "citation": citation,
    }
    answer = {
        "question": payload,
        "understood_as": payload + "?",
        "status": "partial",
        "text": payload,
        "statements": [],
        "nearest": [statement],
    }
    answer |= {"missing": "act", "matched": {payload: payload}, "brief": None}
    return {"question": payload, "answer": answer, "error": "", "filters": {"holder": payload, "series": payload}, "model": None}


def test_questions_answers_and_titles_of_conversations_are_shown_as_they_are(page: Page, site: Site) -> None:
    library = page.evaluate("window.rapporteur.library()")
    talks = [
        {"id": f"{n:04}", "library": library, "title": title, "when": f"2026-01-01T00:{n % 60:02}:00Z", "turns": [turn(title)]}
        for n, title in enumerate(PAYLOADS)
    ]
    for first in range(0, len(PAYLOADS), 40):
        talks[first]["turns"] = [turn(payload) for payload in PAYLOADS[first : first + 40]]
    page.evaluate(
        """talks => new Promise((done, failed) => {
          const request = indexedDB.open('rapporteur', 1);
          request.onsuccess = () => {
            const put = request.result.transaction('talks', 'readwrite');
            talks.forEach(talk => put.objectStore('talks').put(talk));
            put.oncomplete = done; put.onerror = failed;
          };
        })""",
        talks,
    )
    for first in range(0, len(PAYLOADS), 40):
        page.get_by_role("button", name="Conversations").click()
        page.wait_for_selector("dialog.talks[open] li")
        shown = texts(page, "dialog.talks .title")
        assert len(set(shown)) >= 150
        assert set(shown) <= set(PAYLOADS)
        page.evaluate(PICK, PAYLOADS[first])
        wanted = [p.strip() for p in PAYLOADS[first : first + 40]]
        page.wait_for_function("wanted => document.querySelector('.turn .question')?.textContent === wanted", arg=wanted[0])
        assert texts(page, ".turn .question") == wanted
        assert texts(page, ".turn .by-firmness .quote p, .turn .quote p")[: len(wanted)] == list(PAYLOADS[first : first + 40])
        unharmed(page, site)


def test_questions_that_are_asked_are_shown_as_they_are(page: Page, site: Site) -> None:
    for payload in PAYLOADS[::12]:
        asked = f"What was agreed on {' '.join(payload.split())}?"
        page.fill("#question textarea", asked)
        page.press("#question textarea", "Enter")
        page.wait_for_function(
            "asked => [...document.querySelectorAll('.turn:not(.pending) .question')].at(-1)?.textContent === asked", arg=asked
        )
    unharmed(page, site)


def test_names_of_uploads_are_shown_as_they_are_and_none_leaves_the_folder(page: Page, site: Site) -> None:
    before = {path for path in site.documents.parent.rglob("*") if site.index not in path.parents}
    page.evaluate(DROP, [f"{payload}.txt" for payload in PAYLOADS])
    page.wait_for_function(
        "document.querySelectorAll('.taken li').length === window.dropped.length && !document.querySelector('.taken .on')", timeout=120_000
    )
    assert texts(page, ".taken li bdi:first-child") == page.evaluate("window.dropped")
    unharmed(page, site)
    after = {path for path in site.documents.parent.rglob("*") if site.index not in path.parents} - before
    assert {path.parent for path in after if path.suffix == ".txt"} <= {site.documents}
    page.wait_for_selector(".progress [data-away]", timeout=120_000)
    for shut in page.locator(".progress summary").all():
        shut.click()
    unharmed(page, site)


def test_the_page_forbids_itself_to_fetch_from_elsewhere(page: Page, site: Site) -> None:
    refused = page.evaluate(FETCH)
    assert refused == ["refused", "refused"]
    policy = page.request.get(site.url).headers["content-security-policy"]
    for rule in ("default-src 'self'", "connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert rule in policy


def test_what_is_taken_away_holds_the_very_words(tmp_path: Path) -> None:
    """Markdown for another program's renderer: nothing in it is markup but ours."""
    from markdown_it import MarkdownIt

    from web.keep import bibtex, csl, markdown, ris, word
    from web.turns import read_turns

    turns = read_turns([turn(payload) for payload in PAYLOADS], most=1000)
    assert len(turns) == len(PAYLOADS)
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(turns))
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"html_block", "html_inline", "image", "link_open", "fence", "code_block", "table_open", "hr"}
    assert word(turns)[:2] == b"PK"
    assert len(json.loads(csl(turns))) == len(set(PAYLOADS))
    assert bibtex(turns).count("@techreport{rapporteur") == ris(turns).count("TY  - RPRT") == len(set(PAYLOADS))

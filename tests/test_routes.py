"""The server as somebody meets it who sends whatever they like: every route by logged in or not, paths that climb, uploads, other sites."""

from __future__ import annotations

import base64
import html
import http.client
import json
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from browser_library import AGREED, COAST_GUARDS, EARLIER, REPOSITORY, Site
from browser_visit import chatting

from qa.operations import OPERATIONS
from web.accounts import set_account
from web.uploads import MOST_BYTES, UploadRefused, checked_name

FILES: dict[str, str | bytes] = {"baltic 1.txt": EARLIER, "baltic 2.txt": COAST_GUARDS}
MARK = {"x-rapporteur": "1"}
SECRET = "the treasure lies under the third stone"
TOLD = (AGREED, "Baltic Waters", "baltic 1", "hotline", SECRET, "root:")

# What somebody who has not logged in may have: the login page and what it is made of. Nothing of it speaks of a report.
ANYBODY = re.compile(
    r"/|/(login|logout|theme\.css|favicon\.ico|robots\.txt|manifest\.json)/?|/(assets|static|svelte)/.*"
    r"|/gradio_api/(app_id|user|token|startup-events|theme\.css|cancel|reset)/?|/gradio_api/heartbeat/.*"
    r"|/api|/api/health|/mcp/"  # two of them lead to /api/ and /mcp
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PROGRAMS = [
    (method, path)
    for path in ("/api", "/api/", "/api/health", "/api/openapi.json", "/mcp", "/mcp/", *(f"/api/{name}" for name in OPERATIONS), "/api/x/y")
    for method in METHODS
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("routes")
    (home / "secret.txt").write_text(SECRET, "utf-8")
    set_account(home / "accounts", "marta", "a long password")
    return home


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    with chatting(home, FILES, "--auth", str(home / "accounts")) as running:
        yield running


@pytest.fixture(scope="module")
def cookie(site: Site) -> str:
    status, headers, _ = send(site, "POST", "/login", "username=marta&password=a+long+password", FORM)
    assert status == 200
    return "; ".join(value.split(";")[0] for name, value in headers if name.lower() == "set-cookie")


FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


def send(
    site: Site, method: str, path: str, body: str | bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, of which entities are read as the browser reads them."""
    status, given, told = fetch(site, method, path, body, headers)
    return status, given, html.unescape(told)


def fetch(
    site: Site, method: str, path: str, body: str | bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and the body as it came, of an endless one the beginning; the path goes over the wire as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", int(site.url.rstrip("/").rsplit(":", 1)[1]), timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        given = {"content-length": str(len(body or b""))} | (headers or {})
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode() if isinstance(body, str) else body)
        answer = connection.getresponse()
        endless = "event-stream" in (answer.getheader("content-type") or "")
        told = answer.read1(400_000) if endless else answer.read()
        return answer.status, answer.getheaders(), told.decode("utf-8", "replace")
    except TimeoutError:
        return 0, [], ""
    finally:
        connection.close()


LIST = """
import asyncio, json
import gradio as gr
from gradio.routes import App
from pathlib import Path
from web.routes import Shelf

async def within_a_loop():
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox()
    apps = App.create_app(page), Shelf("none", Path("none")).router()
    routes = [r for a in apps for r in a.routes]
    routes += [r for included in routes for r in getattr(getattr(included, "original_router", None), "routes", ())]
    return sorted({(m, r.path) for r in routes if getattr(r, "path", None) for m in getattr(r, "methods", None) or ()})

print(json.dumps(asyncio.run(within_a_loop())))
"""


@lru_cache
def routes() -> list[tuple[str, str]]:
    """(method, path) of every route that gradio's application or ours has, with something in the place of its parameters."""
    listed = subprocess.run([sys.executable, "-c", LIST], cwd=REPOSITORY, check=True, capture_output=True, text=True, timeout=120)
    return [(method, re.sub(r"\{[^}]*\}", "x", path)) for method, path in json.loads(listed.stdout.splitlines()[-1])]


# Those that hold the line open as long as somebody listens.
_STREAMS = ("/gradio_api/heartbeat/", "/gradio_api/queue/data", "/gradio_api/startup-events", "/dev/reload")


def test_every_route_gives_nothing_of_the_reports_to_somebody_who_has_not_logged_in(site: Site) -> None:
    found = routes()
    assert len(found) > 80
    for method, path in [*found, *PROGRAMS]:
        if path.startswith(_STREAMS[:1]):
            continue
        status, headers, body = send(site, method, path, "{}" if method == "POST" else None, {"content-type": "application/json"} | MARK)
        if not ANYBODY.fullmatch(path):
            assert status in (401, 404, 405), (method, path, status)
        assert not any(word in body for word in TOLD), (method, path)
        kept = {name.lower(): value for name, value in headers}
        assert "default-src 'self'" in kept.get("content-security-policy", ""), (method, path)
        assert kept.get("x-content-type-options") == "nosniff"


def test_somebody_who_has_logged_in_has_the_page_and_nothing_that_it_does_not_use(site: Site, cookie: str) -> None:
    used = re.compile(
        r"/|/(config|login|logout|theme\.css|favicon\.ico|robots\.txt|manifest\.json)/?|/(assets|static|svelte)/.*|/rapporteur/.*"
        r"|/gradio_api/(info|app_id|user|login_check|token|startup-events|theme\.css|queue/join|queue/data|cancel|reset)/?"
        r"|/gradio_api/(heartbeat|run|call)/.*|/gradio_api/call/.*"
    )
    for method, path in routes():
        if path.startswith(_STREAMS) or path.rstrip("/") in ("/logout", "/login"):
            continue
        if not used.fullmatch(path):
            status, _, _ = send(
                site, method, path, "{}" if method == "POST" else None, {"cookie": cookie, "content-type": "application/json"}
            )
            assert status in (404, 405), (method, path, status)
    for path in (
        "/",
        "/config",
        "/rapporteur/known",
        "/rapporteur/library",
        "/rapporteur/update",
        "/rapporteur/facts?report=baltic%201.txt",
    ):
        assert send(site, "GET", path, None, {"cookie": cookie})[0] == 200, path
    assert "Baltic Waters" in send(site, "GET", "/rapporteur/library", None, {"cookie": cookie})[2]


CLIMBS = [
    form.format(up)
    for up in (
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "..%5csecret.txt",
        "....//secret.txt",
        "%252e%252e%252fsecret.txt",
        "/etc/passwd",
        "..%c0%afsecret.txt",
        "..\\secret.txt",
        "%00/../secret.txt",
    )
    for form in (
        "/{}",
        "/assets/{}",
        "/static/{}",
        "/svelte/{}",
        "/gradio_api/file={}",
        "/gradio_api/file/{}",
        "/rapporteur/{}",
        "/rapporteur/facts?report={}",
    )
]


def test_no_path_climbs_out_of_what_the_page_shows(site: Site, cookie: str, home: Path) -> None:
    deep = [path.replace("../", "../" * 8).replace("..%2f", "..%2f" * 8) for path in CLIMBS[:24]]
    absolute = [
        f"/gradio_api/file={home}/secret.txt",
        f"/rapporteur/facts?report={urllib.parse.quote(str(home / 'secret.txt'))}",
        f"//{home}/secret.txt",
    ]
    probes = [*CLIMBS, *deep, *absolute]
    assert len(set(probes)) >= 60
    for path in probes:
        status, _, body = send(site, "GET", path, None, {"cookie": cookie})
        assert not any(word in body for word in (SECRET, "root:x", "daemon:")), path
        assert status != 500, path


def test_programs_that_have_logged_in_have_the_operations_and_nothing_else(site: Site, cookie: str) -> None:
    basic = {"authorization": "Basic " + base64.b64encode(b"marta:a long password").decode()}
    given = {"/api": 307, "/api/": 200, "/api/health": 200, "/api/openapi.json": 200, "/api/reports": 200}
    for who in ({"cookie": cookie}, basic):
        for method, path in PROGRAMS:
            status, headers, body = send(site, method, path, "{}", who | JSON)
            if method == "GET" and path in given:
                assert status == given[path], (method, path, status)
            elif method != "POST":
                assert status in (307, 404, 405) or (method == "HEAD" and path in given), (method, path, status)
            assert status < 500, (method, path, status)
            assert "default-src 'self'" in dict(headers).get("content-security-policy", ""), (method, path)
            assert SECRET not in body
        assert "Baltic Waters" in send(site, "POST", "/api/reports", "{}", who | JSON)[2]
    for wrong in (b"marta:", b"marta:a long password\n", b":a long password", b"marta\0:a long password", b"MARTA:a long password"):
        header = {"authorization": "Basic " + base64.b64encode(wrong).decode()}
        assert send(site, "POST", "/api/reports", "{}", header | JSON)[0] in (401, 429), wrong


CLIMBING = [
    up * deep + name
    for name in ("secret.txt", "etc/passwd", "accounts", "index/reports.sqlite")
    for up, deep in (
        ("../", 1),
        ("../", 9),
        ("..\\", 1),
        ("..%2f", 1),
        ("%252e%252e/", 2),
        ("....//", 1),
        ("/", 1),
        ("baltic 1.txt/../", 1),
    )
] + [
    "..",
    ".",
    "/",
    "",
    "\0",
    "baltic 1.txt\0.pdf",
    "a\0/../secret.txt",
    "file:///etc/passwd",
    "*",
    "%",
    "' OR 1=1 --",
    "\ud800",
    "x" * 9_999,
]
"""Names of reports that are none, and might lead to files if they were taken for paths."""


def test_no_name_in_a_programs_arguments_climbs_out_of_the_library(site: Site, cookie: str, home: Path) -> None:
    probes = [*CLIMBING, f"{home}/secret.txt", f"{site.documents}/baltic 1.txt", f"{site.documents}/../secret.txt"]
    assert len(set(probes)) >= 45
    who = {"cookie": cookie, "accept": "application/json, text/event-stream"} | JSON
    unheard = (SECRET, "root:x", "daemon:", "SQLite format", "scrypt", str(home))
    statement = json.loads(send(site, "POST", "/api/ask", json.dumps({"question": "hotline between coast guards"}), who)[2])["statements"][
        0
    ]
    for probe in probes:
        forged = statement | {"citation": statement["citation"] | {"report": probe}}
        for name, arguments in (
            ("show", {"report": probe}),
            ("ask", {"question": "hotline", "reports": [probe]}),
            ("retrieve", {"question": "hotline", "series": probe}),
            ("compare", {"topic": "hotline", "series": probe}),
            ("verify", {"statement": forged}),
        ):
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
            for path, sent in ((f"/api/{name}", arguments), ("/mcp", call)):
                status, _, body = send(site, "POST", path, json.dumps(sent), who)
                assert status in (200, 400, 404), (path, name, probe, status)
                # What was asked for may be repeated in the sentence that refuses it.
                assert not any(word in body.replace(json.dumps(probe)[1:-1], "") for word in unheard), (path, name, probe)


def test_no_name_in_the_pages_events_climbs_out_of_the_library(site: Site, cookie: str, home: Path) -> None:
    who = {"cookie": cookie} | JSON
    events = json.loads(fetch(site, "GET", "/config", None, who)[2])["dependencies"]
    number = {event["api_name"]: event["id"] for event in events}

    def fired(event: str, report: object, status: int = 200) -> str:
        body = {"data": [], "fn_index": number[event], "session_hash": "s", "event_data": {"report": report, "start": 0, "end": 9}}
        given, _, told = send(site, "POST", "/gradio_api/run/predict", json.dumps(body), who)
        assert given == status, (event, report, told)
        return told

    assert "Baltic Waters" in fired("open_report", "baltic 1.txt")
    assert base64.b64encode(EARLIER.encode()).decode()[:40] in fired("take", "baltic 1.txt")
    secrets = [SECRET, "root:x", base64.b64encode(SECRET.encode()).decode()[:40], base64.b64encode(b"root:x:0:0").decode()[:12]]
    for probe in [*CLIMBING, f"{home}/secret.txt", f"{site.documents}/../secret.txt", ["../secret.txt"], 7]:
        for event in ("open_report", "leaf", "take"):
            told = fired(event, probe)
            assert not any(secret in told for secret in secrets), (event, probe)
    assert "cannot be accessed" in fired("take", {"path": "../secret.txt"}, 500), "what gradio itself would take for a file"
    for name in ("secret.txt", "zero.txt"):  # a report's file that became a link to something else since it was read
        file = site.documents / "baltic 2.txt"
        file.unlink()
        file.symlink_to(home / "secret.txt" if name == "secret.txt" else "/dev/zero")
        try:
            assert "problem" in fired("take", "baltic 2.txt")
            for event in ("leaf", "take", "open_report"):
                told = fired(event, "baltic 2.txt")
                assert not any(secret in told for secret in (*secrets, str(home))), (name, event)
        finally:
            file.unlink()
            file.write_text(COAST_GUARDS, "utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "../up.txt",
        "..\\up.txt",
        "/tmp/up.txt",
        "a/b.txt",
        "..",
        ".hidden.txt",
        "~$lock.docx",
        "names.toml",
        "README.md",
        "x.exe",
        "x",
        "con.txt",
        "a\0b.txt",
        "a\nb.txt",
        "exe\u202etxt.md",
        "zero\u200bwidth.txt",
        " space.txt",
        "dot.txt.",
        "a:b.txt",
        "x" * 200 + ".txt",
        "",
        "%2e%2e%2fup.txt/..",
        "C:\\up.txt",
        "a|b.txt",
    ],
)
def test_an_uploads_name_is_plain_or_the_upload_is_refused(name: str) -> None:
    with pytest.raises(UploadRefused):
        checked_name(name)


@pytest.mark.parametrize(
    "name", ["Trilateral_Second Round.html", "Cádiz record (2).txt", "報告.pdf", "a'b & c%20.md", "<b>.docx"[1:2] + ".docx"]
)
def test_names_that_people_give_are_taken(name: str) -> None:
    assert checked_name(name) == name


def test_uploads_are_counted_while_they_come_and_nothing_half_is_left(site: Site, cookie: str) -> None:
    before = set(site.documents.iterdir())
    logged_in = {"cookie": cookie} | MARK
    assert send(site, "POST", "/rapporteur/upload?name=big.txt", None, logged_in | {"content-length": str(MOST_BYTES * 2)})[0] == 413
    assert send(site, "POST", "/rapporteur/upload?name=empty.txt", "", logged_in)[0] == 400
    assert send(site, "POST", "/rapporteur/upload?name=baltic%201.txt", "other words", logged_in)[0] == 409
    assert send(site, "POST", "/rapporteur/upload?name=" + urllib.parse.quote("../up.txt"), "x", logged_in)[0] == 400
    assert send(site, "POST", "/rapporteur/upload?name=x.txt", "x", {"cookie": cookie})[0] == 403, "without the page's own mark"
    assert send(site, "POST", "/rapporteur/upload?name=x.txt", "x", MARK)[0] == 401, "without a login"
    assert set(site.documents.iterdir()) == before


def test_an_upload_without_a_length_is_cut_off_when_it_grows_too_large(site: Site, cookie: str) -> None:
    before = set(site.documents.iterdir())
    connection = http.client.HTTPConnection("127.0.0.1", int(site.url.rstrip("/").rsplit(":", 1)[1]), timeout=60)
    piece = b"a" * 1_000_000

    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield piece

    try:
        connection.request("POST", "/rapporteur/upload?name=endless.txt", endless(), {"cookie": cookie} | MARK, encode_chunked=True)
        assert connection.getresponse().status in (408, 413)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server need not hear it out
    finally:
        connection.close()
    assert set(site.documents.iterdir()) == before


def test_another_sites_page_changes_nothing_with_somebodys_login(site: Site, cookie: str) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        for path in ("/rapporteur/update", "/gradio_api/run/predict", "/login", "/api/reports", "/api/show", "/mcp"):
            assert send(site, "POST", path, "{}", {"cookie": cookie} | MARK | headers)[0] == 403
    own = {"origin": site.url.rstrip("/"), "host": site.url.split("/")[2]}
    assert send(site, "POST", "/rapporteur/correct", "[]", {"cookie": cookie} | MARK | own)[0] == 400


@pytest.mark.parametrize("body", ["", "[]", "{", '{"report": 1, "facts": {}}', '{"report": "baltic 1.txt", "facts": []}', "[" * 100_000])
def test_a_correction_that_is_none_is_refused(site: Site, cookie: str, body: str) -> None:
    assert send(site, "POST", "/rapporteur/correct", body, {"cookie": cookie} | MARK)[0] == 400


def test_a_correction_of_no_report_touches_nothing(site: Site, cookie: str) -> None:
    for report in ("../secret.txt", "none.txt", str(site.documents / "baltic 1.txt")):
        body = json.dumps({"report": report, "facts": {"title": "T"}})
        assert send(site, "POST", "/rapporteur/correct", body, {"cookie": cookie} | MARK)[0] == 409
    assert not (site.documents / "corrections.toml").exists()


def test_guesses_are_slowed_and_too_many_at_once_are_turned_away(site: Site) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(30) as pool:
        tries = [pool.submit(send, site, "POST", "/login", f"username=marta&password=guess{n}", FORM) for n in range(30)]
        statuses = [one.result()[0] for one in tries]
    assert statuses.count(429) >= 10
    assert 200 not in statuses

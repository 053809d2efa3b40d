"""The library over HTTP: what programs are given and refused, in process; and the real server, asked by httpx, gradio's client, MCP's."""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from browser_library import free_port, started
from gradio_client import Client as GradioClient
from gradio_client.exceptions import AppError
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.routing import Router

import qa
from qa.operations import OPERATIONS
from tests.fakes import BALTIC, REEF, SmallLibrary, word_hashes
from web.accounts import login, read_accounts, set_account
from web.api_page import EXAMPLES, api_page, openapi
from web.credentials import Credentials
from web.gate import LOOPBACK, MAX_BODY, Gate
from web.http_api import MOST_FROM_ONE, Api

ROOT = Path(__file__).parent.parent
HOTLINE = {"question": "What did participants agree on the hotline?"}
GUARDS = EXAMPLES["ask"]
NAME, PASSWORD = "marta", "a long pass:word"

# The real server, with accounts: first, because the small library below stands on another model


@pytest.fixture(scope="module")
def site(library: SmallLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`rapporteur chat --auth` over the sample library, in a process of its own."""
    home = tmp_path_factory.mktemp("server")
    accounts = home / "accounts.txt"
    set_account(accounts, NAME, PASSWORD)
    port, log = free_port(), home / "server.log"
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(library.index), "--port", str(port), "--auth", str(accounts)]
    with started(command, log):
        yield f"http://127.0.0.1:{port}"
    assert "Traceback" not in log.read_text("utf-8", "replace")


def test_a_program_with_an_account_asks_as_the_function_does(site: str, library: SmallLibrary) -> None:
    with httpx.Client(base_url=site, auth=(NAME, PASSWORD), timeout=60) as client:
        answer = client.post("/api/ask", json=GUARDS)
        assert answer.json() == qa.ask(GUARDS["question"], index=library.index).to_dict()
        assert answer.json()["status"] == "answered"
        assert client.post("/api/verify", json={"statement": answer.json()["statements"][0]}).json()["status"] == "exact"
        for name, arguments in EXAMPLES.items():
            assert client.post(f"/api/{name}", json=arguments).status_code == 200, name


@pytest.mark.parametrize("path", ["/api/ask", "/api/", "/api/openapi.json", "/api/reports", "/mcp"])
def test_without_an_account_nothing_is_told(site: str, path: str) -> None:
    for auth in (None, (NAME, "wrong password")):
        reply = httpx.post(site + path, json=GUARDS, auth=auth) if path == "/api/ask" else httpx.get(site + path, auth=auth)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"].startswith("Basic ")
        assert set(reply.json()) == {"error"}


def test_whoever_watches_over_the_server_needs_no_account(site: str) -> None:
    assert httpx.get(f"{site}/api/health").json() == {"status": "ok"}


def test_a_login_at_the_page_is_good_for_the_api_too(site: str) -> None:
    with httpx.Client(base_url=site) as client:
        assert client.post("/login", data={"username": NAME, "password": PASSWORD}).status_code == 200
        assert client.get("/api/reports").status_code == 200
        assert client.post("/api/ask", json=GUARDS, headers={"origin": "http://evil.example"}).status_code == 403


def test_the_gradio_client_asks_by_name(site: str, library: SmallLibrary) -> None:
    client = GradioClient(site, auth=(NAME, PASSWORD), verbose=False)
    try:
        named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
        assert list(named) == [f"/{name}" for name in OPERATIONS]
        answer = client.predict(**GUARDS, api_name="/ask")
        assert answer == qa.ask(GUARDS["question"], index=library.index).to_dict()
        hits = client.predict(question="krill", k=2, api_name="/retrieve")
        assert hits == [hit.to_dict() for hit in qa.retrieve("krill", 2, index=library.index)]
        assert len(client.predict(api_name="/reports")) == len(qa.reports(index=library.index))
        assert client.predict(statement=answer["statements"][0], api_name="/verify")["status"] == "exact"
        with pytest.raises(AppError, match="The question is empty"):
            client.predict(question="", api_name="/ask")
    finally:
        client.close()
    with pytest.raises(ValueError, match="Could not login"):
        GradioClient(site, auth=(NAME, "wrong password"), verbose=False)


def test_the_official_client_of_the_model_context_protocol_asks_over_the_chats_server(site: str, library: SmallLibrary) -> None:
    async def run(auth: tuple[str, str] | None, mode: str) -> tuple[list[str], Any, Any]:
        async with (
            httpx2.AsyncClient(auth=auth, timeout=60) as http,
            Client(streamable_http_client(f"{site}/mcp", http_client=http), mode=mode) as client,
        ):
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", GUARDS), await client.call_tool("ask", {"question": ""})

    for mode in ("auto", "legacy"):
        names, answer, refused = asyncio.run(run((NAME, PASSWORD), mode))
        assert names == list(OPERATIONS)
        assert answer.structured_content == qa.ask(GUARDS["question"], index=library.index).to_dict()
        assert refused.is_error
        assert refused.content[0].text.startswith("The question is empty.")
    with pytest.raises(ExceptionGroup):  # what anyio makes of the client's "Server returned an error response"
        asyncio.run(run(None, "auto"))


# In process


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[SmallLibrary]:
    """A library of two reports, not to be changed."""
    small = SmallLibrary(tmp_path_factory.mktemp("http"))
    small.write({"baltic.txt": BALTIC, "sub/reef.txt": REEF})
    with word_hashes():
        small.rebuild()
        yield small


def exchange(
    api: Api, *requests: tuple[str, str, dict[str, Any]], together: bool = False, own_names: frozenset[str] | None = None
) -> list[httpx.Response]:
    """The replies to requests (method, path, more), one after the other or together, through the gate."""

    async def gradio(_: Any, __: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"gradio"})

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(Gate(gradio, own_names, Router(api.routes())))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:7860") as client:
            waiting = [client.request(method, path, **more) for method, path, more in requests]
            return await asyncio.gather(*waiting) if together else [await one for one in waiting]

    return asyncio.run(run())


def reply(api: Api, method: str, path: str, **more: Any) -> httpx.Response:
    return exchange(api, (method, path, more))[0]


def refused(given: httpx.Response) -> tuple[int, str]:
    assert set(given.json()) == {"error"}
    return given.status_code, given.json()["error"]


@pytest.fixture
def api(small: SmallLibrary) -> Api:
    return Api(str(small.index))


def test_each_operation_gives_the_contracts_json(api: Api, small: SmallLibrary) -> None:
    index = small.index
    asked = {
        "ask": (HOTLINE, qa.ask(HOTLINE["question"], index=index).to_dict()),
        "retrieve": ({"question": "coral", "k": 1}, [h.to_dict() for h in qa.retrieve("coral", 1, index=index)]),
        "compare": ({"topic": "coral"}, qa.compare("coral", index=index).to_dict()),
        "reports": ({}, [r.to_dict() for r in qa.reports(index=index)]),
        "verify": ({"statement": (first := qa.statements(index=index)[0]).to_dict()}, qa.verify(first, index=index).to_dict()),
    }
    for name, (arguments, wanted) in asked.items():
        given = reply(api, "POST", f"/api/{name}", json=arguments)
        assert (given.status_code, given.json()) == (200, wanted), name
    shown = reply(api, "POST", "/api/show", json={"report": "baltic.txt"}).json()
    assert (shown["text"], shown["length"]) == (BALTIC, len(BALTIC))
    assert reply(api, "GET", "/api/reports").json() == asked["reports"][1]


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "says"),
    [
        ("POST", "/api/ask", {"json": {"question": " "}}, 400, "The question is empty."),
        ("POST", "/api/ask", {"json": {}}, 400, "ask: question is missing."),
        ("POST", "/api/ask", {"json": ["x"]}, 400, "ask: the arguments are to be an object with question,"),
        ("POST", "/api/ask", {"content": "{", "headers": {"content-type": "application/json"}}, 400, "The arguments are no JSON."),
        (
            "POST",
            "/api/ask",
            {"content": "[" * 100_000, "headers": {"content-type": "application/json"}},
            400,
            "The arguments are no JSON.",
        ),
        ("POST", "/api/ask", {"content": b"\xff", "headers": {"content-type": "application/json; charset=x"}}, 400, "The arguments are no"),
        ("POST", "/api/ask", {"data": HOTLINE}, 415, "Send the arguments as JSON"),
        (
            "POST",
            "/api/show",
            {"content": '{"report": "\\ud800"}', "headers": {"content-type": "application/json"}},
            400,
            "show: the arguments hold a damaged character.",
        ),
        ("POST", "/api/show", {"json": {"report": "baltik.txt"}}, 404, "baltik.txt: there is no such report in the index. Did you mean"),
        ("POST", "/api/retrieve", {"json": {"question": "x", "k": 10**9}}, 400, "retrieve: k is to be a whole number from 1 to 200."),
        ("GET", "/api/ask", {}, 405, "Ask by POST"),
        ("DELETE", "/api/reports", {}, 405, "Ask by POST"),
        ("POST", "/api/rebuild", {"json": {}}, 404, "There is no such operation. There are ask, retrieve,"),
        ("GET", "/api/../etc/passwd", {}, 404, "There is no such"),
        ("GET", "/mcp", {}, 405, "This is where programs speak the Model Context Protocol"),
        ("DELETE", "/mcp", {}, 405, "This is where programs speak"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_status(api: Api, method: str, path: str, more: dict[str, Any], status: int, says: str) -> None:
    given = reply(api, method, path, **more)
    if given.headers["content-type"].startswith("text/plain"):  # the gate's own
        assert (given.status_code, given.text[: len(says)]) == (status, says)
    else:
        code, sentence = refused(given)
        assert (code, sentence[: len(says)]) == (status, says)


def test_without_an_index_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    status, sentence = refused(reply(Api(str(tmp_path / "nowhere")), "POST", "/api/ask", json=HOTLINE))
    assert status == 503
    assert "rapporteur index" in sentence


def test_a_programming_mistake_tells_the_client_nothing_of_the_inside(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr("qa.operations.ask", broken)
    status, sentence = refused(reply(api, "POST", "/api/ask", json=HOTLINE))
    assert (status, "secret" in sentence) == (500, False)
    assert "secret path" in caplog.text


def test_a_flood_from_one_address_is_told_to_slow_down_and_the_rest_is_answered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    flood = [("POST", "/api/ask", {"json": HOTLINE})] * (MOST_FROM_ONE + 5)
    replies = exchange(api, *flood, together=True)
    assert sorted({r.status_code for r in replies}) == [200, 429]
    late = next(r for r in replies if r.status_code == 429)
    assert late.headers["retry-after"] == "1"
    assert "waiting already" in late.json()["error"]
    assert reply(api, "POST", "/api/ask", json=HOTLINE).status_code == 200, "what was refused leaves nothing behind"


def test_the_gate_stands_before_the_api_as_before_the_page(api: Api) -> None:
    other = exchange(api, ("POST", "/api/ask", {"json": HOTLINE, "headers": {"host": "evil.example"}}), own_names=LOOPBACK)[0]
    elsewhere = reply(api, "POST", "/api/ask", json=HOTLINE, headers={"sec-fetch-site": "cross-site"})
    large = reply(api, "POST", "/api/ask", content=b" " * (MAX_BODY + 1), headers={"content-type": "application/json"})
    assert [r.status_code for r in (other, elsewhere, large)] == [421, 403, 413]
    fine = reply(api, "POST", "/api/ask", json=HOTLINE)
    assert "default-src 'self'" in fine.headers["content-security-policy"]
    assert [reply(api, "GET", path).text for path in ("/apiary", "/mcpx")] == ["There is no such page."] * 2


# Who may ask


def header(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def guarded(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Api, list[float], list[str]]:
    """The API with an account; how long wrong passwords waited, and whose password was worked out."""
    monkeypatch.setattr("web.accounts._COST", (2**4, 8, 1))
    set_account(tmp_path / "accounts.txt", NAME, PASSWORD)
    right = login(read_accounts(tmp_path / "accounts.txt"))
    waits: list[float] = []
    tried: list[str] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def counted(name: str, password: str) -> bool:
        tried.append(name)
        return await right(name, password)

    monkeypatch.setattr("web.credentials.asyncio.sleep", sleep)
    api.admitted = Credentials(counted).admit
    return api, waits, tried


def test_a_password_is_worked_out_once_and_remembered(guarded: tuple[Api, list[float], list[str]]) -> None:
    api, _, tried = guarded
    asked = ("POST", "/api/ask", {"json": HOTLINE, "headers": header(NAME, PASSWORD)})
    assert [r.status_code for r in exchange(api, asked, asked, asked)] == [200, 200, 200]
    assert tried == [NAME]
    assert reply(api, "GET", "/api/reports", headers=header(NAME, PASSWORD + "x")).status_code == 401


def test_guessing_gets_slower_and_one_right_password_ends_that(guarded: tuple[Api, list[float], list[str]]) -> None:
    api, waits, _ = guarded
    wrong = [("GET", "/api/reports", {"headers": header(NAME, f"wrong password {n}")}) for n in range(6)]
    assert {r.status_code for r in exchange(api, *wrong)} == {401}
    assert waits == [1.0, 2.0, 4.0]
    assert reply(api, "GET", "/api/reports", headers=header(NAME, PASSWORD)).status_code == 200
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert reply(api, "GET", "/api/reports", headers=wrong[0][2]["headers"]).status_code == 401
    assert len(waits) == 4


def test_many_guesses_at_once_are_turned_away(guarded: tuple[Api, list[float], list[str]]) -> None:
    api, _, _ = guarded
    many = [("GET", "/api/reports", {"headers": header(NAME, f"wrong password {n}")}) for n in range(14)]
    assert sorted({r.status_code for r in exchange(api, *many, together=True)}) == [401, 429]


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"no colon").decode(), "basic /w=="])
def test_a_header_that_holds_no_account_is_not_even_tried(guarded: tuple[Api, list[float], list[str]], value: str) -> None:
    api, _, tried = guarded
    assert reply(api, "GET", "/api/reports", headers={"authorization": value}).status_code == 401
    assert tried == []


# What is described


def test_the_openapi_description_holds_for_what_is_taken_and_given(api: Api) -> None:
    given = reply(api, "GET", "/api/openapi.json").json()
    assert given == openapi()
    assert list(given["paths"]) == [f"/api/{name}" for name in OPERATIONS]
    for path, methods in given["paths"].items():
        for method in methods.values():
            body = method.get("requestBody", {"content": {"application/json": {"schema": {}, "example": {}}}})["content"][
                "application/json"
            ]
            Draft202012Validator(body["schema"]).validate(body["example"]) if path != "/api/verify" else None
            Draft202012Validator.check_schema(method["responses"]["200"]["content"]["application/json"]["schema"])
            assert method["responses"]["429"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_the_page_describes_every_argument_and_fetches_nothing(api: Api) -> None:
    page = reply(api, "GET", "/api/").text
    assert page == api_page()
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "src=" not in page
    assert "@import" not in page
    for name, operation in OPERATIONS.items():
        assert f'id="{name}"' in page
        assert all(f"<code>{argument}</code>" in page for argument in operation.takes)
    moved = reply(api, "GET", "/api")
    assert (moved.status_code, moved.headers["location"]) == (307, "api/")

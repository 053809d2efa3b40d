"""The library over HTTP for other programs: /api/ answers with the contract's JSON, /mcp speaks the Model Context Protocol.

Both offer the operations of `qa/operations.py`, behind the same gate and login as the page. Nothing here changes anything. A mistake is
{"error": "a sentence"} with a status that says whose it is.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from index.errors import BadQuestion, IndexUnusable, ModelMismatch, ModelUnusable, RapporteurError, UnknownReport
from qa.operations import OPERATIONS
from web.api_page import api_page, openapi
from web.credentials import TooManyTries
from web.turnstile import Busy, Turnstile

API: Final = "/api"
MCP: Final = "/mcp"
MOST_FROM_ONE: Final = 20  # questions of one address at work or waiting; a program that sends more is told to slow down
_WAITING: Final = 60
_STATUS: Final[tuple[tuple[type[RapporteurError], int], ...]] = (
    (BadQuestion, 400),
    (UnknownReport, 404),
    (Busy, 503),
    (IndexUnusable, 503),
    (ModelMismatch, 503),
    (ModelUnusable, 503),
)

Admitted = Callable[[Request], Awaitable[bool]]


class TooMany(RapporteurError):
    """One address asks for more at once than it may."""


class Api:
    """The routes over one index; programs wait at a turnstile of their own, so that they never hold up a person at the page."""

    def __init__(self, index: str) -> None:
        """`admitted` says whether a request may ask; without accounts everybody who gets here may."""
        self._index = index
        self._turnstile = Turnstile(waiting=_WAITING)
        self._asking: Counter[str] = Counter()  # by client address
        self._server: Any = None  # of the Model Context Protocol: made at the first request, because its library takes a second to load
        self.admitted: Admitted | None = None

    def routes(self) -> list[Route]:
        """What the chat's server has to answer here."""
        every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]  # so that a wrong one gets a sentence
        return [
            Route(API, lambda _: RedirectResponse(f"{API[1:]}/"), methods=["GET"]),
            Route(f"{API}/", self._page, methods=["GET"]),
            Route(f"{API}/health", self._health, methods=["GET"]),
            Route(f"{API}/openapi.json", self._openapi, methods=["GET"]),
            Route(f"{API}/{{name:path}}", self._operation, methods=every),
            Route(MCP, _Protocol(self._mcp)),
        ]

    async def _health(self, _: Request) -> Response:
        """For whoever watches over the process: that it answers, and no more."""
        return JSONResponse({"status": "ok"})

    async def _page(self, request: Request) -> Response:
        return await self._refusal(request) or HTMLResponse(api_page())

    async def _openapi(self, request: Request) -> Response:
        return await self._refusal(request) or JSONResponse(openapi())

    async def _operation(self, request: Request) -> Response:
        refused = await self._refusal(request)
        if refused:
            return refused
        operation = OPERATIONS.get(request.path_params["name"])
        if operation is None:
            return _problem(404, f"There is no such operation. There are {', '.join(OPERATIONS)}; {API}/ describes them.")
        try:
            arguments = {} if request.method == "GET" and not operation.takes else await _arguments(request)
            with self._one_more(request):
                return JSONResponse(await self._turnstile.run(operation.run, arguments, self._index))
        except RapporteurError as error:
            return _told(error)
        except ClientDisconnect:
            return _problem(400, "The request did not come in whole.")
        except Exception:
            logging.getLogger(__name__).exception("%s failed", operation.name)
            return _problem(500, f"{operation.name}: Rapporteur made a mistake here; the log of whoever runs it says which.")

    async def _mcp(self, scope: Scope, receive: Receive, send: Send) -> None:
        from qa.mcp_server import answer_http, make_server

        request = Request(scope, receive)
        refused = await self._refusal(request)
        if not refused and request.method != "POST":
            sentence = "This is where programs speak the Model Context Protocol, by POST; nothing is kept between requests."
            refused = _problem(405, sentence, Allow="POST")
        if not refused:
            try:
                with self._one_more(request):
                    self._server = self._server or make_server(self._index, self._turnstile.run)
                    return await answer_http(self._server, scope, receive, send)
            except TooMany as error:
                refused = _told(error)
        return await refused(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        """Why a request may not ask, or None."""
        try:
            if self.admitted is None or await self.admitted(request):
                return None
        except RapporteurError as error:
            return _told(error)
        sentence = "Log in first: at the page, or with a name and password in an Authorization header (Basic)."
        return _problem(401, sentence, **{"WWW-Authenticate": 'Basic realm="Rapporteur", charset="UTF-8"'})

    @contextmanager
    def _one_more(self, request: Request) -> Iterator[None]:
        client = request.client.host if request.client else ""
        if self._asking[client] >= MOST_FROM_ONE:
            raise TooMany(f"{MOST_FROM_ONE} questions from here are waiting already. Send the next when one is answered.")
        self._asking[client] += 1
        try:
            yield
        finally:
            self._asking[client] -= 1
            if not self._asking[client]:
                del self._asking[client]


class _Protocol:
    """The Model Context Protocol as an ASGI application, which starlette hands every request at its path."""

    def __init__(self, answer: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope, receive, send)


async def _arguments(request: Request) -> object:
    if request.method != "POST":
        raise _Refused(405, "Ask by POST, with the arguments as a JSON object.", Allow="POST")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _Refused(415, "Send the arguments as JSON, with the header Content-Type: application/json.")
    try:
        return json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise _Refused(400, 'The arguments are no JSON. Send an object such as {"question": "..."}.') from None


class _Refused(RapporteurError):
    """A request that is not looked at further, with its status."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers


def _told(error: RapporteurError) -> Response:
    if isinstance(error, _Refused):
        return _problem(error.status, str(error), **error.headers)
    if isinstance(error, TooMany | TooManyTries):
        return _problem(429, str(error), **{"Retry-After": "1"})
    if isinstance(error, Busy):
        return _problem(503, "Rapporteur is busy: too many questions wait already. Ask again in a few seconds.", **{"Retry-After": "3"})
    return _problem(next((status for kind, status in _STATUS if isinstance(error, kind)), 400), str(error))


def _problem(status: int, sentence: str, **headers: str) -> Response:
    whole = sentence.encode("utf-8", "replace").decode()  # what was sent may be repeated in it, and be no text
    return JSONResponse({"error": whole}, status, headers)

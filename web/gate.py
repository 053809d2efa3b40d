"""What stands before the page's server: only the routes the page needs, no address but its own, no flood, no guessing of passwords."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
MAX_BODY: Final = 4_000_000  # bytes of one request: a long conversation is a few hundred thousand
MAX_UPLOAD: Final = 51_000_000  # bytes of an upload, which counts for itself what it takes
SLOW_AFTER: Final = 3  # wrong passwords from one address before its next try waits
MAX_WAIT: Final = 30.0  # seconds
MAX_WAITING: Final = 10  # tries of one address that wait for each other; more are turned away
OWN: Final = "/rapporteur/"
_OWN = re.compile(rf"{OWN}.*|/api(/.*)?|/mcp/?")  # what the application beside gradio answers: the page's own routes, and programs

# gradio serves uploads, a proxy, file access, an app builder and traffic charts besides; nothing here uses them.
_ROUTES = re.compile(
    r"/|/(config|login|logout|theme\.css|favicon\.ico|robots\.txt|manifest\.json)/?|/(assets|static|svelte)/.*"
    r"|/gradio_api/(info|app_id|user|login_check|token|startup-events|theme\.css|queue/join|queue/data|cancel|reset)/?"
    r"|/gradio_api/heartbeat/[^/]+|/gradio_api/run/[^/]+/?"
)

_HEADERS = {
    # 'unsafe-eval' is gradio's: its HTML component compiles templates. Report text never reaches one.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Gate:
    """ASGI middleware around gradio's application."""

    def __init__(self, app: ASGIApp, own_names: frozenset[str] | None = None, own: ASGIApp | None = None) -> None:
        """`app` is what the gate stands before; `own_names` are the host names it answers to, None for any; `own` answers _OWN paths."""
        self.app = app
        self.own = own
        self.own_names = own_names
        self.waiting: Counter[str] = Counter()  # tries to log in that are under way, by client address
        self.failures: OrderedDict[str, int] = OrderedDict()  # wrong passwords in a row, by client address
        self.one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by client address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self.own_names is not None and _host(scope) not in self.own_names:
            await _refuse(send, 421, "Rapporteur answers here to localhost only. Start it with --host to serve other names.")
        elif not self._known(scope):
            await _refuse(send, 404, "There is no such page.")
        elif scope["method"] not in ("GET", "HEAD") and _from_elsewhere(scope):
            await _refuse(send, 403, "This came from another site's page.")
        elif _declared_length(scope) > _most(scope):
            await _refuse(send, 413, "That is more than Rapporteur takes at once.")
        elif self.own is not None and _OWN.fullmatch(path_of(scope)):
            path = path_of(scope)
            inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}
            inner.pop("app", None)  # so that a path that is none is answered here, not raised into gradio's application
            await self.own(inner, _counted(receive, _most(scope)), _with_headers(send))
        elif scope["method"] == "POST" and path_of(scope).rstrip("/") == "/login":
            await self._login(scope, _counted(receive, MAX_BODY), _with_headers(send))
        else:
            await self.app(scope, _counted(receive, MAX_BODY), _with_headers(send))

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each wrong password after the third doubles the wait of that address before its next try is looked at, one try at a time."""
        client = str((scope.get("client") or ("",))[0])
        if self.waiting[client] >= MAX_WAITING:
            await _refuse(send, 429, "Too many tries to log in from here are waiting already. Try again later.")
            return
        self.waiting[client] += 1
        try:
            async with self.one_at_a_time.setdefault(client, asyncio.Lock()):
                await self._slowed(client, scope, receive, send)
        finally:
            self.waiting[client] -= 1
            if not self.waiting[client]:
                del self.waiting[client]

    def _known(self, scope: Scope) -> bool:
        path = path_of(scope)
        return bool(_ROUTES.fullmatch(path)) or (self.own is not None and bool(_OWN.fullmatch(path)))

    async def _slowed(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        failed = self.failures.get(client, 0)
        if failed >= SLOW_AFTER:
            await asyncio.sleep(min(2.0 ** (failed - SLOW_AFTER), MAX_WAIT))

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] < 400:
                    self.failures.pop(client, None)
                else:
                    self.failures[client] = self.failures.pop(client, 0) + 1
                    while len(self.failures) > 10_000:
                        self.failures.popitem(last=False)
            await send(message)

        await self.app(scope, receive, noted)


def path_of(scope: Scope) -> str:
    """The path below the mount point of a reverse proxy."""
    path, root = str(scope["path"]), str(scope.get("root_path") or "")
    return path.removeprefix(root) or "/"


def _host(scope: Scope) -> str:
    """The host name that the browser asked for, without the port."""
    value = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    return re.sub(r":\d+$", "", value)


def _from_elsewhere(scope: Scope) -> bool:
    """Whether the browser says that another site's page sent this: somebody's login must not work for a page they merely visit."""
    sent = {name: value.decode("latin-1").lower() for name, value in scope["headers"] if name in (b"origin", b"host", b"sec-fetch-site")}
    if sent.get(b"sec-fetch-site") == "cross-site":
        return True
    origin = sent.get(b"origin")
    return origin is not None and b"sec-fetch-site" not in sent and origin.partition("://")[2] != sent.get(b"host")


def _most(scope: Scope) -> int:
    return MAX_UPLOAD if path_of(scope) == f"{OWN}upload" else MAX_BODY


def _declared_length(scope: Scope) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value[:20]) if value.isdigit() else MAX_UPLOAD + 1


def _counted(receive: Receive, most: int) -> Receive:
    """A body sent without a length is cut off when it grows too large."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > most else message

    return counted


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode("latin-1").lower() not in _HEADERS]
            message["headers"] = kept + [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

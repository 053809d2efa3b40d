"""Programs log in with each request: a name and password of `rapporteur account` in an Authorization header (Basic).

Hashing a password takes fifty milliseconds on purpose, so one that was right is remembered, by a keyed hash and for as long as the server
runs. Wrong ones are slowed down by address as at the page's own login.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakValueDictionary

from index.errors import RapporteurError
from web.gate import MAX_WAIT, MAX_WAITING, SLOW_AFTER

if TYPE_CHECKING:
    from starlette.requests import Request

_K = TypeVar("_K")
_V = TypeVar("_V")
_REMEMBERED: Final = 1_000  # accounts; and addresses whose wrong passwords are counted


class TooManyTries(RapporteurError):
    """More passwords from one address than are looked at."""


class Credentials:
    """Tells whether a request carries the name and password of an account."""

    def __init__(self, right: Callable[[str, str], Awaitable[bool]]) -> None:
        """`right` is `web.accounts.login`'s."""
        self._right = right
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._failures: OrderedDict[str, int] = OrderedDict()  # wrong passwords in a row, by client address
        self._waiting: Counter[str] = Counter()
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def admit(self, request: Request) -> bool:
        """Whether the request may ask. Raises TooManyTries."""
        pair = _name_and_password(request.headers.get("authorization", ""))
        if pair is None:
            return False
        digest = hmac.digest(self._key, "\0".join(pair).encode("utf-8", "surrogatepass"), "sha256")
        if digest in self._known:
            return True
        client = request.client.host if request.client else ""
        if self._waiting[client] >= MAX_WAITING:
            raise TooManyTries("Too many tries to log in from here are waiting already. Try again later.")
        self._waiting[client] += 1
        try:
            async with self._one_at_a_time.setdefault(client, asyncio.Lock()):
                return await self._tried(client, digest, *pair)
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]

    async def _tried(self, client: str, digest: bytes, name: str, password: str) -> bool:
        failed = self._failures.get(client, 0)
        if failed >= SLOW_AFTER:
            await asyncio.sleep(min(2.0 ** (failed - SLOW_AFTER), MAX_WAIT))
        if await self._right(name, password):
            self._failures.pop(client, None)
            _keep(self._known, digest, None)
            return True
        _keep(self._failures, client, failed + 1)
        return False


def _keep(memory: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    memory.pop(key, None)
    memory[key] = value
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _name_and_password(header: str) -> tuple[str, str] | None:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None

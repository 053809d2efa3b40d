"""Only as many questions at work as the machine can do at once, only as many waiting as will be answered soon; the rest are told so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from index.errors import RapporteurError

AT_ONCE: Final = 2  # answering is computing: more at once only makes each slower
WAITING: Final = 150  # some seconds of work

_Result = TypeVar("_Result")


class Busy(RapporteurError):
    """More questions wait than will be answered soon."""

    def __init__(self) -> None:
        """There is one thing to say."""
        super().__init__("Rapporteur is busy: many people are asking at this moment. Your question is kept; ask it again in a few seconds.")


class Turnstile:
    """Lets `at_once` through; up to `waiting` others wait without holding a thread that somebody's click could use."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        """Made once for a page."""
        self._room = asyncio.Semaphore(at_once)
        self._most = waiting
        self._waiting = 0

    async def run(self, function: Callable[..., _Result], *arguments: object) -> _Result:
        """What `function` gives, in a thread. Raises Busy at once when too many wait."""
        async with self.place():
            return await asyncio.to_thread(function, *arguments)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place among those let through, once it is one's turn. Raises Busy at once when too many wait."""
        if self._waiting >= self._most:
            raise Busy
        self._waiting += 1
        try:
            await self._room.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._room.release()

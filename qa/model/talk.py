"""Talking to the model in a thread of its own: within one limit of time, with one more try, and a way to stop it."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing

from qa.model.endpoint import Endpoint, EndpointFault, Stopped
from qa.model.prompt import Message

_TICK = 0.2  # seconds between looks at whether to stop
_TRIES = 2
_PARTING = 2.0  # seconds that a connection has to close


def converse(
    endpoint: Endpoint,
    messages: Sequence[Message],
    *,
    schema: str,
    readable: Callable[[str], bool],
    stop: threading.Event | None = None,
    seconds: float | None = None,
) -> Iterator[str]:
    """What the model has written so far, as it grows, and again every fifth of a second while it does not; the last is the whole.

    readable  whether a whole reply can be used; one that cannot is tried again once, like an endpoint that fails.
    seconds   the limit for all of it, by default the endpoint's own.
    Raises EndpointFault, and Stopped when `stop` is set.
    """
    limit = endpoint.seconds if seconds is None else seconds
    talk = _Talk(endpoint, messages, schema, readable, limit)
    talk.start()
    so_far = ""
    try:
        while True:
            if stop is not None and stop.is_set():
                raise Stopped
            try:
                said = talk.said.get(timeout=_TICK)
            except queue.Empty:
                yield so_far
                continue
            if isinstance(said, Exception):
                raise said
            if said is None:
                return
            so_far = said
            yield so_far
    finally:
        talk.end()


class _Talk(threading.Thread):
    """The conversation itself: puts the text so far, then None or the exception that ended it, into `said`."""

    def __init__(
        self, endpoint: Endpoint, messages: Sequence[Message], schema: str, readable: Callable[[str], bool], seconds: float
    ) -> None:
        super().__init__(name="language model", daemon=True)
        self.endpoint, self.messages, self.schema, self.readable, self.seconds = endpoint, messages, schema, readable, seconds
        self.said: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task[None] | None = None
        self.ended = threading.Event()

    def run(self) -> None:
        try:
            asyncio.run(self._within_limit())
        except asyncio.CancelledError:
            self.said.put(Stopped())
        except Exception as error:  # whatever it is, the one who waits must hear of it
            self.said.put(error)

    def end(self) -> None:
        """Break off whatever is under way, and wait a moment for the connection to close."""
        self.ended.set()
        if self.is_alive() and self.loop is not None and self.task is not None:
            try:
                self.loop.call_soon_threadsafe(self.task.cancel)
            except RuntimeError:  # the loop has closed meanwhile: it is over
                return
        self.join(_PARTING)

    async def _within_limit(self) -> None:
        self.loop, self.task = asyncio.get_running_loop(), asyncio.current_task()
        if self.ended.is_set():
            return
        try:
            async with asyncio.timeout(self.seconds):
                await self._tries()
        except TimeoutError as error:
            raise EndpointFault(f"The model did not finish within {self.seconds:.0f} seconds.") from error
        self.said.put(None)

    async def _tries(self) -> None:
        begun = time.monotonic()
        plain = False
        for left in reversed(range(_TRIES)):
            try:
                await self._once(plain=plain)
                return
            except EndpointFault as fault:
                if not (fault.again and left) or time.monotonic() - begun + fault.wait >= self.seconds:
                    raise
                plain = fault.plain
                await asyncio.sleep(fault.wait)

    async def _once(self, *, plain: bool) -> None:
        from qa.model.wire import reply_of  # noqa: PLC0415  # loads the client, which takes a second

        so_far = ""
        async with aclosing(reply_of(self.endpoint, self.messages, schema=self.schema, plain=plain)) as pieces:
            async for piece in pieces:
                so_far += piece
                self.said.put(so_far)
        if not so_far.strip():
            raise EndpointFault("The model said nothing.", again=True)
        if not self.readable(so_far):
            raise EndpointFault("What the model wrote could not be read.", again=True)

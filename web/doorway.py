"""Questions are counted before gradio does anything for them: a few go in at a time, some wait, and one too many is told so at once.

Said by the page's own handler, "busy" would come late: gradio's work on each request waits for the answers that are being computed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from web.gate import path_of
from web.turnstile import AT_ONCE, WAITING, Busy, Turnstile

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.toolkit import gradio as gr

REFUSED: Final = "refused"
"""elem_id of the hidden box that takes the sentence of a refusal; an event that has it among its outputs is a question."""
_RUN = re.compile(r"/gradio_api/run/[^/]+/?")
# Inside a JSON string the quotes would be escaped, so this is a key; gradio's is the last of that name, whatever a conversation holds.
_EVENT = re.compile(rb'(?<!\\)"fn_index"\s*:\s*(\d{1,9})')


class Doorway:
    """ASGI middleware around gradio's application, inside the gate."""

    def __init__(self, app: ASGIApp, refusals: Mapping[int, bytes], turnstile: Turnstile | None = None) -> None:
        """`refusals` are the replies with which each event that asks is refused, by its number: see `refusals_of`."""
        self.app = app
        self._refusals = refusals
        # Twice as many as are computed: while two are, the next two are read and the last two written.
        self._turnstile = turnstile or Turnstile(2 * AT_ONCE, WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, at its turn if it is a question; a question too many is refused."""
        if scope["type"] != "http" or scope["method"] != "POST" or not _RUN.fullmatch(path_of(scope)):
            await self.app(scope, receive, send)
            return
        came = [await receive()]
        while came[-1].get("more_body"):
            came.append(await receive())
        found = _EVENT.findall(b"".join(message.get("body", b"") for message in came))
        refusal = self._refusals.get(int(found[-1])) if found else None

        async def again() -> Message:
            return came.pop(0) if came else await receive()

        if refusal is None:
            await self.app(scope, again, send)
            return
        try:
            async with self._turnstile.place():
                await self.app(scope, again, send)
        except Busy:
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(refusal)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": refusal})


def refusals_of(page: gr.Blocks) -> dict[int, bytes]:
    """What gradio would answer for each event that asks, had its handler left everything as it is but for the sentence that it is busy."""
    return {
        number: json.dumps(
            {
                "data": [str(Busy()) if output.elem_id == REFUSED else {"__type__": "update"} for output in event.outputs],
                "is_generating": False,
                "duration": 0.0,
                "average_duration": 0.0,
                "render_config": None,
                "changed_state_ids": [],
            }
        ).encode()
        for number, event in page.fns.items()
        if any(getattr(output, "elem_id", None) == REFUSED for output in event.outputs)
    }

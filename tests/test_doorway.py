"""Questions at the doorway: a few at work, some waiting, one too many told so before gradio has done anything for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from web.doorway import Doorway, refusals_of
from web.page import build
from web.turnstile import Busy, Turnstile

QUESTION, OTHER = 8, 9
REFUSALS = {QUESTION: b'{"data": ["busy"]}'}


class Gradio:
    """An application that answers when it is let, and keeps the bodies that it was given."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.go = asyncio.Event()

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message.get("more_body", False)
        self.bodies.append(json.loads(body))
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"data": ["answer"]}'})


async def post(doorway: Doorway, event: int, data: Any = None, *, piece: int = 40) -> list[str]:
    """What a browser gets for an event of the page, sent in pieces."""
    body = json.dumps({"data": [data], "event_data": None, "fn_index": event, "session_hash": "x"}, separators=(",", ":")).encode()
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/run/predict", "headers": []}
    await doorway(scope, receive, send)
    assert sent[0]["status"] == 200
    return json.loads(sent[1]["body"])["data"]


def test_a_question_too_many_is_told_so_at_once_and_gradio_never_hears_of_it() -> None:
    async def crowd() -> None:
        gradio = Gradio()
        doorway = Doorway(gradio, REFUSALS, Turnstile(at_once=2, waiting=3))
        inside = [asyncio.create_task(post(doorway, QUESTION, "among the first")) for _ in range(5)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(post(doorway, QUESTION, "one too many"), 5) == ["busy"]
        assert [body["data"] for body in gradio.bodies] == [["among the first"]] * 2
        gradio.go.set()
        assert await asyncio.gather(*inside) == [["answer"]] * 5
        assert await post(doorway, QUESTION, "afterwards") == ["answer"]

    asyncio.run(crowd())


def test_what_is_no_question_passes_while_questions_wait_and_whole() -> None:
    async def crowd() -> None:
        gradio = Gradio()
        doorway = Doorway(gradio, REFUSALS, Turnstile(at_once=1, waiting=0))
        gradio.go.set()
        assert await post(doorway, OTHER, "a click", piece=7) == ["answer"]
        assert gradio.bodies[-1]["data"] == ["a click"]
        # A conversation may hold anything, the words of such a body too.
        for talk in ('"fn_index":8', {"fn_index": QUESTION}, '\\"fn_index\\": 8'):
            assert await post(doorway, OTHER, talk) == ["answer"]
        assert await post(doorway, QUESTION, {"fn_index": OTHER}) == ["busy"]

    asyncio.run(crowd())


def test_a_question_that_fails_leaves_its_place_to_the_next() -> None:
    async def failing(*_: Any) -> None:
        raise ConnectionResetError

    async def crowd() -> None:
        doorway = Doorway(failing, REFUSALS, Turnstile(at_once=1, waiting=1))  # type: ignore[arg-type]
        for _ in range(3):
            failed = await asyncio.gather(post(doorway, QUESTION), return_exceptions=True)
            assert isinstance(failed[0], ConnectionResetError)

    asyncio.run(crowd())


def test_each_way_to_ask_is_refused_with_what_its_own_event_gives_and_nothing_else_is(tmp_path: Path) -> None:
    async def within_a_loop() -> Any:  # gradio makes event loops where there is none, and leaves them open
        return build(str(tmp_path / "none"))

    page = asyncio.run(within_a_loop())
    refusals = refusals_of(page)
    asking = {number for number, event in page.fns.items() if event.name in ("ask_typed", "ask_clicked")}
    assert set(refusals) == asking
    assert len(asking) == 2
    for number, refusal in refusals.items():
        data = json.loads(refusal)["data"]
        assert len(data) == len(page.fns[number].outputs)
        assert data == [{"__type__": "update"}] * (len(data) - 1) + [str(Busy())]

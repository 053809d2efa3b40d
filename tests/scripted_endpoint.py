"""An OpenAI-compatible endpoint on loopback that does as it is told: honest, lying, obedient to any instruction, broken, slow.

A script is a function of the request's body that gives a `Play`. What was asked is kept, to be looked at.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Play:
    """What the endpoint sends.

    said     the model's words, streamed in pieces of `piece` characters with `pause` seconds between.
    raw      bytes sent as they are instead, under the content type `kind`.
    status   of the response; one from 300 on is sent with the JSON `error` and the `headers`.
    finish   the reason it gives at the end; None ends the stream without one. breaks: the connection closes after the words.
    """

    said: str = ""
    status: int = 200
    raw: bytes | None = None
    kind: str = "text/event-stream"
    error: Body = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    piece: int = 40
    pause: float = 0.0
    finish: str | None = "stop"
    breaks: bool = False
    drip: bool = False


Script = Callable[[Body], Play]


@dataclass
class Scripted:
    """The running endpoint: its address, and each request's headers and body."""

    url: str
    asked: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    broken_off: threading.Event = field(default_factory=threading.Event)


@contextmanager
def scripted(script: Script | Sequence[Play]) -> Iterator[Scripted]:
    """An endpoint that plays `script` until the block ends; of a list each request gets the next, and the last goes on."""
    plays = None if callable(script) else list(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            running.asked.append(body)
            running.headers.append({name.lower(): value for name, value in self.headers.items()})
            if plays is None:
                assert callable(script)
                play = script(body)
            else:
                play = plays[min(len(running.asked), len(plays)) - 1]
            try:
                self.answer(play)
            except (BrokenPipeError, ConnectionError):
                running.broken_off.set()

        def answer(self, play: Play) -> None:
            self.send_response(play.status)
            for name, value in play.headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json" if play.status >= 300 else play.kind)
            self.end_headers()
            if play.status >= 300:
                self.wfile.write(json.dumps({"error": play.error}).encode())
            elif play.raw is not None:
                for at in range(0, len(play.raw), 65536) if not play.drip else range(len(play.raw)):
                    self.wfile.write(play.raw[at : at + (1 if play.drip else 65536)])
                    time.sleep(play.pause)
            else:
                self.stream(play)

        def stream(self, play: Play) -> None:
            for at in range(0, len(play.said), play.piece):
                self.event({"delta": {"content": play.said[at : at + play.piece]}, "finish_reason": None})
                time.sleep(play.pause)
            if play.breaks:
                self.connection.close()
                return
            if play.finish is not None:
                self.event({"delta": {}, "finish_reason": play.finish})
            self.wfile.write(b"data: [DONE]\n\n")

        def event(self, choice: Body) -> None:
            chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [{"index": 0, **choice}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its parent's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            running.broken_off.set()

    server = Server(("127.0.0.1", 0), Handler)
    running = Scripted(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def given(body: Body) -> Body:
    """What the program put to the model: {"question", "statements"} or {"conversation", "follow_up"}."""
    return dict(json.loads(body["messages"][-1]["content"]))


def sentences(*pairs: tuple[str, Sequence[int]]) -> str:
    """A reply in the form that was asked for."""
    return json.dumps({"sentences": [{"text": text, "statements": list(numbers)} for text, numbers in pairs]}, ensure_ascii=False)

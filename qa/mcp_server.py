"""The Model Context Protocol: language models and agents ask the library through tools, over stdio or over the chat's HTTP.

The tools are the operations of `qa/operations.py`, and what they give is the contract's JSON, as structured content and as text. A tool's
mistake comes back as a sentence that a model can act on. A model has little room: lists of reports and texts come in parts.

`rapporteur mcp` speaks the protocol on standard output; mcp's own transport sends whatever else is written there to standard error.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.errors import RapporteurError
from index.terms import fold
from qa.operations import OPERATIONS, Operation
from qa.schema import object_of

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.server.context import ServerRequestContext
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, Tool
    from starlette.types import Receive, Scope, Send

Runner = Callable[[Callable[[], Any]], Awaitable[Any]]

MOST_TEXT: Final = 20_000  # characters of a report at once: some five thousand tokens
MOST_REPORTS: Final = 50  # listed at once
_AT_ONCE: Final = 2  # tools at work: answering is computing
_INSTRUCTIONS: Final = (
    "Rapporteur answers from reports of diplomatic dialogues, with their own sentences and nothing else. Begin with `ask`. Quote to the "
    "letter and give each quote its citation. Who held a statement and how firmly is part of it: do not widen `some` to all, nor "
    "discussed to agreed. Where `status` is not_covered, the reports do not cover the question: say so, and fill nothing in. `verify` "
    "tells whether a quote is still the report's."
)
_NUMBER: Final = {"type": "integer"}


def make_server(index: str | Path, run: Runner | None = None) -> Server[Any]:
    """The server with its tools over `index`. `run` is what calls a function that computes; by default one of two threads."""
    from mcp.server import Server
    from mcp.shared.exceptions import MCPError
    from mcp.types import CallToolResult, ListToolsResult, TextContent

    calling = run or _in_threads()

    async def tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_tool(operation) for operation in TOOLS.values()])

    async def call(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(code=-32602, message=f"There is no tool called {params.name[:40]}. There are {', '.join(TOOLS)}.")
        try:
            result = await calling(lambda: tool.run(params.arguments or {}, index))
        except RapporteurError as error:
            return CallToolResult(content=[TextContent(text=str(error))], is_error=True)
        except Exception:
            logging.getLogger(__name__).exception("%s failed", tool.name)
            sentence = f"{tool.name}: Rapporteur made a mistake here; the log of whoever runs it says which."
            return CallToolResult(content=[TextContent(text=sentence)], is_error=True)
        return CallToolResult(content=[TextContent(text=json.dumps(result, ensure_ascii=False))], structured_content=result)

    return Server(
        "rapporteur",
        version=_version(),
        title="Rapporteur",
        instructions=_INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=call,
    )


def serve_stdio(index: str | Path) -> None:
    """Serve on standard input and output until the input ends."""
    import asyncio

    import anyio
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, _leave)  # so that the signal wakes a loop that waits
        signal.signal(signal.SIGINT, _leave)  # and is acted upon at once, whatever the loop does
        server = make_server(index)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    before = signal.signal(signal.SIGINT, _leave)
    try:
        anyio.run(serve)
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(*_: object) -> None:
    """At once: a thread waits for the next line of standard input, and Python would wait for the thread. Nothing is left half-done."""
    os.write(2, b"rapporteur: stopped.\n")
    os._exit(1)


async def answer_http(server: Server[Any], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of the protocol's HTTP form, with JSON. Nothing is kept between requests, so there is nothing to hijack."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)  # who may ask is the gate's to say
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _version() -> str:
    try:
        return version("rapporteur")
    except PackageNotFoundError:  # run from its sources
        return ""


def _in_threads() -> Runner:

    import anyio

    room = anyio.CapacityLimiter(_AT_ONCE)

    async def run(function: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(function, limiter=room)

    return run


def _tool(operation: Operation) -> Tool:
    from mcp.types import Tool, ToolAnnotations

    return Tool(
        name=operation.name,
        title=operation.title,
        description=operation.description,
        input_schema=operation.input_schema(),
        output_schema=dict(operation.gives),
        annotations=ToolAnnotations(
            title=operation.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _some_text(start: int = 0, end: int | None = None, **arguments: Any) -> Any:
    most = start + MOST_TEXT
    return OPERATIONS["show"].function(start=start, end=most if end is None else min(end, most), **arguments)


def _some_reports(find: str = "", first: int = 0, limit: int = MOST_REPORTS, *, index: str | Path) -> dict[str, Any]:
    """Reports `first` and after, of those in whose name, title, series, place or side all words of `find` stand."""
    words = fold(find).split()
    found = [report for report in OPERATIONS["reports"].function(index=index) if all(word in _about(report) for word in words)]
    return {"reports": found[first : first + limit], "total": len(found)}


def _about(report: Mapping[str, Any]) -> str:
    parts = [report[name] for name in ("report", "title", "series", "start", "place")]
    return fold(" ".join(filter(None, (*parts, *report["organisers"], *report["delegations"]))))


def _hits(**arguments: Any) -> dict[str, Any]:
    return {"hits": OPERATIONS["retrieve"].function(**arguments)}


def _as_tools() -> dict[str, Operation]:
    """The operations as a model can use them: every result an object, as the protocol has it, and none too long."""
    tools = dict(OPERATIONS)
    retrieve, reports, show = tools["retrieve"], tools["reports"], tools["show"]
    tools["retrieve"] = replace(retrieve, function=_hits, gives=object_of("Hits", {"hits": retrieve.gives}))
    tools["reports"] = replace(
        reports,
        function=_some_reports,
        description=f"{reports.description} At most {MOST_REPORTS} at once; `total` says how many there are.",
        takes={
            "find": {"type": "string", "description": "Only reports that have all these words in their name or in what is listed."},
            "first": {**_NUMBER, "minimum": 0, "description": "How many to pass over; 0 if left out."},
            "limit": {**_NUMBER, "minimum": 1, "maximum": MOST_REPORTS, "description": f"How many to list; {MOST_REPORTS} if left out."},
        },
        gives=object_of("Reports", {"reports": reports.gives, "total": _NUMBER}),
    )
    tools["show"] = replace(
        show,
        function=_some_text,
        description=f"{show.description} At most {MOST_TEXT:,} characters come at once; `length` says how many the text has.",
    )
    return tools


TOOLS: Final[Mapping[str, Operation]] = _as_tools()

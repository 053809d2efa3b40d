"""The tools over the Model Context Protocol, asked by the official client: over stdio, and in memory for what needs no process."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

import qa
from qa.mcp_server import MOST_TEXT, make_server
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

ROOT = Path(__file__).parent.parent
HOTLINE = "What did participants agree on the hotline?"
AGREED = "Participants agreed that a hotline between the coast guards should be opened."
NAMES = ["ask", "retrieve", "compare", "reports", "show", "verify"]
COMMAND = [sys.executable, "-m", "qa.cli", "mcp", "--index"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """A library of three reports, not to be changed."""
    library = SmallLibrary(tmp_path_factory.mktemp("mcp"))
    library.write({"baltic.txt": BALTIC, "sub/reef.txt": REEF, "walrus.txt": WALRUS})
    with word_hashes():
        library.rebuild()
        yield library


def within(index: Path, what: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    """What a client of a server in this process gives."""

    async def run() -> Any:
        async with Client(make_server(index), mode=mode) as client:
            return await what(client)

    return asyncio.run(run())


def call(library: SmallLibrary, tool: str, **arguments: Any) -> CallToolResult:
    return within(library.index, lambda client: client.call_tool(tool, arguments))


def given(library: SmallLibrary, tool: str, **arguments: Any) -> Any:
    result = call(library, tool, **arguments)
    assert not result.is_error, result.content
    return result.structured_content


def refusal(result: CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    (content,) = result.content
    assert "Traceback" not in content.text
    return content.text


# The process: first, because the small library below stands on another model


def test_the_official_client_asks_over_stdio(library: SmallLibrary) -> None:
    question = "Did the speakers in Bergen agree on a date for the mining code?"
    server = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], str(library.index)], cwd=ROOT)

    async def run() -> tuple[list[str], CallToolResult, CallToolResult]:
        async with Client(stdio_client(server)) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", {"question": question}), await client.call_tool("show", {"report": "none"})

    names, answered, refused = asyncio.run(run())
    assert names == NAMES
    assert answered.structured_content == qa.ask(question, index=library.index).to_dict()
    assert "there is no such report" in refusal(refused)


def test_standard_output_carries_the_protocol_only_and_the_end_of_input_ends_it(library: SmallLibrary) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "krill"}}},
    ]
    with subprocess.Popen([*COMMAND, str(library.index)], cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(json.dumps(line) + "\n" for line in lines) + "this is no JSON\n")
        process.stdin.flush()
        replies = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, errors = process.communicate(timeout=60)
    assert [r["id"] for r in replies if "result" in r] == [1, 2]
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl+C as Unix does")
def test_ctrl_c_ends_it_at_once_with_a_line(tmp_path: Path) -> None:
    with subprocess.Popen([*COMMAND, str(tmp_path)], cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        process.stdout.readline()  # it is up
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 1
        assert process.stdout.read() == ""
        assert process.stderr is not None
        assert process.stderr.read() == "rapporteur: stopped.\n"


# What is offered


def test_six_tools_are_offered_that_change_nothing_and_say_what_they_do(small: SmallLibrary) -> None:
    tools = within(small.index, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == NAMES
    for tool in tools:
        assert tool.title
        assert len(tool.description) > 100
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert all("description" in argument for argument in tool.input_schema["properties"].values())
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)


def test_the_server_says_what_it_is_and_how_its_answers_are_to_be_used(small: SmallLibrary) -> None:
    async def about(client: Client) -> tuple[str, str]:
        return client.server_info.name, client.instructions

    name, instructions = within(small.index, about)
    assert name == "rapporteur"
    assert "not_covered" in instructions


# What is given


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_ask_gives_the_contracts_json_in_both_generations_of_the_protocol(small: SmallLibrary, mode: str) -> None:
    result = within(small.index, lambda client: client.call_tool("ask", {"question": HOTLINE}), mode)
    wanted = qa.ask(HOTLINE, index=small.index).to_dict()
    assert result.structured_content == wanted
    assert json.loads(result.content[0].text) == wanted
    assert [s["quote"] for s in wanted["statements"]] == [AGREED]


def test_each_tool_gives_what_its_function_gives(small: SmallLibrary) -> None:
    index = small.index
    statement = qa.ask(HOTLINE, index=index).statements[0].to_dict()
    assert given(small, "retrieve", question="coral", k=2) == {"hits": [h.to_dict() for h in qa.retrieve("coral", 2, index=index)]}
    assert given(small, "compare", topic="hotline") == qa.compare("hotline", index=index).to_dict()
    assert given(small, "reports") == {"reports": [r.to_dict() for r in qa.reports(index=index)], "total": 3}
    assert given(small, "show", report="baltic.txt")["text"] == BALTIC
    assert given(small, "verify", statement=statement) == qa.verify(statement, index=index).to_dict()
    assert given(small, "verify", statement=statement | {"act": "supported"})["status"] == "forged"


def test_filters_and_history_reach_the_question(small: SmallLibrary) -> None:
    history = [{"role": "user", "content": HOTLINE}, {"role": "assistant", "content": "..."}]
    assert "radar" in given(small, "ask", question="And on radar?", history=history)["understood_as"]
    found = given(small, "ask", question="What was said about radar?", reports=["sub/reef.txt"], act=None)
    assert {s["citation"]["report"] for s in found["statements"] + found["nearest"]} <= {"sub/reef.txt"}


def test_a_long_report_is_read_in_parts_that_fit_together(small_library: Callable[..., SmallLibrary]) -> None:
    text = "The First Round of the Reef Dialogue\n\n" + "Participants agreed that corals should be counted. " * 1_000 + "\n"
    library = small_library({"long.txt": text})
    parts, start = [], 0
    while start < len(text):
        part = given(library, "show", report="long.txt", start=start)
        assert len(part["text"]) <= MOST_TEXT
        assert (part["start"], part["length"]) == (start, len(text))
        parts.append(part["text"])
        start = part["end"]
    assert "".join(parts) == text
    assert len(parts) == 3


def test_a_quote_can_be_read_with_what_stands_around_it(small: SmallLibrary) -> None:
    citation = qa.ask(HOTLINE, index=small.index).statements[0].citation
    read = given(small, "show", report=citation.report, start=citation.start, end=citation.end)
    assert read["text"] == AGREED
    assert given(small, "show", report=citation.report, start=10**6)["text"] == ""


def test_reports_are_found_by_words_and_listed_in_parts(small: SmallLibrary) -> None:
    paths = [r.report for r in qa.reports(index=small.index)]
    assert [r["report"] for r in given(small, "reports", find="RIGA baltic")["reports"]] == ["baltic.txt"]
    assert given(small, "reports", find="no such words") == {"reports": [], "total": 0}
    second = given(small, "reports", first=1, limit=1)
    assert ([r["report"] for r in second["reports"]], second["total"]) == (paths[1:2], 3)


# What goes wrong


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("ask", {"question": "?!"}, "The question is empty."),
        ("ask", {}, "ask: question is missing. It takes question, history, reports,"),
        ("ask", {"question": "x", "filter": 1}, "ask: there is no argument called filter. It takes"),
        ("ask", {"question": ["x"]}, "ask: question is to be a text."),
        ("ask", {"question": "x", "act": "shouted"}, "ask: act is to be one of agreed, supported,"),
        ("ask", {"question": "x", "since": "May"}, "May: this is no date."),
        ("ask", {"question": "x", "history": ["hello"]}, "ask: history is to be a list of objects, each with role and content."),
        ("ask", {"question": "x", "reports": "baltic.txt"}, "ask: reports is to be a list of texts."),
        ("retrieve", {"question": "x", "k": 0}, "retrieve: k is to be a whole number from 1 to 200."),
        ("retrieve", {"question": "x", "k": True}, "retrieve: k is to be a whole number"),
        ("show", {"report": "baltik.txt"}, "baltik.txt: there is no such report in the index. Did you mean baltic.txt"),
        ("show", {"report": "../../etc/passwd"}, "../../etc/passwd: there is no such report"),
        ("verify", {"statement": {"quote": "x"}}, "This is not a statement as"),
        ("verify", {"statement": "x"}, "verify: statement is to be an object."),
    ],
)
def test_a_mistake_in_asking_comes_back_as_a_sentence(small: SmallLibrary, tool: str, arguments: dict[str, Any], says: str) -> None:
    assert refusal(call(small, tool, **arguments)).startswith(says)


def test_without_an_index_the_tool_says_what_to_do(tmp_path: Path) -> None:
    result = within(tmp_path / "nowhere", lambda client: client.call_tool("ask", {"question": HOTLINE}))
    assert "rapporteur index" in refusal(result)


def test_a_tool_that_there_is_not_is_the_protocols_error_and_names_those_there_are(small: SmallLibrary) -> None:
    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as error:
            await client.call_tool("rm", {})
        return str(error.value)

    assert within(small.index, refused) == f"There is no tool called rm. There are {', '.join(NAMES)}."


def test_a_programming_mistake_tells_the_client_nothing_of_the_inside(small: SmallLibrary, caplog: pytest.LogCaptureFixture) -> None:
    with patch("qa.operations.ask", side_effect=ZeroDivisionError("secret path")):
        said = refusal(call(small, "ask", question=HOTLINE))
    assert "secret" not in said
    assert "secret path" in caplog.text

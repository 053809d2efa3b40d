from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.meeting import Meeting, find_meeting
from index.names import load_names
from index.passages import build_passages
from index.report import Block, Report

NAMES = load_names()
CASES = tomllib.loads((Path(__file__).parent / "cases" / "meetings.toml").read_text("utf-8"))["case"]
FIELDS = ("series", "round", "start", "end", "place", "organisers", "delegations")


def report_of(text: str, name: str = "notes.txt", **more: str) -> Report:
    """Blocks by empty lines; a block that begins with # is a heading, of the level of its signs."""
    blocks = []
    for m in re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text):
        signs = len(re.match(r"#*", m.group()).group())
        blocks.append(Block("heading" if signs else "body", m.start(), m.end(), level=signs))
    return Report(name, text, tuple(blocks), **more)


def meeting_of(text: str, name: str = "notes.txt", **more: str) -> Meeting:
    report = report_of(text, name, **more)
    return find_meeting(report, build_passages(report), NAMES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_facts_of_an_opening_are_those_a_careful_reader_finds(case: dict) -> None:
    found = meeting_of(case["text"]).to_dict()
    for field in FIELDS:
        if field not in case.get("open", ()):
            want = case.get(field, [] if field in ("organisers", "delegations") else None)
            got = sorted(found[field]) if isinstance(want, list) else found[field]
            assert got == (sorted(want) if isinstance(want, list) else want), field

"""Reads the annotated sources of the sample reports: each sentence with who holds it and how firmly, as a careful reader judges it.

A source is a header (`key: value`), a line `---`, and paragraphs. `[D Japan | stated] ...` opens a sentence: E everyone, S some,
D delegation, P person, G government, I impersonal, U unattributed. `^1` marks a footnote; `fn 1:`, `cap:`, `## `, `- `, `1) `,
`a. `, `1. ` and `| ` open what they look like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SCOPES = {
    "E": "everyone",
    "S": "some",
    "D": "delegation",
    "P": "person",
    "G": "government",
    "I": "impersonal",
    "U": "unattributed",
}
TAG = re.compile(r"\[([ESDPGIU])(?: ([^\]]*))?\] ")
OPENERS = (
    ("heading", re.compile(r"## ")),
    ("caption", re.compile(r"cap: ")),
    ("footnote", re.compile(r"fn \d: ")),
    ("bullet", re.compile(r"- ")),
    ("item", re.compile(r"(?:\d\)|[a-z]\.) ")),
    ("numbered", re.compile(r"\d+\. ")),
    ("row", re.compile(r"\| ")),
)


@dataclass(frozen=True)
class Judged:
    """One sentence as gold.json holds it."""

    quote: str
    scope: str
    who: list[str]
    act: str


@dataclass(frozen=True)
class Part:
    """One paragraph, heading, item or table row; `text` keeps `^1` marks and, for rows, the bars between cells."""

    kind: str
    marker: str
    text: str
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class Source:
    """One report: its meeting facts, its page furniture and its parts."""

    facts: dict[str, str]
    boilerplate: list[str]
    parts: tuple[Part, ...]
    many: dict[str, list[str]] = field(default_factory=dict)


def read_source(path: Path) -> Source:
    """The source at `path`."""
    head, body = path.read_text("utf-8").split("\n---\n", 1)
    facts: dict[str, str] = {}
    boilerplate = []
    for line in head.splitlines():
        key, value = line.split(": ", 1)
        if key == "boilerplate":
            boilerplate.append(value)
        else:
            facts[key] = value
    many = {"organisers": facts["organisers"].split("; "), "delegations": facts["delegations"].split(", ")}
    lines = re.split(r"\n\n|\n(?=(?:- |\| |\d\) |[a-z]\. ))", body.strip())
    return Source(facts, boilerplate, tuple(_part(line.strip()) for line in lines), many)


def _part(line: str) -> Part:
    kind, marker = "body", ""
    for name, opener in OPENERS:
        if found := opener.match(line):
            kind, marker, line = name, found.group(), line[found.end() :]
            break
    tags = list(TAG.finditer(line))
    ends = [*(t.start() for t in tags[1:]), len(line)][: len(tags)]
    judged = tuple(_judged(t, line[t.end() : end]) for t, end in zip(tags, ends, strict=True))
    return Part(kind, marker, TAG.sub("", line), judged)


def _judged(tag: re.Match[str], text: str) -> Judged:
    code, rest = tag.group(1), tag.group(2) or ""
    if "|" in rest:
        names, act = (piece.strip() for piece in rest.split("|"))
    else:
        names, act = "", rest.strip() or "none"
    who = sorted(n.strip() for n in re.split(r"[;,]", names) if n.strip())
    return Judged(re.sub(r"\^\d", "", text).strip(" |"), SCOPES[code], who, act)

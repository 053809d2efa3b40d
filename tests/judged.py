"""What a judged set says about the readers alone: each statement in one block, no furniture where an answer could come from."""

from __future__ import annotations

import json
import re
from pathlib import Path

from index.readers import read_report


def folded(text: str, suffix: str) -> str:
    """The text as a set's checker sees it: white space folded, Markdown without its marks."""
    if suffix == ".md":
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
        text = re.sub(r"(?m)^\s*(?:#+|[-*+]|\d+[.)])\s+", "", text)
        text = re.sub(r"[*_`]", "", text)
    return " ".join(text.split())


def misses(folder: Path, suffixes: set[str]) -> list[str]:
    """Statements that no quotable block holds, furniture that one does, and titles that are no heading of level 1."""
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    wrong = []
    for name, expected in gold["reports"].items():
        suffix = Path(name).suffix
        if suffix not in suffixes:
            continue
        report = read_report(folder / "reports" / name, name)
        blocks = [(b, folded(report.text[b.start : b.end], suffix)) for b in report.blocks]
        quotable = [words for b, words in blocks if b.kind not in ("furniture", "caption", "heading")]
        wrong += [f"{name}: lost: {s['quote']}" for s in expected["statements"] if not any(s["quote"] in words for words in quotable)]
        reachable = [words for b, words in blocks if b.kind not in ("furniture", "caption")]
        wrong += [f"{name}: kept: {s}" for s in expected["boilerplate"] if any(s in words for words in reachable)]
        if not any(b.level == 1 and expected["title"] in words for b, words in blocks):
            wrong.append(f"{name}: no title")
    return wrong

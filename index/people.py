"""The persons that a report names: their full names by last name, and who was in the chair."""

from __future__ import annotations

import re

from index.holders import HolderReader, name_end
from index.names import Names
from index.tokens import tokenise
from index.wording import Wording

_CHAIR = re.compile(r"\bChair(?:man|woman|person)?,\s|\bchaired\s+by\s|\bchairmanship\s+of\s|\bchair\s+of\s+the\s+\w+,\s")


def find_people(text: str, names: Names, wording: Wording) -> dict[str, str]:
    """Last and full names, lower-cased, of the persons that `text` gives with a title, each to the fullest name."""
    reader = HolderReader(wording)
    titles = sorted((t for t in dict(wording.lists).get("holders.titles", ()) if t[0].isupper() and len(t) > 1), key=len, reverse=True)
    found: dict[str, str] = {}
    if not titles:
        return found
    for m in re.finditer(rf"\b(?:{'|'.join(map(re.escape, titles))})(?=[\s(])", text):
        tokens = tokenise(text, m.start(), min(m.start() + 120, len(text)), names)
        begin = reader.after_titles(tokens, 0)
        words = [t.text for t in tokens[begin : name_end(tokens, begin)]] if begin is not None else []
        if len(words) < 2 or {w.lower() for w in words} & wording.words("holders.institutions"):
            continue
        full = " ".join(words)
        found.setdefault(full.lower(), full)
        found.setdefault(words[-1].lower(), full)
    return found


def find_chair(text: str, names: Names, wording: Wording, people: dict[str, str]) -> str | None:
    """The name of the person in the chair, where the text says it."""
    reader = HolderReader(wording, people)
    for m in _CHAIR.finditer(text):
        holder = reader.read(tokenise(text, m.end(), min(m.end() + 90, len(text)), names), 0)
        if holder is not None and holder.scope == "person" and holder.countries:
            return holder.countries[0]
    return None

"""A model's reply as sentences that name statements; half a reply gives the sentences that were finished."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_LIST = re.compile(r'(?:"sentences"\s*:\s*|\A\s*(?:```(?:json)?\s*)?)\[')
_NUMBER = re.compile(r"\[?(\d{1,3})\]?")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sentence as the model wrote it; `numbers` are the statements that it says it rests on, None where it names no such thing."""

    text: str
    numbers: tuple[int, ...] | None


def read_brief(reply: str) -> list[Proposed]:
    """The finished sentences of a reply, in order; [] where there is none that can be read."""
    text = _THOUGHT.sub("", reply)
    begin = _LIST.search(text)
    return [_proposed(value) for value in _values(text, begin.end())] if begin else []


def is_finished(reply: str) -> bool:
    """Whether the reply is whole, and not broken off within."""
    text = _THOUGHT.sub("", reply)
    begin = text.find("{")
    try:
        _DECODER.raw_decode(text, begin if begin >= 0 else 0)
    except (ValueError, RecursionError):
        return False
    return True


def read_question(reply: str) -> str | None:
    """The standalone question of a reply, or None."""
    text = _THOUGHT.sub("", reply)
    try:
        value, _ = _DECODER.raw_decode(text, max(text.find("{"), 0))
    except (ValueError, RecursionError):
        return None
    question = value.get("question") if isinstance(value, dict) else None
    return question if isinstance(question, str) and question.strip() else None


def _values(text: str, at: int) -> Iterator[Any]:
    """The list's values from `at` on, as far as they are whole."""
    while True:
        at = next((i for i in range(at, len(text)) if text[i] not in " \t\r\n,"), len(text))
        if at >= len(text) or text[at] == "]":
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


def _proposed(value: Any) -> Proposed:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return Proposed("", None)
    numbers = value.get("statements")
    if not isinstance(numbers, list) or not numbers:
        return Proposed(value["text"], None)
    read = [_number(n) for n in numbers]
    return Proposed(value["text"], None if None in read else tuple(dict.fromkeys(n for n in read if n is not None)))


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 < value < 1000 else None
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found.group(1)) if found else None

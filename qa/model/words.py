"""Words as the checks compare them: a country by any of its names, a number by its value, a term by its other names, or to the letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.attribution.tokens import Token
from index.names import Names
from index.terms import fold

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = {word: n * 10 for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_VALUES = {word: n for n, word in enumerate(_UNITS)} | _TENS
_MARKS = frozenset(",;:.!?…—–-()[]\"'“”‘’«»")
_PARTING = frozenset(",;:.!?…—–")
"""Marks at which a part of a sentence ends: no bracket, which may stand behind a name in a list."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: `key` is what is compared; `at` its token; `breaks` whether a mark that parts stands before it."""

    key: str
    at: int
    breaks: bool = False


def find_words(tokens: Sequence[Token], names: Names) -> list[Word]:
    """The words of a sentence's tokens, marks left out, terms of several words as one."""
    words: list[Word] = []
    breaks = True
    for at, token in enumerate(tokens):
        if token.low in _MARKS:
            breaks = breaks or token.low in _PARTING
            continue
        words.append(Word(_key(token), at, breaks))
        breaks = False
    return _joined(words, names)


def _key(token: Token) -> str:
    if token.country is not None:
        return f"{'government' if token.form == 'government' else 'country'}:{token.country}"
    if token.text == "May":
        return "month:may"  # and no verb
    low = fold(token.low).replace("‐", "-").replace("‑", "-").strip("'")
    return _value(low) or {"%": "percent", "&": "and"}.get(low, low)


def _value(low: str) -> str | None:
    """ "12", "twelve" and "twenty-four" as numbers."""
    if low.isdecimal() and low.isascii():
        return f"number:{int(low)}" if len(low) < 20 else None
    if low in _VALUES:
        return f"number:{_VALUES[low]}"
    tens, _, unit = low.partition("-")
    if tens in _TENS and unit in _UNITS[1:10]:
        return f"number:{_TENS[tens] + _UNITS.index(unit)}"
    return None


def _joined(words: list[Word], names: Names) -> list[Word]:
    """Terms that mean one thing (`Names.alike`) and "per cent" become one word each, the longest first."""
    terms = _terms(names)
    joined: list[Word] = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + 6), at, -1):
            group = terms.get(tuple(w.key for w in words[at:end]))
            if group is not None and not any(w.breaks for w in words[at + 1 : end]):
                joined.append(Word(group, words[at].at, words[at].breaks))
                at = end
                break
        else:
            joined.append(words[at])
            at += 1
    return joined


@lru_cache(maxsize=4)
def _table(alike: tuple[tuple[str, ...], ...]) -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {("per", "cent"): "percent"}
    for number, group in enumerate(alike):
        for term in group:
            table.setdefault(tuple(fold(w) for w in re.findall(r"[\w'’-]+", term)), f"alike:{number}")
    return table


def _terms(names: Names) -> dict[tuple[str, ...], str]:
    return _table(names.alike)

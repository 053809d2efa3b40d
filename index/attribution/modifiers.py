"""What follows a group's noun: the countries it is from, and words that narrow it: "participants from industry"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.attribution.holder import Holder
from index.attribution.tokens import Token, lows, word_set

_WHOLE = word_set("both all two three four five six")
_ROOM = word_set("meeting workshop forum group conference dialogue panel delegation session table")
_WORLD = word_set("world field industry globe region public")
_PART = word_set("breakout subgroup sub-group first second third panel side-event")
_ELSEWHERE = word_set("previous last earlier preceding prior inaugural other")
_INTO = word_set("among for at in present attending alike around during throughout across to on")
_NARROWING = word_set("who whose favouring favoring supporting opposing close familiar with except but other apart")
# "with the exception of two"; "with a background in trade law".
_PART_OF_THEM = word_set("exception exceptions one than from background backgrounds experience expertise ties knowledge interest interests")
_STOPS = word_set(
    """
    , ; : . ( “ ‘ " that who which also however is are was were has have had did do does could would should may might will not
    """
)
_PAST = word_set("said saw felt thought held took put made found spoke gave told came went drew left")


@dataclass(frozen=True, slots=True)
class After:
    """What follows a noun up to token `end`: its countries; whether it leaves only some, or none of this meeting ("elsewhere").

    placed  it names a country or capital in which they are: "experts in Washington" are not in the room.
    """

    countries: tuple[str, ...]
    end: int
    narrow: bool = False
    elsewhere: bool = False
    placed: bool = False


def countries_after(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The countries in ", from Korea," or "from Korea and Japan" at `at`, and where that ends."""
    low = lows(tokens)
    here = at + (at < len(tokens) and low[at] == ",")
    for meaning in (["that", "is"], ["namely"], ["i.e."], ["those"]):  # ", that is those from Egypt and Jordan,"
        here += len(meaning) if here > at and low[here : here + len(meaning)] == meaning else 0
    if here >= len(tokens) or low[here] not in ("from", "of", "for", "representing"):
        return (), at
    countries: list[str] = []
    here += 1
    while here < len(tokens):
        here += low[here] == "the"
        if here >= len(tokens) or tokens[here].country is None or tokens[here].form == "demonym":
            break
        countries.append(tokens[here].country or "")
        here += 1
        if here >= len(tokens) or low[here] not in (",", "and") or not _country_near(tokens, here + 1):
            break
        here += 1 + (low[here : here + 2] == [",", "and"])
    if not countries:
        return (), at
    closes = low[at] == "," and here < len(tokens) and low[here] == ","
    return tuple(countries), here + closes


def read_after(tokens: Sequence[Token], at: int, group: Callable[[int], Holder | None]) -> After:
    """What follows a head noun that ends at `at`; `group` reads a group at a token ("of the Ukrainian side")."""
    low = lows(tokens)
    found = After((), at)
    for _ in range(3):
        here = found.end
        if here >= len(tokens):
            break
        more, end = countries_after(tokens, here)
        if more and low[here] != ",":
            found = After((*found.countries, *more), end, found.narrow, found.elsewhere)
            continue
        step = _step(tokens, low, here, group)
        if step is None:
            break
        found = After(
            (*found.countries, *step.countries),
            step.end,
            found.narrow or step.narrow,
            found.elsewhere or step.elsewhere,
            found.placed or step.placed,
        )
        if step.end == here or step.countries:
            break
    return found


def _step(tokens: Sequence[Token], low: Sequence[str], here: int, group: Callable[[int], Holder | None]) -> After | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """One phrase after the noun, or None where something else begins."""
    word, near = low[here], low[here + 1 : here + 5]
    if word in ("of", "from") and near and re.fullmatch(r"(?:19|20)\d\d", near[0]):
        return After((), here + 2, elsewhere=True)
    if word in ("from", "of", "on", "across") and any(w in _WHOLE for w in near[:3]):
        return After((), phrase_end(tokens, here + 1))
    if word in ("from", "of", "representing", "on"):
        side = group(here + 1)
        if side is not None and side.scope == "delegation":
            return After(side.countries, side.end)
        if word == "of" and set(near) & _ROOM:
            return After((), phrase_end(tokens, here + 1))
        if word == "on" or any(t.country for t in tokens[here + 1 : here + 3]):
            return None
        return After((), phrase_end(tokens, here + 1), narrow=True)
    if word in ("worldwide", "elsewhere", "abroad", "globally", "outside"):
        return After((), here + 1, elsewhere=True)
    if word in _INTO:
        end = here + 1 if word in ("present", "alike", "attending") else phrase_end(tokens, here + 1)
        inside = set(low[here + 1 : end])
        other_time = bool(inside & _ELSEWHERE) or any(re.fullmatch(r"(?:19|20)\d\d", w) for w in inside)
        placed = any(t.country for t in tokens[here + 1 : end])
        return After((), end, bool(inside & _PART), other_time or bool(inside & _WORLD), placed)
    if word in _NARROWING:
        narrows = word not in ("with", "but", "other", "apart") or bool(set(near) & _PART_OF_THEM)
        end = phrase_end(tokens, here + 1) if word in ("with", "except", "but", "other", "apart") else here
        return After((), end, narrow=True) if narrows else None
    if word == "(" and ")" in low[here : here + 12]:
        return After((), low.index(")", here) + 1)
    return None


def phrase_end(tokens: Sequence[Token], at: int) -> int:
    """Where a short prepositional phrase ends: before a verb or a mark, at most six words on."""
    here = at
    while here < len(tokens) and here - at < 7:
        token = tokens[here]
        verb = not token.capital and ((token.low.endswith("ed") and token.low not in ("united", "interested")) or token.low in _PAST)
        if (token.low in _STOPS and not (here == at and token.low == "that")) or (here > at and (verb or token.low.endswith("ly"))):
            break
        here += 1
    return here


def _country_near(tokens: Sequence[Token], at: int) -> bool:
    step = at
    while step < min(at + 2, len(tokens)) and tokens[step].low in ("the", "and"):
        step += 1
    return step < len(tokens) and tokens[step].country is not None

"""What a sentence claims of its holder, and what every way of reading one needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.attribution.acts import Predicate
from index.attribution.holder import Holder, Number
from index.attribution.holders import HolderReader
from index.attribution.tokens import Token, lows, word_set
from index.attribution.wording import Wording
from index.report import Act, Scope

CONCESSIVE = word_set("while although though whereas albeit")
CONDITIONAL = word_set("if unless had when once until before after because as since should were whenever where")
_ACROSS = frozenset(["across", "around", "round", "throughout"])
# "in her opinion", "their concern was": whose it is.
OWNERS: dict[str, tuple[str, Number]] = {"her": ("she", "one"), "his": ("he", "one"), "their": ("they", "many"), "its": ("it", "body")}
SUBORDINATORS = word_set("that which who whom whose whether if because what how why")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says of its holder.

    holder     None where there is none to name; `scope` then says "impersonal".
    predicate  the words that show the act, where they form a verb group.
    frame      the way in which the sentence attributes: "subject", "inverted", "passive", ...
    """

    act: Act
    holder: Holder | None
    scope: Scope | None = None
    predicate: Predicate | None = None
    frame: str = ""


@dataclass(frozen=True)
class Reading:
    """What it takes to read a sentence.

    resolve  turns a pronoun into the holder that it stands for, or None where it stands for none.
    before   the act of the sentence before it in the same paragraph: what "Those from Ethiopia did not" answers.
    """

    wording: Wording
    holders: HolderReader
    resolve: Callable[[Holder], Holder | None]
    before: Act | None = None

    def known(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The holder at token `at`, with a pronoun resolved."""
        holder = self.holders.read(tokens, at)
        if holder is None or holder.pronoun is None:
            return holder
        return self.resolve(holder)

    def agent(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The holder in "by Indian participants" at `at`."""
        low = lows(tokens)
        if low[at : at + 2] in (["by", "them"], ["by", "him"]):
            several = low[at + 1] == "them"
            stands = Holder(at + 1, at + 2, "unattributed", number="many" if several else "one", pronoun="they" if several else "he")
            return self.resolve(stands)
        if at < len(tokens) and low[at] in ("by", "among", "amongst", "between", "from"):
            return self._in_the_room(tokens, at + 1)
        if low[at : at + 1] == ["on"] and "side" in low[at + 1 : at + 6]:  # "It was stressed on the Indian side"
            side = self._in_the_room(tokens, at + 1)
            return side if side is not None and side.scope == "delegation" else None
        return None

    def _in_the_room(self, tokens: Sequence[Token], at: int) -> Holder | None:
        holder = self.known(tokens, at)
        return None if holder is None or holder.scope == "impersonal" else holder

    def whose(self, tokens: Sequence[Token], at: int) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        """The holder after a noun: "among Polish participants", "from the Ukrainian side", "on the part of the Thai delegation"."""
        low = lows(tokens)
        if low[at : at + 1] == ["of"]:
            return self._in_the_room(tokens, at + 1)
        for i in range(at, min(at + 10, len(low))):
            if low[i] in ("that", ",", ";", ":", "over", "about", "whether"):
                break
            if low[i] == "on" and low[i + 1 : i + 3] in (["both", "sides"], ["all", "sides"]):
                return Holder(i, i + 3, "everyone", (), "many")
            if low[i] == "all" and low[i + 1 : i + 2] in (["round"], ["around"]):
                return Holder(i, i + 2, "everyone", (), "many")
            if low[i] in _ACROSS and low[i + 1 : i + 3] in (["the", "table"], ["the", "room"], ["the", "board"]):
                return Holder(i, i + 3, "everyone", (), "many")
            if low[i] in ("among", "amongst", "by", "from", "between"):
                return self._in_the_room(tokens, i + 1)
            if tuple(low[i : i + 4]) == ("on", "the", "part", "of"):
                return self._in_the_room(tokens, i + 4)
        return None


Form = Callable[[Reading, Sequence[Token], int], Claim | None]
"""One way in which a clause attributes: reads it from a token on, or finds that it is not so made."""


def try_clause(reading: Reading, tokens: Sequence[Token], at: int, form: Form) -> Claim | None:
    """What `form` reads at `at`; nothing begins inside a quotation."""
    return form(reading, tokens, at) if at < len(tokens) and not tokens[at].quoted else None


_OPENERS = word_set(
    """
    and but yet however nevertheless nonetheless moreover furthermore finally also further still nor then here instead meanwhile thus
    therefore so overall only even especially , “ ‘ " - – — ( )
    """
)


def clause_start(tokens: Sequence[Token], at: int = 0) -> int:
    """Past the conjunctions, adverbs, marks and numbering that open a clause."""
    low = lows(tokens)
    while at < len(tokens):
        if low[at] in _OPENERS:
            at += 1
        elif (low[at].endswith("ly") and low[at + 1 : at + 2] == [","]) or (
            re.fullmatch(r"\d{1,3}|[a-z]", low[at]) and low[at + 1 : at + 2] in (["."], [")"])
        ):
            at += 2
        else:
            break
    return at


def countries_in(tokens: Sequence[Token], at: int, end: int) -> Holder | None:
    """Whose "Japanese and Russian views" are: a people's are its delegation's, a country's or capital's its government's."""
    named = [t for t in tokens[at:end] if t.country is not None]
    if not named:
        return None
    state = any(t.form == "government" for t in named) or "'s" in lows(tokens)[at:end]
    scope: Scope = "government" if state else "delegation"
    return Holder(at, end, scope, tuple(t.country for t in named if t.country), "body" if len(named) == 1 else "many")

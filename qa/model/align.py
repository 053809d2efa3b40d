"""Whether a sentence's words are a statement's own, in its own order, with nothing left out that would change what they claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.attribution.wording import Wording
from qa.model.guards import (
    CONDITIONS,
    CONNECTIVES,
    COORDINATORS,
    DROPPABLE_ADVERBS,
    FREE,
    JOINS_PAIRS,
    MEASURES,
    NEVER_LEFT_OUT,
    RELATIVES,
)
from qa.model.words import Word

_MOST = 220  # words of a statement that are looked at; a table run together is no sentence


@dataclass(frozen=True, slots=True)
class Source:
    """A statement's words, how rules compare its tokens, and the tokens `outside` its content: who holds it and how firmly."""

    words: tuple[Word, ...]
    low: tuple[str, ...]
    outside: frozenset[int] = frozenset()


def is_free(words: Sequence[Word], at: int) -> bool:
    """Whether a word may come or go: an article (but not of "a few"), or "that"."""
    following = words[at + 1].key if at + 1 < len(words) else ""
    return words[at].key in FREE and not (words[at].key in ("a", "an", "the") and following in MEASURES)


def without_free(words: Sequence[Word]) -> list[Word]:
    """The words that count."""
    return [w for at, w in enumerate(words) if not is_free(words, at)]


def follows(words: Sequence[Word], source: Source, wording: Wording) -> bool:
    """Whether `words` are the source's, in order, and what was skipped may be left out."""
    want = [w.key for w in without_free(words)]
    have = source.words[:_MOST]
    if not want or len(source.words) > _MOST:
        return False
    keys = [w.key for w in have]

    @cache
    def may_go(start: int, end: int) -> bool:
        return _may_go(have, start, end, source, wording)

    @cache
    def from_here(at: int, begin: int) -> bool:
        """Whether want[at:] can be found in have[begin:]."""
        if at == len(want):
            return may_go(begin, len(have))
        return any(
            keys[place] == want[at] and have[place].at not in source.outside and may_go(begin, place) and from_here(at + 1, place + 1)
            for place in range(begin, len(have))
        )

    return from_here(0, 0)


def _may_go(  # noqa: PLR0911  # one return for each kind of words
    have: Sequence[Word], start: int, end: int, source: Source, wording: Wording
) -> bool:
    """Whether the words [start, end) may be left out: they hold no guard, and a mark or another predicate sets them apart."""
    left_out = [i for i in range(start, end) if not is_free(have, i) and have[i].at not in source.outside]
    if not left_out:
        return True
    first, last = left_out[0], left_out[-1]
    keys = tuple(have[i].key for i in left_out)
    if keys in CONNECTIVES or set(keys) <= DROPPABLE_ADVERBS:
        return True
    beside = have[first].breaks and keys[0] in RELATIVES  # what it denies, it denies of itself: ", which threatened not only Asia"
    weighty = CONDITIONS - _not_only(keys) if beside else NEVER_LEFT_OUT
    if set(keys) & weighty or not _is_whole(have, left_out):
        return False
    closes = last + 1 == len(have) or have[last + 1].breaks or have[last + 1].at in source.outside
    if not closes:
        return False
    paired = any(w.key in JOINS_PAIRS for w in have)
    if keys[0] == "and" and _is_predicate(have, first + 1, source, wording):
        return True
    if have[first].breaks and keys[0] in COORDINATORS:
        return keys[0] != "and" or (not paired and _is_clause(have[first + 1 : last + 1], source, wording))
    return False


def _is_clause(words: Sequence[Word], source: Source, wording: Wording) -> bool:
    """Whether "and" is followed by a sentence of its own, and not by the last of several things."""
    return any(w.key in ("was", "were", "had") or wording.is_past(source.low[w.at]) for w in words[:7])


def _not_only(keys: Sequence[str]) -> frozenset[str]:
    """{"only"} where all it does is stand after "not"."""
    alone = any(key == "only" and keys[n - 1 : n] != ("not",) for n, key in enumerate(keys))
    return frozenset() if alone else frozenset(["only"])


def _is_whole(have: Sequence[Word], left_out: Sequence[int]) -> bool:
    """Whether the words left out stand together."""
    return all(i in left_out or is_free(have, i) for i in range(left_out[0], left_out[-1] + 1))


def _is_predicate(have: Sequence[Word], at: int, source: Source, wording: Wording) -> bool:
    """Whether "and" is followed by another thing that the same holder did: "and supported joint patrols"."""
    return at < len(have) and wording.is_past(source.low[have[at].at])

"""People by what they do, where no word list has them: "A Bulgarian hydrographer", "both bishops", "a colonel of the Colombian police"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.attribution.tokens import Token, lows, word_set
from index.attribution.wording import Wording

_AGENT = re.compile(
    r"\w{3,}(?:ographer|ologist|onomist|icist|emist|iatrist|ician|arian|ineer|wright|keeper|holder|owner|monger|herder|woman|fisher|trader|"
    r"grower|ist|crat|maker)s?"
)
_VERBS_ASIDE = word_set("was were has have had who ,")
_OF_THEM = word_set("present from")  # "Two mayors from Ecuador", "Indonesian regulators present"


def unlisted_role(wording: Wording, low: Sequence[str], at: int) -> tuple[str, int] | None:
    """The table and end of a role at `at` that is known only by its ending, or as the plural of a listed one; a verb has to follow."""
    word, following = low[at], low[at + 1 : at + 2]
    if not following:
        return None
    several = word.endswith("s") and word[:-1] in wording.words("holders.roles")
    if not (wording.is_past(following[0]) or following[0] in _VERBS_ASIDE or (several and following[0] in _OF_THEM)):
        return None
    if several:
        return "subsets", at + 1
    return ("subsets" if word.endswith("s") else "roles", at + 1) if _AGENT.fullmatch(word) else None


def country_of_service(wording: Wording, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The country in "of the Colombian police" at `at`, and where the phrase ends: before a verb."""
    low = lows(tokens)
    here = at + 2
    if low[at : at + 1] not in (["of"], ["from"], ["in"], ["with"]) or low[at + 1 : at + 2] != ["the"] or here + 1 >= len(tokens):
        return None
    if tokens[here].form != "demonym":
        return None

    def is_verb(i: int) -> bool:
        return wording.is_past(low[i]) or low[i] in wording.forms or low[i] in _VERBS_ASIDE

    stop = here + 1
    while stop < min(here + 5, len(tokens)) and low[stop].isalpha() and not is_verb(stop):
        stop += 1
    if stop in (here + 1, len(tokens)) or not is_verb(stop):
        return None
    return tokens[here].country or "", stop

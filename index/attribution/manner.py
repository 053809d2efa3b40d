"""The manner in which a report tells its meeting: who speaks in it, as far as that decides what its nouns mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.names import Names

_WE_THE = re.compile(r"\bWe,\s+the\s")
_PEOPLE = re.compile(r"\b(?:[Pp]articipants?|[Ee]xperts|[Dd]iscussants|[Ss]peakers|[Dd]elegates|[Aa]ttendees|[Pp]anell?ists)\b")
_STATES = re.compile(r"\b(?:Ministers|Leaders|Heads of State|Senior Officials|Member States|States Parties|Participating States)\b")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a report speaks of those in the room.

    one_each      one spoke for each country: "the Korean and Singaporean speakers" are two persons.
    states_speak  nobody is called a country's participants, side or delegation: in "Japan noted" Japan is in the room.
    states_meet   the room is of ministers or states, so that "Ministers" and "all countries" are everyone in it.
    declares      a declaration ("We, the Ministers"): its "we" may speak in the present tense.
    """

    one_each: bool = False
    states_speak: bool = False
    states_meet: bool = False
    declares: bool = False


def find_manner(text: str, names: Names) -> Manner:
    """The manner of the report `text`, by counting its ways of naming people."""
    words = sorted({re.escape(w) for c in names.countries for w in (c.name, *c.aliases, *c.demonyms)}, key=len, reverse=True)
    country = rf"(?:{'|'.join(words)})" if words else r"(?!)"
    singly = re.findall(rf"\b[Tt]he\s+{country}\s+(?:speaker|expert|panell?ist|delegate|representative)\b", text)
    grouped = re.findall(rf"\b{country}\s+(?:participants|side|delegation|delegates|experts)\b|\b[Pp]articipants\s+from\s", text)
    return Manner(
        one_each=len(singly) > len(grouped),
        states_speak=not grouped,
        states_meet=len(_STATES.findall(text)) > len(_PEOPLE.findall(text)),
        declares=bool(_WE_THE.search(text)),
    )

"""Who holds a view: noun phrases that stand for people in the room, for countries' delegations, for persons and for governments.

`HolderReader.read(tokens, at)` reads one such phrase from a given token on, or finds that none begins there. What it reads is always whole:
"Russia, Iran and Turkey", "Some, though not all, Japanese participants", "Vice Admiral (retd.) K. P. Nambisan".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.attribution.groups import GroupReading
from index.attribution.holder import Holder, Number
from index.attribution.manner import Manner
from index.attribution.modifiers import read_after
from index.attribution.people import People
from index.attribution.tokens import Token, lows, word_set
from index.attribution.wording import Wording

_BEHALF = re.compile(r"(?:speaking |also |together )*(?:on behalf of|for itself and|for themselves and)\b")
_VERB_LIKE = word_set(
    """
    think believe argue say want see feel insist prefer agree disagree oppose for were are have had did said also however , felt thought
    saw held do
    """
)


_ITSELF = frozenset(["himself", "herself", "itself", "themselves"])


@dataclass(frozen=True)
class HolderReader:
    """Reads holders with the words in force, the persons that the report names, and its manner of telling."""

    wording: Wording
    people: People
    manner: Manner = field(default_factory=Manner)

    def read(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The longest holder that begins at token `at`, with others joined to it by "and"."""
        first = self._one(tokens, at) or self.people.bare_name(tokens, at)
        if first is None or first.pronoun is not None:
            return first
        if first.end < len(tokens) and tokens[first.end].low in _ITSELF:  # "Sjursen herself was less sure"
            return replace(first, end=first.end + 1)
        holder = first
        low = lows(tokens)
        while holder.end < len(tokens):
            step = self._past_apposition(tokens, holder)
            if low[step] == "," and self._joins_later(tokens, step):
                step += 1
            if step < len(tokens) and low[step] in ("and", "&", "or"):
                step += 1
            if step == holder.end:
                break
            other = self._one(tokens, step) or (self.people.bare_name(tokens, step) if holder.scope == "person" else None)
            if other is None or other.pronoun is not None or other.scope != holder.scope:
                break
            holder = replace(holder, end=other.end, countries=(*holder.countries, *other.countries), number="many")
        if holder.scope == "government" and low[holder.end : holder.end + 1] == ["'s"]:
            return None
        return self._on_behalf(tokens, holder)

    def _on_behalf(self, tokens: Sequence[Token], holder: Holder) -> Holder:
        """ "The Fijian experts, speaking also on behalf of Vanuatu, cautioned": of whom they speak holds it, too."""
        low = lows(tokens)
        if not holder.countries or low[holder.end : holder.end + 1] != [","]:
            return holder
        close = next((i for i in range(holder.end + 1, min(holder.end + 14, len(low))) if low[i] == ","), None)
        said = " ".join(low[holder.end + 1 : close])
        if close is None or not _BEHALF.match(said) or holder.scope != "delegation":
            return holder
        others = tuple(t.country for t in tokens[holder.end + 1 : close] if t.country and t.country not in holder.countries)
        return replace(holder, countries=(*holder.countries, *others), number="many") if others else holder

    def _past_apposition(self, tokens: Sequence[Token], holder: Holder) -> int:
        """ "Professor Yukiko Asanuma, President of the Council, and Ambassador Erlan": past what stands between a name and "and"."""
        low = lows(tokens)
        if holder.scope != "person" or low[holder.end : holder.end + 1] != [","]:
            return holder.end
        close = next((i for i in range(holder.end + 2, min(holder.end + 16, len(low))) if low[i] == ","), None)
        joined = close is not None and low[close + 1 : close + 2] == ["and"] and self.people.person(tokens, close + 2) is not None
        return close if joined and close is not None else holder.end

    def _joins_later(self, tokens: Sequence[Token], comma: int, hops: int = 12) -> bool:
        """ "Russia, Iran and Turkey": a comma joins when the next holder is followed by "and" or by another such comma."""
        other = self._one(tokens, comma + 1)
        if other is None or other.end >= len(tokens):
            return comma + 1 < len(tokens) and tokens[comma + 1].low == "and"
        if tokens[other.end].low == "and":
            return self._one(tokens, other.end + 1) is not None
        return tokens[other.end].low == "," and hops > 0 and self._joins_later(tokens, other.end, hops - 1)

    def _one(self, tokens: Sequence[Token], at: int) -> Holder | None:
        if at >= len(tokens) or tokens[at].quoted:
            return None
        pair = next((i for i in (at, at + 1) if lows(tokens)[i : i + 2] in (["two", "koreas"], ["both", "koreas"])), None)
        if pair is not None:
            return Holder(at, pair + 2, "government", ("North Korea", "South Korea"))
        group = GroupReading(self.wording, self.people, self.manner, tokens, at)
        return self.people.person(tokens, at) or self._pronoun(tokens, at) or group.read() or self._countries(tokens, at)

    def _pronoun(self, tokens: Sequence[Token], at: int) -> Holder | None:
        low = tokens[at].low
        if low == "we":  # a report that says "we" speaks for the room
            return Holder(at, self._after_we(tokens, at), "everyone", bare=not self.manner.declares)
        following = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if low in ("they", "he", "she", "it"):
            number: Number = "many" if low == "they" else "body" if low == "it" else "one"
            return Holder(at, at + 1, "unattributed", number=number, pronoun=low)
        if (
            low == "the"
            and following in ("latter", "former")
            and at + 2 < len(tokens)
            and tokens[at + 2].low not in self.wording.words("holders.roles")
        ):
            return Holder(at, at + 2, "unattributed", number="many", pronoun=following)
        return None

    def _after_we(self, tokens: Sequence[Token], at: int) -> int:
        """Past ", the Heads of State and Government of ..., "."""
        low = lows(tokens)
        if low[at + 1 : at + 3] != [",", "the"]:
            return at + 1
        close = next((i for i in range(at + 3, min(at + 40, len(low))) if low[i] == ","), at)
        return close + 1

    def _countries(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """ "Russia and Japan", "Beijing", "the Philippines", and a people: "the Indians", "Americans"."""
        here = at + (tokens[at].low == "the")
        if here >= len(tokens) or tokens[here].country is None:
            return None
        token, low = tokens[here], lows(tokens)
        country = token.country or ""
        following = low[here + 1] if here + 1 < len(tokens) else ""
        if token.form == "demonym":
            people = (low[here].endswith("s") and not low[here].endswith(("ss", "swiss"))) or low[here] in (
                "danes",
                "dutch",
                "british",
                "french",
            )
            plural = people and low[here] not in ("swiss", "lebanese")
            if (plural and low[here].endswith("s")) or (low[at] == "the" and (following in _VERB_LIKE or following.endswith("ed"))):
                end = here + (3 if low[here + 1 : here + 3] in (["among", "us"], ["among", "them"], ["in", "attendance"]) else 1)
                if low[end : end + 1] in (["at"], ["around"], ["round"], ["present"]):  # "The Thais at the table"
                    end = read_after(tokens, end, lambda _: None).end
                return Holder(at, end, "delegation", (country,))
            return None
        if following == "'s":
            return None
        return Holder(at, here + 1, "government", (country,), "body")

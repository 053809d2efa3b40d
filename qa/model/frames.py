"""Who holds a sentence that stands by itself, and which of its words say so: the reports' own rules, turned on the model's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.attribution.asides import read_claim
from index.attribution.claims import Claim, Reading
from index.attribution.holder import Holder
from index.attribution.holders import HolderReader
from index.attribution.manner import find_manner
from index.attribution.people import People, find_chair, find_people
from index.attribution.tokens import Token, lows, tokenise
from index.attribution.verbs import BE, DO, HAVE, MODALS, NEGATIONS
from index.attribution.wording import Wording
from index.names import Names
from index.report import Act, Scope
from qa.contract import Statement

_BETWEEN = BE | HAVE | DO | MODALS | NEGATIONS | {"by", "also", "however", ","}
_LONGEST_VERB = 6  # tokens: "expressed strong support for"


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence's tokens, who holds it and how firmly, and the tokens [start, end) that say so; none where nothing does.

    verb       the base form of the verb that shows the act, "" where there is none; it begins at token `predicate`.
    forms      the words of that verb as they stand there, and of what belongs to it.
    compact    whether the frame's tokens name a holder and an act and nothing besides, so that they can be parted from the content.
    """

    tokens: tuple[Token, ...]
    scope: Scope = "unattributed"
    who: tuple[str, ...] = ()
    act: Act = "none"
    start: int = 0
    end: int = 0
    verb: str = ""
    predicate: int = 0
    forms: frozenset[str] = frozenset()
    compact: bool = False


class FrameReader:
    """Reads sentences as if each stood alone in one report: with its people, and its manner of telling."""

    def __init__(self, text: str, names: Names, wording: Wording, delegations: Sequence[str] = ()) -> None:
        """`text` is the report's, `delegations` the countries that took part in its meeting."""
        people = find_people(text, names, wording)
        manner = find_manner(text, names)
        self.names, self.wording = names, wording
        self.holders = HolderReader(wording, People(wording, people, find_chair(text, names, wording, people)), manner)
        self.states_speak, self.delegations = manner.states_speak, frozenset(delegations)

    def read(self, text: str) -> Frame:
        """The frame of a sentence in which no pronoun stands for anybody."""
        return self._frame(text, None)

    def read_statement(self, statement: Statement) -> Frame:
        """The frame of a report's statement, whose pronoun stands for the holder that the index found."""
        return self._frame(statement.quote, statement)

    def _frame(self, text: str, known: Statement | None) -> Frame:
        tokens = tokenise(text, 0, len(text), self.names)

        def stands_for(pronoun: Holder) -> Holder | None:
            if known is None or not known.antecedent:
                return None
            return replace(pronoun, scope=known.scope, countries=known.who, pronoun=None)

        claim = read_claim(Reading(self.wording, self.holders, stands_for), tokens)
        if claim is None:
            return Frame(tuple(tokens))
        parts = [(p.start, p.end) for p in (claim.holder, claim.predicate) if p is not None and 0 <= p.start < p.end <= len(tokens)]
        start, end = min((a for a, _ in parts), default=0), max((b for _, b in parts), default=0)
        verb = claim.predicate.phrase[0] if claim.predicate else ""
        at = claim.predicate.start if claim.predicate else end
        scope = self._scope(claim)
        who = claim.holder.who if claim.holder is not None and scope not in ("everyone", "impersonal") else ()
        forms: frozenset[str] = frozenset()
        if claim.predicate is not None:
            own = [t.low for t in tokens[at : claim.predicate.end]]
            forms = frozenset(w for w in own if verb in self.wording.forms.get(w, {}) or w in claim.predicate.phrase)
        return Frame(tuple(tokens), scope, who, claim.act, start, end, verb, at, forms, _is_compact(claim, lows(tokens), start, end))

    def _scope(self, claim: Claim) -> Scope:
        """As the index reads it (index/statements.py)."""
        holder = claim.holder
        if holder is None:
            return claim.scope or "impersonal"
        if holder.scope != "government" or not self.states_speak or claim.predicate is None:
            return holder.scope
        present = bool(holder.countries) and set(holder.countries) <= self.delegations
        return "delegation" if present and claim.predicate.tense == "past" and claim.act != "agreed" else "government"


def _is_compact(claim: Claim, low: Sequence[str], start: int, end: int) -> bool:
    """Whether holder and verb stand together, with nothing of the content between or within."""
    holder, predicate = claim.holder, claim.predicate
    if holder is None or predicate is None or predicate.end - predicate.start > _LONGEST_VERB:
        return False
    named = range(holder.start, holder.end)
    within = range(predicate.start, predicate.end)
    return all(i in named or i in within or low[i] in _BETWEEN or low[i].endswith("ly") for i in range(start, end))

"""Who holds each sentence of a report, and how firmly, by rules over words and structure; docs/attribution.md says what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.clauses import Claim, ClauseReader
from index.holders import Holder, HolderReader, name_end
from index.names import Names
from index.report import Act, Attribution, Passage, Report, Scope
from index.tokens import Token, lows, tokenise
from index.wording import Wording


def attribute(
    report: Report, passages: Sequence[Passage], names: Names, wording: Wording, delegations: Sequence[str] = ()
) -> list[Attribution]:
    """One Attribution per sentence of every passage that has sentences, in order.

    delegations  countries whose participants took part, as the meeting's facts name them: in a summary in which states speak
                 ("Japan noted"), these are delegations in the room and not governments elsewhere.
    """
    room = _Room.of(report, passages, names, wording, delegations)
    found: list[Attribution] = []
    for passage in passages:
        found += room.passage(report, passage)
    return found


@dataclass
class _Memory:
    """The holders named so far in a paragraph or list, latest last, and how many sentences ago."""

    holders: list[Holder] = field(default_factory=list)


@dataclass
class _Room:
    """A report being attributed: what is known of the people in the room, and what the last passages said."""

    names: Names
    wording: Wording
    holders: HolderReader
    delegations: frozenset[str]
    states_speak: bool
    memory: _Memory = field(default_factory=_Memory)
    lead: Claim | None = None
    headings: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, report: Report, passages: Sequence[Passage], names: Names, wording: Wording, delegations: Sequence[str]) -> _Room:
        text = report.text
        people = _people(text, names, HolderReader(wording))
        chair = None
        for m in re.finditer(
            r"(?:\bChair(?:man|woman|person)?, |chaired by |chairmanship of |[Cc]hair(?:man|woman)? of the meeting, )", text
        ):
            tokens = tokenise(text, m.end(), min(m.end() + 90, len(text)), names)
            holder = HolderReader(wording, people)._person(tokens, 0)
            if holder is not None:
                chair = holder.countries[0]
                break
        demonyms = "|".join(
            sorted({re.escape(w) for c in names.countries for w in (c.name, *c.aliases, *c.demonyms)}, key=len, reverse=True)
        )
        singles = (
            len(re.findall(rf"\b[Tt]he\s+(?:{demonyms})\s+(?:speaker|expert|panell?ist|delegate|representative)\b(?!s)", text))
            if demonyms
            else 0
        )
        grouped = len(re.findall(rf"\b(?:{demonyms})\s+(?:participants|side|delegation|delegates|experts)\b", text)) if demonyms else 0
        from_countries = len(re.findall(r"\b[Pp]articipants from\s", text))
        return cls(
            names, wording, HolderReader(wording, people, chair, singles > grouped), frozenset(delegations), grouped + from_countries == 0
        )

    def passage(self, report: Report, passage: Passage) -> list[Attribution]:
        if passage.kind != "item":
            self.lead = None
        if passage.kind != "item" or passage.headings != self.headings:
            self.memory = _Memory()
        self.headings = passage.headings
        found = []
        for sentence in passage.sentences:
            found.append(self.sentence(report.text, sentence.start, sentence.end, passage))
        return found

    def sentence(self, text: str, start: int, end: int, passage: Passage) -> Attribution:
        tokens = tokenise(text, start, end, self.names)
        antecedent: list[tuple[int, int]] = []

        def resolve(holder: Holder, _tokens: Sequence[Token]) -> Holder | None:
            found = self._antecedent(holder)
            if found is not None and found.span is not None:
                antecedent.append(found.span)
            return found

        claim = ClauseReader(self.wording, self.holders, resolve).read(tokens)
        if claim is None:
            return self._unclaimed(text, start, end, tokens, passage)
        holder = claim.holder
        if holder is None:
            return Attribution(start, end, claim.scope or "impersonal", (), claim.act)
        scope, who, act = self._scope(holder, claim), holder.who, claim.act
        pronoun = bool(antecedent) and tokens[holder.start].low in (
            "they",
            "he",
            "she",
            "it",
            "these",
            "both",
            "the",
            "this",
            "one",
            "another",
        )
        self._remember(replace(holder, scope=scope, span=holder.span or (tokens[holder.start].start, tokens[holder.end - 1].end)))
        if text[start:end].rstrip().endswith(":"):
            self.lead = claim
        return Attribution(start, end, scope, who, act, antecedent[-1] if pronoun else None)

    def _unclaimed(self, text: str, start: int, end: int, tokens: Sequence[Token], passage: Passage) -> Attribution:
        return Attribution(start, end)

    def _remember(self, holder: Holder) -> None:
        self.memory.holders.append(holder)

    def _antecedent(self, holder: Holder) -> Holder | None:
        for earlier in reversed(self.memory.holders):
            if holder.pronoun in ("he", "she", "this speaker") and earlier.number != "one":
                continue
            if holder.pronoun in ("they", "both", "these", "the two", "of them") and earlier.number == "one":
                continue
            if holder.pronoun in ("it", "this side") and earlier.number != "body":
                continue
            if holder.pronoun == "of them":
                return replace(
                    earlier,
                    scope=holder.scope,
                    countries=holder.countries or earlier.countries,
                    number=holder.number,
                    start=holder.start,
                    end=holder.end,
                    negative=holder.negative,
                )
            return replace(earlier, start=holder.start, end=holder.end, negative=holder.negative)
        if holder.pronoun in ("both", "these", "the two"):
            return replace(holder, scope="everyone", pronoun=None)
        if holder.pronoun == "of them":
            return replace(holder, pronoun=None)
        return None

    def _scope(self, holder: Holder, claim: Claim) -> Scope:
        """In a summary in which states speak, "Japan noted" is its delegation in the room; "Japan and Russia have agreed" never is."""
        if holder.scope != "government" or not self.states_speak or claim.predicate is None:
            return holder.scope
        present = bool(holder.countries) and set(holder.countries) <= self.delegations
        return "delegation" if present and claim.predicate.tense == "past" and claim.act != "agreed" else "government"


def _people(text: str, names: Names, reader: HolderReader) -> dict[str, str]:
    """Last and full names of the persons that the text gives with a title, each to the fullest name."""
    found: dict[str, str] = {}
    titles = [t for t in dict(reader.wording.lists).get("holders.titles", ()) if t[0].isupper() and len(t) > 1]
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, titles), key=len, reverse=True)) + r")(?=[\s(])")
    for m in pattern.finditer(text):
        tokens = tokenise(text, m.start(), min(m.start() + 120, len(text)), names)
        begin = reader.after_titles(tokens, 0)
        if begin is None:
            continue
        words = [t.text for t in tokens[begin : name_end(tokens, begin)]]
        if len(words) < 2:
            continue
        full = " ".join(words)
        found.setdefault(full.lower(), full)
        found.setdefault(words[-1].lower(), full)
    return found

"""What stands above and before a sentence and says whose it is: headings, sentences that lead into a list, labels, a table's columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.holders import Holder, HolderReader
from index.names import Names
from index.report import Act, Passage, Report
from index.tokens import Token, lows, tokenise

# Headings and labels that say how firmly the items under them are held. The first that fits wins.
_ACT_HEADINGS: tuple[tuple[Act, re.Pattern[str]], ...] = tuple(
    (act, re.compile(pattern, re.IGNORECASE))
    for act, pattern in (
        ("disagreed", r"(?:points?|areas?|issues?|elements?) of (?:\w+ )?(?:dis(?:agreement|pute)|divergence|difference|contention)s?|disagreements?|differences|divergences|divergent views|where (?:views|participants|they) (?:differed|diverged|disagreed)|no consensus|not agreed|disputed|contested"),
        ("agreed", r"(?:points?|areas?|issues?|elements?) of (?:\w+ )?(?:agreement|consensus|convergence|common ground)s?|(?:points|items|matters|outcomes) agreed|agreed (?:points|items|outcomes|conclusions|actions|action points|measures|steps|text)|common ground|consensus(?: points| areas)?|agreements?|where (?:views|participants|they) (?:agreed|converged)|shared understandings?|decisions?|agreed"),
        ("recommended", r"(?:\w+ ){0,3}recommendations?(?: (?:to|for|of|from|on) [\w\s,.]+)?|(?:\w+ )?proposals?|(?:\w+ )?suggestions?|(?:ideas|options) for (?:action|cooperation)|proposed (?:actions|steps|measures)|recommended (?:actions|steps|measures)|calls? to action|recommended|proposed|suggested"),
        ("asked", r"unresolved|still open|left open|undecided|(?:open|outstanding|unresolved|unanswered|remaining|key|further) (?:questions?|issues?)(?: for (?:\w+ )*(?:discussion|debate|research|study))?|questions?(?: (?:left open|for (?:\w+ )*(?:discussion|debate|research)|raised))?"),
        ("concerned", r"(?:(?:areas?|points?|issues?) of )?concerns?(?: raised)?|worries|fears"),
    )
)  # fmt: skip
_NUMBERING = re.compile(r"^[\s#>*_]*(?:(?:\d+(?:\.\d+)*|[A-Z]|[ivxIVX]+)[.):]\s+|[-–—•]\s+)?")
_VIEWPOINT = re.compile(
    r"\b(?:perspectives?|views?|viewpoints?|positions?|presentations?|statements?|remarks|interventions?|standpoint|concerns|opening statement|response|reply|reaction)\b",
    re.IGNORECASE,
)
_LISTING = re.compile(r"\b(?:participants?|attendees|annex|appendix|agenda|program(?:me)?|references|bibliography|speakers|abbreviations|acronyms|delegates|contacts?|schedule|about)\b", re.IGNORECASE)  # fmt: skip
_POSITION_COLUMN = re.compile(
    r"\b(?:positions?|views?|comments?|statements?|remarks|interventions?|responses?|main points?|argument)\b", re.IGNORECASE
)
_LABEL = re.compile(r"^[\s*_]*(?P<label>[^:.–—]{3,60}?)[*_]*\s*(?:\d{1,2}|[A-Z])?[*_]*\s*[:.–—][*_]*\s")


@dataclass(frozen=True, slots=True)
class Above:
    """What a heading, label or column says of the sentences under it: their holder, their act, or both. `sure` where any sentence follows it."""

    holder: Holder | None = None
    act: Act | None = None
    sure: bool = False


def act_of_heading(text: str) -> Act | None:
    """The act that a heading such as "Points of agreement" or "Recommendations" gives to the items under it."""
    plain = _NUMBERING.sub("", text).strip(" \t\n*_:.#")
    plain = re.sub(
        r"^(?:the|key|main|major|possible|some|summary of|list of|policy|our|final)\s+", "", re.sub(r"\s+", " ", plain), flags=re.IGNORECASE
    )
    if len(plain.split()) > 9:
        return None
    return next((act for act, pattern in _ACT_HEADINGS if pattern.fullmatch(plain)), None)


def label_of(text: str) -> tuple[Act | None, int]:
    """The act that a label gives ("Recommendation 3: ..."), and where what it labels begins."""
    m = _LABEL.match(text)
    if m is None:
        return None, 0
    label = re.sub(r"\s*(?:\d{1,2}|[A-Z])$", "", m["label"].strip())
    return act_of_heading(label), m.end()


class Headings:
    """The holders that a report's headings name: speakers, sides, and countries where the report is told country by country."""

    def __init__(self, report: Report, passages: Sequence[Passage], names: Names, reader: HolderReader, delegations: Sequence[str]) -> None:
        self._text, self._names, self._reader = report.text, names, reader
        alone = [c for p in passages if p.kind == "heading" and (c := self._country_alone(p.start, p.end)) is not None]
        told = {c for c in alone if not delegations or c in delegations}
        self._by_country = told if len(told) > 1 else set()

    def above(self, headings: Sequence[tuple[int, int]]) -> Above:
        """What the headings above a passage say of it; the innermost that says something wins."""
        for start, end in headings:
            if _LISTING.search(self._text[start:end]) and self._holder(start, end) is None:
                return Above()
        for start, end in reversed(headings):
            holder = self._holder(start, end)
            if holder is not None:
                return Above(holder=holder, sure=True)
            act = act_of_heading(self._text[start:end])
            if act is not None:
                return Above(act=act)
        return Above()

    def _tokens(self, start: int, end: int) -> list[Token]:
        lead = _NUMBERING.match(self._text[start:end])
        tokens = tokenise(self._text, start + (lead.end() if lead else 0), end, self._names)
        while tokens and tokens[-1].low in (":", ".", "#"):
            tokens.pop()
        return tokens

    def _country_alone(self, start: int, end: int) -> str | None:
        tokens = self._tokens(start, end)
        plain = [t for t in tokens if t.low != "the"]
        return plain[0].country if len(plain) == 1 and plain[0].form == "name" else None

    def _holder(self, start: int, end: int) -> Holder | None:
        country = self._country_alone(start, end)
        if country is not None:
            return Holder(0, 1, "delegation", (country,), "body") if country in self._by_country else None
        return holder_in(self._tokens(start, end), self._reader)


def holder_in(tokens: Sequence[Token], reader: HolderReader) -> Holder | None:
    """The holder that is all of a heading or label: "The Korean speaker", "Japanese perspective", "Presentation by Dr. Wolde"."""
    if not tokens or len(tokens) > 14:
        return None
    low = lows(tokens)
    whole = reader.read(tokens, 0)
    if whole is not None and whole.end == len(tokens) and whole.scope in ("delegation", "person") and whole.countries and not whole.pronoun:
        named = whole.scope == "person" and not any(t.country for t in tokens) and reader.after_titles(tokens, 0) is None
        return None if named else whole
    viewpoint = next((i for i, word in enumerate(low) if _VIEWPOINT.fullmatch(word)), None)
    if viewpoint is None:
        return None
    before = [t for t in tokens[:viewpoint] if t.low != "the"]
    if viewpoint == len(tokens) - 1 and before and all(t.country or t.low in ("and", ",", "'s", "'") for t in before):
        countries = tuple(t.country for t in before if t.country)
        return Holder(0, viewpoint, "delegation", countries, "body" if len(countries) == 1 else "many")
    if low[viewpoint + 1 : viewpoint + 2] and low[viewpoint + 1] in ("by", "from", "of"):
        holder = reader.read(tokens, viewpoint + 2)
        if holder is not None and holder.end == len(tokens) and holder.countries:
            scope = "delegation" if holder.scope == "government" else holder.scope
            return Holder(holder.start, holder.end, scope, holder.countries, holder.number)
    return None


class Columns:
    """The header row of the table at hand."""

    def __init__(self) -> None:
        self._labels: list[str] = []

    def header(self, labels: Sequence[str]) -> None:
        """Take over a header row's labels."""
        self._labels = list(labels)

    def above(self, row: Sequence[str], column: int, names: Names, reader: HolderReader) -> Above:
        """What a cell's column and row say of it."""
        label = self._labels[column] if column < len(self._labels) else ""
        act = act_of_heading(label)
        if act is not None:
            return Above(act=act)
        holder = _holder_of_label(label, names, reader)
        if holder is None and column > 0 and _POSITION_COLUMN.search(label):
            holder = _holder_of_label(row[0], names, reader)
        return Above(holder=holder, sure=holder is not None)


def _holder_of_label(label: str, names: Names, reader: HolderReader) -> Holder | None:
    tokens = tokenise(label, 0, len(label), names)
    if len(tokens) == 1 and tokens[0].country and tokens[0].form == "name":
        return Holder(0, 1, "delegation", (tokens[0].country,), "body")
    return holder_in(tokens, reader)

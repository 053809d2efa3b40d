"""What stands above and before a sentence and says whose it is: headings, sentences that lead into a list, labels, a table's columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.attribution.holder import Holder
from index.attribution.holders import HolderReader
from index.attribution.tokens import Token, lows, tokenise, word_set
from index.attribution.wording import Wording
from index.names import Names
from index.report import Act, Passage, Report

_NUMBERING = re.compile(r"^[\s#>*_]*(?:(?:\(?\d+(?:\.\d+)*|\(?[A-Z]|\(?[ivxIVX]+)[.):]\s+|[-–—•]\s+)?")
_VIEWPOINT = word_set(
    """
    perspective perspectives view views viewpoint viewpoints position positions presentation presentations statement statements remarks
    intervention interventions standpoint concerns response reply reaction
    """
)
# Sections that list people, sessions or sources: nobody's views.
_LISTING = word_set(
    """
    participant participants attendees annex appendix agenda program programme references bibliography speakers abbreviations acronyms
    delegates contact contacts schedule about
    """
)
_POSITION_COLUMN = re.compile(
    r"\b(?:positions?|views?|comments?|statements?|remarks|interventions?|responses?|main points?|argument)\b", re.I
)
_LABEL = re.compile(r"^[\s*_]*(?P<label>[^:.–—]{3,60}?)[*_]*\s*(?:\s+(?:\d{1,2}|[A-Z]))?[*_]*\s*[:.–—][*_]*\s")
_QUALIFIERS = re.compile(r"^(?:(?:the|key|main|major|possible|some|summary of|list of|policy|our|final)\s+)+")


@dataclass(frozen=True, slots=True)
class Above:
    """What a heading, label or column says of the sentences under it: their holder, their act, or nothing.

    outcomes  it announces what came of the meeting: items that say what should be done are recommendations.
    """

    holder: Holder | None = None
    act: Act | None = None
    outcomes: bool = False


def act_of_heading(text: str, wording: Wording) -> Act | None:
    """The act that a heading such as "Points of agreement" or "Recommendations" gives to the items under it."""
    plain = " ".join(_NUMBERING.sub("", text).strip(" \t\n*_:.#").lower().split())
    return next(
        (act for act, pattern in _heading_patterns(wording) if len(plain) < 90 and pattern.fullmatch(_QUALIFIERS.sub("", plain))), None
    )


def is_outcomes(text: str, wording: Wording) -> bool:
    """Whether a heading announces what came of a meeting: "Conclusions", "The way forward"."""
    return bool(_pattern(tuple(sorted(wording.words("headings.outcomes")))).fullmatch(_plain(text)))


def _plain(text: str) -> str:
    """A heading's words without numbering, marks and what only introduces them."""
    plain = " ".join(_NUMBERING.sub("", text).strip(" \t\n*_:.#").lower().split())
    return _QUALIFIERS.sub("", plain) if len(plain) < 90 else ""


def _heading_patterns(wording: Wording) -> list[tuple[Act, re.Pattern[str]]]:
    """The headings in force as patterns: a star is up to three words, the last word may be plural."""
    acts: tuple[Act, ...] = ("disagreed", "agreed", "recommended", "asked", "concerned")
    return [(act, _pattern(tuple(sorted(wording.words(f"headings.{act}"))))) for act in acts]


@lru_cache(maxsize=64)
def _pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all entries; every word but the little ones may be plural."""
    if not entries:
        return re.compile(r"(?!)")
    each = []
    for entry in entries:
        words = [r"(?:[\w'’-]+ ?){0,3}" if w == "*" else re.escape(w) + ("" if len(w) < 4 else "s?") for w in entry.split()]
        each.append(re.sub(r" +", " ", " ".join(words)).replace("{0,3} ", "{0,3}"))
    return re.compile("|".join(f"(?:{e})" for e in each))


def label_of(text: str, wording: Wording) -> Act | None:
    """The act that a label gives: "Recommendation 3: ..."."""
    m = _LABEL.match(text)
    return None if m is None else act_of_heading(re.sub(r"\s+(?:\d{1,2}|[A-Z])$", "", m["label"].strip()), wording)


class Headings:
    """The holders that a report's headings name: speakers, sides, and countries where the report is told country by country."""

    def __init__(self, report: Report, passages: Sequence[Passage], names: Names, reader: HolderReader, delegations: Sequence[str]) -> None:
        """Learn which countries have sections of their own."""
        self._text, self._names, self._reader = report.text, names, reader
        alone = [c for p in passages if p.kind == "heading" and (c := self._country_alone(p.start, p.end)) is not None]
        told = {c for c in alone if not delegations or c in delegations}
        self._by_country = told if len(told) > 1 else set()

    def above(self, headings: Sequence[tuple[int, int]]) -> Above:
        """What the headings above a passage say of it; the innermost that says something wins."""
        for start, end in headings:
            if _LISTING & set(re.findall(r"\w+", self._text[start:end].lower())) and self._holder(start, end) is None:
                return Above()
        for start, end in reversed(headings):
            holder = self._holder(start, end)
            if holder is not None:
                return Above(holder=holder)
            act = act_of_heading(self._text[start:end], self._reader.wording)
            if act is not None:
                return Above(act=act)
            if is_outcomes(self._text[start:end], self._reader.wording):
                return Above(outcomes=True)
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
        named = whole.scope == "person" and not any(t.country for t in tokens) and reader.people.after_titles(tokens, 0) is None
        return None if named else whole
    viewpoint = next((i for i, word in enumerate(low) if word in _VIEWPOINT), None)
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
        """Begin without a header row."""
        self._labels: list[str] = []

    def header(self, labels: Sequence[str]) -> None:
        """Take over a header row's labels."""
        self._labels = list(labels)

    def above(self, row: Sequence[str], column: int, names: Names, reader: HolderReader) -> Above:
        """What a cell's column and row say of it."""
        label = self._labels[column] if column < len(self._labels) else ""
        act = act_of_heading(label, reader.wording)
        if act is not None:
            return Above(act=act)
        holder = _holder_of_label(label, names, reader)
        if holder is None and column > 0 and _POSITION_COLUMN.search(label):
            holder = _holder_of_label(row[0], names, reader)
        return Above(holder=holder)


def heads_columns(cells: Sequence[str], wording: Wording) -> bool:
    """Whether a table's first row is its head though not so marked: short labels, one of which says what stands below it."""
    if len(cells) < 2 or any(len(cell.split()) > 5 or cell.endswith((".", ";", "!", "?")) for cell in cells):
        return False
    return any(_POSITION_COLUMN.search(cell) or act_of_heading(cell, wording) is not None for cell in cells[1:])


def _holder_of_label(label: str, names: Names, reader: HolderReader) -> Holder | None:
    tokens = tokenise(label, 0, len(label), names)
    if len(tokens) == 1 and tokens[0].country and tokens[0].form == "name":
        return Holder(0, 1, "delegation", (tokens[0].country,), "body")
    return holder_in(tokens, reader)

"""What changed between the rounds of a series, by rules over who held what: formed, broke, dropped, new, steady.

The rules compare recorded statements only. They know nothing of what was said and not recorded, and they take two statements to be of the
same matter only where their words or their meaning say so: where that is in doubt, no change is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.attribution.wording import Wording
from index.embed import Vectors
from index.report import Act, Attribution
from index.terms import STOP_WORDS, find_terms, fold
from qa.question import EMPTY_STEMS

Kind = Literal["formed", "broke", "dropped", "new", "steady"]
Line = Literal["for", "against", "recommended", "concerned"]

# Cosine from which two sentences are of one matter; with two telling words in common a lower one will do. On the sample library pairs of
# one matter have .39 and two words in common, or .55 and more; pairs of two matters that share a topic's word have .53 and less.
_SAME, _SAME_IN_WORDS, _WORDS = 0.6, 0.3, 2

_LINES: dict[Act, Line] = {
    "agreed": "for",
    "supported": "for",
    "disagreed": "against",
    "recommended": "recommended",
    "concerned": "concerned",
}
_SAID: dict[Act, str] = {
    "agreed": "agreement",
    "supported": "support",
    "recommended": "a recommendation",
    "concerned": "concern",
    "disagreed": "disagreement",
}
_SIDES: frozenset[Line | None] = frozenset(("for", "against"))
ALL = "all"


@dataclass(frozen=True, slots=True)
class Change:
    """A change, or that there was none: in words, with the labels of the statements it rests on."""

    kind: Kind
    text: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the rules see it. `round` counts the rounds that are compared, from 0; `words` are its telling stems."""

    label: str
    round: int
    attribution: Attribution
    vector: Vectors
    words: frozenset[str]

    @property
    def line(self) -> Line | None:
        """On which side it stands; None when it takes none."""
        return _LINES.get(self.attribution.act)

    @property
    def holders(self) -> tuple[str, ...]:
        """Who is bound by it: `ALL`, delegations or persons. "Some participants" bind nobody, and governments are not the participants."""
        match self.attribution.scope:
            case "everyone" | "impersonal":
                return (ALL,)
            case "delegation" | "person":
                return self.attribution.who
            case _:
                return ()


def telling_words(text: str, wording: Wording, names: Iterable[str] = ()) -> frozenset[str]:
    """The stems of a sentence that say what it is about: no stop words, words of acts and meetings, or names of countries."""
    aside = {fold(name) for name in names}
    words: set[str] = set()
    for term in find_terms(text):
        word = fold(text[term.start : term.end])
        if word not in STOP_WORDS and word not in wording.forms and word not in aside and term.stem not in EMPTY_STEMS and len(word) > 2:
            words.add(term.stem)
    return frozenset(words)


def find_changes(topic: str, said: Sequence[Said], rounds: Sequence[str]) -> tuple[Change, ...]:
    """The changes between rounds, in order of `Kind`.

    said     all statements on the topic; rounds without any count as silent.
    rounds   what to call each round that is compared, in order of date: "round 2 (Kanazawa, 2019)".
    """
    turns = [*_turns(said, rounds), *_presence(topic, said, rounds)]
    order: tuple[Kind, ...] = ("formed", "broke", "dropped", "new", "steady")
    return tuple(sorted(turns, key=lambda change: order.index(change.kind)))


def _presence(topic: str, said: Sequence[Said], rounds: Sequence[str]) -> list[Change]:
    """A topic that the last round's report no longer has, or that only it has. What was only narrated cannot be dropped."""
    last = len(rounds) - 1
    present = sorted({s.round for s in said})
    if last < 1 or not said:
        return []
    labels = tuple(s.label for s in said if s.round == present[-1])
    if present == [last]:
        text = f"statements on {topic} only in the report of {rounds[last]}; none in {_reports_of(rounds[:last])}."
        return [Change("new", text, labels)]
    if last not in present and any(s.attribution.act != "none" for s in said):
        text = f"no statement on {topic} in the report of {rounds[last]}; the last is in that of {rounds[present[-1]]}."
        return [Change("dropped", text, labels)]
    return []


def _reports_of(rounds: Sequence[str]) -> str:
    return f"the report of {rounds[0]}" if len(rounds) == 1 else f"the reports of {', '.join(rounds[:-1])} and {rounds[-1]}"


def _turns(said: Sequence[Said], rounds: Sequence[str]) -> list[Change]:
    """For each holder, each statement held against the holder's last one on the same matter in an earlier round."""
    found: dict[tuple[Kind, str, str], dict[str, None]] = {}
    for holder in dict.fromkeys(h for s in said for h in s.holders):
        own = [s for s in said if holder in s.holders and s.line is not None]
        for now in own:
            before = _before(now, own)
            if before is None or (kind := _kind(before, now)) is None or _mixed(before, own) or _mixed(now, own):
                continue
            found.setdefault((kind, holder, _words_of(holder, before, now, rounds)), {}).update({before.label: None, now.label: None})
    return [Change(kind, text, tuple(labels)) for (kind, _, text), labels in found.items()]


def _before(now: Said, own: Sequence[Said]) -> Said | None:
    """The holder's last statement on the same matter that can be held against this one; of several in a round the most alike."""
    comparable = _SIDES if now.line in _SIDES else {now.line}
    earlier = [s for s in own if s.round < now.round and s.line in comparable and _same_matter(s, now)]
    return max(earlier, key=lambda s: (s.round, float(s.vector @ now.vector)), default=None)


def _kind(before: Said, now: Said) -> Kind | None:
    if before.line == now.line:
        return "steady"
    if (before.line, now.line) == ("against", "for"):
        return "formed"
    return "broke" if (before.line, now.line) == ("for", "against") else None


def _mixed(one: Said, own: Sequence[Said]) -> bool:
    """Whether the holder stands on both sides of the matter in one round: then nothing formed and nothing broke."""
    sides = {s.line for s in own if s.round == one.round and (s is one or _same_matter(s, one))}
    return sides >= _SIDES


def _same_matter(one: Said, other: Said) -> bool:
    alike = float(one.vector @ other.vector)
    return alike >= _SAME or (alike >= _SAME_IN_WORDS and len(one.words & other.words) >= _WORDS)


def _words_of(holder: str, before: Said, now: Said, rounds: Sequence[str]) -> str:
    who = "" if holder == ALL else f"{holder}: "
    then, after = _SAID[before.attribution.act], _SAID[now.attribution.act]
    return f"{who}{then} in the report of {rounds[before.round]}, {after} in that of {rounds[now.round]}."

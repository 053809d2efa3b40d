"""Who holds each sentence of a report, and how firmly, by rules over words and structure; docs/attribution.md says what they mean.

A sentence is read in this order: what its own words say (index/attribution/clauses.py); whose list or label it stands in; whose heading or
column it stands under. Where none of them says who holds it, it is unattributed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.asides import read_claim
from index.attribution.claims import Claim, Reading, clause_start
from index.attribution.context import Above, Columns, Headings, heads_columns, holder_in, label_of
from index.attribution.holder import Holder
from index.attribution.holders import HolderReader
from index.attribution.leads import act_of_preamble, as_lead, lead_in
from index.attribution.manner import find_manner
from index.attribution.people import People, find_chair, find_people
from index.attribution.subjects import implied
from index.attribution.tokens import Token, lows, tokenise
from index.attribution.wording import Wording
from index.names import Names
from index.report import Act, Attribution, Passage, Report, Scope, Sentence

_MODAL = re.compile(r"\b(?:should|ought to|must|need(?:s)? to|could)\b", re.IGNORECASE)
_LONGEST = 200  # tokens of a sentence that are read: a table run together is no sentence, and must not take minutes
_SHOULD = re.compile(r"\b(?:should|ought to|must)\b", re.IGNORECASE)
_CARDINALS, _COUNTRIES = ("two", "three", "four", "five", "six"), ("countries", "states", "nations", "delegations", "sides")
_FINISHED = re.compile(r"[.!?:;…][”\"’')\]]*\s*(?:\d{1,2}|\[\d+\])?$")
_NUMBER = re.compile(r"\s*\(?(?P<n>\d{1,3})[.)]\s")
_FOLLOWING = re.compile(r":\s*$|\b(?:following|as follows|these (?:recommendations|points|steps|measures))\b", re.IGNORECASE)


def attribute(
    report: Report, passages: Sequence[Passage], names: Names, wording: Wording, delegations: Sequence[str] = ()
) -> list[Attribution]:
    """One Attribution per sentence of every passage that has sentences, in order.

    delegations  countries whose participants took part, as the meeting's facts name them: in a summary in which states speak
                 ("Japan noted"), these are delegations in the room and not governments elsewhere.
    """
    room = _Room(report, passages, names, wording, delegations)
    found: list[Attribution] = []
    for passage in passages:
        room.enter(passage)
        for sentence in passage.sentences:
            found.append(room.sentence(sentence))
            if room.joined is not None:  # the first part of a sentence that a page break parts is whose the whole is
                parts = (i for i, earlier in enumerate(found) if earlier.start == room.joined.start)
                found[next(parts)] = replace(found[-1], start=room.joined.start, end=room.joined.end)
    return found


class _Room:
    """A report being attributed: the people in the room, and what the last sentences said."""

    def __init__(self, report: Report, passages: Sequence[Passage], names: Names, wording: Wording, delegations: Sequence[str]) -> None:
        self.text, self.names, self.wording = report.text, names, wording
        people = find_people(report.text, names, wording)
        known = People(wording, people, find_chair(report.text, names, wording, people))
        manner = find_manner(report.text, names)
        reader = HolderReader(wording, known, manner)
        self.holders = reader
        self.plain = Reading(wording, reader, lambda _: None)
        self.delegations = frozenset(delegations)
        self.states_speak = manner.states_speak
        self.headings = Headings(report, passages, names, reader, delegations)
        self.columns = Columns()
        self.heads_table = False
        self.passages = passages
        self.told: dict[tuple[tuple[int, int], ...], bool] = {}
        self.memory: list[Holder] = []
        self.before: Act | None = None
        self.lead: Claim | None = None
        self.led: Passage | None = None  # the passage that leads into a list
        self.passage: Passage | None = None
        self.tail: Sentence | None = None
        self.joined: Sentence | None = None
        self.above = Above()
        self.label: Above | None = None
        self.antecedent: tuple[int, int] | None = None

    # Passages --------------------------------------------------------------------------------------------------------------------

    def enter(self, passage: Passage) -> None:
        """Begin a passage: forget what does not reach into it."""
        last = self.passage
        in_table, self.heads_table = last is not None and last.kind == "table", False
        section = last is None or passage.headings != last.headings
        self.before = None
        if passage.kind == "heading":
            self.memory = []
            heading = tokenise(self.text, passage.start, passage.end, self.names)
            self.lead = self._own(heading) if heading and heading[-1].low == ":" else None
        if passage.kind not in ("item", "heading") and not (last is not None and last.kind == "footnote"):
            self.lead = None
        if section or passage.kind not in ("item", "footnote"):
            self.memory = [replace(h, stale=True) for h in self.memory if not h.stale] if not section else []
        if passage.kind == "table":
            cells = [self.text[a:b].strip() for a, b in passage.cells]
            self.heads_table = passage.level == 1 or (not in_table and heads_columns(cells, self.wording))
            if self.heads_table:
                self.columns.header(cells)
        else:
            self.columns = Columns()
        self.above = Above() if self._beside_heading(passage) else self.headings.above(passage.headings)
        self.label = None
        if not passage.sentences:
            self.tail = None
        self.passage = passage

    # Sentences -------------------------------------------------------------------------------------------------------------------

    def sentence(self, sentence: Sentence) -> Attribution:
        """Attribute one sentence of the passage at hand."""
        assert self.passage is not None  # noqa: S101 - enter() came first
        self.joined = self._continued(sentence)
        start = sentence.start
        tokens = tokenise(self.text, start, sentence.end, self.names)
        if self.joined is not None:
            tokens = [*tokenise(self.text, self.joined.start, self.joined.end, self.names), *tokens]
        tokens = tokens[:_LONGEST]
        first = bool(self.passage.sentences) and sentence.start == self.passage.sentences[0].start
        if self.passage.kind != "footnote":
            self.tail = sentence
        claim = self._claim(tokens, sentence, first)
        self.before = None if claim is None else claim.act
        if claim is None:
            return Attribution(sentence.start, sentence.end)
        if claim.holder is None:
            return Attribution(sentence.start, sentence.end, claim.scope or "impersonal", (), claim.act)
        scope = self._scope(claim.holder, claim)
        if scope == "everyone" and self._counts_fewer(tokens[claim.holder.start : claim.holder.end]):
            scope = "some"
        who = claim.holder.who if scope not in ("everyone", "impersonal") else ()
        return Attribution(sentence.start, sentence.end, scope, who, claim.act, self.antecedent)

    def _continued(self, sentence: Sentence) -> Sentence | None:
        """The unfinished sentence before a page break or footnote that this one goes on from."""
        assert self.passage is not None  # noqa: S101
        tail = self.tail
        if tail is None or self.passage.kind != "body" or sentence.start != self.passage.sentences[0].start:
            return None
        unfinished = not _FINISHED.search(self.text[tail.start : tail.end])
        return tail if unfinished and self.text[sentence.start : sentence.start + 1].islower() else None

    def _claim(self, tokens: Sequence[Token], sentence: Sentence, first: bool) -> Claim | None:
        """The claim of a sentence: its own words, then its list, label, column or heading."""
        assert self.passage is not None  # noqa: S101
        text = self.text[sentence.start : sentence.end]
        self.antecedent = None
        if self.heads_table:
            return None
        if first:
            labelled = self._labelled(tokens, text)
            if labelled is not None:
                return labelled
        own = self._own(tokens)
        item = self.passage.kind == "item"
        if (
            item
            and self.lead is not None
            and not self._beside_lead()
            and (first or (self.lead.act == "recommended" and _MODAL.search(text)))
            and not _stands(own, self.lead, text)
        ):
            return self._from_lead(tokens)
        if own is not None and own.frame == "fragment" and self.above.holder is not None:
            own = self._from_above(tokens, sentence, text, first)
        if own is not None:
            self._remember(own, tokens)
            if _FOLLOWING.search(text):
                self.lead, self.led = as_lead(own, text), self.passage
            return own
        if first and len(self.passage.sentences) == 1 and (act := act_of_preamble(text)) is not None:
            return Claim(act, None, "everyone")
        self._remember_subject(tokens)
        if _FOLLOWING.search(text):
            self.lead, self.led = lead_in(tokens, text, self.wording, self.holders), self.passage
        elif (named := self._numbered_holder(tokens)) is not None:
            self.lead, self.led = Claim("none", named), self.passage
        return self._from_above(tokens, sentence, text, first)

    def _numbered_holder(self, tokens: Sequence[Token]) -> Holder | None:
        """The holder that is all of a numbered line: "(1) The Japanese side", and under it what it said."""
        assert self.passage is not None  # noqa: S101
        number = _NUMBER.match(self.text, self.passage.start)
        if self.passage.kind != "item" or len(self.passage.sentences) > 1 or number is None:
            return None
        body = [token for token in tokens if token.start >= number.end()]
        holder = self.holders.read(body, 0) if body else None
        return holder if holder is not None and holder.end == len(body) and holder.scope == "delegation" else None

    def _beside_heading(self, passage: Passage) -> bool:
        """Whether the passage is numbered on from its heading: "(4) Opinions were divided" after "(3) The ROK side" is not under it."""
        if not passage.headings or passage.kind != "item":
            return False
        over, here = (_NUMBER.match(self.text, start) for start in (passage.headings[-1][0], passage.start))
        return over is not None and here is not None and int(here["n"]) > int(over["n"]) and _style(over) == _style(here)

    def _beside_lead(self) -> bool:
        """Whether the passage at hand is numbered beside the one that led into a list: paragraph 9 is no item of "8. ... agreed that:"."""
        if self.passage is None or self.led is None or self.led.kind != "item" or self.led.level != self.passage.level:
            return False
        lead, here = (_NUMBER.match(self.text, p.start) for p in (self.led, self.passage))
        return lead is not None and here is not None and int(here["n"]) > int(lead["n"])

    def _own(self, tokens: Sequence[Token]) -> Claim | None:
        claim = read_claim(Reading(self.wording, self.holders, self._stands_for, self.before), tokens)
        if claim is not None and claim.holder is not None and claim.holder.span is not None:
            self.antecedent = claim.holder.span
        return claim

    def _labelled(self, tokens: Sequence[Token], text: str) -> Claim | None:
        """ "Recommendation 3: ..."; "Japan: ..."; "The Thai delegate: ..."."""
        act = label_of(text, self.wording)
        if act is not None:
            after = next((i + 1 for i, token in enumerate(tokens[:12]) if token.low in (":", "–", "—")), 0)
            own = self._own(tokens[after:])
            spoken = own is not None and own.holder is not None and own.act not in ("none", "discussed")
            return own if spoken else Claim(act, None, "impersonal")  # "Decision 2: Members recommend to the five states that"
        low = lows(tokens)
        mark = next((i for i, word in enumerate(low[:12]) if word in (":", "–", "—")), None)
        if mark is None or mark + 1 >= len(tokens):
            return None
        holder = holder_in(tokens[:mark], self.holders)
        alone = mark == 1 and tokens[0].form == "name" and tokens[0].country in self.delegations
        if holder is None and alone and tokens[0].country:
            holder = Holder(0, 1, "delegation", (tokens[0].country,), "body")
        if holder is None:
            return None
        self.label = Above(holder=holder)
        rest = tokens[mark + 1 :]
        return implied(self.plain, rest, holder) or Claim("stated", holder)

    def _from_lead(self, tokens: Sequence[Token]) -> Claim | None:
        assert self.lead is not None  # noqa: S101
        if self.lead.act != "none":
            together = self.lead.holder is None and self.lead.act == "recommended" and self.lead.frame != "of a few"
            return replace(self.lead, frame="lead", scope="everyone" if together else self.lead.scope)
        return implied(self.plain, tokens, self.lead.holder) if self.lead.holder else None

    def _from_above(self, tokens: Sequence[Token], sentence: Sentence, text: str, first: bool) -> Claim | None:
        """What the label, the column or the heading over a sentence gives it, when it is a sentence at all."""
        assert self.passage is not None  # noqa: S101
        above = self.label or self.above
        if self.passage.kind == "table":
            cells = self.passage.cells
            column = next((i for i, (a, b) in enumerate(cells) if a <= sentence.start < b), 0)
            above = self.columns.above([self.text[a:b].strip() for a, b in cells], column, self.names, self.holders)
        if self.passage.kind == "footnote" or len(tokens) < 2:
            return None
        if above.holder is not None:
            told = implied(self.plain, tokens, above.holder)
            spoken = _is_sentence(text, tokens) and not (above is self.above and self._is_told(above.holder))
            return told or (Claim("stated", above.holder) if spoken else None)
        listed = self.passage.kind == "table" or (self.passage.kind == "item" and first)
        if above.outcomes:
            items = self.passage.kind in ("item", "table")
            return Claim("recommended", None, "everyone") if items and _SHOULD.search(text) else None
        if above.act == "recommended":
            return Claim("recommended", None, "everyone") if listed or _advises(text, self.wording) else None
        return Claim(above.act, None, "impersonal") if above.act is not None and listed else None

    def _is_told(self, holder: Holder) -> bool:
        """Whether a speaker's section says for itself what the speaker said: then what it does not say is narration."""
        assert self.passage is not None  # noqa: S101
        key = self.passage.headings
        if key not in self.told:
            reading = Reading(self.wording, self.holders, lambda _: holder)
            sentences = (s for p in self.passages if p.headings == key for s in p.sentences)
            claims = (read_claim(reading, tokenise(self.text, s.start, s.end, self.names)) for s in sentences)
            self.told[key] = any(c is not None and c.frame != "fragment" for c in claims)
        return self.told[key]

    # Holders ---------------------------------------------------------------------------------------------------------------------

    def _remember(self, claim: Claim, tokens: Sequence[Token]) -> None:
        holder = claim.holder
        if holder is None or claim.frame in ("implied", "lead"):
            return
        span = holder.span or (tokens[holder.start].start, tokens[min(holder.end, len(tokens)) - 1].end)
        self.memory.append(replace(holder, span=span, stale=False))

    def _remember_subject(self, tokens: Sequence[Token]) -> None:
        """Whom a sentence tells of without a view of theirs: "They" in the next one means them, and nobody named before."""
        at = clause_start(tokens)
        holder = self.holders.read(tokens, at) if at < len(tokens) else None
        if holder is None or holder.pronoun is not None or holder.end >= len(tokens) or not holder.countries:
            return
        if holder.scope in ("delegation", "some", "person") and tokens[holder.end].text[0].islower():
            self.memory.append(replace(holder, span=(tokens[holder.start].start, tokens[holder.end - 1].end), negative=False, stale=False))

    def _stands_for(self, pronoun: Holder) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        """The holder that a pronoun stands for, from the latest of this paragraph or list back, that agrees with it in number."""
        fits = {"he": ("one",), "she": ("one",), "this speaker": ("one",), "it": ("body",), "this side": ("body",)}.get(
            pronoun.pronoun or "", ("many", "body")
        )
        if pronoun.pronoun in ("both", "the two") and (pair := self._last_two()):
            return replace(pronoun, scope="delegation", countries=pair, pronoun=None)
        for earlier in reversed(self.memory):
            if pronoun.pronoun == "states":
                if earlier.scope == "government" and len(earlier.who) > 1:
                    return replace(earlier, start=pronoun.start, end=pronoun.end, negative=pronoun.negative)
                continue
            if earlier.number not in fits or (pronoun.pronoun == "it" and earlier.stale):
                continue
            if pronoun.pronoun == "of them":
                return replace(pronoun, countries=pronoun.countries or earlier.countries, span=earlier.span, pronoun=None)
            if pronoun.pronoun in ("latter", "former") and len(earlier.countries) > 1:
                one = earlier.countries[-1 if pronoun.pronoun == "latter" else 0]
                return replace(earlier, countries=(one,), start=pronoun.start, end=pronoun.end)
            return replace(earlier, start=pronoun.start, end=pronoun.end, negative=pronoun.negative)
        over = self.label or self.above
        if (
            over.holder is not None
            and over.holder.number in fits
            and pronoun.pronoun in ("he", "she", "they", "it", "this speaker", "this side")
        ):
            return replace(over.holder, start=pronoun.start, end=pronoun.end, negative=pronoun.negative)
        if pronoun.pronoun in ("both", "these", "the two"):
            return replace(pronoun, scope="everyone", pronoun=None)
        if pronoun.pronoun == "states" and len(self.delegations) == 2:  # "the two governments" of a meeting of two
            return replace(pronoun, countries=tuple(sorted(self.delegations)), pronoun=None)
        return replace(pronoun, pronoun=None) if pronoun.pronoun in ("of them", "states") else None

    def _last_two(self) -> tuple[str, ...]:
        """The two countries of the last two delegations, one each: "The Chinese side rejected this. Both, however, agreed that"."""
        last = [h for h in self.memory if not h.stale][-2:]
        each = {h.countries for h in last if h.scope == "delegation" and len(h.countries) == 1}
        return tuple(sorted(country for (country,) in each)) if len(each) == 2 else ()

    def _counts_fewer(self, holder: Sequence[Token]) -> bool:
        """Whether "participants from the three countries" are of a meeting of more: three that were named, and not everyone."""
        words = lows(holder)
        counted = next((words[i] for i in range(len(words) - 1) if words[i + 1] in _COUNTRIES), "")
        return counted in _CARDINALS and _CARDINALS.index(counted) + 2 < len(self.delegations)

    def _scope(self, holder: Holder, claim: Claim) -> Scope:
        """Where states speak for themselves, "Japan noted" is its delegation in the room; "Japan and Russia have agreed" never is."""
        if holder.scope != "government" or not self.states_speak or claim.predicate is None:
            return holder.scope
        present = bool(holder.countries) and set(holder.countries) <= self.delegations
        return "delegation" if present and claim.predicate.tense == "past" and claim.act != "agreed" else "government"


def _style(number: re.Match[str]) -> str:
    """How a number is written: "(1)", "1.", "1)"."""
    return re.sub(r"\d+", "1", number[0].strip())


def _stands(own: Claim | None, lead: Claim, text: str) -> bool:
    """Whether an item's own attribution is clear enough to stand against its list's."""
    if own is None or own.holder is None or own.frame == "fragment":
        return False
    named = own.holder.scope in ("delegation", "some", "person")
    if lead.act in ("recommended", "agreed") and text[:1].islower():
        return False
    return named and own.predicate is not None and own.predicate.tense == "past"


def _is_sentence(text: str, tokens: Sequence[Token]) -> bool:
    return len(tokens) > 3 and bool(_FINISHED.search(text.rstrip())) and any(not t.capital and t.text.isalpha() for t in tokens[1:])


def _advises(text: str, wording: Wording) -> bool:
    """ "Ministries should ...", "Publish turbine schedules": the grammar of a recommendation."""
    first = re.match(r"[A-Z][a-z]+", text)
    imperative = first is not None and "base" in {f for forms in wording.forms.get(first.group().lower(), {}).values() for f in forms}
    return bool(_MODAL.search(text)) or imperative

"""Whether a model's sentence claims no more than the statements it names: held by rules, whatever the model was told or wrote.

A sentence may choose a statement, trim it where a comma parts it, set it beside another, and say it with a verb that claims no more. Each
of its clauses must rest on one statement: the same holder, the same act, the statement's own words in their own order, and none of the
words left out or put in that carry its force. What does not pass is dropped and counted by its reason; nothing is mended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.attribution.wording import FIRMNESS, Wording
from index.dates import find_dates
from index.names import Names
from index.sentences import split_sentences
from index.terms import fold, stem
from qa.contract import Statement
from qa.model.align import Source, follows, is_free
from qa.model.frames import Frame, FrameReader
from qa.model.guards import (
    AFTER_VERB,
    ANAPHORS,
    DETERMINERS,
    DROPPABLE_ADVERBS,
    FORCES,
    GUARDS,
    OF_ACT,
    REPLACEABLE,
)
from qa.model.leads import is_meeting, meeting_lead, without_leads
from qa.model.plain import plain_text, quotes_stand, without_added_quotes
from qa.model.pronouns import means_what_was_said_before, points_back
from qa.model.words import Word, find_words

_DEPTH = 3  # joints of a sentence that are looked at
_FEWEST = 3  # words of a sentence
_JOINT = re.compile(r";\s+|,?\s+(?:while|whereas|but|and)\s+")
_WHILE = re.compile(r"^(?:While|Whereas)\s+(.{10,}?),\s+(.+)$")
_CLAUSE = frozenset("that which who whose whether if how why because where when".split())  # with a subject that could take a second verb
_PASSIVE = frozenset(["was", "were", "by"])
_HOLDERS: dict[str, frozenset[str]] = {
    "everyone": frozenset(["participants"]),
    "some": frozenset(["some", "participants"]),
    "delegation": frozenset(["participants", "side", "delegation", "and"]),
    "government": frozenset(["government", "governments", "of", "and"]),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What became of a sentence: the labels of the statements that bear it, or the reason why it was dropped."""

    text: str
    labels: tuple[str, ...] = ()
    reason: str = ""


class Judge:
    """Holds sentences against the statements of one answer."""

    def __init__(self, statements: Sequence[Statement], readers: Mapping[str, FrameReader], names: Names, wording: Wording) -> None:
        """`readers` are those of the statements' reports, by path."""
        self.statements = statements
        self.names, self.wording = names, wording
        self.sources = [_Witness(s, readers[s.citation.report], names) for s in statements]

    def judge(self, text: str, numbers: Sequence[int] | None) -> list[Held]:
        """What becomes of each sentence of `text`, which names the statements `numbers`, counted from 1."""
        if not numbers or any(not 0 < n <= len(self.statements) for n in numbers):
            return [Held(text, reason="number of no statement")]
        cited = [self.sources[n - 1] for n in numbers]
        text, wrong = plain_text(text, numbers, [w.statement for w in cited])
        if wrong:
            return [Held(text, reason=wrong)]
        spans = [text[s.start : s.end] for s in split_sentences(text, 0, len(text))]
        return [self._sentence(sentence, cited) for sentence in spans] or [Held(text, reason="words")]

    def _sentence(self, text: str, cited: Sequence[_Witness]) -> Held:
        lead, rest = meeting_lead(without_leads(text))
        bearing, reason = self._bearing(rest, cited)
        if bearing and lead and not all(w.is_of(lead) for w in bearing):
            bearing = []
        if not bearing and lead:  # what looks like a meeting may be the statement's own beginning
            bearing, reason = self._bearing(f"{lead}, {rest}", cited)
        if not bearing:
            return Held(text, reason=reason)
        labels = [w.statement.label for w in self.sources if w in bearing]
        return Held(text, tuple(labels))

    def _bearing(self, text: str, cited: Sequence[_Witness], depth: int = 0) -> tuple[list[_Witness], str]:
        """The statements that bear a clause, each of its parts by one; else the reason of the one that came nearest."""
        reasons = []
        for witness in cited:
            reason = witness.refuses(text, self.wording)
            if reason is None:
                return [witness], ""
            reasons.append(reason)
        if depth < _DEPTH:
            for left, right in self._parts(text, cited):
                first, _ = self._bearing(left, cited, depth + 1)
                second, _ = self._bearing(right, cited, depth + 1) if first else ([], "")
                # A narrator's sentence beside a holder's would read as the holder's.
                if second and len({w.statement.scope == "unattributed" for w in (*first, *second)}) == 1:
                    return [*first, *second], ""
        return [], max(reasons, key=_LATEST.index)

    def _parts(self, text: str, cited: Sequence[_Witness]) -> Iterator[tuple[str, str]]:
        """The ways in which a sentence may be two; what the second leaves out of the first is put back."""
        contrast = _WHILE.match(text)
        if contrast:
            yield contrast.group(1), contrast.group(2)
        for joint in list(_JOINT.finditer(text))[:12]:
            left, right = text[: joint.start()], text[joint.end() :]
            if not left or not right or _inside_quotes(text, joint.start()):
                continue
            if joint.group().strip() != "and":  # without a comma the second might be taken for a part of what the first says
                yield left, right
            frame = cited[0].reader.read(left)
            word = right.split()[0].lower()
            beyond = [t.low for t in frame.tokens[frame.end :]]
            if frame.end and self.wording.is_past(word) and not _CLAUSE & set(beyond):
                yield left, left[frame.tokens[frame.start].start : frame.tokens[frame.predicate].start] + right
            elif frame.end and word in ("that", "on", "to") and beyond[:1] == [word]:
                yield left, left[frame.tokens[frame.start].start : frame.tokens[frame.end - 1].end] + " " + right


_LATEST = (
    "words", "statement's holder unsaid", "holder", "scope", "act", "name", "number", "date", "quotation", *FORCES, "omission", "pronoun",
)  # fmt: skip
"""The reasons of a clause, from the least telling to the most."""


class _Witness:
    """A statement that a sentence may rest on."""

    def __init__(self, statement: Statement, reader: FrameReader, names: Names) -> None:
        self.statement, self.reader, self.names = statement, reader, names
        self.frame = reader.read_statement(statement)
        self.alone = reader.read(statement.quote)
        self.words = tuple(find_words(self.frame.tokens, names))
        self.counted = Counter(w.key for w in self.words)
        self.keys = frozenset(self.counted)
        antecedent = find_words(reader.read(statement.antecedent).tokens, names) if statement.antecedent else []
        held_by = find_words(reader.read(" ".join(statement.who)).tokens, names)
        self.named = frozenset(w.key for w in (*antecedent, *held_by))
        self.dates = {(d.first, d.last) for d in find_dates(statement.quote)}
        self.figures = _figures(statement.quote)

    def is_of(self, lead: str) -> bool:
        """Whether the meeting that a sentence begins with is this statement's, said of what was said there."""
        return self.statement.scope not in ("government", "unattributed") and is_meeting(lead, self.statement.citation, self.names)

    def refuses(self, text: str, wording: Wording) -> str | None:
        """Why this statement does not bear the clause `text` alone, or None where it does."""
        if not quotes_stand(text, self.statement):
            return "quotation"
        text = without_added_quotes(text, self.statement)
        frame = self.reader.read(text)
        words = find_words(frame.tokens, self.names)
        if len(words) < _FEWEST:
            return "words"
        return self._added(text, frame, words) or self._held(text, frame, words, wording)

    # What was put in ---------------------------------------------------------------------------------------------------------------

    def _added(self, text: str, frame: Frame, words: Sequence[Word]) -> str | None:  # noqa: PLR0911  # one return for each kind
        keys = {w.key for w in words}
        if points_back(words, frame) or means_what_was_said_before(words, frame):
            return "pronoun"
        if {a.key for a, b in pairwise(words) if a.key == b.key} - {a.key for a, b in pairwise(self.words) if a.key == b.key}:
            return "words"  # said twice; "anti-satellite (ASAT)" is one term under two names
        said = Counter(w.key for w in words)
        for kind, guards in FORCES.items():
            # As often as the statement has it, its antecedent and the words for its holder counted.
            if any(said[k] > self.counted[k] + (k in self.named) + (k in _HOLDERS.get(self.statement.scope, ())) for k in keys & guards):
                return kind
        known = self.figures | {k.removeprefix("number:") for k in self.keys}
        if {k for k in keys if k.startswith("number:")} - self.keys - self.named or _figures(text) - known:
            return "number"
        if {(d.first, d.last) for d in find_dates(text)} - self.dates:
            return "date"
        if {k for k in keys if k.startswith(("country:", "government:"))} - self.keys - self.named:
            return "name"
        capitals = {w.key for w in words[1:] if frame.tokens[w.at].capital and frame.tokens[w.at].text.isalpha()}
        return "name" if capitals - self.keys - self.named else None

    # Who holds it, and what was left out -------------------------------------------------------------------------------------------

    def _held(self, text: str, frame: Frame, words: Sequence[Word], wording: Wording) -> str | None:
        s = self.statement
        same_holder = (frame.scope, frame.who) == (s.scope, s.who)
        if not same_holder and not self._unread_person(frame, text):
            if frame.scope == "unattributed":
                return "statement's holder unsaid"
            return "scope" if frame.scope in ("everyone", "impersonal") or not frame.who else "holder"
        source = Source(self.words, tuple(t.low for t in self.frame.tokens))
        if FIRMNESS.index(frame.act) >= FIRMNESS.index(s.act) and follows(words, source, wording):
            return None
        if frame.act != s.act:
            return "act"
        if not frame.compact or (self.frame.end and not self.frame.compact):
            return self._lost(words)
        return self._retold(frame, words, wording)

    def _unread_person(self, frame: Frame, text: str) -> bool:
        """A person whom only the report's other pages introduce, named in the sentence as in the statement."""
        s = self.statement
        unread = s.scope == "person" and (frame.scope, self.alone.scope) == ("unattributed", "unattributed")
        return unread and all(name.split()[-1] in text and name.split()[-1] in s.quote for name in s.who)

    def _retold(self, frame: Frame, words: Sequence[Word], wording: Wording) -> str | None:
        """The same content under the same holder, in another frame or with a verb that claims no more."""
        own = self.frame if self.frame.verb and (self.frame.scope, self.frame.who) == (self.statement.scope, self.statement.who) else None
        replaced = own is None or frame.verb != own.verb
        if own is None:
            if self.alone.end or frame.verb not in OF_ACT.get(self.statement.act, ()):
                return "act"
        elif replaced and own.verb not in REPLACEABLE.get(frame.verb, ()):
            return "act"
        told = [w for w in words if frame.start <= w.at < frame.end]
        telling = [w for w in self.words if own is not None and own.start <= w.at < own.end]
        if not self._says_no_more(frame, told, telling, fromlist=own is None):
            return "holder"
        if not _keeps_all(told, telling, own, replaced=replaced):
            return self._lost(words)
        content = [w for w in words if not frame.start <= w.at < frame.end]
        outside = {w.at for w in telling}
        if replaced:  # "called for a ban", "proposed a ban": what joins the content belongs to the verb
            content = [w for w in content if not (w.key in AFTER_VERB and w.at == frame.end)]
            outside |= {w.at for w in self.words if own is not None and w.at == own.end and w.key in AFTER_VERB}
        source = Source(self.words, tuple(t.low for t in self.frame.tokens), frozenset(outside))
        return None if follows(content, source, wording) else self._lost(words)

    def _says_no_more(self, frame: Frame, told: Sequence[Word], telling: Sequence[Word], *, fromlist: bool) -> bool:
        """Whether the words that name holder and act are the statement's, its antecedent's, or the verb."""
        known = {w.key for w in telling} | self.named | DETERMINERS | _PASSIVE
        if fromlist:
            known |= _HOLDERS.get(self.statement.scope, frozenset())
        rest = [w for w in told if w.key not in known and not is_free(told, told.index(w))]
        allowed = AFTER_VERB | {"participants"} if self.statement.antecedent and self.named else AFTER_VERB
        return all(stem(w.key) == stem(frame.verb) or (w.key in allowed and w.at > frame.predicate) or _is_form(w.key, frame) for w in rest)

    def _lost(self, words: Sequence[Word]) -> str:
        """The kind of word that the sentence left out, or only that its words are not the statement's."""
        missing = self.keys - {w.key for w in words}
        return "omission" if missing & GUARDS else "words"


def _keeps_all(told: Sequence[Word], telling: Sequence[Word], own: Frame | None, *, replaced: bool) -> bool:
    """Whether the words that name holder and act in the statement are kept, but for those that another frame has no place for."""
    kept = {w.key for w in told}
    for place, word in enumerate(telling):
        assert own is not None  # noqa: S101  # without a frame of its own nothing tells
        if word.key in kept or is_free(telling, place) or word.key in DETERMINERS | ANAPHORS | DROPPABLE_ADVERBS | _PASSIVE:
            continue
        if replaced and word.at >= own.predicate and (word.key in AFTER_VERB or _is_form(word.key, own)):
            continue
        return False
    return True


def _is_form(key: str, frame: Frame) -> bool:
    """Whether a word is a form of the frame's verb: "said" of "say"."""
    return stem(key) == stem(frame.verb) or key in frame.forms


def _figures(text: str) -> set[str]:
    """The numbers of a text as they are written in digits, their commas and points kept."""
    return {m.group().rstrip(".,") for m in re.finditer(r"\d[\d.,]*", fold(text))}


def _inside_quotes(text: str, at: int) -> bool:
    return text[:at].count("“") > text[:at].count("”") or text[:at].count('"') % 2 == 1

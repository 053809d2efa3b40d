"""Follow-ups become standalone questions, by rules; everything after sees only the standalone question.

What a follow-up leaves out is taken from the question before it (itself made standalone first) and from the meeting that the last answer
quoted: its topic, its meeting, its holder. What it says anew replaces what was there: a holder a holder, a year a year, a topic a topic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.errors import BadQuestion
from index.names import Names
from index.store import Snapshot
from index.stored import StoredReport, StoredSentence
from index.terms import stems, topic_stems
from qa.question import EMPTY_STEMS, Question, understand
from qa.scope import Scope, find_scope

_NEW_TOPIC = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|well|now|right|thanks|thank\s+you)\W+)*(?:(?:an)?other|different|new|next|change\s+of|changing)\s+(?:topic|subject|question|matter|thing)s?\W+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|and|but|then|also|well|now|hm+)\W+)*(?:(?:what|how)\s+about|what\s+of|and)?\s*(?:on|about|for|in|at)?\s+(?=\S)",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hm+|well)\W+)?(?:and|but|so|then|also|or|why|who\s+said|what\s+about|how\s+about|what\s+of|what\s+else|anything\s+else)\b|\b(?:too|as\s+well|also|instead|rather)\s*\?*$",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|they|them|their|there|he|she|him|her|his|one|ones|the\s+others?|others|same|former|latter|such)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:about|on|of|for|with|over|to|against|buy|back|support|like|oppose|reject|accept|appoint|want|see|having|have)\s+(it|that|this|them|these|those|one|the\s+same)\b|\b(it|that|this|them)\s*\?*$",
    re.IGNORECASE,
)
_BARE_FACT = re.compile(r"^\W*(?:and\s+|but\s+|so\s+)?(where|when)\W*$", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|he|she)\b", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"^(?:the\s+)?([\w\s]{3,30}?)\s*[?,:]\s+(.+)$")
_LATER = re.compile(
    r"\b(?:year|round|meeting|one)\s+(?:after|later|that\s+followed)\b|\b(?:next|following|later)\s+(?:year|round|meeting|one)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:year|round|meeting|one)\s+(?:before|earlier)\b|\b(?:previous|last|preceding|earlier)\s+(?:year|round|meeting|one)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(next|following|later|previous|last|preceding|earlier)\s+(?:one|meeting|round)\b|\b(?:one|meeting|round)\s+(after|before)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"“”]{20,400})[\"”]")
_LONGEST_TOLD = 12  # words of a topic that a quote gives
_ABOUT = re.compile(r"\b(?:on|about|regarding|concerning|over|towards?)\s+(.+?)\W*$", re.IGNORECASE)
_ENOUGH_WORDS = 4  # shared with a sentence before it counts as quoted
_SAME = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?:who\s+(?:said|says|thinks|thought|holds|held)\s+(?:that|this|so)|why(?:\s+(?:is|was)\s+(?:that|this|it))?|says\s+who|where\s+does\s+it\s+say\s+that|really|how\s+so)\W*$",
    re.IGNORECASE,
)


REFUSALS = ("The reports do not cover", "The library has no")
"""How an answer begins that quotes nothing."""


def standalone(snapshot: Snapshot, question: str, history: Sequence[Mapping[str, str]]) -> str:
    """The question as it can be asked alone, in the person's own words as far as they go.

    Raises BadQuestion when the history is not a list of {"role", "content"}.
    """
    text = " ".join(question.split())
    before, said = _last_turns(history)
    if before is None:
        return text
    if opens_topic(text):
        return _NEW_TOPIC.sub("", text) or text
    new = understand(text, snapshot.names)
    if not _is_follow_up(new):
        return text
    earlier = standalone(snapshot, before, history[: _position(history, before)])
    old = understand(earlier, snapshot.names)
    scope = find_scope(snapshot, earlier, old.years, old.rounds)
    old = understand(earlier, snapshot.names, scope.spans)
    meeting, person = _meeting(snapshot, scope, said, wants_person=bool(_PERSON.search(text)))
    if person and _PERSON.search(text):
        text = _PERSON.sub(person, text, count=1)
        if not _POINTS_BACK.search(text) and not _FOLLOWS.search(text):
            where = _where(old, scope, meeting)
            return f"{text.rstrip('?! ')} {where}".strip() + ("?" if text.endswith("?") else "")
        new = understand(text, snapshot.names)
    return _join(snapshot, new, old, scope, meeting, _told(new, old, said, snapshot.names))


def _last_turns(history: Sequence[Mapping[str, str]]) -> tuple[str | None, str]:
    """The last question, and what was answered to it."""
    question: str | None = None
    answer = ""
    for turn in history:
        if not isinstance(turn, Mapping) or not isinstance(turn.get("content"), str) or turn.get("role") not in ("user", "assistant"):
            raise BadQuestion('The history is not a list of {"role": "user" or "assistant", "content": "..."}.')
        if turn["role"] == "user" and any(c.isalnum() for c in turn["content"]):
            question, answer = turn["content"], ""
        elif turn["role"] == "assistant":
            answer = turn["content"]
    return question, answer


def _position(history: Sequence[Mapping[str, str]], content: str) -> int:
    return max(n for n, turn in enumerate(history) if turn["content"] == content)


def opens_topic(text: str) -> bool:
    """Whether a question says that it begins something new: "another topic: ..."."""
    return bool(_NEW_TOPIC.match(text))


def leans_back(text: str) -> bool:
    """Whether a question says that it goes on from what was said: "and ...", "why is that", "what did they ...", "... too"."""
    return bool(_FOLLOWS.search(text) or _SAME.match(text) or _POINTS_BACK.search(text))


def _is_follow_up(new: Question) -> bool:
    if leans_back(new.text):
        return True
    if new.about != "topic":
        return len(new.terms) == 0
    return not new.terms and not new.names


def _told(new: Question, old: Question, said: str, names: Names) -> str | None:
    """What an answer quoted, where it has no word of the question's topic: "it" after "What did they propose?" is what they did."""
    quoted = _QUOTED.search(said)
    if (
        quoted is None
        or not re.search(r"\b(?:it|this)\b", new.text, re.IGNORECASE)
        or (old.terms and old.act != "recommended")
        or set(old.terms) & set(stems(said))
    ):
        return None
    told = understand(quoted[1], names)
    return told.topic if 0 < len(told.terms) <= _LONGEST_TOLD else None


def _join(  # noqa: PLR0911  # one return a rule
    snapshot: Snapshot, new: Question, old: Question, scope: Scope, meeting: StoredReport | None, told: str | None = None
) -> str:
    """The rules, most telling first. `told` is what the answer before told of, where the question before had no topic in it."""
    own_scope = find_scope(snapshot, new.text, new.years, new.rounds)
    new = understand(new.text, snapshot.names, own_scope.spans)
    elsewhere = bool(own_scope.spans) or own_scope.absent is not None
    where = "" if elsewhere else _where(old, scope, meeting)
    topic = told or _topic_words(old, scope)
    if _SAME.match(new.text):
        return old.text
    shift = 1 if _LATER.search(new.text) else -1 if _EARLIER.search(new.text) else 0
    if shift and meeting is not None and new.about != "topic" and meeting.meeting.series:
        # "And where will the next one be?": the fact of another meeting, and not what was asked before of that one.
        return _ANOTHER.sub(lambda m: f"{m[1] or m[2]} meeting of the {meeting.meeting.series}", _LEAD.sub("", new.text, count=1), count=1)
    if shift and meeting is not None:
        year = _neighbour_year(snapshot, meeting, shift)
        if year:
            return f"{_without_meeting(old, scope)} in {year}"
    if new.about != "topic":
        asked = re.sub(r"\b(?:it|that|this)\b", "the meeting", new.text, flags=re.IGNORECASE)
        asked = _BARE_FACT.sub(lambda m: f"{m.group(1)} was the meeting held", asked)
        asked = _LEAD.sub("", asked, count=1) if re.match(r"\W*(?:and|so|but)\b", asked, re.IGNORECASE) else asked
        return f"{asked.rstrip('?! ')} {where}?" if where else asked
    own = [t for t in new.terms if t not in stems(old.text)]
    if not own and not new.holders and not new.names and (new.years or new.rounds) and new.act is None:
        return f"{_without_meeting(old, scope)} {_time_words(new)}"
    if elsewhere and not own and new.act is None and not new.holders and new.about == "topic":
        place = " ".join(new.text[a:b] for a, b in sorted(own_scope.spans)) or new.text.strip(" ?!.")
        return f"{_without_meeting(old, scope)} in {place}"
    bare = _LEAD.sub("", new.text, count=1).strip(" ?!.") if _FOLLOWS.match(new.text) else new.text.strip(" ?!.")
    bare = re.sub(r"\s*\b(?:too|as\s+well|also|there)\s*$", "", bare, flags=re.IGNORECASE)
    only_holder = _only_country(bare, snapshot.names)
    if only_holder and new.act is None:
        return f"what did {only_holder} participants say about {topic} {where}".strip()
    if (
        own
        and not _OBJECT.search(bare)
        and new.act is None
        and not new.holders
        and not re.match(r"\W*(?:who|what|when|where|why|how|did|do|does|is|are|was|were)\b", bare, re.IGNORECASE)
    ):
        said = f"what did {_people(old.holders, snapshot.names)} say about {bare}" if old.holders else bare
        return f"{said} {where}".strip()
    if re.match(r".*\bthere\W*$", new.text, re.IGNORECASE) and own:
        return f"{bare} {where}".strip()
    named = _NAMED_FIRST.match(bare)
    people = _only_country(named.group(1), snapshot.names) if named else None
    if named and people:
        # "the Canadians? what are they afraid of"
        bare = _THEY.sub(f"{people} participants", named.group(2), count=1)
    asked = _fill(bare, topic, old, snapshot.names)
    return f"{asked} {where}".strip() + ("?" if new.text.endswith("?") else "")


def _fill(bare: str, topic: str, old: Question, names: Names) -> str:
    """The follow-up with the topic in the place of the word that points back to it, or after it."""
    if old.holders and _THEY.search(bare) and not names.mentions(bare, any_case=True):
        bare = _THEY.sub(_people(old.holders, names), bare, count=1)
    if not topic or set(stems(topic)) <= set(stems(bare)):
        return bare
    own = _ABOUT.search(bare)
    if own and not _POINTS_BACK.search(own.group(1)) and set(topic_stems(own.group(1))) - EMPTY_STEMS:
        return bare  # "what did they agree on the Panama Canal": a topic of its own
    m = _OBJECT.search(bare)
    if m:
        group = 1 if m.group(1) else 2
        return bare[: m.start(group)] + topic + bare[m.end(group) :]
    return f"{bare}, regarding {topic}"


def _people(holders: Sequence[str], names: Names) -> str:
    demonyms = [next((c.demonyms[0] for c in names.countries if c.name == h and c.demonyms), h) for h in holders]
    return " and ".join(demonyms) + " participants"


def _only_country(bare: str, names: Names) -> str | None:
    """The demonym when the follow-up is no more than a delegation: "the Japanese", "Russia", "the German side"."""
    m = re.fullmatch(
        r"(?:the\s+)?(.+?)(?:\s+(?:participants|side|delegation|experts|speakers?|people|view|position))?", bare, re.IGNORECASE
    )
    country = names.country(m.group(1)) if m else None
    if country is None:
        return None
    return next((c.demonyms[0] for c in names.countries if c.name == country and c.demonyms), country)


def _topic_words(old: Question, scope: Scope) -> str:
    """The old topic as a phrase: what stands after "on" or "about", without the meeting's name and the years."""
    m = _ABOUT.search(old.text)
    phrase = m.group(1) if m else old.topic
    for start, end in sorted(scope.spans, reverse=True):
        phrase = re.sub(rf"\s*\b(?:at|in|from|of)?\s*(?:the\s+)?{re.escape(old.text[start:end])}\b", "", phrase)
    phrase = _without_years(phrase).strip(" ,;:-–?")
    kept = set(stems(phrase))
    return phrase if kept & set(old.terms) or not old.topic else old.topic


def _without_meeting(old: Question, scope: Scope) -> str:
    """The question without the meeting it asked of: another city, year or round is another meeting."""
    text = old.text
    for start, end in sorted(scope.spans, reverse=True):
        if re.search(r"\b(?:in|at)\s+$", text[:start]):
            text = re.sub(r"\s*\b(?:in|at)\s+$", " ", text[:start]) + text[end:]
    text = re.sub(r"\s*\b(?:in|at)\s+(?:the\s+)?(?:round\s+\d+|\w+\s+round)\b", "", text, flags=re.IGNORECASE)
    return _without_years(" ".join(text.split()))


def _without_years(text: str) -> str:
    return re.sub(r"\s*\b(?:still\s+)?(?:in|of|from|since|until|by)?\s*\(?\b(?:19|20)\d\d\b\)?", "", text).strip(" ?")


def _time_words(new: Question) -> str:
    if new.years:
        return "in " + " and ".join(map(str, new.years))
    return "in round " + " and ".join(map(str, new.rounds))


def _where(old: Question, scope: Scope, meeting: StoredReport | None) -> str:
    """Words that name the meeting the talk is about: its city and year, as `qa.scope` reads them."""
    if meeting is not None:
        m = meeting.meeting
        year = (m.start or "")[:4]
        if m.place:
            return f"in {m.place} {year}".strip()
    if scope.spans:
        return "at " + " ".join(old.text[a:b] for a, b in sorted(scope.spans))
    return f"in {old.years[0]}" if old.years else ""


def _meeting(snapshot: Snapshot, scope: Scope, said: str, *, wants_person: bool) -> tuple[StoredReport | None, str | None]:
    """The one meeting that the question before singled out, or that the answer quoted; and the person that the quoted sentence names."""
    rows = set(scope.rows or ())
    quoted = _quoted(snapshot, said, rows or {r.id for r in snapshot.reports}) if wants_person or len(rows) != 1 else None
    person = _person_of(snapshot, quoted) if quoted and wants_person else None
    row = next(iter(rows)) if len(rows) == 1 else quoted.report if quoted else None
    return next((r for r in snapshot.reports if r.id == row), None), person


def _person_of(snapshot: Snapshot, s: StoredSentence) -> str | None:
    if s.attribution.scope == "person" and len(s.attribution.who) == 1 and snapshot.names.country(s.attribution.who[0]) is None:
        return s.attribution.who[0]
    titled = _TITLED.search(snapshot.text(s.report)[s.start : s.end])
    return " ".join(titled.group().split()) if titled else None


_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Ambassador|Minister|Admiral|General|Judge|Senator)\.?\s+(?:[A-Z][\w’'-]+\s+){0,2}[A-Z][\w’'-]+"
)


def _quoted(snapshot: Snapshot, said: str, rows: set[int]) -> StoredSentence | None:
    """The sentence whose words an answer has most of: at least two thirds of them."""
    from qa.retrieve import embed_question, rank_passages  # noqa: PLC0415

    said = said[:1000]
    if len(set(stems(said))) < _ENOUGH_WORDS or said.startswith(REFUSALS):
        return None
    within = snapshot.among(rows)
    best: tuple[float, StoredSentence] | None = None
    words = set(stems(said))
    for passage, _ in rank_passages(snapshot, said, embed_question(snapshot, said), within)[:5]:
        for s in snapshot.sentences(passages=[passage.id]):
            own = set(stems(snapshot.text(s.report)[s.start : s.end]))
            share = len(own & words) / max(1, min(len(own), len(words)))
            if share >= 0.66 and len(own & words) >= _ENOUGH_WORDS and (best is None or share > best[0]):
                best = (share, s)
    return best[1] if best else None


def _neighbour_year(snapshot: Snapshot, meeting: StoredReport, shift: int) -> int | None:
    """The year of the next or previous meeting of the same series in the library."""
    m = meeting.meeting
    rounds = sorted((r.meeting.start or "", r.id) for r in snapshot.reports if r.meeting.series == m.series and r.meeting.start)
    here = next((n for n, (_, row) in enumerate(rounds) if row == meeting.id), None)
    if here is None or not 0 <= here + shift < len(rounds):
        return int(m.start[:4]) + shift if m.start else None
    return int(rounds[here + shift][0][:4])

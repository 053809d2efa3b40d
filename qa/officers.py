"""Questions about who opened, chaired or closed a meeting or a session of it. Answered by the sentence that says so."""

from __future__ import annotations

import re

from index.store import Snapshot
from index.stored import StoredReport, StoredSentence
from index.terms import stem, stems
from qa.question import EMPTY_STEMS, Question
from qa.scope import Scope

_MEETING = (
    r"(?:the\s+)?(?:\w+\s+){0,3}?(?:meeting|conference|workshop|seminar|session|dialogue|forum|round|roundtable|symposium|proceedings|"
    r"discussions?|talks|event)"
)
_SPEECH = r"(?:remarks|address|statement|speech)"
# How a question asks for an office, and how a report says who held it.
_OFFICES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in (
        (r"\bopen|inaugurat", rf"\b(?:opened|inaugurated|(?:opening|inaugurating)\s+{_MEETING}|opening\s+{_SPEECH})\b"),
        (r"\bclos", rf"\b(?:closed|closing\s+{_MEETING}|closing\s+{_SPEECH})\b"),
        (r"\bmoderat|facilitat", r"\b(?:moderat|facilitat)(?:ed|or|ors|ing)\b"),
        (r"\bkeynote", r"\bkeynote\b"),
        (r"chair|presid", r"\b(?:co-?)?chair(?:ed|s|ing|man|men|woman|women|person|persons)?\b|\bpresid(?:ed|ing)\b"),
    )
)
_OFFICE_STEMS = frozenset(
    stem(w)
    for w in """opened open opens opening inaugurated chaired chair chairs co chairman chairwoman chairperson presided presides moderated
    moderates moderator moderators facilitated closed closing keynote took gave delivered had address speech speaker""".split()
)
_NAMED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Ambassador|Minister|Admiral|General|Judge|Senator|Sir|Dame)\b\.?\s+[A-Z]"
    r"|\b[A-Z][\w’'-]+\s+(?:[A-Z][\w.’'-]*\s+){1,3}(?:co-?)?(?:opened|inaugurated|chaired|moderated|presided|facilitated|closed|took|gave)\b"
    r"|\bby\s+[A-Z][\w’'-]+\s+[A-Z]"
)
_MOST = 4  # meetings, where the question fits as many
_ENOUGH = 0.5  # share of the question's other words that must stand in the sentence, its headings or its meeting's facts


def find_officers(snapshot: Snapshot, question: Question, scope: Scope, allowed: set[int]) -> list[StoredSentence]:
    """The sentence that names who held the office asked for, of each meeting that fits the question's other words best."""
    told = next(told for asked, told in _OFFICES if asked.search(question.text))
    wanted = frozenset(stems(question.text)) - EMPTY_STEMS - _OFFICE_STEMS
    rows = allowed if scope.rows is None else allowed & scope.rows
    best: dict[int, tuple[float, StoredSentence]] = {}
    for report in snapshot.reports:
        if report.id not in rows:
            continue
        for sentence, share in _officers(snapshot, report, told, wanted):
            if share >= _ENOUGH and (report.id not in best or share > best[report.id][0]):
                best[report.id] = share, sentence
    top = max((share for share, _ in best.values()), default=0.0)
    return [sentence for share, sentence in best.values() if share == top][:_MOST]


def _officers(
    snapshot: Snapshot, report: StoredReport, told: re.Pattern[str], wanted: frozenset[str]
) -> list[tuple[StoredSentence, float]]:
    """The sentences of the report that tell of the office, and the share of the wanted words around each."""
    text, meeting = snapshot.text(report.id), report.meeting
    if not told.search(text):
        return []
    known = frozenset(
        stems(" ".join([meeting.title, meeting.series or "", meeting.place or "", *meeting.organisers, *meeting.delegations]))
    )
    found = [
        s for s in snapshot.sentences(report=report.id)
        if told.search(text[s.start : s.end]) and (_NAMED.search(text[s.start : s.end]) or _is_named(snapshot, s))
    ]  # fmt: skip
    passages = snapshot.get_passages({s.passage for s in found})
    around = [known.union(stems(text[s.start : s.end]), stems(passages[s.passage].headings)) for s in found]
    return [(s, len(wanted & words) / len(wanted) if wanted else 1.0) for s, words in zip(found, around, strict=True)]


def _is_named(snapshot: Snapshot, sentence: StoredSentence) -> bool:
    """Whether a person holds the sentence by name, and not as one of a country."""
    a = sentence.attribution
    return a.scope == "person" and any(snapshot.names.country(name) is None for name in a.who)

"""Which occasion a clause is about: this meeting, another round of its series, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.meeting.ordinals import OCCASION, ORDINAL, cardinal, ordinal
from index.meeting.series import alike, namings

About = Literal["own", "past", "future", "other", "open"]

_PLAIN = re.compile(
    rf"\b(?P<ord>{ORDINAL})\s+(?:(?:annual|full|formal|in-person|regular|such|official|trilateral|bilateral|joint|virtual|biennial)\s+)*"
    rf"(?:(?P<noun>{OCCASION})\b|(?=in\s+[A-ZÀ-Þ])|(?=(?:had\s+(?:been|met|taken|convened|gathered)|was\s+(?:held|hosted|convened)|met|"
    rf"took\s+place|will|is\s+(?:planned|expected|scheduled|due|to))\b)|(?=on\s+\d))"
    r"(?:\s+(?:of|in)\s+the\s+(?P<of>[A-ZÀ-Þ][^,;.()]*))?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"\b(?P<word>first\s+(?:two|three|four|five|six)|previous|last|preceding|earlier|prior|past|former|next|following|subsequent|"
    rf"upcoming|coming|forthcoming|future|"
    rf"follow-?up|this|present|current)\s+"
    rf"(?:(?<!this\s)(?<!current\s)(?<!present\s)\w+\s+){{0,2}}?(?P<noun>{OCCASION}|ones?)\b|\b(?P<up>(?:a|the|any)\s+follow-?up)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    rf"\b(?:follow(?:s|ed|ing)|after|since)\s+(?:the\s+|an?\s+|\w+\s+){{0,2}}?(?:{OCCASION})\s+in\b|"
    rf"\b(?:buil(?:ds?|t|ding)\s+(?:up)?on|follow(?:s|ed)(?:\s+up)?(?:\s+on)?|succeeded)\s+(?:the\s+|an?\s+)(?:\w+\s+){{0,2}}?{OCCASION}\b",
    re.IGNORECASE,
)
# "The meeting in Ancona on 21 May": an occasion without a name that opens a sentence is the report's own.
_THE = re.compile(
    r"^(?:The|This)\s+(?:\w+-day\s+|\w+\s+)?(?:round|meeting|workshop|dialogue|conference|seminar|roundtable|round table|symposium|event|"
    r"trilateral|consultations?|"
    r"talks|retreat|gathering|forum)s?\b(?=,|\s+(?:in\s+[A-ZÀ-Þ]|on\s+\d|(?:at\s+the|was|were|took|met|held|brought|gathered|convened|"
    r"opened)\b))"
)
_NUMBERED = re.compile(r"\b(?:Round|round|Meeting|Edition)\s+(?P<n>\d{1,2}|[IVX]{1,5}|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\b")
_HAD = re.compile(
    r"\bhad\s+(?:\w+\s+){0,2}?(?:been\s+(?:held|hosted|convened)|met|taken\s+place|convened|gathered)\b|\bhave\s+been\s+held\b"
)
_COMING = re.compile(
    r"\b(?:will|would|shall|should|could|may|might|is\s+(?:to\s+be|planned|expected|scheduled|due|foreseen|envisaged|set|slated)|"
    r"are\s+(?:to\s+be|planned|expected|scheduled|due)|to\s+be\s+(?:held|hosted|convened)|"
    r"planned|expected|scheduled|propos\w+|offered\s+to|agreed\s+to\s+(?:meet|hold|convene|host)|plans?\s+to|intends?\s+to|idea\s+of|"
    r"hopes?\s+to|look(?:s|ed|ing)?\s+forward|invited)\b"
)
# A session or an event is a part of a meeting, unless the sentence dates or plans it.
_PART = re.compile(r"session|event|exchange|plenar", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:19|20)\d\d\b|\bwill\b|\bwould\b|\bshould\b|\bcancel")
_VERB = re.compile(
    r"\b(?:is|was|were|are|has|have|had|held|met|took|hosted|organi[sz]ed|convened|followed|gathered|opened|discussed|agreed|"
    r"(?<!-)\b(?!based|limited|united|related|retired|called|named|applied|advanced)\w+ed)\b"
)
_GONE = re.compile(r"\b(?:had|was|were|met|took|held|convened|gathered|followed|since|earlier|previous|last)\b")
_LAST_MET = re.compile(
    r"\b(?:last\s+(?:met|convened|gathered)|(?:the\s+)?last\s+time\s+(?:we|they|it|(?:the\s+)?(?:group|participants|sides|dialogue))\s+"
    r"(?:met|convened|gathered))\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|would|should|is|are)\s+(?:\w+\s+)?(?:be\s+)?(?:held|hosted|planned|expected|scheduled|convened?|meet|take\s+place)\b"
    r"|\b(?:convene|reconvene|meet|gather)\s+(?:again|next)\s+(?:in|at|on)\b"
)
# After its name: what is said is of that other conference; of a network that hosts, it is of this one.
_ITS_VERB = re.compile(
    r"\s*(?:,[^,]{1,60},)?\s*(?:met|took|convened|opened|had|(?:was|were)(?!\s+(?:(?:the|joint|its)\s+)*(?:co-?)?(?:hosts?|organi[sz]ers?|"
    r"conven[eo]rs?|partners?)\b))\b"
)
_BREAK = re.compile(r";\s*|,\s+(?:and|but|while|whereas)\s+|\s+and\s+(?=the\s|a\s)|,\s+(?:which|whose|where)\s+|\.\s+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence and the occasion it is about.

    round    that occasion's number, where one is said.
    several  the words are of more than one occasion: "earlier sessions were held in ...".
    named    the words name the series, or open the sentence with "The meeting".
    """

    text: str
    about: About
    round: int | None = None
    several: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Anchor:
    start: int
    end: int
    about: About
    round: int | None
    several: bool = False
    named: bool = False


def segments(text: str, series: str | None, own: int | None) -> list[Segment]:
    """`text` cut wherever another occasion begins."""
    anchors = _anchors(text, series, own)
    starts = [_start_of(text, a, anchors[i - 1].end if i else 0, first=i == 0) for i, a in enumerate(anchors)]
    parts: list[Segment] = []
    if not anchors or starts[0] > 0:
        parts += [Segment(piece, _open(piece)) for piece in _pieces(text[: starts[0] if anchors else len(text)])]
    for i, a in enumerate(anchors):
        whole = text[starts[i] : starts[i + 1] if i + 1 < len(anchors) else len(text)]
        head, *rest = re.split(r";\s+", whole) if ";" in whole[a.end - starts[i] :] else [whole]
        about = a.about
        if (
            about in ("own", "open")
            and _COMING.search(head)
            and not re.search(r"\b(?:was|were|met|took|held|convened|gathered)\b", head)
            and own is None
            and a.round is None
        ):
            about = "future"
        if about == "open" and own is None and (a.round or 0) > 1 and _COMING.search(head):
            about = "future"  # "A second workshop is to be held at Tsukuba"
        parts.append(Segment(head, about, a.round, a.several, a.named))
        parts += [Segment(piece, _open(piece)) for piece in rest]
    return parts


def _pieces(text: str) -> list[str]:
    return [p for p in re.split(r";\s+", text) if p.strip()]


def _open(text: str) -> About:
    if _HAD.search(text) or _LAST_MET.search(text):
        return "past"
    return "future" if _TO_COME.search(text) else "open"


def tense(text: str) -> Literal["past", "future", "unknown"]:
    """When the words put an occasion, seen from the meeting."""
    if _COMING.search(text):
        return "future"
    return "past" if _GONE.search(text) else "unknown"


def _anchors(text: str, series: str | None, own: int | None) -> list[_Anchor]:
    """The words that name an occasion, left to right; of two that overlap, the one whose rule comes first."""
    found: list[_Anchor] = []
    for anchor in (
        *_by_series(text, series, own),
        *_by_number(text, series, own),
        *_by_place_in_the_row(text, series, own),
        *_unnamed(text, own),
    ):
        if not any(a.start < anchor.end and anchor.start < a.end for a in found):
            found.append(anchor)
    return sorted(found, key=lambda a: a.start)


def _by_series(text: str, series: str | None, own: int | None) -> Iterator[_Anchor]:
    """ "the Eighth Andaman Sea Forum"; another series' round is another's."""
    for n in namings(text):
        if n.series is not None and series is not None and alike(n.series, series):
            yield _Anchor(n.start, n.end, _side(n.round, own), n.round, named=True)
        elif n.series is not None and (n.round is not None or (series is not None and _ITS_VERB.match(text, n.end))):
            yield _Anchor(n.start, n.end, "other", n.round)


def _by_number(text: str, series: str | None, own: int | None) -> Iterator[_Anchor]:
    """ "the second round", "the second in Busan", "Round 2"."""
    for m in _PLAIN.finditer(text):
        if m["of"] and (others := namings("the first " + m["of"])) and others[0].series and not alike(others[0].series, series):
            yield _Anchor(m.start(), m.end(), "other", None)
        elif not (_PART.match(m["noun"] or "") and not _ELSEWHERE.search(text)):
            yield _Anchor(m.start(), m.end(), _side(ordinal(m["ord"]), own), ordinal(m["ord"]))
    for m in _NUMBERED.finditer(text):
        yield _Anchor(m.start(), m.end(), _side(cardinal(m["n"]), own), cardinal(m["n"]))


def _by_place_in_the_row(text: str, series: str | None, own: int | None) -> Iterator[_Anchor]:
    """ "this round", "the previous meeting", "the next round", "a follow-up"; "earlier sessions"."""
    for m in _RELATIVE.finditer(text):
        word = (m["word"] or "follow-up").casefold()
        several = bool(m["noun"] and m["noun"].casefold().endswith("s"))
        counted = own is not None and not several
        if word in ("this", "present", "current"):
            yield _Anchor(m.start(), m.end(), "own", own)
        elif word.startswith("first ") or word in ("previous", "last", "preceding", "earlier", "prior", "past", "former"):
            before = (own or 0) - 1 if counted and word in ("previous", "last", "preceding") else 0
            yield _Anchor(m.start(), m.end(), "past", before or None, several)
        elif not re.match(r"\s*(?:of|on)\s+the\s+[A-Z]", text[m.end() :]) or alike(text[m.end() :], series):
            after = (own or 0) + 1 if counted and word in ("next", "upcoming", "coming", "forthcoming") else None
            yield _Anchor(m.start(), m.end(), "future", after, several)
    for m in _SINCE.finditer(text):
        yield _Anchor(m.start(), m.end(), "past", None, several=True)


def _unnamed(text: str, own: int | None) -> Iterator[_Anchor]:
    """ "The meeting in Ancona ...", "the group had met"."""
    the = _THE.search(text)
    if the is not None and not _HAD.search(text[the.end() : the.end() + 30]) and not _COMING.match(text[the.end() :].lstrip()):
        yield _Anchor(the.start(), the.end(), "own", own, named=True)
    if (had := re.search(r"\b(?:group|participants|parties|sides|dialogue|it|they)\s+had\s+(?:\w+\s+)?met\b", text)) is not None:
        yield _Anchor(had.start(), had.end(), "past", None, several=True)


def _side(number: int | None, own: int | None) -> About:
    if number is None or number == own:
        return "own"
    if own is None:
        return "open"
    return "past" if number < own else "future"


def _start_of(text: str, anchor: _Anchor, floor: int, *, first: bool) -> int:
    """Where the stretch about `anchor` begins: at its clause, when the clause opens with "On 3 May" or "In June", else at the anchor."""
    cut = floor
    for m in _BREAK.finditer(text, floor, anchor.start):
        # "The A and the B hosted ...": an "and" before any verb joins names, not clauses.
        if "and" not in m.group() or _VERB.search(text, floor, m.start()) or floor:
            cut = m.end()
    lead = text[cut : anchor.start]
    if (
        (first or cut > floor)
        and re.match(r"\W*(?:[Oo]n|[Ii]n|[Ff]rom|[Aa]t|[Bb]etween|[Dd]uring)\s", lead)
        and len(lead) < 80
        and not re.search(r"\b(?:had|was|were|met|held)\b", lead)
    ):
        return cut
    if first and re.fullmatch(r"\W*(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]his|[Oo]ur|[Tt]heir)?\s*", lead):
        return cut
    if not first and anchor.about == "own" and (comma := lead.rfind(", ")) >= 0:
        return cut + comma + 2
    if re.search(r"\b(?:scene|venue|site|setting|seat|location)\s+(?:of|for)\s+(?:the\s+)?$", lead):
        return cut
    # "A and B hosted the third round in Tartu": the verb before the noun belongs to it.
    if anchor.about in ("own", "open") or re.search(r"\b(?:host|held|hold|organi[sz]|conven|plann|receiv|invit|offer)\w*\b[^,;]*$", lead):
        return cut
    return anchor.start

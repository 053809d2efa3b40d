"""Which occasion a clause is about: this meeting, another round of its series, or something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.ordinals import OCCASION, ORDINAL, cardinal, ordinal
from index.series import alike, namings

About = Literal["own", "past", "future", "other", "open"]

_PLAIN = re.compile(
    rf"\b(?P<ord>{ORDINAL})\s+(?:(?:annual|full|formal|in-person|regular|such|official|trilateral|bilateral|joint|virtual|biennial)\s+)*"
    rf"(?:(?P<noun>{OCCASION})\b|(?=in\s+[A-ZÀ-Þ])|(?=(?:had\s+(?:been|met|taken|convened|gathered)|was\s+(?:held|hosted|convened)|met|"
    rf"took\s+place|will|is\s+(?:planned|expected|scheduled|due|to))\b)|(?=on\s+\d))"
    r"(?:\s+(?:of|in)\s+the\s+(?P<of>[A-ZÀ-Þ][^,;.()]*))?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"\b(?P<word>previous|last|preceding|earlier|prior|past|former|next|following|subsequent|upcoming|coming|forthcoming|future|"
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
_VERB = re.compile(
    r"\b(?:is|was|were|are|has|have|had|held|met|took|hosted|organi[sz]ed|convened|followed|gathered|opened|discussed|agreed|"
    r"(?<!-)\b(?!based|limited|united|related|retired|called|named|applied|advanced)\w+ed)\b"
)
_BREAK = re.compile(r";\s*|,\s+(?:and|but|while|whereas)\s+|\s+and\s+(?=the\s|a\s)|,\s+(?:which|whose|where)\s+|\.\s+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence and the occasion it is about. `round` is that occasion's number where one is said; `several` marks a plural."""

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
        parts.append(Segment(head, about, a.round, a.several, a.named))
        parts += [Segment(piece, _open(piece)) for piece in rest]
    return parts


def _pieces(text: str) -> list[str]:
    return [p for p in re.split(r";\s+", text) if p.strip()]


def _open(text: str) -> About:
    if _HAD.search(text):
        return "past"
    return (
        "future"
        if re.search(
            r"\b(?:will|would|should|is|are)\s+(?:\w+\s+)?(?:be\s+)?(?:held|hosted|planned|expected|scheduled|convene[d]?|meet|"
            r"take\s+place)\b",
            text,
        )
        else "open"
    )


def tense(text: str) -> Literal["past", "future", "unknown"]:
    """When the words put an occasion, seen from the meeting."""
    if _COMING.search(text):
        return "future"
    return (
        "past"
        if re.search(r"\b(?:had|was|were|met|took|held|convened|gathered|followed|since|earlier|previous|last)\b", text)
        else "unknown"
    )


def _anchors(text: str, series: str | None, own: int | None) -> list[_Anchor]:
    found: list[_Anchor] = []

    def add(start: int, end: int, about: About, number: int | None, *, several: bool = False, named: bool = False) -> None:
        if not any(a.start < end and start < a.end for a in found):
            found.append(_Anchor(start, end, about, number, several, named))

    for n in namings(text):
        if n.series is None:
            continue
        if not alike(n.series, series) or series is None:
            if n.round is not None:
                add(n.start, n.end, "other", n.round)
        else:
            add(n.start, n.end, _side(n.round, own), n.round, named=True)
    for m in _PLAIN.finditer(text):
        if m["of"] and (others := namings("the first " + m["of"])) and others[0].series and not alike(others[0].series, series):
            add(m.start(), m.end(), "other", None)
            continue
        number = ordinal(m["ord"])
        noun = (m["noun"] or "").casefold()
        if noun.startswith(("session", "event", "exchange", "plenar")) and not re.search(
            r"\b(?:19|20)\d\d\b|\bwill\b|\bwould\b|\bshould\b|\bcancel", text
        ):
            continue
        add(m.start(), m.end(), _side(number, own), number)
    for m in _NUMBERED.finditer(text):
        number = cardinal(m["n"])
        add(m.start(), m.end(), _side(number, own), number)
    for m in _RELATIVE.finditer(text):
        word = (m["word"] or "follow-up").casefold()
        several = bool(m["noun"] and m["noun"].casefold().endswith("s"))
        if word in ("this", "present", "current"):
            add(m.start(), m.end(), "own", own)
        elif word in ("previous", "last", "preceding", "earlier", "prior", "past", "former"):
            single = not several and own is not None and word in ("previous", "last", "preceding")
            add(m.start(), m.end(), "past", (own or 0) - 1 or None if single else None, several=several)
        else:
            single = not several and own is not None and word in ("next", "upcoming", "coming", "forthcoming")
            if not re.match(r"\s*(?:of|on)\s+the\s+[A-Z]", text[m.end() :]) or alike(text[m.end() :], series):
                add(m.start(), m.end(), "future", (own or 0) + 1 if single else None, several=several)
    for m in _SINCE.finditer(text):
        add(m.start(), m.end() - 3, "past", None, several=True)
    if (
        (m := _THE.search(text)) is not None
        and not _HAD.search(text[m.end() : m.end() + 30])
        and not _COMING.match(text[m.end() :].lstrip())
    ):
        add(m.start(), m.end(), "own", own, named=True)
    if (had := re.search(r"\b(?:group|participants|parties|sides|dialogue|it|they)\s+had\s+(?:\w+\s+)?met\b", text)) is not None:
        add(had.start(), had.end(), "past", None, several=True)
    return sorted(found, key=lambda a: a.start)


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

"""Which lines of a text without markup are headings, captions or datelines, and how headings nest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from index.furniture_lines import fold

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
_DATED = re.compile(
    rf"\b\d{{1,2}}\b.{{0,30}}\b{_MONTH}\b.{{0,20}}\b\d{{4}}\b|\b{_MONTH}\b\.? \d{{1,2}}\b.{{0,30}}\b\d{{4}}\b|\b{_MONTH} \d{{4}}$"
    r"|^\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:date|venue|place|location|rapporteurs?|prepared by|report by|author|by|organi[sz]ed by|hosted by|chair|from|to|re|subject)"
    r"\s?[:\s] ?\S",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.)]?"
    r"|(?:session|part|panel|chapter|section|day|annex|appendix|topic|theme|item)\b.{0,12}?[:.–—-]?)(?=\s)",
    re.IGNORECASE,
)
_STOP = frozenset(
    "a an the of and or in on at to for with by from as its de la le el vs via into over under about between toward towards amid after "
    "before".split()
)
_SMALL_END = re.compile(r"\b(?:(?i:the|of|and|or|in|on|at|to|for|with|by|from|an|that|which|is|are|was|were)|a)$|,$")
_TERMINAL = re.compile(r"[.!…;,][\"'”’)\]]*$")
_GENERIC = re.compile(
    r"(?:(?:the|a|final|draft|summary|executive|(?:co-)?chairs?['’]?s?|chairman['’]?s?|chairperson['’]?s?|conference|meeting|workshop"
    r"|outcome|event|short|public|rapporteur['’]?s?)\s+)*(?:report|summary|minutes|notes?|record|statement|document|proceedings|conclusions)",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:report|summary|minutes|record|conclusions|proceedings|dialogue|forum|round ?table|trilateral|quadrilateral|track|conference"
    r"|workshop|seminar|symposium|meeting|talks|consultations?|round|session|retreat)\b",
    re.IGNORECASE,
)
# In lower case these are the verbs of a sentence, even of one that has lost its full stop.
_VERB = re.compile(
    r"\b(?:was|were|is|are|has|have|had|did|should|would|must|agreed|noted|said|stated|stressed|expressed|recommended|emphasi[sz]ed|urged"
    r"|called for|warned|welcomed|supported|opposed|rejected|proposed|suggested|argued|believed|discussed|confirmed|endorsed)\b"
)
# People before a lens, in the present tense, in a line that is no sentence of its own.
_PEOPLE = (
    r"(?:members?|participants?|delegates?|delegations?|experts?|speakers?|panell?ists?|students?|officials?|ambassadors?|ministers?"
    r"|president|professor|dr|mr|ms|mrs|the (?:.{1,40} )?delegations?)"
)
_POSING = (
    r"(?:sits?|stands?|poses?|arrives?|gathers?|speaks?|listens?|meets?|shakes?|addresse?s?|greets?|attends?|visits?|tours?|walks?|looks?"
    r"|takes? (?:part|questions|notes)|delivers?|presents?|discuss(?:es)? .{1,60} (?:at|during|in) the|chats?|enjoys?|signs?|pictured"
    r"|seated|at (?:the|a) (?:table|opening|reception|dinner|podium))"
)
_POSE = re.compile(rf"^{_PEOPLE}\b(?:(?!\b\w+ed\b).){{0,80}}?\b{_POSING}\b", re.IGNORECASE)
_WHERE = r"(?:at|on|in|beside|near|outside|before|after|during|around|inside|aboard|in front of)"
_SCENE = re.compile(
    rf"^{_PEOPLE}(?: (?:from|of) (?:[^,:;.]{{1,30}}))?(?: and [^,:;.]{{1,40}})? {_WHERE} (?:(?:the|a|an|their|his|her)\b|[A-Z])"
    r"(?:(?!\b\w+ed\b|\bsaid\b|\bheld\b)[^:])*(?::.*)?$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^(?:photo(?:graph)?|picture|image|figure|source|caption|credit|foto)s?(?: (?:credits?|by|courtesy(?: of)?|\d+))?\s?[:.©]"
    r"|\bphoto(?:graph)?s?(?: (?:credit|by|courtesy of))?\s?:|\((?:left|right|centre|center|from left)\b|\bfrom left(?: to right)?\b"
    r"|\(photo\b",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"^the (?:first|second|third|fourth|fifth|final|last|opening|closing|morning|afternoon|plenary)"
    r" (?:day|session|plenary|panel|meeting|round|evening|dinner|reception)s?(?: (?:day|session|meeting)s?)?\b(?: of [a-z]+)?"
    r" (?:at|in|of|on) ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a heading looks: what its rank among the others is told from."""

    underline: str
    capitals: bool
    depth: int
    generic: bool

    @classmethod
    def of(cls, line: str) -> Style:
        """The style of a heading line, with its underlining, if any."""
        first, _, rest = line.partition("\n")
        letters = [c for c in first if c.isalpha()]
        number = re.match(r"\d{1,2}((?:\.\d{1,2})*)\.?\s", first)
        mark = rest.strip()[:1]
        capitals = sum(c.isupper() for c in letters) > 0.8 * len(letters)
        depth = number.group(1).count(".") if number else 0
        return cls(mark if mark in "=-~_*" else "", capitals, depth, bool(_GENERIC.fullmatch(fold(first))))

    def strength(self) -> int:
        """Smaller is stronger."""
        return {"=": 0, "*": 1, "-": 2, "~": 3, "_": 2}.get(self.underline, 4 - int(self.capitals)) + 5 * self.depth


def levels(styles: Mapping[int, Style], first_prose: int) -> dict[int, int]:
    """The level of each heading, by block index: the first above the report's prose is its title, the others rank by their style."""
    above = [i for i in sorted(styles) if i < first_prose]
    title = next((i for i in above if not styles[i].generic), above[0] if above else None)
    ranks = sorted({s.strength() for i, s in styles.items() if i != title and i > first_prose})
    found = {}
    for i, style in styles.items():
        stronger = sum(rank < style.strength() for rank in ranks)
        ranked = i > first_prose or style.strength() in ranks  # a subtitle of a style of its own is none of the sections
        found[i] = 1 if i == title else 2 + min(stronger, 4) if ranked else 2
    return found


def looks_like_heading(raw: str) -> bool:
    """Whether a block of text without markup reads as a heading: short, no sentence, begins like a name or a title."""
    lines = re.split(r"\r\n?|\n", raw)
    if len(lines) > 1 and re.fullmatch(r"\s*[=~_*-]{3,}\s*", lines[-1]):
        return len(lines[0].split()) <= 25
    line = fold(raw)
    columns = re.search(r"\S(?: {3,}|\t)\S", _NUMBERED.sub("", raw, count=1).strip())
    return not (columns or len(lines) > 3 or _reads_on(line) or not any(c.isalpha() for c in line)) and _is_titled(line)


def _reads_on(line: str) -> bool:
    """Whether a line is a sentence, part of one, the opening of a list, or a label and its value."""
    if len(line) > 150 or line[0].islower() or _TERMINAL.search(line) or _SMALL_END.search(line) or "@" in line or "://" in line:
        return True
    opens_list = line.endswith(":") and (len(line.split()) > 6 or re.search(r"\b(?:following|that)\b", line))
    return bool(opens_list) or is_dateline(line) or bool(_VERB.search(line) and not line.endswith("?"))


def _is_titled(line: str) -> bool:
    """Whether a line is short, or has its words in capitals as titles do, or asks a question."""
    words = line.split()
    bare = _NUMBERED.sub("", line, count=1).strip() or line
    plain = [w.strip("\"'“”‘’(),:") for w in bare.split()]
    large = [w for w in plain if w and w.casefold() not in _STOP]
    titled = sum(w[:1].isupper() or w[:1].isdigit() for w in large) >= 0.6 * len(large)
    return len(words) <= 9 or (len(words) <= 20 and (titled or line.endswith("?"))) or (":" in line and len(words) <= 16)


def is_cut_off(line: str) -> bool:
    """Whether a line ends where no sentence, title or item can: "... first proposed in"."""
    return bool(_SMALL_END.search(line))


def names_a_meeting(line: str) -> bool:
    """Whether a line has a word of the genre in it, as titles of reports do: dialogue, summary, round."""
    return bool(_MEETING.search(line))


def is_dateline(line: str) -> bool:
    """Whether a short line gives a date or a place, or a label and its value, rather than a heading."""
    bare = fold(line).strip("*_()")
    if _LABEL.match(bare) and (":" in bare[:20] or bare[:3].casefold() == "by "):
        return True
    dated = _DATED.search(bare)
    return bool(dated and len(bare) <= 100 and len(bare) - len(dated.group()) <= max(25, 0.6 * len(bare)))


def is_caption(line: str, *, web: bool) -> bool:
    """Whether a lone line describes a photo. `web`: it stands in text pasted from a page, where photos leave their captions behind."""
    if len(line) > 250 or re.search(r"[.!?][\"'”’)\]]*$", line):
        return bool(len(line) <= 250 and re.search(r"\b(?:photo(?: credit| by| courtesy)?|image credit)\s?:", line, re.IGNORECASE))
    if _CREDIT.search(line):
        return True
    return bool(_POSE.match(line)) or bool(_SCENE.match(line)) or (web and bool(_OCCASION.match(line)) and ":" not in line)

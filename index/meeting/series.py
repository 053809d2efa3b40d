"""Which dialogue, and which round: ordinals and the names of series in titles and sentences."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from index.meeting.ordinals import CARDINAL, OCCASION, ORDINAL, cardinal, ordinal, roman

_HEAD = re.compile(
    r"^(?:dialogues?|forum|trilateral|quadrilateral|bilateral|round-?table|workshop|conference|seminar|consultations?|talks|process|"
    r"meetings?|symposium|"
    r"summit|exchange|table|initiative|group|colloquium|retreat|congress|network|track|platform|conversations?|convening|assembly|"
    r"council|days|encounter|gathering|talanoa|indaba|majlis)$",
    re.IGNORECASE,
)
# Lower-case words that never stand inside a name.
_NO_NAME = set(
    "a an held met took was were is are be that this its their his her will would had has have may can at by from as or not ran led saw "
    "gave began came put who".split()
)
_SMALL = {"of", "on", "for", "the", "and", "in", "&", "between", "with", "to", "de", "du", "la"}
_CALENDAR = re.compile(
    r"^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,?$",
    re.IGNORECASE,
)
_PAPER = (
    r"(?:reports?|summary|summaries|notes?|proceedings|minutes|communiqu[eé]|takeaways|key takeaways|outcomes?|statement|records?|"
    r"conclusions|findings|"
    r"recommendations|launch|opening|highlights|readout|rapporteur['’]s report|co-chairs?['’] summary|chair(?:man|s|person)?(?:['’]s|"
    r"s['’])?|chair)"
)
# A name is never longer than so many characters.
_REACH = 240
_CLOSED = re.compile(r"[,;:!?)”\"]['’]*$|(?<![.-][A-Z])(?<!^[A-Z])\.['’]*$")
_ANNUAL = r"(?:(?:annual|biennial|regular|full|formal|in-person|virtual|official|joint|expert-level|high-level)\s+)*"


@dataclass(frozen=True, slots=True)
class Naming:
    """A series named in a text at [start, end), and the round that is said of it; without a proper name, the series is None."""

    series: str | None
    round: int | None
    start: int
    end: int


def series_at(text: str, position: int = 0, *, named_only: bool = True) -> tuple[str, int, int | None] | None:
    """The series' name that begins at `position`: its words, its end, and the Roman or plain number that closes it ("Dialogue IV").

    A run of capitalised words and the small words between them, which holds a noun such as "Dialogue" (not needed when `named_only` is
    false, after "round of the"); years and brackets are left out.
    """
    tokens = list(re.finditer(r"\S+", text[position : position + _REACH]))
    words: list[str] = []
    end, head, number = 0, False, None
    i = 0
    while i < len(tokens) and not _ends_before(tokens, i, bool(words)):
        raw, word = tokens[i].group(), _bare(tokens[i].group())
        if words and re.fullmatch(r"(?:19|20)\d\d", word):
            taken: list[str] = []
        elif head and (number := _closing_number(word, words)) is not None:
            end = tokens[i].end()
            break
        elif words and word in _SMALL and not _CLOSED.search(raw):
            taken = _small_run(tokens, i, head)
            if not taken:
                break
            words += taken
            i += len(taken)
            continue
        elif _is_name_word(word):
            taken = [word]
        else:
            taken = [] if head or not words else _lower_head(tokens, i)
            if not taken:
                break
        words += taken
        head = head or any(_HEAD.match(w) for w in taken)
        i += max(len(taken), 1)
        end = tokens[i - 1].end()
        if _CLOSED.search(tokens[i - 1].group()):
            break
    while words and words[-1] in _SMALL:
        words.pop()
    if not words or (named_only and not head) or not _is_proper(words):
        return None
    return " ".join(words), position + end, number


def _ends_before(tokens: list[re.Match[str]], i: int, begun: bool) -> bool:
    """Whether a bracket or a date stands where the name would go on."""
    raw = tokens[i].group()
    dated = _CALENDAR.match(_bare(raw)) and (not begun or (i + 1 < len(tokens) and re.match(r"\d", tokens[i + 1].group())))
    return raw.startswith("(") or bool(dated)


def _closing_number(word: str, words: list[str]) -> int | None:
    """The IV of "Dialogue IV", the 6 of "Dialogue 6"; the II of "Track II" is none."""
    if words[-1].casefold() == "track" or len(words) < 2:
        return None
    return int(word.lstrip("#")) or None if re.fullmatch(r"#?\d{1,2}", word) else roman(word)


def _bare(raw: str) -> str:
    """A token without the punctuation around it; the points of "U.S." and the apostrophe of "Experts'" stay."""
    word = raw.lstrip("“”\"‘’'*_(").rstrip('“”"*_,;:!?)')
    word = re.sub(r"(?<![sS])['’]$", "", word) if raw[:1] not in "‘'" else word.rstrip("'’")
    return word if re.search(r"(?:^|[^\w])?[A-Z]\.[A-Z]\.$", word) else word.rstrip(".")


def _is_name_word(word: str) -> bool:
    return bool(re.match(r"[^\W\d_a-zß-ÿ]|\d\.\d|[a-z]+-[A-Z]", word)) or bool(re.fullmatch(r"&|[–—]", word))


def _small_run(tokens: list[re.Match[str]], i: int, head: bool) -> list[str]:  # noqa: PLR0911 - one return for each reason
    """The small words from token i on, when they lead to another word of the name; else none."""
    run = []
    while i < len(tokens) and tokens[i].group().casefold() in _SMALL and not tokens[i].group()[:1].isupper():
        run.append(tokens[i].group())
        i += 1
    if i == len(tokens):
        return []
    if tokens[i].group()[0] in "“\"‘'(":
        return []  # the name of a session or a theme
    following = tokens[i].group().strip("“”\"‘’',;:.")
    if not _is_name_word(following) or _CALENDAR.match(following):
        return []
    if not head and run == ["for", "the"]:
        return []  # "met in Hamburg for the Track 1.5 Dialogue"
    if (run == ["at"] and following == "Sea") or (run == ["in", "the"] and _names_a_region(tokens, i)):
        return run  # "the Prevention of Incidents at Sea", "in the Nile and Horn Region"
    if run[0] == "in" and _REGION.match(following):
        return run  # "Expert Meeting on Ferry Safety in the South Pacific": what it is about; a venue is a city
    # "the Dialogue in Moscow", "the Dialogue and the Institute", "the Dialogue with RIAC" have left the name; "on" and "between" have not.
    if (
        head
        and run[0] not in ("on", "between", "of", "for")
        and not (run in (["and"], ["&"], ["and", "the"]) and _after_on(tokens, i - len(run) + 1))
    ):
        return []
    return run


def _names_a_region(tokens: list[re.Match[str]], i: int) -> bool:
    """Whether the words from token i on end in "Region", "Basin" or the like before any mark."""
    for t in tokens[i : i + 6]:
        word = t.group()
        if re.fullmatch(r"(?:Region|Basin|Area|Peninsula|Straits?|Seas?|Ocean|Gulf|Corridor|Delta|Valley|Mountains|Islands)[,;:.)]?", word):
            return True
        if word[-1] in ",;:.)" or not (_is_name_word(word) or word == "and"):
            return False
    return False


def _after_on(tokens: list[re.Match[str]], i: int) -> bool:
    """Whether the "and" before token i joins two words of "Dialogue on Climate and Trade"."""
    before = [t.group().casefold() for t in tokens[: i - 1]]
    return any(w in ("on", "between", "for") for w in before)


def _lower_head(tokens: list[re.Match[str]], i: int) -> list[str]:
    """Lower-case words up to a noun such as "dialogue": "U.S.-China strategic nuclear dialogue"."""
    taken: list[str] = []
    for t in tokens[i : i + 4]:
        word = t.group().strip(",;:.!?)")
        if (
            not re.fullmatch(r"[a-z][a-z-]*|II|1\.5|2|1½", word)
            or word in _SMALL
            or word in _NO_NAME
            or (re.search(r"(?:ed|s)$", word) and not _HEAD.match(word))
        ):
            return []
        taken.append(word)
        if _HEAD.match(word):
            # "track II dialogue": the noun that counts is the last one.
            follow = tokens[i + len(taken)].group().strip(",;:.!?)") if i + len(taken) < len(tokens) else ""
            if not (_HEAD.match(follow) or follow in ("II", "1.5", "2")):
                return taken
        if word != t.group():
            return []
    return []


_REGION = re.compile(
    r"(?:(?:North|South|East|West|Central|Northern|Southern|Eastern|Western|High|Middle|Near|Far|Black|Baltic|Red|Indian|Upper|Lower|Greater|"
    r"Latin|Sub-Saharan)|(?:South|North|East|West|Central)?-?(?:east|west)?(?:ern)? ?(?:Africa|Asia|Europe|America|Arctic|Pacific|Atlantic|"
    r"Mediterranean|Caucasus|Balkans|Gulf|Caribbean|Sahel|Maghreb|Levant|Horn|Himalayas?|Andes|Mekong)|(?:Asia|Indo|Asia)-Pacific|Antarctica?|"
    r"Amazonia?|Oceania|Eurasia|Mesopotamia|Nordics?|Sahara|Danube|Alps)$"
)


_GENERIC = re.compile(
    rf"^(?:{_PAPER}|{OCCASION}|track|ii|1\.5|2|event|the|a|an|of|on|and|in|for|to|key|annual|expert|experts|international|regional|"
    rf"project|online|virtual|"
    r"joint|first|second|closing|opening|keynote|plenary|working|group|breakout|panel|policy|strategic|earlier|previous|past|last|next|future|further|"
    r"this|these|those|both|all|many|most|some|several|two|three|four|such|other|new|our|its|their)$",
    re.IGNORECASE,
)


def _is_proper(words: list[str]) -> bool:
    return any(not _GENERIC.match(w) for w in words)


_NUM = rf"(?P<ord>{ORDINAL})"
_OF_ROUND = re.compile(
    rf"\b{_NUM}(?:\s+{_ANNUAL}(?P<noun>{OCCASION}))?\s+(?P<prep>of|in|under|within)\s+(?P<art>the|a|an|our|its|this)?\s*"
    r"(?:series\s+of\s+)?(?:(?:annual|biennial)\s+)?(?=\S)",
    re.IGNORECASE,
)
_ORD_SERIES = re.compile(rf"\b{_NUM}\s+{_ANNUAL}(?=\S)", re.IGNORECASE)
# "III Encounter on Migration", as titles translated from Romance languages number theirs; "I" is a word, and "Track II" a kind.
_ROMAN_SERIES = re.compile(r"(?:^|[:–—]\s+|\b[Tt]he\s+)(?P<ord>[IVX]{2,6}|V|X)\s+(?=[A-Z][\w-]*[a-z])")
# "held its fifth meeting", "met for the third time": within so many characters after the name.
_NEAR = 140
_ITS_ROUND = re.compile(
    rf"\b(?:its|their)\s+{_NUM}\s+{_ANNUAL}{OCCASION}\b|\bfor\s+(?:the\s+|a\s+)?(?P<time>{ORDINAL})\s+time\b", re.IGNORECASE
)
_NUMBERED = rf"\b(?:round|edition|meeting|session|iteration)\s+(?:no\.?\s*|number\s+|#)?(?P<n>{CARDINAL})\b(?!\s*[:.]\d)"
_NUMBERED_OF = re.compile(_NUMBERED + r"\s+(?:of|in)\s+(?:the\s+)?(?=\S)", re.IGNORECASE)
_AFTER_SERIES = re.compile(rf"^\W*\(?\s*(?:the\s+)?(?:{_NUM}\s+{_ANNUAL}{OCCASION}|{_NUMBERED})", re.IGNORECASE)


def namings(text: str) -> list[Naming]:
    """Every "third round of the X Dialogue", "Eighth X Forum", "X Dialogue: Fourth Round", "X Dialogue IV", "Round 4 of the X"."""
    found: list[Naming] = []
    for m in _OF_ROUND.finditer(text):
        in_a_city = m["prep"].casefold() == "in" and not m["art"]  # "the Sixth Forum in General Santos"
        if (named := series_at(text, m.end(), named_only=in_a_city)) is not None:
            found.append(Naming(_clean(named[0]), ordinal(m["ord"]), m.start(), named[1]))
        elif m["noun"] and re.match(r"[a-z]", text[m.end() :]):
            found.append(Naming(None, ordinal(m["ord"]), m.start(), m.end()))
    for m in itertools.chain(_ORD_SERIES.finditer(text), _ROMAN_SERIES.finditer(text)):
        if not _overlaps(found, m.start(), m.end()) and (named := series_at(text, m.end())) is not None:
            found.append(Naming(_clean(named[0]), ordinal(m["ord"]), m.start(), named[1]))
    for m in _NUMBERED_OF.finditer(text):
        if not _overlaps(found, m.start(), m.end()) and (named := series_at(text, m.end(), named_only=False)) is not None:
            found.append(Naming(_clean(named[0]), cardinal(m["n"]), m.start(), named[1]))
    for m in re.finditer(r"(?<![\w’'-])[A-Z“\"]", text):
        if (
            not _overlaps(found, m.start(), m.end())
            and (by_name := _by_name(text, m.start())) is not None
            and not _overlaps(found, by_name.start, by_name.end)
        ):
            found.append(by_name)
    return sorted((n for n in found if n.series or n.round), key=lambda n: n.start)


def _by_name(text: str, start: int) -> Naming | None:
    """A series that is named first, and its number after it: "X Dialogue: Fourth Round", "the X Dialogue held its fifth meeting"."""
    if (named := series_at(text, start)) is None or (series := _clean(named[0])) is None:
        return None
    _, end, number = named
    if number is None and (after := _AFTER_SERIES.match(text[end:])) is not None:
        return Naming(series, ordinal(after["ord"]) if after["ord"] else cardinal(after["n"]), start, end + after.end())
    if number is None and (own := _ITS_ROUND.search(text, end, end + _NEAR)) is not None:
        number = ordinal(own["ord"] or own["time"])
    return Naming(series, number, start, end)


def _overlaps(found: list[Naming], start: int, end: int) -> bool:
    return any(n.start < end and start < n.end for n in found)


def _clean(series: str) -> str | None:
    """The bare name: without "Report of the", article, ordinal, "annual" or "Report" at its ends."""
    name = series.strip(" -–—:,")
    before = None
    while before != name:
        before = name
        name = re.sub(
            rf"^(?:(?:(?:joint|final|short|draft|full|interim|executive)\s+)?(?:{_PAPER})(?:\s+(?:of|from|on|to))?|the|a|an|our|this|annual|{ORDINAL})\s+",
            "",
            name,
            flags=re.IGNORECASE,
        )
        name = re.sub(r"^(?:\S+\s+){0,2}(?:Meeting|Round|Session|Edition)\s+of\s+(?:the\s+)?(?=\S+\s+\S)", "", name)
        name = re.sub(rf"\s+(?:{_PAPER})$", "", name, flags=re.IGNORECASE)
    words = name.split()
    return name if words and _is_proper(words) and len(words) > 1 else None


def fuller(one: str, two: str) -> str:
    """The one of two names of a series that says more; the first where they say the same."""
    return two if _telling(one) < _telling(two) else one


_DIALOGUE = re.compile(
    r"\b(?:Dialogue|Forum|Trilateral|Quadrilateral|Bilateral|Round-?[Tt]able|Round Table|Process|Consultations?|Talks|Track|"
    r"Conversations?|Exchange|"
    r"Colloquium|Retreat|Platform|Network|Group|Initiative|Annual Conference|Encounter|Gathering|Talanoa|Indaba|Majlis)s?\b",
    re.IGNORECASE,
)


def names_a_dialogue(name: str) -> bool:
    """Whether a name is of a kind that meets again, so that a title without a number may give it: a "Dialogue", not a "Workshop on ..."."""
    return _DIALOGUE.search(name) is not None


_BODY = re.compile(r"\b(?:Group|Network|Initiative|Council|Platform|Process|Assembly|Track|Days?)$", re.IGNORECASE)


def is_body(name: str) -> bool:
    """Whether a name may as well be that of a lasting body ("Turkey-Greece Aegean Group") as of a meeting."""
    return _BODY.search(re.split(r"\s+(?:on|of|for)\s+", name)[0]) is not None


def alike(one: str | None, two: str | None) -> bool:
    """Whether two names may be of the same series: the telling words of one are all in the other."""
    if one is None or two is None:
        return True
    a, b = _telling(one), _telling(two)
    return bool(a and b) and (a <= b or b <= a or len(a & b) >= 3)


def _telling(name: str) -> set[str]:
    words = re.findall(r"[^\W_]+(?:\.[^\W_]+)*", name.casefold())
    return {w for w in words if w not in _SMALL and not re.fullmatch(rf"track|ii|1\.5|annual|{OCCASION}", w)} or set(words)

"""Which dialogue, and which round: ordinals and the names of series in titles and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
_CARDINALS = "one two three four five six seven eight nine ten eleven twelve".split()
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50}

_WORDS: dict[str, int] = {word: n for n, word in enumerate(_UNITS, start=1)} | {"inaugural": 1, "maiden": 1}
for _stem, _value in _TENS.items():
    _WORDS[_stem + "ieth"] = _value
    for _n, _unit in enumerate(_UNITS[:9], start=1):
        _WORDS[f"{_stem}y-{_unit}"] = _value + _n

ORDINAL = r"(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r"|\d{1,3}\s?(?:st|nd|rd|th)|[IVX]{1,6}th)"
_CARDINAL = r"(?:\d{1,3}|" + "|".join(_CARDINALS) + r"|[IVX]{1,5})"
# What one occasion of a series is called, and the nouns by which series are named.
OCCASION = (
    r"(?:rounds?|meetings?|sessions?|editions?|iterations?|instal?lments?|gatherings?|convenings?|plenary|plenaries|conferences?|workshops?|seminars?|"
    r"forums?|fora|dialogues?|consultations?|round[- ]?tables?|symposi(?:um|a)|summits?|exchanges?|talks|colloqui(?:um|a)|retreats?|trilaterals?|"
    r"quadrilaterals?|bilaterals?|events?|encounters?|assembl(?:y|ies)|congress(?:es)?)"
)
_HEAD = re.compile(
    r"^(?:dialogues?|forum|trilateral|quadrilateral|bilateral|round-?table|workshop|conference|seminar|consultations?|talks|process|meetings?|symposium|"
    r"summit|exchange|table|initiative|group|colloquium|retreat|congress|network|track|platform|conversations?|convening|assembly|council|days)$",
    re.IGNORECASE,
)
# Lower-case words that never stand inside a name.
_NO_NAME = set(
    "a an held met took was were is are be that this its their his her will would had has have may can at by from as or not ran led saw gave began came put who".split()
)
_SMALL = {"of", "on", "for", "the", "and", "in", "&", "between", "with", "to", "de", "du", "la"}
_CALENDAR = re.compile(
    r"^(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)(?:[a-z]*)\.?,?$", re.IGNORECASE
)
_PAPER = (
    r"(?:reports?|summary|summaries|notes?|proceedings|minutes|communiqu[eé]|takeaways|key takeaways|outcomes?|statement|records?|conclusions|findings|"
    r"recommendations|launch|opening|highlights|readout|rapporteur['’]s report|co-chairs?['’] summary|chair(?:man|s|person)?(?:['’]s|s['’])?|chair)"
)
_ANNUAL = r"(?:(?:annual|biennial|regular|full|formal|in-person|virtual|official|joint|expert-level|high-level)\s+)*"


@dataclass(frozen=True, slots=True)
class Naming:
    """A series named in a text at [start, end), and the round that is said of it. `plain` marks an occasion without a proper name."""

    series: str | None
    round: int | None
    start: int
    end: int


def ordinal(word: str) -> int | None:
    """ "third", "3rd", "IIIrd", "twenty-first", "inaugural" as a number."""
    word = re.sub(r"\s+", "", word.casefold().replace(" ", "-") if " " in word.strip() and word[0].isalpha() else word.casefold())
    if word in _WORDS:
        return _WORDS[word]
    if digits := re.match(r"\d+", word):
        return int(digits.group()) or None
    return roman(re.sub(r"(?:st|nd|rd|th)$", "", word).upper())


def cardinal(word: str) -> int | None:
    """ "3", "three", "III" as a number."""
    if word.casefold() in _CARDINALS:
        return _CARDINALS.index(word.casefold()) + 1
    return int(word) or None if word.isdigit() else roman(word)


def roman(word: str) -> int | None:
    """A Roman number below 40, or None."""
    if not word or not re.fullmatch(r"X{0,3}(?:IX|IV|V?I{0,3})", word):
        return None
    values = [{"I": 1, "V": 5, "X": 10}[c] for c in word]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))


def series_at(text: str, position: int = 0, *, named_only: bool = True) -> tuple[str, int, int | None] | None:
    """The series' name that begins at `position`: its words, its end, and the Roman or plain number that closes it ("Dialogue IV").

    A run of capitalised words and the small words between them, which holds a noun such as "Dialogue" (not needed when `named_only` is
    false, after "round of the"); years and brackets are left out.
    """
    words: list[str] = []
    end, head, number = position, False, None
    tokens = list(re.finditer(r"\S+", text[position : position + 240]))
    i = 0
    while i < len(tokens):
        raw = tokens[i].group()
        word = _bare(raw)
        closed = re.search(r"[,;:!?)”\"]['’]*$|(?<![.-][A-Z])(?<!^[A-Z])\.['’]*$", raw) is not None
        if raw.startswith("("):
            break
        if _CALENDAR.match(word) and (i + 1 < len(tokens) and re.match(r"\d", tokens[i + 1].group()) or not words):
            break
        if re.fullmatch(r"(?:19|20)\d\d", word) and words:
            end_here = position + tokens[i].end()
            if closed:
                end = end_here
                break
            i += 1
            continue
        if head and (value := roman(word)) and words and words[-1].casefold() != "track" and len(words) > 1:
            number, end = value, position + tokens[i].end()
            break
        if head and re.fullmatch(r"#?\d{1,2}", word) and words[-1].casefold() != "track":
            number, end = int(word.lstrip("#")), position + tokens[i].end()
            break
        if word.casefold() in _SMALL and not closed and words and word[:1].islower():
            if (joined := _small_run(tokens, i, head)) is None:
                break
            words += joined
            i += len(joined)
            continue
        if not _is_name_word(word):
            lower = _lower_head(tokens, i, bool(words), head)
            if not lower:
                break
            words += lower
            head, i = True, i + len(lower)
            end = position + tokens[i - 1].end()
            if re.search(r"[,;:.!?)]$", tokens[i - 1].group()):
                break
            continue
        words.append(word)
        head = head or bool(_HEAD.match(word))
        end = position + tokens[i].end()
        if closed:
            break
        i += 1
    while words and words[-1].casefold() in _SMALL:
        words.pop()
    if not words or (named_only and not head) or not _is_proper(words):
        return None
    return " ".join(words), min(end, len(text)), number


def _bare(raw: str) -> str:
    """A token without the punctuation around it; the points of "U.S." and the apostrophe of "Experts'" stay."""
    word = raw.lstrip("“”\"‘’'*_(").rstrip('“”"*_,;:!?)')
    word = re.sub(r"(?<![sS])['’]$", "", word) if raw[:1] not in "‘'" else word.rstrip("'’")
    return word if re.search(r"(?:^|[^\w])?[A-Z]\.[A-Z]\.$", word) else word.rstrip(".")


def _is_name_word(word: str) -> bool:
    return bool(re.match(r"[^\W\d_a-zß-ÿ]|\d\.\d|[a-z]+-[A-Z]", word)) or bool(re.fullmatch(r"&|[–—]", word))


def _small_run(tokens: list[re.Match[str]], i: int, head: bool) -> list[str] | None:
    """The small words from token i on, when they lead to another word of the name."""
    run = []
    while i < len(tokens) and tokens[i].group().casefold() in _SMALL and tokens[i].group()[:1].islower():
        run.append(tokens[i].group())
        i += 1
    if i == len(tokens):
        return None
    if tokens[i].group()[0] in "“\"‘'(":
        return None  # the name of a session or a theme
    following = tokens[i].group().strip("“”\"‘’',;:.")
    if not _is_name_word(following) or _CALENDAR.match(following):
        return None
    # "the Dialogue in Moscow", "the Dialogue and the Institute", "the Dialogue with RIAC" have left the name; "on" and "between" have not.
    if head and run[0] not in ("on", "between", "of", "for") and not (run == ["and"] and _after_on(tokens, i)):
        return None
    return run


def _after_on(tokens: list[re.Match[str]], i: int) -> bool:
    """Whether the "and" before token i joins two words of "Dialogue on Climate and Trade"."""
    before = [t.group().casefold() for t in tokens[: i - 1]]
    return any(w in ("on", "between", "for") for w in before)


def _lower_head(tokens: list[re.Match[str]], i: int, begun: bool, head: bool) -> list[str]:
    """Lower-case words up to a noun such as "dialogue": "U.S.-China strategic nuclear dialogue"."""
    if not begun or head:
        return []
    taken: list[str] = []
    for t in tokens[i : i + 4]:
        word = t.group().strip(",;:.!?)")
        if (
            not re.fullmatch(r"[a-z][a-z-]*|II|1\.5|2|1½", word)
            or word in _SMALL
            or word in _NO_NAME
            or re.search(r"(?:ed|s)$", word)
            and not _HEAD.match(word)
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


_GENERIC = re.compile(
    rf"^(?:{_PAPER}|{OCCASION}|track|ii|1\.5|2|event|the|a|an|of|on|and|in|for|to|key|annual|expert|experts|international|regional|project|online|virtual|"
    r"joint|first|second|closing|opening|keynote|plenary|working|group|breakout|panel|policy|strategic)$",
    re.IGNORECASE,
)


def _is_proper(words: list[str]) -> bool:
    return any(not _GENERIC.match(w) for w in words)


_NUM = rf"(?P<ord>{ORDINAL})"
_OF_ROUND = re.compile(
    rf"\b{_NUM}(?:\s+{_ANNUAL}(?P<noun>{OCCASION}))?\s+(?:of|in|under|within)\s+(?:the|a|an|our|its|this)?\s*(?:series\s+of\s+)?(?:(?:annual|biennial)\s+)?(?=\S)",
    re.IGNORECASE,
)
_ORD_SERIES = re.compile(rf"\b{_NUM}\s+{_ANNUAL}(?=\S)", re.IGNORECASE)
_ITS_ROUND = re.compile(
    rf"\b(?:its|their)\s+{_NUM}\s+{_ANNUAL}(?P<noun>{OCCASION})\b|\bfor\s+(?:the\s+|a\s+)?(?P<time>{ORDINAL})\s+time\b", re.IGNORECASE
)
_NUMBERED = re.compile(
    rf"\b(?:round|edition|meeting|session|iteration)\s+(?:no\.?\s*|number\s+|#)?(?P<n>{_CARDINAL})\b(?!\s*[:.]\d)", re.IGNORECASE
)
_AFTER_SERIES = re.compile(
    rf"^\W*\(?\s*(?:the\s+)?(?:{_NUM}\s+{_ANNUAL}(?P<noun>{OCCASION})|{_NUMBERED.pattern.replace('(?P<n>', '(?P<m>')})", re.IGNORECASE
)


def namings(text: str) -> list[Naming]:
    """Every "third round of the X Dialogue", "Eighth X Forum", "X Dialogue: Fourth Round", "X Dialogue IV", "Round 4 of the X" in `text`."""
    found: list[Naming] = []
    for m in _OF_ROUND.finditer(text):
        if (named := series_at(text, m.end(), named_only=False)) is not None:
            found.append(Naming(_clean(named[0]), ordinal(m["ord"]), m.start(), named[1]))
        elif re.match(r"[a-z]", text[m.end() :]) and m["noun"]:
            found.append(Naming(None, ordinal(m["ord"]), m.start(), m.end()))
    for m in _ORD_SERIES.finditer(text):
        if not _overlaps(found, m.start(), m.end()) and (named := series_at(text, m.end())) is not None:
            found.append(Naming(_clean(named[0]), ordinal(m["ord"]), m.start(), named[1]))
    for m in _NUMBERED.finditer(text):
        if _overlaps(found, m.start(), m.end()):
            continue
        of = re.match(r"\s+(?:of|in)\s+(?:the\s+)?(?=\S)", text[m.end() :])
        if of and (named := series_at(text, m.end() + of.end(), named_only=False)):
            found.append(Naming(_clean(named[0]), cardinal(m["n"]), m.start(), named[1]))
    for m in re.finditer(r"(?<![\w’'-])[A-Z“\"]", text):
        if _overlaps(found, m.start(), m.start() + 1) or (named := series_at(text, m.start())) is None:
            continue
        series, end, number = named
        if _overlaps(found, m.start(), end):
            continue
        if (after := _AFTER_SERIES.match(text[end:])) is not None and number is None:
            number = ordinal(after["ord"]) if after["ord"] else cardinal(after["m"])
            end += after.end()
        elif number is None and (own := _ITS_ROUND.search(text, end, end + 60)):
            number = ordinal(own["ord"] or own["time"])
        if (cleaned := _clean(series)) is not None:
            found.append(Naming(cleaned, number, m.start(), end))
    return sorted((n for n in found if n.series or n.round), key=lambda n: n.start)


def _overlaps(found: list[Naming], start: int, end: int) -> bool:
    return any(n.start < end and start < n.end for n in found)


def _clean(series: str) -> str | None:
    """The bare name: without "Report of the", article, ordinal, "annual" or "Report" at its ends."""
    name = series.strip(" -–—:,")
    before = None
    while before != name:
        before = name
        name = re.sub(rf"^(?:(?:{_PAPER})(?:\s+(?:of|from|on|to))?|the|a|an|our|this|annual|{ORDINAL})\s+", "", name, flags=re.IGNORECASE)
        name = re.sub(rf"\s+(?:{_PAPER})$", "", name, flags=re.IGNORECASE)
    words = name.split()
    return name if words and _is_proper(words) and len(words) > 1 else None


def fuller(one: str, two: str) -> str:
    """The one of two names of a series that says more; the first where they say the same."""
    return two if _telling(one) < _telling(two) else one


def is_body(name: str) -> bool:
    """Whether a name may as well be that of a lasting body ("Turkey-Greece Aegean Group") as of a meeting."""
    return (
        re.search(
            r"\b(?:Group|Network|Initiative|Council|Platform|Process|Assembly|Track|Days?)$", re.split(r"\s+(?:on|of|for)\s+", name)[0]
        )
        is not None
    )


_OWN_NUMBER = re.compile(
    rf"^(?:It|This|(?:The|This)\s+(?:\w+\s+)?{OCCASION}(?:\s+in\s+[A-Z]\w+)?)\s+(?:was|is|were|marked)\s+(?:already\s+)?(?:the|our|their|its)\s+(?P<a>{ORDINAL})\s+(?:such\s+)?(?:{OCCASION}|in\s+(?:the|a|this|our|their)\s+\w*\s?series|of\s+(?:its|the|this)\s+kind)\b|"
    rf"\b(?:met|meets|gathered|convened|came\s+together)\b[^.;]*\bfor\s+(?:the|a)\s+(?P<b>{ORDINAL})\s+time\b|"
    rf"^The\s+(?P<c>{ORDINAL})\s+(?:round|meeting|workshop|dialogue|conference|forum|roundtable|seminar)\s+(?:was\s+(?:held|hosted|convened)|took\s+place|met|convened)\b",
    re.IGNORECASE,
)


def own_number(text: str) -> int | None:
    """The round in "It was the second such meeting", "The meeting was the fourth in the series", "met for the third time"; or None."""
    m = _OWN_NUMBER.search(text)
    return ordinal(m["a"] or m["b"] or m["c"]) if m else None


def alike(one: str | None, two: str | None) -> bool:
    """Whether two names may be of the same series: the telling words of one are all in the other."""
    if one is None or two is None:
        return True
    a, b = _telling(one), _telling(two)
    return bool(a and b) and (a <= b or b <= a or len(a & b) >= 3)


def _telling(name: str) -> set[str]:
    words = re.findall(r"[^\W_]+(?:\.[^\W_]+)*", name.casefold())
    return {w for w in words if w not in _SMALL and not re.fullmatch(rf"track|ii|1\.5|annual|{OCCASION}", w)} or set(words)

"""Numbers of rounds, in words, digits and Roman figures, and the nouns that they count."""

from __future__ import annotations

import re

_UNITS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth"),
    *("fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_CARDINALS = "one two three four five six seven eight nine ten eleven twelve".split()
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50}

_WORDS: dict[str, int] = {word: n for n, word in enumerate(_UNITS, start=1)} | {"inaugural": 1, "maiden": 1}
for _stem, _value in _TENS.items():
    _WORDS[_stem + "ieth"] = _value
    for _n, _unit in enumerate(_UNITS[:9], start=1):
        _WORDS[f"{_stem}y-{_unit}"] = _value + _n

ORDINAL = r"(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r"|\d{1,3}\s?(?:st|nd|rd|th)|[IVX]{1,6}th)"
CARDINAL = r"(?:\d{1,3}|" + "|".join(_CARDINALS) + r"|[IVX]{1,5})"
# What one occasion of a series is called, and the nouns by which series are named.
OCCASION = (
    r"(?:rounds?|meetings?|sessions?|editions?|iterations?|instal?lments?|gatherings?|convenings?|plenary|plenaries|conferences?|"
    r"workshops?|seminars?|"
    r"forums?|fora|dialogues?|consultations?|round[- ]?tables?|symposi(?:um|a)|summits?|exchanges?|talks|colloqui(?:um|a)|retreats?|"
    r"trilaterals?|"
    r"quadrilaterals?|bilaterals?|events?|encounters?|assembl(?:y|ies)|congress(?:es)?)"
)


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


_OWN_NUMBER = re.compile(
    rf"^(?:It|This|(?:The|This)\s+(?:\w+\s+)?{OCCASION}(?:\s+in\s+[A-Z]\w+)?)\s+(?:was|is|were|marked)\s+(?:already\s+)?"
    rf"(?:the|our|their|its)\s+(?P<a>{ORDINAL})\s+(?:such\s+)?"
    rf"(?:{OCCASION}|in\s+(?:the|a|this|our|their)\s+\w*\s?series|of\s+(?:its|the|this)\s+kind)\b|"
    rf"\b(?:held|holds|convened|completed|concluded)\s+(?:its|their|our)\s+(?P<d>{ORDINAL})\s+(?:annual\s+)?{OCCASION}\b|"
    rf"\b(?:met|meets|gathered|convened|came\s+together)\b[^.;]*\bfor\s+(?:the|a)\s+(?P<b>{ORDINAL})\s+time\b|"
    rf"^The\s+(?P<c>{ORDINAL})\s+(?:round|meeting|workshop|dialogue|conference|forum|roundtable|seminar)\s+"
    r"(?:was\s+(?:held|hosted|convened)|took\s+place|met|convened)\b",
    re.IGNORECASE,
)


_BARE_NUMBER = re.compile(
    rf"(?:^|[:,–—-]\s+|\bof\s+(?:the|its)\s+)(?:the\s+)?(?P<n>{ORDINAL})\s+(?:annual\s+)?{OCCASION}\s*$", re.IGNORECASE
)


def bare_number(title: str) -> int | None:
    """The round in a title that ends in it: "Contact Group: Minutes of the 2nd Meeting"; or None."""
    m = _BARE_NUMBER.search(title)
    return ordinal(m["n"]) if m else None


def own_number(text: str) -> int | None:
    """The round in "It was the second such meeting", "The meeting was the fourth in the series", "met for the third time"; or None."""
    m = _OWN_NUMBER.search(text)
    return ordinal(m["a"] or m["b"] or m["c"] or m["d"]) if m else None

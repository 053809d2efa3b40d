"""A sentence as tokens: words as rules compare them, countries found, quotations marked, each with its place in the report's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.names import Form, Names

# A word may be broken at a line's end ("parti-\ncipants"); titles and initials keep their full stop; a possessive is a token of its own.
_TOKEN = re.compile(
    r"""
      (?:[^\W\d_]\.){2,} | (?:[A-Z]|Dr|Mr|Mrs|Ms|Mx|Prof|Amb|Gen|Lt|Maj|Col|Capt|Cdr|Cmdr|Adm|Brig|Sen|Rep|Gov|Hon|Rev|Ven)\.
    | (?:St|Sgt|Mme|Eng|Ing|Arch|Adv|retd?|Sr|Jr|No)\.
    | n['’]t\b
    | \w+?(?=n['’]t\b)
    | \w+ (?: [-\u2010\u2011]\w+ | ['’](?!(?:s|t|ll|ve|re|d|m)\b)\w+ )*
    | ['’]s\b | ['’](?=\s) | [^\w\s*_`>]
    """,
    re.VERBOSE,
)
_BROKEN = re.compile(r"(?<=[^\W\d])[-\u2010\u00ad][ \t]*\r?\n[ \t>]*(?=[a-z])|\u00ad")
_NOTE_MARK = re.compile(r"(?<=[a-z]{3})\d{1,2}$")  # "participants3": a footnote's number stuck to a word
_QUOTATION = re.compile(r"“[^“”]*”?|\"[^\"]*\"|«[^«»]*»|(?<!\w)‘[^‘]*?’(?!\w)|(?<!\w)'[^']+?'(?!\w)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark at [start, end) of the report's text; `low` is how rules compare it.

    country, form   the country that it names, and by which kind of word, or None.
    quoted          whether it stands inside quotation marks.
    """

    text: str
    low: str
    start: int
    end: int
    country: str | None = None
    form: Form | None = None
    quoted: bool = False

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()


def tokenise(text: str, start: int, end: int, names: Names) -> list[Token]:
    """The tokens of `text[start:end]`; a country of several words is one token. Markdown's marks are left out."""
    piece, origin = _joined(text, start, end)
    quotations = [m.span() for m in _QUOTATION.finditer(piece)]
    mentions = {m.start: m for m in names.mentions(piece) if not _in_compound(piece, m.end)}
    tokens: list[Token] = []
    at = 0
    while at < len(piece):
        quoted = any(a < at < b for a, b in quotations)
        mention = mentions.get(at)
        found = None if mention is not None else _TOKEN.match(piece, at)
        stop = mention.end if mention is not None else found.end() if found is not None else at
        if stop > at:
            word = piece[at:stop]
            span = origin[at], origin[stop - 1] + 1
            if mention is not None:
                tokens.append(Token(word, word.lower(), *span, mention.country, mention.form, quoted))
            else:
                word = _NOTE_MARK.sub("", word)
                tokens.append(Token(word, word.lower().replace("’", "'"), *span, quoted=quoted))
        at = max(stop, at + 1)
    return tokens


def _joined(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """`text[start:end]` with words that break at a line's end made whole, and where each character comes from."""
    origin = list(range(start, end))
    for m in reversed(list(_BROKEN.finditer(text, start, end))):
        del origin[m.start() - start : m.end() - start]
    return "".join(text[i] for i in origin), origin


def lows(tokens: Sequence[Token]) -> list[str]:
    """The tokens as rules compare them."""
    return [t.low for t in tokens]


def _in_compound(piece: str, end: int) -> bool:
    """ "Japan-Russia relations": a country joined to another word names neither."""
    return bool(re.match(r"[-\u2010\u2011–](?=\w)", piece[end : end + 2]))


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, for the rules' short lists."""
    return frozenset(text.split())

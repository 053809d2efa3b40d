"""Words as the search compares them: folded, stemmed, and with the place in the text they came from.

The same terms feed the word index, the question and the check of coverage, so that the three never disagree about what one word is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

# Within a word: accents that stand apart from their letter (as PDFs and macOS write them), and soft hyphens and joiners, which nobody sees.
_INVISIBLE = "\u00ad\u200c\u200d\u2060\ufeff"
_INSIDE = f"\u0300-\u036f{_INVISIBLE}"
# Dotted acronyms ("U.S.") are one word; an apostrophe joins ("don't"); hyphens part compounds ("end-of-war" is three words).
_WORD = re.compile(rf"(?:[^\W\d_]\.){{2,}}|[^\W_](?:[^\W_]|[{_INSIDE}])*(?:['’][^\W_](?:[^\W_]|[{_INSIDE}])*)*")
# A word broken at a line's end is indexed whole beside its halves: "co-\noperation" is found by "cooperation", "nine-\ndash" by "dash".
_BROKEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad][ \t]*\r?\n[ \t]*([^\W\d_]+)")
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))

# Words that say nothing of a topic. Negations stay: "not" turns an act.
STOP_WORDS = frozenset(  # a list literal would be four times as long and no clearer
    """a about above after again all also am an and any are as at be because been before being between both but by can could did do does
    doing during each few for from further had has have having he her here hers him his how i if in into is it its itself just let like
    may me might more most much must my of off on once one only or other our out over own per quite re same shall she should so some such
    than that the their theirs them then there these they this those through thus to too under until up upon us very was we were what
    whats what's when where which while who whom whose why will with within would you your yours""".split()
)


_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a text: `stem` is what is compared, [start, end) where it stands."""

    stem: str
    start: int
    end: int


def find_terms(text: str) -> list[Term]:
    """The terms of `text`, in order; a word broken over two lines gives its halves and then the whole."""
    terms = [Term(stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]
    broken = [Term(stem(m.group(1) + m.group(2)), m.start(), m.end()) for m in _BROKEN.finditer(text)]
    return terms if not broken else sorted([*terms, *broken], key=lambda t: (t.end, -t.start))


def stems(text: str) -> list[str]:
    """The stems of `text`, in order."""
    return [term.stem for term in find_terms(text)]


def topic_stems(text: str) -> list[str]:
    """The stems of `text` without stop words, each once, in order."""
    return list(dict.fromkeys(stem(w) for w in (m.group() for m in _WORD.finditer(text)) if fold(w) not in STOP_WORDS))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The folded, stemmed form of one word: "Agreements" and "agreement" are one, "U.S." stays apart from "us"."""
    folded = fold(word)
    if "." in folded:
        return folded.rstrip(".")
    if len(folded) > _LONGEST_WORD:
        return folded  # the stemmer takes time by the square of the length, and no word is so long
    return str(_stemmer().stemWord(re.sub(r"['’]s$", "", folded)))


def fold(text: str) -> str:
    """Lower case, without accents and soft hyphens, curly apostrophes made straight. Changes lengths: only for comparing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_UNSEEN).replace("’", "'")).casefold()
    # Folding may compose ("İ") or leave capitals that only decomposing shows ("𝐀"): the second round settles both.
    plain = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def terms_fingerprint() -> str:
    """Changes with these rules and with the libraries they rest on: then a word index of older terms has to be made again."""
    parts = (Path(__file__).read_text("utf-8"), version("PyStemmer"), unicodedata.unidata_version)
    return sha256("\0".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # PyStemmer ships no types
    import Stemmer  # noqa: PLC0415  # imported here: nothing heavy at import

    return Stemmer.Stemmer("english", 0)  # keeps no words of its own: `stem` does

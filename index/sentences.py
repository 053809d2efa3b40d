"""Where sentences begin and end.

Rules, not a model: a full stop ends a sentence unless something says that it does not (an abbreviation, an initial, a number, an open
bracket or quotation). `benchmarks/sentences.py` sets them beside four well-kept splitters; docs/attribution.md holds the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.report import Sentence

# A list marker, quote mark or heading sign at the beginning of a block. Single capital letters are left alone: "J. R. Smith said".
MARKER = re.compile(
    r"""\s* (?:
      [-*+•·‣⁃◦▪●○■□–—>➢✓]+ [ \t\u00a0]+ | \#{1,6} [ \t]+ | \[[ xX]\] \s+
    | \(? \d{1,3} (?:\.\d{1,3})* [.)] \s+ | \d{1,2} (?:\.\d{1,2})+ \s+ (?=["“‘(]?[A-Z])
    | \( [a-zA-Z] \) \s* | [a-z] [.)] \s+ | [A-Z] \) \s+ | \(? [ivx]{1,5} [.)] \s+ | [IVX]{2,5} [.)] \s+
    )""",
    re.VERBOSE,
)

# What may end a sentence: marks, what closes after them, and a footnote's number that sticks to them.
_END = re.compile(
    r"(?P<mark>[.!?…]+|[。！？])(?P<close>[)\]\"'”’»*_]*)"
    r"(?P<note>\[\d{1,3}\]|[¹²³⁰⁴-⁹]+|(?<=[^\W\d]\.)\d{1,3}|(?<=\b(?:19|20)\d\d\.)\d{1,2}|(?<=[”\"’)])\d{1,3})?(?=\s|$)"
)
_GLUED = re.compile(r"(?<=[a-z]{3})\.(?=(?:The|This|These|It|They|He|She|In|On|However|Participants|Some|Several)\b)")
_BLANK = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_QUOTED_LINE = re.compile(r"\s*(?:>\s*)*")
_LAST_WORD = re.compile(r"[^\s(\[“‘\"—–/]+$")
_NEXT_WORD = re.compile(r"\s*[“‘\"'(\[«*_]*(?P<word>[^\s,;:.)”\"]*)")
# "the U.S. Korean participants": a new holder after a name that ends with a full stop.
_HOLDER = re.compile(
    r"\s+[A-Z][a-z]+(?:,? (?:and|or) [A-Z][a-z]+)?\s+(?:participants?|side|delegat\w+|speakers?|experts?|officials?|scholars?)\b"
)

# A semicolon between what one said and what another did: each is somebody's, and a quote of both would be nobody's.
_PEOPLE = (
    r"(?:participants?|sides?|delegat\w+|colleagues?|counterparts?|experts?|speakers?|members?|scholars?|officials?|representatives?|"
    r"panell?ists?|discussants?|interlocutors?|majority|minority|others?|lawyers?|officers?|economists?|scientists?|diplomats?|ministers?)"
)
_A_SPEAKER = (
    rf"(?:(?!(?:of|to|in|on|at|that|which|who|as|for|with|by)\b)[\w’'.-]+\s+){{0,4}}?{_PEOPLE}"
    rf"(?:\s+(?:from|of)\s+(?:the\s+)?[A-Z]\w+(?:\s+and\s+[A-Z]\w+)?|\s+from\s+the\s+(?:two\s+)?other(?:\s+two)?\s+\w+|\s+present)?"
    r"|(?:some|several|many|most|a\s+few|one|two)\s+of\s+(?!those\b)(?:the\s+)?[\w-]+(?:\s+[\w-]+)?|those\s+from\s+[A-Z]\w+(?:\s+and\s+[A-Z]\w+)?"
    r"|the\s+[A-Z][a-z]+(?:ns|ese|ish|ch|ks|is|tts)|[A-Z]\w+\s+and\s+the\s+[A-Z]\w+"
    r"|(?:Ms|Mr|Mrs|Dr|Prof|Professor|Ambassador|General|Minister|Judge)\.?\s+(?:[A-Z][\w’'.-]+\s*){1,4}?"
)
_SPEAKS = (
    r"\s+(?:(?:also|then|however|in\s+turn|for\s+their\s+part)\s+|,\s+[^,;]{1,30},\s+)?"
    r"(?!(?:of|to|for|on|in|at|with|by|and|or|who|which|that|whose)\b)[a-z]+"
)
_ANOTHER_SPEAKS = re.compile(rf";\s+(?=(?:(?:and|but|while|whereas|yet)\s+)?(?:{_A_SPEAKER}){_SPEAKS})")
_SPOKE = re.compile(rf"\b(?:{_A_SPEAKER})\b|\b(?:[Tt]hey|[Hh]e|[Ss]he)\b")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Always followed by the rest of their sentence.
_NEVER_LAST = _words(
    """
    dr mr mrs ms mx messrs mme mlle prof profs assoc asst gen lt col adm amb sen rep gov pres min rev hon sgt capt cdr cdre cmdr brig
    maj fr st mt ft h.e hrh rt v.adm r.adm vs v cf i.e e.g viz ca approx incl esp resp dept univ
    """
)
# Followed by a number.
_BEFORE_NUMBER = _words(
    """
    no nos art arts para paras sec secs fig figs vol vols p pp ch chap res ser doc ed eds n fn ann app par reg rule
    jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
# Words with which a sentence begins far more often than a name continues: they decide after "U.S.", "a.m.", "etc." and an initial.
_STARTERS = _words(
    """
    the a an this that these those it its they their he she his her we our you i in on at by for from with without within under over
    during after before since until while when where whether although though because if as to of and but or nor yet so however moreover
    furthermore further also finally first second third next then thus hence therefore instead indeed meanwhile nevertheless nonetheless
    still even there here participants experts speakers discussants delegates delegations some several many most both all each every
    another other others one two three four five no not none neither such what who how why which regarding concerning according given
    despite asked turning only similarly conversely rather overall additionally likewise views concern
    """
)
# May end a sentence, and more often do not.
_OFTEN_INSIDE = _words("etc al inc ltd co corp jr sr ret retd ph.d bros")
# After these a single letter is a name of its own: "Annex B. The".
_LETTERED = _words("annex appendix group option plan part section schedule phase scenario track category type tier hepatitis vitamin")
_LONGEST = 4_000  # characters of a sentence: what goes on without a full stop is cut at a word
_LONG_INSERT = 400  # characters: a quotation or bracket longer than this is split inside


def split_sentences(text: str, start: int, end: int) -> list[Sentence]:
    """The sentences of `text[start:end]`, in order, without white space around them and without the block's leading list marker.

    A short quotation or bracket stays whole, whatever full stops it holds, so that "..., said X" keeps what X said.
    A footnote's number that follows a full stop belongs to no sentence.
    """
    begin = start
    while marker := MARKER.match(text, begin, end):
        begin = marker.end()
    sentences: list[Sentence] = []
    for stop, resume in [*_boundaries(text, begin, end), (end, end)]:
        trimmed = _trim(text, begin, stop)
        if trimmed is not None:
            sentences += _bounded(text, trimmed)
        begin = resume
    return sentences


def _bounded(text: str, sentence: Sentence) -> Iterator[Sentence]:
    """The sentence itself; a monster in pieces."""
    start = sentence.start
    while sentence.end - start > _LONGEST:
        space = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = space + 1 if space > 0 else start + _LONGEST
        if text[start:cut].strip():
            yield Sentence(start, start + len(text[start:cut].rstrip()))
        start = cut + len(text[cut : sentence.end]) - len(text[cut : sentence.end].lstrip())
    yield Sentence(start, sentence.end)


def _trim(text: str, start: int, end: int) -> Sentence | None:
    """The sentence in `text[start:end]` without white space and the ">" of a quoted line, or None where nothing is left."""
    lead = _QUOTED_LINE.match(text, start, end)
    begin = lead.end() if lead else start
    stop = begin + len(text[begin:end].rstrip())
    return Sentence(begin, stop) if stop > begin else None


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a sentence ends, and from where to look for the next."""
    inserts = _inserts(text, start, end)
    begin = start
    ends: list[tuple[int, int, re.Match[str] | None]] = []
    ends += [(m.end() - len(m["note"] or ""), m.end(), m) for m in _END.finditer(text, start, end)]
    ends += [(m.end(), m.end(), None) for m in _GLUED.finditer(text, start, end)]
    ends += [(m.start(), m.end(), None) for m in _BLANK.finditer(text, start, end)]
    ends += [(m.start() + 1, m.end(), None) for m in _ANOTHER_SPEAKS.finditer(text, start, end) if not _inside(m.start(), m.end(), inserts)]
    for stop, resume, match in sorted(ends, key=lambda e: e[:2]):
        if stop <= begin:
            continue
        if match is not None and not _ends_sentence(text, begin, match, end, inserts):
            continue
        if match is None and text[stop - 1] == ";" and not _SPOKE.search(text, begin, stop):
            continue
        yield stop, resume
        begin = resume


def _inserts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of quotations and brackets that are short enough to stay whole; an opening mark without its partner counts for nothing."""
    found = []
    closing = {"(": ")", "[": "]", "“": "”", "«": "»"}
    open_marks: list[tuple[str, int]] = []
    straight: int | None = None
    for i in range(start, end):
        char = text[i]
        if char in closing:
            open_marks.append((closing[char], i))
        elif char in closing.values():
            while open_marks:
                want, since = open_marks.pop()
                if want == char:
                    found.append((since, i + 1))
                    break
        elif char == '"':
            if straight is None and (i + 1 < end and not text[i + 1].isspace()):
                straight = i
            elif straight is not None:
                found.append((straight, i + 1))
                straight = None
    return [(a, b) for a, b in found if b - a <= _LONG_INSERT]


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int, inserts: list[tuple[int, int]]) -> bool:
    dot, stop = match.start("mark"), match.end("close")
    if match["mark"] in "。！？":
        return True
    following = _NEXT_WORD.match(text, match.end(), end)
    word = following["word"] if following else ""
    if not word:
        return match.end() >= end or not text[match.end() : end].strip() or not _inside(dot, stop, inserts)
    if _inside(dot, stop, inserts) or _closes_inner_bracket(text, begin, dot, stop, inserts):
        return False
    if not (word[0].isupper() or word[0].isdigit() or not word[0].isalpha()):
        return False
    if match["mark"] != "." or match["note"]:
        return True
    last = _LAST_WORD.search(text, begin, dot)
    return last is None or _stop_after(last.group(), text[begin : last.start()], word, text[match.end() : match.end() + 80])


def _inside(dot: int, stop: int, inserts: list[tuple[int, int]]) -> bool:
    """Whether the full stop lies in a quotation or bracket that goes on after it."""
    return any(a < dot and stop < b for a, b in inserts)


def _closes_inner_bracket(text: str, begin: int, dot: int, stop: int, inserts: list[tuple[int, int]]) -> bool:
    """ "Vice Admiral (retd.) K. P. Nambisan": a bracket that opened within the sentence does not end it with its own full stop."""
    return any(a < dot < b <= stop and text[a] in "([" and text[begin:a].strip() for a, b in inserts)


def _stop_after(last: str, before: str, word: str, after: str) -> bool:
    """Whether a full stop after the word `last` ends the sentence, when `word` comes next."""
    low = last.lower().strip("*_'’")
    begins = not before.strip(' \n\t(“"*_')
    if low in _NEVER_LAST or (low in _BEFORE_NUMBER and re.fullmatch(r"\d.*|[IVXLC]+", word)):
        return False
    if begins and low.isdigit() and len(low) <= 3:  # "2. Exempt the poorest": a number that begins a sentence
        return False
    starter = word.lower() in _STARTERS
    if len(low) == 1 and low.isalpha():  # an initial
        initial_next = len(word) == 1 and word not in ("A", "I")
        return not begins and not initial_next and (starter or before.rsplit(maxsplit=1)[-1].lower() in _LETTERED)
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]", low.rsplit("-", 1)[-1]):  # "U.S", "a.m", "D.C"
        return starter or bool(_HOLDER.match(after))
    return starter or low not in _OFTEN_INSIDE

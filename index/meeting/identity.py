"""Of which series a report is, and of which round: the title, the opening sentences and the running heads together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.dates import find_dates
from index.meeting.lines import Line
from index.meeting.occasion import HELD
from index.meeting.ordinals import bare_number, own_number
from index.meeting.series import Naming, alike, fuller, is_body, names_a_dialogue, namings

# After these words a dialogue is another's, or a host.
_ASIDE = re.compile(
    r"\b(?:ahead\s+of|before|after|(?:margins|sidelines)\s+of|following|since|prior\s+to|like|than|unlike)\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(r"\b(?:part\s+of|member\s+of|director\s+of|from|with)\s+(?:the\s+|an?\s+)?$|\bby\s+[^.;]*$", re.IGNORECASE)
_ANOTHER_TIME = re.compile(r"[\s,]*(?:had|will|would|should|is\s+(?:expected|planned|to\s+be|scheduled))\s")
_A_KIND = re.compile(r"[Aa]n?\s")  # "Beyond the Mine: A U.S.-India Conversation" says of what kind it was, and names none
_SMALL = {"of", "on", "for", "the", "and", "in", "between", "with", "to"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Series and round, each None when not proved, with the lines that prove them."""

    series: str | None = None
    round: int | None = None
    named_by: Line | None = None
    numbered_by: Line | None = None


def identity_of(title: Line, heads: Sequence[Line], opening: Sequence[Line], furniture: Sequence[Line], lines: Sequence[Line]) -> Identity:
    """The fullest name of the series in title and opening sentences; the title's number, else the sentence's, else a running head's.

    Where neither names any, a line under the title (`heads`) that is nothing but a numbered name does: "III Encounter on Migration".
    """
    printed = [
        n
        for n in namings(title.text)
        if n.round is not None or (n.series and names_a_dialogue(n.series) and not _A_KIND.match(title.text, n.start))
    ]
    in_title = next((n for n in printed if n.round is not None), printed[0] if printed else None)
    said = _said(opening, in_title)
    if said is None and in_title is None:
        said = next(((n, line) for line in heads for n in namings(line.text) if n.series and n.round and _is_all(n, line.text)), None)
    if said is not None and in_title is not None and not alike(said[0].series, in_title.series):
        in_title = None  # a theme that looks like a name, against a numbered round in a sentence
    series, named_by = (said[0].series, said[1]) if said else (None, None)
    if in_title is not None and in_title.series and (series is None or _better(series, in_title.series) == in_title.series):
        series, named_by = in_title.series, title
    candidates: list[tuple[int | None, Line]] = [(in_title.round, title)] if in_title else []
    candidates += [(said[0].round, said[1])] if said else []
    candidates += [(n.round, line) for line in furniture for n in namings(line.text) if series and n.series and alike(n.series, series)]
    candidates += [(own_number(line.text), line) for line in opening]
    candidates += [(bare_number(title.text), title)] if series is not None else []
    number, numbered_by = next(((n, line) for n, line in candidates if n is not None), (None, None))
    if series is not None and series.isupper():
        series = _recased(series, lines)
    return Identity(series, number, named_by, numbered_by)


def _is_all(n: Naming, text: str) -> bool:
    """Whether a naming is all that a line says, an article aside."""
    return re.fullmatch(r"(?:the\s+)?", text[: n.start], re.IGNORECASE) is not None and not text[n.end :].strip(" .")


def _said(opening: Sequence[Line], in_title: Naming | None) -> tuple[Naming, Line] | None:
    """The first naming in an opening sentence that says when or that it was held; one with a number goes before one without."""
    said: tuple[Naming, Line] | None = None
    for line in opening:
        if not (HELD.search(line.text) or find_dates(line.text)):
            continue
        for n in namings(line.text):
            better = said is None or (said[0].round is None and n.round is not None and alike(n.series, said[0].series))
            if better and n.series is not None and _may_be(n, in_title, line):
                said = (n, line)
        if said is not None and said[0].round is not None:
            break
    return said


def _may_be(n: Naming, in_title: Naming | None, line: Line) -> bool:
    """Whether a sentence names the report's own meeting: series and round are the title's, and it is not one that had been or will be."""
    if in_title is not None and not alike(n.series, in_title.series) and (in_title.round is not None or n.round is None):
        return False
    if in_title is not None and in_title.round is not None and n.round not in (None, in_title.round):
        return False
    before = line.text[: n.start]
    if n.round is None and ((n.series and is_body(n.series)) or _OF_ANOTHER.search(before)):
        return False
    if _ASIDE.search(before) and (in_title is None or in_title.round is None):
        return False
    return _ANOTHER_TIME.match(line.text, n.end) is None


def _better(said: str, printed: str) -> str:
    return said if printed.isupper() and not said.isupper() else fuller(said, printed)


def _recased(series: str, lines: Sequence[Line]) -> str:
    """A name in capitals as the text writes it elsewhere; else word by word, words that the text has in capitals left so."""
    pattern = re.compile(r"\s+".join(map(re.escape, series.split())), re.IGNORECASE)
    mixed = [line.text for line in lines if not line.text.isupper()]
    for text in mixed:
        if (m := pattern.search(text)) is not None and not m.group().isupper():
            return m.group()
    written = set(re.findall(r"[A-Z]{2,}", " ".join(mixed)))
    words = [
        w
        if w in written or re.search(r"[\d.]", w)
        else w.lower()
        if w.lower() in _SMALL
        else "-".join(p.capitalize() for p in w.split("-"))
        for w in series.split()
    ]
    return " ".join(words)

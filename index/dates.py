"""Dates in English prose: every form that reports and questions use, with exact offsets.

A date needs a year. A caller that knows the year from elsewhere ("From 3 to 5 May, ..." under a title with "2018") passes `year`, and days
without one are then found too. A number alone is a year only between 1900 and 2099, and not after "resolution", "No." or the like.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

Precision = Literal["day", "month", "season", "year"]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date or period written at [start, end) of a text, with its first and last day, both included."""

    start: int
    end: int
    first: date
    last: date
    precision: Precision


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
# Meteorological seasons. "Winter 2019" is read as the one that ends in 2019, "winter 2018/19" as what it says.
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_PARTS = {
    "first half": (1, 6),
    "second half": (7, 12),
    "latter half": (7, 12),
    "first quarter": (1, 3),
    "second quarter": (4, 6),
    "third quarter": (7, 9),
    "fourth quarter": (10, 12),
    "last quarter": (10, 12),
    "final quarter": (10, 12),
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
}
# Two days joined by "and" are one meeting's days when they are this near, else two dates.
_NEAR = timedelta(days=7)

_M = r"(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WD = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)?"
_D = rf"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b|\.(?=\s?(?:[/–-]|{_M}))|(?![\w]))"
_Y = r"(?:19|20)\d\d(?![\d])(?!\w)"
_DASH = r"[-‐‑–—−]"
_TO = rf"(?:\s*{_DASH}{{1,2}}\s*|\s+(?:up\s+)?(?:to|through|thru|until|till)\s+)"
_AND = r"(?:\s*(?:,|&|/|\+)\s*|\s*,?\s+and\s+)"
_JOIN = rf"(?:{_TO}|{_AND})(?:(?:on|from)\s+)?(?:the\s+)?"
_OF = r"\s*(?:of\s+)?"
_SY = r"(?:\s*,\s*|\s+(?:of\s+)?)"  # between a month or day and its year
_HEAD = r"(?<![\w/])(?<![\d][.,:])(?<!\d[-–])"


def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Tried in this order; what one has claimed, no later one may touch.
_DMY_RANGE = _rx(
    rf"{_HEAD}(?P<d1>{_D}){_OF}(?P<m1>{_M})(?:{_SY}(?P<y1>{_Y}))?,?(?P<join>{_JOIN}){_WD}(?P<d2>{_D}){_OF}(?P<m2>{_M})(?:{_SY}(?P<y2>{_Y}))?"
)
_DAYS_MY = _rx(rf"{_HEAD}(?P<days>{_D}(?:,?{_JOIN}{_WD}{_D}){{0,6}}){_OF}(?P<m>{_M})(?:{_SY}(?P<y>{_Y}))?")
_MDY_RANGE = _rx(
    rf"{_HEAD}(?P<m1>{_M})\s*(?P<d1>{_D})(?:{_SY}(?P<y1>{_Y}))?,?(?P<join>{_JOIN}){_WD}(?P<m2>{_M})\s*(?P<d2>{_D})(?:{_SY}(?P<y2>{_Y}))?"
)
_M_DAYS_Y = _rx(rf"{_HEAD}(?P<m>{_M})\s*(?:the\s+)?(?P<days>{_D}(?:,?{_JOIN}{_WD}{_D}){{0,6}})(?:{_SY}(?P<y>{_Y}))?")
_ISO = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_ISO_RANGE = _rx(rf"(?<![\w.-])(?P<a>{_ISO})(?:T[\d:.]+Z?)?(?:(?:\s*[–—/]\s*|\s+-\s+|\s+to\s+)(?P<b>{_ISO}))?(?![\w-])")
_YMD = _rx(r"(?<![\w.-])(?P<y>(?:19|20)\d\d)[/.](?P<m>0?[1-9]|1[0-2])[/.](?P<d>0?[1-9]|[12]\d|3[01])(?![\w])")
_DOTTED = _rx(
    rf"(?<![\w.,])(?:(?P<d1>\d\d?)\.?(?:(?P<m1>\d\d?)\.)?\s*{_DASH}\s*)?(?P<d2>\d\d?)\.\s?(?P<m2>\d\d?)\.\s?(?P<y>(?:19|20)\d\d)(?![\w])"
)
_SLASHED = _rx(r"(?<![\w/])(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<y>(?:19|20)\d\d)(?![\w/])")
_MONTHS_RANGE = _rx(rf"(?<!\w)(?P<m1>{_M})(?:{_SY}(?P<y1>{_Y}))?(?P<join>{_TO}|\s*/\s*|\s+and\s+)(?P<m2>{_M}){_SY}(?P<y2>{_Y})")
_MY = _rx(rf"(?<!\w)(?P<m>{_M}){_SY}(?P<y>{_Y})")
_ISO_MONTH = _rx(r"(?<![\w.-])(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2])(?![\w-])")
_SEASON = _rx(rf"(?<!\w)(?P<s>spring|summer|autumn|fall|winter){_SY}(?P<y>{_Y})(?:\s*[/–-]\s*(?P<y2>(?:20)?\d\d)(?!\d))?")
_PART = _rx(rf"(?<!\w)(?P<p>{'|'.join(_PARTS)}){_SY}(?P<y>{_Y})")
_YEARS = _rx(r"(?<![\w./$€£-])(?P<a>(?:19|20)\d\d)(?P<join>\s*[–-]\s*|\s+(?:to|through|until)\s+)(?P<b>(?:19|20)\d\d|\d\d)(?![\w/])")
_YEAR = _rx(rf"(?:(?<![\w./$€£#-])|(?<=mid-)|(?<=late-)|(?<=early-))(?P<y>{_Y})(?![-‐]\w)")
# "the 2018 meeting" is a year; "resolution 1929", "No. 2016" and "2016 warheads" are not.
_NO_YEAR_BEFORE = _rx(r"(?:resolutions?|UNSCR|S/RES/|no\.|nos\.|nr\.|number|room|pp?\.|page|§|convention|article|suite)\s*$")
_NO_YEAR_AFTER = _rx(
    r"\s*(?:%|°|(?:per\s?cent|percent|k[mg]|kilomet\w+|met\w{2,3}s|miles|tons|tonnes|people|persons|participants|warheads|missiles|"
    r"troops|soldiers|MW|GW|"
    r"dollars|euros|hours|days|times|,\d{3})(?!\w))"
)

_RANGE = _rx(_TO)
_BETWEEN = _rx(r"\bbetween\s+(?:the\s+)?$")

_Found = tuple[int, int, date, date, Precision]


def find_dates(text: str, start: int = 0, end: int | None = None, *, year: int | None = None) -> list[DateSpan]:
    """Every date in `text[start:end]`, left to right, without overlap; offsets are into `text`.

    "March 15-16, 2017" is one span. "8 and 20 June 2016" is two, as days joined by "and" that are over a week apart. Impossible dates
    ("31 June 2016") are not found. With `year`, days that are written without a year are taken to be of that year.
    """
    stop = len(text) if end is None else min(end, len(text))
    found: list[DateSpan] = []
    taken = bytearray(len(text))
    for pattern, read in _FORMS:
        position = start
        while (m := pattern.search(text, position, stop)) is not None:
            spans = [] if 1 in taken[m.start() : m.end()] else _valid(read, m, year)
            for span in spans:
                taken[span[0] : span[1]] = b"\x01" * (span[1] - span[0])
                found.append(DateSpan(*span))
            position = m.end() if spans else m.start() + 1
    return sorted(found, key=lambda s: s.start)


def _valid(read: Callable[[re.Match[str], int | None], Iterator[_Found]], m: re.Match[str], year: int | None) -> list[_Found]:
    try:
        return [s for s in read(m, year) if s[2] <= s[3]]
    except ValueError:  # no such day
        return []


def _month(word: str) -> int:
    return _MONTHS[word.casefold().rstrip(".")]


def _day(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _two_dates(m: re.Match[str], year: int | None) -> Iterator[_Found]:
    """30 November and 1 December 2021; December 28 - January 2, 2019."""
    written = m["y2"] or m["y1"]
    if not written and year is None:
        return
    last_year = int(m["y2"]) if m["y2"] else int(m["y1"]) if m["y1"] else year or 0
    last = date(last_year, _month(m["m2"]), _day(m["d2"]))
    first = date(int(m["y1"]) if m["y1"] else last_year, _month(m["m1"]), _day(m["d1"]))
    together = _is_range(m, m["join"])
    if first > last and not m["y1"] and (together or last + timedelta(days=366) - first <= _NEAR):
        first = first.replace(year=last_year - 1)
    if not together and abs(last - first) > _NEAR:
        yield m.start(), m.start("join"), first, first, "day"
        yield _second(m), m.end(), last, last, "day"
        return
    yield m.start(), m.end(), first, last, "day"


def _is_range(m: re.Match[str], join: str) -> bool:
    """Whether `join` reads as "to": a dash, "to", or the "and" of "between ... and"."""
    return bool(_RANGE.search(join) or _BETWEEN.search(m.string[max(0, m.start() - 16) : m.start()]))


def _second(m: re.Match[str]) -> int:
    return min(m.start("m2"), m.start("d2"))


def _days(m: re.Match[str], year: int | None) -> Iterator[_Found]:
    """15-16 March 2017; May 3, 4 and 5, 2018; 3 May 2019."""
    if not m["y"] and year is None:
        return
    the_year = int(m["y"]) if m["y"] else year or 0
    found = [(d.start() + m.start("days"), d.end() + m.start("days"), _day(d.group())) for d in re.finditer(_D, m["days"], re.IGNORECASE)]
    found = [f for f in found if f]
    dates = [date(the_year, _month(m["m"]), day) for _, _, day in found]
    if any(a >= b for a, b in pairwise(dates)):
        return
    ranged = _is_range(m, m["days"])
    if ranged or all(b - a <= _NEAR for a, b in pairwise(dates)):
        yield m.start(), m.end(), dates[0], dates[-1], "day"
        return
    for number, (day, (at, to, _)) in enumerate(zip(dates, found, strict=True)):
        begin = m.start() if number == 0 else at
        finish = m.end() if number == len(dates) - 1 else to
        yield begin, finish, day, day, "day"


def _iso(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    first = date.fromisoformat(m["a"])
    yield m.start(), m.end(), first, date.fromisoformat(m["b"]) if m["b"] else first, "day"


def _ymd(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    day = date(int(m["y"]), int(m["m"]), int(m["d"]))
    yield m.start(), m.end(), day, day, "day"


def _dotted(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    last = date(int(m["y"]), int(m["m2"]), int(m["d2"]))
    first = date(last.year, int(m["m1"] or m["m2"]), int(m["d1"])) if m["d1"] else last
    yield m.start(), m.end(), first, last, "day"


def _slashed(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    """15/03/2017 and 03/15/2017 are days; 03/04/2017 may be either of two, so only its year is sure."""
    a, b, year = int(m["a"]), int(m["b"]), int(m["y"])
    if a <= 12 and b <= 12 and a != b:
        yield m.start(), m.end(), date(year, 1, 1), date(year, 12, 31), "year"
        return
    day = date(year, b, a) if a > 12 or a == b else date(year, a, b)
    yield m.start(), m.end(), day, day, "day"


def _months(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    last_year, one, two = int(m["y2"]), _month(m["m1"]), _month(m["m2"])
    first_year = int(m["y1"]) if m["y1"] else last_year - (one > two)
    if "and" in m["join"] and not _is_range(m, m["join"]) and (first_year, one + 1) != (last_year, two):
        yield m.start(), m.start("join"), date(first_year, one, 1), _last(first_year, one), "month"
        yield m.start("m2"), m.end(), date(last_year, two, 1), _last(last_year, two), "month"
        return
    yield m.start(), m.end(), date(first_year, one, 1), _last(last_year, two), "month"


def _one_month(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    month = int(m["m"]) if m["m"].isdigit() else _month(m["m"])
    yield m.start(), m.end(), date(int(m["y"]), month, 1), _last(int(m["y"]), month), "month"


def _iso_month(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    """2017-03; but 2010-12 is, in prose, a range of years."""
    if int(m["m"]) > int(m["y"]) % 100:
        yield from _years_between(m, int(m["y"]), int(m["m"]))
        return
    yield from _one_month(m, _year)


def _season(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    year, season = int(m["y"]), m["s"].casefold()
    if season == "winter":
        ends = year if m["y2"] is None else year + 1
        yield m.start(), m.end(), date(ends - 1, 12, 1), _last(ends, 2), "season"
        return
    one, two = _SEASONS[season]
    yield m.start(), m.end() if m["y2"] is None else m.end("y"), date(year, one, 1), _last(year, two), "season"


def _part(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    one, two = _PARTS[re.sub(r"\s+", " ", m["p"].casefold())]
    yield m.start(), m.end(), date(int(m["y"]), one, 1), _last(int(m["y"]), two), "season"


def _years(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    first = int(m["a"])
    # "2018-19" is a range; "2018 to 30" is a year and a number.
    if len(m["b"]) == 2 and not re.fullmatch(r"[–-]", m["join"]):
        return
    yield from _years_between(m, first, int(m["b"]))


def _years_between(m: re.Match[str], first: int, last: int) -> Iterator[_Found]:
    last = last if last >= 100 else first // 100 * 100 + last
    if last > first:
        yield m.start(), m.end(), date(first, 1, 1), date(last, 12, 31), "year"


def _one_year(m: re.Match[str], _year: int | None) -> Iterator[_Found]:
    text = m.string
    if _NO_YEAR_BEFORE.search(text[max(0, m.start() - 16) : m.start()]) or _NO_YEAR_AFTER.match(text, m.end()):
        return
    yield m.start(), m.end(), date(int(m["y"]), 1, 1), date(int(m["y"]), 12, 31), "year"


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], Iterator[_Found]]], ...] = (
    (_ISO_RANGE, _iso),
    (_YMD, _ymd),
    (_DOTTED, _dotted),
    (_SLASHED, _slashed),
    (_DMY_RANGE, _two_dates),
    (_MDY_RANGE, _two_dates),
    (_DAYS_MY, _days),
    (_M_DAYS_Y, _days),
    (_MONTHS_RANGE, _months),
    (_MY, _one_month),
    (_ISO_MONTH, _iso_month),
    (_SEASON, _season),
    (_PART, _part),
    (_YEARS, _years),
    (_YEAR, _one_year),
)

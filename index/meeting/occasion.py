"""When and where a meeting was held, from the sentences about it and the lines under its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import DateSpan, find_dates
from index.meeting.lines import Line
from index.meeting.ordinals import OCCASION
from index.meeting.places import city, city_in, is_remote, scene_in
from index.meeting.rounds import Segment, segments
from index.meeting.title import Printed, dated_title, years_of
from index.names import Names

HELD = re.compile(
    r"\b(?:held|took\s+place|taken\s+place|met|meets|(?:re)?convened|convoked|gathered|(?:co-?)?hosted|assembled|organi[sz]ed|brought\s+together|"
    r"came\s+together|conducted|arranged|staged|hosts|"
    r"in\s+session|bringing\s+together|convenes|opened|travelled|traveled|ran|welcomed|(?:came|went|moved|returned)\s+to)\b",
    re.IGNORECASE,
)
_AN_OCCASION = (
    r"(?:rounds?|meetings?|workshops?|dialogues?|conferences?|seminars?|forums?|roundtables?|round\s+tables?|symposi\w+|events?|"
    r"trilaterals?|consultations?|talks|retreats?|sessions?|gatherings?|"
    r"process|convening|discussions?|exchange|colloquium|track|participants?|experts?|scholars?|officials?|representatives?|"
    r"delegates?|specialists?|policy-?makers?|practitioners?|"
    r"venue|people|persons|partners|hosts?|organi[sz]ers?|conven[eo]rs?|academics?|analysts?|scientists?|diplomats?|institut\w+|"
    r"cent(?:re|er)s?|foundations?|councils?|group|delegations?|researchers?|members)"
)
# A sentence whose subject is none of these says nothing of the meeting.
_ABOUT_IT = re.compile(
    rf"\b(?:{_AN_OCCASION}|universities|organi[sz]ations|authorities|mayors|ministers|elders)\b|^(?:It|They|We)\b", re.IGNORECASE
)
_SIDE_EVENT = re.compile(
    r"\b(?:dinner|lunch(?:eon)?|reception|banquet|site\s+visit|field\s+visit|excursion|tour|press\s+conference|book\s+launch|"
    r"side\s+event|ceremony)\b",
    re.IGNORECASE,
)
_BEYOND = re.compile(
    r"\s(?:to\s+(?:discuss|review|examine|explore|consider|address|assess|exchange|take\s+stock|reflect|debate|share)|where|(?:weeks?|"
    r"days?|months?|years?)\s+(?:before|after|ahead)|ahead\s+of|before|after|following|"
    r"since|prior\s+to|in\s+preparation|discuss(?:ed|ing)|review(?:ed|ing)|in\s+the\s+wake|against\s+the|in\s+(?:the\s+)?light\s+of|that)\s"
)
_NOT_ITS_DATE = re.compile(
    r"\b(?:(?<!week\s)(?<!end\s)(?<!middle\s)(?<!beginning\s)(?<!start\s)(?<!days\s)(?<!days,\s)(?<!month\s)(?<!half\s)(?<!morning\s)(?<!afternoon\s)(?<!evening\s)(?<!night\s)of|since|before|after|until|till|by|dated|following|signed|adopted|posted|published|announced|issued|than|agreement|treaty|declaration|statement|summit|resolution|award|elections?|referendum|test|attacks?|invasion)"
    r"\s+(?:(?:on|in|of|the|early|late|mid)\s+)*(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\bin\s+[^,;()]{2,40}(?:,[^,;()]{2,30})?,?\s+(?:\(|on\s+|from\s+|between\s+)?(?:the\s+|\w+day,?\s+)?$")
_VENUE_WAS = re.compile(r"\b[Vv]enue\s+(?:was|is|of)\b|\bmeeting\s+place\s+was\b")
_FOUNDED = re.compile(r"\b(?:founded|established|created|launched|initiated)\b[^,;]*$")
_BEGAN = re.compile(r"\b(?:began|begun|started)\b[^,;]*$")
_ENDS_IN = re.compile(rf"\b(?:{OCCASION})s?\s+(?P<where>in)\s+[A-ZÀ-Þ][^,;:]*$", re.IGNORECASE)
_ENDS_IN_CITY = re.compile(r"\s(?=in\s+[A-ZÀ-Þ][\w'’.-]+(?:\s+[A-ZÀ-Þ][\w'’.-]+){0,2}(?:,\s+[A-ZÀ-Þ][\w ]+)?\.?$)")
_STARTS = re.compile(r"\W*(?:on|in|from|between|over|during|at|for|held)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Occasion:
    """First and last day and city, each None when not proved, with the lines that prove them."""

    first: date | None = None
    last: date | None = None
    place: str | None = None
    when_proof: Line | None = None
    where_proof: Line | None = None


def own_segments(opening: Sequence[Line], series: str | None, number: int | None) -> list[tuple[Line, Segment]]:
    """The stretches of the opening sentences that are about this meeting, or about no other."""
    found = []
    for line in opening:
        for segment in segments(line.text, series, number):
            named = segment.about == "own"
            if (named or segment.about == "open") and not _SIDE_EVENT.search(segment.text) and (named or _ABOUT_IT.search(segment.text)):
                found.append((line, segment))
    return found


def occasion_of(
    title: Line, opening: Sequence[Line], printed: Sequence[Printed], series: str | None, number: int | None, names: Names
) -> Occasion:
    """When and where: from sentences about this very meeting, else from labelled lines and date lines, else from the title.

    A day goes before a month, wherever it stands.
    """
    own = own_segments(opening, series, number)
    # What names this round comes before what merely reports some meeting.
    own.sort(key=lambda pair: not (pair[1].about == "own" and (pair[1].named or pair[1].round is not None)))
    years = years_of(title.text, printed)
    year = years.pop() if len(years) == 1 else None
    when, where, remote = None, None, False
    for line, segment in own:
        day = when_in(segment, None) or (when_in(segment, year) if year else None)
        if day is not None and (when is None or (when[0].precision != "day" and day.precision == "day")):
            when = (day, line)
        if where is None and not remote and (HELD.search(segment.text) or segment.named or "enue" in segment.text):
            remote = is_remote(segment.text)
            if not remote and (named := where_in(segment, names)) is not None:
                where = (named, line)
    for fact in printed:
        if fact.day is not None and (when is None or (when[0].precision != "day" and fact.day.precision == "day")):
            when = (fact.day, fact.line)
        if where is None and not remote and fact.place is not None:
            where = (fact.place, fact.line)
        remote = remote or fact.remote
    from_title = dated_title(title.text)
    if from_title is not None and (when is None or (when[0].precision != "day" and from_title.precision == "day")):
        when = (from_title, title)
    if where is None and not remote and (named := _in_title(title.text, names)) is not None:
        where = (named, title)
    if where is None and not remote and (named := _at_its_end(title.text, opening, names)) is not None:
        where = (named, title)
    if when is not None and when[0].precision not in ("day", "month"):
        when = None
    return Occasion(
        when[0].first if when else None,
        when[0].last if when else None,
        where[0] if where else None,
        when[1] if when else None,
        where[1] if where else None,
    )


def when_in(segment: Segment, year: int | None) -> DateSpan | None:
    """The day, or at least month, on which a segment says that it was held."""
    text = segment.text
    dates = [d for d in find_dates(text, year=year) if d.precision in ("day", "month")]
    verbs = [(m.start(), m.end()) for m in HELD.finditer(text)]
    best: DateSpan | None = None
    for day in dates:
        summit = segment.named and re.search(r"\b[Ss]ummit\s+(?:\w+\s+)?on\s+$", text[: day.start]) is not None
        if not is_its_date(text, day) and not summit:  # "gathered for the 37th Summit on 12 November"
            continue
        before = [v for v in verbs if v[1] <= day.start]
        leads = bool(verbs) and _leads(text[: day.start])
        if before:
            # The main verb: the first, or one that follows a clause between commas.
            mains = [before[0], *(v for v in before if text[: v[0]].rstrip().endswith(","))]
            held = any(not _BEYOND.search(text[end - 1 : day.start]) for _, end in mains)
        else:
            held = (
                leads
                or segment.named
                or (segment.about == "own" and re.search(r"[(,]\s*(?:[^(),\d]+,\s*)*$", text[: day.start]) is not None)
            )
        if held and (best is None or (best.precision != "day" and day.precision == "day")):
            best = day
    return _whole(text, best) if best is not None else None


def is_its_date(text: str, day: DateSpan) -> bool:
    """Whether the words before a date leave it to the occasion: not "before the summer of 2021", "the treaty of 3 May 2010"."""
    before = text[: day.start]
    if _FOUNDED.search(before) or (day.precision != "day" and _BEGAN.search(before)):
        return False
    return _NOT_ITS_DATE.search(before) is None


def _whole(text: str, day: DateSpan) -> DateSpan:
    """ "opened on 3 May 2019 and closed on 5 May 2019": both days."""
    if day.first != day.last or not re.search(r"\b(?:opened|began|started|ran|lasted)\b", text[: day.start]):
        return day
    closing = re.search(r"\b(?:closed|ended|concluded|finished|until|to)\b", text[day.end :])
    after = [d for d in find_dates(text, day.end) if d.precision == "day"] if closing else []
    if after and day.first < after[0].last <= day.first + timedelta(days=14):
        return DateSpan(day.start, after[0].end, day.first, after[0].last, "day")
    return day


def _leads(before: str) -> bool:
    """Whether the words before a date are the opening of its sentence: "On ", "In Jeddah on ", "From the "."""
    before = re.sub(r"^[\w\s]{1,40}\b(?:later|afterwards|thereafter|earlier),?\s+", "", before)
    if not before.strip():
        return True
    if not _STARTS.match(before) or len(before) > 70:
        return False
    return re.search(r"\b(?:margins|sidelines)\b", before) is not None or not re.search(
        rf"\b(?:of|after|before|since|when)\b|\b{_AN_OCCASION}\b|,", before, re.IGNORECASE
    )


def where_in(segment: Segment, names: Names) -> str | None:
    """The city in which a segment says that it was held."""
    text = segment.text
    for verb in HELD.finditer(text):
        if (found := city_in(text, names, verb.end())) is not None:
            return found
    if (day := when_in(segment, None)) is not None and (found := _beside(text, day, names)) is not None:
        return found
    if (venue := _VENUE_WAS.search(text)) is not None and (found := city_in(text, names, venue.end())) is not None:
        return found
    last = _ENDS_IN_CITY.search(text) if segment.named else None  # "convened the Trilateral on Critical Supply Chains in Perth."
    if last and HELD.search(text, 0, last.start()) and (found := city_in(text, names, last.start(), near_date=True)) is not None:
        return found
    if (found := scene_in(text, names)) is not None or not (segment.named or re.match(r"(?:In|At)\s", text)):
        return found
    return city_in(text, names)


def _beside(text: str, day: DateSpan, names: Names) -> str | None:
    """The city next to the date: "(Tartu, 2-3 October 2023)", "on security in Asia in Seoul on 3 May 2018", "on 8 July in Windhoek"."""
    before = text[: day.start]
    if (m := re.search(r"\(([^(),\d]+),\s*(?:[^(),\d]+,\s*)?$", before)) is not None and (found := city(m[1].strip(), names)) is not None:
        return found
    if (lead := _IN_BEFORE.search(before)) is not None and (found := city_in(before, names, lead.start(), near_date=True)) is not None:
        return found
    return city_in(text, names, day.end, near_date=True) if re.match(r",?\s+(?:in|at)\s", text[day.end :]) else None


def _at_its_end(title: str, opening: Sequence[Line], names: Names) -> str | None:
    """ "Notes from the Andean Dialogue in Tarija": a title's last word, which an opening sentence names as a place, too."""
    m = _ENDS_IN.search(title)
    named = city_in(title, names, m.start("where")) if m is not None else None
    return named if named and any(re.search(rf"\b(?:in|from|to|at)\s+{re.escape(named)}\b", line.text) for line in opening) else None


def _in_title(title: str, names: Names) -> str | None:
    """ "Report of the Dialogue, Tartu, 2-3 October 2023": a city beside the date in a title."""
    for day in find_dates(title):
        if (said := city_in(title[: day.start], names, near_date=True)) is not None:
            return said
        found = None
        for piece in reversed(re.split(r"\s*[,:(|]\s*|\s+[–—-]\s+", title[: day.start].rstrip(" ,(|–—-"))):
            if (here := city(piece.strip(), names)) is None and not (found is None and names.country(piece)):
                break
            found = here or found
        if found:
            return found
    return None

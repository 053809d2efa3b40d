"""A report's own title, and the lines printed under it: where and when, and labels such as "Venue:"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from index.dates import DateSpan, find_dates
from index.meeting.lines import Line, fold
from index.meeting.places import city, city_in, is_remote
from index.names import Names
from index.report import Block, Passage, Report

# What stands above a title, or names the kind of paper instead of the meeting.
_MASTHEAD = re.compile(
    r"^(?:menu|home|search|contents?|table of contents|publications?|events?|news|reports?|(?:conference|workshop|meeting|event|dialogue|"
    r"policy|trip|summary) "
    r"(?:reports?|summary|summaries|brief\w*|notes?)|policy brief.*|working paper.*|(?:issue|report|paper|no\.?|number|volume|"
    r"vol\.?) ?\d.*|executive summary|summary|introduction|"
    r"background|overview|(?:\w+ )?draft(?: \d+| text)?|confidential|press release|for (?:immediate )?release|for official use.*|"
    r"embargoed\b.*|"
    r"not for (?:quotation|citation|attribution|distribution|circulation).*|(?:un)?official (?:text|translation|transcript)|"
    r"(?:distr(?:ibution)?|original|ref(?:erence)?|our ref|document|doc|no)\b\.?\s*:.*|(?=\S*\d)(?=\S*[/.])[A-Z\d][\w./()-]*|"
    r".{0,4}\d{4}.{0,4}|skip to .*|!?\[(?:image|img|logo|photo|picture|figure|graphic)\b.*\]|[^|]+(?:\|[^|]+){2,}|"
    r"(?:fetched|saved|archived|captured|downloaded|retrieved|printed|accessed|scanned)\b.*|"
    r"share(?: this| on| via| with|:)?(?: .{1,40})?|(?:"
    + r"january|february|march|april|may|june|july|august|september|october|november|december"
    + r") \d{4})$",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"^(?:the )?(?:\S+ )*?(?:institut\w*|universit\w+|council|foundation|cent(?:re|er)|academy|society|association|house|stiftung|"
    r"think tank)(?: (?:of|for|on) (?!.*(?:dialogue|round|meeting|workshop|report))\S.*)?$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"(?:[:–—&-]|\b(?:of|on|the|a|an|and|for|in|to|with|from|at|between|under|by))$", re.IGNORECASE)
_NOT_THE_MEETING = re.compile(
    r"\b(?:posted|published|updated|modified|issued|released|created|accessed|retrieved|printed|"
    r"fetched|archived|captured|downloaded|scanned|saved|min(?:ute)?s? read|by admin|last|"
    r"submitted|received|revised|version|draft|copyright|©|uploaded|embargo\w*|written|"
    r"prepared|circulated|registration|deadline|author|press|newsletter|issue|vol\.?|volume|no\.|report|brief|resolution|treaty|"
    r"agreement)\b",
    re.IGNORECASE,
)
_WHEN_LABEL = re.compile(
    r"^\W*(?:(?:meeting|event|conference|workshop|dialogue)\s+)?(?P<what>dates?(?:\s+(?:and|&|/)\s+(?:place|venue|location))?|when|"
    r"date of (?:the )?(?:meeting|event|workshop|dialogue)|dates of (?:the )?\w+|held(?: on)?|time and place)\s*[:|]\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_WHERE_LABEL = re.compile(
    r"^\W*(?:(?:meeting|event|conference|workshop|dialogue)\s+)?(?:venue|place|location|where|city|held (?:in|"
    r"at))(?:\s+and\s+dates?)?\s*[:|]\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"^\W*(?:from|to|cc|subject|re|memorandum)\s*[:|]", re.IGNORECASE)
_SHORT = 140


def title_of(report: Report, passages: Sequence[Passage]) -> tuple[str, int, int]:
    """The title, white space folded, and the span of the heading that prints it (empty at 0 where no heading does)."""
    headings = [b for b in report.blocks if b.kind == "heading" and fold(report.text[b.start : b.end])]
    named = [b for b in headings if not _MASTHEAD.match(fold(report.text[b.start : b.end]))] or headings
    first = named[0].end if named else 0  # what stands above is a notice or a mark
    body = next((p.start for p in passages if p.start >= first and p.kind in ("body", "item") and p.sentences), len(report.text))
    early = [b for b in named if b.start <= body] or named  # a section's heading may be larger than the title
    highest = min((b.level for b in early), default=1)  # a document's number may stand above its title, and larger
    top = [b for b in early if b.level == highest]
    choice = _choose([b for b in top if b.start <= body] or top[:1], report)
    if choice is not None:
        return choice
    hint = fold(report.title_hint or "")
    if hint:
        return re.split(r"\s+[|–—·]\s+(?=[^|–—·]*$)", hint)[0], 0, 0
    return fold(re.sub(r"[_-]+", " ", PurePosixPath(report.report_id).stem)) or report.report_id, 0, 0


def _choose(top: list[Block], report: Report) -> tuple[str, int, int] | None:
    """The first heading that is no masthead; with the next, where the title runs over two."""
    if not top:
        return None
    texts = [fold(report.text[b.start : b.end]) for b in top]
    first = next((i for i, t in enumerate(texts) if not _MASTHEAD.match(t) and not _INSTITUTION.match(t)), 0)
    start, end, text = _without_date_line(report, top[first])
    for block, more in zip(top[first + 1 :], texts[first + 1 :], strict=True):
        between = report.text[end : block.start]
        capitals = text.isupper() and more.isupper()
        runs_on = _UNFINISHED.search(text) or re.match(r"[a-zß-ÿ]|(?:of|on|and|for|in)\b", more.lower() if capitals else more)
        if between.strip() or more in text or not runs_on:
            break
        text, end = f"{text} {more}", block.end
    return text, start, end


def _without_date_line(report: Report, block: Block) -> tuple[int, int, str]:
    """A heading's span and text without a last line that says only where and when: it is a date line, not the title's end."""
    printed = report.text[block.start : block.end]
    cut = printed.rstrip().rfind("\n")
    if cut > 0 and fold(printed[:cut]):
        last = fold(printed[cut:])
        days = [d for d in find_dates(last) if d.precision == "day"]
        if days and days[-1].end == len(last.rstrip(" .)")) and not re.search(r"[a-z]{4}", re.sub(r"[A-Z]\w+|\b(?:from|held)\b", "", last)):
            return block.start, block.start + cut, fold(printed[:cut])
    return block.start, block.end, fold(printed)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed line says of the meeting; `sure` when a label or a range of days leaves no doubt."""

    line: Line
    day: DateSpan | None
    place: str | None
    remote: bool = False


def printed_facts(heads: Sequence[Line], names: Names) -> list[Printed]:
    """The date lines and labelled lines near the title, in order."""
    letter = any(_LETTER.match(line.text) for line in heads)
    found = []
    for line in heads:
        if (m := _WHEN_LABEL.match(line.text)) is not None:
            if m["what"].casefold() == "date" and letter:
                continue
            day = _first_day(find_dates(m["rest"]))
            found.append(Printed(line, day, _place_beside(m["rest"], names), is_remote("held " + m["rest"])))
        elif (m := _WHERE_LABEL.match(line.text)) is not None:
            remote = re.match(r"(?:online|virtual|zoom|webex|video)", m["rest"], re.IGNORECASE) is not None
            found.append(Printed(line, _first_day(find_dates(m["rest"])), None if remote else _place_beside(m["rest"], names), remote))
        elif len(line.text) <= _SHORT and line.start >= 0 and (fact := _date_line(line, names)) is not None:
            found.append(fact)
    return found


def _first_day(dates: list[DateSpan]) -> DateSpan | None:
    return next((d for d in dates if d.precision == "day"), next((d for d in dates if d.precision == "month"), None))


def _date_line(line: Line, names: Names) -> Printed | None:
    """ "Tartu, 2-3 October 2023", "Beijing, China | May 3–5, 2018", "15–16 March 2017": a line that says nothing but where and when."""
    if _NOT_THE_MEETING.search(line.text):
        return None
    days = [d for d in find_dates(line.text) if d.precision == "day"]
    if len(days) != 1:
        return None
    day = days[0]
    rest = re.sub(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "", line.text[: day.start] + " | " + line.text[day.end :])
    rest = re.sub(r"^\W*(?:[Hh]eld|[Mm]eeting|[Cc]onvened)\s+(?=in|at|on)", "", rest)
    if re.search(r"\b[a-z]{4,}\b", re.sub(r"\b(?:from|upon|held)\b", "", rest)):
        return None  # a sentence, not a line of places
    place = _place_beside(rest, names)
    if place is None and day.first == day.last:
        return None  # a day alone under a title is more often the day it was posted
    return Printed(line, day, place)


def _place_beside(text: str, names: Names) -> str | None:
    """The city in the pieces of a printed line."""
    for day in reversed(find_dates(text)):
        text = text[: day.start] + " | " + text[day.end :]
    if (named := city_in(text, names, near_date=True)) is not None:
        return named
    pieces = [p.strip(" .()") for p in re.split(r"\s*[,;|•·/]\s*|\s+[–—-]\s+|[()]", text)]
    whole = "Washington, D.C." if re.search(r"\bWashington,? D\.?C\b", text) else None
    return whole or next((c for p in pieces if (c := city(p, names)) is not None), None)


def dated_title(title: str) -> DateSpan | None:
    """The day or month in a title, or None."""
    return _first_day(find_dates(title))


def years_of(title: str, printed: Sequence[Printed]) -> set[int]:
    """The years that the title and the lines under it name."""
    spans = find_dates(title) + [p.day for p in printed if p.day]
    return {d.year for s in spans for d in (s.first, s.last) if isinstance(d, date)}

"""The countries whose participants took part: by the series' name, by lists of who came, by who spoke; not those merely talked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.meeting.lines import Line, fold
from index.names import Mention, Names
from index.report import Passage, Report

_PREFIXES = {"Sino": "China", "Franco": "France", "Russo": "Russia", "Anglo": "United Kingdom", "Indo": "India"}
_PEOPLE = (
    r"(?:participants?|delegates?|delegations?|attendees|speakers?|experts?|scholars?|specialists?|representatives?|officials?|"
    r"diplomats?|academics?|researchers?|analysts?|"
    r"scientists?|officers?|practitioners?|policy-?makers?|parliamentarians?|journalists?|members?|guests?|panell?ists?|interlocutors?|"
    r"persons|people|leaders?|thinkers?|teams?|"
    r"former\s+officials?|think\s+tanks?|institutions?|institutes?|observers?|lawyers?|economists?|military|students?|countries|"
    r"delegations)"
)
_CAME = re.compile(
    rf"\b(?P<who>{_PEOPLE})\b(?P<mid>[^.;:]{{0,90}}?)\b(?:(?:came|come|coming|drawn|hailed|hailing|travelled|traveled|attended|arrived|"
    rf"joined|each|chosen|invited)\s+)*\bfrom\s+(?=\S)",
    re.IGNORECASE,
)
_GATHER = re.compile(
    r"\b(?:took\s+part|participated|attended|gathered|met|convened|came|come|coming|drawn|brought\s+together|bringing\s+together|"
    r"assembled|joined|attended\s+by|represented|present|comprised|included|"
    r"hosted|invited|engaged|held|organi[sz]ed|participants?|one\s+speaker\s+each|took\s+place|gathering|united|delegations?)\b",
    re.IGNORECASE,
)
_STRONG = r"(?:participants?|delegates?|delegations?|speakers?|panell?ists?|discussants?|attendees?|presenters?|interlocutors?)"
_SIDE = rf"(?:{_STRONG}|sides?|moderators?|co-?chairs?)"
_ABSENT = re.compile(
    r"\b(?:nobody|no\s+one|none|no\s+(?:\w+\s+)?(?:participants?|delegates?|delegations?|experts?|speakers?|representatives?)|without|"
    r"absence\s+of|absent|unable\s+to\s+attend|not\s+(?:attend|present|represented|invited|able|take\s+part|participate)|"
    r"declined|withdrew|did\s+not\s+(?:attend|come|take\s+part|participate|send)|could\s+not|regretted|apologies|excused)\b",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"\s+(?:(?:was|were)\s+(?:all\s+|each\s+|both\s+)?represented|(?:each\s+|both\s+|all\s+)?sent\s+(?:\w+\s+){0,3}?(?:delegat|"
    r"participant|expert|speaker|representative|scholar)|(?:each\s+|both\s+|all\s+)?took\s+part\s+in\s+(?:the|this)\s+(?:meeting|"
    r"dialogue|workshop|round|forum|seminar|conference))"
)
_BETWEEN = re.compile(
    r"\b(?:[Dd]ialogue|[Ff]orum|[Rr]ound|[Mm]eeting|[Cc]onsultations?|[Tt]alks|[Rr]oundtable|[Ee]xchange|[Ww]orkshop|[Cc]onference|"
    r"[Tt]rilateral|[Ss]eminar)s?\s+(?:(?:was\s+)?held\s+)?(?:between|among|of|with)\s+(?=\S)"
)
_PARTY = re.compile(
    r"^\W*(?:participants?|participating\s+countries|countries(?:\s+represented)?|delegations?|attendance|attendees|"
    r"present)\s*[:|–—-]\s*(?P<list>\S.*)$",
    re.IGNORECASE,
)
_PERSON_COLUMN = re.compile(r"(?:full )?names?|participants?|initials|attendees?|delegates?|speakers?", re.IGNORECASE)
_COUNTRY_COLUMN = re.compile(r"country(?: of origin)?|countries|nationality|state|delegation", re.IGNORECASE)
_LISTING = re.compile(r"\b(?:participants?|delegates|delegations?|attendees|attendance)\b", re.IGNORECASE)
# "from five countries: A, B and C"; "from all Parties, namely, A and B".
_NAMELY = re.compile(
    r"^(?:\S+\s+){1,4}?(?:countries|states|parties|members|nations|economies|sides)\s*(?:[,:(–—-]\s*)+(?:namely\s*[,:]?\s*|including\s+)?",
    re.IGNORECASE,
)
# A verb of saying between "participants" and "from" makes the countries what was spoken of.
_SAYING = re.compile(
    r"\b(?:that|whether|how|on|about)\b|\b(?!drawn|included|comprised|represented|involved|engaged|retired|travelled|traveled|joined|"
    r"gathered|invited|based|hailed|united|distinguished|"
    r"selected|attended|participated|convened)\w{3,}ed\b",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|some|many)"
# "French, Italian and Spanish scholars attended": people who came, not people who are spoken of.
_ATTENDED = re.compile(
    rf"(?:\s+[a-z-]+){{0,2}}\s+{_PEOPLE}(?:\s+(?:and|as\s+well\s+as)\s+[a-z\s-]{{3,30}})?\s+(?:also\s+|then\s+|both\s+)?(?:attended|"
    rf"took\s+part|participated|met\b|gathered|convened|came\s+together|assembled|were\s+present)",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\s*(?:,|;|/|&|[()]|\band\b|\bas\s+well\s+as\b|\bplus\b|\balong\s+with\b|\bboth\b|\bthe\b|\bfrom\b|\bor\b|\bEurope\b|\bfrom\b|"
    r"\b(?:\d+|"
    r"one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:\w+\s+)?(?=from\b)|\s)*\s*",
    re.IGNORECASE,
)


def named_together(text: str, names: Names) -> set[str]:
    """Countries joined in a name: "Canada-Japan-Russia", "Swiss–Chinese", "Sino-Japanese"; a country alone in a name says nothing."""
    spaced = re.sub(r"(?<=[\w.])\s?[-–—/]\s?(?=[A-Z])", " - ", text)
    runs: list[list[str]] = []
    end = -1
    marks = [(m.start, m.end, m.country) for m in names.mentions(spaced) if m.form != "government"]
    marks += [(m.start(), m.end(), _PREFIXES[m.group()]) for m in re.finditer(r"\b(?:" + "|".join(_PREFIXES) + r")(?= - )", spaced)]
    for start, stop, country in sorted(marks):
        gap = spaced[end:start] if end >= 0 else ""
        if end >= 0 and re.fullmatch(r" - ", gap):
            runs[-1].append(country)
        else:
            runs.append([country])
        end = stop
    whole = names.mentions(text)
    together = {c for run in runs if len(set(run)) > 1 for c in run}
    if together:
        return together
    # "India, France and Australia Dialogue"; "Dialogue between China and the United Kingdom".
    if (m := _BETWEEN.search(text)) is not None:
        listed = country_run(text, m.end(), names)
        if len(listed) > 1:
            return set(listed)
    if len(whole) > 1 and re.fullmatch(r"(?:,|,? and|\s|&|the)*", "".join(text[a.end : b.start] for a, b in pairwise(whole))):
        return (
            {m.country for m in whole}
            if re.match(
                r"\s+(?:[A-Z][\w-]*\s+)*(?:[Dd]ialogue|[Ff]orum|[Tt]rilateral|[Rr]ound|[Cc]onsultation|[Tt]rack)", text[whole[-1].end :]
            )
            else set()
        )
    return set()


def country_run(text: str, start: int, names: Names) -> list[str]:
    """The countries listed from `start` on, as long as nothing but commas and "and" stands between them."""
    found: list[str] = []
    end = start
    for m in names.mentions(text[start:]):
        if not _GAP.fullmatch(text, end, start + m.start):
            break
        if m.form == "government":
            break
        found.append(m.country)
        end = start + m.end
    return found


def came_from(line: str, names: Names) -> set[str]:
    """The countries in "Participants came from A, B and C" and the like; [] when the sentence lists nobody, or only who stayed away."""
    found: set[str] = set()
    if (label := _PARTY.match(line)) is not None:
        listed = label["list"]
        position = m.end() if (m := re.search(r"\bfrom\s+", listed)) else 0
        return set(country_run(listed, position, names))
    if (
        listing := re.search(r"\b(?:countries|delegations)\s+(?:represented|present|participating|taking\s+part)\s+(?:were|are)\s+", line)
    ) is not None:
        found |= set(country_run(line, listing.end(), names))
    mentions = names.mentions(line)
    for i, last in enumerate(mentions):
        if (_SENT.match(line, last.end) or (last.form == "demonym" and _ATTENDED.match(line, last.end))) and not _ABSENT.search(line):
            first = i
            while first and _GAP.fullmatch(line, mentions[first - 1].end, mentions[first].start):
                first -= 1
            found |= {m.country for m in mentions[first : i + 1] if m.form != "government"}
    for m in _CAME.finditer(line):
        clause = re.split(r"[;:]|\bbut\b", line[: m.end()])[-1]
        if _ABSENT.search(clause) or not _GATHER.search(line) or _SAYING.search(m["mid"]):
            continue
        after = _NAMELY.sub("", line[m.end() :])
        run = country_run(after, 0, names)
        if run and not _ABSENT.match(re.sub(r"^[^;,.]*?\b(?=(?:was|were|did|could|declined|withdrew)\b)(?:was|were)?\s*", "", after)):
            found |= set(run)
    return found


def absent(line: str, names: Names) -> set[str]:
    """The countries of which a sentence says that nobody came."""
    found: set[str] = set()
    for m in re.finditer(
        r"\b(?:nobody|no\s+one|none|no\s+(?:\w+\s+)?(?:participants?|delegates?|delegations?|experts?|representatives?|"
        r"speakers?))\s+from\s+",
        line,
        re.IGNORECASE,
    ):
        found |= set(country_run(line, m.end(), names))
    for m in re.finditer(r"\babsence\s+of\s+", line):
        found |= set(country_run(line, m.end(), names))
    for mention in names.mentions(line):
        if re.match(
            r"(?:\s+\w+){0,2}\s+(?:was|were)\s+(?:not\s+(?:represented|present|able\s+to\s+(?:attend|come))|absent|"
            r"unable\s+to\s+(?:attend|come))|\s+(?:\w+\s+)?did\s+not\s+(?:attend|take\s+part)|\s+declined\s+(?:the\s+invitation|"
            r"to\s+attend)",
            line[mention.end :],
        ):
            found.add(mention.country)
    return found


def speaking(text: str, names: Names, *, sides: bool) -> set[str]:
    """The countries whose participants hold something in `text`: "Japanese participants", "participants from Thailand".

    With `sides` also "the French side", which in a report without a list of who came says that France did.
    """
    noun = _SIDE if sides else _STRONG
    found: set[str] = set()
    run: list[Mention] = []
    for m in names.mentions(text):
        if m.form == "government" and not (run and run[-1].end < m.start):
            continue
        if run and not re.fullmatch(
            rf"(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+|\s*/\s*|\s+or\s+|\s*-\s*)(?:{_NUMBER}\s+)?", text[run[-1].end : m.start]
        ):
            run = []
        run.append(m)
        if re.match(
            rf"(?:\s+(?:government|academic|expert|former|young|academic|civilian|military|retired))?\s+{noun}\b(?!\s+(?:to|"
            rf"at)\s+the\s+(?:UN|United|Conference|IAEA|talks))",
            text[m.end :],
        ):
            before = text[max(0, run[0].start - 24) : run[0].start]
            if not re.search(r"\b(?:no|nor|without|of\s+the|absence\s+of|between|neither|if|any)\s+(?:the\s+)?$", before, re.IGNORECASE):
                found |= {x.country for x in run}
            run = []
    for m2 in re.finditer(rf"\b{_STRONG}\s+from\s+", text, re.IGNORECASE):
        if not re.search(r"\b(?:no|without|any)\s+(?:\w+\s+)?$", text[max(0, m2.start() - 20) : m2.start()], re.IGNORECASE):
            found |= set(country_run(text, m2.end(), names))
    if (them := re.search(r"\b(?:one|another|two|some|several)\s+of\s+them,\s+from\s+", text, re.IGNORECASE)) is not None:
        found |= set(country_run(text, them.end(), names))
    return found - absent(text, names)


def in_column(report: Report, passages: Sequence[Passage], names: Names) -> tuple[set[str], Line | None]:
    """The countries in the column "Country" of a table of the people present, and its first row."""
    found: set[str] = set()
    first: Line | None = None
    column: int | None = None
    for before, passage in zip((None, *passages), passages, strict=False):
        if passage.kind != "table":
            continue
        cells = [fold(report.text[a:b]) for a, b in passage.cells]
        if before is None or before.kind != "table":
            people = any(_PERSON_COLUMN.fullmatch(cell) for cell in cells)
            column = next((i for i, cell in enumerate(cells) if people and _COUNTRY_COLUMN.fullmatch(cell)), None)
            continue
        country = names.country(cells[column]) if column is not None and column < len(cells) else None
        if country is not None:
            found.add(country)
            first = first or Line(passage.start, passage.end, fold(report.text[passage.start : passage.end]), "cell")
    return found, first


def on_the_list(lines: Iterable[Line], names: Names) -> set[str]:
    """The countries that head the groups of a list of participants."""
    found: set[str] = set()
    listing = False
    for line in lines:
        country = names.country(line.text.strip(" :*"))
        if line.zone == "heading" and not (listing and country):
            listing = bool(_LISTING.search(line.text)) and len(line.text) < 60
        elif listing and country and _LISTING.search(line.heading + line.text + " participants"):
            found.add(country)
    return found

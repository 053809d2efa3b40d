"""The city of a meeting, in the words that say where it was held: not the venue, not the country."""

from __future__ import annotations

import re

from index.meeting.ordinals import OCCASION
from index.names import Names

# Cities that share their name with a country (or stand for one).
_CITY_STATES = set(
    "Singapore|Monaco|Luxembourg|Djibouti|San Marino|Hong Kong|Macau|Macao|Kuwait City|Panama City|Guatemala City|Mexico City".split("|")
)
_VENUE = re.compile(
    r"\b(?:Room|Hall|Hotel|Inn|Resort|Institut\w*|Universit\w+|Cent(?:re|er)|Headquarters|House|Palace|Palais|Schloss|Embassy|Consulate|"
    r"Mission|Ministry|Building|"
    r"Academy|Castle|Club|Campus|Library|College|School|Museum|Villa|Manor|Park|Tower|Plaza|Hilton|Marriott|Sheraton|Hyatt|Foundation|"
    r"Council|"
    r"Association|Society|Secretariat|Office|Offices|Auditorium|Theat(?:re|er)|Estate|Abbey|Monastery|Chamber|Parliament|Forum|Stiftung|"
    r"Think Tank)\b"
)
_REGION = re.compile(
    r"^(?:(?:North|South|East|West|Central|Northern|Southern|Eastern|Western|North-?east|South-?east|Northeast|Southeast|Inner|Outer|"
    r"Middle|Far|Latin|Sub-Saharan|Greater|Indo-?)[- ]?)*"
    r"(?:Asia|Europe|Africa|America|Americas|Pacific|Asia-Pacific|Indo-Pacific|Atlantic|Arctic|Antarctica?|East|West|North|South|Gulf|"
    r"Balkans|Caucasus|Baltics|Mediterranean|"
    r"Eurasia|Oceania|Caribbean|Levant|Sahel|Horn of Africa|Alps|Peninsula|Islands?|Sea|Ocean|Strait|Region|Union|EU|ASEAN|NATO|UN|"
    r"United Nations|World|Track|Chatham House Rule)$"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
_NO_CITY = re.compile(
    rf"\d|^[A-Z]{{2,}}$|^(?:On|In|At|By|From|The|An?|Of|For|To|With|Between|This|It|And)$|^(?:{_MONTH}|{_DAY}|(?:Spring|Summer|Autumn|Fall|Winter|Track|Phase|Annex|Appendix|Part|Chapter|Figure)\b)|"
    r"\b(?:Reports?|Summary|Notes|Dialogues?|Trilateral|Round|Roundtable|Table|Workshops?|Conferences?|Seminar|Consultations?|Talks|"
    r"Process|Meetings?|Symposium|Summit|Exchange|Initiative|Group|Retreat|Congress|Session|Participants?|Agenda|Programme|Chair\w*|"
    r"Committee|Treaty|War|Pandemic|Zoom|Webex|Skype|Microsoft|Teams)\b"
)
_WORD = r"(?:St\.|Ste\.|Mt\.|D\.C\.|(?:[A-ZÀ-ÖØ-ÞĀ-Ž]|['‘’]s-|[Dd]['’](?=[A-Z]))[\w'’-]*[\wßà-ž])"
_RUN = rf"(?:The\s+)?{_WORD}(?:\s+(?:(?:de|da|do|dos|del|di|la|le|el|al|am|an|der|upon|es|of|the|na|sur|en|au)\s+){{0,2}}{_WORD})*"
_IN = re.compile(
    rf"\b(?P<prep>in|at|In|At|(?:(?<=met )|(?<=held )|(?<=gathered )|(?<=convened ))near)\s+"
    rf"(?P<lead>(?:the\s+)?(?:(?:[\w-]+\s+){{0,3}}(?:city|capital|town|port|resort|village|"
    rf"municipality)(?:\s+of|,)?\s+"
    rf"|(?:downtown|central|historic|nearby|beautiful|sunny|the\s+heart\s+of)\s+)?)(?P<name>{_RUN})"
)
_SCENE = re.compile(
    rf"(?P<name>{_RUN})\s+(?:(?:was|had\s+been|is|provided|served\s+as|became)\s+(?:again\s+)?(?:the|its)\s+(?:\w+\s+)?"
    r"(?:scene|venue|site|setting|seat|location|meeting\s+place|backdrop|host\s+city)\b|(?:hosted|received|welcomed)\s+(?:the|a|our|"
    rf"this)\s+(?:[\w-]+\s+){{0,6}}?{OCCASION}\b)"
)
_GOAL = re.compile(
    rf"\b(?:(?:travell?ed|came|moved|returned)\s+(?:\S+\s+){{0,9}}?|(?:invited|welcomed|brought)\s+(?:\S+\s+){{0,24}}?)"
    rf"(?:together\s+)?to\s+(?P<name>{_RUN})"
)
_PLANNED = re.compile(rf"\b(?:planned|scheduled|foreseen|expected|envisaged|set|slated)\s+for\s+(?P<name>{_RUN})")
# "at its Ludlow premises"; "back from Tartu, where the Dialogue met".
_PREMISES = re.compile(
    rf"\bat\s+(?:its|their|the)\s+(?P<name>{_RUN})\s+(?:premises|campus|headquarters|offices?|seat|base|home|venue|conference\s+cent(?:re|er))\b"
)
_WHERE_MET = re.compile(
    rf"\b(?:from|in|to)\s+(?P<name>{_RUN}),?\s+where\s+(?:the|our|this|we)\b[^.;]{{0,80}}?\b(?:met|was\s+held|took\s+place|convened|gathered)\b"
)
_TAIL = re.compile(rf"\s*,\s*(?:(?:in|near|outside)\s+)?(?P<name>{_RUN})")
# From here on the words are about the agenda, or about another event.
_BEYOND = re.compile(
    r"\s(?:to\s+(?:discuss|review|examine|explore|consider|address|assess|exchange|take stock|reflect|debate|share|analy[sz]e)|where|"
    r"weeks?\s+(?:before|after|ahead)|days?\s+(?:before|after|ahead)|"
    r"months?\s+(?:before|after|ahead)|ahead\s+of|before|after|following|since|prior\s+to|in\s+preparation|in\s+advance|in\s+cooperation|"
    r"in\s+partnership)\s"
)
_REMOTE = re.compile(
    r"\b(?:by|via|through|over|using)\s+(?:a\s+|an\s+|the\s+)?(?:\w+\s+)?(?:video\s*-?(?:link|conferenc\w+)|videolink|zoom|webex|"
    r"teleconference|teams|online|webinar|internet)|"
    r"\b(?:held|met|convened|took\s+place|meeting|hosted|organi[sz]ed|gathered)\s+(?:entirely\s+|fully\s+|exclusively\s+)?(?:online|"
    r"virtually|remotely)\b|"
    r"\b(?:virtual|online)\s+(?:\w+\s+){0,2}?(?:round|meeting|workshop|dialogue|conference|seminar|roundtable|session|consultation|"
    r"symposium|event|forum|gathering)s?\b|"
    r"\bin\s+(?:a\s+)?(?:virtual|online)\s+(?:format|form|mode|setting)\b|\bvirtual(?:ly)?\s+(?:on|from|by)\b|\bin\s+cyberspace\b",
    re.IGNORECASE,
)


def is_remote(text: str) -> bool:
    """Whether `text` says that the meeting was held by video or online, and names no hall beside it."""
    return _REMOTE.search(text) is not None and not re.search(
        r"\bhybrid\b|\bin[- ]person\b|\band\s+(?:online|virtually|by\s+video)", text, re.IGNORECASE
    )


def city_in(text: str, names: Names, start: int = 0, *, near_date: bool = False) -> str | None:
    """The city after "in" (or after the venue: "at the Palais des Nations, Geneva") in `text[start:]`, or None.

    `near_date` lets a city pass that stands after words such as "on security in ...".
    """
    stop = m.start() if (m := _BEYOND.search(text, start)) else len(text)
    for m in _IN.finditer(text, start, stop):
        between = text[start : m.start()]
        if not near_date and re.search(
            r"\b(?:on|about|regarding|concerning)\s+(?!\d|the\s+\d|the\s+(?:margins|sidelines|occasion|campus|premises)|"
            + _MONTH
            + "|"
            + _DAY
            + ")",
            between,
        ):
            return None
        met_at = m["prep"].lower() == "at" and re.search(r"\b(?:held|met|convened|gathered|place)\s+$", text[: m.start()]) is not None
        if met_at and not _TAIL.match(text, m.end()) and (found := _city(m["name"], names)) is not None:
            return found  # "held at Port Vila"
        if m["prep"].lower() in ("in", "near") and (found := _city(m["name"], names, lead=bool(m["lead"]))) is not None:
            return _with_district(found, text, m.end())
        rest = m.end()
        while (tail := _TAIL.match(text, rest)) is not None and not re.match(_MONTH + "|" + _DAY, tail["name"]):
            at_venue = _VENUE.search(m["name"]) or m["prep"].lower() == "at"
            if at_venue and (found := _city(tail["name"], names)) is not None:
                return _with_district(found, text, tail.end())
            rest = tail.end()
    return None


def _with_district(name: str, text: str, end: int) -> str:
    return "Washington, D.C." if name == "Washington" and re.match(r",?\s+D\.?\s?C\b", text[end:]) else name


def scene_in(text: str, names: Names) -> str | None:
    """The city in "Saint-Louis had been the scene of the second meeting", "Tartu hosted the fourth workshop", "travelled to Tartu"."""
    found = (m for said in (_SCENE, _GOAL, _PLANNED, _PREMISES, _WHERE_MET) for m in said.finditer(text))
    for m in found:
        if (scene := _city(m["name"], names)) is not None:
            return scene
    return None


def city(name: str, names: Names) -> str | None:
    """The city that a printed piece such as "Victoria" or "Hotel Okura" names by itself, or None."""
    return _city(name, names) if re.fullmatch(_RUN, name) or name.startswith("Washington") else None


def _city(name: str, names: Names, *, lead: bool = False) -> str | None:
    """`name` if it can be a city's. `lead`: words such as "the city of" vouch for it."""
    name = re.sub(rf"['’]s$|\s+(?:{_MONTH}|{_DAY}).*$", "", name.strip())
    if re.fullmatch(r"Washington,? D\.?C\.?", name):
        return "Washington, D.C."
    if name in _CITY_STATES:
        return name
    if not name or any(sign.search(name) for sign in (_NO_CITY, _VENUE, _REGION)):
        return None
    found = names.mentions(name)
    country = not lead and any(x.end - x.start == len(name) and x.form == "name" for x in found)
    return None if country or any(x.form == "demonym" for x in found) else name

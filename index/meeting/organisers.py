"""The institutions that held a meeting, from the verbs of hosting and the lists beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.dates import find_dates
from index.meeting.ordinals import ORDINAL
from index.names import Names

_ORG = re.compile(
    r"\b(?:Institut\w*|Universit\w+|Universidade?|Cent(?:re|er|ro|rum)|Zentrum|Council|Foundation|Fondation|Funda[cç]\w+|Stiftung|House|"
    r"Academy|Acad[eé]mi\w+|Society|Association|"
    r"Ministry|School|College|Agency|Lab|Laborator\w+|Network|Initiative|Forum|Secretariat|Committee|Commission|Group|Project|"
    r"Program(?:me)?|Office|Department|Trust|"
    r"Observator\w+|Chamber|Embassy|Think Tank|Union|League|Federation|Corporation|Company|Bank|Endowment|Conference|Conferences|Bureau|"
    r"Board|Authority|Organi[sz]ation|"
    r"Studies|Service|Movement|Fund|Fellowship|Alliance|Partnership|Collegium|Instituut|Kreis|Sti[f]tung|Gesellschaft|Roundtable|"
    r"Delegation|Mission|Government|Parliament|Park|group)\b"
)
_ACRONYM = re.compile(r"^[A-Z][A-Za-z]*[A-Z][A-Za-z&/-]*$|^[A-Z]{2,}(?:[-/ ][A-Z][\w-]*)?$")
_CO = r"(?:(?:jointly|also|kindly|generously|graciously)\s+)?(?:co-?)?(?:jointly\s+)?"
_VERB = (
    rf"{_CO}(?:hosted|organi[sz]ed|convened|convoked|arranged|sponsored|held|run|staged|initiated|called|put\s+together|set\s+up|"
    r"facilitated)"
)
_BY = re.compile(
    rf"\b{_VERB}(?:\s+(?:and|,)\s+{_VERB})*(?:\s+(?!by\b)(?:in|at|on|from|under|since|every|each)\s+[^;:]{{1,90}}?)?,?\s+(?:jointly\s+|"
    rf"together\s+)?by\s+(?=\S)",
    re.IGNORECASE,
)
_BY_LABEL = re.compile(
    r"^\W*(?:co-?)?(?:organi[sz](?:ers?|ed by|ing (?:institutions?|partners?|committee))|hosts?(?:ed by)?|conven(?:ers?|ors?|ed by)|"
    r"(?:co-?)?hosted by|"
    r"institutional hosts?|partners?|implementing partners?|co-?(?:hosts|organi[sz]ers|conven[eo]rs))\s*[:|–—-]\s*(?P<list>\S.*)$",
    re.IGNORECASE,
)
_WERE = re.compile(
    r"(?:^|\b(?:[Tt]he|[Ii]ts|[Jj]oint|[Oo]ur)\s+)(?:\w+\s+){0,2}?(?:[Cc]o-?)?(?:[Hh]osts?|[Oo]rgani[sz]ers?|[Cc]onven[eo]rs?|co-?hosts|"
    r"co-?organi[sz]ers|[Pp]artners?|institut\w+\s+behind\s+(?:it|the\s+\w+)|(?:[Oo]rgani[sz]|conven|host)ing\s+(?:institutions|"
    r"institutes|partners|centres|centers|bodies)|host\s+institut\w+)\s+"
    r"(?:on\s+this\s+occasion\s+)?(?:were|was|are|is),?\s+(?:(?:as\s+(?:before|always|ever|in\s+\w+(?:\s+\w+)?)|again|once\s+(?:more|again)),?\s+)?(?=\S)"
)
_SUBJECT = re.compile(
    rf"(?:\b(?:has|have|had)\s+)?\b{_CO}(?:hosted|organi[sz]ed|convened|arranged|sponsored|held|partnered|brought\s+together|brought(?=\s[^.;]{{3,200}}?\sto\s+[A-Z])|"
    rf"acted\s+as\s+(?:co-?)?(?:hosts?|organi[sz]ers?|conven[eo]rs?)|"
    r"organi[sz]es?|convenes?|hosts?|co-?organi[sz]es?|runs?|ran|took\s+turns|called|(?:was|were|is|are)\s+(?:(?:the|"
    r"its|joint|common)\s+)*(?:co-?)?(?:hosts?|organi[sz]ers?|conven[eo]rs?|partners?)|served\s+as\s+(?:co-?)?(?:hosts?|organi[sz]ers?|conven[eo]rs?)|"
    r"(?:shared|provided|ran|formed)\s+(?:the|its)\s+(?:joint\s+)?(?:secretariat|organi[sz]ation|hosting)|"
    r"joined\s+(?:forces|hands)|played\s+host|teamed\s+up|invited|gathered|assembled|welcomed)\b"
)
_WITH = re.compile(
    r"(?:\b(?:together|jointly|along)\s+with|\bin\s+(?:close\s+)?(?:cooperation|co-operation|partnership|collaboration|conjunction|"
    r"association)\s+with|\bpartnered\s+with|"
    r"\bpartnership\s+with|(?:\bteamed\s+up|\bjoined\s+(?:forces|hands))\s+with|\bas\s+(?:co-?)?hosts?,?\s+with|(?:\bco-?(?:hosted|"
    r"organi[sz]ed|convened)|\bhosted|\borgani[sz]ed|\bconvened)\s+with)\s+(?=\S)",
    re.IGNORECASE,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)"
_INVITATION = re.compile(
    r"\b(?:(?:[Aa]t|[Oo]n|[Uu]pon)\s+(?:the|a)\s+(?:kind\s+|joint\s+)?(?:invitation|initiative)\s+of|\bguests?\s+of|"
    r"thanks\s+to\s+the\s+(?:\w+\s+)?(?:hospitality|generosity)\s+of|"
    r"[Uu]nder\s+the\s+(?:joint\s+)?(?:auspices|aegis|umbrella)\s+of|"
    r"(?:joint|common|shared|an|the)\s+(?:effort|undertaking|project|venture|initiative|enterprise|event|product|activity|work)\s+(?:of|by|"
    r"between)|"
    r"[Bb]ehind\s+(?:it|the\s+\w+)\s+(?:stood|stand|are|were|is|was)|responsib\w+\s+(?:\w+\s+){0,5}?(?:were|was|lay\s+with|rested\s+with|"
    r"are|is|lies\s+with|rests\s+with))\s+(?=\S)"
)
# "with the A as host and the B as partner"; "acted as host, with A and B as partners"; "hosted ... with A and B".
_AS_HOST = re.compile(
    r"\bwith\s+(?=[^;.]{3,160}?\s(?:acting\s+|serving\s+)?as\s+(?:its\s+|the\s+|a\s+)?(?:co-?)?(?:hosts?|organi[sz]ers?|partners?|"
    r"conven[eo]rs?)\b)|"
    r"\b(?:hosts?|hosted|convened|organi[sz]ed|arranged)\b[^.;]*?,?\s+with\s+(?=(?:the\s+)?[A-ZÀ-Þ])"
)
# What ends a list of institutions.
_STOP = re.compile(
    r"\s*(?:[;:!?]|\band\s+(?:was\s+|were\s+)?[a-z-]+ed\b|\bfor\s+(?:(?:its|their|this)\b|(?:the\s+|an?\s+)?"
    + ORDINAL
    + r"\b)|\.(?:\s|$)|\bas\s+(?:partners?|co-?hosts?|co-?organi[sz]ers?|well)\b|\s(?:on(?=\s+(?:[\da-z]|"
    + _MONTH
    + r"))|from|under|with\s+(?:the\s+)?(?:\w+\s+)?(?:support|assistance|funding|financial|help|sponsorship)|"
    r"thanks|to|which|who|whose|where|while|that|was|were|is|are|has|have|had|brought|convened|hosted|organi[sz]ed|held|welcomed|invited|for\s+(?:a|an|two|three|its|their|"
    r"the\s+\w+\s+time)|between|during|within|before|after|gathered|at\s+(?:the|its|a)|attended|supported|funded|acted|served)\b|"
    r"\s[–—-]\s|,\s+(?:and\s+)?(?:supported|funded|sponsored|with|which|who|whose|where|in\s+the|on|under|bringing|gathering|attended|"
    r"led|chaired|took|was|held|at)\b)"
)
_LINK = re.compile(
    r"(?:,?\s*(?:together|jointly|along)\s+with|,?\s*in\s+(?:close\s+)?(?:cooperation|co-operation|partnership|collaboration|conjunction|"
    r"association)\s+with|,?\s+(?:and\s+)?with|"
    r",?\s+as\s+well\s+as)\s+(?:its\s+|their\s+)?(?:(?:local|regional|partner|the)\s+)*(?=[“\"A-ZÀ-Þ])"
)
_OF_PLACE = re.compile(
    r"(?P<name>(?:\S+\s+)+?\S*\s*(?:Cent(?:re|er)|Institute|Foundation|House|Forum|Lab|Society|Council|Association|Network|"
    r"Group))\s+of\s+(?P<place>[A-ZÀ-Þ][\w'’-]*)$"
)
_FOREIGN = re.compile(
    r"(?P<name>(?:Fundaci[oó]n|Funda[cç]ão|Fondation|Instituto|Institut|Centro|Centre|Istituto|Stiftung)\s+\S.*\S)\s+of\s+(?P<place>[A-ZÀ-Þ][\w'’-]*)$"
)
_SUBJECT_WORD = re.compile(
    r"(?:ics|logy|graphy|ence|ance|tion|sion|ment|ity|ing|ies|ship|ism|ure|ory|fare|th)$|^(?:Peace|Law|Sciences?|Europe|Asia|Africa|"
    r"Energy|Trade|Defen[cs]e|Diplomacy|Strategy|Medicine|Finance|Commerce|Arts|"
    r"Affairs|Nations|States|Women|Youth|Freedom|Democracy|Churches|Experts|Scholars|Directors|Ministers|Elders|Friends|War|Nature|Water|"
    r"Space|Oceans?|Journalists)$"
)
_ADJECTIVE = re.compile(r"[a-z](?:al|ic|ive|ary|ian|ean|ern)$")  # "for Political | and International Studies"
_CITY_TAIL = re.compile(r",?\s+\(?\b(?:(?:in|based\s+in|from)\s+(?:its|their|the|[A-ZÀ-Þ])|at\s+(?:its|their|the))[\w .'’-]*\)?$")
_SMALL = r"(?:of|for|and|the|on|in|de|des|du|da|do|di|la|le|del|der|für|und|et|e|y|to|&|at|van|zu|den)"
_FULL = re.compile(
    rf"((?:[A-ZÀ-Þ][\w’'.-]*)(?:(?:\s+{_SMALL}){{0,3}}\s+[A-ZÀ-Þ&à-ž][\w’'.-]*)*)\s+\((?:the\s+|hereafter\s+|"
    rf"henceforth\s+)?[“\"]?([A-Z][A-Za-z&/-]*[A-Z][A-Za-z-]*)[”\"]?\)"
)


def acronyms(text: str) -> dict[str, str]:
    """Acronym -> full name, wherever the folded `text` gives one as "Full Name (ACR)"."""
    found: dict[str, str] = {}
    for m in _FULL.finditer(text):
        full = re.sub(r"^(?:The|An?)\s+", "", m[1])
        words = re.split(r"[\s-]+", full)
        # The name begins at the word whose initials spell the acronym, so that "Ambassador X of the Steppe Institute" sheds its front.
        for i, word in enumerate(words):
            if word[:1] == m[2][:1] and _spells(words[i:], m[2]):
                found.setdefault(m[2], full if i == 0 else full[full.index(word) :])
                break
    return found


def _spells(words: list[str], acronym: str) -> bool:
    initials = [w[:1].upper() for w in words]
    letters = [c for c in acronym.upper() if c.isalpha()]
    at = 0
    for initial in initials:
        if at < len(letters) and initial == letters[at]:
            at += 1
    return at == len(letters) or (at >= 2 and at >= len(letters) - 1)


def organisers_in(text: str, names: Names) -> list[str]:
    """The institutions that a sentence or labelled line says held the meeting, in its order; [] when it says nothing of the kind."""
    if (label := _BY_LABEL.match(text)) is not None:
        return split_list(re.sub(r"\s*[;|]\s*(?:the\s+)?", ", the ", label["list"]), names)
    found: list[str] = []
    for pattern in (_BY, _WERE, _INVITATION):
        for m in pattern.finditer(text):
            found += split_list(text[m.end() :], names)
    active = _SUBJECT.search(text)
    if not found and active is not None:
        found += _subject(text[: active.start()], names)
    if found or (active is None and re.search(_VERB, text, re.IGNORECASE)):
        for pattern in (_WITH, _AS_HOST):
            for m in pattern.finditer(text):
                found += split_list(text[m.end() :], names)
    # "led by Ambassador Arai" and "hosted by Helen Marchetti" name people.
    return list(dict.fromkeys(found)) if any(_is_body(o) for o in found) else []


def _is_body(name: str) -> bool:
    return _ORG.search(name) is not None or _ACRONYM.match(name) is not None or len(name.split()) > 3


def _subject(before: str, names: Names) -> list[str]:
    """The institutions that are the subject of an active verb: the noun phrases at the end of `before`."""
    before = re.sub(r"\s+(?:has|have|had|also|jointly|recently|again)$", "", before.rstrip(" ,"))
    before = (
        re.sub(r"^.*?(?:\b(?:19|20)\d\d,|\b\d{1,2}(?:\s+[A-Z][a-z]+)?,(?:\s+(?:19|20)\d\d,)?|[;:])\s+", "", before)
        if re.search(r"\d,\s|[;:]\s", before)
        else before
    )
    before = re.sub(r"^(?:On|In|From|At|As|After|Before|Following|Under|With|Within|Ahead|During|Between|Building)\s+[^,]*,\s+", "", before)
    if re.match(r"(?:On|In|From|Between|Over)\s", before) and (days := find_dates(before)) and days[0].start < 20:
        before = before[days[0].end :]
    if between := re.search(r"\s[–—-]\s(.+?)\s[–—-]?$|:\s+(.+)$", before + " "):
        before = between[1] or between[2]
    # A clause with a verb of its own is no list of institutions.
    if re.search(r"\b(?:is|was|were|are|that|which|who|whose|participants?|experts?|it|they|this|meeting|round)\b", before, re.IGNORECASE):
        return []
    found = split_list(before, names)
    return found if all(_ORG.search(o) or _ACRONYM.match(o) for o in found) else []


def split_list(text: str, names: Names) -> list[str]:
    """Institutions from the beginning of `text`, without brackets and places: "the A (AA) of Manila, B and C for International Peace"."""
    text = re.sub(r"\s*\([^()]*\)", "", text)
    text = re.sub(r"\s*\[[^\[\]]*\]", "", text)
    text = _LINK.sub(", the ", text)
    stop = _STOP.search(text)
    text = re.sub(r"\s+and$", "", (text[: stop.start()] if stop else text).strip(" ,."))  # "by the A and was held"
    pieces = re.split(r"(\s*,\s*(?:and\s+|&\s+)?|\s+and\s+|\s+&\s+|\s*/\s*(?=[A-Z]))", text)
    found: list[str] = []
    for i in range(0, len(pieces), 2):
        piece, glue = pieces[i].strip(), pieces[i - 1] if i else ""
        bare = _bare(piece)
        if not bare or (found and _is_place(bare, names) and not _ORG.search(bare)):
            continue
        if not _starts_name(bare):
            break
        if not found or _is_another(piece, bare, glue, found[-1], leans=i > 0 and _leans(pieces, i)):
            found.append(bare)
        elif "," not in glue or _continues(pieces, i):
            found[-1] += re.sub(r"\s+", " ", glue) + bare  # "Institute for Security and Development Policy"
        elif "and" in glue or "&" in glue:
            found[-1] += re.sub(r"\s+", " ", glue) + bare
        else:
            break
    return [o for o in (_without_place(o, names) for o in found) if _looks_like_org(o)]


def _is_another(piece: str, bare: str, glue: str, last: str, *, leans: bool) -> bool:
    """Whether a piece of a list is an institution of its own, and not the rest of the name before it."""
    if re.match(r"(?:the|its|their|both)\s", piece) or _ACRONYM.match(bare):
        return True
    if _ORG.search(bare) and (_ACRONYM.match(last) or (_ORG.search(last) and not leans)):
        return True
    return "," not in glue and not _ORG.search(last)  # "Clingendael and Brookings"


def _leans(pieces: list[str], i: int) -> bool:
    """Whether "Centre for Peace and | Security Studies" would be torn: the piece is bound to a bare "for X" before it."""
    hangs = re.search(r"\b(?:for|of|on)\s+(?:[\w-]+\s+)?(?P<last>[\w-]+)$", pieces[i - 2])
    if hangs is None:
        return False
    adjective = _ADJECTIVE.search(hangs["last"]) is not None and "the" not in pieces[i].split()[:1]
    return adjective or re.match(r"(?:\w+\s+){0,2}Studies\b", pieces[i].strip()) is not None


def _continues(pieces: list[str], i: int) -> bool:
    """Whether a comma lies inside a name: "Institute for Economics, Politics and Law"."""
    return (
        i + 2 < len(pieces)
        and "and" in pieces[i + 1]
        and not re.match(r"the\s", pieces[i + 2])
        and not _ORG.search(pieces[i + 2])
        and bool(re.search(r"\b(?:for|of|on)\b", pieces[i - 2]))
    )


def _bare(piece: str) -> str:
    piece = _outer_quotes_off(piece.strip(" ‘’',–—-"))
    piece = re.sub(r"^(?:[Bb]oth\s+)?(?:[Tt]he|its|their|our|an?)\s+", "", piece)
    piece = re.sub(r"^(?:[A-Z][\w.-]*-based|(?:[a-z-]+\s+){1,3})\s*(?=[A-ZÀ-Þ])", "", piece)
    return _outer_quotes_off(re.sub(r"^(?:The)\s+", "", piece))


def _outer_quotes_off(name: str) -> str:
    """Without the marks around it; those of `Foundation "Tatuu Suu"` belong to it."""
    name = name.strip()
    inside = re.search(r"\S\s+[“\"][^”\"]+[”\"]$", name)
    return name if inside else name.strip(' “”"')


def _starts_name(word: str) -> bool:
    return re.match(r"[A-ZÀ-ÞĀ-Ž]", word) is not None


def _is_place(word: str, names: Names) -> bool:
    return any(m.end - m.start == len(word) for m in names.mentions(word))


def _looks_like_org(name: str) -> bool:
    return (
        len(name) > 1
        and name not in ("DC", "D.C.", "D.C", "U.K.", "USA")  # what a comma left of "Washington, DC"
        and _starts_name(name)
        and not re.match(r"(?:Ambassador|Professor|Prof\.|Dr\.?|Mr\.?|Ms\.?|Mrs\.?|Minister|General|Admiral|Sir|Dame|President)\s", name)
        and len(name.split()) < 16
    )


def _without_place(name: str, names: Names) -> str:
    """ "Lumen Pacific Centre of Manila" -> "Lumen Pacific Centre"; "University of Tokyo" and "Institute of International Affairs" stay.

    Only a centre, institute and the like that has a name of its own can shed a single word that is neither a country nor a subject.
    """
    name = _CITY_TAIL.sub("", name)
    m = _OF_PLACE.match(name) or _FOREIGN.match(name)  # "Fundación Puente Abierto of Bogotá"
    if m is None or _SUBJECT_WORD.search(m["place"]):
        return name
    found = [x for x in names.mentions(m["place"]) if x.end - x.start == len(m["place"])]
    return name if any(x.form != "government" for x in found) else m["name"]


def resolve(found: Iterable[str], known: dict[str, str]) -> tuple[str, ...]:
    """Acronyms replaced by the full names that the text gives, each institution once."""
    return tuple(dict.fromkeys(known.get(o, o) for o in found))

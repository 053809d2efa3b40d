"""Understanding a question: which part of it is the topic, and which asks for a holder, an act, a time, a round or a meeting.

Rules over words. Whatever is understood as a slot is taken out of the topic, so that "what did Japanese participants agree on salmon in
2018" looks for salmon, and holds what it finds against Japan, agreed and 2018.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.dates import find_dates
from index.names import Mention, Names
from index.report import Act
from index.terms import STOP_WORDS, find_terms, fold, stem

About = Literal["topic", "when", "where", "organisers", "delegations", "officers"]
Span = tuple[int, int]

# What a question calls an act. The first that matches wins: "did not agree" is asked for before "agree". `firm` acts must be there
# for an answer; the others only come first, since people say "worried" and "complain" for whatever sounded unhappy.
_ACTS: tuple[tuple[Act, bool, str], ...] = (
    ("disagreed", False, r"(?:could|did|would|do|does|can|fail(?:ed|s)?)(?:n[’']?t|\s+not|\s+\w+\s+not|\s+to)\s+(?:\w+\s+)?(?:agree|settle|concur|want|accept|sign)\w*(?:\s+(?:on|up))?(?:\s+to)?"),
    ("disagreed", False, r"not\s+(?:\w+\s+)?(?:agree|concur)|disagree\w*|dissent\w*|(?:is|was|were|are|who(?:['’]?s)?)\s+(?:(?:any|every)(?:one|body)\s+|all\s+)?against|oppos(?:e|ed|es|ing|ition)|object(?:ed|s|ion|ions|ing)?(?:\s+to)?|split|divid(?:ed|e|es)|"
     r"dispute[ds]?|reject\w*|differ(?:ed|ences?)?|opinions?\s+part|part\s+ways|contested|controvers\w+|refus\w+|doubt(?:ed|s)?|no\s+(?:consensus|agreement)|(?:not\s+sign|didn[’']?t\s+sign)\s+up"),
    ("supported", False, r"(?:back|support|endors|favou?r|welcom)\w*\s+(?:(?:the|this|that|an?|his|her|their|its|it)\s+)?(?:\w+\s+)?(?:proposal|suggestion|recommendation|idea)s?"),
    ("recommended", True, r"recommend\w*|proposal\w*|propos(?:e|ed|es|ing)|suggest\w*|ideas?\s+(?:for|on|about)|urg(?:e|ed|es|ing)|advi[cs]e\w*|call(?:ed|s)?\s+for"),
    ("recommended", False, r"what\s+(?:should|ought|must|could)\b|should\s+be\s+done|want(?:s|ed)?\s+(?:to\s+be\s+)?done|(?:would|do|does)\s+\w+\s+(?:rather|want|like)|next\s+steps?|ask(?:s|ed)?\s+of|supposed\s+to\s+do|told\s+to"),
    ("agreed", True, r"agree?[ds]?|agreeing|agreements?|agreed|consensus|unanim\w+|common\s+(?:ground|position|view)|conclu\w+|settled?(?:\s+on)?|decid\w+|decisions?(?!\s+(?:aids?|support|mak\w+|tools?|times?|cycles?|trees?|points?))|commit(?!tees?\b)\w+|"
     r"resolved|accord(?:ed)?|of\s+one\s+mind|shared\s+view|pledg\w+"),
    ("agreed", False, r"(?:all|everyone|everybody|each)\s+(?:of\s+them\s+)?(?:think|thought|believe|say|said|stand|accept|want)|all\s+(?:three|two|four|five|sides|parties|participants|delegations)|where\s+do\s+(?:they\s+)?all"),
    ("supported", False, r"support(?:ed|s|ing|ive)?|back(?:ed|s|ing)|welcom\w+|endors\w+|favou?r(?:ed|s|ing)?|(?:in\s+)?favou?r\s+of|did\s+\w+(?:\s+\w+)?\s+back|like[ds]?\b(?=.*\?|$)"),
    ("concerned", False, r"worr(?:y|ied|ies)|concern(?:ed|s)?(?!ing)|fear(?:ed|s)?|afraid|warn(?:ed|s)?|cauti\w+|complain\w*|complaints?|anxi\w+|alarm\w*|lament\w*|deplor\w+|regret\w*"),
    ("asked", False, r"open\s+questions?|left\s+open|unresolved|unanswered|questions?\s+(?:were\s+)?raised|still\s+open"),
    ("discussed", False, r"discuss(?:ed|ions?)?|talk(?:ed|s)?\s+about|debat\w+|on\s+the\s+agenda"),
)  # fmt: skip
_ACT_PATTERNS = tuple((act, firm, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for act, firm, words in _ACTS)

_YES_NO = re.compile(
    r"^\W*(?:so\s+|and\s+|but\s+|then\s+)*(?:did|do|does|is|are|was|were|have|has|had|will|would|could|can|should|any\b|everybody|everyone)\b",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"\b(?:everyone|everybody|all\s+(?:of\s+)?(?:the\s+|three\s+|two\s+|four\s+|five\s+|six\s+)*(?:participants|delegations|sides|parties|experts|speakers)|all\s+agree\w*|they\s+all|all\s+(?:two|three|four|five))\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compar\w+|(?<!climate )(?<!regime )chang\w+|evol\w+|differ\w*\s+(?:between|from)|over\s+(?:time|the\s+(?:years|rounds))|across\s+(?:the\s+)?(?:\w+\s+)?(?:rounds|meetings|years|sessions)|"
    r"in\s+(?:each|every)\s+(?:round|meeting|year)|what\s+(?:became|happened)\s+(?:of|to)|(?<!were )(?<!was )(?<!been )moved?|develop(?!ing\b|ment\s+(?:aid|bank|goals?|assistance|cooperation))\w*|still|vs\.?|versus|from\s+\d{4}\s+to\s+\d{4}|"
    r"\d{4}\s+and\s+(?:in\s+)?\d{4}|earlier\s+rounds|round\s+by\s+round|trend|"
    r"(?:in|at|from)\s+(?:the\s+two|both)\s+(?:rounds|meetings|reports|sessions))\b", re.IGNORECASE)  # fmt: skip

_MEETING = r"(?:meeting|round|dialogue|trilateral|workshop|forum|conference|roundtable|seminar|session|summit|consultations?|talks|event|gathering|people|follow[- ]?up|discussions?)"
_ABOUT: tuple[tuple[About, re.Pattern[str]], ...] = (
    ("when", re.compile(rf"^\W*(?:and\s+)?when\s+(?:was|is|were|did|does|will)\s+(?:it|that|this|the\b.*{_MEETING}|they\s+meet|.*\bmeet\b)|\bwhen\s*\??$|\bwhen\s+was\s+(?:that|it)\b|\bdates?\s+of\b|{_MEETING}\s+dates?\b|\bwhen\b.*\b(?:held|take\s+place|took\s+place|meet|met|{_MEETING})\b|what\s+(?:day|date)s?\b|on\s+which\s+dates?", re.IGNORECASE)),
    ("where", re.compile(rf"\bwhere(?:['’]?s\s+|\s+(?:was|is|were|did|does|will)\b).*\b(?:held|meet|met|take\s+place|took\s+place|go|{_MEETING}|it|one)\b|\b(?:which|what)\s+(?:city|town|place)\b|\b(?:city|location|venue|place)\s+of\b|\bwhere\s*\??$", re.IGNORECASE)),
    ("organisers", re.compile(r"\bwho\s+(?:ran|organi[sz]ed|hosted|convened|held\s+the\s+(?:meeting|event|round)|sponsored|runs|hosts|organi[sz]es|is\s+behind|was\s+behind|arranged|set\s+up|paid\s+for|funded|financed)\b|\b(?:hosts?|organi[sz]ers?|conveners?|sponsors?)\s+of\b|\b(?:which|what)\s+(?:institut\w+|organi[sz]ations?|think\s*tanks?)\b.*\b(?:behind|organi|host|ran|run|conven|held)|\bhosted\s+by\b", re.IGNORECASE)),
    ("officers", re.compile(r"\bwho\s+(?:had\s+|has\s+|was\s+it\s+(?:who|that)\s+)?(?:opened|opens|inaugurated|chaired|chairs|co-?chaired|co-?chairs|presided|presides|took\s+the\s+chair|was\s+(?:in\s+the\s+chair|chairing)|moderated|moderates|facilitated|closed|gave\s+the\s+(?:keynote|opening|closing)|delivered\s+the\s+(?:keynote|opening|closing))\b|\bwho\s+(?:was|were|is|are)\s+(?:the\s+)?(?:co-?)?(?:chairs?|chairm[ae]n|chairwom[ae]n|chairpersons?|moderators?|keynote\s+speakers?)\b", re.IGNORECASE)),
    ("delegations", re.compile(r"\b(?:which|what)\s+(?:countr(?:y|ies)|states?|delegations?|nations?)\b.*\b(?:represent|attend|took\s+part|take\s+part|participat|were\s+there|came|present|missing|absent)\w*|\bwho\s+(?:attended|took\s+part|participated|was\s+there|came)\b|\bhow\s+many\s+(?:people|participants|experts|delegates|scholars|persons|attendees|speakers)\b.*\b(?:came|come|attend|took|take|participat|were|was|there|present)", re.IGNORECASE)),
)  # fmt: skip

# After or before the name of a country, these make it a holder.
_SIDE = r"(?:participants?|members?|colleagues?|interlocutors?|discussants?|attendees|negotiators?|diplomats?|generals?|officers?|ambassadors?|analysts?|academics?|counterparts?|delegat\w+|side|speakers?|experts?|scholars?|officials?|representatives?|people|team|government|capital|view|views|viewpoint|position|stance|stand|opinion|opinions|line|take|perspective|statements?|comments?|remarks?|reaction|reactions|response|answer|case|concerns?|objections?|complaints?|proposals?|own|message|attitude|argument|arguments|demands?|doubts?|worr(?:y|ies)|fears?|criticisms?|reservations?|warnings?|hopes?|suggestions?|misgivings?|requests?|thoughts?|assessments?|recommendations?|moderator|chair|party)"
_SAY = r"(?:say|said|says|think|thinks|thought|see|sees|saw|feel|felt|want|wants|wanted|propose[ds]?|suggest(?:ed|s)?|recommend(?:ed|s)?|ask(?:ed|s)?|argue[ds]?|agree[ds]?|oppose[ds]?|object(?:ed|s)?|reject(?:ed|s)?|support(?:ed|s)?|back(?:ed)?|accept(?:ed|s)?|admit(?:ted|s)?|answer(?:ed|s)?|repl(?:y|ied|ies)|react(?:ed|s)?|respond(?:ed|s)?|justif(?:y|ied|ies)|miss(?:ed)?|complain(?:ed)?|stand|stands|hold|held|note[ds]?|claim(?:ed)?|explain(?:ed)?|worr(?:y|ied)|dislike[ds]?|like[ds]?|buy|confirm(?:ed)?|warn(?:ed)?|call(?:ed)?)"
_IN_THE_ROOM = re.compile(
    r"\b(?:participants?|delegates?|delegations?|experts?|speakers?|scholars?|side|people|representatives?)\b", re.IGNORECASE
)
_SIDE_AFTER = re.compile(rf"^(?:['’]s?)?\s+(?:own\s+)?(?:\w+ing\s+)?{_SIDE}\b", re.IGNORECASE)
_SAY_AFTER = re.compile(rf"^(?:['’]s?)?\s+(?:\w+\s+){{0,2}}?{_SAY}\b", re.IGNORECASE)
_DID_BEFORE = re.compile(r"\b(?:did|does)(?:n[’']?t)?\s+(?:the\s+)?$", re.IGNORECASE)
_VERB_AFTER = re.compile(r"^\s+(?!(?:and|or|on|in|to|of|at)\b)[a-z]+\b")
_ABOUT_BEFORE = re.compile(r"\b(?:on|about|against|towards?|over|concerning|regarding|with|in|to)\s+(?:the\s+)?$", re.IGNORECASE)
_TITLE_AFTER = re.compile(r"^\s+on\b|^\s*:|^\s*\?+\s*$", re.IGNORECASE)
_VIEW_OF = re.compile(
    r"\b(?:view|views|position|stance|opinion|opinions|response|reaction|reactions|case|comments?|statements?|line)\s+(?:of|by|from)(?:\s+the)?\s*$|\bacc(?:ording|\.)\s+to(?:\s+the)?\s*$",
    re.IGNORECASE,
)
_OWN_VIEW_OF = re.compile(
    r"(?:['’]s?)?\s+(?:own\s+)?(?:view|views|position|stance|opinion|opinions|line|case)\s+(?:of|on)(?:\s+the)?\s*", re.IGNORECASE
)
# Words of asking: they carry no topic.
_EMPTY = frozenset(
    """view views viewpoint position positions stance opinion opinions take perspective statement statements comment comments remark remarks
    say said says saying think thinks thought thoughts tell told mention mentioned mentions state stated states note noted held hold see saw
    feel felt report reports reported record recorded regarding concerning respect relation related issue issues topic topics question
    questions matter thing things point points subject theme find show give list summary summarise summarize overview detail details
    participant participants delegate delegates delegation delegations expert experts speaker speakers side sides party parties attendee
    attendees people everyone everybody anyone anybody someone they representatives scholars
    meeting meetings round rounds dialogue dialogues discussion discussions discussed talk talks conference session sessions
    wat wut pls plz thx whats hows whos wheres couldnt didnt doesnt wasnt isnt please ok okay well hello hi thanks actually really maybe else
    according acc response answer reply replied reaction reactions respond react come came go going get got make made use used
    yes no many much number across became become idea ideas kind sort way ways lot case own during course term terms current currently present put anything something nothing everything together jointly
    know known want wants wanted like ever now today still yet year years time times exactly specifically main key""".split()
)  # fmt: skip


EMPTY_STEMS = frozenset(stem(w) for w in _EMPTY) | frozenset(stem(w) for w in STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Question:
    """A standalone question, taken apart.

    topic       the question's words without its slots: what is embedded and compared.
    terms       the topic's stems, each once, without stop words and words of asking.
    names       countries the question names as its topic.
    holders     countries whose view is asked for; `in_the_room` when their participants are meant, not their governments; `everyone` when it asks for all of them.
    act, firm   the act asked for, and whether an answer must have it.
    yes_no      whether it asks "did they ...?": then a recorded disagreement answers it.
    topic_as_asked  the topic's words that do not open the question: what is capitalised among them is a name.
    years       the years it names; `rounds` the rounds.
    about       what of a meeting it asks, or its topic.
    """

    text: str
    topic: str
    terms: tuple[str, ...]
    names: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    in_the_room: bool = False
    everyone: bool = False
    act: Act | None = None
    firm: bool = False
    yes_no: bool = False
    years: tuple[int, ...] = ()
    rounds: tuple[int, ...] = ()
    topic_as_asked: str = ""
    about: About = "topic"
    compare: bool = False


def understand(text: str, names: Names, scope: Sequence[Span] = ()) -> Question:
    """Take a standalone question apart. `scope` are the spans that name a meeting ("Da Nang", "north pacific"): no topic either."""
    act, firm, act_spans = _find_act(text)
    mentions = names.mentions(text, any_case=True)
    mentions = [m for m in mentions if not _is_word(text[m.start : m.end]) or _SIDE_AFTER.match(text[m.end :])]
    holders, holder_spans = _find_holders(text, [m for m in mentions if not _is_meeting_place(text, m, scope)])
    years, year_spans = _find_years(text)
    rounds, round_spans = _find_rounds(text)
    about: About = next((kind for kind, pattern in _ABOUT if pattern.search(text)), "topic")
    compared = [m.span() for m in _COMPARE.finditer(text)]
    taken = [*act_spans, *holder_spans, *year_spans, *round_spans, *scope, *compared]
    topic, terms = _rest(text, taken)
    return Question(
        text=text,
        topic=topic,
        terms=terms,
        names=tuple(sorted({m.country for m in mentions if not _inside((m.start, m.end), [*holder_spans, *scope])})),
        holders=holders,
        in_the_room=bool(_IN_THE_ROOM.search(text)) and not re.search(r"\bgovernments?\b", text, re.IGNORECASE),
        everyone=bool(_EVERYONE.search(text)),
        act=act,
        firm=firm,
        yes_no=any(_YES_NO.search(part) for part in re.split(r"(?<=[.:;!?,])\s+", text)),
        years=years,
        rounds=rounds,
        topic_as_asked=_without_first_word(text, topic),
        about=about,
        compare=bool(compared),
    )


def _find_act(text: str) -> tuple[Act | None, bool, list[Span]]:
    """The act asked for, whether it is firm, and the spans of all words of acts."""
    chosen: Act | None = None
    firm = False
    spans: list[Span] = []
    for act, is_firm, pattern in _ACT_PATTERNS:
        for match in pattern.finditer(text):
            if _inside(match.span(), spans):
                continue
            spans.append(match.span())
            if chosen is None:
                chosen, firm = act, is_firm
    return chosen, firm, spans


def _is_meeting_place(text: str, m: Mention, scope: Sequence[Span]) -> bool:
    """Whether a capital stands for the meeting there and not for its government: "in Lima", "the Lima roundtable"."""
    place = _inside((m.start, m.end), scope)
    return place and bool(
        re.search(r"\b(?:in|at|from|of|the)\s+$", text[: m.start], re.IGNORECASE)
        or re.match(rf"\s+{_MEETING}", text[m.end :], re.IGNORECASE)
    )


def _find_holders(text: str, mentions: Sequence[Mention]) -> tuple[tuple[str, ...], list[Span]]:
    """Countries whose view is asked for. Of several joined by "and" or a comma, all are when the last or first is."""
    groups: list[list[Mention]] = []
    for m in mentions:
        joint = text[groups[-1][-1].end : m.start] if groups else ""
        if groups and re.fullmatch(r"\s*(?:and|or|,|/|-|–|&|\+|vs\.?|versus)\s*(?:the\s+)?", joint, re.IGNORECASE):
            groups[-1].append(m)
        else:
            groups.append([m])
    holders: set[str] = set()
    spans: list[Span] = []
    for group in groups:
        start, end = group[0].start, group[-1].end
        others_view = any(_OWN_VIEW_OF.fullmatch(text[m.end : start]) for m in mentions if m.end < start)
        if not others_view and _is_holder(text[:start], text[end:]):
            holders |= {m.country for m in group}
            side = _SIDE_AFTER.match(text[end:]) or (_VERB_AFTER.match(text[end:]) if _DID_BEFORE.search(text[:start]) else None)
            spans.append((start, end + (side.end() if side else 0)))
    return tuple(sorted(holders)), spans


def _is_holder(before: str, after: str) -> bool:
    """Whether a country between these words is asked for its view, and is not the topic: "what did X say", "X's view", "X on sanctions"."""
    if _VIEW_OF.search(before):
        return True
    if _ABOUT_BEFORE.search(before):
        return False
    leading = not re.search(r"\w", re.sub(r"\b(?:the|and|what|how|about|so|whats|is|was)\b", "", before, flags=re.IGNORECASE))
    if _DID_BEFORE.search(before) and _VERB_AFTER.match(after) and not re.search(r"\bhow\s+(?:much|many)\b", before, re.IGNORECASE):
        return True
    return bool(_SIDE_AFTER.match(after) or _SAY_AFTER.match(after) or (leading and _TITLE_AFTER.match(after)))


def _find_years(text: str) -> tuple[tuple[int, ...], list[Span]]:
    found = [d for d in find_dates(text) if 1900 < d.first.year < 2100]
    years = {y for d in found for y in {d.first.year, d.last.year}}
    spans = [(d.start, d.end) for d in found]
    for m in _SECOND_YEAR.finditer(text):
        years.add(int(m.group(1)))
        spans.append(m.span(1))
    if _RANGE.search(text) and len(years) > 1:
        years = set(range(min(years), max(years) + 1))
    elif len(years) == 1 and (open_end := _OPEN.search(text)):
        year = min(years)
        first = year + (open_end.group(1).lower() == "after")
        years = set(range(first, LAST_YEAR + 1))
        spans.append(open_end.span(1))
    return tuple(sorted(years)), spans


LAST_YEAR = 2099  # of "since 2020"
_SECOND_YEAR = re.compile(r"\b(?:19|20)\d\d\s*/\s*((?:19|20)\d\d)\b")
_OPEN = re.compile(r"\b(since|after)\s+(?:\w+\s+)?(?:19|20)\d\d\b", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?:from|between|since)\s+(?:\w+\s+)?(?:19|20)\d\d\s*(?:to|and|until|till|-|–)\s*(?:\w+\s+)?(?:19|20)\d\d|\b(?:19|20)\d\d\s*(?:to|-|–)\s*(?:19|20)\d\d",
    re.IGNORECASE,
)


def _find_rounds(text: str) -> tuple[tuple[int, ...], list[Span]]:
    from index.meeting.ordinals import ordinal  # noqa: PLC0415

    rounds: set[int] = set()
    spans: list[Span] = []
    for m in _ROUND.finditer(text):
        number = int(m.group(2)) if m.group(2) else ordinal(m.group(1))
        if number:
            rounds.add(number)
            spans.append(m.span(2) if m.group(2) else m.span(1))
            # "between the third and fourth round", "from the third to the fourth round"
            for other in re.finditer(rf"\b(?:and|to|or|vs\.?|versus|through)\s+(?:the\s+)?({_ORDINAL})\b", m.group(), re.IGNORECASE):
                if another := ordinal(other.group(1)):
                    rounds.add(another)
                    spans.append((m.start() + other.start(1), m.start() + other.end(1)))
    return tuple(sorted(rounds)), spans


_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|(?:twenty|thirty)-\w+|inaugural|\d+(?:st|nd|rd|th))"
)
_ROUND = re.compile(
    rf"\b({_ORDINAL})\s+"
    r"(?!(?:day|half|week|part|morning|afternoon|panel|point|item|speaker|time|paragraph|recommendation)\b)"
    rf"(?:(?:[\w-]+\s+){{0,5}}?{_MEETING}s?|one)\b|\b(?:round|meeting|session)\s+(?:no\.?\s*)?(\d{{1,2}})\b",
    re.IGNORECASE,
)


def _without_first_word(text: str, topic: str) -> str:
    first = re.match(r"\W*(\w+)", text)
    words = topic.split()
    return " ".join(words[1:] if first and words and words[0].startswith(first.group(1)) else words)


def _rest(text: str, taken: Sequence[Span]) -> tuple[str, tuple[str, ...]]:
    """What is left of a question when its slots, stop words and words of asking are gone: as words, and as stems."""
    words: list[str] = []
    terms: dict[str, None] = {}
    for term in find_terms(text):
        word = text[term.start : term.end]
        if (
            _inside((term.start, term.end), taken)
            or fold(word) in STOP_WORDS
            or fold(word).replace("'", "") in _EMPTY
            or (len(word) == 1 and word.isalpha())
        ):
            continue
        words.append(word)
        terms.setdefault(term.stem)
    return " ".join(words), tuple(terms)


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _is_word(text: str) -> bool:
    """Whether what looks like a country is the plain word: "us", "turkey" on a menu we take for the country all the same."""
    return text in ("us", "polish", "it")

"""Views told of what they are about: "A proposal was rejected by Indian participants", "The idea found broad support"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.acts import Predicate, turned
from index.attribution.claims import CONCESSIVE, Claim, Reading
from index.attribution.impersonal import noun_claim
from index.attribution.tokens import Token, lows, word_set
from index.attribution.verbs import BE, MODALS, NEGATIONS, passive_verb, verb_phrase
from index.attribution.wording import Phrase
from index.report import Act

# Verbs that in the passive are no position of the meeting: "was called", "was held in Busan", "is expected".
NO_PASSIVE = word_set(
    """
    mean call describe report tell find see hold make expect estimate add inform cover address host know present cite name identify
    offer plan adopt approve accept decide count quote understand give put show set take commit unite devote dedicate focus back brief
    detail rate rank reveal intend commend allow attribute ascribe blame credit compare liken speak feel think view regard deem judge
    want seek table block study survey center deal read sign resolve renew persuade reflect draw express voice state raise conclude
    invite request resist split counter ask thank answer announce outline illustrate correct direct instruct task list relate mandate
    """
)
_ARRANGED = word_set("hold make know plan inform set call offer intend")  # of the meeting itself: "was held by the two sides"
_BROUGHT_UP = word_set("mention raise discuss address cover bring touch refer cite examine")
_HELD_OFFICE = word_set("opened closed chaired moderated inaugurated facilitated introduced")
_FUTURE = word_set("will shall would may might should")
_MONTHS = word_set("january february march april may june july august september october november december")
_DATING = word_set("in on since by until after at from")
_CLAUSES = word_set("who which whether how that what where why")
_RECEIVING = word_set(
    """
    found find met received enjoyed drew won commanded attracted gained encountered garnered elicited prompted provoked sparked raised
    caused generated triggered greeted
    """
)
_NOT_RECEIVING = word_set("find meet receive enjoy draw win command attract gain garner")  # "did not command general assent"
_SUPPORT_OF = word_set("the full broad wide strong general no little considerable widespread some")
# What a discussion brings out; of a summit elsewhere the same verbs tell a story.
_REVEALING = word_set("revealed showed exposed ended produced yielded")
_RECEPTIONS = ("supported", "disagreed", "concerned", "discussed")
_TALK = word_set("session discussion discussions debate debates exchange exchanges panel meeting workshop conversation")
_WARMLY = word_set("well warmly favourably favorably positively enthusiastically")
_COOLLY = word_set("coolly badly poorly")
_CONTENTIOUS = re.compile(
    r"(?:highly |deeply |very |still |hotly |a )*(?:controversial|contentious|disputed|contested|bone of|sticking point|stumbling block"
    r"|matter of (?:dispute|contention)"
    r"|point of contention)"
)
_OPEN = re.compile(
    r"(?:left |still )?(?:an open question|open\b|unresolved|unclear|unanswered|undecided"
    r"|a matter for (?:further|later|another|others|the|lawyers|debate|experts)"
    r"|to be (?:seen|settled|decided|clarified|determined|resolved|worked out|answered))"
)
_AFTER_CONSIDERED = word_set(". ; in at during by , for briefly but")
_SHARED = word_set(
    "view views assessment position opinion analysis judgement judgment reading conclusion diagnosis sentiment goal conviction"
)
_TOO_FAR = re.compile(
    r"(?:(?:a|one) (?:bridge|step) too far|too (?:much|far)|a (?:red line|non-starter|nonstarter)|out of the question|anathema|unthinkable)"
    r" (?:for|to)\b"
)
_INFORMED = word_set("informed told reminded briefed assured")
_WENT_DOWN = re.compile(
    r"(?:went down|went over|sat) (?:(?:very |rather |less )?(?P<well>well|smoothly)|badly|poorly|ill|uneasily|less well) (?:with|among)\b"
    r"|(?:resonated|found (?:an? )?(?:\w+ )?echo|struck a (?:\w+ )?chord) (?:\w+ly )?(?:with|among)\b"
    r"|fell (?:flat|on deaf ears|on stony ground) (?:with|among)\b"
)
_STANCES = word_set("stance contention line thesis argument claim message answer response")
_RESPONSE = re.compile(
    r"(?:met with|met|found|received|drew|got|was given|were given|elicited|had) (?:an?|some) (?:\w+ly )?"
    r"(?:(?P<warm>favou?rable|positive|warm|sympathetic|enthusiastic|friendly|good)|cool|cold|frosty|negative|hostile|sceptical|skeptical|lukewarm|"
    r"chilly|mixed|divided) (?:response|reception|welcome|reaction|hearing|echo)\b"
)
_TEXTS = word_set(
    "proposal proposals suggestion suggestions recommendation recommendations idea text draft agenda report amendment wording statement"
)
_QUESTIONS, _ISSUES = word_set("question questions doubts"), word_set("issue issues matter topic subject problem")


_BEFORE_THAT = word_set("to on of in at for from with by about after before during")


def reception(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """How an idea was received: "found broad support", "met with opposition from", "was not acceptable to the Chinese side"."""
    low = lows(tokens)
    for i in range(at + 1, min(at + 25, len(low) - 1)):
        if tokens[i].quoted or low[i] in ("who", "which", "whether", ";") or (low[i] == "that" and low[i - 1] not in _BEFORE_THAT):
            return None
        forms = (_divided, _acceptable, _answered, _met_with, _came_from, _well_received, _shared, _is_view_of, _remained)
        claim = next((c for form in forms if (c := form(reading, tokens, at, i)) is not None), None)
        if claim is not None:
            return claim
    return None


def _divided(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "The question of tolls divided opinion"; "Tolls divided the participants"."""
    low = lows(tokens)
    if low[here] not in ("divided", "split") or low[at] == "what" or set(low[max(here - 2, at) : here]) & (BE | {"had"}):
        return None
    holder = reading.known(tokens, here + 1)
    if holder is None and low[here + 1] not in ("opinion", "opinions"):
        return None
    return Claim("disagreed", holder, None if holder else "impersonal", Predicate(at, here + 1, "disagreed", ("divide",)), "reception")


def _acceptable(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "That was unacceptable to the Japanese side"."""
    low = lows(tokens)
    if low[here] in ("clear", "evident", "obvious", "plain") and low[here + 1] == "to" and set(low[max(here - 3, at) : here]) & BE:
        seen = reading.known(tokens, here + 2)
        return None if seen is None else Claim("stated", seen, predicate=Predicate(at, here + 1, "stated", (low[here],)), frame="reception")
    m = _TOO_FAR.match(" ".join(low[here : here + 6]))
    if m is not None and set(low[max(here - 2, at) : here]) & BE:
        end = here + len(m[0].split())
        loser = reading.known(tokens, end)
        return None if loser is None else Claim("disagreed", loser, predicate=Predicate(at, end, "disagreed", ("far",)), frame="reception")
    word = low[here].removeprefix("un")
    if word not in ("acceptable", "welcome") or low[here + 1] not in ("to", "for") or not set(low[max(here - 3, at) : here]) & BE:
        return None
    holder = reading.known(tokens, here + 2)
    if holder is None or low[at] in CONCESSIVE:
        return None
    act = turned("supported", bool(set(low[max(here - 3, 0) : here]) & NEGATIONS) != low[here].startswith("un"))
    return Claim(act, holder, predicate=Predicate(at, here + 1, act, (low[here],)), frame="reception")


def _met_with(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "The idea found favour with the Peruvian participants"; "The discussion revealed deep disagreement"."""
    low = lows(tokens)
    ran_into = low[here] in ("ran", "runs") and low[here + 1] in ("into", "against")
    revealing = low[here] in _REVEALING and bool(set(low[at:here]) & _TALK)
    enjoying = low[here] in ("had", "has") and low[here + 1] in _SUPPORT_OF
    denied = low[here] in _NOT_RECEIVING and bool(set(low[max(here - 3, at) : here]) & NEGATIONS)
    if low[here] not in _RECEIVING and not (ran_into or revealing or enjoying or denied):
        return None
    negated = bool(set(low[max(here - 3, 0) : here]) & NEGATIONS)
    noun = noun_claim(reading, tokens, here + 1 + (ran_into or low[here + 1] in ("with", "in")), negated, "reception")
    if noun is None or noun.predicate is None or (noun.act not in _RECEPTIONS and not revealing):
        return None
    end = noun.predicate.end
    if enjoying and noun.holder is None and low[here + 1] == "the":
        return None  # "had the support of the World Bank"
    holder = noun.holder or (reading.known(tokens, end + 1) if low[end : end + 1] in (["with"], ["from"], ["among"]) else None)
    return replace(noun, holder=holder, scope=None if holder else "impersonal")


def _answered(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "The idea met with a favourable response from the Thai side"; "It got a frosty reception"."""
    low = lows(tokens)
    went = _WENT_DOWN.match(" ".join(low[here : here + 7]))
    if went is not None:
        end = here + len(went[0].split())
        pleased = reading.known(tokens, end)
        kept: Act = "supported" if went["well"] or low[here] in ("resonated", "found", "struck") else "disagreed"
        return None if pleased is None else Claim(kept, pleased, predicate=Predicate(here, end, kept, (low[here],)), frame="reception")
    m = _RESPONSE.match(" ".join(low[here : here + 6]))
    if m is None or "had" in low[max(here - 2, at) : here]:
        return None
    end = here + len(m[0].split())
    act: Act = "supported" if m["warm"] else "disagreed"
    giver = reading.whose(tokens, end)
    return Claim(act, giver, None if giver else "impersonal", Predicate(at, end, act, ("meet",)), "reception")


def _came_from(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "The strongest objections came from Fijian participants"."""
    low = lows(tokens)
    if low[here] != "came" or low[here + 1] != "from":
        return None
    noun = next((n for i in range(at, here) if (n := reading.wording.noun_at(low, i)) is not None), None)
    holder = reading.known(tokens, here + 2) if noun is not None else None
    if noun is None or holder is None:
        return None
    return Claim(noun[0].act, holder, predicate=Predicate(at, here + 2, noun[0].act, noun[0].words), frame="reception")


def _well_received(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "This suggestion was not well received by the Ivorian side"."""
    low = lows(tokens)
    if low[here] != "received" or not set(low[max(here - 3, at) : here]) & BE:
        return None
    manner = here - 1 if low[here - 1] in _WARMLY | _COOLLY else here + 1
    if low[manner] not in _WARMLY | _COOLLY:
        return None
    act = turned("supported", ("not" in low[at:here]) != (low[manner] in _COOLLY))
    end = max(manner, here) + 1
    agent = reading.agent(tokens, end)
    return Claim(act, agent, None if agent else "impersonal", Predicate(at, end, act, ("receive",)), "reception")


def _shared(reading: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "This assessment was shared by the Thai side"; "That concern was widely shared"; "not shared by all"."""
    low = lows(tokens)
    before = low[max(here - 3, at) : here]
    widely = low[here - 1] in ("widely", "broadly", "generally")
    if low[here] != "shared" or not {"was", "were"} & set(before) or not (widely or low[here + 1] == "by"):
        return None
    noun = next((n for i in range(at, here) if (n := reading.wording.noun_at(low, i)) is not None), None)
    if noun is None and not set(low[at:here]) & _SHARED:
        return None
    negated = bool(set(before) & NEGATIONS)
    act: Act = "disagreed" if negated else "concerned" if noun is not None and noun[0].act == "concerned" else "agreed"
    agent = reading.agent(tokens, here + 1)
    if agent is None and low[here + 1] == "by":
        return None
    if agent is not None and negated and agent.scope == "everyone":
        agent = replace(agent, scope="some", countries=())  # not by all, so not by some
    return Claim(act, agent, None if agent else "impersonal", Predicate(at, here + 1, act, ("share",)), "reception")


def _is_view_of(reading: Reading, tokens: Sequence[Token], _: int, here: int) -> Claim | None:
    """ "That the north comes first was the position of the Malian participants."."""
    low = lows(tokens)
    if low[here] not in ("was", "is", "remains", "remained") or low[here + 1] != "the":
        return None
    noun = next((i for i in range(here + 2, min(here + 5, len(low) - 1)) if low[i + 1] == "of"), None)
    felt = None if noun is None else reading.wording.noun_at(low, noun)
    if noun is None or (low[noun] not in _SHARED | _STANCES and (felt is None or felt[0].act not in ("concerned", "recommended"))):
        return None
    holder = reading.known(tokens, noun + 2)
    if holder is None or holder.scope not in ("delegation", "some", "person") or low[holder.end : holder.end + 1] not in ([], ["."]):
        return None
    act: Act = "stated" if felt is None or low[noun] in _SHARED | _STANCES else felt[0].act  # "was the fear of many"
    return Claim(act, holder, predicate=Predicate(here, noun + 1, act, (low[noun],)), frame="reception")


def _remained(_: Reading, tokens: Sequence[Token], at: int, here: int) -> Claim | None:
    """ "Whether quotas would work remained an open question"; "The fee proved contentious"."""
    low = lows(tokens)
    if low[here] not in ("remained", "proved", "was", "were", "remains", "went") or "by" in low[here + 1 : here + 4]:
        return None  # "was contested by one participant" has a holder
    rest = " ".join(low[here + 1 : here + 6])
    act: Act | None = "disagreed" if _CONTENTIOUS.match(rest) else "asked" if _OPEN.match(rest) else None
    return None if act is None else Claim(act, None, "impersonal", Predicate(at, here + 2, act, ("remain",)), "reception")


def passive(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """A passive with or without its agent: "The idea was rejected by Indian participants", "The matter was left open"."""
    low = lows(tokens)
    raised = _raised(reading, tokens, at)
    if raised is not None:
        return raised
    aux = _first_auxiliary(tokens, at)
    verb, negated, modal = passive_verb(low, aux) if aux is not None else (None, False, False)
    if aux is None or verb is None:
        return None
    unreal = (modal and not negated and low[at] not in ("no", "neither", "none")) or low[aux] in _FUTURE
    if tokens[verb].quoted or unreal or "had" in low[aux:verb]:
        return None
    if low[verb + 1 : verb + 2] == ["by"] and low[verb] in _HELD_OFFICE:
        officer = reading.holders.people.person(tokens, verb + 2)
        return Claim("none", officer, frame="ceremony") if officer is not None and low[at : at + 1] != ["it"] else None
    patient = reading.holders.read(tokens, at)
    if patient is not None and patient.scope != "impersonal" and patient.pronoun != "it" and patient.end == aux:
        return _told(reading, tokens, aux, verb) if patient.scope == "everyone" and not negated else None
    found = verb_phrase(low, verb, reading.wording)
    if found is None or "participle" not in reading.wording.forms.get(low[verb], {}).get(found[0].words[0], frozenset()):
        return None
    phrase, end, _ = found
    if negated and phrase.words[0] in _BROUGHT_UP:
        return None  # "Brine was not mentioned"
    act = turned(phrase.act, negated or low[at] in ("no", "neither", "none"))
    bare = phrase.words[0] in NO_PASSIVE and len(phrase.words) == 1
    proposed = phrase.words[0] in ("adopt", "approve", "accept") and bool(_TEXTS & set(low[at : at + 4])) and low[aux] in ("was", "were")
    if bare and not proposed and (phrase.act in ("stated", "asked", "discussed") or low[end : end + 1] != ["by"]):
        return _told_by_some(reading, tokens, aux, end, phrase)
    act = _discussed(phrase.words, act, low, at, end)
    if phrase.words[0] == "consider":
        if low[end : end + 1] and low[end] not in _AFTER_CONSIDERED:
            return None  # "is considered a threat"
        act = "discussed"
    if act == "none":
        return None
    predicate = Predicate(aux, end, act, phrase.words)
    by = next((i for i in range(end, min(end + 12, len(low) - 1)) if low[i] == "by"), None)
    if by is not None and not low[by + 1][0].isdigit():
        holder = reading.agent(tokens, by) if low[by + 1] == "them" else reading.known(tokens, by + 1)
        return None if holder is None else Claim(act, holder, predicate=predicate, frame="passive")
    return Claim(act, None, "impersonal", predicate, "passive") if _of_this_meeting(low, aux, end, act) else None


def _told(reading: Reading, tokens: Sequence[Token], aux: int, verb: int) -> Claim | None:
    """ "The Meeting was informed that", "Participants were urged to": what somebody told the room; "were invited to dinner" is nothing."""
    low = lows(tokens)
    act: Act | None = None
    if low[verb] in _INFORMED and low[verb + 1 : verb + 2] in (["that"], ["about"], ["of"], ["on"], ["by"]):
        act = "stated"
    elif low[verb] in ("urged", "exhorted") and low[verb + 1 : verb + 2] in (["to"], ["by"]):
        act = "recommended"
    if act is None or low[aux] not in ("was", "were"):
        return None
    agent = reading.agent(tokens, verb + 1)
    return Claim(act, agent, None if agent else "impersonal", Predicate(aux, verb + 1, act, (low[verb],)), "passive")


def _told_by_some(reading: Reading, tokens: Sequence[Token], aux: int, end: int, phrase: Phrase) -> Claim | None:
    """ "The figure was quoted by several speakers": they are in the room, and so it was told there."""
    if lows(tokens)[end : end + 1] != ["by"] or phrase.act not in ("stated", "asked") or phrase.words[0] in _ARRANGED:
        return None
    teller = reading.known(tokens, end + 1)
    if teller is None or teller.scope not in ("everyone", "some", "delegation"):
        return None
    return Claim(phrase.act, teller, predicate=Predicate(aux, end, phrase.act, phrase.words), frame="passive")


def _discussed(words: tuple[str, ...], act: Act, low: Sequence[str], at: int, end: int) -> Act:
    """ "was mentioned in passing" is only on the agenda; "How this might be enforced was debated" is a question."""
    if words == ("mention",) and {"passing", "briefly"} & set(low[end : end + 5]):
        return "discussed"
    return "asked" if words == ("debate",) and low[at] in _CLAUSES else act


def _raised(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "The question of who pays was raised but not resolved"; "The issue of fees was raised by the Thai side"."""
    low = lows(tokens)
    subject = set(low[at : at + 4])
    verb = next((i for i in range(at + 2, len(low)) if _puts(low, i) and set(low[i - 2 : i]) & {"was", "were"}), None)
    put = next((i for i in range(at + 1, len(low) - 2) if low[i - 1] in _QUESTIONS and _puts(low, i) and low[i + 1] == "by"), None)
    if verb is None and put is not None:  # "How drought is defined was a question put by the Sudanese participants"
        asker = reading.agent(tokens, put + 1)
        return None if asker is None else Claim("asked", asker, predicate=Predicate(put, put + 1, "asked", ("put",)), frame="passive")
    if verb is None or not subject & (_QUESTIONS | _ISSUES) or set(low[verb - 2 : verb]) & NEGATIONS:
        return None
    act: Act = "asked" if subject & _QUESTIONS else "discussed"
    agent = reading.agent(tokens, verb + 1)
    return Claim(act, agent, None if agent else "impersonal", Predicate(verb - 1, verb + 1, act, ("raise",)), "passive")


def _puts(low: Sequence[str], at: int) -> bool:
    """Whether a question is raised here: "was raised", "was put by", "was a question put by"."""
    return low[at] in ("raised", "posed") or low[at : at + 2] == ["put", "by"]


def _of_this_meeting(low: Sequence[str], aux: int, end: int, act: Act) -> bool:
    """Whether a passive without an agent tells of this meeting: not with another date, not in a tense of standing facts."""
    if low[aux] in ("is", "are") and act != "recommended":
        return False
    return not dated(low[end:]) and not (low[aux] in ("has", "have") and act in ("agreed", "supported", "recommended", "stated"))


def _first_auxiliary(tokens: Sequence[Token], at: int) -> int | None:
    """The auxiliary of the main clause: not that of "the question of who is to pay", not one after a finite verb."""
    low = lows(tokens)
    inside = low[at] in _CLAUSES
    for i in range(at + 1, len(tokens)):
        if tokens[i].quoted:
            continue
        if low[i] in _CLAUSES:
            inside = True
        elif low[i] in (";", ":"):
            return None
        elif (low[i] in BE or low[i] in ("has", "have", "had") or low[i] in MODALS) and (not inside or _closing_passive(low, i)):
            return i
    return None


def _closing_passive(low: Sequence[str], at: int) -> bool:
    """The last auxiliary of a sentence whose subject is itself a clause: "Whether they would be given access was left open."."""
    rest = low[at + 1 :]
    return low[at] in ("was", "were") and not any(w in BE or w in MODALS or w in ("has", "have", "had") for w in rest)


def dated(low: Sequence[str]) -> bool:
    """Whether the words hold a year: what happened then is not what this meeting did."""
    return any(re.fullmatch(r"(?:19|20)\d\d", w) for w in low) and bool(set(low) & (_DATING | _MONTHS))

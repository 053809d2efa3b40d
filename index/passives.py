"""Views told of what they are about: "A proposal was rejected by Indian participants", "The idea found broad support"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.acts import BE, MODALS, NEGATIONS, Predicate, passive_verb, turned, verb_phrase
from index.claims import CONCESSIVE, Claim, Reading
from index.impersonal import noun_claim
from index.report import Act
from index.tokens import Token, lows, word_set

_MONTHS = word_set("january february march april may june july august september october november december")


_FUTURE = word_set("will shall would may might should")


NO_PASSIVE = word_set(
    """
    call describe report tell find see hold make expect estimate add inform cover address host know present cite name identify offer
    plan adopt approve accept decide count quote understand give put show set take commit unite devote dedicate focus back brief
    detail rate rank reveal intend commend allow attribute ascribe blame credit compare liken speak feel think view regard deem judge
    want seek table block study survey center deal read sign resolve renew persuade reflect draw express voice state raise conclude
    present invite request resist split counter welcome-the ask thank answer announce outline illustrate
    """
)


def reception(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "The idea found broad support", "The proposal met with opposition from", "was not acceptable to the Chinese side"."""
    low = lows(tokens)
    for i in range(at + 1, min(at + 25, len(low) - 1)):
        if tokens[i].quoted or low[i] in ("who", "which", "that", "whether", ";"):
            return None
        negated = bool(set(low[max(i - 3, 0) : i]) & NEGATIONS)
        if (
            low[i] in ("acceptable", "unacceptable", "welcome", "unwelcome")
            and set(low[max(i - 3, at) : i]) & BE
            and low[i + 1] in ("to", "for")
        ):
            holder = reading.known(tokens, i + 2)
            act: Act = turned("supported", negated != low[i].startswith("un"))
            if holder is not None and low[at] not in CONCESSIVE:
                return Claim(act, holder, predicate=Predicate(at, i + 1, act, (low[i],)), frame="reception")
        if low[i] in (
            "found",
            "find",
            "met",
            "received",
            "enjoyed",
            "drew",
            "won",
            "commanded",
            "attracted",
            "gained",
            "encountered",
            "garnered",
            "elicited",
            "prompted",
            "provoked",
            "sparked",
            "raised",
            "caused",
            "generated",
        ):
            noun = noun_claim(reading, tokens, i + 1 + (low[i + 1] == "with"), negated, "reception")
            if noun is not None and noun.act in ("supported", "disagreed", "concerned") and noun.predicate is not None:
                holder = noun.holder or (
                    reading.known(tokens, noun.predicate.end + 1)
                    if low[noun.predicate.end : noun.predicate.end + 1] in (["with"], ["from"], ["among"])
                    else None
                )
                return replace(noun, holder=holder, scope=None if holder else "impersonal")
        manner = low[i - 1] if low[i] == "received" else ""
        if manner in ("well", "warmly", "favourably", "favorably", "positively", "coolly", "badly", "poorly", "enthusiastically"):
            act = turned("supported", ("not" in low[at:i]) != (manner in ("coolly", "badly", "poorly")))
            agent = reading.agent(tokens, i + 1)
            return Claim(act, agent, None if agent else "impersonal", Predicate(at, i + 1, act, ("receive",)), "reception")
        if low[i] in ("remained", "proved", "was", "were", "remains") and low[i + 1 : i + 2] != []:
            rest = " ".join(low[i + 1 : i + 6])
            if re.match(
                r"(?:highly |deeply |very |still )?(?:controversial|contentious|disputed|contested|a bone of|a matter of (?:dispute|contention))",
                rest,
            ):
                return Claim("disagreed", None, "impersonal", Predicate(at, i + 2, "disagreed", ("controversial",)), "reception")
            if re.match(r"(?:left |still )?(?:an open question|open\b|unresolved|unclear|unanswered|undecided)", rest) and low[i] != "is":
                return Claim("asked", None, "impersonal", Predicate(at, i + 2, "asked", ("open",)), "reception")
    return None


def passive(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "A proposal for quotas was rejected by Indian participants", "The offer was welcomed", "The matter was left open"."""
    low = lows(tokens)
    aux = _first_auxiliary(tokens, at)
    if aux is None:
        return None
    verb, negated, modal = passive_verb(low, aux)
    if verb is None or tokens[verb].quoted or (modal and not negated) or "had" in low[aux:verb] or low[aux] in _FUTURE:
        return None
    if low[verb] in ("raised", "posed") and not negated and low[aux] in ("was", "were"):
        topic: Act = "asked" if {"question", "questions", "doubts"} & set(low[at : at + 4]) else "discussed"
        if topic == "asked" or {"issue", "issues", "matter", "topic", "subject", "problem"} & set(low[at : at + 4]):
            agent = reading.agent(tokens, verb + 1)
            return Claim(topic, agent, None if agent else "impersonal", Predicate(aux, verb + 1, topic, ("raise",)), "passive")
    found = verb_phrase(low, verb, reading.wording)
    if found is None or "participle" not in reading.wording.forms.get(low[verb], {}).get(found[0].words[0], frozenset()):
        return None
    phrase, end, _ = found
    if phrase.words[0] in NO_PASSIVE and len(phrase.words) == 1:
        return None
    act = turned(phrase.act, negated or low[at] in ("no", "neither", "none"))
    if phrase.words[0] == "consider":
        if low[end : end + 1] and low[end] not in (".", ";", "in", "at", "during", "by", ",", "for", "briefly", "but"):
            return None
        act = "discussed"
    by = next((i for i in range(end, min(end + 12, len(low))) if low[i] == "by"), None)
    if by is not None:
        holder = reading.known(tokens, by + 1)
        if holder is not None and act == "none":
            return None
        if holder is not None:
            return Claim(act, holder, predicate=Predicate(aux, end, act, phrase.words), frame="passive")
        if not (by + 1 < len(tokens) and low[by + 1][0].isdigit()):
            return None
    present = low[aux] in ("is", "are")
    if act == "none" or (present and act != "recommended") or dated(low[end:]):
        return None
    if low[aux] in ("has", "have") and act in ("agreed", "supported", "recommended", "stated"):
        return None
    return Claim(act, None, "impersonal", Predicate(aux, end, act, phrase.words), "passive")


def _first_auxiliary(tokens: Sequence[Token], at: int) -> int | None:
    """The auxiliary of the main clause: not that of "the question of who is to pay", not one after a finite verb."""
    low = lows(tokens)
    depth = 1 if low[at] in ("whether", "what", "how", "who", "why") else 0
    for i in range(at + 1, len(tokens)):
        if tokens[i].quoted:
            continue
        if low[i] in ("who", "which", "whether", "how", "that", "what", "where", "why"):
            depth += 1
        elif low[i] in (";", ":"):
            return None
        elif low[i] in BE or low[i] in ("has", "have", "had") or low[i] in MODALS:
            if depth == 0:
                return i
            if _closing_passive(low, i):
                return i
    return None


def _closing_passive(low: Sequence[str], at: int) -> bool:
    """The last auxiliary of a sentence whose subject is itself a clause: "Whether they would be given access was left open."."""
    rest = low[at + 1 :]
    return low[at] in ("was", "were") and not any(w in BE or w in MODALS or w in ("has", "have", "had") for w in rest)


def dated(low: Sequence[str]) -> bool:
    """Whether the words hold a year or a month: what happened then is not what this meeting did."""
    return any(re.fullmatch(r"(?:19|20)\d\d", w) for w in low) and bool(
        set(low) & {"in", "on", "since", "by", "until", "after", "at", "from"} | (set(low) & _MONTHS)
    )

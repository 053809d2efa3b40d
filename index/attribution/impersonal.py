"""Views that nobody in particular holds, or whose holder follows: "It was agreed", "There was consensus among", "Concern was expressed"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.attribution.acts import Predicate, turned
from index.attribution.claims import OWNERS, SUBORDINATORS, Claim, Reading, countries_in
from index.attribution.holder import Holder
from index.attribution.subjects import denies, indicative
from index.attribution.tokens import Token, lows, word_set
from index.attribution.verbs import BE, MODALS, passive_verb
from index.report import Act

_ELUSIVE = re.compile(
    r"(?:\w+ ){0,2}(?:consensus|agreement|unanimity|compromise) (?:\w+ ){0,4}?(?:proved|remained|was|remains|proved to be) (?:\w+ly )?"
    r"(?:elusive|out of reach|beyond reach|lacking|absent|impossible|a long way off)"
    r"|it (?:was|proved) (?:not possible|impossible) to (?:agree|(?:reach|find|achieve|come to) "
    r"(?:an |any |a )?(?:\w+ )?(?:agreement|consensus|compromise))"
    r"|(?:the )?(?:two |both )?(?:positions?|views|sides|differences|the gap) [^,;]{0,40}?(?:had |have |did |could )?(?:not|no) "
    r"(?:\w+ ){0,2}?(?:closer|narrow(?:ed)?|converged?|come together|be bridged|be reconciled|overcome|resolved)\b"
    r"|(?:the )?(?:\w+ )?(?:positions?|views|sides|opinions)\b[^,;]{0,30}? (?:remain|remained|were|stayed|are) (?:still )?(?:as )?"
    r"(?:far|furthest|farthest|wide|poles|worlds) (?:apart|from)"
    r"|(?:the )?(?:\w+ )?(?:positions?|views|opinions?|assessments|attitudes|reactions)\b[^,;]{0,30}? "
    r"(?:ranged|range|spanned) (?:all the way )?from\b"
    r"|(?:[^,;]{0,80}, )?no (?:decision|conclusion|recommendation|position)s? (?:was|were|could be) (?:taken|reached|adopted|made) "
    r"for (?:lack|want) of (?:consensus|agreement|unanimity)\b"
    r"|(?:\w+ ){1,4}(?:did not|has not|had not) (?:go|gone|pass|passed) (?:unchallenged|uncontested|unopposed)\b"
    r"|[^,;]*?\b(?:was|were|ended|closed|concluded|broke up|finished|adjourned|rose) [^,;]{0,25}?without (?:any |a |an |reaching )?"
    r"(?:\w+ )?(?:consensus|agreement|accord)\b"
)

_AFTER_THERE = word_set(
    "has have had seemed appeared remained emerged existed to n't also still however not thus nevertheless no by means nor never"
)


_VIEWS = word_set("view views opinion opinions position positions assessment assessments minds")
_PROPOSALS = word_set("proposal suggestion recommendation idea")
_HELD = word_set("view belief recognition sense conviction assessment feeling")
_STANDS = word_set("contention position stance submission claim thesis line argument")
_ARTICLES = word_set("a an the one another")
_CONTENT = word_set("to that a an the for whether how what")
_OWN_ACTS: frozenset[Act] = frozenset(["recommended", "concerned", "asked"])
_UTTERED = word_set("view views opinion opinions assessment assessments")
_DIFFERING = word_set("differed diverged varied clashed differ diverge")
_DIVIDED = word_set("divided split mixed polarised polarized at")
_PREPOSITIONS = word_set("of for to that on in by with")
_PUT_OFF = re.compile(
    r"\b(?:was|were) (?:(?:a )?questions? )?(?:left (?:for|to) (?:the|a|another) (?:next |later |future )?\w+|deferred"
    r"|not (?:decided|settled|resolved|answered)|put off"
    r"|held over|postponed|carried (?:over|forward)|left (?:pending|hanging|in brackets|in suspense)|set aside|put back|referred back)\b"
)
_CASE_MADE = re.compile(r"(?:an?|the) (?:\w+ ){0,2}case was (?:also |again )?made (?P<to>for|against|that)\b")
# What the rapporteur heard more than once: "A recurrent theme was", "One message came through".
_REFRAIN = re.compile(
    r"(?:an?|one|another|the) (?:\w+ )?(?:theme|message|refrain|thread|takeaway|take-away|leitmotif|motif|through-line)\b[^,;:]{0,60}? "
    r"(?:was|were|came through|emerged|ran through|stood out|rang out)\b|(?:much|a great deal|a good deal) was made of\b"
)
_TIME_SPENT = re.compile(
    r"(?:\w+ ){0,3}(?:part|half|third|quarter|rest|remainder|most|much|bulk) of the (?:\w+ )?(?:session|meeting|day|discussion|"
    r"morning|afternoon|workshop|time|debate) (?:was|were) (?:also )?(?:devoted|given over|dedicated|spent)\b"
)
_DRAWN = re.compile(r"(?:particular |special )?(?:attention|reference|mention) was (?:also |again )?(?:drawn|called|made)\b")
_REACHED = re.compile(
    r"by (?:common|general|unanimous) (?:consent|accord|assent|agreement)\b(?!.*\b(?:19|20)\d\d\b)|"
    r"(?:the|an|a) (?:\w+ )?(?:understanding|agreement|accord|compromise) was (?:\w+ )?reached (?:that|whereby|under which)\b"
)
_MATTERS = word_set("whether how who what question questions issue issues matter decision point choice text item proposal vote paragraph")
_BY_CONSENSUS = re.compile(
    r"[^,;]*?\b(?:was|were) (?:then |also )?(?:(?:adopted|approved|accepted|passed|agreed|endorsed) "
    r"(?:by (?:consensus|acclamation)|unanimously|without (?:a vote|dissent|objection))"
    r"|unanimously (?:adopted|approved|accepted|passed|agreed))"
)


def it_passive(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "It was agreed that", "It was not agreed", "It was suggested by some that", "It could not be agreed who"."""
    low = lows(tokens)
    if low[at] != "it":
        return None
    verb, negated, modal = passive_verb(low, at + 1)
    if verb is None or (modal and not negated):
        return None
    found = reading.wording.verb_at(low, verb)
    if found is None or "participle" not in reading.wording.forms[low[verb]].get(found[0].words[0], frozenset()):
        return None
    phrase, end = found
    rest = low[end - 1 : end + 12] if phrase.words[-1] == "that" else low[end : end + 12]
    inserted = at > 0 and low[at - 1] in (",", "as") and (not rest or rest[0] in (",", ".", "by"))
    if (
        not inserted
        and not set(rest) & {"that", "whether", "to", "if", "how", "who", "what", "why", "which", "when"}
        and phrase.act != "agreed"
    ):
        return None
    if phrase.words[0] in ("hold",) and "that" not in rest[:1]:
        return None
    act = turned(phrase.act, negated)
    if phrase.words == ("ask",) and set(rest[:1]) & {"that"}:
        act = "recommended"
    if phrase.words[0] == "suggest" and act == "recommended" and indicative(low, end):
        act = "stated"
    if act == "agreed" and denies(low[end : end + 14]):
        act = "disagreed"
    agent = reading.agent(tokens, end)
    predicate = Predicate(at, end, act, phrase.words)
    return Claim(act, agent, None if agent else "impersonal", predicate, "it")


def it_was_view(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "It was the unanimous view of the participants that"."""
    low = lows(tokens)
    if low[at] != "it" or low[at + 1 : at + 2] == [] or low[at + 1] not in BE:
        return None
    owner = reading.known(tokens, at + 2) if at + 2 < len(low) else None
    owned = owner is not None and low[owner.end : owner.end + 1] in (["'s"], ["'"])
    if owner is not None and owned and set(low[owner.end + 1 : owner.end + 4]) & (_VIEWS | _STANDS):
        return Claim("stated", owner, predicate=Predicate(at, owner.end + 1, "stated", ("view",)), frame="it")  # "it was the Thais' view"
    for i in range(at + 2, min(at + 7, len(low))):
        noun = reading.wording.noun_at(low, i)
        if low[i] in _STANDS and low[i + 1 : i + 2] == ["of"]:
            owner = reading.known(tokens, i + 2)
            return None if owner is None else Claim("stated", owner, predicate=Predicate(at, i + 1, "stated", (low[i],)), frame="it")
        if noun is None:
            continue
        act: Act = "agreed" if set(low[at:i]) & {"unanimous", "shared", "common", "consensus", "general"} else noun[0].act
        holder = reading.known(tokens, noun[1] + 1) if low[noun[1] : noun[1] + 1] in (["of"], ["among"]) else None
        if holder is None and "that" not in low[noun[1] : noun[1] + 1]:
            return None
        return Claim(act, holder, None if holder else "impersonal", Predicate(at, noun[1], act, noun[0].words), "it")
    return None


def it_was_matter(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "It was a matter of concern to all participants that"."""
    low = lows(tokens)
    if low[at] != "it" or low[at + 2 : at + 5] != ["a", "matter", "of"]:
        return None
    noun = next((n for i in range(at + 5, min(at + 8, len(low))) if (n := reading.wording.noun_at(low, i)) is not None), None)
    if noun is None or low[noun[1] : noun[1] + 1] not in (["to"], ["for"]):
        return None
    holder = reading.known(tokens, noun[1] + 1)
    return None if holder is None else Claim(noun[0].act, holder, predicate=Predicate(at, noun[1], noun[0].act, noun[0].words), frame="it")


def there_was(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "There was no consensus on", "There was support from the Ukrainian side", "There was agreement among the participants that"."""
    low = lows(tokens)
    if low[at] != "there":
        return None
    here = at + 1
    negated = False
    while here < len(low) and (low[here] in BE or low[here] in _AFTER_THERE or low[here] == "," or low[here].endswith("ly")):
        if low[here] == "had" or low[here] in MODALS:
            return None
        if low[here] == ",":  # "There was, on the other hand, deep division"
            close = next((i for i in range(here + 1, min(here + 8, len(low))) if low[i] == ","), here)
            here = close + 1
            continue
        negated = negated or low[here] in ("no", "not", "n't", "never", "hardly")
        if low[here] == "hardly" or low[here] == "scarcely":
            negated = True
        here += 1
    if here == at + 1:
        return None
    return noun_claim(reading, tokens, here, negated, "there")


def noun_claim(reading: Reading, tokens: Sequence[Token], at: int, negated: bool, frame: str) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """An act's noun within a few words from `at`, with whose it is."""
    low = lows(tokens)
    article = False
    for i in range(at, min(at + 7, len(low))):
        if low[i] in ("no", "little", "less", "few", "scant", "hardly", "without"):
            negated = True
        if low[i] in ("near", "almost", "nearly"):
            return None  # "near consensus" is none
        article = article or low[i] in ("an", "a")
        noun = reading.wording.noun_at(low, i)
        if noun is not None:
            phrase, end = noun
            if phrase.words == ("understanding",) or (
                phrase.words in (("agreement",), ("accord",)) and article and "general" not in low[at:i]
            ):
                return None
            act = turned(phrase.act, negated)
            if phrase.act == "stated" and set(low[at:i]) & {"unanimous", "shared", "common"} and not negated and phrase.words[0] in _HELD:
                act = "agreed"  # "There was a shared sense among participants that"
            if act == "agreed" and low[end : end + 1] == ["to"] and low[end + 1 : end + 2] == ["disagree"]:
                act = "disagreed"
            holder = reading.whose(tokens, end + 2 * (low[end : end + 2] == ["of", "views"]))
            if holder is None and low[end : end + 1] == ["on"] and set(low[end + 1 : end + 5]) & {"side", "sides"}:
                holder = reading.known(tokens, end + 1)  # "There was concern on the Indian side"
            if holder is None and phrase.act == "agreed" and low[end : end + 1] in (["among"], ["amongst"], ["between"]):
                return None  # "consensus among experts worldwide"
            if phrase.act == "agreed" and holder is not None and holder.scope == "government":
                return None
            predicate = Predicate(at, end, act, phrase.words, negated=negated)
            if act == "none":
                return None
            return Claim(act, holder, None if holder else "impersonal", predicate, frame)
        if (
            not low[i][0].isalnum()
            or low[i] in ("of", "for", "to", "that", "on", "in", "by", "with", "from", "who", "which", "than")
            or low[i] in BE
        ):
            return None
    return None


def holder_view(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "The Japanese position was that", "The view of Polish participants was that", "The consensus was that"."""
    low = lows(tokens)
    stop = next((i for i in range(at, min(at + 14, len(low))) if low[i] in ("was", "is", "remained", "remains", "were")), None)
    proposal = (
        stop is not None
        and low[at] in ("one", "another", "a")
        and _PROPOSALS & set(low[at:stop])
        and low[stop] == "was"
        and "by" not in low[at:stop]
    )
    if proposal and stop is not None and low[stop + 1 : stop + 2] in (["to"], ["that"], ["a"], ["an"], ["for"]):
        owner = reading.whose(tokens, stop - 1)
        return Claim("recommended", owner, None if owner else "impersonal", Predicate(at, stop, "recommended", ("proposal",)), "noun")
    if stop is None or low[stop + 1 : stop + 2] not in (["that"], ["clear"], ["one"]):
        return None
    for i in range(at, stop):
        noun = reading.wording.noun_at(low, i) or (
            (None, i + 1) if low[i] in ("position", "stance", "message", "conclusion", "attitude", "response", "answer") else None
        )
        if noun is None:
            continue
        act: Act = "stated" if noun[0] is None else noun[0].act
        owner = _possessor(reading, tokens, at, i + 1)
        if owner is None and low[i + 1 : i + 2] in (["of"], ["among"], ["from"], ["by"]):
            owner = reading.known(tokens, i + 2)
        if owner is None and noun[0] is None:
            return None
        return Claim(act, owner, None if owner else "impersonal", Predicate(i, stop, act, (low[i],)), "noun")
    return None


def own_noun(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "The Indian participants' advice was to wait"; "A worry shared by many was the price"; "The main concern was the price"."""
    low = lows(tokens)
    stop = next((i for i in range(at, min(at + 14, len(low) - 1)) if low[i] == "was"), None)
    if stop is None or low[stop + 1] not in _CONTENT:
        return None
    for i in range(at, stop):
        noun = reading.wording.noun_at(low, i)
        if noun is None or noun[0].act not in _OWN_ACTS:
            continue
        end = noun[1]
        after = end + (low[end] in ("shared", "raised", "voiced", "expressed", "common"))
        owner = _possessor(reading, tokens, at, end)
        if owner is None and low[after] in ("of", "for", "by", "to"):
            owner = reading.known(tokens, after + 1)
        of_nobody = end == stop and low[at] in _ARTICLES and low[stop + 1] in ("to", "that", "whether", "the")
        if (owner is None and not of_nobody) or (owner is not None and owner.scope in ("government", "impersonal", "unattributed")):
            return None
        return Claim(noun[0].act, owner, None if owner else "impersonal", Predicate(i, stop, noun[0].act, (low[i],)), "noun")
    return None


def noun_passive(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """ "Concern was expressed", "No agreement was reached", "Views were divided", "No common view emerged", "Differences remained"."""
    low = lows(tokens)
    head = _head_noun(reading, low, at)
    if head is None:
        return None
    noun_act, here, negated, owned = head
    stop = next((i for i in range(here, min(here + 18, len(low))) if _is_predicate(reading, low, i)), None)
    if stop is None or any(w in SUBORDINATORS or w == "," for w in low[here:stop]) or "had" in low[stop : stop + 3]:
        return None
    holder = reading.whose(tokens, here) or (_possessor(reading, tokens, at, here) if owned else None)
    verb, more, modal = passive_verb(low, stop)
    predicate = Predicate(at, stop + 1, "disagreed", ("differ",))
    if low[here - 1] in _VIEWS and noun_act == "stated":
        if low[stop] in _DIFFERING or (verb is not None and (low[verb] in _DIVIDED or low[verb].startswith("diverg"))):
            return Claim("disagreed", holder, None if holder else "impersonal", predicate, "noun")
        if low[here - 1] not in _UTTERED:
            return None
    if not _carried_out(reading, low, stop, verb, noun_act) or (modal and not (more or negated)):
        return None
    act = turned(noun_act, negated != more)
    if low[here - 1] in _VIEWS and verb is not None and low[verb] == "exchanged":
        act = "discussed"
    end = verb + 1 if verb is not None else stop + 1
    close = next((i for i in range(end + 1, min(end + 8, len(low))) if low[i] == ","), end) if low[end : end + 1] == [","] else end
    agent = reading.agent(tokens, close + (close > end))  # "was expressed, with some surprise, by the Thai side"
    if agent is not None and verb is not None and low[verb] in ("noted", "heard", "acknowledged"):
        return Claim(
            "stated", agent, predicate=Predicate(at, end, "stated", (low[verb],)), frame="noun"
        )  # "Moscow's concerns were noted by"
    holder = holder or agent
    predicate = Predicate(at, end, act, (low[here - 1],), negated=negated != more)
    return None if act == "none" else Claim(act, holder, None if holder else "impersonal", predicate, "noun")


def _head_noun(reading: Reading, low: Sequence[str], at: int) -> tuple[Act, int, bool, bool] | None:
    """An act's noun within six words: its act, where it ends, whether it is negated, and whether others own it ("Japanese views")."""
    negated = False
    for i in range(at, min(at + 6, len(low))):
        negated = negated or low[i] in ("no", "little", "few", "hardly")
        noun = reading.wording.noun_at(low, i)
        if noun is not None or low[i] in _VIEWS:
            return (noun[0].act, noun[1], negated, i > at) if noun is not None else ("stated", i + 1, negated, i > at)
        if (not low[i][0].isalpha() and low[i] not in ("'s", "'")) or low[i] in BE or low[i] in _PREPOSITIONS:
            return None
    return None


def _possessor(reading: Reading, tokens: Sequence[Token], at: int, end: int) -> Holder | None:
    """ "Participants' views", "the French delegation's view", "Japanese and Russian views": whose they are."""
    if tokens[at].low in OWNERS:
        pronoun, number = OWNERS[tokens[at].low]
        return reading.resolve(Holder(at, at + 1, "unattributed", number=number, pronoun=pronoun))
    holder = reading.holders.read(tokens, at)
    if holder is not None and holder.pronoun is None and lows(tokens)[holder.end : holder.end + 1] in (["'"], ["'s"]):
        return holder
    return countries_in(tokens, at, end - 1)


def _is_predicate(reading: Reading, low: Sequence[str], at: int) -> bool:
    auxiliary = low[at] in BE or low[at] in MODALS or low[at] in ("has", "have", "had", "n't")
    return auxiliary or reading.wording.listed_at("carriers.intransitive", low, at) is not None


def _carried_out(reading: Reading, low: Sequence[str], stop: int, verb: int | None, noun_act: Act) -> bool:
    """Whether the verb at `stop` brings the noun about: "was expressed", "emerged"; and not "Views are given by country"."""
    if low[stop] in ("is", "are", "be") and noun_act != "agreed":
        return False
    if verb is not None and reading.wording.listed_at("carriers.passive", low, verb) is not None:
        return True
    intransitive = [i for i in (stop, verb) if i is not None and low[i] not in BE]
    alone = any(reading.wording.listed_at("carriers.intransitive", low, i) is not None for i in intransitive)
    return alone and noun_act not in ("recommended", "supported", "stated")


def came_up(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """ "The state of the canals came up in the discussion"; "Time was spent discussing insurance"."""
    low = lows(tokens)
    text = " ".join(low[at : at + 24])
    if re.match(
        r"[^,;]*?\b(?:was|were) the (?:main |central |chief )?(?:subject|topic|focus|theme|object) of "
        r"(?:\w+ ){0,3}?(?:debate|discussion|exchange)",
        text,
    ):
        return Claim("discussed", None, "impersonal", frame="passive")
    drawn = _DRAWN.match(text)
    if drawn is not None:
        agent = reading.agent(tokens, at + len(drawn[0].split()))
        return Claim("stated", agent, None if agent else "impersonal", frame="passive")
    case = _CASE_MADE.match(text)
    if case is not None:
        agent = reading.agent(tokens, at + len(case[0].split()) - 1)
        argued: Act = {"for": "recommended", "against": "disagreed"}.get(case["to"], "stated")  # type: ignore[assignment]
        return Claim(argued, agent, None if agent else "impersonal", frame="passive")
    if _REFRAIN.match(text):
        return Claim("stated", None, "impersonal", frame="passive")
    if _TIME_SPENT.match(text):
        return Claim("discussed", None, "impersonal", frame="passive")
    if _REACHED.match(text):
        return Claim("agreed", None, "impersonal", frame="passive")
    if _ELUSIVE.match(text):
        return Claim("disagreed", None, "impersonal", frame="passive")
    if _BY_CONSENSUS.match(text) and not re.search(r"\b(?:19|20)\d\d\b", " ".join(low[at:])):
        return Claim("agreed", None, "impersonal", frame="passive")
    if _PUT_OFF.search(text) and set(low[at : at + 3]) & _MATTERS:
        return Claim("asked", None, "impersonal", frame="passive")
    if re.match(r"(?:also )?left (?:open|unresolved|unanswered|undecided) (?:was|were)\b", text):
        return Claim("asked", None, "impersonal", frame="passive")
    if re.search(
        r"^[^,;]*?\b(?:came up|arose) (?:briefly |again |also )*(?:in|during|for) (?:the |a )?(?:\w+ )?(?:discussions?|debate|exchange)",
        text,
    ):
        return Claim("discussed", None, "impersonal", frame="passive")
    if re.search(
        r"^(?:\w+ ){0,4}(?:was|were) (?:also )?(?:spent|given over to|devoted to) (?:discussing|debating|reviewing|a discussion of)", text
    ):
        return Claim("discussed", None, "impersonal", frame="passive")
    return None

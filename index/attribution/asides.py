"""Frames around the content: who holds a view is named after it, inside it, or before it; and the order in which all frames are tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.acts import Predicate, read_predicate, turned
from index.attribution.claims import CONCESSIVE, CONDITIONAL, OWNERS, SUBORDINATORS, Claim, Reading, clause_start, countries_in, try_clause
from index.attribution.clauses import main, second
from index.attribution.holder import Holder
from index.attribution.impersonal import it_passive, noun_claim, there_was
from index.attribution.passives import NO_PASSIVE
from index.attribution.subjects import refined, subject
from index.attribution.tokens import Token, lows, word_set
from index.attribution.verbs import BE, MODALS, verb_phrase
from index.report import Act, Scope

_CLOSERS = word_set('. ! ? ” " ’ ) …')


_VIEWS = word_set(
    """
    view views opinion opinions eyes judgement judgment assessment words reading experience estimation mind minds understanding
    """
)


_TO_PEOPLE = word_set("welcome thank congratulate invite inform tell remind brief assure encourage commend praise applaud greet")
_QUALIFYING = word_set(
    """
    strong broad general wide widespread clear growing deep serious grave some little no considerable continued renewed overwhelming
    unanimous full partial limited lingering persistent shared common mutual cautious warm firm basic much more also further repeated
    great particular major main real open urgent joint few many several near-unanimous
    """
)
_ABOUT = word_set("between that on for over about regarding with as to among of from at in")
_IT, _REMAINED = word_set("it this that these they such"), word_set("was remained is were remains would could")
_UNACCEPTABLE = word_set("unacceptable inadmissible unthinkable intolerable")
_PRONOUNS = word_set("they he she it")
_SPEAKING_FOR = ((("speaking", "for"), 2), (("speaking", "on", "behalf", "of"), 4), (("on", "behalf", "of"), 3))
_EXCEPTION = re.compile(r"\bexceptions?\b|\bexcept\b|\bapart from\b|\bother than\b|\bsave for\b|\bbut one\b|\bbut two\b")


def read_claim(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """The claim of a sentence, or None where nothing says who holds it."""
    if not tokens:
        return None
    frames = (inverted, inserted, as_put, on_side, among, by_view, main, second, by_agent, presented, fragment)
    claim = next((claim for frame in frames if (claim := frame(reading, tokens)) is not None), None)
    return None if claim is None else _spoken_for(_with_exceptions(claim, tokens), tokens)


def _spoken_for(claim: Claim, tokens: Sequence[Token]) -> Claim:
    """ "Speaking for Malawi, the lead participant said": a person of no country speaks as one of the country's."""
    low = lows(tokens)
    after = next((n for words, n in _SPEAKING_FOR if low[: len(words)] == list(words)), None)
    if after is None or claim.holder is None or claim.holder.scope != "person" or claim.holder.countries:
        return claim
    after += low[after : after + 1] == ["the"]
    country = tokens[after].country if after < len(tokens) else None
    return claim if country is None else replace(claim, holder=replace(claim.holder, countries=(country,)))


def _with_exceptions(claim: Claim, tokens: Sequence[Token]) -> Claim:
    """ "Participants, with one exception, agreed": everyone but one is only some."""
    if claim.holder is None or claim.holder.scope != "everyone" or claim.predicate is None or claim.holder.negative:
        return claim
    before = " ".join(lows(tokens)[: claim.predicate.start])
    return replace(claim, holder=replace(claim.holder, scope="some", countries=())) if _EXCEPTION.search(before) else claim


def inverted(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "..., noted Russian and Japanese participants."; '"...," as he put it.'"""
    low = lows(tokens)
    for i in range(len(tokens) - 2, 0, -1):
        if not _parts(tokens, i):
            continue
        at = i + 1
        if low[at : at + 1] == ["as"]:
            claim = try_clause(reading, tokens, at + 1, subject)
            if claim is not None and claim.predicate is not None and len(tokens) - claim.predicate.end <= 4:
                return replace(claim, frame="inverted")
            continue
        while at < len(tokens) and low[at].endswith("ly"):
            at += 1
        if at >= len(tokens) or tokens[at].quoted:
            continue
        verb = verb_phrase(low, at, reading.wording)
        if verb is not None and verb[0].words[0] in _TO_PEOPLE and low[i] == ",":
            continue  # "The Minister, Mr. Soto, welcomed participants."
        if verb is None or not reading.wording.forms.get(low[at], {}).get(verb[0].words[0], frozenset()) & {"past", "s"}:
            continue
        holder = reading.known(tokens, verb[1])
        if holder is None or not _closes(tokens, holder.end):
            continue
        main = subject(reading, tokens, clause_start(tokens))
        if main is not None and main.predicate is not None and main.predicate.start <= at < main.predicate.end:
            continue  # "The Chair, Mr. Dalisay, thanked all delegations."
        if low[i] == "," and low[0] in ("not", "no") and i < 3 and verb[0].act == "stated":
            return Claim("disagreed", holder, predicate=Predicate(at, verb[1], "disagreed", verb[0].words), frame="inverted")
        if low[i] == "," and tokens[i - 1].quoted is False and i < 3:
            continue
        return Claim(
            turned(verb[0].act, verb[2] != holder.negative),
            holder,
            predicate=Predicate(at, verb[1], verb[0].act, verb[0].words),
            frame="inverted",
        )
    return None


def inserted(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "Both the swings, participants agreed, make ..."; "Insurers, it was noted, regard ..."; "..., participants said." """
    low = lows(tokens)
    for i in range(1, len(tokens) - 2):
        if not _parts(tokens, i):
            continue
        begin = i + 1 + (low[i + 1] == "as")
        claim = try_clause(reading, tokens, begin, subject) or try_clause(reading, tokens, begin, it_passive)
        if claim is None or claim.predicate is None or (low[begin] in _PRONOUNS and _told_before(reading, tokens, i)):
            continue
        end = claim.predicate.end
        if claim.predicate.phrase[0] in _TO_PEOPLE:  # "The treaty, she reminded participants, had survived"
            listeners = reading.holders.read(tokens, end)
            end = listeners.end if listeners is not None else end
        while end < len(tokens) and (low[end].endswith("ly") or low[end] in ("too", "again", "also")):
            end += 1
        at_end = end >= len(tokens) or low[end] in (".", "!", "?", "…")
        if (at_end or low[end] in (",", "–", "—")) and (i > 1 or tokens[0].quoted):
            if low[end : end + 1] == [","] and low[end + 1 : end + 2] and low[end + 1] in ("however", "though", "too"):
                continue
            if low[0] in CONCESSIVE | CONDITIONAL and not at_end:
                continue
            return replace(claim, frame="inserted")
    return None


def _told_before(reading: Reading, tokens: Sequence[Token], at: int) -> bool:
    """Whether the clause before a colon already says who "they" are: "Several mayors were sceptical: there is a queue, they said"."""
    if not {":", ";"} & set(lows(tokens)[:at]):
        return False
    claim = main(reading, tokens)
    return claim is not None and claim.predicate is not None and claim.predicate.end < at


def among(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "Among Japanese participants, there was concern over costs"; "On the Finnish side there was little appetite"."""
    if tokens[0].low not in ("among", "amongst", "on", "within"):
        return None
    holder = reading.known(tokens, 1)
    if holder is None:
        return None
    after = holder.end + (lows(tokens)[holder.end : holder.end + 1] == [","])
    claim = try_clause(reading, tokens, after, there_was)
    return None if claim is None else replace(claim, holder=holder, scope=None)


def by_view(reading: Reading, tokens: Sequence[Token]) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """ "According to the French participants, ..."; "..., in the view of the Indian side."; "For the Japanese participants, ..." """
    low = lows(tokens)
    for i in range(len(tokens) - 1):
        if tokens[i].quoted:
            continue
        begin: int | None = None
        opens = i == 0 or low[i - 1] in (",", "but", "and", "yet", ";", ":")
        if low[i] == "according" and low[i + 1] == "to":
            begin = i + 2
        elif low[i] in ("in", "to") and _view_of(low, i) is not None:
            begin = _view_of(low, i)
        elif low[i] == "from" and opens and {"perspective", "viewpoint", "standpoint", "view", "vantage"} & set(low[i : i + 8]):
            return _perspective(reading, tokens, i + 1)
        elif low[i] == "in" and opens and low[i + 1] in OWNERS and low[i + 2 : i + 3] and low[i + 2] in _VIEWS:
            if _told_before(reading, tokens, i):
                return None
            holder = reading.resolve(Holder(i, i + 3, "unattributed", number=OWNERS[low[i + 1]][1], pronoun=OWNERS[low[i + 1]][0]))
            return None if holder is None else Claim("stated", holder, frame="view")
        elif low[i] == "in" and opens:
            claim = _perspective(reading, tokens, i + 1, possessive=True)
            if claim is not None:
                return claim
        elif low[i] in ("for", "to") and i == 0 and (claim := _for_holder(reading, tokens)) is not None:
            return claim
        if begin is not None and (opens or begin > i):
            holder = reading.known(tokens, begin)
            if holder is not None:
                return Claim("stated", holder, frame="view")
    return None


def _for_holder(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "For the Japanese participants, ..."; "For the Brazilian side it remained unacceptable"."""
    holder = reading.known(tokens, 1)
    if holder is None or holder.scope in ("government", "impersonal"):
        return None
    rest = lows(tokens)[holder.end : holder.end + 9]
    if lows(tokens)[holder.end - 1] == "part":
        return None
    noun = reading.wording.noun_at(lows(tokens), holder.end + 2) if rest[:2] == [",", "the"] else None
    if noun is not None and lows(tokens)[noun[1] : noun[1] + 1] in (["was"], ["is"], ["remained"]):
        return Claim(noun[0].act, holder, frame="view")  # "For the Thai participants, the worry was"
    if rest[:1] == [","] or (len(rest) > 1 and rest[0] in _IT and rest[1] in _REMAINED):
        return Claim("disagreed" if _UNACCEPTABLE & set(rest) else "stated", holder, frame="view")
    return None


def _perspective(reading: Reading, tokens: Sequence[Token], at: int, *, possessive: bool = False) -> Claim | None:
    """ "From the American perspective", "in Japanese participants' view", "from the standpoint of the Thai side"."""
    low = lows(tokens)
    stop = next(
        (j for j in range(at, min(at + 8, len(low))) if low[j] in _VIEWS | {"perspective", "viewpoint", "standpoint", "vantage"}), None
    )
    if stop is None:
        return None
    if low[stop + 1 : stop + 2] == ["of"]:
        holder = reading.known(tokens, stop + 2)
        return Claim("stated", holder, frame="view") if holder is not None else None
    if possessive and low[stop - 1] not in ("'s", "'") and not tokens[stop - 1].country:
        return None
    owner = reading.known(tokens, at) if possessive else None
    if owner is not None and owner.scope in ("person", "delegation", "some") and owner.end in (stop - 1, stop):
        return Claim("stated", owner, frame="view")
    whose = countries_in(tokens, at, stop)
    return None if whose is None else Claim("stated", whose, frame="view")


def as_put(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "As Dr. Anane-Boateng put it, ...", "As several participants noted, ..."."""
    if tokens[0].low != "as" or len(tokens) < 4:
        return None
    claim = try_clause(reading, tokens, 1, subject)
    if claim is None or claim.predicate is None:
        return None
    return replace(claim, frame="view") if "," in lows(tokens)[claim.predicate.end : claim.predicate.end + 3] else None


def on_side(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "On the South Korean side, participants made it clear"."""
    if tokens[0].low != "on" or "side" not in lows(tokens)[:8]:
        return None
    side = reading.holders.read(tokens, 1)
    if side is None or side.scope != "delegation" or lows(tokens)[side.end : side.end + 1] != [","]:
        return None
    claim = main(reading, tokens)
    if claim is None or claim.holder is None or claim.holder.scope not in ("everyone", "some") or claim.holder.countries:
        return None
    scope: Scope = "delegation" if claim.holder.scope == "everyone" else "some"
    return replace(claim, holder=replace(claim.holder, scope=scope, countries=side.countries))


def by_agent(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "One idea, floated by a Korean expert, was ...": a participle with its agent, in a sentence that claims nothing else."""
    low = lows(tokens)
    for i in range(1, len(tokens) - 3):
        if low[i] != "," or tokens[i].quoted or low[i + 2] != "by":
            continue
        verb = reading.wording.verb_at(low, i + 1)
        holder = reading.known(tokens, i + 3) if verb is not None else None
        if verb is None or holder is None or "participle" not in reading.wording.forms[low[i + 1]].get(verb[0].words[0], frozenset()):
            continue
        if holder.scope != "government" and verb[0].words[0] not in NO_PASSIVE:
            return Claim(verb[0].act, holder, predicate=Predicate(i + 1, i + 2, verb[0].act, verb[0].words), frame="agent")
    return None


def presented(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "The session opened with a Kenyan lawyer, who told the room that ...": narration that ends in a person and what they said."""
    low = lows(tokens)
    for i in range(2, len(tokens) - 2):
        if low[i] != "," or low[i + 1] != "who" or tokens[i].quoted:
            continue
        for begin in range(max(i - 14, 0), i):
            holder = reading.holders.read(tokens, begin)
            if holder is None or holder.scope != "person" or holder.end != i or holder.pronoun is not None or not holder.countries:
                continue
            predicate = read_predicate(tokens, i + 2, reading.wording)
            if predicate is None or predicate.act in ("none", "discussed") or predicate.tense != "past":
                return None
            act = refined(predicate, holder, tokens)
            return None if act is None else Claim(act, holder, predicate=predicate, frame="presented")
    return None


_LABEL = re.compile(
    r"(?:still |remains |remaining )?(?:(?P<open>open|unresolved|undecided|unsettled|unanswered|unclear|outstanding|pending)"
    r"|contested|disputed|controversial|contentious)(?: \w+){0,2} :"
)


def fragment(reading: Reading, tokens: Sequence[Token]) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """ "Broad consensus that ...", "No consensus on ...", "Support for ...": a list item without a verb of its own."""
    low = lows(tokens)
    at = clause_start(tokens)
    if at < len(tokens) and (label := _LABEL.match(" ".join(low[:5]))) is not None:  # a note's "Open: whether and how to talk to Kabul."
        act: Act = "asked" if label["open"] else "disagreed"
        return Claim(act, None, "impersonal", Predicate(0, 1, act, (low[0],)), "fragment")
    if at >= len(tokens) or (low[at] != "no" and reading.holders.read(tokens, at) is not None):
        return None
    if low[at] in ("recommend", "propose", "suggest") and at == 0:  # a note's "Recommend joint drill in Tasiilaq."
        return Claim("recommended", None, "impersonal", Predicate(at, at + 1, "recommended", (low[at],)), "fragment")
    claim = noun_claim(reading, tokens, at, False, "fragment")
    if claim is None or claim.predicate is None:
        return None
    end = claim.predicate.end
    following = low[end : end + 1]
    verb_like = any("s" in forms or "base" in forms for forms in reading.wording.forms.get(low[end - 1], {}).values())
    if verb_like and not set(low[at : end - 1]) <= _QUALIFYING:
        return None  # "The plan calls for": a verb
    if not set(following) & _ABOUT and not (following == [":"] and claim.predicate.negated):  # "No agreement: closed seasons."
        return None
    own_verb = following != ["that"] and _finite_before_end(tokens, end)
    return None if own_verb else claim


def _parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether the mark at `at` may part the content from who said it: a comma, a dash, or the end of a quotation."""
    token = tokens[at]
    if token.low in (",", "–", "—"):
        return not (token.quoted and at + 1 < len(tokens) and tokens[at + 1].quoted)
    return token.low in ("”", '"', "’", "?", "!") and at + 1 < len(tokens) and not tokens[at + 1].quoted


def _closes(tokens: Sequence[Token], end: int) -> bool:
    """Whether nothing that matters follows an inverted holder."""
    if end >= len(tokens):
        return True
    low = tokens[end].low
    return (
        low in _CLOSERS
        or low in (",", ";", "(", "–", "—", ":")
        or low in ("sitting", "standing", "in", "at", "during", "on", "to", "who", "of", "from", "as", "after", "when", "with")
    )


def _view_of(low: Sequence[str], at: int) -> int | None:
    """Where the holder begins in "in the view of X", "in the eyes of X", "to the mind of X"."""
    for i in range(at + 1, min(at + 4, len(low) - 2)):
        if low[i] in _VIEWS and low[i + 1] == "of":
            return i + 2
    return None


def _finite_before_end(tokens: Sequence[Token], at: int) -> bool:
    """Whether a finite verb of the fragment's own follows: one after "who" or "that" belongs to what the fragment is about."""
    for token in tokens[at:]:
        if token.low in SUBORDINATORS or token.low == "where":
            return False
        if token.low in BE or token.low in MODALS or token.low in ("has", "have", "had", "did", "does"):
            return True
    return False

"""Where in a sentence its main clause begins, and what that clause claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.claims import CONCESSIVE, CONDITIONAL, SUBORDINATORS, Claim, Form, Reading, clause_start, try_clause
from index.attribution.holder import Holder
from index.attribution.impersonal import came_up, holder_view, it_passive, it_was_matter, it_was_view, noun_passive, own_noun, there_was
from index.attribution.passives import passive, reception
from index.attribution.subjects import nor_did, point_agreed, reply, subject, unanswered
from index.attribution.tokens import Token, lows, word_set

_INTRO = word_set(
    """
    in on at to by for from with within under over during after before since until despite regarding concerning given considering noting
    recalling following turning speaking responding reacting replying asked pressed faced commenting reflecting against among between
    about upon to through throughout without while although though whereas as when if because once unlike like based looking drawing
    citing pointing referring moving beyond finally first firstly second secondly third lastly overall generally similarly conversely
    likewise further furthermore moreover however nevertheless nonetheless still yet but and also meanwhile here there then thus
    therefore consequently instead indeed even that said more most not only additionally broadly again later earlier today yesterday
    notwithstanding rather whether according having being using stressing emphasizing emphasising welcoming acknowledging recognizing
    recognising convinced aware mindful conscious alarmed encouraged persuaded worried
    building taking closing concluding opening introducing one two both all none
    """
)

_PREPOSITIONS = word_set("on at in during after throughout by")
_GOVERNING = word_set(
    "of by with for between among the at in on after before during since from to until following under over within through throughout into"
)
_UNMARKED = word_set("by at in on during after throughout here there then now nevertheless however finally overall yet still")
_ELSEWHERE = re.compile(
    r"(?:at|in|during) (?:the|their|its|that) (?:previous|last|earlier|preceding|prior|inaugural) (?:\w+ )?"
    r"(?:meetings?|rounds?|dialogues?|forum|workshops?|conference|summit|years?)\b"
    r"|(?:\w+ ){1,3}(?:years?|months?) (?:later|earlier|before|ago)\b"
    r"|(?:back )?(?:in|since) (?:\w+ )?(?:19|20)\d\d ,"
)


def main(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """ "Japanese participants confirmed", "It was agreed", "There was consensus", "Views were divided", also after an introduction."""
    low = lows(tokens)
    begin = clause_start(tokens)
    opener = low[begin] if begin < len(low) else ""
    starts: list[int] = []
    fronted = opener in _PREPOSITIONS and low[begin + 1 : begin + 2] != ["which"]
    if opener not in CONCESSIVE and not is_condition(tokens, begin) and not fronted:
        starts.append(begin)
    if _introduced(low, begin) or (tokens[begin : begin + 1] and low[begin : begin + 2] == ["that", "said"]):
        starts += [i + 1 for i in range(begin, len(tokens) - 1) if low[i] == "," and not tokens[i].quoted]
        starts += _unmarked(tokens, begin)
    if opener in CONCESSIVE:
        starts.append(begin + 1)
    if fronted and not is_condition(tokens, begin):
        starts.append(begin)  # "On one thing all were agreed": first what follows the introduction
    if _ELSEWHERE.match(" ".join(low[begin : begin + 9])):
        return None  # what another meeting did
    if opener in CONCESSIVE | CONDITIONAL:
        reading = _with_inner(reading, tokens, begin + 1)
    if (
        fronted
        and (named := next((c for at in starts[:-1] if (c := try_clause(reading, tokens, at, subject)) is not None), None)) is not None
    ):
        return named
    for at in starts:
        claim = clause(reading, tokens, clause_start(tokens, at))
        if claim is not None:
            return claim
    return None


def _with_inner(reading: Reading, tokens: Sequence[Token], at: int) -> Reading:
    """ "Although participants agreed on the goal, they differed": a pronoun first looks to the clause before it."""
    inner = reading.holders.read(tokens, at)
    if inner is None or inner.pronoun is not None or inner.scope == "impersonal":
        return reading
    named = replace(inner, span=(tokens[inner.start].start, tokens[inner.end - 1].end), negative=False)

    def resolve(pronoun: Holder) -> Holder | None:
        fits = (named.number == "one") == (pronoun.number == "one") and pronoun.pronoun in ("they", "he", "she", "it")
        return replace(named, start=pronoun.start, end=pronoun.end) if fits else reading.resolve(pronoun)

    return Reading(reading.wording, reading.holders, resolve, reading.before)


def is_condition(tokens: Sequence[Token], begin: int) -> bool:
    """ "If the two sides agree", "Had participants agreed": what may not have been."""
    low = lows(tokens)
    return (
        low[begin : begin + 1] != []
        and low[begin] in CONDITIONAL
        and not (low[begin] in ("as", "since", "had") and low[begin + 1 : begin + 2] == ["one"])
    )


def _unmarked(tokens: Sequence[Token], begin: int) -> list[int]:
    """ "At the closing session participants recommended": an introduction without a comma; where a holder may begin after it."""
    low = lows(tokens)
    if low[begin] not in _UNMARKED and low[begin : begin + 2] not in (["to", "this"], ["to", "that"], ["to", "which"]):
        return []
    return [i for i in range(begin + 1, min(begin + 9, len(tokens))) if low[i - 1] not in _GOVERNING]


def clause(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """The claim of a clause that begins at token `at`."""
    forms: tuple[Form, ...] = (
        nor_did,
        reply,
        unanswered,
        point_agreed,
        it_passive,
        it_was_matter,
        it_was_view,
        there_was,
        own_noun,
        holder_view,
        subject,
        noun_passive,
        reception,
        passive,
        came_up,
    )
    return next((claim for form in forms if (claim := try_clause(reading, tokens, at, form)) is not None), None)


def second(reading: Reading, tokens: Sequence[Token]) -> Claim | None:
    """A clause of its own beside the narrator's: "..., although Russia and Japan have agreed", "...; participants agreed"."""
    low = lows(tokens)
    if is_condition(tokens, clause_start(tokens)):
        return None
    for i in range(2, len(tokens) - 1):
        if tokens[i].quoted:
            continue
        if low[i] in SUBORDINATORS and low[i : i + 2] != ["that", "said"]:
            rest = [j for j in range(i, len(tokens)) if low[j] == ";"]
            if not rest:
                return None
            continue
        starts = (
            low[i] == ";"
            or low[i] in CONCESSIVE
            or low[i] == "but"
            or (low[i - 1] == "," and low[i] in ("and", "yet", "but", "while", "with"))
        )
        if starts and low[i] != "with":
            claim = clause(reading, tokens, clause_start(tokens, i + 1))
            if claim is not None:
                return claim
    return None


def _introduced(low: Sequence[str], begin: int) -> bool:
    """Whether a clause opens with something before its subject: "On verification, ...", "Next, ...", "A day later, ..."."""
    opener = low[begin] if begin < len(low) else ""
    return opener in _INTRO or opener.endswith(("ly", "ing")) or "," in low[begin + 1 : begin + 6]

"""How firmly: the act of a predicate, read from its verb group, with what negates, weakens or turns it.

`read_predicate(tokens, at, ...)` reads what follows a subject: "also, however, did not fully endorse". A verb that may not have happened
("would agree", "will discuss") or lies before the meeting ("had agreed") is no act of the meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.attribution.tokens import Token, lows, word_set
from index.attribution.verbs import BE, COMPLEMENTS, DO, HAVE, MODALS, NEGATIONS, around_aside, carried, spent, verb_phrase
from index.attribution.wording import Phrase, Wording
from index.report import Act

_FEELING = word_set("felt feel feels remains seems remained remain seemed appeared became grew proved stood came")
_ADVERBS = word_set(
    """
    also however then again still now both alike nevertheless nonetheless further moreover instead though too all each rather even often
    once twice therefore thus hence indeed themselves himself herself itself jointly first next finally accordingly meanwhile always just
    only likewise since soon later long yet so well very quite more most much as
    """
)
_ASIDES = tuple(
    tuple(aside.split())
    for aside in """
    by and large; on the whole; in general; in principle; in turn; in particular; in part; by contrast; for their part; for its
    part; for his part; for her part; at length; in response; in return; in reply; in closing; in conclusion; in detail; of
    course; at the same time; on the other hand; to a person; to a man; on their part; as one; as a whole; in addition; across
    the board; at first; at least; in private; with one voice; once again; once more; time and again; in passing; without
    exception; without dissent; in unison; in the end; at the outset
    """.split(";")
)
_NO_ADVERB = word_set("apply reply rely supply imply comply rally tally")
_NEVER = tuple(tuple(n.split()) for n in ("by no means", "in no way", "at no point", "no longer", "not at all", "under no circumstances"))
# "would welcome", "could accept": what these verbs say holds already.
_WILLING = {
    "would": word_set("welcome prefer oppose reject support favour favor like"),
    "could": word_set("accept support live endorse"),
    "can": word_set("accept support live endorse"),
}
_CLOSING = {",": ",", "(": ")", "–": "–", "—": "—", "-": "-"}
_FINITE = word_set("said saw felt thought held spoke were was had have are is work took")
_REFUSING = frozenset(["decline", "refuse", "unwilling", "reluctant", "loath"])
# What these say depends on what they are about: "were candid about their anxiety".
_FRANK = frozenset(["candid", "frank", "outspoken", "open", "vocal"])
_ALMOST = word_set("almost nearly virtually")

_TURNED: dict[Act, Act] = {
    "agreed": "disagreed",
    "supported": "disagreed",
    "recommended": "disagreed",
    "disagreed": "stated",
    "concerned": "stated",
    "stated": "stated",
    "asked": "none",
    "discussed": "none",
    "none": "none",
}


@dataclass(frozen=True, slots=True)
class Predicate:
    """A verb group read from tokens [start, end): its act, and how it was said.

    tense    "past", "present", "perfect", "pluperfect"
    phrase   the words that gave the act; `words[0]` is the verb's base form, or "be" for a state.
    weak     it says only what did not happen: "stopped short of endorsing"; another act of the sentence says more.
    """

    start: int
    end: int
    act: Act
    phrase: tuple[str, ...]
    tense: str = "past"
    negated: bool = False
    weak: bool = False


def turned(act: Act, negated: bool) -> Act:
    """The act when a negation goes with it: no agreement is disagreement, no objection only a statement."""
    return _TURNED[act] if negated else act


def read_predicate(tokens: Sequence[Token], at: int, wording: Wording, *, negative: bool = False) -> Predicate | None:
    """The act of the predicate that begins at token `at`, after what may stand between a subject and its verb; None when it shows none.

    negative: the subject already negates ("No participant supported").
    """
    low = lows(tokens)
    at = _skip(tokens, low, at)
    auxiliaries: list[str] = []
    negated = negative
    while at < len(tokens):
        word = low[at]
        never = next((n for n in _NEVER if tuple(low[at : at + len(n)]) == n), None)
        if never is not None:
            negated, at = not negated, at + len(never)
        elif word in NEGATIONS:
            negated, at = not negated, at + 1
        elif (word in BE or word in HAVE or word in DO or word in MODALS) and not _lexical(low, at, wording):
            auxiliaries.append(word)
            at += 1
        elif word == "no" and low[at + 1 : at + 2] == ["longer"]:
            negated, at = not negated, at + 2
        else:
            after = _skip(tokens, low, at)
            if after == at:
                break
            at = after
    if at >= len(tokens) or tokens[at].quoted or (low[at - 1] in _ALMOST and at > 0):
        return None  # "nearly agreed" did not
    return _main_verb(tokens, low, at, wording, auxiliaries, negated)


def _lexical(low: Sequence[str], at: int, wording: Wording) -> bool:
    """ "had doubts", "have no objection", "have none of it": "have" as a verb of its own."""
    if low[at] not in HAVE:
        return False
    whole = wording.verb_at(low, at)
    return carried(low, at, wording) is not None or (whole is not None and len(whole[0].words) > 1)


def skip_between(tokens: Sequence[Token], at: int) -> int:
    """Past what may stand between a subject and its verb."""
    return _skip(tokens, lows(tokens), at)


def _skip(tokens: Sequence[Token], low: Sequence[str], at: int) -> int:
    """Past adverbs, set asides and what stands between two commas, dashes or brackets."""
    while at < len(tokens):
        aside = next((a for a in _ASIDES if tuple(low[at : at + len(a)]) == a), None)
        end: int | None
        if aside is not None:
            end = at + len(aside)
        elif low[at] in _ADVERBS or (low[at].endswith("ly") and low[at] not in NEGATIONS | _NO_ADVERB):
            end = at + 1
        elif low[at] in _CLOSING:
            end = next((i + 1 for i in range(at + 1, min(at + 30, len(tokens))) if low[i] == _CLOSING[low[at]]), None)
        elif low[at] in ("who", "whose") and at > 0:
            end = _relative_end(tokens, low, at)
        else:
            break
        if end is None:
            break
        at = end
    return at


def _relative_end(tokens: Sequence[Token], low: Sequence[str], at: int) -> int | None:
    """Where "participants who work on fisheries" ends and the verb of the sentence begins: the second finite verb, near."""
    seen = 0
    for i in range(at + 1, min(at + 14, len(tokens))):
        if low[i] in (",", ";", "that"):
            return None
        if (low[i].endswith("ed") or low[i] in _FINITE) and not (seen and i == seen + 1):
            if seen:
                return i
            seen = i
    return None


def _main_verb(  # noqa: PLR0911 - one return for each form that it tells apart
    tokens: Sequence[Token], low: Sequence[str], at: int, wording: Wording, auxiliaries: Sequence[str], negated: bool
) -> Predicate | None:
    """The predicate whose verb stands at `at`, after its auxiliaries."""
    whole = wording.verb_at(low, at)
    if whole is None or len(whole[0].words) < 3:  # "like to see" is a phrase of its own
        for table, turns in (("turning.phrases", True), ("turning.passing", False)):
            end = wording.listed_at(table, low, at)
            if end is None or end >= len(tokens):
                continue
            inner = _embedded(tokens, low, end, wording, auxiliaries, negated != turns)
            if inner is not None:
                act: Act = "disagreed" if inner.act == "none" and turns and low[end - 1] == "to" else inner.act  # "refused to discuss"
                return replace(inner, start=at, act=act, weak=turns and low[end - 1] == "of")
            refuses = low[at] in _REFUSING or wording.forms.get(low[at], {}).keys() & _REFUSING
            if turns and low[end - 1] == "to" and refuses and low[end] not in BE:
                return _timed(Predicate(at, end, "disagreed", ("refuse",)), auxiliaries, low[at], negated, wording)
            if turns and low[end - 1] == "to":
                return None
    be = bool(auxiliaries) and auxiliaries[-1] in BE
    if be or low[at] in _FEELING:
        stands = _skip(tokens, low, at if be else at + 1)
        state = wording.state_at(low, stands) if stands < len(tokens) else None
        if state is not None:
            found = Predicate(at, state[1], _frankly(low, state[1], wording) or state[0].act, ("be", *state[0].words))
            return None if _no_state(tokens, low, found) else _timed(found, auxiliaries, low[at], negated, wording)
        if be and not low[at].endswith("ing"):
            return None  # passive: "participants were asked to leave"
    verb = spent(low, at, wording) or verb_phrase(low, at, wording) or around_aside(low, at, wording)
    if verb is None:
        return None
    phrase, end, inner_negation = verb
    form = frozenset(["past"]) if low[at] == "spent" else _forms(wording, low[at], phrase)
    if not _finite(form, auxiliaries):
        return None
    return _timed(Predicate(at, end, phrase.act, phrase.words), auxiliaries, low[at], negated != inner_negation, wording, form)


def _embedded(
    tokens: Sequence[Token], low: Sequence[str], at: int, wording: Wording, auxiliaries: Sequence[str], negated: bool
) -> Predicate | None:
    """The predicate after "failed to", "far from", "admitted to being"."""
    helping = tuple(auxiliaries) if low[at - 1] == "from" and auxiliaries else (*auxiliaries, "to")
    while low[at] in BE and at + 1 < len(tokens):
        helping, at = (*helping, low[at]), at + 1
    at = _skip(tokens, low, at)
    return _main_verb(tokens, low, at, wording, helping, negated) if at < len(tokens) else None


def _frankly(low: Sequence[str], at: int, wording: Wording) -> Act | None:
    """The act that "candid about their anxiety" has from its noun."""
    if low[at - 1] not in _FRANK or low[at : at + 1] not in (["about"], ["in"], ["on"]):
        return None
    nouns = (wording.noun_at(low, i) for i in range(at + 1, min(at + 5, len(low))))
    return next((noun[0].act for noun in nouns if noun is not None), None)


def _no_state(tokens: Sequence[Token], low: Sequence[str], found: Predicate) -> bool:
    """ "divided into three groups", "evenly divided between Japan and Russia", "are encouraged to submit papers"."""
    state, after = found.phrase[1], low[found.end : found.end + 1]
    if state == "encouraged":
        return after == ["to"]
    between = after == ["between"] and any(t.country for t in tokens[found.end + 1 : found.end + 3])
    return state in ("divided", "split") and (after in (["into"], ["by"], ["in"]) or between)


def _forms(wording: Wording, word: str, phrase: Phrase) -> frozenset[str]:
    return frozenset(wording.forms.get(word, {}).get(phrase.words[0], frozenset()))


def _finite(form: frozenset[str], auxiliaries: Sequence[str]) -> bool:
    last = auxiliaries[-1] if auxiliaries else ""
    if last in HAVE:
        return "participle" in form
    if last in DO or last in MODALS or last == "to":
        return "base" in form or (last == "to" and "ing" in form)
    if last in BE:
        return "ing" in form
    return bool(form & {"past", "s", "base"})


def _timed(
    found: Predicate, auxiliaries: Sequence[str], verb: str, negated: bool, wording: Wording, form: frozenset[str] = frozenset()
) -> Predicate | None:
    """The predicate with its tense, or None where the auxiliaries say that it did not happen, or not yet."""
    modal = next((a for a in auxiliaries if a in MODALS), None)
    if modal in ("will", "shall", "may", "might", "should", "must", "ought"):
        return None
    if modal in ("would", "could", "can", "cannot") and not negated and modal != "cannot":
        allowed = _WILLING.get(modal, frozenset())
        if found.phrase == ("have", "none", "of", "it"):
            return found  # "would have none of it"
        unfulfilled = "have" in auxiliaries and found.phrase[0] not in ("welcome", "prefer", "like")
        if found.phrase[0] not in allowed or unfulfilled:
            return None
        if found.act == "agreed":
            found = replace(found, act="supported")  # "could accept this"
    denied = wording.words("turning.denied") & {found.phrase[0], " ".join(found.phrase[1:]), " ".join(found.phrase)}
    if modal == "would" and negated and ("have" in auxiliaries or (found.act in ("stated", "asked", "discussed") and not denied)):
        return None  # "would say no more"
    first = auxiliaries[0] if auxiliaries else ""
    if first == "had":
        tense = "pluperfect"
    elif first in ("have", "has"):
        tense = "perfect"
    elif first in ("did", "was", "were", "could", "would") or (not first and "past" in form) or (not form and verb.endswith("ed")):
        tense = "past"
    else:
        tense = "present" if first not in ("to",) else "past"
    act = turned(found.act, negated)
    if negated and wording.words("turning.undone") & {found.phrase[0], " ".join(found.phrase)}:
        act = "none"
    if negated and (denied or (modal == "could" and found.phrase[0] in ("accept", "support", "join"))):
        act = "disagreed"
    return replace(found, act=act, tense=tense, negated=negated)


def coordinated(tokens: Sequence[Token], at: int, wording: Wording, holder_negative: bool = False) -> Predicate | None:
    """A second predicate of the same subject: "... and agreed that", before any subordinate clause begins."""
    low = lows(tokens)
    for i in range(at, len(tokens) - 1):
        if low[i] in COMPLEMENTS or low[i] in (";", ":") or tokens[i].quoted:
            return None
        if low[i] in ("and", "but", "yet"):
            begin = i + 1
            found = read_predicate(tokens, begin, wording, negative=holder_negative)
            if found is not None and found.start - begin <= 4 and found.tense != "present" and "," not in low[begin : found.start]:
                return found
    return None

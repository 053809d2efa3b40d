"""A holder and its verb: the plainest way in which reports attribute, and what the words around the verb do to the act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.acts import Predicate, coordinated, read_predicate, skip_between
from index.attribution.claims import SUBORDINATORS, Claim, Reading, clause_start
from index.attribution.holder import Holder
from index.attribution.tokens import Token, lows, word_set
from index.attribution.wording import Wording
from index.report import Act

# Verbs of speaking and thinking only: what ships and treaties do not do.
_SPEAKING = word_set(
    """
    see argue believe think feel say consider fear warn agree disagree stress insist note contend worry maintain
    """
)


# What a state does without taking a position.
_OF_STATES = word_set("be see find cover address host offer count show plan have present cover")


# "considered the options too slow" judges, "considered options" does not.
_JUDGING = word_set(
    """
    to too as very more less unlikely likely essential necessary important dangerous premature unrealistic insufficient inadequate
    """
)
_OFFICE = word_set("officials diplomats ministers leaders authorities policymakers lawmakers politicians officers")
_BEFORE_OBJECT = word_set("for of on in to by with as at from and or ,")
_POINTS = word_set("point points thing things issue issues matter matters area areas question")
_INFORMATION = word_set(
    """
    clarification clarifications clarity details opinion advice figures information explanation explanations evidence
    examples data numbers
    """
)
_NARRATING = word_set("met heard held spent began took went read returned broke stopped had gave made put came sat left set spoke led")
_REFUSAL = re.compile(
    r"(?:that )?(?:they|it|he|she|their \w+) "
    r"(?:(?:could|would|will|did|do|does) not|cannot"
    r"|(?:was|were) (?:unable to|not able to|not prepared to|not ready to|not in a position to)) "
    r"(?:\w+ly )?(?:join|support|accept|agree|endorse|approve|sign|subscribe|live with|back|go along)"
)
_RECORD = re.compile(
    r"(?:that )?(?:\w+ ){0,4}(?:to |be )?(?:record|recorded|note|noted|minute|minuted|register|registered) (?:\w+ ){0,4}?"
    r"(?:that (?:they|it|he|she) (?:do|does|did|could|can|would) not"
    r"|(?:their|its|his|her) (?:objection|opposition|dissent|disagreement|reservation))"
    r"|that (?:their|its|his|her) (?:\w+ )?(?:objections?|opposition|dissent|disagreement|reservations?) be "
    r"(?:recorded|noted|minuted|registered)"
)
_BY_THE_END = re.compile(
    r"by (?:the )?(?:very )?(?:close|end|evening|nightfall|lunchtime|lunch|noon|midday|that point|(?:second|third|last|final) "
    r"(?:day|session))\b"
)
_UNANSWERED = re.compile(
    r"(?:nobody|no one|no-one|none of (?:them|those present)|no (?:participant|delegation|speaker|expert)) (?:present |in the room )?"
    r"(?:(?:could|(?:was|were) (?:able|prepared|willing|ready|in a position) to) (?:say|answer|tell|explain|name)"
    r"|knew|had an answer|had the answer|answered|replied|responded)\b"
)
_SAYING_LITTLE = word_set("offer thank commend congratulate present consider examine hear receive")
_NOUN_LIKE = word_set("report review view call note plan request support study debate survey brief focus question address appeal proposal")
_REPLYING = word_set("did do does was were would could")
_ASKING_WORDS = word_set("whether if who what how why which when where about themselves himself herself each")
_PROCEDURE = word_set("agenda programme program minutes schedule timetable below annexed attached")
_NO_AGREEMENT = re.compile(
    r"(?:that )?(?:there (?:was|is|had been|were) (?:as yet |still )?(?:no|little) (?:\w+ )?(?:agreement|consensus)"
    r"|neither |(?:on |about )?(?:very |almost |precious )?(?:little|nothing)\b"
    r"|no (?:agreement|consensus)|they (?:disagreed|could not agree|did not agree)|to (?:disagree|differ))"
)


def subject(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """A holder and its verb: "Several Vietnamese participants objected that"."""
    holder = reading.holders.read(tokens, at)
    if holder is None:
        return None
    predicate = _predicate(reading, tokens, holder)
    if predicate is None or (predicate.act == "none" and not predicate.negated):
        return _ceremony(reading, tokens, holder)
    if predicate.act == "none" or not _human(
        holder, predicate, lows(tokens)[predicate.start], lows(tokens)[predicate.end : predicate.end + 1] == ["that"]
    ):
        return None
    if holder.scope == "impersonal":
        told = predicate.act == "discussed" or (predicate.act == "agreed" and predicate.tense == "past")
        return Claim(predicate.act, None, "impersonal", predicate, "subject") if told else None
    if holder.pronoun is not None:
        found = reading.resolve(holder)
        if found is None:
            return None
        holder = found
    if predicate.tense == "pluperfect" and holder.scope != "government" and not _BY_THE_END.match(" ".join(lows(tokens)[:9])):
        return None
    if (
        predicate.tense in ("perfect", "present")
        and _OFFICE & set(lows(tokens)[holder.start : holder.end])
        and holder.scope == "delegation"
    ):
        holder = replace(holder, scope="government")  # "Japanese officials have said": not in this room
    if (
        predicate.tense == "perfect"
        and holder.scope == "some"
        and reading.wording.words("holders.subsets") & set(lows(tokens)[holder.start : holder.end])
    ):
        return None  # "Scientists have warned": not those in the room
    act = refined(predicate, holder, tokens)
    return _ceremony(reading, tokens, holder) if act is None else Claim(act, holder, predicate=predicate, frame="subject")


def _predicate(reading: Reading, tokens: Sequence[Token], holder: Holder) -> Predicate | None:
    """The predicate that counts: the first, unless it only narrates or says less than a second one ("discussed X and agreed on Y")."""
    first = read_predicate(tokens, holder.end, reading.wording, negative=holder.negative)
    if first is None and not _narrates(tokens, holder):
        return None
    if first is None and (said := _saying(tokens, holder.end, reading)) is not None:
        return said
    second = coordinated(tokens, first.end if first else holder.end, reading.wording, holder.negative)
    if second is None or second.act == "none":
        return first
    weak = first is not None and (first.weak or first.act in ("discussed", "none") or first.phrase[0] in _SAYING_LITTLE)
    if first is None or weak:
        return second
    return second if first.act in ("stated", "asked") and second.act in ("agreed", "disagreed") else first


def _saying(tokens: Sequence[Token], at: int, reading: Reading) -> Predicate | None:
    """ "The keynote speaker set the scene, arguing that ...": what was said while something else was done."""
    low = lows(tokens)
    for i in range(at, len(tokens) - 2):
        if low[i] in SUBORDINATORS or low[i] in (";", ":") or tokens[i].quoted:
            return None
        if low[i] == "," and low[i + 1].endswith("ing"):
            verb = reading.wording.verb_at(low, i + 1)
            if verb is not None and low[verb[1] : verb[1] + 1] == ["that"] and verb[0].act not in ("none", "discussed", "agreed"):
                return Predicate(i + 1, verb[1], verb[0].act, verb[0].words)
    return None


def _ceremony(reading: Reading, tokens: Sequence[Token], holder: Holder) -> Claim | None:
    """ "Ambassador Arai opened the event": a person's part in the meeting that is no position."""
    if holder.scope != "person" or not holder.countries:
        return None
    at = skip_between(tokens, holder.end)
    if at >= len(tokens) or reading.wording.listed_at("holders.ceremony", lows(tokens), at) is None:
        return None
    if "past" not in reading.wording.forms.get(tokens[at].low, {}).get(_base(reading.wording, tokens[at].low), frozenset()):
        return None
    return Claim("none", holder, frame="ceremony")


def _narrates(tokens: Sequence[Token], holder: Holder) -> bool:
    """Whether a holder's first verb is a finite one that only narrates: "met", "heard", "held"."""
    low = lows(tokens)
    return any(w in _NARRATING or w.endswith("ed") for w in low[holder.end : holder.end + 3])


def reply(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "Those from Ethiopia did not."; "So did the Thai side.": a view told by the sentence before."""
    low = lows(tokens)
    so = low[at] == "so" and low[at + 1 : at + 2] != [] and low[at + 1] in _REPLYING
    holder = reading.known(tokens, at + 2 if so else at) if at + 2 < len(tokens) else None
    if holder is None or holder.scope in ("impersonal", "government") or reading.before not in ("agreed", "supported", "recommended"):
        return None
    if so:
        return Claim(reading.before, holder, frame="subject") if low[holder.end : holder.end + 1] == ["."] else None
    rest = low[holder.end : holder.end + 3]
    denies_it = len(rest) > 1 and rest[0] in _REPLYING and rest[1] in ("not", "n't") and rest[2:] in ([], [","], ["."], [";"])
    return Claim("disagreed", holder, frame="subject") if denies_it else None


def unanswered(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:  # noqa: ARG001 - a form like the others
    """ "Nobody could say who would pay": a question that the meeting left open."""
    return Claim("asked", None, "impersonal", frame="subject") if _UNANSWERED.match(" ".join(lows(tokens)[at : at + 9])) else None


_INVERTED = frozenset(["did", "do", "does", "have", "had", "were", "was", "could", "are", "is", "would"])


def nor_did(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "Nor did they accept the model": inversion after a negation."""
    low = lows(tokens)
    if (
        at == 0
        or low[at - 1] not in ("nor", "neither")
        or low[at] not in ("did", "do", "does", "have", "had", "were", "was", "could", "are", "is", "would")
    ):
        return None
    holder = reading.known(tokens, at + 1)
    if holder is None:
        return None
    predicate = read_predicate([tokens[at], *tokens[holder.end :]], 0, reading.wording, negative=True)
    return None if predicate is None else Claim(predicate.act, holder, predicate=None, frame="subject")


def point_agreed(reading: Reading, tokens: Sequence[Token], at: int) -> Claim | None:
    """ "The one point on which all participants agreed was ..."; "What participants did agree on was ..."."""
    low = lows(tokens)
    begin = next((i + 2 for i in range(at, min(at + 6, len(low) - 2)) if low[i : i + 2] == ["on", "which"]), None)
    if begin is None:
        begin = at + 1 if low[at] == "what" else None
    elif not set(low[at:begin]) & _POINTS:
        return None
    holder = reading.known(tokens, begin) if begin is not None and begin < len(tokens) else None
    predicate = read_predicate(tokens, holder.end, reading.wording, negative=holder.negative) if holder is not None else None
    if holder is None or predicate is None or not set(low[predicate.end : predicate.end + 2]) & {"was", "is", "were"}:
        return None
    wanted = low[at] == "what" and predicate.act in ("recommended", "concerned", "supported")
    return (
        Claim(predicate.act, holder, predicate=predicate, frame="subject") if predicate.act in ("agreed", "disagreed") or wanted else None
    )


def implied(reading: Reading, tokens: Sequence[Token], holder: Holder) -> Claim | None:
    """A predicate whose subject stands above it: "Called for more scholarships" under the heading "Australia"."""
    at = clause_start(tokens)
    at += at < len(tokens) and tokens[at].low in ("we", "i")
    predicate = read_predicate(tokens, at, reading.wording) if at < len(tokens) else None
    if predicate is None or predicate.act == "none" or predicate.start > at + 3:
        return None
    act = refined(predicate, holder, tokens)
    return None if act is None else Claim(act, holder, predicate=predicate, frame="implied")


def _base(wording: Wording, form: str) -> str:
    return next((base for base, forms in wording.forms.get(form, {}).items() if "past" in forms), "")


def denies(low: Sequence[str]) -> bool:
    """ "agreed that there was no agreement"."""
    return bool(_NO_AGREEMENT.match(" ".join(low)))


def _judges(low: Sequence[str]) -> bool:
    """ "considered it unwise", "considered sanctions a mistake", "considered refining to be the bottleneck": a view and no agenda."""
    if low[:1] and low[0] in ("that", "it", "this", "them", "themselves", "itself"):
        return True
    verdict = any(w in ("a", "an") and low[i] not in _BEFORE_OBJECT for i, w in enumerate(low[1:8]))
    return verdict or bool(_JUDGING & set(low[:10]))


def _cannot(low: Sequence[str]) -> bool:
    """ "placed on record that they could not join recommendation 5": a refusal in the guise of a statement."""
    return bool(_REFUSAL.match(" ".join(low)))


def indicative(low: Sequence[str], at: int) -> bool:
    """Whether "suggested that ..." states a fact ("that markets were weak") and no wish ("that a list be kept")."""
    if low[at : at + 1] != ["that"]:
        return False
    content = re.sub(r" , (?:which|who|whose) [^,]* ,", "", " ".join(low[at + 1 : at + 30]))
    for word in content.split()[:13]:
        if word in ("should", "be", "ought", "must", "need", "shall"):
            return False
        if word in ("was", "were", "is", "are", "had", "has", "might", "may", "reflected", "showed"):
            return True
    return False


def _human(holder: Holder, predicate: Predicate, verb: str, says_that: bool) -> bool:
    """Whether the verb fits people: a pronoun needs a past tense or "that", else "They support thousands of jobs" would count."""
    if holder.number in ("body", "one") and predicate.tense == "present" and verb in _NOUN_LIKE:
        return False  # "the workshop report is"
    loose = holder.pronoun in ("they", "it", "he", "she", "of them") or holder.bare
    if loose and predicate.tense == "present" and holder.scope in ("everyone", "some") and predicate.act == "recommended":
        return True  # "We recommend"
    if loose and predicate.tense == "present":
        return predicate.phrase[0] in _SPEAKING or says_that
    if holder.pronoun == "it" and predicate.phrase[0] == "be":
        return False
    stative = predicate.phrase[0] == "be" and predicate.act != "stated"  # "Japan was opposed"
    thing = holder.scope == "government" and predicate.phrase[0] in _OF_STATES and len(predicate.phrase) < 3 and not stative
    return not (thing and predicate.tense != "perfect")


def refined(predicate: Predicate, holder: Holder, tokens: Sequence[Token]) -> Act | None:  # noqa: PLR0911 - one return for each form that it tells apart
    """The act once the words around the verb are read too."""
    low = lows(tokens)
    act, verb = predicate.act, predicate.phrase[0]
    rest = low[predicate.end : predicate.end + 14]
    if verb in ("ask", "request", "want"):
        act = _asking(predicate, rest)
    if verb == "hold" and len(predicate.phrase) == 1 and rest[:1] not in (["that"], ["firm"], ["firmly"], [","]):
        return None  # "held a second meeting"
    if act == "discussed" and holder.number == "body" and predicate.tense == "present":
        return None  # "The dialogue focuses on security": what it is for
    if act == "stated" and _cannot(rest):
        return "disagreed"
    if verb == "consider" and len(predicate.phrase) == 1 and act == "stated" and holder.scope == "everyone" and not _judges(rest):
        return "discussed"
    if act == "discussed" and verb == "consider" and (rest[:1] and rest[0] in _JUDGING):
        return "stated"
    if verb in ("adopt", "approve", "accept") and set(rest[:7]) & _PROCEDURE:
        return None  # "adopted the agenda": how a meeting goes on, and no position
    if act == "agreed" and verb == "agree" and denies(rest):
        return "disagreed"
    if verb == "suggest" and act == "recommended" and indicative(low, predicate.end):
        return "stated"
    if (
        act == "agreed"
        and verb in ("commit", "pledge", "resolve", "decide", "undertake", "vow", "adopt", "approve", "renew")
        and not _together(holder)
    ):
        return "stated"
    if (
        verb == "welcome"
        and holder.scope == "person"
        and set(rest[:4]) & {"delegates", "participants", "guests", "everyone", "attendees", "all"}
    ):
        return None
    if verb in ("call",) and len(predicate.phrase) == 1 and rest[:1] in (["for"], ["on"], ["upon"]):
        return "recommended"
    return act


def _asking(predicate: Predicate, rest: Sequence[str]) -> Act:
    """What "ask", "request" and "want" do: ask for an answer or for an act, or refuse by asking for a record of it."""
    if _RECORD.match(" ".join(rest)):
        return "disagreed"  # "asked the conveners to record that they do not support step 2"
    if predicate.phrase[0] != "ask":
        return predicate.act
    if predicate.phrase[1:] == ("for",) and not {"to", "that"} & set(rest):
        return "asked" if set(rest[:4]) & _INFORMATION else predicate.act
    if predicate.negated or len(predicate.phrase) > 1:
        return predicate.act
    asks = set(rest[:1]) & _ASKING_WORDS
    return "asked" if asks or ("to" not in rest[:9] and rest[:1] != ["that"]) else "recommended"


def _together(holder: Holder) -> bool:
    return holder.scope == "everyone" or len(set(holder.countries)) > 1

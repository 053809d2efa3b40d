"""The words that carry a sentence's force: leave one out, put one in, and it claims something else.

Whole lists on purpose: what a rule of grammar would have to understand, a list only has to hold. A word too many here costs a sentence; a
word too few could cost the truth of one.
"""

from __future__ import annotations

from index.attribution.tokens import word_set

NEGATIONS = word_set(
    """
    no not n't never none neither nor nobody nothing nowhere cannot without hardly barely scarcely rarely seldom lack lacks lacked lacking
    absence absent fail fails failed failing failure refuse refuses refused refusal decline declines declined deny denies denied denial
    against instead rather unable unlikely impossible non nothing
    """
)
QUANTIFIERS = word_set(
    """
    all every each everyone everybody everything any anyone both either most many much several some few fewer fewest little less least more
    half majority minority part partly partial partially mostly largely mainly primarily generally broadly widely universal universally
    unanimous unanimously unanimity overwhelming overwhelmingly only solely merely exclusively entire entirely whole wholly full fully
    complete completely total totally almost nearly virtually practically approximately roughly around about up least another other others
    certain various numerous single sole one two three
    """
)
MODALS = word_set(
    """
    can could may might will would shall should must need needs needed ought able likely probably possibly perhaps maybe possible potential
    potentially probable presumably reportedly allegedly alleged supposedly supposed apparently seemingly seem seems seemed appear appears
    appeared claimed so-called hypothetical hypothetically tentative tentatively provisional provisionally preliminary draft proposed
    planned intended expected hoped hope hopes plan plans try tries tried attempt attempted seek sought consider considered whether
    theoretically principle
    """
)
CONDITIONS = word_set(
    """
    if unless except excepting exception exceptions excluding provided providing only until till once when whenever condition conditions
    conditional conditionally conditioned subject assuming lest pending otherwise case event depending contingent although though despite
    notwithstanding before after because since exchange
    """
)
COMPARISONS = word_set(
    """
    than better best worse worst greater greatest larger largest smaller smallest higher highest lower lowest stronger strongest weaker
    weakest first second third last latest final finally former previous new newly next again further increasingly
    increase increased decrease decreased rise rising fall falling always forever permanently immediately immediate ever already still yet
    soon now today currently formerly
    """
)
# "According to Iran, ..." and "Japan, it was claimed, ...": whose words they are.
SPEECH = word_set(
    """
    according accordance view views opinion opinions said says say argued argues claimed claims believed believes noted stated suggested
    reported alleged contended maintained asserted warned thought felt considered proposed recommended eyes perspective judgement judgment
    words
    """
)
GUARDS = NEGATIONS | QUANTIFIERS | MODALS | CONDITIONS | COMPARISONS | SPEECH
FORCES = {"negation": NEGATIONS, "quantifier": QUANTIFIERS, "modality": MODALS, "condition": CONDITIONS, "comparison": COMPARISONS}
"""The kinds of guards as a dropped sentence is counted under, tried in this order."""

# A part set off by commas, or from here to the end, that may be left out when it begins so and holds no guard of NEVER_LEFT_OUT.
COORDINATORS = word_set("which who whose and including")  # "but" and "while" bring in what weighs against: it stays
RELATIVES = word_set("which who whose")
NEVER_LEFT_OUT = (
    NEGATIONS | CONDITIONS | word_set("almost nearly mostly largely generally broadly partly partially likely possibly perhaps")
)
JOINS_PAIRS = word_set("between both either neither or nor")  # "between Japan and Russia" without "and Russia" is nothing

# Between sentences these say nothing of a statement.
CONNECTIVES = tuple(
    tuple(c.split())
    for c in (
        "in addition; on the other hand; by contrast; in contrast; at the same time; however; moreover; furthermore; also; meanwhile;"
        "finally; additionally"
    ).split(";")
)
FREE = word_set("a an the that")
MEASURES = word_set("few little lot number majority minority couple handful third half quarter dozen great good")
"""Before these an article counts: "a few" are not "few"."""

ANAPHORS = word_set("this that these those such they he she it we i you their his her its our my them him us here there former latter")
PRONOUNS = word_set("it them him her")  # "said that they could" is the holder again
DEMONSTRATIVES = word_set("this these those such latter")
NOT_BACK = word_set("who of in that year years month week region century decade dialogue meeting forum round series report")
"""After a demonstrative these show that it points at nothing said before: "those who", "this year"."""
DETERMINERS = word_set("a an the these those this that their its his her our")
DROPPABLE_ADVERBS = word_set(
    """
    also however moreover furthermore therefore thus strongly firmly clearly repeatedly consistently explicitly themselves specifically
    """
)

# Verbs of one act that may stand for each other, or for which a weaker one may stand: target -> the verbs it may replace.
_STRESS = word_set("stress emphasise emphasize underline underscore highlight")
_NOTE = word_set("note observe point remark mention")
_SAID = _STRESS | _NOTE | word_set("argue maintain contend assert confirm affirm reaffirm reiterate explain add believe state say recall")
REPLACEABLE: dict[str, frozenset[str]] = {
    "say": _SAID,
    "state": _SAID,
    **dict.fromkeys(_STRESS, _STRESS),
    **dict.fromkeys(("note", "observe", "remark", "mention"), _NOTE),
    "agree": word_set("agree concur"),
    "concur": word_set("agree concur"),
    "support": word_set("support endorse favour favor"),
    "suggest": word_set("suggest propose recommend"),
    "propose": word_set("propose recommend"),
    "discuss": word_set("discuss review examine exchange address"),
}
# Where a list, a heading or a column gives the holder, the act has no verb in the statement: these say no more than the act.
OF_ACT: dict[str, frozenset[str]] = {
    "agreed": word_set("agree"),
    "supported": word_set("support"),
    "recommended": word_set("recommend suggest propose"),
    "stated": word_set("say state"),
    "discussed": word_set("discuss"),
}
AFTER_VERB = word_set("that on to for about regarding over of upon")

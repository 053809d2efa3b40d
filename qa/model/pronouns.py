"""Words that stand for something outside their sentence: in a brief they would stand for whatever the brief said last."""

from __future__ import annotations

from collections.abc import Sequence

from index.attribution.verbs import BE
from qa.model.frames import Frame
from qa.model.guards import AFTER_VERB, ANAPHORS, DEMONSTRATIVES, FREE, MODALS, NOT_BACK, PRONOUNS
from qa.model.words import Word

_WHICH = frozenset(["that", "which", "who"])  # "those payments that are permitted" are named where they stand


def points_back(words: Sequence[Word], frame: Frame) -> bool:
    """Whether a sentence begins with a word that stands for something in a sentence before it."""
    first = [w.key for w in words[:2]]
    if first[0] in ("it", "there") and frame.scope != "unattributed":
        return False  # "It was agreed", "There was consensus"
    return first[0] in ANAPHORS or (first[0] == "the" and first[1] in ("former", "latter", "same"))


def means_what_was_said_before(words: Sequence[Word], frame: Frame) -> bool:
    """Whether what a holder opposed or welcomed is an "it" or "this shift", which in a brief would be what the brief said last."""
    content = [w.key for w in words if not frame.start <= w.at < frame.end]
    heavy = [k for k in content if k not in FREE | AFTER_VERB]
    for at, key in enumerate(content):
        after = content[at + 1 : at + 7]
        if (
            key in DEMONSTRATIVES
            and after[:1]
            and after[0] not in NOT_BACK
            and not (key == "those" and _WHICH & set(after[1:3]))
            and (key, after[0]) != ("such", "as")
        ):
            return True
        if key in DEMONSTRATIVES | {"that"} and not after:
            return True
    return any(key in PRONOUNS and not (key == "it" and _is_expletive(content[content.index("it") + 1 :])) for key in heavy[:2])


def _is_expletive(after: Sequence[str]) -> bool:
    """ "It was urgent to", "it would be wrong that": this "it" stands for what follows."""
    being = after[:1] and (after[0] in BE or (after[0] in MODALS and after[1:2] == ["be"]))
    return bool(being) and bool({"to", "that", "for"} & set(after[:6]))

"""A verb group's pieces: auxiliaries, the verb with the words that belong to it, and carriers with their noun ("voiced support")."""

from __future__ import annotations

from collections.abc import Sequence

from index.attribution.wording import Phrase, Wording

BE = frozenset(["be", "is", "are", "was", "were", "been", "being", "am"])
HAVE = frozenset(["have", "has", "had", "having"])
DO = frozenset(["do", "does", "did"])
MODALS = frozenset(["could", "can", "would", "should", "may", "might", "will", "shall", "must", "cannot", "ought"])
NEGATIONS = frozenset(["not", "n't", "never", "hardly", "scarcely", "barely", "cannot", "nor", "neither", "nowhere", "seldom", "rarely"])
COMPLEMENTS = frozenset(
    ["that", "which", "who", "whom", "whose", "whether", "if", "because", "when", "where", "how", "why", "what", "while", "although"]
)


def spent(low: Sequence[str], at: int, wording: Wording) -> tuple[Phrase, int, bool] | None:
    """ "spent the afternoon discussing fuel"."""
    if low[at] != "spent":
        return None
    found = next((v for i in range(at + 1, min(at + 8, len(low))) if low[i].endswith("ing") and (v := wording.verb_at(low, i))), None)
    return None if found is None else (found[0], found[1], False)


def around_aside(low: Sequence[str], at: int, wording: Wording) -> tuple[Phrase, int, bool] | None:
    """ "pointed, in particular, to": a phrase that an aside between commas interrupts."""
    if low[at + 1 : at + 2] != [","]:
        return None
    close = next((i for i in range(at + 2, min(at + 8, len(low))) if low[i] == ","), None)
    if close is None:
        return None
    found = verb_phrase([*low[: at + 1], *low[close + 1 :]], at, wording)
    return None if found is None else (found[0], found[1] + close - at, found[2])


def verb_phrase(low: Sequence[str], at: int, wording: Wording) -> tuple[Phrase, int, bool] | None:
    """The act phrase whose verb stands at `at`, where it ends, and whether a "no" inside it negates ("reached no agreement")."""
    direct = wording.verb_at(low, at)
    if direct is not None and len(direct[0].words) > 1:
        negated = bool({"no", "little"} & set(low[at : direct[1]]) - set(direct[0].words))
        return direct[0], direct[1], negated
    noun = carried(low, at, wording)
    if noun is not None:
        return noun
    return None if direct is None else (direct[0], direct[1], False)


def carried(low: Sequence[str], at: int, wording: Wording) -> tuple[Phrase, int, bool] | None:
    """A carrier verb with its noun: "voiced strong support", "had no doubts"."""
    start = wording.listed_at("carriers.active", low, at)
    if start is None:
        return None
    negated = False
    for i in range(start, min(start + 6, len(low))):
        if low[i] in ("no", "little", "few"):
            negated = True
        if low[at] in HAVE and (low[i].endswith("ed") or wording.is_past(low[i])):
            return None  # "have blocked three proposals": an auxiliary
        noun = wording.noun_at(low, i)
        if noun is not None:
            base = next(iter(wording.forms.get(low[at], {"": 0})))
            return Phrase((base, *noun[0].words), noun[0].act, "verbs"), noun[1], negated
        if (
            not low[i][0].isalpha()
            or low[i] in COMPLEMENTS
            or low[i] in ("to", "for", "on", "by", "with", "of", "in", "been", "from")
            or low[i] in BE
        ):
            return None
    return None


def passive_verb(low: Sequence[str], at: int) -> tuple[int | None, bool, bool]:
    """From an auxiliary at `at`: where the participle stands, whether it is negated, whether a modal weakens it."""
    negated = modal = seen = False
    while at < len(low):
        word = low[at]
        if word in BE or word in ("remained", "got"):
            seen = True
        elif word in HAVE:
            pass
        elif word in MODALS:
            modal = True
        elif word in NEGATIONS:
            negated = not negated
        elif tuple(low[at : at + 3]) == ("by", "no", "means"):
            negated, at = not negated, at + 2
        elif not (
            word.endswith("ly")
            or word
            in (
                "also",
                "again",
                "further",
                "then",
                "however",
                "still",
                "thus",
                "once",
                "more",
                ",",
                "rather",
                "both",
                "often",
                "well",
                "yet",
                "now",
                "too",
                "in",
                "principle",
                "therefore",
                "nevertheless",
            )
        ):
            break
        at += 1
    return (at if seen and at < len(low) else None), negated, modal

"""A model's standalone form of a follow-up: proposed to the person, who may edit and ask it. It is never asked by itself.

The rules of qa/conversation.py have rewritten the question already; this is a second reading, for where they read too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from index.terms import fold, topic_stems
from qa.contract import Answer

_LONGEST = 240  # characters
_PLAIN = re.compile(r"[^\w\s,.;:?!'’“”\"()/%$€£&–-]|://|www\.|\b[a-z0-9-]{2,}\.[a-z]{2,}\b", re.IGNORECASE)
_ASKING = frozenset(
    """
    participants participant delegation delegations side sides report reports meeting meetings dialogue discussion discuss discussed said
    say stated agree agreed agreement disagree support supported recommend recommended propose proposed view views position positions
    round mention mentioned regarding concerning issue topic else
    """.split()
)


def accept_question(question: str, answer: Answer, said: Sequence[Mapping[str, str]]) -> str | None:
    """The question if it can be proposed: one plain line, new, and made of the conversation's words; else None."""
    text = unicodedata.normalize("NFC", " ".join(question.split())).strip('"“” ')
    if not 8 <= len(text) <= _LONGEST or not text.isprintable() or _PLAIN.search(text):
        return None
    if fold(text).strip("?. ") in (fold(answer.question).strip("?. "), fold(answer.understood_as).strip("?. ")):
        return None
    spoken = " ".join([answer.question, answer.understood_as, *(turn["content"] for turn in said)])
    known = set(topic_stems(spoken)) | set(topic_stems(" ".join(_ASKING)))
    return text if set(topic_stems(text)) <= known and _letters(text) <= _letters(spoken) else None


def _letters(text: str) -> set[str]:
    """The letters beyond ASCII: one that was not in the conversation may only look like another."""
    return {c for c in unicodedata.normalize("NFC", text) if c.isalpha() and not c.isascii()}

"""What a turn of a conversation is searched by: its own words and meaning, and where it leans on what was said before, some of that.

`qa/conversation.py` says a follow-up in words that can be read and asked again, for what dialogues are asked: topic, meeting, holder. Here
nothing is said anew, so that it fits talk about anything; passages are found by it, and no answer is decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embed import Vectors
from index.store import Snapshot
from index.terms import topic_stems
from qa.contract import Hit
from qa.conversation import REFUSALS, leans_back, opens_topic
from qa.library import open_snapshot
from qa.retrieve import check_question, embed_texts, make_hits, rank_passages

# Chosen on mtrag_fiqa: docs/retrieval.md.
_FEW = 2  # words of a topic: "Deductions?" after a talk about income tax means those of income tax
_SAID = 0.7  # of what was answered before, against 1 for what is asked
_ANSWERS = 4  # the latest; what lies further back is seldom meant, and each costs an embedding


@dataclass(frozen=True, slots=True)
class Sought:
    """What `rank_passages` searches by: words, and a vector of length 1."""

    words: str
    vector: Vectors


def retrieve_in_talk(question: str, history: Sequence[Mapping[str, str]], k: int = 5, *, index: str | Path = ".index") -> list[Hit]:
    """As `retrieve`, for a question asked after others; `history` is that of `ask`.

    Raises BadQuestion, IndexUnusable, ModelMismatch.
    """
    check_question(question)
    with open_snapshot(index) as snapshot:
        turn = sought(snapshot, question, history)
        return make_hits(snapshot, rank_passages(snapshot, turn.words, turn.vector, None)[:k])


def sought(snapshot: Snapshot, question: str, history: Sequence[Mapping[str, str]]) -> Sought:
    """The question; if it leans on what was said, with the words of the question before it and the meaning of the answers.

    history   the turns before, [{"role": "user" | "assistant", "content": str}].
    Raises ModelMismatch as `embed_texts` does.
    """
    asked, said = ([turn["content"] for turn in history if turn["role"] == role] for role in ("user", "assistant"))
    if not asked or opens_topic(question) or not (leans_back(question) or len(topic_stems(question)) <= _FEW):
        return Sought(question, embed_texts(snapshot, [question])[0])
    told = [text for text in said if text.strip() and not text.startswith(REFUSALS)][-_ANSWERS:]
    vector, *answers = embed_texts(snapshot, [question, *told])
    if answers:
        vector = vector + _SAID * np.mean(answers, axis=0)
        vector = np.asarray(vector / np.linalg.norm(vector), np.float32)
    return Sought(f"{question} {asked[-1]}", vector)

"""Finding passages: words (BM25), meaning of the passage, and meaning of its best sentence, each brought to one scale and added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.database import StoredPassage
from index.embed import Vectors, load_embedder
from index.errors import BadQuestion, ModelMismatch
from index.store import Among, Snapshot
from index.terms import topic_stems
from qa.contract import Hit
from qa.filters import Filters, check_letters, make_filters
from qa.library import cite, open_snapshot

LONGEST_QUESTION = 2_000  # characters; the model reads some 1,000, and a pasted page is no question
_CANDIDATES = 100  # of each kind of search: deep enough that adding the three changes the order, not the set


def retrieve(
    question: str,
    k: int = 5,
    *,
    index: str | Path = ".index",
    reports: Sequence[str] | None = None,
    series: str | None = None,
    round: int | None = None,  # noqa: A002  # the contract's word
    since: str | None = None,
    until: str | None = None,
    holder: str | None = None,
    act: str | None = None,
) -> list[Hit]:
    """The `k` passages that fit the question best, best first; fewer when the library or the filters leave fewer.

    Raises BadQuestion (empty, or longer than `LONGEST_QUESTION`; a filter that makes no sense), UnknownReport, IndexUnusable,
    ModelMismatch. Ties are broken by report and place, so that the same question gives the same order.
    """
    check_question(question)
    if k < 1:
        raise BadQuestion(f"{k}: ask for at least one passage.")
    with open_snapshot(index) as snapshot:
        filters = make_filters(snapshot, reports=reports, series=series, round=round, since=since, until=until, holder=holder, act=act)
        among = filtered(snapshot, filters)
        ranked = rank_passages(snapshot, question, embed_question(snapshot, question), among, limit=max(k, _CANDIDATES))
        return [
            Hit(rank, round_score(score), snapshot.text(p.report)[p.start : p.end], cite(snapshot.report(p.report), p))
            for rank, (p, score) in enumerate(ranked[:k], start=1)
        ]


def check_question(question: str) -> None:
    """Raise BadQuestion for what cannot be asked."""
    if not any(c.isalnum() for c in question):
        raise BadQuestion("The question is empty. Type what you want to know, such as: what did participants agree on North Korea?")
    check_letters(question)
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read. Ask in a sentence or two."
        )


def embed_question(snapshot: Snapshot, question: str) -> Vectors:
    """The question's vector by the index's own model. Raises ModelMismatch as `embed_texts` does."""
    vector: Vectors = embed_texts(snapshot, [question])[0]
    return vector


def embed_texts(snapshot: Snapshot, texts: Sequence[str]) -> Vectors:
    """One row for each text by the index's own model. Raises ModelMismatch when that model has other weights now."""
    name = snapshot.database.fact("model")
    if name is None:
        return np.zeros((len(texts), 1), np.float32)  # an index without a single report
    embedder = load_embedder(name)
    if embedder.fingerprint != snapshot.database.fact("weights"):
        raise ModelMismatch(
            f"{snapshot.database.path.parent}: the index was made with other weights of the model {name}. "
            "Put them back, or delete the index folder and run: rapporteur index"
        )
    return embedder.embed(texts)


def rank_passages(
    snapshot: Snapshot, question: str, vector: Vectors, among: Among | None, limit: int = _CANDIDATES
) -> list[tuple[StoredPassage, float]]:
    """(passage, score) for all passages (of those `among`) that any of the three searches finds, best first.

    Each kind of score is brought to 0..1 over the candidates and the three are added: on SciFact this beats rank fusion, which forgets how
    far apart the scores are.
    """
    if among is not None and not among:
        return []
    words = dict(snapshot.by_words(topic_stems(question), limit, among))
    near = dict(snapshot.by_meaning(vector, limit, among))
    best = snapshot.by_sentence(vector, limit * 2, among)
    passages = snapshot.database.passages({*words, *near, *best})
    # A candidate that one search did not list still has a score there, just a low one.
    near |= snapshot.cosines([row for row in passages if row not in near], vector)
    scale = [_unit_scale(words, 0.0), _unit_scale(near), _unit_scale(best)]
    scored = [(p, sum(part.get(row, 0.0) for part in scale)) for row, p in passages.items()]
    return sorted(scored, key=lambda hit: (-round_score(hit[1]), snapshot.place(hit[0].report), hit[0].start))


def round_score(score: float) -> float:
    """Six digits: what differs beyond them is noise of the arithmetic, not a difference between passages."""
    return round(score, 6)


def filtered(snapshot: Snapshot, filters: Filters) -> Among | None:
    """What passes the filters, or None for all."""
    if filters == Filters():
        return None
    return snapshot.among([r.id for r in snapshot.reports if filters.allows(r)], filters.holder, filters.act)


def _unit_scale(scores: dict[int, float], floor: float | None = None) -> dict[int, float]:
    """The scores brought to 0..1; `floor` is the score of what was not found, else the lowest found."""
    if not scores:
        return {}
    low = min(scores.values()) if floor is None else floor
    span = max(scores.values()) - low
    return {row: (score - low) / span if span > 0 else 1.0 for row, score in scores.items()}

"""Finding passages: words (BM25), meaning of the passage and of its best sentence, added up; then what stands around it counts, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.embed import Vectors, load_embedder
from index.errors import BadQuestion, ModelMismatch
from index.store import Among, Snapshot
from index.stored import StoredPassage
from index.terms import topic_stems
from qa.contract import Hit
from qa.filters import Filters, check_letters, make_filters
from qa.library import cite, open_snapshot

LONGEST_QUESTION = 2_000  # characters; the model reads some 1,000, and a pasted page is no question
_CANDIDATES = 100  # of each kind of search: deep enough that adding the three changes the order, not the set
_SCORED = 1_000  # passages whose words are scored, so that what meaning finds has its words counted too

# Chosen on five public sets at once: docs/retrieval.md.
_WORDS = 1.3  # of words, against 1 for each cosine
_MANY = 20  # passages that share the words: so many say that they are everyday words
_BESIDE = 0.15  # of what the passage before and the one after score
_REPORT = 0.3  # of what the report's three best passages score


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
        return make_hits(snapshot, ranked[:k])


def make_hits(snapshot: Snapshot, ranked: Sequence[tuple[StoredPassage, float]]) -> list[Hit]:
    """What `rank_passages` found, as the contract has it."""
    return [
        Hit(rank, round_score(score), snapshot.text(p.report)[p.start : p.end], cite(snapshot.report(p.report), p))
        for rank, (p, score) in enumerate(ranked, start=1)
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
    name = snapshot.fact("model")
    if name is None:
        return np.zeros((len(texts), 1), np.float32)  # an index without a single report
    embedder = load_embedder(name)
    if embedder.fingerprint != snapshot.fact("weights"):
        raise ModelMismatch(
            f"{snapshot.where}: the index was made with other weights of the model {name}. "
            "Put them back, or delete the index folder and run: rapporteur index"
        )
    return embedder.embed(texts)


def rank_passages(
    snapshot: Snapshot, question: str, vector: Vectors, among: Among | None, limit: int = _CANDIDATES
) -> list[tuple[StoredPassage, float]]:
    """(passage, score) for all passages (of those `among`) that any of the three searches finds, best first.

    score = words + cosine of the passage + cosine of its best sentence, and shares of what the passages around it and its report score.
    docs/retrieval.md tells what each part is worth, and what else was tried.
    """
    if among is not None and not among:
        return []
    found = snapshot.by_words(topic_stems(question), max(limit, _SCORED), among)
    words = _standing_out(found)
    near = dict(snapshot.by_meaning(vector, limit, among))
    best = snapshot.by_sentence(vector, limit * 2, among)
    passages = snapshot.get_passages({*_first(found, limit), *near, *best})
    near |= snapshot.cosines([row for row in passages if row not in near], vector)
    # What the search for sentences did not list has none better than the last it did.
    least = min(best.values(), default=0.0)
    alone = {row: _WORDS * words.get(row, 0.0) + near[row] + best.get(row, least) for row in passages}
    told = _told_by_reports(passages, alone)
    scored = [(p, alone[row] + _around(snapshot, p, alone) + _REPORT * told[p.report]) for row, p in passages.items()]
    return sorted(scored, key=lambda hit: (-round_score(hit[1]), snapshot.place(hit[0].report), hit[0].start))


def _first(hits: Sequence[tuple[int, float]], limit: int) -> list[int]:
    """The rows of the `limit` best hits, which come best first, and of all that tie with the last."""
    return [row for row, score in hits if score >= hits[min(limit, len(hits)) - 1][1]]


def _standing_out(hits: Sequence[tuple[int, float]]) -> dict[int, float]:
    """BM25 of the hits, which come best first, brought to 0..1: as a share of the best, and all the less the less the best stands out.

    Where twenty passages have the words as well as the best one has, they are everyday words, and the meaning should decide.
    """
    if not hits or hits[0][1] <= 0:
        return {}
    best, other = hits[0][1], hits[_MANY][1] if len(hits) > _MANY else 0.0
    return {row: score / best * (best - other) / best for row, score in hits}


def _around(snapshot: Snapshot, passage: StoredPassage, alone: Mapping[int, float]) -> float:
    """What the passages before and after it in its report add: a matter is seldom told in one paragraph alone."""
    own = snapshot.report(passage.report).passages
    return _BESIDE * sum(max(alone.get(row, 0.0), 0.0) for row in (passage.id - 1, passage.id + 1) if row in own)


def _told_by_reports(passages: Mapping[int, StoredPassage], alone: Mapping[int, float]) -> dict[int, float]:
    """For each report the mean of its three best passages, where fewer were found with 0 for the rest."""
    scores: dict[int, list[float]] = {}
    for row, p in passages.items():
        scores.setdefault(p.report, []).append(alone[row])
    return {report: sum(sorted(found)[-3:]) / 3 for report, found in scores.items()}


def round_score(score: float) -> float:
    """Six digits: what differs beyond them is noise of the arithmetic, not a difference between passages."""
    return round(score, 6)


def filtered(snapshot: Snapshot, filters: Filters) -> Among | None:
    """What passes the filters, or None for all."""
    if filters == Filters():
        return None
    return snapshot.among([r.id for r in snapshot.reports if filters.allows(r)], filters.holder, filters.act)

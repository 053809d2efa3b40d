"""How well passages are found on judged sets, beside simpler searches, two peers, and ourselves with a part left out.

    python benchmarks/quality.py [SET...] [--cache FOLDER] [--no-peers]

A set is a folder with corpus.jsonl, queries.jsonl and qrels.tsv (docs/evaluating.md); by default all under ../shared/retrieval. Every
search sees the same passages and the same vectors of the default model, with one configuration for all sets. txtai and LlamaIndex run in
their own environment (`benchmarks/peers.py`), each with the hybrid search that its manual shows. Prints for each set a table of nDCG@5,
nDCG@10, recall@10 and recall@100; where a set has them also figures within the documents that a query concerns, with what was said before
it, over exact spans (recall and IoU of five passages, in characters), and how well the evidence of `qa/cover.py` tells queries with an
answer from those without (area under the ROC curve); at the end README's tables. Vectors, indexes and the peers' rankings are kept for
the next run, which then takes minutes (`benchmarks/quality_cache.py`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from peers import REQUIRED, offline, peers_python
from quality_cache import Remembering, cache_folder, index_folder, once

from index.embed import DEFAULT_MODEL, Vectors, _default_folder, load_embedder
from index.sqlite_store import SqliteSnapshot
from index.store import Among, Snapshot
from index.stored import StoredPassage
from index.terms import topic_stems
from qa.carried import sought
from qa.cover import find_candidates
from qa.library import open_snapshot
from qa.question import understand
from qa.retrieval_set import RetrievalSet, _offset, figures, index_corpus, read_retrieval_set

retrieve = import_module("qa.retrieve")  # `qa.retrieve` is the function of that name
SETS = Path(__file__).parents[2] / "shared" / "retrieval"
DEPTH = 100
BEST, FOUND = "nDCG@10", "recall@10 / recall@100"  # README has a table of each
FUSED = 60  # the constant of rank fusion as its authors have it (Cormack et al. 2009)
PEERS = ("txtai", "LlamaIndex")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in README: which table, what it is of, and a cell for each search."""

    measure: str
    title: str
    cells: dict[str, str] = field(default_factory=dict)


Search = Callable[[Snapshot, str, Vectors, Among | None], Sequence[int]]


def ours(snapshot: Snapshot, text: str, vector: Vectors, among: Among | None) -> list[int]:
    """Row ids of passages by the product's own search."""
    return [p.id for p, _ in retrieve.rank_passages(snapshot, text, vector, among)]


def words(snapshot: Snapshot, text: str, _vector: Vectors, among: Among | None) -> list[int]:
    """The same by BM25 alone."""
    return [row for row, _ in snapshot.by_words(topic_stems(text), DEPTH, among)]


def dense(snapshot: Snapshot, _text: str, vector: Vectors, among: Among | None) -> list[int]:
    """The same by the cosine of the passage alone."""
    return [row for row, _ in snapshot.by_meaning(vector, DEPTH, among)]


def fused(snapshot: Snapshot, text: str, vector: Vectors, among: Among | None) -> list[int]:
    """The same by the sum of 1 / (60 + rank) in the two before."""
    scores: dict[int, float] = {}
    for found in (words(snapshot, text, vector, among), dense(snapshot, text, vector, among)):
        for rank, row in enumerate(found, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (FUSED + rank)
    return sorted(scores, key=lambda row: (-scores[row], row))


@contextmanager
def replaced(target: Any, **values: Any) -> Iterator[None]:
    """Another value of a module or class for a while."""
    before = {name: getattr(target, name) for name in values}
    try:
        for name, value in values.items():
            setattr(target, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(target, name, value)


def without(target: Any, **values: Any) -> Search:
    """Our search with something replaced."""

    def search(snapshot: Snapshot, text: str, vector: Vectors, among: Among | None) -> list[int]:
        with replaced(target, **values):
            return ours(snapshot, text, vector, among)

    return search


def _share_of_best(hits: Sequence[tuple[int, float]]) -> dict[int, float]:
    return {row: score / hits[0][1] for row, score in hits if hits[0][1] > 0}


SEARCHES: dict[str, Search] = {
    "ours": ours,
    "BM25": words,
    "dense": dense,
    "rank fusion": fused,
    "ours without words": without(retrieve, _WORDS=0.0),
    "ours without standing out": without(retrieve, _standing_out=_share_of_best),
    "ours without best sentence": without(SqliteSnapshot, by_sentence=lambda *_: {}),
    "ours without passages beside": without(retrieve, _BESIDE=0.0),
    "ours without its report": without(retrieve, _REPORT=0.0),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, default=sorted(p.parent for p in SETS.glob("*/corpus.jsonl")))
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="where vectors, indexes and the peers' rankings are kept")
    parser.add_argument("--no-peers", action="store_true", help="leave txtai and LlamaIndex out")
    given = parser.parse_args()
    embedder = Remembering(load_embedder(DEFAULT_MODEL), given.cache)
    columns: list[Column] = []
    for folder in given.sets:
        judged = read_retrieval_set(folder)
        index = index_folder(judged, given.cache)
        index_corpus(judged, index, embedder=embedder)
        columns += report(folder, judged, index, peers=None if given.no_peers else given.cache)
    print("\n".join(markdown(columns)))


def report(folder: Path, judged: RetrievalSet, index: Path, *, peers: Path | None) -> list[Column]:
    """All figures of a set, printed as they come. `peers` is where their rankings are kept; None leaves the peers out."""
    print(f"\n{judged.name}: {len(judged.documents)} documents, {len(judged.queries)} queries", flush=True)
    lines = list(_lines(folder / "queries.jsonl"))
    general = {str(q["id"]) for q in lines if q.get("kind") == "general"}
    asked = [q for q in judged.queries if not (judged.by_passage and q.id in general)]
    columns: dict[tuple[str, str], Column] = {}

    def note(name: str, title: str, measured: Mapping[str, float]) -> None:
        for measure, title_, value in (
            (BEST, title, _cell(measured["ndcg@10"])),
            (FOUND, title, _cell(measured["recall@10"], measured["recall@100"])),
            *([(BEST, f"{title}, nDCG@5", _cell(measured["ndcg@5"]))] if with_history else []),
        ):
            columns.setdefault((measure, title_), Column(measure, title_)).cells[name] = value

    with_history = any(q.history for q in asked)
    with open_snapshot(index) as snapshot:
        assert isinstance(snapshot, SqliteSnapshot)  # the peers are given the vectors that lie in it
        passages = snapshot.get_passages()
        unit = _units(judged, snapshot, passages)
        path = {r.id: r.path for r in snapshot.reports}
        rows_of = {path: row for row, path in path.items()}
        has_spans = (folder / "spans.jsonl").is_file() and not judged.by_passage and len(passages) > 2 * len(path)

        def tell(name: str, found: Mapping[str, Sequence[int]]) -> None:
            measured = _line(name, {q: _ids(rows, unit) for q, rows in found.items()}, judged)
            if has_spans:
                title = f"{judged.name}, recall / IoU of five passages"
                columns.setdefault((BEST, title), Column(BEST, title)).cells[name] = _cell(*_spans(folder, judged, found, passages, path))
            else:
                note(name, judged.name, measured)

        vectors = retrieve.embed_texts(snapshot, [q.text for q in asked])
        for name, search in SEARCHES.items():
            tell(name, {q.id: search(snapshot, q.text, v, None) for q, v in zip(asked, vectors, strict=True)})
            if judged.by_passage:
                among = {q.id: snapshot.among([rows_of[d] for d in q.scope]) for q in asked}
                found = {q.id: search(snapshot, q.text, v, among[q.id]) for q, v in zip(asked, vectors, strict=True)}
                measured = _line("  scoped", {q: _ids(rows, unit) for q, rows in found.items()}, judged)
                note(name, f"{judged.name}, within the meeting", measured)
        if with_history:
            turns = {q.id: sought(snapshot, q.text, q.history) for q in asked}
            tell("ours, with history", {q: ours(snapshot, turn.words, turn.vector, None) for q, turn in turns.items()})
        if peers is not None:
            texts = {row: f"{p.headings}\n{snapshot.text(p.report)[p.start : p.end]}".strip() for row, p in passages.items()}
            held = snapshot.database.vectors_of("passage", texts)
            for name in PEERS:
                ranked = _ask_peer(name, texts, held, [q.text for q in asked], peers)
                tell(f"{name} hybrid", {q.id: rows for q, rows in zip(asked, ranked, strict=True)})
        absent = [str(q["text"]) for q in lines if not q.get("answerable", True)]
        if absent:
            scores = [[_evidence(snapshot, text) for text in texts] for texts in ([q.text for q in asked], absent)]
            print(f"  telling {len(asked)} answerable from {len(absent)} not: AUROC {_area(*scores):.3f}", flush=True)
    return list(columns.values())


def markdown(columns: Sequence[Column]) -> Iterator[str]:
    """A table of each measure, as README has them."""
    for measure in dict.fromkeys(c.measure for c in columns):
        beside = [c for c in columns if c.measure == measure]
        yield f"\n| {measure} | {' | '.join(c.title for c in beside)} |"
        yield f"|---|{'---|' * len(beside)}"
        for name in dict.fromkeys(name for c in columns for name in c.cells):
            yield f"| {name} | {' | '.join(c.cells.get(name, '-') for c in beside)} |"


def _cell(*values: float) -> str:
    return " / ".join(f"{value:.3f}".removeprefix("0") for value in values)


def _units(judged: RetrievalSet, snapshot: Snapshot, passages: Mapping[int, StoredPassage]) -> dict[int, str]:
    """What is judged of each passage: its document, or where the set has passages of its own, the passage."""
    named = {(d.id, _offset(d) + start): name for d in judged.documents for name, start, _ in d.passages}
    path = {r.id: r.path for r in snapshot.reports}
    return {row: named[path[p.report], p.start] if judged.by_passage else path[p.report] for row, p in passages.items()}


def _ids(rows: Sequence[int], unit: Mapping[int, str]) -> list[str]:
    return list(dict.fromkeys(unit[row] for row in rows[:DEPTH]))


def _line(name: str, rankings: Mapping[str, list[str]], judged: RetrievalSet) -> dict[str, float]:
    found = figures(rankings, judged.grades)
    print(f"  {name:30}" + "  ".join(f"{measure} {value:.4f}" for measure, value in found.items()), flush=True)
    return found


def _spans(
    folder: Path, judged: RetrievalSet, found: Mapping[str, Sequence[int]], passages: Mapping[int, StoredPassage], path: Mapping[int, str]
) -> tuple[float, float]:
    """Recall and IoU in characters of the first five passages, over the exact spans that answer, as chunking_evaluation counts them."""
    offset = {d.id: _offset(d) for d in judged.documents}
    wanted: dict[str, list[tuple[str, int, int]]] = {}
    for s in _lines(folder / "spans.jsonl"):
        wanted.setdefault(str(s["query_id"]), []).append((str(s["doc_id"]), int(s["start"]), int(s["end"])))
    recalls, shares = [], []
    for query, spans in wanted.items():
        taken = [
            (path[p.report], p.start - offset[path[p.report]], p.end - offset[path[p.report]])
            for p in map(passages.get, found.get(query, ())[:5])
            if p
        ]
        hit = sum(max(0, min(b, end) - max(a, start)) for d, a, b in taken for e, start, end in spans if d == e)
        length = sum(end - start for _, start, end in spans)
        recalls.append(hit / length)
        shares.append(hit / (sum(b - a for _, a, b in taken) + length - hit))
    recall, share = sum(recalls) / len(recalls), sum(shares) / len(shares)
    print(f"  {'  five passages':30}recall {recall:.4f}  IoU {share:.4f}", flush=True)
    return recall, share


def _evidence(snapshot: Snapshot, text: str) -> float:
    """How surely anything is about the question: `Candidate.topical` of the best sentence."""
    found = find_candidates(snapshot, understand(text, snapshot.names), [r.id for r in snapshot.reports], scoped=False)
    return max((c.topical for c in found), default=-99.0)


def _area(good: Sequence[float], bad: Sequence[float]) -> float:
    """Area under the ROC curve: how often a good one is above a bad one."""
    return sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))


def _ask_peer(name: str, texts: Mapping[int, str], held: Mapping[int, Vectors], queries: Sequence[str], home: Path) -> list[list[int]]:
    """A peer's row ids for each query, from a fresh process in its own environment, or from an earlier run over the same."""
    rows = sorted(texts)
    worker = Path(__file__).with_name("quality_peer.py")
    task = {"model": str(_default_folder()), "texts": [texts[row] for row in rows], "queries": list(queries)}
    vectors = np.array([held[row] for row in rows], np.float32)

    def ask() -> Any:
        with tempfile.TemporaryDirectory() as temporary:
            file = Path(temporary) / "task.json"
            file.write_text(json.dumps(task), "utf-8")
            np.save(file.with_suffix(".npy"), vectors)
            subprocess.run([str(peers_python()), str(worker), name, str(file)], check=True, env=offline(), stdout=subprocess.DEVNULL)
            return json.loads(file.with_suffix(".found").read_text("utf-8"))

    made_from = json.dumps([name, REQUIRED, worker.read_text("utf-8"), task["texts"], task["queries"]]).encode() + vectors.tobytes()
    return [[rows[n] for n in found] for found in once(home, made_from, ask)]


def _lines(file: Path) -> Iterator[Any]:
    return (json.loads(line) for line in file.read_text("utf-8").split("\n") if line.strip())


if __name__ == "__main__":
    main()

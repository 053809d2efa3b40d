"""Judging retrieval on a set of `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`, the form of public retrieval sets.

Each document becomes a report under its id, its title a heading and its text a passage or, where it is longer than a passage should be, its
paragraphs. It goes straight into an index, without files; nobody's statements are looked for, since only retrieval is judged. A set that
brings its own `passages.jsonl` and `qrels_passages.tsv` is judged by these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from math import log2
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.attribution.wording import load_wording
from index.database import Database
from index.embed import DEFAULT_MODEL, Embedder, load_embedder
from index.errors import BadQuestion, BadSet
from index.meeting import Meeting
from index.names import load_names
from index.passages import build_passages
from index.rebuilding import Progress, passage_text
from index.report import Attribution, Block, Report
from index.stored import Analysed, FileState
from qa.carried import retrieve_in_talk
from qa.contract import Hit
from qa.retrieve import retrieve

_LONGEST = 4_000  # characters of a document that is one passage; abstracts have fewer, essays and minutes more
_DEPTH = 100  # passages looked at for each query: recall@100 needs no more
_STORED_AT_ONCE = 250  # documents
_RULES = "1"  # raised when a corpus must be indexed anew because it would be cut or stored otherwise

Ranking = list[str]
Grades = Mapping[str, float]


class _Rank(Protocol):
    def __call__(self, question: str, scope: Sequence[str] = (), history: Sequence[Mapping[str, str]] = ()) -> Ranking: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a corpus. `passages` are (id, start, end) into its text where the set says what its passages are, else none."""

    id: str
    title: str
    text: str
    passages: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query; `history` is what was said before it, in the form of `ask`, and `scope` the documents that it concerns, or none for all."""

    id: str
    text: str
    history: tuple[Mapping[str, str], ...] = ()
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A set, read. `grades`: query id -> document or passage id -> grade; what it does not list counts as 0."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    grades: Mapping[str, Grades]
    by_passage: bool
    fingerprint: str


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """The set in `folder`; only queries that have an answer in it are judged. Raises BadSet."""
    by_passage = (folder / "passages.jsonl").is_file() and (folder / "qrels_passages.tsv").is_file()
    try:
        spans: dict[str, list[tuple[str, int, int]]] = {}
        for p in _lines(folder / "passages.jsonl") if by_passage else ():
            spans.setdefault(str(p["doc_id"]), []).append((str(p["id"]), int(p["start"]), int(p["end"])))
        documents = tuple(
            Document(str(d["id"]), str(d.get("title") or ""), str(d["text"]), tuple(spans.get(str(d["id"]), ())))
            for d in _lines(folder / "corpus.jsonl")
        )
        grades = _grades(folder / ("qrels_passages.tsv" if by_passage else "qrels.tsv"))
        queries = tuple(q for q in map(_query, _lines(folder / "queries.jsonl")) if grades.get(q.id))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSet(f"{folder}: this set cannot be read ({error!r}). docs/evaluating.md shows the form.") from error
    if not documents or not queries:
        raise BadSet(f"{folder}: the set has no document or no query that is judged. docs/evaluating.md shows the form.")
    whole = sha256(repr((_RULES, _LONGEST, documents)).encode("utf-8", "surrogatepass")).hexdigest()
    return RetrievalSet(folder.resolve().name, documents, queries, grades, by_passage, whole)


def index_corpus(judged: RetrievalSet, index: Path, progress: Progress | None = None, embedder: Embedder | None = None) -> None:
    """Index the documents of a set into the folder `index`: those that are not there yet, so that what was interrupted goes on.

    embedder   of the default model, for callers that keep its vectors; loaded where none is given.

    Raises BadSet when the folder holds another index: it is somebody's library, or another set.
    """
    with closing(Database(index, write=True)) as database:
        state, unfinished, known = database.fact("corpus"), f"unfinished {judged.fingerprint}", database.files()
        if state == judged.fingerprint:
            return
        if state != unfinished and (known or state):
            raise BadSet(f"{index}: this index holds other reports. Name an empty folder, or leave --index out.")
        embedder = embedder or load_embedder(DEFAULT_MODEL)
        with database.transaction(write=True):
            facts = {"model": embedder.name, "weights": embedder.fingerprint, "dimension": str(embedder.dimension)}
            database.set_facts({**facts, "names": load_names().to_json(), "wording": load_wording().to_json(), "corpus": unfinished})
        missing = [d for d in judged.documents if d.id not in known]
        for start in range(0, len(missing), _STORED_AT_ONCE):
            batch = missing[start : start + _STORED_AT_ONCE]
            analysed = list(_analyse(batch, embedder))
            with database.transaction(write=True):
                for item in analysed:
                    database.put(item)
            if progress is not None:
                progress(start + len(batch), len(missing), judged.name)
        with database.transaction(write=True):
            database.set_facts({"corpus": judged.fingerprint})


def judge_retrieval(judged: RetrievalSet, index: Path) -> dict[str, Any]:
    """All figures of a set whose corpus is in `index`.

    The plain figures are of the query alone over the whole corpus; `with_history` of the query after what was said before it;
    `scoped` of the query within the documents it concerns. `failures` are the queries without a hit in the first ten.
    """
    rank = _ranker(judged, index)
    rankings = {q.id: rank(q.text) for q in judged.queries}
    found: dict[str, Any] = {"documents": len(judged.documents), "queries": len(judged.queries), **figures(rankings, judged.grades)}
    if any(q.history for q in judged.queries):
        found["with_history"] = figures({q.id: rank(q.text, (), q.history) for q in judged.queries}, judged.grades)
    if any(q.scope for q in judged.queries):
        found["scoped"] = figures({q.id: rank(q.text, q.scope) for q in judged.queries}, judged.grades)
    return found | {"failures": [_failure(q, judged.grades[q.id], rankings[q.id]) for q in _missed(judged, rankings)]}


def figures(rankings: Mapping[str, Ranking], grades: Mapping[str, Grades]) -> dict[str, float]:
    """nDCG at 5 and 10, recall at 10 and 100: means over the queries ranked, rounded to four digits."""
    measures: dict[str, Callable[[Ranking, Grades], float]] = {
        "ndcg@5": lambda ranking, wanted: ndcg(ranking, wanted, 5),
        "ndcg@10": lambda ranking, wanted: ndcg(ranking, wanted, 10),
        "recall@10": lambda ranking, wanted: recall(ranking, wanted, 10),
        "recall@100": lambda ranking, wanted: recall(ranking, wanted, 100),
    }
    count = max(len(rankings), 1)
    return {name: round(sum(measure(r, grades[q]) for q, r in rankings.items()) / count, 4) for name, measure in measures.items()}


def ndcg(ranking: Sequence[str], grades: Grades, k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`: gain is the grade, discount log2(rank + 1), as trec_eval and BEIR have it."""
    best = sorted((g for g in grades.values() if g > 0), reverse=True)[:k]
    ideal = sum(grade / log2(rank + 1) for rank, grade in enumerate(best, start=1))
    gained = sum(max(grades.get(item, 0), 0) / log2(rank + 1) for rank, item in enumerate(ranking[:k], start=1))
    return gained / ideal if ideal else 0.0


def recall(ranking: Sequence[str], grades: Grades, k: int) -> float:
    """The share of what is relevant (grade above 0) that is among the first `k`."""
    wanted = {item for item, grade in grades.items() if grade > 0}
    return len(wanted & set(ranking[:k])) / len(wanted) if wanted else 0.0


def _ranker(judged: RetrievalSet, index: Path) -> _Rank:
    """Ids, best first: of documents by their best passage, or of passages."""
    passages = {(d.id, _offset(d) + start): name for d in judged.documents for name, start, _ in d.passages}

    def unit(hit: Hit) -> str:
        return passages[hit.citation.report, hit.citation.start] if judged.by_passage else hit.citation.report

    def rank(question: str, scope: Sequence[str] = (), history: Sequence[Mapping[str, str]] = ()) -> Ranking:
        try:
            if history:
                hits = retrieve_in_talk(question, history, _DEPTH, index=index)
            else:
                hits = retrieve(question, _DEPTH, index=index, reports=list(scope) or None)
        except BadQuestion:  # nothing but marks, or too long to be asked: nothing is found
            return []
        return list(dict.fromkeys(unit(hit) for hit in hits))

    return rank


def _missed(judged: RetrievalSet, rankings: Mapping[str, Ranking]) -> Iterator[Query]:
    return (q for q in judged.queries if recall(rankings[q.id], judged.grades[q.id], 10) == 0)


def _failure(query: Query, grades: Grades, ranking: Ranking) -> dict[str, str]:
    wanted = " | ".join(item for item, grade in grades.items() if grade > 0)
    return {
        "id": query.id,
        "question": query.text,
        "wanted": wanted,
        "given": " | ".join(ranking[:3]),
        "why": "none of these in the first ten",
    }


def _analyse(documents: Sequence[Document], embedder: Embedder) -> Iterator[Analysed]:
    """The documents as reports, passages and sentences, embedded in one go."""
    made = [(report := _report(d), build_passages(report)) for d in documents]
    texts: list[str] = []
    for report, passages in made:
        content = [p for p in passages if p.is_content]
        texts += [passage_text(report.text, p) for p in content]
        texts += [report.text[s.start : s.end] for p in content for s in p.sentences]
    vectors = embedder.embed(texts) if texts else np.zeros((0, embedder.dimension), np.float32)
    at = 0
    for (report, passages), document in zip(made, documents, strict=True):
        content = [p for p in passages if p.is_content]
        attributions = tuple(Attribution(s.start, s.end) for p in content for s in p.sentences)
        middle, end = at + len(content), at + len(content) + len(attributions)
        file = FileState(report.sha256, len(report.text), 0)
        yield Analysed(report, file, Meeting(document.title), passages, attributions, vectors[at:middle], vectors[middle:end])
        at = end


def _report(document: Document) -> Report:
    """The title, if any, as a heading of the second level, so that it counts as a heading above its passages; then the text."""
    offset = _offset(document)
    text = f"{document.title}\n\n{document.text}" if offset else document.text
    heading = (Block("heading", 0, len(document.title), level=2),) if offset else ()
    spans = [(start, end) for _, start, end in document.passages] or list(_spans(document.text))
    return Report(document.id, text, (*heading, *(Block("body", offset + start, offset + end) for start, end in spans)))


def _offset(document: Document) -> int:
    return len(document.title) + 2 if document.title else 0


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """The text whole, or where it is too long its paragraphs; nothing for white space."""
    pattern = r"\S(?:.*\S)?" if len(text) <= _LONGEST else (r"\S(?:.|\n(?!\s*\n))*" if re.search(r"\n\s*\n", text) else r"\S[^\n]*")
    flags = re.DOTALL if len(text) <= _LONGEST else re.NOFLAG
    for match in re.finditer(pattern, text, flags):
        yield match.start(), match.start() + len(match.group().rstrip())


def _query(line: Mapping[str, Any]) -> Query:
    history = tuple(
        {"role": "user" if turn["role"] == "user" else "assistant", "content": str(turn.get("text") or turn.get("content") or "")}
        for turn in line.get("history") or ()
    )
    return Query(str(line["id"]), str(line["text"]), history, tuple(map(str, line.get("scope") or ())))


def _grades(file: Path) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    for number, line in enumerate(file.read_text("utf-8").split("\n")):
        if number and line.strip():
            query, item, grade = line.split("\t")
            if float(grade) > 0:
                grades.setdefault(query, {})[item] = float(grade)
    return grades


def _lines(file: Path) -> Iterator[Any]:
    # Only "\n" ends a line of JSON Lines: str.splitlines would break at U+2028 inside a text.
    return (json.loads(line) for line in file.read_text("utf-8").split("\n") if line.strip())

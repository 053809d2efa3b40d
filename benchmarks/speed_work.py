"""What a fresh process of Rapporteur does for `benchmarks/speed.py`: one task, whose figures it prints as JSON.

python speed_work.py index DOCUMENTS INDEX | ask INDEX QUESTIONS.json | retrieve INDEX QUESTIONS.json | recall INDEX QUESTIONS.json
                     add INDEX | peak
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ADDED = 5  # reports, one after another; the middle one counts
_CHUNK = 20_000  # vectors scored at a time


def index(documents: str, folder: str) -> dict[str, float]:
    """Index a folder as `rapporteur index` does; child processes count."""
    from index import rebuild

    start = time.perf_counter()
    rebuild(documents, folder)
    used = os.times()
    return {"seconds": time.perf_counter() - start, "busy": used.user + used.system + used.children_user + used.children_system}


def ask(index: str, asked: str) -> dict[str, Any]:
    """The times of `ask`."""
    import qa

    return _timed(lambda question: qa.ask(question, index=index), asked)


def retrieve(index: str, asked: str) -> dict[str, Any]:
    """The times of `retrieve`."""
    import qa

    return _timed(lambda question: qa.retrieve(question, 10, index=index), asked)


def _timed(search: Callable[[str], object], asked: str) -> dict[str, Any]:
    """The times of each question, after one that opens everything."""
    import resource

    wanted = json.loads(Path(asked).read_text("utf-8"))
    search(wanted[0])
    print("first", flush=True)
    times = []
    for question in wanted:
        start, busy = time.perf_counter(), time.process_time()
        search(question)
        times.append((time.perf_counter() - start, time.process_time() - busy))
    return {"times": times, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def recall(index: str, asked: str) -> dict[str, float]:
    """The share of the ten best passages with every vector scored that `retrieve` finds by way of the codes."""
    import numpy as np

    from index.nearest import CodeIndex
    from qa import retrieve
    from qa.library import open_snapshot
    from qa.retrieve import embed_question

    wanted = json.loads(Path(asked).read_text("utf-8"))

    def found() -> list[set[tuple[str, int]]]:
        return [{(h.citation.report, h.citation.start) for h in retrieve(q, 10, index=index)} for q in wanted]

    ours = found()
    with open_snapshot(index) as snapshot:
        vectors = np.array([embed_question(snapshot, q) for q in wanted])
        codes = {id(snapshot.vectors.passages): "passage", id(snapshot.vectors.sentences): "sentence"}
        exact = {table: _exact(snapshot.database, table, vectors, 1_000) for table in codes.values()}
    place = {vector.tobytes(): n for n, vector in enumerate(vectors)}

    def nearest(self: CodeIndex, vector: Any, count: int, among: Any = None) -> Any:
        assert among is None
        assert count <= 1_000
        return exact[codes[id(self)]][place[vector.tobytes()]]

    CodeIndex.nearest = nearest  # type: ignore[method-assign]
    return {"recall@10": float(np.mean([len(a & b) / len(b) for a, b in zip(ours, found(), strict=True)]))}


def _exact(database: Any, table: str, vectors: Any, count: int) -> Any:
    """Ids of the `count` rows nearest to each vector, every row of the table scored: shape (vectors, count)."""
    import numpy as np

    runs = database.runs().values()
    last = max((run.passages if table == "passage" else run.sentences).stop for run in runs)
    best = np.zeros((len(vectors), 0), np.int64), np.zeros((len(vectors), 0), np.float32)
    for first in range(0, last, _CHUNK):
        ids, rows = database.vector_rows(table, range(first, first + _CHUNK))
        if not len(ids):
            continue
        named = np.hstack([best[0], np.broadcast_to(ids, (len(vectors), len(ids)))])
        scores = np.hstack([best[1], vectors @ rows.T])
        if scores.shape[1] > count:
            kept = np.argpartition(scores, -count, axis=1)[:, -count:]
            named, scores = np.take_along_axis(named, kept, 1), np.take_along_axis(scores, kept, 1)
        best = named, scores
    return best[0]


def add(index: str) -> dict[str, float]:
    """Seconds until a report that is read and embedded is stored and found, with an index that is open; all are removed afterwards."""
    import numpy as np
    from libraries import sampled_report

    from index.sqlite_store import open_sqlite_writer
    from qa import retrieve

    draw, home = np.random.default_rng(7), Path(index)
    sentences = [f"Participants discussed matter {n} at some length." for n in range(99)]
    items = [sampled_report(10**7 + n, sentences, draw.standard_normal((99, 384)).astype(np.float32), draw) for n in range(ADDED)]
    retrieve("opening", 1, index=index)
    stored, taken = [], []
    for item in items:
        start = time.perf_counter()
        with open_sqlite_writer(home) as writer:
            with writer.transaction(write=True):
                writer.put(item)
            writer.finish()
        stored.append(time.perf_counter() - start)
        times = []
        for _ in range(3):  # the first of these takes the report over
            start = time.perf_counter()
            retrieve("matter", 1, index=index)
            times.append(time.perf_counter() - start)
        taken.append(max(0.0, times[0] - min(times[1:])))
    with open_sqlite_writer(home) as writer:
        with writer.transaction(write=True):
            for item in items:
                writer.remove(item.report.report_id)
        writer.finish()
    return {"adding a report s": float(np.median(stored) + np.median(taken))}


def peak() -> dict[str, float]:
    """The share of the matrix-multiply peak that embedding reaches."""
    from peak import measure

    _, top, reached = measure(96, 5)
    return {"GFLOPS of the peak": top, "GFLOPS of embedding": reached, "share of the peak": reached / top}


if __name__ == "__main__":
    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "index": index, "ask": ask, "retrieve": retrieve, "recall": recall, "add": add, "peak": peak,
    }  # fmt: skip
    print(json.dumps(tasks[sys.argv[1]](*sys.argv[2:])))

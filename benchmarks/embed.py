"""The embedding path beside sentence-transformers: the same weights, texts and cores, in one run.

    python benchmarks/embed.py [--corpus FILE.jsonl] [--texts N] [--rounds R]

Each engine runs in fresh processes, in turns, so that a busy machine disturbs both alike; the best round counts. Prints a table:
texts per second on texts of 160 tokens, the same per second of processor time (which a busy machine changes less), milliseconds for one
question, seconds from process start to the first vector, and the cosine of the two engines' vectors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from index import embed

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "retrieval" / "scifact" / "corpus.jsonl"
ENGINES = ("sentence-transformers", "rapporteur")
TOKENS = 160
QUESTIONS = (
    "Who agreed to the registry of incidents at sea?",
    "What did Japanese participants say about hotlines?",
    "Was there consensus on sanctions?",
    "Which delegations supported a follow-up meeting in 2019, and under what conditions?",
    "verification",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="JSON lines with a text each (default: %(default)s)")
    parser.add_argument("--texts", type=int, default=256, help="how many texts of 160 tokens (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="fresh processes for each engine (default: %(default)s)")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        work(given.engine, given.corpus, given.texts, given.vectors)
    else:
        compare(given.corpus, given.texts, given.rounds)


def compare(corpus: Path, count: int, rounds: int) -> None:
    """Let each engine work in turns, and print the two side by side."""
    with tempfile.TemporaryDirectory() as folder:
        best: dict[str, dict[str, float]] = {engine: {} for engine in ENGINES}
        said: dict[str, str] = {}
        vectors = {engine: Path(folder) / f"{engine}.npy" for engine in ENGINES}
        run("rapporteur", corpus, 1, vectors["rapporteur"])  # the first start ever converts the model
        for _ in range(rounds):
            for engine in ENGINES:
                said[engine], figures = run(engine, corpus, count, vectors[engine])
                for key, value in figures.items():
                    better = max if key.startswith("texts") else min
                    best[engine][key] = better(value, best[engine].get(key, value))
        cosines = (np.load(vectors[ENGINES[0]]) * np.load(vectors[ENGINES[1]])).sum(axis=1)
    print(f"{count} texts of {TOKENS} tokens from {corpus.name}, best of {rounds} rounds")
    print(f"{'':24}{said[ENGINES[0]]:>28}{said[ENGINES[1]]:>28}{'ratio':>8}")
    for key in best[ENGINES[0]]:
        one, two = (best[engine][key] for engine in ENGINES)
        print(f"{key:24}{one:28.2f}{two:28.2f}{max(one, two) / min(one, two):8.1f}")
    print(f"cosine: least {cosines.min():.5f}, mean {cosines.mean():.5f}")


def run(engine: str, corpus: Path, count: int, vectors: Path) -> tuple[str, dict[str, float]]:
    """One fresh process of an engine: what it says it is, and its figures."""
    command = [sys.executable, __file__, "--engine", engine, "--corpus", str(corpus), "--texts", str(count), "--vectors", str(vectors)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        cold = time.perf_counter() - start
        rest = child.stdout.read()
    if child.returncode:
        sys.exit(f"{engine}: stopped with exit status {child.returncode}")
    answer = json.loads(rest)
    return answer["said"], {**answer["figures"], "s to the first vector": cold}


def work(engine: str, corpus: Path, count: int, vectors: Path) -> None:
    """In the fresh process: the first vector, then the figures as JSON."""
    embedder: embed.Embedder
    if engine == "rapporteur":
        embedder = embed.load_embedder()
    else:
        embedder = embed.SentenceTransformerEmbedder(engine, str(embed._default_folder()), "")
    embedder.embed(QUESTIONS[:1])
    print("first", flush=True)
    times = []
    for n in range(100):
        start = time.perf_counter()
        embedder.embed([QUESTIONS[n % len(QUESTIONS)]])
        times.append(time.perf_counter() - start)
    texts = cut(corpus, count)
    embedder.embed(texts[:32])
    start, busy = time.perf_counter(), time.process_time()
    found = embedder.embed(texts)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    np.save(vectors, found)
    said = f"{getattr(embedder, 'engine', '?')} {getattr(embedder, 'precision', '?')}"
    figures = {"texts/s": count / seconds, "texts/processor s": count / busy, "ms a question": 1000 * float(np.median(times))}
    print(json.dumps({"said": said, "figures": figures}))


def cut(corpus: Path, count: int) -> list[str]:
    """`count` texts of 160 tokens, [CLS] and [SEP] included, from the texts of the corpus."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - after the first vector, which is timed

    tokenizer = Tokenizer.from_file(str(embed._default_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    texts = []
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            offsets = tokenizer.encode(text, add_special_tokens=False).offsets
            if len(offsets) >= TOKENS - 2:
                texts.append(text[: offsets[TOKENS - 3][1]])
            if len(texts) == count:
                return texts
    sys.exit(f"{corpus}: holds only {len(texts)} texts of {TOKENS} tokens. Ask for fewer: --texts {len(texts)}")


if __name__ == "__main__":
    main()

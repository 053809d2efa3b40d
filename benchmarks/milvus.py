"""An index in Milvus Lite beside one in a folder: the same answers? how many bytes and milliseconds?

    python benchmarks/milvus.py --agree             the sample library, asked its own questions in both
    python benchmarks/milvus.py --passages 10000    sampled reports (see benchmarks/libraries.py) in both

Times are of one process at a time, both stores in the same minute; on a busy machine only their ratio means something.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from libraries import PER_REPORT, questions, real_sentences, sampled_report

import qa
from index import rebuild
from index.attribution.wording import load_wording
from index.embed import load_embedder
from index.milvus import disconnect
from index.names import load_names
from index.store import open_writer

ROOT = Path(__file__).parent.parent
ASKED = 40


def main() -> None:
    """Print the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agree", action="store_true", help="compare answers and rankings on the sample library")
    parser.add_argument("--passages", type=int, nargs="*", default=[], help="measure libraries of so many passages")
    given = parser.parse_args()
    if given.agree:
        agree()
    for size in given.passages:
        measure(size)


def agree() -> None:
    """How often the same question has the same answer, and how alike the rankings are."""
    with TemporaryDirectory() as temporary:
        folder, milvus = f"{temporary}/folder", f"milvus:{temporary}/index.db"
        for index in (folder, milvus):
            rebuild(ROOT / "documents", index)
        asked = qa.example_questions(index=folder, n=60)
        same = first = 0
        shared: list[float] = []
        apart: list[int] = []
        for question in asked:
            same += qa.ask(question, index=folder).to_dict() == qa.ask(question, index=milvus).to_dict()
            ours, theirs = ([(h.citation.report, h.citation.start) for h in qa.retrieve(question, 10, index=i)] for i in (folder, milvus))
            first += ours[:1] == theirs[:1]
            shared.append(len(set(ours) & set(theirs)) / len(ours))
            apart += [abs(n - theirs.index(hit)) for n, hit in enumerate(ours) if hit in theirs]
        print(f"{len(asked)} questions: {same} answers the same to the last field; first hit the same {first}; of the first ten ", end="")
        print(f"{np.mean(shared):.1%} the same, {np.mean(apart):.2f} ranks apart on average, at most {max(apart)}")
        disconnect(milvus)


def measure(size: int) -> None:
    """Bytes, and milliseconds for a question and for a report more, of a library of so many passages."""
    sentences = real_sentences(min(3 * size, 30_000))
    embedder = load_embedder()
    vectors = embedder.embed(sentences[:3_000])
    sentences = sentences[:3_000]
    with TemporaryDirectory() as temporary:
        stores = {"folder": f"{temporary}/folder", "milvus": f"milvus:{temporary}/index.db"}
        for name, index in stores.items():
            draw = np.random.default_rng(size)
            facts = {"model": embedder.name, "weights": embedder.fingerprint, "dimension": str(embedder.dimension)}
            facts |= {"names": load_names().to_json(), "wording": load_wording().to_json()}
            start = time.perf_counter()
            with open_writer(index) as writer:
                with writer.transaction(write=True):
                    writer.set_facts(facts)
                for begin in range(0, -(-size // PER_REPORT), 20):
                    with writer.transaction(write=True):
                        for number in range(begin, min(begin + 20, -(-size // PER_REPORT))):
                            writer.put(sampled_report(number, sentences, vectors, draw))
                writer.finish()
            stored = time.perf_counter() - start
            qa.retrieve("opening", 1, index=index)
            asked = questions(sentences, ASKED)
            found = {
                "ask": _times(lambda question, index=index: qa.ask(question, index=index), asked),
                "retrieve": _times(lambda question, index=index: qa.retrieve(question, 10, index=index), asked),
                "Japan's": _times(lambda question, index=index: qa.retrieve(question, 10, index=index, holder="Japan"), asked),
            }
            used = _bytes(Path(temporary) / ("folder" if name == "folder" else "index.db"))
            print(
                f"{name}, {size} passages: {used / size:,.0f} bytes and {1000 * stored / size:.2f} ms to store a passage; median ms: ",
                end="",
            )
            print(
                ", ".join(f"{what} {1000 * np.median(t):.1f} (p95 {1000 * np.percentile(t, 95):.0f})" for what, t in found.items()),
                flush=True,
            )
        disconnect(stores["milvus"])


def _times(ask: Callable[[str], object], asked: list[str]) -> list[float]:
    found = []
    for question in asked:
        start = time.perf_counter()
        ask(question)
        found.append(time.perf_counter() - start)
    return found


def _bytes(home: Path) -> int:
    return sum(file.stat().st_size for file in home.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()

"""Sentence splitters side by side: exact-match F1 of sentence boundaries. `python benchmarks/sentences.py [SET_DIR]`.

Two sets: the statements of a judged set (FORMAT.md), joined into one paragraph per report, and the hard cases of
tests/cases/sentences/hard.txt. Candidates that are not installed are skipped with a line that says so; none is a dependency.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from index.sentences import split_sentences

ROOT = Path(__file__).resolve().parent.parent
Splitter = Callable[[str], list[str]]


def own(text: str) -> list[str]:
    """The sentences of our own rules."""
    return [text[s.start : s.end] for s in split_sentences(text, 0, len(text))]


def pysbd() -> Splitter:
    """Pragmatic_segmenter in Python."""
    import pysbd as module  # noqa: PLC0415 - a candidate may be absent

    return module.Segmenter(language="en", clean=False).segment


def syntok() -> Splitter:
    """Syntok, the successor of segtok."""
    from syntok import segmenter  # noqa: PLC0415 - a candidate may be absent

    def split(text: str) -> list[str]:
        return [
            text[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]
            for paragraph in segmenter.process(text)
            for sentence in paragraph
        ]

    return split


def blingfire() -> Splitter:
    """Microsoft BlingFire, a compiled automaton."""
    import blingfire as module  # noqa: PLC0415 - a candidate may be absent

    return lambda text: module.text_to_sentences(text).split("\n")


def segtok() -> Splitter:
    """Segtok."""
    from segtok.segmenter import split_single  # noqa: PLC0415 - a candidate may be absent

    return lambda text: list(split_single(text))


CANDIDATES: dict[str, Callable[[], Splitter]] = {
    "own rules": lambda: own,
    "pysbd": pysbd,
    "syntok": syntok,
    "blingfire": blingfire,
    "segtok": segtok,
}


def judged(folder: Path) -> list[list[str]]:
    """One paragraph per report, of the statements that are whole sentences."""
    reports = json.loads((folder / "gold.json").read_text("utf-8"))["reports"].values()
    whole = [[s["quote"] for s in r["statements"] if s["quote"][-1] in '.”?!"' and not s["quote"][0].islower()] for r in reports]
    # "“He said, ...” and everyone laughed.”" opens in the part of its sentence that the quote leaves out.
    return [[q for q in quotes if q.count("“") == q.count("”")] for quotes in whole]


def hard() -> list[list[str]]:
    """The hard cases: a sentence per line, a blank line between paragraphs."""
    text = (ROOT / "tests" / "cases" / "sentences" / "hard.txt").read_text("utf-8")
    return [block.split("\n") for block in text.strip().split("\n\n")]


def ends(text: str, sentences: list[str]) -> set[int]:
    """Where sentences end in `text`: the last character that is a letter or digit outside a footnote's mark."""
    found, at = set(), 0
    for sentence in sentences:
        core = re.sub(r"(?:\[\d+\]|[¹²³]|[\W_])+$", "", sentence.strip())
        at = text.index(core, at) + len(core)
        found.add(at)
    return found


def f1(split: Splitter, paragraphs: list[list[str]]) -> float:
    """F1 of exact sentence ends, over all paragraphs."""
    right = given = wanted = 0
    for paragraph in paragraphs:
        text = " ".join(paragraph)
        want, have = ends(text, paragraph), ends(text, [s for s in split(text) if re.search(r"\w", s)])
        right, given, wanted = right + len(want & have), given + len(have), wanted + len(want)
    return 2 * right / max(given + wanted, 1)


def main() -> None:
    """Print a line per candidate."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "dialogues" / "dev"
    sets = {"hard cases": hard()}
    if (folder / "gold.json").is_file():
        sets[folder.name] = judged(folder)
    print(f"{'splitter':<12}" + "".join(f"{name:>14}" for name in sets) + f"{'seconds':>12}")
    for name, make in CANDIDATES.items():
        try:
            split = make()
        except ImportError:
            print(f"{name:<12}not installed, skipped")
            continue
        began = time.perf_counter()
        scores = [f1(split, paragraphs) for paragraphs in sets.values()]
        print(f"{name:<12}" + "".join(f"{s:>14.3f}" for s in scores) + f"{time.perf_counter() - began:>12.2f}")


if __name__ == "__main__":
    main()

"""The share of the machine's matrix-multiply peak that embedding reaches, at the precision it computes in.

    python benchmarks/peak.py [--texts N] [--rounds N]

Both are counted for each second of processor time, in turns and in one process, so that a busy machine disturbs both alike. The peak is the
best of torch's products of the model's own shapes and of a square one; the model's operations are counted from its shape.
"""

from __future__ import annotations

import argparse
import time

import numpy as np  # noqa: F401  # before torch, which else warns
import torch
from embed import CORPUS, TOKENS, cut

from index.embed import load_embedder

LAYERS, WIDTH, INNER = 6, 384, 1536
SHAPES = ((2048, WIDTH, INNER), (2048, INNER, WIDTH), (1024, 1024, 1024))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=96, help="texts of 160 tokens (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="the best counts (default: %(default)s)")
    given = parser.parse_args()
    precision, peak, reached = measure(given.texts, given.rounds)
    print(f"{precision}: peak {peak:.0f} GFLOPS a processor second, embedding {reached:.0f}, which is {reached / peak:.0%}")


def measure(count: int, rounds: int) -> tuple[str, float, float]:
    """(precision, the peak, what embedding `count` texts reaches), both in GFLOPS for each second of processor time."""
    embedder, texts = load_embedder(), cut(CORPUS, count)
    precision = getattr(embedder, "precision", "f32")
    embedder.embed(texts[:16])
    torch.set_num_threads(1)
    linear = 2 * TOKENS * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
    operations = LAYERS * (linear + 2 * 2 * TOKENS * TOKENS * WIDTH)
    peak = reached = 0.0
    for _ in range(rounds):
        peak = max(peak, *(product(shape, torch.bfloat16 if precision == "bf16" else torch.float32) for shape in SHAPES))
        start = time.process_time()
        embedder.embed(texts)
        reached = max(reached, len(texts) * operations / (time.process_time() - start) / 1e9)
    return precision, peak, reached


def product(shape: tuple[int, int, int], kind: torch.dtype) -> float:
    """GFLOPS of a matrix product of this shape."""
    rows, inner, columns = shape
    a, b = torch.randn(rows, inner).to(kind), torch.randn(inner, columns).to(kind)
    torch.matmul(a, b)
    times = max(1, int(2e9 / (2 * rows * inner * columns)))
    start = time.process_time()
    for _ in range(times):
        torch.matmul(a, b)
    return 2 * rows * inner * columns * times / (time.process_time() - start) / 1e9


if __name__ == "__main__":
    main()

"""The plot of `benchmarks/speed.py`, drawn by matplotlib in the peers' environment: `python speed_plot.py RESULTS.json FILE.svg`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

OURS = "Rapporteur"
BLUE, GREY, INK = "#1f5fa8", "#c9c4b8", "#1d2430"
BARS = (
    ("indexing", "words/s", "Indexing: words a second\n(more is better)", "{:,.0f}"),
    ("asking", "question p50 ms", "A question: p50, ms\n(less is better)", "{:.1f}"),
    ("asking", "first answer s", "Process start to first answer, s\n(less is better)", "{:.1f}"),
    ("asking", "peak MB", "Peak memory, MB\n(less is better)", "{:,.0f}"),
)
LINES = (
    ("retrieve p50 ms", "retrieve: p50, ms"),
    ("first answer s", "Process start to first hits, s"),
    ("adding a report s", "Adding one report, s"),
    ("peak MB", "Peak memory, MB"),
)


def main(results: str, target: str) -> None:
    """Draw."""
    found = json.loads(Path(results).read_text("utf-8"))
    mpl.rcParams.update({"font.size": 9, "text.color": INK, "axes.labelcolor": INK, "svg.hashsalt": "rapporteur", "svg.fonttype": "path"})
    figure, axes = plt.subplots(2, 4, figsize=(13, 6), layout="constrained")
    for axis, (part, name, title, form) in zip(axes[0], BARS, strict=True):
        bars(axis, found.get(part, {}), name, title, form)
    sizes = sorted(int(part) for part in found if part.isdigit())
    for axis, (name, title) in zip(axes[1], LINES, strict=True):
        curve(axis, sizes, [found[str(size)][OURS][name] for size in sizes], title)
    figure.savefig(target, metadata={"Date": None, "Creator": None})


def bars(axis: Any, rows: dict[str, dict[str, float]], name: str, title: str, form: str) -> None:
    """One bar for each engine, ours on top."""
    engines = list(rows)[::-1]
    drawn = axis.barh(engines, [rows[engine][name] for engine in engines], color=[BLUE if engine == OURS else GREY for engine in engines])
    axis.bar_label(drawn, [form.format(rows[engine][name]) for engine in engines], padding=3)
    axis.set_title(title, fontsize=9.5)
    axis.margins(x=0.22)
    axis.spines[["top", "right", "bottom"]].set_visible(False)
    axis.set_xticks([])


def curve(axis: Any, sizes: list[int], values: list[float], title: str) -> None:
    """Rapporteur alone, over the number of passages."""
    axis.plot(sizes, values, marker="o", color=BLUE)
    for size, value in zip(sizes, values, strict=True):
        axis.annotate(
            f"{value:,.0f}" if value >= 100 else f"{value:.2g}", (size, value), textcoords="offset points", xytext=(0, 6), ha="center"
        )
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.margins(x=0.12, y=0.25)
    axis.set_title(title, fontsize=9.5)
    axis.set_xlabel("passages")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(alpha=0.25)


if __name__ == "__main__":
    main(*sys.argv[1:3])

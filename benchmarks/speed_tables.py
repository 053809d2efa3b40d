"""The tables of `benchmarks/speed.py`, as Markdown: what was measured, and what was aimed at beside what was reached."""

from __future__ import annotations

from peers import PEERS

Row = dict[str, float]
Results = dict[str, dict[str, Row]]

OURS = "Rapporteur"
HIGH = {"words/s", "words/processor s"}
"""Measures of which more is better."""
_NAMES = {
    "words/s": "indexing, words a second",
    "words/processor s": "indexing, words a second of the processor's time",
    "question p50 ms": "question, p50, ms",
    "question p95 ms": "question, p95, ms",
    "processor ms a question": "question, ms of the processor's time",
    "first answer s": "process start to first answer, s",
    "peak MB": "peak memory, MB",
}


def tables(results: Results) -> str:
    """All that there are figures for."""
    parts = (_aims(results), _sides(results), _alone(results))
    return "\n\n".join("\n".join(part) for part in parts if len(part) > 2)


def _aims(results: Results) -> list[str]:
    """What Rapporteur is meant to reach, and what it reaches."""
    lines = _header("what", "at least", "reached")
    found = {part: rows[OURS] for part, rows in results.items()}

    def times(part: str, name: str) -> float:
        best = (max if name in HIGH else min)(results[part][peer][name] for peer in PEERS)
        own = found[part][name]
        return own / best if name in HIGH else best / own

    if "indexing" in results:
        lines.append(_line("indexing, words a second, against the fastest peer", "2.5 times", f"{times('indexing', 'words/s'):.1f} times"))
    if "peak" in results:
        lines.append(
            _line(
                "embedding alone, share of the matrix-multiply peak at its precision", "55 %", f"{found['peak']['share of the peak']:.0%}"
            )
        )
    if "asking" in results:
        told = f"{times('asking', 'question p50 ms'):.2f} times as fast"
        lines.append(_line("`ask`, p50 over 5,000 passages, against the fastest peer's bare retrieval", "not slower", told))
        told = f"{times('asking', 'first answer s'):.1f} times, {found['asking']['first answer s']:.2f} s"
        lines.append(_line("process start to first answer, against the fastest peer", "5 times faster, under 1.5 s", told))
    if "page" in results:
        lines.append(_line("chat page ready after start, 5,000 passages", "under 4 s", f"{found['page']['page ready s']:.1f} s"))
    for size, aim in (("100000", "15 ms"), ("1000000", "50 ms")):
        if size in results:
            row = found[size]
            told = f"{row['retrieve p50 ms']:.0f} ms; recall@10 {row['recall@10']:.3f}"
            lines.append(_line(f"`retrieve`, p50 over {int(size):,} passages; recall@10 against exact search", f"{aim}; .98", told))
    if "100000" in results:
        told = f"{found['100000']['adding a report s']:.2f} s"
        lines.append(_line("adding one report to 100,000 passages, beyond its own embedding", "under 0.5 s", told))
    if "asking" in results:
        share = 1 / times("asking", "peak MB")
        lines.append(_line("peak memory of a process that answers on 5,000 passages, against the leanest peer", "half", f"{share:.2f}"))
    return lines


def _sides(results: Results) -> list[str]:
    """The engines side by side, with the best peer's figure held against ours: above 1 is better."""
    lines = _header("", OURS, *PEERS, "times better than the best peer")
    for part in ("indexing", "asking"):
        rows = results.get(part, {})
        for name in rows.get(OURS, ()):
            own, others = rows[OURS][name], [rows[peer][name] for peer in PEERS]
            better = own / max(others) if name in HIGH else min(others) / own
            lines.append(_line(_NAMES[name], *(_number(value) for value in (own, *others)), f"{better:.1f}"))
    return lines


def _alone(results: Results) -> list[str]:
    """Rapporteur alone, one line for each size."""
    sizes = sorted((part for part in results if part.isdigit()), key=int)
    names = list(results[sizes[0]][OURS]) if sizes else []
    return [
        *_header("passages", *names),
        *(_line(f"{int(size):,}", *(_number(results[size][OURS][name]) for name in names)) for size in sizes),
    ]


def _header(*names: str) -> list[str]:
    return [_line(*names), "|" + "---|" * len(names)]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"

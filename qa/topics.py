"""Topics that this library can compare: shown to whoever does not know yet what to set side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from index.store import Snapshot
from qa.compare import compare
from qa.examples import heading_topic
from qa.library import open_snapshot

TRIED = 12  # topics; each costs as much as a question


def example_topics(*, index: str | Path = ".index", n: int = 4) -> list[str]:
    """Up to `n` topics from the headings of series with several reports, on which two rounds at least have statements."""
    with open_snapshot(index) as snapshot:
        candidates = list(dict.fromkeys(_headings(snapshot)))[:TRIED]
    found: list[str] = []
    for topic in candidates:
        if len(found) < n and sum(bool(column.statements) for column in compare(topic, index=index).columns) > 1:
            found.append(topic)
    return found


def _headings(snapshot: Snapshot) -> Iterator[str]:
    """The newest reports' headings first, one a series in turn."""
    by_series: dict[str, list[str]] = {}
    reports = sorted(snapshot.reports, key=lambda r: r.meeting.start or "", reverse=True)
    several = [r.meeting.series for r in reports if r.meeting.series]
    for report in reports:
        if report.meeting.series and several.count(report.meeting.series) > 1:
            passages = snapshot.passages_of(report.id).values()
            headings = dict.fromkeys(p.headings.split(" / ")[-1] for p in passages)
            by_series.setdefault(report.meeting.series, []).extend(filter(None, (heading_topic(snapshot, h) for h in headings)))
    for row in zip_longest(*by_series.values()):
        yield from (topic for topic in row if topic)

"""A page of a report's own file as a picture, with the quote boxed where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from index.drawing import draw
from index.readers.page_image import PageImage, Wanted
from index.report import Block, Report
from qa.library import OpenReport, find_report, open_snapshot
from qa.original import original


def page_image(report: str, number: int, *, start: int = 0, end: int = 0, index: str | Path = ".index") -> PageImage:
    """Page `number` (from 1) of the PDF that `report` was read from; what of text[start:end] stands on it is boxed.

    Raises UnknownReport, OriginalGone, and UnreadableReport where the page cannot be drawn.
    """
    with open_snapshot(index) as snapshot:
        stored = snapshot.read(find_report(snapshot, report).id)
    file = original(report, index=index)
    return draw(file.path, Wanted(number, file.sha256, *_quote_on_page(stored, number, start, end)))


def page_of(report: OpenReport, offset: int) -> int:
    """The physical page on which the character at `offset` stands; 1 where that is not known."""
    held = next((block.page_at(offset) for block in report.blocks if block.start <= offset < block.end), None)
    return held or 1


def pages_between(report: OpenReport, start: int, end: int) -> range:
    """The pages on which text[start:end] stands; none where it is empty."""
    return range(page_of(report, start), page_of(report, end - 1) + 1) if start < end else range(0)


def _quote_on_page(report: Report, number: int, start: int, end: int) -> tuple[str, float]:
    """The part of text[start:end] that stands on the page, and the share of the page's letters before it."""
    quote, before, letters = "", 0, 0
    for first, last in _on_page(report.blocks, number):
        words = sum(map(str.isalnum, report.text[first:last]))
        letters += words
        if last <= start:
            before += words
        elif first < end:
            before += sum(map(str.isalnum, report.text[first:start]))
            quote += report.text[max(first, start) : min(last, end)]
    return quote, before / max(letters, 1)


def _on_page(blocks: tuple[Block, ...], number: int) -> Iterator[tuple[int, int]]:
    """The stretches of the text that stand on the page, in order."""
    for block in blocks:
        starts = [*block.pages, (block.end, -1)]
        for (first, page), (last, _) in pairwise(starts):
            if page == number:
                yield first, last

"""From blocks to passages: what is embedded and found, with the headings above it and its sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.report import Block, Passage, Report, Sentence
from index.sentences import split_sentences

_WHOLE = ("heading", "caption")  # never quoted as answers, so never split
# No author writes so much; a hostile or broken file may, and every question would pay for it.
_LONGEST = 20_000  # characters of a passage: six printed pages
_LONGEST_HEADING = 1_000  # characters; it is repeated above each of its passages
_DEEPEST = 10  # headings above a passage


def build_passages(report: Report) -> tuple[Passage, ...]:
    """One passage for each block that is not furniture, in order; `paragraph` counts from 1 those that may be quoted.

    A passage is a paragraph, list item, table row or footnote as its author set it: short enough to embed whole in nearly every report,
    and the unit in which pronouns and "it" find what they stand for.
    """
    passages: list[Passage] = []
    above: list[Block] = []
    paragraph = 0
    for block in report.blocks:
        if block.kind == "furniture":
            continue
        if block.kind == "heading":
            above = [h for h in above if h.level < block.level]
        content = block.kind not in _WHOLE
        for piece in _pieces(report.text, block) if content else (block,):
            paragraph += content
            passages.append(
                Passage(
                    kind=piece.kind,
                    start=piece.start,
                    end=piece.end,
                    paragraph=paragraph,
                    headings=tuple((h.start, h.end) for h in above if h.level > 1)[-_DEEPEST:],
                    sentences=_sentences(report.text, piece) if content else (),
                    pages=piece.pages,
                    cells=piece.cells,
                    level=piece.level,
                )
            )
        if block.kind == "heading" and block.end - block.start <= _LONGEST_HEADING:
            above.append(block)
    return tuple(passages)


def _pieces(text: str, block: Block) -> Iterator[Block]:
    """The block itself; a monster in pieces, cut at the end of a line or sentence, or else of a word, where there is one."""
    start = block.start
    while block.end - start > _LONGEST:
        half, most = start + _LONGEST // 2, start + _LONGEST
        after = (text.rfind(mark, half, most) + len(mark) for mark in ("\n", ". ", " "))
        cut = next((place for place in after if place > half), most)
        yield _piece(block, start, cut)
        start = cut
    yield _piece(block, start, block.end) if start > block.start else block


def _piece(block: Block, start: int, end: int) -> Block:
    cells = tuple((max(a, start), min(b, end)) for a, b in block.cells if a < end and b > start)
    return replace(block, start=start, end=end, cells=cells)


def _sentences(text: str, block: Block) -> tuple[Sentence, ...]:
    """A table's row is split cell by cell, so that no quote runs from one cell into the next."""
    spans = block.cells or ((block.start, block.end),)
    return tuple(sentence for start, end in spans for sentence in split_sentences(text, start, end))

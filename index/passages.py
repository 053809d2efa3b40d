"""From blocks to passages: what is embedded and found, with the headings above it and its sentences."""

from __future__ import annotations

from index.report import Block, Passage, Report, Sentence
from index.sentences import split_sentences

_WHOLE = ("heading", "caption")  # never quoted as answers, so never split


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
        paragraph += content
        passages.append(
            Passage(
                kind=block.kind,
                start=block.start,
                end=block.end,
                paragraph=paragraph,
                headings=tuple((h.start, h.end) for h in above if h.level > 1),
                sentences=_sentences(report.text, block) if content else (),
                pages=block.pages,
                cells=block.cells,
                level=block.level,
            )
        )
        if block.kind == "heading":
            above.append(block)
    return tuple(passages)


def _sentences(text: str, block: Block) -> tuple[Sentence, ...]:
    """A table's row is split cell by cell, so that no quote runs from one cell into the next."""
    spans = block.cells or ((block.start, block.end),)
    return tuple(sentence for start, end in spans for sentence in split_sentences(text, start, end))

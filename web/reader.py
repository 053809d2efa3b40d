"""A report as HTML, character for character, with a quote marked where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal

from index.report import Block, text_sha256
from web.escape import attributes, bidi, escape
from web.wording import chip_words, day_words

if TYPE_CHECKING:
    from qa.library import OpenReport

ANTECEDENT_REACH = 2_000  # characters
_MARKER = re.compile(r"#{1,6}[ \t]+|[-*•‣◦▪·–][ \t]+")  # of a Markdown heading or a bullet; numbers stay, people cite them


@dataclass(frozen=True, slots=True)
class Highlight:
    """The stretch of a report to mark, and the words before it that a pronoun in it stands for."""

    start: int
    end: int
    antecedent: str | None = None
    sha256: str | None = None  # of the text that start and end count in; None: this one
    quote: str | None = None  # the words themselves, to find them again in a newer text


@dataclass(frozen=True, slots=True)
class _Span:
    """[start, end) drawn alike. Spans of one layer do not overlap."""

    start: int
    end: int
    kind: Literal["quote", "antecedent", "said", "marker", "cell", "gap"]
    label: str = ""


def report_html(report: OpenReport, asked: Highlight | None = None) -> str:
    """The reader panel: title, meeting facts and the text; its text content is the report's, to the character.

    A highlight made on an older text is looked for in this one; one that lies outside the text marks nothing.
    """
    highlight, notice = (None, "") if asked is None else _found_again(report.text, asked)
    marks = _marks(report, highlight)
    target = attributes(
        data_report=report.report,
        data_start=asked.start if asked else None,
        data_end=asked.end if asked else None,
        data_marked=f"{highlight.start} {highlight.end}" if highlight else None,
        data_pages=len(report.pages) if _is_pdf(report) else None,
    )
    dropped = sum(block.kind == "furniture" for block in report.blocks)
    return (
        f'<article class="report" aria-label="Report"{target}>{_bar(report)}'
        f'<div class="sheet" tabindex="0" role="region" aria-label="Text of the report">'
        f"{notice}{_facts(report)}{_switches(report, dropped)}"
        f'<div class="text">{_text(report, marks)}</div></div></article>'
    )


def _found_again(text: str, asked: Highlight) -> tuple[Highlight | None, str]:
    """The highlight in this text, and what to say when it was made on another."""
    if asked.sha256 in (None, text_sha256(text)):
        return asked, ""
    at = text.find(asked.quote) if asked.quote else -1
    if asked.quote and at >= 0:
        moved = "The report has changed since this was quoted. The same words stand in it, marked below."
        return replace(asked, start=at, end=at + len(asked.quote)), f'<p class="notice" role="status">{moved}</p>'
    lost = "The report has changed since this was quoted, and these words are no longer in it." if asked.quote else ""
    return None, f'<p class="notice lost" role="status">{lost or "The report has changed since, so nothing is marked."}</p>'


_LEAF = (
    '<button type="button" class="quiet leafing" data-leafing aria-pressed="false" title="The page as it was printed (p)">'
    "Page image</button>"
)


def _is_pdf(report: OpenReport) -> bool:
    """Whether its pages can be drawn; a text with form feeds has pages, too."""
    return bool(report.pages) and report.report.lower().endswith(".pdf")


def _bar(report: OpenReport) -> str:
    return (
        '<header class="bar"><button type="button" class="quiet back" data-close>'
        '<span class="to-list">All reports</span><span class="to-answer">Back to the answer</span>'
        '<span class="to-comparison">Back to the comparison</span></button>'
        f'<h2 class="name">{bidi(report.title)}</h2>'
        f"{_LEAF if _is_pdf(report) else ''}"
        '<span class="steps"><button type="button" class="quiet" data-step="-1" title="Previous citation (k)" '
        'aria-label="Previous citation">‹</button>'
        '<span class="place" aria-live="polite"></span>'
        '<button type="button" class="quiet" data-step="1" aria-label="Next citation" title="Next citation (j)">›</button></span></header>'
    )


def _facts(report: OpenReport) -> str:
    facts = (
        ("Dialogue", report.series or ""),
        ("Round", str(report.round) if report.round is not None else ""),
        ("Date", day_words(report.start, report.end)),
        ("Place", report.place or ""),
        ("Organisers", "; ".join(report.organisers)),
        ("Delegations", ", ".join(report.delegations)),
    )
    rows = "".join(f"<div><dt>{name}</dt><dd>{bidi(value)}</dd></div>" for name, value in facts if value)
    take = f'<button type="button" class="quiet take"{attributes(data_take=report.report)}>Download the original</button>'
    return f'<dl class="facts">{rows}<div><dt>File</dt><dd>{bidi(report.report)} {take}</dd></div></dl>'


def _switches(report: OpenReport, dropped: int) -> str:
    said = '<label><input type="checkbox" data-show="said"> Who said what</label>' if report.statements else ""
    rest = f'<label><input type="checkbox" data-show="dropped"> Page furniture left out ({dropped})</label>' if dropped else ""
    return f'<div class="switches">{said}{rest}</div>' if said or rest else ""


def _marks(report: OpenReport, highlight: Highlight | None) -> tuple[_Span, ...]:
    if highlight is None or not 0 <= highlight.start < highlight.end <= len(report.text):
        return ()
    quote = _Span(highlight.start, highlight.end, "quote")
    if not highlight.antecedent:
        return (quote,)
    # What a pronoun stands for is said before it, nearby: in its paragraph, or in the list item above.
    earliest = max(0, highlight.start - ANTECEDENT_REACH)
    named = list(re.finditer(rf"(?<!\w){re.escape(highlight.antecedent)}(?!\w)", report.text[earliest : highlight.start]))
    return (_Span(earliest + named[-1].start(), earliest + named[-1].end(), "antecedent"), quote) if named else (quote,)


def _text(report: OpenReport, marks: Sequence[_Span]) -> str:
    """All of the text, also the white space between blocks, so that nothing of it can go missing unseen."""
    held = (s for s in report.statements if s.act != "none" or s.scope != "unattributed")
    said = sorted((_Span(s.citation.start, s.citation.end, "said", chip_words(s)) for s in held), key=_start)
    parts: list[str] = []
    at, page = 0, None
    for kind, run in groupby(report.blocks, key=lambda block: block.kind):
        blocks = list(run)
        grouped = {"item": "list", "table": "table"}.get(kind)
        inner: list[str] = []
        for block in blocks:
            inner.append(escape(report.text[at : block.start]))
            if block.kind != "furniture" and block.pages and block.pages[0][1] != page:
                page = block.pages[0][1]
                inner.append(_page(report, page, "div"))
            inner.append(_block(report, block, marks, said))
            page = block.pages[-1][1] if block.pages and block.kind != "furniture" else page
            at = block.end
        body = "".join(inner)
        parts.append(f'<div class="{grouped}" role="{grouped}">{body}</div>' if grouped else body)
    parts.append(escape(report.text[at:]))
    return "".join(parts)


def _block(report: OpenReport, block: Block, marks: Sequence[_Span], said: Sequence[_Span]) -> str:
    if block.kind == "furniture":
        reason = attributes(data_reason=f"Left out: {block.reason}" if block.reason else "Left out")
        return f'<div class="furniture" dir="auto"{reason}>{escape(report.text[block.start : block.end])}</div>'
    here = said[bisect_right(said, block.start, key=_end) : bisect_left(said, block.end, key=_start)]
    inner = _inline(report, block, marks, here)
    if block.kind == "heading":
        level = min(max(block.level, 1) + 2, 6)
        return f'<h{level} dir="auto" class="level-{min(max(block.level, 1), 4)}">{inner}</h{level}>'
    if block.kind == "body":
        return f'<p dir="auto">{inner}</p>'
    role = {"item": ' role="listitem"', "table": ' role="row"'}.get(block.kind, "")
    head = " head" if block.kind == "table" and block.level else ""
    return f'<div class="{block.kind if block.kind != "table" else "row"}{head}" dir="auto"{role}>{inner}</div>'


def _inline(report: OpenReport, block: Block, marks: Sequence[_Span], said: Sequence[_Span]) -> str:
    """The block's characters: cells or marker outermost, then marks, then what was said; page breaks as empty elements between them."""
    breaks = {offset: page for offset, page in block.pages[1:] if block.start < offset < block.end}
    layers = (_layout(report.text, block), marks, said)

    def draw(start: int, end: int, depth: int) -> str:
        if depth == len(layers):
            cuts = sorted({start, end, *(offset for offset in breaks if start < offset < end)})
            return "".join((_page(report, breaks[a], "span") if a in breaks else "") + escape(report.text[a:b]) for a, b in pairwise(cuts))
        return "".join(_element(span, draw(a, b, depth + 1)) for a, b, span in _pieces(layers[depth], start, end))

    return draw(block.start, block.end, 0)


def _layout(text: str, block: Block) -> tuple[_Span, ...]:
    if block.cells:
        edges = [block.start, *(edge for cell in block.cells for edge in cell), block.end]
        gaps = [_Span(a, b, "gap") for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        cells = [_Span(a, b, "cell") for a, b in block.cells]
        return tuple(sorted(gaps + cells, key=lambda span: (span.start, span.end)))
    marker = _MARKER.match(text, block.start, block.end) if block.kind in ("heading", "item") else None
    return (_Span(marker.start(), marker.end(), "marker"),) if marker else ()


def _pieces(layer: Sequence[_Span], start: int, end: int) -> Iterator[tuple[int, int, _Span | None]]:
    """[start, end) cut along the layer's spans; of overlapping spans the earlier one wins. Empty spans (empty cells) are kept."""
    at = start
    for span in sorted(layer, key=lambda s: (s.start, s.end)):
        a, b = max(span.start, at), min(span.end, end)
        if a > b or (a == b and not (span.kind == "cell" and start <= span.start <= end)):
            continue
        if at < a:
            yield at, a, None
        yield a, b, span
        at = b
    if at < end:
        yield at, end, None


def _start(span: _Span) -> int:
    return span.start


def _end(span: _Span) -> int:
    return span.end


def _element(span: _Span | None, inner: str) -> str:
    if span is None:
        return inner
    if span.kind == "quote":
        return f'<mark class="quote" tabindex="-1">{inner}</mark>'
    if span.kind == "antecedent":
        return f'<mark class="antecedent" title="The holder that the quoted sentence takes up">{inner}</mark>'
    if span.kind == "cell":
        return f'<span class="cell" role="cell">{inner}</span>'
    return f'<span class="{span.kind}"{attributes(data_said=span.label or None)}>{inner}</span>'


def _page(report: OpenReport, number: int, tag: str) -> str:
    """An empty element: the words come from the style sheet, so that the text stays the report's."""
    return f'<{tag} class="page"{attributes(data_page=_page_words(report, number))}></{tag}>'


def _page_words(report: OpenReport, number: int) -> str:
    """The printed page number where there is one, with the physical page beside it where the two differ."""
    labels = {page.number: page.label for page in report.pages if page.label}
    if not labels:
        return f"Page {number}"
    label = labels.get(number)
    if label is None:
        return f"Sheet {number}"
    return f"Page {label}" if label == str(number) else f"Page {label} (sheet {number})"

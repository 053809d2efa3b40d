"""Runs of a PDF page put together to lines: where a word ends, where a line is interrupted by a gap.

A line here is a stretch of text on one baseline without a wide gap. Two columns that share a baseline are two lines; `pdf_order` says in
which order they are read, and joins what a gap parted by accident.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from index.readers.pdf_matrix import Box
from index.readers.pdf_runs import PageMarks
from index.readers.pdf_walk import Run
from index.readers.signs import MARKER

MAX_DOTS = 300  # more are a drawing
WIDE_GAP = 1.0  # em: a gap without a space character that parts two lines
WIDE_SPACE = 2.0  # em: a gap with one
WORD_GAP = 0.14  # em: a gap that is a space; justified TeX text shrinks spaces to .22, kerning stays below .1

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SECTION_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.?")
_LTR = re.compile(r"[A-Za-z0-9\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Line:
    """Text on one baseline. `size` is that of most letters; `cells` are its parts where wide gaps interrupt it (a table's row)."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    page: int
    bold: bool = False
    italic: bool = False
    artifact: bool = False
    order: int = 0
    cells: tuple[Line, ...] = ()
    text_x0: float = 0.0
    left: float = 0.0
    right: float = 0.0
    column: int = 0
    table: bool = False
    font: str = ""
    dotted: bool = False

    @property
    def top(self) -> float:
        """The height of capital letters above the baseline."""
        return self.y - 0.75 * self.size


@dataclass(slots=True)
class _Open:
    runs: list[Run] = field(default_factory=list)
    spaced: bool = False

    @property
    def x1(self) -> float:
        return max(r.x1 for r in self.runs)


def page_lines(marks: PageMarks, bars: tuple[Box, ...]) -> list[Line]:
    """The lines of a page, in the order in which it is drawn. `bars` are the rules between a table's cells: no line crosses them."""
    return [replace(line, dotted=_has_dot(line, marks.dots)) for line in _lines(marks.runs, marks.number, bars)]


def _has_dot(line: Line, dots: tuple[Box, ...]) -> bool:
    """Whether a bullet is drawn before the line."""
    if len(dots) > MAX_DOTS:
        return False
    return any(
        line.y - line.size < d[1] and d[3] < line.y + 0.2 * line.size and 0.1 * line.size < line.x0 - d[2] < 2.5 * line.size for d in dots
    )


def aside_lines(marks: PageMarks) -> list[Line]:
    """The lines set at another angle than the page's text."""
    return [
        line
        for angle in sorted({r.angle for r in marks.aside})
        for line in _lines([r for r in marks.aside if r.angle == angle], marks.number, ())
    ]


def _lines(runs: tuple[Run, ...] | list[Run], page: int, bars: tuple[Box, ...]) -> list[Line]:
    opened: list[_Open] = []
    for run in runs:
        last = opened[-1] if opened else None
        if last and last.runs and _follows(last, run, bars):
            last.runs.append(run)
            last.spaced = not run.text.strip() or run.text.endswith(" ")
        elif run.text.strip():
            opened.append(_Open([run], run.text.endswith(" ")))
    lines = [line for o in _merged(opened, bars) if (line := _line(o.runs, page)) is not None]
    return sorted(_with_markers(lines), key=lambda line: line.order)


def _with_markers(lines: list[Line]) -> list[Line]:
    """`lines` with list markers and section numbers that stand alone joined to the text that follows them on their baseline."""
    joined_to: dict[int, Line] = {}
    gone: set[int] = set()
    for i, mark in enumerate(lines):
        bare = mark.bold and _SECTION_NUMBER.fullmatch(mark.text)
        if not bare and not MARKER.fullmatch(mark.text):
            continue
        after = [j for j, line in enumerate(lines) if abs(line.y - mark.y) < 0.3 * line.size and 0 < line.x0 - mark.x1 < 4.5 * line.size]
        j = min(after, key=lambda k: lines[k].x0, default=None)
        if j is not None and j not in gone and j not in joined_to and (not bare or lines[j].bold):
            joined_to[j] = replace(joined([mark, lines[j]], " "), text_x0=lines[j].x0)
            gone.add(i)
    return [joined_to.get(i, line) for i, line in enumerate(lines) if i not in gone]


def _follows(last: _Open, run: Run, bars: tuple[Box, ...]) -> bool:
    before = last.runs[-1]
    big = max(run.size, *(r.size for r in last.runs[-3:]))
    if not run.text.strip():
        return abs(run.y - before.y) < 0.6 * big and -0.5 * big < run.x0 - before.x1 < WIDE_SPACE * big
    base = next((r for r in reversed(last.runs) if r.size >= big * 0.9), before)
    rise = 0.55 if min(run.size, base.size) < 0.85 * big else 0.25
    if abs(run.y - base.y) > rise * big or (run.artifact != before.artifact):
        return False
    x1 = last.x1
    if _RTL.search(run.text) or _RTL.search(before.text):
        near = -WIDE_GAP * big < run.x0 - x1 < WIDE_GAP * big or -WIDE_GAP * big < min(r.x0 for r in last.runs) - run.x1 < WIDE_GAP * big
        return near or any(r.x0 - 1 <= run.x0 <= r.x1 + 1 for r in last.runs)
    gap = run.x0 - x1
    if not -0.6 * big < gap < (WIDE_SPACE if last.spaced or run.text.startswith(" ") else WIDE_GAP) * big:
        return False
    return not _barred((before.x0 + x1) / 2, run.x0, run.y, bars)


def _barred(x0: float, x1: float, y: float, bars: tuple[Box, ...]) -> bool:
    return any(x0 - 1.5 <= b[0] and b[2] <= x1 + 1.5 and b[1] - 1 <= y - 1 and y - 1 <= b[3] + 1 for b in bars)


def _merged(opened: list[_Open], bars: tuple[Box, ...]) -> list[_Open]:
    """Lines that the file draws in pieces out of order, joined where the pieces touch."""
    rows: list[_Open] = []
    for piece in sorted(opened, key=lambda o: (round(o.runs[0].y), min(r.x0 for r in o.runs))):
        first = min(piece.runs, key=lambda r: r.x0)
        for row in reversed(rows[-12:]):
            last = row.runs[-1]
            gap = first.x0 - row.x1
            big = max(last.size, first.size)
            same = abs(last.y - first.y) <= 0.2 * big and last.artifact == first.artifact
            near = WIDE_GAP if _is_rtl([*row.runs, *piece.runs]) else 0.75 if row.spaced else 0.45
            if same and -0.3 * big < gap < near * big and not _barred(row.x1, first.x0, first.y, bars):
                row.runs.extend(piece.runs)
                row.spaced = piece.spaced
                break
        else:
            rows.append(_Open(list(piece.runs), piece.spaced))
    return rows


def _line(runs: list[Run], page: int) -> Line | None:
    inked = [r for r in runs if r.text.strip()]
    if not inked:
        return None
    text = _rtl_text(runs) if _is_rtl(runs) else _text(runs)
    if not text.strip():
        return None
    sizes: Counter[float] = Counter()
    for r in inked:
        sizes[round(r.size, 1)] += len(r.text.strip())
    size = max(sizes, key=lambda s: (sizes[s], s))
    letters = sum(len(r.text) for r in inked)
    base = [r.y for r in inked if abs(r.size - size) < 0.15 * size]
    x0 = min(r.x0 for r in inked)
    return Line(
        text=text,
        x0=x0,
        x1=max(r.x1 for r in inked),
        y=median(base) if base else inked[0].y,
        size=size,
        page=page,
        bold=sum(len(r.text) for r in inked if r.bold) > 0.8 * letters,
        italic=sum(len(r.text) for r in inked if r.italic) > 0.8 * letters,
        artifact=all(r.artifact for r in inked),
        order=runs[0].order,
        text_x0=_text_start(text, inked),
        font=_family(inked),
    )


def _family(runs: list[Run]) -> str:
    """The typeface of most letters, without subset prefix and style: "ABCDEF+Calibri-Bold" is Calibri."""
    names: Counter[str] = Counter()
    for run in runs:
        names[re.split(r"[-,]", re.sub(r"^[A-Z]{6}\+", "", run.font))[0]] += len(run.text.strip())
    return max(names, key=lambda n: (names[n], n))


def _text_start(text: str, inked: list[Run]) -> float:
    """Where the text begins after a list marker, else where the line begins."""
    marker = MARKER.match(text)
    if not marker:
        return inked[0].x0
    length = len(marker.group().strip())
    for run in inked:
        if length <= 0:
            return run.x0
        length -= len(run.text.strip())
    first = inked[0]
    return first.x0 + (first.x1 - first.x0) * len(marker.group()) / max(len(first.text), 1)


def _text(runs: list[Run]) -> str:
    """The runs' text, with a space wherever a gap is a word's end."""
    parts: list[str] = []
    gap_is_space = _word_gap(runs)
    end: float | None = None
    for run in runs:
        if end is not None and not parts[-1].endswith(" ") and not run.text.startswith(" ") and run.x0 - end > gap_is_space * run.size:
            parts.append(" ")
        parts.append(run.text)
        end = run.x1
    return re.sub(" {2,}", " ", "".join(parts)).strip(" ")


def _word_gap(runs: list[Run]) -> float:
    """The gap in em that counts as a space: more in letterspaced lines, where every letter stands alone."""
    single = [
        (b.x0 - a.x1) / max(b.size, 1) for a, b in pairwise(runs) if len(a.text) == 1 and len(b.text) == 1 and a.text != " " != b.text
    ]
    if len(single) >= 6 and len(single) >= 0.6 * len(runs) and median(single) > 0.08:
        return max(WORD_GAP, 1.7 * median(single))
    return WORD_GAP


def _is_rtl(runs: list[Run]) -> bool:
    if not any(_RTL.search(r.text) for r in runs):
        return False
    rtl = sum(len(_RTL.findall(r.text)) for r in runs)
    return rtl > sum(len(_LTR.findall(r.text)) for r in runs)


def _rtl_text(runs: list[Run]) -> str:
    """A right-to-left line in reading order: runs from the right, numbers and Latin words among them from the left."""
    parts: list[str] = []
    end: float | None = None
    for group in _rtl_groups(sorted(runs, key=lambda r: -(r.x0 + r.x1))):
        right = max(r.x1 for r in group)
        if end is not None and end - right > WORD_GAP * group[0].size:
            parts.append(" ")
        if len(group) == 1 and not _LTR.search(group[0].text):
            parts.append(group[0].text)
        else:
            # spaces at the right of a Latin word stand before it here
            parts += [" " * group[0].text.endswith(" "), _text(group[::-1]), " " * group[-1].text.startswith(" ")]
        end = min(r.x0 for r in group)
    return re.sub(" {2,}", " ", "".join(parts)).strip(" ")


def _rtl_groups(runs: list[Run]) -> list[list[Run]]:
    """Runs from right to left, those of a Latin phrase or number together with the signs between them."""
    groups: list[list[Run]] = []
    waiting: list[Run] = []
    for run in runs:
        if _LTR.search(run.text):
            if groups and _LTR.search(groups[-1][-1].text):
                groups[-1] += [*waiting, run]
            else:
                groups += [*([w] for w in waiting), [run]]
            waiting = []
        elif _RTL.search(run.text):
            groups += [*([w] for w in waiting), [run]]
            waiting = []
        else:
            waiting.append(run)
    return groups + [[w] for w in waiting]


def joined(lines: list[Line], separator: str) -> Line:
    """Lines of one baseline as one, from left to right; with a tab between them they stay its cells."""
    parts = sorted(lines, key=lambda line: line.x0)
    if all(_RTL.search(p.text) for p in parts):
        parts.reverse()
    main = max(parts, key=lambda line: len(line.text))
    return replace(
        main,
        text=separator.join(p.text for p in parts),
        x0=min(p.x0 for p in parts),
        x1=max(p.x1 for p in parts),
        order=min(p.order for p in parts),
        bold=all(p.bold for p in parts),
        italic=all(p.italic for p in parts),
        artifact=all(p.artifact for p in parts),
        cells=tuple(parts) if separator == "\t" else (),
        text_x0=parts[0].x0,
    )

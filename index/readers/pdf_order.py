"""In which order the lines of a PDF page are read: columns, and what spans them.

A page is cut at its gutter: the strip that few lines cross and that has many lines on either side. Lines that cross it (a title, an
abstract, a wide table) part the page into bands from top to bottom; in each band the left column is read before the right one. The cut is
repeated within a column, for three. A table's columns are not columns of text: there the file draws row after row, cells are short.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

from index.readers.pdf_lines import Line, joined

MIN_LINES = 3
MAX_LINES = 1500  # a page of more is a drawing or a map
MIN_GUTTER = 5.0  # points
FULL = 0.55  # median width of a text column's lines, of the column


def in_reading_order(lines: list[Line]) -> list[Line]:
    """`lines` in reading order. `column` counts the columns of the page; lines cut apart within a column are rows with cells."""
    ordered: list[Line] = []
    for column, part in enumerate(_columns(lines, 0)):
        ordered += [replace(line, column=column) for line in _rows(part)]
    return ordered


def _columns(lines: list[Line], depth: int) -> list[list[Line]]:
    gutter = _gutter(lines) if depth < 3 else None
    if gutter is None:
        return [lines] if lines else []
    across = sorted((line for line in lines if line.x0 < gutter < line.x1), key=lambda line: line.y)
    edges = [line.y for line in across]
    parts: list[list[Line]] = []
    rest = [line for line in lines if not line.x0 < gutter < line.x1]
    for i in range(len(across) + 1):
        low = edges[i - 1] if i else float("-inf")
        high = edges[i] if i < len(edges) else float("inf")
        band = [line for line in rest if low < line.y <= high]
        left, right = [b for b in band if b.x1 <= gutter], [b for b in band if b.x0 >= gutter]
        below = _below(left, right) if i < len(across) else []
        left = [line for line in left if line not in below]
        if left and right:
            parts += [*_columns(left, depth + 1), *_columns(right, depth + 1), *([below] if below else [])]
        elif band:
            _extend(parts, band, i > 0)
        if i < len(across):
            _extend(parts, [across[i]], bool(parts) and (bool(below) or not (left and right)))
    return parts


def _below(left: list[Line], right: list[Line]) -> list[Line]:
    """Lines under both columns that are too short to cross the gutter: they belong to the full-width text that follows."""
    if not left or not right:
        return []
    bottom = max(line.y for line in right)
    ordered = sorted(left, key=lambda line: line.y)
    gap, first = max(((b.y - max(a.y, bottom), b.y) for a, b in pairwise(ordered)), default=(0.0, 0.0))
    tail = [line for line in ordered if line.y >= first]
    return tail if len(tail) <= 4 and gap > 1.55 * tail[0].size else []


def _extend(parts: list[list[Line]], lines: list[Line], same: bool) -> None:
    """Add lines as a part of their own, or to the last part when both span the page."""
    if same and parts:
        parts[-1] = [*parts[-1], *lines]
    else:
        parts.append(lines)


def _gutter(lines: list[Line]) -> float | None:
    """The middle of the strip that parts columns of text, or None."""
    if not 2 * MIN_LINES <= len(lines) <= MAX_LINES:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = right - left
    best: tuple[float, float] | None = None
    for low, high in _strips(lines, left + 0.12 * width, right - 0.12 * width):
        middle = (low + high) / 2
        sides = [line for line in lines if line.x1 <= middle], [line for line in lines if line.x0 >= middle]
        across = len(lines) - len(sides[0]) - len(sides[1])
        if min(len(s) for s in sides) < MIN_LINES or across > 0.6 * len(lines):
            continue
        if not _are_columns(*sides, low - left, right - high):
            continue
        score = min(len(s) for s in sides) - across
        if best is None or score > best[0]:
            best = (score, middle)
    return best[1] if best else None


def _strips(lines: list[Line], low: float, high: float) -> list[tuple[float, float]]:
    """Strips of x between `low` and `high` that few lines cross: where a line on the left ends and one on the right begins."""
    size = median(line.size for line in lines)
    gap = max(MIN_GUTTER, 0.6 * size)
    strips = []
    starts = sorted({round(line.x0, 1) for line in lines if low <= line.x0 <= high})
    for start in starts:
        begins = sum(1 for line in lines if abs(line.x0 - start) <= 2)
        if begins < 2:
            continue
        ends = [line.x1 for line in lines if line.x1 <= start - gap + 0.01 and line.x0 < start]
        if not ends:
            continue
        strip = start - gap, start
        crossing = sum(1 for line in lines if line.x0 < strip[0] + 0.5 and line.x1 > strip[1] - 0.5)
        if crossing <= 0.6 * len(lines):
            strips.append(strip)
    return strips


def _are_columns(left: list[Line], right: list[Line], left_width: float, right_width: float) -> bool:
    """Whether two sides are columns of running text, and not the columns of a table or a list with markers."""
    if min(left_width, right_width) < 0.15 * (left_width + right_width):
        return False
    top, bottom = max(min(a.y for a in s) for s in (left, right)), min(max(a.y for a in s) for s in (left, right))
    if bottom <= top:
        return False
    rows = sum(1 for a in left if any(abs(a.y - b.y) < 0.3 * a.size for b in right))
    full = min(median(line.x1 - line.x0 for line in left) / left_width, median(line.x1 - line.x0 for line in right) / right_width)
    marked = sorted([(line.order, 0) for line in left] + [(line.order, 1) for line in right])
    turns = sum(1 for a, b in pairwise(marked) if a[1] != b[1])
    by_column = turns <= max(3, 0.25 * min(len(left), len(right)))
    if full >= FULL:
        return by_column or rows < 0.9 * min(len(left), len(right)) or full >= 0.75
    many = min(len(left), len(right)) >= 2 * MIN_LINES and full >= 0.3
    return by_column and (many or rows < 0.3 * len(right))


def _rows(lines: list[Line]) -> list[Line]:
    """The lines of one column from top to bottom; those that share a baseline become one line with cells."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.y, item.x0)):
        if rows and line.y - rows[-1][0].y <= 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [row[0] if len(row) == 1 else joined(row, "\t") for row in rows]

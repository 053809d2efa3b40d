"""Tables of a PDF page: grids of ruling lines, and rows whose cells stand in columns."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from index.readers.pdf_lines import Line
from index.readers.pdf_matrix import Box
from index.readers.pdf_runs import PageMarks

TOUCH = 2.5  # points: rules this near belong together
MAX_RULES = 1000
MAX_COLUMNS = 14  # more are the strokes of a drawing
LONG_CELL = 30  # lines: a "cell" with more is a column of the page in a frame


def take_grids(marks: PageMarks, lines: list[Line]) -> list[Line]:
    """`lines` with those inside a ruled grid replaced by one line per row, whose `cells` hold the grid's columns."""
    for xs, ys in _grids(marks):
        inside = [line for line in lines if xs[0] - 2 <= _middle(line) <= xs[-1] + 2 and ys[0] < line.y - 0.3 * line.size < ys[-1]]
        rows = _grid_rows(inside, xs, ys)
        if rows:
            lines = [line for line in lines if line not in inside] + rows
    return lines


def cell_bars(marks: PageMarks) -> tuple[Box, ...]:
    """The vertical rules of a page that part cells of a grid."""
    grids = _grids(marks)
    return tuple(
        b for b in marks.vertical if any(xs[0] - 2 <= b[0] <= xs[-1] + 2 and ys[0] - 2 <= b[1] and b[3] <= ys[-1] + 2 for xs, ys in grids)
    )


def _grids(marks: PageMarks) -> list[tuple[list[float], list[float]]]:
    boxes = [(b, True) for b in marks.horizontal] + [(b, False) for b in marks.vertical]
    if len(boxes) > MAX_RULES:  # a drawing, not a table; pairing its strokes would take minutes
        return []
    groups: list[list[tuple[Box, bool]]] = []
    for box in boxes:
        touching = [g for g in groups if any(_touch(box[0], other[0]) for other in g)]
        groups = [g for g in groups if g not in touching] + [[box, *(b for g in touching for b in g)]]
    grids = []
    for group in groups:
        xs = _clusters([(b[0] + b[2]) / 2 for b, flat in group if not flat])
        ys = _clusters([(b[1] + b[3]) / 2 for b, flat in group if flat])
        if 3 <= len(xs) <= MAX_COLUMNS and len(ys) >= 3:
            grids.append((xs, ys))
    return grids


def _grid_rows(lines: list[Line], xs: list[float], ys: list[float]) -> list[Line]:
    rows: list[Line] = []
    columns = len(xs) - 1
    for top, bottom in pairwise(ys):
        row = [line for line in lines if top < line.y - 0.3 * line.size <= bottom]
        if not row:
            continue
        cells = []
        for i in range(columns):
            members = [line for line in row if i == sum(1 for x in xs[1:-1] if _middle(line) > x)]
            if len(members) > LONG_CELL:
                return []
            cells.append(_cell(members, row[0], xs[i]))
        main = max(row, key=lambda line: len(line.text))
        rows.append(
            replace(
                main,
                text="",
                x0=xs[0],
                x1=xs[-1],
                y=max(line.y for line in row),
                cells=tuple(cells),
                table=True,
                bold=all(line.bold for line in row),
            )
        )
    filled = sum(1 for r in rows for c in r.cells if c.text)
    if len(rows) < 2 or filled < 0.3 * columns * len(rows) or all(sum(1 for c in r.cells if c.text) < 2 for r in rows):
        return []
    return rows


def _cell(members: list[Line], model: Line, x: float) -> Line:
    ordered = sorted(members, key=lambda line: (round(line.y), line.x0))
    text = ""
    last: Line | None = None
    for line in ordered:
        text += ("" if last is None else " " if abs(last.y - line.y) < 0.4 * line.size else "\n") + line.text
        last = line
    return replace(ordered[0] if ordered else model, text=text, x0=x)


def mark_aligned(lines: list[Line]) -> list[Line]:
    """Ordered lines of a column, with rows of cells that stand under each other marked as a table's."""
    marked = list(lines)
    for i, line in enumerate(lines):
        if not line.cells or line.table:
            continue
        near = [other for other in lines[max(0, i - 3) : i + 4] if other is not line and other.cells and not other.table]
        if any(_aligned(line, other) for other in near):
            marked[i] = replace(line, table=True)
    for i in range(1, len(marked) - 1):
        if _begins_row(marked[i - 1], marked[i], marked[i + 1]):
            marked[i] = replace(marked[i], table=True, cells=(marked[i],))
            marked[i + 1] = replace(marked[i + 1], table=True)
    return _with_wrapped_cells(marked)


def _with_wrapped_cells(lines: list[Line]) -> list[Line]:
    """Aligned rows whose cells run over several lines as one row: where some lines stand closer to the one above than rows do."""
    found: list[Line] = []
    widest = 0.0
    for line in lines:
        last = found[-1] if found else None
        if last is not None and last.table and last.column == line.column and last.page == line.page:
            step = line.y - last.y
            if line.table:
                widest = max(
                    (b.y - a.y for a, b in pairwise(lines) if a.table and b.table and a.page == b.page == line.page),
                    default=0.0,
                )
            wraps = step < 1.5 * line.size and (step < 0.88 * widest or not line.cells)
            if wraps and (placed := _into_cells(last, line)) is not None:
                found[-1] = placed
                continue
        found.append(line)
    return found


def _into_cells(row: Line, line: Line) -> Line | None:
    """`row` with the parts of `line` as further lines of its cells, or None where one stands under no cell and in no gap.

    A cell that is set lower than its neighbours first shows in a later line, and takes its place between them.
    """
    cells = list(row.cells)
    under = 0
    for part in line.cells or (line,):
        i = next((i for i, c in enumerate(cells) if abs(c.x0 - part.x0) <= 3 and (i > 0 or line.cells)), None)
        if i is not None:
            under += 1
            cells[i] = replace(cells[i], text=f"{cells[i].text}\n{part.text}" if cells[i].text else part.text, x1=max(cells[i].x1, part.x1))
        elif any(c.x0 < part.x1 and part.x0 < c.x1 for c in cells):
            return None
        else:
            cells = sorted([*cells, part], key=lambda c: c.x0)
    return replace(row, cells=tuple(cells), y=line.y) if under else None


def _begins_row(before: Line, line: Line, after: Line) -> bool:
    """Whether a line alone is the first of a taller cell, whose neighbours stand on the next line."""
    near = before.table and bool(after.cells) and before.page == line.page == after.page and 0 < after.y - line.y < 1.5 * line.size
    return near and not line.cells and any(abs(c.x0 - line.x0) <= 3 for c in after.cells[1:])


def _aligned(a: Line, b: Line) -> bool:
    """Whether two rows have at least two cells in the same columns, by left edge, right edge or middle."""
    if abs(a.y - b.y) > 5 * a.size or a.page != b.page:
        return False

    def edges(c: Line) -> tuple[float, float, float]:
        return c.x0, c.x1, _middle(c)

    common = sum(1 for c in a.cells if any(abs(p - q) <= 3 for d in b.cells for p, q in zip(edges(c), edges(d), strict=True)))
    return common >= 2


def _touch(a: Box, b: Box) -> bool:
    return a[0] - TOUCH <= b[2] and b[0] - TOUCH <= a[2] and a[1] - TOUCH <= b[3] and b[1] - TOUCH <= a[3]


def _clusters(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 4:
            found.append(value)
    return found


def _middle(line: Line) -> float:
    return (line.x0 + line.x1) / 2

"""What a PDF page shows, upright: runs of text with their place, size and weight, ruling lines and pictures.

Coordinates are points on the page as it is displayed, origin top left, y growing downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from index.readers.pdf_matrix import Box, Matrix
from index.readers.pdf_walk import SLANTED, Run, Walk


@dataclass(frozen=True, slots=True)
class PageMarks:
    """All that a page shows, upright. `aside` holds runs set at another angle than most of the page, turned upright themselves.

    horizontal, vertical   ruling lines and the edges of frames.
    dots                   small discs and squares, which may be drawn bullets.
    unreadable             how many glyphs belong to fonts that do not say which letters they show.
    """

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    aside: tuple[Run, ...]
    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]
    images: tuple[Box, ...]
    dots: tuple[Box, ...]
    unreadable: int


def page_marks(page: Any, number: int, reader: Any, fonts: dict[int, Any]) -> PageMarks:
    """The marks of one pypdf page. `fonts` caches parsed fonts from page to page."""
    box = page.cropbox
    left, bottom, right, top = float(box.left), float(box.bottom), float(box.right), float(box.top)
    width, height = right - left, top - bottom
    turn = int(page.rotation or 0) % 360
    turned: dict[int, Matrix] = {
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }
    if turn in (90, 270):
        width, height = height, width
    walk = Walk(reader, turned.get(turn, (1.0, 0.0, 0.0, -1.0, -left, top)), fonts)
    contents = page.get("/Contents")
    if contents is not None:
        walk.stream(contents.get_object(), page.get("/Resources"))
    return _upright(walk, number, width, height)


def _upright(walk: Walk, number: int, width: float, height: float) -> PageMarks:
    weight: dict[int, int] = {}
    for run in walk.runs:
        weight[run.angle] = weight.get(run.angle, 0) + len(run.text)
    # ties go to upright text; slanted text never rules a page
    main = max((a for a in weight if a != SLANTED), key=lambda a: (weight[a], a == 0), default=0)
    turned = {angle: [_turn_run(r, angle, width, height) for r in walk.runs if r.angle == angle] for angle in weight}
    boxes = [tuple(_turn_box(b, main, width, height) for b in kind) for kind in (walk.horizontal, walk.vertical, walk.images, walk.dots)]
    if main in (90, 270):
        width, height = height, width
        boxes[0], boxes[1] = boxes[1], boxes[0]
    runs = _without_overprint(turned.pop(main, []))
    return PageMarks(
        number=number,
        width=width,
        height=height,
        runs=tuple(r for r in runs if -5 <= r.y <= height + 5 and r.x1 > -5 and r.x0 < width + 5),
        aside=tuple(r for group in turned.values() for r in group),
        horizontal=boxes[0],
        vertical=boxes[1],
        images=boxes[2],
        dots=boxes[3],
        unreadable=walk.unreadable,
    )


def _without_overprint(runs: list[Run]) -> list[Run]:
    """Runs without those that print the same text again on the same spot, as some programs do for bold or shadow."""
    kept: list[Run] = []
    seen: dict[tuple[str, int, int], list[Run]] = {}
    for r in runs:
        key = (r.text, round(r.x0), round(r.y))
        near = [o for dx in (-1, 0, 1) for dy in (-1, 0, 1) for o in seen.get((key[0], key[1] + dx, key[2] + dy), ())]
        # two narrow letters side by side ("ll") are .2 em apart, a second print of one less than .1
        if r.text.strip() and any(max(abs(o.x0 - r.x0), abs(o.y - r.y)) < min(1.0, 0.1 * r.size) for o in near):
            continue
        seen.setdefault(key, []).append(r)
        kept.append(r)
    return kept


def _turn_run(run: Run, angle: int, width: float, height: float) -> Run:
    x0, _, x1, y = _turn_box((run.x0, run.y, run.x0, run.y), angle, width, height)
    return run if angle in (0, SLANTED) else replace(run, x0=x0, x1=x1 + run.x1 - run.x0, y=y)


def _turn_box(box: Box, angle: int, width: float, height: float) -> Box:
    """`box` on the page turned so that text of reading direction `angle` runs left to right."""
    x0, y0, x1, y1 = box
    if angle == 90:
        return y0, width - x1, y1, width - x0
    if angle == 180:
        return width - x1, height - y1, width - x0, height - y0
    if angle == 270:
        return height - y1, x0, height - y0, x1
    return box

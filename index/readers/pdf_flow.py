"""Lines of a PDF in reading order made to paragraphs, headings, list items, captions and table rows.

A paragraph ends where the page shows it: by a gap, an indent, another size or weight, a list marker, or a line that ends so early that
the next word would have fitted. A paragraph that runs over a column or a page is one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.readers.pdf_lines import Line
from index.readers.signs import CAPTION, LEADER, MARKER
from index.report import BlockKind

GAP = 1.22  # of the usual distance between baselines: more is a gap between paragraphs
INDENT = 0.7  # em

_ENDS = re.compile(r"[.!?:;。！？؟][\"'”’»)\]\d⁰-⁹¹²³*†‡]*$")
_SENTENCE_END = re.compile(r"[.!?。！？؟][\"'”’»)\]\d⁰-⁹¹²³*†‡]*$")
_OPEN_END = re.compile(
    r"(?:[,\-–—&/(:]|\b(?:of|the|and|a|an|on|in|for|to|at|by|with|from|de|des|du|la|le|les|et|der|die|das|und|von|für|del|y|e|or))$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[^\w\s(]|o\s)")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. `first_page` lists where on a page or column it begins anew."""

    lines: list[Line]
    kind: BlockKind = "body"
    level: int = 0
    reason: str = ""
    cells: bool = False

    @property
    def text(self) -> str:
        """The paragraph as it will stand in the report."""
        return "\n".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: Counter[float] = Counter()
        for line in self.lines:
            sizes[line.size] += len(line.text)
        return max(sizes, key=lambda s: (sizes[s], s))

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)

    @property
    def italic(self) -> bool:
        """Whether all of it is italic."""
        return all(line.italic for line in self.lines)


@dataclass(slots=True)
class Frame:
    """A column of text: its edges in points and the usual distance between its baselines."""

    left: float
    right: float
    leading: dict[float, float] = field(default_factory=dict)


def paragraphs(parts: list[list[Line]], body: float) -> list[Paragraph]:
    """The paragraphs of a report. `parts` are its columns in reading order, each from top to bottom; `body` is the size of its type."""
    leading = _leading(parts)
    flow: list[Paragraph] = []
    homes: list[Frame] = []  # for each paragraph the frame of its last line
    for part, frame in zip(parts, _frames(parts, body), strict=True):
        for i, line in enumerate(part):
            last = flow[-1] if flow else None
            before = _continued(flow, homes, line, frame) if i == 0 and not line.table else None
            if before is not None:
                # what stood between its halves, a caption or a table, now stands before it
                flow.append(flow.pop(before))
                homes.pop(before)
                flow[-1].lines.append(line)
                homes.append(frame)
            elif last is None or i == 0 or last.cells or line.table or _begins(last, line, frame, leading):
                flow.append(Paragraph([line], "table", cells=True) if line.table else Paragraph([line]))
                homes.append(frame)
            else:
                last.lines.append(line)
    return flow


def _frames(parts: list[list[Line]], body: float) -> list[Frame]:
    """For each part the column that it stands in: wide parts make the columns, narrow ones are seen within them."""
    boxes = []
    on_page: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for part in parts:
        own = [line for line in part if not line.table] or part
        boxes.append((min(line.x0 for line in own), max(line.x1 for line in own), own))
        on_page[own[0].page].append(boxes[-1][:2])
    wide = [box for box in boxes if sum(1 for line in box[2] if abs(line.size - body) < 1) >= 6]
    edges: dict[tuple[int, int], float] = {}
    frames = []
    for low, high, own in boxes:
        beside = any(other[0] > high or other[1] < low for other in on_page[own[0].page])
        around = [w for w in wide if w[0] - 4 <= low and high <= w[1] + 4 and not (beside and _narrower(w, own))]
        home = min(around, key=lambda w: w[1] - w[0], default=(low, high, own))
        key = (round(home[0]), round(home[1]))
        if key not in edges:
            alike = [
                line for w in wide if abs(w[0] - home[0]) <= 6 and abs(w[1] - home[1]) <= 0.2 * (home[1] - home[0]) for line in w[2]
            ] or own
            edges[key] = _right_edge(alike, home[0], home[1])
        frames.append(Frame(home[0], edges[key]))
    return frames


def _narrower(frame: tuple[float, float, list[Line]], own: list[Line]) -> bool:
    """Whether a part of many full lines is too narrow for a frame: a column beside it, not a short paragraph inside it."""
    width = max(line.x1 for line in own) - min(line.x0 for line in own)
    return len(own) >= 6 and width < 0.75 * (frame[1] - frame[0])


def _right_edge(lines: list[Line], left: float, right: float) -> float:
    long = sorted(line.x1 for line in lines if line.x1 - left > 0.6 * (right - left))
    return long[min(len(long) - 1, int(0.9 * len(long)))] if long else right


def _leading(parts: list[list[Line]]) -> dict[float, float]:
    """The usual distance between baselines for each size of type."""
    steps: dict[float, list[float]] = defaultdict(list)
    for part in parts:
        for a, b in pairwise(part):
            step = b.y - a.y
            if a.page == b.page and abs(a.size - b.size) < 0.3 and 0.8 * a.size < step < 2.6 * a.size:
                steps[round(a.size)].append(round(step, 1))
    usual = {}
    for size, found in steps.items():
        counts = Counter(found)
        many = max(counts.values())
        # the smallest step that is common: gaps between paragraphs are larger and can be as many in reports of short paragraphs
        usual[float(size)] = min(s for s, n in counts.items() if n >= 0.4 * many) if many > 1 else min(found)
    return usual


def _begins(last: Paragraph, line: Line, frame: Frame, leading: dict[float, float]) -> bool:  # noqa: PLR0911  (a return for each rule)
    """Whether `line` begins a paragraph after `last`, in the same column."""
    before = last.lines[-1]
    em = max(line.size, before.size)
    if LEADER.search(before.text):
        return True
    if abs(line.size - before.size) > 0.09 * em and not _same_mixed(before, line):
        return True
    if (
        line.bold != before.bold
        and (len(before.text) > 2 and len(line.text) > 2)
        and (last.bold or _ENDS.search(before.text) or _is_short(before, line, frame))
    ):
        return True
    if (
        line.font != before.font
        and min(len(before.text), len(line.text)) > 8
        and _fills(before, frame) < 0.85
        and len(last.lines) <= 2
        and line.text[:1].isupper() != line.text[:1].islower()
    ):
        return True
    step = line.y - before.y
    usual = leading.get(float(round(line.size)), 1.25 * em)
    if len(last.lines) > 1 and last.lines[-2].page == before.page:
        usual = min(max(usual, 0.9 * (before.y - last.lines[-2].y)), 1.6 * em) if before.y > last.lines[-2].y else usual
    flowing = not _ENDS.search(before.text) and line.text[:1].islower()
    if step < -0.5 * em or step > max(GAP * usual, usual + 1.5) * (1.35 if flowing else 1.0):
        return True
    if line.dotted or _has_marker(line, last, frame):
        return True
    if flowing:
        return False
    if _is_large(last, em, leading) or (last.bold and line.bold):
        return _fills(before, frame) < 0.5 and not _OPEN_END.search(before.text) and not _centred(before, line)
    if _is_short(before, line, frame):
        return not _OPEN_END.search(before.text) or bool(_SENTENCE_END.search(before.text)) or _fills(before, frame) < 0.5
    return _is_indented(last, line, em)


def _same_mixed(a: Line, b: Line) -> bool:
    """Whether two lines differ in size only because one is short and holds odd signs."""
    return min(len(a.text), len(b.text)) <= 3 and abs(a.size - b.size) < 0.25 * a.size


def _is_large(last: Paragraph, em: float, leading: dict[float, float]) -> bool:
    return bool(leading) and em > 1.15 * max(leading, key=lambda s: (leading[s] > 0, -abs(s - 11)), default=11.0) and len(last.text) < 250


def _fills(line: Line, frame: Frame) -> float:
    return (line.x1 - frame.left) / max(frame.right - frame.left, 1)


def _centred(a: Line, b: Line) -> bool:
    return abs((a.x0 + a.x1) - (b.x0 + b.x1)) < 6 and abs(a.x0 - b.x0) > 3


def _is_short(before: Line, line: Line, frame: Frame) -> bool:
    """Whether `before` ends so early that the first word of `line` would have fitted."""
    word = re.match(r"\S+", line.text)
    share = len(word.group()) / max(len(line.text), 1) if word else 0.0
    room = frame.right - before.x1
    return room > share * (line.x1 - line.x0) + 0.45 * line.size


def _has_marker(line: Line, last: Paragraph, frame: Frame) -> bool:
    """Whether a line begins a list item: by a bullet, or by a number or letter where a new line is made on purpose."""
    marker = MARKER.match(line.text)
    if not marker:
        return False
    before = last.lines[-1]
    if _BULLET.match(line.text) and marker.group()[0] not in "-–—*·":
        return True
    item = bool(MARKER.match(last.lines[0].text))
    hangs = len(line.text) > len(marker.group()) and line.text_x0 - line.x0 > 0.9 * line.size
    own_line = bool(_ENDS.search(before.text)) or _is_short(before, line, frame)
    steps_back = item and len(last.lines) > 1 and before.x0 - line.x0 > 0.5 * line.size
    same_edge = item and abs(line.x0 - last.lines[0].x0) < 2
    return (
        steps_back
        or (own_line and (hangs or same_edge or abs(line.x0 - before.x0) > INDENT * line.size))
        or (hangs and abs(line.x0 - before.x0) > 2)
        or (own_line and _BULLET.match(line.text) is not None)
        or (own_line and bool(_SENTENCE_END.search(before.text)))
    )


def _is_indented(last: Paragraph, line: Line, em: float) -> bool:
    """Whether the line's left edge says that a paragraph begins."""
    first, before = last.lines[0], last.lines[-1]
    if first.dotted or first.text_x0 - first.x0 > 0.5 * em or MARKER.match(first.text):
        # a list item: its lines hang under its text, or under its marker
        edge = before.x0 if len(last.lines) > 1 and before.page == line.page and len(last.lines[-1].text) > 0 else None
        if edge is None:
            return line.x0 < first.x0 - INDENT * em or line.x0 > first.text_x0 + 1.5 * em
        return abs(line.x0 - edge) > INDENT * em
    if len(last.lines) == 1:
        # the second line may stand left of an indented first, or right of it where the paragraph hangs
        return line.x0 > before.x0 + INDENT * em and bool(_SENTENCE_END.search(before.text))
    if _centred(before, line):
        return False
    return line.x0 - before.x0 > INDENT * em and not line.text[:1].islower()


def _continued(flow: list[Paragraph], homes: list[Frame], line: Line, frame: Frame) -> int | None:
    """The place in `flow` of the paragraph that goes on with `line`, which opens a column or page."""
    if _is_caption(line.text):
        return None
    lower = line.text[:1].islower()
    for i in range(len(flow) - 1, max(-1, len(flow) - 9), -1):
        before, last = flow[i], flow[i].lines[-1]
        if before.cells or _is_caption(before.text):
            passes = lower
        elif abs(last.size - line.size) > 0.06 * line.size or last.bold != line.bold or last.page + 1 < line.page:
            passes = lower and len(before.text) < 200 and before.size < 0.95 * line.size
        else:
            return i if _goes_on(before, last, line, homes[i], frame) else None
        if not passes:
            return None
    return None


def _goes_on(before: Paragraph, last: Line, line: Line, home: Frame, frame: Frame) -> bool:  # noqa: PLR0911  (a return for each rule)
    if line.dotted or LEADER.search(last.text):
        return False
    if MARKER.match(line.text) and (_BULLET.match(line.text) or _ENDS.search(last.text)):
        return False
    if last.bold and line.bold and len(before.text) < 200:
        return False
    lower = line.text[:1].islower() or last.text.endswith(("-", "\u00ad"))
    if not _ENDS.search(last.text):
        short = home.right - last.x1 > 0.35 * (home.right - home.left)
        return lower or (not short and not (len(before.lines) == 1 and len(last.text) < 60 and _is_short(last, line, home)))
    if lower:
        return not _SENTENCE_END.search(last.text)
    if _is_short(last, line, Frame(home.left, home.right)) or last.text.rstrip().endswith(":"):
        return False
    # The sentence ends with the line and the line is full: an indent tells a new paragraph, where the report indents.
    first = before.lines[0]
    if MARKER.match(first.text):
        return abs((line.x0 - frame.left) - (first.text_x0 - home.left)) < INDENT * line.size and first.text_x0 - first.x0 > 0.5 * line.size
    return line.x0 - frame.left < INDENT * line.size and len(before.lines) > 1


def _is_caption(text: str) -> bool:
    return bool(CAPTION.match(text)) and len(text) < 300


def usual_size(lines: list[Line]) -> float:
    """The size in which most of the report is set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda s: (sizes[s], s)) if sizes else median([11.0])

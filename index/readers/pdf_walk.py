"""A PDF page's operators, walked: what they show and where.

pypdf's own extraction gives text without widths, so columns, indents and short lines could not be told. This walk takes from pypdf what it
does well: parsing, filters, encodings and glyph widths (PDF 32000-1, 8.4 graphics state, 9.4 text objects, 14.6 marked content).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from index.readers.pdf_glyphs import TextState, clean, glyph_groups
from index.readers.pdf_matrix import IDENTITY, Box, Matrix, box_of, matrix, moved, numbers, times

MAX_DEPTH = 8  # forms inside forms
MAX_FORMS = 500  # forms drawn per page: a guard against files made to be slow
SLANTED = -1


@dataclass(frozen=True, slots=True)
class Run:
    """Text shown at one go. `y` is the baseline; `angle` is 0, 90, 180, 270 (reading direction, clockwise) or SLANTED."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    angle: int = 0
    artifact: bool = False
    order: int = 0
    font: str = ""


@dataclass(slots=True)
class Walk:
    """What a page shows, collected while its operators are walked. `fonts` caches parsed fonts from page to page."""

    reader: Any
    to_display: Matrix
    fonts: dict[int, Any]
    runs: list[Run] = field(default_factory=list)
    horizontal: list[Box] = field(default_factory=list)
    vertical: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    artifacts: list[bool] = field(default_factory=list)
    forms: int = 0
    unreadable: int = 0

    def stream(self, stream: Any, resources: Any, ctm: Matrix = IDENTITY, depth: int = 0) -> None:
        """Walk a content stream with its resources."""
        from pypdf.generic import ContentStream

        content = stream if isinstance(stream, ContentStream) else ContentStream(stream, self.reader, "bytes")
        scene = _Scene(self, resources.get_object() if resources is not None else {}, ctm, depth)
        for operands, op in content.operations:
            act = _ACTS.get(op)
            if act is not None:
                act(scene, operands)


@dataclass(slots=True)
class _Scene:
    """The graphics state within one content stream, and what each operator does to it."""

    walk: Walk
    resources: Any
    ctm: Matrix
    depth: int
    text: TextState = field(default_factory=TextState)
    tm: Matrix = IDENTITY
    line: Matrix = IDENTITY
    stack: list[tuple[Matrix, TextState]] = field(default_factory=list)
    path: list[Box] = field(default_factory=list)

    def save(self, _: list[Any]) -> None:
        self.stack.append((self.ctm, replace(self.text)))

    def restore(self, _: list[Any]) -> None:
        if self.stack:
            self.ctm, self.text = self.stack.pop()

    def transform(self, operands: list[Any]) -> None:
        self.ctm = times(matrix(operands), self.ctm)

    def begin_text(self, _: list[Any]) -> None:
        self.tm = self.line = IDENTITY

    def set_line(self, operands: list[Any]) -> None:
        self.tm = self.line = matrix(operands)

    def next_line_by(self, operands: list[Any]) -> None:
        x, y = numbers(operands, 2)
        self.tm = self.line = moved(x, y, self.line)

    def next_line_leading(self, operands: list[Any]) -> None:
        self.text.leading = -numbers(operands, 2)[1]
        self.next_line_by(operands)

    def next_line(self, _: list[Any]) -> None:
        self.tm = self.line = moved(0.0, -self.text.leading, self.line)

    def show(self, operands: list[Any]) -> None:
        self.show_all(operands[-1:])

    def show_array(self, operands: list[Any]) -> None:
        self.show_all(operands[0] if operands and isinstance(operands[0], list) else [])

    def show_on_next_line(self, operands: list[Any]) -> None:
        self.next_line([])
        self.show(operands)

    def show_spaced(self, operands: list[Any]) -> None:
        self.text.word_spacing, self.text.spacing = numbers(operands, 2)
        self.show_on_next_line(operands)

    def show_all(self, items: list[Any]) -> None:
        """Add the runs of strings and shifts between them."""
        for item in items:
            if isinstance(item, (int, float)):
                self.tm = moved(-float(item) / 1000 * self.text.size * self.text.scale, 0.0, self.tm)
            elif isinstance(item, (bytes, str)) and self.text.font is not None:
                for letters, advance, ink in glyph_groups(item, self.text):
                    if self.text.font.interpretable:
                        self.add_run(letters, ink)
                    else:
                        self.walk.unreadable += len(letters)
                    self.tm = moved(advance, 0.0, self.tm)

    def add_run(self, letters: str, ink: float) -> None:
        """A run of letters that is `ink` wide in text space."""
        a, b, c, d, x, y = times(moved(0.0, self.text.rise, self.tm), times(self.ctm, self.walk.to_display))
        size = abs(self.text.size) * math.hypot(c, d)
        shown = clean(letters)
        if not shown or size <= 0.5:
            return
        length = ink * math.hypot(a, b)
        lead = len(letters) - len(letters.lstrip(" "))
        if 0 < lead < len(letters):
            # leading spaces are a gap, not ink
            gap = length * lead / len(letters)
            x, length, shown = x + math.copysign(gap, a), length - gap, " " + shown.lstrip(" ")
        skewed = abs(b) < 0.01 * abs(a) and abs(c) > 0.12 * abs(d)  # type slanted by the program that has no italic
        self.walk.runs.append(
            Run(
                text=shown,
                x0=x,
                x1=x + length,
                y=y,
                size=size,
                bold=self.text.bold or self.text.render == 2,
                italic=self.text.italic or skewed,
                angle=_angle(math.copysign(1, self.text.size) * a, math.copysign(1, self.text.size) * b),
                artifact=any(self.walk.artifacts),
                order=len(self.walk.runs),
                font=self.text.font.name,
            )
        )

    def set_font(self, operands: list[Any]) -> None:
        from pypdf.generic._font import Font

        if len(operands) > 1 and isinstance(operands[1], (int, float)):
            self.text.size = float(operands[1])
        raw = self.resource("/Font", operands[0]) if operands else None
        if raw is None:
            return
        if id(raw) not in self.walk.fonts:
            # the raw object is kept beside the font so that its id stays its own
            self.walk.fonts[id(raw)] = (Font.from_font_resource(raw), {}, raw)
        self.text.set_font(*self.walk.fonts[id(raw)][:2])

    def set_spacing(self, operands: list[Any]) -> None:
        self.text.spacing = numbers(operands, 1)[0]

    def set_word_spacing(self, operands: list[Any]) -> None:
        self.text.word_spacing = numbers(operands, 1)[0]

    def set_scale(self, operands: list[Any]) -> None:
        self.text.scale = numbers(operands, 1)[0] / 100 or 1.0

    def set_leading(self, operands: list[Any]) -> None:
        self.text.leading = numbers(operands, 1)[0]

    def set_rise(self, operands: list[Any]) -> None:
        self.text.rise = numbers(operands, 1)[0]

    def set_render(self, operands: list[Any]) -> None:
        self.text.render = int(numbers(operands, 1)[0])

    def resource(self, kind: str, name: Any) -> Any:
        """A named resource, or None."""
        table = self.resources.get(kind) if self.resources else None
        thing = table.get_object().get(name) if table is not None else None
        return thing.get_object() if thing is not None else None

    def draw(self, operands: list[Any]) -> None:
        thing = self.resource("/XObject", str(operands[0])) if operands else None
        if thing is None:
            return
        if thing.get("/Subtype") == "/Image":
            self.inline_image([])
        elif thing.get("/Subtype") == "/Form" and self.depth < MAX_DEPTH and self.walk.forms < MAX_FORMS:
            self.walk.forms += 1
            inner = matrix(list(thing.get("/Matrix", IDENTITY)))
            self.walk.stream(thing, thing.get("/Resources") or self.resources, times(inner, self.ctm), self.depth + 1)

    def inline_image(self, _: list[Any]) -> None:
        self.walk.images.append(box_of(0, 0, 1, 1, times(self.ctm, self.walk.to_display)))

    def begin_marked(self, operands: list[Any]) -> None:
        """Marked content; a page's head, foot, number or watermark may be declared by it (PDF 32000-1, 14.8.2.2)."""
        properties = operands[1] if len(operands) > 1 and operands[0] == "/Artifact" else None
        if isinstance(properties, str):
            properties = self.resource("/Properties", properties)
        self.walk.artifacts.append(isinstance(properties, dict) and properties.get("/Type") == "/Pagination")

    def end_marked(self, _: list[Any]) -> None:
        if self.walk.artifacts:
            self.walk.artifacts.pop()

    def rectangle(self, operands: list[Any]) -> None:
        x, y, width, height = numbers(operands, 4)
        self.path.append(box_of(x, y, x + width, y + height, times(self.ctm, self.walk.to_display)))

    def point(self, operands: list[Any]) -> None:
        x, y = numbers(operands[-2:], 2)
        self.path.append(box_of(x, y, x, y, times(self.ctm, self.walk.to_display)))

    def line_to(self, operands: list[Any]) -> None:
        last = self.path[-1] if self.path else None
        self.point(operands)
        if last is not None:
            end = self.path[-1]
            self.path[-2] = (min(last[0], end[0]), min(last[1], end[1]), max(last[2], end[2]), max(last[3], end[3]))

    def drop_path(self, _: list[Any]) -> None:
        self.path = []

    def paint(self, _: list[Any]) -> None:
        """Keep of a painted path what tells about text: rules, frames, drawn bullets."""
        for x0, y0, x1, y1 in self.path:
            width, height = x1 - x0, y1 - y0
            if height <= 2.5 and width >= 8:
                self.walk.horizontal.append((x0, y0, x1, y1))
            elif width <= 2.5 and height >= 6:
                self.walk.vertical.append((x0, y0, x1, y1))
            elif width > 8 and height > 6:
                self.walk.horizontal += [(x0, y0, x1, y0), (x0, y1, x1, y1)]
                self.walk.vertical += [(x0, y0, x0, y1), (x1, y0, x1, y1)]
        if 0 < len(self.path) <= 40:
            x0, y0 = min(b[0] for b in self.path), min(b[1] for b in self.path)
            x1, y1 = max(b[2] for b in self.path), max(b[3] for b in self.path)
            if 1 <= x1 - x0 <= 9 and 0.6 <= (x1 - x0) / max(y1 - y0, 0.1) <= 1.6:
                self.walk.dots.append((x0, y0, x1, y1))
        self.path = []


_ACTS: dict[bytes, Callable[[_Scene, list[Any]], None]] = {
    b"q": _Scene.save,
    b"Q": _Scene.restore,
    b"cm": _Scene.transform,
    b"BT": _Scene.begin_text,
    b"Td": _Scene.next_line_by,
    b"TD": _Scene.next_line_leading,
    b"Tm": _Scene.set_line,
    b"T*": _Scene.next_line,
    b"Tj": _Scene.show,
    b"TJ": _Scene.show_array,
    b"'": _Scene.show_on_next_line,
    b'"': _Scene.show_spaced,
    b"Tf": _Scene.set_font,
    b"Tc": _Scene.set_spacing,
    b"Tw": _Scene.set_word_spacing,
    b"Tz": _Scene.set_scale,
    b"TL": _Scene.set_leading,
    b"Ts": _Scene.set_rise,
    b"Tr": _Scene.set_render,
    b"Do": _Scene.draw,
    b"INLINE IMAGE": _Scene.inline_image,
    b"BMC": _Scene.begin_marked,
    b"BDC": _Scene.begin_marked,
    b"EMC": _Scene.end_marked,
    b"re": _Scene.rectangle,
    b"m": _Scene.point,
    b"l": _Scene.line_to,
    b"c": _Scene.point,
    b"n": _Scene.drop_path,
    **dict.fromkeys((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), _Scene.paint),
}


def _angle(a: float, b: float) -> int:
    """The reading direction on the page, clockwise: 0, 90, 180, 270 or SLANTED."""
    degrees = math.degrees(math.atan2(b, a)) % 360
    nearest = round(degrees / 90) * 90
    return nearest % 360 if abs(degrees - nearest) < 4 else SLANTED

"""What a PDF page shows: runs of text with their place, size and weight, ruling lines and pictures.

pypdf's own extraction gives text without widths, so columns, indents and short lines could not be told. This module walks the page's
operators itself (PDF 32000-1, 8.4 graphics state and 9.4 text objects) and takes from pypdf what it does well: parsing, filters,
encodings and glyph widths. Coordinates are points on the page as it is displayed, origin top left, y growing downwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MAX_DEPTH = 8  # forms inside forms
MAX_FORMS = 500  # forms drawn per page: a guard against files made to be slow
SLANTED = -1

_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!r)|CMBX|-Bd\b|medi(?:ital)?$", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|-It\b|CMTI|slanted", re.IGNORECASE)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BROKEN_SPACE = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


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


@dataclass(frozen=True, slots=True)
class PageMarks:
    """All that a page shows, upright. `aside` holds runs set at another angle than most of the page, turned upright themselves."""

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    aside: tuple[Run, ...]
    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]
    images: tuple[Box, ...]
    dots: tuple[Box, ...] = ()
    unreadable: int = 0


@dataclass(slots=True)
class _Text:
    """The text part of the graphics state."""

    font: Any = None
    glyphs: dict[str | int, tuple[str, float, bool]] = field(default_factory=dict)
    bold: bool = False
    italic: bool = False
    size: float = 1.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0


@dataclass(slots=True)
class _Walk:
    """What is collected while a page's operators are walked."""

    reader: Any
    to_display: Matrix
    fonts: dict[int, Any]
    runs: list[Run] = field(default_factory=list)
    horizontal: list[Box] = field(default_factory=list)
    vertical: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    forms: int = 0
    unreadable: int = 0
    artifacts: list[bool] = field(default_factory=list)


def page_marks(page: Any, number: int, reader: Any, fonts: dict[int, Any]) -> PageMarks:
    """The marks of one pypdf page. `fonts` caches parsed fonts from page to page."""
    box = page.cropbox
    left, bottom, right, top = float(box.left), float(box.bottom), float(box.right), float(box.top)
    width, height = right - left, top - bottom
    turn = int(page.rotation or 0) % 360
    to_display: Matrix = {
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }.get(turn, (1.0, 0.0, 0.0, -1.0, -left, top))
    if turn in (90, 270):
        width, height = height, width
    walk = _Walk(reader, to_display, fonts)
    contents = page.get("/Contents")
    if contents is not None:
        _walk(walk, contents.get_object(), page.get("/Resources"), IDENTITY, 0)
    return _upright(walk, number, width, height)


def _upright(walk: _Walk, number: int, width: float, height: float) -> PageMarks:
    weight: dict[int, int] = {}
    for run in walk.runs:
        weight[run.angle] = weight.get(run.angle, 0) + len(run.text)
    # ties go to upright text; slanted text never rules a page
    main = max((a for a in weight if a != SLANTED), key=lambda a: (weight[a], a == 0), default=0)
    turned = {run_angle: [_turn_run(r, run_angle, width, height) for r in walk.runs if r.angle == run_angle] for run_angle in weight}
    boxes = [[_turn_box(b, main, width, height) for b in kind] for kind in (walk.horizontal, walk.vertical, walk.images, walk.dots)]
    if main in (90, 270):
        width, height = height, width
        boxes[0], boxes[1] = boxes[1], boxes[0]
    inside = [r for r in _without_overprint(turned.pop(main, [])) if -5 <= r.y <= height + 5 and r.x1 > -5 and r.x0 < width + 5]
    aside = [r for runs in turned.values() for r in runs]
    return PageMarks(number, width, height, tuple(inside), tuple(aside), *(tuple(b) for b in boxes), walk.unreadable)


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


def _walk(walk: _Walk, stream: Any, resources: Any, ctm: Matrix, depth: int) -> None:
    from pypdf.generic import ContentStream

    content = stream if isinstance(stream, ContentStream) else ContentStream(stream, walk.reader, "bytes")
    resources = resources.get_object() if resources is not None else {}
    text, stack = _Text(), list[tuple[Matrix, _Text]]()
    tm = line = IDENTITY
    path: list[Box] = []
    for operands, op in content.operations:
        if op == b"q":
            stack.append((ctm, replace(text)))
        elif op == b"Q":
            if stack:
                ctm, text = stack.pop()
        elif op == b"cm":
            ctm = _times(_matrix(operands), ctm)
        elif op == b"BT":
            tm = line = IDENTITY
        elif op in (b"Td", b"TD"):
            x, y = _numbers(operands, 2)
            if op == b"TD":
                text.leading = -y
            tm = line = _times((1.0, 0.0, 0.0, 1.0, x, y), line)
        elif op == b"Tm":
            tm = line = _matrix(operands)
        elif op == b"T*":
            tm = line = _times((1.0, 0.0, 0.0, 1.0, 0.0, -text.leading), line)
        elif op in (b"Tj", b"TJ", b"'", b'"'):
            if op == b'"':
                text.word_spacing, text.spacing = _numbers(operands, 2)
            if op in (b"'", b'"'):
                tm = line = _times((1.0, 0.0, 0.0, 1.0, 0.0, -text.leading), line)
            shown = operands[-1:] if op != b"TJ" else (operands[0] if operands and isinstance(operands[0], list) else [])
            tm = _show(walk, shown, text, tm, ctm)
        elif op == b"Tf":
            _set_font(walk, text, operands, resources)
        elif op in _TEXT_STATE:
            _set_text_state(text, op, operands)
        elif op == b"Do" and operands:
            _draw(walk, str(operands[0]), resources, ctm, depth)
        elif op in (b"BMC", b"BDC"):
            walk.artifacts.append(_is_page_artifact(operands, resources))
        elif op == b"EMC":
            if walk.artifacts:
                walk.artifacts.pop()
        elif op in (b"re", b"m", b"l", b"c"):
            _add_path(path, op, operands, ctm, walk.to_display)
        elif op in _PAINT:
            if op != b"n":
                _keep_rules(walk, path)
                _keep_dot(walk, path)
            path = []
        elif op == b"INLINE IMAGE":
            walk.images.append(_box_of((0, 0, 1, 1), ctm, walk.to_display))


_TEXT_STATE = (b"Tc", b"Tw", b"Tz", b"TL", b"Ts", b"Tr")
_PAINT = (b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n")


def _set_text_state(text: _Text, op: bytes, operands: list[Any]) -> None:
    (value,) = _numbers(operands, 1)
    if op == b"Tc":
        text.spacing = value
    elif op == b"Tw":
        text.word_spacing = value
    elif op == b"Tz":
        text.scale = value / 100 or 1.0
    elif op == b"TL":
        text.leading = value
    elif op == b"Ts":
        text.rise = value
    else:
        text.render = int(value)


def _set_font(walk: _Walk, text: _Text, operands: list[Any], resources: Any) -> None:
    from pypdf.generic._font import Font

    if len(operands) > 1 and isinstance(operands[1], (int, float)):
        text.size = float(operands[1])
    table = resources.get("/Font") if resources else None
    raw = table.get_object().get(operands[0]) if table is not None and operands else None
    if raw is None:
        return
    raw = raw.get_object()
    if id(raw) not in walk.fonts:
        # the raw object is kept beside the font so that its id stays its own
        walk.fonts[id(raw)] = (Font.from_font_resource(raw), {}, raw)
    text.font, text.glyphs, _ = walk.fonts[id(raw)]
    weight = text.font.font_descriptor.weight
    heavy = isinstance(weight, (int, float)) and weight >= 600
    text.bold = heavy or bool(_BOLD.search(text.font.name)) or bool(int(text.font.font_descriptor.flags) & 1 << 18)
    text.italic = bool(_ITALIC.search(text.font.name)) or bool(text.font.font_descriptor.italic_angle)


def _show(walk: _Walk, shown: list[Any], text: _Text, tm: Matrix, ctm: Matrix) -> Matrix:
    """Add the runs of one Tj or TJ; the text matrix after it."""
    for item in shown:
        if isinstance(item, (int, float)):
            tm = _times((1.0, 0.0, 0.0, 1.0, -float(item) / 1000 * text.size * text.scale, 0.0), tm)
        elif isinstance(item, (bytes, str)) and text.font is not None:
            for part, advance, ink in _glyph_groups(item, text):
                if text.font.interpretable:
                    _add_run(walk, part, ink, text, tm, ctm)
                else:
                    walk.unreadable += len(part)
                tm = _times((1.0, 0.0, 0.0, 1.0, advance, 0.0), tm)
    return tm


def _glyph_groups(item: bytes | str, text: _Text) -> Iterator[tuple[str, float, float]]:
    """Pieces of a shown string as (text, advance, ink width): wide gaps of spaces apart, right-to-left letters one by one."""
    part, advance, spaces = "", 0.0, 0
    for letters, width, rtl in _glyphs(item, text):
        if part and (rtl or (spaces >= 2 and letters != " ")):
            yield part, advance, advance - text.spacing * text.scale
            part, advance = "", 0.0
        part, advance = part + letters, advance + width
        spaces = spaces + 1 if letters == " " else 0
        if rtl:
            yield part, advance, advance
            part, advance = "", 0.0
    if part:
        yield part, advance, advance - text.spacing * text.scale


def _glyphs(item: bytes | str, text: _Text) -> Iterator[tuple[str, float, bool]]:
    """Each glyph of a shown string: its letters, its advance in text space, and whether they read from right to left."""
    font = text.font
    if isinstance(item, str):
        item = item.encode("latin-1", "replace")
    codes: str | bytes = item
    if isinstance(font.encoding, str):
        try:
            codes = item.decode(font.encoding, "surrogatepass")
        except UnicodeDecodeError:
            codes = item.decode(font.encoding, "replace")
    for code in codes:
        known = text.glyphs.get(code)
        if known is None:
            known = text.glyphs[code] = _glyph(font, code)
        letters, width, space = known
        advance = (width * text.size + text.spacing + (text.word_spacing if space else 0.0)) * text.scale
        yield letters, advance, letters > "\u0589" and bool(_RTL.search(letters))


def _glyph(font: Any, code: str | int) -> tuple[str, float, bool]:
    """Letters, width in em and whether it is the space, of one code of a font."""
    if isinstance(code, int):
        decoded = font.encoding.get(code, chr(code))
        code = chr(code)
        # a code that WinAnsiEncoding leaves open shows a bullet (PDF 32000-1, annex D.2); programs use 127 for it
        decoded = "•" if decoded == "\x7f" else decoded
    else:
        decoded = code
    letters = "".join(str(font.character_map.get(c, c)) for c in decoded)
    space = code == font.space_char
    return letters, float(font.space_width if space else font.get_text_width(code)) / 1000, space


def _add_run(walk: _Walk, letters: str, ink: float, text: _Text, tm: Matrix, ctm: Matrix) -> None:
    whole = _times(_times((1.0, 0.0, 0.0, 1.0, 0.0, text.rise), tm), _times(ctm, walk.to_display))
    a, b, c, d, x, y = whole
    size = abs(text.size) * math.hypot(c, d)
    lead = len(letters) - len(letters.lstrip(" "))
    clean = _CONTROL.sub("", _BROKEN_SPACE.sub(" ", _paired(letters)))
    if not clean or size <= 0.5:
        return
    length = ink * math.hypot(a, b)
    if 0 < lead < len(letters):
        # leading spaces are a gap, not ink
        gap = length * lead / len(letters)
        x, y, length, clean = x + gap * _sign(a), y, length - gap, " " + clean.lstrip(" ")
    walk.runs.append(
        Run(
            clean,
            x,
            x + length,
            y,
            size,
            text.bold or text.render == 2,
            text.italic or (abs(b) < 0.01 * abs(a) and abs(c) > 0.12 * abs(d)),
            _angle(a * _sign(text.size), b * _sign(text.size)),
            any(walk.artifacts),
            len(walk.runs),
            text.font.name,
        )
    )


def _paired(letters: str) -> str:
    """`letters` with surrogate pairs joined; lone halves are left, to be dropped."""
    return letters.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if re.search("[\ud800-\udfff]", letters) else letters


def _sign(value: float) -> int:
    return -1 if value < 0 else 1


def _angle(a: float, b: float) -> int:
    """The reading direction on the page, clockwise: 0, 90, 180, 270 or SLANTED."""
    degrees = math.degrees(math.atan2(b, a)) % 360
    nearest = round(degrees / 90) * 90
    return nearest % 360 if abs(degrees - nearest) < 4 else SLANTED


def _draw(walk: _Walk, name: str, resources: Any, ctm: Matrix, depth: int) -> None:
    table = resources.get("/XObject") if resources else None
    thing = table.get_object().get(name) if table is not None else None
    thing = thing.get_object() if thing is not None else None
    if thing is None:
        return
    if thing.get("/Subtype") == "/Image":
        walk.images.append(_box_of((0, 0, 1, 1), ctm, walk.to_display))
    elif thing.get("/Subtype") == "/Form" and depth < MAX_DEPTH and walk.forms < MAX_FORMS:
        walk.forms += 1
        inner = _matrix(list(thing.get("/Matrix", IDENTITY)))
        _walk(walk, thing, thing.get("/Resources") or resources, _times(inner, ctm), depth + 1)


def _is_page_artifact(operands: list[Any], resources: Any) -> bool:
    """Whether marked content is declared a page head, foot, number or watermark (PDF 32000-1, 14.8.2.2)."""
    if not operands or operands[0] != "/Artifact" or len(operands) < 2:
        return False
    properties = operands[1]
    if isinstance(properties, str):
        named = resources.get("/Properties") if resources else None
        properties = named.get_object().get(properties) if named is not None else None
        properties = properties.get_object() if properties is not None else None
    return isinstance(properties, dict) and properties.get("/Type") == "/Pagination"


def _add_path(path: list[Box], op: bytes, operands: list[Any], ctm: Matrix, to_display: Matrix) -> None:
    if op == b"re":
        x, y, w, h = _numbers(operands, 4)
        path.append(_box_of((x, y, x + w, y + h), ctm, to_display))
        return
    x, y = _numbers(operands[-2:], 2)
    point = _box_of((x, y, x, y), ctm, to_display)
    if op == b"l" and path:
        last = path[-1]
        path[-1:] = [
            (min(last[0], point[0]), min(last[1], point[1]), max(last[2], point[2]), max(last[3], point[3])),
            point,
        ]
    else:
        path.append(point)


def _keep_rules(walk: _Walk, path: list[Box]) -> None:
    for x0, y0, x1, y1 in path:
        w, h = x1 - x0, y1 - y0
        if h <= 2.5 and w >= 8:
            walk.horizontal.append((x0, y0, x1, y1))
        elif w <= 2.5 and h >= 6:
            walk.vertical.append((x0, y0, x1, y1))
        elif w > 8 and h > 6:
            walk.horizontal += [(x0, y0, x1, y0), (x0, y1, x1, y1)]
            walk.vertical += [(x0, y0, x0, y1), (x1, y0, x1, y1)]


def _keep_dot(walk: _Walk, path: list[Box]) -> None:
    """A small square or disc drawn instead of a bullet letter, as browsers do."""
    if not path or len(path) > 40:
        return
    x0, y0, x1, y1 = min(b[0] for b in path), min(b[1] for b in path), max(b[2] for b in path), max(b[3] for b in path)
    if 1 <= x1 - x0 <= 9 and 0.6 <= (x1 - x0) / max(y1 - y0, 0.1) <= 1.6:
        walk.dots.append((x0, y0, x1, y1))


def _box_of(box: tuple[float, float, float, float], ctm: Matrix, to_display: Matrix) -> Box:
    whole = _times(ctm, to_display)
    corners = [_point(x, y, whole) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _point(x: float, y: float, m: Matrix) -> tuple[float, float]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _numbers(operands: Any, count: int) -> list[float]:
    """The first `count` operands as numbers; what is missing or no number is 0."""
    found = [float(v) if isinstance(v, (int, float)) else 0.0 for v in list(operands)[:count]]
    return found + [0.0] * (count - len(found))


def _matrix(operands: Any) -> Matrix:
    values = [v.get_object() if hasattr(v, "get_object") else v for v in operands]
    if len(values) < 6:
        return IDENTITY
    a, b, c, d, e, f = _numbers(values, 6)
    return a, b, c, d, e, f

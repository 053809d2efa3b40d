"""Text as a PDF shows it: fonts, the text state, and the letters and widths of shown strings (PDF 32000-1, 9.3 and 9.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!r)|CMBX|-Bd\b|medi(?:ital)?$", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|-It\b|CMTI|slanted", re.IGNORECASE)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BROKEN_SPACE = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

Glyph = tuple[str, float, bool]  # letters, width in em, whether it is the space


@dataclass(slots=True)
class TextState:
    """The text part of the graphics state. `glyphs` keeps what was looked up in the font."""

    font: Any = None
    glyphs: dict[str | int, Glyph] = field(default_factory=dict)
    bold: bool = False
    italic: bool = False
    size: float = 1.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0

    def set_font(self, font: Any, glyphs: dict[str | int, Glyph]) -> None:
        """Take a pypdf font into use."""
        self.font, self.glyphs = font, glyphs
        about = font.font_descriptor
        heavy = isinstance(about.weight, (int, float)) and about.weight >= 600
        self.bold = heavy or bool(_BOLD.search(font.name)) or bool(int(about.flags) & 1 << 18)
        self.italic = bool(_ITALIC.search(font.name)) or bool(about.italic_angle)


def clean(letters: str) -> str:
    """Letters without control characters and halves of surrogate pairs; odd spaces as spaces, so that a line stays one line."""
    if _SURROGATE.search(letters):
        letters = letters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", _BROKEN_SPACE.sub(" ", letters))


def glyph_groups(item: bytes | str, text: TextState) -> Iterator[tuple[str, float, float]]:
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


def _glyphs(item: bytes | str, text: TextState) -> Iterator[tuple[str, float, bool]]:
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


def _glyph(font: Any, code: str | int) -> Glyph:
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

"""The text of Word paragraphs, and how it is set: what is shown, what is hidden, what is bold, which style says so.

WordprocessingML, ECMA-376 Part 1, 17.3 (paragraphs and runs), 17.7 (styles), 17.13.5 (tracked changes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_INSIDE = {
    W + name
    for name in ("ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby", "rubyBase")
}
_INSIDE |= {MC + "Choice", M + "oMath", M + "oMathPara"}
_OFF = ("0", "false", "off", "none")


@dataclass(slots=True)
class ParagraphText:
    """What a paragraph holds. `bold`, `italic` count letters; `size` is in half points, that of most letters."""

    text: str = ""
    hidden: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    letters: int = 0
    bold: int = 0
    italic: int = 0
    underlined: int = 0
    sizes: dict[int, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The size of most letters in half points, 0 where nothing says."""
        return max(self.sizes, key=lambda s: (self.sizes[s], s), default=0)


@dataclass(frozen=True)
class Styles:
    """The style sheet: each style's element by its id."""

    by_id: dict[str, Any]
    defaults: Any = None
    default_paragraph: str | None = None

    @cached_property
    def _chains(self) -> dict[str, list[Any]]:
        return {}

    def chain(self, style_id: str | None) -> list[Any]:
        """The style and those that it is based on."""
        if style_id is None:
            return []
        if style_id not in self._chains:
            found: list[Any] = []
            seen: set[str] = set()
            current: str | None = style_id
            while current and current in self.by_id and current not in seen:
                seen.add(current)
                found.append(self.by_id[current])
                current = value(found[-1].find(W + "basedOn"))
            self._chains[style_id] = found
        return self._chains[style_id]

    def names(self, style_id: str | None) -> list[str]:
        """The English names of a style and its ancestors, in lower case: Word keeps them whatever its language."""
        return [(value(style.find(W + "name")) or "").lower() for style in self.chain(style_id)]

    def of_paragraph(self, paragraph: Any) -> str | None:
        """The id of a paragraph's style."""
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        return value(found) if found is not None else self.default_paragraph

    def paragraph_property(self, paragraph: Any, name: str) -> Any:
        """A property's element: the paragraph's own, or its style's."""
        own = paragraph.find(f"{W}pPr/{W}{name}")
        if own is not None:
            return own
        return next((p for s in self.chain(self.of_paragraph(paragraph)) if (p := s.find(f"{W}pPr/{W}{name}")) is not None), None)

    def run_property(self, run: Any, paragraph_style: str | None, name: str) -> Any:
        """A property's element: the run's own, its style's, its paragraph style's, or the document's default."""
        own = run.find(f"{W}rPr/{W}{name}")
        if own is not None:
            return own
        for style_id in (value(run.find(f"{W}rPr/{W}rStyle")), paragraph_style):
            for style in self.chain(style_id):
                found = style.find(f"{W}rPr/{W}{name}")
                if found is not None:
                    return found
        return self.defaults.find(f"{W}rPrDefault/{W}rPr/{W}{name}") if self.defaults is not None else None


def read_styles(root: Any) -> Styles:
    """The style sheet in a `w:styles` element, or an empty one for None."""
    if root is None:
        return Styles({})
    styles = {style.get(W + "styleId"): style for style in root.iterchildren(W + "style") if style.get(W + "styleId")}
    usual = next((i for i, s in styles.items() if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true")), None)
    return Styles(styles, root.find(W + "docDefaults"), usual)


def value(element: Any) -> str | None:
    """The `w:val` of an element, or None."""
    return None if element is None else element.get(W + "val")


def is_on(element: Any) -> bool:
    """Whether an on-off property is there and on."""
    return element is not None and (element.get(W + "val") or "1").lower() not in _OFF


def paragraph_text(paragraph: Any, styles: Styles) -> ParagraphText:
    """What a `w:p` shows: insertions and field results, without deletions, field codes and hidden text."""
    found = ParagraphText()
    _collect(paragraph, styles, styles.of_paragraph(paragraph), found)
    found.text = found.text.strip()
    found.hidden = re.sub(r"\s+", " ", found.hidden).strip()
    return found


def _collect(element: Any, styles: Styles, style: str | None, found: ParagraphText) -> None:
    for child in element.iterchildren():
        if child.tag == W + "r":
            _run(child, styles, style, found)
        elif child.tag == M + "r":
            found.text += "".join(t.text or "" for t in child.iter(M + "t"))
        elif child.tag == MC + "AlternateContent":
            choice = child.find(MC + "Choice")
            _collect(choice if choice is not None else child, styles, style, found)
        elif child.tag in _INSIDE or (isinstance(child.tag, str) and child.tag.startswith(M)):
            _collect(child, styles, style, found)


def _run(run: Any, styles: Styles, style: str | None, found: ParagraphText) -> None:
    text = ""
    for child in run.iterchildren():
        tag = child.tag
        if tag == W + "t":
            text += child.text or ""
        elif tag in (W + "tab", W + "ptab"):
            text += "\t"
        elif tag in (W + "br", W + "cr"):
            text += "\n"
        elif tag == W + "noBreakHyphen":
            text += "-"
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            found.notes.append((tag.removeprefix(W).removesuffix("Reference"), child.get(W + "id")))
        elif tag == W + "ruby":
            text += "".join(t.text or "" for t in child.iterfind(f"{W}rubyBase//{W}t"))
        elif tag in (W + "drawing", W + "pict", W + "object", MC + "AlternateContent"):
            found.boxes += _boxes(child)
    if not text:
        return
    if is_on(styles.run_property(run, style, "vanish")):
        found.hidden += text
        return
    found.text += text
    letters = len(text.strip())
    found.letters += letters
    found.bold += letters * is_on(styles.run_property(run, style, "b"))
    found.italic += letters * is_on(styles.run_property(run, style, "i"))
    underline = value(styles.run_property(run, style, "u"))
    found.underlined += letters * (underline is not None and underline != "none")
    size = value(styles.run_property(run, style, "sz"))
    if size and size.isdigit():
        found.sizes[int(size)] = found.sizes.get(int(size), 0) + letters


def _boxes(drawing: Any) -> list[Any]:
    """The contents of text boxes in a drawing; of alternatives only the first."""
    choice = drawing.find(MC + "Choice") if drawing.tag == MC + "AlternateContent" else None
    root = drawing if choice is None else choice
    return [
        b
        for b in root.iter(W + "txbxContent")
        if not any(a.tag == MC + "Fallback" or a.tag == W + "txbxContent" for a in b.iterancestors())
    ]

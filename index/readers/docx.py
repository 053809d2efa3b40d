"""Reports in Word's .docx format: the door to python-docx, and the report built from the document's parts.

Paragraphs and tables in their order; footnotes after the paragraph that refers to them, endnotes at the end; page heads and feet, comments
and hidden text as furniture. The file has no pages of its own (the program that shows it makes them), so blocks have none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import UnreadableReport
from index.readers.docx_headings import rank_headings
from index.readers.docx_runs import ParagraphText, Styles, W, is_on, paragraph_text, read_styles, value
from index.readers.signs import CAPTION, LEADER, MARKER, declared_title
from index.report import Block, BlockKind, Report

EMPTY_FILE = "the file is empty. Replace it with a complete copy."
LOCKED = "the Word file is locked with a password. Save an unlocked copy."
OLD_WORD = "the file is in the old .doc format, although its name says .docx. Open it in Word or LibreOffice and save it as .docx."
NOT_WORD = "the file is not a Word document, although its name says so. Save it as .docx, or give it the ending of its true format."
NO_TEXT = "the Word file holds no text. If it holds pictures of pages, run text recognition (OCR) on them first."

HIDDEN = "hidden text"
COMMENT = "a reviewer's comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or table row to be. `outline` is its heading level as styles say (0 the title), None for none."""

    text: str
    kind: BlockKind = "body"
    reason: str = ""
    outline: int | None = None
    level: int = 0
    cells: tuple[str, ...] | None = None
    set_as: ParagraphText = field(default_factory=ParagraphText)


def read_docx(path: Path, report_id: str) -> Report:
    """The report in a Word file. Raises UnreadableReport when it is locked, broken, empty, or no Word file."""
    _check_kind(path)
    try:
        pieces, title, published = _read(path)
    except MemoryError:
        raise
    except Exception as error:
        # python-docx and lxml raise whatever breaks first in a broken file: KeyError, BadZipFile, XMLSyntaxError, ValueError ...
        raise UnreadableReport("the Word file is damaged. Open it and save it again, or replace it with a complete copy.") from error
    if not any(p.text.strip() for p in pieces if p.kind != "furniture"):
        raise UnreadableReport(NO_TEXT)
    text, blocks = _compose(rank_headings(pieces))
    return Report(report_id, text, blocks, (), title, published)


def _check_kind(path: Path) -> None:
    """Tell apart what a file named .docx may be instead."""
    try:
        with path.open("rb") as file:
            head = file.read(4_000_000)
    except OSError as error:
        raise UnreadableReport(f"the file cannot be opened ({error.strerror}). Check that you may read it.") from error
    if not head:
        raise UnreadableReport(EMPTY_FILE)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableReport(LOCKED if "EncryptedPackage".encode("utf-16-le") in head else OLD_WORD)
    if not head.startswith(b"PK"):
        raise UnreadableReport(NOT_WORD)
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableReport(
            "the Word file is damaged or incomplete. Open it and save it again, or replace it with a complete copy."
        ) from error
    if not any(name.lower().startswith("word/document") for name in names):
        raise UnreadableReport(NOT_WORD)


def _read(path: Path) -> tuple[list[Piece], str | None, str | None]:
    """The document's pieces in order, its declared title and its date."""
    import docx

    document = docx.Document(str(path))
    related = _related(document.part)
    styles = read_styles(related.get("styles", [None])[0])
    walk = _Walk(styles, {kind: _notes(related.get(kind + "s", [None])[0]) for kind in ("footnote", "endnote")})
    body = document.element.body
    heads = _furniture(related.get("header", []), styles, "page header")
    feet = _furniture(related.get("footer", []), styles, "page footer")
    pieces = [*heads, *walk.blocks(body), *walk.endnotes, *_comments(related.get("comments", [None])[0], styles), *feet]
    properties = document.core_properties
    title = declared_title(properties.title or "")
    return pieces, title, properties.created.date().isoformat() if properties.created else None


def _related(part: Any) -> dict[str, list[Any]]:
    """The XML of the parts that belong to the document, by the last word of their relation: styles, footnotes, header ..."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    found: dict[str, list[Any]] = {}
    for relation in part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if not relation.is_external and kind in ("styles", "footnotes", "endnotes", "comments", "header", "footer"):
            found.setdefault(kind, []).append(etree.fromstring(relation.target_part.blob, parser))
    return found


def _notes(root: Any) -> dict[str, Any]:
    """Footnotes or endnotes by their id, without the separators."""
    return {} if root is None else {note.get(W + "id"): note for note in root.iterchildren() if note.get(W + "type") in (None, "normal")}


def _furniture(roots: list[Any], styles: Styles, reason: str) -> list[Piece]:
    """The paragraphs of page heads or feet, each text once."""
    texts = dict.fromkeys(re.sub(r"\s*\n\s*", " ", paragraph_text(p, styles).text) for root in roots for p in root.iter(W + "p"))
    return [Piece(text, "furniture", reason) for text in texts if text.strip()]


def _comments(root: Any, styles: Styles) -> list[Piece]:
    if root is None:
        return []
    texts = ["\n".join(filter(None, (paragraph_text(p, styles).text for p in comment.iter(W + "p")))) for comment in root.iterchildren()]
    return [Piece(text, "furniture", COMMENT) for text in texts if text.strip()]


@dataclass(slots=True)
class _Walk:
    """Goes through block content and makes pieces."""

    styles: Styles
    notes: dict[str, dict[str, Any]]
    endnotes: list[Piece] = field(default_factory=list)

    def blocks(self, element: Any) -> Iterator[Piece]:
        """The pieces of the body, a text box or a content control."""
        for child in element.iterchildren():
            if child.tag == W + "p":
                yield from self.paragraph(child)
            elif child.tag == W + "tbl":
                yield from self.table(child)
            elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo"):
                yield from self.blocks(child)

    def paragraph(self, element: Any) -> Iterator[Piece]:
        """A paragraph, and after it what hangs on it: hidden text, text boxes, footnotes."""
        read = paragraph_text(element, self.styles)
        if read.text:
            yield self.made(element, read)
        yield from self.hanging(read)

    def hanging(self, read: ParagraphText) -> Iterator[Piece]:
        """What stands beside a paragraph's text."""
        if read.hidden:
            yield Piece(read.hidden, "furniture", HIDDEN)
        for box in read.boxes:
            yield from self.blocks(box)
        for kind, number in read.notes:
            note = self.notes[kind].pop(number, None)
            texts = [] if note is None else [paragraph_text(p, self.styles).text for p in note.iter(W + "p")]
            text = "\n".join(filter(None, texts))
            if text and kind == "footnote":
                yield Piece(text, "footnote")
            elif text:
                self.endnotes.append(Piece(text, "footnote"))

    def made(self, element: Any, read: ParagraphText) -> Piece:
        """The piece that a paragraph is, as its style and marks say."""
        names = self.styles.names(self.styles.of_paragraph(element))
        piece = Piece(read.text, set_as=read)
        if any(re.match(r"toc \d", name) for name in names) or LEADER.search(read.text):
            return replace(piece, kind="furniture", reason="table of contents")
        outline = _outline(element, self.styles, names)
        if outline is not None and len(read.text) < 400:
            return replace(piece, kind="heading", outline=outline)
        if "caption" in names or (CAPTION.match(read.text) and len(read.text) < 300):
            return replace(piece, kind="caption")
        number = self.styles.paragraph_property(element, "numPr")
        listed = number is not None and value(number.find(W + "numId")) not in (None, "0")
        if listed or MARKER.match(read.text) or any(re.match(r"list (?:bullet|number)", name) for name in names):
            return replace(piece, kind="item")
        if any(name in ("footnote text", "endnote text") for name in names):
            return replace(piece, kind="footnote")
        return piece

    def table(self, table: Any) -> Iterator[Piece]:
        """A table's rows; a table of one column is a frame around paragraphs."""
        rows = [row for row in _inside(table, "tr") if row.find(f"{W}trPr/{W}del") is None]
        if rows and all(len(list(_inside(row, "tc"))) == 1 for row in rows):
            for row in rows:
                for cell in _inside(row, "tc"):
                    yield from self.blocks(cell)
            return
        made = [self.row(row) for row in rows]
        styled = self.has_styled_head(table)
        for i, (piece, after) in enumerate(made):
            head = is_on(rows[i].find(f"{W}trPr/{W}tblHeader")) or (
                i == 0 and len(made) > 1 and (styled or (_is_bold(piece) and not _is_bold(made[1][0])))
            )
            if piece.text.strip():
                yield replace(piece, level=1 if head else 0)
            yield from after

    def has_styled_head(self, table: Any) -> bool:
        """Whether the table's style sets its first row apart, and the table asks for that."""
        look = table.find(f"{W}tblPr/{W}tblLook")
        first = look is not None and (look.get(W + "firstRow") in ("1", "true") or int(look.get(W + "val") or "0", 16) & 0x20 > 0)
        chain = self.styles.chain(value(table.find(f"{W}tblPr/{W}tblStyle")))
        return first and any(
            part.get(W + "type") == "firstRow" and part.find(f"{W}rPr/{W}b") is not None
            for style in chain
            for part in style.iterchildren(W + "tblStylePr")
        )

    def row(self, row: Any) -> tuple[Piece, list[Piece]]:
        """A table row, and what hangs on its paragraphs."""
        cells: list[str] = []
        total = ParagraphText()
        after: list[Piece] = []
        for cell in _inside(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            texts = []
            for element in cell.iter(W + "p"):
                if any(a.tag == W + "txbxContent" for a in element.iterancestors()) or (
                    merge is not None and value(merge) in (None, "continue")
                ):
                    continue
                read = paragraph_text(element, self.styles)
                texts.append(read.text)
                total.letters, total.bold = total.letters + read.letters, total.bold + read.bold
                after += self.hanging(read)
            cells.append("\n".join(filter(None, texts)))
        return Piece("\t".join(cells), "table", cells=tuple(cells), set_as=total), after


def _inside(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, those inside content controls too."""
    for child in element.iterchildren():
        if child.tag == W + name:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins"):
            yield from _inside(child, name)


def _is_bold(piece: Piece) -> bool:
    return piece.set_as.letters > 0 and piece.set_as.bold >= 0.9 * piece.set_as.letters


def _outline(element: Any, styles: Styles, names: list[str]) -> int | None:
    """The heading level of a paragraph by its outline level or style: 0 for the title, 1 for Heading 1; None for text."""
    if "title" in names:
        return 0
    own = value(styles.paragraph_property(element, "outlineLvl"))
    if own is not None and own.isdigit():
        return int(own) + 1 if int(own) < 9 else None
    for name in names:
        match = re.fullmatch(r"heading (\d)", name)
        if match:
            return int(match[1])
    return 1 if "subtitle" in names else None


def _compose(pieces: list[Piece]) -> tuple[str, tuple[Block, ...]]:
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        if parts:
            parts.append("\n\n")
            at += 2
        cells: list[tuple[int, int]] = []
        inner = at
        for cell in piece.cells or ():
            cells.append((inner, inner + len(cell)))
            inner += len(cell) + 1
        parts.append(piece.text)
        blocks.append(Block(piece.kind, at, at + len(piece.text), piece.level, piece.reason, (), tuple(cells)))
        at += len(piece.text)
    return "".join(parts), tuple(blocks)

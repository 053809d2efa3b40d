"""Which paragraphs of a Word file act as headings without a heading style, and the level of each heading."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.readers.docx import Piece

_END = re.compile(r"[.;,!:。]['\"”’»)\]]*$")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-H]\.)\s+\S")


def rank_headings(pieces: list[Piece]) -> list[Piece]:
    """`pieces` with short bold paragraphs as headings, and the level of every heading: 1 for the report's title, 2 for its sections."""
    pieces = _acting(pieces)
    headings = [p for p in pieces if p.kind == "heading"]
    styled = sorted({p.outline for p in headings if p.outline})
    title = _title(pieces, headings, styled)
    ranked = []
    for piece in pieces:
        if piece is title:
            ranked.append(replace(piece, kind="heading", level=1))
        elif piece.kind == "heading":
            ranked.append(
                replace(
                    piece, level=min(6, 2 + (styled.index(piece.outline) if piece.outline else len(styled) if piece.outline is None else 0))
                )
            )
        else:
            ranked.append(piece)
    return ranked


def _acting(pieces: list[Piece]) -> list[Piece]:
    letters = sum(p.set_as.letters for p in pieces if p.kind == "body") or 1
    # a report that is bold as a whole has no heading by weight
    mostly = {
        what: sum(getattr(p.set_as, what) for p in pieces if p.kind == "body") > 0.4 * letters for what in ("bold", "underlined", "italic")
    }
    found = []
    for i, piece in enumerate(pieces):
        after = next((p for p in pieces[i + 1 :] if p.kind not in ("furniture", "footnote")), None)
        found.append(replace(piece, kind="heading") if after is not None and _acts(piece, after, mostly) else piece)
    return found


def _acts(piece: Piece, after: Piece, mostly: dict[str, bool]) -> bool:  # noqa: PLR0911  (a return for each rule)
    text = piece.text
    numbered = bool(_NUMBERED.match(text))
    if piece.kind not in ("body", "item") or (piece.kind == "item" and not numbered):
        return False
    if len(text) > 130 or text.count("\n") > 2 or not any(c.isalpha() for c in text) or text[0].islower():
        return False
    if _END.search(text) and not (text.endswith(":") and len(text) < 60):
        return False
    whole = {what: getattr(piece.set_as, what) >= 0.95 * max(piece.set_as.letters, 1) and not mostly[what] for what in mostly}
    if whole["bold"] or whole["underlined"]:
        return True
    letters = [c for c in text if c.isalpha()]
    if len(letters) >= 4 and text.isupper() and piece.kind == "body":
        return True
    if piece.set_as.size and after.set_as.size and piece.set_as.size >= 1.2 * after.set_as.size and len(after.text) > len(text):
        return True
    return (
        whole["italic"]
        and len(text) < 80
        and not text.endswith(":")
        and after.kind in ("body", "item")
        and len(after.text) > len(text)
        and not re.search(r"\d{4}", text)
    )


def _title(pieces: list[Piece], headings: list[Piece], styled: list[int]) -> Piece | None:
    """The report's title: in style Title; else the only heading of the highest level, or the heading or short line at the start."""
    named = next((p for p in headings if p.outline == 0), None)
    if named is not None:
        return named
    text = [p for p in pieces if p.kind not in ("furniture", "footnote")]
    top = [p for p in headings if styled and p.outline == styled[0]]
    start = text[: max(4, len(text) // 6)]
    if len(top) == 1 and any(p is top[0] for p in start):
        return top[0]
    largest = max((p.set_as.size for p in start if p.kind == "heading"), default=0)
    early = [p for p in text[:4] if p.kind == "heading" and p.set_as.size >= largest]
    if early and (early[0] is text[0] or early[0].set_as.size > max((p.set_as.size for p in text if p.kind == "body"), default=0)):
        return early[0]
    first = text[0] if text else None
    short = first is not None and first.kind in ("heading", "body") and len(first.text) < 200 and not re.search(r"[.;,]$", first.text)
    return first if short and len(text) > 2 else None

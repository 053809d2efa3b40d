"""The sample reports that are PDFs: an institute's plain report, and a paper in two columns with a cover."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph, Spacer
from source import Source

SMALL = (148 * mm, 210 * mm)
SOFT = "\u00ad"


def plain_report(source: Source) -> bytes:
    """One column on A4, a letterhead, a footer with `page / pages`, a footnote on the first page."""
    head = ParagraphStyle(
        "head", fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=12, spaceAfter=4, textColor=colors.HexColor("#1f3b5c")
    )
    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=12, leading=17.5, alignment=TA_JUSTIFY, spaceAfter=7)
    title = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=18, leading=23, spaceAfter=4)
    note = next(part for part in source.parts if part.kind == "footnote")

    def page(canvas: Canvas, document: BaseDocTemplate) -> None:
        width, _ = A4
        if document.page == 1:
            canvas.setFillColor(colors.HexColor("#1f3b5c"))
            canvas.rect(0, 282 * mm, width, 15 * mm, stroke=0, fill=1)
            canvas.setLineWidth(0.5)
            canvas.line(25 * mm, 31 * mm, 75 * mm, 31 * mm)
            _note(canvas, "1", note.text, 25 * mm, 160 * mm, 29.5 * mm)
        canvas.setFillColor(colors.grey)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(25 * mm, 14 * mm, "Elbtal Institute for International Relations · Conference Report 14/2022")
        canvas.drawRightString(width - 25 * mm, 14 * mm, f"{document.page} / 2")
        if document.page == 2:
            canvas.drawString(25 * mm, 10 * mm, "Reproduction for teaching is free of charge.")

    first = Frame(25 * mm, 34 * mm, 160 * mm, 240 * mm, 0, 0, 0, 0)
    later = Frame(25 * mm, 24 * mm, 160 * mm, 250 * mm, 0, 0, 0, 0)
    story = [Paragraph(source.facts["title"], title), Paragraph("Conference report", body), Spacer(1, 6)]
    for part in source.parts:
        if part.kind == "heading":
            story += [CondPageBreak(25 * mm), Paragraph(part.text, head)]
        elif part.kind != "footnote":
            story.append(Paragraph(_raised(part.text), body))
    return _printed("Microsoft Word - DD3_trilat_v7.docx", A4, [("first", [first], page, "later"), ("later", [later], page, None)], story)


def two_columns(source: Source) -> bytes:
    """A cover, then pages numbered from 1 in two hyphenated columns, running heads left and right, footnotes under the right column."""
    head = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=10, leading=13.5, spaceBefore=8, spaceAfter=3)
    body = ParagraphStyle(
        "body", fontName="Times-Roman", fontSize=10, leading=13.5, alignment=TA_JUSTIFY, firstLineIndent=4 * mm, embeddedHyphenation=1
    )
    whole_words = ParagraphStyle("whole words", parent=body, embeddedHyphenation=0)
    item = ParagraphStyle("item", parent=body, firstLineIndent=-4 * mm, leftIndent=4 * mm, spaceAfter=2)
    cover = ParagraphStyle("cover", fontName="Times-Bold", fontSize=19, leading=25, alignment=TA_CENTER, spaceAfter=14)
    small = ParagraphStyle("small", fontName="Times-Roman", fontSize=11, leading=15, alignment=TA_CENTER)
    notes = [part for part in source.parts if part.kind == "footnote"]
    width, height = SMALL

    def front(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setStrokeColor(colors.HexColor("#0b6e6e"))
        canvas.setLineWidth(3)
        canvas.line(30 * mm, height - 40 * mm, width - 30 * mm, height - 40 * mm)
        canvas.line(30 * mm, 60 * mm, width - 30 * mm, 60 * mm)

    def page(canvas: Canvas, document: BaseDocTemplate) -> None:
        number = document.page - 1
        canvas.setFont("Helvetica", 7.5)
        if number % 2:
            canvas.drawRightString(width - 15 * mm, height - 12 * mm, f"BELOW SIXTY SOUTH   {number}")
        else:
            canvas.drawString(15 * mm, height - 12 * mm, f"{number}   Aoraki Institute of World Affairs, Occasional Paper 31")
        canvas.setLineWidth(0.4)
        canvas.line(15 * mm, height - 14 * mm, width - 15 * mm, height - 14 * mm)
        if number == 1:
            canvas.line(77 * mm, 31 * mm, 97 * mm, 31 * mm)
            for n, note in enumerate(notes):
                _note(canvas, str(n + 1), note.text, 77 * mm, 56 * mm, (29.5 - 7 * n) * mm, 7.5)

    columns = [
        Frame(15 * mm, 15 * mm, 56 * mm, height - 33 * mm, 0, 0, 0, 0),
        Frame(77 * mm, 34 * mm, 56 * mm, height - 52 * mm, 0, 0, 0, 0),
    ]
    whole = Frame(25 * mm, 60 * mm, width - 50 * mm, height - 120 * mm, 0, 0, 0, 0)
    story = [Paragraph(source.facts["title"], cover), Paragraph("Christchurch, 14–15 November 2022", small)]
    story += [Spacer(1, 30), Paragraph("Occasional Paper 31", small), NextPageTemplate("columns"), PageBreak()]
    for part in source.parts:
        if part.kind == "heading":
            story += [CondPageBreak(18 * mm), Paragraph(part.text, head)]
        elif part.kind == "item":
            story.append(Paragraph(part.marker + _hyphenated(part.text), item))
        elif "-" in part.text:  # reportlab loses the hyphen of "Zealand-Korea" where it also breaks at soft hyphens
            story.append(Paragraph(_raised(part.text), whole_words))
        elif part.kind != "footnote":
            story.append(Paragraph(_raised(_hyphenated(part.text)), body))
    return _printed("Below Sixty South", SMALL, [("cover", [whole], front, None), ("columns", columns, page, None)], story)


def _printed(
    title: str,
    size: tuple[float, float],
    templates: list[tuple[str, list[Frame], Callable[[Canvas, BaseDocTemplate], None], str | None]],
    story: list[object],
) -> bytes:
    """The PDF's bytes; `invariant` leaves out the time and the random identifier."""
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=size, title=title, author="", invariant=1)
    document.addPageTemplates(
        [PageTemplate(name, frames, onPageEnd=end, autoNextPageTemplate=after) for name, frames, end, after in templates]
    )
    document.build(story)
    return out.getvalue()


def _note(canvas: Canvas, mark: str, text: str, left: float, width: float, top: float, size: float = 8.5) -> None:
    style = ParagraphStyle("note", fontName="Times-Roman", fontSize=size, leading=size + 1.5, textColor=colors.black)
    note = Paragraph(f"<super>{mark}</super> {text}", style)
    _, height = note.wrap(width, 100)
    note.drawOn(canvas, left, top - height)


def _raised(text: str) -> str:
    return re.sub(r"\^(\d)", r"<super>\1</super>", text)


def _hyphenated(text: str) -> str:
    """Soft hyphens where English words may break: between doubled consonants, and before common endings. Names are left whole."""

    def word(found: re.Match[str]) -> str:
        broken = re.sub(r"([bdfglmnprst])\1(?=[aeiou])", rf"\1{SOFT}\1", found.group())
        broken = re.sub(r"(?<=[a-z]{3})(?=(?:tion|ment|ness|ship|tific|mend|ther)s?)|(?<=partici)(?=pant)", SOFT, broken)
        return re.sub(rf"^((?:inter|over|under|con|com|pro|ex|dis|re)(?=[bcdfgmpstvw][a-z]{{3}}))(?!{SOFT})", rf"\1{SOFT}", broken)

    return re.sub(r"(?<![\w’-])[a-z]{7,}(?![\w-])", word, text)

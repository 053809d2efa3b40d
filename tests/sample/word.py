"""The sample reports that are Word files: one with real styles, a table and a footnote, one with headings that are only bold."""

from __future__ import annotations

import datetime
import io
import re
import zipfile

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as PackagePart
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from source import Source

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def styled(source: Source) -> bytes:
    """Heading and list styles, a table of positions, header, footer with page number, a footnote."""
    document = _document(
        source, "Draft 3, not for quotation before release", "Kashubian Institute for Maritime Security, ul. Portowa 00, Gdynia"
    )
    document.add_paragraph(source.facts["title"], style="Title")
    rows: list[list[str]] = []
    for part in source.parts:
        if part.kind == "row":
            rows.append([cell.strip() for cell in part.text.strip(" |").split("|")])
            continue
        if rows:
            _table(document, rows)
            rows = []
        if part.kind == "footnote":
            _footnotes(document, part.text)
        elif part.kind == "heading":
            document.add_heading(part.text, level=1)
        else:
            style = "List Bullet" if part.kind == "bullet" else "Normal"
            _marked(document.add_paragraph(style=style), part.text)
    return _saved(document)


def unstyled(source: Source) -> bytes:
    """Everything in the Normal style: a title and headings that are only larger or bold, numbers typed into the items."""
    document = _document(source, "Tamna Foundation | Conference Report 2018", "")
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(source.facts["title"])
    run.bold, run.font.size = True, Pt(18)
    for part in source.parts:
        paragraph = document.add_paragraph()
        if part.kind == "heading":
            paragraph.add_run(part.text).bold = True
        elif part.kind == "bullet":
            paragraph.style = "List Number"
            paragraph.add_run(part.text)
        else:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.add_run(part.text)
    return _saved(document)


def _document(source: Source, header: str, footer: str) -> Document:
    document = docx.Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    about = document.core_properties
    about.title, about.author, about.comments = "Report template", "K. Intern", ""
    about.created = about.modified = datetime.datetime.fromisoformat(source.facts["end"]) + datetime.timedelta(days=40)
    document.sections[0].header.paragraphs[0].text = header
    foot = document.sections[0].footer.paragraphs[0]
    foot.text = footer + ("\t\t" if footer else "")
    run = foot.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)
    return document


def _table(document: Document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for n, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = n == 0
    document.add_paragraph()


def _marked(paragraph: Paragraph, text: str) -> None:
    """The text, with `^1` as a reference to footnote 1."""
    for piece in re.split(r"(\^\d)", text):
        run = paragraph.add_run("" if piece.startswith("^") else piece)
        if piece.startswith("^"):
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), piece[1:])
            run.font.superscript = True
            run._r.append(reference)


def _footnotes(document: Document, text: str) -> None:
    edge = '<w:footnote w:type="{0}" w:id="{1}"><w:p><w:r><w:{0}/></w:r></w:p></w:footnote>'
    mark = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    own = f'<w:footnote w:id="1"><w:p>{mark}<w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
    edges = edge.format("separator", -1) + edge.format("continuationSeparator", 0)
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>{edges}{own}</w:footnotes>'
    part = PackagePart(PackURI("/word/footnotes.xml"), FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _saved(document: Document) -> bytes:
    """The file's bytes, the same on every day: a zip archive otherwise holds the time of writing."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()

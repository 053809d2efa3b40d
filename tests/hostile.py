"""Files as an attacker would write them, and how to write any PDF by hand. Each builder gives the bytes of one file."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence

MB = 1_000_000
SENTENCE = "Participants agreed that a hotline should be opened. "


def pdf(objects: Sequence[bytes], root: int = 1, *, xref: bytes | None = None) -> bytes:
    """A PDF of these objects, numbered from 1; `root` is the catalog. `xref` stands in place of the true table and trailer."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    if xref is None:
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        size = len(objects) + 1
        xref = b"xref\n0 %d\n0000000000 65535 f \n" % size + table + b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (size, root)
    return bytes(out + xref + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, entries: bytes = b"", *, packed: int = 0) -> bytes:
    """A stream object; `packed` times deflated."""
    filters = b"/FlateDecode " * packed
    for _ in range(packed):
        data = zlib.compress(data, 9)
    head = b"<< /Length %d " % len(data) + (b"/Filter [ " + filters + b"] " if packed else b"") + entries + b" >>"
    return head + b"\nstream\n" + data + b"\nendstream"


CATALOG, FONT = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pages(contents: Sequence[bytes], *, count: int | None = None, more: Sequence[bytes] = ()) -> list[bytes]:
    """Objects of a document with one page for each of `contents` (references such as b"4 0 R"), and `more` objects from number 4."""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + i) for i in range(len(contents)))
    tree = b"<< /Type /Pages /Count %d /Kids [ " % (count or len(contents)) + kids + b" ] >>"
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents %s >>"
    return [CATALOG, tree, FONT, *more, *(leaf % c for c in contents)]


def words(text: str = SENTENCE, times: int = 1) -> bytes:
    """A page's content that shows `text`."""
    return b"BT /F 12 Tf 72 700 Td 14 TL " + b"".join(b"(%s) ' " % text.encode() for _ in range(times)) + b"ET"


def docx(document: bytes, **parts: bytes) -> bytes:
    """A Word file with this document part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", document)
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return packed.getvalue()


_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    b"</Relationships>"
)
_WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
_ROW = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def paragraph(text: str = SENTENCE) -> bytes:
    """A paragraph of a Word file."""
    return _ROW % text.encode()


def word(body: bytes) -> bytes:
    """A Word file with this body."""
    return docx(_WORD % body)


# PDF -------------------------------------------------------------------------------------------------------------------------------


def pdf_bomb(size: int = 500 * MB) -> bytes:
    """500 MB of blanks in half a megabyte."""
    return pdf(pages([b"4 0 R"], more=[stream(b" " * size, packed=1)]))


def pdf_bomb_of_bombs(size: int = 500 * MB) -> bytes:
    """Deflated three times: some kilobytes."""
    return pdf(pages([b"4 0 R"], more=[stream(b" " * size, packed=3)]))


def pdf_shared_stream(count: int = 1_000) -> bytes:
    """A thousand pages that all show the same 5 MB of text operators."""
    return pdf(pages([b"4 0 R"] * count, more=[stream(words(times=5 * MB // 60), packed=1)]))


def pdf_long_content(times: int = 400_000) -> bytes:
    """One page of 24 MB of text operators."""
    return pdf(pages([b"4 0 R"], more=[stream(words(times=times), packed=1)]))


def pdf_lies_about_pages() -> bytes:
    """A page tree that promises two billion pages."""
    return pdf(pages([b"4 0 R"], more=[stream(words())], count=2_000_000_000))


def pdf_many_pages(count: int = 6_000) -> bytes:
    """More pages than are read."""
    return pdf(pages([b"4 0 R"] * count, more=[stream(words())]))


def pdf_pages_of_pages(depth: int = 20, width: int = 10) -> bytes:
    """A tree of pages whose branches are all the same branches: ten to the power of twenty pages."""
    objects = [CATALOG, b"<< /Type /Pages /Count 1 /Kids [ %s ] >>" % (b"3 0 R " * width)]
    objects += [b"<< /Type /Pages /Count 1 /Kids [ %s ] >>" % (b"%d 0 R " % (n + 4) * width) for n in range(depth)]
    return pdf([*objects, b"<< /Type /Page /MediaBox [0 0 9 9] >>"])


def pdf_loop_in_pages() -> bytes:
    """A page tree that is its own child."""
    return pdf(
        [CATALOG, b"<< /Type /Pages /Count 9 /Kids [ 2 0 R 3 0 R ] >>", b"<< /Type /Pages /Parent 2 0 R /Count 1 /Kids [ 2 0 R ] >>"]
    )


def pdf_loop_in_parents() -> bytes:
    """Pages that inherit from each other, for ever."""
    leaf = b"<< /Type /Page /Parent 4 0 R /Contents 5 0 R >>"
    return pdf(
        [CATALOG, b"<< /Type /Pages /Count 1 /Parent 4 0 R /Kids [ 3 0 R ] >>", leaf, b"<< /Type /Pages /Parent 2 0 R >>", stream(words())]
    )


def pdf_loop_in_outline() -> bytes:
    """An outline whose entries follow each other round and round."""
    objects = pages([b"4 0 R"], more=[stream(words())])
    number = len(objects) + 1
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /Outlines %d 0 R /PageLabels %d 0 R >>" % (number, number + 2)
    entry = b"<< /Title (Round) /Parent %d 0 R /Next %d 0 R /Prev %d 0 R /First %d 0 R >>" % ((number, *[number + 1] * 3))
    labels = b"<< /Kids [ %d 0 R %d 0 R ] >>" % (number + 2, number + 2)
    return pdf([*objects, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (number + 1, number + 1), entry, labels])


def pdf_loop_in_xref() -> bytes:
    """A table of places that names itself as the one before."""
    objects = pages([b"4 0 R"], more=[stream(words())])
    plain = pdf(objects)
    start = plain.index(b"xref\n0")
    end = plain.index(b"startxref")
    table = plain[start:end].replace(b"/Root", b"/Prev %d /Root" % start)
    return pdf(objects, xref=table)


def pdf_loop_in_objects() -> bytes:
    """Length, contents and fonts that refer to themselves."""
    own = b"<< /Length 4 0 R /Filter 4 0 R /DecodeParms 4 0 R >>\nstream\n" + words() + b"\nendstream"
    return pdf(pages([b"[ 4 0 R 5 0 R ]"], more=[own, b"5 0 R"]))


def pdf_loop_in_forms() -> bytes:
    """Two forms that show each other."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 4 0 R /B 5 0 R >> >>"
    objects = pages([b"6 0 R"], more=[stream(b"/B Do /A Do", form), stream(b"/A Do /B Do", form), stream(b"/A Do " + words())])
    return pdf([o.replace(b"/Font <<", b"/XObject << /A 4 0 R /B 5 0 R >> /Font <<") for o in objects])


def pdf_forms_of_forms(depth: int = 40) -> bytes:
    """Each form shows the next one twice: two to the power of forty showings."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 3 0 R >> /XObject << /N %d 0 R >> >>"
    forms = [stream(b"/N Do /N Do", form % (5 + n)) for n in range(depth)]
    objects = pages([b"4 0 R"], more=[*forms, stream(words(), b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")])
    return pdf(
        [o.replace(b"/Font << /F 3 0 R >> >> /Contents", b"/XObject << /N 4 0 R >> >> /Contents") for o in objects[:-1]] + objects[-1:]
    )


def pdf_deep(depth: int = 200_000) -> bytes:
    """Lists in lists in lists."""
    return pdf(pages([b"4 0 R"], more=[b"[" * depth + b"]" * depth]))


def pdf_deep_content(depth: int = 200_000) -> bytes:
    """A page's content of nested lists and saved states."""
    return pdf(pages([b"4 0 R"], more=[stream(b"q " * depth + b"[" * depth + words(), packed=1)]))


def pdf_scattered(times: int = 60_000) -> bytes:
    """As many single letters at as many places of one page."""
    show = b"".join(b"1 0 0 1 %d %d Tm (x) Tj " % (n * 7919 % 595, n * 104729 % 842) for n in range(times))
    return pdf(pages([b"4 0 R"], more=[stream(b"BT /F 2 Tf " + show + b"ET", packed=1)]))


def pdf_grid(lines: int = 30_000) -> bytes:
    """A page of rules that cross each other everywhere, and words between them."""
    rules = b"".join(b"%d 0 m %d 842 l S 0 %d m 595 %d l S " % ((n % 595,) * 2 + (n % 842,) * 2) for n in range(lines))
    return pdf(pages([b"4 0 R"], more=[stream(rules + words(times=50), packed=1)]))


def pdf_wide_map(size: int = 2_000_000) -> bytes:
    """A font whose map of letters names a range of two thousand million letters, many times."""
    ranges = b"1 begincodespacerange <00> <FFFFFFFF> endcodespacerange\n" + b"1 beginbfrange <00000000> <7FFFFFFF> <0041> endbfrange\n" * 50
    objects = pages([b"5 0 R"], more=[stream(ranges), stream(words())])
    objects[2] = FONT.replace(b">>", b"/ToUnicode 4 0 R >>")
    return pdf(objects) + b"%" * size


# Word ------------------------------------------------------------------------------------------------------------------------------


def docx_bomb(size: int = 300 * MB) -> bytes:
    """300 MB of blanks in 300 KB."""
    return word(paragraph() + b" " * size)


def docx_many_paragraphs(count: int = 400_000) -> bytes:
    """As many one-word paragraphs, within the size that is allowed."""
    return word(paragraph("x") * count)


def docx_deep(depth: int = 100_000) -> bytes:
    """Tables in tables."""
    return word(b"<w:tbl><w:tr><w:tc>" * depth + paragraph() + b"</w:tc></w:tr></w:tbl>" * depth)


def docx_nested_tables(depth: int = 200) -> bytes:
    """Nested as deep as libxml2 allows, each table twice in the one above."""
    return word(b"<w:tbl><w:tr><w:tc>" * depth + paragraph() * 50 + (b"</w:tc><w:tc>" + paragraph() + b"</w:tc></w:tr></w:tbl>") * depth)


def docx_entities() -> bytes:
    """Ten entities, each ten times the one before: "billion laughs"."""
    entities = b'<!ENTITY e0 "laugh">' + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    body = _WORD % (_ROW % b"Participants agreed. &e9;")
    return docx(b"<!DOCTYPE w:document [" + entities + b"]>" + body)


def docx_external(target: str) -> bytes:
    """An entity that is a file of this machine."""
    entity = b'<!DOCTYPE w:document [<!ENTITY x SYSTEM "%s">]>' % target.encode()
    return docx(entity + _WORD % (_ROW % b"Participants agreed on &x; here."))


# Web pages and text ----------------------------------------------------------------------------------------------------------------


def page(body: str) -> bytes:
    """A web page."""
    return f"<!DOCTYPE html><html><head><title>Report</title></head><body><article>{body}</article></body></html>".encode()


def html_deep(depth: int = 100_000) -> bytes:
    """A hundred thousand open tags in each other."""
    return page("<div>" * depth + f"<p>{SENTENCE}</p>")


def html_many_tags(count: int = 100_000) -> bytes:
    """A hundred thousand paragraphs of one word."""
    return page("<p>word</p>" * count)


def html_many_links(count: int = 100_000) -> bytes:
    """A hundred thousand links in one paragraph."""
    return page(f"<p>{SENTENCE}" + "<a href='#'>x</a> " * count + "</p>")


def html_attributes(count: int = 50_000) -> bytes:
    """One tag with fifty thousand attributes, and a class of a megabyte."""
    return page("<div " + " ".join(f"a{n}=1" for n in range(count)) + f" class='{'menu ' * 200_000}'><p>{SENTENCE * 20}</p></div>")


def html_table(rows: int = 2_000) -> bytes:
    """A table of a hundred thousand cells, and cells that claim to span a million columns."""
    row = "<tr>" + "<td colspan=1000000 rowspan=65534>fish</td>" * 50 + "</tr>"
    return page(f"<p>{SENTENCE * 20}</p><table>{row * rows}</table>")


def html_lists(depth: int = 5_000) -> bytes:
    """Lists in lists."""
    return page("<ul><li>Participants agreed" * depth)


def html_entities(target: str = "file:///etc/passwd") -> bytes:
    """An XHTML page with entities of entities, and one of a file."""
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    text = f'<?xml version="1.0"?><!DOCTYPE html [{entities}<!ENTITY x SYSTEM "{target}">]>'
    return f"{text}<html><body><p>{SENTENCE * 5} &j; &x;</p></body></html>".encode()


def html_base64(size: int = 20 * MB) -> bytes:
    """A picture of twenty megabytes inside the page."""
    return page(f"<p>{SENTENCE * 20}</p><img src='data:image/png;base64,{'A' * size}'>")


def mhtml_parts(count: int = 20_000) -> bytes:
    """A saved page of twenty thousand parts, nested."""
    head = b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=%d\r\n\r\n"
    parts = b"".join(b"--%d\r\nContent-Type: multipart/related; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(count))
    return head % 0 + parts + b"--%d\r\nContent-Type: text/html\r\n\r\n" % count + page(SENTENCE)


def one_line(unit: str, size: int = 10 * MB) -> bytes:
    """A line of ten megabytes made of `unit`."""
    return (unit * (size // len(unit.encode()) + 1)).encode()[:size]


UNITS = {
    "a": "a",
    "blanks": " ",
    "sentences": SENTENCE,
    "no stops": "participants agreed that ",
    "stops": "A. b. ",
    "dots": ".",
    "open brackets": "( [ “ ",
    "quotes": 'he said "x ',
    "abbreviations": "Dr. Mr. U.S. p. 3 ",
    "numbers": "1.2.3 ",
    "names": "Japan, Russia and the United States of ",
    "capitals": "The Minister Of ",
    "dates": "on 3-5 May 2019 and 2 June ",
    "rounds": "the third round of the Baltic Dialogue in ",
    "hyphens": "a-b–",
    "commas": "fish, ",
    "colons": "Japan: ",
    "stars": "* _",
    "hashes": "# ",
    "pipes": "|a|b",
    "ticks": "`a ``",
    "links": "[a](",
    "less": "<a ",
    "amps": "&amp;&#x;",
    "angles": "> > ",
    "nul": "a\0b ",
    "accents": "e\u0301\u0301\u0301",
    "rtl": "\u202e\u200b\u2066x",
    "chinese": "参加者は合意した。",
    "separators": "a\u2028\u0085",
    "backslashes": "\\",
    "paragraphs": "Japan agreed.\n\n",
    "lines": "Japan agreed\n",
    "headings": "\n\nHeading Of It\n\n",
    "items": "- Japan agreed\n",
    "numbered": "1. Japan agreed\n",
    "indents": "\n \t  x",
    "tables": "| a | b |\n",
    "dashes": "---\n",
    "quotes of quotes": "\n> ",
}
"""What lines and texts of ten megabytes may be made of."""

FILES: dict[str, Callable[[], bytes]] = {
    "pdf-bomb.pdf": pdf_bomb,
    "pdf-bomb-of-bombs.pdf": pdf_bomb_of_bombs,
    "pdf-shared-stream.pdf": pdf_shared_stream,
    "pdf-long-content.pdf": pdf_long_content,
    "pdf-lies-about-pages.pdf": pdf_lies_about_pages,
    "pdf-many-pages.pdf": pdf_many_pages,
    "pdf-pages-of-pages.pdf": pdf_pages_of_pages,
    "pdf-loop-in-pages.pdf": pdf_loop_in_pages,
    "pdf-loop-in-parents.pdf": pdf_loop_in_parents,
    "pdf-loop-in-outline.pdf": pdf_loop_in_outline,
    "pdf-loop-in-xref.pdf": pdf_loop_in_xref,
    "pdf-loop-in-objects.pdf": pdf_loop_in_objects,
    "pdf-loop-in-forms.pdf": pdf_loop_in_forms,
    "pdf-forms-of-forms.pdf": pdf_forms_of_forms,
    "pdf-deep.pdf": pdf_deep,
    "pdf-deep-content.pdf": pdf_deep_content,
    "pdf-scattered.pdf": pdf_scattered,
    "pdf-grid.pdf": pdf_grid,
    "pdf-wide-map.pdf": pdf_wide_map,
    "docx-bomb.docx": docx_bomb,
    "docx-many-paragraphs.docx": docx_many_paragraphs,
    "docx-deep.docx": docx_deep,
    "docx-nested-tables.docx": docx_nested_tables,
    "docx-entities.docx": docx_entities,
    "docx-external.docx": lambda: docx_external("file:///etc/passwd"),
    "html-deep.html": html_deep,
    "html-many-tags.html": html_many_tags,
    "html-many-links.html": html_many_links,
    "html-attributes.html": html_attributes,
    "html-table.html": html_table,
    "html-lists.html": html_lists,
    "html-entities.xhtml": html_entities,
    "html-base64.html": html_base64,
    "mhtml-parts.mhtml": mhtml_parts,
}
"""Hostile files by name."""

PAGES = {"pdf-shared-stream.pdf": 1_000}
"""Pages of those that are given time for them."""

"""From a file to a report: which reader a file needs, by its name and by what it truly is.

A file is read as what it is: a web page saved as "report.pdf" is read as a web page. Only regular files are opened, so that a pipe or a
device in the folder stops nothing. Heavy libraries stand inside the reader that needs them.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Literal

from index.errors import UnreadableReport
from index.report import Report

Format = Literal["text", "markdown", "html", "mhtml", "pdf", "docx"]

_FORMATS: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
}
SUFFIXES = frozenset(_FORMATS)
"""The file name endings, in lower case with their dot, that `read_report` knows."""

_NO_FILE = "It is not a file but a folder, pipe or device. Put the report itself here."
_KNOWN = "Reports may be .txt, .md, .html, .mhtml, .pdf or .docx."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF", b"BM6")
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<(?:!doctype|html|head|body|p|div|span|table|br|h[1-6]|ul|ol|pre|a|font|title|meta)\b", re.IGNORECASE)
_MAIL = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?content-type:\s*(?:multipart/related|text/html)\b", re.IGNORECASE)


def read_report(path: Path, report_id: str) -> Report:
    """The report in the file `path`, under the name `report_id` (its path inside the documents folder, with "/").

    Raises UnreadableReport, whose message says what is wrong with the file and what its owner can do.
    """
    suffix = path.suffix.lower()
    data = _bytes(path)
    if not data.strip():
        raise UnreadableReport("The file is empty. Save the report again, or remove the file.")
    report = _read(_format(data, suffix), path, data, report_id)
    if not any(c.isalnum() for c in report.text):
        raise UnreadableReport("There are no words in it. Check that the file holds the report's text.")
    if all(block.kind == "furniture" for block in report.blocks):
        raise UnreadableReport("It holds only menus, forms and other page furniture. Save the page that shows the report itself.")
    return report


def _read(form: Format, path: Path, data: bytes, report_id: str) -> Report:
    if form == "pdf":
        from index.readers.pdf import read_pdf

        return read_pdf(path, report_id)
    if form == "docx":
        from index.readers.docx import read_docx

        return read_docx(path, report_id)
    if form == "mhtml":
        from index.readers.html import read_mhtml

        return read_mhtml(data, report_id)
    if form == "html":
        from index.readers.html import read_html

        return read_html(data, report_id)
    if form == "markdown":
        from index.readers.markdown import read_markdown

        return read_markdown(data, report_id)
    from index.readers.text import read_text

    return read_text(data, report_id)


@contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """A regular file, open for reading. Opening does not wait, so a pipe without a writer is refused rather than waited for.

    Raises OSError, and UnreadableReport for what is no file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableReport(_NO_FILE)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadableReport(_NO_FILE)
        yield file


def _bytes(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read()
    except PermissionError as error:
        raise UnreadableReport("You are not allowed to read this file. Change its permissions, or put a copy here.") from error
    except FileNotFoundError as error:
        raise UnreadableReport("The file is gone, or the link leads nowhere. Put it back, or rebuild once more.") from error
    except (OSError, ValueError) as error:
        raise UnreadableReport(
            f"The file cannot be opened ({getattr(error, 'strerror', None) or 'its name cannot be used'}). Copy it anew."
        ) from error


def _format(data: bytes, suffix: str) -> Format:
    """What the file is: by its first bytes, else by its name."""
    head = data.lstrip(b"\xef\xbb\xbf")[:4096]
    if head.lstrip().startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip(data)
    if head.startswith(_OLE):
        if suffix == ".docx":
            raise UnreadableReport("It is locked with a password, or an old Word file under a new name. Save an unlocked copy as .docx.")
        raise UnreadableReport("It is an old Office file (.doc). Save it as .docx.")
    if head.startswith(b"{\\rtf"):
        raise UnreadableReport("It is a rich text file (.rtf). Save it as .docx.")
    if head.startswith(_PICTURES):
        raise UnreadableReport("It is a picture, not a text. Run text recognition (OCR) on it and save the result as PDF or .txt.")
    if _MAIL.match(head):
        return "mhtml"
    if _PAGE.match(head):
        return "html"
    return _by_name(data, suffix)


def _zip(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableReport("The file is damaged or was only partly copied. Copy it anew from where it came.") from error
    if "word/document.xml" in names:
        return "docx"
    if {"xl/workbook.xml", "ppt/presentation.xml", "content.xml", "mimetype"} & names:
        raise UnreadableReport("It is a spreadsheet, slides or another office file. Save its text as .docx or PDF.")
    raise UnreadableReport(f"It is an archive (zip), not a report. Unpack it here. {_KNOWN}")


def _by_name(data: bytes, suffix: str) -> Format:
    if suffix == ".doc":
        raise UnreadableReport("It is named .doc, the old Word format. Save it as .docx.")
    form = _FORMATS.get(suffix)
    if form is None:
        raise UnreadableReport(f"Files of this kind ({suffix or 'no ending'}) are not read. {_KNOWN}")
    if form == "html" and not _TAG.search(data):
        return "text"
    if form in ("pdf", "docx", "mhtml"):
        if b"\0" in data[:4096]:
            raise UnreadableReport(f"It is named {suffix} but is not such a file, or it is damaged. Copy it anew from where it came.")
        return "html" if _TAG.search(data[:4096]) else "text"
    return form

"""The sample reports that are text: saved web pages, pasted text, a hard-wrapped summary, a Markdown note, a file from an old office PC."""

from __future__ import annotations

import html
import re
import textwrap
from pathlib import Path

from source import Source

PICTURE = '<tr><td><img src="img/p.jpg"></td></tr>'
TEMPLATES = Path(__file__).parent / "templates"


def modern_page(source: Source) -> bytes:
    """A post as a present-day publishing system writes it: h2, p and figure elements."""
    out = []
    for n, part in enumerate(source.parts):
        text = _wrapped(html.escape(part.text, quote=False))
        if part.kind == "heading":
            out.append(f"<h2>{text}</h2>")
        elif part.kind == "caption":
            out.append(
                f'<figure class="wp-block-image"><img src="Trilateral_files/img{n}.jpg" alt=""><figcaption>{text}</figcaption></figure>'
            )
        else:
            out.append(f"<p>{text}</p>")
    return _filled("trilateral-2.html", "\n".join(out)).encode()


def old_page(source: Source) -> bytes:
    """An institute's page of tables, line breaks and character entities."""
    out = ['<div class="txt">']
    for part in source.parts:
        text = _entities(part.text)
        if part.kind == "heading":
            out.append(f'<div class="hl"><b>{text}</b></div>')
        elif part.kind == "caption":
            out.append(f'<table class="pic" align="right">{PICTURE}<tr><td class="cap"><i>{text}</i></td></tr></table>')
        elif part.kind == "item":
            out.append(f"{part.marker}{text}<br>")
        else:
            out.append(f"{_wrapped(text)}<br><br>")
    return _filled("rivers.html", "\n".join([*out, "</div>"])).encode("ascii")


def pasted_page(source: Source) -> bytes:
    """What remains when somebody copies a whole web page into a text editor."""
    return _filled("trilateral-4.txt", "\n\n".join(part.text for part in source.parts)).encode()


def hard_wrapped(source: Source) -> bytes:
    """A chair's summary in lines of 72 columns, 33 lines to the page, with a repeated header and page numbers."""
    lines = [line.center(72).rstrip() for line in textwrap.wrap(source.facts["title"], 60)]
    lines += ["", "Takoradi, 12-13 November 2020".center(72).rstrip(), ""]
    for part in source.parts:
        width = len(part.marker)
        body = part.marker + part.text if part.kind == "numbered" else part.text
        lines += ["", *textwrap.wrap(body, 72, subsequent_indent=" " * width if part.kind == "numbered" else "", break_on_hyphens=False)]
    pages = [lines[n : n + 33] for n in range(0, len(lines), 33)]
    out = []
    for number, page in enumerate(pages, 1):
        head = [] if number == 1 else ["Volta Centre for Maritime Affairs - for participants only", ""]
        out.append("\n".join([*head, *page, "", f"- {number} -".center(72).rstrip()]))
    return ("\n\f".join(out) + "\n\nPlease recycle this paper after use.\n").encode()


def markdown(source: Source) -> bytes:
    """A note in Markdown, with the front matter of a note-taking program."""
    out = [
        "---",
        "tags: [seabed, meetings]",
        "revision: 3",
        "---",
        "",
        f"# {source.facts['title']}",
        "",
        "*Last edited by mk-hf, 3 revisions*",
    ]
    before = ""
    for part in source.parts:
        if not (part.kind == before == "bullet"):
            out.append("")
        before = part.kind
        out.append(part.marker + part.text if part.kind in ("heading", "bullet") else textwrap.fill(part.text, 100, break_on_hyphens=False))
    return ("\n".join([*out, "", "---", "", "Exported from PaperBoat Notes"]) + "\n").encode()


def old_office(source: Source) -> bytes:
    """Windows-1252 with its line ends, one line a paragraph, headings in capitals, as an old office PC saves it."""
    out = [source.facts["title"], ""]
    for part in source.parts:
        out += [part.text.upper() if part.kind == "heading" else part.text, ""]
    out += ["-- ", "Sent from my office PC – please excuse the accents", "VIRUS-FREE. www.example.org", ""]
    return "\r\n".join(out).encode("cp1252")


def _filled(template: str, body: str) -> str:
    return (TEMPLATES / template).read_text("utf-8").replace("{{body}}", body)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_on_hyphens=False)


def _entities(text: str) -> str:
    """HTML with every character beyond ASCII as an entity, and no break between a day and its month or a number and its unit."""
    text = re.sub(r"(\d) (December|January|metres|megawatts|millimetres)", "\\1\u00a0\\2", text)
    return (
        html.escape(text, quote=False)
        .encode("ascii", "xmlcharrefreplace")
        .decode()
        .replace("&#8217;", "&rsquo;")
        .replace("&#160;", "&nbsp;")
    )

"""Marks that tell what a piece of text is, in whatever format it stands: list markers, captions, rubbish titles."""

from __future__ import annotations

import re

# A bullet, a dash, a number or a letter at the start of a list item.
MARKER = re.compile(
    r"(?:[•◦▪▫‣⁃●○■□►▸➢➤✓✔❖◆◊§¤·∙\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf06e\uf02d*]|[-–—](?=\s|$)|o(?=\s+[A-Z])"
    r"|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5}|[IVX]{1,5}|[A-H])[.)](?=\s|$)|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s))\s*"
)

# "Figure 3. ...", "Photo: ...".
CAPTION = re.compile(
    r"(?:(?:figure|fig\.|table|chart|graph|map|box|photo(?:graph)?|image|picture|plate|exhibit|illustration"
    r"|abbildung|abb\.|tabelle|tableau|cuadro|gráfico|carte|рис\.|таблица)"
    r"\s*(?:no\.?\s*)?[\dIVXA-F]{1,4}(?:[.\-–]\d+)*\s*(?:[.:–—|-]|\s(?=[A-Z«“\"])|$)"
    r"|(?:photo|photograph|image|picture|source|credit|photo credit|photograph by|image credit|fotografie|foto|caption)s?\s*:"
    r"|(?:photo|photograph|image|foto) (?:by|courtesy|©))",
    re.IGNORECASE,
)

# "Energy ......... 7": an entry of a table of contents.
LEADER = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*(?:\d{1,4}|[ivxl]{1,6})\s*$")

_RUBBISH_TITLE = re.compile(
    r"(?:untitled|anonymous|unnamed|new|word|document|doc|title|draft|final|report|layout|print|slide|presentation"
    r"|template|no title|none|\W|\d)*"
    r"(?:\.\w{2,5})?"
    r"|microsoft (?:word|powerpoint) ?-.*"
    r"|.*\.(?:docx?|rtf|odt|pdf|indd|qxd|pptx?|html?|tex|dvi|wpd|pages|pub)"
    r"|https?:.*|about:.*",
    re.IGNORECASE,
)


def declared_title(declared: str) -> str | None:
    """The title that a file's properties declare, or None where a program put it there ("Microsoft Word - draft3.doc", "untitled")."""
    title = re.sub(r"\s+", " ", declared.replace("\x00", "")).strip()
    return None if not title or _RUBBISH_TITLE.fullmatch(title) else title

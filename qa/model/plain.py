"""A model's sentence as plain text: no markup, no address, no character that a reader cannot see or would take for another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qa.contract import Statement

LONGEST = 600  # characters of a sentence
_MARKUP = re.compile(r"[<>`*_#|~\\{}\[\]^=@]|://|\bwww\.|&#?\w+;|\b[a-z0-9-]{2,}\.[a-z]{2,}(?:/|\b)", re.IGNORECASE)
_LABELS = re.compile(r"\s*[\[(]\s*((?:\d{1,3}\s*[,;]?\s*)+)[\])]")
_TYPOGRAPHY = frozenset("‘’“”–—…«»\u00a0")
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»")
_QUOTES = frozenset('“”"«»')


def plain_text(text: str, numbers: Sequence[int], statements: Sequence[Statement]) -> tuple[str, str | None]:
    """The sentence without what it may lose ("[1]", double spaces), and why it cannot be shown, or None.

    numbers     the statements it names: "[3]" in its text must be among them.
    statements  those statements: a letter beyond ASCII is shown where one of them has it.
    """
    for found in _LABELS.finditer(text):
        named = [int(n) for n in re.findall(r"\d+", found.group(1))]
        if found.group().strip().startswith("[") and not set(named) <= set(numbers):
            return text, "number of no statement"
    text = re.sub(r"\s*\[\s*(?:\d{1,3}\s*[,;]?\s*)+\]", "", text)
    text = unicodedata.normalize("NFC", text.replace("\u00a0", " "))
    if any(not c.isprintable() and c not in " \n\t\r" for c in text):
        return text, "characters"
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return text[:LONGEST], "length"
    if _MARKUP.search(text):
        return text, "markup"
    given = (f"{s.quote}{s.antecedent or ''}{s.citation.title}{s.citation.place or ''}" for s in statements)
    known = set(unicodedata.normalize("NFC", "".join(given)))
    if any(not c.isascii() and c not in _TYPOGRAPHY and c not in known for c in text):
        return text, "characters"
    return text, None


def quotes_stand(text: str, statement: Statement) -> bool:
    """Whether all that the sentence puts into quotation marks is in the statement, to the letter."""
    if not _QUOTES & set(text):
        return True
    if _QUOTES & set(_QUOTED.sub("", text)):
        return False  # one that does not close
    quote = " ".join(statement.quote.split())
    parts = (next(filter(None, m.groups()), "").strip(" ,.") for m in _QUOTED.finditer(text))
    return all(part and part in quote for part in parts)


def without_added_quotes(text: str, statement: Statement) -> str:
    """The sentence without quotation marks that are the model's own, which would hide from the rules of reading what stands in them."""
    return text if _QUOTES & set(statement.quote) else "".join(c for c in text if c not in _QUOTES)

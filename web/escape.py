"""The one way by which text that people wrote becomes HTML.

Report text, titles, file names and questions are data. Every character that is neither a letter nor a digit becomes an entity, so that no
tag, attribute, style, Markdown, formula, template or address survives, whatever later looks at the string.
"""

from __future__ import annotations

_UNSHOWABLE = "&#65533;"  # HTML cannot hold NUL or half of a surrogate pair: the replacement character stands for them


def escape(text: str) -> str:
    """`text` for an HTML element's content or a quoted attribute; a browser reads back the same characters."""
    return "".join(character if character.isalnum() else _entity(character) for character in text)


def bidi(text: str) -> str:
    """`text` as inline HTML whose writing direction, and any direction mark in it, cannot reorder what stands around it."""
    return f'<bdi dir="auto">{escape(text)}</bdi>'


def attributes(**values: object) -> str:
    """HTML attributes with a leading space; `_` in a name becomes "-", None and False leave the attribute out, True stands alone."""
    parts = []
    for name, value in values.items():
        attribute = name.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(f" {attribute}")
        elif value is not None and value is not False:
            parts.append(f' {attribute}="{escape(str(value))}"')
    return "".join(parts)


def _entity(character: str) -> str:
    code = ord(character)
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        return _UNSHOWABLE
    if 0x80 <= code <= 0x9F:
        return character  # HTML reads &#128; to &#159; as Windows-1252; as themselves these controls mean nothing to it
    return f"&#{code};"

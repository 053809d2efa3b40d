"""The page's text as HTML: inline, with its writing direction, and as attributes. What escapes it is `qa.markup.escape`, for all doors."""

from __future__ import annotations

from qa.markup import escape

__all__ = ["attributes", "bidi", "escape"]


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

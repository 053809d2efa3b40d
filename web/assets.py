"""The page's style sheet and script, each put together from one file a view: gradio takes one of each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
STYLES: Final = ("page", "talk", "ask", "reader", "library", "sizes", "leaf", "compare", "talks", "model")
"""In this order: what comes later wins."""
SCRIPTS: Final = ("leaf", "compare", "page", "library", "talks", "model")


def style() -> str:
    """All of web/style/ as one sheet."""
    return "".join((HERE / "style" / f"{name}.css").read_text("utf-8") for name in STYLES)


def script() -> str:
    """All of web/script/ as the body of one function, which gradio runs with `element` and `trigger`."""
    return "".join((HERE / "script" / f"{name}.js").read_text("utf-8") for name in SCRIPTS)

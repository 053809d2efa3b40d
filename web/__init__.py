"""The panels of the web chat; `web/toolkit.py` imports gradio.

`web.build(index)` gives the page, `web.launch(index=..., ...)` serves it. Both load gradio, which takes a second or two: they are fetched
when they are first named, so that the modules that only write HTML stay quick to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web.page import build
    from web.serve import launch

__all__ = ["build", "launch"]


def __getattr__(name: str) -> Any:
    home = {"build": "web.page", "launch": "web.serve"}.get(name)
    if home is None:
        raise AttributeError(f"module 'web' has no attribute {name!r}")
    return getattr(import_module(home), name)

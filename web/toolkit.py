"""gradio, imported in half the time: the one door to it.

While it is imported, gradio reads the source of each of its eighty components to write stubs for editors, and the garbage collector goes
again and again through what will stay for good. Neither is of use to who waits for the page.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

__all__ = ["gradio"]

_STUBS = "create_or_modify_pyi"


def _without_stubs() -> None:
    """Import gradio without the stubs, where it is made as we know it; else leave it to be imported as it is."""
    spec = find_spec("gradio")
    if "gradio" in sys.modules or spec is None or spec.loader is None:
        return
    before = set(sys.modules)
    package = sys.modules["gradio"] = module_from_spec(spec)
    try:
        writer: Any = import_module("gradio.component_meta")
        getattr(writer, _STUBS)  # is there
        setattr(writer, _STUBS, lambda *_: None)
        spec.loader.exec_module(package)
    except (ImportError, AttributeError):
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "gradio":
                del sys.modules[name]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile, nor later among what is there now."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


with _uncollected():
    _without_stubs()
    import gradio

"""Before a question: read, clean, split, attribute, embed, store, rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.rebuilding import Rebuilt, rebuild

__all__ = ["Rebuilt", "rebuild"]


def __getattr__(name: str) -> Any:
    """Load the rebuild when it is asked for: the children that read files import this package too, and need none of it."""
    if name in __all__:
        from index import rebuilding  # noqa: PLC0415

        return getattr(rebuilding, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

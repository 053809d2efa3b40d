"""Opening the index and the model while the page is made, so that the first answer is as quick as the next."""

from __future__ import annotations

import contextlib
import threading

import qa
from index.errors import RapporteurError


def warm(index: str) -> None:
    """Begin to open `index` beside whatever comes next; what is wrong with it the page itself says, at the first question."""
    threading.Thread(target=_open, args=(index,), name="warm", daemon=True).start()


def _open(index: str) -> None:
    with contextlib.suppress(RapporteurError):
        qa.retrieve("warm", k=1, index=index)

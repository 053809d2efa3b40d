"""Pages of PDFs as pictures, drawn in a child process that may be ended at any time."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from index.errors import UnreadableReport
from index.readers.children import Child, ChildEndedError
from index.readers.page_image import PageImage, Wanted, draw_page

SECONDS: Final = 20
KEPT: Final = 24  # pictures of some hundred kilobytes: going to and fro between citations draws nothing twice
_drawing = threading.Lock()  # one child, one page at a time


@lru_cache(maxsize=KEPT)
def draw(path: Path, wanted: Wanted) -> PageImage:
    """The page of the PDF at `path`. Raises UnreadableReport: the file has changed, is none, or its page cannot be drawn."""
    try:
        outcome = _drawn(path, wanted)
    except TimeoutError:
        outcome = UnreadableReport(f"Drawing the page took longer than {SECONDS} seconds. The text beside it is what was read.")
    except (OSError, ChildEndedError):
        outcome = UnreadableReport("The program that draws pages ended without a word. The text beside it is what was read.")
    if isinstance(outcome, UnreadableReport):
        raise outcome
    assert isinstance(outcome, PageImage)  # noqa: S101  # all that the child gives
    return outcome


def _drawn(path: Path, wanted: Wanted) -> Any:
    with _drawing:
        try:
            return _child().call(draw_safely, path, wanted, seconds=SECONDS)
        except (TimeoutError, ChildEndedError):
            _child.cache_clear()
            raise


@lru_cache(maxsize=1)
def _child() -> Child:
    """Started with the first page that somebody wants to see; it ends with this process."""
    from index.readers.guard import bounded_child  # noqa: PLC0415  # loads the readers

    return bounded_child()


def draw_safely(path: Path, wanted: Wanted) -> PageImage | UnreadableReport:
    """In the child: the picture, or the reason why there is none, whatever goes wrong in PDFium."""
    try:
        return draw_page(path, wanted)
    except UnreadableReport as error:
        return error
    except MemoryError:
        return UnreadableReport("Drawing the page needs too much memory. The text beside it is what was read.")
    except Exception:  # a defect of one page is not the reader's to see as a traceback
        return UnreadableReport("The page cannot be drawn. The text beside it is what was read.")

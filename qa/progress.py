"""The progress bar of a rebuild on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.rebuilding import Progress


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar with a true total of files, on standard error and only where that is a terminal."""
    from tqdm import tqdm  # noqa: PLC0415  # only for commands that index

    with tqdm(total=0, unit="file", disable=not sys.stderr.isatty(), dynamic_ncols=True, leave=False) as bar:

        def progress(done: int, total: int, file: str) -> None:
            bar.total, bar.n = total, done
            bar.set_description(file[-40:] or "storing", refresh=False)
            bar.refresh()

        yield progress

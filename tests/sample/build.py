"""Writes the sample library and its judgement: `python tests/sample/build.py` from the repository's root.

The reports go to documents/, gold.json beside this file. Written again from unchanged sources, every file is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gold
import plain
import printed
import word
from source import Source, read_source

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent.parent / "documents"
FORMATS: dict[str, Callable[[Source], bytes]] = {
    "trilateral-2": plain.modern_page,
    "trilateral-3": printed.plain_report,
    "trilateral-4": plain.pasted_page,
    "chair": plain.hard_wrapped,
    "antarctic": printed.two_columns,
    "twoseas": word.styled,
    "seabed": plain.markdown,
    "tamna": word.unstyled,
    "rivers": plain.old_page,
    "cadiz": plain.old_office,
}


def main() -> None:
    """Build every report, then the judged set."""
    sources = {}
    for stem, build in FORMATS.items():
        source = sources[stem] = read_source(HERE / "source" / f"{stem}.txt")
        (DOCUMENTS / source.facts["file"]).write_bytes(build(source))
    gold.write(sources, DOCUMENTS, HERE)


if __name__ == "__main__":
    main()

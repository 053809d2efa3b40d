"""Writes the sample library and its judgement: `python tests/sample/build.py` from the repository's root.

The reports go to documents/, gold.json beside this file; `build.py FOLDER` makes a judged set: FOLDER/reports and FOLDER/gold.json.
Written again from unchanged sources, every file is the same to the byte (PDF and DOCX: with the same versions of their libraries).
"""

from __future__ import annotations

import sys
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


def main(documents: Path, judged: Path) -> None:
    """Build every report into `documents`, then gold.json into `judged`."""
    documents.mkdir(parents=True, exist_ok=True)
    sources = {}
    for stem, build in FORMATS.items():
        source = sources[stem] = read_source(HERE / "source" / f"{stem}.txt")
        (documents / source.facts["file"]).write_bytes(build(source))
    gold.write(sources, documents, (HERE / "questions.txt").read_text("utf-8"), judged / "gold.json")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]) / "reports", Path(sys.argv[1]))
    else:
        main(DOCUMENTS, HERE)

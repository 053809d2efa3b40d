"""What a rebuild did, in lines for a terminal."""

from __future__ import annotations

from index.rebuilding import Rebuilt


def lines_of(built: Rebuilt) -> list[str]:
    """All of it: the counts, then what was left out and why."""
    first = (
        f"{len(built.added)} added, {len(built.changed)} changed, {len(built.removed)} removed, {built.unchanged} unchanged: "
        f"{built.passages} passages, {built.sentences} sentences, {built.seconds:.1f} s"
    )
    return [first, *_left_out(built)]


def news_of(built: Rebuilt, before: Rebuilt) -> list[str]:
    """A line for each file with which something happened since the rebuild `before`."""
    known = set(_left_out(before))
    return [
        *(f"added {path}" for path in built.added),
        *(f"changed {path}" for path in built.changed),
        *(f"removed {path}" for path in built.removed),
        *(line for line in _left_out(built) if line not in known),
    ]


def _left_out(built: Rebuilt) -> list[str]:
    duplicates = [f"same as {duplicate.same_as}, indexed once: {duplicate.path}" for duplicate in built.duplicates]
    return [*duplicates, *(f"skipped {skipped.path}: {skipped.reason}" for skipped in built.skipped)]

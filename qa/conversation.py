"""Follow-ups become standalone questions, by rules; everything after sees only the standalone question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.store import Snapshot


def standalone(snapshot: Snapshot, question: str, history: Sequence[Mapping[str, str]]) -> str:
    """The question as it can be asked alone."""
    return " ".join(question.split())

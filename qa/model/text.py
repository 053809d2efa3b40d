"""A model's brief as plain text for a terminal, set apart from the answer, which follows it whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qa.contract import Answer, ModelBrief
from qa.model.endpoint import Endpoint
from qa.model.write import Writing, write_brief


def brief_text(brief: ModelBrief) -> str:
    """The brief with its citations, what became of the rest, and what it would ask; "" where there is nothing to say."""
    parts = []
    if brief.status == "written":
        parts.append(f"In the words of {brief.model}, a language model; quote the statements below, not these:")
        parts += [f"  {s.text} {''.join(s.labels)}" for s in brief.sentences]
    if brief.note:
        parts.append(brief.note)
    if brief.suggested:
        parts.append(f"It would ask: {brief.suggested}")
    return "\n".join(parts)


def write_at_terminal(
    answer: Answer, endpoint: Endpoint, index: str | Path, history: Sequence[Mapping[str, str]], show: Callable[[str], None]
) -> Answer:
    """The answer with the model's brief. `show` is told how the writing goes on, one line in the place of the last; Ctrl+C stops it."""
    last: Writing | ModelBrief | None = None
    try:
        for last in write_brief(answer, endpoint, index=index, history=history):
            if isinstance(last, Writing):
                show(f"{endpoint.model} is writing: {last.sentences} sentences in {last.seconds:.0f} s. Ctrl+C leaves it out.")
    except KeyboardInterrupt:
        last = ModelBrief(endpoint.model, "stopped", note=f"{endpoint.model} was stopped. The answer below is complete without it.")
    show("")
    return replace(answer, model=last) if isinstance(last, ModelBrief) else answer

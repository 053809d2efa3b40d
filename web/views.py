"""What the page's other views ask for: comparisons, page images, originals, questions to go on with."""

from __future__ import annotations

from typing import Any

from web.answer import problem_html
from web.desk import Desk
from web.toolkit import gradio as gr
from web.turnstile import Busy, Turnstile


class Views:
    """The handlers of events that are no questions."""

    def __init__(self, desk: Desk, turnstile: Turnstile) -> None:
        """Comparisons wait at the same turnstile as questions; trying questions for later waits for itself, and gives way."""
        self._desk = desk
        self._turnstile = turnstile
        self._trying = Turnstile(1, waiting=4)

    async def compare(self, event: gr.EventData) -> str:
        """The comparison of what page.js sent."""
        try:
            return await self._turnstile.run(self._desk.compare, sent(event, "topic"), sent(event, "series"))
        except Busy as busy:
            return problem_html(str(busy))

    async def topics(self) -> str:
        """Topics that can be compared; none when others wait for theirs."""
        try:
            return await self._trying.run(self._desk.topics)
        except Busy:
            return ""

    async def more(self, stored: object) -> str:
        """Questions to go on with after the last turn; none when others wait for theirs."""
        try:
            return await self._trying.run(self._desk.more, stored)
        except Busy:
            return ""

    def model(self, stored: object, event: gr.EventData) -> tuple[str, Any]:
        """How far a language model is with the last answer, and the turns once its brief is one of them."""
        if sent(event, "leave"):
            self._desk.leave_model(sent(event, "key"))
            return "", gr.skip()
        found, kept = self._desk.model(stored, sent(event, "key"), stop=bool(sent(event, "stop")))
        return found, gr.skip() if kept is None else kept

    def leaf(self, event: gr.EventData) -> str:
        """A page image."""
        return self._desk.leaf(*(sent(event, name) for name in ("report", "start", "end", "number")))

    def take(self, event: gr.EventData) -> str:
        """A report's own file."""
        return self._desk.take(sent(event, "report"))


def sent(event: gr.EventData, name: str) -> object:
    """What page.js sent along with an event; None where it did not."""
    data = event._data
    return data.get(name) if isinstance(data, dict) else None

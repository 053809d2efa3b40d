"""The page: a question box, the conversation beside the cited report, and the events that join them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import gradio as gr

import qa
from index.errors import RapporteurError
from qa.contract import Citation
from web.answer import conversation_html, problem_html
from web.keep import FORMS
from web.library import header_html, library_html
from web.reader import Highlight, report_html
from web.turns import Turn, history, read_turns
from web.wording import day_words

HERE = Path(__file__).parent
ASKS_AT_ONCE = 2  # answering is computing: more at once only makes each slower
SUGGESTED = 4


def build(index: str = ".index") -> gr.Blocks:
    """The page over `index`, not yet served. Every event opens the index anew, so that a rebuild is seen at once."""
    desk = Desk(index)
    kept = f"rapporteur-{sha256(str(Path(index).resolve()).encode()).hexdigest()[:12]}"
    page = gr.Blocks(title="Rapporteur", analytics_enabled=False, fill_width=True)
    with page:
        # localStorage is as private as the browser profile; gradio's encryption adds nothing to it, but a random secret would lose
        # the conversation at each restart.
        turns = gr.BrowserState([], storage_key=kept, secret=kept)
        head = gr.HTML(desk.header(), elem_id="head", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                conversation = gr.HTML(
                    desk.conversation([]), elem_id="conversation", apply_default_css=False, js_on_load=(HERE / "page.js").read_text("utf-8")
                )
                question = gr.Textbox(
                    elem_id="question",
                    label="Your question",
                    show_label=False,
                    container=False,
                    placeholder="Ask the reports…",
                    lines=1,
                    max_lines=6,
                    submit_btn="Ask",
                )
                file = gr.Textbox(visible="hidden")  # carries what is taken away to the browser, which saves it
            with gr.Column(elem_id="read", min_width=0):
                reader = gr.HTML(desk.shelf(), elem_id="reader", apply_default_css=False, js_on_load=None)

        def ask_typed(asked: str, stored: object) -> tuple[str, str, list[dict[str, Any]], str]:
            return ("", *desk.ask(asked, stored))

        def ask_clicked(stored: object, event: gr.EventData) -> tuple[str, list[dict[str, Any]], str]:
            return desk.ask(str(_sent(event, "question") or ""), stored)

        def open_report(event: gr.EventData) -> str:
            return desk.open(*(_sent(event, name) for name in ("report", "start", "end", "antecedent", "sha256", "quote")))

        def keep(stored: object, event: gr.EventData) -> str:
            return desk.keep(stored, _sent(event, "form"), _sent(event, "turn"))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = quiet | {"concurrency_id": "ask", "concurrency_limit": ASKS_AT_ONCE}
        answered = [conversation, turns, head]
        page.load(desk.arrive, [turns], [conversation, head, reader], **quiet)
        question.submit(
            ask_typed, [question, turns], [question, *answered], js="(q, t) => { window.rapporteur.pending(q); return [q, t]; }", **asking
        ).failure(None, js="() => window.rapporteur.failed()")
        conversation.ask(ask_clicked, [turns], answered, **asking).failure(None, js="() => window.rapporteur.failed()")
        conversation.open(open_report, None, [reader], concurrency_limit=4, **quiet)
        conversation.keep(keep, [turns], [file], **quiet).success(None, [file], js="file => window.rapporteur.save(file)")
        conversation.shelf(desk.shelf, None, [reader], **quiet)
        conversation.fresh(lambda: (desk.conversation([]), []), None, [conversation, turns], **quiet)
    page.queue(max_size=200)
    return page


def _sent(event: gr.EventData, name: str) -> object:
    """What page.js sent along with an event; None where it did not."""
    data = event._data
    return data.get(name) if isinstance(data, dict) else None


class Desk:
    """What the page's events do, on one index, as HTML. It keeps nothing between events."""

    def __init__(self, index: str) -> None:
        """`index` is the folder, as `ask` takes it."""
        self.index = index

    def arrive(self, stored: object) -> tuple[str, str, str]:
        """What a person finds on opening the page: the conversation they left, what is at hand, and the reports."""
        return self.conversation(read_turns(stored)), self.header(), self.shelf()

    def ask(self, question: str, stored: object) -> tuple[str, list[dict[str, Any]], str]:
        """The conversation with one more turn, as HTML and as the browser keeps it, and the header; a refusal is shown, not kept."""
        turns = read_turns(stored)
        try:
            answer = qa.ask(question, history=history(turns), index=self.index)
        except RapporteurError as error:
            return self.conversation([*turns, Turn(question, error=str(error))]), [turn.to_dict() for turn in turns], self.header()
        turns.append(Turn(question, answer))
        return self.conversation(turns), [turn.to_dict() for turn in turns], self.header()

    def open(
        self,
        report: object,
        start: object = None,
        end: object = None,
        antecedent: object = None,
        sha256: object = None,
        quote: object = None,
    ) -> str:
        """The reader with that report, at that quote. The arguments come from the browser, and from links people send each other."""
        try:
            opened = qa.open_report(str(report), index=self.index)
        except RapporteurError as error:
            return problem_html(str(error))
        if not (isinstance(start, int) and isinstance(end, int)):
            return report_html(opened)
        return report_html(
            opened, Highlight(start, end, *(value if isinstance(value, str) else None for value in (antecedent, sha256, quote)))
        )

    def keep(self, stored: object, form: object, number: object) -> str:
        """The conversation's turn `number`, or all of it, in one of the forms of web.keep, as JSON: name, and content in base64."""
        turns = read_turns(stored)
        if isinstance(number, int) and 0 < number <= len(turns):
            turns = [turns[number - 1]]
        if not isinstance(form, str) or form not in FORMS:
            return ""
        content = FORMS[form](turns)
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        return json.dumps({"name": f"rapporteur.{form}", "content": base64.b64encode(raw).decode("ascii")})

    def conversation(self, turns: Sequence[Turn]) -> str:
        """The conversation, with questions to begin or to go on with where they help."""
        last = turns[-1].answer if turns else None
        wanted = not turns or (last is not None and last.status != "answered")
        return conversation_html(turns, self._examples() if wanted else (), self._changed(turns))

    def shelf(self) -> str:
        """All reports at hand."""
        try:
            return library_html(qa.reports(index=self.index))
        except RapporteurError as error:
            return problem_html(str(error))

    def header(self) -> str:
        """The masthead, with the state of the index."""
        try:
            return header_html(len(qa.reports(index=self.index)), self._updated())
        except RapporteurError:
            return header_html(None, "")

    def _changed(self, turns: Sequence[Turn]) -> dict[Citation, str]:
        """What to say of each cited quote whose report is no longer what it was."""
        try:
            now = {report.report: report.sha256 for report in qa.reports(index=self.index)}
            return {
                statement.citation: qa.verify(statement, index=self.index).reason
                for turn in turns
                if turn.answer
                for statement in (*turn.answer.statements, *turn.answer.nearest)
                if now.get(statement.citation.report) != statement.citation.sha256
            }
        except RapporteurError:
            return {}

    def _examples(self) -> Sequence[str]:
        try:
            return qa.example_questions(index=self.index, n=SUGGESTED)
        except RapporteurError:
            return ()

    def _updated(self) -> str:
        folder = Path(self.index)
        times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
        return day_words(datetime.fromtimestamp(max(times)).date().isoformat()) if times else ""

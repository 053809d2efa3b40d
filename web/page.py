"""The page: a question box, the conversation beside the cited report, and the events that join them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import gradio as gr

from web.desk import Desk

HERE = Path(__file__).parent
ASKS_AT_ONCE = 2  # answering is computing: more at once only makes each slower


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
                with gr.Column(elem_id="ask", min_width=0):
                    narrow = gr.HTML(desk.narrow(), elem_id="narrow", apply_default_css=False, js_on_load=None)
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
                filters = gr.JSON(visible="hidden")  # what the form holds when a question is asked
                found = gr.Textbox(visible="hidden")  # the conversation and the reports, on arrival
                file = gr.Textbox(visible="hidden")  # carries what is taken away to the browser, which saves it
            with gr.Column(elem_id="read", min_width=0):
                reader = gr.HTML(desk.shelf(), elem_id="reader", apply_default_css=False, js_on_load=None)

        def ask_typed(asked: str, stored: object, narrowed: object) -> tuple[str, str, list[dict[str, Any]], str]:
            conversation, kept, head = desk.ask(asked, stored, narrowed)
            refused = not kept or kept[-1]["question"] != asked
            return (asked if refused else "", conversation, kept, head)  # what was refused can be mended

        def ask_clicked(stored: object, event: gr.EventData) -> tuple[str, list[dict[str, Any]], str]:
            return desk.ask(str(_sent(event, "question") or ""), stored, _sent(event, "filters"))

        def open_report(event: gr.EventData) -> str:
            return desk.open(*(_sent(event, name) for name in ("report", "start", "end", "antecedent", "sha256", "quote")))

        def keep(stored: object, event: gr.EventData) -> str:
            return desk.keep(stored, _sent(event, "form"), _sent(event, "turn"))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = quiet | {"concurrency_id": "ask", "concurrency_limit": ASKS_AT_ONCE}
        answered = [conversation, turns, head]
        # What was found on arrival may come in after a first question or a link's report; page.js lets it take nobody's place.
        page.load(desk.arrive, [turns], [found, head, narrow], **quiet).success(
            None, [found, conversation, reader], [conversation, reader], js="(f, c, r) => window.rapporteur.arrived(f, c, r)"
        )
        question.submit(
            ask_typed, [question, turns, filters], [question, *answered], js="(q, t) => window.rapporteur.asking(q, t)", **asking
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

"""The page: a question box, the conversation beside the cited report, and the events that join them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from qa.model.endpoint import Endpoint
from web.assets import script
from web.desk import Desk
from web.doorway import REFUSED
from web.gradio_api import offer_operations
from web.toolkit import gradio as gr
from web.turnstile import Busy, Turnstile
from web.views import Views, sent


def build(index: str = ".index", llm: Endpoint | None = None) -> gr.Blocks:  # noqa: PLR0915  # it is one page
    """The page over `index`, not yet served. Every event opens the index anew, so that a rebuild is seen at once."""
    desk, turnstile = Desk(index, llm), Turnstile()
    views = Views(desk, turnstile)
    kept = f"rapporteur-{sha256(str(Path(index).resolve()).encode()).hexdigest()[:12]}"
    page = gr.Blocks(title="Rapporteur", analytics_enabled=False, fill_width=True)
    with page:
        offer_operations(index, turnstile)  # first, so that no event of the page has their names
        # localStorage is as private as the browser profile; gradio's encryption adds nothing to it, but a random secret would lose
        # the conversation at each restart.
        turns = gr.BrowserState([], storage_key=kept, secret=kept)
        head = gr.HTML(desk.header(), elem_id="head", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                compared = gr.HTML(desk.blank_comparison(), elem_id="compare", apply_default_css=False, js_on_load=None)
                conversation = gr.HTML(desk.conversation([]), elem_id="conversation", apply_default_css=False, js_on_load=script())
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
                onwards = gr.Textbox(visible="hidden")  # questions to go on with, when they have been tried
                written = gr.Textbox(visible="hidden")  # how far a language model is, or its brief
                matters = gr.Textbox(visible="hidden")  # topics that can be compared, when they have been tried
                refused = gr.Textbox(visible="hidden", elem_id=REFUSED)  # why a question was not even looked at (web/doorway.py)
                file = gr.Textbox(visible="hidden")  # carries what is taken away to the browser, which saves it
            with gr.Column(elem_id="read", min_width=0):
                reader = gr.HTML(desk.shelf(), elem_id="reader", apply_default_css=False, js_on_load=None)
                leaf = gr.HTML("", elem_id="leaf", apply_default_css=False, js_on_load=None)

        async def ask(asked: str, stored: object, narrowed: object) -> tuple[str, list[dict[str, Any]], str, str]:
            try:
                return (*await turnstile.run(desk.ask, asked, stored, narrowed), "")
            except Busy as busy:
                return (*desk.refuse(asked, stored, narrowed, busy), "")

        async def ask_typed(asked: str, stored: object, narrowed: object) -> tuple[str, str, list[dict[str, Any]], str, str]:
            conversation, kept, head, why = await ask(asked, stored, narrowed)
            missed = not kept or kept[-1]["question"] != asked
            return (asked if missed else "", conversation, kept, head, why)  # what was refused can be mended

        async def ask_clicked(stored: object, event: gr.EventData) -> tuple[str, list[dict[str, Any]], str, str]:
            return await ask(str(sent(event, "question") or ""), stored, sent(event, "filters"))

        def open_report(event: gr.EventData) -> str:
            if sent(event, "report") is None:  # all reports: one door for both, so that of clicks in a row the last one counts
                return desk.shelf()
            return desk.open(*(sent(event, name) for name in ("report", "start", "end", "antecedent", "sha256", "quote")))

        def keep(stored: object, event: gr.EventData) -> str:
            return desk.keep(sent(event, "turns") or stored, sent(event, "form"), sent(event, "turn"))

        def resume(event: gr.EventData) -> tuple[str, list[dict[str, Any]]]:
            return desk.resume(sent(event, "turns"))

        # Not through gradio's queue, whose second connection and event stream cost a click some fifty milliseconds.
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        newest: dict[str, Any] = quiet | {"trigger_mode": "always_last"}  # of many clicks in a row the last one counts
        answered = [conversation, turns, head, refused]
        # What was found on arrival may come in after a first question or a link's report; page.js lets it take nobody's place.
        page.load(desk.arrive, [turns], [found, head, narrow], **quiet).success(
            None, [found, conversation, reader], [conversation, reader], js="(f, c, r) => window.rapporteur.arrived(f, c, r)"
        )
        typed = question.submit(
            ask_typed, [question, turns, filters], [question, *answered], js="(q, t) => window.rapporteur.asking(q, t)", **quiet
        )
        for asked in (typed, conversation.ask(ask_clicked, [turns], answered, **quiet)):
            asked.success(None, [turns, refused], js="(turns, why) => window.rapporteur.answered(turns, why)")
            asked.failure(None, js="() => window.rapporteur.failed()")
        conversation.open(open_report, None, [reader], **newest)
        conversation.keep(keep, [turns], [file], **quiet).success(None, [file], js="file => window.rapporteur.save(file)")
        conversation.more(views.more, [turns], [onwards], **newest).success(None, [onwards], js="found => window.rapporteur.more(found)")
        conversation.topics(views.topics, None, [matters], **quiet).success(None, [matters], js="found => window.rapporteur.topics(found)")
        side_by_side = conversation.compare(views.compare, None, [compared], **newest)
        side_by_side.success(None, js="() => window.rapporteur.compared()")
        side_by_side.failure(None, js="() => window.rapporteur.failed()")
        conversation.leaf(views.leaf, None, [leaf], **newest)
        conversation.model(views.model, [turns], [written, turns], **quiet).success(
            None, [written], js="found => window.rapporteur.wrote(found)"
        )
        conversation.take(views.take, None, [file], **quiet).success(None, [file], js="file => window.rapporteur.save(file)")
        conversation.resume(resume, None, [conversation, turns], **quiet)
        conversation.fresh(lambda: (desk.conversation([]), []), None, [conversation, turns], **quiet)
    page.queue(max_size=200)
    return page

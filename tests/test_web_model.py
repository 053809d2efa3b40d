"""The language model on the page: marked as its words, escaped to the character, beside an answer that is complete without it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import qa
from qa.contract import Answer, ModelBrief, ModelSentence
from qa.model.endpoint import Endpoint
from tests.fakes import BALTIC, SmallLibrary
from tests.scripted_endpoint import Play, given, scripted, sentences
from tests.scripted_models import honest
from web.answer import conversation_html
from web.desk import Desk
from web.model import brief_html
from web.turns import Turn, read_turns

Library = Callable[..., SmallLibrary]
HOTLINE = "What did participants agree on the hotline between the coast guards?"


def looked_after(desk: Desk, turns: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """What the page gets in the end, looking again as page.js does."""
    found, kept = desk.model(turns, None)
    until = time.monotonic() + 30
    while (said := json.loads(found))["key"]:
        assert time.monotonic() < until
        assert "is writing" in said["html"]
        found, kept = desk.model(turns, said["key"])
    return said, kept


def test_the_answer_is_shown_at_once_and_the_brief_comes_to_stand_beside_it(small_library: Library) -> None:
    library = small_library({"baltic.txt": BALTIC})
    with scripted(lambda body: Play(sentences(*honest(given(body))))) as running:
        desk = Desk(str(library.index), Endpoint(running.url, "llama"))
        page, turns, _ = desk.ask(HOTLINE, [])
        assert '<div class="beside"></div>' in page
        assert "<blockquote" in page
        assert "In the words of" not in page
        said, kept = looked_after(desk, turns)
    assert "In the words of" in said["html"]
    assert 'class="point"' in said["html"]
    assert kept is not None
    assert desk.conversation(read_turns(kept)).count("In the words of") == 1
    assert '<div class="beside"></div>' not in desk.conversation(read_turns(kept))


def test_without_a_model_the_page_is_as_before(small_library: Library) -> None:
    desk = Desk(str(small_library({"baltic.txt": BALTIC}).index))
    page, turns, _ = desk.ask(HOTLINE, [])
    assert "beside" not in page
    assert "model" not in turns[0]["answer"]
    assert desk.model(turns, None) == ("", None)


def test_what_is_not_covered_leaves_the_model_no_place(small_library: Library) -> None:
    desk = Desk(str(small_library({"baltic.txt": BALTIC}).index), Endpoint("http://127.0.0.1:9/v1", "llama"))
    assert '<div class="beside"></div>' not in desk.ask("How do I reset my password?", [])[0]


def test_a_person_may_stop_it(small_library: Library) -> None:
    library = small_library({"baltic.txt": BALTIC})
    with scripted([Play(sentences(("A.", [1])), piece=1, pause=0.1)]) as running:
        desk = Desk(str(library.index), Endpoint(running.url, "llama"))
        _, turns, _ = desk.ask(HOTLINE, [])
        key = json.loads(desk.model(turns, None)[0])["key"]
        until = time.monotonic() + 30
        while not running.asked and time.monotonic() < until:
            time.sleep(0.01)
        found, kept = desk.model(turns, key, stop=True)
        said = json.loads(found)
        assert "llama was stopped" in re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), said["html"])
        assert kept is not None
        assert running.broken_off.wait(10)


def test_a_key_of_another_answer_or_of_none_gives_nothing(small_library: Library) -> None:
    desk = Desk(str(small_library({"baltic.txt": BALTIC}).index), Endpoint("http://127.0.0.1:9/v1", "llama"))
    _, turns, _ = desk.ask(HOTLINE, [])
    assert desk.model(turns, "forged") == ("", None)
    assert desk.model("nonsense", None) == ("", None)
    key = json.loads(desk.model(turns, None)[0])["key"]
    _, others, _ = desk.ask("Who supported joint patrols?", [])
    assert desk.model(others, key) == ("", None)


def brief_of(answer: Answer, *texts: str, **more: Any) -> ModelBrief:
    return ModelBrief("llama", "written", tuple(ModelSentence(text, (answer.statements[0].label,)) for text in texts), **more)


def test_each_sentence_has_a_button_for_every_statement_that_bears_it_and_nothing_in_it_is_markup(small_library: Library) -> None:
    answer = qa.ask(HOTLINE, index=small_library({"baltic.txt": BALTIC}).index)
    html = brief_html(brief_of(answer, "A <b>hotline</b> {{7*7}}.", note="<i>", suggested='"><script>'), answer.statements)
    c = answer.statements[0].citation
    assert f'data-start="{c.start}" data-end="{c.end}"' in html
    assert not re.search(r"<(?:b|i|script)\b|\{\{", html)
    assert "quote" not in re.findall(r'class="([^"]*)"', html)
    assert "blockquote" not in html


def test_a_brief_is_kept_by_the_browser_and_read_back_with_care(small_library: Library) -> None:
    answer = qa.ask(HOTLINE, index=small_library({"baltic.txt": BALTIC}).index)
    told = replace(answer, model=brief_of(answer, "A hotline.", dropped={"scope": 2}))
    kept = Turn(HOTLINE, told).to_dict()
    (turn,) = read_turns([json.loads(json.dumps(kept))])
    assert turn.answer == told
    kept["answer"]["model"]["status"] = "quoted"
    assert read_turns([kept]) == []
    kept["answer"]["model"] = {"status": "written"}
    assert read_turns([kept]) == []


def test_the_models_words_stand_apart_from_every_quote(small_library: Library) -> None:
    answer = qa.ask(HOTLINE, index=small_library({"baltic.txt": BALTIC}).index)
    told = replace(answer, model=brief_of(answer, "A hotline it is."))
    html = conversation_html([Turn(HOTLINE, told)], ())
    section = html[html.index('<section class="model') : html.index("</section>", html.index('<section class="model'))]
    assert "a language model" in section
    assert section.count('<p class="told"') == 1
    assert "hotline" not in "".join(re.findall(r"<blockquote.*?</blockquote>", section))
    assert html.index('<section class="model') < html.index("<blockquote")

"""Whatever the endpoint does, what it said is had within the limit, or a sentence says why not."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import pytest

from qa.model.endpoint import KEY, Endpoint, EndpointFault, EndpointUnusable, Stopped, make_endpoint
from qa.model.reply import is_finished, read_brief
from qa.model.talk import converse
from tests.scripted_endpoint import Play, Scripted, scripted, sentences

GOOD = sentences(("A.", [1]))


def say(plays: Sequence[Play], *, seconds: float = 20.0, key: str = "") -> tuple[str, Scripted]:
    """The last of what an endpoint said that plays `plays`, and what it was asked."""
    with scripted(plays) as running:
        *_, reply = converse(
            Endpoint(running.url, "m", key, seconds),
            [{"role": "user", "content": "Say it in JSON."}],
            schema="brief",
            readable=lambda r: bool(read_brief(r)),
        )
    return reply, running


@pytest.mark.parametrize(
    "plays",
    [
        [Play(GOOD)],
        [Play(GOOD, piece=1)],
        [Play(status=500), Play(GOOD)],
        [Play(status=429, headers={"retry-after": "0"}), Play(GOOD)],
        [Play(status=400), Play(GOOD)],
        [Play(""), Play(GOOD)],
        [Play("Certainly! I would be happy to."), Play(GOOD)],
        [Play(raw=b"data: {no json\n\n"), Play(GOOD)],
        [Play(raw=json.dumps({"choices": [{"message": {"content": GOOD}}]}).encode(), kind="application/json")],
        [Play(f"<think>[1] or [2]?</think>\n```json\n{GOOD}\n```")],
        [Play(GOOD, finish=None)],
    ],
)
def test_a_reply_is_had_at_once_or_at_the_second_try(plays: list[Play]) -> None:
    reply, running = say(plays)
    assert [(p.text, p.numbers) for p in read_brief(reply)] == [("A.", (1,))]
    assert len(running.asked) == len(plays)


def test_the_second_try_leaves_out_what_not_every_endpoint_knows() -> None:
    _, running = say([Play(status=400), Play(GOOD)])
    assert {"response_format", "temperature", "max_tokens"} <= set(running.asked[0])
    assert set(running.asked[1]) == {"model", "messages", "stream"}


@pytest.mark.parametrize(
    ("plays", "tries", "words"),
    [
        ([Play(status=500)], 2, "an error of its own (500)"),
        ([Play(status=401)], 1, KEY),
        ([Play(status=404)], 1, "no model of that name"),
        ([Play(status=429, error={"code": "insufficient_quota"})], 1, "no tokens left"),
        ([Play(status=400, error={"code": "context_length_exceeded"})], 1, "more than this model can take in"),
        ([Play(status=302, headers={"location": "http://127.0.0.1:9/"})], 1, "points to another address"),
        ([Play("")], 2, "said nothing"),
        ([Play(raw=b"<html>hello", kind="text/html")], 2, "said nothing"),
        ([Play(raw=b'{"choices": []}', kind="application/json")], 2, "does not answer as"),
        ([Play(raw=b"data: [1, 2]\n\n")], 2, "does not answer as"),
        ([Play(raw=b'data: {"error": {"message": "<b>boom</b>"}}\n\n')], 2, "reported an error"),
        ([Play('{"sentences": [{"text": "A')], 2, "could not be read"),
        ([Play('{"sentences": ' + "[" * 9000)], 2, "could not be read"),
        ([Play("x" * 10_000_000, piece=200_000)], 1, "far more than a brief"),
        ([Play(raw=b"x" * 10_000_000)], 1, "far more than a brief"),
        ([Play(raw=b'{"a": "' + b"x" * 10_000_000, kind="application/json")], 1, "far more than a brief"),
    ],
)
def test_a_fault_is_a_sentence_and_is_tried_again_once_where_that_may_help(plays: list[Play], tries: int, words: str) -> None:
    with scripted(plays) as running:
        endpoint = Endpoint(running.url, "m", "", 20.0)
        with pytest.raises(EndpointFault, match=r"(?s).") as fault:
            list(converse(endpoint, [{"role": "user", "content": "x"}], schema="brief", readable=lambda r: bool(read_brief(r))))
    assert words in str(fault.value)
    assert "<" not in str(fault.value)  # nothing of the server's own words
    assert len(running.asked) == tries


@pytest.mark.parametrize(
    "play", [Play(GOOD, piece=1, pause=0.2), Play(raw=b"data: " + b"x" * 1000, drip=True, pause=0.2), Play(GOOD, piece=5, pause=60.0)]
)
def test_the_limit_holds_for_a_slow_a_dripping_and_a_silent_endpoint(play: Play) -> None:
    with pytest.raises(EndpointFault, match="did not finish within 1 seconds"):
        say([play], seconds=1.0)


def test_nothing_listens() -> None:
    with pytest.raises(EndpointFault, match=r"Nothing answers at 127\.0\.0\.1:9"):
        list(converse(Endpoint("http://127.0.0.1:9/v1", "m"), [], schema="brief", readable=lambda _: True))


def test_being_stopped_closes_the_connection() -> None:
    with scripted([Play(GOOD * 50, piece=5, pause=0.05)]) as running:
        stop = threading.Event()
        talk = converse(Endpoint(running.url, "m"), [], schema="brief", readable=lambda _: True, stop=stop)
        assert any(reply for reply in talk)  # it has begun
        stop.set()
        with pytest.raises(Stopped):
            list(talk)
        assert running.broken_off.wait(10)


def test_half_a_reply_gives_its_whole_sentences() -> None:
    reply, _ = say([Play('{"sentences": [{"text": "A.", "statements": [1]}, {"text": "B')])
    assert [p.text for p in read_brief(reply)] == ["A."]
    assert not is_finished(reply)


@pytest.mark.parametrize(
    ("entry", "text", "numbers"),
    [
        ({"text": "A.", "statements": ["[2]", 3, 3]}, "A.", (2, 3)),
        ({"text": "A.", "statements": []}, "A.", None),
        ({"text": "A.", "statements": [1, "all"]}, "A.", None),
        ({"text": "A.", "statements": [True]}, "A.", None),
        ({"text": "A."}, "A.", None),
        ({"text": {"text": "A."}, "statements": [1]}, "", None),
        ("A.", "", None),
        ([["A."]], "", None),
    ],
)
def test_entries_of_every_shape_are_read_or_name_no_statement(entry: object, text: str, numbers: tuple[int, ...] | None) -> None:
    (read,) = read_brief(json.dumps({"sentences": [entry]}))
    assert (read.text, read.numbers) == (text, numbers)


def test_the_request_tells_nothing_of_this_machine_and_carries_no_other_services_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "not-for-you")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-secret: not-for-you")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    _, running = say([Play(GOOD)])
    assert set(running.headers[0]) == {"host", "accept", "content-type", "content-length", "accept-encoding", "user-agent"}
    assert "not-for-you" not in str(running.headers) + str(running.asked)
    _, running = say([Play(GOOD)], key="mine")
    assert running.headers[0]["authorization"] == "Bearer mine"


# What a person gives


def test_without_both_options_there_is_no_endpoint_or_a_sentence() -> None:
    assert make_endpoint(None, None) is None
    with pytest.raises(EndpointUnusable, match="go together"):
        make_endpoint("http://127.0.0.1:1/v1", None)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:11434", "ftp://here/v1", "http://", "http://me:key@here/v1", "http://here/v1?key=1", "http://[x/v1"]
)
def test_an_address_that_is_none_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(EndpointUnusable, match="--llm"):
        make_endpoint(url, "m")


def test_the_key_comes_from_its_own_variable_and_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "sk-hidden")
    endpoint = make_endpoint("https://models.example/v1/", "m")
    assert endpoint is not None
    assert (endpoint.key, endpoint.host) == ("sk-hidden", "models.example")
    assert "sk-hidden" not in repr(endpoint)
    monkeypatch.setenv(KEY, "two words")
    with pytest.raises(EndpointUnusable, match=KEY):
        make_endpoint("https://models.example/v1", "m")


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EndpointUnusable, match=r'pip install "rapporteur\[llm\]"'):
        make_endpoint("http://127.0.0.1:1/v1", "m")

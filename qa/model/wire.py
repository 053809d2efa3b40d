"""The one door to the `openai` client: one request, its reply as it comes in, and every fault as a sentence.

Only qa/model/talk.py imports this, when a model is asked. What leaves the machine: the request's body, the key, and no other header that
tells of it; no redirect is followed, and no other host reached.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI

from qa.model.endpoint import KEY, Endpoint, EndpointFault
from qa.model.prompt import SCHEMA, Message

MOST_BYTES = 4_000_000  # of one reply as it is sent; each word comes in a wrapping of some 200 bytes
MOST_CHARACTERS = 40_000  # of what the model wrote: a brief is a tenth of it
MOST_TOKENS = 1_200
_CONNECT = 10.0  # seconds
_HEADERS = ("host", "content-type", "content-length", "accept", "authorization")


async def reply_of(endpoint: Endpoint, messages: Sequence[Message], *, schema: str = "", plain: bool = False) -> AsyncGenerator[str]:
    """The pieces of the model's reply. Raises EndpointFault.

    schema  the name in `SCHEMA` of the JSON that is wanted; plain: ask without the parameters that not every endpoint knows.
    """
    extras: dict[str, Any] = {} if plain else {"temperature": 0, "max_tokens": MOST_TOKENS}
    if schema and not plain:
        extras["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": schema, "strict": True, "schema": SCHEMA[schema]},
        }
    written = 0
    try:
        async with _client(endpoint) as client:
            chat: Any = client.chat.completions.with_raw_response
            raw = await chat.create(model=endpoint.model, messages=list(messages), stream=True, **extras)
            async with aclosing(_pieces(raw)) as pieces:
                async for piece in pieces:
                    written += len(piece)
                    if written > MOST_CHARACTERS:
                        raise EndpointFault("The model wrote far more than a brief, and was stopped.")
                    yield piece
    except openai.APIStatusError as error:
        raise _refused(endpoint, error) from error
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        fault = _fault_within(error)
        raise fault or EndpointFault(f"Nothing answers at {endpoint.host}. Is the model's server running?", again=True) from error
    except openai.APIError as error:
        raise EndpointFault("The model's server reported an error while it wrote.", again=True) from error
    except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise _nonsense() from error


async def _pieces(raw: Any) -> AsyncGenerator[str]:
    """The text of a streamed reply, or of one that an endpoint sent whole."""
    if "json" in raw.headers.get("content-type", ""):
        body = json.loads(await raw.http_response.aread())
        content = body["choices"][0]["message"]["content"]
        yield content if isinstance(content, str) else ""
        return
    async with raw.parse() as stream:
        async for part in stream:
            for choice in (part.choices or ())[:1]:
                piece = getattr(choice.delta, "content", None)
                if isinstance(piece, str) and piece:
                    yield piece


def _refused(endpoint: Endpoint, error: openai.APIStatusError) -> EndpointFault:  # noqa: PLR0911  # one sentence for each kind
    """What a status says, in our words: the server's own may hold anything."""
    status = error.status_code
    code = error.code if isinstance(error.code, str) else ""
    if code == "insufficient_quota" or status == 402:
        return EndpointFault(f"The account at {endpoint.host} has no tokens left.")
    if code == "context_length_exceeded" or status == 413:
        return EndpointFault("The statements are more than this model can take in at once.")
    if status in (401, 403):
        return EndpointFault(f"{endpoint.host} does not accept the key. Put the right one into {KEY}.")
    if status == 404:
        return EndpointFault(f"{endpoint.host} has no model of that name, or the address is not its API's; most end in /v1.")
    if status == 429:
        return EndpointFault(f"{endpoint.host} is asked too much at the moment.", again=True, wait=_wait(error))
    if 300 <= status < 400:
        return EndpointFault(f"{endpoint.host} points to another address, which is not followed. Give the right one with --llm.")
    if status >= 500:
        return EndpointFault(f"{endpoint.host} has an error of its own ({status}).", again=True, wait=1.0)
    return EndpointFault(f"{endpoint.host} does not accept the request ({status}).", again=True, plain=True)


def _wait(error: openai.APIStatusError) -> float:
    given = error.response.headers.get("retry-after", "")
    return min(float(given), 10.0) if given.isdecimal() else 2.0


def _nonsense() -> EndpointFault:
    return EndpointFault("The model's server does not answer as an OpenAI-compatible endpoint does.", again=True)


def _fault_within(error: BaseException | None) -> EndpointFault | None:
    """The client wraps what is raised below it."""
    while error is not None:
        if isinstance(error, EndpointFault):
            return error
        error = error.__cause__ or error.__context__
    return None


def _client(endpoint: Endpoint) -> AsyncOpenAI:
    inner = httpx2.AsyncClient(
        transport=_Guard(endpoint), follow_redirects=False, timeout=httpx2.Timeout(endpoint.seconds, connect=_CONNECT)
    )
    # What is not given here, the client would take from variables that are meant for another service.
    return AsyncOpenAI(
        base_url=endpoint.url,
        api_key=endpoint.key or "none",
        organization="",
        project="",
        max_retries=0,
        timeout=httpx2.Timeout(endpoint.seconds, connect=_CONNECT),
        http_client=inner,
    )


class _Guard(httpx2.AsyncBaseTransport):
    """Lets requests to the endpoint alone through, with no header that tells of this machine, by no proxy, and bounds what comes back."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.inner = httpx2.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.netloc.decode("ascii", "replace") != httpx2.URL(self.endpoint.url).netloc.decode("ascii", "replace"):
            raise EndpointFault("The request would have left for another address.")
        kept = {name: value for name, value in request.headers.items() if name.lower() in _HEADERS}
        if not self.endpoint.key:
            kept.pop("authorization", None)
        # A request of its own: the client goes on to read its private headers from the one it made.
        sent = httpx2.Request(
            request.method,
            request.url,
            headers={**kept, "accept-encoding": "identity", "user-agent": "rapporteur"},
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self.inner.handle_async_request(sent)
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101  # an asynchronous transport gives no other
        response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes, as long as they are not too many."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self.inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self.inner:
            seen += len(part)
            if seen > MOST_BYTES:
                raise EndpointFault("The model's server sent far more than a brief, and was stopped.")
            yield part

    async def aclose(self) -> None:
        await self.inner.aclose()

"""Where a language model answers: the address and name a person gave, the key from the environment, and what can go wrong there."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from index.errors import RapporteurError

KEY = "RAPPORTEUR_LLM_KEY"
"""The environment variable that holds the key. Not the OpenAI client's own, so that a key for one service never reaches another."""


class EndpointUnusable(RapporteurError):
    """The address or the name given for a language model cannot be used."""


class EndpointFault(Exception):
    """Something went wrong at the endpoint; `str()` is a sentence for the person. The plain answer stands.

    again  whether one more try may help; plain: without the parameters that not every endpoint knows; wait: seconds before it.
    """

    def __init__(self, sentence: str, *, again: bool = False, plain: bool = False, wait: float = 0.0) -> None:
        """See the class."""
        super().__init__(sentence)
        self.again, self.plain, self.wait = again, plain, wait


class Stopped(Exception):
    """The person stopped the model."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint. `url` is its base; most end in /v1. `seconds` is the limit for all that one question asks of it."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 90.0

    @property
    def host(self) -> str:
        """The host and port, as a person is told where the statements go."""
        return urlsplit(self.url).netloc


def make_endpoint(url: str | None, model: str | None) -> Endpoint | None:
    """The endpoint of `--llm` and `--llm-model`, None where neither is given. Raises EndpointUnusable."""
    if not url and not model:
        return None
    if not url or not model:
        raise EndpointUnusable("--llm and --llm-model go together: --llm http://127.0.0.1:11434/v1 --llm-model llama3.2")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise EndpointUnusable(f"--llm {url}: this is no address ({error}). Give one like http://127.0.0.1:11434/v1") from error
    if parts.scheme not in ("http", "https") or not host:
        raise EndpointUnusable(f"--llm {url}: an address begins with http:// or https://, as in http://127.0.0.1:11434/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise EndpointUnusable(f"--llm: the address may hold no name, password, question mark or #. Put the key into {KEY} instead.")
    key = os.environ.get(KEY, "").strip()
    if not key.isascii() or any(c.isspace() for c in key):
        raise EndpointUnusable(f"{KEY}: a key is one word of plain letters and digits. Set it again.")
    if importlib.util.find_spec("openai") is None:
        raise EndpointUnusable('--llm needs the package openai, which is not installed. Run: pip install "rapporteur[llm]"')
    return Endpoint(url.rstrip("/"), model, key)

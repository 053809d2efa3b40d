"""Serving the page: on this machine only unless told otherwise, with nothing fetched from anywhere else."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Router

from index.errors import RapporteurError
from qa.model.endpoint import Endpoint
from web.accounts import login, read_accounts
from web.assets import HERE, style
from web.credentials import Credentials
from web.doorway import Doorway, refusals_of
from web.gate import LOOPBACK, Gate
from web.http_api import Api
from web.page import build
from web.routes import Shelf
from web.toolkit import gradio as gr
from web.warming import warm


class AddressError(RapporteurError):
    """The page cannot be served at that address, or not to those accounts."""


def launch(
    *,
    index: str = ".index",
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: str | Path | None = None,
    read_only: bool = False,
    documents: str | Path = "documents",
    llm: Endpoint | None = None,
    open_browser: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat over `index` until interrupted.

    auth       a file of accounts, as `rapporteur account` writes it; without it everybody who reaches the address may ask.
    read_only  takes away what changes the index or its reports: uploads, corrections, updates.
    documents  the folder of reports, as long as there is no index, which says what it was made from.
    llm        a language model that may arrange what is answered (`qa.model.endpoint.make_endpoint`); None for none.
    ready      called with the page's address once it answers; by default the address is printed.
    Raises AddressError for an address that is taken or a file of accounts that cannot be used.
    """
    accounts = read_accounts(Path(auth)) if auth is not None else None
    # A web page anywhere may point a name of its own at 127.0.0.1 and so read what is served here without a login.
    own_names = LOOPBACK if accounts is None and host in ("127.0.0.1", "localhost", "::1") else None
    shelf = Shelf(index, Path(documents), read_only=read_only)
    page = build(index, llm)
    api = Api(index)
    right = login(accounts) if accounts is not None else None
    if right is not None:
        shelf.admitted = partial(_has_logged_in, page)
        api.admitted = partial(_may_ask, page, Credentials(right))
    own = Router([*shelf.router().routes, *api.routes()])
    warm(index)
    try:
        with _no_proxy():
            _, url, _ = page.launch(
                server_name=host,
                server_port=port,
                auth=right,  # type: ignore[arg-type]  # gradio awaits it
                inbrowser=open_browser,
                **_options(own_names, own, refusals_of(page)),
            )
    except OSError as error:
        raise AddressError(f"{host}:{port}: the address cannot be used; another program may hold it. Choose another --port.") from error
    (ready or _announce)(url)
    page.block_thread()


@contextlib.contextmanager
def _no_proxy() -> Iterator[None]:
    """gradio asks its own server whether it is up, and would do so through the proxy of an office network, which cannot reach it."""
    before = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
    os.environ.update(dict.fromkeys(before, "*"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _announce(url: str) -> None:
    sys.stdout.write(f"Rapporteur is at {url} (Ctrl+C stops it)\n")
    sys.stdout.flush()


def _has_logged_in(page: gr.Blocks, request: Request) -> bool:
    """Whether a request carries the token that gradio gave at login."""
    tokens = [request.cookies.get(f"access-token-{kind}{page.app.cookie_id}") for kind in ("", "unsecure-")]
    return any(token in page.app.tokens for token in tokens if token)


async def _may_ask(page: gr.Blocks, credentials: Credentials, request: Request) -> bool:
    """Whether a program's request comes from somebody who has logged in at the page, or carries an account's name and password."""
    return _has_logged_in(page, request) or await credentials.admit(request)


def _options(own_names: frozenset[str] | None, own: Router | None = None, refusals: Mapping[int, bytes] | None = None) -> dict[str, Any]:
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]).set(
        body_background_fill="#f6f4ef", body_background_fill_dark="#14171c", body_text_color="#1d2430", body_text_color_dark="#e6e3dc"
    )
    return {
        "theme": theme,
        "head": f"<style>{style()}</style>",
        "auth_message": "Rapporteur answers from reports that are kept here for people with an account.",
        "favicon_path": HERE / "favicon.png",
        "app_kwargs": {
            "middleware": [Middleware(Gate, own_names=own_names, own=own), Middleware(Doorway, refusals=refusals or {})],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "mcp_server": False,
        "pwa": False,
        "ssr_mode": False,
        "share": False,
        "strict_cors": True,
        "max_file_size": "1kb",
        "max_threads": 16,
        "show_error": False,
        "inline": False,
        "quiet": True,
        "prevent_thread_lock": True,
    }

"""What the library view asks of the server beside gradio: lists, facts and their proofs; uploads, corrections, updates.

Plain routes, because an upload has to be counted while it comes in, and what changes things has to be closed when the page is read-only,
whatever a browser sends. Whoever must log in for the page must for these.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

import qa
from index.corrections import save_correction
from index.errors import RapporteurError
from index.folder import file_sha256
from index.store import open_store
from qa.meetings import documents_folder, meeting_facts
from web.answer import problem_html
from web.correcting import changed_facts, facts_html
from web.library import entries_html
from web.updating import Updating
from web.uploads import UploadRefused, take_in

if TYPE_CHECKING:
    from starlette.requests import Request

PREFIX: Final = "/rapporteur/"
MARK: Final = "x-rapporteur"  # a header that a page elsewhere cannot send without being asked for permission first
_UPLOADS: Final = 4  # coming in at once
_SILENCE: Final = 30.0  # seconds without a byte, after which an upload is given up
_READ_ONLY: Final = "This Rapporteur is read-only: nothing can be added or corrected here. Ask whoever runs it."
_NO_FOLDER: Final = "The folder that this index was made from is not here. Run where it is: rapporteur index"

Endpoint = Callable[["Request"], Awaitable[Response]]


class Shelf:
    """The routes over one index."""

    def __init__(self, index: str, documents: Path, *, read_only: bool = False) -> None:
        """`documents` is the folder of reports as long as there is no index, which says what it was made from."""
        self._index = index
        self._documents = documents
        self._read_only = read_only
        self._updating = Updating(index)
        self._uploads = 0
        self._saving = threading.Lock()
        self.admitted: Callable[[Request], bool] = lambda _: True

    def router(self) -> Router:
        """The routes, each behind the login and, where it changes something, behind `read_only`."""
        open_, change = self._open, self._change
        return Router(
            [
                Route(f"{PREFIX}library", open_(self._library), methods=["GET"]),
                Route(f"{PREFIX}facts", open_(self._facts), methods=["GET"]),
                Route(f"{PREFIX}known", open_(self._known), methods=["GET"]),
                Route(f"{PREFIX}update", open_(self._state), methods=["GET"]),
                Route(f"{PREFIX}update", change(self._update), methods=["POST"]),
                Route(f"{PREFIX}correct", change(self._correct), methods=["POST"]),
                Route(f"{PREFIX}upload", change(self._upload), methods=["POST"]),
            ]
        )

    def _open(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if not self.admitted(request):
                return PlainTextResponse("Log in first.", 401)
            try:
                return await endpoint(request)
            except UploadRefused as refused:
                return PlainTextResponse(str(refused), refused.status)
            except RapporteurError as error:
                return PlainTextResponse(str(error), 409)

        return guarded

    def _change(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if self._read_only:
                return PlainTextResponse(_READ_ONLY, 403)
            if MARK not in request.headers:
                return PlainTextResponse("This did not come from Rapporteur's own page.", 403)
            return await endpoint(request)

        return self._open(guarded)

    async def _library(self, request: Request) -> Response:
        asked = request.query_params
        first = int(asked["from"]) if asked.get("from", "").isdecimal() and len(asked["from"]) < 9 else 0
        reports = await asyncio.to_thread(self._reports)
        return HTMLResponse(await asyncio.to_thread(entries_html, reports, asked.get("find", ""), first))

    def _reports(self) -> list[qa.ReportFacts]:
        """None where no index has been made yet, which is no mistake of anybody's."""
        return qa.reports(index=self._index) if self._made() else []

    def _made(self) -> bool:
        return open_store(self._index).exists()

    async def _facts(self, request: Request) -> Response:
        try:
            found = await asyncio.to_thread(meeting_facts, request.query_params.get("report", ""), index=self._index)
        except RapporteurError as error:
            return HTMLResponse(problem_html(str(error)))
        return HTMLResponse(facts_html(found, may_correct=self._folder() is not None))

    async def _known(self, _: Request) -> Response:
        """Each report with its title and the beginning of its text's SHA-256, for the browser to tell what is new since the last visit."""
        reports = await asyncio.to_thread(self._reports)
        return JSONResponse([[report.report, report.title, report.sha256[:10]] for report in reports])

    async def _state(self, _: Request) -> Response:
        return JSONResponse(self._told(may=self._folder() is not None))

    async def _update(self, _: Request) -> Response:
        self._updating.start(self._writable())
        return JSONResponse(self._told(may=True), 202)

    async def _correct(self, request: Request) -> Response:
        sent = await _json(request)
        folder = self._writable()
        if not isinstance(sent, dict) or not isinstance(sent.get("report"), str) or not isinstance(sent.get("facts"), dict | None):
            return PlainTextResponse("A correction names a report and its facts.", 400)
        await asyncio.to_thread(self._keep, folder, sent["report"], sent.get("facts"))
        self._updating.start(folder)
        return JSONResponse(self._told(may=True), 202)

    def _keep(self, folder: Path, report: str, given: dict[str, Any] | None) -> None:
        """Keep what is given; nothing given takes the correction back."""
        known = meeting_facts(report, index=self._index)  # refuses what is no report, so that no other path is ever looked at
        file = folder / known.report
        facts = changed_facts(known, given) if given else {}
        with self._saving:
            save_correction(folder, known.report, file_sha256(file) if file.is_file() else "", facts)

    async def _upload(self, request: Request) -> Response:
        folder = self._writable()
        if self._uploads >= _UPLOADS:
            raise UploadRefused(429, "Other files are coming in. Try again when they are here.")
        self._uploads += 1
        try:
            new = await take_in(folder, request.query_params.get("name", ""), _pieces(request))
        finally:
            self._uploads -= 1
        return JSONResponse({"new": new}, 201 if new else 200)

    def _told(self, *, may: bool) -> dict[str, Any]:
        """The update's state, whether reports may be added, and a name for this library, under which the browser keeps what it knew."""
        return self._updating.state() | {"may": may, "library": sha256(str(Path(self._index).resolve()).encode()).hexdigest()[:12]}

    def _folder(self) -> Path | None:
        """The folder that reports may be added to, or None where nothing may be changed."""
        if self._read_only:
            return None
        try:
            return documents_folder(self._index)
        except RapporteurError:
            # An index that cannot be read may be of any folder: an update from another one would drop its reports.
            return self._documents if not self._made() and self._documents.is_dir() else None

    def _writable(self) -> Path:
        folder = self._folder()
        if folder is None:
            raise UploadRefused(409, _NO_FOLDER)
        return folder


async def _json(request: Request) -> object:
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; given up when nothing comes for long."""
    from starlette.requests import ClientDisconnect

    stream = request.stream()
    while True:
        try:
            yield await asyncio.wait_for(anext(stream), _SILENCE)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect):
            raise UploadRefused(408, "The file did not come in whole. Upload it again.") from None

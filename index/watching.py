"""Keep the index in step with a folder while it is open: what comes, changes or goes is taken in once it is complete.

The system says that something has changed (watchfiles); what it was is found by looking at the folder, because a network drive tells of
other machines' changes late or never. A file is complete when its size and time have not changed for a moment; one that still grows does
not hold the others up for long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from index.errors import FolderError, RapporteurError
from index.folder import OWN_FILES, scan
from index.rebuilding import Progress, Rebuilt, rebuild_but

SETTLED: Final = 2.0  # seconds without a change after which a file is complete
PATIENCE: Final = 10.0  # seconds that complete files wait for one that still grows
RETRY: Final = 10.0  # seconds after which an indexing that could not be done is tried again
LOOK_AGAIN: Final = 30.0  # seconds after which the folder is looked at even when the system says nothing
_TICK: Final = 0.5

State = dict[str, tuple[int, int] | str]


class Settling:
    """What of a folder is new since it was last indexed, and which of its files are still being written."""

    def __init__(self, settled: float = SETTLED, patience: float = PATIENCE) -> None:
        """Nothing is known of the folder yet, so all of it is new."""
        self._settled = settled
        self._patience = patience
        self._indexed: State | None = None
        self._seen: State = {}
        self._changed: dict[str, float] = {}  # when each file was last seen to change
        self._waiting: float | None = None  # since when something new waits

    @property
    def at_rest(self) -> bool:
        """Whether nothing new waits."""
        return self._waiting is None

    def due(self, state: State, now: float) -> frozenset[str] | None:
        """The files to leave for later if it is time to index the folder as it is now; None as long as it is not."""
        self._changed = {path: self._changed[path] if self._seen.get(path) == state[path] else now for path in state}
        self._seen = state
        if state == self._indexed:
            self._waiting = None
            return None
        if self._waiting is None:
            self._waiting = now
        growing = frozenset(path for path, when in self._changed.items() if now - when < self._settled)
        before = self._indexed or {}
        news = {path for path in {*state, *before} if state.get(path) != before.get(path)}
        if (news and not news - growing) or (growing and now - self._waiting < self._patience):
            return None
        return growing

    def indexed(self, state: State, later: Collection[str]) -> None:
        """The folder was indexed as it is in `state`, but for the files left for later."""
        before = self._indexed or {}
        self._indexed = {p: state[p] for p in state if p not in later} | {p: before[p] for p in later if p in before}
        self._waiting = None


def watch_folder(
    documents: str | Path,
    index: str | Path,
    *,
    tell: Callable[[Rebuilt | RapporteurError], None],
    model: str | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
    settling: Settling | None = None,
) -> None:
    """Index the folder, and again whenever it has changed, until `stop` is set or the process is interrupted.

    tell  called with what each indexing did, or with what kept it from being done; that is tried again a little later.
    Raises what the first indexing raises, except that an empty folder may still fill.
    """
    folder, settling = Path(documents), settling or Settling()
    if not folder.is_dir():
        raise FolderError(f"{folder}: there is no such folder. Make it, or name another: rapporteur index FOLDER --watch")
    told: Rebuilt | RapporteurError | None = None
    quiet_until = 0.0
    for now in _looks(folder, settling, stop):
        if now < quiet_until:
            continue
        state: State | None = None
        try:
            state = _state(folder)
            later = settling.due(state, now)
            if later is None:
                continue
            built = rebuild_but(later, folder, index, model=model, progress=progress)
            settling.indexed(state, later)
            told = built
        except RapporteurError as error:
            if isinstance(error, FolderError) and state is not None:  # nothing to index yet
                settling.indexed(state, ())
            elif told is None:
                raise
            else:
                quiet_until = now + RETRY
            if str(error) == str(told):
                continue
            told = error
        tell(told)


def _looks(folder: Path, settling: Settling, stop: Event | None) -> Iterator[float]:
    """The moments at which to look at the folder: when the system says so, while something waits, and now and then."""
    from watchfiles import watch  # noqa: PLC0415  # only for who watches
    from watchfiles._rust_notify import WatchfilesRustInternalError  # noqa: PLC0415

    polling = None
    while not (stop and stop.is_set()):
        home, looked = _identity(folder), -LOOK_AGAIN
        if home is None:  # taken away, or not mounted: it may come back, as another folder
            yield monotonic()
            (stop or Event()).wait(_TICK)
            continue
        try:
            for changes in watch(
                folder,
                watch_filter=None,
                stop_event=stop,
                rust_timeout=int(_TICK * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
                force_polling=polling,
            ):
                now = monotonic()
                if changes or not settling.at_rest or now - looked >= LOOK_AGAIN:
                    looked = now
                    yield now
                if _identity(folder) != home:
                    break
        except FileNotFoundError:  # taken away at this moment
            continue
        except WatchfilesRustInternalError:  # the system watches no more folders for us
            polling = True


def _identity(folder: Path) -> int | None:
    """Which folder it is; None where there is none."""
    try:
        return folder.stat().st_ino if folder.is_dir() else None
    except OSError:
        return None


def _state(folder: Path) -> State:
    """Size and time of all that an indexing reads, and why other files are not read."""
    if not folder.is_dir():
        raise FolderError(f"{folder}: the folder is gone. It is indexed again when it is back.")
    files, refused, shut = scan(folder)
    own: State = {}
    for name in OWN_FILES:
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        own[name] = (status.st_size, status.st_mtime_ns)
    return {**files, **{skipped.path: skipped.reason for skipped in (*refused, *shut)}, **own}

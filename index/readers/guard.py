"""Reading where it can do no harm: in child processes with limits on time, memory and size.

A damaged or hostile file may keep a reader busy for ever, eat all memory or crash it; then the child is ended and the file is listed with
the reason, and the others go on. Children are spawned, never forked (threads and OpenMP do not survive a fork), and import only the
readers.
"""

from __future__ import annotations

import threading
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import context, spawn
from pathlib import Path
from typing import Any

from index.errors import UnreadableReport
from index.readers import read_report
from index.report import Report

Reader = Callable[[Path, str], Report]

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for.

    size, expanded   bytes of the file, and of a .docx unpacked.
    seconds          time for any file; each megabyte above the first adds `seconds_per_mb`, up to `seconds_at_most`.
    memory           bytes of address space on top of what the child needs for itself; held where the platform can (Linux).
    pages, characters   of the report that is read.
    """

    size: int = 50 * _MB
    expanded: int = 200 * _MB
    seconds: float = 60
    seconds_per_mb: float = 20
    seconds_at_most: float = 300
    memory: int = 1 << 30
    pages: int = 5_000
    characters: int = 20_000_000

    def time(self, size: int) -> float:
        """Seconds allowed for a file of `size` bytes."""
        return min(self.seconds + self.seconds_per_mb * max(0, size - _MB) / _MB, max(self.seconds, self.seconds_at_most))


def read_guarded(
    files: Sequence[tuple[Path, str]], workers: int = 2, limits: Limits | None = None, reader: Reader = read_report
) -> Iterator[tuple[str, Report | UnreadableReport]]:
    """Each file's report id with its report, or with the reason why there is none; in the order given.

    files     path and report id of each.
    reader    a function that a child can import by name.
    workers   children at work at once; each starts once (about a third of a second), and again only after it had to be ended.
    Closing the iterator, or Ctrl-C, ends the children.
    """
    limits = limits or Limits()
    waiting = deque(files)
    again: dict[str, int] = {}
    while waiting:
        pool = _pool(min(workers, len(waiting)), limits)
        try:
            yield from _through(pool, waiting, workers, limits, reader)
        except BrokenExecutor:  # no child is left to say which file it was: the first in the queue is the first suspect
            _, report_id = waiting[0]
            again[report_id] = again.get(report_id, 0) + 1
            if again[report_id] >= 3:
                waiting.popleft()
                yield (
                    report_id,
                    UnreadableReport(
                        "The process that reads it could not be started or ended without a word. Try again with more memory free."
                    ),
                )
        finally:
            pool.stop()
            pool.join()


def _through(
    pool: Any, waiting: deque[tuple[Path, str]], workers: int, limits: Limits, reader: Reader
) -> Iterator[tuple[str, Report | UnreadableReport]]:
    """Read what waits, a few files ahead of the one whose turn it is; a file leaves `waiting` when its result is given."""
    running: deque[tuple[Any, float]] = deque()
    while waiting:
        while len(running) < min(len(waiting), workers * 4):
            path, report_id = waiting[len(running)]
            seconds = limits.time(_size(path))
            try:
                future = pool.schedule(_read, args=(reader, path, report_id, limits), timeout=seconds)
            except RuntimeError as error:  # Pebble's word for a pool that has no children left
                raise BrokenExecutor from error
            running.append((future, seconds))
        future, seconds = running[0]
        result = _result(future, seconds)
        running.popleft()
        _, report_id = waiting.popleft()
        yield report_id, result


def _result(future: Any, seconds: float) -> Report | UnreadableReport:
    from pebble import ProcessExpired

    try:
        result: Report | UnreadableReport = future.result()
        return result
    except TookTooLong:
        return UnreadableReport(f"Reading it took longer than {seconds:.0f} seconds. It may be damaged; save it anew, or split it.")
    except ProcessExpired:
        return UnreadableReport("The program that reads it crashed or ran out of memory. It may be damaged; save it anew, or split it.")
    except CancelledError:
        return UnreadableReport("Reading it was interrupted. Rebuild once more.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _pool(workers: int, limits: Limits) -> Any:
    from pebble import ProcessPool

    return ProcessPool(max_workers=max(1, workers), initializer=_prepare_child, initargs=(limits.memory,), context=_ReaderContext())


class _ReaderProcess(context.SpawnProcess):
    """A spawned child that does not run the caller's main module again.

    multiprocessing imports `__main__` anew in every child, so a script that calls `rebuild` without an `if __name__` guard would rebuild
    inside its own readers, and the chat would load its panels there. Readers need nothing of it.
    """

    def start(self) -> None:
        """Start the child."""
        with _without_main():
            super().start()


class _ReaderContext(context.SpawnContext):
    Process = _ReaderProcess


_here = threading.local()
_patching = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Within it, children that this thread starts are told nothing of `__main__`."""
    with _patching:
        usual = spawn.get_preparation_data
        _here.reading = True

        def without(name: str) -> dict[str, Any]:
            data = usual(name)
            if getattr(_here, "reading", False):
                data.pop("init_main_from_name", None)
                data.pop("init_main_from_path", None)
            return data

        spawn.get_preparation_data = without
        try:
            yield
        finally:
            spawn.get_preparation_data = usual
            _here.reading = False


def _prepare_child(memory: int) -> None:
    """Silence the libraries' own warnings, and bound the child's memory to `memory` bytes above what it has now."""
    import logging
    import warnings

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = used + memory + 256 * _MB  # room for the libraries that the readers load
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):  # no such limit on this platform: time and size still hold
        return


def _read(reader: Reader, path: Path, report_id: str, limits: Limits) -> Report | UnreadableReport:
    """In the child: the report, or the reason why not, whatever goes wrong in a reader."""
    try:
        _check_file(path, limits)
        report = reader(path, report_id)
        _check_report(report, limits)
        return report
    except UnreadableReport as error:
        return error
    except MemoryError:
        return UnreadableReport(f"Reading it needs more than {limits.memory / 2**20:.0f} MB of memory. Split it, or save it as plain text.")
    except Exception as error:  # a reader's defect on one file must not stop the others; its kind is named so that it can be mended
        kind = type(error).__name__
        return UnreadableReport(f"It could not be read ({kind}: {str(error)[:120]}). It may be damaged; save it anew, or as plain text.")


def _check_file(path: Path, limits: Limits) -> None:
    size = _size(path)
    if size > limits.size:
        raise UnreadableReport(f"It is larger than {limits.size // _MB} MB. Split it, or save it without pictures.")
    if size and path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > limits.expanded:
                raise UnreadableReport(f"Unpacked, it is larger than {limits.expanded // _MB} MB. Split it, or save it without pictures.")


def _check_report(report: Report, limits: Limits) -> None:
    if len(report.pages) > limits.pages:
        raise UnreadableReport(f"It has more than {limits.pages:,} pages. Split it.")
    if len(report.text) > limits.characters:
        raise UnreadableReport(f"It holds more than {limits.characters:,} characters of text. Split it.")

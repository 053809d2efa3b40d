"""Reading where it can do no harm: in child processes with limits on time, memory and size.

A damaged or hostile file may keep a reader busy for ever, eat all memory or crash it; then the child is ended and the file is listed with
the reason, and the others go on. What is made of the report by rules is made in the child, too. Children are spawned, never forked (threads
and OpenMP do not survive a fork), and import only what they need.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import ReadingEnded, UnreadableReport
from index.readers import open_regular, read_report
from index.readers.children import OUT_OF_MEMORY, Child, ChildEndedError
from index.readers.limits import LIMITS, ON_THE_CLOCK, Limits, allowance, too_large, too_large_unpacked
from index.report import Report

Reader = Callable[[Path, str], Report]
Then = Callable[[Report, str], Any]

_MB = 1_000_000
_GRACE = 5  # seconds after which the parent ends a child that its own timer did not
_TRIES = 3  # of a file whose child ended without a word: the file may not be to blame
_SWOLLEN = 72  # the exit status of a child that wants to be replaced before the next file
_OUT_OF_TIME = (-14, -27)  # how the system's timers end a child: SIGALRM, SIGPROF
_FORBIDDEN = frozenset({"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"})
_CRASHED = "The program that reads it crashed. The file may be damaged; save it anew, or split it."
_NOT_STARTED = "The process that reads it could not be started. Try again with more memory free."


def _unchanged(report: Report, _file_sha256: str) -> Report:
    return report


def read_guarded(
    files: Sequence[tuple[Path, str]],
    workers: int = 2,
    limits: Limits | None = None,
    reader: Reader = read_report,
    then: Then = _unchanged,
) -> Iterator[tuple[str, Any]]:
    """Each file's report id with what `then` makes of its report, or with the UnreadableReport that says why there is none; in order.

    files     path and report id of each. The id ends the path, so that what stands before it is the folder that no link may lead out of.
    workers   children at work at once; each starts once (about half a second), and again only after it had to be ended.
    reader    a function that a child can import by name.
    then      makes what is wanted of each report, given the SHA-256 of its file as it was read; in the child, within the same limits. The
              report itself where it is left out.
    Closing the iterator, or Ctrl-C, ends the children.
    """
    readers = _Readers(files, workers, _Task(reader, then, limits or LIMITS))
    try:
        for turn, (_, report_id) in enumerate(files):
            yield report_id, readers.outcome(turn)
    finally:
        readers.end()


@dataclass(frozen=True, slots=True)
class _Task:
    """What a child does with each file; it is told once, when it starts."""

    reader: Reader
    then: Then
    limits: Limits


class _Readers:
    """The children, the files that they read, and what came of them. Files are read a few ahead of the one whose turn it is."""

    def __init__(self, files: Sequence[tuple[Path, str]], workers: int, task: _Task) -> None:
        self._files, self._task = files, task
        self._workers = max(1, min(workers, len(files)))
        self._idle: list[Child] = []
        self._busy: dict[Child, int] = {}
        self._next = 0
        self._again: list[int] = []
        self._tries: dict[int, int] = {}
        self._outcomes: dict[int, Any] = {}

    def outcome(self, turn: int) -> Any:
        """What came of the file at `turn`; each is given out once, in order."""
        while turn not in self._outcomes:
            self._hand_out(turn)
            for child in Child.wait(list(self._busy)) if self._busy else ():
                self._take(child)
        return self._outcomes.pop(turn)

    def end(self) -> None:
        """End all children."""
        for child in (*self._idle, *self._busy):
            child.end()

    def _hand_out(self, turn: int) -> None:
        """Give a file to each child that has none."""
        while len(self._busy) < self._workers and (self._again or self._next < min(len(self._files), turn + 3 * self._workers)):
            try:
                child = self._idle.pop() if self._idle else Child(_prepare_child, self._task)
            except OSError:
                if self._busy:
                    return
                self._outcomes[self._take_next()] = ReadingEnded(_NOT_STARTED)
                continue
            position = self._take_next()
            try:
                child.give(_read, *self._files[position], seconds=_longest(self._task.limits))
            except ChildEndedError:
                self._try_again(position, ReadingEnded(_NOT_STARTED))
            else:
                self._busy[child] = position

    def _take_next(self) -> int:
        if self._again:
            return self._again.pop()
        self._next += 1
        return self._next - 1

    def _take(self, child: Child) -> None:
        """Take what a child has made of its file, or learn how it ended."""
        position = self._busy.pop(child)
        limits, path = self._task.limits, self._files[position][0]
        try:
            self._outcomes[position] = child.result()
        except TimeoutError:
            self._outcomes[position] = _too_slow(limits, path)
        except ChildEndedError as ended:
            if ended.status in _OUT_OF_TIME:
                self._outcomes[position] = _too_slow(limits, path)
            elif ended.status == OUT_OF_MEMORY:
                self._outcomes[position] = _too_greedy(limits)
            else:
                self._try_again(position, ReadingEnded(_CRASHED))
        else:
            self._idle.append(child)

    def _try_again(self, position: int, reason: ReadingEnded) -> None:
        self._tries[position] = self._tries.get(position, 1) + 1
        if self._tries[position] > _TRIES:
            self._outcomes[position] = reason
        else:
            self._again.append(position)


def _longest(limits: Limits) -> float:
    """Seconds on the clock after which the parent ends a child that no timer of its own has ended."""
    return ON_THE_CLOCK * max(limits.seconds, limits.seconds_at_most) + _GRACE


def _too_slow(limits: Limits, path: Path) -> ReadingEnded:
    allowed = f"{limits.time(_size(path)):.0f} seconds, and more for many pages"
    return ReadingEnded(f"Reading it takes too long (a file of its size gets {allowed}). It may be damaged; save it anew, or split it.")


def _too_greedy(limits: Limits) -> ReadingEnded:
    return ReadingEnded(f"Reading it needs more than {limits.memory / 2**20:.0f} MB of memory. Split it, or save it as plain text.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


_task: _Task | None = None
_room: int | None = None


def _prepare_child(task: _Task) -> None:
    """Learn the task, silence the libraries' own warnings, and bound what the child can do: its memory, its files, its connections."""
    global _task, _room  # noqa: PLW0603  # a child has one task for all its life
    import logging
    import warnings

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    _task = task
    sys.addaudithook(_refuse)
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = _used() + task.limits.memory + 256 * _MB  # room for the libraries that the readers load
        _room = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (_room, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a reader writes no file
    except (ImportError, OSError, ValueError):  # no such limit on this platform: time and size still hold
        return


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    """Nothing that a report refers to is fetched or run."""
    if event in _FORBIDDEN:
        raise PermissionError("a reader neither connects nor runs programs")


def _used() -> int:
    """Bytes of address space that this process has. Raises OSError where the system does not tell."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _read(path: Path, report_id: str) -> Any:
    """In the child: what is made of the report, or the reason why not, whatever goes wrong in a reader."""
    assert _task is not None  # noqa: S101  # the initializer came first
    limits = _task.limits
    if _room is not None and _room - _used() < limits.memory:
        os._exit(_SWOLLEN)  # what earlier files left behind is not this file's fault: a fresh child reads it
    allowance.begin(limits, _size(path))
    try:
        _check_file(path, report_id, limits)
        sha256 = _sha256(path)
        report = _task.reader(path, report_id)
        _check_report(report, limits)
        return _task.then(report, sha256)
    except UnreadableReport as error:
        return error
    except MemoryError:
        raise
    except RecursionError:
        return UnreadableReport("Its parts are nested more deeply than can be followed. It may be damaged; save it anew, or as plain text.")
    except Exception:  # a reader's defect on one file must not stop the others; docs/reliability.md says how to see it
        return UnreadableReport("It is damaged, or made in a way that is not understood. Save it anew, or as plain text.")


def _check_file(path: Path, report_id: str, limits: Limits) -> None:
    if _leads_out(path, report_id):
        raise UnreadableReport("The link leads out of the documents folder. Put the file itself here.")
    size = _size(path)
    if size > limits.size:
        raise UnreadableReport(too_large(limits))
    if size and path.is_file() and zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                expanded = sum(info.file_size for info in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            return  # the reader says what is wrong with it
        if expanded > limits.expanded:
            raise UnreadableReport(too_large_unpacked(limits))


def _sha256(path: Path) -> str:
    with suppress(OSError, ValueError), open_regular(path) as stream:  # the reader says why it cannot be opened
        return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""


def _leads_out(path: Path, report_id: str) -> bool:
    """Whether what stands at `path` now lies outside the folder: since the folder was listed, a link may have come in its place."""
    if not path.as_posix().endswith(report_id):
        return False
    return not path.resolve().is_relative_to(path.parents[report_id.count("/")].resolve())


def _check_report(report: Report, limits: Limits) -> None:
    if len(report.pages) > limits.pages:
        raise UnreadableReport(f"It has more than {limits.pages:,} pages. Split it.")
    if len(report.text) > limits.characters:
        raise UnreadableReport(f"It holds more than {limits.characters:,} characters of text. Split it.")


def bounded_child(limits: Limits | None = None) -> Child:
    """A child with the same bounds, for other work on a report's file; whoever asks for it ends it."""
    return Child(_prepare_child, _Task(read_report, _unchanged, limits or LIMITS))

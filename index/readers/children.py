"""A child process that may be ended at any moment: it does one thing at a time, and the parent learns what came of it, or how it ended.

Spawned, never forked: threads and OpenMP do not survive a fork. Two pipes for each child and no threads: a child that dies says so by its
pipe's end, whatever it was about to do. Of one way each, because a pipe of both ways is a socket, and the program promises to open none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, context, spawn
from typing import Any

from index.readers.limits import allowance

OUT_OF_MEMORY = 71
"""Exit status of a child that had no memory left."""


class ChildEndedError(Exception):
    """The child ended in the middle of its work. `status` as multiprocessing gives it: negative for a signal."""

    def __init__(self, status: int | None) -> None:
        """`status` is None when it is not known."""
        super().__init__(f"the child ended with {status}")
        self.status = status


class Child:
    """One spawned process. `prepare(*args)` is called in it once; functions and values must be such that they can be pickled."""

    def __init__(self, prepare: Callable[..., None], *args: Any) -> None:
        """Start it. Raises OSError when the system has no process to give."""
        work, self._work = _context.Pipe(duplex=False)
        self._results, results = _context.Pipe(duplex=False)
        self._deadline = float("inf")
        self._process = _context.Process(target=_serve, args=(work, results, prepare, args), daemon=True)
        try:
            self._process.start()
        finally:  # the child's ends are its own, so that the pipes end with it
            work.close()
            results.close()

    def give(self, function: Callable[..., Any], *args: Any, seconds: float) -> None:
        """Let it work; `result` has what comes of it. After `seconds` it is ended. Raises ChildEndedError."""
        self._deadline = time.monotonic() + seconds
        try:
            self._work.send((function, args))
        except OSError as error:
            raise self._ended() from error

    def result(self) -> Any:
        """What the function returned; waits for it. Raises TimeoutError, ChildEndedError; then the child is no more."""
        try:
            if not self._results.poll(max(0.0, self._deadline - time.monotonic())):
                self.end()
                raise TimeoutError
            return self._results.recv()
        except (EOFError, ConnectionError) as error:
            raise self._ended() from error

    def call(self, function: Callable[..., Any], *args: Any, seconds: float) -> Any:
        """`give` and `result` in one."""
        self.give(function, *args, seconds=seconds)
        return self.result()

    def end(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()
        self._process.join()
        self._work.close()
        self._results.close()

    def _ended(self) -> ChildEndedError:
        self._process.join(5)  # its pipe is closed, so it ends; if not, it is made to
        status = self._process.exitcode
        self.end()
        return ChildEndedError(status)

    @staticmethod
    def wait(children: Sequence[Child]) -> list[Child]:
        """Those of `children` whose `result` needs no waiting: at least one."""
        seconds = max(0.0, min(child._deadline for child in children) - time.monotonic())
        ready = set(connection.wait([child._results for child in children], None if seconds == float("inf") else seconds))
        now = time.monotonic()
        return [child for child in children if child._results in ready or child._deadline <= now]


def _serve(work: Any, results: Any, prepare: Callable[..., None], args: Sequence[Any]) -> None:
    """In the child: do what comes through the pipe `work` until it ends, as it does when the parent dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    with contextlib.suppress(EOFError, OSError):
        prepare(*args)
        while True:
            function, values = work.recv()
            try:
                results.send(function(*values))
            except MemoryError:
                os._exit(OUT_OF_MEMORY)  # whatever is left of it: the next file gets a fresh child
            allowance.end()


class _Process(context.SpawnProcess):
    """A spawned child that does not run the caller's main module again.

    multiprocessing imports `__main__` anew in every child, so a script that calls `rebuild` without an `if __name__` guard would rebuild
    inside its own readers, and the chat would load its panels there. Readers need nothing of it.
    """

    def start(self) -> None:
        """Start the child."""
        with _without_main():
            super().start()


class _Context(context.SpawnContext):
    Process = _Process


_context = _Context()
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

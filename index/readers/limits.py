"""How much of time, memory and space one file may take, and what is said of a file that wants more."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

from index.errors import UnreadableReport

ON_THE_CLOCK = 3
"""How much longer than on the processor a file may take on the clock."""
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for.

    size, expanded   bytes of the file, and of a .docx unpacked.
    seconds          of the processor for any file; each megabyte above the first and each page add to it, up to `seconds_at_most`. On the
                     clock three times as much, so that a busy machine costs no report.
    memory           bytes of address space on top of what the child needs for itself; held where the platform can (Linux).
    pages, characters   of the report that is read.
    """

    size: int = 50 * _MB
    expanded: int = 200 * _MB
    seconds: float = 60
    seconds_per_mb: float = 20
    seconds_per_page: float = 0.2
    seconds_at_most: float = 300
    memory: int = 1 << 30
    pages: int = 5_000
    characters: int = 20_000_000

    def time(self, size: int, pages: int = 0) -> float:
        """Seconds allowed for a file of `size` bytes and as many pages."""
        more = self.seconds_per_mb * max(0, size - _MB) / _MB + self.seconds_per_page * pages
        return min(self.seconds + more, max(self.seconds, self.seconds_at_most))


LIMITS = Limits()
"""Those in force."""


def too_large(limits: Limits) -> str:
    """What is said of a file above the limit."""
    return f"It is larger than {limits.size // _MB} MB. Split it, or save it without pictures."


def too_large_unpacked(limits: Limits) -> str:
    """What is said of a .docx that unpacks to more than the limit."""
    return f"Unpacked, it is larger than {limits.expanded // _MB} MB. Split it, or save it without pictures."


class Allowance:
    """The time that the file at hand still has. In a guarded child the system itself ends the process when it is over.

    The system's timers need no turn of Python's, so a reader inside a library's loop ends as promptly as any; and they do not follow the
    clock on the wall. Where there are none (Windows), the parent ends the child after the longest time that any file may take.
    """

    def __init__(self) -> None:
        """Nothing is bounded before `begin`."""
        self._limits: Limits | None = None
        self._size = 0
        self._began = (0.0, 0.0)

    def begin(self, limits: Limits, size: int) -> None:
        """Start the time of a file of `size` bytes."""
        self._limits, self._size, self._began = limits, size, (time.process_time(), time.monotonic())
        _alarm(limits.time(size), ON_THE_CLOCK * limits.time(size))

    def pages(self, count: int) -> None:
        """A file turns out to have `count` pages: refuse it, or give it their time. Raises UnreadableReport."""
        if self._limits is None:
            return
        if count > self._limits.pages:
            raise UnreadableReport(f"It has more than {self._limits.pages:,} pages. Split it.")
        allowed = self._limits.time(self._size, count)
        worked, passed = time.process_time() - self._began[0], time.monotonic() - self._began[1]
        _alarm(max(0.01, allowed - worked), max(0.01, ON_THE_CLOCK * allowed - passed))

    def end(self) -> None:
        """The file is read: nothing is bounded any more."""
        self._limits = None
        _alarm(0, 0)


allowance = Allowance()
"""Of this process: bounded in a guarded child only."""


def _alarm(worked: float, passed: float) -> None:
    """End this process after so many seconds of the processor, or so many on the clock; 0 for never."""
    with contextlib.suppress(ImportError, AttributeError):
        import signal

        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, worked)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, passed)

"""Readers that fail as damaged files make real ones fail; children import them by name."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from index.readers import read_report
from index.report import Report


def by_name(path: Path, report_id: str) -> Report:
    """Fail in the way that the file's name says, else read it."""
    failures = {
        "hang": _hang,
        "crash": _crash,
        "exit": _exit,
        "greedy": _greedy,
        "defect": _defect,
        "deep": _deep,
        "noisy": _noisy,
        "whoami": _whoami,
    }
    failure = failures.get(path.stem.split("-")[0])
    return failure() if failure else read_report(path, report_id)


def _hang() -> Report:
    while True:
        time.sleep(60)


def _crash() -> Report:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def _exit() -> Report:
    os._exit(3)


def _greedy() -> Report:
    held = [bytearray(50_000_000) for _ in range(1000)]
    return Report("", str(len(held)), ())


def _defect() -> Report:
    raise ZeroDivisionError("in a reader")


def _deep() -> Report:
    return _deep()


def _noisy() -> Report:
    sys.stdout.write("a library prints\n")
    return Report("", "x" * 100, ())


def _whoami() -> Report:
    return Report("", f"{os.getpid()} {getattr(sys.modules['__main__'], '__file__', '')}", ())

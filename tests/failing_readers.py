"""Readers that fail as damaged files make real ones fail; children import them by name."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from index.readers import read_report
from index.report import Report

_held: list[bytearray] = []


def by_name(path: Path, report_id: str) -> Report:
    """Fail in the way that the file's name says, else read it."""
    failures = {
        "hang": _hang,
        "busy": _busy,
        "crash": _crash,
        "exit": _exit,
        "greedy": _greedy,
        "defect": _defect,
        "deep": _deep,
        "noisy": _noisy,
        "whoami": _whoami,
        "hoard": _hoard,
        "connects": lambda: _tried(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
        "runs": lambda: _tried(lambda: subprocess.run(["true"], check=True)),
        "writes": lambda: _tried(lambda: path.with_suffix(".new").write_text("x" * 9, "utf-8")),
    }
    failure = failures.get(path.stem.split("-")[0])
    return failure() if failure else read_report(path, report_id)


def slow_with_a(report: Report, file_sha256: str) -> tuple[str, str, int]:
    """What `read_guarded` may make of a report."""
    if report.report_id == "a.txt":
        _hang()
    return report.text, file_sha256, os.getpid()


def _tried(action: Callable[[], object]) -> Report:
    try:
        action()
    except OSError as error:
        return Report("", type(error).__name__, ())
    return Report("", "done", ())


def _hoard() -> Report:
    _held.append(bytearray(200_000_000))
    return Report("", "x", ())


def _hang() -> Report:
    while True:
        time.sleep(60)


def _busy() -> Report:
    """In a library's loop that gives Python no turn."""
    return Report("", str(re.match(r"(a+)+$", "a" * 60 + "b")), ())


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

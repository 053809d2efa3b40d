"""Answering in a second process while this one answers, too: Python computes one question at a time, and machines have more than one core.

The first question that comes while another is computed starts the process; whoever asks alone never pays for it. It reads the same index,
each question as it is then. Whatever happens to it, the question is answered here.
"""

from __future__ import annotations

import sys
import threading
from time import monotonic
from typing import Any

import qa
from index.errors import RapporteurError
from index.readers.children import Child, ChildEndedError
from index.store import in_milvus
from qa.contract import Answer

_LONGEST = 60.0  # seconds for a question; it is then asked here
_START = 120.0  # seconds until the process is ready: on a busy machine it reads slowly
_AGAIN = 60.0  # seconds between two starts, so that what cannot live is not started all the time


class Answering:
    """`ask` on one index, for several threads."""

    def __init__(self, index: str) -> None:
        """Nothing is started yet."""
        self._index = index
        self._here, self._there = threading.Lock(), threading.Lock()
        self._child: Child | None = None
        self._started = -_AGAIN

    def ask(self, question: str, **arguments: Any) -> Answer:
        """What `qa.ask` answers to the same arguments, which have to be such that they can be sent. Raises what it raises."""
        if self._child is not None and self._there.acquire(blocking=False):
            try:
                found = self._ask_there(question, arguments)
            finally:
                self._there.release()
            if isinstance(found, RapporteurError):
                raise found
            if found is not None:
                return found
        alone = self._here.acquire(blocking=False)
        if not alone:
            self._begin()
        try:
            return qa.ask(question, index=self._index, **arguments)
        finally:
            if alone:
                self._here.release()

    def _ask_there(self, question: str, arguments: dict[str, Any]) -> Answer | RapporteurError | None:
        """What the other process found; None where it is no more."""
        child = self._child
        if child is None:
            return None
        try:
            found: Answer | RapporteurError = child.call(_answer, question, self._index, arguments, seconds=_LONGEST)
        except (ChildEndedError, TimeoutError):
            self._child = None
            return None
        return found

    def _begin(self) -> None:
        """Start the process, unless it runs, is being started, or was started a moment ago."""
        # A file of Milvus Lite is one process's own.
        if self._child is None and not in_milvus(self._index) and monotonic() - self._started >= _AGAIN:
            self._started = monotonic()
            threading.Thread(target=self._start, name="answering", daemon=True).start()

    def _start(self) -> None:
        with self._there:
            try:
                child = Child(_prepare, self._index)
                child.call(_ready, seconds=_START)
            except (OSError, ChildEndedError, TimeoutError):
                return  # then all is answered here
            self._child = child


def _prepare(index: str) -> None:
    """In the other process: load all that an answer needs; where that fails, there is nothing to be done there."""
    try:
        qa.retrieve("warm", 1, index=index)
    except RapporteurError:
        sys.exit(1)


def _ready() -> bool:
    return True


def _answer(question: str, index: str, arguments: dict[str, Any]) -> Answer | RapporteurError:
    """In the other process: the answer, or what there is to say instead."""
    try:
        return qa.ask(question, index=index, **arguments)
    except RapporteurError as error:
        return error

"""Bringing the index in step with the documents while the page answers: a process of its own, with what it does and what came of it.

Analysing is computing, and in this process it would take the answers' time. The child writes its progress as lines of JSON, at lower
priority; when the page's server goes, its pipe breaks and it stops: what was finished is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from index.errors import RapporteurError
from index.store import open_store

PACKAGES = Path(__file__).parent.parent


class Updating:
    """The update of one index: at most one at a time; asked for meanwhile, it runs once more."""

    def __init__(self, index: str) -> None:
        """`index` is what `rebuild` takes."""
        self._index = index
        self._lock = threading.Lock()
        self._again: Path | None = None
        self._child: subprocess.Popen[str] | None = None
        self._state: dict[str, Any] = {"run": 0, "running": False, "done": 0, "total": 0, "file": "", "built": None, "error": ""}
        atexit.register(self.stop)

    def start(self, documents: Path) -> None:
        """Begin an update from that folder, or have one follow the one that runs."""
        with self._lock:
            if self._state["running"]:
                self._again = documents
                return
            run = self._state["run"] + 1
            self._state = {"run": run, "running": True, "done": 0, "total": 0, "file": "", "built": None, "error": ""}
        threading.Thread(target=self._run, args=(documents,), name="update", daemon=True).start()

    def state(self) -> dict[str, Any]:
        """`run` counts updates; files `done` of `total`, and the `file` at hand; at the end the Rebuilt as `built`, or the `error`."""
        with self._lock:
            return dict(self._state)

    def stop(self) -> None:
        """End an update that runs; what it finished is kept."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def _run(self, documents: Path) -> None:
        problem = ""
        try:
            self._follow(documents)
        except OSError as error:
            problem = f"The update could not be started ({error.strerror}). Run: rapporteur index"
        except RapporteurError as error:
            problem = str(error)
        with self._lock:
            if problem:
                self._state["error"] = problem
            elif not self._state["built"] and not self._state["error"]:
                self._state["error"] = "The update ended before it was done. What was finished is kept; start it again to go on."
            self._state["running"] = False
            again, self._again = self._again, None
        if again is not None:
            self.start(again)

    def _follow(self, documents: Path) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))}
        # A file of Milvus Lite is this process's own as long as it runs; the child comes in by the port on which it is served.
        command = [sys.executable, "-m", "web.updating", str(documents), open_store(self._index).address()]
        # What the child says of itself is for the terminal; stdin closed, so that no prompt can hang it.
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment, encoding="utf-8") as child:  # noqa: S603  # our own program
            self._child = child
            for line in child.stdout or ():
                with contextlib.suppress(ValueError):
                    told = json.loads(line)
                    with self._lock:
                        self._state.update({name: told[name] for name in ("done", "total", "file", "built", "error") if name in told})


def tell_update(documents: str, index: str) -> None:
    """Rebuild, and write progress and outcome to standard output as lines of JSON."""
    from index.errors import RapporteurError
    from index.rebuilding import rebuild

    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)

    def tell(**what: object) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    try:
        built = rebuild(documents, index, progress=lambda done, total, file: tell(done=done, total=total, file=file))
    except RapporteurError as error:
        tell(error=str(error))
    else:
        tell(built=built.to_dict())


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        tell_update(*sys.argv[1:3])

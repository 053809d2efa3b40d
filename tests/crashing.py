"""Rebuilds that are killed, and readers that ask meanwhile: what tests/test_crashes.py and benchmarks/stress.py are made of.

A rebuild runs in a process forked from one that has imported everything and opened nothing (`Forge`): a fork costs milliseconds, and FAISS
is safe there because it has not yet run. Each input and output of the rebuild is a step (`Steps`): SQLite's go through a VFS of ours,
Python's through hooks. At the step that is asked for the process kills itself with signal 9, in the middle of a write if it is one; with
`power`, it first loses what no fsync has brought to the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import apsw

import qa
from index.analysis import Words
from index.attribution.wording import load_wording
from index.corrections import Corrections
from index.names import load_names
from index.rebuilding import rebuild
from index.repair import check_index
from qa.library import open_snapshot
from tests.fakes import _sources_once, read_here, word_hashes

_TOPICS = ("hotline", "coral", "walrus", "radar", "quotas", "ferries", "satellites", "dredging")
QUESTIONS = ("What did participants agree on the hotline?", "coral nurseries", "Who supported walrus quotas?", "What was said about radar?")
_USUAL = apsw.vfs_names()[0]
_VERSION = re.compile(r"version(\d+)of")


def text_of(name: str, version: int) -> str:
    """The text of a report at a version; each of its sentences says which."""
    random_ = random.Random(f"{name} {version}")
    mark = f"version{version}of{name.split('.', maxsplit=1)[0]}"
    topics = random_.sample(_TOPICS, 2)
    lines = [f"The {mark} Round of the Baltic Dialogue", f"It was held in Riga on {1 + version % 27} May 2019, {mark}."]
    lines += [f"Participants agreed that {topic} of {mark} should be opened. Some participants questioned {mark}." for topic in topics]
    return "\n\n".join(lines[: 2 + random_.randint(1, 2)]) + "\n"


def version_in(text: str) -> int:
    """The version of which a text, or a quote, is."""
    found = _VERSION.search(text)
    return int(found[1]) if found else -1


# Steps -----------------------------------------------------------------------------------------------------------------------------


class Steps:
    """Counts the inputs and outputs that change files; at number `stop` the process is killed. `taken` holds their kinds."""

    def __init__(self, stop: int | None = None, *, power: bool = False, seed: int = 0) -> None:
        self.stop, self.power = stop, power
        self.taken: list[str] = []
        self.unsynced: dict[str, list[Callable[[], None]]] = {}
        self.random = random.Random(seed)

    def step(self, kind: str, half: Callable[[], None] | None = None) -> None:
        """Take a step; where it is the last, do half of it."""
        self.taken.append(kind)
        if len(self.taken) == self.stop:
            if half is not None:
                half()
            self.die()

    def die(self) -> None:
        """Lose what was never brought to the disk, if the power fails, and be killed."""
        if self.power:
            for undo in reversed([u for undos in self.unsynced.values() for u in undos]):
                if self.random.random() < 0.5:
                    with contextlib.suppress(OSError):
                        undo()
        os.kill(os.getpid(), signal.SIGKILL)

    def wrote(self, path: str, undo: Callable[[], None]) -> None:
        """Something changed that only a sync of `path` brings to the disk."""
        if self.power:
            self.unsynced.setdefault(path, []).append(undo)

    def synced(self, path: str) -> None:
        """All changes of `path` are on the disk."""
        self.unsynced.pop(path, None)


class _Disk(apsw.VFS):
    """The usual file system, step by step."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        super().__init__("crashing", _USUAL, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802 - SQLite's name
        return _File(name, flags, self.steps)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        self.steps.step(f"delete {_kind(name)}")
        if self.steps.power and Path(name).exists():
            kept = Path(name).read_bytes()
            self.steps.wrote(str(Path(name).parent), lambda: _restore(name, kept))
        super().xDelete(name, sync_folder)
        self.steps.step(f"deleted {_kind(name)}")
        if sync_folder:
            self.steps.synced(str(Path(name).parent))


def _restore(name: str, content: bytes) -> None:
    Path(name).write_bytes(content)


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], steps: Steps) -> None:
        self.steps = steps
        self.name = name.filename() if isinstance(name, apsw.URIFilename) else (name or "")
        super().__init__(_USUAL, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self.steps.power:
            self._note(offset, len(data))
        self.steps.step(f"write {_kind(self.name)}", lambda: super(_File, self).xWrite(bytes(data)[: len(data) // 2], offset))
        super().xWrite(data, offset)

    def _note(self, offset: int, length: int) -> None:
        size = self.xFileSize()
        before = os.pread(fd, length, offset) if (fd := _open(self.name)) >= 0 else b""
        if fd >= 0:
            os.close(fd)

        def undo() -> None:
            with Path(self.name).open("r+b") as stream:
                stream.seek(offset)
                stream.write(before)
                if offset + length > size and offset + len(before) >= size:
                    stream.truncate(max(size, offset + len(before)))

        self.steps.wrote(self.name, undo)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.steps.step(f"sync {_kind(self.name)}")
        super().xSync(flags)
        self.steps.synced(self.name)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.steps.step(f"truncate {_kind(self.name)}")
        super().xTruncate(size)


def _open(name: str) -> int:
    try:
        return os.open(name, os.O_RDONLY)
    except OSError:
        return -1


def _kind(name: str) -> str:
    """What stands for a file in a step's name: numbers differ from run to run."""
    return re.sub(r"[0-9a-f]{8,}|\d+", "N", Path(name).name)


def _watch(steps: Steps, stack: ExitStack, home: Path) -> None:
    """Make steps of what Python does to files below `home`, as its audit events tell, and of each fsync."""
    live = {"on": True}
    below = str(home)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if not live["on"] or event not in ("open", "os.rename", "os.remove", "os.link", "os.truncate"):
            return
        name = os.fspath(args[0]) if isinstance(args[0], (str, os.PathLike)) else ""
        writes = event != "open" or (isinstance(args[1], str) and set(args[1]) & set("wax+"))
        if writes and str(name).startswith(below):
            live["on"] = False
            try:
                steps.step(f"{event} {_kind(str(name))}")
            finally:
                live["on"] = True

    sys.addaudithook(hook)
    stack.callback(live.update, on=False)
    fsync = os.fsync

    def stepped(fd: int) -> None:
        steps.step("fsync")
        fsync(fd)
        steps.step("fsynced")

    stack.enter_context(patch("os.fsync", stepped))


# Processes -------------------------------------------------------------------------------------------------------------------------


class Job:
    """A forked process and the lines it writes."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid, self._pipe = pid, pipe
        self._rest = b""
        self.lines: list[str] = []
        self.status: int | None = None

    def kill(self) -> None:
        """Signal 9."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def read(self, seconds: float) -> bool:
        """Take in what it writes, for at most so long; whether it still has its end of the pipe."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._pipe], [], [], left)[0]:
                return True
            data = os.read(self._pipe, 65536)
            if not data:
                return False
            *lines, self._rest = (self._rest + data).split(b"\n")
            self.lines += [line.decode() for line in lines]
        return True

    def wait(self, seconds: float = 120) -> int:
        """Its exit status, negative for a signal."""
        while self.read(seconds):
            self.kill()
            raise AssertionError("a rebuild hangs")
        os.close(self._pipe)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status


_names, _wording = lru_cache(load_names), lru_cache(load_wording)


@lru_cache(maxsize=1)
def warm(documents: Path) -> None:
    """Compile patterns and load what is loaded late, once, so that forks need not."""
    __import__("faiss")  # loaded and not run: only its threads do not survive a fork
    path = documents / "warm.txt"
    path.write_text(text_of("warm.txt", 1), "utf-8")
    words = Words(_names(documents / "names.toml"), _wording(documents / "words.toml"), Corrections())
    for _ in read_here([(path, "warm.txt")], words.read):
        path.unlink()


def fork(work: Callable[[Callable[[str], None]], None]) -> Job:
    """Run `work` in a fork; it is given a function that writes a line to the parent."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return Job(pid, ours)
    status = 1
    try:
        os.close(ours)
        work(lambda line: os.write(theirs, line.encode() + b"\n") and None)
        status = 0
    except BaseException:
        os.write(theirs, f"error {json.dumps(traceback.format_exc())}\n".encode())
    finally:
        os._exit(status)


class Place:
    """A documents folder and its index; what the folder holds, and what the index may hold.

    wanted   the version of each report in the folder.
    may      the versions of each report that may be in the index, None where it may be absent: one when a rebuild has finished it.
    """

    def __init__(self, home: Path) -> None:
        self.documents, self.index = home / "documents", home / "index"
        self.documents.mkdir(parents=True)
        self.wanted: dict[str, int] = {}
        self.may: dict[str, set[int | None]] = {}
        self._time = time.time_ns() - 10**15
        warm(self.documents)

    def write(self, name: str, version: int) -> None:
        """A report comes or changes; each write is newer than all before."""
        path = self.documents / name
        path.write_text(text_of(name, version), "utf-8")
        self._time += 10**7
        os.utime(path, ns=(self._time, self._time))
        self.wanted[name] = version

    def remove(self, name: str) -> None:
        """A report goes."""
        (self.documents / name).unlink()
        del self.wanted[name]

    def rebuild(self, steps: Steps | None = None, *, batch: int = 1, around: Callable[[], Any] | None = None) -> Job:
        """Start a rebuild; it writes a line "stored NAME..." for each batch that is finished, and "done" at its end."""

        def work(tell: Callable[[str], None]) -> None:
            taken = steps or Steps()
            if around is not None:
                around()
            with ExitStack() as stack:
                if steps is not None:
                    stack.callback(_Disk(steps).unregister)
                    _watch(steps, stack, self.index)
                stack.enter_context(word_hashes())
                stack.enter_context(patch("index.rebuilding._sources", _sources_once))
                stack.enter_context(patch("index.rebuilding.read_guarded", read_here))
                stack.enter_context(patch("index.rebuilding._BATCH", batch))
                stack.enter_context(patch("index.rebuilding.load_names", _names))
                stack.enter_context(patch("index.rebuilding.load_wording", _wording))
                store = sys.modules["index.rebuilding"]._store

                def told(database: Any, batch_: Any, *rest: Any) -> Any:
                    given = store(database, batch_, *rest)
                    names = [item.report.report_id for item in batch_ if hasattr(item, "report")]
                    if names:
                        tell("stored " + " ".join(names))
                    return given

                stack.enter_context(patch("index.rebuilding._store", told))
                rebuild(self.documents, self.index)
            tell("steps " + json.dumps(taken.taken))
            tell("done")

        for name in {*self.may, *self.wanted}:
            self.may.setdefault(name, {None}).add(self.wanted.get(name))
        return fork(work)

    def took(self, job: Job) -> None:
        """Learn from a rebuild, killed or not, what it has finished."""
        for line in job.lines:
            word, _, rest = line.partition(" ")
            if word == "error":
                raise AssertionError(json.loads(rest))
            if word == "stored":
                self.may |= {name: {self.wanted[name]} for name in rest.split()}
            if word == "done":
                self.may = {name: {version} for name, version in self.wanted.items()}

    def check(self, *, complete: bool = False) -> None:
        """All that was finished is there, whole; what was not is wholly as before or wholly new; answers hold."""
        found = held(self.index)
        assert set(found) <= set(self.may)
        for name, versions in self.may.items():
            assert found.get(name) in versions, (name, versions, found.get(name))
        if complete:
            assert found == self.wanted
            assert check_index(self.index).sound


def held(index: Path) -> dict[str, int]:
    """The version of each report in an index; each text is held against the one that was written."""
    found: dict[str, int] = {}
    with open_snapshot(index) as snapshot:
        for report in snapshot.reports:
            text = snapshot.text(report.id)
            found[report.path] = version_in(text)
            assert text == text_of(report.path, found[report.path])
            assert report.sha256 == hashlib.sha256(text.encode()).hexdigest()
    return found


def ask_once(index: Path, question: str) -> None:
    """One question; every quote must stand in the report, to the character, and one report must speak with one voice."""
    answer = qa.ask(question, index=index)
    for statement in (*answer.statements, *answer.nearest):
        citation = statement.citation
        version = version_in(statement.quote)
        text = text_of(citation.report, version)
        assert text[citation.start : citation.end] == statement.quote
        assert citation.sha256 == hashlib.sha256(text.encode()).hexdigest()
    for hit in qa.retrieve(question, 5, index=index):
        text = text_of(hit.citation.report, version_in(hit.text))
        assert text[hit.citation.start : hit.citation.end] == hit.text


def read_on(index: Path) -> Job:
    """A reader that asks until it is killed; it writes a line "asked" for each question, "error ..." for a wrong or failed answer.

    It also sees that no report falls back to an older version.
    """

    def work(tell: Callable[[str], None]) -> None:
        newest: dict[str, int] = {}
        with word_hashes():
            while True:
                for question in QUESTIONS:
                    try:
                        ask_once(index, question)
                        now = held(index)
                        assert all(newest.get(name, 0) <= version for name, version in now.items()), (newest, now)
                        newest |= now
                        tell("asked")
                    except Exception:
                        tell(f"error {json.dumps(traceback.format_exc())}")

    return fork(work)


@contextlib.contextmanager
def reading(index: Path) -> Iterator[Job]:
    """A reader beside what happens inside; killed at the end."""
    job = read_on(index)
    try:
        yield job
    finally:
        job.kill()
        while job.read(5):
            pass


@dataclass
class Campaign:
    """Kills of rebuilds of one library that changes all the while, at random steps and random moments."""

    place: Place
    seed: int = 0
    power: bool = False
    kills: int = 0
    ended: int = 0
    steps: int = 300
    names: tuple[str, ...] = tuple(f"{letter}.txt" for letter in "abcdef")
    versions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with a whole library."""
        self.random = random.Random(self.seed)
        for name in self.names:
            self.change(name)
        self.finish()

    def change(self, name: str) -> None:
        """A newer version of a report comes, or it goes."""
        if name in self.place.wanted and len(self.place.wanted) > 3 and self.random.random() < 0.15:
            self.place.remove(name)
        else:
            self.versions[name] = self.versions.get(name, 0) + 1
            self.place.write(name, self.versions[name])

    def kill(self) -> None:
        """One rebuild that is killed, or, where the moment comes too late, ends."""
        if self.place.may == {n: {v} for n, v in self.place.wanted.items()} or self.random.random() < 0.3:
            for name in self.random.sample(self.names, self.random.randint(1, 3)):
                self.change(name)
        if self.power or self.random.random() < 0.6:
            steps = Steps(self.random.randint(1, self.steps), power=self.power, seed=self.random.randrange(2**32))
            job = self.place.rebuild(steps, batch=self.random.choice((1, 8)))
        else:
            job = self.place.rebuild(batch=self.random.choice((1, 8)))
            job.read(self.random.random() * 0.5)
            job.kill()
        status = job.wait()
        self.place.took(job)
        assert status in (0, -signal.SIGKILL), job.lines
        self.kills += status != 0
        self.ended += status == 0
        for line in job.lines:
            if line.startswith("steps "):
                self.steps = max(20, len(json.loads(line[6:])))

    def check(self) -> None:
        """What a killed rebuild left holds, in a process of its own as after a start of the machine."""
        _sound(fork(lambda _: self.place.check()))

    def finish(self) -> None:
        """The next rebuild completes what is left."""
        job = self.place.rebuild()
        assert job.wait() == 0, job.lines
        self.place.took(job)
        _sound(fork(lambda _: self.place.check(complete=True)))


def _sound(job: Job) -> None:
    assert job.wait() == 0, [json.loads(line.partition(" ")[2]) for line in job.lines]

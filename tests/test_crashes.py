"""Crashes: a rebuild killed at any moment loses nothing that was finished, and no reader notices."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from index.database import FILE
from index.errors import IndexUnusable
from index.vectors_file import VECTORS
from tests.crashing import Campaign, Job, Place, Steps, ask_once, fork, held, reading, text_of
from tests.fakes import BALTIC, REEF, SmallLibrary, word_hashes

ROOT = Path(__file__).parent.parent

# A fork of a process in which FAISS has run may hang, as pytest's own may be: so these tests run in a process of their own.
_ALONE = "RAPPORTEUR_TESTS_ALONE"
alone = pytest.mark.skipif(_ALONE not in os.environ, reason="runs in a process of its own, through test_killed_rebuilds...")


def test_killed_rebuilds() -> None:
    """Runs the tests below that fork."""
    run_alone("not slow")


@pytest.mark.slow
def test_killed_rebuilds_by_the_hundred() -> None:
    """The same for the long ones."""
    run_alone("slow")


def run_alone(mark: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-k", "not test_killed_rebuilds", "-m", mark, __file__],
        cwd=ROOT, env={**os.environ, _ALONE: "1", "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]


def library(home: Path) -> Place:
    """Three reports, indexed; then one has changed, one has come, and one is gone."""
    place = Place(home)
    for name in ("a.txt", "b.txt", "c.txt"):
        place.write(name, 1)
    done(place)
    place.write("b.txt", 2)
    place.write("d.txt", 1)
    place.remove("c.txt")
    return place


def done(place: Place, steps: Steps | None = None) -> list[str]:
    """A whole rebuild; gives the steps that it took."""
    job = place.rebuild(steps)
    assert job.wait() == 0, job.lines
    place.took(job)
    good(fork(lambda _: place.check(complete=True)))
    return next(json.loads(line[6:]) for line in job.lines if line.startswith("steps "))


def good(job: Job) -> None:
    assert job.wait() == 0, job.lines


def steps_of_a_rebuild(home: Path) -> list[str]:
    return done(library(home), Steps())


@alone
@pytest.mark.parametrize("power", [False, True], ids=["killed", "power lost"])
def test_at_one_step_of_each_kind_a_kill_loses_nothing(tmp_path: Path, power: bool) -> None:
    taken = steps_of_a_rebuild(tmp_path / "whole")
    kinds = list(dict.fromkeys(taken))
    assert {"write reports.sqlite", "sync reports.sqlite", "delete reports.sqlite-journal", "fsync"} <= set(kinds)
    place = library(tmp_path / "killed")
    for kind in kinds:
        # The middle one of its kind: mostly in the middle of storing, the first ones being the same in all transactions.
        places = [number for number, each in enumerate(taken, start=1) if each == kind]
        job = place.rebuild(Steps(places[len(places) // 2], power=power, seed=len(kind)))
        job.wait()
        place.took(job)
        good(fork(lambda _: place.check()))
        if job.status == 0:  # all was done before: something new to do
            place.write("b.txt", place.wanted["b.txt"] + 1)
    done(place)


@alone
@pytest.mark.slow
@pytest.mark.parametrize("power", [False, True], ids=["killed", "power lost"])
def test_at_every_step_a_kill_loses_nothing(tmp_path: Path, power: bool) -> None:
    import shutil

    place = library(tmp_path / "killed")
    before, may = tmp_path / "before", dict(place.may)
    shutil.copytree(place.index, before)
    number, status = 0, -9
    while status != 0:
        number += 1
        shutil.rmtree(place.index)
        shutil.copytree(before, place.index)
        place.may = {name: set(versions) for name, versions in may.items()}
        job = place.rebuild(Steps(number, power=power, seed=number))
        status = job.wait()
        place.took(job)
        good(fork(lambda _: place.check()))
        if status != 0:
            done(place)
    assert number > 100


@alone
def test_kills_at_random_with_a_reader_asking_all_the_while(tmp_path: Path) -> None:
    campaign = Campaign(Place(tmp_path), seed=7)
    with reading(campaign.place.index) as reader:
        while campaign.kills < 25:
            campaign.kill()
            campaign.check()
        campaign.finish()
        until = time.monotonic() + 60
        while not reader.lines and time.monotonic() < until:
            assert reader.read(0.5)
    assert reader.lines
    assert set(reader.lines) == {"asked"}


@alone
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_kills_at_random_with_a_reader_asking_all_the_while(tmp_path: Path, seed: int) -> None:
    campaign = Campaign(Place(tmp_path), seed=seed)
    with reading(campaign.place.index) as reader:
        while campaign.kills < 40:
            campaign.kill()
            campaign.check()
            if campaign.kills % 10 == 0:
                campaign.finish()
        reader.read(0.1)
    assert set(reader.lines) == {"asked"}


@alone
def test_a_question_right_after_a_kill_undoes_the_half_written_and_answers(tmp_path: Path) -> None:
    """A reader alone must be able to: the next rebuild may be weeks away."""
    place = library(tmp_path)
    taken = steps_of_a_rebuild(tmp_path / "whole")
    middle = [n for n, kind in enumerate(taken, start=1) if kind == "write reports.sqlite"][10]
    job = place.rebuild(Steps(middle))
    assert job.wait() == -9
    assert (place.index / f"{FILE}-journal").exists()

    def ask(_: object) -> None:
        with word_hashes():
            ask_once(place.index, "What did participants agree on?")
        assert not (place.index / f"{FILE}-journal").exists()

    good(fork(ask))


@alone
def test_the_next_rebuild_does_only_what_was_not_finished(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for name in "abcdef":
        place.write(f"{name}.txt", 1)
    taken = Place(tmp_path / "whole")
    for name in "abcdef":
        taken.write(f"{name}.txt", 1)
    ends = [n for n, kind in enumerate(done(taken, Steps()), start=1) if kind == "deleted reports.sqlite-journal"]
    job = place.rebuild(Steps(ends[-3]))
    assert job.wait() == -9
    place.took(job)
    finished = [name for name, versions in place.may.items() if versions == {1}]
    assert 2 <= len(finished) < 6
    again = place.rebuild()
    again.wait()
    stored = [line.split()[1] for line in again.lines if line.startswith("stored")]
    assert not set(stored) & set(finished)
    # One was finished and killed before it could say so.
    assert len(set(place.wanted) - set(stored) - set(finished)) == 1


@alone
def test_a_full_disk_leaves_the_old_index_and_says_so(tmp_path: Path) -> None:
    place = library(tmp_path)
    size = (place.index / FILE).stat().st_size
    for limit in range(size // 2, size * 2, size // 6):
        job = place.rebuild(around=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        status = job.wait()
        told = [json.loads(line[6:]) for line in job.lines if line.startswith("error")]
        assert status == 0 or "IndexUnusable" in told[0].strip().splitlines()[-1], told
        job.lines = [line for line in job.lines if not line.startswith("error")]
        place.took(job)
        good(fork(lambda _: place.check()))
    done(place)


@alone
def test_a_truly_full_disk_leaves_the_old_index_and_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 400_000) as disk:
        place = Place(disk)
        number = 0
        with contextlib.suppress(OSError):
            while True:
                number += 1
                place.write(f"{number}.txt", 1)
                job = place.rebuild()
                if job.wait() != 0:
                    told = next(json.loads(line[6:]) for line in job.lines if line.startswith("error"))
                    assert "IndexUnusable" in told
                    assert "the disk is full" in told
                    break
                place.took(job)
        assert number > 3
        good(fork(lambda _: place.check()))
        place.remove("1.txt")
        good(fork(lambda _: place.check()))


@contextlib.contextmanager
def small_disk(at: Path, size: int) -> Iterator[Path]:
    """A file system in memory of so many bytes; skips where this user may not mount one."""
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk")
    try:
        yield at / "library"
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


@alone
def test_a_clock_set_back_hides_no_change(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.txt", 1)
    done(place)
    path = place.documents / "a.txt"
    path.write_text(text_of("a.txt", 2), "utf-8")
    os.utime(path, ns=(10**18, 10**18))  # 2001
    place.wanted["a.txt"] = 2
    done(place)


@alone
def test_of_two_writers_one_is_told_to_wait_and_both_leave_a_whole_index(tmp_path: Path) -> None:
    place = library(tmp_path)
    jobs = [place.rebuild() for _ in range(4)]
    statuses = [job.wait() for job in jobs]
    assert 0 in statuses
    for job, status in zip(jobs, statuses, strict=True):
        if status != 0:
            told = next(json.loads(line[6:]) for line in job.lines if line.startswith("error"))
            assert "another program is writing to the index. Try again when it is done." in told
    done(place)


def test_an_index_in_a_folder_that_may_only_be_read_answers_and_says_why_it_cannot_be_rebuilt(tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    with word_hashes(), read_only(library.index) as index:
        if index is None:
            library.rebuild()
            pytest.skip("no right to mount a folder for reading only")
        assert qa.ask("What did participants agree on the hotline?", index=library.index).status == "answered"
        library.write({"b.txt": REEF})
        with pytest.raises(IndexUnusable, match="cannot be opened or written"):
            library.rebuild()
        assert held_names(library) == ["a.txt"]


def held_names(library: SmallLibrary) -> list[str]:
    return [r.report for r in qa.reports(index=library.index)]


@contextlib.contextmanager
def read_only(index: Path) -> Iterator[Path | None]:
    """The index made, without its vectors, and its folder mounted for reading only; None where this user may not."""
    SmallLibrary.rebuild(_at(index))
    (index / VECTORS).unlink(missing_ok=True)
    bound = subprocess.run(["mount", "--bind", str(index), str(index)], capture_output=True, check=False).returncode == 0
    if bound:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(index)], check=True)
    try:
        yield index if bound else None
    finally:
        if bound:
            subprocess.run(["umount", "-l", str(index)], check=True)


def _at(index: Path) -> SmallLibrary:
    library = SmallLibrary.__new__(SmallLibrary)
    library.documents, library.index, library.built = index.parent / "documents", index, None
    return library


def test_the_reader_of_the_stress_sees_a_wrong_answer(tmp_path: Path) -> None:
    """A test that cannot fail is worse than none: a text that nobody wrote must be told."""
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": text_of("a.txt", 1).replace("agreed", "disagreed")})
    with word_hashes():
        library.rebuild()
        with pytest.raises(AssertionError):
            held(library.index)
        with pytest.raises(AssertionError):
            ask_once(library.index, "What did participants say on the hotline?")

"""Guarded reading: a file that hangs, crashes or eats memory costs itself and no other."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import UnreadableReport
from index.readers.guard import Limits, read_guarded
from index.report import Report
from tests.failing_readers import by_name

ROOT = Path(__file__).parent.parent
SMALL = Limits(memory=300 << 20)
HASTY = Limits(seconds=2.0)


def files(folder: Path, *names: str) -> list[tuple[Path, str]]:
    for name in names:
        (folder / name).write_text(f"Participants agreed on {name}.", "utf-8")
    return [(folder / name, name) for name in names]


def results(folder: Path, *names: str, workers: int = 1, limits: Limits = SMALL) -> dict[str, Report | UnreadableReport]:
    return dict(read_guarded(files(folder, *names), workers, limits, by_name))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hang.txt", "longer than 2 seconds"),
        ("crash.txt", "crashed or ran out of memory"),
        ("exit.txt", "crashed or ran out of memory"),
        ("greedy.txt", "more than 300 MB of memory"),
        ("defect.txt", "ZeroDivisionError"),
        ("deep.txt", "RecursionError"),
    ],
)
def test_a_file_that_breaks_its_reader_is_named_with_the_reason_and_the_others_are_read(tmp_path: Path, name: str, says: str) -> None:
    found = results(tmp_path, "a.txt", name, "b.txt", limits=HASTY if name == "hang.txt" else SMALL)
    assert list(found) == ["a.txt", name, "b.txt"]
    assert isinstance(found["a.txt"], Report)
    assert isinstance(found["b.txt"], Report)
    assert isinstance(found[name], UnreadableReport)
    assert says in str(found[name])


def test_many_failures_in_a_row_leave_the_pool_alive_and_the_order_kept(tmp_path: Path) -> None:
    names = [name for n in range(2) for name in (f"crash-{n}.txt", f"good-{n}.txt", f"exit-{n}.txt", f"greedy-{n}.txt")]
    found = results(tmp_path, *names, workers=2)
    assert list(found) == names
    assert {name for name, r in found.items() if isinstance(r, Report)} == {name for name in names if name.startswith("good")}


def test_a_child_reads_many_files_and_runs_nothing_of_the_callers_main_module(tmp_path: Path) -> None:
    found = results(tmp_path, *(f"whoami-{n}.txt" for n in range(6)))
    said = {r.text for r in found.values() if isinstance(r, Report)}
    assert len(said) == 1
    assert "pytest" not in said.pop()


def test_a_script_without_a_main_guard_does_not_run_again_in_its_readers(tmp_path: Path) -> None:
    files(tmp_path, "a.txt")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom index.readers.guard import read_guarded\nprint('once')\n"
        f"for name, report in read_guarded([(Path({str(tmp_path / 'a.txt')!r}), 'a.txt')]):\n    print(name, report.text)\n",
        "utf-8",
    )
    for command in ([str(script)], ["-c", script.read_text("utf-8")]):
        done = subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
        )
        assert done.stdout.splitlines() == ["once", "a.txt Participants agreed on a.txt."], done.stderr


def test_reading_works_from_a_thread_that_is_not_the_main_one(tmp_path: Path) -> None:
    found: dict[str, Report | UnreadableReport] = {}
    thread = threading.Thread(target=lambda: found.update(results(tmp_path, "a.txt")))
    thread.start()
    thread.join(30)
    assert isinstance(found["a.txt"], Report)


def test_stopping_half_way_ends_the_children(tmp_path: Path) -> None:
    reading = read_guarded(files(tmp_path, "a.txt", "hang.txt", "b.txt"), 1, Limits(seconds=600), by_name)
    assert next(reading)[0] == "a.txt"
    reading.close()
    import multiprocessing

    assert [p for p in multiprocessing.active_children() if "pebble" in p.name] == []


@pytest.mark.parametrize(
    ("limits", "says"),
    [(Limits(size=10), "larger than"), (Limits(characters=10), "more than 10 characters")],
)
def test_files_above_the_limits_are_refused_with_advice(tmp_path: Path, limits: Limits, says: str) -> None:
    found = results(tmp_path, "a.txt", limits=limits)
    assert says in str(found["a.txt"])


def test_a_small_document_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    import zipfile

    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 3_000_000)
    ((_, result),) = read_guarded([(bomb, "bomb.docx")], 1, Limits(expanded=2_000_000))
    assert "Unpacked, it is larger than 2 MB" in str(result)


def test_time_grows_with_size_up_to_its_limit() -> None:
    limits = Limits()
    assert limits.time(10_000) == 60
    assert 60 < limits.time(5_000_000) < limits.time(10_000_000) < 300
    assert limits.time(50_000_000) == 300


def test_no_files_start_no_child() -> None:
    assert list(read_guarded([])) == []

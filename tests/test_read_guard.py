"""Guarded reading: a file that hangs, crashes or eats memory costs itself and no other."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import UnreadableReport
from index.folder import file_sha256
from index.readers.guard import read_guarded
from index.readers.limits import Limits
from index.report import Report
from tests.failing_readers import by_name, slow_with_a

ROOT = Path(__file__).parent.parent
SMALL = Limits(memory=300 << 20)
HASTY = Limits(seconds=1.0)


def files(folder: Path, *names: str) -> list[tuple[Path, str]]:
    for name in names:
        (folder / name).write_text(f"Participants agreed on {name}.", "utf-8")
    return [(folder / name, name) for name in names]


def results(folder: Path, *names: str, workers: int = 1, limits: Limits = SMALL) -> dict[str, Report | UnreadableReport]:
    return dict(read_guarded(files(folder, *names), workers, limits, by_name))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hang.txt", "takes too long (a file of its size gets 1 seconds"),
        ("busy.txt", "takes too long (a file of its size gets 1 seconds"),
        ("crash.txt", "The program that reads it crashed"),
        ("exit.txt", "The program that reads it crashed"),
        ("greedy.txt", "more than 300 MB of memory"),
        ("defect.txt", "made in a way that is not understood"),
        ("deep.txt", "nested more deeply"),
    ],
)
def test_a_file_that_breaks_its_reader_is_named_with_the_reason_and_the_others_are_read(tmp_path: Path, name: str, says: str) -> None:
    found = results(tmp_path, "a.txt", name, "b.txt", limits=HASTY if "seconds" in says else SMALL)
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


def test_a_child_that_earlier_files_have_swollen_is_replaced_and_costs_no_file(tmp_path: Path) -> None:
    found = results(tmp_path, "hoard-1.txt", "hoard-2.txt", "hoard-3.txt", "whoami.txt")
    assert all(isinstance(r, Report) for r in found.values()), found


def test_a_reader_neither_connects_nor_runs_programs_nor_writes(tmp_path: Path) -> None:
    found = results(tmp_path, "connects.txt", "runs.txt", "writes.txt", "a.txt")
    said = {name: r.text for name, r in found.items() if isinstance(r, Report)}
    assert said.pop("a.txt")
    assert said == {"connects.txt": "PermissionError", "runs.txt": "PermissionError", "writes.txt": "OSError"}


def test_what_is_made_of_a_report_is_made_in_the_child_within_the_same_limits(tmp_path: Path) -> None:
    waiting = files(tmp_path, "a.txt", "b.txt")
    found = dict(read_guarded(waiting, 1, HASTY, by_name, then=slow_with_a))
    assert "takes too long" in str(found["a.txt"])
    assert found["b.txt"][0] == "Participants agreed on b.txt."
    assert found["b.txt"][1] == file_sha256(tmp_path / "b.txt")
    assert found["b.txt"][2] != os.getpid()


def test_a_link_that_came_after_the_folder_was_listed_is_not_followed_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A secret.", "utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "sub").symlink_to(tmp_path)
    found = dict(read_guarded([(folder / "a.txt", "a.txt"), (folder / "sub" / "secret.txt", "sub/secret.txt")]))
    assert {str(reason) for reason in found.values()} == {"The link leads out of the documents folder. Put the file itself here."}


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
    before = set(multiprocessing.active_children())
    reading = read_guarded(files(tmp_path, "a.txt", "hang.txt", "b.txt"), 1, Limits(seconds=600), by_name)
    assert next(reading)[0] == "a.txt"
    assert set(multiprocessing.active_children()) - before
    reading.close()
    assert set(multiprocessing.active_children()) == before


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


def test_no_files_start_no_child() -> None:
    assert list(read_guarded([])) == []

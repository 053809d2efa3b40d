"""The documents folder: what may be a report, what is refused and why, and what changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from index import folder as folder_module
from index.folder import Duplicate, Plan, file_sha256, plan, scan
from index.stored import FileState


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Participants agreed on {name}.", "utf-8")


def found(folder: Path) -> list[str]:
    return list(scan(folder)[0])


def reasons(folder: Path) -> dict[str, str]:
    return {s.path: s.reason for s in scan(folder)[1]}


def look(folder: Path, known: dict[str, FileState] | None = None, **more: Any) -> Plan:
    return plan(folder, known or {}, more.pop("copies", {}), more.pop("unread", {}), again=more.pop("again", False))


def states(folder: Path) -> dict[str, FileState]:
    return look(folder).read


def test_reports_of_all_formats_and_in_folders_below_are_found_in_order(tmp_path: Path) -> None:
    names = ["B.PDF", "a b/ü 'x'.html", "a.txt", "c.md", "d.docx", "e.htm", "f/g/h.mhtml", "отчёт.txt", "報告.md"]
    fill(tmp_path, *names)
    assert found(tmp_path) == sorted(names)


def test_what_is_no_report_is_passed_over_without_a_word(tmp_path: Path) -> None:
    fill(
        tmp_path,
        *("README.md", "readme.txt", ".hidden.txt", ".git/a.txt", "~$draft.docx", "Thumbs.db", "names.toml", "words.toml"),
        *("page.html", "page_files/ad.html", "page.html.txt", "Seite.htm", "Seite-Dateien/x.txt"),
    )
    assert found(tmp_path) == ["Seite.htm", "page.html", "page.html.txt"]
    assert reasons(tmp_path) == {}


def test_an_unknown_kind_is_named_with_what_to_save_it_as(tmp_path: Path) -> None:
    fill(tmp_path, "table.xlsx", "notes")
    assert reasons(tmp_path) == {
        "notes": "files of the kind (no ending) are not read. Save it as PDF, Word (.docx), web page, Markdown or text.",
        "table.xlsx": "files of the kind .xlsx are not read. Save it as PDF, Word (.docx), web page, Markdown or text.",
    }


def test_links_and_pipes_are_refused_unless_the_link_stays_inside(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret", "utf-8")
    inside = tmp_path / "documents"
    fill(inside, "a.txt", "sub/b.txt")
    (inside / "out.txt").symlink_to(outside)
    (inside / "gone.txt").symlink_to(inside / "nothing")
    (inside / "same.txt").symlink_to(inside / "a.txt")
    (inside / "folder").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe.txt")
    assert found(inside) == ["a.txt", "same.txt", "sub/b.txt"]
    why = reasons(inside)
    assert sorted(why) == ["folder", "gone.txt", "out.txt", "pipe.txt"]
    assert "leads out of" in why["out.txt"]
    assert "leads nowhere" in why["gone.txt"]
    assert "pipe" in why["pipe.txt"]
    assert "link to a folder" in why["folder"]


def test_a_name_that_is_no_text_is_refused_by_a_name_that_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Participants agreed.", "utf-8")
    fill(tmp_path, "a.txt")
    assert found(tmp_path) == ["a.txt"]
    assert "Rename" in reasons(tmp_path)["caf\N{REPLACEMENT CHARACTER}.txt"]


def test_a_folder_that_cannot_be_listed_is_named_and_its_reports_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt", "sub/b.txt", "sub/deep/c.txt", "subway.txt")
    known = states(tmp_path)
    listing = os.scandir

    def locked(path: Any) -> Any:
        if Path(path) == tmp_path / "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", locked)
    work = look(tmp_path, known)
    assert work.unchanged == ("a.txt", "subway.txt")
    assert work.removed == ()
    assert sorted(work.kept) == ["sub/b.txt", "sub/deep/c.txt"]
    ((path, reason),) = [(s.path, s.reason) for s in work.skipped]
    assert path == "sub"
    assert reason == (
        "you have no right to read the folder. Change its permissions and index again. What was read of it before stays in the index."
    )


def test_a_plan_tells_new_changed_unchanged_and_removed_apart(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt", "c.txt")
    known = states(tmp_path)
    (tmp_path / "b.txt").write_text("Participants disagreed.", "utf-8")
    (tmp_path / "c.txt").unlink()
    fill(tmp_path, "d.txt")
    work = look(tmp_path, known)
    assert sorted(work.read) == ["b.txt", "d.txt"]
    assert work.unchanged == ("a.txt",)
    assert work.removed == ("c.txt",)


def test_a_file_touched_but_not_changed_is_unchanged(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    known = states(tmp_path)
    os.utime(tmp_path / "a.txt", ns=(5, 5))
    work = look(tmp_path, known)
    assert (work.read, work.unchanged) == ({}, ("a.txt",))


def test_a_file_as_it_was_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt")
    known = states(tmp_path)
    monkeypatch.setattr(folder_module, "file_sha256", lambda path: pytest.fail(f"{path} was opened"))
    assert look(tmp_path, known).unchanged == ("a.txt",)


def test_a_new_way_of_reading_reads_everything_again(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt")
    known = states(tmp_path)
    size, mtime = scan(tmp_path)[0]["b.txt"]
    work = look(tmp_path, {"a.txt": known["a.txt"]}, unread={"b.txt": (size, mtime, "damaged")}, again=True)
    assert sorted(work.read) == ["a.txt", "b.txt"]


def test_a_file_that_could_not_be_read_is_not_tried_again_before_it_changes(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    size, mtime = scan(tmp_path)[0]["a.txt"]
    work = look(tmp_path, unread={"a.txt": (size, mtime, "damaged")})
    assert (work.read, [s.reason for s in work.skipped]) == ({}, ["damaged"])
    work = look(tmp_path, unread={"a.txt": (size + 1, mtime, "damaged")})
    assert list(work.read) == ["a.txt"]


def test_of_two_names_for_one_content_the_first_is_read_and_the_indexed_one_stays(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt")
    known = states(tmp_path)
    (tmp_path / "a.txt").write_bytes((tmp_path / "b.txt").read_bytes())
    fresh, later = look(tmp_path), look(tmp_path, known)
    assert list(fresh.read) == ["a.txt"]
    assert fresh.duplicates["b.txt"][0] == "a.txt"
    assert later.unchanged == ("b.txt",)
    assert later.duplicates["a.txt"][0] == "b.txt"
    assert Duplicate("a.txt", "b.txt").same_as == "b.txt"


def test_an_unreadable_file_keeps_what_was_read_of_it_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt", "b.txt")
    known = {"a.txt": FileState("0" * 64, 1, 1)}

    def locked(path: Path) -> str:
        if path.name in ("a.txt", "b.txt"):
            raise PermissionError(13, "Permission denied")
        return file_sha256(path)

    monkeypatch.setattr(folder_module, "file_sha256", locked)
    work = look(tmp_path, known)
    assert (work.kept, work.removed, work.read) == (("a.txt",), (), {})
    why = {s.path: s.reason for s in work.skipped}
    assert why["b.txt"] == "you have no right to read the file. Change its permissions and index again."
    assert why["a.txt"] == why["b.txt"] + " What was read of it before stays in the index."


def test_a_report_whose_state_cannot_be_asked_for_keeps_what_was_read_of_it_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt")
    known = states(tmp_path)

    def broken(self: Path) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "lstat", broken)
    work = look(tmp_path, known)
    assert (work.kept, work.removed) == (("a.txt",), ())
    assert "Input/output error" in work.skipped[0].reason


def test_every_file_is_in_exactly_one_part_of_the_plan(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt", "c.xlsx", "d.txt", "e.txt")
    (tmp_path / "copy.txt").write_bytes((tmp_path / "a.txt").read_bytes())
    known = {p: s for p, s in states(tmp_path).items() if p in ("a.txt", "b.txt")}
    size, mtime = scan(tmp_path)[0]["d.txt"]
    work = look(tmp_path, known, unread={"d.txt": (size, mtime, "damaged")})
    parts = [*work.read, *work.unchanged, *work.duplicates, *(s.path for s in work.skipped)]
    assert sorted(parts) == ["a.txt", "b.txt", "c.xlsx", "copy.txt", "d.txt", "e.txt"]


def test_a_file_edited_in_place_is_found_when_all_are_hashed_and_else_none_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("one")
    status = (tmp_path / "a.txt").stat()
    known = {"a.txt": FileState(file_sha256(tmp_path / "a.txt"), status.st_size, status.st_mtime_ns)}
    (tmp_path / "a.txt").write_text("two")
    os.utime(tmp_path / "a.txt", ns=(status.st_mtime_ns, status.st_mtime_ns))
    assert list(plan(tmp_path, known, {}, {}, again=False, hash_all=True).read) == ["a.txt"]
    monkeypatch.setattr("index.folder.file_sha256", lambda path: pytest.fail(f"{path} was opened"))
    assert plan(tmp_path, known, {}, {}, again=False).unchanged == ("a.txt",)

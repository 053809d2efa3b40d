"""A file is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.durable import settle, write_whole


@pytest.mark.parametrize("failing", ["fsync", "chmod", "replace"])
def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note"
    write_whole(path, b"old")

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, failing)), no_space)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["note"]


def test_what_is_written_is_on_the_disk_before_it_has_its_name_and_the_name_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("fsync"), sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (done.append("replace"), rename(self, target))[1])
    write_whole(tmp_path / "new folder" / "note", b"text")
    assert done[:2] == ["fsync", "replace"]
    assert (tmp_path / "new folder" / "note").read_bytes() == b"text"
    if os.name != "nt":
        assert done == ["fsync", "replace", "fsync"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_file_has_the_rights_that_are_asked_for_and_else_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "own", b"")
    write_whole(tmp_path / "all", b"", mode=0o644)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("own", "all")] == [0o600, 0o644]


def test_settling_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    settle(tmp_path / "nowhere")

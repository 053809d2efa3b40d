"""The cache of converted models: all or nothing, and checked."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pytest

from index.model_cache import cache_folder, file_sha256, intact, keep, remembered_sha256


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(folder))
    return folder


def two_files(folder: Path) -> None:
    (folder / "model.bin").write_bytes(b"weights" * 1000)
    (folder / "about.json").write_text("{}")


def old(path: Path, seconds: int = 100) -> Path:
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns - seconds * 10**9))
    return path


def test_the_variable_moves_the_cache_and_the_xdg_folder_is_next(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == cache
    monkeypatch.delenv("RAPPORTEUR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "rapporteur"


def test_where_the_cache_cannot_be_written_a_private_temp_folder_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = cache_folder()
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_temp_folder_that_others_may_write_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RAPPORTEUR_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    cache_folder().chmod(0o777)
    with pytest.raises(PermissionError, match="others may write"):
        cache_folder()


def test_a_kept_folder_is_intact_until_a_byte_changes_or_a_file_goes(tmp_path: Path) -> None:
    home = tmp_path / "models" / "one"
    assert not intact(home)
    keep(home, two_files)
    assert intact(home)
    (home / "model.bin").write_bytes(b"weights" * 999 + b"weighty")
    assert not intact(home)
    keep(home, two_files)
    assert intact(home)
    (home / "about.json").unlink()
    assert not intact(home)


def test_damaged_or_empty_sums_do_not_pass_for_whole(tmp_path: Path) -> None:
    home = tmp_path / "one"
    keep(home, two_files)
    for content in (b"", b"\xff\xfe", b"no two columns", b"\0" * 200):
        (home / "SHA256SUMS").write_bytes(content)
        assert not intact(home), content


def test_a_failure_while_making_leaves_nothing_behind(tmp_path: Path) -> None:
    home = tmp_path / "models" / "one"

    def fail(folder: Path) -> None:
        two_files(folder)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        keep(home, fail)
    assert list((tmp_path / "models").iterdir()) == []


def test_an_intact_folder_of_a_faster_process_stays(tmp_path: Path) -> None:
    home = tmp_path / "models" / "one"

    def overtaken(folder: Path) -> None:
        keep(home, two_files)
        (folder / "model.bin").write_bytes(b"later")

    keep(home, overtaken)
    assert (home / "model.bin").read_bytes() == b"weights" * 1000
    assert [p.name for p in home.parent.iterdir()] == ["one"]


def test_a_remembered_hash_is_the_files_and_follows_its_changes(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"a" * 5000)
    old(path)
    assert remembered_sha256(path) == file_sha256(path) == hashlib.sha256(b"a" * 5000).hexdigest()
    path.write_bytes(b"b" * 5000)
    old(path, 50)
    assert remembered_sha256(path) == hashlib.sha256(b"b" * 5000).hexdigest()


def test_a_remembered_hash_spares_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"a" * 5000)
    first = remembered_sha256(old(path))
    monkeypatch.setattr("index.model_cache.file_sha256", lambda _: "was read")
    assert remembered_sha256(path) == first


def test_a_file_written_just_now_is_not_remembered_since_it_may_change_within_the_same_tick(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"a" * 5000)
    state = path.stat()
    remembered_sha256(path)
    path.write_bytes(b"b" * 5000)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert remembered_sha256(path) == hashlib.sha256(b"b" * 5000).hexdigest()


def test_a_damaged_note_is_not_believed(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"a" * 5000)
    digest = remembered_sha256(old(path))
    (note,) = (cache / "hashes").iterdir()
    for content in ("", "{", "[]", note.read_text().replace(digest, "f00"), note.read_text().replace(f'"{digest}"', "1")):
        note.write_text(content)
        assert remembered_sha256(path) == digest, content

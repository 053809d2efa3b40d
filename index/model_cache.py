"""Where converted models are kept between runs: a folder of the user's, in which a whole folder appears at once and is checked when used.

`RAPPORTEUR_CACHE` moves it; without it `$XDG_CACHE_HOME/rapporteur` or `~/.cache/rapporteur`; where that cannot be written, a temp folder.
Nothing in it is the truth: it may be deleted at any time and is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from index.durable import settle, write_whole

_SUMS = "SHA256SUMS"
_BLOCK = 1 << 20
# A file may be written twice within one tick of the clock: only a time this old, in seconds, tells two contents apart.
_SETTLED = 2.0


def cache_folder() -> Path:
    """The cache folder, made when missing. Raises OSError when not even the temp folder can be written."""
    folder = _named_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return _own_temp_folder()


def kept_folder(name: str) -> Path:
    """Where a kept folder is, or would be put. One that is there is used although the cache may only be read, as in a container."""
    there = _named_cache() / "models" / name
    return there if there.is_dir() else cache_folder() / "models" / name


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def remembered_sha256(path: Path) -> str:
    """SHA-256 of a large file that rarely changes: read once, and again when its size or time differ from what was noted then."""
    state = path.stat()
    known: dict[str, object] = {"path": str(path.resolve()), "size": state.st_size, "mtime_ns": state.st_mtime_ns}
    try:
        note = cache_folder() / "hashes" / f"{hashlib.sha256(str(known['path']).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"
    except OSError:
        return file_sha256(path)
    with contextlib.suppress(OSError, ValueError):
        noted = json.loads(note.read_text("utf-8"))
        if isinstance(noted, dict) and all(noted.get(key) == value for key, value in known.items()):
            digest = noted.get("sha256")
            if isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest):
                return digest
    digest = file_sha256(path)
    if abs(time.time() - state.st_mtime) > _SETTLED:
        # The next start reads the file again where this cannot be noted: slower, not wrong.
        with contextlib.suppress(OSError):
            write_whole(note, json.dumps({**known, "sha256": digest}).encode())
    return digest


def intact(folder: Path) -> bool:
    """Whether a kept folder is there and each of its files is as it was when it was kept."""
    try:
        lines = (folder / _SUMS).read_text("utf-8").splitlines()
        return bool(lines) and all(file_sha256(folder / name) == digest for digest, name in (line.split("  ", 1) for line in lines))
    except (OSError, ValueError):
        return False


def keep(folder: Path, make: Callable[[Path], None]) -> None:
    """Let `make` fill an empty folder, then put it at `folder` in one step, with the sums that `intact` checks.

    What stood there is replaced, unless another process was faster and its folder is intact. Errors of `make` pass and leave nothing.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        make(new)
        files = sorted(path for path in new.iterdir() if path.is_file())
        write_whole(new / _SUMS, "".join(f"{file_sha256(path)}  {path.name}\n" for path in files).encode())
        for path in (*files, new):
            settle(path)
        if not intact(folder):
            _remove(folder)
            # Another process may put its own there between these two lines; it is as good as ours.
            with contextlib.suppress(OSError):
                new.rename(folder)
            settle(folder.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Move a folder away first, so that nobody sees half of it."""
    if folder.exists():
        away = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".old-"))
        with contextlib.suppress(OSError):
            folder.rename(away / "gone")
        shutil.rmtree(away, ignore_errors=True)


def _named_cache() -> Path:
    named = os.environ.get("RAPPORTEUR_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(base) / "rapporteur"


def _own_temp_folder() -> Path:
    """A folder in the temp folder that belongs to this user alone: a stranger's would let a stranger choose the model."""
    user = os.getuid() if hasattr(os, "getuid") else "own"
    folder = Path(tempfile.gettempdir()) / f"rapporteur-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if folder.is_symlink() or (hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022)):
        raise PermissionError(f"{folder}: belongs to someone else, or others may write to it")
    return folder

"""Files that are there whole or not at all, also after a power cut.

A file is written beside its place, brought to the disk, and then renamed: a rename puts the new in the place of the old in one step. The
first fsync keeps the name from pointing at content that never reached the disk; the second, of the folder, keeps the rename itself.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put `content` at `path`, with these rights; where anything fails the old file stays, and nothing else. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(mode)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    settle(path.parent)


def settle(path: Path) -> None:
    """Bring a file, or a folder's own list of files, to the disk; systems that cannot open a folder settle it themselves."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""A checksum on each page of the index file: SQLite's own `cksumvfs`, which comes with apsw.

SQLite does not see a bit that flips in a text or a number; with this every page is tried as it is read, the free ones by `sound`.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path

import apsw
import apsw.sqlite_extra

RESERVED = 8
"""Bytes at the end of each page, and the number that the header of a file with checksums holds."""
PAGE = 4096
"""Bytes of a page."""
_VFS = "cksmvfs"


@lru_cache(maxsize=1)
def load() -> bool:
    """Let all connections of this process write and try checksums; whether this installation of apsw can."""
    if _VFS not in apsw.vfs_names():
        try:
            apsw.sqlite_extra.load(apsw.Connection(":memory:"), "cksumvfs")
        except (LookupError, apsw.Error, apsw.sqlite_extra.NotAvailable):
            return False
    return True


def reserve(connection: apsw.Connection) -> None:
    """Leave room for checksums in a file that is still empty."""
    wanted = ctypes.c_int(RESERVED)
    connection.file_control("main", apsw.SQLITE_FCNTL_RESERVE_BYTES, ctypes.addressof(wanted))


def has_checksums(path: Path) -> bool:
    """Whether the file's header says that its pages have checksums."""
    with path.open("rb") as stream:
        return stream.read(21)[20:] == bytes([RESERVED])


def sound(path: Path) -> bool:
    """Whether each page of the file is as it was written. Nobody may write meanwhile."""
    if not load() or not has_checksums(path):
        return not load()
    file = apsw.VFSFile(_VFS, str(path), [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])
    try:
        size = file.xFileSize()
        file.xRead(100, 0)  # so that the file's header is known to have checksums
        for place in range(0, size, PAGE):
            file.xRead(PAGE, place)
    except apsw.Error:
        return False
    finally:
        file.xClose()
    return size % PAGE == 0

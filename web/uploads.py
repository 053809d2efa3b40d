"""Taking a report in from the browser: under its own name, into the documents folder, never over another file, never anywhere else."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from index.errors import RapporteurError
from index.folder import OWN_FILES, file_sha256
from index.readers import SUFFIXES

MOST_BYTES: Final = 50_000_000  # what the readers take, too
ROOM_LEFT: Final = 200_000_000  # bytes that an upload leaves free on the disk
LONGEST_NAME: Final = 180  # bytes; file systems take 255, and the index's own files stand beside

_KINDS: Final = ", ".join(sorted(SUFFIXES))
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # devices to Windows, whatever their ending


class UploadRefused(RapporteurError):
    """A file that is not taken in; `status` is the HTTP status that says why."""

    def __init__(self, status: int, message: str) -> None:
        """`message` is for the person."""
        super().__init__(message)
        self.status = status


def checked_name(name: str) -> str:
    """`name`, when a report may be called that. Raises UploadRefused: nothing is mended silently, because people cite by the name."""
    if not name or name != name.strip() or name.endswith(".") or not all(c.isprintable() for c in name):
        raise UploadRefused(400, "The file's name is empty, or holds characters that cannot be seen. Rename the file.")
    if any(c in '/\\:*?"<>|' for c in name):
        raise UploadRefused(400, f"{name}: a report's name holds none of / \\ : * ? \" < > |. Rename the file.")
    if any(unicodedata.category(c) in ("Cf", "Co", "Cn", "Cs") for c in name):
        raise UploadRefused(400, "The file's name holds marks that cannot be seen, which could make it look like another. Rename the file.")
    if name.startswith((".", "~$")) or name in OWN_FILES or name.lower().split(".")[0] == "readme" or _RESERVED.fullmatch(name):
        raise UploadRefused(400, f"{name}: files of this name are not read as reports. Rename the file.")
    if len(name.encode()) > LONGEST_NAME:
        raise UploadRefused(400, "The file's name is too long. Give it a shorter one.")
    if Path(name).suffix.lower() not in SUFFIXES:
        raise UploadRefused(415, f"{name}: files of this kind are not read. Reports may be {_KINDS}.")
    return name


async def take_in(folder: Path, name: str, body: AsyncIterator[bytes]) -> bool:
    """Keep the upload as `folder`/`name`; False when that very file is there already. Raises UploadRefused.

    The bytes go to a hidden file, which no rebuild reads, and get their name only when all have come and are on disk.
    """
    target = folder / checked_name(name)
    if not folder.is_dir():
        raise UploadRefused(409, f"{folder.name}: the documents folder is not there. Make it, and try again.")
    try:
        handle, hidden = tempfile.mkstemp(dir=folder, prefix=".upload-", suffix=".part")
    except OSError as error:
        raise UploadRefused(507, f"{name}: the documents folder cannot be written ({error.strerror}). Look at its rights.") from error
    part = Path(hidden)
    try:
        with os.fdopen(handle, "wb") as stream:
            await _receive(stream, name, folder, body)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)
        return _named(part, target)
    except OSError as error:
        raise UploadRefused(
            507, f"{name}: it could not be kept ({error.strerror}). Free some space, or look at the folder's rights."
        ) from error
    finally:
        part.unlink(missing_ok=True)


async def _receive(stream: BinaryIO, name: str, folder: Path, body: AsyncIterator[bytes]) -> None:
    size = 0
    room = shutil.disk_usage(folder).free - ROOM_LEFT
    async for piece in body:
        size += len(piece)
        if size > MOST_BYTES:
            raise UploadRefused(413, f"{name}: it is larger than {MOST_BYTES // 1_000_000} MB. Split it, or save it without pictures.")
        if size > room:
            raise UploadRefused(507, f"{name}: there is too little room on the disk. Free some space, and try again.")
        stream.write(piece)
    if not size:
        raise UploadRefused(400, f"{name}: the file is empty.")


def _named(part: Path, target: Path) -> bool:
    """Give the file its name, which fails where there is one of that name, also a link that leads nowhere."""
    try:
        os.link(part, target)
    except FileExistsError:
        with suppress(OSError):
            if not target.is_symlink() and file_sha256(target) == file_sha256(part):
                return False
        raise UploadRefused(
            409, f"{target.name}: there is a report of this name already, with other content. Rename yours, and upload it again."
        ) from None
    except OSError:  # a file system without links: the name is taken first, then filled
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            raise UploadRefused(409, f"{target.name}: there is a report of this name already. Rename yours, and upload it again.") from None
        part.replace(target)
    return True

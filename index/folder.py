"""The documents folder: which files are reports, and what changed since they were last read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import FolderError, UnreadableReport
from index.readers import SUFFIXES, open_regular
from index.readers.limits import LIMITS, too_large
from index.stored import FileState

OWN_FILES = frozenset({"names.toml", "words.toml", "corrections.toml"})  # a user's own: read by the rebuild, no reports
_RUBBISH = frozenset({"thumbs.db", "desktop.ini"})
_STAYS = " What was read of it before stays in the index."
_RESOURCES = ("_files", ".files", "-Dateien", "_fichiers", "_archivos", "_file", "_bestanden", "-filer", "_soubory")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the index, and why, in words its owner understands."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the content of another, which is indexed in its place."""

    path: str
    same_as: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rebuild has to do. Every file of the folder is in exactly one of these but `removed`, whose files are gone.

    read       new or changed files, with their state.
    kept       reports whose file cannot be opened now: what was read before stays.
    """

    read: dict[str, FileState]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    duplicates: dict[str, tuple[str, FileState]]
    skipped: tuple[Skipped, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `of` parts of a folder, counted from 1: whose a path is follows from its name alone, on every machine."""

    number: int
    of: int

    def has(self, path: str) -> bool:
        """Whether the path is in this part."""
        return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8]) % self.of == self.number - 1

    def plan(self, whole: Plan) -> Plan:
        """What of a plan is this part's."""
        return Plan(
            read={path: state for path, state in whole.read.items() if self.has(path)},
            unchanged=tuple(filter(self.has, whole.unchanged)),
            removed=tuple(filter(self.has, whole.removed)),
            duplicates={path: copy for path, copy in whole.duplicates.items() if self.has(path)},
            skipped=tuple(s for s in whole.skipped if self.has(s.path)),
            kept=tuple(filter(self.has, whole.kept)),
        )


WHOLE = Part(1, 1)


def plan(
    folder: Path,
    known: Mapping[str, FileState],
    copies: Mapping[str, FileState],
    unread: Mapping[str, tuple[int, int, str]],
    *,
    again: bool,
    later: Collection[str] = (),
    hash_all: bool = False,
) -> Plan:
    """Compare the folder with what the index knows: its reports, duplicates and unread files. With `again`, everything is read anew.

    A file whose size and time are as before is taken to be as before, unopened, except with `hash_all`; any other is compared by its
    SHA-256. Files of `later` are still being written: what was read of them before stays.
    """
    states: dict[str, FileState] = {}
    files, refused, shut = scan(folder)
    kept = [path for path in known if any(f"{path}/".startswith(f"{s.path}/") for s in shut)]
    skipped = [Skipped(s.path, s.reason + (_STAYS if any(f"{p}/".startswith(f"{s.path}/") for p in kept) else "")) for s in shut]
    for path, (size, mtime_ns) in files.items():
        old = known.get(path) or copies.get(path)
        if old is not None and (old.size, old.mtime_ns) == (size, mtime_ns) and not hash_all:
            states[path] = old
        elif path in later:
            kept += [path] if path in known else []
            skipped.append(Skipped(path, "it is still being written. It is read when it is complete." + (_STAYS if path in known else "")))
        elif size > LIMITS.size:  # not even hashed: that alone would take minutes
            skipped.append(Skipped(path, too_large(LIMITS)))
        elif not again and path in unread and unread[path][:2] == (size, mtime_ns):
            skipped.append(Skipped(path, unread[path][2]))
        else:
            try:
                states[path] = FileState(file_sha256(folder / path), size, mtime_ns)
            except UnreadableReport as error:
                skipped.append(Skipped(path, str(error)))
            except OSError as error:
                kept += [path] if path in known else []
                skipped.append(Skipped(path, _why(error) + (_STAYS if path in known else "")))
    duplicates = _duplicates(states, known)
    reports = [path for path in states if path not in duplicates]
    same = [path for path in reports if path in known and known[path].sha256 == states[path].sha256 and not again]
    return Plan(
        read={path: states[path] for path in reports if path not in same},
        unchanged=tuple(same),
        removed=tuple(sorted(set(known) - set(reports) - set(kept))),
        duplicates={path: (original, states[path]) for path, original in duplicates.items()},
        skipped=(*refused, *skipped),
        kept=tuple(kept),
    )


def scan(folder: Path) -> tuple[dict[str, tuple[int, int]], list[Skipped], list[Skipped]]:
    """(size, mtime_ns) of each file that may be a report, by path and in order of paths; what cannot be one; what cannot be looked at now.

    Hidden files, README files, office programs' lock files, a user's word lists and the resources beside a saved web page are passed over.
    Links that lead out of the folder are refused: a folder that others write to must not read out the rest of the machine.
    """
    found: dict[str, tuple[int, int]] = {}
    refused: list[Skipped] = []
    shut: list[Skipped] = []
    root = folder.resolve()

    def cannot_list(error: OSError) -> None:
        where = _shown(Path(error.filename), folder)
        if where == ".":
            raise FolderError(f"{folder}: {_why(error, 'folder')}") from error
        shut.append(Skipped(where, _why(error, "folder")))

    for base, folders, names in os.walk(folder, onerror=cannot_list):
        pages = {Path(n).stem for n in names if n.lower().endswith((".html", ".htm"))}
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not _page_resources(f, pages))
        links = [f for f in folders if Path(base, f).is_symlink()]
        refused += [Skipped(_shown(Path(base, f), folder), "this is a link to a folder. Put the folder itself here.") for f in links]
        for name in sorted(names):
            path = Path(base, name)
            shown = _shown(path, folder)
            if _passed_over(shown):
                continue
            try:
                reason = _refusal(path, root)
                if reason:
                    refused.append(Skipped(shown, reason))
                    continue
                status = path.stat()
            except OSError as error:
                shut.append(Skipped(shown, _why(error)))
                continue
            found[shown] = (status.st_size, status.st_mtime_ns)
    return dict(sorted(found.items())), refused, shut


def _shown(path: Path, folder: Path) -> str:
    """The path inside the folder, with "/"; bytes that are no text shown as "\N{REPLACEMENT CHARACTER}"."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits. Raises OSError, and UnreadableReport for what is no file."""
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _duplicates(states: Mapping[str, FileState], known: Mapping[str, FileState]) -> dict[str, str]:
    """For each file whose content another file has: that other file. The one that is indexed already stays; else the first by name."""
    duplicates: dict[str, str] = {}
    original: dict[str, str] = {}
    for path in sorted(states, key=lambda p: (p not in known or known[p].sha256 != states[p].sha256, p)):
        first = original.setdefault(states[path].sha256, path)
        if first != path:
            duplicates[path] = first
    return duplicates


def _passed_over(shown: str) -> bool:
    name = shown.rsplit("/", 1)[-1].lower()
    return name.startswith((".", "~$")) or name in _RUBBISH or shown in OWN_FILES or name.split(".")[0] == "readme"


def _page_resources(folder: str, pages: set[str]) -> bool:
    """Browsers save a page's pictures and scripts in "NAME_files" beside "NAME.html", in the words of their language."""
    return any(folder == page + ending for page in pages for ending in _RESOURCES)


def _refusal(path: Path, root: Path) -> str | None:
    """Why the file can be no report, or None. Raises OSError when it cannot be looked at."""
    if any("\ud800" <= c <= "\udfff" for c in str(path)):  # how Python holds bytes that are no text
        return "the file's name is not written in UTF-8, so nobody could cite it. Rename the file."
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        if not path.exists():
            return "the link leads nowhere. Put the file itself here."
        if not path.resolve().is_relative_to(root):
            return "the link leads out of the documents folder. Put the file itself here."
        kind = path.stat().st_mode
    if not stat.S_ISREG(kind):
        return "this is not a file but a device or a pipe. Remove it from the documents folder."
    if path.suffix.lower() not in SUFFIXES:
        return f"files of the kind {path.suffix or '(no ending)'} are not read. Save it as PDF, Word (.docx), web page, Markdown or text."
    return None


def _why(error: OSError, thing: str = "file") -> str:
    if isinstance(error, PermissionError):
        return f"you have no right to read the {thing}. Change its permissions and index again."
    return f"the {thing} cannot be opened ({error.strerror or error}). Check the disk and index again."

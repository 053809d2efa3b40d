"""What a user knows better about a meeting than its report says: kept beside the reports, laid over what the rules find.

`corrections.toml` stands in the documents folder, so that it outlives any index, travels with the reports and can be written by hand. A
rebuild reads it and never writes it. A correction belongs to a file by its name, and follows the file's content to another name.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from index.durable import write_whole
from index.errors import CorrectionsUnusable
from index.meeting import Corrected, Meeting
from index.names import Names

FILE: Final = "corrections.toml"
FIELDS: Final = ("title", "series", "round", "start", "end", "place", "organisers", "delegations")
_LISTS: Final = ("organisers", "delegations")
LONGEST: Final = 500  # characters of one value
MOST: Final = 60  # values of a list

Value = str | int | tuple[str, ...] | None

_HEAD = """# Facts of meetings as you know them, laid over what Rapporteur finds in the reports. Yours: no rebuild changes this file.
# "" and [] say that the meeting has no such fact. Take an entry away to have what the report says.
"""
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*report[ \t]*\]\][ \t]*(?:#.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Correction:
    """The facts that a user gave for one report.

    file         its path inside the documents folder, with "/".
    file_sha256  of the file's bytes when the correction was made, so that it is known again under another name; "" when written by hand.
    facts        value by field, in the order of FIELDS; None and () say that there is none.
    """

    file: str
    file_sha256: str
    facts: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of a documents folder, in the order of the file."""

    entries: tuple[Correction, ...] = ()

    def of(self, path: str, file_sha256: str) -> Correction | None:
        """The correction of the report at `path` with this content: by its name, else by its content."""
        named = next((e for e in self.entries if e.file == path), None)
        return named or next((e for e in self.entries if e.file_sha256 == file_sha256 != ""), None)

    def mark(self, path: str, file_sha256: str) -> str:
        """Changes with the correction of that report; "" where there is none. It holds no word of it."""
        own = self.of(path, file_sha256)
        return hashlib.sha256(repr(own.facts).encode()).hexdigest()[:16] if own else ""


def load_corrections(folder: Path) -> Corrections:
    """The corrections of a documents folder; none where there is no such file. Raises CorrectionsUnusable, naming what is wrong."""
    return _parse(_read(folder / FILE))


def save_correction(folder: Path, path: str, file_sha256: str, facts: Mapping[str, object]) -> None:
    """Keep `facts` as the correction of the report at `path`, in place of its former one; without facts, take that away.

    The rest of the file stays as it is, to the letter. Raises CorrectionsUnusable for facts that cannot be, or a file that cannot be
    read or written.
    """
    entry = _correction({"file": path, "file_sha256": file_sha256, **facts}, path)
    file = folder / FILE
    before = _read(file)
    known = _parse(before)
    starts = [m.start() for m in _ENTRY.finditer(before)]
    if len(starts) != len(known.entries):
        raise CorrectionsUnusable(
            f"{FILE}: it is written in a way that cannot be added to. Begin each entry with [[report]] on a line of its own."
        )
    own = known.of(path, file_sha256)
    parts = [before[a:b] for a, b in pairwise([*starts, len(before)])]
    written = _entry(entry) if entry.facts else ""
    if own is not None:
        parts[known.entries.index(own)] = written
    else:
        parts.append(written)
    head = before[: starts[0]] if starts else before or _HEAD
    after = "".join(part if part.endswith("\n") else part + "\n" for part in (head, *parts) if part)
    _parse(after)
    _write(file, after)


def corrected(meeting: Meeting, correction: Correction | None, names: Names) -> Meeting:
    """The meeting with a user's facts in place of what was found. What the user says alike keeps its proof."""
    if correction is None:
        return meeting
    own: dict[str, Value] = {}
    for field, given in correction.facts:
        value = given
        if field == "delegations" and isinstance(value, tuple):
            value = tuple(sorted({names.country(word) or word for word in value}))
        if value != getattr(meeting, field):
            own[field] = value
    if not own:
        return meeting
    found = tuple(Corrected(field, _plain(getattr(meeting, field))) for field in own)
    proofs = tuple(proof for proof in meeting.proofs if proof.field not in own)
    changed = replace(meeting, **own, proofs=proofs, corrected=found)  # type: ignore[arg-type]  # each value was checked by _value
    others = tuple(r for r in changed.mentioned_rounds if (r.series, r.round) != (changed.series, changed.round) or r.round is None)
    return replace(changed, mentioned_rounds=others)


def _plain(value: Value) -> str | int | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CorrectionsUnusable(f"{FILE}: your corrections cannot be read ({error}). Mend it as docs/corrections.md shows.") from error


def _parse(text: str) -> Corrections:
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise CorrectionsUnusable(f"{FILE}: your corrections cannot be read ({error}). Mend it as docs/corrections.md shows.") from error
    entries = data.pop("report", [])
    if data or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CorrectionsUnusable(f"{FILE}: it may hold [[report]] entries only. Mend the file as docs/corrections.md shows.")
    return Corrections(tuple(_correction(entry, f"{FILE}, entry {number}") for number, entry in enumerate(entries, 1)))


def _correction(entry: Mapping[str, object], where: str) -> Correction:
    file, sha256 = entry.get("file"), entry.get("file_sha256", "")
    if not isinstance(file, str) or not file or not isinstance(sha256, str):
        raise CorrectionsUnusable(f'{where}: it names no file. Write: file = "name of the report.pdf"')
    unknown = next((name for name in entry if name not in (*FIELDS, "file", "file_sha256")), None)
    if unknown is not None:
        raise CorrectionsUnusable(f"{where}: there is no fact called {unknown}. There are {', '.join(FIELDS)}.")
    facts = tuple((name, _value(name, entry[name], where)) for name in FIELDS if name in entry)
    said = dict(facts)
    start, end = said.get("start"), said.get("end")
    if isinstance(start, str) and isinstance(end, str) and end < start:
        raise CorrectionsUnusable(f"{where}: the meeting ends on {end}, before it starts on {start}. Mend one of the two.")
    return Correction(file, sha256, facts)


def _value(name: str, given: object, where: str) -> Value:
    if name in _LISTS:
        if not isinstance(given, list | tuple) or len(given) > MOST:
            raise CorrectionsUnusable(f'{where}: {name} is a list of at most {MOST} names, such as ["Japan", "Russia"].')
        return tuple(dict.fromkeys(filter(None, (_words(name, word, where) for word in given))))
    if given in ("", None):
        if name == "title":
            raise CorrectionsUnusable(f"{where}: a report needs a title. Write one, or leave the title out.")
        return None
    if name == "round":
        if type(given) is not int or not 1 <= given <= 999:
            raise CorrectionsUnusable(f"{where}: the round {given!r} is no number from 1 to 999.")
        return given
    if name in ("start", "end"):
        return _day(name, given, where)
    return _words(name, given, where)


def _day(name: str, given: object, where: str) -> str:
    if type(given) is date:
        return given.isoformat()
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise CorrectionsUnusable(f"{where}: {name} {given!r} is no date. Write it as 2018-09-06.") from None


def _words(name: str, given: object, where: str) -> str:
    if not isinstance(given, str) or len(given) > LONGEST:
        raise CorrectionsUnusable(f"{where}: {name} is a text of at most {LONGEST} characters.")
    return " ".join("".join(c if c.isprintable() else " " for c in given).split())


def _entry(entry: Correction) -> str:
    lines = ["[[report]]", f"file = {_quoted(entry.file)}", f"file_sha256 = {_quoted(entry.file_sha256)}"]
    lines += [f"{name} = {_shown(value)}" for name, value in entry.facts]
    return "\n".join(lines) + "\n\n"


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    if isinstance(value, int):
        return str(value)
    return _quoted(value or "")


def _quoted(text: str) -> str:
    """A TOML string: JSON's, which TOML reads alike but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(file: Path, text: str) -> None:
    """The whole file or, when anything fails, the old one; on disk when this returns."""
    try:
        write_whole(file, text.encode(), mode=file.stat().st_mode & 0o777 if file.exists() else 0o644)
    except OSError as error:
        raise CorrectionsUnusable(
            f"{file}: your correction cannot be kept ({error.strerror}). Look at the folder's rights and space."
        ) from error

"""Files that are almost right: mutations of good ones, each made from a number, so that any of them can be made again."""

from __future__ import annotations

import io
import random
import traceback
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.analysis import Findings, Words
from index.errors import UnreadableReport
from index.readers import SUFFIXES, read_report
from index.report import Report

_TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-", b"PK\x03\x04",
    b"endstream", b"endobj", b"stream\n", b"<<", b">>", b"[", b"]", b"R",
    b"/Kids", b"/Parent", b"/Count -1", b"/Length 99999999", b"999999999999", b"-1", b"0 0 R", b"1e99", b"xref", b"trailer",
    b"startxref",
    b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:tr>", b"<w:tc>", b"&#0;", b"&#x10FFFF;", b"&x;", b"<!DOCTYPE x [",
    b"<![CDATA[", b"<!--", b"-->",
    b"<table>", b"<td colspan=99999999>", b"<div>" * 300, b"</body>", b"<script>", b"<p", b">", b'"', b"'",
    b"Content-Type: multipart/mixed",
    b"--", b"=3D", b"\r", b"\n\n", b"\xe2\x80\xae", b"\xed\xa0\x80", b"(" * 50, b"Tj", b"BT", b"ET", b"Do", b"0 0 0 0 0 0 cm", b"Tf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seed:
    """A good file."""

    name: str
    data: bytes


def seeds(folder: Path) -> list[Seed]:
    """The reports of a folder."""
    return [Seed(p.name, p.read_bytes()) for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and "README" not in p.name]


def mutated(good: Sequence[Seed], number: int) -> Seed:
    """The mutation of this number: of one of the good files, in its bytes or, where it is packed, in what is packed."""
    chance = random.Random(number)
    seed = good[chance.randrange(len(good))]
    other = good[chance.randrange(len(good))].data
    inside = {".docx": _inside_zip, ".pdf": _inside_pdf}.get(Path(seed.name).suffix.lower())
    change = inside if inside is not None and chance.random() < 0.7 else _bytes
    suffix = Path(seed.name).suffix if chance.random() < 0.95 else chance.choice(sorted(SUFFIXES))
    return Seed(f"{number:06}{suffix}", change(seed.data, other, chance))


def _bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20, 100))):
        _CHANGES[chance.randrange(len(_CHANGES))](out, other, chance)
    return bytes(out)


def _place(out: bytearray, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(out) + 1)
    return start, min(len(out), start + chance.choice((1, 2, 4, 30, 300, 3_000)))


def _flip(out: bytearray, _: bytes, chance: random.Random) -> None:
    if out:
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)


def _cut(out: bytearray, _: bytes, chance: random.Random) -> None:
    a, b = _place(out, chance)
    del out[a:b]


def _end(out: bytearray, _: bytes, chance: random.Random) -> None:
    if chance.random() < 0.2:
        del out[chance.randrange(len(out) + 1) :]


def _repeat(out: bytearray, _: bytes, chance: random.Random) -> None:
    a, b = _place(out, chance)
    out[a:a] = out[a:b] * chance.choice((1, 2, 50))


def _splice(out: bytearray, other: bytes, chance: random.Random) -> None:
    a, b = _place(out, chance)
    c, d = _place(bytearray(other), chance)
    out[a:b] = other[c:d]


def _token(out: bytearray, _: bytes, chance: random.Random) -> None:
    a, b = _place(out, chance)
    out[a : a if chance.random() < 0.5 else b] = chance.choice(_TOKENS)


def _number(out: bytearray, _: bytes, chance: random.Random) -> None:
    digits = [i for i in range(min(len(out), 200_000)) if 48 <= out[i] <= 57]
    if digits:
        i = chance.choice(digits)
        out[i : i + 1] = chance.choice((b"0", b"-9", b"99999999999999999999", b"1.5", b"%d" % chance.randrange(300)))


_CHANGES: tuple[Callable[[bytearray, bytes, random.Random], None], ...] = (_flip, _cut, _end, _repeat, _splice, _token, _number)


def _inside_zip(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A Word file with one or two of its parts changed, and packed again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in chance.sample(sorted(parts), min(len(parts), chance.randint(1, 2))):
        parts[name] = _bytes(parts[name], other[:1] and parts[chance.choice(sorted(parts))], chance)
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _inside_pdf(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A PDF with one of its streams unpacked, changed and packed again."""
    begins = [i + 7 for i in range(len(data)) if data.startswith(b"stream\n", i) and data[i - 3 : i] != b"end"]
    for begin in chance.sample(begins, len(begins)):
        end = data.find(b"endstream", begin)
        try:
            plain = zlib.decompress(data[begin:end].rstrip(b"\r\n"))
        except zlib.error:
            continue
        return data[:begin] + zlib.compress(_bytes(plain, other, chance)) + b"\n" + data[end:]
    return _bytes(data, other, chance)


DEFECT = "DEFECT\n"


def read_noting(path: Path, report_id: str) -> Report:
    """`read_report`; a defect's traceback becomes the reason."""
    try:
        return read_report(path, report_id)
    except (UnreadableReport, MemoryError):
        raise
    except Exception as error:
        raise UnreadableReport(DEFECT + traceback.format_exc()) from error


@dataclass(frozen=True, slots=True)
class Checking:
    """What is made of each mutated report, held against the invariants: of one in `every` all that a rebuild makes of it."""

    words: Words
    every: int = 1

    def __call__(self, report: Report, file_sha256: str) -> int:
        """How many sentences it has. Raises UnreadableReport with the traceback of a defect."""
        try:
            check_blocks(report)
            if int(file_sha256[:8], 16) % self.every:
                return 0
            found = self.words.read(report, file_sha256)
            check_findings(found)
            return len(found.attributions)
        except (UnreadableReport, MemoryError):
            raise
        except Exception as error:
            raise UnreadableReport(DEFECT + traceback.format_exc()) from error


def check_blocks(report: Report) -> None:
    """No text is lost, and blocks lie in order."""
    text, at = report.text, 0
    for block in report.blocks:
        assert at <= block.start < block.end <= len(text), (block, at)
        assert not text[at : block.start].strip(), text[at : block.start]
        at = block.end
    assert not text[at:].strip(), text[at:]


def check_findings(found: Findings) -> None:
    """Passages, sentences and antecedents lie where they should, and the text can be stored."""
    text = found.report.text
    for passage in found.passages:
        assert all(passage.start <= s.start < s.end <= passage.end for s in passage.sentences)
    for a in found.attributions:
        assert 0 <= a.start < a.end <= len(text)
        assert a.antecedent is None or 0 <= a.antecedent[0] < a.antecedent[1] <= len(text)
    text.encode("utf-8")

"""Bytes to characters: which encoding a file is written in, and whether it is text at all.

A byte order mark decides; then UTF-8 when the bytes are valid UTF-8; then what the file declares; then Windows-1252, in which most
undeclared Western reports are written; then the guess of charset-normalizer. The BOM is a sign of the encoding and no part of the text.
"""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableReport

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What pages declare and what they mean: the labels of https://encoding.spec.whatwg.org, where they differ from Python's codecs.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
# NUL and the other C0 controls, but for tab, line ends, form feed, vertical tab, the old end-of-file mark and escape.
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The characters of `data`, line ends as they are.

    declared   the encoding a page or mail header names, else None.
    NUL bytes at the end (a file cut short by a crash) are dropped; a rare NUL elsewhere becomes U+FFFD, as CommonMark has it.
    Raises UnreadableReport when this is no text.
    """
    text = _decoded(data, declared).rstrip("\0")
    controls = len(_CONTROL.findall(text))
    if controls > 2 and controls > len(text) / 100:
        raise UnreadableReport("It is not text but binary data. Open it in the program that made it and save it as PDF, .docx or .txt.")
    return text.replace("\0", "\ufffd")


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    if wide := _utf16_without_bom(data):
        return wide
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    almost = _almost_utf8(data)
    return almost or _declared(data, declared) or _western(data) or _guessed(data)


def _utf16_without_bom(data: bytes) -> str | None:
    """Text of the ASCII range in UTF-16 has a NUL in every second byte."""
    head = data[:4096]
    half = len(head) // 2
    if half < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for many, few, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if many > half * 0.5 and few < half * 0.05:
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                return None
    return None


def _almost_utf8(data: bytes) -> str | None:
    """UTF-8 with a wrong byte here and there, or cut off inside a character."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for c in text if c > "\x7f") - wrong
    return text if right > 4 * wrong and wrong * 500 < len(text) else None


def _declared(data: bytes, declared: str | None) -> str | None:
    try:
        name = codecs.lookup((declared or "").strip().strip("\"'")).name
        if name.startswith(("utf-16", "utf-32")):  # without a BOM and without NULs it is not; such pages are ASCII in truth
            return None
        return data.decode(_MEANT.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return None


def _western(data: bytes) -> str | None:
    """Windows-1252, when bytes above ASCII are as rare as accents and curly quotes are in a Western text."""
    high = sum(1 for b in data if b > 0x7F)
    if high * 8 > len(data):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:262_144]).best()
    try:
        return data.decode(best.encoding if best else "cp1252")
    except (LookupError, UnicodeDecodeError):
        return data.decode("cp1252", "replace")

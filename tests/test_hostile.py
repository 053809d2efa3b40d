"""Hostile files: none stops a rebuild, goes beyond its limits, or reads outside the folder. tests/hostile.py builds them."""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import qa
from index.analysis import Words
from index.attribution.wording import load_wording
from index.corrections import Corrections
from index.errors import ReadingEnded, UnreadableReport
from index.names import load_names
from index.readers.guard import read_guarded
from index.readers.limits import Limits
from index.report import Block, Report
from qa.cli import main
from tests import hostile
from tests.fakes import BALTIC, SmallLibrary, word_hashes
from tests.mutating import Checking, check_blocks, mutated, read_noting, seeds

ROOT = Path(__file__).parent.parent
# An exception's name, or Python's way of saying things: no words for the owner of a file.
PROGRAMMERS = re.compile(
    r"[A-Za-z]+(?:Error|Exception|Warning)\b|Traceback|line \d+|0x[0-9a-f]+|<class|NoneType|\bargument\b|object has no"
)

QUICK: dict[str, Callable[[], bytes]] = {
    "bomb.pdf": lambda: hostile.pdf_bomb(100 * hostile.MB),
    "bomb-of-bombs.pdf": lambda: hostile.pdf_bomb_of_bombs(100 * hostile.MB),
    "lies-about-pages.pdf": hostile.pdf_lies_about_pages,
    "pages-of-pages.pdf": hostile.pdf_pages_of_pages,
    "loop-in-pages.pdf": hostile.pdf_loop_in_pages,
    "loop-in-parents.pdf": hostile.pdf_loop_in_parents,
    "loop-in-outline.pdf": hostile.pdf_loop_in_outline,
    "loop-in-xref.pdf": hostile.pdf_loop_in_xref,
    "loop-in-objects.pdf": hostile.pdf_loop_in_objects,
    "loop-in-forms.pdf": hostile.pdf_loop_in_forms,
    "forms-of-forms.pdf": hostile.pdf_forms_of_forms,
    "deep.pdf": lambda: hostile.pdf_deep(20_000),
    "deep-content.pdf": lambda: hostile.pdf_deep_content(20_000),
    "wide-map.pdf": hostile.pdf_wide_map,
    "nested-tables.docx": hostile.docx_nested_tables,
    "deep.docx": lambda: hostile.docx_deep(10_000),
    "entities.docx": hostile.docx_entities,
    "deep.html": lambda: hostile.html_deep(20_000),
    "lists.html": hostile.html_lists,
    "attributes.html": lambda: hostile.html_attributes(2_000),
    "table.html": lambda: hostile.html_table(20),
    "entities.xhtml": hostile.html_entities,
    "parts.mhtml": lambda: hostile.mhtml_parts(500),
    "nul.txt": lambda: b"\0".join([hostile.SENTENCE.encode()] * 50),
    "nothing-but-nul.txt": lambda: b"\0" * 100_000,
    "one-line.txt": lambda: hostile.one_line("a", 1_000_000),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What a rebuild's children make of each, and of a good report after all of them."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, build in QUICK.items():
        (folder / name).write_bytes(build())
    (folder / "zz-good.txt").write_text(BALTIC, "utf-8")
    words = Words(load_names(folder / "names.toml"), load_wording(folder / "words.toml"), Corrections())
    yield dict(read_guarded([(folder / n, n) for n in (*QUICK, "zz-good.txt")], 2, then=words.read))
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_is_read_or_refused_in_words_for_its_owner(outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]
    if isinstance(outcome, UnreadableReport):
        assert not PROGRAMMERS.search(str(outcome)), outcome
        assert re.search(r"[.:;] .+\.$|\(.+\)\.? .+\.$|, .+\.$", str(outcome)), f"says what is wrong and what to do: {outcome}"
        assert not isinstance(outcome, ReadingEnded), f"a loop must be seen, not waited for: {outcome}"
    else:
        check_blocks(outcome.report)


def test_the_good_report_after_them_is_read(outcomes: dict[str, Any]) -> None:
    assert "hotline" in outcomes["zz-good.txt"].report.text


def test_what_refers_to_a_file_of_the_machine_does_not_get_its_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("xylophagous", "utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.docx").write_bytes(hostile.docx_external(secret.as_uri()))
    (folder / "b.xhtml").write_bytes(hostile.html_entities(secret.as_uri()))
    (folder / "c.html").write_bytes(
        hostile.page(f"<p>{hostile.SENTENCE * 5}</p><iframe src='{secret.as_uri()}'></iframe><object data='{secret}'>")
    )
    found = dict(read_guarded([(folder / n, n) for n in ("a.docx", "b.xhtml", "c.html")]))
    assert isinstance(found["a.docx"], Report)
    assert "Participants agreed on" in found["a.docx"].text
    assert isinstance(found["c.html"], Report)
    assert "xylophagous" not in repr(found)


LIMITED: dict[str, tuple[Callable[[], bytes], Limits, str]] = {
    "memory.txt": (lambda: hostile.one_line("ab ", 45 * hostile.MB), Limits(memory=1 << 20), "more than 1 MB of memory"),
    "expanded.docx": (lambda: hostile.docx_bomb(3 * hostile.MB), Limits(expanded=2 * hostile.MB), "Unpacked, it is larger than 2 MB"),
    "pages.pdf": (lambda: hostile.pdf_many_pages(60), Limits(pages=50), "more than 50 pages"),
    "shared-stream.pdf": (lambda: hostile.pdf_shared_stream(50), Limits(seconds=1, seconds_per_page=0.01), "takes too long"),
    "characters.txt": (lambda: hostile.one_line("ab ", 2_000), Limits(characters=1_000), "more than 1,000 characters"),
    "size.txt": (lambda: hostile.one_line("ab ", 2_000_000), Limits(size=1_000_000), "larger than 1 MB"),
}


@pytest.mark.parametrize("name", LIMITED)
def test_what_wants_more_than_its_limit_is_refused_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    build, limits, says = LIMITED[name]
    (tmp_path / name).write_bytes(build())
    (tmp_path / "z.txt").write_text("Participants agreed.", "utf-8")
    found = dict(read_guarded([(tmp_path / name, name), (tmp_path / "z.txt", "z.txt")], 1, limits))
    assert says in str(found[name])
    assert isinstance(found["z.txt"], Report)


def test_a_report_of_too_many_sentences_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.analysis.MOST_PASSAGES", 50)
    words = Words(load_names(ROOT / "names.toml"), load_wording(ROOT / "words.toml"), Corrections())
    text = "Japan agreed. " * 49
    assert len(words.read(Report("a.txt", text, (Block("body", 0, len(text)),)), "").attributions) == 49
    text += "Japan agreed."
    with pytest.raises(UnreadableReport, match="more than 50 passages and sentences"):
        words.read(Report("a.txt", text, (Block("body", 0, len(text)),)), "")


def test_nothing_that_is_no_file_is_opened_and_no_name_breaks_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A whole rebuild through the command: pipes, sockets, devices, links out of the folder, round in circles, and names of any kind."""
    secret = tmp_path / "outside" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text("Participants agreed on xylophagous matters.", "utf-8")
    library = SmallLibrary(tmp_path / "library")
    inside = library.documents
    names = ["new\nline.txt", "return\r.txt", "escape\x1b[31mred.txt", "bell\x07.txt", "\u202etxt.exe.txt", "null\u0000"[:4] + ".txt"]
    for number, name in enumerate(names):
        (inside / name).write_text(f"{BALTIC}\nParticipants agreed on topic{number}.\n", "utf-8")
    os.mkfifo(inside / "pipe.txt")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(inside / "socket.txt"))
    made_device = False
    if os.geteuid() == 0:
        try:
            os.mknod(inside / "device.txt", 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero
            made_device = True
        except PermissionError:
            pass
    (inside / "link.txt").symlink_to(secret)
    (inside / "folder").symlink_to(secret.parent)
    (inside / "up").symlink_to("..")
    (inside / "self.txt").symlink_to("self.txt")
    (inside / "zero.txt").symlink_to("/dev/zero")
    (inside / "passwd.txt").symlink_to("/etc/passwd")
    with word_hashes():
        code = main(["index", str(inside), "--index", str(library.index)])
        output = capsys.readouterr()
        assert code == 0, output.err
        known = [r.report for r in qa.reports(index=library.index)]
    listener.close()
    assert sorted(known) == sorted(names)
    skipped = [line for line in output.out.splitlines() if line.startswith("skipped ")]
    told = {line.removeprefix("skipped ").split(":")[0] for line in skipped}
    wanted = {"pipe.txt", "socket.txt", "link.txt", "folder", "up", "self.txt", "zero.txt", "passwd.txt"} | (
        {"device.txt"} if made_device else set()
    )
    assert told == wanted
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", output.out), "control characters of a name reach the terminal"
    assert b"xylophagous" not in library.bytes_on_disk()
    assert b"root:" not in library.bytes_on_disk()


def test_a_file_too_large_to_be_read_is_not_even_hashed(tmp_path: Path) -> None:
    library = SmallLibrary(tmp_path)
    library.write({"a.txt": BALTIC})
    with (library.documents / "huge.txt").open("wb") as stream:
        stream.truncate(5 * 10**12)  # five terabytes of nothing
    with word_hashes():
        built = library.rebuild()
    assert built.added == ("a.txt",)
    assert [(s.path, s.reason) for s in built.skipped] == [("huge.txt", "It is larger than 50 MB. Split it, or save it without pictures.")]


REGRESSIONS: tuple[int, ...] = ()
"""Numbers of mutations that once broke a reader (benchmarks/fuzz.py prints them)."""


def test_mutated_reports_are_read_or_refused_in_words_for_their_owner(tmp_path: Path) -> None:
    good = seeds(ROOT / "documents")
    files = [mutated(good, number) for number in (*REGRESSIONS, *range(900_000, 900_040))]
    for file in files:
        (tmp_path / file.name).write_bytes(file.data)
    words = Words(load_names(ROOT / "names.toml"), load_wording(ROOT / "words.toml"), Corrections())
    for name, outcome in read_guarded([(tmp_path / f.name, f.name) for f in files], 2, reader=read_noting, then=Checking(words, every=8)):
        if isinstance(outcome, UnreadableReport):
            assert not PROGRAMMERS.search(str(outcome)), f"{name}: {outcome}"

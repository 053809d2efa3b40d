"""Damage: a bit that flips anywhere in the index is noticed; it makes no wrong quote and no traceback; what is sound is saved."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import pytest

import qa
from index.database import FILE, Database
from index.errors import IndexUnusable
from index.repair import Checked, check_index
from index.vectors_file import VECTORS
from qa.cli import main
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash

Make = Callable[..., SmallLibrary]
QUESTIONS = ("What did participants agree on the hotline?", "coral nurseries")


@pytest.fixture
def library(small_library: Make) -> SmallLibrary:
    made = small_library({"baltic.txt": BALTIC, "reef.txt": REEF, "walrus.txt": WALRUS, "gone.txt": REEF.replace("coral", "kelp")})
    made.write({"empty.txt": "", "copy.txt": BALTIC})
    made.remove("gone.txt")  # leaves free pages
    made.rebuild()
    return made


def everything(index: Path) -> str:
    """All that the index says."""
    told: dict[str, Any] = {"reports": [r.to_dict() for r in qa.reports(index=index)]}
    told["statements"] = [s.to_dict() for s in qa.statements(index=index)]
    told["ask"] = qa.ask(QUESTIONS[0], index=index).to_dict()
    told["retrieve"] = [hit.to_dict() for hit in qa.retrieve(QUESTIONS[1], 5, index=index)]
    return json.dumps(told)


def flipped(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        (byte,) = stream.read(1)
        stream.seek(place)
        stream.write(bytes([byte ^ 1 << bit]))


def everything_or_refusal(index: Path) -> str | None:
    """All that the index says; None when it says that it is damaged."""
    try:
        return everything(index)
    except IndexUnusable as refused:
        return None if "rapporteur index" in str(refused) else str(refused)


def check_or_refusal(index: Path, *, repair: bool = False) -> Checked | str:
    """What a check found; the sentence where the index is too damaged to be checked."""
    try:
        return check_index(index, repair=repair)
    except IndexUnusable as refused:
        return str(refused)


def try_flips(library: SmallLibrary, word_hash: WordHash, work: Path, count: int, seed: int) -> Counter[str]:
    """Flip so many bits, one at a time, each in a fresh copy, and repair one in ten; how many were noticed by whom, and what came of it."""
    before = everything(library.index)
    files = sorted(p for p in library.index.iterdir() if p.stat().st_size)
    sizes = [p.stat().st_size for p in files]
    chance = random.Random(seed)
    told_by: Counter[str] = Counter()
    for number in range(count):
        index = work / str(number)
        shutil.copytree(library.index, index)
        # Every other one in any file, whatever its size; else the largest would have nearly all.
        file = chance.choices(files, sizes)[0] if number % 2 else chance.choice(files)
        place, bit = chance.randrange(file.stat().st_size), chance.randrange(8)
        flipped(index / file.name, place, bit)
        which = f"bit {bit} of byte {place} of {file.name}"
        check = check_or_refusal(index)
        assert isinstance(check, str) or check.damage is not None or not check.vectors, f"nobody notices {which}"
        told = everything_or_refusal(index)
        if told is None:
            told_by["answer"] += 1
        else:
            assert told == before, f"a wrong answer: {which}"
            told_by["healed" if file.name != FILE else "check"] += 1
        if number % 10 == 0:
            told_by[try_repair(library, word_hash, index, before, which)] += 1
        shutil.rmtree(index)
    print(dict(told_by))  # noqa: T201  # the figures, which pytest -rP shows
    return told_by


def try_repair(library: SmallLibrary, word_hash: WordHash, index: Path, before: str, which: str) -> str:
    """Repair a damaged copy of the library's index and bring it up to date, which must make it as before; what came of it in a word."""
    word_hash.embedded.clear()
    found = check_or_refusal(index, repair=True)
    if isinstance(found, str):
        assert "Delete it and run: rapporteur index" in found, which
        return "not to be mended"
    assert found.sound, which
    assert check_index(index).sound, which
    assert not word_hash.embedded, f"a repair embeds nothing: {which}"
    known = {r.report for r in qa.reports(index=index)}
    assert known | set(found.lost) == {r.report for r in qa.reports(index=library.index)}, which
    if not found.lost:
        assert everything(index) == before, which
        return "mended"
    again = copy(library)
    again.index = index
    built = again.rebuild()
    assert set(built.added) == set(found.lost), which
    assert everything(index) == before, which
    return "mended but for a report that was read again"


def test_a_flipped_bit_is_noticed_and_makes_no_wrong_answer(library: SmallLibrary, word_hash: WordHash, tmp_path: Path) -> None:
    told_by = try_flips(library, word_hash, tmp_path / "flips", 30, seed=1)
    assert told_by["answer"]
    assert told_by["healed"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_flipped_bits_are_noticed_and_make_no_wrong_answer(
    library: SmallLibrary, word_hash: WordHash, tmp_path: Path, seed: int
) -> None:
    try_flips(library, word_hash, tmp_path / "flips", 1_000, seed=100 + seed)


@pytest.mark.parametrize("name", [FILE, VECTORS])
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
def test_a_truncated_file_is_noticed_and_makes_no_wrong_answer(library: SmallLibrary, name: str, keep: float) -> None:
    before = everything(library.index)
    path = library.index / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    if name == VECTORS:
        assert everything(library.index) == before
    else:
        assert everything_or_refusal(library.index) is None


@pytest.mark.parametrize("name", [VECTORS, "writer.lock"])
def test_a_missing_file_that_is_derived_is_made_again(library: SmallLibrary, name: str, word_hash: WordHash) -> None:
    before, embedded = everything(library.index), list(word_hash.embedded)
    (library.index / name).unlink()
    assert check_index(library.index, repair=True).sound
    library.rebuild()
    assert everything(library.index) == before
    assert word_hash.embedded[: len(embedded)] == embedded
    assert (library.index / name).exists()


def test_files_of_another_index_make_no_wrong_answer(small_library: Make, library: SmallLibrary) -> None:
    before = everything(library.index)
    other = small_library({"a.txt": REEF.replace("coral", "krill")}, "other")
    shutil.copy(other.index / VECTORS, library.index / VECTORS)
    assert everything(library.index) == before
    shutil.copy(other.index / FILE, library.index / FILE)
    assert [r.report for r in qa.reports(index=library.index)] == ["a.txt"]
    assert "krill" in everything(library.index)


def test_a_report_on_a_damaged_page_is_read_again_and_the_others_are_saved_without_embedding(
    small_library: Make, word_hash: WordHash
) -> None:
    texts = {
        f"{n}.txt": f"Forum {n}\n\n" + "".join(f"Participants agreed that item{n}x{m} be kept.\n\n" for m in range(40)) for n in range(6)
    }
    library = small_library(texts)
    before = everything(library.index)
    file = library.index / FILE
    data = file.read_bytes()
    flipped(file, data.index(b"Participants agreed that item3x20"), 2)
    with pytest.raises(IndexUnusable, match="rapporteur check --repair"):
        qa.statements("3.txt", index=library.index)
    word_hash.embedded.clear()
    found = check_index(library.index, repair=True)
    assert found.sound
    assert found.lost == ("3.txt",)
    assert word_hash.embedded == []
    assert len(qa.reports(index=library.index)) == 5
    built = library.rebuild()
    assert (built.added, built.unchanged) == (("3.txt",), 5)
    assert all("item3x" in text or "Forum 3" in text for text in word_hash.embedded)
    assert everything(library.index) == before
    assert check_index(library.index).sound


def test_damage_to_words_alone_costs_no_report(small_library: Make, word_hash: WordHash) -> None:
    texts = {
        f"{n}.txt": f"Forum {n}\n\n" + "".join(f"Participants agreed that thing{n}y{m} be kept.\n\n" for m in range(40)) for n in range(6)
    }
    library = small_library(texts)
    before = everything(library.index)
    word_hash.embedded.clear()
    for place in pages_of(library.index, "words_data"):
        flipped(library.index / FILE, place + 2_000, 1)
    assert check_index(library.index).damage
    found = check_index(library.index, repair=True)
    assert (found.sound, found.lost) == (True, ())
    assert not word_hash.embedded  # asking embeds words of its own
    assert everything(library.index) == before


def pages_of(index: Path, table: str) -> list[int]:
    """Where the pages of a table begin in the file; the first one, its root, is left out."""
    database = Database(index)
    try:
        return [place for (place,) in database._rows("SELECT pgoffset FROM dbstat WHERE name = ? AND pagetype = 'leaf'", table)]
    finally:
        database.close()


def test_what_cannot_be_mended_is_said(library: SmallLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    flipped(library.index / FILE, 30, 1)
    assert main(["check", "--repair", "--index", str(library.index)]) == 1
    told = capsys.readouterr().err
    assert "Delete it and run: rapporteur index" in told
    assert "Traceback" not in told


def test_the_command_names_what_is_lost(small_library: Make, capsys: pytest.CaptureFixture[str]) -> None:
    library = small_library({"a.txt": BALTIC + "Participants agreed on xylophones.\n" * 200, "b.txt": REEF})
    file = library.index / FILE
    flipped(file, file.read_bytes().index(b"xylophones.\nParticipants"), 0)
    assert main(["check", "--index", str(library.index)]) == 1
    assert "rapporteur check --repair" in capsys.readouterr().out
    assert main(["check", "--repair", "--index", str(library.index)]) == 0
    told = capsys.readouterr().out
    assert "lost a.txt" in told
    assert "rapporteur index" in told


def test_a_journal_of_the_damaged_file_is_not_played_into_the_mended_one(library: SmallLibrary) -> None:
    flipped(library.index / FILE, (library.index / FILE).stat().st_size - 500, 1)
    (library.index / f"{FILE}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(1000))
    check_index(library.index, repair=True)
    assert not (library.index / f"{FILE}-journal").exists()
    assert check_index(library.index).sound

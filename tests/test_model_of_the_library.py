"""The library against a plain dict: whatever is added, changed, renamed, deleted, rebuilt or killed, it says what the dict says."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule, run_state_machine_as_test

import qa
from index.attribution.wording import load_wording
from index.database import Database
from index.names import load_names
from index.repair import check_index
from qa.library import open_snapshot
from tests.fakes import SmallLibrary, word_hashes

WORDS = ("zugzwang", "xylophone", "quokka", "jacaranda", "wombat", "kumquat", "haiku", "vortex")
FOLDERS = ("", "2019/", "notes/old/")
_names, _wording = lru_cache(load_names), lru_cache(load_wording)  # no rule here changes either, and reading them is most of a rebuild


class KilledHereError(Exception):
    """Stands for a kill: nothing after it is done, and the transaction at hand is rolled back as SQLite would do it."""


def text_of(word: str, number: int) -> str:
    """A report of one word that no other has, twice; its number is in it, too."""
    mark = f"{word}{number}q"
    return f"{mark.title()} Forum\n\nParticipants agreed that {mark} be kept.\n\nSome participants questioned {mark}.\n"


class LibraryAgainstDict(RuleBasedStateMachine):
    """`folder` is what lies in the documents folder, `index` what the last rebuild that ended has taken in; both by path.

    `may` is what the index may hold at each path, None where nothing: one text, until a rebuild is killed before it has stored that path.
    """

    names = Bundle("names")
    taken = 0  # steps, of all runs

    def __init__(self) -> None:
        super().__init__()
        self._home = tempfile.TemporaryDirectory()
        self._patched = ExitStack()
        self._patched.enter_context(word_hashes())
        self._patched.enter_context(patch("index.rebuilding.load_names", _names))
        self._patched.enter_context(patch("index.rebuilding.load_wording", _wording))
        self.library = SmallLibrary(Path(self._home.name))
        self.folder: dict[str, str] = {}
        self.index: dict[str, str] = {}
        self.may: dict[str, set[str | None]] = {}
        self.told: set[str] = set()
        self.number = 0
        self.killed = False

    @initialize()
    def start(self) -> None:
        """An index there must be, to be asked."""
        self._write("first.txt", "zugzwang")
        self.rebuild()

    def _write(self, name: str, word: str) -> None:
        self.number += 1
        self.folder[name] = text_of(word, self.number)
        self.library.write({name: self.folder[name]})

    @rule(target=names, folder=st.sampled_from(FOLDERS), stem=st.integers(0, 9), word=st.sampled_from(WORDS))
    def add_or_change(self, folder: str, stem: int, word: str) -> str:
        name = f"{folder}{stem}.txt"
        self._write(name, word)
        return name

    @rule(target=names, name=consumes(names), folder=st.sampled_from(FOLDERS), stem=st.integers(10, 19))
    def rename(self, name: str, folder: str, stem: int) -> str:
        new = f"{folder}{stem}.txt"
        if name in self.folder and new not in self.folder:
            path = self.library.documents / new
            path.parent.mkdir(parents=True, exist_ok=True)
            (self.library.documents / name).rename(path)
            self.folder[new] = self.folder.pop(name)
        return new

    @rule(target=names, name=names, stem=st.integers(20, 23))
    def copy(self, name: str, stem: int) -> str:
        if name in self.folder:
            self.folder[f"{stem}.txt"] = self.folder[name]
            self.library.write({f"{stem}.txt": self.folder[name]})
        return f"{stem}.txt"

    @rule(name=consumes(names))
    def delete(self, name: str) -> None:
        if self.folder.pop(name, None) is not None:
            self.library.remove(name)

    @rule(name=names, number=st.integers(0, 9))
    def correct(self, name: str, number: int) -> None:
        """The next rebuild gives a report another title; its text stays."""
        self.library.write({"corrections.toml": f'[[report]]\nfile = "{name}"\ntitle = "Title {number}"\n'})

    @rule()
    def rebuild(self) -> None:
        if not self.folder and not self.index and not self.killed:
            return  # an empty folder and an empty index: told as a mistake, elsewhere
        self.library.rebuild()
        self._has_ended()

    def _has_ended(self) -> None:
        self.index, self.killed = dict(self.folder), False
        self.may = {path: {text} for path, text in self.index.items()}

    def _was_killed(self, stored: list[str]) -> None:
        """Each path is as it was or as it is wanted, and what was stored before is as it is wanted; of copies one may stand for all."""
        for path in {*self.may, *self.folder}:
            texts = self.may.setdefault(path, {None})
            texts.add(self.folder.get(path))
            if any(list(known.values()).count(known.get(path, "")) > 1 for known in (self.folder, self.index)):
                texts.add(None)
        self.may |= {path: {self.folder[path]} for path in stored}
        self.killed = True

    @rule(after=st.integers(0, 3))
    def rebuild_killed(self, after: int) -> None:
        """Ends in the middle of storing, once so many reports are stored."""
        if not self.folder:
            return
        put = Database.put
        stored: list[str] = []

        def dying(database: Database, item: Any) -> None:
            put(database, item)
            if len(stored) == after:
                raise KilledHereError
            stored.append(item.report.report_id)

        try:
            with patch.object(Database, "put", dying), patch("index.rebuilding._BATCH", 1):
                self.library.rebuild()
        except KilledHereError:
            self._was_killed(stored)
        else:
            self._has_ended()

    @rule(word=st.sampled_from(WORDS))
    def ask(self, word: str) -> None:
        for statement in qa.ask(f"What did participants agree on {word}?", index=self.library.index).statements:
            self._stands(statement.quote, statement.citation)
            assert qa.verify(statement, index=self.library.index).status == "exact"

        if not self.killed:
            hits = qa.retrieve(word, 1_000, index=self.library.index)
            assert Counter(hit.citation.report for hit in hits) == self._passages(), "meaning finds every passage"

    def _passages(self) -> Counter[str]:
        """How many passages each report has."""
        with open_snapshot(self.library.index) as snapshot:
            return Counter(snapshot.report(p.report).path for p in snapshot.get_passages().values())

    def _stands(self, quote: str, citation: Any) -> None:
        known = self.may.get(citation.report, set())
        assert any(text is not None and text[citation.start : citation.end] == quote for text in known), (quote, citation)

    @invariant()
    def one_more_step_is_taken(self) -> None:
        LibraryAgainstDict.taken += 1

    @invariant()
    def the_index_holds_what_the_dict_holds(self) -> None:
        if not self.library.index.exists():
            return
        with open_snapshot(self.library.index) as snapshot:
            held = {r.path: snapshot.text(r.id) for r in snapshot.reports}
        if self.killed:  # each report wholly old or wholly new
            assert set(held) <= set(self.may)
            for path, texts in self.may.items():
                assert held.get(path) in texts, (path, held.get(path), texts)
            return
        # A content that lies under several names is held once, under one of them.
        assert set(held.values()) == set(self.index.values())
        assert len(held) == len(set(self.index.values()))
        assert all(self.index[path] == text for path, text in held.items())

    @invariant()
    def nothing_that_is_gone_has_left_a_byte(self) -> None:
        self.told |= set(self.folder.values())
        if self.killed or not self.library.index.exists():
            return
        on_disk = self.library.bytes_on_disk().lower()
        for text in self.told - set(self.index.values()):
            mark = text.split()[0].lower().encode()
            assert mark not in on_disk, mark
        self.told &= set(self.index.values()) | set(self.folder.values())

    def teardown(self) -> None:
        """The last rebuild, and a check of the whole."""
        if self.folder or self.index or self.killed:
            self.rebuild()
            self.the_index_holds_what_the_dict_holds()
            self.nothing_that_is_gone_has_left_a_byte()
            assert check_index(self.library.index).sound
        self._patched.close()
        self._home.cleanup()


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def run(examples: int, steps: int, seed: int | None = None) -> int:
    """So many libraries, each for so many steps; how many steps were taken. Without a seed others each time."""
    machine = type("Machine", (LibraryAgainstDict,), {})
    before = LibraryAgainstDict.taken
    run_state_machine_as_test(
        machine if seed is None else hypothesis.seed(seed)(machine),
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=QUIET, database=None),
    )
    return LibraryAgainstDict.taken - before


@pytest.mark.slow  # minutes on two busy cores
def test_the_library_is_what_a_dict_would_be() -> None:
    assert run(examples=3, steps=12) > 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_the_library_is_what_a_dict_would_be_for_ten_thousand_steps(seed: int) -> None:
    assert run(examples=12, steps=100, seed=seed) >= 1_000  # the first is the simplest there is, and short

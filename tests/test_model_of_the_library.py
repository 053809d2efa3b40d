"""The library against a plain dict: whatever is added, changed, renamed, deleted, rebuilt or killed, it says what the dict says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule, run_state_machine_as_test

import qa
from index.database import Database
from index.repair import check_index
from qa.library import open_snapshot
from tests.fakes import SmallLibrary, word_hashes

WORDS = ("zugzwang", "xylophone", "quokka", "jacaranda", "wombat", "kumquat", "haiku", "vortex")
FOLDERS = ("", "2019/", "notes/old/")


class KilledHereError(Exception):
    """Stands for a kill: nothing after it is done, and the transaction at hand is rolled back as SQLite would do it."""


def text_of(word: str, number: int) -> str:
    """A report of one word that no other has, twice; its number is in it, too."""
    mark = f"{word}{number}q"
    return f"{mark.title()} Forum\n\nParticipants agreed that {mark} be kept.\n\nSome participants questioned {mark}.\n"


class LibraryAgainstDict(RuleBasedStateMachine):
    """`folder` is what lies in the documents folder, `index` what the last rebuild that ended has taken in; both by path."""

    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self._home = tempfile.TemporaryDirectory()
        self._patched = word_hashes()
        self._patched.__enter__()
        self.library = SmallLibrary(Path(self._home.name))
        self.folder: dict[str, str] = {}
        self.index: dict[str, str] = {}
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

    @rule()
    def rebuild(self) -> None:
        if not self.folder and not self.index and not self.killed:
            return  # an empty folder and an empty index: told as a mistake, elsewhere
        self.library.rebuild()
        self.index = dict(self.folder)
        self.killed = False

    @rule(after=st.integers(0, 3))
    def rebuild_killed(self, after: int) -> None:
        """Ends in the middle of storing, once so many reports are stored."""
        if not self.folder:
            return
        put, left = Database.put, [after]

        def dying(database: Database, item: Any) -> None:
            put(database, item)
            left[0] -= 1
            if left[0] < 0:
                raise KilledHereError

        try:
            with patch.object(Database, "put", dying), patch("index.rebuilding._BATCH", 1):
                self.library.rebuild()
        except KilledHereError:
            self.killed = True
        else:
            self.index, self.killed = dict(self.folder), False

    @rule(word=st.sampled_from(WORDS))
    def ask(self, word: str) -> None:
        for statement in qa.ask(f"What did participants agree on {word}?", index=self.library.index).statements:
            self._stands(statement.quote, statement.citation)
            assert qa.verify(statement, index=self.library.index).status == "exact"

    def _stands(self, quote: str, citation: Any) -> None:
        known = {self.folder.get(citation.report), self.index.get(citation.report)} if self.killed else {self._indexed(citation.report)}
        assert any(text is not None and text[citation.start : citation.end] == quote for text in known), (quote, citation)

    def _indexed(self, report: str) -> str | None:
        return self.index.get(report)

    @invariant()
    def the_index_holds_what_the_dict_holds(self) -> None:
        if not self.library.index.exists():
            return
        with open_snapshot(self.library.index) as snapshot:
            held = {r.path: snapshot.text(r.id) for r in snapshot.reports}
        if self.killed:  # each report wholly old or wholly new
            assert all(text in (self.index.get(path), self.folder.get(path)) for path, text in held.items()) or self._of_an_older_kill(held)
            return
        # A content that lies under several names is held once, under one of them.
        assert set(held.values()) == set(self.index.values())
        assert len(held) == len(set(self.index.values()))
        assert all(self.index[path] == text for path, text in held.items())

    def _of_an_older_kill(self, held: dict[str, str]) -> bool:
        """What a killed rebuild has stored may have changed or gone since."""
        return all(text in self.told or text in self.index.values() or text in self.folder.values() for text in held.values())

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
        self._patched.__exit__(None, None, None)
        self._home.cleanup()


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.slow  # minutes on two busy cores
def test_the_library_is_what_a_dict_would_be() -> None:
    run_state_machine_as_test(
        LibraryAgainstDict,
        settings=settings(max_examples=2, stateful_step_count=12, deadline=None, suppress_health_check=QUIET, database=None),
    )


@pytest.mark.slow
def test_the_library_is_what_a_dict_would_be_for_ten_thousand_steps() -> None:
    run_state_machine_as_test(
        LibraryAgainstDict,
        settings=settings(max_examples=100, stateful_step_count=100, deadline=None, suppress_health_check=QUIET, database=None),
    )

"""The truth on disk: one SQLite file with the reports, their passages, sentences, vectors and words.

SQLite comes with apsw, which carries a current one: Python's own may be so old that it neither deletes words from FTS5 for good nor is free
of known corruption bugs. Rollback journal and synchronous=EXTRA: a transaction is on disk or it never was.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from index import checksums
from index.embed import Vectors
from index.errors import IndexUnusable
from index.meeting import Meeting
from index.report import Attribution, Block, Page, Passage, Report, text_sha256
from index.stored import Analysed, FileState, StoredPassage, StoredReport, StoredSentence, headings_of
from index.terms import stems, terms_fingerprint

FILE = "reports.sqlite"
MEND = "Save what is sound with: rapporteur check --repair. Or delete it and run: rapporteur index"
"""What to do about a damaged index file."""
FORMAT = 4

_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
    file_sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL,
    title_hint TEXT, published TEXT, pages TEXT NOT NULL, blocks TEXT NOT NULL, meeting TEXT NOT NULL
);
CREATE INDEX report_sha256 ON report (sha256);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, paragraph INTEGER NOT NULL, page INTEGER, page_label TEXT,
    headings TEXT NOT NULL, stems TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passage_report ON passage (report, start);
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, page_label TEXT,
    scope TEXT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, antecedent_start INTEGER, antecedent_end INTEGER,
    stems TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX sentence_passage ON sentence (passage, start);
CREATE INDEX sentence_report ON sentence (report, start);
CREATE INDEX sentence_said ON sentence (act, who, report, passage);
CREATE TABLE run (
    report INTEGER PRIMARY KEY REFERENCES report ON DELETE CASCADE, stamp BLOB NOT NULL,
    first_passage INTEGER NOT NULL, passages INTEGER NOT NULL, first_sentence INTEGER NOT NULL, sentences INTEGER NOT NULL
);
CREATE TABLE term (stem TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE unread (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE duplicate (path TEXT PRIMARY KEY, file_sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
"""
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (body, headings, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.'");
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
"""

_TABLES = {m[1]: m[0] for m in re.finditer(r"CREATE (?:VIRTUAL )?(?:TABLE|INDEX) (\w+) [^;]*", _SCHEMA + _WORDS)}

# Entries of the word index that one search reads, where rarer words leave a choice: some 5 ms. What more than these share tells least.
_READ_AT_MOST = 50_000

_JOINT = "\n"  # between the stems of a passage's words and those of its headings

# Vectors rest on disk in half the space; the error it adds to a cosine (about 0.0001) is far below what separates passages.
_STORED = np.float16


@dataclass(frozen=True, slots=True)
class Run:
    """The ids of a report's passages and sentences; `stamp` is of this storing of this report alone, and new when its meeting is."""

    stamp: bytes
    passages: range
    sentences: range


class Database:
    """One open index file. Not for two threads at once: open one for each."""

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Open the index in `folder`; with `write`, make it where it is missing. Raises IndexUnusable."""
        self.path = folder / FILE
        # A reader may have to undo what a killed rebuild has left half done, and so must be able to write, where it has the right.
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if write else 0)
        with damage(self.path):
            if write:
                folder.mkdir(parents=True, exist_ok=True)
            elif not self.path.is_file():
                raise IndexUnusable(f"{folder}: there is no index yet. Make it with: rapporteur index")
            checksums.load()
            self._connection = apsw.Connection(str(self.path), flags=flags)
            self._connection.set_busy_timeout(10_000)
            self._connection.pragma("foreign_keys", True)
            self._connection.pragma("trusted_schema", False)
            if write:
                checksums.reserve(self._connection)
                self._connection.pragma("journal_mode", "delete")
                self._connection.pragma("synchronous", "extra")
                self._connection.pragma("secure_delete", True)
                self._create()
            else:
                self._connection.pragma("query_only", True)
            self._check(folder)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _create(self) -> None:
        with self._connection:
            if not list(self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fact'")):
                self._connection.execute(_SCHEMA + _WORDS)
                self.set_facts({"format": str(FORMAT), "identity": uuid.uuid4().hex, "generation": "0", "terms": terms_fingerprint()})

    def _check(self, folder: Path) -> None:
        """Raise IndexUnusable unless this is an index, of this version: SQLite keeps each table's definition as it was given."""
        # As bytes: in a damaged file these need be no text.
        made = {
            bytes(name): bytes(sql)
            for name, sql in self._rows("SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema WHERE sql IS NOT NULL")
        }
        if not made:
            raise IndexUnusable(f"{self.path}: the index file is empty. Run: rapporteur index")
        ours = all(made.get(name.encode()) == sql.encode() for name, sql in _TABLES.items())
        if not ours or self.fact("format") != str(FORMAT):
            raise IndexUnusable(
                f"{folder}: the index was made by another version of Rapporteur, or is none. Delete the folder and run: rapporteur index"
            )
        if checksums.load() != checksums.has_checksums(self.path):
            raise IndexUnusable(
                f"{self.path}: the index file is damaged, or was made by an installation without checksums. "
                "Delete it and run: rapporteur index"
            )

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[None]:
        """One consistent view for all reads inside; with `write`, all or nothing, and one generation more."""
        with damage(self.path):
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                if not write:
                    self._see_whole()
                yield
                if write:
                    # A generation may be made twice, from a backup: its identity is new each time.
                    self.set_facts({"generation": str(self.generation + 1), "identity": uuid.uuid4().hex})
                self._connection.execute("COMMIT")
            except BaseException:
                # A failed COMMIT (disk full) may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _see_whole(self) -> None:
        """Take the reader's lock, and see that the last page is there to its end: SQLite fills it up with zeros."""
        ((pages,),) = self._rows("PRAGMA page_count")
        if self.path.stat().st_size < pages * checksums.PAGE:
            raise IndexUnusable(f"{self.path}: the index file is damaged (it has been cut off). {MEND}")

    # -- facts of the whole index

    def fact(self, name: str) -> str | None:
        """The fact called `name`, or None."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_facts(self, facts: dict[str, str]) -> None:
        """Keep these facts."""
        self._connection.executemany("INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", facts.items())

    @property
    def generation(self) -> int:
        """Grows with each transaction that changed something."""
        return int(self.fact("generation") or 0)

    # -- writing

    def put(self, item: Analysed) -> None:
        """Store a report, in place of an older one of the same path."""
        report, text, file = item.report, item.report.text, item.file
        self.remove(report.report_id)
        row = self._insert(
            "report",
            path=report.report_id, file_sha256=file.sha256, size=file.size, mtime_ns=file.mtime_ns, sha256=report.sha256, text=text,
            title_hint=report.title_hint, published=report.published, meeting=_json(item.meeting.to_dict()),
            pages=_json([(p.number, p.label) for p in report.pages]),
            blocks=_json([(b.kind, b.start, b.end, b.level, b.reason, b.pages, b.cells) for b in report.blocks]),
        )  # fmt: skip
        attributions = iter(zip(item.attributions, item.sentence_vectors, strict=True))
        first_passage, first_sentence = (self._next_id(table) for table in ("passage", "sentence"))
        having: Counter[str] = Counter()
        for passage, vector in zip((p for p in item.passages if p.is_content), item.passage_vectors, strict=True):
            headings = headings_of(text, passage)
            columns = _word_columns(text, passage.start, passage.end, headings)
            passage_row = self._insert(
                "passage",
                report=row, start=passage.start, end=passage.end, kind=passage.kind, paragraph=passage.paragraph, headings=headings,
                stems=_JOINT.join(columns.values()), vector=_pack(vector), **_place(report, passage, passage.start),
            )  # fmt: skip
            self._insert("words", rowid=passage_row, **columns)
            having.update(_stems_in(columns))
            for _ in passage.sentences:
                a, sentence_vector = next(attributions)
                self._insert(
                    "sentence",
                    report=row, passage=passage_row, start=a.start, end=a.end,
                    stems=_joined_stems(text[a.start : a.end]), vector=_pack(sentence_vector),
                    **_place(report, passage, a.start), **_attribution_columns(a),
                )  # fmt: skip
        self._count_terms(having)
        self._insert(
            "run", report=row, stamp=os.urandom(16), first_passage=first_passage, passages=len(item.passage_vectors),
            first_sentence=first_sentence, sentences=len(item.sentence_vectors),
        )  # fmt: skip

    def _next_id(self, table: str) -> int:
        return next((row + 1 for (row,) in self._rows("SELECT seq FROM sqlite_sequence WHERE name = ?", table)), 1)

    def _count_terms(self, having: Counter[str]) -> None:
        """Add to the numbers of passages that have each stem; what none has any more is forgotten."""
        added = "INSERT INTO term VALUES (?, ?) ON CONFLICT DO UPDATE SET passages = passages + excluded.passages"
        self._connection.executemany(added, having.items())
        if any(count < 0 for count in having.values()):
            self._connection.executemany("DELETE FROM term WHERE stem = ? AND passages <= 0", ((stem,) for stem in having))

    def _insert(self, table: str, **columns: Any) -> int:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))
        return self._connection.last_insert_rowid()

    def reattribute(self, path: str, meeting: Meeting, attributions: Sequence[Attribution]) -> None:
        """Put new meeting facts and attributions on a report whose text and sentences are as they were."""
        row = self._rows("SELECT id FROM report WHERE path = ?", path)[0][0]
        self._connection.execute("UPDATE report SET meeting = ? WHERE id = ?", (_json(meeting.to_dict()), row))
        sets = ", ".join(f"{name} = ?" for name in _attribution_columns(Attribution(0, 0)))
        self._connection.executemany(
            f'UPDATE sentence SET {sets} WHERE report = ? AND start = ? AND "end" = ?',
            ((*_attribution_columns(a).values(), row, a.start, a.end) for a in attributions),
        )
        self._connection.execute("UPDATE run SET stamp = ? WHERE report = ?", (os.urandom(16), row))

    def remove(self, path: str) -> None:
        """Delete a report and every word of it."""
        for (row,) in self._rows("SELECT id FROM report WHERE path = ?", path):
            # A contentless FTS5 table forgets a row only when it is told the very words it was given.
            having: Counter[str] = Counter()
            for passage, kept in self._rows("SELECT id, stems FROM passage WHERE report = ?", row):
                columns = dict(zip(("body", "headings"), kept.split(_JOINT), strict=True))
                self._insert("words", words="delete", rowid=passage, **columns)
                having.subtract(_stems_in(columns))
            self._count_terms(having)
            self._connection.execute("DELETE FROM report WHERE id = ?", (row,))

    def renew_words(self) -> None:
        """Make the word index again from the texts, by the rules of terms in force."""
        self._connection.execute("DELETE FROM term; DROP TABLE words; " + _WORDS)
        for (row,) in self._rows("SELECT id FROM report"):
            text, having = self.text(row), Counter[str]()
            for passage, start, end, headings in self._rows('SELECT id, start, "end", headings FROM passage WHERE report = ?', row):
                columns = _word_columns(text, start, end, headings)
                self._insert("words", rowid=passage, **columns)
                self._connection.execute("UPDATE passage SET stems = ? WHERE id = ?", (_JOINT.join(columns.values()), passage))
                having.update(_stems_in(columns))
            for sentence, start, end in self._rows('SELECT id, start, "end" FROM sentence WHERE report = ?', row):
                self._connection.execute("UPDATE sentence SET stems = ? WHERE id = ?", (_joined_stems(text[start:end]), sentence))
            self._count_terms(having)

    def set_unread(self, path: str, file: FileState, reason: str) -> None:
        """Remember that a file could not be read, so that it is not tried again before it changes."""
        self._connection.execute("INSERT OR REPLACE INTO unread VALUES (?,?,?,?)", (path, file.size, file.mtime_ns, reason))

    def set_duplicate(self, path: str, file: FileState) -> None:
        """Remember that a file has the content of another."""
        self._connection.execute("INSERT OR REPLACE INTO duplicate VALUES (?,?,?,?)", (path, file.sha256, file.size, file.mtime_ns))

    def forget(self, path: str) -> None:
        """Forget that a path was unread or a duplicate."""
        self._connection.execute("DELETE FROM unread WHERE path = ?", (path,))
        self._connection.execute("DELETE FROM duplicate WHERE path = ?", (path,))

    def rescue(self, into: Database) -> list[str]:
        """Copy each sound report, with all that is stored of it, into an empty database; gives the paths of those that are not.

        Word index and counts are made again. Raises IndexUnusable where the facts of the index cannot be read.
        """
        new = {"identity", "generation", "format"}
        try:
            into.set_facts({name: value for name, value in self._rows("SELECT name, value FROM fact") if name not in new})
        except apsw.Error as error:
            raise IndexUnusable(f"{self.path}: the index file is too damaged to be mended. Delete it and run: rapporteur index") from error
        lost: list[str] = []
        # In this order SQLite reads them from the index of paths, which lies on other pages than the reports.
        paths = dict(self._readable("SELECT id, path FROM report ORDER BY path"))
        for row in sorted({*paths, *(row for (row,) in self._readable("SELECT report FROM run"))}):
            path = paths.get(row, f"number {row}")
            try:
                copied = self._all_of(row)
            except (apsw.Error, LookupError, ValueError):
                lost.append(str(path))
                continue
            for table, rows in copied.items():
                for values in rows:
                    into._connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        for table in ("unread", "duplicate"):  # what is lost of these is only looked at again
            for values in self._readable(f"SELECT * FROM {table}"):
                into._connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        into.renew_words()
        return lost

    def _readable(self, query: str, *values: Any) -> list[Any]:
        """The rows that can be read before damage ends the search."""
        found: list[Any] = []
        with contextlib.suppress(apsw.Error):
            found.extend(self._connection.execute(query, values))
        return found

    def _all_of(self, row: int) -> dict[str, list[Any]]:
        """Every row of the report with this row id, table by table, found by row ids alone. Raises apsw.Error or ValueError: damaged."""
        run = self._rows("SELECT * FROM run WHERE report = ?", row)
        _, _, first_passage, passages, first_sentence, sentences = run[0]
        ranges = {"passage": (first_passage, passages), "sentence": (first_sentence, sentences)}
        parts = {
            table: self._rows(f"SELECT * FROM {table} WHERE id >= ? AND id < ?", start, start + count)
            for table, (start, count) in ranges.items()
        }
        sha256, text = self._rows("SELECT sha256, text FROM report WHERE id = ?", row)[0]
        if text_sha256(text) != sha256 or any(len(parts[table]) != count for table, (_, count) in ranges.items()):
            raise ValueError
        return {"report": self._rows("SELECT * FROM report WHERE id = ?", row), **parts, "run": run}

    # -- reading

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    def files(self) -> dict[str, FileState]:
        """The file of each report, by path."""
        return {p: FileState(*state) for p, *state in self._rows("SELECT path, file_sha256, size, mtime_ns FROM report")}

    def file(self, report: int) -> FileState:
        """The file of the report with this row id."""
        return FileState(*self._rows("SELECT file_sha256, size, mtime_ns FROM report WHERE id = ?", report)[0])

    def duplicates(self) -> dict[str, FileState]:
        """The files that were known as duplicates, by path."""
        return {p: FileState(*state) for p, *state in self._rows("SELECT path, file_sha256, size, mtime_ns FROM duplicate")}

    def unread(self) -> dict[str, tuple[int, int, str]]:
        """(size, mtime_ns, reason) of each file that could not be read, by path."""
        return {p: (size, mtime_ns, reason) for p, size, mtime_ns, reason in self._rows("SELECT * FROM unread")}

    def runs(self) -> dict[int, Run]:
        """The ids that belong to each report, by the report's row id and in its order."""
        rows = self._rows("SELECT report, stamp, first_passage, passages, first_sentence, sentences FROM run ORDER BY report")
        return {row: Run(bytes(stamp), range(p, p + n), range(s, s + m)) for row, stamp, p, n, s, m in rows}

    def reports(self, ids: Iterable[int] | None = None) -> list[StoredReport]:
        """These reports, or all, in order of their paths."""
        query = "SELECT id, path, sha256, meeting, first_passage, passages, first_sentence, sentences FROM report JOIN run ON report = id"
        rows = self._rows(query) if ids is None else self._rows(f"{query} WHERE id IN (SELECT value FROM json_each(?))", _json(list(ids)))
        return sorted(
            (
                StoredReport(row, path, sha, Meeting.from_dict(json.loads(meeting)), range(p, p + n), range(s, s + m))
                for row, path, sha, meeting, p, n, s, m in rows
            ),
            key=lambda stored: stored.path,
        )

    def report(self, path: str) -> Report | None:
        """The report at `path` as its reader gave it, or None."""
        for text, blocks, pages, hint, published in self._rows(
            "SELECT text, blocks, pages, title_hint, published FROM report WHERE path = ?", path
        ):
            return Report(path, text, tuple(map(_block, json.loads(blocks))), tuple(Page(*p) for p in json.loads(pages)), hint, published)
        return None

    def text(self, report: int) -> str:
        """The canonical text of the report with this row id."""
        return str(self._rows("SELECT text FROM report WHERE id = ?", report)[0][0])

    def passages(self, ids: Iterable[int] | None = None) -> dict[int, StoredPassage]:
        """The passages with these ids, or all; ids that are gone are left out."""
        query = 'SELECT id, report, start, "end", kind, paragraph, page, page_label, headings, stems FROM passage'
        if ids is not None:
            return {
                row[0]: StoredPassage(*row) for row in self._rows(f"{query} WHERE id IN (SELECT value FROM json_each(?))", _json(list(ids)))
            }
        return {row[0]: StoredPassage(*row) for row in self._rows(query)}

    def sentences(self, *, passages: Iterable[int] | None = None, report: int | None = None) -> list[StoredSentence]:
        """The sentences of these passages, or of one report, or all, in order of the report's path and of start."""
        query = """SELECT s.id, s.report, s.passage, p.paragraph, s.start, s."end", s.page, s.page_label, s.scope, s.who, s.act,
            s.antecedent_start, s.antecedent_end, s.stems
            FROM sentence s JOIN passage p ON p.id = s.passage JOIN report r ON r.id = s.report"""
        order = " ORDER BY r.path, s.start"  # not by row: rows are in the order in which reports came
        if passages is not None:
            rows = self._rows(f"{query} WHERE s.passage IN (SELECT value FROM json_each(?)) {order}", _json(list(passages)))
        elif report is not None:
            rows = self._rows(f"{query} WHERE s.report = ? {order}", report)
        else:
            rows = self._rows(query + order)
        return [_sentence(row) for row in rows]

    def passages_of_sentences(self, ids: Iterable[int]) -> dict[int, int]:
        """The passage of each of these sentences."""
        return dict(self._rows("SELECT id, passage FROM sentence WHERE id IN (SELECT value FROM json_each(?))", _json(list(ids))))

    def sentences_of(self, passages: Iterable[int]) -> list[int]:
        """Ids of the sentences of these passages."""
        rows = self._rows("SELECT id FROM sentence WHERE passage IN (SELECT value FROM json_each(?))", _json(list(passages)))
        return [row for (row,) in rows]

    def passages_where(self, reports: Iterable[int] | None, holder: str | None = None, act: str | None = None) -> set[int]:
        """Ids of the passages of these reports (row ids), or of all, that hold a sentence of this holder and act."""
        query, values = "SELECT DISTINCT passage FROM sentence WHERE TRUE", list[Any]()
        if act is not None:
            query, values = query + " AND act = ?", [*values, act]
        if holder is not None:
            # The plain search of the text is quick, and leaves little for the exact one.
            exact = "EXISTS (SELECT 1 FROM json_each(who) WHERE value = ?)"
            query, values = f"{query} AND instr(who, ?) AND {exact}", [*values, _json(holder), holder]
        if reports is not None:
            query, values = query + " AND report IN (SELECT value FROM json_each(?))", [*values, _json(list(reports))]
        return {row[0] for row in self._rows(query, *values)}

    def sound_pages(self) -> bool:
        """Whether each page of the file is as it was written, the unused ones too."""
        with contextlib.nullcontext() if self._connection.in_transaction else self.transaction():
            self._rows("SELECT 1 FROM fact")  # now no writer may touch the file
            return checksums.sound(self.path)

    def quick_check(self) -> bool:
        """Whether SQLite finds the file's structure, and the references between rows, in order."""
        return self._rows("PRAGMA quick_check(1)") == [("ok",)] and not self._rows("PRAGMA foreign_key_check")

    def counts(self) -> dict[int, tuple[int, int]]:
        """(passages, sentences) of each report, by row id."""
        return {row: (len(run.passages), len(run.sentences)) for row, run in self.runs().items()}

    def rank_words(self, wanted: Collection[str], limit: int, among: Iterable[int] | None = None) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the `limit` passages (of those in `among`) that have these stems best, as `search_words` gives them.

        Where the stems are in very many passages, those that most share are left out: they take nearly all the time and tell the least.
        """
        counts = {stem: count for stem in dict.fromkeys(wanted) if (count := self.passages_with(stem))}
        chosen: list[str] = []
        read = 0
        for stem in sorted(counts, key=lambda s: counts[s]):
            read += counts[stem]
            if chosen and read > _READ_AT_MOST:
                break
            chosen.append(stem)
        # In the order asked for, not by rarity: the sum of the scores has it to the last bit.
        query = " OR ".join(quote_term(stem) for stem in counts if stem in chosen)
        return self.search_words(query, limit, among) if query else []

    def passages_with(self, stem: str) -> int:
        """How many passages have this stem, in their own words or their headings."""
        return next((int(count) for (count,) in self._rows("SELECT passages FROM term WHERE stem = ?", stem.replace("\0", ""))), 0)

    def search_words(self, query: str, limit: int, among: Iterable[int] | None = None) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the `limit` best passages for an FTS5 query, higher is better, and of all that tie with the last one.

        So the choice does not hang on the order in which reports came into the index. `among` are the ids to choose from.
        """
        values: list[Any] = [query]
        only = ""
        if among is not None:
            only = "AND +rowid IN (SELECT value FROM json_each(?))"  # "+": tried on each hit, not looked up one by one
            values.append(_json(list(among)))
        # FTS5's bm25() is lower for better; the sign is turned here and nowhere else.
        ranked = f"SELECT rowid, -bm25(words, 1.0, 2.0) AS score FROM words WHERE words MATCH ? {only} ORDER BY score DESC, rowid LIMIT ?"
        found = self._rows(ranked, *values, limit * 2)
        if len(found) > limit and found[-1][1] == found[limit - 1][1]:
            found = self._rows(ranked, *values, -1)
        return [hit for hit in found if hit[1] >= found[min(limit, len(found)) - 1][1]]

    def count_passages(self, query: str) -> int:
        """How many passages an FTS5 query finds."""
        return int(self._rows("SELECT count(*) FROM words WHERE words MATCH ?", query)[0][0]) if query else 0

    def vectors(self, table: str) -> Iterator[tuple[int, Vectors]]:
        """(id, vector) of every passage or sentence (`table`), by rising id."""
        for row, blob in self._connection.execute(f"SELECT id, vector FROM {_table(table)} ORDER BY id"):
            yield int(str(row)), _unpack(blob)

    def vectors_of(self, table: str, ids: Iterable[int]) -> dict[int, Vectors]:
        """The vectors of these passages or sentences (`table`), by id."""
        query = f"SELECT id, vector FROM {_table(table)} WHERE id IN (SELECT value FROM json_each(?))"
        return {row: _unpack(blob) for row, blob in self._rows(query, _json(list(ids)))}

    def vector_rows(self, table: str, ids: Iterable[int] | range) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The vectors of these passages or sentences (`table`) as (ids, one row each), by rising id; ids that are gone are left out."""
        found = self.packed_vectors(table, ids)
        return np.array([row for row, _ in found], np.int64), unpack_rows([blob for _, blob in found])

    def packed_vectors(self, table: str, ids: Iterable[int] | range) -> list[tuple[int, bytes]]:
        """(id, vector as it is stored) of these passages or sentences (`table`), by rising id; ids that are gone are left out."""
        query = f"SELECT id, vector FROM {_table(table)}"
        if isinstance(ids, range):
            return self._rows(f"{query} WHERE id >= ? AND id < ? ORDER BY id", ids.start, ids.stop)
        return self._rows(f"{query} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", _json(list(ids)))

    def known_vectors(self, path: str) -> dict[str, Vectors]:
        """Vectors of the sentences of the report at `path`, by their text, so that what did not change is not embedded again."""
        return {
            # Sliced here: SQLite's own substr() stops at a NUL, which a text file may hold.
            text[start:end]: _unpack(blob)
            for row, text in self._rows("SELECT id, text FROM report WHERE path = ?", path)
            for start, end, blob in self._rows('SELECT start, "end", vector FROM sentence WHERE report = ?', row)
        }

    def known_passage_vectors(self, path: str) -> dict[tuple[str, str], Vectors]:
        """Vectors of the passages of the report at `path`, by the text of their headings and their own."""
        return {
            (headings, text[start:end]): _unpack(blob)
            for row, text in self._rows("SELECT id, text FROM report WHERE path = ?", path)
            for start, end, headings, blob in self._rows('SELECT start, "end", headings, vector FROM passage WHERE report = ?', row)
        }


@contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors about the index file into sentences."""
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise IndexUnusable(f"{path}: the index file is damaged ({error}). {MEND}") from error
    except apsw.IOError as error:
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_DATA:
            raise IndexUnusable(f"{path}: the index file is damaged (a page is not as it was written). {MEND}") from error
        raise IndexUnusable(f"{path}: the index cannot be read or written ({error}). Check the disk and its permissions.") from error
    except apsw.BusyError as error:
        raise IndexUnusable(f"{path}: another program is writing to the index. Try again when it is done.") from error
    except apsw.FullError as error:
        raise IndexUnusable(f"{path}: the disk is full; the index is as it was before. Free some space and try again.") from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, PermissionError, NotADirectoryError, FileExistsError) as error:
        raise IndexUnusable(f"{path}: the index cannot be opened or written ({error}). Check the folder's permissions.") from error


def quote_term(stem: str) -> str:
    """A stem as an FTS5 string: no word of a question can become query syntax."""
    return '"' + stem.replace('"', '""').replace("\0", "") + '"'


def _table(name: str) -> str:
    return {"passage": "passage", "sentence": "sentence"}[name]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pack(vector: Vectors) -> bytes:
    return vector.astype(_STORED).tobytes()


def unpack_rows(blobs: Sequence[bytes]) -> Vectors:
    """Vectors as they are stored, one row each."""
    rows = np.frombuffer(b"".join(blobs), _STORED).astype(np.float32)
    return rows.reshape(len(blobs), -1) if blobs else rows.reshape(0, 1)


def _unpack(blob: Any) -> Vectors:
    return np.frombuffer(blob, _STORED).astype(np.float32)


def _place(report: Report, passage: Passage, offset: int) -> dict[str, Any]:
    number = Block(passage.kind, passage.start, passage.end, pages=passage.pages).page_at(offset)
    return {"page": number, "page_label": report.page_label(number)}


def _attribution_columns(a: Attribution) -> dict[str, Any]:
    start, end = a.antecedent or (None, None)
    return {"scope": a.scope, "who": _json(a.who), "act": a.act, "antecedent_start": start, "antecedent_end": end}


def _word_columns(text: str, start: int, end: int, headings: str) -> dict[str, str]:
    return {"body": _joined_stems(text[start:end]), "headings": _joined_stems(headings)}


def _joined_stems(text: str) -> str:
    return " ".join(stems(text))


def _stems_in(columns: Mapping[str, str]) -> set[str]:
    return {stem for column in columns.values() for stem in column.split()}


def _block(fields: Sequence[Any]) -> Block:
    kind, start, end, level, reason, pages, cells = fields
    return Block(kind, start, end, level, reason, tuple((a, b) for a, b in pages), tuple((a, b) for a, b in cells))


@lru_cache(maxsize=10_000)
def _who(who: str) -> tuple[str, ...]:
    return tuple(json.loads(who))


def _sentence(row: Sequence[Any]) -> StoredSentence:
    id_, report, passage, paragraph, start, end, page, label, scope, who, act, from_, to, stems_ = row
    antecedent = None if from_ is None else (from_, to)
    attribution = Attribution(start, end, scope, _who(who), act, antecedent)
    return StoredSentence(id_, report, passage, paragraph, start, end, page, label, attribution, stems_)

"""The truth on disk: one SQLite file with the reports, their passages, sentences, vectors and words.

SQLite comes with apsw, which carries a current one: Python's own may be so old that it neither deletes words from FTS5 for good nor is free
of known corruption bugs. Rollback journal and synchronous=FULL: a transaction is on disk or it never was.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import numpy as np

from index.embed import Vectors
from index.errors import IndexUnusable
from index.meeting import Meeting
from index.report import Attribution, Block, Page, Passage, Report
from index.terms import stems

FILE = "reports.sqlite"
FORMAT = 1

_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, file_sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL, text TEXT NOT NULL, title_hint TEXT, published TEXT, pages TEXT NOT NULL, blocks TEXT NOT NULL, meeting TEXT NOT NULL
);
CREATE INDEX report_sha256 ON report (sha256);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    kind TEXT NOT NULL, paragraph INTEGER NOT NULL, page INTEGER, page_label TEXT, headings TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passage_report ON passage (report, start);
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, page_label TEXT,
    scope TEXT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, antecedent_start INTEGER, antecedent_end INTEGER, vector BLOB NOT NULL
);
CREATE INDEX sentence_passage ON sentence (passage, start);
CREATE INDEX sentence_report ON sentence (report, start);
CREATE TABLE unread (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE duplicate (path TEXT PRIMARY KEY, file_sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (body, headings, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.'");
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
"""

# Vectors rest on disk in half the space; the error it adds to a cosine (about 0.0001) is far below what separates passages.
_STORED = np.float16


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was last read."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report's row without its text."""

    id: int
    path: str
    sha256: str
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage that may be quoted; its text is `text(report)[start:end]`. `headings` is the text of the headings above it."""

    id: int
    report: int
    start: int
    end: int
    kind: str
    paragraph: int
    page: int | None
    page_label: str | None
    headings: str


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence with its attribution, inside the passage `passage`."""

    id: int
    report: int
    passage: int
    start: int
    end: int
    page: int | None
    page_label: str | None
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class Analysed:
    """All that is stored of one report: what was read, and what was found in it. `vectors` are in order: passages, then sentences."""

    report: Report
    file: FileState
    meeting: Meeting
    passages: tuple[Passage, ...]
    attributions: tuple[Attribution, ...]
    passage_vectors: Vectors
    sentence_vectors: Vectors


class Database:
    """One open index file. Not for two threads at once: open one for each."""

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Open the index in `folder`; with `write`, make it where it is missing. Raises IndexUnusable."""
        self.path = folder / FILE
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE if write else apsw.SQLITE_OPEN_READONLY
        with damage(self.path):
            if write:
                folder.mkdir(parents=True, exist_ok=True)
            elif not self.path.is_file():
                raise IndexUnusable(f"{folder}: there is no index yet. Make it with: rapporteur index")
            self._connection = apsw.Connection(str(self.path), flags=flags)
            self._connection.set_busy_timeout(10_000)
            self._connection.pragma("foreign_keys", True)
            self._connection.pragma("trusted_schema", False)
            if write:
                self._connection.pragma("journal_mode", "delete")
                self._connection.pragma("synchronous", "full")
                self._connection.pragma("secure_delete", True)
                self._create()
            if self.fact("format") != str(FORMAT):
                raise IndexUnusable(f"{folder}: the index was made by another version of Rapporteur. Delete the folder and run: rapporteur index")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _create(self) -> None:
        with self._connection:
            if not list(self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fact'")):
                self._connection.execute(_SCHEMA)
                self.set_facts({"format": str(FORMAT), "identity": uuid.uuid4().hex, "generation": "0"})

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[None]:
        """One consistent view for all reads inside; with `write`, all or nothing, and one generation more."""
        with damage(self.path):
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield
                if write:
                    self.set_facts({"generation": str(self.generation + 1)})
                self._connection.execute("COMMIT")
            except BaseException:
                # A failed COMMIT (disk full) may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

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
        report, texts = item.report, item.report.text
        self.remove(report.report_id)
        self._connection.execute(
            "INSERT INTO report (path, file_sha256, size, mtime_ns, sha256, text, title_hint, published, pages, blocks, meeting) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                report.report_id, item.file.sha256, item.file.size, item.file.mtime_ns, report.sha256, texts, report.title_hint, report.published,
                json.dumps([(p.number, p.label) for p in report.pages]),
                json.dumps([(b.kind, b.start, b.end, b.level, b.reason, b.pages, b.cells) for b in report.blocks]),
                json.dumps(item.meeting.to_dict(), ensure_ascii=False),
            ),
        )  # fmt: skip
        report_row = self._connection.last_insert_rowid()
        attributions = iter(item.attributions)
        sentence_vectors = iter(item.sentence_vectors)
        for passage, vector in zip((p for p in item.passages if p.is_content), item.passage_vectors, strict=True):
            headings = " / ".join(texts[a:b].strip() for a, b in passage.headings)
            page = Block(passage.kind, passage.start, passage.end, pages=passage.pages)
            number = page.page_at(passage.start)
            self._connection.execute(
                'INSERT INTO passage (report, start, "end", kind, paragraph, page, page_label, headings, vector) VALUES (?,?,?,?,?,?,?,?,?)',
                (report_row, passage.start, passage.end, passage.kind, passage.paragraph, number, report.page_label(number), headings, _pack(vector)),
            )
            passage_row = self._connection.last_insert_rowid()
            self._connection.execute("INSERT INTO words (rowid, body, headings) VALUES (?,?,?)", (passage_row, *_word_columns(texts, passage.start, passage.end, headings)))
            for _ in passage.sentences:
                a = next(attributions)
                number = page.page_at(a.start)
                antecedent = a.antecedent or (None, None)
                self._connection.execute(
                    'INSERT INTO sentence (report, passage, start, "end", page, page_label, scope, who, act, antecedent_start, antecedent_end, vector)'
                    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    (report_row, passage_row, a.start, a.end, number, report.page_label(number), a.scope, json.dumps(a.who, ensure_ascii=False), a.act, *antecedent,
                     _pack(next(sentence_vectors))),
                )  # fmt: skip

    def reattribute(self, report_row: int, meeting: Meeting, attributions: Sequence[Attribution]) -> None:
        """Put new meeting facts and attributions on a report whose text and sentences are as they were."""
        self._connection.execute("UPDATE report SET meeting = ? WHERE id = ?", (json.dumps(meeting.to_dict(), ensure_ascii=False), report_row))
        self._connection.executemany(
            'UPDATE sentence SET scope = ?, who = ?, act = ?, antecedent_start = ?, antecedent_end = ? WHERE report = ? AND start = ? AND "end" = ?',
            ((a.scope, json.dumps(a.who, ensure_ascii=False), a.act, *(a.antecedent or (None, None)), report_row, a.start, a.end) for a in attributions),
        )

    def remove(self, path: str) -> None:
        """Delete a report and every word of it."""
        row = self._connection.execute("SELECT id, text FROM report WHERE path = ?", (path,)).fetchone()
        if row is None:
            return
        report, text = row
        # A contentless FTS5 table forgets a row only when it is told the very words it was given.
        for passage, start, end, headings in self._connection.execute('SELECT id, start, "end", headings FROM passage WHERE report = ?', (report,)).fetchall():
            self._connection.execute(
                "INSERT INTO words (words, rowid, body, headings) VALUES ('delete',?,?,?)", (passage, *_word_columns(text, start, end, headings))
            )
        self._connection.execute("DELETE FROM report WHERE id = ?", (report,))

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

    # -- reading

    def files(self) -> dict[str, FileState]:
        """The file of each report, by path."""
        return {p: FileState(h, s, m) for p, h, s, m in self._connection.execute("SELECT path, file_sha256, size, mtime_ns FROM report")}

    def duplicates(self) -> dict[str, FileState]:
        """The files that were known as duplicates, by path."""
        return {p: FileState(h, s, m) for p, h, s, m in self._connection.execute("SELECT path, file_sha256, size, mtime_ns FROM duplicate")}

    def unread(self) -> dict[str, tuple[int, int, str]]:
        """(size, mtime_ns, reason) of each file that could not be read, by path."""
        return {p: (s, m, r) for p, s, m, r in self._connection.execute("SELECT path, size, mtime_ns, reason FROM unread")}

    def reports(self) -> list[StoredReport]:
        """All reports in order of their paths."""
        rows = self._connection.execute("SELECT id, path, sha256, meeting FROM report ORDER BY path")
        return [StoredReport(i, p, h, Meeting.from_dict(json.loads(m))) for i, p, h, m in rows]

    def report(self, path: str) -> Report | None:
        """The report at `path` as its reader gave it, or None."""
        row = self._connection.execute("SELECT text, blocks, pages, title_hint, published FROM report WHERE path = ?", (path,)).fetchone()
        if row is None:
            return None
        text, blocks, pages, title_hint, published = row
        return Report(path, text, tuple(_block(b) for b in json.loads(blocks)), tuple(Page(*p) for p in json.loads(pages)), title_hint, published)

    def text(self, report_row: int) -> str:
        """The canonical text of the report with this row id."""
        return str(self._connection.execute("SELECT text FROM report WHERE id = ?", (report_row,)).fetchone()[0])

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages with these ids; ids that are gone are left out."""
        query = """SELECT id, report, start, "end", kind, paragraph, page, page_label, headings FROM passage
            WHERE id IN (SELECT value FROM json_each(?))"""
        return {row[0]: StoredPassage(*row) for row in self._connection.execute(query, (json.dumps(list(ids)),))}

    def sentences(self, *, passages: Iterable[int] | None = None, report: int | None = None) -> list[StoredSentence]:
        """The sentences of these passages, or of one report, in order of report and start."""
        where, value = ("report = ?", report) if passages is None else ("passage IN (SELECT value FROM json_each(?))", json.dumps(list(passages)))
        query = f"""SELECT id, report, passage, start, "end", page, page_label, scope, who, act, antecedent_start, antecedent_end
            FROM sentence WHERE {where} ORDER BY report, start"""  # noqa: S608  # `where` is one of two constants
        return [_sentence(row) for row in self._connection.execute(query, (value,))]

    def passages_of_sentences(self, ids: Iterable[int]) -> dict[int, int]:
        """The passage of each of these sentences."""
        query = "SELECT id, passage FROM sentence WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._connection.execute(query, (json.dumps(list(ids)),)).fetchall())

    def passages_where(self, reports: Iterable[int], holder: str | None = None, act: str | None = None) -> set[int]:
        """Ids of the passages of these reports that hold a sentence of this holder and act."""
        query = "SELECT DISTINCT passage FROM sentence WHERE report IN (SELECT value FROM json_each(?))"
        values: list[str] = [json.dumps(list(reports))]
        if act is not None:
            query += " AND act = ?"
            values.append(act)
        if holder is not None:
            query += " AND EXISTS (SELECT 1 FROM json_each(who) WHERE value = ?)"
            values.append(holder)
        return {row[0] for row in self._connection.execute(query, values)}

    def counts(self) -> dict[int, tuple[int, int]]:
        """(passages, sentences) of each report, by row id."""
        passages = dict(self._connection.execute("SELECT report, count(*) FROM passage GROUP BY report").fetchall())
        sentences = dict(self._connection.execute("SELECT report, count(*) FROM sentence GROUP BY report").fetchall())
        return {r: (n, sentences.get(r, 0)) for r, n in passages.items()}

    def search_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the best passages for an FTS5 query; higher is better."""
        # FTS5's bm25() is lower for better; the sign is turned here and nowhere else.
        rows = self._connection.execute(
            "SELECT rowid, -bm25(words, 1.0, 0.5) AS score FROM words WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?", (query, limit)
        )
        return rows.fetchall()

    def vectors(self, table: str, after: int = 0) -> Iterator[tuple[int, Vectors]]:
        """(id, vector) of every passage or sentence (`table`) with an id above `after`."""
        for row, blob in self._connection.execute(f"SELECT id, vector FROM {_table(table)} WHERE id > ? ORDER BY id", (after,)):  # noqa: S608
            yield row, np.frombuffer(blob, _STORED).astype(np.float32)

    def ids(self, table: str) -> list[int]:
        """All ids of passages or sentences (`table`), rising."""
        return [row[0] for row in self._connection.execute(f"SELECT id FROM {_table(table)} ORDER BY id")]  # noqa: S608

    def known_vectors(self, path: str) -> dict[str, Vectors]:
        """Vectors of the sentences of the report at `path`, by their text, so that what did not change is not embedded again."""
        row = self._connection.execute("SELECT id, text FROM report WHERE path = ?", (path,)).fetchone()
        if row is None:
            return {}
        rows = self._connection.execute('SELECT start, "end", vector FROM sentence WHERE report = ?', (row[0],))
        # Sliced here: SQLite's own substr() stops at a NUL, which a text file may hold.
        return {row[1][start:end]: np.frombuffer(blob, _STORED).astype(np.float32) for start, end, blob in rows}


@contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors about the index file into sentences."""
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise IndexUnusable(f"{path}: the index file is damaged ({error}). Delete it and run: rapporteur index") from error
    except apsw.BusyError as error:
        raise IndexUnusable(f"{path}: another program is writing to the index. Try again when it is done.") from error
    except apsw.FullError as error:
        raise IndexUnusable(f"{path}: the disk is full; the index is as it was before. Free some space and try again.") from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError, PermissionError, NotADirectoryError, FileExistsError) as error:
        raise IndexUnusable(f"{path}: the index cannot be opened or written ({error}). Check the folder's permissions.") from error


def _table(name: str) -> str:
    return {"passage": "passage", "sentence": "sentence"}[name]


def _pack(vector: Vectors) -> bytes:
    return vector.astype(_STORED).tobytes()


def _word_columns(text: str, start: int, end: int, headings: str) -> tuple[str, str]:
    return " ".join(stems(text[start:end])), " ".join(stems(headings))


def _block(fields: list) -> Block:  # type: ignore[type-arg]  # JSON that this module wrote
    kind, start, end, level, reason, pages, cells = fields
    return Block(kind, start, end, level, reason, tuple((a, b) for a, b in pages), tuple((a, b) for a, b in cells))


def _sentence(row: tuple) -> StoredSentence:  # type: ignore[type-arg]  # a row of `sentences`
    id_, report, passage, start, end, page, label, scope, who, act, from_, to = row
    antecedent = None if from_ is None else (from_, to)
    return StoredSentence(id_, report, passage, start, end, page, label, Attribution(start, end, scope, tuple(json.loads(who)), act, antecedent))

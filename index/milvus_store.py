"""The store for more than one machine: an index in Milvus, as a question sees it. Knows nothing of questions.

A view holds what every question needs of the reports that are visible. A version's rows never change, so that what was read of one stays
true as long as there are such rows: only the view is read anew, when the index's stamp is another.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from index.attribution.wording import Wording
from index.embed import Vectors
from index.errors import IndexUnusable
from index.meeting import Meeting
from index.milvus import FORMAT, MOST, PER_REPORT, Milvus, Row, connect, literal
from index.milvus_place import missing, place_of
from index.milvus_rows import (
    PASSAGE,
    SENTENCE,
    encode_stem,
    encode_words,
    lacks_stems,
    read_facts,
    read_pieces,
    read_report,
    said_as,
    stored_passage,
    stored_sentence,
)
from index.names import Names
from index.report import Report, text_sha256
from index.store import Among
from index.stored import FileState, StoredPassage, StoredReport, StoredSentence
from index.terms import stems

_KEPT = 40_000  # rows of each kind that are remembered between questions: some 60 MB of vectors
_TEXTS = 500  # texts of reports that are remembered: some 50 MB
_TEXTS_AT_ONCE = 20
_NAMED = 20_000  # passages named in a filter of Milvus Lite at most: some 400 KB
_FILTERS = 50  # of which the passages are remembered
_VERIFIED = 2_000  # passages that have all words of a phrase, up to which it is looked whether they stand side by side
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class MilvusAmong:
    """The expression that rows have to fulfil; `some` is False where none can, `held` is that it asks for a holder or an act."""

    where: str
    some: bool
    held: bool = False

    def __bool__(self) -> bool:
        """Whether any row may."""
        return self.some


@dataclass(frozen=True, slots=True)
class _View:
    """The reports that are visible at one stamp, and the facts."""

    stamp: str
    facts: dict[str, str]
    names: Names
    wording: Wording
    reports: list[StoredReport]
    files: dict[int, FileState]
    places: dict[int, int]
    counted: dict[str, int]
    held: dict[str, list[int]]


class _Kept(Generic[_Value]):
    """What was read of rows that never change, by key; emptied when it grows too large."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._held: dict[int, _Value] = {}
        self._lock = threading.Lock()

    def get(self, keys: Iterable[int], read: Callable[[list[int]], dict[int, _Value]]) -> dict[int, _Value]:
        """The values of these keys, those that are missing by `read`; what is not there is left out."""
        wanted = list(dict.fromkeys(keys))
        with self._lock:
            found = {key: self._held[key] for key in wanted if key in self._held}
        missing = [key for key in wanted if key not in found]
        if missing:
            new = read(missing)
            with self._lock:
                if len(self._held) + len(new) > self._most:
                    self._held.clear()
                self._held |= new
            found |= new
        return {key: found[key] for key in wanted if key in found}


class MilvusStore:
    """An index in Milvus, open for questions. Safe for several threads."""

    def __init__(self, index: str) -> None:
        """Nothing is connected before the first snapshot."""
        self._place = place_of(index)
        self._lock = threading.Lock()
        self._view: _View | None = None
        self.passages = _Kept[StoredPassage]()
        self.sentences = _Kept[tuple[StoredSentence, ...]]()
        self.passage_vectors = _Kept[Vectors]()
        self.vectors = _Kept[Vectors]()
        self.texts = _Kept[str](_TEXTS)

    @contextmanager
    def snapshot(self) -> Iterator[MilvusSnapshot]:
        """The index as it is now; what another machine stores is seen by the next snapshot. Raises IndexUnusable."""
        milvus = connect(self._place)
        if not milvus.has("facts") or not milvus.has("reports"):
            raise missing(self._place)
        found = milvus.query("facts", 'key == "fact/stamp"', "value")
        stamp = found[0]["value"][1:] if found else ""
        with self._lock:
            if self._view is None or self._view.stamp != stamp:
                self._view = _read_view(milvus, stamp, self._view)
            view = self._view
        yield MilvusSnapshot(milvus, self, view)

    def exists(self) -> bool:
        """See `index.store.Store`."""
        try:
            return connect(self._place).has("reports")
        except IndexUnusable:
            return False

    def marks(self) -> list[tuple[str, int, int]]:
        """See `index.store.Store`."""
        try:
            milvus = connect(self._place)
            found = milvus.query("facts", 'key == "fact/stamp"', "value") if milvus.has("facts") else []
        except IndexUnusable:
            return []
        return [(row["value"], int(row["value"][1:].partition("-")[0]), 0) for row in found]

    def address(self) -> str:
        """See `index.store.Store`."""
        return connect(self._place, make=True).server


class MilvusSnapshot:
    """One view of an index in Milvus; see `index.store.Snapshot` for what each method gives."""

    def __init__(self, milvus: Milvus, store: MilvusStore, view: _View) -> None:
        """Made by `MilvusStore.snapshot` only."""
        self._milvus = milvus
        self._store = store
        self._view = view
        self.where = milvus.place.index
        self.names = view.names
        self.wording = view.wording
        self.reports = view.reports

    @property
    def passages(self) -> int:
        """See `index.store.Snapshot`."""
        return sum(len(r.passages) for r in self.reports)

    def report(self, row: int) -> StoredReport:
        """See `index.store.Snapshot`."""
        return self.reports[self._view.places[row]]

    def place(self, row: int) -> int:
        """See `index.store.Snapshot`."""
        return self._view.places[row]

    def fact(self, name: str) -> str | None:
        """See `index.store.Snapshot`."""
        return self._view.facts.get(name)

    def file(self, report: int) -> FileState:
        """See `index.store.Snapshot`."""
        return self._view.files[report]

    def read(self, report: int) -> Report:
        """See `index.store.Snapshot`."""
        found = read_report(self._milvus, self.report(report).path, report)
        if found is None or found.sha256 != self.report(report).sha256:
            raise self._gone(report)
        return found

    def text(self, report: int) -> str:
        """See `index.store.Snapshot`."""
        found = self._store.texts.get([report], self._read_texts)
        if report not in found:
            raise self._gone(report)
        return found[report]

    def _read_texts(self, reports: list[int]) -> dict[int, str]:
        """The texts of these reports, as far as they are as they were stored."""
        parts = [reports[n : n + _TEXTS_AT_ONCE] for n in range(0, len(reports), _TEXTS_AT_ONCE)]
        found = {r: t for part in parts for r, t in read_pieces(self._milvus, (f"{report}/text" for report in part)).items()}
        texts = {report: found.get(f"{report}/text") for report in reports}
        return {r: text for r, text in texts.items() if text is not None and text_sha256(text) == self.report(r).sha256}

    def _gone(self, report: int) -> IndexUnusable:
        path = self.report(report).path
        if not self._milvus.query("reports", f"path == {literal(path)} and version == {report}", "version"):
            return IndexUnusable(f"{path}: the report was indexed anew while the question was answered. Ask again.")
        return IndexUnusable(f"{self.where}: the text of {path} is not as it was stored. Make the index anew, under another name.")

    def get_passages(self, ids: Iterable[int] | None = None) -> dict[int, StoredPassage]:
        """See `index.store.Snapshot`."""
        wanted = [row for r in self.reports for row in r.passages] if ids is None else ids
        return self._store.passages.get((row for row in wanted if row // PER_REPORT in self._view.places), self._read_passages)

    def _read_passages(self, ids: list[int]) -> dict[int, StoredPassage]:
        return {row["id"]: self._passage(row) for row in self._milvus.query_in("passages", "id", ids, *PASSAGE)}

    def _passage(self, row: Row) -> StoredPassage:
        passage = stored_passage(row)
        if lacks_stems(row):
            text = self.text(passage.report)[passage.start : passage.end]
            passage = replace(passage, stems=" ".join(stems(text)) + "\n" + " ".join(stems(passage.headings)))
        return passage

    def passages_of(self, report: int) -> dict[int, StoredPassage]:
        """See `index.store.Snapshot`."""
        return self.get_passages(sorted({s.passage for s in self.sentences(report=report)}))

    def sentences(self, *, passages: Iterable[int] | None = None, report: int | None = None) -> list[StoredSentence]:
        """See `index.store.Snapshot`."""
        chosen = self.reports if report is None else [self.report(report)]
        wanted = [row for r in chosen for row in r.passages] if passages is None else passages
        kept = self._store.sentences.get((row for row in wanted if row // PER_REPORT in self._view.places), self._read_sentences)
        # Who asks for candidates reads the texts of all: together they are a few requests, and one by one as many as reports.
        self._store.texts.get({row // PER_REPORT for row in kept} if passages is not None else (), self._read_texts)
        return sorted((s for of in kept.values() for s in of), key=lambda s: (self.place(s.report), s.start))

    def _read_sentences(self, passages: list[int]) -> dict[int, tuple[StoredSentence, ...]]:
        found: dict[int, list[StoredSentence]] = {row: [] for row in passages}
        for row in self._milvus.query_in("sentences", "passage", passages, *SENTENCE) if self.passages else ():
            found[row["passage"]].append(stored_sentence(row))
        return {passage: tuple(sorted(of, key=lambda s: s.start)) for passage, of in found.items()}

    def sentence_vectors(self, ids: Iterable[int]) -> dict[int, Vectors]:
        """See `index.store.Snapshot`."""
        return self._store.vectors.get(ids, lambda rows: self._read_vectors("sentences", rows))

    def _read_vectors(self, collection: str, ids: list[int]) -> dict[int, Vectors]:
        return {r["id"]: np.asarray(r["vector"], np.float32) for r in self._milvus.query_in(collection, "id", ids, "id", "vector")}

    def among(self, reports: Collection[int] | None = None, holder: str | None = None, act: str | None = None) -> MilvusAmong | None:
        """See `index.store.Snapshot`. The filter itself runs in Milvus."""
        chosen = None if reports is None or len(set(reports)) == len(self.reports) else sorted(set(reports))
        if chosen is None and holder is None and act is None:
            return None
        parts = [] if chosen is None else [f"report in {literal(chosen)}"]
        if holder is not None or act is not None:
            parts.append(f"array_contains(said, {literal(said_as(holder, act))})")
        return MilvusAmong(" and ".join(parts), chosen is None or bool(chosen), holder is not None or act is not None)

    def _where(self, collection: str, among: Among | None) -> str:
        """The expression for a search. Milvus Lite tries a holder row by row, so there it is tried once, and the passages are named."""
        assert among is None or isinstance(among, MilvusAmong)  # noqa: S101  # made by `among` above
        if among is None or not among.held or not self._milvus.lite:
            return among.where if among else ""
        passages = self._view.held.get(among.where)
        if passages is None:
            passages = [row["id"] for row in self._milvus.query("passages", among.where, "id")]
            if len(self._view.held) > _FILTERS:
                self._view.held.clear()
            self._view.held[among.where] = passages
        field = "id" if collection == "passages" else "passage"
        return f"{field} in {literal(passages)}" if len(passages) <= _NAMED else among.where

    def by_words(self, stems: Collection[str], limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """See `index.store.Snapshot`. The score is Milvus's own BM25."""
        words = encode_words(dict.fromkeys(stems))

        def score(hits: list[tuple[float, Row]]) -> list[tuple[int, float]]:
            return [(row["id"], found) for found, row in hits if found > 0]

        return self._nearest("passages", "bm25", words, limit, among, score, "id", "report") if stems else []

    def by_meaning(self, vector: Vectors, limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        """See `index.store.Snapshot`."""
        return self._by_vector("passages", vector, limit, among)

    def by_sentence(self, vector: Vectors, limit: int, among: Among | None = None) -> dict[int, float]:
        """See `index.store.Snapshot`."""
        passage_of: dict[int, int] = {}
        best: dict[int, float] = {}
        for row, score in self._by_vector("sentences", vector, limit, among, passage_of):
            best.setdefault(passage_of[row], score)
        return best

    def _by_vector(
        self, collection: str, vector: Vectors, limit: int, among: Among | None, passage_of: dict[int, int] | None = None
    ) -> list[tuple[int, float]]:
        """Milvus says which are nearest; they are scored again here, as SQLite's store scores, so that ties are ties."""

        def score(hits: list[tuple[float, Row]]) -> list[tuple[int, float]]:
            if passage_of is not None:
                passage_of.update((row["id"], row["passage"]) for _, row in hits)
            return _cosines({row["id"]: np.asarray(row["vector"], np.float32) for _, row in hits}, vector)

        fields = ("id", "report", "vector") if passage_of is None else ("id", "report", "vector", "passage")
        return self._nearest(collection, "vector", vector.tolist(), limit, among, score, *fields)

    def _nearest(
        self,
        collection: str,
        field: str,
        wanted: Any,
        limit: int,
        among: Among | None,
        score: Callable[[list[tuple[float, Row]]], list[tuple[int, float]]],
        *fields: str,
    ) -> list[tuple[int, float]]:
        """The `limit` best visible rows and all that tie with the last: more are asked for until what comes last is worse."""
        if not self.passages or (among is not None and not among):
            return []
        where = self._where(collection, among)
        count = limit + limit // 4 + 8
        while True:
            hits = self._milvus.search(collection, field, wanted, count, where, *fields)
            scored = score([(found, row) for found, row in hits if row["report"] in self._view.places])
            scored.sort(key=lambda hit: (-hit[1], hit[0]))
            if len(hits) < min(count, MOST) or count >= MOST or (len(scored) > limit and scored[-1][1] < scored[limit - 1][1]):
                return [hit for hit in scored if hit[1] >= scored[min(limit, len(scored)) - 1][1]]
            count *= 2

    def cosines(self, passages: Iterable[int], vector: Vectors) -> dict[int, float]:
        """See `index.store.Snapshot`."""
        return dict(_cosines(self._store.passage_vectors.get(passages, lambda rows: self._read_vectors("passages", rows)), vector))

    def sentence_cosines(self, sentences: Iterable[int], *vectors: Vectors) -> tuple[dict[int, float], ...]:
        """See `index.store.Snapshot`."""
        held = self.sentence_vectors(sentences)
        return tuple(dict(_cosines(held, vector)) for vector in vectors)

    def count_passages(self, forms: Iterable[Sequence[str]]) -> int:
        """See `index.store.Snapshot`; rows of versions that are not visible any more count until they are removed."""
        wanted = sorted({tuple(form) for form in forms if form})
        key = json.dumps(wanted)
        if key not in self._view.counted:
            self._view.counted[key] = self._count(wanted) if wanted and self.passages else 0
        return self._view.counted[key]

    def _count(self, forms: list[tuple[str, ...]]) -> int:
        found = self._having({stem for form in forms for stem in form}) if self._milvus.lite else None
        if found is None:
            return self._count_by_match(forms)
        single = set[int]().union(*(found[form[0]] for form in forms if len(form) == 1))
        runs = [form for form in forms if len(form) > 1]
        together = set[int]().union(*(set.intersection(*(found[stem] for stem in form)) for form in runs)) - single
        if len(together) > _VERIFIED:
            return len(single) + len(together)
        return len(single) + sum(_has_run(p.stems, runs) for p in self.get_passages(together).values())

    def _having(self, stems: Iterable[str]) -> dict[str, set[int]] | None:
        """The visible passages that have each of these stems, by the index for BM25; None where they are more than one search gives."""
        found: dict[str, set[int]] = {}
        for stem in stems:
            hits = self._milvus.search("passages", "bm25", encode_stem(stem), MOST, "", "id")
            if len(hits) >= MOST:
                return None
            found[stem] = {row["id"] for _, row in hits if row["id"] // PER_REPORT in self._view.places}
        return found

    def _count_by_match(self, forms: list[tuple[str, ...]]) -> int:
        alone = " ".join(encode_stem(form[0]) for form in forms if len(form) == 1)
        single = f"text_match(words, {literal(alone)})" if alone else ""
        total = self._milvus.count("passages", single) if single else 0
        runs = [form for form in forms if len(form) > 1]
        if not runs:
            return total
        together = " or ".join(
            "(" + " and ".join(f"text_match(words, {literal(encode_stem(stem))})" for stem in dict.fromkeys(form)) + ")" for form in runs
        )
        where = f"({together}) and not ({single})" if single else together
        having = self._milvus.count("passages", where)
        if having > _VERIFIED:
            return total + having
        return total + sum(_has_run(stored_passage(row).stems, runs) for row in self._milvus.query("passages", where, *PASSAGE))


def _has_run(kept: str, runs: list[tuple[str, ...]]) -> bool:
    """Whether any of these runs stands in a passage's words or in its headings."""
    columns = [f" {' '.join(column.split())} " for column in kept.split("\n")]
    return any(f" {' '.join(run)} " in column for run in runs for column in columns)


def _cosines(held: dict[int, Vectors], vector: Vectors) -> list[tuple[int, float]]:
    if not held:
        return []
    # Not BLAS: there the last bits of a product hang on its neighbours.
    return list(zip(held, np.einsum("ij,j->i", np.stack(list(held.values())), vector).tolist(), strict=True))


def _read_view(milvus: Milvus, stamp: str, old: _View | None) -> _View:
    """The reports that are visible now; what is known of versions that were visible before is taken from there."""
    facts = read_facts(milvus)
    if not {"format", "names", "wording"} <= facts.keys():  # another machine is just making it
        raise missing(milvus.place)
    if facts["format"] != FORMAT:
        raise IndexUnusable(f"{milvus.place.index}: the index was made by another version of Rapporteur. Make it anew, under another name.")
    same = old is not None and all(old.facts.get(name) == facts.get(name) for name in ("names", "wording"))
    names = old.names if old and same else Names.from_json(facts["names"])
    wording = old.wording if old and same else Wording.from_json(facts["wording"])
    fields = ("path", "version", "file_sha256", "size", "mtime_ns", "sha256", "passages", "sentences")
    rows = milvus.query("reports", "version >= 0", *fields)
    known = {r.id: r for r in old.reports} if old is not None else {}
    meetings = read_pieces(milvus, (f"{row['version']}/meeting" for row in rows if row["version"] not in known))
    reports: list[StoredReport] = []
    for row in sorted(rows, key=lambda r: str(r["path"])):
        version = int(row["version"])
        told = meetings.get(f"{version}/meeting")
        if version in known and known[version].path == row["path"]:
            reports.append(known[version])
        elif told is not None:  # else superseded a moment ago, and the next view has the newer one
            first = version * PER_REPORT
            runs = (range(first, first + row[name]) for name in ("passages", "sentences"))
            reports.append(StoredReport(version, row["path"], row["sha256"], Meeting.from_dict(json.loads(told)), *runs))
    files = {int(row["version"]): FileState(row["file_sha256"], row["size"], row["mtime_ns"]) for row in rows}
    return _View(stamp, facts, names, wording, reports, files, {r.id: n for n, r in enumerate(reports)}, {}, {})

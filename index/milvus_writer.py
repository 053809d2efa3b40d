"""An index in Milvus as a rebuild writes it. Several machines may do so at once, each with its part of a folder.

A report is stored in three steps: its version is entered in the list of versions; its rows are written under the version's number, where no
question looks; its row in `reports` is set to the new version, in one request, and from then on questions see the new rows and none of the
old. A process that is killed leaves at most rows that nobody sees. They are removed by a later rebuild, when they are too old to be of a
process that still writes; superseded rows are removed by the rebuild that superseded them, a moment later, for questions under way.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic, sleep, time, time_ns

import numpy as np

from index.embed import Vectors
from index.errors import IndexUnusable, ModelMismatch
from index.meeting import Meeting
from index.milvus import COLLECTIONS, FORMAT, IDLE, PER_REPORT, Milvus, Row, connect, literal
from index.milvus_place import place_of
from index.milvus_rows import (
    PASSAGE,
    SENTENCE,
    encode_words,
    fact_rows,
    piece_rows,
    read_facts,
    read_pieces,
    read_report,
    report_rows,
    said_of,
    stored_passage,
    stored_sentence,
)
from index.report import Attribution, Report
from index.stored import Analysed, FileState
from index.terms import stems, terms_fingerprint

_QUESTION = 2.0  # seconds that questions under way are given before what they may read is removed
_LEASE = 3_600.0  # seconds after which a version that is not visible is nobody's any more
_VERSIONS = 1 << 44  # times PER_REPORT: row ids are whole numbers of 63 bits


@contextmanager
def open_milvus_writer(index: str) -> Iterator[MilvusWriter]:
    """The index, made where it is missing. Raises IndexUnusable, ModelMismatch."""
    milvus = connect(place_of(index), make=True)
    for collection in ("facts", "reports", "pieces"):
        milvus.make(collection)
    yield MilvusWriter(milvus)


class MilvusWriter:
    """See `index.store.Writer`."""

    def __init__(self, milvus: Milvus) -> None:
        """Made by `open_milvus_writer`."""
        self._milvus = milvus
        self._facts = read_facts(milvus)
        if self._facts.get("format", FORMAT) != FORMAT:
            raise IndexUnusable(f"{self.where}: the index was made by another version of Rapporteur. Make it anew, under another name.")
        if "format" not in self._facts:
            self._keep({"format": FORMAT, "terms": terms_fingerprint()})
        self._pending: list[Callable[[], None]] = []
        self._shown: dict[str, Row | None] = {}
        self._superseded: set[int] = set()
        self._written = False
        self._began = monotonic()

    @property
    def where(self) -> str:
        """See `index.store.Writer`."""
        return self._milvus.place.index

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[None]:
        """See `index.store.Writer`. Facts first, then all reports in one request, then the stamp that tells readers to look."""
        self._pending, self._shown, self._began = [], {}, monotonic()
        try:
            yield
        except BaseException:
            self._pending, self._shown, self._facts = [], {}, read_facts(self._milvus)
            raise
        if write:
            for change in self._pending:
                change()
            self._show()
            self._keep({"stamp": f"{time_ns()}-{secrets.token_hex(8)}"})

    def _show(self) -> None:
        """Make what was put visible, and what was removed invisible."""
        if monotonic() - self._began > _LEASE / 2:
            raise IndexUnusable(f"{self.where}: storing took so long that others may take it for given up. Run: rapporteur index")
        for row in self._milvus.query_in("reports", "path", self._shown, "path", "version"):
            self._superseded.add(int(row["version"]))
        new = [row for row in self._shown.values() if row is not None]
        if new:
            self._written = True
            self._milvus.upsert("reports", new)
        gone = [path for path, row in self._shown.items() if row is None]
        if gone:
            self._milvus.delete("reports", f"path in {literal(gone)}")

    # -- facts

    def fact(self, name: str) -> str | None:
        """See `index.store.Writer`."""
        return self._facts.get(name)

    def set_facts(self, facts: dict[str, str]) -> None:
        """See `index.store.Writer`."""
        self._facts |= facts
        self._pending.append(lambda: self._keep(facts))

    def _keep(self, facts: Mapping[str, str]) -> None:
        pieces, rows = fact_rows(facts)
        if pieces:
            self._milvus.upsert("pieces", pieces)
        self._milvus.upsert("facts", rows)
        self._facts |= facts

    def duplicates(self) -> dict[str, FileState]:
        """See `index.store.Writer`."""
        rows = self._milvus.query("facts", 'kind == "duplicate"', "key", "value")
        return {r["key"].partition("/")[2]: FileState(*json.loads(r["value"])) for r in rows}

    def unread(self) -> dict[str, tuple[int, int, str]]:
        """See `index.store.Writer`."""
        rows = self._milvus.query("facts", 'kind == "unread"', "key", "value")
        return {r["key"].partition("/")[2]: (size, mtime, why) for r in rows for size, mtime, why in [json.loads(r["value"])]}

    def set_unread(self, path: str, file: FileState, reason: str) -> None:
        """See `index.store.Writer`."""
        self._note("unread", path, [file.size, file.mtime_ns, reason])

    def set_duplicate(self, path: str, file: FileState) -> None:
        """See `index.store.Writer`."""
        self._note("duplicate", path, [file.sha256, file.size, file.mtime_ns])

    def _note(self, kind: str, path: str, value: list[object]) -> None:
        row = {"key": f"{kind}/{path}", "kind": kind, "value": json.dumps(value), "vector": IDLE}
        self._pending.append(lambda: self._milvus.upsert("facts", [row]))

    def forget(self, path: str) -> None:
        """See `index.store.Writer`."""
        keys = literal([f"unread/{path}", f"duplicate/{path}"])
        self._pending.append(lambda: self._milvus.delete("facts", f"key in {keys}"))

    # -- reports

    def files(self) -> dict[str, FileState]:
        """See `index.store.Writer`."""
        rows = self._milvus.query("reports", "version >= 0", "path", "file_sha256", "size", "mtime_ns")
        # Read after the reports: whoever stored the first of them has told before by which rules.
        self._facts = read_facts(self._milvus)
        return {r["path"]: FileState(r["file_sha256"], r["size"], r["mtime_ns"]) for r in rows}

    def counts(self) -> dict[int, tuple[int, int]]:
        """See `index.store.Writer`."""
        rows = self._milvus.query("reports", "version >= 0", "version", "passages", "sentences")
        return {r["version"]: (r["passages"], r["sentences"]) for r in rows}

    def report(self, path: str) -> Report | None:
        """See `index.store.Writer`."""
        row = self._row(path)
        return read_report(self._milvus, path, row["version"]) if row is not None else None

    def _row(self, path: str) -> Row | None:
        fields = ("path", "version", "file_sha256", "size", "mtime_ns", "sha256", "passages", "sentences")
        return next(iter(self._milvus.query("reports", f"path == {literal(path)}", *fields)), None)

    def known_vectors(self, path: str) -> dict[str, Vectors]:
        """See `index.store.Writer`."""
        report = self.report(path)
        rows = self._rows_of(path, "sentences", SENTENCE) if report else []
        return {report.text[s.attribution.start : s.attribution.end]: v for r, v in rows for s in [stored_sentence(r)] if report}

    def known_passage_vectors(self, path: str) -> dict[tuple[str, str], Vectors]:
        """See `index.store.Writer`."""
        report = self.report(path)
        rows = self._rows_of(path, "passages", PASSAGE) if report else []
        return {(p.headings, report.text[p.start : p.end]): v for r, v in rows for p in [stored_passage(r)] if report}

    def _rows_of(self, path: str, collection: str, fields: Sequence[str]) -> list[tuple[Row, Vectors]]:
        row = self._row(path)
        if row is None or not self._milvus.has(collection):
            return []
        found = self._milvus.query(collection, f"report == {row['version']}", *fields, "said", "vector")
        return [(r, np.asarray(r["vector"], np.float32)) for r in sorted(found, key=lambda r: int(r["id"]))]

    def put(self, item: Analysed) -> None:
        """See `index.store.Writer`. Its rows are written now and seen at the end of the transaction."""
        self._ready()
        version = self._new_version()
        for collection, rows in report_rows(item, version).items():
            self._milvus.insert(collection, rows)
        file = item.file
        self._shown[item.report.report_id] = {
            "path": item.report.report_id, "version": version, "file_sha256": file.sha256, "size": file.size, "mtime_ns": file.mtime_ns,
            "sha256": item.report.sha256, "passages": len(item.passage_vectors), "sentences": len(item.sentence_vectors), "vector": IDLE,
        }  # fmt: skip

    def _ready(self) -> None:
        """Make the collections that hold vectors, as wide as the model's. Raises ModelMismatch when another machine took another model."""
        if all(map(self._milvus.has, COLLECTIONS)):
            return
        kept = read_facts(self._milvus).get("weights")
        if kept not in (None, self._facts["weights"]):
            raise ModelMismatch(f"{self.where}: another machine has begun this index with another model. Use the same one on all.")
        self._keep({name: self._facts[name] for name in ("model", "weights", "dimension")})
        for collection in ("passages", "sentences"):
            self._milvus.make(collection, max(2, int(self._facts["dimension"])))

    def _new_version(self) -> int:
        """A number that no version of any report has, entered in the list of versions."""
        version = secrets.randbelow(_VERSIONS - 1) + 1
        self._milvus.insert("facts", [{"key": f"version/{version}", "kind": "version", "value": str(time()), "vector": IDLE}])
        return version

    def remove(self, path: str) -> None:
        """See `index.store.Writer`."""
        self._shown[path] = None

    def reattribute(self, path: str, meeting: Meeting, attributions: Sequence[Attribution]) -> None:
        """See `index.store.Writer`. As a new version, whose vectors are the old one's."""
        self._copy(path, meeting, {(a.start, a.end): a for a in attributions})

    def renew_words(self) -> None:
        """See `index.store.Writer`."""
        for path in self.files():
            self._copy(path, None, {})

    def _copy(self, path: str, meeting: Meeting | None, said: Mapping[tuple[int, int], Attribution]) -> None:
        """Store a report anew: stems by the rules in force, other facts and attributions where they are given."""
        row, report = self._row(path), self.report(path)
        if row is None or report is None:
            return
        old, version = int(row["version"]), self._new_version()
        told = read_pieces(self._milvus, [f"{old}/{name}" for name in ("text", "layout", "meeting")])
        if meeting is not None:
            told[f"{old}/meeting"] = json.dumps(meeting.to_dict())
        pieces = [p for owner, body in told.items() for p in piece_rows(f"{version}/{owner.partition('/')[2]}", body, version)]
        moved = (version - old) * PER_REPORT
        sentences: list[Row] = []
        of: dict[int, list[Attribution]] = {}
        for kept, vector in self._rows_of(path, "sentences", SENTENCE):
            place = json.loads(kept["place"])
            own = stored_sentence(kept).attribution
            new = said.get((own.start, own.end), own)
            place[5:] = [new.scope, new.who, new.act, *(new.antecedent or (None, None))]
            words = " ".join(stems(report.text[own.start : own.end]))
            sentences.append({"id": kept["id"] + moved, "report": version, "passage": kept["passage"] + moved, "place": json.dumps(place)})
            sentences[-1] |= {"words": words, "vector": vector}
            of.setdefault(kept["passage"] + moved, []).append(new)
        passages: list[Row] = []
        for kept, vector in self._rows_of(path, "passages", PASSAGE):
            p = stored_passage(kept)
            body, above = stems(report.text[p.start : p.end]), stems(p.headings)
            place = json.loads(kept["place"])
            words = kept["words"]
            if place[-1] >= 0:
                place[-2:], words = [len(body), len(above)], encode_words([*body, *above, *above])
            row_id = kept["id"] + moved
            passages.append({"id": row_id, "report": version, "said": said_of(of.get(row_id, [])), "place": json.dumps(place)})
            passages[-1] |= {"words": words, "vector": vector}
        held = {p["id"]: p["said"] for p in passages}
        for sentence in sentences:
            sentence["said"] = held[sentence["passage"]]
        for collection, rows in (("pieces", pieces), ("passages", passages), ("sentences", sentences)):
            self._milvus.insert(collection, rows)
        self._shown[path] = row | {"version": version, "vector": IDLE}

    # -- cleaning

    def finish(self) -> None:
        """Remove what this rebuild superseded, and what processes that are long gone have left half done."""
        listed = self._milvus.query("facts", 'kind == "version"', "key", "value")
        # Read after the list: a version that comes later is in neither.
        visible = {int(r["version"]) for r in self._milvus.query("reports", "version >= 0", "version")}
        began = {int(r["key"].partition("/")[2]): float(r["value"]) for r in listed}
        if self._written:
            for collection in COLLECTIONS:
                self._milvus.settle(collection)
        stale = {v for v, when in began.items() if v not in visible and (v in self._superseded or time() - when > _LEASE)}
        if not stale:
            return
        if stale & self._superseded:
            sleep(_QUESTION)
        for version in sorted(stale):
            for collection in ("sentences", "passages", "pieces"):
                if self._milvus.has(collection):
                    self._milvus.delete(collection, f"report == {version}")
        self._milvus.delete("facts", f"key in {literal([f'version/{v}' for v in sorted(stale)])}")

"""Bring the index in step with a folder of reports: read, analyse, embed and store what is new or changed, drop what is gone.

Batches of reports are embedded first and then stored in one short transaction each: at every instant each report is wholly old or wholly
new, an interrupted rebuild goes on where it stopped, and a failed one leaves the old index serving.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from index.analysis import Words
from index.attribution.wording import load_wording
from index.corrections import load_corrections
from index.embed import DEFAULT_MODEL, Embedder, Vectors, load_embedder
from index.errors import FolderError, IndexUnusable, ModelMismatch, ReadingEnded, UnreadableReport
from index.folder import WHOLE, Duplicate, Part, Plan, Skipped, plan
from index.names import load_names
from index.readers.guard import read_guarded
from index.report import Attribution, Passage, Report
from index.store import Writer, open_writer
from index.stored import Analysed, FileState, headings_of
from index.terms import terms_fingerprint

Progress = Callable[[int, int, str], None]

_READING = ("charset-normalizer", "lxml", "pypdf", "python-docx", "trafilatura")  # another version may read another text
_TRIES = 3  # rebuilds that try to read a file whose reading had to be ended
_BATCH = 1_000  # sentences stored at once: some 20 reports, so that an interruption costs less than a minute of work


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did. Paths are relative to the folder; `passages` and `sentences` count the whole index; `seconds` is wall time."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    duplicates: tuple[Duplicate, ...]
    passages: int
    sentences: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The contract's Rebuilt."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "removed": list(self.removed),
            "unchanged": self.unchanged,
            "skipped": [{"path": s.path, "reason": s.reason} for s in self.skipped],
            "duplicates": [{"path": d.path, "same_as": d.same_as} for d in self.duplicates],
            "passages": self.passages,
            "sentences": self.sentences,
            "seconds": round(self.seconds, 3),
        }


def rebuild(
    documents: str | Path = "documents", index: str | Path = ".index", *, model: str | None = None, progress: Progress | None = None
) -> Rebuilt:
    """Index the reports of the folder `documents` into the folder `index`, doing only what changed.

    model     name or folder of a sentence-transformers model; None is the index's own, or the default for a new index.
    progress  called with (files done, files to do, file at hand).
    Raises FolderError (no such folder, or nothing in it), ModelMismatch (the index was made with another model), ModelUnusable,
    IndexUnusable. A file that cannot be read is skipped with its reason and stops nothing.
    """
    return rebuild_but((), documents, index, model=model, progress=progress)


def rebuild_but(
    later: Collection[str],
    documents: str | Path,
    index: str | Path,
    *,
    model: str | None = None,
    progress: Progress | None = None,
    hash_all: bool = False,
    part: Part = WHOLE,
) -> Rebuilt:
    """`rebuild`, but for the files `later`, which are still being written: what was read of them before stays.

    With `hash_all`, a file is compared by its content also where its size and time are as before. With `part`, only that part of the
    folder is looked after: machines that share an index in Milvus take a part each. Raises IndexUnusable where rules, words or corrections
    are others than the index was made with, since these concern all parts.
    """
    began = monotonic()
    folder = Path(documents)
    if not folder.is_dir():
        raise FolderError(f"{folder}: there is no such folder. Make it and drop reports into it, or name another: rapporteur index FOLDER")
    words = Words(load_names(folder / "names.toml"), load_wording(folder / "words.toml"), load_corrections(folder))
    with open_writer(index) as database:
        known = database.files()
        embedder = _LazyEmbedder(database, model)
        unread = database.unread()
        again = database.fact("reading") not in (None, _reading_rules())
        work = plan(folder, known, database.duplicates(), unread, again=again, later=later, hash_all=hash_all)
        if not (work.read or work.skipped or work.unchanged or known):
            raise FolderError(
                f"{folder}: there is no report in this folder. Drop PDF, Word, web page, Markdown or text files into it and try again."
            )
        if part != WHOLE:
            _check_part(database, work, words, known, again=again)
            work = part.plan(work)
        _renew_terms(database)
        _clear(folder, database, work, words, part)
        failed = _take_in(folder, database, work, words, embedder, unread, progress or (lambda _done, _total, _file: None))
        _finish(database)
        counts = database.counts().values()
        done = [path for path in work.read if path not in failed]
        # The copy of a file that cannot be read cannot be read either.
        failed |= {path: failed[original] for path, (original, _) in work.duplicates.items() if original in failed}
        return Rebuilt(
            added=tuple(p for p in done if p not in known),
            changed=tuple(p for p in done if p in known and known[p].sha256 != work.read[p].sha256),
            removed=work.removed,
            # A report that only new rules made us read again has not changed for its owner.
            unchanged=len(work.unchanged) + sum(p in known and known[p].sha256 == work.read[p].sha256 for p in done),
            skipped=tuple(sorted((*work.skipped, *(Skipped(p, r) for p, r in failed.items())), key=lambda s: s.path)),
            duplicates=tuple(Duplicate(p, original) for p, (original, _) in sorted(work.duplicates.items()) if p not in failed),
            passages=sum(p for p, _ in counts),
            sentences=sum(s for _, s in counts),
            seconds=monotonic() - began,
        )


class _LazyEmbedder:
    """The index's model: checked by name at once, loaded and checked by weights only when something has to be embedded."""

    def __init__(self, database: Writer, model: str | None) -> None:
        self._home = database.where
        self._weights = database.fact("weights")
        known = database.fact("model")
        if model is not None and model != DEFAULT_MODEL and Path(model).is_dir():
            model = str(Path(model).resolve())  # so that it is found again from any folder
        if known is not None and model is not None and model != known:
            raise ModelMismatch(
                f"{self._home}: the index was made with the model {known}, not {model}. "
                "Leave the model out, or make another index: --index DIR"
            )
        self.name = model or known or DEFAULT_MODEL

    def load(self) -> Embedder:
        """The model. Raises ModelMismatch when its weights are not those of the index."""
        embedder = load_embedder(self.name)
        if self._weights not in (None, embedder.fingerprint):
            raise ModelMismatch(
                f"{self._home}: the weights of the model {self.name} are not those the index was made with. "
                "Put the old weights back, or delete the index folder and run: rapporteur index"
            )
        return embedder


def _renew_terms(database: Writer) -> None:
    """Make the word index again where terms are found by other rules now: words of two kinds would not meet."""
    if database.fact("terms") != terms_fingerprint():
        with database.transaction(write=True):
            database.renew_words()
            database.set_facts({"terms": terms_fingerprint()})


def _check_part(database: Writer, work: Plan, words: Words, known: Mapping[str, FileState], *, again: bool) -> None:
    """Raise IndexUnusable where more would have to be done than new reports to be read: that is for one machine alone."""
    before = json.loads(database.fact("corrections") or "{}")
    corrected = any(before.get(path) != (words.corrections.mark(path, known[path].sha256) or None) for path in work.unchanged + work.kept)
    rules = {"attributing": _attributing_rules(words), "terms": terms_fingerprint()}
    if known and (again or corrected or any(database.fact(name) != rule for name, rule in rules.items())):
        raise IndexUnusable(
            f"{database.where}: words, corrections or the program's rules are others than the index was made with. "
            "Run once, on one machine: rapporteur index, without --part"
        )


def _clear(folder: Path, database: Writer, work: Plan, words: Words, part: Part) -> None:
    """Drop what is gone, note the duplicates, and bring unchanged reports up to the words and corrections in force."""
    present = {*work.unchanged, *work.duplicates, *work.kept, *(s.path for s in work.skipped)}
    copies = database.duplicates()
    forget = [path for path in (*database.unread(), *copies) if path not in present and part.has(path)]
    copied = {path: state for path, (_, state) in work.duplicates.items() if copies.get(path) != state}
    # Set before the first report is stored: what an interruption leaves is known by the words that made it.
    facts = {"names": words.names.to_json(), "wording": words.wording.to_json(), "attributing": _attributing_rules(words)}
    files = database.files()
    states = {path: files[path] for path in work.unchanged + work.kept} | work.read
    marks = {path: mark for path, state in states.items() if (mark := words.corrections.mark(path, state.sha256))}
    before = json.loads(database.fact("corrections") or "{}")
    if part != WHOLE:
        marks = {path: mark for path, mark in before.items() if not part.has(path)} | marks
    facts |= {"corrections": json.dumps(marks, sort_keys=True), "folder": str(folder.resolve())}
    if not files:
        facts["reading"] = _reading_rules()
    stale = database.fact("attributing") != _attributing_rules(words)
    if not (work.removed or forget or copied or any(database.fact(name) != value for name, value in facts.items())):
        return
    with database.transaction(write=True):
        database.set_facts(facts)
        for path in work.removed:
            database.remove(path)
        for path in forget:
            database.forget(path)
        for path, state in copied.items():
            database.forget(path)
            database.set_duplicate(path, state)
        for path in work.unchanged + work.kept:
            report = database.report(path) if stale or before.get(path) != marks.get(path) else None
            if report is not None:
                found = words.analyse(report, states[path].sha256)
                database.reattribute(path, found.meeting, found.attributions)


def _take_in(
    folder: Path,
    database: Writer,
    work: Plan,
    words: Words,
    embedder: _LazyEmbedder,
    unread: Mapping[str, tuple[int, int, str]],
    progress: Progress,
) -> dict[str, str]:
    """Read, analyse, embed and store the files of `work.read`; gives the reasons of those that could not be read."""
    failed: dict[str, str] = {}
    batch: list[Analysed | tuple[str, FileState, str]] = []
    weight = 0
    for done, (path, outcome) in enumerate(read_guarded([(folder / p, p) for p in work.read], then=words.read)):
        progress(done, len(work.read), path)
        state = work.read[path]
        if isinstance(outcome, UnreadableReport):
            failed[path] = str(outcome)
            batch.append((path, _unread(state, outcome, unread.get(path)), str(outcome)))
            continue
        if outcome.file_sha256 != state.sha256:  # changed since the folder was listed: to be looked at again
            state = FileState(outcome.file_sha256, state.size, -1)
        report, passages, attributions = outcome.report, outcome.passages, outcome.attributions
        vectors = _embed(report, passages, attributions, database, embedder)
        batch.append(Analysed(report, state, outcome.meeting, passages, attributions, *vectors))
        weight += len(attributions)
        if weight >= _BATCH:
            _store(database, batch, embedder)
            batch, weight = [], 0
    _store(database, batch, embedder)
    progress(len(work.read), len(work.read), "")
    return failed


def _unread(state: FileState, reason: UnreadableReport, before: tuple[int, int, str] | None) -> FileState:
    """The state to remember of a file that could not be read: no file has this time until a passing failure has had its tries."""
    tries = 1 + (-before[1] if before is not None and before[1] < 0 else 0)
    return FileState(state.sha256, state.size, -tries) if isinstance(reason, ReadingEnded) and tries < _TRIES else state


def _embed(
    report: Report, passages: Sequence[Passage], attributions: Sequence[Attribution], database: Writer, embedder: _LazyEmbedder
) -> tuple[Vectors, Vectors]:
    """Vectors of the passages and of the sentences; what stood in the report before keeps its vector."""
    text, path = report.text, report.report_id
    contents = [p for p in passages if p.is_content]
    sentences = [text[a.start : a.end] for a in attributions]
    old_passages, old_sentences = database.known_passage_vectors(path), database.known_vectors(path)
    new_passages = {key: passage_text(text, p) for p in contents if (key := _key(text, p)) not in old_passages}
    new_sentences = list(dict.fromkeys(s for s in sentences if s not in old_sentences))
    new = [*new_passages.values(), *new_sentences]
    if new:
        vectors = iter(embedder.load().embed(new))
        old_passages |= dict(zip(new_passages, vectors, strict=False))
        old_sentences |= dict(zip(new_sentences, vectors, strict=True))
    return (
        np.array([old_passages[_key(text, p)] for p in contents], np.float32),
        np.array([old_sentences[s] for s in sentences], np.float32),
    )


def _key(text: str, passage: Passage) -> tuple[str, str]:
    return headings_of(text, passage), text[passage.start : passage.end]


def passage_text(text: str, passage: Passage) -> str:
    """What is embedded of a passage: its words under the headings above it, since "it" and "the island" often have their name there."""
    return "\n".join([*(text[a:b] for a, b in passage.headings), text[passage.start : passage.end]])


def _store(database: Writer, batch: Sequence[Analysed | tuple[str, FileState, str]], embedder: _LazyEmbedder) -> None:
    if not batch:
        return
    with database.transaction(write=True):
        for item in batch:
            if isinstance(item, Analysed):
                if database.fact("weights") is None:
                    model = embedder.load()
                    database.set_facts({"model": model.name, "weights": model.fingerprint, "dimension": str(model.dimension)})
                database.forget(item.report.report_id)
                database.put(item)
            else:
                path, state, reason = item
                database.remove(path)
                database.forget(path)
                database.set_unread(path, state, reason)


def _finish(database: Writer) -> None:
    """Note that everything was read by the rules in force, and let the store put itself in order."""
    if database.fact("reading") != _reading_rules():
        with database.transaction(write=True):
            database.set_facts({"reading": _reading_rules()})
    database.finish()


def _attributing_rules(words: Words) -> str:
    """Changes with the words and with the rules: then all statements are made again, without embedding."""
    rules = _sources("statements.py", "attribution/*.py", "meeting/*.py", "names.py", "dates.py")
    return _sha256(words.names.to_json(), words.wording.to_json(), *rules)


def _reading_rules() -> str:
    """Changes with the program's reading of files: then every report is read again, and only what is new in it is embedded."""
    libraries = [f"{name} {version(name)}" for name in _READING]
    return _sha256(*libraries, *_sources("readers/*.py", "furniture*.py", "report.py", "sentences.py", "passages.py", "analysis.py"))


def _sources(*patterns: str) -> list[str]:
    home = Path(__file__).parent
    return [file.read_text("utf-8") for pattern in patterns for file in sorted(home.glob(pattern))]


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

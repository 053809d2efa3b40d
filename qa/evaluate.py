"""How well the program does on a judged set: `evaluate` for a program, `rapporteur eval` for a person.

A folder with `gold.json` is a set of dialogue reports and questions, one with `corpus.jsonl` a retrieval set. Neither leaves anything
behind: the index is made in a temporary folder, unless one is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from index import rebuild
from index.database import FILE, Database
from index.errors import BadSet
from index.rebuilding import Progress
from index.store import in_milvus
from qa.dialogue_set import judge_dialogues, read_gold
from qa.retrieval_set import index_corpus, judge_retrieval, read_retrieval_set


def evaluate(set_dir: str | Path, *, index: str | Path | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of a judged set, as JSON values.

    Of dialogues {"set", "passed", "asked", "by_kind", ...}, of retrieval {"set", "ndcg@10", "recall@10", "recall@100", ...}; both with
    "failures", a list of what did not pass with what was wanted and what was given.

    index   the folder to make the index in, or one made before; it must hold the set's reports only. A dialogue set without a folder
            `reports/` is asked of the index as it is: this is how a library is judged by its owner's questions.
    Raises BadSet when the folder holds no such set; and what `rebuild` and `ask` raise.
    """
    folder = Path(set_dir)
    began = monotonic()
    with TemporaryDirectory(prefix="rapporteur-eval-") as temporary:
        if index is not None and in_milvus(index):
            raise BadSet(f"{index}: a judged set is asked of an index in a folder. Name one, or leave --index out.")
        home = Path(index) if index is not None else Path(temporary) / "index"
        if (folder / "gold.json").is_file():
            found = _dialogues(folder, home, given=index is not None, progress=progress)
        elif (folder / "corpus.jsonl").is_file():
            judged = read_retrieval_set(folder)
            index_corpus(judged, home, progress)
            found = judge_retrieval(judged, home)
        else:
            raise BadSet(f"{folder}: there is no judged set here: neither gold.json nor corpus.jsonl. docs/evaluating.md shows both forms.")
    failures = found.pop("failures")
    return {"set": folder.resolve().name, **found, "seconds": round(monotonic() - began, 1), "failures": failures}


def _dialogues(folder: Path, home: Path, *, given: bool, progress: Progress | None) -> dict[str, Any]:
    gold = read_gold(folder / "gold.json")
    documents = folder / "reports"
    if not documents.is_dir():
        if not given:
            raise BadSet(f"{folder}: the set has no folder reports/. Add it, or name the index to ask: --index DIR")
        return judge_dialogues(gold, home)
    _check_own(documents, home)
    built = rebuild(documents, home, progress=progress)
    skipped = [{"path": s.path, "reason": s.reason} for s in built.skipped]
    return judge_dialogues(gold, home) | {"skipped": skipped}


def _check_own(documents: Path, home: Path) -> None:
    """Refuse to bring an index in step with the set that holds other reports: it would forget them."""
    if not (home / FILE).is_file():
        return
    with closing(Database(home)) as database:
        others = [path for path in database.files() if not (documents / path).is_file()]
    if others:
        raise BadSet(f"{home}: this index holds reports that are not of the set, such as {others[0]}. Name an empty folder.")


def lines_of(found: Mapping[str, Any], *, failures: bool = False) -> Iterator[str]:
    """The figures for a person, one a line; with `failures` each that did not pass, with what was wanted and what was given."""
    for name, value in found.items():
        if name not in ("failures", "skipped"):
            yield from _figure(name, value, "")
    yield from (f"skipped {s['path']}: {s['reason']}" for s in found.get("skipped", ()))
    missed = found["failures"]
    if not failures and missed:
        yield f"{len(missed)} did not pass; --show lists them"
    for failure in missed if failures else ():
        kind = f" [{failure['kind']}]" if "kind" in failure else ""
        yield from ("", f"{failure['id']}{kind} {failure['question']}")
        yield from (f"  {part}: {failure[part]}" for part in ("why", "wanted", "given"))


def _figure(name: str, value: Any, indent: str) -> Iterator[str]:
    label = indent + (name if indent else name.replace("_", " "))
    match value:
        case {"passed": int(part), "asked": int(whole)} | {"right": int(part), "of": int(whole)} | {"count": int(part), "of": int(whole)}:
            yield f"{label}: {part}/{whole}" + (f" = {part / whole:.3f}" if whole else "")
        case dict():
            yield f"{label}:"
            for inner, figure in value.items():
                yield from _figure(inner, figure, indent + "  ")
        case float() if name != "seconds":
            yield f"{label}: {value:.4f}"
        case _:
            yield f"{label}: {value}"

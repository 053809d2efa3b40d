"""The library as it stands: its reports, their texts and statements, and whether a statement is still true to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import BadQuestion, UnknownReport
from index.report import Block, Page
from index.store import Snapshot, Store, address_of, open_store
from index.stored import StoredPassage, StoredReport, StoredSentence
from qa.contract import Citation, Statement, Verdict


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report of the library and the meeting it tells of; `passages` and `statements` are counts."""

    report: str
    title: str
    series: str | None
    round: int | None
    start: str | None
    end: str | None
    place: str | None
    organisers: tuple[str, ...]
    delegations: tuple[str, ...]
    passages: int
    statements: int
    sha256: str
    mentioned_rounds: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract's report."""
        lists = {name: list(getattr(self, name)) for name in ("organisers", "delegations", "mentioned_rounds")}
        return asdict(self) | lists


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report opened for reading: its text, its layout, and all its statements in order."""

    report: str
    title: str
    series: str | None
    round: int | None
    start: str | None
    end: str | None
    place: str | None
    organisers: tuple[str, ...]
    delegations: tuple[str, ...]
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...]
    statements: tuple[Statement, ...]


def reports(*, index: str | Path = ".index") -> list[ReportFacts]:
    """All reports of the library, in order of their paths. Raises IndexUnusable."""
    with open_snapshot(index) as snapshot:
        return [_facts(stored) for stored in snapshot.reports]


def show(report: str, *, index: str | Path = ".index") -> str:
    """The canonical text of a report, into which all offsets point. Raises UnknownReport."""
    with open_snapshot(index) as snapshot:
        return snapshot.text(find_report(snapshot, report).id)


def statements(report: str | None = None, *, index: str | Path = ".index") -> list[Statement]:
    """The statements of one report, or of all, in order; unattributed narration included. Raises UnknownReport."""
    with open_snapshot(index) as snapshot:
        chosen = snapshot.reports if report is None else [find_report(snapshot, report)]
        found = (sentence for stored in chosen for sentence in snapshot.sentences(report=stored.id))
        return list(make_statements(snapshot, found))


def open_report(report: str, *, index: str | Path = ".index") -> OpenReport:
    """A report with its layout and statements. Raises UnknownReport."""
    with open_snapshot(index) as snapshot:
        stored = find_report(snapshot, report)
        whole = snapshot.read(stored.id)
        facts = stored.meeting
        found = tuple(make_statements(snapshot, snapshot.sentences(report=stored.id)))
        return OpenReport(
            stored.path, facts.title, facts.series, facts.round, facts.start, facts.end, facts.place, facts.organisers, facts.delegations,
            whole.text, whole.blocks, whole.pages, found,
        )  # fmt: skip


def verify(statement: Statement | Mapping[str, Any], *, index: str | Path = ".index") -> Verdict:
    """Whether a statement, or its JSON, is what the index has: exact, moved, stale or forged. See `Verdict`.

    Raises BadQuestion when it is not a statement at all.
    """
    claim = _claim(statement.to_dict() if isinstance(statement, Statement) else statement)
    with open_snapshot(index) as snapshot:
        stored = next((r for r in snapshot.reports if r.path == claim.report), None)
        if stored is not None and stored.sha256 == claim.sha256:
            return _verify_in_place(snapshot, stored, claim)
        twin = next((r for r in snapshot.reports if r.sha256 == claim.sha256), None)
        if twin is not None:
            verdict = _verify_in_place(snapshot, twin, claim)
            return Verdict("moved", f"The same text is now in the report {twin.path}.") if verdict.status == "exact" else verdict
        if stored is None:
            return Verdict("stale", f"{claim.report}: the report is no longer in the index.")
        if not claim.quote or claim.quote not in snapshot.text(stored.id):
            return Verdict("stale", f"{claim.report}: the report has changed since, and these words are no longer in it.")
        if not any(own.quote == claim.quote and _holds(own, claim) for own in _own_statements(snapshot, stored)):
            return Verdict("stale", f"{claim.report}: the report has changed since; the words are in it, but not with this holder and act.")
        return Verdict("moved", f"{claim.report}: the report has changed since; the same words stand in its newer text.")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a statement says of itself."""

    quote: str
    held: tuple[Any, ...]
    report: str
    sha256: str
    start: int
    end: int


def _claim(given: Mapping[str, Any]) -> _Claim:
    try:
        citation = given["citation"]
        words = [given["quote"], citation["report"], citation["sha256"], given["scope"], given["act"], *given["who"]]
        numbers = [citation["start"], citation["end"]]
        if not all(type(w) is str for w in words) or not all(type(n) is int for n in numbers) or type(given["who"]) is str:
            raise TypeError("a value of another kind")
        held = (given["scope"], tuple(sorted(given["who"])), given["act"], given.get("antecedent"))
        return _Claim(given["quote"], held, citation["report"], citation["sha256"], citation["start"], citation["end"])
    except (KeyError, TypeError) as error:
        raise BadQuestion(
            f"This is not a statement as `rapporteur ask --json` writes it ({error!r}). Give it the whole statement."
        ) from error


def _verify_in_place(snapshot: Snapshot, stored: StoredReport, claim: _Claim) -> Verdict:
    """The text is the one that was cited: the statement is exact or forged."""
    text = snapshot.text(stored.id)
    if not 0 <= claim.start < claim.end <= len(text) or text[claim.start : claim.end] != claim.quote:
        return Verdict("forged", f"{claim.report}: the report has other words at characters {claim.start} to {claim.end}.")
    here = [s for s in _own_statements(snapshot, stored) if (s.citation.start, s.citation.end) == (claim.start, claim.end)]
    if not any(_holds(own, claim) for own in here):
        return Verdict("forged", f"{claim.report}: the words are the report's, but not with this holder or act.")
    return Verdict("exact", f"{claim.report}: the words, their holder and their act are as the report has them.")


def _own_statements(snapshot: Snapshot, stored: StoredReport) -> Iterator[Statement]:
    return make_statements(snapshot, snapshot.sentences(report=stored.id))


def _holds(own: Statement, claim: _Claim) -> bool:
    return (own.scope, own.who, own.act, own.antecedent) == claim.held


def find_report(snapshot: Snapshot, report: str) -> StoredReport:
    """The report called `report`. Raises UnknownReport, naming those that are near."""
    found = next((r for r in snapshot.reports if r.path == report), None)
    if found is None:
        from rapidfuzz import process  # noqa: PLC0415  # only when something is misspelled

        near = [str(m[0]) for m in process.extract(report, [r.path for r in snapshot.reports], limit=2, score_cutoff=60)]
        hint = f"Did you mean {' or '.join(near)}?" if near else "`rapporteur reports` lists all."
        raise UnknownReport(f"{report}: there is no such report in the index. {hint}")
    return found


def cite(stored: StoredReport, place: StoredPassage | StoredSentence) -> Citation:
    """The citation of something stored (a passage or a sentence) with offsets, page and paragraph."""
    facts = stored.meeting
    return Citation(
        stored.path, facts.title, facts.series, facts.round, facts.start, facts.end, facts.place,
        place.page, place.page_label, place.paragraph, place.start, place.end, stored.sha256,
    )  # fmt: skip


def make_statements(snapshot: Snapshot, sentences: Iterator[StoredSentence] | list[StoredSentence]) -> Iterator[Statement]:
    """Statements of stored sentences, labelled [1], [2], ... in the order given. The quote is cut from the canonical text here, once."""
    for number, s in enumerate(sentences, start=1):
        text, a = snapshot.text(s.report), s.attribution
        antecedent = text[slice(*a.antecedent)] if a.antecedent else None
        yield Statement(f"[{number}]", text[s.start : s.end], a.scope, a.who, a.act, antecedent, cite(snapshot.report(s.report), s))


@contextmanager
def open_snapshot(index: str | Path) -> Iterator[Snapshot]:
    """The index as it is at this moment. Raises IndexUnusable."""
    with _store(address_of(index)).snapshot() as snapshot:
        yield snapshot


@lru_cache(maxsize=16)
def _store(index: str) -> Store:
    return open_store(index)


def _facts(stored: StoredReport) -> ReportFacts:
    m = stored.meeting
    mentioned = tuple(
        {"series": r.series, "round": r.round, "start": r.start, "end": r.end, "place": r.place, "when": r.when} for r in m.mentioned_rounds
    )
    return ReportFacts(
        stored.path, m.title, m.series, m.round, m.start, m.end, m.place, m.organisers, m.delegations,
        len(stored.passages), len(stored.sentences), stored.sha256, mentioned,
    )  # fmt: skip

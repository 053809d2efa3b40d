"""The model's brief of an answer: asked for, checked sentence by sentence, and shown only if enough of it holds.

Whether the reports cover the question is decided before, without the model. It gets the answer's own statements and nothing else, and the
answer stands whatever becomes of it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.store import Snapshot
from index.terms import fold
from qa.contract import Answer, ModelBrief, ModelSentence
from qa.library import open_snapshot
from qa.model.checks import Held, Judge
from qa.model.endpoint import Endpoint, EndpointFault, Stopped
from qa.model.followup import accept_question
from qa.model.frames import FrameReader
from qa.model.prompt import brief_messages, standalone_messages
from qa.model.reply import is_finished, read_brief, read_question
from qa.model.talk import converse

MOST = 8  # sentences of a brief
_LOOKED_AT = 24  # sentences of a reply; what comes after is counted as too many
_ENOUGH = 0.5  # share of the model's sentences that must hold: of a brief that is mostly wrong, the rest is not shown either
_FOR_FOLLOW_UP = 20.0  # seconds of the limit that the standalone form may take
_STANDS = "The answer below is complete without it."


@dataclass(frozen=True, slots=True)
class Writing:
    """How far the model is: characters it has written, whole sentences among them, seconds since it was asked."""

    characters: int
    sentences: int
    seconds: float


def write_brief(
    answer: Answer,
    endpoint: Endpoint,
    *,
    index: str | Path = ".index",
    history: Sequence[Mapping[str, str]] = (),
    stop: threading.Event | None = None,
) -> Iterator[Writing | ModelBrief]:
    """How the writing goes on, several times a second, and at last the brief.

    Where the reports do not cover the question, no brief is asked for. After turns of `history` the model also proposes the standalone
    form of the question. Faults of the endpoint, and being stopped, are briefs too: `ModelBrief.status`. Raises IndexUnusable.
    """
    begun = time.monotonic()
    suggested: str | None = None
    if history:
        for said in _suggest(answer, endpoint, history, stop):
            if isinstance(said, str):
                suggested = said
            else:
                yield replace(said, seconds=time.monotonic() - begun)
    given = answer.statements or answer.nearest
    if answer.status == "not_covered" or not given:
        yield ModelBrief(endpoint.model, "withheld", suggested=suggested)
        return
    reply = ""
    try:
        remaining = endpoint.seconds - (time.monotonic() - begun)
        for reply in converse(
            endpoint, brief_messages(answer), schema="brief", readable=lambda r: bool(read_brief(r)), stop=stop, seconds=remaining
        ):
            yield Writing(len(reply), len(read_brief(reply)), time.monotonic() - begun)
    except EndpointFault as fault:
        yield ModelBrief(endpoint.model, "failed", note=f"{fault} {_STANDS}", suggested=suggested)
        return
    except Stopped:
        yield ModelBrief(endpoint.model, "stopped", note=f"{endpoint.model} was stopped. {_STANDS}", suggested=suggested)
        return
    with open_snapshot(index) as snapshot:
        yield replace(check_brief(reply, answer, snapshot, endpoint.model), suggested=suggested)


def check_brief(reply: str, answer: Answer, snapshot: Snapshot, model: str) -> ModelBrief:
    """What of a model's reply may be shown beside `answer`."""
    proposed = read_brief(reply)
    judge = make_judge(answer, snapshot)
    held: list[Held] = []
    for n, p in enumerate(proposed):
        held += judge.judge(p.text, p.numbers) if n < _LOOKED_AT else [Held(p.text, reason="too many")]
    seen: set[str] = set()
    for n, sentence in enumerate(held):
        words = fold(sentence.text)
        if sentence.labels and (words in seen or len(seen) >= MOST):
            held[n] = replace(sentence, labels=(), reason="repeated" if words in seen else "too many")
        elif sentence.labels:
            seen.add(words)
    kept = tuple(ModelSentence(h.text, h.labels) for h in held if h.labels)
    dropped = dict(sorted(Counter(h.reason for h in held if not h.labels).items()))
    unfit = sum(dropped.values()) - dropped.get("repeated", 0) - dropped.get("too many", 0)
    if not kept or len(kept) < _ENOUGH * (len(kept) + unfit):
        note = f"Of what {model} wrote, {_of(len(kept), len(held))} held against the statements, so none of it is shown. {_STANDS}"
        return ModelBrief(model, "withheld", dropped=dropped, note=note)
    return ModelBrief(model, "written", kept, dropped, _note(len(held) - len(kept), finished=is_finished(reply)))


def make_judge(answer: Answer, snapshot: Snapshot) -> Judge:
    """The judge over an answer's statements, with the people and the manner of their reports."""
    given = answer.statements or answer.nearest
    cited = {s.citation.report for s in given}
    readers = {
        r.path: FrameReader(snapshot.text(r.id), snapshot.names, snapshot.wording, r.meeting.delegations)
        for r in snapshot.reports
        if r.path in cited
    }
    for missing in cited - set(readers):  # taken out of the library since the answer was given
        readers[missing] = FrameReader(" ".join(s.quote for s in given), snapshot.names, snapshot.wording)
    return Judge(given, readers, snapshot.names, snapshot.wording)


def _suggest(
    answer: Answer, endpoint: Endpoint, history: Sequence[Mapping[str, str]], stop: threading.Event | None
) -> Iterator[Writing | str]:
    """How the writing goes on, and at last the standalone question if there is one worth proposing. Its faults are nobody's loss."""
    reply = ""
    said = list(history)[-4:]
    try:
        for written in converse(
            endpoint,
            standalone_messages(answer.question, said),
            schema="standalone",
            readable=lambda r: read_question(r) is not None,
            stop=stop,
            seconds=min(_FOR_FOLLOW_UP, endpoint.seconds),
        ):
            reply = written
            yield Writing(0, 0, 0.0)
    except (EndpointFault, Stopped):
        return
    question = read_question(reply)
    accepted = accept_question(question, answer, said) if question else None
    if accepted:
        yield accepted


def _note(dropped: int, *, finished: bool) -> str:
    were, them = ("One of its sentences was", "it") if dropped == 1 else (f"{dropped} of its sentences were", "them")
    left_out = f"{were} left out: the statements did not bear {them}." if dropped else ""
    return " ".join(filter(None, (left_out, "" if finished else "The model broke off in the middle.")))


def _of(kept: int, all_: int) -> str:
    return "nothing" if not kept else f"only {kept} of {all_} sentences"

"""The language model on the page: its brief as HTML, marked as its words, and the writing of it while the answer is already there."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from index.errors import RapporteurError
from qa.contract import Answer, ModelBrief, Statement
from qa.model.endpoint import Endpoint
from qa.model.write import Writing, write_brief
from web.escape import attributes, bidi, escape
from web.wording import counted

AT_ONCE: Final = 4  # briefs being written; a model on one machine is no faster when more ask it
_UNWATCHED: Final = 15.0  # seconds after which nobody waits for it any more
_KEPT: Final = 100


@dataclass
class _Job:
    """A brief being written; `state` is how far it is, and at last the brief."""

    answer: Answer
    state: Writing | ModelBrief = field(default_factory=lambda: Writing(0, 0, 0.0))
    looked_at: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)


class Writings:
    """The briefs that are being written, each in a thread of its own, by a key that nobody guesses."""

    def __init__(self, endpoint: Endpoint, index: str) -> None:
        """`index` is the folder, as `ask` takes it."""
        self.endpoint, self.index = endpoint, index
        self._room = threading.Semaphore(AT_ONCE)
        self._jobs: dict[str, _Job] = {}

    def begin(self, answer: Answer, history: Sequence[Mapping[str, str]]) -> str:
        """Have a brief of `answer` written; gives its key."""
        key, job = secrets.token_urlsafe(12), _Job(answer)
        while len(self._jobs) >= _KEPT:
            self._jobs.pop(next(iter(self._jobs))).stop.set()
        self._jobs[key] = job
        threading.Thread(target=self._write, args=(job, list(history)), name="brief", daemon=True).start()
        return key

    def look(self, key: str, *, stop: bool = False) -> Writing | ModelBrief | None:
        """How far it is, or the brief; None for a key that there is not. With `stop` it ends, and the brief says so."""
        job = self._jobs.get(key)
        if job is None:
            return None
        job.looked_at = time.monotonic()
        if stop:
            job.stop.set()
            job.state = job.state if isinstance(job.state, ModelBrief) else self._stopped()
        if isinstance(job.state, ModelBrief):
            self._jobs.pop(key, None)
        return job.state

    def is_of(self, key: str, answer: Answer) -> bool:
        """Whether the brief of that key is one of `answer`."""
        job = self._jobs.get(key)
        return job is not None and (job.answer.question, job.answer.text) == (answer.question, answer.text)

    def _write(self, job: _Job, history: Sequence[Mapping[str, str]]) -> None:
        with self._room:
            try:
                for state in write_brief(job.answer, self.endpoint, index=self.index, history=history, stop=job.stop):
                    if not job.stop.is_set():
                        job.state = state
                    if time.monotonic() - job.looked_at > _UNWATCHED:
                        job.stop.set()
            except RapporteurError as error:  # the index went away meanwhile
                job.state = ModelBrief(self.endpoint.model, "failed", note=str(error))
            finally:
                if not isinstance(job.state, ModelBrief):
                    job.state = self._stopped()

    def _stopped(self) -> ModelBrief:
        return ModelBrief(
            self.endpoint.model, "stopped", note=f"{self.endpoint.model} was stopped. The answer below is complete without it."
        )


def writing_html(endpoint: Endpoint, state: Writing, key: str) -> str:
    """That the model is writing, how far it is, and a button that stops it."""
    so_far = f" {counted(state.sentences, 'sentence')} so far." if state.sentences else ""
    return (
        f'<section class="model writing" aria-live="off"><p class="line">{bidi(endpoint.model)} is writing…{so_far} '
        f'<span class="seconds">{state.seconds:.0f} s</span> '
        f'<button type="button" class="quiet"{attributes(data_stop=key)}>Stop</button></p></section>'
    )


def brief_html(brief: ModelBrief, statements: Sequence[Statement]) -> str:
    """The brief, marked as the model's words; each sentence with a button for every statement that bears it."""
    by_label = {s.label: s for s in statements}
    parts = []
    if brief.status == "written":
        told = "".join(
            f'<p class="told" dir="auto">{escape(s.text)} {"".join(_point(by_label[label]) for label in s.labels if label in by_label)}</p>'
            for s in brief.sentences
        )
        parts.append(
            f'<h3 class="whose">In the words of {bidi(brief.model)}, a language model</h3>{told}'
            '<p class="line">Each sentence was held against the statements it cites. Quote those, not these.</p>'
        )
    if brief.note:
        parts.append(f'<p class="line">{bidi(brief.note)}</p>')
    if brief.suggested:
        edit = f'<button type="button" class="quiet"{attributes(data_edit=brief.suggested)}>Edit and ask</button>'
        parts.append(f'<p class="line">{bidi(brief.model)} would ask: {bidi(brief.suggested)} {edit}</p>')
    return f'<section class="model {brief.status}" aria-label="A language model’s words">{"".join(parts)}</section>' if parts else ""


def _point(statement: Statement) -> str:
    """A small button that shows a statement in its report."""
    c = statement.citation
    target = attributes(
        data_report=c.report, data_start=c.start, data_end=c.end, data_sha256=c.sha256, data_antecedent=statement.antecedent
    )
    return f'<button type="button" class="point"{target} title="Show this statement in its report">{escape(statement.label)}</button>'

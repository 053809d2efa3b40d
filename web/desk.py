"""What the page's events do, on one index, as HTML."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any

import qa
from index.errors import RapporteurError
from index.store import open_store
from qa.contract import Citation, ModelBrief
from qa.library import ReportFacts
from qa.model.endpoint import Endpoint
from qa.original import original
from qa.page import page_image, page_of, pages_between
from qa.topics import example_topics
from web.answer import conversation_html, problem_html, suggestions_html
from web.answering import Answering
from web.compare import compare_html, topics_html
from web.keep import FORMS
from web.leaf import leaf_html
from web.library import header_html, library_html
from web.model import Writings, brief_html, writing_html
from web.narrow import as_arguments, narrow_html, read_filters
from web.reader import Highlight, report_html
from web.turns import ALL, Turn, history, read_turns
from web.wording import day_words

SUGGESTED = 4
MORE = 3
_OFFERED_FOR = 20.0  # seconds, at least, that offers stand although reports come and go


class Desk:
    """What the page's events do, on one index, as HTML. It keeps only what holds while the index's files do not change."""

    def __init__(self, index: str, llm: Endpoint | None = None) -> None:
        """`index` is the folder, as `ask` takes it; `llm` a language model that may arrange what is answered."""
        self.index = index
        self.writings = Writings(llm, index) if llm else None
        self._answering = Answering(index)
        self._known: tuple[object, list[ReportFacts]] | None = None
        self._offers: dict[str, tuple[float, object, tuple[str, ...]]] = {}
        self._offering = threading.Lock()

    def arrive(self, stored: object) -> tuple[str, str, str]:
        """What a person finds on opening the page: the conversation they left and the reports (as JSON), the header, what narrows them."""
        found = {"conversation": self.conversation(read_turns(stored)), "shelf": self.shelf()}
        return json.dumps(found), self.header(), self.narrow()

    def ask(self, question: str, stored: object, narrowed: object = None) -> tuple[str, list[dict[str, Any]], str]:
        """The conversation with one more turn, as HTML and as the browser keeps it, and the header; a refusal is shown, not kept."""
        turns, filters = read_turns(stored), read_filters(narrowed)
        try:
            answer = self._answering.ask(question, history=history(turns), **as_arguments(filters))
        except RapporteurError as error:
            return self.refuse(question, stored, narrowed, error)
        turns.append(Turn(question, answer, filters=filters))
        return self.conversation(turns), [turn.to_dict() for turn in turns], self.header()

    def refuse(self, question: str, stored: object, narrowed: object, why: RapporteurError) -> tuple[str, list[dict[str, Any]], str]:
        """The conversation as it was, with the question and why it is not answered below it."""
        turns = read_turns(stored)
        shown = [*turns, Turn(question, error=str(why), filters=read_filters(narrowed))]
        return self.conversation(shown), [turn.to_dict() for turn in turns], self.header()

    def resume(self, stored: object) -> tuple[str, list[dict[str, Any]]]:
        """A conversation that the browser kept, opened again; what it cites is held against the reports as they are now."""
        turns = read_turns(stored)
        return self.conversation(turns), [turn.to_dict() for turn in turns]

    def open(
        self,
        report: object,
        start: object = None,
        end: object = None,
        antecedent: object = None,
        sha256: object = None,
        quote: object = None,
    ) -> str:
        """The reader with that report, at that quote. The arguments come from the browser, and from links people send each other."""
        try:
            opened = qa.open_report(str(report), index=self.index)
        except RapporteurError as error:
            return problem_html(str(error))
        if not (isinstance(start, int) and isinstance(end, int)):
            return report_html(opened)
        return report_html(
            opened, Highlight(start, end, *(value if isinstance(value, str) else None for value in (antecedent, sha256, quote)))
        )

    def leaf(self, report: object, start: object = None, end: object = None, number: object = None) -> str:
        """A page of the report's own PDF with what of text[start:end] stands on it boxed; without `number` the page of `start`."""
        try:
            opened = qa.open_report(str(report), index=self.index)
        except RapporteurError as error:
            return problem_html(str(error))
        begin, finish = (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)
        page = number if isinstance(number, int) else page_of(opened, begin)
        quoted = page in pages_between(opened, begin, finish)
        image, problem = None, ""
        try:
            image = page_image(opened.report, page, start=begin, end=finish, index=self.index)
        except RapporteurError as error:
            problem = str(error)
        return leaf_html(opened.report, page, len(opened.pages), image, quoted=quoted, problem=problem)

    def take(self, report: object) -> str:
        """The report's own file for the browser to save, as JSON: name, and content in base64; or what is wrong instead."""
        try:
            file = original(str(report), index=self.index)
            return json.dumps({"name": file.path.name, "content": base64.b64encode(file.read()).decode("ascii")})
        except RapporteurError as error:
            return json.dumps({"problem": str(error)})

    def blank_comparison(self) -> str:
        """The view before anything is compared."""
        try:
            return compare_html(self._several())
        except RapporteurError:
            return compare_html(())

    def compare(self, topic: object = None, series: object = None) -> str:
        """The comparison of a topic, or what teaches where there is none yet."""
        asked, among = (value.strip() if isinstance(value, str) else "" for value in (topic, series))
        try:
            several = self._several()
            found = qa.compare(asked, series=among or None, index=self.index) if asked else None
            return compare_html(several, asked=asked, among=among, found=found)
        except RapporteurError as error:
            return compare_html((), asked=asked, problem=str(error))

    def keep(self, stored: object, form: object, number: object) -> str:
        """The conversation's turn `number`, or all of it, in one of the forms of web.keep, as JSON: name, and content in base64."""
        turns = read_turns(stored, most=ALL)
        if isinstance(number, int) and 0 < number <= len(turns):
            turns = [turns[number - 1]]
        if not isinstance(form, str) or form not in FORMS:
            return ""
        content = FORMS[form](turns)
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        return json.dumps({"name": f"rapporteur.{form}", "content": base64.b64encode(raw).decode("ascii")})

    def conversation(self, turns: Sequence[Turn]) -> str:
        """The conversation, with questions to begin or to go on with where they help."""
        last = turns[-1].answer if turns else None
        wanted = not turns or (last is not None and not last.statements and not last.nearest)  # else `more` has better ones
        return conversation_html(turns, self._examples() if wanted else (), self._changed(turns), beside=self.writings is not None)

    def model(self, stored: object, key: object, *, stop: bool = False) -> tuple[str, list[dict[str, Any]] | None]:
        """The language model's brief of the last answer, begun without a `key` and then looked after with it.

        Gives JSON (the turn's number, HTML, the key as long as it is being written), and the turns once the brief is one of them.
        """
        turns = read_turns(stored)
        answer = turns[-1].answer if turns else None
        if self.writings is None or answer is None or answer.model is not None:
            return "", None
        if not isinstance(key, str):
            key = self.writings.begin(answer, history(turns[:-1]))
        if not self.writings.is_of(key, answer):
            return "", None
        state = self.writings.look(key, stop=stop)
        if isinstance(state, ModelBrief):
            turns[-1] = replace(turns[-1], answer=replace(answer, model=state))
            html = brief_html(state, answer.statements or answer.nearest)
            return json.dumps({"turn": len(turns), "html": html, "key": None}), [turn.to_dict() for turn in turns]
        html = writing_html(self.writings.endpoint, state, key) if state else ""
        return json.dumps({"turn": len(turns), "html": html, "key": key if state else None}), None

    def leave_model(self, key: object) -> None:
        """Nobody waits for that brief any more."""
        if self.writings is not None and isinstance(key, str):
            self.writings.look(key, stop=True)

    def more(self, stored: object) -> str:
        """Questions to go on with after the last turn, as JSON: the turn's number, and the HTML; each question has been tried."""
        turns = read_turns(stored)
        last = turns[-1].answer if turns else None
        if last is None:
            return ""
        asked = {turn.question for turn in turns}
        try:
            found = qa.follow_up_questions(last, history=history(turns), index=self.index)
        except RapporteurError:
            return ""
        rest = self._examples() if last.status != "answered" else ()
        fresh = [question for question in dict.fromkeys((*found, *rest)) if question not in asked]
        return json.dumps({"turn": len(turns), "html": suggestions_html(last, fresh[:MORE])})

    def narrow(self) -> str:
        """The form that narrows a question to some reports."""
        try:
            return narrow_html(self._reports())
        except RapporteurError:
            return ""

    def shelf(self) -> str:
        """All reports at hand."""
        try:
            return library_html(self._reports() if self._stamp() else [])
        except RapporteurError as error:
            return problem_html(str(error))

    def header(self) -> str:
        """The masthead, with the state of the index."""
        try:
            return header_html(len(self._reports()), self._updated())
        except RapporteurError:
            return header_html(None, "")

    def _changed(self, turns: Sequence[Turn]) -> dict[Citation, str]:
        """What to say of each cited quote whose report is no longer what it was."""
        try:
            now = {report.report: report.sha256 for report in self._reports()}
            return {
                statement.citation: qa.verify(statement, index=self.index).reason
                for turn in turns
                if turn.answer
                for statement in (*turn.answer.statements, *turn.answer.nearest)
                if now.get(statement.citation.report) != statement.citation.sha256
            }
        except RapporteurError:
            return {}

    def _reports(self) -> list[ReportFacts]:
        """The reports at hand, read again whenever a file of the index is another. Raises IndexUnusable."""
        stamp = self._stamp()
        known = self._known
        if not stamp or known is None or known[0] != stamp:
            known = self._known = (stamp, qa.reports(index=self.index))
        return known[1]

    def _offered(self, kind: str, make: Callable[..., Iterable[str]]) -> tuple[str, ...]:
        """What `make` offers of these reports. Trying costs as much as asking: one person waits for it, and not at each batch of an update.

        Raises IndexUnusable.
        """
        state = [(report.report, report.sha256) for report in self._reports()]
        made = self._offers.get(kind)
        stale = made is None or (made[1] != state and monotonic() - made[0] > _OFFERED_FOR)
        if stale and self._offering.acquire(blocking=made is None):
            try:
                if self._offers.get(kind) is made:
                    self._offers[kind] = monotonic(), state, tuple(make(index=self.index, n=SUGGESTED))
            finally:
                self._offering.release()
        return self._offers[kind][2]

    def _several(self) -> list[str]:
        """The dialogues that have more than one report."""
        counts = Counter(report.series for report in self._reports() if report.series)
        return sorted(name for name, count in counts.items() if count > 1)

    def topics(self) -> str:
        """Topics that can be compared, looked for once as long as the index stays the same."""
        try:
            return topics_html(self._offered("topics", example_topics))
        except RapporteurError:
            return ""

    def _examples(self) -> Sequence[str]:
        try:
            return self._offered("questions", qa.example_questions)
        except RapporteurError:
            return ()

    def _updated(self) -> str:
        newest = max((changed for _, changed, _ in self._stamp()), default=0)
        return day_words(datetime.fromtimestamp(newest / 1e9).date().isoformat()) if newest else ""

    def _stamp(self) -> list[tuple[str, int, int]]:
        """What is another whenever the index has changed; [] where there is none."""
        return open_store(self.index).marks()

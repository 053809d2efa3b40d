"""Judging answers on a set of dialogue reports: `gold.json` says what a careful reader finds, `reports/` holds the reports.

docs/evaluating.md describes the form. The rules of judging are those of the form's own scorer: a question passes when its status is right,
every `must_quote` and one `any_quote` is quoted (by `nearest` where the answer is partial), nothing of `must_not_quote` is, and the answer
has at most `MOST` statements.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import BadSet, RapporteurError
from qa.answer import ask
from qa.library import reports, show, statements

MOST = 12  # statements in an answer that a person still reads
_ENOUGH = 40  # characters of a quote that lies inside what was wanted; a shorter one may be any phrase
_MEETING = ("title", "series", "round", "start", "end", "place", "delegations", "organisers")
_CUT = 90

Gold = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and what became of it; `why` says what is wrong, and is None when it passed."""

    id: str
    kind: str
    question: str
    wanted: str
    given: str
    why: str | None

    def to_dict(self) -> dict[str, Any]:
        """The judgement as JSON values."""
        return {"id": self.id, "kind": self.kind, "question": self.question, "wanted": self.wanted, "given": self.given, "why": self.why}


def read_gold(file: Path) -> dict[str, Any]:
    """The gold of a set. Raises BadSet."""
    try:
        gold = json.loads(file.read_text("utf-8"))
        if not isinstance(gold["reports"], dict) or not all({"question", "status"} <= set(q) for q in gold["questions"]):
            raise TypeError("each question needs a question and a status")
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f'{file}: this cannot be read as {{"reports": {{...}}, "questions": [...]}} ({error}). Mend it, or name another set.'
        raise BadSet(message) from error
    return dict(gold)


def judge_dialogues(gold: Gold, index: Path) -> dict[str, Any]:
    """All figures of a dialogue set whose reports are in `index`. `failures` are the questions that did not pass."""
    judged, quoted, wrong = _ask_all(gold, index)
    asked = Counter(j.kind for j in judged)
    passed = Counter(j.kind for j in judged if j.why is None)
    return {
        "passed": passed.total(),
        "asked": asked.total(),
        "by_kind": {kind: {"passed": passed[kind], "asked": asked[kind]} for kind in sorted(asked)},
        **wrong,
        **_quality(gold, quoted, index),
        "statements": judge_statements(gold, index),
        "meetings": judge_meetings(gold, index),
        "failures": [j.to_dict() for j in judged if j.why is not None],
    }


def judge(wanted: Gold, answer: Gold) -> str | None:
    """Why an answer (as `Answer.to_dict` gives it) fails the question `wanted`, or None."""
    if answer["status"] != wanted["status"]:
        return f"status {answer['status']}, not {wanted['status']}"
    if len(answer["statements"]) > MOST:
        return f"{len(answer['statements'])} statements"
    given = answer["nearest" if wanted["status"] == "partial" else "statements"]
    for quote in wanted.get("must_quote", ()):
        if not covers(given, quote):
            return f"not quoted: {_cut(quote['text'])}"
    choice = wanted.get("any_quote", ())
    if choice and not any(covers(given, quote) for quote in choice):
        return f"none quoted of: {_cut(choice[0]['text'])}"
    for quote in wanted.get("must_not_quote", ()):
        if covers(answer["statements"], quote):
            return f"wrongly quoted: {_cut(quote['text'])}"
    return None


def covers(given: Sequence[Gold], wanted: Gold) -> bool:
    """Whether a statement of the wanted report holds the wanted words, or is itself a good part of them."""
    words = fold(wanted["text"])
    for statement in given:
        quote = fold(statement["quote"])
        if statement["citation"]["report"] == wanted["report"] and (words in quote or (len(quote) >= _ENOUGH and quote in words)):
            return True
    return False


def fold(text: str) -> str:
    """White space as single spaces, soft hyphens gone: how quotes of a gold file are compared."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u00ad", "")).strip()


def judge_statements(gold: Gold, index: Path) -> dict[str, Any]:
    """How many of the gold statements have the right scope, holders and act, each and all three.

    promoted   statements given as agreed by everyone that are not: the one mistake that must never be made.
    """
    right: Counter[str] = Counter()
    of = promoted = 0
    for name, report in gold["reports"].items():
        given = [s.to_dict() for s in _statements(name, index)]
        for want in report.get("statements", ()):
            of += 1
            hit = next((s for s in given if covers([s], {"report": name, "text": want["quote"]})), None)
            if hit is None:
                continue
            same = {
                "scope": hit["scope"] == want["scope"],
                "who": sorted(hit["who"]) == sorted(want["who"]),
                "act": hit["act"] == want["act"],
            }
            right.update(field for field, good in {**same, "all": all(same.values())}.items() if good)
            firm = ("everyone", "agreed")
            promoted += (hit["scope"], hit["act"]) == firm != (want["scope"], want["act"])
    return {field: {"right": right[field], "of": of} for field in ("scope", "who", "act", "all")} | {"promoted": promoted}


def judge_meetings(gold: Gold, index: Path) -> dict[str, Any]:
    """How many reports have each fact of their meeting right. A fact that the gold does not name is not judged."""
    have = {r.report: r.to_dict() for r in reports(index=index)}
    found = {}
    for field in _MEETING:
        asked = [(name, r[field]) for name, r in gold["reports"].items() if field in r]
        found[field] = {"right": sum(name in have and _same(have[name][field], want) for name, want in asked), "of": len(asked)}
    return found


def _same(have: Any, want: Any) -> bool:
    return sorted(have) == sorted(want) if isinstance(want, list) else fold(str(have)) == fold(str(want))


def _statements(report: str, index: Path) -> list[Any]:
    try:
        return list(statements(report, index=index))
    except RapporteurError:  # a report that could not be read: all of its statements are missed
        return []


def _ask_all(gold: Gold, index: Path) -> tuple[list[Judged], list[Gold], dict[str, Any]]:
    """Every question judged, all statements given, and the answers and refusals that should not have been."""
    judged: list[Judged] = []
    quoted: list[Gold] = []
    false: Counter[str] = Counter()
    of = Counter(q["status"] for q in gold["questions"])
    for number, q in enumerate(gold["questions"], start=1):
        try:
            answer: Gold = ask(q["question"], history=q.get("history", ()), index=index, **q.get("filters", {})).to_dict()
            why = judge(q, answer)
        except (RapporteurError, TypeError) as error:  # a filter that there is not, or a question that cannot be asked
            answer, why = {"status": "not asked", "statements": [], "nearest": []}, str(error)
        quoted += [*answer["statements"], *answer["nearest"]]
        false[f"{q['status']}, yet {answer['status']}"] += 1
        judged.append(Judged(str(q.get("id", number)), q.get("kind", "question"), q["question"], _wanted(q), _given(answer), why))
    return judged, quoted, {
        "false_answers": {"count": false["not_covered, yet answered"], "of": of["not_covered"]},
        "false_refusals": {"count": false["answered, yet not_covered"], "of": of["answered"]},
    }  # fmt: skip


def _quality(gold: Gold, quoted: Sequence[Gold], index: Path) -> dict[str, int]:
    """Quotes that are not the report's letters, and quotes of page furniture. Both must be none."""
    texts = {name: show(name, index=index) for name in {s["citation"]["report"] for s in quoted}}
    furniture = {name: [fold(snippet) for snippet in r.get("boilerplate", ())] for name, r in gold["reports"].items()}
    inexact = leaks = 0
    for s in quoted:
        c = s["citation"]
        inexact += texts[c["report"]][c["start"] : c["end"]] != s["quote"]
        leaks += any(snippet in fold(s["quote"]) for snippet in furniture.get(c["report"], ()))
    return {"quotes": len(quoted), "quotes_not_exact": inexact, "furniture_quoted": leaks}


def _wanted(q: Gold) -> str:
    quotes = [_cut(w["text"]) for w in (*q.get("must_quote", ()), *q.get("any_quote", ()))]
    return ": ".join([q["status"], " | ".join(quotes)]) if quotes else str(q["status"])


def _given(answer: Gold) -> str:
    quotes = [_cut(s["quote"]) for s in (*answer["statements"], *answer["nearest"])]
    return ": ".join([answer["status"], " | ".join(quotes)]) if quotes else str(answer["status"])


def _cut(text: str) -> str:
    folded = fold(text)
    return folded if len(folded) <= _CUT else folded[: _CUT - 1] + "…"

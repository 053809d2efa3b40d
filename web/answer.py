"""The conversation as HTML: each answer a short brief, each line of it a quote with who held it, how firmly and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from qa.contract import Answer, Citation, Statement
from web.escape import attributes, bidi, escape
from web.model import brief_html
from web.narrow import in_force
from web.turns import Turn
from web.wording import ACT_HEADINGS, STATUS_WORDS, chip_words, citation_parts, meeting_parts, place_words, reference

LONGEST_HEADING = 300  # characters of a question that stand above its answer
_COUNT = re.compile(r"\d+ statements? from \d+ reports?")
_ANNOUNCEMENT = re.compile(r"(?<=[.!?]) [^.!?]*:$")

WELCOME = """
<section class="welcome" aria-labelledby="welcome-title">
<h2 id="welcome-title">Ask your dialogue reports.</h2>
<p>Every line of an answer is a verbatim quote from a report, with who held it, how firmly, and where it stands.
When the reports do not cover a question, you are told so.</p>
"""


def conversation_html(
    turns: Sequence[Turn], examples: Sequence[str], changed: Mapping[Citation, str] | None = None, *, beside: bool = False
) -> str:
    """The whole conversation, oldest first; without turns, what teaches a newcomer.

    examples   questions that the library answers: to begin with, and to go on with where an answer fell short.
    changed    what to say of citations whose report is no longer what it was.
    beside     whether a language model's brief may come to stand beside the last answer.
    """
    if not turns:
        return _log(f"{WELCOME}{_suggestions('For example', examples)}</section>")
    last = len(turns)
    asked = {turn.question for turn in turns}
    fresh = [question for question in examples if question not in asked][:3]
    notes = changed or {}
    return _log(
        "".join(
            _turn(turn, number, fresh if number == last else (), notes, beside=beside and number == last)
            for number, turn in enumerate(turns, 1)
        )
    )


def problem_html(message: str) -> str:
    """A sentence about what is wrong, where a panel cannot be filled."""
    return f'<div class="verdict problem" role="alert"><p class="sign">Something is in the way</p><p class="line">{bidi(message)}</p></div>'


def _log(inner: str) -> str:
    """A screen reader says what is added to it."""
    return f'<div class="turns" role="log" aria-label="Conversation">{inner}</div>'


def _turn(turn: Turn, number: int, examples: Sequence[str], changed: Mapping[Citation, str], *, beside: bool) -> str:
    only = "".join(f"<span>{bidi(words)}</span>" for words in in_force(turn.filters))
    narrowed = f'<p class="narrowed">{only}</p>' if only else ""
    body = narrowed + (_answer(turn.answer, number, examples, changed, beside=beside) if turn.answer else problem_html(turn.error))
    asked = turn.question.strip()
    if not asked:
        return f'<article class="turn" aria-label="Question">{body}</article>'
    title = f"question-{number}"
    shown = asked if len(asked) <= LONGEST_HEADING else asked[:LONGEST_HEADING] + "…"
    return (
        f'<article class="turn" aria-labelledby="{title}"><h2 class="question" id="{title}" dir="auto">{escape(shown)}</h2>{body}</article>'
    )


def _answer(answer: Answer, number: int, examples: Sequence[str], changed: Mapping[Citation, str], *, beside: bool) -> str:
    shown = answer.statements or answer.nearest
    groups = _groups(shown, number, changed)
    instead = '<h3 class="instead">What there is instead</h3>' if groups and answer.status != "answered" else ""
    more = suggestions_html(answer, examples) or '<div class="more"></div>'  # filled once the questions have been tried
    return (
        f"{_understood(answer)}"
        f'<div class="verdict {answer.status}"><p class="sign">{STATUS_WORDS[answer.status]}</p>'
        f'<p class="line">{bidi(plain_line(answer))}</p>{_matched(answer)}</div>'
        f"{_in_a_models_words(answer, number, beside=beside)}"
        f"{instead}{groups}{_after(answer, number) if groups else ''}{more}"
    )


def _in_a_models_words(answer: Answer, number: int, *, beside: bool) -> str:
    """The language model's brief, or the place that page.js has it written into; what was not covered it may only ask anew."""
    if answer.model is not None:
        return brief_html(answer.model, answer.statements or answer.nearest)
    covered = answer.status != "not_covered" and (answer.statements or answer.nearest)
    return '<div class="beside"></div>' if beside and (covered or number > 1) else ""


def plain_line(answer: Answer) -> str:
    """The answer's own first line, without what the page shows anyway: the words of the question, and that quotes follow."""
    first = next((line.strip() for line in answer.text.split("\n") if line.strip()), "")
    count = _COUNT.match(first)
    if count:
        ordered = ", firmest first" if len({statement.act for statement in answer.statements}) > 1 else ""
        return f"{count[0]}{ordered}."
    return _ANNOUNCEMENT.sub("", first) or "The reports do not cover this question."


def _understood(answer: Answer) -> str:
    if answer.understood_as.strip() in ("", answer.question.strip()):
        return ""
    edit = f'<button type="button" class="quiet"{attributes(data_edit=answer.understood_as)}>Edit</button>'
    return f'<p class="understood">Understood as: {bidi(answer.understood_as)} {edit}</p>'


def _matched(answer: Answer) -> str:
    if not answer.matched:
        return ""
    pairs = ", ".join(f"{bidi(word)} = {bidi(alias)}" for word, alias in answer.matched.items())
    return f'<p class="matched">Found under another name: {pairs}</p>'


def _groups(statements: Sequence[Statement], number: int, changed: Mapping[Citation, str]) -> str:
    """By act, in the answer's own order; where they come from several meetings, by meeting too, and a switch between the two."""
    firmest = "".join(_group(ACT_HEADINGS[act], group, changed) for act, group in groupby(statements, key=lambda s: s.act))
    if len({statement.citation.report for statement in statements}) < 2:
        return firmest
    meetings = groupby(sorted(statements, key=_meeting), key=_meeting)
    dated = "".join(_group(_meeting_words(group[0].citation), group, changed) for group in (list(g) for _, g in meetings))
    choices = "".join(
        f'<label><input type="radio" name="order-{number}" value="{order}"{" checked" * (order == "firmness")}> By {order}</label>'
        for order in ("firmness", "meeting")
    )
    return (
        f'<fieldset class="order" aria-label="Order of the statements">{choices}</fieldset>'
        f'<div class="by-firmness">{firmest}</div><div class="by-meeting">{dated}</div>'
    )


def _meeting(statement: Statement) -> tuple[str, str]:
    return (statement.citation.date or "", statement.citation.report)


def _meeting_words(citation: Citation) -> str:
    return bidi(" · ".join(meeting_parts(citation)) or citation.title)


def _group(heading: str, statements: Iterable[Statement], changed: Mapping[Citation, str]) -> str:
    """`heading` is HTML."""
    items = "".join(_item(statement, changed.get(statement.citation, "")) for statement in statements)
    return f'<section class="group"><h3>{heading}</h3><ol class="statements">{items}</ol></section>'


def _item(statement: Statement, changed: str) -> str:
    antecedent = ""
    if statement.antecedent:
        antecedent = f'<p class="antecedent">The holder is named before the quote: {bidi("“" + statement.antecedent + "”")}</p>'
    note = f'<p class="notice">{bidi(changed)}</p>' if changed else ""
    return (
        f'<li class="statement"><p class="chip {statement.scope}">{bidi(chip_words(statement))}</p>'
        f'<blockquote class="quote" dir="auto"><p>{escape(statement.quote)}</p></blockquote>{antecedent}{note}'
        f'<div class="foot">{citation_button(statement)}'
        f'<button type="button" class="quiet copy"{attributes(data_copy=reference(statement))} '
        f'aria-label="Copy this quote with its reference">Copy</button>'
        '<button type="button" class="quiet copy" data-link aria-label="Copy a link to this citation">Link</button></div></li>'
    )


def citation_button(statement: Statement, *, short: bool = False) -> str:
    """What opens the reader at the quote; `short` where title and meeting stand beside it anyway."""
    citation = statement.citation
    target = attributes(
        data_report=citation.report,
        data_start=citation.start,
        data_end=citation.end,
        data_sha256=citation.sha256,
        data_antecedent=statement.antecedent,
    )
    number = statement.label if statement.label.startswith("[") else f"[{statement.label}]"
    parts = (place_words(citation),) if short else citation_parts(citation)
    where = "".join(f"<span>{bidi(part)}</span>" for part in parts)
    title = "" if short else f'<span class="title">{bidi(citation.title)}</span>'
    return (
        f'<button type="button" class="cite"{target} title="Show this sentence in its report">'
        f'<span class="label">{escape(number)}</span> <span class="source">{title}<span class="where">{where}</span></span></button>'
    )


def _keep(number: int) -> str:
    """What can be taken away from a turn; `number` counts from 1."""
    forms = (("md", "Markdown"), ("docx", "Word"), ("bib", "BibTeX"), ("ris", "RIS"), ("json", "CSL-JSON"))
    buttons = "".join(
        f'<button type="button" class="quiet" data-keep="{form}" data-turn="{number}">{name}</button>' for form, name in forms
    )
    return f'<details class="keep"><summary class="quiet">Keep this answer</summary><p>{buttons}</p></details>'


def _after(answer: Answer, number: int) -> str:
    """What can be done with an answer."""
    topic = answer.understood_as.strip() or answer.question
    compare = f'<button type="button" class="quiet"{attributes(data_compare_topic=topic)}>Compare meetings on this</button>'
    return f'<div class="after">{_keep(number)}{compare}</div>'


def suggestions_html(answer: Answer, questions: Sequence[str]) -> str:
    """Questions to go on with after `answer`; each is known to be answered."""
    return _suggestions("To go on" if answer.status == "answered" else "What these reports can answer", questions)


def _suggestions(title: str, questions: Sequence[str]) -> str:
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="suggestion" dir="auto"{attributes(data_ask=question)}>{escape(question)}</button></li>'
        for question in questions
    )
    return f'<div class="suggestions"><h3>{title}</h3><ul>{buttons}</ul></div>'

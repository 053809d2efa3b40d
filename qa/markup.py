"""An answer for a notebook (HTML) and for a text to be written (Markdown), and the one way by which text becomes part of either.

Report text, titles, file names and questions are data. In HTML every character that is neither a letter nor a digit becomes an entity, so
that no tag, attribute, style, Markdown, formula, template or address survives, whatever later looks at the string. In Markdown every
character that could mean something is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from qa.brief import ACT_NAMES, holder_of, place_line
from qa.contract import Answer, Statement

_UNSHOWABLE = "&#65533;"  # HTML cannot hold NUL or half of a surrogate pair: the replacement character stands for them
_MEANS = re.compile(r"([*_`{}\[\]#|~])|([\\$&<>])|((?<=http)s?:|(?<=ftp):|(?<=www)\.)|^([-+=]|\d+(?=[.)]))", re.IGNORECASE)
_BREAKS = re.compile("[ \\t\\n\\r\\v\\f\\x1c-\\x1f\\x85\\u2028\\u2029]+")  # a no-break space is a character of the report
_SIGNS = re.compile(r"[\W_]")  # what is neither a letter nor a digit
_EDGES = re.compile(r"^\s+|\s+$")
_UNWRITABLE = re.compile("[\\0\\ud800-\\udfff]")
# Notebooks look for formulas in what they show; these classes ask MathJax, in its versions 2 and 3, to leave it alone.
_CLASSES = "rapporteur tex2jax_ignore mathjax_ignore"
_BESIDE = 'style="margin:.1rem 0 .8rem;font-size:.9em;opacity:.8"'


def escape(text: str) -> str:
    """`text` for an HTML element's content or a quoted attribute; a browser reads back the same characters."""
    return _SIGNS.sub(lambda found: _entity(found[0]), text)


def _entity(character: str) -> str:
    code = ord(character)
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        return _UNSHOWABLE
    if 0x80 <= code <= 0x9F:
        return character  # HTML reads &#128; to &#159; as Windows-1252; as themselves these controls mean nothing to it
    return f"&#{code};"


def escape_markdown(text: str) -> str:
    """`text` on one line of Markdown, shown as the same characters; line ends and runs of white space become single spaces.

    Signs that viewers look for before or after the Markdown (HTML, formulas) become entities; the rest is escaped with a backslash.
    """
    line = _BREAKS.sub(" ", _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)).strip(" ")
    return _EDGES.sub(lambda found: "".join(map(_entity, found[0])), _MEANS.sub(_meaningless, line))


def _meaningless(found: re.Match[str]) -> str:
    plain, entity, address, beginning = found.groups()
    if entity:
        return f"&#{ord(entity)};"
    if address:
        return f"{address[:-1]}\\{address[-1]}"
    # A number at the beginning of a line makes a list only with the mark after it, so any of its digits may stand as an entity.
    return f"&#{ord(beginning[0])};{beginning[1:]}" if beginning else f"\\{plain}"


def answer_html(answer: Answer) -> str:
    """The answer with its quotes as a piece of HTML. No report text, question or title in it is markup."""
    parts = [f'<div class="{_CLASSES}"><p><b>{escape(answer.question)}</b></p>']
    parts += [f"<p {_BESIDE}>{escape(note)}</p>" for note in _notes(answer)]
    parts.append(f"<p>{escape(_first_line(answer))}</p>")
    for heading, statements in _groups(answer):
        parts.append(f"<h4>{escape(heading)}</h4>")
        for s in statements:
            parts.append(f'<p style="margin:.4rem 0 0">{escape(_held(s))}</p>')
            parts.append(f'<blockquote style="margin:.2rem 0 .2rem 1rem">“{escape(s.quote)}”</blockquote>')
            parts.append(f"<p {_BESIDE}>{escape(f'{s.label} {place_line(s)}')}</p>")
    return "".join(parts) + "</div>"


def answer_markdown(answer: Answer) -> str:
    """The answer with its quotes as Markdown. The line ends of a page are not kept in it; every other character of a quote is."""
    lines = [f"## {escape_markdown(answer.question)}", ""]
    for line in (*_notes(answer), _first_line(answer)):
        lines += [escape_markdown(line), ""]
    for heading, statements in _groups(answer):
        lines += [f"### {heading}", ""]
        for s in statements:
            lines += [f"**{escape_markdown(_held(s))}**", "", f"> “{escape_markdown(s.quote)}”", ""]
            lines += [escape_markdown(f"{s.label} {place_line(s)}"), ""]
    return "\n".join(lines)


def _first_line(answer: Answer) -> str:
    return answer.text.partition("\n")[0]


def _notes(answer: Answer) -> Iterator[str]:
    """What a reader must know of the question as it was asked."""
    if answer.understood_as != answer.question:
        yield f"Understood as: {answer.understood_as}"
    if answer.matched:
        yield f"Found under another name: {', '.join(f'{word} as {alias}' for word, alias in answer.matched.items())}"


def _groups(answer: Answer) -> Iterator[tuple[str, Sequence[Statement]]]:
    for act, group in groupby(answer.statements or answer.nearest, key=lambda s: s.act):
        yield ACT_NAMES[act], list(group)


def _held(statement: Statement) -> str:
    """The holder, and what a pronoun in the quote stands for."""
    stands = f" (the quote's pronoun stands for: {statement.antecedent})" if statement.antecedent else ""
    return f"{holder_of(statement)}{stands}"

"""The words of the product: what a report is made of.

A report is one canonical text and spans over it. All offsets are characters into `Report.text`, end excluded, and every other module keeps
the promise `report.text[start:end] == quote`: spans are found, never rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

BlockKind = Literal["heading", "body", "item", "caption", "table", "footnote", "furniture"]


@dataclass(frozen=True, slots=True)
class Page:
    """A physical page, counted from 1, and the label printed on it ("iv", "12") where there is one."""

    number: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a report's text that its layout sets apart; blocks do not overlap and come in order of `start`.

    level    headings: 1 for the report's title, 2 for its sections, and so on; table rows: 1 for a header row; else 0.
    reason   furniture only: why it was dropped, in words its owner understands.
    pages    (offset, page number) wherever a page begins in the block, the first at `start`; empty where the format has no pages.
    cells    table rows only: the span of each cell, empty cells included.
    A list item's or numbered paragraph's marker ("- ", "3.", "##") belongs to the block.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    reason: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    cells: tuple[tuple[int, int], ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The physical page on which the character at `offset` stands, or None."""
        number = None
        for start, page in self.pages:
            if start > offset:
                break
            number = page
        return number


@dataclass(frozen=True, slots=True)
class Report:
    """One report as a reader found it: the canonical text, and blocks that cover all of it but white space.

    report_id   path inside the documents folder, with "/".
    text        .txt, .md: the decoded file; otherwise what the reader extracted. `rapporteur show` prints it.
    title_hint  the title its format declares (HTML <title> or og:title, PDF or DOCX properties), else None: a hint, never trusted alone.
    published   ISO date its format declares for the page or file: never the meeting's date.
    """

    report_id: str
    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    title_hint: str | None = None
    published: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical text in UTF-8, as hexadecimal digits."""
        return text_sha256(self.text)

    def page_label(self, number: int | None) -> str | None:
        """The printed label of physical page `number`, or None."""
        return next((page.label for page in self.pages if page.number == number), None)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, without the marker or white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, list item, table row, footnote, caption or heading: all the text that is not furniture.

    headings   the spans of the headings above it, outermost first (the report's own title left out).
    Headings and captions are passages so that no text is lost, but they are not answers: see `is_content`.
    """

    kind: BlockKind
    start: int
    end: int
    paragraph: int
    headings: tuple[tuple[int, int], ...]
    sentences: tuple[Sentence, ...]
    pages: tuple[tuple[int, int], ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    level: int = 0

    @property
    def is_content(self) -> bool:
        """Whether the passage may be found and quoted as an answer."""
        return self.kind not in ("heading", "caption")


Scope = Literal["everyone", "some", "delegation", "person", "government", "impersonal", "unattributed"]
Act = Literal["agreed", "supported", "recommended", "stated", "concerned", "disagreed", "asked", "discussed", "none"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who holds a sentence and how firmly, as `docs/attribution.md` defines the words.

    start, end   the sentence's span.
    who          sorted; countries by English short name.
    antecedent   span of the words that a pronoun holder stands for, or None.
    """

    start: int
    end: int
    scope: Scope = "unattributed"
    who: tuple[str, ...] = ()
    act: Act = "none"
    antecedent: tuple[int, int] | None = None


def text_sha256(text: str) -> str:
    """SHA-256 of `text` in UTF-8 (lone surrogates kept), as hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

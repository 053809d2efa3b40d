"""What is found in a report once it is read: its meeting, its passages, and who holds each sentence.

This runs in the guarded child that read the file (index/readers/guard.py): rules over a stranger's text may be as slow as the text wants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.attribution.wording import Wording
from index.corrections import Corrections, corrected
from index.errors import UnreadableReport
from index.meeting import Meeting, find_meeting
from index.names import Names
from index.passages import build_passages
from index.report import Attribution, Passage, Report
from index.statements import attribute

MOST_PASSAGES = 200_000
"""Passages and sentences, counted together, that one report may have: each is embedded, and an hour is enough for one file."""
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Findings:
    """A report with all that is found in it without a model, and the SHA-256 of its file as it was read."""

    report: Report
    file_sha256: str
    meeting: Meeting
    passages: tuple[Passage, ...]
    attributions: tuple[Attribution, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The names, the wordings and the user's corrections in force."""

    names: Names
    wording: Wording
    corrections: Corrections

    def read(self, report: Report, file_sha256: str) -> Findings:
        """All that is found in a new report. Raises UnreadableReport when it has more passages and sentences than an index can take."""
        found = self.analyse(report, file_sha256)
        if len(found.passages) + len(found.attributions) > MOST_PASSAGES:
            raise UnreadableReport(f"It holds more than {MOST_PASSAGES:,} passages and sentences. Split it.")
        return found

    def analyse(self, report: Report, file_sha256: str) -> Findings:
        """All that is found in a report."""
        report = _storable(report)
        passages = build_passages(report)
        meeting = corrected(_meeting(report, passages, self.names), self.corrections.of(report.report_id, file_sha256), self.names)
        attributions = tuple(attribute(report, passages, self.names, self.wording, meeting.delegations))
        return Findings(report, file_sha256, meeting, passages, attributions)


def _meeting(report: Report, passages: tuple[Passage, ...], names: Names) -> Meeting:
    """The report's meeting; with nothing but a title where our rules break down over a text nobody foresaw.

    Such a fault is ours, and must not cost the reader the report: its sentences can be found and quoted without the meeting's facts.
    """
    try:
        return find_meeting(report, passages, names)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        return Meeting(report.title_hint or report.report_id.rsplit("/", 1)[-1])


def _storable(report: Report) -> Report:
    """The report with each lone half of a surrogate pair, which broken PDFs hold and UTF-8 cannot, replaced: one character for one."""

    def whole(text: str | None) -> str | None:
        return text and _HALF.sub("\N{REPLACEMENT CHARACTER}", text)

    labels = tuple(replace(page, label=whole(page.label)) for page in report.pages)
    return replace(report, text=whole(report.text) or "", title_hint=whole(report.title_hint), pages=labels)

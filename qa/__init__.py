"""After a question: understand, retrieve, cover, answer, verify, compare."""

from qa.answer import ask
from qa.compare import Comparison, compare
from qa.contract import Answer, Citation, Hit, Statement, Verdict
from qa.examples import example_questions
from qa.followups import follow_up_questions
from qa.library import OpenReport, ReportFacts, open_report, reports, show, statements, verify
from qa.retrieve import retrieve

__all__ = [
    "Answer",
    "Citation",
    "Comparison",
    "Hit",
    "OpenReport",
    "ReportFacts",
    "Statement",
    "Verdict",
    "ask",
    "compare",
    "example_questions",
    "follow_up_questions",
    "open_report",
    "reports",
    "retrieve",
    "show",
    "statements",
    "verify",
]

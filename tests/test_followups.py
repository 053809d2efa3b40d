"""Questions to go on with: each is answered, with something that was not shown yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes import SmallLibrary

from qa.answer import ask
from qa.examples import heading_topic
from qa.followups import follow_up_questions
from qa.library import open_snapshot

REPORT = """Harbour Dialogue: Report of the Third Round

The third round of the Harbour Dialogue was held in Riga on 14 May 2019.

Tugboats and pilots

Participants agreed that pilots should be trained together. Latvian participants stressed that tugboats are old. Several participants
disagreed on who should pay for new tugboats. Concerns were raised about the noise of tugboats.

Grain terminals

Participants agreed that grain terminals need a common safety code. Estonian participants proposed a list of dangerous cargo for grain
terminals.
"""


@pytest.fixture
def harbour(small_library: Callable[..., SmallLibrary]) -> SmallLibrary:
    return small_library({"harbour.txt": REPORT})


def test_each_question_to_go_on_with_is_answered_with_more_than_was_shown(harbour: SmallLibrary) -> None:
    asked = "What did participants agree on pilots?"
    first = ask(asked, index=harbour.index)
    assert first.status == "answered"
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": first.text}]
    found = follow_up_questions(first, history=history, index=harbour.index)
    assert found
    shown = {s.quote for s in first.statements}
    for question in found:
        then = ask(question, history=history, index=harbour.index)
        assert then.status == "answered", question
        assert {s.quote for s in then.statements} - shown, question


def test_the_same_section_s_other_acts_and_holders_come_first(harbour: SmallLibrary) -> None:
    found = follow_up_questions(ask("What did participants agree on pilots?", index=harbour.index), index=harbour.index, n=2)
    assert "tugboats and pilots" in found[0]


def test_an_answer_without_statements_leads_nowhere(harbour: SmallLibrary) -> None:
    refused = ask("What was said about walrus quotas?", index=harbour.index)
    assert refused.status == "not_covered"
    assert follow_up_questions(refused, index=harbour.index) == []


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("## 2. The corridor", "the corridor"),
        ("A Shrinking Sea", "a Shrinking Sea"),
        ("Japan", "Japan"),
        ("Tugboats", "tugboats"),
        ("Across the Caspian", ""),
        ("Discussion", ""),
        ("The speaker from Norway", ""),
    ],
)
def test_a_heading_is_a_topic_only_where_one_could_ask_about_it(harbour: SmallLibrary, heading: str, topic: str) -> None:
    with open_snapshot(harbour.index) as snapshot:
        assert heading_topic(snapshot, heading) == topic

"""Asked what one side said of another's view, the sentence that takes it up next answers, whatever words it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import rebuild
from qa import ask

REPORT = """# Humboldt Fisheries Dialogue: Report of the Third Round

The third round of the Humboldt Fisheries Dialogue was held in Arica on 4 and 5 May 2021.

## Incidents at sea

4. Chilean participants stated that patrol vessels observe the collision rules at all times. They rejected the suggestion that water cannon
had been used against crews.

5. Participants from Peru and Ecuador disputed this account. The Norwegian side welcomed the idea of a fund for widows.

## Quotas

6. The Peruvian side proposed in addition a joint laboratory in Callao. Norwegian participants endorsed it, subject to the budget.

7. Chilean participants asked for larger quotas of jack mackerel.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("replies")
    (home / "documents").mkdir()
    (home / "documents" / "humboldt.md").write_text(REPORT, "utf-8")
    rebuild(home / "documents", home / "index")
    return home / "index"


def test_a_side_that_takes_up_what_was_just_told_has_answered(index: Path) -> None:
    answer = ask("what did the Peruvian side say about water cannon?", index=index)
    assert answer.status == "answered"
    assert any("disputed this account" in s.quote for s in answer.statements)


def test_a_side_that_speaks_of_something_new_next_has_not(index: Path) -> None:
    answer = ask("what did Norway say about water cannon?", index=index)
    assert answer.status != "answered"
    assert not any("widows" in s.quote for s in answer.statements)


def test_it_after_what_was_proposed_is_the_proposal(index: Path) -> None:
    history = [
        {"role": "user", "content": "What did the Peruvian side propose besides larger quotas?"},
        {"role": "assistant", "content": '"The Peruvian side proposed in addition a joint laboratory in Callao."'},
    ]
    answer = ask("Who supported it?", history=history, index=index)
    assert answer.status == "answered"
    assert any("Norwegian participants endorsed it" in s.quote for s in answer.statements)

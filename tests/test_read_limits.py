"""The time that a file may take."""

from __future__ import annotations

import pytest

from index.errors import UnreadableReport
from index.readers.limits import Allowance, Limits


def test_time_grows_with_size_up_to_its_limit() -> None:
    limits = Limits()
    assert limits.time(10_000) == 60
    assert 60 < limits.time(5_000_000) < limits.time(10_000_000) < 300
    assert limits.time(50_000_000) == 300


def test_time_grows_with_pages_up_to_its_limit() -> None:
    limits = Limits()
    assert limits.time(1_000, 300) == 120
    assert limits.time(1_000, 5_000) == 300


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    allowance = Allowance()
    allowance.begin(Limits(pages=10), 1_000)
    try:
        allowance.pages(10)
        with pytest.raises(UnreadableReport, match="more than 10 pages"):
            allowance.pages(11)
    finally:
        allowance.end()


def test_outside_of_a_guarded_child_nothing_is_bounded() -> None:
    Allowance().pages(1_000_000)

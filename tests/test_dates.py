from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import find_dates

MONTHS = "January February March April May June July August September October November December".split()


@pytest.mark.parametrize(
    ("text", "words", "first", "last", "precision"),
    [
        ("held on March 15-16, 2017.", "March 15-16, 2017", "2017-03-15", "2017-03-16", "day"),
        ("15–16 March 2017", "15–16 March 2017", "2017-03-15", "2017-03-16", "day"),
        ("from 30 May to 1 June 2019", "30 May to 1 June 2019", "2019-05-30", "2019-06-01", "day"),
        ("30 November and 1 December 2021", "30 November and 1 December 2021", "2021-11-30", "2021-12-01", "day"),
        ("July 3 to July 4, 2019", "July 3 to July 4, 2019", "2019-07-03", "2019-07-04", "day"),
        ("June 8 and 9, 2016", "June 8 and 9, 2016", "2016-06-08", "2016-06-09", "day"),
        ("on the 9th and\n10th of November 2022", "9th and\n10th of November 2022", "2022-11-09", "2022-11-10", "day"),
        ("26 and 27 April 2018", "26 and 27 April 2018", "2018-04-26", "2018-04-27", "day"),
        ("2-4 Sept. 2019", "2-4 Sept. 2019", "2019-09-02", "2019-09-04", "day"),
        ("2017-03-15", "2017-03-15", "2017-03-15", "2017-03-15", "day"),
        ("2017-03-15 to 2017-03-16", "2017-03-15 to 2017-03-16", "2017-03-15", "2017-03-16", "day"),
        ("15.03.2017", "15.03.2017", "2017-03-15", "2017-03-15", "day"),
        ("15.-16.03.2017", "15.-16.03.2017", "2017-03-15", "2017-03-16", "day"),
        ("12./13. September 2016", "12./13. September 2016", "2016-09-12", "2016-09-13", "day"),
        ("15/03/2017", "15/03/2017", "2017-03-15", "2017-03-15", "day"),
        ("03/15/2017", "03/15/2017", "2017-03-15", "2017-03-15", "day"),
        ("03/04/2017", "03/04/2017", "2017-01-01", "2017-12-31", "year"),
        ("Friday, 3 May 2019", "3 May 2019", "2019-05-03", "2019-05-03", "day"),
        ("Monday 3 – Wednesday 5 May 2021", "3 – Wednesday 5 May 2021", "2021-05-03", "2021-05-05", "day"),
        ("28 December – 2 January 2019", "28 December – 2 January 2019", "2018-12-28", "2019-01-02", "day"),
        ("between 15 March and 20 April 2017", "15 March and 20 April 2017", "2017-03-15", "2017-04-20", "day"),
        ("May 3, 4 and 5, 2018", "May 3, 4 and 5, 2018", "2018-05-03", "2018-05-05", "day"),
        ("in march 2018", "march 2018", "2018-03-01", "2018-03-31", "month"),
        ("February 2020", "February 2020", "2020-02-01", "2020-02-29", "month"),
        ("March–April 2018", "March–April 2018", "2018-03-01", "2018-04-30", "month"),
        ("in the spring of 2018", "spring of 2018", "2018-03-01", "2018-05-31", "season"),
        ("winter 2018/19", "winter 2018/19", "2018-12-01", "2019-02-28", "season"),
        ("in the first half of 2024", "first half of 2024", "2024-01-01", "2024-06-30", "season"),
        ("Q3 2021", "Q3 2021", "2021-07-01", "2021-09-30", "season"),
        ("in 2016,", "2016", "2016-01-01", "2016-12-31", "year"),
        ("mid-2019", "2019", "2019-01-01", "2019-12-31", "year"),
        ("2018–20", "2018–20", "2018-01-01", "2020-12-31", "year"),
    ],
)
def test_every_form_is_found_with_its_words_and_days(text: str, words: str, first: str, last: str, precision: str) -> None:
    (span,) = find_dates(text)
    assert (text[span.start : span.end], str(span.first), str(span.last), span.precision) == (words, first, last, precision)


@pytest.mark.parametrize(
    "text",
    [
        "Resolution 1929",
        "UNSCR 2087",
        "2016 warheads",
        "Working Paper No. 2014",
        "the 1990s",
        "$2000",
        "3 to 5 May",
        "May 3-5",
        "1.5 Track",
        "Policy Brief 14/2022",
        "pp. 2010",
        "1,987 people",
    ],
)
def test_numbers_that_are_no_years_and_days_without_a_year_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_days_joined_by_and_that_lie_far_apart_are_two_dates() -> None:
    text = "on 8 and 20 June 2016"
    assert [(text[s.start : s.end], s.first.day) for s in find_dates(text)] == [("8", 8), ("20 June 2016", 20)]
    text = "15 March and 20 April 2017"
    assert [text[s.start : s.end] for s in find_dates(text)] == ["15 March", "20 April 2017"]


def test_an_impossible_day_leaves_only_its_month() -> None:
    (span,) = find_dates("31 June 2016")
    assert (span.precision, span.first, span.last) == ("month", date(2016, 6, 1), date(2016, 6, 30))


def test_a_day_without_year_takes_the_year_that_the_caller_knows() -> None:
    (span,) = find_dates("From 3 to 5 May, the forum", year=2018)
    assert (span.first, span.last) == (date(2018, 5, 3), date(2018, 5, 5))


def test_only_the_given_stretch_is_searched_and_offsets_stay_those_of_the_text() -> None:
    text = "in 2015 and on 3 May 2016 and in 2017"
    (span,) = find_dates(text, 8, 26)
    assert text[span.start : span.end] == "3 May 2016"


DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@given(
    DAYS,
    st.sampled_from(
        [
            "{d} {m} {y}",
            "{m} {d}, {y}",
            "the {d} of {m} {y}",
            "{m} {d} {y}",
            "{y}-{n:02}-{d:02}",
            "{d:02}.{n:02}.{y}",
            "{d} {a} {y}",
            "{a}. {d}, {y}",
        ]
    ),
)
def test_a_formatted_day_is_read_back(day: date, form: str) -> None:
    month = MONTHS[day.month - 1]
    text = "It met on " + form.format(d=day.day, m=month, a=month[:3], n=day.month, y=day.year) + " in Oslo."
    (span,) = find_dates(text)
    assert (span.first, span.last, span.precision) == (day, day, "day")


@given(
    DAYS, st.integers(1, 6), st.sampled_from(["{d1} {m1} to {d2} {m2} {y}", "{m1} {d1} – {m2} {d2}, {y}", "{d1} {m1} and {d2} {m2} {y}"])
)
def test_formatted_ranges_are_read_back(first: date, more: int, form: str) -> None:
    last = first + timedelta(days=more)
    text = form.format(d1=first.day, m1=MONTHS[first.month - 1], d2=last.day, m2=MONTHS[last.month - 1], y=last.year)
    (span,) = find_dates(text)
    assert (span.first, span.last) == (first, last)


@given(
    st.lists(
        st.sampled_from(
            [
                *MONTHS[:4],
                "3",
                "15",
                "31",
                "2017",
                "2018-03",
                "-",
                "–",
                " ",
                " ",
                ",",
                "and",
                "to",
                "of",
                "th",
                "Q1",
                ".",
                "/",
                "\n",
                "spring",
                "May.",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_spans_lie_inside_the_text_in_order_and_apart(text: str) -> None:
    spans = find_dates(text)
    assert all(0 <= s.start < s.end <= len(text) and s.first <= s.last for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))

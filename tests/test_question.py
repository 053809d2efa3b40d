"""Questions in formal, short and sloppy wording, taken apart into what they ask."""

from __future__ import annotations

from functools import cache

import pytest

from index.names import Names, load_names
from index.report import Act
from index.terms import stems
from qa.question import Question, understand


@cache
def names() -> Names:
    return load_names()


def read(text: str) -> Question:
    return understand(text, names())


def bug(*values: object, reason: str) -> object:
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=reason))


ACTS: list[object] = [
    ("What did the participants agree on regarding fisheries?", "agreed", "fisheries"),
    ("what was agreed about landing quotas", "agreed", "landing quotas"),
    ("any consensus on drones?", "agreed", "drones"),
    ("common ground on visas?", "agreed", "visas"),
    ("What did they pledge on methane", "agreed", "methane"),
    ("conclusions on rail freight", "agreed", "rail freight"),
    ("what was unanimous on the wetlands", "agreed", "wetlands"),
    ("What could they not agree on about tariffs?", "disagreed", "tariffs"),
    ("they failed to agree on a secretariat", "disagreed", "secretariat"),
    ("was there no agreement on royalties", "disagreed", "royalties"),
    ("who disagreed on sanctions", "disagreed", "sanctions"),
    ("where did views differ on grain", "disagreed", "grain"),
    ("what are the objections to the pipeline", "disagreed", "pipeline"),
    ("which delegations rejected the draft code?", "disagreed", "draft code"),
    ("What did they recommend on glaciers?", "recommended", "glaciers"),
    ("any recommendations about textbooks", "recommended", "textbooks"),
    ("what was proposed for flood warnings", "recommended", "flood warnings"),
    ("suggestions for young diplomats?", "recommended", "young diplomats"),
    ("next steps on hydropower", "recommended", "hydropower"),
    ("ideas on trade corridors", "recommended", "trade corridors"),
    ("who supported the icebreaker calendar", "supported", "icebreaker calendar"),
    ("who is in favour of a pause", "supported", "pause"),
    ("what worries were there about seals", "concerned", "seals"),
    ("who warned about locusts", "concerned", "locusts"),
    ("fears about tourism", "concerned", "tourism"),
    ("open questions on financing", "asked", "financing"),
    ("which issues were left open on recycling", "asked", "recycling"),
    ("what did they discuss on Afghanistan", "discussed", "Afghanistan"),
    ("mesh sizes", None, "mesh sizes"),
    ("Dokdo", None, "Dokdo"),
    ("what did they say about the arms race?", None, "arms race"),
    ("was anyone against the wetlands plan", "disagreed", "wetlands plan"),
    ("wat did participants agre on fishing", "agreed", "fishing"),
    ("pls tell me the consensus on tuna??", "agreed", "tuna"),
    ("what did they say on climate change", None, "climate change"),
    ("who opposed the ceasefire line", "disagreed", "ceasefire line"),
    ("thai view on decision aids", None, "decision aids"),
    ("what did they say about the committee", None, "committee"),
    ("which decisions were taken on tuna", "agreed", "taken tuna"),
]


@pytest.mark.parametrize(("text", "act", "topic"), ACTS)
def test_the_act_asked_for_is_known_and_is_no_topic(text: str, act: Act | None, topic: str) -> None:
    question = read(text)
    assert question.act == act
    assert set(question.terms) == set(stems(topic))


@pytest.mark.parametrize("text", ["what was agreed on tuna", "what did they recommend on tuna", "any proposals for tuna?"])
def test_an_agreement_or_recommendation_must_be_there_for_an_answer(text: str) -> None:
    assert read(text).firm


@pytest.mark.parametrize("text", ["who worried about tuna", "who opposed tuna farms", "tuna", "what should happen to tuna"])
def test_looser_acts_only_come_first(text: str) -> None:
    assert not read(text).firm


HOLDERS: list[object] = [
    ("what did the Japanese side say about abductions?", {"Japan"}, "abductions"),
    ("what is India's view on hydropower", {"India"}, "hydropower"),
    ("Norwegian speaker on a moratorium", {"Norway"}, "moratorium"),
    ("Norway on cobalt", {"Norway"}, "cobalt"),
    ("Koreans on krill", {"South Korea"}, "krill"),
    ("Turkey's position on the straits", {"Turkey"}, "straits"),
    ("how do Moroccans see Western Sahara", {"Morocco"}, "Western Sahara"),
    ("position of Sweden on pilots", {"Sweden"}, "pilots"),
    ("what did the ROK participants note about reunions", {"South Korea"}, "reunions"),
    ("Ghana and Nigeria's stance on piracy", {"Ghana", "Nigeria"}, "piracy"),
    ("the Chinese on the Tumen River", {"China"}, "Tumen River"),
    ("what did the U.S. delegation think of the arms race", {"United States"}, "arms race"),
    ("what did Americans think about tariffs", {"United States"}, "tariffs"),
    ("what did the british say on fishing", {"United Kingdom"}, "fishing"),
    ("What was Poland's reaction to the sanctions?", {"Poland"}, "sanctions"),
    ("how did the French react to Brexit", {"France"}, "Brexit"),
    ("what did the UAE propose on AI", {"United Arab Emirates"}, "AI"),
    ("does Germany support hydrogen?", {"Germany"}, "hydrogen"),
    ("have Japan and Russia agreed on joint patrols?", {"Japan", "Russia"}, "joint patrols"),
    ("which concerns did Polish participants have about mines?", {"Poland"}, "mines"),
    ("what did participants say about visas?", set(), "visas"),
    ("what did us participants say on arms control", {"United States"}, "arms control"),
    ("us members view on arms control", {"United States"}, "arms control"),
    ("what did the kenyan officers say on arms control", {"Kenya"}, "arms control"),
    ("Japanese view of Russian gas", {"Japan"}, "Russian gas"),
    *(
        (f"what did {country} {verb} {rest}", {name}, rest.split()[-1])
        for country, verb, rest, name in (
            ("the Swiss", "urge", "on medicines", "Switzerland"),
            ("Poland", "stress", "about mines", "Poland"),
            ("Sweden", "point out", "on tankers", "Sweden"),
            ("Turkey", "insist on", "regarding Montreux", "Turkey"),
            ("Nepal", "criticise", "on dams", "Nepal"),
            ("Morocco", "welcome", "on octopus", "Morocco"),
            ("India", "refuse", "on electricity", "India"),
            ("Belgium", "mention", "about nodules", "Belgium"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "holders", "topic"), HOLDERS)
def test_the_delegation_asked_for_is_known_and_is_no_topic(text: str, holders: set[str], topic: str) -> None:
    question = read(text)
    assert set(question.holders) == holders
    assert set(question.terms) == set(stems(topic))


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("tell me about Russia", "Russia"),
        ("North Korea's missiles", "North Korea"),
        ("what did they say about Norway's fishing fleet", "Norway"),
        ("what did participants say about Russian gas", "Russia"),
        ("what did Japanese participants say about Russian gas", "Russia"),
        bug("relations of the US-China kind", "China", reason="of names joined by a hyphen only the first is seen"),
    ],
)
def test_a_country_that_is_spoken_about_is_topic_and_no_holder(text: str, country: str) -> None:
    question = read(text)
    assert country in question.names
    assert country not in question.holders


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("sanctions in 2019", (2019,)),
        ("what was agreed on salmon in April 2018", (2018,)),
        ("what was said about grain between 2019 and 2022", (2019, 2020, 2021, 2022)),
        ("from 2016 to 2018 what did they say on arms control", (2016, 2017, 2018)),
        ("2019-2022 grain", (2019, 2020, 2021, 2022)),
        ("compare 2019 and 2022 on corridors", (2019, 2022)),
        ("fish", ()),
        ("grain 2019/2020", (2019, 2020)),
    ],
)
def test_years_are_a_slot_and_a_range_holds_all_of_its_years(text: str, years: tuple[int, ...]) -> None:
    question = read(text)
    assert question.years == years
    assert not any(term.isdigit() for term in question.terms)


def test_since_a_year_means_that_year_and_later() -> None:
    assert {2020, 2021, 2024} <= set(read("visas since 2020").years)


@pytest.mark.parametrize(
    ("text", "rounds"),
    [
        ("what was discussed in the third round", (3,)),
        ("second meeting on krill", (2,)),
        ("what did round 4 say about hydrogen", (4,)),
        ("10th round, deep sea cables", (10,)),
        ("inaugural session on culture", (1,)),
        ("2nd round sanctions", (2,)),
        ("first strike doctrine", ()),
        ("Third World debt", ()),
        ("the Second World War in textbooks", ()),
        ("what was said on the second day of the meeting", ()),
    ],
)  # fmt: skip
def test_rounds_are_a_slot_but_not_every_ordinal_is_a_round(text: str, rounds: tuple[int, ...]) -> None:
    assert read(text).rounds == rounds


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("when was the seminar in Gdynia?", "when"),
        ("when did they meet", "when"),
        ("date of the Riga workshop", "when"),
        ("where was the third dialogue held?", "where"),
        ("which city hosted the forum", "where"),
        ("where will the next round take place", "where"),
        ("who organised the conference", "organisers"),
        ("who hosted it", "organisers"),
        ("which institutes were behind the dialogue", "organisers"),
        ("which countries were represented", "delegations"),
        ("how many people took part", "delegations"),
        ("who attended", "delegations"),
        ("when does the treaty expire", "topic"),
        ("where should rescued people be landed", "topic"),
        ("who opened the meeting", "officers"),
        ("what was agreed at the meeting on dates for elections", "topic"),
        ("on what dates was the second round held", "when"),
    ],
)
def test_questions_about_the_meeting_itself_are_told_from_questions_on_a_topic(text: str, about: str) -> None:
    assert read(text).about == about


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("did they agree on a hotline", True),
        ("was there consensus on ice monitoring", True),
        ("so, have Japan and Russia agreed on patrols?", True),
        ("what did they agree on", False),
        ("consensus on ice", False),
    ],
)
def test_yes_no_questions_are_told_from_others(text: str, expected: bool) -> None:
    assert read(text).yes_no is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what did everybody agree on about nuclear waste", True),
        ("Did all delegations agree to the moratorium?", True),
        ("what did they all think of wetlands", True),
        ("did most participants agree on wetlands", False),
        ("what was agreed on all-weather roads", False),
    ],
)
def test_asking_for_all_of_them_is_told_from_asking_for_some(text: str, expected: bool) -> None:
    assert read(text).everyone is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how did views on water levels change over the rounds?", True),
        ("publishing data: Kanazawa vs Dresden", True),
        ("what happened to the secretariat", True),
        ("evolution of the German view on hydrogen across the rounds", True),
        ("compare the rounds on corridors", True),
        ("what was agreed on corridors", False),
        ("what was agreed on climate change", False),
        ("debt of developing countries", False),
        ("how many tonnes of grain were moved", False),
    ],
)
def test_asking_for_a_comparison_is_known(text: str, expected: bool) -> None:
    assert read(text).compare is expected


def test_backing_a_proposal_is_support_and_no_recommendation() -> None:
    assert read("did India back the proposal").act == "supported"


def test_words_that_name_a_meeting_are_no_topic() -> None:
    text = "what was said on krill in Riga"
    assert set(understand(text, names(), [(text.index("Riga"), len(text))]).terms) == set(stems("krill"))


@pytest.mark.parametrize("text", ["", "?!", "\u200b", "of the", "🐟🐟", "a" * 2_000, "((((", "Does\x00this"])
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize("noun", ["doubts", "worries", "fears", "criticism", "reservations", "suggestions", "concern"])
def test_what_a_side_doubts_or_suggests_is_held_by_it(noun: str) -> None:
    asked = understand(f"japanese {noun} about the price of hydrogen", names())
    assert asked.holders == ("Japan",)
    assert asked.terms == tuple(stems("price hydrogen"))


@pytest.mark.parametrize(
    ("text", "rounds"),
    [
        ("how did the view change between the third and fourth round", (3, 4)),
        ("what changed from the third to the fourth round", (3, 4)),
        ("where was the eighteenth meeting held", (18,)),
        ("what was agreed in the twenty-first round", (21,)),
    ],
)
def test_every_round_that_is_named_is_meant(text: str, rounds: tuple[int, ...]) -> None:
    assert read(text).rounds == rounds


def test_what_was_said_in_two_rounds_is_compared() -> None:
    assert read("what did they say on krill in the two rounds").compare

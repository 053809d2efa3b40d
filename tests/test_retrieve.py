"""Retrieval: scores that can be worked out by hand, a stable order, and nothing but the report's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

import qa
from index.errors import BadQuestion, IndexUnusable
from qa.retrieve import LONGEST_QUESTION
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, WordHash

Make = Callable[..., SmallLibrary]


def found(library: SmallLibrary, question: str, k: int = 10, **filters: Any) -> list[tuple[str, str]]:
    return [(h.citation.report, h.text) for h in qa.retrieve(question, k, index=library.index, **filters)]


def test_the_fake_model_is_what_it_says() -> None:
    one, other, same, none = WordHash().embed(["fish and ice", "fish or tea now", "ICE, fish and ice", "..."])
    assert one @ other == pytest.approx(1 / (3 * 4) ** 0.5)
    assert one @ same == pytest.approx(1.0)
    assert (none == 0).all()


def test_the_passage_that_shares_most_words_comes_first(small_library: Make) -> None:
    library = small_library({"a.txt": "Tea was drunk.\n\nFish quotas were cut.\n\nFish was eaten."})
    hits = qa.retrieve("fish quotas", index=library.index)
    assert [h.text for h in hits] == ["Fish quotas were cut.", "Fish was eaten.", "Tea was drunk."]
    assert [h.rank for h in hits] == [1, 2, 3]
    # Two of four words, and one of three: the cosines. "Fish", in most passages, tells next to nothing as a word.
    best, other = 1.3 + 2 * 2 / (2 * 4) ** 0.5, 2 * 1 / (2 * 3) ** 0.5
    told = 0.3 * (best + other) / 3
    assert hits[0].score == pytest.approx(best + 0.15 * other + told, abs=1e-3)
    assert hits[1].score == pytest.approx(other + 0.15 * best + told, abs=1e-3)
    assert hits[2].score == pytest.approx(0.15 * best + told, abs=1e-3)


def test_a_question_is_found_by_its_best_sentence_in_a_long_paragraph(small_library: Make) -> None:
    filler = " ".join(f"Speaker {n} described weather at buoy {n}." for n in range(40))
    library = small_library({"a.txt": f"Coral maps were shown.\n\n{filler} Coral nurseries failed."})
    assert found(library, "Coral nurseries failed", 1)[0][1].endswith("Coral nurseries failed.")


def test_headings_count_for_the_passages_under_them(small_library: Make) -> None:
    library = small_library({"a.md": "# Report\n\n## Fisheries\n\nQuotas were cut.\n\n## Space\n\nRockets were launched.\n"})
    assert [text for _, text in found(library, "fisheries")] == ["Quotas were cut.", "Rockets were launched."]


def test_headings_captions_and_furniture_are_never_hits(small_library: Make) -> None:
    page = (
        "<html><body><nav><a href='/'>Login here</a></nav><article><h1>Walrus talks</h1><figure><img src='x'><figcaption>The walrus hall"
        "</figcaption></figure><p>Participants agreed on walrus quotas for the whole of the coming season.</p>"
        "<p>Several participants questioned the walrus count that the institute had published.</p></article></body></html>"
    )
    library = small_library({"a.html": page})
    texts = [text for _, text in found(library, "walrus login hall talks")]
    assert sorted(texts) == [
        "Participants agreed on walrus quotas for the whole of the coming season.",
        "Several participants questioned the walrus count that the institute had published.",
    ]


def test_ties_are_ordered_by_report_and_place_whatever_came_first(small_library: Make) -> None:
    same = "Fish quotas were cut.\n\nTea was drunk.\n\nFish quotas were cut."
    library = small_library({"b.txt": same})
    library.write({"a.txt": f"Title\n\n{same}", "c.txt": f"{same}\n\nMore tea."})
    library.rebuild()
    hits = qa.retrieve("fish quotas", 6, index=library.index)
    places = [(h.citation.report, h.citation.start) for h in hits]
    assert len({h.score for h in hits}) == 1
    assert places == sorted(places)


def test_more_ties_than_candidates_are_ordered_the_same_way(small_library: Make) -> None:
    # Each a file of its own content, of words that no question has.
    library = small_library({f"z{n}.txt": f"Fish quotas were cut.\n\n- {n}" for n in range(150)})
    library.write({"a.txt": "Fish quotas were cut.\n\n- 150"})
    library.rebuild()
    assert found(library, "fish quotas", 1)[0][0] == "a.txt"


def test_words_count_for_a_passage_that_only_its_meaning_brought_among_the_candidates(small_library: Make) -> None:
    # Short passages have the word better than the long one, whose last sentence is nearest by meaning.
    short = [f"Quotas of item{n} rose over winter here.\n\nTea rose.\n\nTea fell." for n in range(120)]
    long = " ".join(f"Speaker{n} described buoy{n}." for n in range(60)) + " Quotas."
    library = small_library({"a.txt": "\n\n".join(["Quotas, quotas, quotas.", "Tea fell.", *short, long])})

    def score() -> float:
        return next(h.score for h in qa.retrieve("quotas", 100, index=library.index) if h.text == long)

    with patch("qa.retrieve._SCORED", 100):
        without = score()
    assert score() > without + 0.01


def test_words_that_many_passages_share_give_way_to_meaning(small_library: Make) -> None:
    everyday = {f"{n:02}.txt": f"Quotas for item{n} were named." for n in range(40)}
    library = small_library({**everyday, "z.txt": "Coral and quotas."})
    hits = qa.retrieve("quotas", 50, index=library.index)
    # All have the word about equally often, so none stands out by it: the short one is nearest by meaning.
    assert hits[0].citation.report == "z.txt"
    assert hits[0].score < 2 + 0.3
    assert qa.retrieve("coral", 1, index=library.index)[0].score > 1.3 + 2 / 3**0.5


def test_what_stands_beside_a_good_passage_comes_before_what_stands_alone(small_library: Make) -> None:
    library = small_library({"a.txt": "Tea was drunk.", "b.txt": "Coral nurseries failed.\n\nTime was short.", "c.txt": "Ice was thin."})
    assert [text for _, text in found(library, "coral nurseries", 2)] == ["Coral nurseries failed.", "Time was short."]


def test_k_is_a_limit_and_fewer_are_given_where_there_are_fewer(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF})
    assert [len(found(library, "participants", k)) for k in (1, 3, 1000)] == [1, 3, 5]
    with pytest.raises(BadQuestion, match="0: ask for at least one passage"):
        found(library, "participants", 0)


def test_the_first_hits_do_not_change_with_k(small_library: Make) -> None:
    library = small_library({"a.txt": BALTIC, "b.txt": REEF, "c.txt": WALRUS})
    assert found(library, "participants agreed", 2) == found(library, "participants agreed", 500)[:2]


def test_a_hit_cites_its_place_with_the_facts_of_its_meeting(small_library: Make) -> None:
    library = small_library({"b.txt": REEF})
    (hit,) = qa.retrieve("coral nurseries", 1, index=library.index)
    c = hit.citation
    assert (c.report, c.title, c.series, c.round, c.date, c.place) == (
        *("b.txt", "The First Round of the Reef Dialogue", "Reef Dialogue"),
        *(1, "2020-03-03", "Suva"),
    )
    assert REEF[c.start : c.end] == hit.text
    assert c.paragraph == 2


@pytest.mark.parametrize("question", ["", "   ", "?!... --", "\n\t", "¿", "🐋"])
def test_a_question_without_a_word_is_refused_with_an_example(small_library: Make, question: str) -> None:
    library = small_library({"b.txt": REEF})
    for asking in (qa.retrieve, qa.ask):
        with pytest.raises(BadQuestion, match=r"^The question is empty\. Type what you want to know"):
            asking(question, index=library.index)  # type: ignore[operator]


def test_a_question_as_long_as_a_page_is_refused_and_the_longest_allowed_is_not(small_library: Make) -> None:
    library = small_library({"b.txt": REEF})
    long = ("coral nurseries " * 1000)[:10_000]
    for asking in (qa.retrieve, qa.ask):
        with pytest.raises(BadQuestion, match=r"The question has 10,000 characters; at most 2,000 are read. Ask in a sentence or two."):
            asking(long, index=library.index)  # type: ignore[operator]
        asking(long[:LONGEST_QUESTION], index=library.index)  # type: ignore[operator]


def test_half_a_letter_in_a_question_is_refused(small_library: Make) -> None:
    library = small_library({"b.txt": REEF})
    for asking in (qa.retrieve, qa.ask):
        with pytest.raises(BadQuestion, match="damaged character"):
            asking("coral \ud800 nurseries", index=library.index)  # type: ignore[operator]


@pytest.mark.parametrize(
    "question",
    ['coral "nurseries', "coral AND NOT (nurseries", "coral*", "body:coral", "NEAR(coral nurseries)", "coral\0 ^nurseries", "'; --"],
)
def test_the_words_of_a_question_are_never_commands(small_library: Make, question: str) -> None:
    library = small_library({"b.txt": REEF, "a.txt": WALRUS})
    if "coral" in question:
        assert found(library, question)[0][0] == "b.txt"
    else:
        with pytest.raises(BadQuestion):
            found(library, question)


def test_a_question_of_empty_words_finds_by_meaning_alone(small_library: Make) -> None:
    library = small_library({"a.txt": "What they will do about it is theirs."})
    assert found(library, "what will they do about it") == [("a.txt", "What they will do about it is theirs.")]


def test_a_missing_index_says_how_to_make_one(tmp_path: Any) -> None:
    with pytest.raises(IndexUnusable, match=r"there is no index yet. Make it with: rapporteur index"):
        qa.retrieve("fish", index=tmp_path / "none")

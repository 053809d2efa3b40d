"""What other programs may ask: the schemas say what is taken and given, and hold for whatever the functions give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import qa
from index.errors import BadQuestion, RapporteurError
from qa.contract import Answer, ModelBrief, ModelSentence
from qa.operations import OPERATIONS
from qa.schema import schema_of
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "ask": [{"question": "What did participants agree on the hotline?"}, {"question": "hotline", "act": "asked"}, {"question": "Mars"}],
    "retrieve": [{"question": "coral", "k": 3.0}, {"question": "coral", "series": "none"}],
    "compare": [{"topic": "coral nurseries"}, {"topic": "hotline", "series": "none"}],
    "reports": [{}, {"unused": None}],
    "show": [{"report": "baltic.txt"}, {"report": "baltic.txt", "start": 10, "end": 3}],
    "verify": [],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """A library of three reports, not to be changed."""
    library = SmallLibrary(tmp_path_factory.mktemp("operations"))
    library.write({"baltic.txt": BALTIC, "sub/reef.txt": REEF, "walrus.txt": WALRUS})
    with word_hashes():
        library.rebuild()
        yield library


def strict(schema: Any) -> Any:
    """The schema without leave for properties that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and schema.get("type") == "object" else {}
    return {name: strict(part) for name, part in schema.items()} | closed


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_given_is_what_the_schema_says_and_nothing_else(small: SmallLibrary, name: str) -> None:
    operation = OPERATIONS[name]
    statement = qa.statements(index=small.index)[0].to_dict()
    for arguments in ARGUMENTS[name] or [{"statement": statement}]:
        Draft202012Validator(strict(dict(operation.gives))).validate(operation.run(arguments, small.index))


def test_an_answer_that_a_model_wrote_for_fits_the_schema_too() -> None:
    brief = ModelBrief("m", "written", (ModelSentence("It was said.", ("[1]",)),), {"promoted": 1})
    answer = Answer("q", "q", "not_covered", "", (), (), "topic", {}, brief)
    Draft202012Validator(strict(schema_of(Answer))).validate(answer.to_dict())


def test_the_schema_of_an_answer_names_its_fields_and_words() -> None:
    schema = schema_of(Answer)
    assert list(schema["properties"]) == [field.name for field in fields(Answer)]
    assert schema["required"] == [name for name in schema["properties"] if name != "model"]
    assert schema["properties"]["status"]["enum"] == ["answered", "partial", "not_covered"]
    assert schema["properties"]["missing"] == {"type": ["string", "null"], "enum": ["topic", "act", "holder", "time", None]}


def test_a_type_outside_the_contract_has_no_schema() -> None:
    @dataclass
    class Odd:
        either: Literal["a"]
        when: complex

    with pytest.raises(TypeError, match="complex"):
        schema_of(Odd)


texts = st.text(st.characters(), max_size=9)  # half surrogate pairs among them: JSON can write them down
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_given_is_refused_in_a_sentence_or_gives_what_the_schema_says(small: SmallLibrary, data: st.DataObject) -> None:
    operation = OPERATIONS[data.draw(st.sampled_from(sorted(OPERATIONS)))]
    names = st.sampled_from([*operation.takes, "other"])
    arguments = data.draw(st.dictionaries(names, anything, max_size=4) | anything)
    with suppress(RapporteurError):
        result = operation.run(arguments, small.index)
        Draft202012Validator(dict(operation.gives)).validate(result)
        json.dumps(result, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {"question": "coral", "reports": ["\ud800"]}),
        ("compare", {"topic": "coral", "series": "a\udfff"}),
        ("show", {"report": "\ud800"}),
        ("show", {"\ud800": 1}),
        ("verify", {"statement": {"citation": {"report": "\ud800"}}}),
    ],
)
def test_half_a_surrogate_pair_is_refused_in_a_sentence_that_can_be_sent(
    small: SmallLibrary, name: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(BadQuestion, match=f"{name}: the arguments hold a damaged character") as refused:
        OPERATIONS[name].run(arguments, small.index)
    assert str(refused.value).encode()

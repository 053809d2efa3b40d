"""The retrievers for LangChain and LlamaIndex, under the real packages: what they give is what `retrieve` gives."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

import qa
import qa.langchain
import qa.llamaindex
from index.errors import BadQuestion, ExtraMissing, IndexUnusable
from tests.fakes import BALTIC, REEF, WALRUS, SmallLibrary, word_hashes

BOTH = pytest.mark.parametrize("module", [qa.langchain, qa.llamaindex], ids=["langchain", "llamaindex"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """A library of three reports, not to be changed."""
    library = SmallLibrary(tmp_path_factory.mktemp("retrievers"))
    library.write({"baltic.txt": BALTIC, "sub/reef.txt": REEF, "walrus.txt": WALRUS})
    with word_hashes():
        library.rebuild()
        yield library


def asking(retriever: object, question: str) -> Callable[[], object]:
    return lambda: (retriever.invoke if hasattr(retriever, "invoke") else retriever.retrieve)(question)  # type: ignore[attr-defined]


def test_langchain_documents_are_the_passages_with_their_citations(small: SmallLibrary) -> None:
    found = qa.langchain.make_retriever(small.index, k=3).invoke("coral nurseries")
    hits = [hit.to_dict() for hit in qa.retrieve("coral nurseries", 3, index=small.index)]
    assert [document.page_content for document in found] == [hit["text"] for hit in hits]
    assert [document.metadata for document in found] == [hit["citation"] | {"rank": hit["rank"], "score": hit["score"]} for hit in hits]
    first = found[0]
    report, start, end = first.metadata["report"], first.metadata["start"], first.metadata["end"]
    assert qa.show(report, index=small.index)[start:end] == first.page_content
    assert first.id == f"{report}#{start}-{end}"


def test_langchain_chains_it_and_awaits_it(small: SmallLibrary) -> None:
    retriever = qa.langchain.make_retriever(small.index, k=1)
    chain = retriever | (lambda documents: documents[0].metadata["title"])
    assert chain.invoke("coral nurseries") == "The First Round of the Reef Dialogue"
    assert asyncio.run(chain.ainvoke("walrus quotas")) == "Walrus Forum: Summary of Discussions"


def test_llamaindex_nodes_are_the_passages_with_their_citations(small: SmallLibrary) -> None:
    found = qa.llamaindex.make_retriever(small.index, k=3).retrieve("coral nurseries")
    hits = [hit.to_dict() for hit in qa.retrieve("coral nurseries", 3, index=small.index)]
    assert [(node.text, node.score) for node in found] == [(hit["text"], hit["score"]) for hit in hits]
    assert [node.metadata for node in found] == [hit["citation"] | {"rank": hit["rank"]} for hit in hits]
    first = found[0].node
    text = qa.show(first.metadata["report"], index=small.index)
    assert text[first.start_char_idx : first.end_char_idx] == first.text


def test_a_language_model_reads_the_meeting_of_a_node_and_none_of_its_numbers(small: SmallLibrary) -> None:
    from llama_index.core.schema import MetadataMode

    (node,) = qa.llamaindex.make_retriever(small.index, k=1).retrieve("coral nurseries")
    read = node.node.get_content(MetadataMode.LLM)
    assert "The First Round of the Reef Dialogue" in read
    assert node.metadata["sha256"] not in read


@BOTH
def test_filters_narrow_what_is_found(small: SmallLibrary, module: ModuleType) -> None:
    retriever = module.make_retriever(small.index, k=9, series="Reef Dialogue")
    assert {found.metadata["report"] for found in asking(retriever, "participants")()} == {"sub/reef.txt"}


@BOTH
def test_a_mistake_keeps_its_sentence(small: SmallLibrary, module: ModuleType, tmp_path: object) -> None:
    with pytest.raises(BadQuestion, match="The question is empty"):
        asking(module.make_retriever(small.index), "?!")()
    with pytest.raises(IndexUnusable, match="rapporteur index"):
        asking(module.make_retriever(f"{tmp_path}/none"), "coral")()


@BOTH
def test_a_missing_package_is_named_with_what_to_install(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    name = module.__name__.removeprefix("qa.")
    for package in ("langchain_core.documents", "llama_index.core.retrievers"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExtraMissing, match=rf"pip install 'rapporteur\[{name}\]'"):
        module.make_retriever()

"""A LlamaIndex retriever over the library: pip install 'rapporteur[llamaindex]'.

It gives passages. Who held what, and how firmly, is what `qa.ask` gives; an engine that quotes should ask that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.errors import ExtraMissing
from qa.contract import Hit
from qa.retrieve import retrieve

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

_FOR_PROGRAMS: Final = ["report", "start", "end", "sha256", "rank"]  # of the citation: a language model has no use for these


def make_retriever(index: str | Path = ".index", *, k: int = 5, **filters: Any) -> BaseRetriever:
    """A retriever of the `k` best passages; `filters` are those of `qa.retrieve`. Each node has its citation, rank and score.

    Raises ExtraMissing without LlamaIndex; asking raises what `qa.retrieve` raises.
    """
    try:
        from llama_index.core.retrievers import BaseRetriever
        from llama_index.core.schema import NodeWithScore, TextNode
    except ModuleNotFoundError as error:
        raise ExtraMissing("LlamaIndex is not installed. Install it: pip install 'rapporteur[llamaindex]'") from error

    class PassageRetriever(BaseRetriever):
        """Passages of one library."""

        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            hits = retrieve(query_bundle.query_str, k, index=index, **filters)
            return [NodeWithScore(node=_node(hit, TextNode), score=hit.score) for hit in hits]

    return PassageRetriever()


def _node(hit: Hit, node: type[TextNode]) -> TextNode:
    c = hit.to_dict()["citation"]
    return node(
        id_=f"{c['report']}#{c['start']}-{c['end']}",
        text=hit.text,
        metadata={**c, "rank": hit.rank},
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
        excluded_embed_metadata_keys=_FOR_PROGRAMS,
        start_char_idx=c["start"],
        end_char_idx=c["end"],
    )

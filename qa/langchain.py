"""A LangChain retriever over the library: pip install 'rapporteur[langchain]'.

It gives passages. Who held what, and how firmly, is what `qa.ask` gives; a chain that quotes should ask that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ExtraMissing
from qa.retrieve import retrieve

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever


def make_retriever(index: str | Path = ".index", *, k: int = 5, **filters: Any) -> BaseRetriever:
    """A retriever of the `k` best passages; `filters` are those of `qa.retrieve`. Each document has its citation, rank and score.

    Raises ExtraMissing without LangChain; asking raises what `qa.retrieve` raises.
    """
    try:
        from langchain_core.documents import Document
        from langchain_core.retrievers import BaseRetriever
    except ModuleNotFoundError as error:
        raise ExtraMissing("LangChain is not installed. Install it: pip install 'rapporteur[langchain]'") from error

    class PassageRetriever(BaseRetriever):
        """Passages of one library."""

        def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
            hits = [hit.to_dict() for hit in retrieve(query, k, index=index, **filters)]
            return [
                Document(
                    id="{report}#{start}-{end}".format(**hit["citation"]),
                    page_content=hit["text"],
                    metadata={**hit["citation"], "rank": hit["rank"], "score": hit["score"]},
                )
                for hit in hits
            ]

    return PassageRetriever()

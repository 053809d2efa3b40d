"""The hybrid search of txtai or LlamaIndex over given passages and vectors; run by `benchmarks/quality.py` in the peers' environment.

python quality_peer.py ENGINE TASK.json    writes TASK.found: for each query the places of the passages, best first
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

DEPTH = 100


def txtai(task: dict[str, Any], vectors: np.ndarray) -> list[list[int]]:
    """`hybrid=True`: BM25 and dense, normalised and weighted alike, as txtai does by default."""
    from txtai import Embeddings

    made = Embeddings(path=task["model"], hybrid=True)
    made.model = made.loadvectors()
    encode, place = made.model.encode, {text: n for n, text in enumerate(task["texts"])}

    def known(texts: list[str], category: str | None = None) -> Any:
        return vectors[[place[t] for t in texts]] if category == "data" else encode(texts, category)

    made.model.encode = known
    made.index(enumerate(task["texts"]))
    return [[int(row) for row, _ in made.search(query, DEPTH)] for query in task["queries"]]


def llamaindex(task: dict[str, Any], vectors: np.ndarray) -> list[list[int]]:
    """BM25Retriever and a vector retriever in a QueryFusionRetriever with reciprocal rank fusion, one query each."""
    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(id_=str(n), text=text, embedding=vectors[n].tolist()) for n, text in enumerate(task["texts"])]
    index = VectorStoreIndex(nodes, embed_model=HuggingFaceEmbedding(model_name=task["model"]))
    depth = min(DEPTH, len(nodes))
    parts = [index.as_retriever(similarity_top_k=depth), BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=depth)]
    fused = QueryFusionRetriever(parts, llm=MockLLM(), num_queries=1, mode="reciprocal_rerank", similarity_top_k=depth, use_async=False)  # type: ignore[arg-type, unused-ignore]
    return [[int(hit.node.node_id) for hit in fused.retrieve(query)] for query in task["queries"]]


def main() -> None:
    """Search, and write what was found beside the task."""
    engine, file = sys.argv[1], Path(sys.argv[2])
    task = json.loads(file.read_text("utf-8"))
    found = {"txtai": txtai, "LlamaIndex": llamaindex}[engine](task, np.load(file.with_suffix(".npy")))
    file.with_suffix(".found").write_text(json.dumps(found), "utf-8")
    os._exit(0)  # txtai's threads may keep the process from ending


if __name__ == "__main__":
    main()

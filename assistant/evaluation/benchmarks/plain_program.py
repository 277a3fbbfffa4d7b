"""The plain stack: `langchain-huggingface`, `langchain-chroma` and LangChain's splitter, as their pages show them.

Run by a Python that has them, as a file: `index STORE MODEL ARTICLES`, `search STORE MODEL QUERY`, `warm STORE MODEL
QUERIES ROUNDS`. It imports nothing of the assistant's. `warm` prints the times of the searches in seconds, as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

K = 10


def _store(folder: str, model: str) -> Any:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(
        model_name=model, model_kwargs={"device": "cpu"}, encode_kwargs={"normalize_embeddings": True}
    )
    return Chroma(persist_directory=folder, embedding_function=embeddings)


def index(folder: str, model: str, articles: str) -> None:
    """Split the articles of a file of JSON lines and embed them into a new store."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    records = [json.loads(line) for line in Path(articles).read_text(encoding="utf-8").splitlines()]
    documents = [
        Document(page_content=record["body"], metadata={"title": record["title"], "source": record["source"]})
        for record in records
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=900, chunk_overlap=150).split_documents(documents)
    _store(folder, model).add_documents(chunks)
    sys.stdout.write(json.dumps(len(chunks)))


def search(folder: str, model: str, query: str) -> None:
    """One search, and what it found."""
    for document in _store(folder, model).similarity_search(query, k=K):
        sys.stdout.write(f"{document.metadata['title']}: {document.page_content}\n")


def warm(folder: str, model: str, queries: str, rounds: str) -> None:
    """Search for each query in turn, so many times, after once for what is loaded."""
    store, asked = _store(folder, model), json.loads(Path(queries).read_text(encoding="utf-8"))
    store.similarity_search(asked[-1], k=K)
    times = []
    for query in asked * int(rounds):
        started = time.perf_counter()
        store.similarity_search(query, k=K)
        times.append(time.perf_counter() - started)
    sys.stdout.write(json.dumps(times))


if __name__ == "__main__":
    acts: dict[str, Callable[..., None]] = {"index": index, "search": search, "warm": warm}
    acts[sys.argv[1]](*sys.argv[2:])

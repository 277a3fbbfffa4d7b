"""The hybrid search as a LangChain retriever."""

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.articles import NO_FILTERS, Filters, Passage


class HybridRetriever(BaseRetriever):
    """A LangChain retriever: documents with the chunk as text and its origin as metadata.

    Metadata: article_id, title, source, published (ISO 8601 or None), url, start, end, score.
    """

    find: Callable[[str, int, Filters], list[Passage]]
    k: int = 10
    filters: Filters = NO_FILTERS

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [as_document(passage) for passage in self.find(query, self.k, self.filters)]


def as_document(passage: Passage) -> Document:
    """The LangChain document of a passage."""
    article, chunk = passage.article, passage.chunk
    return Document(
        page_content=chunk.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "source": article.source,
            "published": article.published.isoformat() if article.published else None,
            "url": article.url,
            "start": chunk.start,
            "end": chunk.end,
            "score": passage.score,
        },
    )

"""The hybrid search as a LangChain retriever."""

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import merge_configs
from pydantic import Field

from assistant.articles import NO_FILTERS, Filters, Passage


class HybridRetriever(BaseRetriever):
    """A LangChain retriever: documents with the chunk as text and its origin as metadata.

    Metadata: article_id, title, source, published (ISO 8601 or None), url, start, end, score.
    `callbacks` are told of each call, besides those of the caller.
    """

    find: Callable[[str, int, Filters], list[Passage]]
    k: int = 10
    filters: Filters = NO_FILTERS
    callbacks: list[BaseCallbackHandler] = Field(default_factory=list, exclude=True)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """The documents for a query."""
        return super().invoke(input, merge_configs({"callbacks": self.callbacks}, config), **kwargs)

    async def ainvoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """As `invoke`, without holding up the event loop."""
        return await super().ainvoke(input, merge_configs({"callbacks": self.callbacks}, config), **kwargs)

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

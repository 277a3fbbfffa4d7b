"""Excerpts: the quotes of an answer with the text around them, as the articles have it now."""

from collections.abc import Sequence
from contextlib import suppress

from assistant.answers import Citation, Excerpt
from assistant.errors import NoArticlesError
from assistant.index import Generation, Library


def read_excerpts(library: Library, citations: Sequence[Citation]) -> tuple[Excerpt, ...]:
    """Each quote with the text around it; the quote alone where its article is gone or was corrected since."""
    with suppress(NoArticlesError):
        return library.read(lambda generation: tuple(_excerpt(generation, citation) for citation in citations))
    return tuple(_quote_alone(citation) for citation in citations)


def _excerpt(generation: Generation, citation: Citation) -> Excerpt:
    article = generation.db.article(citation.article_id)
    if article is not None and article.text[citation.start : citation.end] == citation.quote:
        return Excerpt.around(article.text, citation.start, citation.end)
    return _quote_alone(citation)


def _quote_alone(citation: Citation) -> Excerpt:
    return Excerpt("", citation.quote, "")

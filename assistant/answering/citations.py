"""Citations and statements of sentences that are quoted: exact, by offset."""

from collections.abc import Iterable, Sequence

from assistant.answers import Citation, Statement
from assistant.articles import Article
from assistant.reading import Evidence


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """A citation for each piece of evidence, numbered from 1 in the given order."""
    return tuple(
        make_citation(number, sentence.article, sentence.start, sentence.end)
        for number, sentence in enumerate(evidence, 1)
    )


def make_citation(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]`."""
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        quote=article.text[start:end],
        start=start,
        end=end,
        updated=article.updated,
    )


def as_statements(citations: Iterable[Citation]) -> tuple[Statement, ...]:
    """The quotes as statements, word for word; runs of white space are shown as one space."""
    return tuple(Statement(" ".join(citation.quote.split()), (citation.number,), "verbatim") for citation in citations)

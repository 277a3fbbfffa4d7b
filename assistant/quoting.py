"""The quoting answerer: an answer made of the articles' own sentences, or a plain refusal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.answers import Citation, Coverage, Statement
from assistant.articles import Article, one_line
from assistant.reading import Evidence
from assistant.retrieval import Passage

_MOST_NEAREST = 3
_LEAST_COSINE = 0.2  # below it an article is not near to the question in any sense


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """A citation for each piece of evidence, numbered from 1 in the given order."""
    return tuple(
        Citation(
            number=number,
            article_id=one.article.id,
            title=one.article.title,
            source=one.article.source,
            published=one.article.published,
            url=one.article.url,
            quote=one.text,
            start=one.start,
            end=one.end,
        )
        for number, one in enumerate(evidence, 1)
    )


def state(citations: Iterable[Citation]) -> tuple[Statement, ...]:
    """The quotes as statements, word for word; runs of white space are shown as one space."""
    return tuple(Statement(" ".join(one.quote.split()), (one.number,), "verbatim") for one in citations)


def written(statements: Iterable[Statement]) -> str:
    """Statements as plain text, each with its [n]."""
    return " ".join(one.text + "".join(f" [{number}]" for number in one.citations) for one in statements)


def nearest(passages: Iterable[Passage]) -> tuple[Coverage, ...]:
    """The articles that come closest to a question that is not answered, best first; maybe none."""
    found: dict[str, Article] = {}
    for passage in passages:
        if passage.cosine >= _LEAST_COSINE:
            found.setdefault(passage.article.id, passage.article)
    return tuple(
        Coverage(one.id, one.title, one.source, one.published, one.url) for one in list(found.values())[:_MOST_NEAREST]
    )


def refusal(closest: Sequence[Coverage], oldest: datetime | None, newest: datetime | None) -> str:
    """What is said when the articles do not answer: what comes nearest, and which dates they cover."""
    lines = ["The articles do not answer this question."]
    if closest:
        lines.append(f"Nearest coverage: {'; '.join(map(_mentioned, closest))}.")
    if oldest and newest:
        lines.append(f"The articles run from {day(oldest)} to {day(newest)}.")
    return " ".join(lines)


def _mentioned(one: Coverage) -> str:
    about = ", ".join(
        part for part in (one.source and one_line(one.source), one.published and day(one.published)) if part
    )
    return f"“{one_line(one.title)}”" + (f" ({about})" if about else "")


def day(moment: datetime) -> str:
    """A date as staff write it: 28 May 2025."""
    return f"{moment.day} {moment:%B %Y}"

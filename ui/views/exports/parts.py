"""What every form of an export says: the parts of an answer, its sources, and the state of the corpus."""

import re
from collections.abc import Iterator
from datetime import datetime

from assistant import Answer, ArticleRef, Citation, CorpusInfo, Excerpt, Filters
from assistant.answering import phrasing
from assistant.utils import day, name_line, one_line

Part = tuple[str, tuple[int, ...], str]
"""A text, the numbers of its citations, and a note on it."""


def statements(answer: Answer) -> Iterator[Part]:
    """The parts of an answer: what it says, where its sources differ, and what comes near."""
    if answer.outcome == "related":  # the words that come closest stand in its sources
        said, closest, _ = answer.text.partition(phrasing.CLOSEST)
        yield said + closest, tuple(citation.number for citation in answer.citations), ""
    elif not answer.found:
        yield answer.text, (), ""
    speakers = {citation.number: citation.speaker for citation in answer.citations if citation.speaker}
    heads = phrasing.heads_of(answer)
    for statement in answer.statements:
        headed = [f"{heads[number]}:" for number in statement.citations if number in heads]
        names = [f"[{speakers[number]}]" for number in statement.citations if number in speakers]
        note = phrasing.support_text(statement) or phrasing.agreement_text(statement) or ""
        yield " ".join([*headed, *names, statement.text]), statement.citations, note
    for difference in answer.differences:
        yield phrasing.difference_text(difference), (), ""
    if answer.found:
        for article in answer.nearest:
            yield article_line(article), (), ""


def context(answer: Answer, filters: Filters) -> list[str]:
    """How the question was understood, and what of the articles it was asked of."""
    understood = phrasing.interpretation_text(answer.understood)
    return [*([f"Understood: {understood}"] if understood else []), *asked_of(answer, filters)]


def asked_of(answer: Answer, filters: Filters) -> Iterator[str]:
    """What of the articles a question was asked of, where that is not all."""
    if filters.only is not None:
        titles = {citation.article_id: citation.title for citation in answer.citations}
        named = [name_line(titles[article_id]) for article_id in filters.only if article_id in titles]
        yield f"Asked of one article: {named[0]}" if len(filters.only) == len(named) == 1 else "Asked of some articles"
    dates = [
        *([f"from {day(filters.since)}"] if filters.since else []),
        *([f"up to {day(filters.until)}"] if filters.until else []),
    ]
    if parts := [*([" or ".join(map(name_line, filters.sources))] if filters.sources else []), *dates]:
        yield f"Asked of: {', '.join(parts)}"


def article_line(article: ArticleRef) -> str:
    """As "Title, The Weekly, 6 May 2025"."""
    return ", ".join([name_line(article.title), *about(article.source, article.published)])


def about(source: str | None, published: datetime | None, updated: str | None = None) -> list[str]:
    """The publication, the day and the update of an article, as far as they are known."""
    parts = (source and name_line(source), published and day(published), updated)
    return [part for part in parts if part]


def cited(citation: Citation) -> str:
    """As "“Title”, The Weekly, 6 May 2025: “the words”"."""
    return f"{', '.join([f'“{name_line(citation.title)}”', *about_citation(citation)])}: “{one_line(citation.quote)}”"


def about_citation(citation: Citation) -> list[str]:
    """The publication, the day and the update of what is cited."""
    return about(citation.source, citation.published, phrasing.updated_text(citation))


def corpus_line(answer: Answer) -> str:
    """The state of the corpus that the answer was made from."""
    told = (phrasing.written_by_text(answer), phrasing.as_of_text(answer), _state(answer.corpus))
    return " ".join(f"{text}." for text in told if text)


def flowing(excerpt: Excerpt) -> tuple[str, str, str]:
    """What stands before a quote, the quote, and what follows it, as parts of one line."""
    before, after = one_line(excerpt.before), one_line(excerpt.after)
    head = f"{before} " if before and excerpt.before[-1].isspace() else before
    tail = f" {after}" if after and excerpt.after[0].isspace() else after
    return head, one_line(excerpt.quote), tail


def retrieved_line(retrieved: datetime, corpus: CorpusInfo) -> str:
    """When a source was put into a collection, and from which state of the corpus."""
    return f"Retrieved {day(retrieved)}. {_state(corpus)}."


def _state(corpus: CorpusInfo) -> str:
    return f"Corpus {one_line(corpus.generation, 40)}, refreshed {day(corpus.refreshed)}"


def file_name(title: str, made: datetime, ending: str, otherwise: str = "conversation") -> str:
    """A file name, as "2025-06-01-when-will-the-cannery-close.md"."""
    words = re.findall(r"[^\W_]+", title.lower())
    return f"{made:%Y-%m-%d}-{'-'.join(words)[:60].strip('-') or otherwise}.{ending}"

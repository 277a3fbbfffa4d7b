"""What the tools give as data, beside the text that a model reads.

Without slots, which the SDK would take for the defaults of the fields.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from assistant.answers import Answer, ArticleRef, Citation, Difference, Outcome, Statement
from assistant.articles import Article, Passage
from assistant.index import Story
from assistant.maintenance import Status

_MOST_OF_STORY = 10  # articles that are listed of one


@dataclass(frozen=True)
class AskResult:
    """An answer: see `Answer` for what its fields mean."""

    outcome: Outcome
    question: str
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[ArticleRef, ...]
    differences: tuple[Difference, ...]
    notices: tuple[str, ...]
    as_of: datetime | None
    model: str | None

    @classmethod
    def of(cls, answer: Answer) -> "AskResult":
        """What is told of `answer`."""
        return cls(**{field.name: getattr(answer, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class FoundPassage:
    """A passage with its article."""

    article: ArticleRef
    text: str
    score: float

    @classmethod
    def of(cls, passage: Passage) -> "FoundPassage":
        """What is told of `passage`."""
        return cls(ref_of(passage.article), passage.chunk.text, round(passage.score, 6))


@dataclass(frozen=True)
class SearchResult:
    """The passages found, best first."""

    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True)
class ArticlePage:
    """A page of an article, counted from 1."""

    article: ArticleRef
    author: str | None
    updated: datetime | None
    text: str
    page: int
    pages: int


@dataclass(frozen=True)
class ToldStory:
    """A story with its newest articles; `count` is the number of all of them."""

    headline: str
    publications: tuple[str, ...]
    oldest: datetime | None
    newest: datetime | None
    count: int
    articles: tuple[ArticleRef, ...]

    @classmethod
    def of(cls, story: Story) -> "ToldStory":
        """What is told of `story`."""
        shown = story.articles[:_MOST_OF_STORY]
        return cls(story.headline, story.publications, story.oldest, story.newest, story.count, shown)


@dataclass(frozen=True)
class StoriesResult:
    """The newest and most covered stories, those first."""

    stories: tuple[ToldStory, ...]


@dataclass(frozen=True)
class CorpusStatus:
    """The articles that there are; `warnings` are for who maintains them."""

    articles: int
    publications: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    refreshed: datetime | None
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, status: Status, *, with_warnings: bool) -> "CorpusStatus":
        """What is told of `status`."""
        warnings = status.warnings if with_warnings else ()
        dates = status.oldest, status.newest, status.refreshed
        return cls(status.articles, dict(status.publications), *dates, warnings)


def ref_of(article: Article) -> ArticleRef:
    """An article without its text."""
    return ArticleRef(article.id, article.title, article.source, article.published, article.url)

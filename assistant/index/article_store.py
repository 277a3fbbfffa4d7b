"""What every store of articles and chunks can do, whatever it is kept in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from assistant.answers import ArticleRef
from assistant.articles import EARLIEST_DATE, NO_FILTERS, Article, Chunk, Filters, latest_date, possible_date

Row = Mapping[str, Any]
"""A row of a table, by column."""
RECORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "articles": (
        "id",
        (
            *("id", "title", "text", "source", "published", "url", "author", "category", "source_key", "moment"),
            *("origin", "file", "digest", "updated", "seen", "altered"),
        ),
    ),
    "earlier": ("article_id", ("article_id", "replaced", "title", "text")),
    "chunks": ("article_id", ("id", "article_id", "start", "end", "content")),
}
"""By table the column with the id of the article, and the columns that are the same in every store."""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What a refresh needs to know of an indexed article."""

    id: str
    origin: str
    file: str
    digest: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """When an article was first indexed, and when its title or text was last found to be another, or else first."""

    id: str
    title: str
    published: datetime | None
    seen: datetime
    altered: datetime


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A title and text that were replaced, and when."""

    replaced: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedChunk:
    """A chunk with its id in both stores and the hash of its embedded text."""

    id: str
    content: str
    chunk: Chunk


class ArticleStore(Protocol):
    """The articles and chunks of one generation, with their full text. Any thread may read."""

    def close(self) -> None:
        """Let go of it; a draft commits what was written."""

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""

    # articles

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""

    def articles(self, filters: Filters = NO_FILTERS) -> Iterator[Article]:
        """The articles that pass `filters`, newest first, undated ones last."""

    def article_ids(self, filters: Filters = NO_FILTERS) -> list[str]:
        """Their ids, in the same order."""

    def listed(self, filters: Filters = NO_FILTERS, start: int = 0, count: int = -1) -> list[ArticleRef]:
        """References to them, in the same order: `count` from `start` on, or all."""

    def number_of_articles(self, filters: Filters = NO_FILTERS) -> int:
        """The number of articles that pass `filters`."""

    def titles(self) -> list[tuple[str, str]]:
        """The id and title of every article, newest first, undated ones last."""

    def newest_text(self) -> str | None:
        """The text of the newest article; None where there is none."""

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The text of each article, by id."""

    def titles_and_texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of each article."""

    def title_digests(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, digest and title of each article."""

    def long_titles(self, longer_than: int) -> list[tuple[str, str]]:
        """The id and title of each article with a title of more characters."""

    def digests(self) -> dict[str, str]:
        """The digest of each article, by id."""

    def indexed_articles(self) -> dict[str, IndexedArticle]:
        """Every article as a refresh needs it, by id."""

    def find_identical(self, article: Article) -> str | None:
        """The id of an article with the same title, text, publication and date."""

    def seen(self, filters: Filters = NO_FILTERS) -> list[SeenArticle]:
        """When each article that passes `filters` came; none where that is not known."""

    def earlier(self, article_id: str) -> list[EarlierVersion]:
        """The versions of an article that were replaced, oldest first."""

    def published(self) -> list[tuple[str | None, date, int]]:
        """The number of articles by publication, in one spelling, and day in the article's own zone, oldest first."""

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""

    def source_spellings(self) -> list[str]:
        """The names of all publications, in each spelling."""

    def origins(self) -> dict[str, tuple[int, datetime | None]]:
        """The number of articles of each source, by location, and when the newest of them was published."""

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the first article of the oldest day and the last of the newest were published."""

    def by_moment(self, filters: Filters) -> Filters:
        """The same articles for a store that knows moments but no days: without those of the days beside."""

    # chunks

    def chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""

    def days(self, ids: Sequence[str]) -> dict[str, date]:
        """The day on which the article of each chunk was published; undated ones are left out."""

    def articles_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """The id of the article of each chunk, by the id of that."""

    def chunk_ids(self, article_id: str | None = None) -> set[str]:
        """The ids of all chunks, or of those of one article."""

    def chunk_ids_by_article(self, article_ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the chunks of each article, in order."""

    def chunks_with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """The id of an indexed chunk for each hash of an embedded text that has one."""

    def records(self, table: str, article_ids: Sequence[str]) -> list[Row]:
        """What is stored of articles in a table, by column: "articles", "earlier" (oldest first) or "chunks"."""

    def faults(self) -> list[str]:
        """Inconsistencies between the tables; empty when there are none."""

    # words

    def search(self, terms: Sequence[str], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first; higher is better."""

    def scores(self, terms: Sequence[str]) -> dict[str, float]:
        """The BM25 score of the best chunk of each article with any of `terms`, words in titles counting thrice."""

    def ids_matching(self, term: str) -> set[str]:
        """The ids of the articles with a chunk that has `term`, a folded word or phrase."""

    def frequency(self, term: str) -> int:
        """The number of chunks with `term`."""

    def vocabulary(self) -> list[str]:
        """The stems of all words in articles, headlines and names of publications."""

    def spelling(self, term: str) -> str | None:
        """A word with the stem `term`, as spelled in an article."""


class ArticleDraft(ArticleStore, Protocol):
    """The articles and chunks of a draft. Only the thread of the refresh writes."""

    def clear_chunks(self) -> None:
        """Remove all chunks, to rebuild them."""

    def put_article(self, article: Article, origin: str, file: str, now: datetime | None = None) -> None:
        """Add or replace an article, not its chunks; a replaced title or text is kept as an earlier version."""

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Add what `records` gave of the tables "articles" and "earlier", as it is."""

    def set_origin(self, article_id: str, origin: str, file: str) -> None:
        """Assign an article to another source that has it too; its earlier versions were those of the source before."""

    def remove_article(self, article_id: str) -> None:
        """Remove an article; its chunks must be removed separately."""

    def put_chunk(self, article: Article, named: NamedChunk) -> None:
        """Add a chunk of `article`."""

    def remove_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""

    def finish(self) -> None:
        """Work out what searching needs, once all chunks are in."""


def possible_moments() -> tuple[float, float]:
    """The first and the last moment that an article may be dated, in seconds since 1970, as `moment` holds it."""
    return EARLIEST_DATE.timestamp(), latest_date().timestamp()


def parse_datetime(text: str | None) -> datetime | None:
    """The stored date of an article; None for one that cannot be, as earlier versions stored such dates too."""
    return possible_date(datetime.fromisoformat(text)) if text else None

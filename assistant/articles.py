"""The values that every stage passes on: Article, Chunk, Passage and Filters."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from assistant.utils import normalize_url, one_line

_FIELD_END = b"\x1f"


@dataclass(frozen=True, slots=True)
class Article:
    """An article. `title` and `text` are never empty; `published` and `updated` are timezone-aware or None.

    `updated` is when its publication says that it last changed it, None when it does not say so. What a refresh or an
    index gives has only dates that can be (`is_possible_date`).
    """

    id: str
    title: str
    text: str
    source: str | None = None
    published: datetime | None = None
    url: str | None = None
    author: str | None = None
    category: str | None = None
    updated: datetime | None = None

    @property
    def digest(self) -> str:
        """Hex SHA-256 over every field: two articles with one digest are the same."""
        state = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "updated" and value is None:
                continue  # so that indexes of before there was such a field know their articles again
            state.update(b"" if value is None else f"={value}".encode("utf-8", "surrogatepass"))
            state.update(_FIELD_END)
        return state.hexdigest()


def article_id(*, url: str | None = None, key: str | None = None) -> str:
    """A name that stays the same across refreshes: 16 hex digits from the url, else from `key`."""
    return _short_digest(f"url:{normalize_url(url)}" if url else f"key:{key}")


def article_id_of_before(url: str) -> str:
    """The id that an article of this address had before all spellings of an address were one."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return _short_digest(f"url:{url.strip()}")
    return _short_digest(
        "url:" + urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))
    )


def _short_digest(basis: str) -> str:
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:16]


EARLIEST_DATE = datetime(1450, 1, 1, tzinfo=UTC)  # nothing was printed before
_AHEAD = timedelta(days=7)  # what is dated ahead of its publication, and clocks that are wrong by some days


def latest_date() -> datetime:
    """The last moment that an article may be dated now: a week ahead."""
    return datetime.now(UTC) + _AHEAD


def is_possible_date(moment: datetime) -> bool:
    """Whether an article may be of that `moment`, which has a zone: from 1450 to a week ahead."""
    return EARLIEST_DATE <= moment <= latest_date()


def possible_date(moment: datetime | None) -> datetime | None:
    """`moment`, or None where no article can be of then."""
    return moment if moment is not None and is_possible_date(moment) else None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be used.

    `source` is a publication's name in any case, or several of them; `sources` has them as a tuple. `since` and `until`
    bound the date of publication, both inclusive; a plain date means that whole day, as the articles give it in their
    own zones, a time without a zone is UTC. An article without a date, or with one that cannot be, is out when either
    is given. `only` are ids of the articles that may be used,
    all when None; `without` are ids of articles to leave out.
    """

    source: str | tuple[str, ...] | None = None
    since: date | datetime | None = None
    until: date | datetime | None = None
    without: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        names = self.sources
        object.__setattr__(self, "source", names if len(names) > 1 else names[0] if names else None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the publications that are allowed, each once; empty where all are."""
        names = (self.source,) if isinstance(self.source, str) else self.source or ()
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def earliest(self) -> float | None:
        """The first moment of publication that is allowed, in seconds since 1970; None when no date is asked for.

        For a plain date that is when the day begins anywhere: which of those articles are of it, `first_day` says.
        """
        if self.since is None and self.until is None:
            return None
        since = EARLIEST_DATE if self.since is None else max(as_moment(self.since), EARLIEST_DATE)
        return max(since - _margin(self.since), EARLIEST_DATE).timestamp()

    @property
    def latest(self) -> float | None:
        """The last moment of publication that is allowed, in seconds since 1970; None when no date is asked for.

        For a plain date that is when the day ends everywhere, as with `earliest`.
        """
        if self.since is None and self.until is None:
            return None
        until = latest_date() if self.until is None else min(as_moment(self.until), latest_date())
        return min(until + 2 * _margin(self.until), latest_date()).timestamp()

    @property
    def first_day(self) -> str | None:
        """The first day of publication that is allowed, as 2025-05-28; None where any is, or a time is asked for."""
        return _plain_day(self.since)

    @property
    def last_day(self) -> str | None:
        """The last day of publication that is allowed, as 2025-05-28; None where any is, or a time is asked for."""
        return _plain_day(self.until)

    @property
    def one(self) -> str | None:
        """The id of the article, where only that one may be used."""
        return self.only[0] if self.only is not None and len(self.only) == 1 else None


NO_FILTERS = Filters()


def _plain_day(bound: date | None) -> str | None:
    return None if bound is None or isinstance(bound, datetime) else bound.isoformat()


def _margin(bound: date | None) -> timedelta:
    """By how much a day begins earlier, or ends later, in zones of the world than in UTC, at most."""
    return timedelta(days=1) if _plain_day(bound) else timedelta()


def as_moment(day: date) -> datetime:
    """The moment that a day begins or that a time is; a time without a zone is UTC."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


LONGEST_TITLE = 110  # characters, about 25 tokens


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one article: `article.text[start:end] == text`, always."""

    article_id: str
    start: int
    end: int
    text: str


@lru_cache(maxsize=64)
def header(article: Article) -> str:
    """The line "title | source | date" that is indexed and embedded with each chunk, never shown."""
    date = f"{article.published.day} {article.published:%B %Y}" if article.published else None
    parts = (one_line(article.title, LONGEST_TITLE), article.source and one_line(article.source, 40), date)
    return " | ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. `score` ranks it among the others; `cosine` is its similarity to the question."""

    chunk: Chunk
    article: Article
    score: float
    cosine: float = 0.0


FindArticle = Callable[[str], Article | None]
"""The article with an id; None when there is none."""

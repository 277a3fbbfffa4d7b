"""What questions are limited to: publications, dates, a story, an article. All of it applies together."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args

from assistant import Filters

Preset = Literal["", "today", "week", "month", "year"]
PRESETS: tuple[Preset, ...] = get_args(Preset)[1:]
_DAYS_BACK: dict[Preset, int] = {"today": 0, "week": 6, "month": 29}


def today() -> date:
    """The day that it is, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class ScopeArticle:
    """An article that questions are limited to."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ScopeStory:
    """A story that questions are limited to: the id of an article that names it, and the ids of its `articles`."""

    id: str
    headline: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What questions are limited to; false where it is nothing.

    `dates` is a preset, whose days are worked out when a question is asked; without one `since` and `until` hold.
    """

    publications: tuple[str, ...] = ()
    dates: Preset = ""
    since: date | None = None
    until: date | None = None
    story: ScopeStory | None = None
    article: ScopeArticle | None = None

    def __bool__(self) -> bool:
        return self != EVERYTHING

    @property
    def filters(self) -> Filters:
        """Which articles may be used today."""
        return self.filters_on(today())

    def filters_on(self, day: date) -> Filters:
        """Which articles may be used for a question that is asked on that day."""
        since, until = self.days_on(day)
        return Filters(source=self.publications, since=since, until=until, only=self._only)

    def days_on(self, day: date) -> tuple[date | None, date | None]:
        """The first and the last day that are allowed on that day; a preset goes on to the newest article."""
        if self.dates == "year":
            return date(day.year, 1, 1), None
        if self.dates:
            return day - timedelta(days=_DAYS_BACK[self.dates]), None
        return self.since, self.until

    @property
    def _only(self) -> tuple[str, ...] | None:
        own = None if self.article is None else (self.article.id,)
        if self.story is None:
            return own
        return self.story.articles if own is None else tuple(id for id in own if id in self.story.articles)

    @property
    def is_of_one_article(self) -> bool:
        """Whether it names one article."""
        return self.article is not None

    @property
    def has_dates(self) -> bool:
        """Whether dates are limited."""
        return bool(self.dates or self.since or self.until)

    @property
    def can_be_watched(self) -> bool:
        """Whether it can be kept for a question that is asked again after each refresh: publications and dates can."""
        return self.article is None and self.story is None

    def without_dates(self) -> "Scope":
        """The same for all dates."""
        return replace(self, dates="", since=None, until=None)

    def without_publication(self, name: str) -> "Scope":
        """The same without that one of its publications."""
        return replace(self, publications=tuple(other for other in self.publications if other != name))


EVERYTHING = Scope()

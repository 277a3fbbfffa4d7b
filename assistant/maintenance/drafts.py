"""Drafts: articles that somebody looks at, and mends, before they are added by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.answers import ArticleRef
from assistant.articles import Article, is_possible_date
from assistant.errors import AssistantError
from assistant.ingest import Failure, ParseError
from assistant.ingest.files import parse_date
from assistant.utils import day, name_line, one_line, safe_to_show

_MAX_TITLE, _MAX_TEXT = 1_000, 2_000_000  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that would be added. `source` is its publication, `where` the file or address that it came from.

    `known` is the article of the corpus that has its `id` and whose place it would take, and `held_by` the folder or
    file that this one is from, where only a correction there can replace it. `similar` is an article of the corpus with
    nearly the same text. `removed`: the article was removed by hand.
    """

    id: str
    title: str
    text: str
    source: str | None = None
    published: datetime | None = None
    author: str | None = None
    url: str | None = None
    category: str | None = None
    updated: datetime | None = None
    where: str = ""
    known: ArticleRef | None = None
    held_by: str | None = None
    similar: ArticleRef | None = None
    removed: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about it, a line each; nothing of that keeps it from being added."""
        return tuple(_notes(self))

    @property
    def problem(self) -> str | None:
        """Why it cannot be added as it is, in a line that says the cure; None when it can."""
        return next(_problems(self), None)

    @property
    def article(self) -> Article:
        """The article that it would be."""
        about = (self.id, self.title, self.text, self.source, self.published, self.url)
        return Article(*about, self.author, self.category, self.updated)

    def mended(
        self,
        *,
        title: str | None = None,
        date: str | None = None,
        publication: str | None = None,
        text: str | None = None,
    ) -> "Draft":
        """The draft with what is given in place of what it has; "" leaves it without a date or publication.

        A date is written as in front matter, such as 2025-05-28 or 2025-05-28T09:30:00+02:00. Its id and address stay.
        Raises AssistantError for a text that is no date.
        """
        try:
            published = self.published if date is None else parse_date(date.strip())
        except ParseError as error:
            raise AssistantError(str(error)) from None
        return replace(
            self,
            title=self.title if title is None else title.strip(),
            source=self.source if publication is None else publication.strip() or None,
            text=self.text if text is None else text.strip(),
            published=published,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come in of something: drafts, what of it could not be read, and notices."""

    drafts: tuple[Draft, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()


def _notes(draft: Draft) -> Iterator[str]:
    if draft.published is None:
        yield "no date"
    if not draft.source:
        yield "no publication"
    if draft.known is not None:
        yield f"already in the corpus as {_named(draft.known)}, whose place it would take"
    if draft.similar is not None:
        yield f"nearly the same text as {_named(draft.similar)}, which is in the corpus"
    if draft.removed:
        yield "it was removed by hand, and would be back"


def _named(article: ArticleRef) -> str:
    about = [name_line(article.source, 60)] if article.source else []
    about += [day(article.published)] if article.published else []
    return f"“{name_line(article.title, 100)}”" + (f" ({', '.join(about)})" if about else "")


def _problems(draft: Draft) -> Iterator[str]:
    if not draft.id.strip() or len(draft.id) > _MAX_TITLE:
        yield "it has no id that can be kept; look at it anew"
    if not draft.title.strip():
        yield "it has no title; write one"
    if not draft.text.strip():
        yield "it has no text; an article needs a text to quote from"
    if len(draft.title) > _MAX_TITLE:
        yield f"its title has {len(draft.title):,} characters; shorten it to {_MAX_TITLE:,}"
    if len(draft.text) > _MAX_TEXT:
        yield f"its text has {len(draft.text):,} characters; shorten it to {_MAX_TEXT:,}"
    for name, moment in (("date", draft.published), ("date of update", draft.updated)):
        if moment is not None and (moment.tzinfo is None or not is_possible_date(moment)):
            yield f"its {name} cannot be {moment.isoformat()}; give one from 1450 to a week from now, with its zone"
    if draft.held_by is not None:
        yield f"it is in the corpus from {one_line(safe_to_show(draft.held_by), 200)}; correct it there"

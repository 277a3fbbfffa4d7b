"""Collections: answers and passages that a user gathers under a name, in order and with notes.

What changes a collection gives a new one, so that the same is done to those of the home and to those that a browser
stores.
"""

import uuid
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter

from assistant.answers import Answer, Citation, CorpusInfo, Excerpt
from assistant.articles import NO_FILTERS, Filters
from assistant.errors import AssistantError, MissingError
from assistant.maintenance.kept import (
    kept_answer_of,
    kept_json,
    one_for_each,
    rests_on,
    whole_days,
)
from assistant.utils import once, one_line, storable

MOST_ITEMS = 200  # of one collection
LONGEST_COLLECTION = 4_000_000  # characters as JSON
LONGEST_NAME = 120  # characters
LONGEST_NOTE = 5000


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """An answer in a collection, with the text around each quote and the filters that it was asked with."""

    answer: Answer
    excerpts: tuple[Excerpt, ...] = ()
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class PinnedPassage:
    """A passage in a collection, with the text around it and the state of the index that it was found in."""

    citation: Citation
    excerpt: Excerpt
    corpus: CorpusInfo


Pinned = PinnedAnswer | PinnedPassage


@dataclass(frozen=True, slots=True)
class CollectionItem:
    """An answer or a passage with a note; `added` is in UTC.

    `content` is None once an article that it rests on was removed by hand: the note alone stays.
    """

    id: str
    added: AwareDatetime
    content: Pinned | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Answers and passages under a name, in the order that its owner gave them; `changed` is in UTC.

    Every method gives the collection as it is then, and raises AssistantError for what cannot be done.
    """

    id: str
    name: str
    changed: AwareDatetime
    items: tuple[CollectionItem, ...] = ()

    @classmethod
    def named(cls, name: str) -> "Collection":
        """A new collection without items."""
        return cls(uuid.uuid4().hex, _name(name), _now())

    def renamed(self, name: str) -> "Collection":
        """With another name."""
        return self._with(name=_name(name))

    def with_item(self, content: Pinned, note: str = "") -> "Collection":
        """With an answer or a passage at its end; one that it has already is not added again."""
        content = _kept(content)
        if any(item.content == content for item in self.items):
            return self
        if len(self.items) >= MOST_ITEMS:
            raise AssistantError(
                f"the collection {self.name!r} has {MOST_ITEMS:,} items, the most that it can have; begin another one"
            )
        return self._with(items=(*self.items, CollectionItem(uuid.uuid4().hex, _now(), content, _note(note))))

    def with_note(self, item_id: str, note: str) -> "Collection":
        """With this note on that item, in place of the one before; "" for none."""
        changed = replace(self.item(item_id), note=_note(note))
        return self._with(items=tuple(changed if item.id == item_id else item for item in self.items))

    def moved(self, item_id: str, place: int) -> "Collection":
        """With that item at `place`, which counts from 0; beyond the ends it is the first or the last."""
        item = self.item(item_id)
        others = [other for other in self.items if other.id != item_id]
        others.insert(max(0, place), item)
        return self._with(items=tuple(others))

    def without_item(self, item_id: str) -> "Collection":
        """Without that item."""
        gone = self.item(item_id)
        return self._with(items=tuple(item for item in self.items if item is not gone))

    def without_articles(self, articles: Container[str]) -> "Collection":
        """Without the words of `articles`: of items that rest on one the notes stay."""
        items = tuple(replace(item, content=None) if item_rests_on(item, articles) else item for item in self.items)
        return self if items == self.items else self._with(items=items)

    def item(self, item_id: str) -> CollectionItem:
        """The item of that id. Raises AssistantError when there is none."""
        found = next((item for item in self.items if item.id == item_id), None)
        if found is None:
            raise MissingError(f"the collection {self.name!r} has no such item any more; open it again")
        return found

    def _with(self, **changes: Any) -> "Collection":
        return replace(self, changed=_now(), **changes)


def _now() -> datetime:
    return datetime.now(UTC)


def _name(name: str) -> str:
    if not (line := one_line(storable(name))):
        raise AssistantError("the collection has no name; give it one")
    if len(line) > LONGEST_NAME:
        raise AssistantError(
            f"the name of the collection has {len(line):,} characters; shorten it to {LONGEST_NAME}, the most it has"
        )
    return line


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise AssistantError(
            f"the note has {len(note):,} characters; shorten it to {LONGEST_NOTE:,}, the most that are kept"
        )
    return storable(note).strip()


def _kept(content: Pinned) -> Pinned:
    """`content` as it reads when it comes back from where it is kept, so that the two can be compared."""
    if isinstance(content, PinnedAnswer):
        excerpts = one_for_each(content.answer, content.excerpts)
        content = PinnedAnswer(kept_answer_of(content.answer), excerpts, whole_days(content.filters))
    return _pinned().validate_json(kept_json(content))


def item_rests_on(item: CollectionItem, articles: Container[str]) -> bool:
    """Whether `item` has words of one of `articles`."""
    match item.content:
        case PinnedAnswer(answer=answer):
            return rests_on(answer, articles)
        case PinnedPassage(citation=citation):
            return citation.article_id in articles
        case None:
            return False


_pinned: Callable[[], TypeAdapter[Pinned]] = once(lambda: TypeAdapter(Pinned))

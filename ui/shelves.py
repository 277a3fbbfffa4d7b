"""Where a user's collections are: on the server for who is signed in, else in the browser, which sends what it asks of.

Both are changed by the same methods, so that a handler need not know which of the two it has.
"""

from collections.abc import Callable
from typing import Any, Protocol

from assistant import AssistantError, Collection, CollectionItem, PinnedAnswer, PinnedPassage
from assistant.maintenance import CollectionStore

from .browser_collections import deserialize_collections, mark, serialize_collections, unpacked

Pinned = PinnedAnswer | PinnedPassage
_NONE = "there is no such collection any more; choose another one"


class Shelf(Protocol):
    """The collections of one user. Everything raises AssistantError for what cannot be done."""

    def listed(self) -> list[Collection] | None:
        """All of them, by name; None where the browser alone knows."""

    def get(self, name: str) -> Collection:
        """The collection of that id."""

    def new(self, name: str) -> Collection:
        """A new collection of that name."""

    def change(self, name: str, change: str, *arguments: Any) -> Collection:
        """The collection of that id after `change`: rename, note, move, remove or add."""

    def delete(self, name: str) -> None:
        """Delete the collection of that id."""

    def stored(self, collection: Collection) -> str:
        """What the browser is to store of it; "" for nothing."""


class ServerShelf:
    """The collections of the user `owner`, in the home."""

    def __init__(self, store: CollectionStore, owner: str) -> None:
        self._store = store
        self._owner = owner

    def listed(self) -> list[Collection] | None:
        """All of them, by name."""
        return self._store.of(self._owner)

    def get(self, name: str) -> Collection:
        """The collection of that id."""
        return self._store.get(self._owner, name)

    def new(self, name: str) -> Collection:
        """A new collection of that name."""
        return self._store.new(self._owner, name)

    def change(self, name: str, change: str, *arguments: Any) -> Collection:
        """The collection of that id after `change`."""
        changes: dict[str, Callable[..., Collection]] = {
            "rename": self._store.rename,
            "note": self._store.note,
            "move": self._store.move,
            "remove": self._store.remove,
            "add": self._store.add,
        }
        return changes[change](self._owner, name, *arguments)

    def delete(self, name: str) -> None:
        """Delete the collection of that id."""
        self._store.delete(self._owner, name)

    def stored(self, collection: Collection) -> str:
        """Nothing is stored in the browser."""
        return ""


class BrowserShelf:
    """The collection that the page sent as `packed`; what words of removed articles it has, `cleaned` takes away."""

    def __init__(self, packed: str, cleaned: Callable[[tuple[Collection, ...]], tuple[Collection, ...]]) -> None:
        self._sent = {each.id: each for each in cleaned(deserialize_collections(unpacked(packed)))}

    def listed(self) -> list[Collection] | None:
        """The browser alone knows them."""
        return None

    def get(self, name: str) -> Collection:
        """The collection that was sent."""
        if name not in self._sent:
            raise AssistantError(_NONE)
        return self._sent[name]

    def new(self, name: str) -> Collection:
        """A new collection of that name."""
        made = Collection.named(name)
        self._sent[made.id] = made
        return made

    def change(self, name: str, change: str, *arguments: Any) -> Collection:
        """The collection after `change`."""
        before = self.get(name)
        changes: dict[str, Callable[..., Collection]] = {
            "rename": before.renamed,
            "note": before.with_note,
            "move": before.moved,
            "remove": before.without_item,
            "add": before.with_item,
        }
        self._sent[name] = changes[change](*arguments)
        return self._sent[name]

    def delete(self, name: str) -> None:
        """The browser deletes it by itself."""

    def stored(self, collection: Collection) -> str:
        """What the browser is to store of it."""
        return serialize_collections((collection,))


def items_with(collection: Collection, content: Pinned) -> list[CollectionItem]:
    """The items of `collection` that are `content`."""
    wanted = mark(content)
    return [item for item in collection.items if item.content is not None and mark(item.content) == wanted]

"""The stores of what people make: in the files of a home, or in PostgreSQL. Each is opened when it is first used."""

from __future__ import annotations  # the stores are imported by those who check them

from functools import cached_property
from typing import TYPE_CHECKING

from assistant import accounts, maintenance

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from assistant.database import Database, Stores


class People:
    """What people made, at one place; `removed` gives the ids of articles whose words are kept nowhere."""

    def __init__(self, place: Database, removed: Callable[[], Container[str]] = frozenset) -> None:
        self._place = place
        self._removed = removed

    @cached_property
    def feedback(self) -> maintenance.FeedbackStore:
        """What users think of answers."""
        return maintenance.FeedbackStore(self._place)

    @property
    def may_have_watches(self) -> bool:
        """Whether there can be watched questions, told without opening their store, which takes a moment."""
        return self._place.address is not None or (self._place.home / maintenance.WATCHES).exists()

    @cached_property
    def watches(self) -> maintenance.WatchStore:
        """The watched questions."""
        return maintenance.WatchStore(self._place)

    @cached_property
    def shared(self) -> maintenance.SharedAnswerStore:
        """The shared answers."""
        return maintenance.SharedAnswerStore(self._place, self._removed)

    @cached_property
    def collections(self) -> maintenance.CollectionStore:
        """The collections of users."""
        return maintenance.CollectionStore(self._place, self._removed)

    @cached_property
    def conversations(self) -> maintenance.ConversationStore:
        """The conversations of users."""
        return maintenance.ConversationStore(self._place, self._removed)

    def stores(self) -> Stores:
        """All of it, to be checked, backed up and put back."""
        from assistant.database import WINDOW_KEY, Stores

        made = (self.feedback, self.watches, self.shared, self.collections, self.conversations)
        of_people = (accounts.AccountStore(self._place), accounts.AuditLog(self._place))
        tables = tuple(store.tables for store in (*made, *of_people))
        return Stores(self._place, tables, (accounts.KEY_FILE, accounts.CLOSED, WINDOW_KEY))

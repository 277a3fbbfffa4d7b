"""The tables of one store, wherever they are."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Executable, MetaData, RowMapping

from assistant.database.columns import Row

ReadRow = Callable[[str, Row], object]
"""Gets a row with its table; raises ValueError, TypeError or KeyError for one that cannot be used."""


class Tables(ABC):
    """The tables of one store, for any number of threads and processes at once.

    `name` is that of the file that has them in a home. All methods raise AssistantError, in one line with the cure,
    when the database cannot be used, also for a ValueError or TypeError over a row that is read.
    """

    is_remote = False  # so that it takes a moment to ask, and may not answer

    def __init__(self, name: str, tables: MetaData, read: ReadRow) -> None:
        self.name = name
        self.metadata = tables
        self.read = read

    @abstractmethod
    def reading(self, query: Executable) -> AbstractContextManager[Iterable[RowMapping]]:
        """The rows of `query`, to be read in the block; none when nothing was ever written."""

    @abstractmethod
    def reading_all(self) -> AbstractContextManager[Connection | None]:
        """A connection that sees all tables as of one moment; None when nothing was ever written."""

    @abstractmethod
    def writing(self, of: str | None = None) -> AbstractContextManager[Connection]:
        """A connection in a transaction that is rolled back when the block raises.

        Meanwhile nobody else writes to these tables. Where it concerns only what is `of` somebody, or one thing, what
        is of others may be written at the same time.
        """

    @abstractmethod
    def exists(self) -> bool:
        """Whether there are tables, even such as cannot be used."""

    @abstractmethod
    def state(self) -> tuple[object, bool]:
        """What changes with the tables, None where there are none; and whether the next change would show in it."""

    @abstractmethod
    def note_change(self, db: Connection) -> None:
        """Have `state` be another one once the transaction of `db` has ended."""

    @abstractmethod
    def check(self) -> None:
        """Raise AssistantError, in one line with the cure, unless the tables are sound and all can be read."""

    @abstractmethod
    def mend(self) -> str:
        """Save what can be used of damaged tables; a line that says what was done."""

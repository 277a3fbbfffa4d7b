"""All stores of people's things at one place."""

from dataclasses import dataclass

from assistant.database.place import Database
from assistant.database.tables import Tables


@dataclass(frozen=True, slots=True)
class Stores:
    """The tables of all stores at one place, and the names of what is kept beside them as small files."""

    place: Database
    tables: tuple[Tables, ...]
    small_files: tuple[str, ...]

    @property
    def files(self) -> frozenset[str]:
        """The names of what has them in a home."""
        return frozenset((*(each.name for each in self.tables), *self.small_files))

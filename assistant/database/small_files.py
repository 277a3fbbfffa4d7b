"""Small things that are written once, as keys: files of a home, or rows of one table in PostgreSQL."""

from pathlib import Path

from assistant.database.place import Database
from assistant.utils import create_private

WINDOW_KEY = "window.key"  # tells the answers that a server made from those of a browser


def create_once(where: Database | Path, name: str, content: bytes) -> bytes:
    """What is kept under `name`; `content`, which is kept from now on, when there is nothing. Raises OSError.

    Of several processes that do this at once, on any server, all get the same.
    """
    place = Database.of(where)
    if place.address is None:
        return create_private(place.home / name, content)
    from assistant.database.fact_table import fact_once

    return fact_once(place.address, name, content)


def is_there(where: Database | Path, name: str) -> bool:
    """Whether something is kept under `name`."""
    place = Database.of(where)
    if (place.home / name).exists():
        return True
    if place.address is None:
        return False
    from assistant.database.fact_table import facts

    return name in facts(place.address)

"""Questions that several servers count together, in PostgreSQL, as `limits` counts those of one server in memory."""

import hashlib
import time
from collections.abc import Callable

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Column, Double, Index, MetaData, Table, delete, func, insert, select

from assistant.database import NUMBER, TEXT, Database, Row, open_tables

FILE = "questions.sqlite"  # the name of the store; the server of a home counts in memory
TABLES = MetaData()
_asked = Table(
    "questions_asked",
    TABLES,
    Column("number", NUMBER, primary_key=True),
    Column("key", TEXT, nullable=False),
    Column("at", Double, nullable=False),
    Index("questions_asked_of_key", "key", "at"),
    Index("questions_asked_at", "at"),
)


class QuestionTable(Storage, MovingWindowSupport):
    """The questions of the last minute on all servers of one database; `clock` gives seconds since 1970."""

    STORAGE_SCHEME = None  # it is made here, not by an address

    def __init__(self, place: Database, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.tables = open_tables(place, FILE, TABLES, _read)
        self._clock = clock

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many, unless there would be more than `limit` in `expiry` seconds then."""
        name, now = _hashed(key), self._clock()
        over = select(_asked.c.number).where(_asked.c.at <= now - expiry).with_for_update(skip_locked=True)
        with self.tables.writing(name) as db:
            db.execute(delete(_asked).where(_asked.c.number.in_(over)))
            still = _asked.c.key == name, _asked.c.at > now - expiry
            if db.execute(select(func.count()).select_from(_asked).where(*still)).scalar_one() + amount > limit:
                return False
            db.execute(insert(_asked), [{"key": name, "at": now}] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the first of those that count was counted, and how many there are."""
        now = self._clock()
        still = _asked.c.key == _hashed(key), _asked.c.at > now - expiry
        counted = select(func.min(_asked.c.at).label("first"), func.count().label("many")).where(*still)
        with self.tables.reading(counted) as rows:
            found = next(iter(rows))
        return (now if found["first"] is None else found["first"]), found["many"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong."""
        return Exception

    def check(self) -> bool:
        """Whether it can be used."""
        self.tables.check()
        return True

    def reset(self) -> None:
        """Nothing: what is counted is over in a minute."""

    def clear(self, key: str) -> None:
        """Forget what was counted under that key."""
        with self.tables.writing(_hashed(key)) as db:
            db.execute(delete(_asked).where(_asked.c.key == _hashed(key)))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not for moving windows."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not for moving windows."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not for moving windows."""
        raise NotImplementedError


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _read(table: str, row: Row) -> float:
    return float(row["at"])

"""What is kept for a while: by one process in memory, by several servers in PostgreSQL; one body for both."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.database import Database, Expiring, ExpiringMemory, ExpiringTable
from tests.accounts.support import Clock
from tests.accounts.test_races import MANY, at_once

Make = Callable[..., Expiring]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Make:
    """Makes what keeps so many things at most; those of one place have the same, where it is a database."""
    if request.param == "memory":
        return lambda most=1000: ExpiringMemory(most, 1_000_000, clock)
    place = Database(tmp_path, SecretStr(request.getfixturevalue("postgres_url")))
    return lambda most=1000: ExpiringTable(place, "test", most, clock)


def test_a_thing_is_kept_until_its_time_is_over(make: Make, clock: Clock) -> None:
    kept = make()
    kept.put("a", b"one", 60)
    kept.put("a", b"two", 60)
    clock.seconds += 59
    assert kept.get("a") == b"two" and kept.get("b") is None
    assert kept.get("a", 60) == b"two"
    clock.seconds += 59
    assert kept.get("a") == b"two"
    clock.seconds += 2
    assert kept.get("a") is None


def test_it_is_replaced_only_where_it_is_what_was_thought(make: Make, clock: Clock) -> None:
    kept = make()
    assert kept.swap("a", None, b"one", 60) and not kept.swap("a", None, b"two", 60)
    assert not kept.swap("a", b"two", b"three", 60) and kept.swap("a", b"one", b"two", 60)
    assert kept.get("a") == b"two" and not kept.swap("a", b"one", None) and kept.swap("a", b"two", None)
    assert kept.get("a") is None and kept.swap("a", None, b"four", 60)
    clock.seconds += 61
    assert not kept.swap("a", b"four", b"five", 60) and kept.swap("a", None, b"six", 60)


def test_the_oldest_give_way(make: Make, clock: Clock) -> None:
    kept = make(most=10)
    for number in range(101):
        clock.seconds += 1
        kept.put(str(number), b"x", 1000)
    assert [number for number in range(101) if kept.get(str(number))] == list(range(91, 101))


def test_one_of_many_at_once_is_first(make: Make) -> None:
    kept = make()
    told = at_once([lambda: kept.swap("a", None, b"mine", 60)] * MANY)
    assert told.count(True) == 1


def test_servers_have_the_same_and_keys_are_not_told(tmp_path: Path, postgres_url: str) -> None:
    place = Database(tmp_path, SecretStr(postgres_url))
    one, other, third = ExpiringTable(place, "a", 10), ExpiringTable(place, "a", 10), ExpiringTable(place, "b", 10)
    one.put("secret key", b"content", 60)
    assert other.get("secret key") == b"content" and third.get("secret key") is None
    with one.tables.reading_all() as db:
        assert db is not None
        assert "secret" not in str(db.exec_driver_sql("SELECT * FROM assistant.remembered").all())

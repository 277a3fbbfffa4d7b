"""Two servers, each with threads of its own, change the accounts of one home or database at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from pydantic import SecretStr

from assistant import AssistantError
from assistant.accounts import AccountStore, HomeKey, PasswordTries, User, WaitError, new_token, store
from assistant.accounts.try_table import TryTable
from assistant.database import Database
from tests.accounts.support import HERE, WORD, Clock, accounts_of

T = TypeVar("T")
MANY = 8


def at_once(doings: Sequence[Callable[[], T]]) -> list[T | AssistantError]:
    """What all of these give or raise when they begin together."""
    ready = Barrier(len(doings), timeout=60)

    def told(do: Callable[[], T]) -> T | AssistantError:
        ready.wait()
        try:
            return do()
        except AssistantError as error:
            return error

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(told, doings))


def servers(place: Database) -> list[AccountStore]:
    """Stores of two servers, one after the other, for as many as there are threads."""
    two = [AccountStore(place), AccountStore(place)]
    return [two[number % 2] for number in range(MANY)]


@pytest.mark.parametrize("how", ["removed", "made readers"])
def test_a_maintainer_stays_when_two_go_at_once(place: Database, how: str) -> None:
    one, other = servers(place)[:2]
    anna, bert = (one.add_user(name, "hash", "maintainer") for name in ("anna", "bert"))
    one.add_user("reader", "hash")
    doings: list[Callable[[], object]]
    if how == "removed":
        doings = [partial(one.remove_person, anna.id), partial(other.remove_person, bert.id)]
    else:
        doings = [partial(one.change_user, "anna", role="reader"), partial(other.change_user, "bert", role="reader")]
    (refused,) = (each for each in at_once(doings) if each is not None and not isinstance(each, User))
    assert "is the last maintainer; first make another one" in str(refused)
    assert [user.role for user in one.known().users.values()].count("maintainer") == 1


def test_the_very_last_user_may_go(place: Database) -> None:
    store = AccountStore(place)
    store.remove_person(store.add_user("anna", "hash", "maintainer").id)
    assert store.known().users == {} and store.is_closed


def test_a_name_is_given_once(place: Database) -> None:
    told = at_once([partial(each.add_user, "Anna", "hash") for each in servers(place)])
    assert sum(not isinstance(each, AssistantError) for each in told) == 1
    assert [user.name for user in AccountStore(place).known().users.values()] == ["Anna"]


def test_nobody_gets_more_tokens_than_there_may_be(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_OF_ONE", 3)
    told = at_once([partial(each.add_token, new_token("script", owner="anna#1")[0]) for each in servers(place)])
    assert sum(isinstance(each, AssistantError) for each in told) == MANY - 3
    assert len(AccountStore(place).known().tokens) == 3


def test_requests_that_come_together_get_the_same_next_session(place: Database) -> None:
    clock = Clock()
    one, other = accounts_of(place, clock), accounts_of(place, clock)
    one.add_user("anna", WORD)
    principal = one.sign_in("anna", WORD, HERE)
    assert principal is not None
    cookie = one.begin_session(principal)
    clock.seconds += 3600
    told = at_once([partial(each.renewed, cookie) for each in (one, other) * (MANY // 2)])
    (new,) = set(told)
    assert isinstance(new, str) and new != cookie and one.of_session(new) == other.of_session(new) == principal
    other.end_session(cookie)
    assert one.of_session(new) is None and one.of_session(cookie) is None


def test_the_later_use_of_a_token_is_kept(place: Database) -> None:
    (token, _), now = new_token("script"), datetime.now(UTC)
    one, other = servers(place)[:2]
    one.add_token(token)
    at_once([partial(one.note_used, token, now), partial(other.note_used, token, now - timedelta(minutes=1))])
    assert one.known().tokens[token.id].used == now


def test_all_servers_sign_with_one_key(place: Database) -> None:
    signed = at_once([lambda: HomeKey(place).sign("x") for _ in range(MANY)])
    assert len(set(signed)) == 1


def test_tries_on_several_servers_are_counted_together(tmp_path: Path, postgres_url: str) -> None:
    clock, place = Clock(), Database(tmp_path, SecretStr(postgres_url))
    two = [PasswordTries(clock, TryTable(place)) for _ in range(2)]
    told = at_once([partial(each.begin, "staff", "a") for each in two * (MANY // 2)])
    assert sum(isinstance(each, WaitError) for each in told) == MANY - 5
    assert [each.wait("staff", "a") for each in two] == [1, 1]
    clock.seconds += 1
    two[0].entered("staff", "a")
    assert two[1].wait("staff", "a") == 0

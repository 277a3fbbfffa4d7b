"""Several servers on one database: who signs in at one is known at the others, and limits hold for all together."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.accounts import Principal
from assistant.database import Database
from assistant.server import LimitError, QuestionLimits
from tests.accounts.support import WORD, Clock
from tests.accounts.test_races import MANY, at_once
from tests.servers.postgres import PostgresServer

from .people import OWN, Served, served
from .test_people import me

COOKIE = "article-assistant-session"


@pytest.fixture
def two(tmp_path: Path, postgres_url: str) -> Iterator[list[Served]]:
    """Two servers, each of a home of its own, with a reader, anna, and a maintainer, max."""
    with ExitStack() as stack:
        made = [stack.enter_context(served(tmp_path / name, index=SecretStr(postgres_url))) for name in ("a", "b")]
        made[0].service.accounts.add_user("anna", WORD)
        made[1].service.accounts.add_user("max", WORD, "maintainer")
        yield made


def test_who_signs_in_at_one_server_is_known_at_the_other_until_they_sign_out(two: list[Served]) -> None:
    one, other = two
    one.enter("anna", WORD)
    browser = other.another()
    browser.cookies.update(dict(one.browser.cookies))
    assert me(browser) == me(one.browser) == ("anna", "reader")
    token = browser.post("/api/v1/tokens", json={"name": "script"}, headers=OWN).json()["token"]
    assert me(one.another(), Authorization=f"Bearer {token}") == ("anna", "reader")
    assert one.browser.post("/logout", headers=OWN).status_code == 303
    assert me(browser) == 401
    other.service.accounts.store.remove_person(_id(other, "anna"))
    assert me(one.another(), Authorization=f"Bearer {token}") == 401
    assert one.noted == other.noted and ("anna", "sign-out", "") in other.noted


def _id(server: Served, name: str) -> str:
    person = server.service.accounts.person_named(name)
    assert person is not None
    return person.id


def test_nobody_is_let_in_while_the_database_does_not_answer(two: list[Served], postgres: PostgresServer) -> None:
    one, other = two
    other.enter("max", WORD)
    one.enter("anna", WORD)
    postgres.kill()
    try:
        refused = one.browser.get("/api/v1/me")
        assert refused.status_code == 503 and refused.json()["code"] == "storage"
        assert "the database: it cannot be reached" in refused.json()["detail"]
        assert not {"127.0.0.1", str(postgres.port), "tester"} & set(refused.text.replace("/", ":").split(":"))
    finally:
        postgres.start()
    assert me(one.browser) == ("anna", "reader") and me(other.browser) == ("max", "maintainer")


def test_questions_at_several_servers_are_counted_together(tmp_path: Path, postgres_url: str) -> None:
    place, clock = Database(tmp_path, SecretStr(postgres_url)), Clock()
    two, anna = [QuestionLimits(3, place, clock) for _ in range(2)], Principal("anna", person="anna#1")
    told = at_once([partial(each.count, anna, "a") for each in two * (MANY // 2)])
    assert sum(isinstance(each, LimitError) for each in told) == MANY - 3
    with pytest.raises(LimitError, match=r"You may ask 3 questions a minute; try again in 60 s\."):
        two[1].count(anna, "b")
    two[0].count(Principal("bert", person="bert#1"), "a")
    clock.seconds += 61
    two[1].count(anna, "a")

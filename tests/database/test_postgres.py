"""People's things in PostgreSQL: what goes wrong is one line with the cure, and a password is in none of them."""

import logging
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import AssistantError, Settings, SettingsError
from assistant.database import Database, database, forget_connections
from assistant.maintenance import FeedbackStore, WatchStore
from tests.maintenance.test_feedback import ANSWER
from tests.servers.places import opened
from tests.servers.postgres import PostgresServer

NAME = "127.0.0.1"


def told(address: str) -> str:
    """What is said where the store at that address cannot be used."""
    place = Database(Path("home"), SecretStr(address))
    with pytest.raises(AssistantError) as caught:
        FeedbackStore(place).entries()
    forget_connections(SecretStr(address))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_each_fault_of_an_address_is_told_with_its_cure_and_without_the_password(
    postgres: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    name, here = postgres_url.rpartition("/")[2], f"{NAME}:{postgres.port}"
    cases = {
        f"postgresql://tester:wr0ng-word@{here}/{name}": "correct user and password in the setting index",
        f"postgresql://nobody:wr0ng-word@{here}/{name}": "correct user and password in the setting index",
        f"postgresql://tester:wr0ng-word@{NAME}:1/{name}": "it cannot be reached .*; start it, or correct the setting",
        postgres_url.replace(name, "none"): "make it: createdb, with the encoding UTF8",
        f"{postgres_url}?sslmode=allow": "index has sslmode='allow'; use disable, prefer, require, verify-ca",
        f"{postgres_url}?sslmode=require": "it cannot be reached",
        f"{postgres_url}?options=x": "index has options in it; known are host, sslmode and sslrootcert",
    }
    for address, cure in cases.items():
        found = told(address)
        assert re.search(cure, found), found
        assert "wr0ng-word" not in found and postgres.password not in found
    assert "wr0ng-word" not in caplog.text and postgres.password not in caplog.text


def test_a_database_of_another_encoding_or_without_rights_is_told(postgres: PostgresServer, postgres_url: str) -> None:
    name = postgres_url.rpartition("/")[2]
    postgres.execute(f"CREATE DATABASE {name}_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    postgres.execute(f"CREATE ROLE {name}_guest LOGIN PASSWORD 'guest'")
    try:
        assert "make it with ENCODING 'UTF8'" in told(postgres.url(f"{name}_latin"))
        guest = f"postgresql://{name}_guest:guest@{NAME}:{postgres.port}/{name}"
        assert "GRANT CREATE ON DATABASE" in told(guest)
    finally:
        postgres.execute(f"DROP DATABASE {name}_latin WITH (FORCE)")
        postgres.execute(f"DROP ROLE {name}_guest")


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000", None)
    assert "pip install 'article-assistant[postgres]'" in told("postgresql://a:b@nowhere.example/c")


@pytest.mark.parametrize(
    "address", ["postgresql://a:pa55word@h", "mysql://a:pa55word@h/n", "postgresql://a:pa55:word@h:x/n", "there", ""]
)
def test_what_is_no_address_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(SettingsError, match="setting index: it should be home, or postgresql://") as caught:
        Settings(index=SecretStr(address))
    assert "pa55" not in str(caught.value)


def test_the_settings_do_not_show_the_password(postgres_url: str, postgres: PostgresServer) -> None:
    settings = Settings(index=SecretStr(postgres_url))
    assert postgres.password not in f"{settings!r} {settings} {settings.model_dump()} {database(settings)!r}"
    assert database(Settings()).address is None


def test_a_server_over_a_socket_and_a_password_of_any_characters(postgres: PostgresServer, postgres_url: str) -> None:
    name, user = postgres_url.rpartition("/")[2], postgres_url.partition("@")[0]
    address = f"{user}@:{postgres.port}/{name}?host={postgres.folder}"
    place = Database(Path("home"), SecretStr(address))
    rated = FeedbackStore(place).put(ANSWER, True)
    assert FeedbackStore(Database(Path("home"), SecretStr(postgres_url))).entries() == [rated]
    forget_connections(SecretStr(address))


def test_servers_that_begin_together_make_the_tables_once(postgres_url: str) -> None:
    place = Database(Path("home"), SecretStr(postgres_url))
    uses: list[Callable[[], object]] = [FeedbackStore(place).entries, WatchStore(place).all] * 8
    with ThreadPoolExecutor(len(uses)) as pool:
        assert all(found == [] for found in pool.map(lambda use: use(), uses))


def test_with_an_address_nothing_of_people_is_in_the_home(tmp_path: Path, postgres_url: str) -> None:
    place = Database(tmp_path / "home", SecretStr(postgres_url))
    with opened(place) as assistant:
        assistant.rate(ANSWER, True)
        assistant.watch("Did it rain?")
        assistant.conversations.new("ana")
        assert assistant.check().is_sound
    assert not list(tmp_path.glob("home/*.sqlite"))


@pytest.mark.crash
def test_a_killed_server_is_told_and_work_goes_on_when_it_is_back(
    tmp_path: Path, postgres: PostgresServer, postgres_url: str
) -> None:
    store, kept, errors = FeedbackStore(Database(tmp_path, SecretStr(postgres_url))), [], []

    def write(number: int) -> None:
        try:
            kept.append(store.put(ANSWER, True, str(number)))
        except AssistantError as error:
            errors.append(str(error))

    write(0)
    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(write, number) for number in range(200)]
        written[20].result()
        postgres.kill()
        for each in written:
            each.result()
        for _ in range(4):
            write(1000)
        postgres.start()
    assert errors and not any("\n" in line or postgres.password in line for line in errors)
    assert any("start it, or correct the setting index" in line or "try again" in line for line in errors)
    write(2000)
    assert {each.key for each in kept} <= {each.key for each in store.entries()} and kept[-1].reason == "2000"

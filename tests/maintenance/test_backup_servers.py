"""A backup has what people made in PostgreSQL, and is put back there, or into the files of a home."""

import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from assistant import AssistantError, Settings
from assistant.cli.main import main
from assistant.database import Database, database, put_back
from assistant.maintenance import restore
from assistant.people import People
from tests.accounts.support import HERE, WORD, accounts_of
from tests.maintenance.test_collections import PASSAGE
from tests.maintenance.test_feedback import ANSWER
from tests.servers.places import all_words, opened, settings_at
from tests.servers.postgres import PostgresServer, empty_database

pytestmark = pytest.mark.usefixtures("quick_names")


def fill(place: Database) -> str:
    """Make something of each kind there; the cookie of somebody who has signed in."""
    accounts = accounts_of(place)
    accounts.add_user("Zoë", WORD, "maintainer")
    principal = accounts.sign_in("Zoë", WORD, HERE)
    assert principal is not None and principal.owner is not None
    accounts.make_token(principal, "script")
    with opened(place) as assistant:
        assistant.rate(ANSWER, True, "a\udcffreason")
        for number in range(120):  # more than are copied at once
            assistant.watch(f"Did it rain on day {number}?", owner="anna")
        assistant.unwatch(1)
        assistant.share(ANSWER, principal.owner)
        made = assistant.collections.new(principal.owner, "The ferry")
        assistant.collections.add(principal.owner, made.id, PASSAGE)
        assistant.conversations.add(principal.owner, assistant.conversations.new(principal.owner).id, ANSWER)
    return accounts.begin_session(principal)


def made_there(place: Database) -> list[object]:
    """All that people made there."""
    with opened(place) as assistant:
        assert assistant.check().is_sound
        conversations = assistant.conversations
        (owner,) = accounts_of(place).store.known().users
        made = [conversations.get(owner, each.id) for each in conversations.of(owner, "hurt")]
        feedback, shared = assistant.feedback(), assistant.shared_answers(None, maintainer=True)
        assert len(made) == len(feedback) == len(shared) == 1
        return [made, feedback, shared, assistant.watches(), assistant.collections.of(owner)]


@pytest.fixture
def full(tmp_path: Path, postgres_url: str) -> tuple[Database, str]:
    """A database that has something of each kind, and the cookie of somebody who is signed in there."""
    place = Database(tmp_path / "home", SecretStr(postgres_url))
    return place, fill(place)


def taken(place: Database, path: Path) -> Path:
    """A backup of what is there."""
    place.home.mkdir(exist_ok=True)
    (place.home / "feedback.sqlite").write_bytes(b"left over from before")  # it is not what counts
    with opened(place) as assistant:
        assistant.backup(path)
    return path


def put(file: Path, place: Database, *, force: bool = False) -> tuple[str, ...]:
    """The notices of putting a backup back there."""
    settings = Settings(**settings_at(place))
    return restore(settings, file, force=force, stores=People(database(settings)).stores()).notices


@pytest.mark.parametrize("to", ["home", "database"])
def test_what_was_in_a_database_comes_back(
    tmp_path: Path, full: tuple[Database, str], postgres: PostgresServer, to: str
) -> None:
    place, cookie = full
    file = taken(place, tmp_path / "all.tar.gz")
    with empty_database(postgres) as url:
        other = Database(tmp_path / "other", SecretStr(url) if to == "database" else None)
        assert put(file, other) == ()
        assert made_there(other) == made_there(place)
        accounts = accounts_of(other)
        assert not accounts.is_open and accounts.sign_in("Zoë", WORD, HERE)
        assert accounts.of_session(cookie) == accounts_of(place).of_session(cookie) is not None
        with opened(other) as assistant:
            assert assistant.watch("Another?").number == 121  # no number is used twice
        assert bool(list(other.home.glob("*.sqlite"))) == (to == "home") == (other.home / "accounts.key").exists()


def test_what_was_in_a_home_comes_into_a_database(tmp_path: Path, postgres_url: str) -> None:
    home, place = Database(tmp_path / "home"), Database(tmp_path / "other", SecretStr(postgres_url))
    cookie = fill(home)
    with opened(home) as assistant:
        assistant.backup(tmp_path / "all.tar.zst")
    put(tmp_path / "all.tar.zst", place)
    assert made_there(place) == made_there(home)
    assert accounts_of(place).of_session(cookie) is not None


def test_a_database_that_has_something_is_replaced_with_force_only_and_set_aside(
    tmp_path: Path, full: tuple[Database, str], postgres: PostgresServer
) -> None:
    place, _ = full
    file, before = taken(place, tmp_path / "all.tar.gz"), made_there(place)
    running, other = accounts_of(place), Database(tmp_path / "other", place.address)
    with opened(place) as assistant:
        assistant.rate(ANSWER, False, "since the backup")
    running.add_user("since", WORD)
    with pytest.raises(AssistantError, match=r"has people's things already \(feedback\); with --force they are set"):
        put(file, other)
    assert not other.home.exists() and "since the backup" in all_words(place)
    (notice,) = put(file, other, force=True)
    assert made_there(place) == before and "since the backup" not in all_words(place)
    assert running.person_named("since") is None and running.person_named("Zoë") is not None
    aside = notice.rpartition(" ")[2]
    rows = postgres.execute(f"SELECT reason FROM {aside}.feedback", str(place.address and _name(place.address)))
    assert ["since the backup"] in [list(row) for row in rows]


def test_what_fails_on_the_way_leaves_the_database_as_it_was(tmp_path: Path, full: tuple[Database, str]) -> None:
    place, _ = full
    before, stores = made_there(place), People(place).stores()
    with pytest.raises(ZeroDivisionError), put_back(stores, tmp_path / "empty"):
        raise ZeroDivisionError
    assert made_there(place) == before


def test_a_damaged_backup_is_not_put_into_a_database(tmp_path: Path, full: tuple[Database, str]) -> None:
    place, _ = full
    file, before = taken(place, tmp_path / "all.tar.gz"), made_there(place)
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(AssistantError, match="damaged or cut off"):
        put(file, place, force=True)
    assert made_there(place) == before


def test_the_commands_take_the_address_from_the_settings(
    tmp_path: Path, full: tuple[Database, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = full
    assert place.address is not None
    monkeypatch.setenv("ASSISTANT_INDEX", place.address.get_secret_value())
    place.home.mkdir(exist_ok=True)
    home, file = ["--home", str(place.home)], str(tmp_path / "all.tar.gz")
    assert CliRunner().invoke(main, ["backup", file, *home]).exit_code == 0
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
    assert {"home/accounts.sqlite", "home/accounts.key", "home/sign-in-required", "home/audit.sqlite"} <= names
    refused = CliRunner().invoke(main, ["restore", file, "--home", str(tmp_path / "new")])
    assert refused.exit_code == 1 and "with --force" in refused.stderr
    put_back = CliRunner().invoke(main, ["restore", file, "--force", "--home", str(tmp_path / "new")])
    assert put_back.exit_code == 0 and "in the schema assistant_before_" in put_back.stderr
    assert "Zoë" in CliRunner().invoke(main, ["users", "list", *home]).stdout


def _name(address: SecretStr) -> str:
    return address.get_secret_value().rpartition("/")[2]

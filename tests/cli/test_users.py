"""Users and tokens are kept by command, and the audit log is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.accounts import passwords
from assistant.cli.main import main
from tests.accounts.support import QUICK, WORD, accounts_of


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: QUICK)


def run(home: Path, *command: str, given: str = "") -> Result:
    return CliRunner().invoke(main, [*command, "--home", str(home)], input=given)


def as_json(home: Path, *command: str) -> Any:
    return json.loads(run(home, *command, "--json").stdout)


def test_a_user_is_added_changed_and_removed_and_the_server_stays_closed(tmp_path: Path) -> None:
    added = run(tmp_path, "users", "add", "Anna", given=f"{WORD}\n{WORD}\n")
    assert added.exit_code == 0 and WORD not in added.output and "must sign in" in added.output
    assert run(tmp_path, "users", "role", "anna", "maintainer").exit_code == 0
    assert run(tmp_path, "users", "password", "anna", "--password-stdin", given="another horse\n").exit_code == 0
    assert [(each["name"], each["role"]) for each in as_json(tmp_path, "users", "list")] == [("Anna", "maintainer")]
    accounts = accounts_of(tmp_path)
    assert accounts.sign_in("anna", WORD, "a") is None and accounts.sign_in("anna", "another horse", "a")
    removed = run(tmp_path, "users", "remove", "ANNA")
    assert "Sign-in is still required" in removed.output and not accounts.is_open
    actions = [entry["action"] for entry in as_json(tmp_path, "audit")]
    assert actions == ["user-removed", "password-changed", "role-changed", "user-added"]


@pytest.mark.parametrize(
    ("command", "given", "told"),
    [
        (("users", "add", "anna", "--password-stdin"), "short\n", "a password has 8 to 1,000 characters"),
        (("users", "add", "staff", "--password-stdin"), WORD, "the name staff is reserved"),
        (("users", "add", "anna"), "", "no password was given; without a terminal, give it with --password-stdin"),
        (("users", "remove", "anna"), "", "there is no user 'anna'"),
        (("users", "password", "anna", "--password-stdin"), WORD, "there is no user 'anna'"),
        (("users", "role", "anna", "reader"), "", "there is no user 'anna'"),
        (("tokens", "add", "x", "--user", "anna"), "", "there is no user 'anna'"),
        (("tokens", "add", " "), "", "a token needs a name"),
        (("tokens", "remove", "x"), "", "there is no token 'x'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path, command: tuple[str, ...], given: str, told: str) -> None:
    result = run(tmp_path, *command, given=given)
    assert result.exit_code == 1 and told in result.stderr and len(result.stderr.splitlines()) == 1
    assert accounts_of(tmp_path).is_open


def test_a_first_user_can_be_added_where_the_settings_would_not_let_a_server_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_HOST", "0.0.0.0")
    monkeypatch.setenv("ASSISTANT_MAINTENANCE", "true")
    assert run(tmp_path, "users", "add", "anna", "--password-stdin", given=WORD).exit_code == 0


def test_a_token_is_shown_once_and_is_that_of_a_user_or_of_nobody(tmp_path: Path) -> None:
    run(tmp_path, "users", "add", "anna", "--password-stdin", given=WORD)
    of_anna = as_json(tmp_path, "tokens", "add", "script", "--user", "ANNA", "--maintainer")
    of_nobody = as_json(tmp_path, "tokens", "add", "monitor", "--never")
    listed = run(tmp_path, "tokens", "list", "--json").stdout
    assert of_anna["token"] not in listed and [each["user"] for each in json.loads(listed)] == ["anna", None]
    accounts = accounts_of(tmp_path)
    first, second = (accounts.of_token(each["token"]) for each in (of_anna, of_nobody))
    assert first is not None and (first.name, first.role) == ("anna", "reader")  # as anna is one
    assert second is not None and (second.name, second.owner) == ("token:monitor", f"token:{of_nobody['id']}")
    assert of_nobody["ends"] is None and of_anna["ends"]
    assert run(tmp_path, "tokens", "remove", of_nobody["id"]).exit_code == 0
    assert accounts.of_token(of_nobody["token"]) is None
    assert run(tmp_path, "tokens", "add", "x", "--days", "1001").exit_code == 2

"""People sign in by password, stay signed in for a while, and are nobody as soon as their account is gone."""

import asyncio
import os
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from assistant import AssistantError, Settings, SettingsError
from assistant.accounts import Accounts, PasswordHashes, Principal
from assistant.database import Database
from tests.accounts.support import HERE, WORD, Clock, accounts_of
from tests.servers.places import settings_at

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def entered(accounts: Accounts, name: str = "Anna", password: str = WORD) -> tuple[Principal, str]:
    """Somebody who has signed in, and their cookie."""
    principal = accounts.sign_in(name, password, HERE)
    assert principal is not None
    return principal, accounts.begin_session(principal)


# users


def test_a_user_signs_in_however_the_name_is_spelt_and_with_the_right_password_only(place: Database) -> None:
    accounts = accounts_of(place)
    accounts.add_user("Zoë", WORD, "maintainer")
    for spelling in ("Zoë", "zoe\u0308", "ＺＯË", " zoë "):
        found = accounts.sign_in(spelling, WORD, HERE)
        assert found is not None and (found.name, found.role, found.by) == ("Zoë", "maintainer", "session")
    for name, password in (("Zoë", "correct hors"), ("Zoe", WORD), ("", ""), ("Zoë", ""), ("Zoë", "\udc80" * 9)):
        assert accounts.sign_in(name, password, f"of {name!r}") is None
    assert accounts.sign_in("Zoë", WORD + "x" * 1000, HERE) is None


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 65, "a\nb", "a\u200bb", "a\u202eb", "Staff", "MAINTAINER", "ｓｔａｆｆ", "oidc:anna", "a#b"]
)
def test_a_name_that_could_be_taken_for_another_one_is_refused(tmp_path: Path, name: str) -> None:
    accounts = accounts_of(tmp_path)
    with pytest.raises(AssistantError):
        accounts.add_user(name, WORD)
    assert accounts.is_open


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1001])
def test_a_password_has_eight_to_a_thousand_characters_and_is_in_no_message(tmp_path: Path, password: str) -> None:
    with pytest.raises(AssistantError, match=r"8 to 1,000 characters; this one has [\d,]+$"):
        accounts_of(tmp_path).add_user("anna", password)


def test_no_two_users_have_the_same_name(place: Database) -> None:
    accounts = accounts_of(place)
    accounts.add_user("Anna", WORD)
    with pytest.raises(AssistantError, match="there is a user ANNA already"):
        accounts.add_user("ANNA", WORD)


def test_the_files_are_private_and_have_no_password_and_no_session_in_them(tmp_path: Path) -> None:
    accounts = accounts_of(tmp_path)
    accounts.add_user("anna", WORD)
    principal, cookie = entered(accounts)
    _, token = accounts.make_token(principal, "script")
    for name in ("accounts.sqlite", "accounts.key", "sign-in-required"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    kept = (tmp_path / "accounts.sqlite").read_bytes()
    value = cookie.rpartition(".")[0]
    assert not any(secret.encode() in kept for secret in (WORD, value, token, token.rpartition("_")[2]))


def test_a_home_that_ever_had_a_user_stays_closed_even_without_its_file(tmp_path: Path) -> None:
    accounts = accounts_of(tmp_path)
    assert accounts.is_open
    user = accounts.add_user("anna", WORD)
    assert not accounts.is_open
    accounts.store.remove_person(user.id)
    assert not accounts.is_open and not accounts_of(tmp_path).is_open
    (tmp_path / "accounts.sqlite").unlink()
    assert not accounts.is_open and not accounts_of(tmp_path).is_open
    (tmp_path / "sign-in-required").unlink()
    assert not accounts.is_open and accounts_of(tmp_path).is_open  # from the next start on


def test_nobody_is_let_in_while_the_file_cannot_be_read(tmp_path: Path) -> None:
    accounts = accounts_of(tmp_path)
    (tmp_path / "accounts.sqlite").write_bytes(b"no such file" * 100)
    with pytest.raises(AssistantError, match="check --repair"):
        _ = accounts.is_open


def test_what_another_process_changes_holds_at_once(place: Database) -> None:
    server, command = accounts_of(place), accounts_of(place)
    user = command.add_user("anna", WORD)
    principal, cookie = entered(server)
    command.store.change_user("ANNA", role="maintainer")
    assert server.of_session(cookie) is None  # their rights are others now
    principal, cookie = entered(server)
    assert principal.may_maintain and server.of_session(cookie) == principal
    command.store.remove_person(user.id)
    assert server.of_session(cookie) is None and server.sign_in("anna", WORD, HERE) is None


def test_the_file_is_read_beside_the_event_loop_and_only_where_it_has_changed(tmp_path: Path) -> None:
    accounts = accounts_of(tmp_path)
    accounts.add_user("anna", WORD)
    here = threading.get_ident()
    assert asyncio.run(accounts.found(threading.get_ident)) != here
    os.utime(tmp_path / "accounts.sqlite", ns=(0, 1))  # it changed long ago
    assert accounts.has_passwords and asyncio.run(accounts.found(threading.get_ident)) == here


def test_who_gets_the_name_of_somebody_who_left_has_nothing_of_theirs(place: Database) -> None:
    accounts = accounts_of(place)
    first = accounts.add_user("anna", WORD)
    before, cookie = entered(accounts)
    accounts.store.remove_person(first.id)
    accounts.add_user("anna", WORD)
    after, _ = entered(accounts)
    assert before.name == after.name and before.owner != after.owner and accounts.of_session(cookie) is None


def test_a_hash_that_was_made_with_less_work_is_made_anew_and_nobody_is_signed_out(place: Database) -> None:
    accounts = accounts_of(place)
    accounts.add_user("anna", WORD)
    _, cookie = entered(accounts)
    harder = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    now = Accounts(Settings(**settings_at(place)), Clock(), PasswordHashes(harder))
    assert entered(now) and now.of_session(cookie)
    user = now.store.known().user_named("anna")
    assert user is not None and "t=2" in user.password_hash and entered(now)


def test_the_users_of_the_settings_go_on_beside_those_of_the_home(place: Database) -> None:
    given: dict[str, Any] = {"ui_password": "right", "maintenance_password": "best", "maintenance": True}
    accounts = accounts_of(place, **given)
    accounts.add_user("anna", WORD)
    for name, password, role in (("staff", "right", "reader"), ("maintainer", "best", "maintainer")):
        principal, cookie = entered(accounts, name, password)
        assert principal.role == role and principal.owner == name
        assert accounts_of(place, **given).of_session(cookie) == principal  # after a restart
        assert (
            accounts_of(place, **{**given, "ui_password": "x", "maintenance_password": "y"}).of_session(cookie) is None
        )
    assert accounts_of(place).of_session(cookie) is None and entered(accounts)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"user_header": "X-Remote-User"}, "user_header is set and trusted_proxies is not"),
        ({"user_header": "Cookie", "trusted_proxies": "10.0.0.1"}, "user_header = 'Cookie'"),
        ({"user_header": "X_Remote_User", "trusted_proxies": "10.0.0.1"}, "user_header = 'X_Remote_User'"),
        ({"groups_header": "X-Groups"}, "groups_header is set and user_header is not"),
        ({"oidc_issuer": "http://id.example", "oidc_client_id": "x"}, "https://"),
        ({"oidc_issuer": "https://id.example"}, "oidc_issuer is set and oidc_client_id is not"),
        ({"oidc_only": True}, "oidc_only is set and oidc_issuer is not"),
        ({"ui_password": ""}, "setting ui_password: .*it is empty"),
    ],
)
def test_settings_that_would_let_the_wrong_people_in_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Settings(**settings)


# sessions


@pytest.fixture
def signed_in(place: Database) -> tuple[Accounts, Clock, Principal, str]:
    """Accounts with their clock, and somebody who has signed in with their cookie."""
    clock = Clock()
    accounts = accounts_of(place, clock)
    accounts.add_user("anna", WORD)
    return accounts, clock, *entered(accounts)


SignedIn = tuple[Accounts, Clock, Principal, str]


def test_a_session_ends_when_it_was_not_used_for_half_a_day(signed_in: SignedIn) -> None:
    accounts, clock, principal, cookie = signed_in
    clock.seconds += 11 * HOUR
    assert accounts.of_session(cookie) == principal
    accounts._writer.submit(lambda: None).result()  # what was noted is written
    clock.seconds += 11 * HOUR
    assert accounts.of_session(cookie) == principal
    accounts._writer.submit(lambda: None).result()
    clock.seconds += 12 * HOUR + 1
    assert accounts.of_session(cookie) is None


def test_a_session_gets_another_id_after_an_hour_and_the_old_one_is_good_for_a_minute(signed_in: SignedIn) -> None:
    accounts, clock, principal, cookie = signed_in
    assert accounts.renewed(cookie) is None
    clock.seconds += HOUR
    new = accounts.renewed(cookie)
    assert new is not None and new != cookie and accounts.renewed(cookie) == new
    assert accounts.of_session(cookie) == accounts.of_session(new) == principal
    clock.seconds += MINUTE + 1
    assert accounts.of_session(cookie) is None and accounts.of_session(new) == principal
    assert accounts.renewed(cookie) is None


def test_a_session_ends_after_thirty_days_however_much_it_is_used(signed_in: SignedIn) -> None:
    accounts, clock, principal, cookie = signed_in
    for _ in range(30 * 3):
        assert accounts.of_session(cookie) == principal
        clock.seconds += 8 * HOUR
        cookie = accounts.renewed(cookie) or cookie
    clock.seconds += 1
    assert accounts.of_session(cookie) is None


def test_signing_out_ends_the_session_under_both_its_ids_and_no_other(signed_in: SignedIn) -> None:
    accounts, clock, principal, cookie = signed_in
    clock.seconds += HOUR
    new, other = accounts.renewed(cookie), entered(accounts)[1]
    assert new
    accounts.end_session(cookie)
    assert accounts.of_session(cookie) is None and accounts.of_session(new) is None
    assert accounts.of_session(other) == principal
    accounts.end_sessions(principal)
    assert accounts.of_session(other) is None


def test_a_cookie_that_was_made_up_or_is_of_another_home_is_nobody(signed_in: SignedIn, tmp_path: Path) -> None:
    accounts, _, _, cookie = signed_in
    value, _, signature = cookie.rpartition(".")
    for forged in (
        "",
        "x",
        value,
        f"{value}.",
        f"{value}.{signature[:-1]}",
        f"{value}x.{signature}",
        "ü.é",
        "\udc80",
        "." * 9,
    ):
        assert accounts.of_session(forged) is None
    other = accounts_of(tmp_path / "other")
    other.add_user("anna", WORD)
    assert other.of_session(cookie) is None and accounts.of_session(entered(other)[1]) is None


def test_another_password_ends_all_sessions(signed_in: SignedIn) -> None:
    accounts, _, principal, cookie = signed_in
    with pytest.raises(AssistantError, match="not your present password"):
        accounts.change_password(principal, "wrong horse", "another horse", HERE)
    assert accounts.of_session(cookie) == principal
    accounts.change_password(principal, WORD, "another horse", HERE)
    assert accounts.of_session(cookie) is None and accounts.sign_in("anna", WORD, HERE) is None
    assert entered(accounts, password="another horse")


# tokens


def test_a_token_is_its_owner_with_at_most_its_own_role_until_its_end(signed_in: SignedIn) -> None:
    accounts, clock, principal, _ = signed_in
    with pytest.raises(AssistantError, match="more rights than you have"):
        accounts.make_token(principal, "script", "maintainer")
    clock.seconds = time.time()
    made, shown = accounts.make_token(principal, "script", days=1)
    found = accounts.of_token(shown)
    assert found == Principal("anna", "reader", "token", made.id, principal.person)
    assert found.owner == principal.owner and accounts.tokens_of(found) == accounts.tokens_of(principal)
    clock.seconds += DAY + 60
    assert accounts.of_token(shown) is None


def test_a_token_never_has_more_rights_than_its_owner_has_now(place: Database) -> None:
    accounts = accounts_of(place)
    accounts.add_user("bert", WORD, "maintainer")
    user = accounts.add_user("anna", WORD, "maintainer")
    principal, _ = entered(accounts)
    reads, maintains = (accounts.make_token(principal, role, role)[1] for role in ("reader", "maintainer"))
    assert [getattr(accounts.of_token(each), "role", None) for each in (reads, maintains)] == ["reader", "maintainer"]
    accounts.store.change_user("anna", role="reader")
    assert getattr(accounts.of_token(maintains), "role", None) == "reader"
    accounts.store.remove_person(user.id)
    assert accounts.of_token(reads) is None and accounts.of_token(maintains) is None


def test_what_is_no_token_is_nobody(signed_in: SignedIn) -> None:
    accounts, _, principal, _ = signed_in
    made, shown = accounts.make_token(principal, "script")
    secret = shown.rpartition("_")[2]
    odd = ["", "aa_", "aa__", f"aa_{made.id}", f"aa_{made.id}_", f"aa_{made.id}_{secret}x", f"aa_000000000000_{secret}"]
    odd += [
        made.hash,
        f"aa_{made.id}_{made.hash}",
        f"ab_{made.id}_{secret}",
        shown.upper(),
        shown + "\udc80",
        "aa_" * 9999,
    ]
    assert not any(accounts.of_token(each) for each in odd) and accounts.of_token(shown)
    accounts.remove_token(principal, made.id)
    assert accounts.of_token(shown) is None


def test_nobody_sees_or_removes_a_token_of_somebody_else(signed_in: SignedIn) -> None:
    accounts, _, anna, _ = signed_in
    accounts.add_user("bert", WORD)
    bert, _ = entered(accounts, "bert")
    made, shown = accounts.make_token(anna, "script")
    for other in (bert, Principal("anna"), Principal(), replace(anna, person=None)):
        assert accounts.tokens_of(other) == []
        with pytest.raises(AssistantError, match="no token with this id"):
            accounts.remove_token(other, made.id)
    assert accounts.of_token(shown)


# people from elsewhere


def test_a_person_of_a_proxy_or_a_provider_is_no_user_of_the_same_name(place: Database) -> None:
    issuer = "https://id.example"
    settings: dict[str, Any] = {"oidc_issuer": issuer, "oidc_client_id": "us", "user_header": "X-User"}
    settings |= {"trusted_proxies": "10.0.0.1", "groups_header": "X-Groups", "maintainer_group": "desk"}
    accounts = accounts_of(place, **settings)
    accounts.add_user("anna", WORD, "maintainer")
    home, _ = entered(accounts)
    proxied = accounts.of_proxy("anna", ["news", "desks"])
    provided = accounts.of_provider(issuer, "17", "anna", "reader")
    other = accounts.of_provider(issuer, "18", "anna", "reader")
    assert proxied is not None and not (proxied.may_maintain or provided.may_maintain)
    assert len({each.owner for each in (home, proxied, provided, other)}) == 4
    assert (proxied.name, provided.name) == ("proxy:anna", "oidc:anna")
    assert getattr(accounts.of_proxy("anna", ["desk"]), "role", None) == "maintainer"
    assert not any(accounts.of_proxy(name) for name in ("", "a\nb", "a\u200b", " a", "x" * 65))
    cookie = accounts.begin_session(provided)
    assert accounts.of_session(cookie) == provided
    accounts.of_provider(issuer, "17", "anna", "maintainer")
    assert getattr(accounts.of_session(cookie), "role", None) == "maintainer"
    elsewhere = accounts_of(place, **{**settings, "oidc_issuer": "https://other.example"})
    assert elsewhere.of_session(cookie) is None

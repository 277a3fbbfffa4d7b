"""Who may use a server: sign-in and out, sessions, tokens, a proxy's word, limits, and what the audit log has."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.accounts import Principal
from assistant.server import LimitError, QuestionLimits
from tests.accounts.support import WORD

from .people import OWN, Served, served


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    """A server of a home with a reader, anna, and a maintainer, max."""
    with served(tmp_path) as made:
        made.service.accounts.add_user("anna", WORD)
        made.service.accounts.add_user("max", WORD, "maintainer")
        yield made


def me(browser: Any, **headers: str) -> Any:
    reply = browser.get("/api/v1/me", headers=headers)
    return (reply.json()["name"], reply.json()["role"]) if reply.status_code == 200 else reply.status_code


# signing in and out


def test_a_session_begins_with_the_right_password_and_ends_with_signing_out(here: Served) -> None:
    wrong, right = here.enter("anna", "wrong horse"), here.enter("ANNA", WORD)
    assert (wrong.status_code, right.status_code) == (401, 303)
    assert "do not go together" in wrong.text and 'value="anna"' in wrong.text and "set-cookie" not in wrong.headers
    assert me(here.browser) == ("anna", "reader")
    kept = dict(here.browser.cookies)
    assert here.browser.post("/logout", headers=OWN).status_code == 303
    again = here.another()
    again.cookies.update(kept)
    assert me(again) == me(here.browser) == 401
    assert here.noted == [("", "sign-in-failed", "anna"), ("anna", "sign-in", ""), ("anna", "sign-out", "")]


def test_signing_in_anew_ends_the_session_before_and_never_keeps_its_id(here: Served) -> None:
    here.enter("anna", WORD, Cookie="article-assistant-session=chosen-by-somebody-else")
    assert "chosen" not in str(dict(here.browser.cookies))
    first = here.another()
    first.cookies.update(dict(here.browser.cookies))
    here.enter("max", WORD)
    assert me(here.browser) == ("max", "maintainer") and me(first) == 401


def test_a_cookie_of_another_program_that_nobody_can_read_signs_nobody_out(here: Served) -> None:
    here.enter("anna", WORD)
    own = f"article-assistant-session={here.browser.cookies['article-assistant-session']}"
    other = here.another()
    assert me(other, Cookie=f'filters={{"a": ["b, c"]}}; @x="; {own}') == ("anna", "reader")


def test_signing_out_everywhere_ends_all_sessions_of_that_person_alone(here: Served) -> None:
    other, max_ = here.another(), here.another()
    for browser, name in ((here.browser, "anna"), (other, "anna"), (max_, "max")):
        here.enter(name, WORD, browser)
    here.browser.post("/logout", data={"everywhere": "1"}, headers=OWN)
    assert me(other) == 401 and me(max_) == ("max", "maintainer")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:99"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_no_other_page_signs_a_browser_in_or_out_or_does_anything_in_its_name(
    here: Served, headers: dict[str, str]
) -> None:
    form = {"username": "anna", "password": WORD}
    assert here.browser.post("/login", data=form, headers=headers).status_code == 403
    here.enter("max", WORD)
    for path, data in (("/logout", {}), ("/account", {"do": "make", "name": "x"}), ("/login", form)):
        assert here.browser.post(path, data=data, headers=headers).status_code == 403
    assert here.browser.post("/api/v1/tokens", json={"name": "x"}, headers=headers).status_code == 403
    assert me(here.browser) == ("max", "maintainer") and not here.service.accounts.store.known().tokens


def test_a_name_that_there_is_not_is_answered_like_one_that_there_is_and_is_not_kept(here: Served) -> None:
    known, unknown = here.enter("anna", "x"), here.enter("my secret password", "x")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("anna", "") == unknown.text.replace("my secret password", "")
    assert [target for _, _, target in here.noted] == ["anna", "an unknown name"]


def test_many_wrong_passwords_are_held_up_and_the_page_says_so(here: Served) -> None:
    replies = [here.enter("anna", "wrong") for _ in range(6)]
    assert [reply.status_code for reply in replies] == [401] * 5 + [429]
    assert "Too many wrong passwords; try again in" in replies[-1].text and replies[-1].headers["retry-after"]


def test_what_was_typed_is_never_markup(here: Served) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    assert "<img" not in here.enter(hostile, hostile).text
    assert "<img" not in here.browser.get("/login", params={"next": hostile}).text
    here.enter("anna", WORD)
    reply = here.browser.post("/account", data={"do": "make", "name": hostile, "days": "7"}, headers=OWN)
    assert "aa_" in reply.text and "<img" not in reply.text
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("root", ["", "/desk"])
def test_the_cookie_goes_nowhere_else(tmp_path: Path, scheme: str, root: str) -> None:
    with served(tmp_path, base=f"{scheme}://127.0.0.1", root_path=root) as here:
        here.service.accounts.add_user("anna", WORD)
        cookie = here.enter("anna", WORD, Origin=f"{scheme}://127.0.0.1").headers["set-cookie"]
        prefix = {("https", ""): "__Host-", ("https", "/desk"): "__Secure-"}.get((scheme, root), "")
        assert cookie.startswith(f"{prefix}article-assistant-session=")
        assert f"Path={root or '/'};" in cookie and "HttpOnly; SameSite=Lax" in cookie
        assert ("Secure" in cookie.partition(";")[2]) == (scheme == "https")
        stranger = here.another()
        value = cookie.partition("=")[2].partition(";")[0]
        # A page of a sister site can set cookies, but not with this prefix.
        stranger.cookies.set("article-assistant-session", value)
        assert (me(stranger) == 401) == (scheme == "https")


def test_a_session_goes_on_after_a_restart_and_gets_another_id_by_the_hour(tmp_path: Path) -> None:
    with served(tmp_path) as before:
        before.service.accounts.add_user("anna", WORD)
        before.enter("anna", WORD)
        kept = dict(before.browser.cookies)
    with served(tmp_path) as after:
        after.browser.cookies.update(kept)
        assert me(after.browser) == ("anna", "reader")
        after.service.accounts._clock = lambda: time.time() + 3601
        assert "set-cookie" not in after.browser.get("/healthz").headers  # which others may be given, too
        assert "set-cookie" in after.browser.get("/api/v1/me").headers
        stranger = after.another()
        stranger.cookies.update(kept)
        after.service.accounts._clock = lambda: time.time() + 3700
        assert me(stranger) == 401 and me(after.browser) == ("anna", "reader")


def test_an_open_server_asks_nobody_until_it_has_a_user(tmp_path: Path) -> None:
    with served(tmp_path) as here:
        assert me(here.browser) == (None, "reader") and me(here.browser, Authorization="Bearer sk-x") == (
            None,
            "reader",
        )
        assert me(here.browser, Authorization="Bearer aa_x_y") == 401
        assert here.browser.get("/account").status_code == 403
        here.service.accounts.add_user("anna", WORD)
        assert me(here.browser) == 401


# tokens


def test_who_is_signed_in_makes_sees_and_removes_their_own_tokens_and_a_token_none(here: Served) -> None:
    here.enter("anna", WORD)
    made = here.browser.post("/api/v1/tokens", json={"name": "script"}, headers=OWN)
    shown = {"Authorization": f"Bearer {made.json()['token']}"}
    program, identity = here.another(), made.json()["id"]
    assert made.status_code == 201 and me(program, **shown) == ("anna", "reader")
    assert program.get("/api/v1/tokens", headers=shown).status_code == 403
    assert program.post("/api/v1/tokens", json={"name": "x"}, headers=shown).status_code == 403
    assert program.delete(f"/api/v1/tokens/{identity}", headers=shown).status_code == 403
    assert program.post("/account", data={"do": "make", "name": "x"}, headers={**shown, **OWN}).status_code == 403
    listed = here.browser.get("/api/v1/tokens").json()
    assert [each["id"] for each in listed] == [identity] and not {"token", "hash"} & set(listed[0])
    max_ = here.another()
    here.enter("max", WORD, max_)
    assert max_.get("/api/v1/tokens").json() == []
    assert max_.delete(f"/api/v1/tokens/{identity}", headers=OWN).status_code == 404
    assert here.browser.delete(f"/api/v1/tokens/{identity}", headers=OWN).status_code == 204
    assert me(program, **shown) == 401


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "x", "role": "maintainer"},
        {"name": "x", "role": "admin"},
        {"name": "x", "days": 1001},
        {"name": "x", "days": 0},
        {"name": "x", "days": None},
        {"name": ""},
        {"name": "x", "owner": "max"},
        {"name": "x", "id": "aaaa"},
        {},
    ],
    ids=str,
)
def test_a_token_of_more_than_ones_own_is_refused(here: Served, wanted: dict[str, Any]) -> None:
    here.enter("anna", WORD)
    assert here.browser.post("/api/v1/tokens", json=wanted, headers=OWN).status_code == 422
    assert here.browser.get("/api/v1/tokens").json() == []


# the page of one's own account


def test_ones_own_page_makes_and_removes_tokens_and_changes_the_password(here: Served) -> None:
    here.enter("anna", WORD)
    other = here.another()
    here.enter("anna", WORD, other)
    page = here.browser.get("/account")
    assert page.status_code == 200 and 'value="maintainer"' not in page.text and 'id="password"' in page.text

    def send(**data: str) -> Any:
        return here.browser.post("/account", data=data, headers=OWN)

    assert send(do="make", name="script", role="reader", days="7").text.count("aa_") >= 1
    (token,) = here.browser.get("/api/v1/tokens").json()
    assert "is removed" in send(do="remove", id=token["id"]).text
    assert send(do="password", old="wrong", new="another horse", again="another horse").status_code == 422
    assert send(do="password", old=WORD, new="another horse", again="another").status_code == 422
    assert send(do="password", old=WORD, new="short", again="short").status_code == 422
    assert send(do="password", old=WORD, new="another horse", again="another horse").status_code == 200
    assert me(here.browser) == ("anna", "reader") and me(other) == 401
    assert here.enter("anna", "another horse", other).status_code == 303


# a proxy that says who is signed in

PROXIED: dict[str, Any] = {
    "user_header": "X-Remote-User",
    "groups_header": "X-Remote-Groups",
    "maintainer_group": "desk",
    "trusted_proxies": "10.0.0.9",
}


def test_a_trusted_proxy_says_who_is_signed_in(tmp_path: Path) -> None:
    with served(tmp_path, peer="10.0.0.9", **PROXIED) as here:
        assert me(here.browser) == 401
        assert me(here.browser, **{"X-Remote-User": "anna"}) == ("proxy:anna", "reader")
        desk = {"x-remote-USER": "anna", "X-Remote-Groups": "news, desk"}
        assert me(here.browser, **desk) == ("proxy:anna", "maintainer")
        assert me(here.browser, **{**desk, "X-Remote-Groups": "news, desks"}) == ("proxy:anna", "reader")
        assert (
            here.browser.post("/api/v1/tokens", json={"name": "x"}, headers=desk).status_code == 403
        )  # no page of ours
        made = here.browser.post("/api/v1/tokens", json={"name": "x"}, headers={**desk, **OWN}).json()
        assert me(here.another(), Authorization=f"Bearer {made['token']}") == ("proxy:anna", "reader")


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Remote-User", "anna"), ("X-Remote-User", "max")],
        [("X-Remote-User", "anna, max")],
        [("X_Remote_User", "max")],
        [("X-Remote_User", "max")],
        [("X-Remote-User", "")],
        [("X-Remote-User", "ma\u200bx".encode().decode("latin-1"))],
        [("X-Remote-Groups", "desk")],
        [("X-Forwarded-User", "max")],
        [("Remote-User", "max")],
    ],
    ids=str,
)
def test_what_a_proxy_does_not_clearly_say_is_nobody(tmp_path: Path, headers: list[tuple[str, str]]) -> None:
    with served(tmp_path, peer="10.0.0.9", **PROXIED) as here:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        assert here.browser.get("/api/v1/me", headers=sent).status_code == 401


@pytest.mark.parametrize("name", ["X-Remote-User", "x-remote-user", "X_Remote_User", "X-REMOTE-USER"])
def test_nobody_else_is_believed(tmp_path: Path, name: str) -> None:
    with served(tmp_path, peer="10.0.0.8", **PROXIED) as here:
        assert me(here.browser, **{name: "anna"}) == 401
        assert me(here.browser, **{name: "anna", "X-Forwarded-For": "10.0.0.9", "Forwarded": "for=10.0.0.9"}) == 401


# limits


def test_a_person_may_ask_so_many_questions_a_minute_with_all_their_tokens_and_an_open_server_any_number() -> None:
    limits, anna = QuestionLimits(None), Principal("anna", person="anna#1", by="session")
    script = Principal("anna", by="token", token="1", person="anna#1")
    for _ in range(60):
        limits.count(anna, "a")
    for who in (anna, script):
        with pytest.raises(LimitError, match=r"You may ask 60 questions a minute; try again in \d+ s\."):
            limits.check(who, "b")
    others = [Principal(), Principal("staff", by="session", person="staff"), Principal("bert", person="bert#1")]
    for who in others:
        limits.check(who, "a")
    for _ in range(200):
        limits.count(others[0], "a")


def test_a_limit_that_is_set_holds_for_addresses_too_and_none_is_none() -> None:
    limits, free = QuestionLimits(2), QuestionLimits(0)
    staff = Principal("staff", by="session", person="staff")
    for who in (Principal(), staff, Principal("token:x", by="token", token="1")):
        for _ in range(2):
            limits.count(who, "a")
        with pytest.raises(LimitError):
            limits.count(who, "a")
    limits.count(Principal(), "b")
    limits.count(staff, "b")
    for _ in range(100):
        free.count(Principal("anna", person="anna#1"), "a")


# the audit log


def test_maintainers_read_who_did_what_and_nobody_else_does(here: Served) -> None:
    here.enter("anna", WORD)
    assert here.browser.get("/api/v1/audit").status_code == 403
    here.enter("max", WORD)
    here.browser.post("/api/v1/tokens", json={"name": "script", "role": "maintainer"}, headers=OWN)
    entries = here.browser.get("/api/v1/audit").json()
    assert [(each["who"], each["action"]) for each in entries] == [
        ("max", "token-made"),
        ("max", "sign-in"),
        ("anna", "sign-in"),
    ]
    assert all(each["address"] == "127.0.0.1" and each["by"] == "session" for each in entries)
    assert "(" in entries[0]["target"] and "aa_" not in str(entries)
    assert len(here.browser.get("/api/v1/audit", params={"before": entries[0]["number"], "count": 1}).json()) == 1


def test_a_log_that_cannot_be_written_stops_nobody(here: Served, tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "audit.sqlite").mkdir()
    assert here.enter("anna", WORD).status_code == 303
    assert "the audit log could not be written: sign-in" in caplog.text


def test_questions_are_in_the_log_only_where_a_setting_says_so(tmp_path: Path) -> None:
    for said, expected in ((False, []), (True, [("", "question", "Did it rain?")])):
        with served(tmp_path / str(said), audit_questions=said) as here:
            asyncio.run(here.service.note_question(Principal(), "Did it rain?", "127.0.0.1"))
            assert here.noted == expected

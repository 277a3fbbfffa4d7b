"""People sign in at a provider of OpenID Connect; what it did not say, or said to another browser, lets nobody in."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.fakes.oidc import CLIENT, SECRET, Provider

from .people import OWN, Served, served


@pytest.fixture(scope="module")
def real() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider


@pytest.fixture
def provider(real: Provider) -> Provider:
    """The provider, as it is when all is well."""
    real.claims, real.document, real.sign = {}, {}, real.by_key
    real.person = {"sub": "17", "preferred_username": "anna"}
    return real


def settings(provider: Provider, **more: Any) -> dict[str, Any]:
    named = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return {**named, "oidc_maintainer_claim": "groups", "oidc_maintainer_value": "desk", **more}


@pytest.fixture
def here(provider: Provider, tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, **settings(provider)) as made:
        yield made


def begun(browser: TestClient, path: str = "/login/oidc", **headers: str) -> str:
    """The address that a browser is sent to."""
    reply = browser.get(path, headers=headers)
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"])


def back(browser: TestClient, address: str) -> Any:
    """What the server answers to a browser that comes back from the provider, as a browser does: from another site."""
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}", headers={"Sec-Fetch-Site": "cross-site"})


def entered(served_: Served, provider: Provider, browser: TestClient | None = None) -> Any:
    browser = browser or served_.browser
    return back(browser, provider.authorize(begun(browser)))


def test_somebody_signs_in_there_and_comes_to_where_they_wanted_to_go(here: Served, provider: Provider) -> None:
    assert here.browser.get("/api/v1/me").status_code == 401
    address = begun(here.browser, "/login/oidc?next=article%2Fa1%3Fq%3Drain")
    assert address.startswith(f"{provider.issuer}/authorize?")
    reply = back(here.browser, provider.authorize(address))
    assert (reply.status_code, reply.headers["location"]) == (303, "../article/a1?q=rain")
    me = here.browser.get("/api/v1/me").json()
    assert (me["name"], me["role"], me["by"]) == ("oidc:anna", "reader", "session")
    assert here.noted == [("oidc:anna", "sign-in", "")]
    assert all("HttpOnly; SameSite=Lax" in each for each in reply.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["news", "desk"]}, "maintainer"),
        ({"groups": "desk"}, "maintainer"),
        ({"groups": ["desks", "the desk"]}, "reader"),
        ({"groups": "desks"}, "reader"),
        ({"groups": {"desk": 1}}, "reader"),
        ({}, "reader"),
    ],
)
def test_who_is_in_the_group_of_maintainers_is_one(
    here: Served, provider: Provider, claims: dict[str, Any], role: str
) -> None:
    provider.claims = claims
    entered(here, provider)
    assert here.browser.get("/api/v1/me").json()["role"] == role


def test_a_person_there_is_no_user_of_the_same_name_and_keeps_what_is_theirs(here: Served, provider: Provider) -> None:
    here.service.accounts.add_user("anna", "correct horse", "maintainer")
    entered(here, provider)
    assert here.browser.get("/api/v1/me").json()["role"] == "reader"
    token = here.browser.post("/api/v1/tokens", json={"name": "script"}, headers=OWN).json()
    again, other = here.another(), here.another()
    provider.person = {"sub": "17", "preferred_username": "anna married"}
    entered(here, provider, again)
    assert [each["id"] for each in again.get("/api/v1/tokens").json()] == [token["id"]]
    provider.person = {"sub": "18", "preferred_username": "anna"}
    entered(here, provider, other)
    assert other.get("/api/v1/tokens").json() == []


@pytest.mark.parametrize(
    ("verified", "name"), [(True, "oidc:anna@press.example"), (False, "oidc:17"), ("true", "oidc:17")]
)
def test_an_address_that_the_provider_has_not_verified_is_nobodys_name(
    here: Served, provider: Provider, verified: object, name: str
) -> None:
    provider.person = {"sub": "17", "email": "anna@press.example", "email_verified": verified}
    entered(here, provider)
    assert here.browser.get("/api/v1/me").json()["name"] == name


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another browser"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://another.example"},
        {"exp": NOW - 300},
        {"exp": None},
        {"iat": NOW + 86400},
        {"sub": ""},
        {"sub": 17},
        {"sub": None},
    ],
    ids=",".join,
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    here: Served, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    reply = entered(here, provider)
    assert reply.status_code == 401 and "You could not be signed in there" in reply.text
    assert here.browser.get("/api/v1/me").status_code == 401
    assert here.noted == [("", "sign-in-failed", "at the provider")]


@pytest.mark.parametrize("how", ["by_nobody", "by_secret", "by_another_key"])
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(here: Served, provider: Provider, how: str) -> None:
    provider.sign = getattr(provider, how)
    assert entered(here, provider).status_code == 401
    assert here.browser.get("/api/v1/me").status_code == 401


def test_a_code_is_good_once_and_in_the_browser_that_asked_for_it(here: Served, provider: Provider) -> None:
    here.browser.cookies.clear()
    address = provider.authorize(begun(here.browser))
    cookies = dict(here.browser.cookies)
    stranger = here.another()
    assert back(stranger, address).status_code == 401  # has not begun
    begun(stranger)
    assert back(stranger, address).status_code == 401  # has begun another sign-in
    assert stranger.get("/api/v1/me").status_code == 401
    assert back(here.browser, address).status_code == 303
    thief = here.another()
    thief.cookies.update(cookies)
    asked = len(provider.asked)
    assert back(thief, address).status_code == 401 and len(provider.asked) == asked


def test_what_the_browser_keeps_meanwhile_cannot_be_made_up(here: Served, provider: Provider) -> None:
    address = provider.authorize(begun(here.browser))
    (name, value), *_ = dict(here.browser.cookies).items()
    for forged in (value[:-2] + "xx", value.partition(".")[0], "", "x.y.z"):
        stranger = here.another()
        stranger.cookies.set(name, forged)
        assert back(stranger, address).status_code == 401
    assert back(here.browser, address.replace("state=", "state=x")).status_code == 401


def test_the_way_back_is_that_by_which_people_reach_the_server(provider: Provider, tmp_path: Path) -> None:
    more = settings(provider, trusted_proxies="10.0.0.9", hosts="news.example", root_path="/desk")
    with served(tmp_path, peer="10.0.0.9", **more) as here:
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "news.example", "X-Forwarded-For": "7.7.7.7"}
        for path in ("/login/oidc", "/desk/login/oidc"):
            reply = here.browser.get(path, headers=forwarded)
            sent = parse_qs(urlsplit(reply.headers["location"]).query)
            assert sent["redirect_uri"] == ["https://news.example/desk/login/callback"]
            assert "__Secure-article-assistant-login=" in reply.headers["set-cookie"]
            assert "Path=/desk;" in reply.headers["set-cookie"] and "Secure" in reply.headers["set-cookie"]
        stranger = here.another("10.0.0.8").get("/login/oidc", headers=forwarded)
        sent = parse_qs(urlsplit(stranger.headers["location"]).query)
        assert sent["redirect_uri"] == ["http://127.0.0.1/desk/login/callback"]


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://another.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "https://user@another.example/"},
    ],
    ids=str,
)
def test_a_provider_that_leads_elsewhere_is_not_followed(
    provider: Provider, tmp_path: Path, document: dict[str, Any]
) -> None:
    provider.document = document
    with served(tmp_path, **settings(provider)) as here:
        reply = here.browser.get("/login/oidc")
        asked = len(provider.asked)
        assert reply.status_code == here.browser.get("/login/oidc").status_code == 502  # and is not asked at once again
    assert "cannot be reached just now" in reply.text and len(provider.asked) == asked


def test_a_provider_may_change_its_keys(here: Served, provider: Provider) -> None:
    entered(here, provider)
    old, provider.key = provider.key, type(provider.key).generate_key(2048, {"kid": "one", "alg": "RS256"})
    service = here.service.provider
    assert service is not None and service._keys is not None
    service._keys = (service._keys[0] - 31, service._keys[1])  # half a minute later
    assert entered(here, provider, here.another()).status_code == 303
    provider.key = old


def test_where_only_the_provider_is_believed_no_password_is(provider: Provider, tmp_path: Path) -> None:
    with served(tmp_path, **settings(provider, oidc_only=True, oidc_label="the <b>Times", ui_password="right")) as here:
        here.service.accounts.add_user("anna", "correct horse")
        page = here.browser.get("/login").text
        assert 'name="password"' not in page and "Sign in with the &lt;b&gt;Times" in page
        for name, password in (("anna", "correct horse"), ("staff", "right")):
            assert here.enter(name, password).status_code == 401

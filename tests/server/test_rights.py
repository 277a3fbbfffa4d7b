"""Rights: who may do what, of everything that is served, and that nobody meets with what is somebody else's."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from assistant import Assistant
from assistant.accounts import Accounts, PasswordHashes, Principal
from assistant.accounts.records import Person
from assistant.accounts.tokens import new_token
from assistant.server import Service, application, context_server
from assistant.server.app import _ROUTERS
from tests.accounts.support import QUICK, WORD
from tests.server.rights import RIGHTS, TOOLS, WINDOW, Kind, rows
from tests.support import open_assistant
from ui.app import ChatWindow
from ui.gate import route

OWN = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
COOKIE = "article-assistant-session"
ELSEWHERE = "192.0.2.9"
IN, OUT, NOT_THEIRS, HIDDEN, SIGN_IN = "let in", 401, 403, 404, "led to the sign-in"


@dataclass
class Desk:
    """A server with people: annabeth and ben read, marisol maintains, gone was removed. `sent`: what each sends."""

    service: Service
    client: TestClient
    sent: dict[str, dict[str, str]]
    windows: list[ChatWindow]

    def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        """What `who` gets."""
        self.client.cookies.clear()
        headers = {**OWN, **self.sent[who], **more.pop("headers", {})}
        reply = self.client.request(method, path, headers=headers, **more)
        if path == "/logout" and "session" in who and (person := self.service.accounts.person_named(who.split()[0])):
            self.sent[who] = _session(self.service.accounts, person)
        return reply


def _session(accounts: Accounts, person: Person) -> dict[str, str]:
    who = Principal(person.name, person.role, "session", person=person.id)
    return {"cookie": f"{COOKIE}={accounts.begin_session(who)}"}


def _token(service: Service, of: str | None, days: int = 1, role: Any = "reader") -> dict[str, str]:
    made, shown = new_token("script", role, of, 1)
    ends = datetime.now(UTC) + timedelta(days=days)
    service.accounts.store.add_token(replace(made, ends=ends))
    return {"authorization": f"Bearer {shown}"}


def _people(service: Service) -> dict[str, dict[str, str]]:
    accounts, sent = service.accounts, dict[str, dict[str, str]](stranger={})
    for name in ("annabeth", "ben", "marisol", "gone"):
        user = accounts.add_user(name, WORD, "maintainer" if name == "marisol" else "reader")
        person = accounts.person_named(name)
        assert person is not None
        sent[f"{name} by session"] = _session(accounts, person)
        sent[f"{name} by token"] = _token(service, user.id, role=user.role)
        sent[f"{name} by an old token"] = _token(service, user.id, days=-1, role=user.role)
        # As if their role had been higher before: a token never has more rights than its owner.
        sent[f"{name} by a greater token"] = _token(service, user.id, role="maintainer")
    sent["a program's token"] = _token(service, None)
    gone = accounts.person_named("gone")
    assert gone is not None
    accounts.store.remove_person(gone.id)
    return sent


async def _window(service: Service) -> ChatWindow:
    return ChatWindow(service)  # Gradio takes the loop that runs, else it leaves one open


@contextmanager
def _served(assistant: Assistant, *, has_window: bool = False) -> Iterator[Desk]:
    service = Service.of(assistant)
    service = replace(service, accounts=Accounts(assistant.settings, hashes=PasswordHashes(QUICK)))
    sent = _people(service) if has_window else {"anybody": {}}
    windows = [asyncio.run(_window(service))] if has_window else []
    app = application(service, "127.0.0.1", (lambda service: windows[0]) if windows else None)

    async def plain(scope: Any, receive: Any, send: Any) -> None:
        """Without what only clients of tests are told."""
        await app({**scope, "extensions": {}}, receive, send)

    with TestClient(plain, "http://127.0.0.1", client=(ELSEWHERE, 5), follow_redirects=False) as client:
        yield Desk(service, client, sent, windows)


@pytest.fixture(scope="module")
def desk(served_assistant: Assistant) -> Iterator[Desk]:
    """A server where people sign in, with the window."""
    with _served(served_assistant, has_window=True) as made:
        yield made


@pytest.fixture(scope="module")
def open_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server where nobody signs in, and nobody maintains; without articles."""
    with (
        open_assistant(tmp_path_factory.mktemp("open")) as assistant,
        _served(assistant) as made,
    ):
        yield made


# all that is served is in the table


def _paths(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for each in routes:
        below: Any = getattr(each, "original_router", None) or getattr(each, "app", None)
        if not hasattr(each, "path") or hasattr(below, "routes"):
            assert hasattr(below, "routes"), f"what does {each} serve?"
            yield from _paths(below.routes)
        else:
            methods = getattr(each, "methods", None) or {"POST"}
            yield from ((method, each.path) for method in methods - {"HEAD"})


def test_every_path_of_the_interfaces_has_a_row() -> None:
    served = {row for router in _ROUTERS for row in _paths(router.routes)}
    assert served == {(method, path) for _, method, path in rows(RIGHTS)}


def test_every_path_of_the_window_has_a_row(desk: Desk) -> None:
    found = {(method, *_window_path(path)) for method, path in _paths(desk.windows[0]._app.routes)}
    served = {(method, template) for method, template, _ in found if template}
    assert served == {(method, path) for _, method, path in rows(WINDOW)}
    for _, template, path in found:
        if not template:
            assert desk.ask("marisol by session", "GET", path).status_code in (401, 404, 405, 303) or _is_own(path)


def _window_path(path: str) -> tuple[str, str]:
    filled = re.sub(r"\{[^}]*\}", "x", path)
    template = route(filled) or route(f"/gradio_api{filled}")
    return template, filled


def _is_own(path: str) -> bool:
    """Whether the interfaces, which come first, have that path."""
    return any(path.rstrip("/") == own for _, _, own in rows(RIGHTS))


def test_every_tool_of_the_context_protocol_is_for_readers(desk: Desk) -> None:
    tools = asyncio.run(context_server(desk.service).list_tools())
    assert {tool.name for tool in tools} == TOOLS


# who may have it

_READERS: dict[Kind, Any] = {"maintainer": NOT_THEIRS, "metrics": HIDDEN}
_TOKENS: dict[Kind, Any] = {**_READERS, "person": NOT_THEIRS, "page": NOT_THEIRS}
_NOBODY: dict[Kind, Any] = {
    **dict.fromkeys(("reader", "person", "owner", "maintainer"), OUT),
    "page": SIGN_IN,
    "metrics": HIDDEN,
}
_BAD: dict[Kind, Any] = dict.fromkeys(("all", "reader", "person", "page", "owner", "maintainer", "metrics"), OUT)
WHO: dict[str, dict[Kind, Any]] = {
    "stranger": _NOBODY,
    "annabeth by session": _READERS,
    "annabeth by token": _TOKENS,
    "annabeth by a greater token": _TOKENS,
    "a program's token": _TOKENS,
    "marisol by session": {},
    "marisol by token": {"person": NOT_THEIRS, "page": NOT_THEIRS},
    **{f"{name} by an old token": _BAD for name in ("annabeth", "marisol")},
    "gone by session": _NOBODY,
    "gone by token": _BAD,
    "gone by an old token": _BAD,
}
BODIES = {"/api/v1/tokens": {"name": "made"}}  # which tells who may not only once it has been read
_ANYBODY: dict[Kind, Any] = {**_TOKENS, "owner": NOT_THEIRS}


def _got(reply: Any) -> Any:
    assert reply.status_code < 500 or "html" not in reply.headers["content-type"], reply.text
    if reply.status_code == 303 and reply.headers["location"].partition("?")[0].endswith("/login"):
        return SIGN_IN
    is_html = "html" in reply.headers.get("content-type", "")
    if is_html or reply.status_code not in (OUT, NOT_THEIRS):
        return IN
    return reply.status_code


def _asked(desk: Desk, who: str, method: str, path: str, **more: Any) -> Any:
    """What `who` gets there, with a body that nothing is done by."""
    filled = re.sub(r"\{[^}]*\}", "12345", path.replace("/{file}", "/robots.txt"))
    body = {} if method in ("GET", "DELETE") else {"json": BODIES.get(path, {"no such name": 1})}
    return desk.ask(who, method, filled, **body, **more)


def _differing(desk: Desk, who: str, rights: dict[Kind, str], expected: dict[Kind, Any]) -> list[Any]:
    differing = []
    for kind, method, path in rows(rights):
        reply, wanted = _asked(desk, who, method, path), expected.get(kind, IN)
        got = HIDDEN if wanted == HIDDEN and reply.status_code == 404 else _got(reply)
        if kind == "page" and wanted == NOT_THEIRS and path == "/":
            wanted = IN  # the window itself is for readers by tokens, too
        if got != wanted:
            differing.append((method, path, wanted, got, reply.text[:200]))
    return differing


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_is_theirs_and_nothing_else(desk: Desk, who: str) -> None:
    assert _differing(desk, who, RIGHTS, WHO[who]) == []


@pytest.mark.parametrize("who", ["stranger", "annabeth by session", "marisol by session", "gone by token"])
def test_so_it_is_in_the_window(desk: Desk, who: str) -> None:
    quick = {kind: re.sub(r".*(heartbeat|queue/data|startup).*\n", "", lines) for kind, lines in WINDOW.items()}
    files = _BAD | {"all": OUT} if who == "gone by token" else WHO[who]
    assert _differing(desk, who, quick, files) == []


def test_where_nobody_signs_in_anybody_reads_and_no_more(open_desk: Desk) -> None:
    assert _differing(open_desk, "anybody", RIGHTS, _ANYBODY) == []


def test_a_browser_does_nothing_for_a_page_of_another_site(desk: Desk) -> None:
    for rights in (RIGHTS, WINDOW):
        for kind, method, path in rows(rights):
            for foreign in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
                reply = _asked(desk, "marisol by session", method, path, headers={**OWN, **foreign})
                is_led = (
                    method == "GET" and (kind in ("page",) or path.startswith("/login")) and "origin" not in foreign
                )
                assert is_led or reply.status_code == 403, (method, path, foreign)


# what is somebody's own

ARTICLES = "/api/v1/articles"


def _made(desk: Desk, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = desk.ask(who, "POST", f"/api/v1/{path}", json=body)
    assert reply.status_code < 300, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.fixture(scope="module")
def annas(desk: Desk) -> dict[str, str]:
    """The paths of what annabeth has."""
    who = "annabeth by session"
    answer = _made(desk, who, "ask", {"question": "Who is Captain Ada Moss?"})["id"]
    talk = _made(desk, who, "conversations", {"title": "Annas talk"})["id"]
    _made(desk, who, "ask", {"question": "Who is Captain Ada Moss?", "conversation": talk})
    kept = _made(desk, who, "collections", {"name": "Annas notes"})["id"]
    item = _made(desk, who, f"collections/{kept}/items", {"answer": answer})["items"][0]["id"]
    watch = _made(desk, who, "watches", {"question": "Who is Captain Ada Moss?"})["number"]
    _made(desk, who, "feedback", {"answer": answer, "good": True, "reason": "Annas reason"})
    shared = _made(desk, who, "shared", {"answer": answer})["key"]
    token = _made(desk, who, "tokens", {"name": "Annas token"})["id"]
    return {
        "answer": answer,
        "conversation": talk,
        "collection": kept,
        "item": item,
        "watch": str(watch),
        "shared": shared,
        "token": token,
    }


# What would reach something of annabeth's: method, path, body.
REACHING = [
    ("GET", "conversations/{conversation}", None),
    ("PATCH", "conversations/{conversation}", {"title": "mine"}),
    ("DELETE", "conversations/{conversation}", None),
    ("POST", "ask", {"question": "Who is he?", "conversation": "{conversation}"}),
    ("POST", "ask", {"question": "Who is he?", "history": ["{answer}"]}),
    ("GET", "suggestions?conversation={conversation}", None),
    ("GET", "suggestions?after={answer}", None),
    ("GET", "collections/{collection}", None),
    ("PATCH", "collections/{collection}", {"name": "mine"}),
    ("DELETE", "collections/{collection}", None),
    ("POST", "collections/{collection}/items", {"passage": {"article_id": "vote", "start": 0, "end": 3}}),
    ("PATCH", "collections/{collection}/items/{item}", {"note": "mine"}),
    ("DELETE", "collections/{collection}/items/{item}", None),
    ("POST", "feedback", {"answer": "{answer}", "good": False}),
    ("DELETE", "feedback/{answer}", None),
    ("POST", "shared", {"answer": "{answer}"}),
]
ONLY_OTHERS = [("DELETE", "watches/{watch}", None), ("DELETE", "shared/{shared}", None)]  # maintainers may


@pytest.mark.parametrize("who", ["ben by session", "ben by token", "a program's token", "marisol by session"])
@pytest.mark.parametrize(("method", "path", "body"), REACHING, ids=lambda each: str(each)[:40])
def test_what_is_annas_is_there_for_nobody_else(
    desk: Desk, annas: dict[str, str], who: str, method: str, path: str, body: Any
) -> None:
    sent = {"json": json.loads(re.sub(r"\{(\w+)\}", lambda each: annas[each[1]], json.dumps(body)))} if body else {}
    assert desk.ask(who, method, f"/api/v1/{path.format(**annas)}", **sent).status_code == 404


def test_only_anna_and_maintainers_end_what_she_gave_to_all(desk: Desk, annas: dict[str, str]) -> None:
    for who in ("ben by session", "ben by token", "a program's token"):
        for method, path, _ in ONLY_OTHERS:
            assert desk.ask(who, method, f"/api/v1/{path.format(**annas)}").status_code in (403, 404), path
        assert desk.ask(who, "DELETE", f"/api/v1/tokens/{annas['token']}").status_code in (403, 404)
    assert desk.ask("marisol by session", "DELETE", f"/api/v1/tokens/{annas['token']}").status_code == 404


def test_lists_have_what_is_ones_own_alone(desk: Desk, annas: dict[str, str]) -> None:
    assert not any(each["id"] == annas["token"] for each in desk.ask("ben by session", "GET", "/api/v1/tokens").json())
    for path in ("conversations", "collections", "shared"):
        assert desk.ask("ben by session", "GET", f"/api/v1/{path}").json() == [], path
        assert len(desk.ask("annabeth by session", "GET", f"/api/v1/{path}").json()) >= 1, path
    assert desk.ask("ben by session", "DELETE", "/api/v1/conversations").status_code == 204
    assert len(desk.ask("annabeth by token", "GET", "/api/v1/conversations").json()) == 1


def test_the_same_key_of_another_person_gives_them_nothing(desk: Desk) -> None:
    key = {"idempotency-key": "the-same-key"}
    sent = {"json": {"title": "Annas"}, "headers": key}
    first = desk.ask("annabeth by session", "POST", "/api/v1/conversations", **sent)
    others = [desk.ask(who, "POST", "/api/v1/conversations", **sent) for who in ("ben by session", "a program's token")]
    assert "idempotent-replayed" not in first.headers
    assert len({first.json()["id"], *(each.json()["id"] for each in others)}) == 3


def test_readers_see_no_place_of_the_machine_and_no_names_of_others(desk: Desk, annas: dict[str, str]) -> None:
    home = desk.service.settings.home
    place = next(state.location for state in desk.service.assistant.status().states)
    hidden = {str(home), str(home.parent), place, str(Path.home()), "marisol", "annabeth", "proxy:"}
    _made(desk, "marisol by session", "watches", {"question": "What did the council vote for?"})
    paths = [path for kind, method, path in rows(RIGHTS) if method == "GET" and kind in ("reader", "owner", "all")]
    for path in [*paths, "/api/v1/diff?before=%2Fetc", "/"]:
        theirs = path.replace("{key}", annas["shared"]).replace("{article_id}", "vote")
        filled = re.sub(r"\{[^}]*\}", "12345", theirs)
        text = desk.ask("ben by session", "GET", filled).text
        assert not [word for word in hidden if word in text.lower()], (path, text[:300])


def test_a_window_is_of_who_opened_it_alone(desk: Desk) -> None:
    event = {"json": {"session_hash": "annaswindow", "fn_index": 0, "data": [], "event_id": "e"}}
    assert desk.ask("annabeth by session", "POST", "/gradio_api/cancel", **event).status_code == 200
    for who in ("ben by session", "marisol by session"):
        assert desk.ask(who, "GET", "/gradio_api/queue/data?session_hash=annaswindow").status_code == 403
        assert desk.ask(who, "GET", "/gradio_api/heartbeat/annaswindow").status_code == 403
        for path in ("queue/join", "cancel"):
            assert desk.ask(who, "POST", f"/gradio_api/{path}", **event).status_code == 403


@pytest.mark.parametrize("body", [b'{"session_hash": "\\ud800"}', b"{}", b'{"session_hash": 1}', b"\xff"])
def test_what_is_no_event_of_a_window_is_refused(desk: Desk, body: bytes) -> None:
    reply = desk.ask("ben by session", "POST", "/gradio_api/queue/join", content=body)
    assert reply.status_code == 422


def test_no_cache_keeps_what_only_some_may_have(desk: Desk) -> None:
    for kind, method, path in [*rows(RIGHTS), *rows(WINDOW)]:
        if method == "GET" and kind != "all" and not re.search(r"queue/data|heartbeat|startup|/events", path):
            kept = _asked(desk, "marisol by session", method, path).headers["cache-control"]
            assert "no-store" in kept or "private" in kept, path


def test_odd_numbers_and_moments_are_refused_or_read_and_are_no_fault(desk: Desk) -> None:
    form = {"do": "make", "name": "x", "days": "9" * 5000}
    assert desk.ask("ben by session", "POST", "/account", data=form).status_code == 422
    for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00"):
        assert desk.ask("marisol by token", "GET", "/api/v1/audit", params={"since": since}).status_code == 200


def test_a_question_that_is_watched_is_counted_as_one_that_is_asked(desk: Desk) -> None:
    watched, who = {"question": "Who is Captain Ada Moss?"}, "a program's token"
    asked = [desk.ask(who, "POST", "/api/v1/watches", json=watched).status_code for _ in range(61)]
    assert asked[0] == 201 and asked[-1] == 429


def test_a_wrong_password_is_noted_under_the_name_as_it_is_kept(desk: Desk) -> None:
    desk.client.post("/login", data={"username": "\n\nANNABETH\r\n", "password": "x"}, headers=OWN)
    assert desk.service.audit.entries(most=1)[0].target == "annabeth"


BODIES_OF_READERS: dict[str, Any] = {
    "ask": {"question": "Who is Captain Ada Moss?"},
    "search": {"query": "ferry"},
    "watches": {"question": "Who is Captain Ada Moss?"},
    "conversations": {"title": "mine"},
    "chat/completions": {"model": "quotes", "messages": [{"role": "user", "content": "Who is Captain Ada Moss?"}]},
}


@pytest.mark.parametrize("damaged", ["articles.sqlite", "manifest.json", "conversations.sqlite"])
def test_what_is_damaged_is_told_without_its_place(small_home: Path, tmp_path: Path, damaged: str) -> None:
    home = shutil.copytree(small_home, tmp_path / "home")
    (home / "conversations.sqlite").touch()
    for path in home.rglob(damaged):
        path.write_bytes(b"no such thing" * 100)
    with open_assistant(home) as assistant, _served(assistant) as desk:
        told = [
            _asked(desk, "anybody", method, path).text
            for kind, method, path in rows(RIGHTS)
            if method == "GET" and kind in ("reader", "all")
        ]
        for name, body in BODIES_OF_READERS.items():
            told.append(desk.ask("anybody", "POST", f"{'/v1' if '/' in name else '/api/v1'}/{name}", json=body).text)
        assert any("assistant check --repair" in text for text in told)
        assert not [text for text in told if str(tmp_path) in text or str(Path.home()) in text]


@pytest.mark.parametrize(("version", "status"), [("1.1", 200), ("1.0", 404)])
def test_numbers_are_not_for_whom_a_proxy_passes_on_that_says_nothing(
    tmp_path: Path, version: str, status: int
) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        app = application(Service.of(assistant), "127.0.0.1")

        async def passed_on(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "http_version": version}, receive, send)

        with TestClient(passed_on, "http://127.0.0.1", client=("127.0.0.1", 5)) as client:
            assert client.get("/metrics").status_code == status

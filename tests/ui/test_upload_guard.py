"""Files come in over the server's one path for them: from whom, how much at a time, and nothing else is let grow."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.test_server import FORM, LIMIT, PASSWORDS, Reply, Window, ask, serving

MAINTAINER, STAFF = "username=maintainer&password=best", "username=staff&password=right"
UPLOAD = "/upload?name=a.txt"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window that is maintained, with passwords."""
    with serving(tmp_path_factory.mktemp("desk"), **PASSWORDS) as window:
        yield window


def entered(port: int, who: str = MAINTAINER) -> str:
    """The cookie of somebody who has entered."""
    cookies = ask(port, "POST", "/login", who, **FORM).headers.get_all("Set-Cookie") or []
    return next(cookie.partition(";")[0] for cookie in cookies if "session" in cookie)


def send(port: int, body: object = b"It rained.", path: str = UPLOAD, **headers: str) -> Reply:
    named = {"Content_Type": "application/octet-stream", "Origin": f"http://127.0.0.1:{port}", **headers}
    return ask(port, "POST", path, body, **named)


def peak(window: Window) -> int:
    """The most memory that the server has had, in bytes."""
    lines = Path(f"/proc/{window.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1000 for line in lines if line.startswith("VmHWM"))


def test_a_maintainer_hands_a_file_in(desk: Window) -> None:
    reply = send(desk.port, b"x" * (3 * LIMIT), Cookie=entered(desk.port), Origin=f"http://127.0.0.1:{desk.port}")
    assert reply.status == 200 and json.loads(reply.text)["size"] == 3 * LIMIT
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_strangers_and_users_who_do_not_maintain_are_refused(desk: Window) -> None:
    staff, forged = entered(desk.port, STAFF), "article-assistant-session=x"
    for headers, status in (({}, 401), ({"Cookie": forged}, 401), ({"Cookie": staff}, 403)):
        for body in (b"x", b"x" * (2 * LIMIT), [b"x" * 64_000] * 8):
            reply = send(desk.port, body, **headers)
            assert reply.status == status and json.loads(reply.text)["detail"]


def test_other_sites_and_other_names_are_refused_whatever_cookie_they_come_with(desk: Window) -> None:
    cookie = entered(desk.port)
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9"):
        assert send(desk.port, Cookie=cookie, Origin=origin).status == 403
    assert send(desk.port, Cookie=cookie, Sec_Fetch_Site="cross-site").status == 403
    assert send(desk.port, Cookie=cookie, Host="evil.example").status == 421


def test_without_maintenance_there_is_no_such_path(tmp_path: Path) -> None:
    with serving(tmp_path) as window:
        assert send(window.port).status == 404


def test_nothing_else_is_taken_there(desk: Window) -> None:
    cookie = entered(desk.port)
    for method in ("GET", "PUT"):
        assert ask(desk.port, method, "/upload", Cookie=cookie, Origin=f"http://127.0.0.1:{desk.port}").status == 405
    for path in ("/upload/", "/upload/x", "/gradio_api/upload", "//upload"):
        assert send(desk.port, path=path, Cookie=cookie).status in (404, 413)


def test_a_large_body_is_not_held_in_memory_and_one_that_is_too_large_is_refused(desk: Window) -> None:
    cookie, chunk = entered(desk.port), b"x" * 250_000
    send(desk.port, [chunk] * 4, Cookie=cookie)
    before = peak(desk)
    assert send(desk.port, [chunk] * 110, Cookie=cookie).status == 200
    reply = send(desk.port, [chunk] * 160, Cookie=cookie)
    assert reply.status == 413 and "too big" in json.loads(reply.text)["detail"]
    assert peak(desk) - before < 12_000_000


def test_nothing_else_may_be_larger_than_before(desk: Window) -> None:
    cookie = entered(desk.port)
    for path in ("/gradio_api/queue/join", "/login", "/", "/logout"):
        assert ask(desk.port, "POST", path, b"x" * (LIMIT + 1), Cookie=cookie).status == 413

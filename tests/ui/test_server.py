"""The window's server as a process, over real sockets: who may ask, how much, and whose turn it is."""

import http.client
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.forked import Forked, forked
from ui import static_files

LIMIT = 256_000  # bytes of a request
FORM = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}
PASSWORDS = {"ui_password": "right", "maintenance": True, "maintenance_password": "best"}


class Window:
    """A server over an assistant that answers "It rained."; its process can be talked to."""

    def __init__(self, process: "Forked | subprocess.Popen[str]") -> None:
        self.process = process
        self.port = int(self.line().partition(" (")[0].rpartition(":")[2].partition("/")[0])

    def line(self) -> str:
        """The next line that it prints: where it is, then "begun QUESTION" and "ended QUESTION"."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        """Let the answers go that are held back."""
        assert self.process.stdin is not None
        print("go", file=self.process.stdin, flush=True)


@contextmanager
def serving(home: Path, **settings: Any) -> Iterator[Window]:
    """A window with these settings; what it logs is in `errors` of its home."""
    arguments = json.dumps({"home": str(home), **settings})
    with forked("tests.ui.held_server", arguments, environment=os.environ, errors=home / "errors") as process:
        yield Window(process)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a window that anybody may open, with `news.example` as a further name."""
    with serving(tmp_path_factory.mktemp("open"), hosts="news.example") as window:
        yield window.port


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a window with passwords, and its log."""
    home = tmp_path_factory.mktemp("guarded")
    with serving(home, **PASSWORDS) as window:
        yield window.port, home / "errors"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a window that trusts 127.0.0.1 as a proxy and allows an address four connections."""
    with serving(tmp_path_factory.mktemp("proxied"), trusted_proxies="127.0.0.1", max_connections=4) as window:
        yield window.port


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Window]:
    """A window in which two questions may wait, one of each page, with half a second for headers, at all addresses."""
    with serving(tmp_path, queue_size=2, queue_share=1, header_seconds=0.5, host="0.0.0.0") as window:
        yield window


class Reply:
    """What a server answered."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.text = response.status, response.headers, response.read().decode()


def ask(port: int, method: str, path: str, body: Any = None, source: str = "127.0.0.1", **headers: str) -> Reply:
    """The reply to one request; `headers` by name, with _ for -."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named, encode_chunked=isinstance(body, list))
        return Reply(connection.getresponse())
    finally:
        connection.close()


def question_event(port: int) -> Any:
    """The number of the event of the page that asks what was typed."""
    config = json.loads(ask(port, "GET", "/config").text)
    return next(fn["id"] for fn in config["dependencies"] if ["submit"] in [target[1:] for target in fn["targets"]])


def join(
    port: int, event: int, window: str, question: str = "Did it rain?", source: str = "127.0.0.1", **headers: str
) -> Reply:
    body = {"data": [question, None, ""], "fn_index": event, "session_hash": window, "trigger_id": 1}
    return ask(
        port, "POST", "/gradio_api/queue/join", json.dumps(body), source, Content_Type="application/json", **headers
    )


@contextmanager
def listening(port: int, window: str, source: str = "127.0.0.1") -> Iterator[http.client.HTTPResponse]:
    """The answers that a window listens for, until the end of the block, when it hangs up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    connection.request("GET", f"/gradio_api/queue/data?session_hash={window}")
    try:
        with connection.getresponse() as response:
            yield response
    finally:
        connection.close()


def read_until(response: http.client.HTTPResponse, words: str) -> str:
    """What comes up to the line with these words."""
    read = ""
    while words not in read:
        line = response.readline().decode()
        assert line, read
        read += line
    return read


# who may ask


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/app_id"])
@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7", "user@127.0.0.1", "", "a b"])
def test_a_name_of_somebody_else_that_leads_here_is_refused_and_the_cure_is_said(
    port: int, path: str, name: str
) -> None:
    reply = ask(port, "GET", path, Host=name)
    assert reply.status == 421 and "does not answer to the name" in reply.text


def test_a_name_that_is_refused_is_refused_with_a_password_too(guarded: tuple[int, Path]) -> None:
    reply = ask(guarded[0], "POST", "/login", "username=staff&password=right", Host="evil.example:7860", **FORM)
    assert reply.status == 421 and "set hosts" in json.loads(reply.text)["detail"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:7860", "news.example", "127.8.8.8"])
def test_loopback_and_the_names_of_the_setting_are_answered_on_any_port(port: int, name: str) -> None:
    assert ask(port, "GET", "/", Host=name).status == 200


def test_a_window_for_all_addresses_is_reached_by_address_and_not_by_an_unknown_name(held: Window) -> None:
    assert ask(held.port, "GET", "/", Host="192.168.7.7:80").status == 200
    assert ask(held.port, "GET", "/", Host="evil.example").status == 421


@pytest.mark.parametrize(
    ("origin", "more", "status"),
    [
        ("http://127.0.0.1:{port}", {}, 200),
        ("http://127.0.0.1:9", {}, 403),
        ("http://127.0.0.1:9", {"Sec_Fetch_Site": "same-site"}, 403),
        ("http://127.0.0.1:9", {"Sec_Fetch_Site": "same-origin"}, 200),  # behind a proxy on another port
        ("https://news.example", {}, 200),
        ("https://evil.example", {}, 403),
        ("https://evil.example", {"Sec_Fetch_Site": "same-origin"}, 403),
        ("https://evil.example", {"X_Forwarded_Host": "evil.example"}, 403),
        ("null", {}, 403),
        ("file://127.0.0.1", {}, 403),
    ],
)
def test_only_the_windows_own_page_may_ask(port: int, origin: str, more: dict[str, str], status: int) -> None:
    reply = ask(port, "POST", "/gradio_api/reset", '{"event_id": "x"}', Origin=origin.format(port=port), **more)
    assert (reply.status == 403) == (status == 403), reply.text
    if status == 403:
        assert "another site" in json.loads(reply.text)["detail"]


def test_what_a_proxy_says_it_was_asked_as_counts_if_the_proxy_is_trusted(port: int, proxied: int) -> None:
    said = {"Origin": "http://localhost:8080", "X_Forwarded_Host": "localhost:8080"}
    assert ask(port, "GET", "/config", **said).status == 403
    assert ask(proxied, "GET", "/config", **said).status == 200
    assert ask(proxied, "GET", "/config", **said, source="127.0.0.2").status == 403
    rebound = {"Origin": "https://evil.example", "X_Forwarded_Host": "evil.example"}
    assert ask(proxied, "GET", "/config", **rebound).status == 403


def test_the_page_finds_its_server_wherever_a_proxy_has_it(port: int) -> None:
    page = ask(port, "GET", "/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https").text
    assert "window.gradio_config.root = document.baseURI" in page and '<base href="./">' in page
    assert "const root = window.gradio_config.root;" in page and "evil.example" not in page


def test_leaving_is_done_by_post_only_and_ends_that_login_alone(guarded: tuple[int, Path]) -> None:
    port = guarded[0]
    tokens = [entered(port) for _ in range(2)]
    get = ask(port, "GET", "/logout", Cookie=tokens[0])
    assert get.status == 405 and get.headers["Allow"] == "POST"
    assert ask(port, "POST", "/logout", Cookie=tokens[0], Origin="https://evil.example").status == 403
    assert ask(port, "GET", "/config", Cookie=tokens[0]).status == 200
    assert ask(port, "POST", "/logout", Cookie=tokens[0]).status == 403  # it does not say from which page
    left = ask(port, "POST", "/logout", Cookie=tokens[0], Origin=f"http://127.0.0.1:{port}")
    assert left.status == 303 and left.headers["Location"] == "./"
    assert [ask(port, "GET", "/config", Cookie=token).status for token in tokens] == [401, 200]


def entered(port: int) -> str:
    """The cookie of somebody who has entered as staff."""
    reply = ask(port, "POST", "/login", "username=staff&password=right", **FORM)
    cookies = reply.headers.get_all("Set-Cookie") or []
    return next(cookie.partition(";")[0] for cookie in cookies if "session" in cookie)


def test_a_page_leads_to_the_sign_in_and_from_there_to_where_one_wanted_to_go(guarded: tuple[int, Path]) -> None:
    port = guarded[0]
    before = ask(port, "GET", "/article/a1?q=rain")
    assert before.status == 303 and before.headers["Location"] == "../login?next=article%2Fa1%3Fq%3Drain"
    form = ask(port, "GET", "/login?next=article%2Fa1%3Fq%3Drain")
    assert form.status == 200 and 'value="article/a1?q=rain"' in form.text and "masthead" not in form.text
    sent = "username=staff&password=right&next=article%2Fa1%3Fq%3Drain"
    assert ask(port, "POST", "/login", sent, **FORM).headers["Location"] == "./article/a1?q=rain"
    assert r"class=\"masthead\"" in ask(port, "GET", "/", Cookie=entered(port)).text


@pytest.mark.parametrize("after", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_by_signing_in(guarded: tuple[int, Path], after: str) -> None:
    sent = f"username=staff&password=right&next={quote(after)}"
    assert ask(guarded[0], "POST", "/login", sent, **FORM).headers["Location"] == "./"


def test_nothing_else_is_told_to_who_has_not_signed_in(guarded: tuple[int, Path]) -> None:
    for path in ("/config", "/gradio_api/app_id", "/gradio_api/queue/data?session_hash=x", "/upload", "/nothing"):
        assert ask(guarded[0], "GET", path).status == 401, path
    assert ask(guarded[0], "GET", "/healthz").status == ask(guarded[0], "GET", _script(guarded[0])).status == 200


def test_no_cache_keeps_what_holds_articles_or_names_a_reader(port: int, guarded: tuple[int, Path]) -> None:
    cookie = entered(guarded[0])
    for path in ("/", "/articles", "/config"):
        signed_in, open_to_all = ask(guarded[0], "GET", path, Cookie=cookie), ask(port, "GET", path)
        told = [reply.headers.get_all("Cache-Control") for reply in (signed_in, open_to_all)]
        assert told == [["no-store"], ["no-store"]], path
    assert "immutable" in ask(port, "GET", _script(port)).headers["Cache-Control"]


def _script(port: int) -> str:
    return "/" + static_files.address("main.js")


def test_password_tries_are_counted_and_logged_without_the_password(guarded: tuple[int, Path]) -> None:
    port, log = guarded
    tries = [f"username=staff&password=w0rd-{number}" for number in range(5)]
    wrong = [ask(port, "POST", "/login", body, "127.0.0.4", **FORM).status for body in tries]
    held_up = ask(port, "POST", "/login", "username=staff&password=right", "127.0.0.4", **FORM)
    elsewhere = ask(port, "POST", "/login", "username=staff&password=right", "127.0.0.2", **FORM)
    ask(port, "POST", "/login", "username=s3cret&password=x", "127.0.0.3", **FORM)
    assert wrong == [401] * 5 and held_up.status == 429 and elsewhere.status == 303
    assert int(held_up.headers["Retry-After"]) >= 1 and "try again in" in held_up.text
    logged = log.read_text()
    assert "wrong password for user staff from 127.0.0.4, try 5" in logged
    assert "w0rd" not in logged and "s3cret" not in logged


def test_a_browser_is_known_again_by_a_cookie_that_scripts_cannot_read(port: int) -> None:
    cookie = ask(port, "GET", "/").headers["Set-Cookie"]
    assert re.match(r"article-assistant-reader=[\w-]{20,}; HttpOnly; SameSite=Lax", cookie)
    assert ask(port, "GET", "/", Cookie=cookie.partition(";")[0]).headers["Set-Cookie"] is None


def test_a_window_that_is_not_known_is_told_so_and_nothing_else_is_logged(guarded: tuple[int, Path]) -> None:
    port, log = guarded
    reply = ask(port, "GET", "/gradio_api/queue/data?session_hash=unknown", Cookie=entered(port))
    assert "session_not_found" in reply.text and "Traceback" not in log.read_text()


# how much


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/login", "/", "/logout"])
def test_a_body_that_is_too_long_is_refused_also_in_chunks_without_a_length(port: int, path: str) -> None:
    chunk = b"x" * 64_000
    for body in (b"x" * (LIMIT + 1), [chunk] * 5, [chunk] * 40):
        assert ask(port, "POST", path, body).status == 413
    assert ask(port, "POST", path, b"", Content_Length=str(10**15)).status == 413


def test_a_body_of_the_length_that_is_allowed_is_read(port: int) -> None:
    for body in (b"x" * LIMIT, [b"x" * (LIMIT // 4)] * 4):
        assert ask(port, "POST", "/gradio_api/queue/join", body, Content_Type="application/json").status == 422


def test_half_a_request_holds_nobody_up(port: int) -> None:
    with ExitStack() as open_:
        for number in range(300):
            half = open_.enter_context(socket.create_connection(("127.0.0.1", port)))
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " if number % 3 else b"")
        assert ask(port, "GET", "/").status == 200


def test_headers_that_do_not_come_in_time_end_the_connection(held: Window) -> None:
    for sent in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
        with socket.create_connection(("127.0.0.1", held.port), timeout=60) as half:
            half.sendall(sent)
            assert half.recv(1) == b""


def test_an_address_has_so_many_connections_and_others_have_theirs(proxied: int) -> None:
    with ExitStack() as open_:
        opened = [open_.enter_context(connected(proxied, "127.0.0.2")) for _ in range(4)]
        refused = ask(proxied, "GET", "/", source="127.0.0.2")
        assert refused.status == 429 and "too many connections" in refused.text
        assert ask(proxied, "GET", "/", source="127.0.0.3").status == 200
        opened[0].sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        while opened[0].recv(1000):
            pass
        assert ask(proxied, "GET", "/", source="127.0.0.2").status == 200


def connected(port: int, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))


def test_behind_a_trusted_proxy_connections_are_counted_by_whom_they_are_for(proxied: int) -> None:
    with ExitStack() as open_:
        for _ in range(4):
            kept = open_.enter_context(connected(proxied, "127.0.0.1"))
            kept.sendall(b"GET /config HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 9.9.9.9, 198.51.100.7\r\n\r\n")
            assert kept.recv(12) == b"HTTP/1.1 200"
        assert ask(proxied, "GET", "/", X_Forwarded_For="198.51.100.7").status == 429
        assert ask(proxied, "GET", "/", X_Forwarded_For="198.51.100.8").status == 200


# whose turn it is


def test_a_full_room_says_when_to_try_again_and_goes_on_afterwards(held: Window) -> None:
    event = question_event(held.port)
    with ExitStack() as open_:
        heard = []
        for number in range(6):  # four are being answered, two wait
            assert join(held.port, event, f"w{number}", "Hold on?").status == 200
            heard.append(open_.enter_context(listening(held.port, f"w{number}")))
            read_until(heard[-1], "Searching the articles")
        assert "Busy" in join(held.port, event, "w0").text  # one window has its share and no more
        busy = join(held.port, event, "w6")
        told = json.loads(busy.text)["detail"]
        assert busy.status == 429 and re.fullmatch(r"Busy; try again in about \d+ s\.", told)
        assert join(held.port, event, "other", source="127.0.0.2").status == 200
        read_until(heard[5], "Busy; try again")  # its place went to another address, which had none
        held.go()
        for response in heard[:5]:
            assert "It rained." in read_until(response, "close_stream")
        assert join(held.port, event, "w7").status == 200


def test_a_question_whose_asker_hung_up_is_dropped_and_one_that_nobody_hears_is_not_computed(held: Window) -> None:
    event = question_event(held.port)
    for number in range(10):
        assert join(held.port, event, f"unheard{number}", "Unheard?").status == 200
    join(held.port, event, "left", "Hold it: left?")
    with listening(held.port, "left") as heard:
        read_until(heard, "Searching the articles")
        assert held.line() == "begun Hold it: left?"
    assert held.line() == "ended Hold it: left?"  # though nobody let it go
    join(held.port, event, "stays", "Stays?")
    with listening(held.port, "stays") as heard:
        assert "It rained." in read_until(heard, "close_stream")
    assert [held.line(), held.line()] == ["begun Stays?", "ended Stays?"]


def test_the_windows_of_one_browser_have_a_share_together(held: Window) -> None:
    event, browser = question_event(held.port), {"Cookie": "article-assistant-reader=abc"}
    join(held.port, event, "one", "Hold on?", **browser)
    with listening(held.port, "one") as heard:
        read_until(heard, "Searching the articles")
        assert held.line() == "begun Hold on?"
        assert join(held.port, event, "two", **browser).status == 429 and join(held.port, event, "three").status == 200


def test_many_questions_half_open_and_idle_connections_leave_another_reader_an_answer(port: int) -> None:
    event = question_event(port)
    with ExitStack() as open_:
        for number in range(500):
            half = open_.enter_context(connected(port, "127.0.0.1"))
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127" if number < 300 else b"")
        for number in range(150):
            join(port, event, f"unheard{number}")
        join(port, event, "reader")
        with listening(port, "reader") as heard:
            assert "It rained." in read_until(heard, "close_stream")

"""The server behind a real nginx and a real Caddy, configured by the files in deploy/, with https."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.caddy import CADDY, ROOT_CERTIFICATE, caddy
from tests.fakes.certificate import write_certificate
from tests.fakes.nginx import NGINX, free_port, nginx_with
from tests.support import ROOT
from tests.ui.test_server import Window, serving

NAME = "assistant.newsroom.example"
DEPLOY = ROOT / "deploy"


class Site(AbstractContextManager["Site"]):
    """A site with https, at a port of this machine and below a path; it keeps cookies as a browser does."""

    def __init__(self, port: int, certificate: Path, path: str = "") -> None:
        self.origin = f"https://{NAME}:{port}"
        self._root = f"https://127.0.0.1:{port}{path}"
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=str(certificate)),
            headers={"Host": f"{NAME}:{port}", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"},
            timeout=60,
        )

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def stream(self, method: str, path: str, **options: Any) -> AbstractContextManager[httpx.Response]:
        """A response as it comes."""
        return self._client.stream(method, self._root + path, extensions={"sni_hostname": NAME}, **options)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A whole response."""
        with self.stream(method, path, **options) as response:
            response.read()
        return response

    def enter(self, **options: Any) -> httpx.Response:
        """Sign in as staff."""
        return self.ask("POST", "/login", data={"username": "staff", "password": "right"}, **options)


def replaced(text: str, **values: str) -> str:
    """The text with what stands in it replaced; each of it is there."""
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def behind_nginx(folder: Path, window: Window, path: str) -> Iterator[Site]:
    port, (certificate, key) = free_port(), write_certificate(folder, NAME)
    text = (DEPLOY / "nginx.conf").read_text()
    changes = {"listen 80;": f"listen 127.0.0.1:{free_port()};", "listen 443 ": f"listen 127.0.0.1:{port} "}
    changes |= {"/etc/ssl/assistant.pem": str(certificate), "/etc/ssl/assistant.key": str(key)}
    if path:
        changes |= {"location = /": f"location = {path}/", "location / ": f"location {path}/ ", ":7860;": ":7860/;"}
    with nginx_with(folder, replaced(text, **changes, **{":7860": f":{window.port}"}), port):
        with Site(port, certificate, path) as site:
            yield site


@contextmanager
def behind_caddy(folder: Path, window: Window, path: str) -> Iterator[Site]:
    port, text = free_port(), (DEPLOY / "Caddyfile").read_text()
    if path:
        first, brace, rest = text.rpartition("example} {")
        text = f"{first}{brace}\nhandle_path {path}/* {{{rest}}}"
    with caddy(folder, text, port, ASSISTANT_NAME=f"{NAME}:{port}", ASSISTANT_SERVER=f"127.0.0.1:{window.port}"):
        with Site(port, folder / ROOT_CERTIFICATE, path) as site:
            yield site


BEHIND: list[Any] = [
    pytest.param(behind_nginx, marks=pytest.mark.skipif(NGINX is None, reason="nginx is not installed"), id="nginx"),
    pytest.param(behind_caddy, marks=pytest.mark.skipif(CADDY is None, reason="Caddy is not installed"), id="caddy"),
]
Behind = Callable[[Path, Window, str], AbstractContextManager[Site]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxied")


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:
    """A server as the page on deployment has it: it knows its name, its proxy, and a password."""
    with serving(folder, hosts=NAME, trusted_proxies="127.0.0.1", ui_password="right") as window:
        yield window


@pytest.fixture(scope="module", params=BEHIND)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, window: Window) -> Iterator[Site]:
    with request.param(tmp_path_factory.mktemp("site"), window, "") as site:
        yield site


@pytest.fixture(scope="module", params=BEHIND)
def below(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, window: Window) -> Iterator[Site]:
    """The same below a path."""
    with request.param(tmp_path_factory.mktemp("below"), window, "/news") as site:
        yield site


def check_answer(site: Site, window: Window, question: str) -> None:
    """Sign in, ask, and hear of the answer while it is still being made."""
    entered = site.enter()
    assert entered.status_code == 303 and "secure" in entered.headers["set-cookie"].lower()
    assert 'class=\\"masthead\\"' in site.ask("GET", "/").text
    config = site.ask("GET", "/config").json()
    event = next(fn["id"] for fn in config["dependencies"] if ["submit"] in [to[1:] for to in fn["targets"]])
    asked = {"data": [question, ""], "fn_index": event, "session_hash": "window", "trigger_id": 1}
    assert site.ask("POST", "/gradio_api/queue/join", json=asked).status_code == 200
    with site.stream("GET", "/gradio_api/queue/data?session_hash=window") as events:
        lines = events.iter_lines()
        assert any("process_starts" in line for line in lines)
        assert window.line() == f"begun {question}"
    assert window.line() == f"ended {question}"


def test_the_window_is_entered_and_events_come_in_time(site: Site, window: Window) -> None:
    check_answer(site, window, "Hold: did it rain?")


def test_so_they_are_below_a_path(below: Site, window: Window) -> None:
    check_answer(below, window, "Hold: and below?")


@pytest.mark.parametrize("path", ["/metrics", "//metrics", "/%6detrics", "/metrics?x=1"])
def test_the_figures_for_monitors_are_not_passed_on(site: Site, path: str) -> None:
    refused = site.ask("GET", path)
    assert refused.status_code == 404 and "x-request-id" not in refused.headers  # as all has of the server itself


def test_nor_are_they_below_a_path(below: Site) -> None:
    refused = below.ask("GET", "/metrics")
    assert refused.status_code == 404 and "x-request-id" not in refused.headers


def test_an_address_that_a_browser_makes_up_is_not_believed(site: Site, folder: Path) -> None:
    for number in range(3):
        made_up = f"198.51.100.{number}"
        headers = {"X-Forwarded-For": made_up, "X-Real-IP": made_up, "Forwarded": f"for={made_up}"}
        site.ask("POST", "/login", data={"username": "staff", "password": "wrong"}, headers=headers)
    log = (folder / "errors").read_text()
    assert "from 127.0.0.1, try 3" in log and "198.51.100" not in log
    assert site.enter().status_code == 303  # and what was counted is forgotten


def test_a_name_or_scheme_that_a_browser_makes_up_is_not_believed(site: Site) -> None:
    made_up = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.example;proto=http",
    }
    entered = site.enter(headers=made_up)
    assert "secure" in entered.headers["set-cookie"].lower() and "evil" not in str(entered.headers)
    other = site.ask("GET", "/config", headers={"Host": "evil.example"})
    assert other.status_code == 421 or "x-request-id" not in other.headers  # where the proxy itself does not know it
    assert site.ask("POST", "/logout", headers={"Origin": "https://evil.example"}).status_code == 403


def test_what_is_uploaded_is_bounded_by_the_server_itself(site: Site) -> None:
    site.enter()
    large = site.ask("POST", "/upload", files={"file": b"x" * 2_000_000})
    form = site.ask("POST", "/login", content=b"x" * 300_000)
    assert "x-request-id" in large.headers and form.status_code == 413 and "x-request-id" in form.headers


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_plain_http_leads_to_https(tmp_path: Path, window: Window) -> None:
    port, parts = free_port(), (DEPLOY / "nginx.conf").read_text().split("server {")
    servers = f"server {{{parts[1]}".replace("listen 80", f"listen 127.0.0.1:{port}")
    with nginx_with(tmp_path, servers, port):
        led = httpx.get(f"http://127.0.0.1:{port}/article/a1?q=rain", headers={"Host": NAME})
    assert led.status_code == 308 and led.headers["location"] == f"https://{NAME}/article/a1?q=rain"

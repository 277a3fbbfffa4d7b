"""The window behind a real nginx: as it is by default, with a name, below a path that it takes off or leaves."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.fakes.nginx import NGINX, nginx
from tests.ui.test_server import Reply, Window, ask, read_until, serving

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

# By name: the location, with {port} of the window, and the path of the window.
LOCATIONS = {
    "proxy_pass alone": ("location / {{ proxy_pass http://127.0.0.1:{port}; }}", "/"),
    "$host on an odd port": (
        "location / {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $host; "
        "proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme; }}",
        "/",
    ),
    "as Apache": (
        "location / {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header X-Forwarded-Host $http_host; "
        "proxy_set_header X-Forwarded-Server $host; proxy_set_header X-Forwarded-For $remote_addr; }}",
        "/",
    ),
    "below a path that is taken off": ("location /news/ {{ proxy_pass http://127.0.0.1:{port}/; }}", "/news/"),
    "below a path that is left": ("location /news/ {{ proxy_pass http://127.0.0.1:{port}; }}", "/news/"),
    "below a path with its prefix": (
        "location /news/ {{ proxy_pass http://127.0.0.1:{port}/; proxy_set_header X-Forwarded-Prefix /news; "
        "proxy_http_version 1.1; }}",
        "/news/",
    ),
}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window that trusts the proxy, and knows the path below which some locations have it."""
    with serving(tmp_path_factory.mktemp("window"), trusted_proxies="127.0.0.1", root_path="/news") as window:
        yield window


def request(port: int, method: str, path: str, body: str | None = None) -> Reply:
    """The reply to a request as a browser sends one from the window's own page."""
    own = {"Origin": f"http://127.0.0.1:{port}", "Sec_Fetch_Site": "same-origin", "Content_Type": "application/json"}
    return ask(port, method, path, body, **own)


@contextmanager
def listening(port: int, path: str) -> Iterator[http.client.HTTPResponse]:
    """What comes at that path, as it comes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            yield response


@pytest.mark.parametrize("name", LOCATIONS)
def test_the_page_its_files_and_the_events_of_a_question_come_in_time(
    window: Window, tmp_path: Path, name: str
) -> None:
    locations, root = LOCATIONS[name]
    with nginx(tmp_path, locations.format(port=window.port)) as port:
        page = request(port, "GET", root)
        assert page.status == 200 and '<base href="./">' in page.text
        config = json.loads(request(port, "GET", f"{root}config").text)
        event = next(fn["id"] for fn in config["dependencies"] if ["submit"] in [to[1:] for to in fn["targets"]])
        question = f"Hold: is it {name}?"
        asked = {"data": [question, ""], "fn_index": event, "session_hash": "window", "trigger_id": 1}
        assert request(port, "POST", f"{root}gradio_api/queue/join", json.dumps(asked)).status == 200
        with listening(port, f"{root}gradio_api/queue/data?session_hash=window") as events:
            # The answer is held back: nginx has passed on what little there is of the events.
            assert "process_starts" in read_until(events, "process_starts")
            assert window.line() == f"begun {question}"
        assert window.line() == f"ended {question}"


def test_the_address_without_its_last_slash_leads_to_the_page(window: Window, tmp_path: Path) -> None:
    locations = f"location /news {{ proxy_pass http://127.0.0.1:{window.port}; }}"
    with nginx(tmp_path, locations) as port:
        reply = request(port, "GET", "/news?article=1")
        assert reply.status == 308 and reply.headers["Location"] == "/news/?article=1"
        assert request(port, "GET", "/newsroom").status == 404


def test_without_the_setting_a_path_that_is_left_is_one_line_with_the_cure(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as window,
        nginx(tmp_path, f"location /news/ {{ proxy_pass http://127.0.0.1:{window.port}; }}") as port,
    ):
        reply = request(port, "GET", "/news/")
        assert reply.status == 404 and "--root-path" in reply.text and "\n" not in reply.text

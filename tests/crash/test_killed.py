"""A refresh from files and a feed that is killed at many moments: questions are answered, the next refresh works."""

import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.crash.children import Child, child
from tests.support import THOROUGH, generations, open_assistant, write_version

pytestmark = pytest.mark.crash

# At many more moments: THOROUGH=1 python -m pytest tests/crash
BY_EVENT, BY_TIME = (100, 14) if THOROUGH else (16, 3)
IN_FEED = 3  # articles

Moment = dict[str, float]


class Feed(BaseHTTPRequestHandler):
    """A feed with the articles of one version, whole."""

    word = ""

    def do_GET(self) -> None:
        if self.path != "/feed":
            self.send_error(404)
            return
        items = "".join(map(self._item, range(IN_FEED)))
        body = f"<rss version='2.0'><channel><title>Quays</title>{items}</channel></rss>"
        tag = f'"{self.word}"'
        if self.headers["If-None-Match"] == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _item(self, number: int) -> str:
        text = " ".join(f"The {self.word} quay {number} was closed on day {day} of the strike." for day in range(40))
        link = f"http://127.0.0.1/quays/{number}"
        title = f"Quays {self.word} {number} closed by the strike of the crews"
        return f"<item><title>{title}</title><link>{link}</link><description>{text}</description></item>"

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def feed_server() -> Iterator[str]:
    """Serve the feed; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Before:
    """A home of three generations, the last of version alpha; its sources have version bravo by now."""

    home: Path
    sources: tuple[str, str]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    folder = tmp_path_factory.mktemp("before")
    articles = folder / "articles"
    with feed_server() as feed, open_assistant(folder / "home", web_hosts=("127.0.0.1",), web_delay=0) as assistant:
        for number, word in enumerate(("zero", "zero", "alpha")):
            Feed.word = word
            write_version(articles, word, sentences=20 + number)
            assert not assistant.refresh([articles, feed]).failures
        Feed.word = "bravo"
        write_version(articles, "bravo")
        yield Before(folder / "home", (str(articles), feed))


def order(server: Child, do: str, home: Path, before: Before, **when: float) -> dict[str, Any]:
    return server.ask(json.dumps({"do": do, "home": str(home), "sources": before.sources, **when}))


def kill_and_look(server: Child, before: Before, folder: Path, moment: Moment) -> str | None:
    """The version that answers after a refresh killed at `moment`; None when it ended before that."""
    shutil.copytree(before.home, folder)
    refreshed = order(server, "refresh", folder, before, **moment)
    if not refreshed["killed"]:
        assert refreshed["result"]["published"], f"{moment}: {refreshed['result']}"
        return None
    left = generations(folder)
    outcome = order(server, "look", folder, before)["result"]
    assert outcome.get("now") in {"alpha", "bravo"} and outcome.get("later") == "bravo", f"{moment}: {outcome}"
    assert outcome["articles"] == 4 + IN_FEED, f"{moment}: {outcome}"
    finished = [path.parent.name for path in folder.glob("index/[0-9]*/manifest.json")]
    assert generations(folder) == sorted(finished), f"{moment}: not swept; it left {left}"
    assert len(finished) <= 3, f"{moment}: {finished}"
    shutil.rmtree(folder)
    now: str = outcome["now"]
    return now


def outcomes_of(server: Child, before: Before, folder: Path, moments: list[Moment]) -> list[str | None]:
    return [kill_and_look(server, before, folder / str(number), moment) for number, moment in enumerate(moments)]


def measure(server: Child, before: Before, folder: Path) -> tuple[int, float]:
    """The number of file system events of an undisturbed refresh, and its seconds."""
    runs = []
    for name in ("first", "second"):
        shutil.copytree(before.home, folder / name)
        runs.append(order(server, "refresh", folder / name, before, alone=name == "second"))
    assert runs[0]["result"]["published"]
    return runs[0]["result"]["events"], runs[1]["seconds"]


def test_killed_refresh_leaves_the_old_or_the_new_articles_whole(
    before: Before, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with child("fork_server") as server:
        events, seconds = measure(server, before, tmp_path)
        numbers = {1 + i * events // BY_EVENT for i in range(BY_EVENT)}
        numbers |= {events * share // 100 for share in (97, 98, 99)}  # so near the end that it is the new one
        moments: list[Moment] = [{"at_event": number} for number in sorted(numbers)]
        moments += [{"at_seconds": seconds * (i + 0.5) / BY_TIME, "alone": True} for i in range(BY_TIME)]
        # One after the other: what runs beside this test, such as a browser, needs the other core.
        outcomes = Counter(outcomes_of(server, before, tmp_path / "killed", moments))
    killed = outcomes["alpha"] + outcomes["bravo"]
    with capsys.disabled():
        print(f"\nkilled at {killed} moments: {outcomes['alpha']} old, {outcomes['bravo']} new")  # noqa: T201
    assert killed >= BY_EVENT
    assert outcomes["alpha"] and outcomes["bravo"]

"""Refreshes on a schedule: real processes, a real site, real signals."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant import RefreshReport
from assistant.maintenance import Schedule, ScheduleEvents
from assistant.utils import CancelToken
from tests.support import ROOT, generations, open_assistant, write_article

pytestmark = [pytest.mark.crash, pytest.mark.usefixtures("quick_names")]


@contextmanager
def assistant(home: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, killed at the end if it still runs."""
    environment = {**os.environ, "ASSISTANT_HOME": str(home), "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-m", "assistant", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, bufsize=1) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    write_article(tmp_path / "tides", "ebb", "The tide went out at noon.")
    path = tmp_path / "home/sources.toml"
    path.parent.mkdir()
    path.write_text('[tides]\nfolder = "../tides"\n')
    return path


def events(process: subprocess.Popen[str], name: str) -> Iterator[dict[str, object]]:
    """The events of that name that the process logs, as they come."""
    assert process.stderr
    for line in process.stderr:
        entry = json.loads(line)
        if entry["event"] == name:
            yield entry


def test_a_schedule_reads_files_that_come_later(listing: Path, tmp_path: Path) -> None:
    with assistant(listing.parent, "refresh", "--every", "1s", "--log-json") as process:
        done = events(process, "refreshed")
        assert next(done)["added"] == 1
        write_article(tmp_path / "tides", "flow", "The tide came in at six.")
        assert any(entry["added"] == 1 for entry in done)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stdout and process.stdout.read().endswith("Stopped.\n")
    with open_assistant(listing.parent) as after:
        assert {article.title for article in after.articles()} == {"ebb", "flow"}


class Waiting(BaseHTTPRequestHandler):
    """A site that has a robots.txt and a feed for which it takes for ever."""

    asked = threading.Event()
    released = threading.Event()

    def do_GET(self) -> None:
        if self.path != "/robots.txt":
            self.asked.set()
            self.released.wait(60)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def feed() -> Iterator[str]:
    Waiting.asked.clear()
    Waiting.released.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Waiting)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed"
    finally:
        Waiting.released.set()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("words", [("--every", "30m"), ()], ids=["by itself", "once"])
def test_sigterm_in_the_middle_of_a_refresh_leaves_the_index_as_it_was(
    listing: Path, tmp_path: Path, feed: str, words: tuple[str, ...]
) -> None:
    home = listing.parent
    with open_assistant(home) as before:
        before.refresh()
    write_article(tmp_path / "tides", "flow", "The tide came in at six.")
    listing.write_text(f'{listing.read_text()}\n[slow]\nfeed = "{feed}"\n')
    with assistant(home, "refresh", *words, ASSISTANT_WEB_HOSTS="127.0.0.1", ASSISTANT_WEB_DELAY="0") as process:
        assert Waiting.asked.wait(60)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    if words:
        assert (process.returncode, err) == (0, "") and out.endswith("Stopped.\n")
    else:
        assert process.returncode == 1 and err == "assistant: the refresh was stopped; the index is as it was\n"
    assert generations(home) == ["000001"]
    with open_assistant(home) as after:
        assert {article.title for article in after.articles()} == {"ebb"}
        after.refresh(["tides"])
        assert {article.title for article in after.articles()} == {"ebb", "flow"}


def test_on_a_schedule_a_source_that_fails_is_reported_and_the_others_are_read(listing: Path, tmp_path: Path) -> None:
    listing.write_text(f'{listing.read_text()}\n[away]\nfolder = "../away"\n')
    with assistant(listing.parent, "refresh", "--every", "1s", "--log-json") as process:
        done = events(process, "refreshed")
        assert next(done)["failures"] == 1
        write_article(tmp_path / "tides", "flow", "The tide came in at six.")
        assert any(entry["added"] == 1 for entry in done)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    with assistant(listing.parent, "status") as process:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 3
        assert "warning: could not be read" in out and "there is no such file or folder" in out


def test_sigterm_while_waiting_for_another_refresh_stops_at_once(listing: Path, tmp_path: Path, feed: str) -> None:
    listing.write_text(f'{listing.read_text()}\n[slow]\nfeed = "{feed}"\n')
    allowed = {"ASSISTANT_WEB_HOSTS": "127.0.0.1", "ASSISTANT_WEB_DELAY": "0"}
    with assistant(listing.parent, "refresh", **allowed) as first:
        assert Waiting.asked.wait(60)
        with assistant(listing.parent, "refresh", **allowed) as second:
            assert second.stderr and "which is also refreshing" in second.stderr.readline()
            second.send_signal(signal.SIGTERM)
            _, err = second.communicate(timeout=60)
            assert (second.returncode, err) == (
                1,
                "assistant: the refresh was stopped before it began; the index is as it was\n",
            )
        assert first.poll() is None


def test_a_round_of_several_sources_publishes_one_generation(listing: Path, tmp_path: Path) -> None:
    write_article(tmp_path / "council", "vote", "The council voted at noon.")
    listing.write_text(f'{listing.read_text()}\n[council]\nfolder = "../council"\nevery = "1100ms"\n')
    reports: list[RefreshReport] = []
    stop = CancelToken()

    def done(report: RefreshReport) -> None:
        reports.append(report)
        for folder in ("tides", "council"):
            write_article(tmp_path / folder, f"number {len(reports)}", f"It is news number {len(reports)}.")
        if len(reports) == 3:
            stop.cancel()

    with open_assistant(listing.parent) as opened:
        Schedule(opened.status, opened.refresh, timedelta(seconds=1), ScheduleEvents(done), stop).run()
    assert [len(report.added) for report in reports] == [2, 2, 2]
    assert [report.generation for report in reports] == ["000001", "000002", "000003"]

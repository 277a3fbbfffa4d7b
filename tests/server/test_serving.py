"""The process of a server: how it ends, how it takes new settings, and where it gets its socket from."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from assistant import AssistantError
from assistant.server import listen
from tests.support import ROOT
from tests.ui.test_server import Window, ask, join, listening, question_event, read_until, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Window]:
    """A server whose assistant.toml is in the folder of the test, as is what it logs, in `errors`."""
    with serving(tmp_path) as window:
        yield window


def wait_for_log(folder: Path, words: str) -> str:
    """The log, once it has these words."""
    while words not in (log := (folder / "errors").read_text()):
        assert "Traceback" not in log
    return log


def ready(port: int) -> int:
    return ask(port, "GET", "/readyz").status


def unready(port: int) -> None:
    """Wait until it says that it is being stopped."""
    while ready(port) == 200:
        pass


# how it ends


def test_an_answer_in_flight_is_finished_and_no_other_is_begun(server: Window) -> None:
    event = question_event(server.port)
    join(server.port, event, "first", "Hold: did it rain?")
    with listening(server.port, "first") as heard:
        assert server.line() == "begun Hold: did it rain?"
        server.process.send_signal(signal.SIGTERM)
        unready(server.port)
        told = ask(server.port, "GET", "/readyz")
        assert told.status == 503 and "being stopped" in told.text
        assert ask(server.port, "GET", "/healthz").status == 200
        refused = join(server.port, event, "second")
        assert refused.status == 503 and "being stopped" in refused.text
        server.go()
        assert "It rained." in read_until(heard, "close_stream")
    assert server.process.wait() == 0


def test_who_waits_for_a_turn_is_told_and_the_rest_is_left_after_stop_wait(tmp_path: Path) -> None:
    with serving(tmp_path, stop_wait=0) as server:
        event = question_event(server.port)
        join(server.port, event, "first", "Hold on?")
        with listening(server.port, "first"):
            assert server.line() == "begun Hold on?"
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait() == 0


def test_windows_that_are_open_end_without_a_word_in_the_log(server: Window, tmp_path: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/gradio_api/heartbeat/first")
    with closing(connection), listening(server.port, "second"):
        beats = connection.getresponse()
        assert beats.status == 200
        server.process.send_signal(signal.SIGTERM)
        assert beats.read()  # to its end, which is told
        assert server.process.wait() == 0
    assert (tmp_path / "errors").read_text() == ""


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
def test_the_second_time_it_ends_at_once(server: Window, first: signal.Signals) -> None:
    join(server.port, question_event(server.port), "first", "Hold on?")
    with listening(server.port, "first"):
        assert server.line() == "begun Hold on?"
        server.process.send_signal(first)
        unready(server.port)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait()
    assert server.line() == "ended Hold on?"


# new settings


def test_new_settings_are_taken_on_the_same_port_and_nobody_is_refused(server: Window, tmp_path: Path) -> None:
    assert ask(server.port, "GET", "/healthz", Host="news.example").status == 421
    Path("assistant.toml").write_text('hosts = ["news.example"]\n')
    done, statuses = threading.Event(), list[int]()

    def knock() -> None:
        while not done.is_set():
            statuses.append(ask(server.port, "GET", "/healthz").status)

    thread = threading.Thread(target=knock)
    thread.start()
    server.process.send_signal(signal.SIGHUP)
    again = Window(server.process)  # it says anew where it is
    done.set()
    thread.join()
    assert again.port == server.port and set(statuses) == {200}
    assert ask(server.port, "GET", "/healthz", Host="news.example").status == 200
    assert (tmp_path / "errors").read_text() == ""


def test_an_answer_in_flight_is_finished_before_new_settings_are_taken(server: Window) -> None:
    join(server.port, question_event(server.port), "first", "Hold on?")
    with listening(server.port, "first") as heard:
        assert server.line() == "begun Hold on?"
        server.process.send_signal(signal.SIGHUP)
        unready(server.port)
        server.go()
        assert "It rained." in read_until(heard, "close_stream")
    assert server.line() == "ended Hold on?"
    assert ready(Window(server.process).port) == 200


def test_bad_settings_are_told_in_a_line_and_the_old_ones_stay(server: Window, tmp_path: Path) -> None:
    Path("assistant.toml").write_text("max_questions = 5\n")
    server.process.send_signal(signal.SIGHUP)
    log = wait_for_log(tmp_path, "did you mean max_question?")
    assert "the settings stay as they were: unknown setting max_questions" in log and log.count("\n") == 1
    assert ready(server.port) == 200
    Path("assistant.toml").write_text('hosts = ["news.example"]\n')
    server.process.send_signal(signal.SIGHUP)
    assert ask(Window(server.process).port, "GET", "/healthz", Host="news.example").status == 200


def test_it_ends_when_it_is_told_to_before_the_new_settings_are_taken(server: Window) -> None:
    join(server.port, question_event(server.port), "first", "Hold on?")
    with listening(server.port, "first"):
        assert server.line() == "begun Hold on?"
        server.process.send_signal(signal.SIGHUP)
        unready(server.port)
        server.process.send_signal(signal.SIGTERM)
        server.go()
        assert server.process.wait() == 0


def test_to_be_told_of_new_settings_many_times_at_any_moment_ends_nothing(server: Window) -> None:
    done = threading.Event()

    def shout() -> None:
        while not done.is_set():
            server.process.send_signal(signal.SIGHUP)
            done.wait(0.02)

    thread = threading.Thread(target=shout)
    thread.start()
    again = Window(server.process)
    done.set()
    thread.join()
    assert again.port == server.port and ask(server.port, "GET", "/healthz").status == 200


def test_to_be_told_to_end_right_after_new_settings_is_not_forgotten(server: Window) -> None:
    server.process.send_signal(signal.SIGHUP)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait() in (0, 128 + signal.SIGTERM)


def test_to_be_told_to_end_while_new_settings_are_checked_is_not_forgotten(tmp_path: Path) -> None:
    with serving(tmp_path, is_ended_by_settings=True) as server:
        server.process.send_signal(signal.SIGHUP)
        assert server.process.wait() == 0


# where it gets its socket from, and whom it tells


@contextmanager
def activated(folder: Path, listener: socket.socket, **environment: str) -> Iterator[Window]:
    """A server that is given `listener` in the way of systemd."""
    script = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
    )
    served = ["-m", "tests.ui.held_server", json.dumps({"home": str(folder), "port": 1})]
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(listener.fileno()), *served],
        pass_fds=[listener.fileno()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    with process:
        try:
            yield Window(process)
        finally:
            process.kill()


def test_systemd_hands_a_socket_over_and_is_told_when_it_is_served_also_after_new_settings(tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        told.bind(str(tmp_path / "notify"))
        told.settimeout(60)
        port = listener.getsockname()[1]
        with activated(tmp_path, listener, NOTIFY_SOCKET=str(tmp_path / "notify")) as server:
            assert told.recv(100) == b"READY=1"
            assert server.port == port and ask(port, "GET", "/healthz").status == 200
            server.process.send_signal(signal.SIGHUP)
            assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", told.recv(100))
            assert told.recv(100) == b"READY=1"
            assert Window(server.process).port == port and ask(port, "GET", "/healthz").status == 200
            server.process.send_signal(signal.SIGTERM)
            assert told.recv(100) == b"STOPPING=1"


def test_a_server_that_is_one_of_several_takes_nothing_before_it_can_answer() -> None:
    with closing(listen("127.0.0.1", 0, at_once=False)) as bound:
        place = bound.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, timeout=10)
        bound.listen()
        socket.create_connection(place, timeout=10).close()
        with pytest.raises(AssistantError, match="is taken by another program"):
            listen("127.0.0.1", place[1], at_once=False)

"""The log of a server: a line for each request, all of them with its id, none with what was asked."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.server import Service
from assistant.utils import in_thread, json_lines, plain_lines, request_id
from tests.server.support import client_of
from tests.support import open_assistant


@contextmanager
def logging_to(lines: list[dict[str, Any]], **how: Any) -> Iterator[None]:
    stream = io.StringIO()
    with json_lines(stream, **how):
        yield
    lines += map(json.loads, stream.getvalue().splitlines())


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_assistant(tmp_path / "home") as assistant:
        yield Service.of(assistant)


def test_each_request_is_a_line_with_its_id_and_without_its_path(service: Service) -> None:
    lines: list[dict[str, Any]] = []
    with logging_to(lines), client_of(service) as client:
        reply = client.get("/articles/secret-report?q=who+is+it")
        client.get("/healthz")
        client.get("/metrics")
    (line,) = lines
    assert (line["event"], line["status"], line["route"], line["level"]) == ("request", 404, "(none)", "INFO")
    assert line["request_id"] == reply.headers["x-request-id"] and line["by"] == "nobody" and line["seconds"] >= 0
    assert "secret" not in str(line) and "who" not in str(line)


def test_a_fault_is_logged_with_its_traceback_and_the_id_that_the_response_has(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    def broken() -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(service.assistant, "status", broken)
    with logging_to(lines), client_of(service) as client:
        reply = client.get("/readyz")
    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert line["request_id"] == reply.json()["request_id"] and "the disk is gone" in line["exc_info"]


def test_what_threads_log_for_a_request_has_its_id(caplog: pytest.LogCaptureFixture) -> None:
    lines: list[dict[str, Any]] = []

    def steps() -> Iterator[int]:
        for number in range(2):
            logging.getLogger("assistant.test").info("step")
            yield number

    async def read() -> None:
        request_id.set("3f9a0c11")
        assert [each async for each in in_thread(lambda stop: steps())] == [0, 1]

    with logging_to(lines):
        asyncio.run(read())
    assert [line["request_id"] for line in lines] == ["3f9a0c11", "3f9a0c11"]


def test_the_least_level_can_be_chosen_and_what_others_warn_of_is_a_line_too() -> None:
    lines: list[dict[str, Any]] = []
    with logging_to(lines, level=logging.WARNING, others=True):
        logging.getLogger("assistant.test").info("not this")
        logging.getLogger("somebody.else").warning("but this")
    assert [line["event"] for line in lines] == ["but this"]


def test_a_line_for_people_ends_with_the_id_before_any_traceback() -> None:
    stream = io.StringIO()
    with plain_lines(stream):
        request_id.set("3f9a0c11")
        logging.getLogger("assistant.test").warning("it rained")
        request_id.set("")
        logging.getLogger("assistant.test").warning("it stopped")
    assert stream.getvalue() == "WARNING: it rained (id 3f9a0c11)\nWARNING: it stopped\n"

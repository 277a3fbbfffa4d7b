"""The structured log: one JSON object per line, without secrets."""

import io
import json
import logging
from typing import Any

import pytest

from assistant.utils.json_logging import json_lines, log_event

SECRET = "s3cr3t"
URLS = (
    f"https://paper.example/feed?token={SECRET}",
    f"https://paper.example/feed?a=1&api_key={SECRET}&b=2",
    f"https://user:{SECRET}@paper.example/feed",
    f"HTTPS://paper.example/feed?Signature={SECRET}",
)


def logged(*events: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    stream = io.StringIO()
    with json_lines(stream):
        for event, fields in events:
            log_event(logging.getLogger("assistant.maintenance.refresh"), event, **fields)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_event_is_an_object_with_its_fields() -> None:
    (line,) = logged(("refreshed", {"generation": "000002", "added": 3, "reason": None}))
    assert {name: line[name] for name in ("event", "generation", "added", "level", "logger")} == {
        "event": "refreshed",
        "generation": "000002",
        "added": 3,
        "level": "INFO",
        "logger": "assistant.maintenance.refresh",
    }
    assert "time" in line and "reason" not in line


@pytest.mark.parametrize("url", URLS)
def test_secrets_in_urls_are_not_logged(url: str) -> None:
    lines = logged(
        ("asked", {"url": url}),
        (f"failed {url}", {}),
        ("not read", {"reason": f"500 at {url}, tried again", "place": url}),
    )
    assert len(lines) == 3 and SECRET not in json.dumps(lines) and "paper.example/feed" in lines[0]["url"]


def test_control_characters_do_not_break_the_line() -> None:
    (line,) = logged(("not read", {"reason": "two\nlines \x1b[31m and “quotes”", "place": "ü"}))
    assert line["place"] == "ü" and line["reason"].startswith("two\nlines")


def test_afterwards_the_loggers_are_as_they_were() -> None:
    logger = logging.getLogger("assistant")
    before = (logger.level, logger.propagate, list(logger.handlers))
    assert logged(("turn", {}))
    assert (logger.level, logger.propagate, logger.handlers) == before

"""Logs for programs: one JSON object a line, without secrets."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from assistant.addresses import safe_to_show

_LOGGER = "assistant"
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


class _WithoutSecrets(logging.Filter):
    """Takes what may be a secret out of every address that a record tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is changed."""
        record.msg = _clean(record.getMessage())
        record.args = ()
        for name, value in record.__dict__.items():
            if isinstance(value, str) and name not in {"msg", "name"}:
                record.__dict__[name] = _clean(value)
        return True


def _clean(text: str) -> str:
    return _ADDRESS.sub(lambda found: safe_to_show(found.group()), text)


@contextmanager
def json_lines(stream: IO[str]) -> Iterator[None]:
    """All that this package logs, to `stream`, one JSON object a line, to the end of the block."""
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler(stream)
    names = {"levelname": "level", "message": "event", "name": "logger"}
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="time", json_ensure_ascii=False
        )
    )
    handler.addFilter(_WithoutSecrets())
    logger = logging.getLogger(_LOGGER)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]
        handler.flush()


def told(logger: logging.Logger, event: str, **fields: Any) -> None:
    """Log `event` with its fields; what is None is left out."""
    logger.info(event, extra={name: value for name, value in fields.items() if value is not None})

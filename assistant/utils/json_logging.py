"""Structured logs: one JSON object per line, secrets redacted."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from assistant.utils.urls import safe_to_show

_LOGGERS = {"assistant": logging.INFO}
_NOT_FIELDS = frozenset({"msg", "args", "name", "exc_info", "exc_text"})  # attributes of a LogRecord handled apart
_URL = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


def _redact_secrets(record: logging.LogRecord) -> bool:
    """Redact in place what may be a secret in every URL of a record, as a filter that lets all of them through."""
    record.msg = _redacted(record.getMessage())
    record.args = ()
    for name, value in record.__dict__.items():
        if name not in _NOT_FIELDS:
            record.__dict__[name] = _redacted(value)
    if record.exc_info:
        # As text, so that it is redacted too.
        record.exc_text = _redacted(logging.Formatter().formatException(record.exc_info))
    return True


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return _URL.sub(lambda match: safe_to_show(match.group()), value)
    if isinstance(value, Mapping):
        return {_redacted(key): _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    return value


@contextmanager
def json_lines(stream: IO[str]) -> Iterator[None]:
    """Write what this package and its scheduler log to `stream` as JSON lines, until the end of the block."""
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler(stream)
    renamed = {"levelname": "level", "message": "event", "name": "logger"}
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s", rename_fields=renamed, timestamp="time", json_ensure_ascii=False
        )
    )
    handler.addFilter(_redact_secrets)
    loggers = {logging.getLogger(name): level for name, level in _LOGGERS.items()}
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger, level in loggers.items():
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
        handler.flush()


def log_event(logger: logging.Logger, event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log `event` with its fields; those that are None are left out, floats rounded to three digits."""
    present = {name: value for name, value in fields.items() if value is not None}
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in present.items()}
    logger.log(level, event, extra=rounded)

"""Logs: one JSON object per line or plain lines, secrets redacted, each with the id of the request that it is about."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from assistant.utils.request_ids import add_request_id
from assistant.utils.urls import safe_to_show

_OWN = ("assistant", "ui")  # of this package; in a checkout the window is beside it
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
def json_lines(stream: IO[str], level: int = logging.INFO, *, others: bool = False) -> Iterator[None]:
    """Write what this package logs from `level` on to `stream` as JSON lines, until the end of the block.

    With `others` also what anything else in the process warns of.
    """
    from pythonjsonlogger.json import JsonFormatter

    renamed = {"levelname": "level", "message": "event", "name": "logger"}
    fields = "%(levelname)s %(name)s %(message)s"
    formatter = JsonFormatter(fields, rename_fields=renamed, timestamp="time", json_ensure_ascii=False)
    with _handled(stream, formatter, level, others=others):
        yield


@contextmanager
def plain_lines(stream: IO[str], level: int = logging.WARNING) -> Iterator[None]:
    """As `json_lines`, with lines for people, and also what anything else in the process warns of."""
    with _handled(stream, _PlainFormatter(), level, others=True):
        yield


class _PlainFormatter(logging.Formatter):
    """A line that begins with the level and ends with the id of the request, if it is about one; then any traceback."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line."""
        identity = getattr(record, "request_id", "")
        return super().formatMessage(record) + (f" (id {identity})" if identity else "")


@contextmanager
def _handled(stream: IO[str], formatter: logging.Formatter, level: int, *, others: bool = False) -> Iterator[None]:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(add_request_id)
    handler.addFilter(_redact_secrets)
    loggers = {logging.getLogger(name): level for name in _OWN}
    if others:
        loggers[logging.getLogger()] = max(level, logging.WARNING)
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger, least in loggers.items():
        logger.addHandler(handler)
        logger.setLevel(least)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, earlier, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(earlier)
            logger.propagate = propagate
        handler.flush()


def log_event(logger: logging.Logger, event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log `event` with its fields; those that are None are left out, floats rounded to three digits."""
    present = {name: value for name, value in fields.items() if value is not None}
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in present.items()}
    logger.log(level, event, extra=rounded)

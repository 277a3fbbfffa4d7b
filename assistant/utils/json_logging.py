"""Logs for programs: one JSON object a line, without secrets."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from assistant.utils.urls import safe_to_show

_LOGGERS = {"assistant": logging.INFO, "apscheduler": logging.ERROR}
_OWN = frozenset({"msg", "args", "name", "exc_info", "exc_text"})  # of a record, not told as they are
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


class _WithoutSecrets(logging.Filter):
    """Takes what may be a secret out of every address that a record tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is changed."""
        record.msg = _clean(record.getMessage())
        record.args = ()
        for name, value in record.__dict__.items():
            if name not in _OWN:
                record.__dict__[name] = _clean(value)
        if record.exc_info:
            # As text, so that it is cleaned too.
            record.exc_text = _clean(logging.Formatter().formatException(record.exc_info))
        return True


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub(lambda found: safe_to_show(found.group()), value)
    if isinstance(value, Mapping):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one) for one in value]
    return value


@contextmanager
def json_lines(stream: IO[str]) -> Iterator[None]:
    """All that this package and its scheduler log, to `stream`, one JSON object a line, to the end of the block."""
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler(stream)
    names = {"levelname": "level", "message": "event", "name": "logger"}
    handler.setFormatter(
        JsonFormatter(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="time", json_ensure_ascii=False
        )
    )
    handler.addFilter(_WithoutSecrets())
    with ExitStack() as undo:
        for name, level in _LOGGERS.items():
            undo.enter_context(_handled(logging.getLogger(name), level, handler))
        yield
    handler.flush()


@contextmanager
def _handled(logger: logging.Logger, level: int, handler: logging.Handler) -> Iterator[None]:
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]


def log_event(logger: logging.Logger, event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log `event` with its fields; what is None is left out, and seconds are told to the millisecond."""
    known = {name: value for name, value in fields.items() if value is not None}
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in known.items()}
    logger.log(level, event, extra=rounded)

"""The id of the request that is being served, which its response, the log and the window have."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being served; "" where none is."""


def add_request_id(record: logging.LogRecord) -> bool:
    """Put the id of the request into a record, as a filter that lets all of them through."""
    if (identity := request_id.get()) and not hasattr(record, "request_id"):
        record.request_id = identity
    return True

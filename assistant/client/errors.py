"""What a server refuses, as the errors that `Assistant` raises."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from assistant import errors
from assistant.errors import AssistantError


class RefusedError(AssistantError):
    """A server cannot be reached, or refuses what `Assistant` never does: a token, a right, a question too many.

    `status` is that of HTTP, 0 where there was no response; `code` names the reason ("busy", "unauthorized",
    "forbidden", ...), and after so many `seconds` it can be tried again, where the server says so.
    """

    def __init__(self, text: str, status: int = 0, code: str = "", seconds: int | None = None) -> None:
        super().__init__(text)
        self.status, self.code, self.seconds = status, code, seconds


KINDS: dict[str, type[AssistantError]] = {
    "assistant": errors.AssistantError,
    "damaged": errors.DamagedError,
    "embedder": errors.EmbedderError,
    "locked": errors.LockedError,
    "missing": errors.MissingError,
    "model": errors.ModelError,
    "no_articles": errors.NoArticlesError,
    "no_space": errors.NoSpaceError,
    "question": errors.QuestionError,
    "refresh": errors.RefreshError,
    "settings": errors.SettingsError,
    "storage": errors.StorageError,
}
"""The errors by the codes that problem details have for them."""

_PASSING = frozenset({502, 503, 504})


def error_of(response: httpx.Response) -> AssistantError:
    """The error that a response tells, whose body has been read."""
    try:
        details = json.loads(response.content)
    except ValueError:
        details = None
    seconds = response.headers.get("retry-after", "")
    if not isinstance(details, dict) or "detail" not in details:
        text = f"{response.url.host} responds with {response.status_code} {response.reason_phrase}"
        return RefusedError(f"{text}; is that the address of an Article Assistant?", response.status_code)
    return error_of_details(details, int(seconds) if seconds.isdigit() else None)


def error_of_details(details: Mapping[str, Any], seconds: int | None = None) -> AssistantError:
    """The error that problem details tell."""
    text, code = str(details.get("detail", "")), str(details.get("code", ""))
    if code in KINDS:
        return KINDS[code](text)
    faults = details.get("errors") or ()
    if code == "invalid" and any(str(fault.get("at")) in ("body.question", "body.topic") for fault in faults):
        return errors.QuestionError(text)
    return RefusedError(text, int(details.get("status", 0)), code, seconds)


def may_pass(error: BaseException) -> bool:
    """Whether the same request may be served a moment later."""
    passing = isinstance(error, RefusedError) and error.status in _PASSING
    return passing or isinstance(error, httpx.TransportError)


def was_not_sent(error: BaseException) -> bool:
    """Whether a server cannot have seen the request."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def was_not_made(error: BaseException) -> bool:
    """Whether a server cannot have seen the request, or sees to it that it is carried out once."""
    return was_not_sent(error) or is_in_progress(error)


def is_in_progress(error: BaseException | None) -> bool:
    """Whether the same request is being served, or was by a server that is gone: a while later it says which."""
    return isinstance(error, RefusedError) and error.code == "idempotency_key_in_progress"

"""What goes wrong when a chat model is called: whether another try may help, of what kind it is, and how it is told."""

import asyncio
import re
from collections.abc import Iterator, Mapping

import httpx

from assistant.errors import ModelError
from assistant.models.guarded_http import GuardError
from assistant.models.providers import without_key
from assistant.settings import Settings
from assistant.utils import parse_retry_after

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_OF_SERVER = frozenset({401, 403, 404})  # not passing, but another server of the same model may be set up well
_KINDS = {401: "key", 403: "key", 404: "unknown", 408: "timeout", 429: "rate_limit"}


class CutError(ModelError):
    """The answer ended before its end, for its length or by a filter; what came before is whole."""


class EmptyError(ModelError):
    """The answer had no words."""


class BrokenOffError(ModelError):
    """The answer ended in the middle."""


class SilentError(ModelError):
    """Nothing came for so long that another server is to be asked."""


def is_retryable(error: BaseException) -> bool:
    """Whether another try may help."""
    if guarded(error) is not None:
        return False
    status = _status(error)
    if status is not None:
        return status in _RETRIED
    return isinstance(error, EmptyError) or _is_connection(error)


def is_of_server(error: BaseException) -> bool:
    """Whether it is a fault of the server that was asked, so that another one may do."""
    if isinstance(error, BrokenOffError | SilentError) or guarded(error) is not None:
        return True
    return _status(error) in _OF_SERVER or (is_retryable(error) and not isinstance(error, EmptyError))


def requested_wait(error: BaseException | None) -> float | None:
    """The seconds after which the server wants to be asked again, where it says so."""
    responses = (getattr(cause, "response", None) for cause in causes(error))
    headers: Mapping[str, str] = next((one.headers for one in responses if one is not None), {})
    return parse_retry_after(headers.get("retry-after"))


def guarded(error: BaseException | None) -> GuardError | None:
    """The GuardError that a provider's client has made its own error of."""
    while error is not None and not isinstance(error, GuardError):
        error = error.__cause__ or error.__context__
    return error


def _is_connection(error: BaseException) -> bool:
    if isinstance(error, httpx.TransportError | ConnectionError):
        return True
    return bool(re.search(r"Connect|Timeout", type(error).__name__)) and not isinstance(error, TimeoutError)


def _status(error: BaseException) -> int | None:
    for cause in causes(error):
        response = getattr(cause, "response", None)
        for holder, name in ((cause, "status_code"), (response, "status_code"), (cause, "code")):
            value = getattr(holder, name, None)
            if isinstance(value, int):
                return value
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from: LangChain's package for Google wraps what has the status."""
    while error is not None:
        yield error
        error = error.__cause__


_PROBLEMS = {
    400: "does not accept the request",
    401: "refuses the key; set model_key or the provider's variable",
    403: "refuses the key; set model_key or the provider's variable",
    404: "is not known at its address; look at model and model_url",
    408: "took too long",
    413: "cannot take in so much; lower model_context",
    429: "is asked too often just now",
}


def problem_of(error: BaseException, settings: Settings) -> str:
    """What went wrong, as "is asked too often just now (429)"; the provider's own words only for 400."""
    status = _status(error)
    if status is not None and 300 <= status < 400:
        return f"redirects, and no question is sent on; set model_url to its new address ({status})"
    if status is not None:
        more = f": {without_key(' '.join(str(error).split()), settings)[:200]}" if status == 400 else ""
        return f"{_PROBLEMS.get(status, 'failed at its side')} ({status}){more}"
    if _is_connection(error):
        broken = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
        return "broke off the connection" if broken else "cannot be reached; look at model_url and the network"
    return f"gave what is no answer ({type(error).__name__})"


def failure_kind(error: BaseException) -> str:
    """Of what kind it is, in a word: one of a few, so that they can be counted."""
    if isinstance(error, asyncio.CancelledError):
        return "stopped"
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (TimeoutError, "timeout"),
        (SilentError, "timeout"),
        (CutError, "cut"),
        (EmptyError, "empty"),
        (ModelError, "broken_off"),
    )
    if found := next((kind for cause, kind in kinds if isinstance(error, cause)), None):
        return found
    if guarded(error) is not None:
        return "guarded"
    status = _status(error)
    if status is None:
        return "unreachable" if _is_connection(error) else "other"
    return _KINDS.get(status) or ("server" if status >= 500 else "rejected")

"""Why a URL could not be read, in one line that says what a maintainer can do.

WebError                  a URL could not be read
 ├─ UnsafeUrlError        not requested: it leads into a private network, or is not a plain web URL
 ├─ RobotsForbiddenError  not requested: robots.txt does not allow it
 ├─ HostClosedError       not requested: its host gets no more requests in this refresh
 ├─ StatusError           the server answered with an error status
 └─ NoAnswerError         no response came, or an incomplete one; it may come another time
"""

import socket
import ssl

import httpcore
import httpx

from assistant.utils import one_line

_STATUS_TEXTS = {
    400: "the server does not understand the request",
    401: "it wants a log-in",
    402: "it has to be paid for",
    403: "the server does not let us read it",
    404: "there is no such page",
    406: "the server has it in no form that can be read",
    408: "the server waited too long",
    410: "gone for good",
    425: "the server wants to be asked later",
    429: "the server is asked too often",
    451: "withheld for legal reasons",
    500: "the server failed",
    502: "the server behind it failed",
    503: "the server cannot answer just now",
    504: "the server behind it did not answer",
}
_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
MAX_RETRY_AFTER = 60.0  # seconds; a host that asks for a longer wait is closed


class WebError(Exception):
    """A URL could not be read. `is_retryable`: trying again may help."""

    is_retryable = False


class UnsafeUrlError(WebError):
    """The URL is not requested, as that could reach what is not meant for the public."""


class RobotsForbiddenError(WebError):
    """The robots.txt of the site does not allow the URL."""


class HostClosedError(WebError):
    """The host gets no more requests in this refresh."""


class NoAnswerError(WebError):
    """There was no complete response."""

    is_retryable = True


class StatusError(WebError):
    """The server answered with an error status; `retry_after` is in seconds."""

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after
        text = _STATUS_TEXTS.get(status) or httpx.codes.get_reason_phrase(status).lower() or "an answer that is none"
        wait = f"; it asks to wait {retry_after:.0f} s" if retry_after is not None and self.closes_host else ""
        super().__init__(f"{status}: {text}{wait}")
        self.is_retryable = status in _RETRYABLE and not self.closes_host

    @property
    def is_gone(self) -> bool:
        """Whether there is no such page."""
        return self.status in {404, 410}

    @property
    def closes_host(self) -> bool:
        """Whether the host is to get no more requests in this refresh."""
        return self.retry_after is not None and self.retry_after > MAX_RETRY_AFTER


def web_error(error: Exception, seconds: float) -> WebError:
    """The WebError for an exception during a request with a time budget of `seconds`; raises unexpected ones."""
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        connecting = isinstance(error, httpcore.ConnectTimeout)
        return NoAnswerError("the server does not answer" if connecting else f"did not come whole within {seconds:g} s")
    for cause in _causes(error):
        if isinstance(cause, WebError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return WebError(f"its certificate is not valid: {one_line(cause.verify_message, 120)}")
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return WebError(f"no safe connection could be made ({one_line(cause.reason or 'TLS', 60)})")
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN:
            return NoAnswerError("the name cannot be resolved just now")
        if isinstance(cause, socket.gaierror):
            return WebError("the name cannot be resolved")
    return _protocol_error(error)


def _protocol_error(error: Exception) -> WebError:
    if isinstance(error, httpcore.ConnectError):
        return NoAnswerError("the server cannot be reached")
    # Of httpx itself, about the target of a redirect: our transport raises the errors of httpcore.
    if isinstance(error, httpx.RemoteProtocolError | httpx.InvalidURL):
        return WebError("is redirected to what is no address")
    if isinstance(error, httpcore.RemoteProtocolError):
        was_cut = "without sending" in str(error)
        return NoAnswerError("the connection broke off" if was_cut else "the server answers with what is no HTTP")
    if isinstance(error, httpcore.NetworkError | OSError):
        return NoAnswerError("the connection broke off")
    if isinstance(error, httpcore.ProtocolError | httpcore.UnsupportedProtocol | httpx.HTTPError):
        return WebError(f"cannot be asked for ({type(error).__name__})")
    raise error


def _causes(error: BaseException | None) -> list[BaseException]:
    causes = list[BaseException]()
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes

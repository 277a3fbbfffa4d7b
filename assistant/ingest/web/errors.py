"""Why an address could not be read, in one line that says what a maintainer can do.

WebError           an address could not be read
 ├─ RefusedError   we do not ask for it: it leads into a private network, or is no plain web address
 ├─ ForbiddenError robots.txt does not allow it
 ├─ StatusError    the server answered, with something else than the page
 ├─ SilentError    no answer came, or none that is whole; another time it may
 └─ ClosedError    its host is not asked any more in this run
"""

import socket
import ssl
from http import HTTPStatus

import httpcore
import httpx

from assistant.utils.strings import one_line

_SAID = {
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
_WORTH = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 60.0  # seconds that we wait when a server asks for it


class WebError(Exception):
    """An address could not be read. `worth`: trying again may help; `silent`: nothing answered."""

    worth = False
    silent = False


class RefusedError(WebError):
    """It is not asked for, as that could reach what is not meant for the public."""


class ForbiddenError(WebError):
    """Its robots.txt does not allow it."""


class ClosedError(WebError):
    """Its host is not asked any more in this run."""


class SilentError(WebError):
    """No whole answer came."""

    worth = True
    silent = True


class StatusError(WebError):
    """The server answered with a status; `wait` is for how many seconds it asks not to be asked."""

    def __init__(self, status: int, wait: float | None = None) -> None:
        said = _SAID.get(status) or _phrase(status)
        asks = f"; it asks to wait {wait:.0f} s" if wait is not None and wait > LONGEST_WAIT else ""
        super().__init__(f"{status}: {said}{asks}")
        self.status = status
        self.wait = wait
        self.worth = status in _WORTH and not asks

    @property
    def gone(self) -> bool:
        """Whether there is no such page, or no more."""
        return self.status in {404, 410}

    @property
    def closes(self) -> bool:
        """Whether nothing more is to be asked of the host in this run."""
        return self.wait is not None and self.wait > LONGEST_WAIT


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "an answer that is none"


def web_error(error: Exception, seconds: float) -> WebError:
    """What went wrong while asking, of which the whole was to take no more than `seconds`."""
    if isinstance(error, WebError):
        return error
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        connecting = isinstance(error, httpcore.ConnectTimeout)
        return SilentError("the server does not answer" if connecting else f"did not come whole within {seconds:g} s")
    for one in _causes(error):
        if isinstance(one, WebError):
            return one
        if isinstance(one, ssl.SSLCertVerificationError):
            return WebError(f"its certificate is not valid: {one_line(one.verify_message, 120)}")
        if isinstance(one, ssl.SSLError) and not isinstance(one, ssl.SSLEOFError):
            return WebError(f"no safe connection could be made ({one_line(one.reason or 'TLS', 60)})")
        if isinstance(one, socket.gaierror):
            return _unresolved(one)
    return _broken(error)


def _broken(error: Exception) -> WebError:
    if isinstance(error, httpcore.ConnectError):
        return SilentError("the server cannot be reached")
    # Of httpx itself, about where it is led: our transport raises the errors of httpcore.
    if isinstance(error, httpx.RemoteProtocolError | httpx.InvalidURL):
        return WebError("is redirected to what is no address")
    if isinstance(error, httpcore.RemoteProtocolError):
        cut = "without sending" in str(error)
        return SilentError("the connection broke off" if cut else "the server answers with what is no HTTP")
    if isinstance(error, httpcore.NetworkError | OSError):
        return SilentError("the connection broke off")
    if isinstance(error, httpcore.ProtocolError | httpcore.UnsupportedProtocol | httpx.HTTPError):
        return WebError(f"cannot be asked for ({type(error).__name__})")
    raise error


def _unresolved(error: socket.gaierror) -> WebError:
    if error.errno == socket.EAI_AGAIN:
        return SilentError("the name cannot be resolved just now")
    return WebError("the name cannot be resolved")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found

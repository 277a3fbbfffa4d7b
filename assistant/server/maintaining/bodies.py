"""Long bodies of requests: files and drafts, read within bounds by who may maintain, not before that is known."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

from assistant.server.problems import Refusal
from assistant.settings import Settings

MAX_BYTES = 30_000_000  # of a file
_DRAINED = 2  # times the limit that is read of a body that is too long, so that its sender reads why
MAX_READ = _DRAINED * MAX_BYTES + 1_000_000  # bytes of a request
_AT_ONCE = 4  # bodies that are held in memory
_SECONDS = 300.0  # in which a body must have come
_PATHS = frozenset({"/api/v1/previews", "/api/v1/articles"})


def streamed(path: str) -> int | None:
    """The most bytes of a request to that path whose body is read as it comes; None for all others."""
    return MAX_READ if path in _PATHS else None


def largest_file(settings: Settings) -> int:
    """The most bytes that a file may have."""
    return min(MAX_BYTES, settings.max_file_mb * 1_000_000)


class Held:
    """How many long bodies are in memory; all happens in one event loop."""

    count = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One is until the end of the block. Raises Refusal while there are too many."""
        if self.count >= _AT_ONCE:
            text = "Too many files are being looked at; try again in a moment."
            raise Refusal(429, text, [(b"retry-after", b"5")], is_unread=True)
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


HELD = Held()


async def read_body(request: Request, most: int) -> bytes:
    """The body of a request. Raises Refusal for one that is too long, too slow or not whole."""
    body, read = bytearray(), 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                read += len(part)
                if read > _DRAINED * most:
                    break
                if read <= most:
                    body += part
    except TimeoutError:
        raise Refusal(408, "This did not come in time; try again.") from None
    except ClientDisconnect:
        raise Refusal(400, "This did not come whole.") from None
    if read > most:
        raise too_long(most)
    return bytes(body)


def too_long(most: int) -> Refusal:
    """What is said of a file of more bytes."""
    return Refusal(413, f"This is too big: more than {most / 1e6:.0f} MB. On the server, run: assistant add FILE")

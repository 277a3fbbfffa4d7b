"""Files that a maintainer hands in: taken in within bounds, kept privately for a while, given out by their tokens."""

import asyncio
import secrets
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from assistant import Assistant
from assistant.server import address_of, largest_file, reader_of
from assistant.utils import counted, one_line

_MOST_OF_ONE, _MOST_BYTES = 20, 300_000_000  # files of a person, and bytes of all
_KEPT_SECONDS, _BODY_SECONDS = 1_800.0, 300.0
_DRAINED = 2  # times the limit that is read of a file that is too big, so that its sender reads why
_MAX_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file that was handed in: the `name` it was given and its bytes."""

    name: str
    data: bytes


@dataclass(eq=False)
class _Kept:
    owner: str
    name: str
    path: Path
    begun: float
    size: int = 0
    is_complete: bool = False


@dataclass(eq=False)
class Refused(Exception):
    """Why a file is not taken, in a line."""

    status: int
    text: str


@dataclass
class Uploads:
    """The files that were handed in, each known by a token and to its owner only; may be used from several threads.

    One is forgotten after half an hour, and the oldest of an owner's when there are over 20 of theirs.
    """

    clock: Callable[[], float] = time.monotonic
    most_bytes: int = _MOST_BYTES
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folder: "tempfile.TemporaryDirectory[str] | None" = None

    def get(self, token: str, owner: str) -> Upload | None:
        """The file of a token, None where it is not there any more or somebody else's."""
        with self._lock:
            self._forget_old()
            kept = self._kept.get(token)
            if kept is None or kept.owner != owner or not kept.is_complete:
                return None
            return Upload(kept.name, kept.path.read_bytes())

    def name(self, token: str, owner: str) -> str | None:
        """The name of the file of a token, None where `get` would give none."""
        with self._lock:
            kept = self._kept.get(token)
            return kept.name if kept is not None and kept.owner == owner and kept.is_complete else None

    def drop(self, token: str, owner: str) -> None:
        """Forget a file, once what is in it was put in or is not wanted."""
        with self._lock:
            if (kept := self._kept.get(token)) is not None and kept.owner == owner:
                self._forget(token)

    def close(self) -> None:
        """Forget all."""
        with self._lock:
            for token in list(self._kept):
                self._forget(token)
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    async def take(self, owner: str, name: str, body: AsyncIterator[bytes], max_bytes: int) -> tuple[str, int]:
        """Keep the file that comes as `body`; its token and size. Raises Refused, and keeps nothing of it then."""
        token = await run_in_threadpool(self._begin, owner, name)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                size = await self._write(self._kept[token], body, max_bytes)
        except BaseException as error:
            with self._lock:
                self._forget(token)
            if isinstance(error, TimeoutError):
                raise Refused(408, "The file did not come in time; try again.") from None
            raise
        return token, size

    async def _write(self, kept: _Kept, body: AsyncIterator[bytes], max_bytes: int) -> int:
        size = 0
        with kept.path.open("wb") as file:
            async for part in body:
                size += len(part)
                if size > _DRAINED * max_bytes:
                    break
                if size <= max_bytes:
                    self._grow(kept, size)
                    await run_in_threadpool(file.write, part)
        if size > max_bytes:
            raise Refused(413, too_big(max_bytes))
        if not size:
            raise Refused(400, "The file is empty; choose another one.")
        kept.is_complete = True
        return size

    def _begin(self, owner: str, name: str) -> str:
        with self._lock:
            self._forget_old()
            own = [token for token, kept in self._kept.items() if kept.owner == owner]
            if len(own) >= _MOST_OF_ONE:
                complete = [token for token in own if self._kept[token].is_complete]
                if not complete:
                    raise Refused(429, f"{counted(len(own), 'file')} of yours are still coming in; wait for them.")
                self._forget(complete[0])
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="article-assistant-uploads-")  # for this account only
            token = secrets.token_urlsafe(24)
            self._kept[token] = _Kept(owner, name, Path(self._folder.name, secrets.token_hex(16)), self.clock())
            return token

    def _grow(self, kept: _Kept, size: int) -> None:
        with self._lock:
            others = sum(each.size for each in self._kept.values() if each is not kept)
            if others + size > self.most_bytes:
                raise Refused(
                    429, "Too many files wait to be looked at; add or drop some, or try again in half an hour."
                )
            kept.size = size

    def _forget_old(self) -> None:
        for token, kept in list(self._kept.items()):
            if self.clock() - kept.begun > _KEPT_SECONDS:
                self._forget(token)

    def _forget(self, token: str) -> None:
        kept = self._kept.pop(token, None)
        if kept is not None:
            kept.path.unlink(missing_ok=True)


def too_big(max_bytes: int) -> str:
    """What is said of a file of more bytes."""
    return f"This file is too big: more than {max_bytes / 1e6:.0f} MB. On the server, run: assistant add FILE"


def owner_of(request: Any) -> str:
    """Whose a file is, of a request of Starlette or of an event of Gradio: who is signed in, else the browser's.

    Of a browser without the cookie it is the address's.
    """
    who = (getattr(request, "request", None) or request).scope.get("state", {}).get("principal")
    if who is not None and who.owner is not None:
        return f"person {who.owner}"
    return reader_of(dict(request.cookies)) or address_of(request)


def uploads(assistant: Assistant, kept: Uploads) -> APIRouter:
    """The route POST /upload, which takes the body as a file, its name in the query (`name`) or in `X-File-Name`.

    A name in the header is percent-encoded. Answers {"token", "name", "size"}, or {"detail"} with 400, 408, 413 or
    429. The events of the window get the file by `kept.get(token, owner_of(request))`.
    """
    router = APIRouter()
    max_bytes = largest_file(assistant.settings)

    async def upload(request: Request) -> JSONResponse:
        try:
            name = _name(request)
            token, size = await kept.take(owner_of(request), name, request.stream(), max_bytes)
        except Refused as refused:
            return JSONResponse({"detail": refused.text}, refused.status)
        except ClientDisconnect:
            return JSONResponse({"detail": "The file did not come whole."}, 400)
        return JSONResponse({"token": token, "name": name, "size": size})

    # The request is read by hand, so that FastAPI reads no body first.
    router.add_route("/upload", upload, methods=["POST"])
    return router


def _name(request: Request) -> str:
    given = request.query_params.get("name") or unquote(request.headers.get("x-file-name", ""))
    name = one_line(PurePosixPath(given[: 10 * _MAX_NAME].replace("\\", "/")).name)
    if not name:
        raise Refused(400, "The file has no name; give it one with an ending, such as article.pdf.")
    return name[-_MAX_NAME:]  # the ending says what kind it is of

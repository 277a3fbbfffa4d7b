"""The cluster as a refresh sees it: batches go out, what the workers made of them comes back."""

import contextlib
import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from assistant.articles import Article
from assistant.cluster.release import Expected, installed
from assistant.errors import RefreshError, SettingsError, StoppedError
from assistant.index import ArticleNames
from assistant.ingest.files import Content, Outcome
from assistant.models import Embedder, Vectors, describe, opener
from assistant.utils import one_line

T = TypeVar("T")

_TEXTS, _ARTICLES = 64, 20  # in a batch
# So few that all of them may take as long as their parsers are given at most, and none is waited for in vain.
_FILES, _FILE_BYTES = 10, 4_000_000
_CONNECT_SECONDS = 5.0
_READY_SECONDS = 180.0  # Ray starts a process on each machine, which imports this program
_BATCH_SECONDS = 900.0  # when no machine is left, Ray waits for ever
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "TOKENIZERS_PARALLELISM": "false",
}
_UNLESS_SET = {"RAY_gcs_rpc_server_reconnect_timeout_s": "20"}  # how long a head that is gone is waited for
_LOG_PREFIX = re.compile(r"^\[[^\]]*\]\s*(\S+:\d+:\s*)?|^\S+ \S+\s+[A-Z]+ \S+:\d+ -- ")
_KEPT = "the index is as it was"


class Cluster(AbstractContextManager["Cluster"]):
    """The Ray cluster at `address`, HOST:PORT, whose workers open the same model as `embeddings`.

    It is connected to at the first job. Every method raises RefreshError, in one line, when the cluster fails or a
    worker has another version, StoppedError after `interrupt`.
    """

    def __init__(self, address: str, embeddings: Embedder) -> None:
        """Raises SettingsError without Ray or for what is no address, RefreshError when nobody listens there."""
        if find_spec("ray") is None:
            from assistant.models import install_command

            command = install_command("ray")
            raise SettingsError(f"setting ray = {address!r} needs a package that is not installed; run: {command}")
        self._address, self._embeddings = address, embeddings
        self._process: subprocess.Popen[bytes] | None = None
        self._interrupted, self._reason = False, ""
        _check_listening(address)
        self._errors = tempfile.TemporaryFile()

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cluster, which ends what it still does for this refresh."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError), process:
                process.kill()
        self._errors.close()

    def interrupt(self) -> None:
        """End the running job, if any, and refuse all further ones."""
        self._interrupted = True
        if self._process is not None:
            self._process.kill()

    def vectors(self, texts: Iterable[str]) -> Iterator[tuple[int, Vectors]]:
        """The vectors of `texts` in batches, as they come, each with the position of its first text."""
        for number, vectors in self._run("embed", _batches(texts, _TEXTS)):
            yield number * _TEXTS, vectors

    def names(self, articles: Iterable[Article]) -> Iterator[ArticleNames]:
        """The id of each article with its names, as they come."""
        pairs = ((article.id, article.text) for article in articles)
        for _, named in self._run("name", _batches(pairs, _ARTICLES)):
            yield from named

    def parsed(self, files: Iterable[Content]) -> Iterator[tuple[int, list[Outcome]]]:
        """What the parser of each file gives, as it comes, with the position of the file; none is an archive."""
        starts: list[int] = []
        for number, parsed in self._run("parse", _file_batches(files, starts)):
            yield from enumerate(parsed, starts[number])

    def _run(self, kind: str, batches: Iterable[list[Any]]) -> Iterator[tuple[int, Any]]:
        """What the stage `kind` makes of each batch, with the number of the batch, in any order."""
        batches = iter(batches)
        first = next(batches, None)
        if first is None:
            return
        if self._process is None:
            self._connect()
        self._send(kind)
        count = 0
        for batch in chain([first], batches):
            self._send((count, batch))
            count += 1
        self._send(None)
        for _ in range(count):
            yield self._receive(_BATCH_SECONDS)

    def _send(self, message: Any) -> None:
        assert self._process and self._process.stdin
        try:
            pickle.dump(message, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:
            self._receive(_BATCH_SECONDS)  # says why it ended
            raise self._lost() from None

    def _receive(self, seconds: float) -> Any:
        """What came back, which has to be within so many seconds."""
        assert self._process and self._process.stdout
        timer = threading.Timer(seconds, self._give_up, (f"nothing came back within {seconds:g} s",))
        timer.daemon = True
        timer.start()
        try:
            kind, value = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            raise self._lost() from None
        finally:
            timer.cancel()
        if kind == "failed":
            raise self._failure(value)
        return value

    def _connect(self) -> None:
        """Start the process that talks to Ray, and wait until it is connected."""
        if self._interrupted:
            raise self._lost()
        expected = self._expected()
        # As for the sandbox: a session of its own, for Ctrl-C, and nothing imported from the working folder.
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assistant.cluster.driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={
                **_UNLESS_SET,
                **os.environ,
                **_ENVIRONMENT,
                "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path),
            },
            start_new_session=True,
        )
        if self._interrupted:  # meanwhile
            process.kill()
        self._send((self._address, expected))
        self._receive(_READY_SECONDS)

    def _expected(self) -> Expected:
        """What workers must have. Raises SettingsError for an embedder that cannot be opened elsewhere."""
        name = describe(self._embeddings)
        try:
            pickled = pickle.dumps(opener(self._embeddings))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            reason = f"embedder {name} cannot be sent to other machines ({one_line(str(error), 150)})"
            raise SettingsError(f"setting ray = {self._address!r}: {reason}; leave out one of the two") from None
        return Expected(installed(), name, pickled)

    def _give_up(self, reason: str) -> None:
        self._reason = reason
        if self._process is not None:
            self._process.kill()

    def _lost(self) -> RefreshError:
        if self._interrupted:
            return StoppedError(f"the refresh was stopped; {_KEPT}")
        if self._reason:
            return self._failure(self._reason)
        self._errors.seek(0)
        lines = [line for line in self._errors.read().decode("utf-8", "replace").splitlines() if line.strip()]
        said = one_line(_LOG_PREFIX.sub("", lines[-1]).partition(". ")[0], 200) if lines else ""
        return self._failure(f"it was lost ({said})" if said else "it was lost")

    def _failure(self, reason: str) -> RefreshError:
        return RefreshError(f"the Ray cluster at {self._address}: {reason}; {_KEPT}")


def _check_listening(address: str) -> None:
    host, colon, port = address.rpartition(":")
    if not (host and colon and port.isdecimal()):
        raise SettingsError(f"setting ray = {address!r}: it should be HOST:PORT, as `ray start` prints it")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        cure = "start it with `ray start --head`, or leave out --ray"
        raise RefreshError(
            f"no Ray cluster answers at {address} ({getattr(error, 'strerror', None) or error}); {cure}; {_KEPT}"
        ) from None


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def _file_batches(files: Iterable[Content], starts: list[int]) -> Iterator[list[Content]]:
    """Batches of files; the position of the first of each is added to `starts`."""
    batch: list[Content] = []
    size = 0
    for position, file in enumerate(files):
        if batch and (len(batch) == _FILES or size + len(file.data) > _FILE_BYTES):
            yield batch
            batch, size = [], 0
        if not batch:
            starts.append(position)
        batch.append(file)
        size += len(file.data)
    if batch:
        yield batch

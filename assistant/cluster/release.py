"""What a worker has installed: only one with the same code, packages and model gives what this machine would."""

import hashlib
import pickle
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from assistant.models import Embedder, describe
from assistant.utils import own_version

_PACKAGES = (
    *("numpy", "openvino", "sentence-transformers", "spacy", "tokenizers"),
    *("charset-normalizer", "dateparser", "lxml", "markdown-it-py", "py3langid", "pypdfium2", "python-dateutil"),
    *("python-frontmatter", "PyYAML", "rapidfuzz", "text2num", "tld", "trafilatura", "tzdata"),
)
_PARTS = ("articles.py", "cluster", "index", "ingest", "models", "text", "utils")  # of the code that workers run
_KINDS = frozenset({".py", ".toml", ".txt", ".tsv"})


class WorkerError(Exception):
    """A worker cannot take part; the message is one line, which names it."""


@dataclass(frozen=True, slots=True)
class Release:
    """The version of this program, the digest of the code that workers run, and the versions of what it runs on."""

    version: str
    code: str
    packages: tuple[str, ...]

    def difference(self, other: "Release") -> str | None:
        """What `other` has otherwise, and what this has; None for the same."""
        if (self.version, self.code) != (other.version, other.code):
            named = (f"article-assistant {each.version} ({each.code[:8]})" for each in (other, self))
            return ", not ".join(named)
        for mine, others in zip(self.packages, other.packages, strict=False):
            if mine != others:
                return f"{others}, not {mine}"
        return None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a worker must have: the release, and the model, with what opens it, pickled."""

    release: Release
    model: str
    opener: bytes

    def opened(self, cache: Path) -> Embedder:
        """The model, from the folder of the worker's cache."""
        opener: Callable[[Path], Embedder] = pickle.loads(self.opener)
        return opener(cache)


@cache
def installed() -> Release:
    """The release that this process runs."""
    return Release(own_version(), _code_digest(Path(__file__).parents[1]), tuple(map(_package, _PACKAGES)))


def _package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"no {name}"


def _code_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for part in _PARTS:
        for path in sorted((folder / part).rglob("*") if (folder / part).is_dir() else [folder / part]):
            if path.suffix in _KINDS:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def this_machine() -> str:
    """What this machine is called in messages."""
    return socket.gethostname()


def check_release(expected: Release) -> None:
    """Raises WorkerError unless this process runs the `expected` release."""
    if (difference := expected.difference(installed())) is not None:
        raise WorkerError(f"the worker {this_machine()} has {difference}; install the same there")


def check_model(embeddings: Embedder, expected: str) -> None:
    """Raises WorkerError unless this is the `expected` model."""
    if (found := describe(embeddings)) != expected:
        raise WorkerError(f"the worker {this_machine()} has the model {found}, not {expected}; install the same there")

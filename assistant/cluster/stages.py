"""What workers do with a batch: parse its files, embed its texts, or find the names of its articles.

A batch is one row of a table: its number, and what is in it, pickled. So each is a task of its own, and a lost worker
costs no more than the batch it had. Only Ray's workers run this, each with what is installed there.
"""

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow

from assistant.cluster.release import Expected, WorkerError, check_model, check_release, this_machine
from assistant.errors import AssistantError
from assistant.index import names_in
from assistant.ingest.files import Sandbox, SandboxError, parse_content
from assistant.models import Embedder, as_vectors
from assistant.settings import Settings

_SCHEMA = pyarrow.schema([("number", pyarrow.int64()), ("items", pyarrow.large_binary())])


def as_table(number: int, items: Any) -> pyarrow.Table:
    """A batch as a table of one row."""
    packed = pickle.dumps(items, protocol=pickle.HIGHEST_PROTOCOL)
    return pyarrow.table({"number": [number], "items": [packed]}, schema=_SCHEMA)


def batches_in(table: pyarrow.Table) -> list[tuple[int, Any]]:
    """The batches in a table, each with its number."""
    return [(row["number"], pickle.loads(row["items"])) for row in table.to_pylist()]


def _each(table: pyarrow.Table, work: Callable[[Any], Any]) -> pyarrow.Table:
    return pyarrow.concat_tables([as_table(number, work(items)) for number, items in batches_in(table)])


def embed(table: pyarrow.Table, expected: Expected) -> pyarrow.Table:
    """Texts become their vectors."""
    embeddings = _embeddings(expected)
    return _each(table, lambda texts: as_vectors(embeddings, texts))


@cache
def _embeddings(expected: Expected) -> Embedder:
    """The model of this worker process. Raises WorkerError for another one, or another release."""
    check_release(expected.release)
    try:
        embeddings = expected.opened(Settings().cache)
    except AssistantError as error:
        raise WorkerError(f"the worker {this_machine()}: {error}") from error
    check_model(embeddings, expected.model)
    return embeddings


def find_names(table: pyarrow.Table, expected: Expected) -> pyarrow.Table:
    """Pairs of the id and the text of an article become pairs of its id and its names."""
    check_release(expected.release)
    return _each(table, lambda articles: [(article_id, names_in(text)) for article_id, text in articles])


def parse_files(table: pyarrow.Table, expected: Expected) -> pyarrow.Table:
    """The bytes of files become the articles and failures of each, by the limits of memory and time as anywhere."""
    check_release(expected.release)
    sandbox = _sandbox()
    return _each(table, lambda files: [list(parse_content(file, sandbox)) for file in files])


@cache
def _sandbox() -> Sandbox:
    """The sandbox of this worker process, with which it ends. Raises WorkerError where it does not confine."""
    sandbox = Sandbox()
    try:
        sandbox.check()
    except (SandboxError, OSError) as error:
        raise WorkerError(f"the worker {this_machine()} cannot confine what parses files: {error}") from error
    return sandbox

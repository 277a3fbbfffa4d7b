"""A process that forks children to be killed: it has imported everything and opened nothing.

Each line of its input is an order, each line of its output the outcome. An order is a JSON object: `do`
("refresh" or "look"), `home`, `sources`, and for a refresh `at_event` (kill itself at that audited event)
or `at_seconds` (be killed after so long), and `alone` (start a sandbox of its own, as a first refresh does).
The outcome has `killed`, `seconds`, `events` and `result`.
"""

import gc
import importlib
import json
import mmap
import os
import pkgutil
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

import chromadb
import chromadb.api.rust
import chromadb.telemetry.product.posthog  # noqa: F401
import pytest

import assistant
from assistant import Assistant
from assistant.answering import pipeline
from assistant.index.derived import entities
from assistant.ingest.files.sandbox import Sandbox
from assistant.models import load
from assistant.reading import answerability, ranker
from assistant.text.language import _identifier
from assistant.text.lexicon import WordPattern
from tests.support import IdleSandboxes, QuickNames, QuickReader, keep_sandbox, open_assistant, versions

WORDS = ("zero", "alpha", "bravo")
# What is imported late, when it is first used.
LATE = ("anyio.abc", "anyio._backends._asyncio", "encodings.cp437", "markdown_it", "numpy.ma", "numpy.random")


SANDBOXES: IdleSandboxes = []  # one for all children, one after the other
CALLING = mmap.mmap(-1, 1)  # whether a child is being answered by it; seen here even if the child was killed


def refresh_once(order: dict[str, Any]) -> dict[str, Any]:
    count = 0

    def watch(event: str, details: tuple[Any, ...]) -> None:
        nonlocal count
        if not any(order["home"] in str(detail) for detail in details):
            return
        count += 1
        if count == order.get("at_event"):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    with _opened(order) as assistant:
        report = assistant.refresh(order["sources"])
    return {"published": report.published, "events": count}


def _opened(order: dict[str, Any]) -> Assistant:
    return open_assistant(Path(order["home"]), web_hosts=("127.0.0.1",), web_delay=0)


def look(order: dict[str, Any]) -> dict[str, Any]:
    """Which version answers now, and which after the next refresh."""
    with _opened(order) as assistant:
        (now,) = versions(assistant, WORDS)
        assistant.refresh(order["sources"])
        (later,) = versions(assistant, WORDS)
        return {"now": now, "later": later, "articles": len(assistant.articles())}


def _keep_a_sandbox() -> None:
    exchange = Sandbox._exchange

    def noted(self: Sandbox, call: bytes, seconds: float) -> tuple[str, Any]:
        CALLING[0] = 1
        outcome = exchange(self, call, seconds)
        CALLING[0] = 0
        return outcome

    patches = pytest.MonkeyPatch()
    patches.setattr(Sandbox, "_exchange", noted)
    keep_sandbox(patches, SANDBOXES)
    _start_sandbox()


def _start_sandbox() -> None:
    with Sandbox() as sandbox:
        sandbox.call(len, "imported by it")


def _renew_sandbox() -> None:
    """Start another if a child was killed in a call: what the old one says next would belong to no call."""
    if CALLING[0]:
        with SANDBOXES.pop() as process:
            process.kill()
        _start_sandbox()


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork a child that does it; kill the child in time if the order says so."""
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _run_child(order, writer)
    os.close(writer)
    finished = os.pidfd_open(child)
    select.select([finished], [], [], order.get("at_seconds"))
    signal.pidfd_send_signal(finished, signal.SIGKILL) if "at_seconds" in order else None
    with open(reader, encoding="utf-8") as pipe:  # noqa: PTH123
        result = pipe.read()
    _, status = os.waitpid(child, 0)
    os.close(finished)
    _renew_sandbox()
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "seconds": time.monotonic() - started, "result": json.loads(result or "null")}


def _run_child(order: dict[str, Any], writer: int) -> None:
    if order.get("alone"):
        SANDBOXES.clear()
    for sandbox in SANDBOXES:
        # It is no child of this process, which so takes it for dead.
        sandbox.poll = lambda: None  # type: ignore[method-assign]
    try:
        result = {"refresh": refresh_once, "look": look}[order["do"]](order)
    except BaseException as error:
        result = {"error": repr(error)}
    os.write(writer, json.dumps(result).encode())
    os._exit(0)


def _load_everything() -> None:
    """Import each module of the library and load what a refresh and a question load once, so that children need not."""
    developers, programs = ("assistant.evaluation", "assistant.cli"), ("__main__", "sandbox_worker")
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if not module.name.startswith(developers) and not module.name.endswith(programs):
            importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    for pattern in [each for each in gc.get_objects() if isinstance(each, WordPattern)]:
        _ = pattern.compiled
    _identifier()
    entities.entity_recognizer = QuickNames  # type: ignore[attr-defined, assignment]
    pipeline.open_reader = QuickReader  # type: ignore[attr-defined]
    load(answerability.WEIGHTS), load(ranker.WEIGHTS)


if __name__ == "__main__":
    _load_everything()
    _keep_a_sandbox()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()

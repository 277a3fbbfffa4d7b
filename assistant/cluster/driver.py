"""The process that talks to Ray for a refresh: `python -m assistant.cluster.driver`.

Ray ends the process that talks to it when it loses its head or its machine, and prints what it likes; so it is none
that holds a lock. It reads jobs from standard input and writes their results to standard output, each pickled.
"""

import contextlib
import logging
import os
import pickle
import queue
import re
import threading
from collections.abc import Iterator
from typing import IO, Any

import ray
import ray.data
from ray._raylet import IMPLICIT_RESOURCE_PREFIX  # type: ignore[attr-defined]
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from assistant.cluster import stages
from assistant.cluster.release import Expected, check_release
from assistant.utils import one_line

_ANSWERS_WITHIN = 60  # seconds in which every worker must say what it has
_STAGES: dict[str, Any] = {"parse": stages.parse_files, "embed": stages.embed, "name": stages.find_names}
# Of what has this prefix each machine has one: the model runs on all its processors, so a machine embeds one batch at
# a time, and none waits while there are batches, whatever its size and whenever it joins.
_BOOKED = {"embed": {f"{IMPLICIT_RESOURCE_PREFIX}embed": 1.0}}
_OWN = re.compile(r"WorkerError: (.+)")


def main() -> None:
    """Connect, then carry out jobs until there are no more."""
    calls, results = _take_over_pipes()
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    address, expected = pickle.load(calls)
    threading.Thread(target=_receive, args=(calls, messages), daemon=True).start()
    try:
        _connect(address, expected)
        _send(results, "ready", None)
        while True:
            kind = messages.get()
            for number, items in _results(kind, _blocks(messages), expected):
                _send(results, "batch", (number, items))
    except Exception as error:
        _send(results, "failed", _line(error))
    os._exit(0)  # Ray's own end takes seconds


def _send(results: IO[bytes], kind: str, value: Any) -> None:
    pickle.dump((kind, value), results, protocol=pickle.HIGHEST_PROTOCOL)
    results.flush()


def _take_over_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes of jobs and results; what Ray prints goes to standard error."""
    calls, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return calls, results


def _receive(calls: IO[bytes], messages: "queue.SimpleQueue[Any]") -> None:
    """Pass on what comes in; when nobody is left to send more, nobody waits for a result either."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            messages.put(pickle.load(calls))
    os._exit(0)


def _connect(address: str, expected: Expected) -> None:
    ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    workers = _workers()
    if not workers:
        raise RuntimeError("none of its machines has a processor to offer; start one with ray start --address")
    asked = [
        ray.remote(check_release)
        .options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False))
        .remote(expected.release)
        for node in workers
    ]
    late = ray.wait(asked, num_returns=len(asked), timeout=_ANSWERS_WITHIN)[1]
    if late:
        name = workers[asked.index(late[0])]["NodeManagerAddress"]
        raise RuntimeError(f"its machine {name} does not answer within {_ANSWERS_WITHIN} s")
    ray.get(asked)


def _workers() -> list[dict[str, Any]]:
    """The machines that have processors to offer."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [node for node in nodes if node["Alive"] and node["Resources"].get("CPU")]


def _blocks(messages: "queue.SimpleQueue[Any]") -> list[Any]:
    """The batches of a job in Ray's object store, which spills to disk what does not fit."""
    return [ray.put(stages.as_table(number, items)) for number, items in iter(messages.get, None)]


def _results(kind: str, blocks: list[Any], expected: Expected) -> Iterator[tuple[int, Any]]:
    if not blocks:
        return
    batches = ray.data.from_arrow_refs(blocks)
    blocks.clear()  # Ray keeps what it has not done yet
    mapped = batches.map_batches(
        _STAGES[kind],
        fn_kwargs={"expected": expected},
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,  # a worker keeps what it has loaded for the next batch
        resources=_BOOKED.get(kind),
    )
    for table in mapped.iter_batches(batch_size=None, batch_format="pyarrow"):
        yield from stages.batches_in(table)


def _line(error: Exception) -> str:
    """What went wrong, in one line: a worker's own message, else the last line of Ray's."""
    own = _OWN.search(str(error))
    lines = [line for line in str(error).splitlines() if line.strip()]
    return one_line(own[1] if own else (lines or [type(error).__name__])[-1], 300)


if __name__ == "__main__":
    main()

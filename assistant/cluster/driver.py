"""The process that talks to Ray for a refresh: `python -m assistant.cluster.driver`.

Ray ends the process that talks to it when it loses its head or its machine, and prints what it likes; so it is none
that holds a lock. It reads jobs from standard input and writes their results to standard output, each pickled.
"""

import contextlib
import os
import pickle
import queue
import re
import threading
from collections.abc import Iterator
from typing import IO, Any

import ray
import ray.data
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from assistant.cluster import stages
from assistant.cluster.release import Expected, check_release
from assistant.utils import one_line

_ANSWERS_WITHIN = 60  # seconds in which every worker must say what it has
_TRIES = 3  # further ones for a batch whose worker was lost
_SHARE = 0.25  # of a machine that an embedding worker books: there is room for that of a machine that is lost
_PAUSE, _PATIENCE = 5.0, 60.0  # seconds between looks whether any machine is left, and for which none may be
_OWN = re.compile(r"WorkerError: (.+)")


def main() -> None:
    """Connect, then carry out jobs until there are no more."""
    calls, results = _take_over_pipes()
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    address, expected = pickle.load(calls)
    threading.Thread(target=_receive, args=(calls, messages), daemon=True).start()
    outlet = _Outlet(results)
    try:
        _connect(address, expected)
        outlet.send("ready", None)
        threading.Thread(target=_watch, args=(outlet,), daemon=True).start()
        while True:
            kind = messages.get()
            for number, items in _results(kind, _blocks(messages), expected):
                outlet.send("batch", (number, items))
            outlet.send("done", None)
    except Exception as error:
        outlet.send("failed", _line(error))
    os._exit(0)  # Ray's own end takes seconds


class _Outlet:
    """The pipe of results, for several threads."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def send(self, kind: str, value: Any) -> None:
        """Write one message."""
        with self._lock:
            pickle.dump((kind, value), self._pipe, protocol=pickle.HIGHEST_PROTOCOL)
            self._pipe.flush()


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
    ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    workers = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
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


def _blocks(messages: "queue.SimpleQueue[Any]") -> list[Any]:
    """The batches of a job in Ray's object store, which spills to disk what does not fit."""
    return [ray.put(stages.as_table(number, items)) for number, items in iter(messages.get, None)]


def _results(kind: str, blocks: list[Any], expected: Expected) -> Iterator[tuple[int, Any]]:
    if not blocks:
        return
    batches = ray.data.from_arrow_refs(blocks)
    blocks.clear()  # Ray keeps what it has not done yet
    for table in _STAGES[kind](batches, expected).iter_batches(batch_size=None, batch_format="pyarrow"):
        yield from stages.batches_in(table)


def _embedded(batches: "ray.data.Dataset", expected: Expected) -> "ray.data.Dataset":
    """One worker for each machine, as the model runs on all its processors."""
    processors = [node["Resources"]["CPU"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    return batches.map_batches(
        stages.Embed,
        fn_constructor_args=(expected,),
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=len(processors)),
        num_cpus=min(processors) * _SHARE,
        scheduling_strategy="SPREAD",
        max_restarts=-1,
        max_task_retries=_TRIES,
    )


def _named(batches: "ray.data.Dataset", expected: Expected) -> "ray.data.Dataset":
    return _by_tasks(batches, stages.find_names, expected)


def _by_tasks(batches: "ray.data.Dataset", stage: Any, expected: Expected) -> "ray.data.Dataset":
    """A batch on each processor at a time; a worker process keeps what it has loaded for the next one."""
    return batches.map_batches(
        stage,
        fn_kwargs={"expected": expected},
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
        scheduling_strategy="SPREAD",
        max_retries=_TRIES,
    )


_STAGES = {"embed": _embedded, "name": _named}


def _watch(outlet: _Outlet) -> None:
    """End when no machine is left that works: Ray would wait for one for ever."""
    missing, pause = 0.0, threading.Event()
    while not pause.wait(_PAUSE):
        with contextlib.suppress(Exception):  # where the head is gone, Ray ends this process
            missing = 0.0 if ray.cluster_resources().get("CPU") else missing + _PAUSE
        if missing >= _PATIENCE:
            outlet.send("failed", f"none of its machines has worked for {_PATIENCE:g} s")
            os._exit(0)


def _line(error: Exception) -> str:
    """What went wrong, in one line: a worker's own message, else the last line of Ray's."""
    own = _OWN.search(str(error))
    lines = [line for line in str(error).splitlines() if line.strip()]
    return one_line(own[1] if own else (lines or [type(error).__name__])[-1], 300)


if __name__ == "__main__":
    main()

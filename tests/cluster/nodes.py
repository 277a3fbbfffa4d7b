"""A cluster of Ray on this machine, in a process of its own: each line that comes in is a command, its answer goes out.

`start PYTHONPATH` starts a node, the first one the head; `kill N` kills all of a node at once, as if its machine had
lost its power; `gone N` waits until the head knows of it. It ends, with all nodes, when its input does.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

STORE = 100_000_000  # bytes


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def _end(processes: Collection[int]) -> None:
    """Kill processes and what they have started, at once."""
    # The workers would end by themselves, when they find out in a minute.
    workers = [child for process in processes for child in children(process)]
    for process in (*processes, *workers):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


class Nodes:
    """The nodes, the first one of them the head."""

    def __init__(self, folder: Path) -> None:
        from ray.cluster_utils import Cluster

        # Where the utility writes the address of its cluster, which else is in /tmp.
        self._folder = folder / "ray"
        self._folder.mkdir()
        self._cluster = Cluster(shutdown_at_exit=False)
        self._nodes: list[Any] = []

    def start(self, python_path: str) -> dict[str, Any]:
        """Start a node of one processor whose workers import from `python_path`."""
        os.environ["PYTHONPATH"] = python_path
        node = self._added()
        self._nodes.append(node)
        raylet = node.all_processes["raylet"][0].process.pid
        return {"address": self._cluster.address, "raylet": raylet}

    def _added(self, tries: int = 3) -> Any:
        """A node. Ray gives one up whose agents have not started within 15 seconds, as on a busy machine."""
        agent, metrics, exported, environment = free_ports(4)
        before = children(os.getpid())
        try:
            return self._cluster.add_node(
                num_cpus=1,
                object_store_memory=STORE,
                include_dashboard=False,
                include_log_monitor=False,
                no_monitor=True,
                temp_dir=str(self._folder),
                node_ip_address=f"127.0.0.{len(self._nodes) + 2}",  # 127.0.0.1 is another address of the machine to Ray
                dashboard_agent_listen_port=agent,
                metrics_agent_port=metrics,
                metrics_export_port=exported,
                runtime_env_agent_port=environment,
            )
        except Exception:
            _end(set(children(os.getpid())) - set(before))
            if tries == 1:
                raise
            if not self._nodes:
                self._cluster.head_node = None
            return self._added(tries - 1)

    def kill(self, number: int) -> dict[str, Any]:
        """Kill the processes of a node; its workers go with it."""
        _end([each.process.pid for kind in self._nodes[number].all_processes.values() for each in kind])
        return {}

    def await_loss(self, number: int) -> dict[str, Any]:
        """Wait until the head knows that the node is gone."""
        while any(row["Alive"] and row["NodeID"] == self._nodes[number].node_id for row in self._rows()):
            time.sleep(0.1)
        return {}

    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._cluster.global_state.node_table()  # type: ignore[no-untyped-call]
        return rows

    def close(self) -> None:
        """End all nodes."""
        for number in range(len(self._nodes)):
            self.kill(number)


def main() -> None:
    """Carry out commands until there are no more."""
    os.environ["RAY_TMPDIR"] = sys.argv[1]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what Ray prints is no answer
    nodes = Nodes(Path(sys.argv[1]))
    try:
        for line in sys.stdin:
            command, _, rest = line.strip().partition(" ")
            match command:
                case "start":
                    answer = nodes.start(rest)
                case "kill":
                    answer = nodes.kill(int(rest))
                case _:
                    answer = nodes.await_loss(int(rest))
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
    finally:
        nodes.close()
        os._exit(0)  # Ray would wait for what has ended


if __name__ == "__main__":
    main()

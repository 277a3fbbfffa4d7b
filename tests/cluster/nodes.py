"""A cluster of Ray on this machine, in a process of its own: each line that comes in is a command, its answer goes out.

`start PYTHONPATH` starts a node, the first one the head; `kill N` kills all of a node at once, as if its machine had
lost its power; `gone N` waits until the head knows of it. It ends, with all nodes, when its input does.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.fakes.nginx import free_port

STORE = 100_000_000  # bytes
UNUSED = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port")
SESSION = "session"  # the folder of the cluster


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


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
        node_id, port = os.urandom(28).hex(), free_port()
        self._write_ports(node_id, port)
        node = self._cluster.add_node(
            num_cpus=1,
            object_store_memory=STORE,
            include_dashboard=False,
            include_log_monitor=False,
            no_monitor=True,
            temp_dir=str(self._folder),
            session_name=SESSION,
            node_ip_address=f"127.0.0.{len(self._nodes) + 2}",  # Ray takes 127.0.0.1 for another address of the machine
            runtime_env_agent_port=port,
            env_vars={"RAY_OVERRIDE_NODE_ID_FOR_TESTING": node_id},
        )
        self._nodes.append(node)
        raylet = node.all_processes["raylet"][0].process.pid
        return {"address": self._cluster.address, "raylet": raylet}

    def _write_ports(self, node_id: str, environment: int) -> None:
        """Write what a node waits for until its agents have written it: 15 seconds, too few on a busy machine."""
        from ray._raylet import persist_port  # type: ignore[attr-defined]

        folder = self._folder / SESSION
        folder.mkdir(exist_ok=True)
        ports = {"runtime_env_agent_port": environment, **dict.fromkeys(UNUSED, -1)}
        for name, port in ports.items():
            persist_port(str(folder), node_id, name, port)

    def kill(self, number: int) -> dict[str, Any]:
        """Kill the processes of a node; its workers go with it."""
        processes = [each.process.pid for kind in self._nodes[number].all_processes.values() for each in kind]
        # The workers would end by themselves, when they find out in a minute.
        workers = [child for process in processes for child in children(process)]
        for process in (*processes, *workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
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

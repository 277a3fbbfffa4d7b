"""Two nodes of Ray on this machine, for all tests of a file, in the order in which they stand there."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT

_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # So a machine that is gone is found out in 2 seconds, not in 15.
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "3000",
    "RAY_health_check_failure_threshold": "4",
    # A worker may take long to start on a busy machine, where Ray gives it up after 60 seconds.
    "RAY_worker_register_timeout_seconds": "300",
}


class RunningNodes:
    """The nodes of `tests.cluster.nodes`; `address` is the cluster's, `raylets` has the process of each node."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address = ""
        self.raylets: list[int] = []

    def start(self, python_path: Path = ROOT) -> int:
        """Start a node whose workers import from `python_path`; gives its number."""
        started = self._ask(f"start {python_path}")
        self.address = started["address"]
        self.raylets.append(started["raylet"])
        return len(self.raylets) - 1

    def kill(self, number: int) -> None:
        """End all of a node at once, as if its machine had lost its power."""
        self._ask(f"kill {number}")

    def await_loss(self, number: int) -> None:
        """Wait until the cluster knows that the node is gone."""
        self._ask(f"gone {number}")

    def _ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="session")
def needs_ray() -> None:
    """Skips aloud without Ray; with CI=true that is a failure."""
    if find_spec("ray") is None:
        assert not os.environ.get("CI"), "Ray is not installed, so the cluster could not be tested"
        pytest.skip("Ray is not installed: pip install 'article-assistant[ray]'")


@pytest.fixture(scope="module")
def nodes(needs_ray: None) -> Iterator[RunningNodes]:
    """A head and another node, of one processor each."""
    # Not below pytest's folder: the path of a socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="ray-") as folder, Path(folder, "errors").open("w+") as errors:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.nodes", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        ) as process:
            nodes = RunningNodes(process)
            nodes.start()
            nodes.start()
            yield nodes
            process.communicate()  # without more commands it ends all nodes

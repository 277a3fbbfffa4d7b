"""Measuring beside the plain stack: a process is measured as a whole, and both by their medians."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.evaluation.benchmarks.plain_stack import Run, compared, run


def test_both_are_compared_by_their_medians() -> None:
    ours, plain = [Run(1, 2, 300), Run(2, 2, 300), Run(9, 2, 300)], [Run(4, 8, 600)]
    assert [(one.ours, one.plain, one.ratio) for one in compared("cold", ours, plain)] == [
        (2, 4, 0.5),
        (2, 8, 0.25),
        (300, 600, 0.5),
    ]


def test_a_process_is_measured_with_what_it_printed(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "import os; print(os.environ['ASSISTANT_HOME'])"], tmp_path)
    assert done.output == f"{tmp_path}\n"
    assert done.wall > 0
    assert done.memory > 1


def test_one_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)

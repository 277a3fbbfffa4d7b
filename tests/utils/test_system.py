"""Giving way: a refresh stands back behind those who ask, and goes no further back each time."""

import os
import subprocess
import sys

import pytest

ASK = """
import os
from assistant.utils.system import lower_priority
os.nice({nice})
lower_priority()
lower_priority()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="there are no such priorities on Windows")
@pytest.mark.parametrize(("nice", "then"), [(0, 10), (5, 10), (15, 15)])
def test_process_gives_way_once_and_never_comes_forward(nice: int, then: int) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    done = subprocess.run([sys.executable, "-c", ASK.format(nice=nice)], capture_output=True, text=True, check=True)
    assert int(done.stdout) == max(own + nice, then)

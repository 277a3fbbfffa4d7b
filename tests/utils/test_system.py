"""Lowering the priority of a refresh, so that questions go first."""

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
@pytest.mark.parametrize(("nice", "expected"), [(0, 10), (5, 10), (15, 15)])
def test_lowering_the_priority_never_raises_it(nice: int, expected: int) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    process = subprocess.run([sys.executable, "-c", ASK.format(nice=nice)], capture_output=True, text=True, check=True)
    assert int(process.stdout) == max(before + nice, expected)

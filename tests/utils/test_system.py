"""Lowering the priority of a refresh, so that questions go first, and pausing the collector of unused objects."""

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.utils import reading_ahead, without_collector

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


def test_the_collector_is_on_again_after_a_block_without_it_that_failed() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="it failed"), without_collector():
        assert not gc.isenabled()
        raise ValueError("it failed")
    assert gc.isenabled()


def test_a_collector_that_somebody_switched_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_reading_ahead_ends_with_its_block_and_passes_over_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"text")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")  # whoever opens it waits for a writer
    for folder in (tmp_path, tmp_path / "nowhere", tmp_path / "folder" / "file"):
        with reading_ahead(folder):
            pass
        assert "reading ahead" not in [thread.name for thread in threading.enumerate()]

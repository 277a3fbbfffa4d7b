import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "offline_child.py"
ALONE = ["unshare", "--net", "--map-root-user"]


@pytest.mark.model
def test_indexing_a_question_and_the_window_send_nothing_out_of_the_machine(tmp_path: Path) -> None:
    """In a network namespace with only loopback everything works, and the kernel counts no try to leave it.

    The model's copy is made in there too.
    """
    try:
        possible = subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        possible = False
    if not possible:
        assert not os.environ.get("CI"), "no network namespace can be made here, so this could not be shown"
        pytest.skip("NOT SHOWN: no network namespace can be made here (unshare --net)")
    environment = {**os.environ, "ASSISTANT_HOME": str(tmp_path / "home"), "ASSISTANT_CACHE": str(tmp_path / "cache")}
    command = [*ALONE, sys.executable, str(SCRIPT)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["found"] and result["page"] > 1000
    assert result["counter_works"]
    assert result["tries"] == 0

"""Three servers of one index under load, as the benchmark has it, in small: nothing is lost but what was being said."""

import os
from pathlib import Path

import pytest

from assistant.evaluation.benchmarks.several_bench import Load, figures_at
from tests.fakes.nginx import NGINX

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(not os.environ.get("THOROUGH"), reason="it takes minutes; with THOROUGH=1 it is run"),
]


def test_no_answer_is_wrong_and_only_connections_of_killed_servers_end(
    tmp_path: Path, postgres_url: str, chroma_url: str, chroma_collection: str
) -> None:
    load = Load(clients=8, windows=1, seconds=60, refreshes=2, kills=1)
    told = figures_at(tmp_path, postgres_url, chroma_url, load, collection=chroma_collection)
    assert told["wrong"] == told["other errors"] == "none" and told["did not work"] == "nothing", told
    assert told["made with a key; answered once more; not there once"].endswith("; 0"), told

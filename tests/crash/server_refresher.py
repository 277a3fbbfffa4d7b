"""A refresh of an index on servers that its parent kills: `python -m tests.crash.server_refresher SETTINGS SOURCE`.

SETTINGS are those of the assistant as JSON. It says a line at each step, and goes on when it is given one.
"""

import json
import sys
from typing import Any

from assistant import RefreshCallbacks
from tests.support import WordHash, open_assistant


def step(*what: Any) -> None:
    sys.stdout.write(f"{' '.join(map(str, what))}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    callbacks = RefreshCallbacks(progress=lambda stage, done, total: step(stage, done), notice=step)
    with open_assistant(
        embeddings=WordHash(before=lambda texts: step("texts")), **json.loads(sys.argv[1])
    ) as assistant:
        step("ended", assistant.refresh([sys.argv[2]], watcher=callbacks).generation)

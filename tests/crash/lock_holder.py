"""A refresh that takes as long as its parent wants: `python -m tests.crash.lock_holder HOME SOURCE`.

It says "holding" once it holds the lock and embeds, and goes on when it is given a line.
"""

import sys
from pathlib import Path

from tests.support import WordHash, open_assistant


def wait_for_word(texts: list[str]) -> None:
    sys.stdout.write("holding\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    with open_assistant(Path(sys.argv[1]), WordHash(before=wait_for_word)) as assistant:
        sys.stdout.write(f"{assistant.refresh([sys.argv[2]]).generation}\n")

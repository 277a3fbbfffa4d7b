"""Puts two backups back in turn: `python -m tests.crash.restorer HOME ONE OTHER`; a line before each."""

import sys
from itertools import cycle
from pathlib import Path

from assistant import Settings
from assistant.maintenance import restore

if __name__ == "__main__":
    home, *backups = map(Path, sys.argv[1:])
    for backup in cycle(backups):
        sys.stdout.write(f"{backup.name}\n")
        sys.stdout.flush()
        restore(Settings(home=home), backup, force=True)

"""The numbered format of a home, and the steps from each to the next.

A home without a number is of format 1, as all were before there were numbers. To change what a home has in a way that
this version alone can read: raise FORMAT, and add the step to it. A step may be interrupted, and is then taken again.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from assistant.errors import AssistantError
from assistant.index import Library, write_atomically
from assistant.settings import Settings
from assistant.utils import make_private

_log = logging.getLogger(__name__)

FORMAT = 2
FILE = "FORMAT"


def format_of(home: Path) -> int:
    """The format of a home; of one that says nothing that can be read, the first."""
    try:
        number = int((home / FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 1
    return max(number, 1)


def check_format(home: Path) -> None:
    """Raise AssistantError for a home that a newer version made."""
    if (number := format_of(home)) > FORMAT:
        raise AssistantError(
            f"the home {home} is of format {number}, and this version knows up to {FORMAT}; install the version that "
            "made it, or restore a backup of before"
        )


def upgrade(library: Library, settings: Settings) -> None:
    """Bring a home that is there to the format of this version, under the refresh lock. Raises AssistantError."""
    home = settings.home.expanduser()
    check_format(home)
    if format_of(home) < FORMAT and home.is_dir() and any(home.iterdir()):
        with library.refreshing(settings.refresh_wait, lambda who: None):
            upgrade_locked(home)


def upgrade_locked(home: Path) -> None:
    """Bring a home to the format of this version; by who holds its refresh lock. Raises AssistantError."""
    check_format(home)
    is_new = not (home / "index" / "CURRENT").exists()
    for number, step in _STEPS.items():
        if format_of(home) < number:
            try:
                step(home)
                write_atomically(home / FILE, f"{number}\n")
            except OSError as error:
                raise AssistantError(
                    f"the home {home} cannot be brought to format {number} ({error}); allow writing to it"
                ) from None
            if not is_new:
                _log.info("the home is now of format %d", number)


def _for_this_account_alone(home: Path) -> None:
    """Early versions left the index readable to all accounts of the machine."""
    if (home / "index").is_dir():
        make_private(home / "index")
    for path in home.glob("*.sqlite*"):
        path.chmod(0o600)


_STEPS: dict[int, Callable[[Path], None]] = {2: _for_this_account_alone}

"""What a backup has, as lines for a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.cli.render import safe_line
from assistant.utils import counted, minute

if TYPE_CHECKING:
    from assistant.maintenance import Backup


def backup_lines(backup: "Backup") -> Iterator[str]:
    """Of one that was made."""
    yield safe_line(f"{backup.path or 'The backup'} has {_content(backup)}")


def restore_lines(backup: "Backup") -> Iterator[str]:
    """Of one that was put back."""
    yield safe_line(f"{backup.home} is as it was on {minute(backup.made)}: it has {_content(backup)}")
    if backup.set_aside is not None:
        yield safe_line(f"What was there before is in {backup.set_aside}; delete it when you do not need it any more.")


def _content(backup: "Backup") -> str:
    files = counted(backup.files, "file")
    if backup.generation is None:
        return f"no articles, and {files}"
    return f"{counted(backup.articles, 'article')} (generation {backup.generation}), in {files}"

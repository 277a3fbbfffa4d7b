"""The commands `assistant backup` and `assistant restore`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import common, open_assistant, plain_errors, settings_of, show

if TYPE_CHECKING:
    from assistant.maintenance import Backup


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@common
@plain_errors
def backup(file: Path, home: Path | None, as_json: bool) -> None:
    """Write a backup to FILE, a name that ends in .tar.gz or .tar.zst, a folder, or - for standard output.

    It has the published state of the index, and all that people made in the home. The server and refreshes may go on
    meanwhile. Settings and logs are not in it.
    """
    is_piped = str(file) == "-"
    with open_assistant(home) as assistant:
        made = assistant.backup(sys.stdout.buffer if is_piped else file)
    _warn(made)
    if not is_piped:
        show(made, as_json, "render_backup:backup_lines")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--force", is_flag=True, help="Set a home that is not empty aside, as HOME.before-DATE-TIME.")
@common
@plain_errors
def restore(file: Path, force: bool, home: Path | None, as_json: bool) -> None:
    """Make the home that the backup FILE has, or - for one on standard input.

    All of it is checked before the home is touched. Stop a server over the home before, and start it again after.
    """
    from assistant import maintenance
    from assistant.database import database
    from assistant.people import People

    source, settings = sys.stdin.buffer if str(file) == "-" else file, settings_of(home)
    stores = People(database(settings)).stores()
    restored = maintenance.restore(settings, source, force=force, stores=stores)
    _warn(restored)
    show(restored, as_json, "render_backup:restore_lines")


def _warn(backup: "Backup") -> None:
    for line in backup.notices:
        click.echo(f"assistant: warning: {line}", err=True)

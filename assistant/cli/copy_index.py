"""The command `assistant copy-index`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import plain_errors, print_json, settings_of
from assistant.errors import SettingsError

if TYPE_CHECKING:
    from assistant.maintenance import IndexCopy
    from assistant.settings import Settings

SERVERS = "servers"
_POSTGRES = "postgresql://"


@click.command("copy-index")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@plain_errors
def copy_index(source: str, target: str, as_json: bool) -> None:
    """Copy the index FROM one place TO another that has none yet, with all that people made.

    A place is the folder of a home, or the word "servers" for those that the settings index and chroma name. The
    published state and the history are copied, nothing is embedded anew, and all of it is compared before it is
    published. The place it came from stays as it is.
    """
    from assistant import maintenance
    from assistant.database import database
    from assistant.index import open_library
    from assistant.people import People

    there, here = settings_at(source), settings_at(target)
    old, new = open_library(there), open_library(here)
    stores = People(database(there)).stores(), People(database(here)).stores()
    try:
        copied = maintenance.copy_index(old, new, stores, here.refresh_wait, _progress)
    finally:
        old.close()
        new.close()
    if as_json:
        print_json(copied)
    else:
        for line in lines(copied):
            click.echo(line)


def settings_at(place: str) -> "Settings":
    """The settings of a place. Raises SettingsError for what is none."""
    from assistant.settings import IN_HOME

    settings = settings_of(None)
    if place != SERVERS:
        if place.startswith(_POSTGRES):
            raise SettingsError(
                "an address of a database may have a password, and all who list processes see it; set ASSISTANT_INDEX "
                f"to it, and say {SERVERS} in its place"
            )
        return settings_of(Path(place), index=IN_HOME)
    if settings.index.get_secret_value() == IN_HOME or settings.chroma is None:
        raise SettingsError(f"{SERVERS} are those of the settings index and chroma; set both")
    return settings


def lines(copied: "IndexCopy") -> Iterator[str]:
    """What was copied, for people."""
    from assistant.utils import counted

    yield (
        f"{counted(copied.articles, 'article')} in {counted(copied.chunks, 'chunk')} were copied from "
        f"{copied.copied_from} to {copied.place}, and are the same there (generation {copied.name})."
    )
    people = counted(copied.people, "row")
    yield f"The history of {copied.history:,} refreshes came along, and {people} of what people made."


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {total:,} articles", nl=done == total, err=True)

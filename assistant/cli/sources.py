"""The commands `assistant sources ...`, which list, add, change, remove and try sources. Light to import."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assistant.cli.options import common, note, open_assistant, plain_errors, print_json, prints
from assistant.errors import AssistantError
from assistant.utils import counted

if TYPE_CHECKING:
    from assistant import Assistant, Source, Trial, Visit

_NONE_LISTED = "No source is listed; add one, or name a path or an address to test."
C = TypeVar("C", bound=Callable[..., Any])
_KINDS = ("feed", "sitemap", "page", "folder", "file")


_KEYS = (
    click.option("--publication", help="Publication of all its articles."),
    click.option("--category", help="Category of its articles that name none."),
    click.option("--include", multiple=True, metavar="GLOB", help="Only addresses or paths like it; may be repeated."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="None like it; may be repeated."),
    click.option("--follow", type=click.Choice(("auto", "always", "never")), help="Read the pages of a feed's items."),
    click.option("--most", type=click.IntRange(1), help="Most pages that are read at a time."),
    click.option("--recheck", metavar="TIME", help='Read a page again after so long, as in "1d".'),
    click.option("--every", metavar="TIME", help='Read it so often under refresh --every, as in "30m".'),
    click.option("--stale-after", metavar="TIME", help='Warn when it could not be read for so long, as in "3d".'),
    click.option("--quiet-after", metavar="TIME", help='Warn when it brought nothing new for so long, as in "30d".'),
    click.option("--budget", metavar="TIME", help='Leave the rest for the next refresh after so long, as in "5m".'),
)


def _keyed(command: C) -> C:
    """Give a command the options for the keys that a source can have in sources.toml."""
    for option in reversed(_KEYS):
        command = option(command)
    return command


def _given(keys: dict[str, Any]) -> dict[str, Any]:
    """The keys that were given, lists of globs among them."""
    globs = {key: list(keys.pop(key)) for key in ("include", "exclude")}
    return {key: value for key, value in (keys | globs).items() if value not in (None, [])}


@click.group()
def sources() -> None:
    """List the sources of articles, add, change, pause and remove them, and try what they would bring in.

    They stand in a file: sources.toml in the home, else that in corpus/, or the one that the setting sources names.
    """


@sources.command()
@click.argument("location")
@click.option("--name", help="What it is called; else it gets a name from its site or folder.")
@click.option("--kind", type=click.Choice(_KINDS), help="What it is; else the address or path is looked at.")
@click.option("--offline", is_flag=True, help="Do not look at the address; needs --kind.")
@_keyed
@prints("render_sources:added_lines")
def add(assistant: "Assistant", location: str, offline: bool, **keys: Any) -> "Source":
    """Put LOCATION, an address, a folder or a file, on the list of sources.

    An address is looked at: it may be a feed, a sitemap or a page. Of a page that names one feed, the feed is added.
    """
    if offline and keys["kind"] is None and "://" in location:
        raise click.UsageError("--offline: say what the address is, with --kind feed, sitemap or page")
    added = assistant.add_source(location, **_given(keys))
    note(assistant.settings, "source-added", f"{added.name} ({added.location})")
    return added


@sources.command()
@click.argument("name")
@click.option("--location", help="Its address or path, where that is another one now.")
@_keyed
@prints("render_sources:edited_lines")
def edit(assistant: "Assistant", name: str, location: str | None, **keys: Any) -> "Source":
    """Change what is listed of the source NAME; what is not given stays, and so do the comments of the file.

    An empty value takes a key out: --publication "".
    """
    given = {key: None if value in ("", [""]) else value for key, value in _given(keys).items()}
    if location is not None:
        given[_kind(assistant, name)] = location
    if not given:
        raise click.UsageError("say what is to be changed, such as --publication or --every")
    edited = assistant.edit_source(name, **given)
    note(assistant.settings, "source-changed", edited.name)
    return edited


def _kind(assistant: "Assistant", name: str) -> str:
    return next((source.kind for source in assistant.sources() if source.name == name), "page")


@sources.command()
@click.argument("name")
@prints("render_sources:paused_lines")
def pause(assistant: "Assistant", name: str) -> "Source":
    """Read the source NAME no more until it is resumed; its articles stay."""
    paused = assistant.pause_source(name)
    note(assistant.settings, "source-paused", paused.name)
    return paused


@sources.command()
@click.argument("name")
@prints("render_sources:resumed_lines")
def resume(assistant: "Assistant", name: str) -> "Source":
    """Read the source NAME again, from the next refresh on."""
    resumed = assistant.resume_source(name)
    note(assistant.settings, "source-resumed", resumed.name)
    return resumed


@sources.command()
@click.argument("name")
@prints("render_sources:visit_table", "It was not read yet.")
def visits(assistant: "Assistant", name: str) -> "list[Visit]":
    """List the last 20 readings of the source NAME, newest first: what each brought, or why it failed."""
    return assistant.source_visits(name)


@sources.command()
@click.argument("name")
@click.option("--articles", is_flag=True, help="Take its articles out of the index, too.")
@common
@plain_errors
def remove(name: str, articles: bool, home: Path | None, as_json: bool) -> None:
    """Take the source NAME off the list; its articles stay in the index, unless --articles.

    NAME may also be its address or path, also of a source that only the index has.
    """
    from assistant.cli.render import safe_line

    with open_assistant(home) as assistant:
        removed = assistant.remove_source(name)
        if removed is not None and not removed.listed and not articles:
            raise AssistantError(f"{name} is not on the list; to take its articles out of the index, give --articles")
        note(assistant.settings, "source-removed", name)
        if not as_json:
            click.echo(f"Removed {safe_line(name)}{'' if articles else '; its articles stay'}.")
        gone: tuple[str, ...] = ()
        if articles and removed is not None and assistant.status().generation is not None:
            gone = assistant.refresh(forget=[removed.location]).removed
    if as_json:
        print_json({"name": name, "source": removed, "removed": gone})
    elif articles:
        click.echo(f"{counted(len(gone), 'article')} removed with it.")


@sources.command()
@prints("render_sources:restored_lines")
def restore(assistant: "Assistant") -> dict[str, str]:
    """Put the list of sources back as the last refresh read it, when its file is gone."""
    return {"restored": str(assistant.restore_sources())}


@sources.command(name="list")
@prints("render_sources:source_table", "No source is listed; add one: assistant sources add LOCATION")
def list_(assistant: "Assistant") -> "list[Source]":
    """List the sources, with those that only the index has."""
    return assistant.sources()


@sources.command()
@click.argument("given", nargs=-1, metavar="[NAME|PATH|URL]...")
@prints("render_sources:trial_lines", _NONE_LISTED, partly=lambda trials: any(trial.failures for trial in trials))
def test(assistant: "Assistant", given: tuple[str, ...]) -> "list[Trial]":
    """Show what sources would bring in, all listed ones when none is given; the index is not touched.

    Exit code 3: some of it could not be read.
    """
    return assistant.try_sources(given)

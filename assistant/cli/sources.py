"""The commands `assistant sources ...`: the list of sources and trying them. Light to import."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from assistant.cli.options import DONE, PARTLY, common, open_assistant, plain_errors, print_json
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.articles import Article
    from assistant.ingest.sources.source import SourceKind
    from assistant.maintenance.trial import Trial

P = ParamSpec("P")
R = TypeVar("R")

_KINDS = ("feed", "sitemap", "page", "folder", "file")
_MOST_TITLES, _MOST_FAILURES = 5, 20
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
)


@click.group()
def sources() -> None:
    """List the sources of articles, add and remove them, and try what they would bring in.

    They stand in a file: sources.toml in the home, else that in corpus/, or the one that the setting sources names.
    """


def _keyed(command: Callable[P, R]) -> Callable[P, R]:
    """The options that are keys of a source."""
    for option in reversed(_KEYS):
        command = option(command)
    return command


@sources.command()
@click.argument("location")
@click.option("--name", help="What it is called; else it gets a name from its site or folder.")
@click.option("--kind", type=click.Choice(_KINDS), help="What it is; else the address or path is looked at.")
@click.option("--offline", is_flag=True, help="Do not look at the address; goes with --kind.")
@_keyed
@common
@plain_errors
def add(
    location: str,
    name: str | None,
    kind: "SourceKind | None",
    offline: bool,
    home: Path | None,
    as_json: bool,
    **keys: Any,
) -> None:
    """Put LOCATION, an address, a folder or a file, on the list of sources.

    An address is looked at: it may be a feed, a sitemap or a page. Of a page that names one feed, the feed is added.
    """
    if offline and kind is None and "://" in location:
        raise click.UsageError("--offline: say what the address is, with --kind feed, sitemap or page")
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
    with open_assistant(home) as assistant:
        added = assistant.add_source(
            location, kind=kind, name=name, **{key: value for key, value in given.items() if value not in (None, [])}
        )
    if as_json:
        print_json(added)
    else:
        click.echo(f"Added {added.name}: {added.kind} {_shown(added.location)}")
        click.echo(f"To see what it would bring in: assistant sources test {added.name}")


@sources.command()
@click.argument("name")
@click.option("--articles", is_flag=True, help="Take its articles out of the index, too.")
@common
@plain_errors
def remove(name: str, articles: bool, home: Path | None, as_json: bool) -> None:
    """Take the source NAME off the list; its articles stay in the index, unless --articles.

    NAME may also be its address or path, also of a source that only the index has.
    """
    with open_assistant(home) as assistant:
        removed = assistant.remove_source(name)
        if removed is not None and not removed.listed and not articles:
            raise AssistantError(f"{name} is not on the list; to take its articles out of the index, give --articles")
        if not as_json:
            click.echo(f"Removed {_shown(name)}." if articles else f"Removed {_shown(name)}; its articles stay.")
        gone: Sequence[str] = ()
        if articles and removed is not None and assistant.status().generation is not None:
            gone = assistant.refresh(forget=[removed.location]).removed
    if as_json:
        print_json({"name": name, "source": removed, "removed": list(gone)})
    elif articles:
        click.echo(f"{_count(len(gone), 'article')} went with it.")


@sources.command(name="list")
@common
@plain_errors
def list_(home: Path | None, as_json: bool) -> None:
    """List the sources, with those that only the index has."""
    from assistant.utils.strings import one_line

    with open_assistant(home) as assistant:
        found = assistant.sources()
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("No source is listed; add one: assistant sources add LOCATION")
    rows = [(one.name if one.listed else "(not listed)", one.kind, _shown(one.location)) for one in found]
    widths = [max((len(row[place]) for row in rows), default=0) for place in (0, 1)]
    for name, kind, location in rows:
        click.echo(f"{one_line(name):<{widths[0]}}  {kind:<{widths[1]}}  {location}")


@sources.command()
@click.argument("given", nargs=-1, metavar="[NAME|PATH|URL]...")
@common
@plain_errors
def test(given: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Show what sources would bring in, all listed ones when none is given; the index is not touched.

    Exit code 3: some of it could not be read.
    """
    with open_assistant(home) as assistant:
        trials = assistant.try_sources(given)
    if as_json:
        print_json(trials)
    else:
        if not trials:
            click.echo("No source is listed; add one, or name a path or an address to test.")
        for line in (line for one in trials for line in _trial_lines(one)):
            click.echo(line)
    sys.exit(PARTLY if any(one.failures for one in trials) else DONE)


def _trial_lines(trial: "Trial") -> Iterator[str]:
    from assistant.utils.strings import one_line

    source, articles = trial.source, trial.articles
    place = _shown(source.location)
    yield f"{source.name} ({source.kind} {place})" if source.listed else f"{place} ({source.kind})"
    missing = [f"{count:,} without {what}" for what, count in _missing(articles) if count]
    yield f"  {_count(len(articles), 'article')}" + (f"; {', '.join(missing)}" if missing else "")
    for one in articles[:_MOST_TITLES]:
        date = f"{one.published:%Y-%m-%d}" if one.published else "no date   "
        yield f"  {date}  {one_line(one.title, 100)}"
    if len(articles) > _MOST_TITLES:
        yield f"  and {len(articles) - _MOST_TITLES:,} more"
    names = Counter(one.source for one in articles if one.source).most_common(10)
    if names:
        yield f"  published by {', '.join(f'{one_line(name, 60)} ({count:,})' for name, count in names)}"
    for failure in trial.failures[:_MOST_FAILURES]:
        yield f"  not read: {_shown(failure.where)}: {_shown(failure.reason)}"
    if len(trial.failures) > _MOST_FAILURES:
        yield f"  and {len(trial.failures) - _MOST_FAILURES:,} more not read; --json has them all"
    for notice in trial.notices:
        yield f"  note: {_shown(notice)}"


def _missing(articles: Sequence["Article"]) -> Iterator[tuple[str, int]]:
    yield "a date", sum(one.published is None for one in articles)
    yield "an author", sum(not one.author for one in articles)
    yield "a publication", sum(not one.source for one in articles)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _shown(text: str) -> str:
    from assistant.utils.strings import one_line
    from assistant.utils.urls import safe_to_show

    return one_line(safe_to_show(text), 300)

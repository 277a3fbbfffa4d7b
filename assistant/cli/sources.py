"""The commands `assistant sources ...`, which list, add, remove and try sources. Light to import."""

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
    from assistant.ingest.sources import SourceKind
    from assistant.maintenance import Trial

P = ParamSpec("P")
R = TypeVar("R")

_KINDS = ("feed", "sitemap", "page", "folder", "file")
_MAX_TITLES, _MAX_FAILURES = 5, 20
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


def _source_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options that set the keys of a source in `sources.toml`."""
    for option in reversed(_KEYS):
        command = option(command)
    return command


@sources.command()
@click.argument("location")
@click.option("--name", help="What it is called; else it gets a name from its site or folder.")
@click.option("--kind", type=click.Choice(_KINDS), help="What it is; else the address or path is looked at.")
@click.option("--offline", is_flag=True, help="Do not look at the address; goes with --kind.")
@_source_options
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
    given = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in keys.items()
        if value not in (None, ())
    }
    with open_assistant(home) as assistant:
        added = assistant.add_source(location, kind=kind, name=name, **given)
    if as_json:
        print_json(added)
    else:
        click.echo(f"Added {added.name}: {added.kind} {_safe_line(added.location)}")
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
            click.echo(f"Removed {_safe_line(name)}{'' if articles else '; its articles stay'}.")
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
    from assistant.utils import one_line

    with open_assistant(home) as assistant:
        listed = assistant.sources()
    if as_json:
        print_json(listed)
        return
    if not listed:
        click.echo("No source is listed; add one: assistant sources add LOCATION")
    rows = [
        (source.name if source.listed else "(not listed)", source.kind, _safe_line(source.location))
        for source in listed
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
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
        for line in (line for trial in trials for line in _trial_lines(trial)):
            click.echo(line)
    sys.exit(PARTLY if any(trial.failures for trial in trials) else DONE)


def _trial_lines(trial: "Trial") -> Iterator[str]:
    from assistant.utils import one_line

    source, articles = trial.source, trial.articles
    location = _safe_line(source.location)
    yield f"{source.name} ({source.kind} {location})" if source.listed else f"{location} ({source.kind})"
    missing = [f"{count:,} without {what}" for what, count in _missing(articles) if count]
    yield f"  {_count(len(articles), 'article')}" + (f"; {', '.join(missing)}" if missing else "")
    for article in articles[:_MAX_TITLES]:
        date = f"{article.published:%Y-%m-%d}" if article.published else "no date   "
        yield f"  {date}  {one_line(article.title, 100)}"
    if len(articles) > _MAX_TITLES:
        yield f"  and {len(articles) - _MAX_TITLES:,} more"
    publications = Counter(article.source for article in articles if article.source).most_common(10)
    if publications:
        yield f"  published by {', '.join(f'{one_line(name, 60)} ({count:,})' for name, count in publications)}"
    for failure in trial.failures[:_MAX_FAILURES]:
        yield f"  not read: {_safe_line(failure.where)}: {_safe_line(failure.reason)}"
    if len(trial.failures) > _MAX_FAILURES:
        yield f"  and {len(trial.failures) - _MAX_FAILURES:,} more not read; --json has them all"
    for notice in trial.notices:
        yield f"  note: {_safe_line(notice)}"


def _missing(articles: Sequence["Article"]) -> Iterator[tuple[str, int]]:
    yield "a date", sum(article.published is None for article in articles)
    yield "an author", sum(not article.author for article in articles)
    yield "a publication", sum(not article.source for article in articles)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _safe_line(text: str) -> str:
    from assistant.utils import one_line, safe_to_show

    return one_line(safe_to_show(text), 300)

"""The commands that say what is new for readers: news, stories, watch. Heavy imports happen inside them."""

from datetime import date, datetime
from pathlib import Path

import click

from assistant.cli.moments import MomentParam
from assistant.cli.options import common, filtered, filters_of, open_assistant, plain_errors, print_json


@click.command()
@click.option(
    "--since",
    type=MomentParam(),
    default="yesterday",
    show_default=True,
    help='Since when: yesterday, monday, "3 days ago", 36h, 2025-05-28.',
)
@click.option("--source", help="Only articles of this publication.")
@common
@plain_errors
def news(since: datetime, source: str | None, home: Path | None, as_json: bool) -> None:
    """List the articles that are new in the index, and those that their publication corrected, newest first."""
    from assistant.cli.render_changes import show_news

    with open_assistant(home) as assistant:
        items = assistant.news(since, filters_of(assistant, source))
    if as_json:
        print_json(items)
    else:
        show_news(items, since)


@click.command()
@click.option("--since", type=MomentParam(), help='Only those told of since then: yesterday, "3 days ago", 2025-05-28.')
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many stories.")
@common
@plain_errors
def stories(since: datetime | None, count: int, home: Path | None, as_json: bool) -> None:
    """List the stories that several articles tell of, the newest and most covered first."""
    from assistant.cli.render_changes import show_stories

    with open_assistant(home) as assistant:
        found = assistant.stories(count, since)
    if as_json:
        print_json(found)
    else:
        show_stories(found)


@click.group()
def watch() -> None:
    """Keep questions that are asked again after each refresh, and see how their answers change."""


@watch.command()
@click.argument("question")
@filtered
@common
@plain_errors
def add(
    question: str, source: str | None, since: date | None, until: date | None, home: Path | None, as_json: bool
) -> None:
    """Watch QUESTION from now on; its answers are quotes, without a model."""
    from assistant.cli.render_changes import show_watches

    with open_assistant(home) as assistant:
        added = assistant.watch(question, filters_of(assistant, source, since, until))
    if as_json:
        print_json(added)
    else:
        show_watches([added])


@watch.command("list")
@common
@plain_errors
def list_watched(home: Path | None, as_json: bool) -> None:
    """List the watched questions with their last answers."""
    from assistant.cli.render_changes import show_watches

    with open_assistant(home) as assistant:
        watched = assistant.watches()
    if as_json:
        print_json(watched)
    else:
        show_watches(watched)


@watch.command()
@click.argument("number", type=int)
@common
@plain_errors
def remove(number: int, home: Path | None, as_json: bool) -> None:
    """Watch the question with this NUMBER no more, and forget how its answers changed."""
    with open_assistant(home) as assistant:
        assistant.unwatch(number)
    if as_json:
        print_json({"removed": number})
    else:
        click.echo(f"Question {number} is watched no more.")


@watch.command()
@click.option("--since", type=MomentParam(), help='Only since then: yesterday, monday, "3 days ago", 36h, 2025-05-28.')
@common
@plain_errors
def changes(since: datetime | None, home: Path | None, as_json: bool) -> None:
    """Show how answers to watched questions changed, sentence by sentence, newest first."""
    from assistant.cli.render_changes import show_watch_changes

    with open_assistant(home) as assistant:
        changed = assistant.watch_changes(since)
    if as_json:
        print_json(changed)
    else:
        show_watch_changes(changed)

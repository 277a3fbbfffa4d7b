"""The commands that say what changed: history, diff, news, stories, watch. Heavy imports happen inside them."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING

import click

from assistant.cli.options import MOMENT, check_publications, filtered, from_publications, prints

if TYPE_CHECKING:
    from assistant import Assistant, Diff, Filters, News, Step, Story, Watch, WatchChange


@click.command()
@prints("render_changes:history_lines", "No refresh has published anything yet.")
def history(assistant: "Assistant") -> "list[Step]":
    """List every refresh that published something, newest first, with what it changed.

    Those that are kept can be compared by `assistant diff`, and the one before the published one can be gone back to
    by `assistant refresh --rollback`.
    """
    return assistant.history()


@click.command()
@click.argument("before", default="previous", metavar="[A]")
@click.argument("after", default="current", metavar="[B]")
@prints("render_changes:diff_lines")
def diff(assistant: "Assistant", before: str, after: str) -> "Diff":
    """Show which articles and which of their sentences came, changed and went from generation A to B.

    They are named as `assistant history` lists them, or "previous" and "current", which are taken when none is given.
    """
    return assistant.diff(before, after)


@click.command()
@click.option(
    "--since",
    type=MOMENT,
    default="yesterday",
    show_default=True,
    help='Since when: yesterday, monday, "3 days ago", 36h, 2025-05-28.',
)
@from_publications
@prints("render_changes:news_lines", "Nothing new or corrected since {since:%Y-%m-%d %H:%M %Z}.")
def news(assistant: "Assistant", since: datetime, source: tuple[str, ...]) -> "Iterator[News]":
    """List the articles that are new in the index, and those that their publication corrected, newest first."""
    from assistant.articles import Filters

    check_publications(assistant, source)
    return assistant.iter_news(since, Filters(source=source))


@click.command()
@click.option("--since", type=MOMENT, help='Only those reported since then: yesterday, "3 days ago", 2025-05-28.')
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many stories.")
@prints("render_changes:story_lines", "No two articles report the same story.")
def stories(assistant: "Assistant", since: datetime | None, count: int) -> "list[Story]":
    """List the stories that several articles report, the newest and most covered first."""
    is_day = since is not None and since.time() == time()
    return assistant.stories(count, since.date() if since is not None and is_day else since)


@click.group()
def watch() -> None:
    """Keep questions that are asked again after each refresh, and see how their answers change."""


@watch.command()
@click.argument("question")
@filtered
@prints("render_changes:watch_lines")
def add(assistant: "Assistant", question: str, filters: "Filters") -> "Watch":
    """Watch QUESTION from now on; its answers are quotes, without a model."""
    return assistant.watch(question, filters)


@watch.command("list")
@prints("render_changes:watches_lines", 'No question is watched; add one with: assistant watch add "QUESTION"')
def list_watched(assistant: "Assistant") -> "list[Watch]":
    """List the watched questions with their last answers."""
    return assistant.watches()


@watch.command()
@click.argument("number", type=int)
@prints("render_changes:unwatched_lines")
def remove(assistant: "Assistant", number: int) -> dict[str, int]:
    """Stop watching the question with this NUMBER, and forget how its answers changed."""
    assistant.unwatch(number)
    return {"removed": number}


@watch.command()
@click.option("--since", type=MOMENT, help='Only since then: yesterday, monday, "3 days ago", 36h, 2025-05-28.')
@prints("render_changes:watch_change_lines", "No answer to a watched question changed.")
def changes(assistant: "Assistant", since: datetime | None) -> "list[WatchChange]":
    """Show how answers to watched questions changed, sentence by sentence, newest first."""
    return assistant.watch_changes(since)

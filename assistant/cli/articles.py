"""The commands `assistant article` and `assistant articles ...`: reading, listing, removing and restoring articles."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import common, filtered, note, open_assistant, plain_errors, prints, show
from assistant.errors import RefreshError
from assistant.utils import counted, name_line, one_line

if TYPE_CHECKING:
    from assistant import Article, Assistant, Filters, RemovedArticle

_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...")


def _unless_subcommand(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def wrapped(**options: Any) -> None:
        name = click.get_current_context().invoked_subcommand
        if name is None:
            command(**options)
        elif any(options.values()):
            raise click.UsageError(f"write options behind {name}")

    return wrapped


@click.group(invoke_without_command=True)
@_unless_subcommand
@filtered
@prints("render:article_table")
def articles(assistant: "Assistant", filters: "Filters") -> "list[Article]":
    """List the articles, newest first; or remove some for good."""
    return assistant.articles(filters)


@click.command()
@click.argument("article_id", metavar="ID")
@prints("render_articles:article_lines")
def article(assistant: "Assistant", article_id: str) -> "Article":
    """Print one article, with its publication, date and address. `assistant articles` lists the ids."""
    return _found(assistant, article_id)


def _found(assistant: "Assistant", article_id: str) -> "Article":
    found = assistant.article(article_id)
    if found is None:
        raise RefreshError(f"there is no article {one_line(article_id, 40)!r}; assistant articles lists the ids")
    return found


@articles.command()
@_ids
@click.option("--yes", is_flag=True, help="Do not ask on a terminal whether to remove them.")
@common
@plain_errors
def remove(ids: tuple[str, ...], yes: bool, home: Path | None, as_json: bool) -> None:
    """Remove articles for good: no refresh brings them back from the sources that still have them.

    Earlier states of the index that have them go, too. `assistant articles restore` lets them come back.
    """
    with open_assistant(home) as assistant:
        found = [_found(assistant, article_id) for article_id in dict.fromkeys(ids)]
        if sys.stdin.isatty() and not yes:
            for one in found:
                click.echo(f"{one.id}  {name_line(one.title)}", err=True)
            click.confirm(f"Remove {counted(len(found), 'article')} for good?", abort=True, err=True)
        report = assistant.remove_articles([one.id for one in found])
        note(assistant.settings, "articles-removed", ", ".join(one.id for one in found))
    show(report if as_json else list(report.removed), as_json, "render_articles:removal_lines")


@articles.command()
@_ids
@prints("render_articles:restored_lines")
def restore(assistant: "Assistant", ids: tuple[str, ...]) -> dict[str, list[str]]:
    """Let removed articles come back at the next refresh, where their source still has them."""
    assistant.restore_articles(ids)
    note(assistant.settings, "articles-restored", ", ".join(ids))
    return {"restored": list(ids)}


@articles.command()
@prints("render_articles:removed_table", "No article was removed by hand.")
def removed(assistant: "Assistant") -> "list[RemovedArticle]":
    """List the ids of the articles that were removed by hand, with when and from where."""
    return assistant.removed_articles()

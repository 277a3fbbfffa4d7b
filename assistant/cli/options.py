"""The options that several commands share, and what is made from them. Heavy imports happen inside the functions."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant import Assistant, Filters, Settings

DONE, PARTLY = 0, 3  # exit codes; 3 for what was done in part

P = ParamSpec("P")
R = TypeVar("R")


class Day(click.ParamType[date]):
    """A date or a time in ISO 8601."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date or datetime that `value` says."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2025-05-28", param, ctx)


def common(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options that every command has."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."),
        click.option("--home", type=click.Path(path_type=Path), help="Folder of the index."),
    ):
        command = option(command)
    return command


def filtered(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options that filter the articles."""
    for option in (
        click.option("--until", type=Day(), help="Only articles up to this date, inclusive."),
        click.option("--since", type=Day(), help="Only articles from this date on."),
        click.option("--source", help="Only articles of this publication."),
    ):
        command = option(command)
    return command


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options on who writes the answer: a model, or quotes."""
    for option in (
        click.option("--strict", is_flag=True, help="Leave out what a model says and the articles do not bear out."),
        click.option("--quotes", is_flag=True, help="Answer in quotes, without a model."),
        click.option("--model", help="Chat model that writes, as provider:name or gguf:PATH."),
    ):
        command = option(command)
    return command


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Print an AssistantError as one line on stderr and exit with its code; unexpected errors keep their traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AssistantError as error:
            from assistant.utils import one_line, safe_to_show

            click.echo(f"assistant: {safe_to_show(one_line(str(error)))}", err=True)
            sys.exit(error.exit_code)

    return wrapped


def settings_of(home: Path | None, **values: Any) -> "Settings":
    """The settings with the values of the options; None stands for an option that was not given."""
    from assistant.settings import Settings

    return Settings(**{name: value for name, value in {"home": home, **values}.items() if value is not None})


def open_assistant(
    home: Path | None, model: str | None = None, quotes: bool = False, strict: bool = False, **values: Any
) -> "Assistant":
    """The assistant of `home`, with the model of the options; with `quotes` it has none."""
    from assistant.assistant import Assistant

    if model and quotes:
        raise click.UsageError("--model and --quotes exclude each other")
    settings = settings_of(home, model=model, strict=strict or None, **values)
    return Assistant.open(settings.model_copy(update={"model": None}) if quotes else settings)


def filters_of(
    assistant: "Assistant", source: str | None, since: date | None = None, until: date | None = None
) -> "Filters":
    """The filters of the options. Raises QuestionError for a publication that has no article."""
    from assistant.articles import Filters
    from assistant.errors import QuestionError

    if source is not None:
        names = {name.casefold(): name for name in assistant.status().publications}
        if names and source.casefold() not in names:
            close = get_close_matches(source.casefold(), names, n=1, cutoff=0.5)
            cure = f"did you mean {names[close[0]]}?" if close else "assistant status lists the publications"
            raise QuestionError(f"there is no article of the publication {source!r}; {cure}")
    return Filters(source=source, since=since, until=until)


def print_json(value: Any) -> None:
    """Print `value` as JSON for programs."""
    from assistant.cli.render import as_data

    click.echo(json.dumps(as_data(value), indent=2))

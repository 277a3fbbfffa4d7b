"""The options that several commands share, and the way of a command from them to what it prints.

Heavy imports happen inside the functions.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from textwrap import indent
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from assistant.errors import AssistantError, QuestionError
from assistant.utils import parse_duration

if TYPE_CHECKING:
    from assistant import Assistant, Settings

DONE, PARTLY = 0, 3  # exit codes; 3 for what was done in part

T = TypeVar("T")
C = TypeVar("C", bound=Callable[..., Any])


class Parsed(click.ParamType[T], Generic[T]):
    """The type of an option that `parse` reads; what it raises ValueError for is a usage error."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """What `value` says."""
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write it as 2025-05-28") from None


def _moment(text: str) -> datetime:
    from assistant.text import moment

    return moment(text, datetime.now())


DAY: Parsed[date] = Parsed("date", _day)
MOMENT: Parsed[datetime] = Parsed("when", _moment)
DURATION: Parsed[timedelta] = Parsed("time", parse_duration)


def with_options(*options: Callable[[Any], Any]) -> Callable[[C], C]:
    """A decorator that gives a command all of these options, in this order."""

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


at_home = click.option("--home", type=click.Path(path_type=Path), help="Folder of the index.")
common = with_options(at_home, click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."))
answering = with_options(
    click.option("--model", help="Chat model that writes, as provider:name or gguf:PATH; or quotes."),
    click.option("--quotes", is_flag=True, help="Answer in quotes, without a model."),
    click.option("--strict", is_flag=True, help="Leave out what a model says and the articles do not bear out."),
)


from_publications = click.option(
    "--source", multiple=True, help="Only articles of this publication; may be given several times."
)


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that filter the articles; the command gets them as its `filters`."""

    @from_publications
    @click.option("--since", type=DAY, help="Only articles from this date on.")
    @click.option("--until", type=DAY, help="Only articles up to this date, inclusive.")
    @wraps(command)
    def wrapped(source: tuple[str, ...], since: date | None, until: date | None, **options: Any) -> Any:
        from assistant.articles import Filters

        return command(filters=Filters(source=source, since=since, until=until), **options)

    return wrapped


def plain_errors(command: C) -> C:
    """Print an AssistantError as one line on stderr and exit with its code; unexpected errors keep their traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AssistantError as error:
            from assistant.utils import one_line, safe_to_show

            click.echo(f"assistant: {safe_to_show(one_line(str(error)))}", err=True)
            sys.exit(error.exit_code)

    return wrapped  # type: ignore[return-value]


def prints(
    lines_of: str, if_empty: str = "", partly: Callable[[Any], bool] = lambda value: False
) -> Callable[..., Any]:
    """Make a command of a function from an assistant and options to a value, which is printed by `show`.

    `if_empty` may have the options in braces. The exit code is 3 when `partly` is true of the value.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @common
        @plain_errors
        @wraps(function)
        def command(home: Path | None, as_json: bool, **options: Any) -> None:
            with open_assistant(home) as assistant:
                if "filters" in options:
                    check_publications(assistant, options["filters"].sources)
                value = function(assistant, **options)
                is_stream = isinstance(value, Iterator)
                if not is_stream:
                    warn_of(assistant, value)
                show(value, as_json, lines_of, if_empty.format(**options))
                if is_stream:  # what it meets with is known only then
                    warn_of(assistant)
            sys.exit(PARTLY if partly(value) else DONE)

        return command

    return decorate


def settings_of(home: Path | None, **values: Any) -> "Settings":
    """The settings with the values of the options; those that were not given are None or False."""
    from assistant.settings import Settings

    given = {name: value for name, value in values.items() if value is not None and value is not False}
    return Settings(**given, **({} if home is None else {"home": home}))


def open_assistant(home: Path | None, model: str | None = None, quotes: bool = False, **values: Any) -> "Assistant":
    """The assistant of `home`, with the settings of the options; with `quotes` it has no model."""
    from assistant.assistant import Assistant

    if model and quotes:
        raise click.UsageError("--model and --quotes exclude each other")
    settings = settings_of(home, model=model, **values)
    if quotes or model == "quotes":
        return Assistant.open(settings.model_copy(update={"model": None}))
    if model is not None and model.startswith("openai:"):
        from assistant.models import with_address

        settings = with_address(settings)
    return Assistant.open(settings)


def note(settings: "Settings", action: str, target: str = "") -> None:
    """Put into the audit log what was done by command, and by which user of the machine."""
    import getpass

    from assistant.accounts import AuditLog, Principal
    from assistant.database import database

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # one without a name
        name = ""
    AuditLog(database(settings), settings.audit_days).add(Principal(name, "maintainer", "cli"), action, target)


def check_publications(assistant: "Assistant", wanted: Sequence[str]) -> None:
    """Raise QuestionError, with the nearest name, for a publication that has no article."""
    if not wanted:
        return
    from assistant.text import fold_name

    names = {fold_name(known): known for known in assistant.status().publications}
    name = next((name for name in wanted if fold_name(name) not in names), None)
    if names and name is not None:
        close = get_close_matches(fold_name(name), names, n=1, cutoff=0.5)
        cure = f"did you mean {names[close[0]]}?" if close else "assistant status lists the publications"
        raise QuestionError(f"there is no article of the publication {name!r}; {cure}")


def warn_of(assistant: "Assistant", value: Any = None) -> None:
    """Print on stderr what of the index was found to be damaged, unless `value` has it."""
    told = getattr(value, "damage", None) or getattr(value, "done", None)
    for line in () if told else assistant.warnings:
        click.echo(f"assistant: warning: {line}", err=True)


def print_json(value: Any) -> None:
    """Print `value` as JSON for programs; the items of an iterator as they come, as one list."""
    from assistant.cli.render import as_data

    if not isinstance(value, Iterator):
        click.echo(json.dumps(as_data(value), indent=2))
        return
    end = "["
    for item in value:
        click.echo(end + "\n" + indent(json.dumps(as_data(item), indent=2), "  "), nl=False)
        end = ","
    click.echo("[]" if end == "[" else "\n]")


def show(value: Any, as_json: bool, lines_of: str, if_empty: str = "", *more: Any) -> None:
    """Print `value` as JSON for programs, or for people the lines of it, `if_empty` when there are none.

    `lines_of` is "module:function" of this package, imported when it is needed; it gets `value` and `more`.
    """
    if as_json:
        print_json(value)
    else:
        from assistant.cli.render import show_lines

        show_lines(resolve_name(f"{__package__}.{lines_of}")(value, *more), if_empty)

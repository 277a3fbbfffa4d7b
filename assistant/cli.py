"""The command line. It calls only `Assistant`; heavy imports happen inside the commands."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from assistant.errors import AssistantError
from assistant.evaluation.command import evaluated, evaluating

if TYPE_CHECKING:
    from assistant import Assistant, Filters, Settings

P = ParamSpec("P")
R = TypeVar("R")

DONE, FAILED, PARTLY = 0, 1, 3


class _Day(click.ParamType[date]):
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


def _common(command: Callable[P, R]) -> Callable[P, R]:
    """The options that every command has."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."),
        click.option("--home", type=click.Path(path_type=Path), help="Folder of the index."),
    ):
        command = option(command)
    return command


def _filtered(command: Callable[P, R]) -> Callable[P, R]:
    """The options that say which articles may be used."""
    for option in (
        click.option("--until", type=_Day(), help="Only articles up to this date, inclusive."),
        click.option("--since", type=_Day(), help="Only articles from this date on."),
        click.option("--source", help="Only articles of this publication."),
    ):
        command = option(command)
    return command


def _answering(command: Callable[P, R]) -> Callable[P, R]:
    """The options that say who writes the answer."""
    for option in (
        click.option("--strict", is_flag=True, help="Leave out what a model says and the articles do not bear out."),
        click.option("--quotes", is_flag=True, help="Answer in quotes, without a model."),
        click.option("--model", help="Chat model that writes, as provider:name or gguf:PATH."),
    ):
        command = option(command)
    return command


def _plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """An AssistantError is one line on stderr and its exit code; the unexpected keeps its traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AssistantError as error:
            from assistant.articles import one_line

            click.echo(f"assistant: {one_line(str(error))}", err=True)
            sys.exit(error.exit_code)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="article-assistant", prog_name="assistant")
def main() -> None:
    """Ask questions of a body of news articles; every statement is cited to the exact words."""


def _settings(home: Path | None, **values: Any) -> "Settings":
    from assistant.settings import Settings

    given = {"home": home, **values}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _open(
    home: Path | None, model: str | None = None, quotes: bool = False, strict: bool = False, **values: Any
) -> "Assistant":
    from assistant.answering import Assistant

    if model and quotes:
        raise click.UsageError("--model and --quotes exclude each other")
    settings = _settings(home, model=model, strict=strict or None, **values)
    return Assistant.open(settings.model_copy(update={"model": None}) if quotes else settings)


def _filters(source: str | None, since: date | None, until: date | None) -> "Filters":
    from assistant.query import Filters

    return Filters(source=source, since=since, until=until)


def _print_json(value: Any) -> None:
    from assistant.showing import as_data

    click.echo(json.dumps(as_data(value), indent=2))


@main.command()
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help='A file of {"question": ...} lines, - for standard input; prints a JSON answer a line.',
)
@_answering
@_filtered
@_common
@_plain_errors
def ask(
    question: str | None,
    batch: Path | None,
    model: str | None,
    quotes: bool,
    strict: bool,
    source: str | None,
    since: date | None,
    until: date | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the articles, or say that they do not answer it."""
    if (question is None) == (batch is None):
        raise click.UsageError('give a question, such as: assistant ask "Who condemned the attack?", or --batch FILE')
    filters = _filters(source, since, until)
    with _open(home, model, quotes, strict) as assistant:
        if batch is not None:
            sys.exit(_ask_batch(assistant, batch, filters))
        if as_json:
            _print_json(assistant.ask(question or "", filters))
        else:
            from assistant.showing import show_stream

            show_stream(assistant.stream(question or "", filters))


def _ask_batch(assistant: "Assistant", batch: Path, filters: "Filters") -> int:
    """Answer each line; a bad one gives {"line", "error"} and does not stop the rest."""
    from assistant.showing import as_data

    failed = False
    with click.open_file(str(batch), "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                result = as_data(assistant.ask(_question_in(line), filters))
            except AssistantError as error:
                failed, result = True, {"line": number, "error": str(error)}
            click.echo(json.dumps(result))
    return FAILED if failed else DONE


def _question_in(line: bytes | str) -> str:
    from assistant.errors import QuestionError

    try:
        question = json.loads(line)["question"]
    except (ValueError, KeyError, TypeError, RecursionError):
        question = None
    if not isinstance(question, str):
        raise QuestionError('the line is not {"question": "..."}')
    return question


@main.command()
@_answering
@_filtered
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the index.")
@_plain_errors
def chat(
    model: str | None,
    quotes: bool,
    strict: bool,
    source: str | None,
    since: date | None,
    until: date | None,
    home: Path | None,
) -> None:
    """Ask in the terminal, one question after the other; each may lean on those before it.

    /new begins a new conversation, /quit or Ctrl+D ends it, Ctrl+C stops an answer.
    """
    from assistant.talking import talk

    with _open(home, model, quotes, strict) as assistant:
        assistant.warm_up()
        talk(assistant.conversation(_filters(source, since, until)))


@main.command()
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@_filtered
@_common
@_plain_errors
def search(
    query: str,
    k: int,
    source: str | None,
    since: date | None,
    until: date | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Print the passages that are nearest to QUERY."""
    with _open(home) as assistant:
        passages = assistant.search(query, k, _filters(source, since, until))
    if as_json:
        _print_json(passages)
    else:
        from assistant.showing import show_passages

        show_passages(passages)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--replace", is_flag=True, help="Make the given sources the whole corpus.")
@click.option("--allow-removals", is_flag=True, help="Go on when over half of a source's articles are gone.")
@click.option("--rollback", is_flag=True, help="Go back to the state before the last refresh.")
@_common
@_plain_errors
def refresh(
    sources: tuple[str, ...],
    replace: bool,
    allow_removals: bool,
    rollback: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Bring articles in from each SOURCE, a folder or file; without any, from those indexed before.

    In an empty home that is the sample corpus. What a source no longer has is removed; a source that
    fails keeps the articles it had. Exit code 3: finished, but some files could not be read.
    """
    from assistant.showing import Progress, show_refresh

    if rollback and (sources or replace or allow_removals):
        raise click.UsageError("--rollback goes alone")
    if replace and not sources:
        raise click.UsageError("--replace needs at least one SOURCE")
    with _open(home) as assistant:
        if rollback:
            manifest = assistant.rollback()
            if as_json:
                _print_json(manifest)
            else:
                click.echo(f"Generation {manifest.name} ({manifest.articles} articles) is published again.")
            return
        with Progress() as progress:
            report = assistant.refresh(
                sources, replace=replace, allow_removals=allow_removals, watcher=progress.watcher()
            )
    if as_json:
        _print_json(report)
    else:
        show_refresh(report)
    sys.exit(PARTLY if report.failures else DONE)


@main.command()
@_filtered
@_common
@_plain_errors
def articles(source: str | None, since: date | None, until: date | None, home: Path | None, as_json: bool) -> None:
    """List the articles, newest first."""
    from assistant.showing import show_articles

    with _open(home) as assistant:
        found = assistant.articles(_filters(source, since, until))
    if as_json:
        _print_json(found)
    else:
        show_articles(found)


@main.command()
@_common
@_plain_errors
def status(home: Path | None, as_json: bool) -> None:
    """Say what is indexed and how old it is."""
    from assistant.showing import show_status

    with _open(home) as assistant:
        state = assistant.status()
    if as_json:
        _print_json(state)
    else:
        show_status(state)


@main.command()
@click.option("--since", type=_Day(), help="Only feedback given from this date on, in UTC.")
@click.option("--bad", is_flag=True, help="Only answers that readers found bad.")
@_common
@_plain_errors
def feedback(since: date | None, bad: bool, home: Path | None, as_json: bool) -> None:
    """Print what readers think of the answers, newest first."""
    from assistant.showing import show_feedback

    with _open(home) as assistant:
        given = [one for one in assistant.feedback(since) if not (bad and one.good)]
    if as_json:
        _print_json(given)
    else:
        show_feedback(given)


@main.command()
@evaluating
@_common
@_plain_errors
def evaluate(home: Path | None, as_json: bool, **wished: Any) -> None:
    """Measure how well questions are answered: your own, those of public sets, or both.

    A line of --questions is {"question": "...", "answers": ["..."], "must_cite": ["..."], "answerable": true,
    "type": "who"}. All answers must be said ("a|b": either), all of must_cite cited (by id, or a part of url or
    title). Needs pip install 'article-assistant[evaluate]'.
    """
    evaluated(_settings(home), as_json, **wished)


@main.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for a free one.  [default: 7860]")
@click.option("--maintenance", is_flag=True, help="With a tab to refresh the articles and to go back.")
@_answering
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the index.")
@_plain_errors
def ui(
    host: str | None,
    port: int | None,
    maintenance: bool,
    model: str | None,
    quotes: bool,
    strict: bool,
    home: Path | None,
) -> None:
    """Open the chat window."""
    from importlib import import_module
    from importlib.util import find_spec

    window = import_module("assistant.ui.app" if find_spec("assistant.ui") else "ui.app")
    with _open(home, model, quotes, strict, host=host, port=port, maintenance=maintenance or None) as assistant:
        settings = assistant.settings
        users = settings.users()
        assistant.warm_up()
        window.serve(assistant, host=settings.host, port=settings.port, users=users)

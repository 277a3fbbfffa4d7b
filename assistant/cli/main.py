"""The command line. It calls only `Assistant`; heavy imports happen inside the commands."""

import atexit
import gc
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli import add, articles, backup, changes, copy_index, mcp, models, refresh, serve, sources, users
from assistant.cli.evaluate import evaluate
from assistant.cli.options import (
    DAY,
    answering,
    at_home,
    check_publications,
    common,
    filtered,
    open_assistant,
    plain_errors,
    print_json,
    prints,
)
from assistant.errors import AssistantError, QuestionError

if TYPE_CHECKING:
    from assistant import Assistant, Feedback, Filters, Passage

DONE, FAILED = 0, 1
_NEW_OBJECTS = 50_000  # more between two collections than Python has: most of what a start makes stays


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="article-assistant", prog_name="assistant")
def main() -> None:
    """Ask questions of a body of news articles; every statement is cited to the exact words."""
    gc.set_threshold(_NEW_OBJECTS)
    # When Python ends it looks through all that is left, which takes a tenth of a question.
    atexit.register(gc.freeze)


@main.command()
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help='A file of {"question": ...} lines, - for standard input; prints a JSON answer a line.',
)
@answering
@filtered
@common
@plain_errors
def ask(
    question: str | None, batch: Path | None, filters: "Filters", home: Path | None, as_json: bool, **model: Any
) -> None:
    """Answer QUESTION from the articles, or say that they do not answer it."""
    if (question is None) == (batch is None):
        raise click.UsageError('give a question, such as: assistant ask "Who condemned the attack?", or --batch FILE')
    with open_assistant(home, **model) as assistant:
        check_publications(assistant, filters.sources)
        if batch is not None:
            sys.exit(_ask_batch(assistant, batch, filters))
        if as_json:
            print_json(assistant.ask(question or "", filters))
        else:
            from assistant.cli.render import show_stream

            show_stream(assistant.stream(question or "", filters))


@main.command()
@click.argument("topic")
@answering
@filtered
@common
@plain_errors
def brief(topic: str, filters: "Filters", home: Path | None, as_json: bool, **model: Any) -> None:
    """Tell what the articles say on TOPIC, newest first."""
    with open_assistant(home, **model) as assistant:
        check_publications(assistant, filters.sources)
        answer = assistant.brief(topic, filters)
        if as_json:
            print_json(answer)
        else:
            from assistant.cli.render import show_answer

            show_answer(answer)


def _ask_batch(assistant: "Assistant", batch: Path, filters: "Filters") -> int:
    """Answer each line; a bad one gives {"line", "error"} and does not stop the rest."""
    from assistant.cli.render import as_data

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
    try:
        question = json.loads(line)["question"]
    except (ValueError, KeyError, TypeError, RecursionError):
        question = None
    if not isinstance(question, str):
        raise QuestionError('the line is not {"question": "..."}')
    return question


@main.command()
@answering
@filtered
@at_home
@plain_errors
def chat(filters: "Filters", home: Path | None, **model: Any) -> None:
    """Ask in the terminal, one question after the other; each may depend on those before it.

    /new begins a new conversation, /quit or Ctrl+D ends it, Ctrl+C stops an answer. /models lists the models that are
    ready, /model NAME has one of them answer from now on, /model quotes none.
    """
    from assistant.cli.chat import run_chat

    with open_assistant(home, **model) as assistant:
        assistant.warm_up()
        check_publications(assistant, filters.sources)
        run_chat(assistant.conversation(filters), assistant.models)


@main.command()
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 100), help="How many passages.")
@filtered
@prints("render:passage_lines", "No passages.")
def search(assistant: "Assistant", query: str, k: int, filters: "Filters") -> "list[Passage]":
    """Print the passages that are nearest to QUERY."""
    return assistant.search(query, k, filters)


@main.command()
@click.option("--since", type=DAY, help="Only feedback given from this date on, in UTC.")
@click.option("--bad", is_flag=True, help="Only answers that readers found bad.")
@prints("render:feedback_lines", "No feedback.")
def feedback(assistant: "Assistant", since: date | None, bad: bool) -> "list[Feedback]":
    """Print what readers think of the answers, newest first."""
    return [entry for entry in assistant.feedback(since) if not (bad and entry.good)]


for command in (
    *(add.add, evaluate, models.models, refresh.refresh, refresh.status, refresh.check, sources.sources),
    *(articles.article, articles.articles),
    *(serve.serve, serve.ui, mcp.mcp),
    *(users.users, users.tokens, users.audit),
    *(backup.backup, backup.restore, copy_index.copy_index),
    *(changes.history, changes.diff, changes.news, changes.stories, changes.watch),
):
    main.add_command(command)

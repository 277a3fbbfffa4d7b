"""The conversation in a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from assistant.answering import Conversation
from assistant.cli.render import show_stream
from assistant.errors import AssistantError
from assistant.utils import one_line, safe_to_show

if TYPE_CHECKING:
    from assistant.models import ModelChoice

_HELP = "Ask about the articles. /new begins a new conversation, /models lists what can answer, /quit ends this one."


def run_chat(conversation: Conversation, models: Callable[[], Sequence["ModelChoice"]]) -> None:
    """Answer each line of standard input until it ends or says /quit. `models` gives those that may answer."""
    if sys.stdin.isatty():
        click.echo(_HELP)
    for line in _lines():
        command, _, rest = line.strip().partition(" ")
        if command.lower() in ("/model", "/models"):
            _choose(conversation, rest.strip(), models())
            continue
        match line.strip().lower():
            case "":
                continue
            case "/quit" | "/exit" | "/q":
                return
            case "/new":
                conversation.forget()
                click.echo("A new conversation.")
            case "/help" | "/?":
                click.echo(_HELP)
            case _:
                _answer(conversation, line)


def _choose(conversation: Conversation, name: str, choices: Sequence["ModelChoice"]) -> None:
    """Have the model of that name answer from now on; without a name, list those that may."""
    names = ["quotes", *(choice.name for choice in choices)]
    if not name:
        click.echo(f"/model NAME has one of these answer: {safe_to_show(', '.join(names))}")
    elif name in names:
        conversation.model = name
        click.echo(f"From now on: {safe_to_show(name)}.")
    else:
        click.echo(f"There is no model {safe_to_show(name)}; /models lists those that are ready.")


def _lines() -> Iterator[str]:
    prompt = "\n> " if sys.stdin.isatty() else ""
    if prompt:
        with suppress(ImportError):  # not on Windows
            import readline  # noqa: F401  (lines can be edited and called back)
    while True:
        try:
            yield input(prompt)
        except (EOFError, KeyboardInterrupt):
            return


def _answer(conversation: Conversation, question: str) -> None:
    with closing(conversation.stream(question)) as events:
        try:
            show_stream(events)
        except AssistantError as error:
            click.echo(f"assistant: {one_line(str(error))}", err=True)
        except KeyboardInterrupt:
            click.echo("Stopped.")

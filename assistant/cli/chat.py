"""The conversation in a terminal."""

import sys
from collections.abc import Iterator
from contextlib import closing, suppress

import click

from assistant.answering import Conversation
from assistant.cli.render import show_stream
from assistant.errors import AssistantError
from assistant.utils import one_line

_HELP = "Ask about the articles. /new begins a new conversation, /quit ends this one."


def run_chat(conversation: Conversation) -> None:
    """Answer each line of standard input until it ends or says /quit."""
    if sys.stdin.isatty():
        click.echo(_HELP)
    for line in _lines():
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

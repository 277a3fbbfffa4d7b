"""The commands that serve: for programs and people, in one process."""

import logging
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import answering, at_home, open_assistant, plain_errors, settings_of, with_options
from assistant.utils import json_lines, plain_lines

if TYPE_CHECKING:
    from assistant.server import MakeWindow

_served = with_options(
    click.option("--host", help="Address to listen on.  [default: 127.0.0.1]"),
    click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for a free one.  [default: 7860]"),
    click.option("--root-path", metavar="PATH", help="Path below which a proxy has the server, such as /news."),
    click.option("--maintenance", is_flag=True, help="Whoever may use it may refresh the articles and go back."),
    click.option("--log-json", is_flag=True, help="Log to stderr, one JSON object a line, each request too."),
)


@click.command()
@_served
@click.option("--no-window", is_flag=True, help="For programs only, without the chat window.")
@answering
@at_home
@plain_errors
def serve(home: Path | None, no_window: bool, **values: Any) -> None:
    """Serve the chat window and the interfaces for programs, until Ctrl+C or SIGTERM.

    On SIGHUP it finishes the answers it is making and starts again with the settings as they are then.
    """
    _serve(home, None if no_window else _chat_window(), opens=False, **values)


@click.command()
@_served
@answering
@at_home
@plain_errors
def ui(home: Path | None, **values: Any) -> None:
    """Serve as `assistant serve` does, and open the chat window in a browser, where there is a desktop."""
    _serve(home, _chat_window(), opens=True, **values)


def _chat_window() -> "MakeWindow":
    from importlib import import_module
    from importlib.util import find_spec

    made: MakeWindow = import_module("assistant.ui.app" if find_spec("assistant.ui") else "ui.app").ChatWindow
    return made


def _serve(home: Path | None, make_window: "MakeWindow | None", *, opens: bool, log_json: bool, **values: Any) -> None:
    from assistant import server
    from assistant.database import database

    server.hold_signals()
    with open_assistant(home, **values) as assistant, _logging(assistant.settings.log_level, log_json):
        settings = assistant.settings
        listener = server.listen(settings.host, settings.port, at_once=database(settings).address is None)
        assistant.upgrade()
        assistant.warm_up()

        def started(address: str) -> None:
            click.echo(told_address(address, has_window=make_window is not None))
            if opens:
                _open(address)

        again = server.serve(
            assistant,
            listener,
            make_window=make_window,
            check_settings=lambda: settings_of(home, **{name: values[name] for name in values if name != "quotes"}),
            started=started,
        )
    if again:
        server.start_again(listener)
    listener.close()


def _logging(level: str | None, log_json: bool) -> AbstractContextManager[None]:
    least = logging.getLevelNamesMapping()[(level or ("info" if log_json else "warning")).upper()]
    return json_lines(sys.stderr, least, others=True) if log_json else plain_lines(sys.stderr, least)


def told_address(address: str, *, has_window: bool = True) -> str:
    """What is printed once it serves."""
    what = "chat window is" if has_window else "interfaces for programs are"
    return f"The {what} at {address} (Ctrl+C ends it)"


def _open(address: str) -> None:
    """Open `address` in a browser, where somebody sits at a desktop."""
    has_desktop = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_desktop and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(address)

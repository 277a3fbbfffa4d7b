"""The command for assistants of other makers, which start it and talk to it over its standard input and output."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import answering, at_home, open_assistant, plain_errors


@click.command()
@answering
@at_home
@plain_errors
def mcp(home: Path | None, **model: Any) -> None:
    """Offer the articles to other assistants, by the Model Context Protocol (MCP).

    That program starts this command, and talks to it over standard input and output until it closes them. Nothing
    else is printed there; what goes wrong is told on standard error.
    """
    import anyio

    from assistant import server

    with open_assistant(home, **model) as assistant:
        with redirect_stdout(sys.stderr):  # whatever the libraries have to say
            assistant.warm_up()
        anyio.run(server.context_server(server.Service.of(assistant)).run_stdio_async)

"""The commands history and diff: what refreshes changed. Heavy imports happen inside them."""

from pathlib import Path

import click

from assistant.cli.options import common, open_assistant, plain_errors, print_json


@click.command()
@common
@plain_errors
def history(home: Path | None, as_json: bool) -> None:
    """List every refresh that published something, newest first, with what it changed.

    Those that are kept can be compared by `assistant diff`, and the one before the published one can be gone back to
    by `assistant refresh --rollback`.
    """
    from assistant.cli.render_changes import show_history

    with open_assistant(home) as assistant:
        steps = assistant.history()
    if as_json:
        print_json(steps)
    else:
        show_history(steps)


@click.command()
@click.argument("before", default="previous", metavar="[A]")
@click.argument("after", default="current", metavar="[B]")
@common
@plain_errors
def diff(before: str, after: str, home: Path | None, as_json: bool) -> None:
    """Show which articles and which of their sentences came, changed and went from generation A to B.

    They are named as `assistant history` lists them, or "previous" and "current", which are taken when none is given.
    """
    from assistant.cli.render_changes import show_diff

    with open_assistant(home) as assistant:
        changes = assistant.diff(before, after)
    if as_json:
        print_json(changes)
    else:
        show_diff(changes)

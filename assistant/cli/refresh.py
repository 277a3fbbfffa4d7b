"""The commands refresh and status. Heavy imports happen inside them."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import DONE, PARTLY, common, open_assistant, plain_errors, print_json
from assistant.errors import AssistantError
from assistant.utils import lower_priority

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.maintenance import RefreshReport


class DurationParam(click.ParamType[timedelta]):
    """A length of time, as 30m or 1d."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The timedelta that `value` says."""
        from assistant.utils import parse_duration

        try:
            return value if isinstance(value, timedelta) else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--replace", is_flag=True, help="Make the given sources the whole corpus.")
@click.option("--allow-removals", is_flag=True, help="Go on when over half of a source's articles are gone.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--only-failed", is_flag=True, help="Only the sources of which something failed the last time.")
@click.option("--reread", is_flag=True, help="Read every file and page again, also what was read not long ago.")
@click.option(
    "--every", type=DurationParam(), help="Go on by itself, each source this often, as 30m, until SIGTERM or Ctrl+C."
)
@click.option("--rollback", is_flag=True, help="Go back to the state before the last refresh.")
@click.option("--log-json", is_flag=True, help="Log to stderr, one JSON object a line, instead of bars.")
@common
@plain_errors
def refresh(
    sources: tuple[str, ...],
    replace: bool,
    allow_removals: bool,
    dry_run: bool,
    only_failed: bool,
    reread: bool,
    every: timedelta | None,
    rollback: bool,
    log_json: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Bring articles in from each SOURCE: the name of a listed one, a folder, a file or an address.

    Without any, from all that sources.toml lists and all that was indexed before; in an empty home with nothing listed
    that is the sample corpus. What a folder or file no longer has is removed, what falls out of a feed stays; a source
    that fails keeps the articles it had. Exit code 3: finished, but something could not be read.
    """
    options = {"replace": replace, "allow_removals": allow_removals, "trial": dry_run, "only_failed": only_failed}
    options["reread"] = reread
    if rollback and (sources or every or any(options.values())):
        raise click.UsageError("--rollback goes alone")
    if every is not None and not every:
        raise click.UsageError('--every 0s would never rest; say how often, as in "30m"')
    if every and (sources or any(options.values())):
        raise click.UsageError("--every goes without sources and their options: it reads all of them")
    if replace and not sources:
        raise click.UsageError("--replace needs at least one SOURCE")
    if replace and only_failed:
        raise click.UsageError("--replace goes without --only-failed, which reads only some of the sources")
    if not rollback:
        lower_priority()
    with _json_logging(log_json), open_assistant(home) as assistant:
        if rollback:
            _roll_back(assistant, as_json)
        elif every is not None:
            _refresh_repeatedly(assistant, every, as_json, log_json)
        else:
            sys.exit(_refresh_once(assistant, sources, options, as_json, log_json))


@contextmanager
def _json_logging(log_json: bool) -> Iterator[None]:
    from assistant.utils import json_lines

    with json_lines(sys.stderr) if log_json else nullcontext():
        try:
            yield
        except AssistantError as error:
            if not log_json:
                raise
            logging.getLogger(__name__).error("failed", extra={"reason": str(error)})
            sys.exit(error.exit_code)


def _roll_back(assistant: "Assistant", as_json: bool) -> None:
    manifest = assistant.rollback()
    if as_json:
        print_json(manifest)
    else:
        click.echo(f"Generation {manifest.name} ({manifest.articles} articles) is published again.")


def _refresh_once(
    assistant: "Assistant", sources: tuple[str, ...], options: dict[str, Any], as_json: bool, log_json: bool
) -> int:
    from assistant.cli.render_refresh import Progress
    from assistant.maintenance import stopped_by_signals

    with stopped_by_signals() as stop, Progress(quiet=log_json) as progress:
        report = assistant.refresh(sources, **options, watcher=progress.callbacks(stop))
    _show(report, as_json, progress.notices)
    return PARTLY if report.failures else DONE


def _show(report: "RefreshReport", as_json: bool, shown: Sequence[str] = ()) -> None:
    from assistant.cli.render_refresh import show_refresh

    if as_json:
        print_json(report)
    else:
        show_refresh(report, shown)


def _refresh_repeatedly(assistant: "Assistant", every: timedelta, as_json: bool, log_json: bool) -> None:
    from assistant.maintenance import Schedule, ScheduleEvents, stopped_by_signals
    from assistant.utils import format_duration

    def failed(reason: str) -> None:
        if not log_json:
            click.echo(f"assistant: {reason}", err=True)

    with stopped_by_signals() as stop:
        if not as_json:
            click.echo(
                f"Refreshing all sources now, then each every {format_duration(every)}, until SIGTERM or Ctrl+C."
            )
        events = ScheduleEvents(lambda report: _show(report, as_json), failed)
        Schedule(assistant, every, events, stop).run()
    if not as_json:
        click.echo("Stopped.")


@click.command()
@common
@plain_errors
def status(home: Path | None, as_json: bool) -> None:
    """Say what is indexed and how old each source is.

    Exit code 3: a source was not read for longer than stale_after, fails, or brings nothing new.
    """
    from assistant.cli.render_refresh import show_status

    with open_assistant(home) as assistant:
        state = assistant.status()
    if as_json:
        print_json(state)
    else:
        show_status(state, datetime.now(UTC))
    sys.exit(PARTLY if state.warnings else DONE)

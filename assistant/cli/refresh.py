"""The commands refresh and status. Heavy imports happen inside them."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import DONE, DURATION, PARTLY, common, note, open_assistant, plain_errors, prints, show
from assistant.errors import AssistantError
from assistant.utils import format_duration, json_lines, lower_priority

if TYPE_CHECKING:
    from assistant import Assistant, CheckReport, RefreshReport, Status


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--replace", is_flag=True, help="Make the given sources the whole corpus.")
@click.option("--allow-removals", is_flag=True, help="Proceed even if over half of a source's articles are gone.")
@click.option("--dry-run", "trial", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--only-failed", is_flag=True, help="Only the sources of which something failed the last time.")
@click.option("--reread", is_flag=True, help="Read every file and page again, also what was read not long ago.")
@click.option(
    "--every", type=DURATION, help="Keep refreshing, each source this often, as 30m, until SIGTERM or Ctrl+C."
)
@click.option("--rollback", is_flag=True, help="Go back to the state before the last refresh.")
@click.option("--ray", metavar="ADDRESS", help="Parse files, embed and find names on the Ray cluster at HOST:PORT.")
@click.option("--log-json", is_flag=True, help="Log to stderr, one JSON object a line, instead of bars.")
@common
@plain_errors
def refresh(
    sources: tuple[str, ...],
    every: timedelta | None,
    rollback: bool,
    ray: str | None,
    log_json: bool,
    home: Path | None,
    as_json: bool,
    **how: bool,
) -> None:
    """Bring articles in from each SOURCE: the name of a listed one, a folder, a file or an address.

    Without any, from all that sources.toml lists and all that was indexed before; in an empty home with nothing listed
    that is the sample corpus. What a folder or file no longer has is removed, what falls out of a feed stays; a source
    that fails keeps the articles it had. Exit code 3: finished, but something could not be read.
    """
    if rollback and (sources or every or ray or any(how.values())):
        raise click.UsageError("--rollback cannot be combined with sources or other options")
    if every is not None and not every:
        raise click.UsageError('--every 0s would never rest; say how often, as in "30m"')
    if every and (sources or any(how.values())):
        raise click.UsageError("--every cannot be combined with sources or their options: it reads all of them")
    if how["replace"] and not sources:
        raise click.UsageError("--replace needs at least one SOURCE")
    if how["replace"] and how["only_failed"]:
        raise click.UsageError("--replace cannot be combined with --only-failed, which reads only some of the sources")
    if not rollback:
        lower_priority()
    with _json_logging(log_json), open_assistant(home, ray=ray) as assistant:
        if rollback:
            back = assistant.rollback()
            note(assistant.settings, "rollback")
            show(back, as_json, "render_refresh:rollback_lines")
        elif every is not None:
            _refresh_repeatedly(assistant, every, as_json, log_json)
        else:
            sys.exit(_refresh_once(assistant, sources, how, as_json, log_json))


@contextmanager
def _json_logging(log_json: bool) -> Iterator[None]:
    with json_lines(sys.stderr) if log_json else nullcontext():
        try:
            yield
        except AssistantError as error:
            if not log_json:
                raise
            logging.getLogger(__name__).error("failed", extra={"reason": str(error)})
            sys.exit(error.exit_code)


def _refresh_once(
    assistant: "Assistant", sources: tuple[str, ...], how: dict[str, Any], as_json: bool, log_json: bool
) -> int:
    from assistant.cli.render_refresh import Progress
    from assistant.maintenance import RefreshCallbacks, stopped_by_signals

    with stopped_by_signals() as stop, Progress(quiet=log_json) as progress:
        watcher = RefreshCallbacks(progress.on_progress, progress.on_notice, stop)
        report = assistant.refresh(sources, **how, watcher=watcher)
    if not how.get("trial"):
        note(assistant.settings, "refresh", ", ".join(sources) or "all sources")
    show(report, as_json, "render_refresh:refresh_lines", "", progress.notices)
    return PARTLY if report.failures else DONE


def _refresh_repeatedly(assistant: "Assistant", every: timedelta, as_json: bool, log_json: bool) -> None:
    from assistant.maintenance import Schedule, ScheduleEvents, stopped_by_signals

    def done(report: "RefreshReport") -> None:
        show(report, as_json, "render_refresh:refresh_lines")

    def failed(reason: str) -> None:
        if not log_json:
            click.echo(f"assistant: {reason}", err=True)

    note(assistant.settings, "refresh", f"all sources, every {format_duration(every)} from now on")
    with stopped_by_signals() as stop:
        if not as_json:
            often = format_duration(every)
            click.echo(f"Refreshing all sources now, then each every {often}, until SIGTERM or Ctrl+C.")
        Schedule(assistant.status, assistant.refresh, every, ScheduleEvents(done, failed), stop).run()
    if not as_json:
        click.echo("Stopped.")


@click.command()
@prints("render_refresh:status_lines", partly=lambda status: bool(status.warnings))
def status(assistant: "Assistant") -> "Status":
    """Say what is indexed and how old each source is.

    Exit code 3: a source was not read for longer than stale_after, fails, or brings nothing new; or a file is damaged.
    """
    return assistant.status(thorough=True)


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended; what cannot be read is set aside, not removed.")
@prints("render_refresh:check_lines", partly=lambda report: not report.is_sound)
def check(assistant: "Assistant", repair: bool) -> "CheckReport":
    """Say of every file of the home whether it is sound or damaged, and what to do.

    With --repair the index is built anew from what is sound, from articles that can still be read and from the sources.
    Exit code 3: something is damaged, or still is.
    """
    return assistant.check(repair=repair)

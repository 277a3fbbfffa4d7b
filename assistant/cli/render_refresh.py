"""How the command line shows the status of a home, the progress of a refresh and its report."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich import progress
from rich.console import RenderableType
from rich.text import Text

from assistant.cli.render import console_of, safe_line
from assistant.index import Manifest
from assistant.maintenance import CheckReport, RefreshReport, SourceReport, SourceState, Status
from assistant.utils import counted, day, format_age, minute, one_line

_MAX_FAILURES = 50
_MAX_PUBLICATIONS = 20
_MAX_TITLES = 20


def status_lines(status: Status) -> Iterator[Text]:
    """The state of a home and of its sources, with the warnings."""
    now = datetime.now(UTC)
    for name, value in _corpus_values(status):
        yield Text.assemble((f"{name:<13}", "bold"), one_line(value))
    for line in (*status.damage, *([status.trouble] if status.trouble else [])):
        yield Text(f"warning      {safe_line(line)}", style="bold red")
    for state in status.states:
        yield from _source_lines(state, now)


def _corpus_values(status: Status) -> Iterator[tuple[str, str]]:
    yield "home", str(status.home)
    if status.generation is None:
        yield "articles", "none yet; run: assistant refresh [FOLDER, FILE or ADDRESS ...]"
        return
    yield "generation", f"{status.generation}, of {', '.join(manifest.name for manifest in status.generations)}"
    yield "refreshed", minute(status.refreshed) if status.refreshed else "never"
    yield "last checked", minute(status.checked) if status.checked else "never"
    yield "articles", f"{status.articles:,} in {status.chunks:,} chunks"
    if status.oldest and status.newest:
        yield "dates", f"{day(status.oldest)} to {day(status.newest)}"
    yield "embedder", status.embedder or ""
    for name, count in list(status.publications.items())[:_MAX_PUBLICATIONS]:
        yield "publication", f"{name} ({count:,})"


def _source_lines(state: SourceState, now: datetime) -> Iterator[Text]:
    yield Text.assemble(
        ("source       ", "bold"), safe_line(state.name), (f"  {state.kind}, {_source_summary(state, now)}", "dim")
    )
    if state.name != state.location:
        yield Text(f"             {safe_line(state.location)}", style="dim")
    for place in state.health.places:
        yield Text(f"             not read: {safe_line(place)}", style="dim")
    for warning in state.warnings:
        yield Text(f"             warning: {safe_line(warning)}", style="bold red")


def _source_summary(state: SourceState, now: datetime) -> str:
    """How many articles a source has, how new they are and when it was read, in a line."""
    parts = [counted(state.articles, "article")]
    if state.newest:
        parts.append(f"newest of {day(state.newest)}")
    if state.health.succeeded:
        parts.append(f"read {format_age(now - state.health.succeeded)} ago")
    if state.health.unread:
        parts.append(f"{state.health.unread:,} of it could not be read")
    if state.health.next_try and state.health.next_try > now:
        parts.append(f"next try in {format_age(state.health.next_try - now)}")
    if state.paused:
        parts.append("paused, its articles stay")
    elif not state.read:
        parts.append("no longer read, its articles stay")
    return ", ".join(parts)


def check_lines(report: CheckReport) -> Iterator[Text]:
    """What was done, and each file of a home with what is wrong with it."""
    yield from (Text(safe_line(line)) for line in report.done)
    for finding in report.findings:
        state, line = ("damaged", str(finding)) if finding.fault else ("sound", finding.place)
        yield Text(f"{state:<9}{safe_line(line)}", style="bold red" if finding.fault else "")
    if not report.findings:
        yield Text(f"Nothing is in {report.home} yet; run: assistant refresh [FOLDER, FILE or ADDRESS ...]")


def rollback_lines(manifest: Manifest) -> Iterator[str]:
    """Which generation is published again."""
    yield f"Generation {manifest.name} ({manifest.articles} articles) is published again."


def refresh_lines(report: RefreshReport, shown: Sequence[str] = ()) -> Iterator[RenderableType]:
    """What a refresh did, or would do, each failure with its reason; notices that were `shown` are left out."""
    yield from _report_lines(report, shown)
    if report.watched:
        from assistant.cli.render_changes import watch_change_lines

        yield from watch_change_lines(report.watched)


def _report_lines(report: RefreshReport, shown: Sequence[str]) -> Iterator[str]:
    yield from (safe_line(notice) for notice in report.notices[:_MAX_FAILURES] if notice not in shown)
    for failure in report.failures[:_MAX_FAILURES]:
        name_source = len(report.sources) > 1 and failure.source not in {"", failure.where}
        source = f"{safe_line(failure.source)}: " if name_source else ""
        yield f"not read: {source}{safe_line(failure.where)}: {safe_line(failure.reason)}"
    if len(report.failures) > _MAX_FAILURES:
        yield f"and {len(report.failures) - _MAX_FAILURES} more; --json has them all"
    if len(report.sources) > 1:
        yield from map(_source_line, report.sources)
    numbers = ((len(getattr(report, name)), name) for name in ("added", "changed", "removed", "kept"))
    counts = ", ".join(f"{number} {name}" for number, name in numbers if number) or "same articles"
    if report.trial:
        yield from _trial_lines(report)
        yield f"Nothing was changed. A refresh would make: {counts}; {report.unchanged} unchanged."
        return
    if report.published:
        yield f"Generation {report.generation}: {counts}; {report.unchanged} unchanged."
    else:
        yield "Nothing new; the index stays as it is." if report.generation else "Nothing was indexed."
    size = f"{report.articles:,} articles in {report.chunks:,} chunks"
    yield f"{size}, {report.embedded:,} embedded, {report.seconds:.1f} s"


def _source_line(source: SourceReport) -> str:
    counts = [f"{getattr(source, name)} {name}" for name in ("added", "changed", "removed") if getattr(source, name)]
    if source.reason:
        counts.append("could not be read")
    elif source.failures:
        counts.append(f"{source.failures} not read")
    return f"{safe_line(source.name)}: {', '.join(counts) or 'nothing new'}"


def _trial_lines(report: RefreshReport) -> Iterator[str]:
    for name in ("added", "changed", "removed"):
        ids = getattr(report, name)
        titles = (report.titles.get(article_id, article_id) for article_id in ids[:_MAX_TITLES])
        yield from (f"would be {name}: {one_line(title)}" for title in titles)
        if len(ids) > _MAX_TITLES:
            yield f"and {len(ids) - _MAX_TITLES:,} more"


class Progress(progress.Progress):
    """Progress bars on stderr while a refresh runs, when stderr is a terminal; `notices` are those it has printed."""

    def __init__(self, *, quiet: bool = False) -> None:
        console = console_of(err=True)
        super().__init__(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._quiet = quiet
        self._stages: dict[str, progress.TaskID] = {}
        self.notices: list[str] = []

    def on_progress(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; a `total` of 0 is not known."""
        if stage not in self._stages:
            self._stages[stage] = self.add_task(stage, total=None)
        self.update(self._stages[stage], completed=done, total=total or None)

    def on_notice(self, line: str) -> None:
        """Print a notice, unless it is quiet."""
        if not self._quiet:
            self.notices.append(line)
            self.console.print(Text(one_line(line)))

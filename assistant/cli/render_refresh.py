"""How the command line shows the corpus: its state and that of its sources, and a refresh as it goes and in the end."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from assistant.cli.render import console_of
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport, SourceReport
from assistant.maintenance.source_state import SourceState
from assistant.maintenance.status import Status
from assistant.utils.concurrency import CancelToken
from assistant.utils.durations import format_age
from assistant.utils.formatting import day, minute
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

_MOST_FAILURES = 50
_MOST_PUBLICATIONS = 20
_MOST_TITLES = 20


def show_status(status: Status, now: datetime) -> None:
    """Print the state of a home, and what should be seen to."""
    console = console_of()
    for name, value in _status_lines(status):
        console.print(Text.assemble((f"{name:<13}", "bold"), one_line(value)))
    if status.trouble:
        console.print(Text(f"warning      {_line(status.trouble)}", style="bold red"))
    for state in status.states:
        for line in _source_lines(state, now):
            console.print(line)


def _status_lines(status: Status) -> Iterable[tuple[str, str]]:
    yield "home", str(status.home)
    if status.generation is None:
        yield "articles", "none yet; run: assistant refresh [FOLDER, FILE or ADDRESS ...]"
        return
    yield "generation", f"{status.generation}, of {', '.join(one.name for one in status.generations)}"
    yield "refreshed", minute(status.refreshed) if status.refreshed else "never"
    yield "last checked", minute(status.checked) if status.checked else "never"
    yield "articles", f"{status.articles:,} in {status.chunks:,} chunks"
    if status.oldest and status.newest:
        yield "dates", f"{day(status.oldest)} to {day(status.newest)}"
    yield "embedder", status.embedder or ""
    for name, count in list(status.publications.items())[:_MOST_PUBLICATIONS]:
        yield "publication", f"{name} ({count:,})"


def _source_lines(state: SourceState, now: datetime) -> Iterator[Text]:
    yield Text.assemble(("source       ", "bold"), _line(state.name), (f"  {state.kind}, {about(state, now)}", "dim"))
    if state.name != state.location:
        yield Text(f"             {_line(state.location)}", style="dim")
    for place in state.health.places:
        yield Text(f"             not read: {_line(place)}", style="dim")
    for warning in state.warnings:
        yield Text(f"             warning: {_line(warning)}", style="bold red")


def about(state: SourceState, now: datetime) -> str:
    """How old a source is, in a line."""
    parts = [f"{state.articles:,} article{'' if state.articles == 1 else 's'}"]
    if state.newest:
        parts.append(f"newest of {day(state.newest)}")
    if state.health.succeeded:
        parts.append(f"read {format_age(now - state.health.succeeded)} ago")
    if state.health.unread:
        parts.append(f"{state.health.unread:,} of it could not be read")
    if state.health.next_try and state.health.next_try > now:
        parts.append(f"next try in {format_age(state.health.next_try - now)}")
    if not state.read:
        parts.append("no longer read, its articles stay")
    return ", ".join(parts)


def _line(text: str) -> str:
    return one_line(safe_to_show(text), 400)


def show_refresh(report: RefreshReport, told: Sequence[str] = ()) -> None:
    """Print what a refresh did, or would do, each failure by name with its reason; not the notices `told` already."""
    console = console_of()
    for line in _refresh_lines(report, told):
        console.print(Text(line))
    if report.watched:
        from assistant.cli.render_changes import show_watch_changes

        show_watch_changes(report.watched)


def _refresh_lines(report: RefreshReport, told: Sequence[str]) -> Iterator[str]:
    yield from (_line(notice) for notice in report.notices[:_MOST_FAILURES] if notice not in told)
    for failure in report.failures[:_MOST_FAILURES]:
        named = len(report.sources) > 1 and failure.source not in {"", failure.where}
        source = f"{_line(failure.source)}: " if named else ""
        yield f"not read: {source}{_line(failure.where)}: {_line(failure.reason)}"
    if len(report.failures) > _MOST_FAILURES:
        yield f"and {len(report.failures) - _MOST_FAILURES} more; --json has them all"
    if len(report.sources) > 1:
        yield from map(_source_line, report.sources)
    counts = ", ".join(
        f"{len(getattr(report, name))} {name}"
        for name in ("added", "changed", "removed", "kept")
        if getattr(report, name)
    )
    if report.trial:
        yield from _trial_lines(report)
        yield f"Nothing was changed. A refresh would make: {counts or 'same articles'}; {report.unchanged} unchanged."
        return
    if report.published:
        yield f"Generation {report.generation}: {counts or 'same articles'}; {report.unchanged} unchanged."
    else:
        yield "Nothing new; the index stays as it is." if report.generation else "Nothing was indexed."
    yield (
        f"{report.articles:,} articles in {report.chunks:,} chunks, {report.embedded:,} embedded, "
        f"{report.seconds:.1f} s"
    )


def _source_line(one: SourceReport) -> str:
    counts = [f"{getattr(one, name)} {name}" for name in ("added", "changed", "removed") if getattr(one, name)]
    if one.reason:
        counts.append("could not be read")
    elif one.failures:
        counts.append(f"{one.failures} not read")
    return f"{_line(one.name)}: {', '.join(counts) or 'nothing new'}"


def _trial_lines(report: RefreshReport) -> Iterator[str]:
    for name in ("added", "changed", "removed"):
        ids = getattr(report, name)
        yield from (f"would be {name}: {one_line(report.titles.get(one, one))}" for one in ids[:_MOST_TITLES])
        if len(ids) > _MOST_TITLES:
            yield f"and {len(ids) - _MOST_TITLES:,} more"


class Progress:
    """Bars on stderr while a refresh runs; nothing when stderr is not a terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console_of(err=True)
        self._quiet = quiet
        shown = self._console.is_terminal and not quiet
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not shown,
        )
        self._tasks: dict[str, TaskID] = {}
        self.told: list[str] = []

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def watcher(self, stop: CancelToken | None = None) -> RefreshCallbacks:
        """What a refresh tells its progress to."""
        return RefreshCallbacks(progress=self._moved, notice=self._said, stop=stop)

    def _moved(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def _said(self, line: str) -> None:
        if not self._quiet:
            self.told.append(line)
            self._console.print(Text(one_line(line)))

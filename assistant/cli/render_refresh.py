"""How the command line shows the status of a home, the progress of a refresh and its report."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from assistant.cli.render import console_of
from assistant.maintenance import RefreshCallbacks, RefreshReport, SourceReport, SourceState, Status
from assistant.utils import CancelToken, day, format_age, minute, one_line, safe_to_show

_MAX_FAILURES = 50
_MAX_PUBLICATIONS = 20
_MAX_TITLES = 20


def show_status(status: Status, now: datetime) -> None:
    """Print the state of a home and of its sources, with the warnings."""
    console = console_of()
    for name, value in _status_lines(status):
        console.print(Text.assemble((f"{name:<13}", "bold"), one_line(value)))
    if status.trouble:
        console.print(Text(f"warning      {_safe_line(status.trouble)}", style="bold red"))
    for state in status.states:
        for line in _source_lines(state, now):
            console.print(line)


def _status_lines(status: Status) -> Iterable[tuple[str, str]]:
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
        ("source       ", "bold"), _safe_line(state.name), (f"  {state.kind}, {source_summary(state, now)}", "dim")
    )
    if state.name != state.location:
        yield Text(f"             {_safe_line(state.location)}", style="dim")
    for place in state.health.places:
        yield Text(f"             not read: {_safe_line(place)}", style="dim")
    for warning in state.warnings:
        yield Text(f"             warning: {_safe_line(warning)}", style="bold red")


def source_summary(state: SourceState, now: datetime) -> str:
    """How many articles a source has, how new they are and when it was read, in a line."""
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


def _safe_line(text: str) -> str:
    return one_line(safe_to_show(text), 400)


def show_refresh(report: RefreshReport, shown: Sequence[str] = ()) -> None:
    """Print what a refresh did, or would do, each failure with its reason; notices that were `shown` are left out."""
    console = console_of()
    for line in _refresh_lines(report, shown):
        console.print(Text(line))
    if report.watched:
        from assistant.cli.render_changes import show_watch_changes

        show_watch_changes(report.watched)


def _refresh_lines(report: RefreshReport, shown: Sequence[str]) -> Iterator[str]:
    yield from (_safe_line(notice) for notice in report.notices[:_MAX_FAILURES] if notice not in shown)
    for failure in report.failures[:_MAX_FAILURES]:
        name_source = len(report.sources) > 1 and failure.source not in {"", failure.where}
        source = f"{_safe_line(failure.source)}: " if name_source else ""
        yield f"not read: {source}{_safe_line(failure.where)}: {_safe_line(failure.reason)}"
    if len(report.failures) > _MAX_FAILURES:
        yield f"and {len(report.failures) - _MAX_FAILURES} more; --json has them all"
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


def _source_line(source: SourceReport) -> str:
    counts = [f"{getattr(source, name)} {name}" for name in ("added", "changed", "removed") if getattr(source, name)]
    if source.reason:
        counts.append("could not be read")
    elif source.failures:
        counts.append(f"{source.failures} not read")
    return f"{_safe_line(source.name)}: {', '.join(counts) or 'nothing new'}"


def _trial_lines(report: RefreshReport) -> Iterator[str]:
    for name in ("added", "changed", "removed"):
        ids = getattr(report, name)
        titles = (report.titles.get(article_id, article_id) for article_id in ids[:_MAX_TITLES])
        yield from (f"would be {name}: {one_line(title)}" for title in titles)
        if len(ids) > _MAX_TITLES:
            yield f"and {len(ids) - _MAX_TITLES:,} more"


class Progress:
    """Progress bars on stderr while a refresh runs, when stderr is a terminal; `notices` are those it has printed."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console_of(err=True)
        self._quiet = quiet
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self.notices: list[str] = []

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def callbacks(self, stop: CancelToken | None = None) -> RefreshCallbacks:
        """The callbacks of a refresh that show its progress here."""
        return RefreshCallbacks(progress=self._on_progress, notice=self._on_notice, stop=stop)

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def _on_notice(self, line: str) -> None:
        if not self._quiet:
            self.notices.append(line)
            self._console.print(Text(one_line(line)))

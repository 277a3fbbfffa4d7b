"""How the command line shows things: plain lines for people, plain data for JSON.

Text of articles and questions is data: control characters are taken out, and nothing in it is markup.
"""

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from assistant import telling
from assistant.answering import Status
from assistant.answers import Answer, Citation, Coverage, Event, Finished, Said, Statement, Token, Withdrawn
from assistant.articles import Article, one_line
from assistant.feedback import Feedback
from assistant.quoting import differing
from assistant.refresh import RefreshReport, Watcher
from assistant.retrieval import Passage, as_document
from assistant.writing import day

_MOST_FAILURES = 50


def as_data(value: Any) -> Any:
    """`value` as JSON can hold it: types field by field, dates as ISO 8601, a passage flat."""
    if isinstance(value, Passage):
        return _passage_data(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_data(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def _passage_data(passage: Passage) -> dict[str, Any]:
    document = as_document(passage)
    return {"text": document.page_content, **document.metadata, "score": round(passage.score, 6)}


def _console(*, err: bool = False) -> Console:
    stream = sys.stderr if err else sys.stdout
    # A pipe or a file has no width to fit to: whatever reads it wants whole lines.
    width = None if stream.isatty() else 10_000
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def _about(one: Citation | Article | Coverage) -> str:
    parts = [one_line(one.title)]
    if one.source:
        parts.append(one_line(one.source))
    if one.published:
        parts.append(day(one.published))
    return " · ".join(parts)


def show_answer(answer: Answer) -> None:
    """Print an answer with its sources, or a refusal."""
    console = _console()
    for line in _answer_lines(answer):
        console.print(line)


def show_stream(events: Iterator[Event]) -> Answer:
    """Print an answer as it is made, then as a whole with its sources; gives that whole.

    On a terminal what a model writes is seen as it comes, and each sentence again once it is checked.
    """
    console = _console()
    with Live(console=console, transient=True, auto_refresh=False, vertical_overflow="visible") as live:
        draft, done, said = "", 0, list[Text]()
        for event in events:
            match event:
                case Token(text=text):
                    draft += text
                case Said(statement=statement, draft=checked):
                    said.append(_stated(statement, {}))
                    done = checked
                case Withdrawn():
                    draft, done, said = "", 0, []
                case Finished(answer=answer):
                    live.update(Text(), refresh=True)
                    break
            if console.is_terminal and draft:
                rest = Text(one_line(draft[done:]), style="dim")
                live.update(Group(*said, rest), refresh=True)
        else:
            raise AssertionError("a stream ends with Finished")
    show_answer(answer)
    return answer


def _answer_lines(answer: Answer) -> Iterator[Text]:
    if line := telling.understood(answer.understood):
        yield Text(f"Understood: {line}", style="dim")
    if not answer.found:
        yield Text(one_line(answer.text))
    speakers = {citation.number: citation.speaker for citation in answer.citations}
    yield from (_stated(statement, speakers) for statement in answer.statements)
    yield from (Text(one_line(differing(difference)), style="bold") for difference in answer.differences)
    if answer.mode == "catalogue":
        yield from (Text(f"- {_about(article)}") for article in answer.nearest)
    if answer.citations:
        yield Text()
    for citation in answer.citations:
        yield from _cited(citation)
    if line := telling.as_of(answer):
        yield Text(f"{line}.", style="dim")
    yield from (Text(one_line(notice), style="italic") for notice in answer.notices)


def _cited(citation: Citation) -> Iterator[Text]:
    yield Text.assemble((f"[{citation.number}] ", "bold cyan"), _about(citation))
    for line in filter(None, (telling.carried(citation), citation.url and one_line(citation.url))):
        yield Text(f"    {line}", style="dim")


def _stated(statement: Statement, speakers: Mapping[int, str | None]) -> Text:
    """A statement with who speaks in brackets before it, its numbers and who agrees after it."""
    names = [name for number in statement.citations if (name := speakers.get(number))]
    marks = "".join(f" [{number}]" for number in statement.citations)
    agreed = telling.agreeing(statement)
    doubted = telling.support(statement)
    return Text.assemble(
        *(f"[{one_line(name)}] " for name in names),
        (one_line(statement.text), "strike" if doubted else ""),
        (marks, "bold cyan"),
        (f" ({one_line(doubted, 300)})" if doubted else "", "bold red"),
        (f" ({agreed})" if agreed else "", "dim"),
    )


def show_passages(passages: Sequence[Passage]) -> None:
    """Print passages, best first."""
    console = _console()
    if not passages:
        console.print(Text("No passages."))
    for number, passage in enumerate(passages, 1):
        console.print(Text(f"{number}. {_about(passage.article)}", style="bold"))
        console.print(Text(f"   {one_line(passage.chunk.text)}"))


def show_articles(articles: Sequence[Article]) -> None:
    """Print a line for each article."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("date", "publication", "title", "id"):
        table.add_column(name, overflow="fold")
    for one in articles:
        date = f"{one.published:%Y-%m-%d}" if one.published else ""
        cells = (date, one_line(one.source or ""), one_line(one.title), one_line(one.id))
        table.add_row(*(Text(cell) for cell in cells))
    _console().print(table)


def show_feedback(given: Sequence[Feedback]) -> None:
    """Print what readers think of answers, each with what was asked and answered."""
    console = _console()
    if not given:
        console.print(Text("No feedback."))
    for one in given:
        verdict = Text.assemble(
            ("good", "bold green") if one.good else ("bad", "bold red"), f"  {one_line(one.question)}"
        )
        console.print(Text(f"{one.given:%Y-%m-%d %H:%M} UTC  ").append_text(verdict))
        for line in _feedback_lines(one):
            console.print(Text(f"    {line}"))


def _feedback_lines(one: Feedback) -> Iterator[str]:
    if reason := one_line(one.reason):
        yield f"reason: {reason}"
    lines = (line for text in one.answer.splitlines() if (line := one_line(text)))
    yield f"{'answer' if one.found else 'refusal'}: {next(lines, '')}"
    yield from (f"[{citation.number}] {_about(citation)}" for citation in one.citations)
    yield f"generation {one_line(one.generation)}, mode {one.mode}"


def show_status(status: Status) -> None:
    """Print the state of a home."""
    console = _console()
    for name, value in _status_lines(status):
        console.print(Text.assemble((f"{name:<13}", "bold"), one_line(value)))


def _status_lines(status: Status) -> Iterable[tuple[str, str]]:
    yield "home", str(status.home)
    if status.generation is None:
        yield "articles", "none yet; run: assistant refresh [FOLDER or FILE ...]"
        return
    yield "generation", f"{status.generation}, of {', '.join(one.name for one in status.generations)}"
    yield "refreshed", status.refreshed.isoformat() if status.refreshed else "never"
    yield "last checked", status.checked.isoformat() if status.checked else "never"
    yield "articles", f"{status.articles:,} in {status.chunks:,} chunks"
    if status.oldest and status.newest:
        yield "dates", f"{day(status.oldest)} to {day(status.newest)}"
    yield "embedder", status.embedder or ""
    for source in status.sources:
        yield "source", source
    for name, count in list(status.publications.items())[:20]:
        yield "publication", f"{name} ({count:,})"


def show_refresh(report: RefreshReport) -> None:
    """Print what a refresh did, each failure by name with its reason."""
    console = _console()
    for failure in report.failures[:_MOST_FAILURES]:
        console.print(Text(f"not read: {one_line(failure.where)}: {one_line(failure.reason)}"))
    if len(report.failures) > _MOST_FAILURES:
        console.print(Text(f"and {len(report.failures) - _MOST_FAILURES} more; --json has them all"))
    counts = ", ".join(
        f"{len(getattr(report, name))} {name}"
        for name in ("added", "changed", "removed", "kept")
        if getattr(report, name)
    )
    if report.published:
        console.print(
            Text(f"Generation {report.generation}: {counts or 'same articles'}; {report.unchanged} unchanged.")
        )
    else:
        console.print(Text("Nothing new; the index stays as it is." if report.generation else "Nothing was indexed."))
    console.print(
        Text(
            f"{report.articles:,} articles in {report.chunks:,} chunks, {report.embedded:,} embedded, "
            f"{report.seconds:.1f} s"
        )
    )


class Progress:
    """Bars on stderr while a refresh runs; nothing when stderr is not a terminal."""

    def __init__(self) -> None:
        self._console = _console(err=True)
        shown = self._console.is_terminal
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

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def watcher(self) -> Watcher:
        """What a refresh tells its progress to."""
        return Watcher(progress=self._moved, notice=self._said)

    def _moved(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def _said(self, line: str) -> None:
        self._console.print(Text(one_line(line)))

"""How the command line shows things: plain lines for people, plain data for JSON.

Text of articles and questions is data: control characters are taken out, and nothing in it is markup.
"""

import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from assistant.answering import phrasing
from assistant.answering.phrasing import differing
from assistant.answers import Answer, ArticleRef, Citation, Event, Finished, Statement, StatementReady, Token, Withdrawn
from assistant.articles import Article, Passage
from assistant.maintenance.feedback import Feedback
from assistant.retrieval.langchain import as_document
from assistant.utils.durations import format_duration
from assistant.utils.formatting import day
from assistant.utils.strings import one_line


def as_data(value: Any) -> Any:
    """`value` as JSON can hold it: types field by field, dates as ISO 8601, times as "30m", a passage flat."""
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
    if isinstance(value, timedelta):
        return format_duration(value)
    return str(value) if isinstance(value, Path) else value


def _passage_data(passage: Passage) -> dict[str, Any]:
    document = as_document(passage)
    return {"text": document.page_content, **document.metadata, "score": round(passage.score, 6)}


def console_of(*, err: bool = False) -> Console:
    """The console that prints to stdout or stderr; text is never markup."""
    stream = sys.stderr if err else sys.stdout
    # A pipe or a file has no width to fit to: whatever reads it wants whole lines.
    width = None if stream.isatty() else 10_000
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def about(one: Citation | Article | ArticleRef) -> str:
    """What an article is: title, publication and day, in a line."""
    parts = [one_line(one.title)]
    if one.source:
        parts.append(one_line(one.source))
    if one.published:
        parts.append(day(one.published))
    if not isinstance(one, ArticleRef) and (line := phrasing.updated(one)):
        parts.append(line)
    return " · ".join(parts)


def show_answer(answer: Answer) -> None:
    """Print an answer with its sources, or a refusal."""
    console = console_of()
    for line in _answer_lines(answer):
        console.print(line)


def show_stream(events: Iterator[Event]) -> Answer:
    """Print an answer as it is made, then as a whole with its sources; gives that whole.

    On a terminal what a model writes is seen as it comes, and each sentence again once it is checked.
    """
    console = console_of()
    with Live(console=console, transient=True, auto_refresh=False, vertical_overflow="visible") as live:
        draft, done, said = "", 0, list[Text]()
        for event in events:
            match event:
                case Token(text=text):
                    draft += text
                case StatementReady(statement=statement, draft=checked):
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
    if line := phrasing.understood(answer.understood):
        yield Text(f"Understood: {line}", style="dim")
    if not answer.found:
        yield Text(one_line(answer.text))
    speakers = {citation.number: citation.speaker for citation in answer.citations}
    yield from (_stated(statement, speakers) for statement in answer.statements)
    yield from (Text(one_line(differing(difference)), style="bold") for difference in answer.differences)
    if answer.mode == "catalogue":
        yield from (Text(f"- {about(article)}") for article in answer.nearest)
    if answer.citations:
        yield Text()
    for citation in answer.citations:
        yield from _cited(citation)
    if line := phrasing.as_of(answer):
        yield Text(f"{line}.", style="dim")
    yield from (Text(one_line(notice), style="italic") for notice in answer.notices)


def _cited(citation: Citation) -> Iterator[Text]:
    yield Text.assemble((f"[{citation.number}] ", "bold cyan"), about(citation))
    for line in filter(None, (phrasing.carried(citation), citation.url and one_line(citation.url))):
        yield Text(f"    {line}", style="dim")


def _stated(statement: Statement, speakers: Mapping[int, str | None]) -> Text:
    """A statement with who speaks in brackets before it, its numbers and who agrees after it."""
    names = [name for number in statement.citations if (name := speakers.get(number))]
    marks = "".join(f" [{number}]" for number in statement.citations)
    agreed = phrasing.agreeing(statement)
    doubted = phrasing.support(statement)
    return Text.assemble(
        *(f"[{one_line(name)}] " for name in names),
        (one_line(statement.text), "strike" if doubted else ""),
        (marks, "bold cyan"),
        (f" ({one_line(doubted, 300)})" if doubted else "", "bold red"),
        (f" ({agreed})" if agreed else "", "dim"),
    )


def show_passages(passages: Sequence[Passage]) -> None:
    """Print passages, best first."""
    console = console_of()
    if not passages:
        console.print(Text("No passages."))
    for number, passage in enumerate(passages, 1):
        console.print(Text(f"{number}. {about(passage.article)}", style="bold"))
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
    console_of().print(table)


def show_feedback(given: Sequence[Feedback]) -> None:
    """Print what readers think of answers, each with what was asked and answered."""
    console = console_of()
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
    yield from (f"[{citation.number}] {about(citation)}" for citation in one.citations)
    yield f"generation {one_line(one.generation)}, mode {one.mode}"

"""How the command line shows answers and articles: plain lines for people, plain data for JSON.

Text of articles and questions is data: control characters are taken out, and nothing in it is markup.
"""

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from assistant.answering import difference_text, phrasing
from assistant.answers import Answer, ArticleRef, Citation, Event, Finished, Statement, StatementReady, Token, Withdrawn
from assistant.articles import Article, Passage
from assistant.maintenance import Feedback
from assistant.utils import day, format_duration, minute, name_line, one_line, safe_to_show


def as_data(value: Any) -> Any:
    """`value` as JSON can hold it: types field by field, dates as ISO 8601, times as "30m", a passage flat."""
    if isinstance(value, Passage):
        from assistant.retrieval import as_document

        document = as_document(value)
        return {"text": document.page_content, **document.metadata, "score": round(value.score, 6)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        data = {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"outcome": value.outcome, **data} if isinstance(value, Answer) else data
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_data(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format_duration(value)
    return str(value) if isinstance(value, Path) else value


def console_of(*, err: bool = False) -> Console:
    """The console that prints to stdout or stderr; text is never markup."""
    stream = sys.stderr if err else sys.stdout
    # A pipe or a file has no width to fit to: whatever reads it wants whole lines.
    width = None if stream.isatty() else 10_000
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def show_lines(lines: Iterable[RenderableType], if_empty: str = "") -> None:
    """Print lines and tables as they come, or `if_empty`."""
    console, is_empty = console_of(), True
    for line in lines:
        console.print(line)
        is_empty = False
    if is_empty:
        console.print(if_empty)


def table_of(rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> Table:
    """Rows of cells, the columns aligned."""
    table = Table(*(Column(name, overflow="fold") for name in header), box=None, header_style="bold", pad_edge=False)
    table.show_header = bool(header)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table


def safe_line(text: str) -> str:
    """`text` in a line that is not too long, without what may be secret in its addresses."""
    return one_line(safe_to_show(text), 400)


def about(article: Citation | Article | ArticleRef) -> str:
    """The title, publication and day of an article, in a line."""
    published = day(article.published) if article.published else ""
    parts = (name_line(article.title), name_line(article.source or ""), published, phrasing.updated_text(article))
    return " · ".join(filter(None, parts))


def show_stream(events: Iterator[Event]) -> None:
    """Print an answer as it is made, then whole with its sources.

    On a terminal the text of a model is shown as it comes, and each sentence again once it is checked.
    """
    console = console_of()
    with Live(console=console, transient=True, auto_refresh=False, vertical_overflow="visible") as live:
        draft, done, statements = "", 0, list[Text]()
        for event in events:
            match event:
                case Token(text=text):
                    draft += text
                case StatementReady(statement=statement, draft=checked):
                    statements.append(_statement_line(statement, {}))
                    done = checked
                case Withdrawn():
                    draft, done, statements = "", 0, []
                case Finished(answer=answer):
                    live.update(Text(), refresh=True)
                    break
            if console.is_terminal and draft:
                rest = Text(one_line(draft[done:]), style="dim")
                live.update(Group(*statements, rest), refresh=True)
        else:
            raise AssertionError("a stream ends with Finished")
    show_answer(answer)


def show_answer(answer: Answer) -> None:
    """Print an answer with its sources."""
    show_lines(_answer_lines(answer))


def _answer_lines(answer: Answer) -> Iterator[Text]:
    if line := phrasing.interpretation_text(answer.understood):
        yield Text(f"Understood: {line}", style="dim")
    if answer.outcome == "nothing":
        yield Text(one_line(answer.text))
    elif not answer.found:
        yield from _related_lines(answer)
    speakers = {citation.number: citation.speaker for citation in answer.citations}
    for place, statement in enumerate(answer.statements):
        if place == answer.fold:
            yield Text(phrasing.FURTHER, style="dim")
        yield _statement_line(statement, speakers, phrasing.heads_of(answer))
    yield from (Text(one_line(difference_text(difference)), style="bold") for difference in answer.differences)
    if answer.mode == "catalogue":
        yield from (Text(f"- {about(article)}") for article in answer.nearest)
    if answer.citations:
        yield Text()
    for citation in answer.citations:
        yield from _citation_lines(citation)
    for line in filter(None, (phrasing.as_of_text(answer), phrasing.written_by_text(answer))):
        yield Text(f"{line}.", style="dim")
    yield from (Text(one_line(notice), style="italic") for notice in answer.notices)


def _related_lines(answer: Answer) -> Iterator[Text]:
    """What comes closest, a line each, so that it does not look like an answer."""
    yield Text(one_line(answer.text.partition(phrasing.CLOSEST)[0]), style="bold")
    yield Text(phrasing.CLOSEST, style="dim")
    for citation in answer.citations:
        yield Text.assemble("- ", phrasing.closest_quote(citation), (f" [{citation.number}]", "bold cyan"))


def _citation_lines(citation: Citation) -> Iterator[Text]:
    yield Text.assemble((f"[{citation.number}] ", "bold cyan"), about(citation))
    for line in filter(None, (phrasing.carried_by_text(citation), citation.url and one_line(citation.url))):
        yield Text(f"    {line}", style="dim")


def _statement_line(
    statement: Statement, speakers: Mapping[int, str | None], heads: Mapping[int, str] | None = None
) -> Text:
    """A statement, with its day and its speakers before it and its citation numbers and who agrees after it."""
    headed = [f"{heads[number]}: " for number in statement.citations if heads and number in heads]
    names = [name for number in statement.citations if (name := speakers.get(number))]
    numbers = "".join(f" [{number}]" for number in statement.citations)
    agreed = phrasing.agreement_text(statement)
    doubted = phrasing.support_text(statement)
    return Text.assemble(
        *((text, "bold") for text in headed),
        *(f"[{one_line(name)}] " for name in names),
        _marked(statement, "strike" if doubted else ""),
        (numbers, "bold cyan"),
        (f" ({one_line(doubted, 300)})" if doubted else "", "bold red"),
        (f" ({agreed})" if agreed else "", "dim"),
    )


def _marked(statement: Statement, style: str) -> Text:
    """The words of a statement, those that are the short answer in bold."""
    text = Text(one_line(statement.text), style)
    start = text.plain.find(statement.short) if statement.short else -1
    if start >= 0 and statement.short:
        text.stylize("bold", start, start + len(statement.short))
    return text


def passage_lines(passages: Sequence[Passage]) -> Iterator[Text]:
    """Passages, best first."""
    for number, passage in enumerate(passages, 1):
        yield Text(f"{number}. {about(passage.article)}", style="bold")
        yield Text(f"   {one_line(passage.chunk.text)}")


def article_table(articles: Sequence[Article]) -> Iterator[Table]:
    """A line for each article."""
    days = (f"{article.published:%Y-%m-%d}" if article.published else "" for article in articles)
    cells = (
        (day, article.source or "", article.title, article.id) for day, article in zip(days, articles, strict=True)
    )
    yield table_of(cells, ("date", "publication", "title", "id"))


def feedback_lines(entries: Sequence[Feedback]) -> Iterator[Text]:
    """What users think of answers, each with the question and the answer."""
    for feedback in entries:
        verdict = ("good", "bold green") if feedback.good else ("bad", "bold red")
        yield Text.assemble(f"{minute(feedback.given)}  ", verdict, f"  {one_line(feedback.question)}")
        if reason := one_line(feedback.reason):
            yield Text(f"    reason: {reason}")
        lines = (line for text in feedback.answer.splitlines() if (line := one_line(text)))
        yield Text(f"    {'answer' if feedback.found else 'refusal'}: {next(lines, '')}")
        yield from (Text(f"    [{citation.number}] {about(citation)}") for citation in feedback.citations)
        yield Text(f"    generation {one_line(feedback.generation)}, mode {feedback.mode}")

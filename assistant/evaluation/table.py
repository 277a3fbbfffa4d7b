"""The figures of an evaluation as tables for a terminal."""

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.evaluation.evaluate import Report, TaskReport
from assistant.evaluation.metrics import MEASURES, Measure
from assistant.evaluation.runner import ASSISTANT
from assistant.evaluation.summary import ALL, FiguresByGroup, MeasuredFigure
from assistant.utils import one_line

BY_TYPE = ("Right", "Hits@10", "FactRecall@10", "Gold in 3 quotes", "Refusal recall", "Answered", "AUROC", "Median")


def show_report(report: Report, console: Console | None = None) -> None:
    """Print for each task its figures beside the baselines, then its types of question."""
    console = console or Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160)
    for task in report.tasks:
        console.print(Text(f"\n{one_line(task.title)}", style="bold"))
        console.print(Text(f"{task.questions:,} questions, {task.articles:,} articles in {task.chunks:,} chunks"))
        console.print(_figures_table(task))
        for name, figures in task.variants.items():
            console.print(Text(f"With {name}: {', '.join(_in_words(figures))}"))
        if len(task.figures[ASSISTANT]) > 1:
            console.print(_types_table(task))


def _figures_table(task: TaskReport) -> Table:
    others = [who for who in task.figures if who != ASSISTANT]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("figure")
    for name in ("value", "95% interval", "questions", *others):
        table.add_column(name, justify="right")
    for measure in MEASURES:
        figure = task.figures[ASSISTANT][ALL].get(measure.name)
        if figure is not None:
            cells = [task.figures[who][ALL].get(measure.name) for who in others]
            table.add_row(
                measure.name,
                Text(shown(figure, measure), style="bold"),
                shown_interval(figure, measure),
                f"{figure.questions:,}",
                *(Text(shown(cell, measure), style="dim") for cell in cells),
            )
    return table


def _in_words(figures: FiguresByGroup) -> Iterator[str]:
    for measure in MEASURES:
        if measure.name in figures:
            figure = figures[measure.name]
            yield f"{measure.name.lower()} {shown(figure, measure)} ({shown_interval(figure, measure)})"


def _types_table(task: TaskReport) -> Table:
    measures = by_type(task)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("type")
    table.add_column("questions", justify="right")
    for measure in measures:
        table.add_column(measure.name, justify="right")
    for name, count in type_counts(task).items():
        figures = task.figures[ASSISTANT].get(name, {})
        cells = (shown(figures.get(one.name), one) for one in measures)
        table.add_row(Text(one_line(name)), f"{count:,}", *cells)
    return table


def by_type(task: TaskReport) -> list[Measure]:
    """The measures that are worth a column in the table of types, of those that the task has."""
    have = task.figures[ASSISTANT][ALL]
    return [one for one in MEASURES if one.name in BY_TYPE and one.name in have]


def type_counts(task: TaskReport) -> dict[str, int]:
    """How many questions there are of each type that has figures, most first."""
    kinds = [record.case.type for record in task.records]
    return {name: kinds.count(name) for name in task.figures[ASSISTANT] if name != ALL}


def shown(figure: MeasuredFigure | None, measure: Measure) -> str:
    """A value as it is written: .xxx for shares, whole milliseconds, a dash for none."""
    return _number(figure.value if figure else None, measure)


def shown_interval(figure: MeasuredFigure, measure: Measure) -> str:
    """An interval as it is written."""
    if figure.low is None or figure.high is None:
        return "–"
    return f"{_number(figure.low, measure)} to {_number(figure.high, measure)}"


def _number(value: float | None, measure: Measure) -> str:
    if value is None:
        return "–"
    if measure.unit == "ms":
        return f"{value:,.0f} ms"
    return f"{value:.2f}" if measure.unit == "count" else f"{value:.3f}"

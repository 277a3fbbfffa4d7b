"""The report of an evaluation as one HTML page that needs nothing beside itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation import plots
from assistant.evaluation.evaluate import Report, TaskReport
from assistant.evaluation.metrics import LATENCY, MEASURES, OVERALL, QUOTING, REFUSAL, RETRIEVAL, Measure
from assistant.evaluation.runner import ASSISTANT
from assistant.evaluation.scoring import Record
from assistant.evaluation.summary import ALL, FiguresByGroup, MeasuredFigure, failures
from assistant.evaluation.table import by_type, type_counts
from assistant.utils import one_line

TEMPLATE = "report.html"
GROUPS = {
    OVERALL: "Overall",
    RETRIEVAL: "Finding the passages",
    QUOTING: "Quoting them",
    REFUSAL: "Refusing what the articles do not answer",
    LATENCY: "Time for an answer",
}
# The measures of the first table, by what they are called there.
_SUMMARY = {
    "Right": "right in all",
    "Answered": "answered what it could",
    "Refusal recall": "refused what it could not answer",
    "Refusal precision": "refusals that were right",
    "Gold in 3 quotes": "wanted words in 3 quotes",
    "Hits@10": "passage found in 10",
    "Median": "typical time",
}
_LONGEST = 420  # characters of a quote


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of the table of figures; `bar` has low, value and high as per cent where they can be drawn."""

    name: str
    value: str
    interval: str
    questions: str
    others: tuple[str, ...]
    bar: tuple[float, float, float] | None


def page(report: Report) -> str:
    """The page as HTML. What comes from questions and articles is escaped and on one line."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = lambda text: one_line(text, _LONGEST)
    by_name = {one.name: one for one in MEASURES}
    summary = [by_name[name] for name in _SUMMARY]
    return environment.get_template(TEMPLATE).render(
        report=report,
        made=f"{report.made.day} {report.made:%B %Y, %H:%M} UTC",
        total=f"{sum(one.questions for one in report.tasks):,}",
        all_cited=all(_value(one.figures[ASSISTANT][ALL], "Citation recall") in (None, 1.0) for one in report.tasks),
        summary=list(_SUMMARY.values()),
        tasks=[_task(number, one, summary) for number, one in enumerate(report.tasks, 1)],
        meanings=_meanings(report),
    )


def _task(number: int, task: TaskReport, summary: Sequence[Measure]) -> dict[str, Any]:
    own = task.figures[ASSISTANT]
    return {
        "number": number,
        "task": task,
        "lead": " ".join(_lead(own[ALL])),
        "summary": [_shown(own[ALL].get(one.name), one) for one in summary],
        "others": [who for who in task.figures if who != ASSISTANT],
        "groups": [(title, rows) for group, title in GROUPS.items() if (rows := _rows(task, group))],
        "types": _types(task),
        "variants": [(name, _in_words(figures)) for name, figures in task.variants.items()],
        "plots": list(_plots(task)),
        "failures": [_failure(one) for one in failures(task.records)],
        "wrong": sum(one.ok is False for one in task.records),
    }


# figures


def _rows(task: TaskReport, group: str) -> list[ReportRow]:
    others = [each[ALL] for who, each in task.figures.items() if who != ASSISTANT]
    own = task.figures[ASSISTANT][ALL]
    return [
        ReportRow(
            one.name,
            _shown(own[one.name], one),
            _interval(own[one.name], one),
            f"{own[one.name].questions:,}",
            tuple(_shown(each.get(one.name), one) for each in others),
            _bar(own[one.name], one),
        )
        for one in MEASURES
        if one.group == group and one.name in own
    ]


def _types(task: TaskReport) -> dict[str, Any] | None:
    counts = type_counts(task)
    if not counts:
        return None
    measures = by_type(task)
    rows = []
    for name, count in counts.items():
        figures = task.figures[ASSISTANT][name]
        cells = [(_shown(figures.get(one.name), one), _interval(figures.get(one.name), one)) for one in measures]
        rows.append((name, f"{count:,}", cells))
    return {"names": [one.name for one in measures], "rows": rows}


def _shown(figure: MeasuredFigure | None, measure: Measure) -> str:
    return _number(figure.value if figure else None, measure.unit)


def _interval(figure: MeasuredFigure | None, measure: Measure) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return ""
    low, high = _number(figure.low, measure.unit), _number(figure.high, measure.unit)
    unit = {"share": "%", "ms": " ms"}.get(measure.unit, "")
    return f"{low.removesuffix(unit)} to {high}"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "share":
        return f"{value:.1%}"
    return {"ms": f"{value:,.0f} ms", "count": f"{value:.1f}"}.get(unit, f"{value:.3f}")


def _bar(figure: MeasuredFigure, measure: Measure) -> tuple[float, float, float] | None:
    if measure.unit not in ("share", "score") or figure.value is None or figure.low is None or figure.high is None:
        return None
    low, value, high = (round(100 * one, 2) for one in (figure.low, figure.value, figure.high))
    return low, value, high


def _lead(figures: FiguresByGroup) -> Iterator[str]:
    """The main figures as sentences."""
    if value := _share(figures, "Answered"):
        quoted = _share(figures, "Gold in 3 quotes")
        more = f"; for {quoted} the wanted words are in the first three quotes" if quoted else ""
        yield f"Of the questions that the articles answer, {value} were answered{more}."
    if value := _share(figures, "Refusal recall"):
        yield f"Of those that they do not answer, {value} were refused."
    if _value(figures, "Citation recall") == 1:
        yield "Every statement stands word for word at the place it cites."
    if (median := figures.get("Median")) and median.value is not None:
        yield f"Half of the answers came within {median.value:,.0f} ms."


def _share(figures: FiguresByGroup, name: str) -> str | None:
    figure = figures.get(name)
    return None if figure is None or figure.value is None else f"{figure.value:.1%}"


def _in_words(figures: FiguresByGroup) -> str:
    known = [one for one in MEASURES if one.name in figures]
    return "; ".join(
        f"{one.name} {_shown(figures[one.name], one)} ({_interval(figures[one.name], one)})" for one in known
    )


def _meanings(report: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """The measures that the report has, by group, in plain words."""
    used = {name for task in report.tasks for name in task.figures[ASSISTANT][ALL]}
    each = {
        title: [(one.name, one.meaning) for one in MEASURES if one.group == group] for group, title in GROUPS.items()
    }
    known = {title: [one for one in pairs if one[0] in used] for title, pairs in each.items()}
    return [(title, pairs) for title, pairs in known.items() if pairs]


# plots and failures


def _plots(task: TaskReport) -> Iterator[tuple[str, str]]:
    from markupsafe import Markup

    own = task.figures[ASSISTANT][ALL]
    drawn: dict[str, str] = {}
    answered, refused = _value(own, "Answered"), _value(own, "Refusal recall")
    if answered is not None and refused is not None:
        drawn["What every threshold would give: up and to the right is better."] = plots.trade_off_plot(
            task.trade_off, answered, refused
        )
        drawn["Can the confidence be taken at its word? On the dotted line it can."] = plots.calibration_plot(
            task.calibration
        )
    median, p95 = _value(own, "Median"), _value(own, "p95")
    if median is not None and p95 is not None:
        times = [one.ms for one in task.records if one.ms is not None]
        drawn["How long answers took; the last bar holds all that took longer."] = plots.latency_plot(
            times, median, p95
        )
    for number, (caption, svg) in enumerate(drawn.items()):
        # Made here of numbers and fixed words, and hence the only text that is not escaped.
        yield caption, Markup(plots.apart(svg, f"{task.name}-{number}"))


def _value(figures: FiguresByGroup, name: str) -> float | None:
    figure = figures.get(name)
    return figure.value if figure else None


def _failure(record: Record) -> dict[str, Any]:
    case = record.case
    wanted = [" or ".join(gold) for gold in case.gold] if case.answerable else []
    if case.answerable and case.must_cite:
        wanted.extend(f"cited: {' or '.join(gold)}" for gold in case.must_cite)
    return {
        "question": case.question,
        "type": case.type,
        "why": record.why,
        "confidence": f"{record.confidence:.2f}",
        "rank": record.rank,
        "searched": record.relevant is not None,
        "history": case.history,
        "quotes": record.quotes,
        "said": record.said,
        "wanted": wanted or ["a refusal" if not case.answerable else "an answer from an article that has it"],
    }

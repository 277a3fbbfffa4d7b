"""Evaluating: own questions over a home and public sets over homes of their own, summed up as one report."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.evaluation import baselines
from assistant.evaluation.cases import Task
from assistant.evaluation.metrics import MEASURES
from assistant.evaluation.own_questions import own_task
from assistant.evaluation.public_tasks import PublicSet, load
from assistant.evaluation.runner import ASSISTANT, run, steps
from assistant.evaluation.scoring import Record
from assistant.evaluation.summary import (
    CalibrationBin,
    FiguresByGroup,
    Point,
    calibration,
    figures,
    trade_off,
    variants,
)
from assistant.models import Embedder, open_embeddings
from assistant.settings import Settings

OnEvaluated = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is of it."""

_NEEDED = {"ir_measures": "ir-measures", "matplotlib": "matplotlib", "sklearn": "scikit-learn", "jinja2": "jinja2"}
# A constant has no passages, no quotes and no confidence worth measuring.
_OF_CONSTANTS = ("Right", "Refusal precision", "Refusal recall", "Answered", "AUROC")


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What came of one task. `figures` are by who answered, then by type of question, then by measure."""

    name: str
    title: str
    about: str
    articles: int
    chunks: int
    questions: int
    figures: dict[str, dict[str, FiguresByGroup]]
    variants: dict[str, FiguresByGroup]
    trade_off: dict[str, list[Point]]
    calibration: list[CalibrationBin]
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found; `meanings` has each measure in plain words."""

    made: datetime
    version: str
    refuse_below: float
    max_quotes: int
    embedder: str
    meanings: dict[str, str]
    tasks: tuple[TaskReport, ...]


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to evaluate: a file of own questions over the home, public sets of a data folder, or both.

    `work` keeps the indexes of public sets for the next time; without it they are made in a temporary folder.
    `sample` is the most questions of each set.
    """

    questions: Path | None = None
    data: Path | None = None
    sets: tuple[str, ...] = ()
    sample: int | None = None
    work: Path | None = None
    with_baselines: bool = True


def check_installed() -> None:
    """Raises AssistantError, with the way to install them, when the libraries of the extra are missing."""
    missing = [name for module, name in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise AssistantError(
            f"assistant evaluate needs {' and '.join(missing)}; run: pip install 'article-assistant[evaluate]'"
        )


def evaluate(
    wish: EvaluationRequest,
    settings: Settings,
    embeddings: Embedder | None = None,
    progress: OnEvaluated = lambda what, n, of: None,
) -> Report:
    """Run what is wished and sum it up.

    `embeddings` takes the place of `settings.embedder`. Raises AssistantError when the extra is not installed
    or a set is not there, QuestionError for a bad line of own questions: all before anything is run.
    """
    check_installed()
    own = own_task(wish.questions, settings.max_question) if wish.questions else None
    public = load(wish.data, wish.sets) if wish.data else []
    embeddings = embeddings or open_embeddings(settings.embedder, settings.cache)
    reports: list[TaskReport] = []
    with ExitStack() as stack:
        if own is not None:
            assistant = stack.enter_context(Assistant.open(settings, embeddings))
            reports.append(_report(assistant, own, wish, progress))
        work = wish.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for one in public:
            reports.extend(_public(one, wish, settings, embeddings, work, progress))
    return Report(
        made=datetime.now(UTC).replace(microsecond=0),
        version=version("article-assistant"),
        refuse_below=settings.refuse_below,
        max_quotes=settings.max_quotes,
        embedder=settings.embedder,
        meanings={one.name: one.meaning for one in MEASURES},
        tasks=tuple(reports),
    )


def _public(
    one: PublicSet, wish: EvaluationRequest, settings: Settings, embeddings: Embedder, work: Path, progress: OnEvaluated
) -> Iterator[TaskReport]:
    from assistant.maintenance import RefreshCallbacks

    work.mkdir(parents=True, exist_ok=True)
    watcher = RefreshCallbacks(progress=lambda stage, n, of: progress(f"{one.name}: {stage}", n, of))
    with Assistant.open(settings.model_copy(update={"home": work / one.name}), embeddings) as assistant:
        done = assistant.refresh([one.source(work)], replace=True, allow_removals=True, watcher=watcher)
        if done.failures:
            first = done.failures[0]
            raise AssistantError(f"{one.name}: {first.where}: {first.reason}; the set is not as it was published")
        for task in one.tasks:
            yield _report(assistant, task, wish, progress)


def _report(assistant: Assistant, task: Task, wish: EvaluationRequest, progress: OnEvaluated) -> TaskReport:
    task = task.sampled(wish.sample)
    total, done = steps(task, wish.with_baselines), 0

    def moved() -> None:
        nonlocal done
        done += 1
        progress(task.title, done, total)

    records = run(assistant, task, wish.with_baselines, moved)
    own, status = records[ASSISTANT], assistant.status()
    return TaskReport(
        name=task.name,
        title=task.title,
        about=task.about.strip(),
        articles=status.articles,
        chunks=status.chunks,
        questions=len(own),
        figures={who: _figures_of(who, each) for who, each in records.items()},
        variants=variants(task, own),
        trade_off={who: trade_off(each) for who, each in records.items() if who not in _CONSTANT},
        calibration=calibration(own),
        records=own,
    )


_CONSTANT = (baselines.REFUSE, baselines.ANSWER)


def _figures_of(who: str, records: Sequence[Record]) -> dict[str, FiguresByGroup]:
    if who not in _CONSTANT:
        return figures(records)
    return figures(records, [one for one in MEASURES if one.name in _OF_CONSTANTS])

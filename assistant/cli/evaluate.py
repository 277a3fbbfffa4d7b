"""The command `assistant evaluate`. Light to import, as `assistant --help` imports it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

SETS = ("multihop", "xquad", "clapnq", "mtrag")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_OPTIONS = (
    click.option("--questions", type=_FILE, help="Your own questions on the articles of this home, as JSON lines."),
    click.option("--data", type=_FOLDER, help="Folder of public question sets, each indexed apart from this home."),
    click.option("--set", "sets", multiple=True, type=click.Choice(SETS), help="One set of --data; may be repeated."),
    click.option("--sample", type=click.IntRange(1), metavar="N", help="At most N questions of each set."),
    click.option(
        "--work",
        type=click.Path(path_type=Path, file_okay=False),
        help="Keeps the indexes of --data for next time.",
    ),
    click.option("--no-baselines", is_flag=True, help="Leave out the baselines, to be done in half the time."),
    click.option("--html", type=click.Path(path_type=Path), help="Also write the report there, as one HTML file."),
)


def evaluate_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options of the command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_evaluation(
    settings: "Settings",
    as_json: bool,
    questions: Path | None,
    data: Path | None,
    sets: tuple[str, ...],
    sample: int | None,
    work: Path | None,
    no_baselines: bool,
    html: Path | None,
) -> None:
    """Evaluate and print a table, or JSON; with `html`, also write the report there."""
    from assistant.cli.render import as_data
    from assistant.cli.render_refresh import Progress
    from assistant.evaluation.evaluate import EvaluationRequest, check_installed, evaluate

    if not questions and not data:
        raise click.UsageError("give --questions FILE, --data DIR or both")
    if sets and not data:
        raise click.UsageError("--set goes with --data DIR, the folder that holds the set")
    check_installed()
    _check_writable(html)
    request = EvaluationRequest(questions, data, sets, sample, work, with_baselines=not no_baselines)
    with Progress() as progress:
        report = evaluate(request, settings, progress=progress.callbacks().progress)
    if html is not None:
        from assistant.evaluation.report import page

        html.write_text(page(report), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(as_data(report), indent=2, allow_nan=False))
        return
    from assistant.evaluation.table import show_report

    show_report(report)
    if html is not None:
        click.echo(f"The report is in {html}")


def _check_writable(html: Path | None) -> None:
    """Checked before the evaluation, which takes minutes."""
    if html is None:
        return
    folder = html.absolute().parent
    if not folder.is_dir():
        raise AssistantError(f"--html {html}: there is no folder {folder}; make it first")
    if html.is_dir() or not os.access(html if html.exists() else folder, os.W_OK):
        raise AssistantError(f"--html {html}: cannot be written; name a file that can")

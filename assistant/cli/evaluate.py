"""The command `assistant evaluate`. Light to import, as `assistant --help` imports it."""

import os
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import common, plain_errors, print_json, settings_of
from assistant.errors import AssistantError

SETS = ("multihop", "xquad", "clapnq", "mtrag")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--questions", type=_FILE, help="Your own questions on the articles of this home, as JSON lines.")
@click.option("--data", type=_FOLDER, help="Folder of public question sets, each indexed apart from this home.")
@click.option("--set", "sets", multiple=True, type=click.Choice(SETS), help="One set of --data; may be repeated.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="At most N questions of each set.")
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keeps the indexes of --data for next time.",
)
@click.option("--no-baselines", is_flag=True, help="Leave out the baselines, to be done in half the time.")
@click.option("--html", type=click.Path(path_type=Path), help="Also write the report there, as one HTML file.")
@common
@plain_errors
def evaluate(home: Path | None, as_json: bool, html: Path | None, no_baselines: bool, **chosen: Any) -> None:
    """Measure how well questions are answered: your own, those of public sets, or both.

    A line of --questions is {"question": "...", "answers": ["..."], "must_cite": ["..."], "answerable": true,
    "type": "who"}. All answers must be said ("a|b": either), all of must_cite cited (by id, or a part of url or
    title). Needs pip install 'article-assistant[evaluate]'.
    """
    from assistant.cli.render_refresh import Progress
    from assistant.evaluation.evaluate import EvaluationRequest, check_installed
    from assistant.evaluation.evaluate import evaluate as measure

    if not chosen["questions"] and not chosen["data"]:
        raise click.UsageError("give --questions FILE, --data DIR or both")
    if chosen["sets"] and not chosen["data"]:
        raise click.UsageError("--set needs --data DIR, the folder that holds the set")
    check_installed()
    if html is not None:
        _check_writable(html)
    request = EvaluationRequest(**chosen, with_baselines=not no_baselines)
    with Progress() as progress:
        report = measure(request, settings_of(home), progress=progress.on_progress)
    if html is not None:
        from assistant.evaluation.report import page

        html.write_text(page(report), encoding="utf-8")
    if as_json:
        print_json(report)
        return
    from assistant.evaluation.table import show_report

    show_report(report)
    if html is not None:
        click.echo(f"The report is in {html}")


def _check_writable(html: Path) -> None:
    """Checked before the evaluation, which takes minutes."""
    folder = html.absolute().parent
    if not folder.is_dir():
        raise AssistantError(f"--html {html}: there is no folder {folder}; make it first")
    if html.is_dir() or not os.access(html if html.exists() else folder, os.W_OK):
        raise AssistantError(f"--html {html}: cannot be written; name a file that can")

"""The commands `assistant models ...`: which chat models are ready, fetch one, and try one. Light to import."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import common, open_assistant, plain_errors, print_json, settings_of, show

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.cli.render_models import Trial

_TRIED = 5  # questions, unless told otherwise
_MOST_TRIED = 20


@click.group(invoke_without_command=True)
@common
@click.pass_context
@plain_errors
def models(context: click.Context, home: Path | None, as_json: bool) -> None:
    """List the chat models that are ready to write answers, and what to do for others; fetch and try them.

    Servers on this machine are asked (Ollama, LM Studio, llama.cpp, vLLM at their usual ports), and the servers of the
    setting model_url, and nothing else is.
    """
    if context.invoked_subcommand is not None:
        if home or as_json:
            raise click.UsageError(f"give the options after {context.invoked_subcommand}")
    else:
        from assistant.models import configured_model, model_choices

        settings = settings_of(home)
        configured = configured_model(settings)
        choices = [*([configured] if configured else []), *model_choices(settings)]
        show(choices, as_json, "render_models:choice_lines")


@models.command()
@click.argument("name")
@plain_errors
def pull(name: str) -> None:
    """Fetch a GGUF file from the Hugging Face hub: OWNER/NAME, OWNER/NAME:Q8_0 or OWNER/NAME/FILE.gguf.

    Its hash is checked. Of a repository with several files it is the one of four bits.
    """
    from assistant.models import gguf_folder, pull_gguf

    folder = gguf_folder(settings_of(None))
    path = pull_gguf(name, folder).relative_to(folder).as_posix()
    click.echo(f'Ready: assistant ask --model "gguf:{path}" "...", or try it: assistant models try "gguf:{path}"')


@models.command(name="try")
@click.argument("name")
@click.option(
    "--questions", default=_TRIED, show_default=True, type=click.IntRange(1, _MOST_TRIED), help="How many to ask."
)
@common
@plain_errors
def try_(name: str, questions: int, home: Path | None, as_json: bool) -> None:
    """Ask the model NAME a few questions of the articles; tell how long it takes and how much of it is borne out."""
    with open_assistant(home, model=name) as assistant:
        trials = []
        for question in assistant.suggestions(questions):
            trials.append(_tried(assistant, question))
            if not as_json:
                from assistant.cli.render_models import trial_lines

                click.echo("\n".join(trial_lines(trials[-1])))
        if as_json:
            print_json(trials)
        else:
            from assistant.cli.render_models import summary_line

            click.echo(summary_line(trials))


def _tried(assistant: "Assistant", question: str) -> "Trial":
    from assistant.cli.render_models import Trial

    started = time.perf_counter()
    answer = assistant.ask(question)
    return Trial(question, round(time.perf_counter() - started, 1), answer)

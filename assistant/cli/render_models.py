"""The chat models and how a trial of one went, as lines for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from assistant.cli.render import safe_line
from assistant.utils import counted

if TYPE_CHECKING:
    from assistant.answers import Answer
    from assistant.models import ModelChoice


@dataclass(frozen=True, slots=True)
class Trial:
    """A question that a model was tried with, and the `seconds` that its answer took."""

    question: str
    seconds: float
    answer: "Answer"


def choice_lines(choices: "Sequence[ModelChoice]") -> Iterator[str]:
    """First the configured one with its servers, then those that are ready, then what to do for the others."""
    for choice in choices:
        if choice.configured:
            yield from _configured_lines(choice)
    choices = [choice for choice in choices if not choice.configured]
    ready = [choice for choice in choices if choice.ready]
    if ready:
        yield 'Ready; name one with --model, or as the setting model ("auto" takes the first):'
        yield from (f"  {safe_line(choice.name)}  ({choice.where}){_address(choice)}" for choice in ready)
    else:
        yield "No chat model is ready; answers are the articles’ own words, which needs none."
    yield ""
    yield "To have another:"
    yield from (
        f"  {safe_line(choice.name)}  ({choice.where}): {choice.todo}" for choice in choices if not choice.ready
    )


def _configured_lines(choice: "ModelChoice") -> Iterator[str]:
    yield f"Configured: {safe_line(choice.name)}  ({choice.where})"
    for server in getattr(choice, "servers", ()):
        takes = f", takes {server.context} tokens" if server.context else ""
        yield f"  {safe_line(server.address)}: {safe_line(server.problem or 'ready')}{takes}"
    yield ""


def _address(choice: "ModelChoice") -> str:
    is_usual = choice.name.startswith("ollama:")
    return f"; set model_url = {choice.url}" if choice.url and not is_usual else ""


def trial_lines(trial: Trial) -> Iterator[str]:
    """The question, and under it how it went."""
    answer = trial.answer
    yield safe_line(trial.question)
    if answer.mode != "model":
        reason = safe_line(answer.notices[0]) if answer.notices else "not answered"
        yield f"  {trial.seconds} s: {reason}"
        return
    borne_out = sum(one.is_borne_out for one in answer.statements)
    yield f"  {trial.seconds} s: {borne_out} of {counted(len(answer.statements), 'sentence')} borne out"
    for one in answer.statements:
        mark = f"  [{safe_line(one.doubt)}]" if one.doubt else ""
        yield f"    {safe_line(one.text)}{mark}"


def summary_line(trials: Sequence[Trial]) -> str:
    """All of it in one line."""
    if not trials:
        return "There is nothing to ask; run assistant refresh first."
    statements = [one for trial in trials if trial.answer.mode == "model" for one in trial.answer.statements]
    borne_out = sum(one.is_borne_out for one in statements)
    written = sum(trial.answer.mode == "model" for trial in trials)
    return (
        f"{counted(len(trials), 'question')}, {median(trial.seconds for trial in trials):.1f} s in the median: "
        f"{written} answered by the model, {borne_out} of its {counted(len(statements), 'sentence')} borne out."
    )

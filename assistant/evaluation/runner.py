"""Running: each question of a task is asked and searched once, then once more by each baseline."""

import time
from collections.abc import Callable
from functools import lru_cache

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.evaluation import baselines
from assistant.evaluation.cases import Case, Task
from assistant.evaluation.scoring import DEPTH, Record, mark, unasked

ASSISTANT = "assistant"
Moved = Callable[[], None]
"""Told after each question, of the assistant and of the baselines."""


def steps(task: Task, with_baselines: bool) -> int:
    """How many times `run` tells that it has moved."""
    asked = sum(case.asked for case in task.cases)
    return asked * (2 if with_baselines and task.retrieval else 1)


def run(
    assistant: Assistant, task: Task, with_baselines: bool = True, moved: Moved = lambda: None
) -> dict[str, list[Record]]:
    """The records of a task, by who answered: the assistant and, where there is a search, the baselines."""
    find = lru_cache(maxsize=1000)(assistant.article)
    _warm(assistant, task)

    def own(case: Case) -> Record:
        if not case.asked:
            return unasked(case)
        started = time.perf_counter()
        answer = ask(assistant, case)
        ms = (time.perf_counter() - started) * 1000
        passages = assistant.search(case.question, DEPTH, case.filters) if _searched(task, case) else None
        moved()
        # What was asked of the whole corpus is remembered, and a part of it is quicker: no measure of latency.
        return mark(task, case, answer, passages, find, ms if task.retrieval else None)

    # The baselines come after, as they would warm up what the assistant remembers of sentences.
    records = {ASSISTANT: [own(case) for case in task.cases]}
    if with_baselines and task.retrieval:
        found: dict[str, list[Record]] = {baselines.BM25: [], baselines.VECTORS: []}
        for case in task.cases:
            for how, (answer, passages) in baselines.alone(assistant, case).items():
                searched = passages if _searched(task, case) else None
                found[how].append(mark(task, case, answer, searched, find, None))
            moved()
        records.update(found)
    if with_baselines:
        records[baselines.REFUSE] = [baselines.constant(one, False) for one in records[ASSISTANT]]
        records[baselines.ANSWER] = [baselines.constant(one, True) for one in records[ASSISTANT]]
    return records


def ask(assistant: Assistant, case: Case) -> Answer:
    """The assistant's answer to a question of a set."""
    return assistant.ask(case.question, case.filters)


def _searched(task: Task, case: Case) -> bool:
    """Questions without an answer have nothing to be searched for."""
    return task.retrieval and bool(case.answerable) and bool(case.gold or case.articles or case.must_cite)


def _warm(assistant: Assistant, task: Task) -> None:
    first = next((case for case in task.cases if case.asked), None)
    if first is not None:
        ask(assistant, first)

"""Articles by which the state of a corpus is told from an answer: each changes with each state, and names it."""

from collections.abc import Iterable
from pathlib import Path

from assistant.assistant import Assistant

TOWNS = (
    *("Pellinsea", "Ashlorn", "Brackwell", "Cindermouth", "Dunholt", "Elverby", "Farrowick", "Grimscote", "Hallowmere"),
    *("Inverfold", "Jarrowby", "Kestermouth", "Larkhaven", "Merrowdale", "Norholt", "Ottersea"),
)
_FIRST = (
    "Anna",
    "Bo",
    "Clara",
    "David",
    "Eva",
    "Frank",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Karin",
    "Leo",
    "Maria",
    "Nils",
)
_FAMILIES = ("Lindqvist", "Marchetti", "Novakova", "Okafor", "Petrenko", "Quintana")
QUESTIONS = tuple(f"Who was elected chair of the {town} harbour board?" for town in TOWNS)
FOLLOW_UP = "When was the election?"


def write_state(folder: Path, state: int) -> None:
    """The articles of that state, two of each town."""
    folder.mkdir(exist_ok=True)
    for number, town in enumerate(TOWNS):
        name = f"{_FIRST[number % len(_FIRST)]} {_FAMILIES[state]}"
        votes = f"{number + 5} votes to {number + 2}"
        told = f"{name} was elected chair of the {town} harbour board on Monday, by {votes}."
        _write(folder, f"{town}-election", "The Coast", f"{town} harbour board elects its chair", told)
        plan = f"{name}, the new chair of the {town} harbour board, said that the quay will be dredged in spring."
        _write(folder, f"{town}-quay", "Harbour News", f"{town} quay to be dredged", f"{plan} {told}")


def _write(folder: Path, name: str, publication: str, title: str, text: str) -> None:
    head = f'---\ntitle: "{title}"\nsource: "{publication}"\npublished: 2025-05-05T09:00:00Z\n---\n\n'
    path = folder / f"{name}.md"
    beside = path.with_suffix(".new")
    beside.write_text(f"{head}{text}\n", encoding="utf-8")
    beside.replace(path)


def states_in(text: str) -> set[int]:
    """The states that an answer names."""
    return {state for state, family in enumerate(_FAMILIES) if family in text}


def right_answers(assistant: Assistant, questions: Iterable[str] = QUESTIONS) -> dict[str, str]:
    """What each question is answered with now."""
    return {question: assistant.ask(question).text for question in questions}

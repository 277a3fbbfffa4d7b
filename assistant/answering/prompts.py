"""Prompts: every word that a model is told, from the files in prompts/, checked when they are loaded."""

import difflib
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.citation_markers import without_markers
from assistant.articles import Passage
from assistant.errors import SettingsError
from assistant.models import CountTokens
from assistant.paths import folder
from assistant.reading import Evidence
from assistant.text import sentences_in
from assistant.utils import day, one_line

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

_ANOTHER_LANGUAGE = "answer-another-language.md"
# The variables that each file must have, and the only ones that it may have.
FILES: Mapping[str, frozenset[str]] = {
    "answer-system.md": frozenset(),
    "answer-user.md": frozenset({"passages", "question", "newest"}),
    _ANOTHER_LANGUAGE: frozenset(),
    "rephrase-system.md": frozenset(),
    "rephrase-user.md": frozenset({"conversation", "question"}),
}
_LONGEST_TITLE = 200
_LONGEST_ANSWER = 600  # characters of an earlier answer that a follow-up is seen with


def load_prompt(name: str, own: Path | None = None) -> "ChatPromptTemplate":
    """The prompt `name` ("answer" or "rephrase"), of its -system and -user file.

    A file in the folder `own` stands in for that of the project. Raises SettingsError, in one line, for a folder or
    file that is not there, and for variables that are missing or unknown, all of them at once.
    """
    from langchain_core.prompts import ChatPromptTemplate

    if own is not None:
        _check_folder(own)
    system, user = (_text(f"{name}-{role}.md", own) for role in ("system", "user"))
    return ChatPromptTemplate.from_messages([("system", system), ("human", user)])


def in_its_language(question: str, own: Path | None = None) -> str:
    """A question in another language than the articles, with what a model is told then. Raises as `load_prompt`."""
    if own is not None:
        _check_folder(own)
    return f"{question}\n\n{_text(_ANOTHER_LANGUAGE, own)}"


def _check_folder(own: Path) -> None:
    if not own.is_dir():
        raise SettingsError(f"setting prompts = {str(own)!r}: there is no such folder; make it or leave it out")
    for path in sorted(own.glob("*.md")):
        if path.name not in FILES:
            close = difflib.get_close_matches(path.name, FILES, n=1)
            cure = f"did you mean {close[0]}?" if close else f"known are {', '.join(FILES)}"
            raise SettingsError(f"{path}: no prompt has that name; {cure}")


def _text(name: str, own: Path | None) -> str:
    path = own / name if own is not None and (own / name).is_file() else folder("prompts") / name
    try:
        text = path.read_text(encoding="utf-8").strip()
        found = {variable for _, variable, _, _ in string.Formatter().parse(text) if variable is not None}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read as a prompt ({error}); write {{{{ for a plain brace") from None
    problems = [
        f"{what} {', '.join(f'{{{one}}}' for one in sorted(names))}"
        for what, names in (("lacks", FILES[name] - found), ("has the unknown", found - FILES[name]))
        if names
    ]
    if problems:
        raise SettingsError(f"{path}: {' and '.join(problems)}; correct it, and write {{{{ for a plain brace")
    if not text:
        raise SettingsError(f"{path}: the prompt is empty; write one or remove the file")
    return text


def fenced_passage(number: int, passage: Passage, text: str | None = None) -> str:
    """A passage as a model sees it: numbered, with title, publication and date, its text fenced as data."""
    article = passage.article
    about = [one_line(article.title, _LONGEST_TITLE), article.source and one_line(article.source, _LONGEST_TITLE)]
    published = day(article.published) if article.published else None
    head = " | ".join(_as_data(part) for part in (*about, published) if part)
    body = _as_data(passage.chunk.text if text is None else text)
    return f'<passage number="{number}">\n{head}\n\n{body}\n</passage>'


def _as_data(text: str) -> str:
    """`text` without what would end its fence or be taken for a citation."""
    return without_markers(text.replace("<passage", "‹passage").replace("</passage", "‹/passage"))


@dataclass(frozen=True, slots=True)
class OfferedPassages:
    """The passages that a model is given, numbered from 1, and their text in the prompt."""

    text: str
    passages: tuple[Passage, ...]


def passages_within(
    budget: int, passages: Sequence[Passage], evidence: Sequence[Evidence], count: CountTokens
) -> OfferedPassages:
    """The passages in `budget` tokens: whole, where all of them fit, else their sentences that answer most likely.

    These come with the sentences beside them; what is left out between is "…". Passages are in the order of their best
    sentence. None are offered when not even one sentence fits.
    """
    ordered = best_first(passages, evidence)
    whole = [fenced_passage(number, passage) for number, passage in enumerate(ordered, 1)]
    if sum(map(count, whole)) <= budget:
        return OfferedPassages("\n\n".join(whole), tuple(ordered))
    excerpts = _chosen_sentences(budget, evidence, count)
    offered = [passage for passage in ordered if _place(passage) in excerpts]
    told = [
        fenced_passage(number, passage, _excerpt(passage, excerpts[_place(passage)]))
        for number, passage in enumerate(offered, 1)
    ]
    return OfferedPassages("\n\n".join(told), tuple(offered))


def best_first(passages: Sequence[Passage], evidence: Sequence[Evidence]) -> list[Passage]:
    """`passages` in the order of the best sentence that was read of each, the rest after them as they are."""
    place: dict[tuple[str, int], int] = {}
    for number, sentence in enumerate(evidence):
        place.setdefault(_place(sentence.passage), number)
    return sorted(passages, key=lambda passage: place.get(_place(passage), len(evidence)))


def _chosen_sentences(
    budget: int, evidence: Sequence[Evidence], count: CountTokens
) -> dict[tuple[str, int], frozenset[int]]:
    """The numbers of the sentences that fit, by passage: those of the evidence in its order, with their neighbours."""
    chosen: dict[tuple[str, int], frozenset[int]] = {}
    left, count = budget, cache(count)
    for sentence in evidence:
        place, spans = _place(sentence.passage), sentences_in(sentence.article.text, sentence.passage.chunk)
        at = next(number for number, (start, _) in enumerate(spans) if start == sentence.start)
        held = chosen.get(place, frozenset())
        head = 0 if held else count(fenced_passage(1, sentence.passage, ""))
        around = frozenset(range(max(0, at - 1), min(len(spans), at + 2)))
        for group in (around, frozenset({at})):
            added = (sentence.article.text[slice(*spans[number])] for number in group - held)
            size = head + sum(count(text) + 1 for text in added)
            if size <= left:
                chosen[place], left = held | group, left - size
                break
        else:
            break
    return chosen


def _excerpt(passage: Passage, numbers: Collection[int]) -> str:
    spans = sentences_in(passage.article.text, passage.chunk)
    told, last = list[str](), -1
    for number in sorted(numbers):
        told += ["…"] if number > last + 1 else []
        told.append(passage.article.text[slice(*spans[number])])
        last = number
    return " ".join(told)


def _place(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.chunk.start


def conversation_text(turns: Sequence[tuple[str, str]]) -> str:
    """Earlier questions and answers as a model sees them."""
    return "\n".join(f"Question: {one_line(asked)}\nAnswer: {one_line(said, _LONGEST_ANSWER)}" for asked, said in turns)

"""A maintainer's own questions: a file of JSON lines."""

import difflib
import json
from pathlib import Path
from typing import Any

from assistant.errors import QuestionError
from assistant.evaluation.cases import Case, Gold, Task
from assistant.retrieval import parse
from assistant.utils import one_line

KEYS = ("question", "answers", "must_cite", "answerable", "type")
EXAMPLE = '{"question": "Who condemned the attack?", "answers": ["Kaja Kallas"], "answerable": true}'


def own_task(path: Path, longest: int = 2000) -> Task:
    """The questions of `path` as a task over the articles of a home.

    One object a line: "question"; "answers", texts that must all be said, "a|b" meaning either; "must_cite",
    each the id or a part of the url or of the title of an article that must be cited; "answerable", true unless
    it is false; "type", by which figures are broken down. Raises QuestionError that names the first bad line,
    and how many others are bad.
    """
    cases: list[Case] = []
    faults: list[str] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(line, number, longest))
        except QuestionError as error:
            faults.append(f"{path.name}, line {number}: {one_line(str(error), 300)}")
    if faults:
        others = len(faults) - 1
        more = f" ({others} more line{' is' if others == 1 else 's are'} bad)" if others else ""
        raise QuestionError(f"{faults[0]}{more}")
    if not cases:
        raise QuestionError(f"{path.name} has no questions; write one a line, such as {EXAMPLE}")
    about = "The questions of a maintainer over the articles of this home, from a file of JSON lines."
    return Task("own", f"Own questions: {path.name}", about, tuple(cases), match="words", every=True)


def _case(line: bytes, number: int, longest: int) -> Case:
    row = _object(line)
    _no_misspelt_keys(row)
    question = row.get("question")
    if not isinstance(question, str):
        raise QuestionError(f'no "question"; write {EXAMPLE}')
    parse(question, longest)
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        raise QuestionError(f'"answerable" is {json.dumps(answerable)}; write true or false')
    answers, must_cite = _texts(row, "answers"), _texts(row, "must_cite")
    if answerable and not answers and not must_cite:
        raise QuestionError('nothing says what a right answer is; add "answers" or "must_cite", or "answerable": false')
    if not answerable and (answers or must_cite):
        raise QuestionError('"answerable" is false, yet there are "answers" or "must_cite"; take one of them out')
    kind = row.get("type") or "no type"
    if not isinstance(kind, str):
        raise QuestionError(f'"type" is {json.dumps(kind)}; write a word in quotes')
    cluster = " ".join("|".join(one) for one in must_cite) or f"line {number}"
    return Case(f"line {number}", question, kind, cluster, answerable, answers, must_cite=must_cite)


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise QuestionError(f"not UTF-8 (byte {error.start} of the line); save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"not JSON ({error}); write one object a line, such as {EXAMPLE}") from None
    if not isinstance(row, dict):
        raise QuestionError(f"not an object; write {EXAMPLE}")
    return row


def _no_misspelt_keys(row: dict[str, Any]) -> None:
    """Keys of the maintainer's own, such as a note, are left alone; one that is nearly a known one is not."""
    for key in row:
        close = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.75)
        if close and key not in KEYS and close[0] not in row:
            raise QuestionError(f'unknown "{key}"; did you mean "{close[0]}"?')


def _texts(row: dict[str, Any], key: str) -> tuple[Gold, ...]:
    values = row.get(key) or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise QuestionError(f'"{key}" is {json.dumps(values)[:80]}; write a list of texts, such as ["Kaja Kallas"]')
    found = tuple(tuple(part.strip() for part in one.split("|") if part.strip()) for one in values)
    if not all(found):
        raise QuestionError(f'"{key}" has an empty text; take it out')
    return found

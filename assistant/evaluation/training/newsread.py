"""Questions and claims with the sentences that bear them out, read from the forms that they come in."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from assistant.articles import Article, header
from assistant.models.reader_input import in_context

STORIES = Path(__file__).parent / "stories"
PAIRS = Path(__file__).parent / "pairs"
CONVERSATIONS = Path(__file__).parent / "conversations"
ANSWERED, UNANSWERED, BORNE_OUT, NOT_BORNE_OUT = "A", "N", "S", "U"


@dataclass(frozen=True, slots=True)
class Document:
    """A text in sentences. Documents of one `group` never stand on both sides of a split."""

    id: str
    group: str
    title: str
    sentences: tuple[str, ...]
    source: str | None = None
    published: date | None = None

    @property
    def heading(self) -> str:
        """Title, source and date, as they are indexed."""
        return header(self.article(""))

    def article(self, text: str) -> Article:
        """An article of this title, source and date that has the text."""
        day = datetime.combine(self.published, time(), UTC) if self.published else None
        return Article(self.id, self.title, text, source=self.source, published=day)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question or a claim over a document. Sentences are numbered from 0."""

    document: Document
    label: str  # A question answered, N question not answered, S claim borne out, U claim not borne out
    text: str
    gold: tuple[int, ...]  # the sentences that answer or bear out, best first
    near: int | None = None  # where it is not answered: the sentence that comes nearest
    kind: str = ""  # what makes it a near miss
    answer: tuple[int, int, int] | None = None  # sentence, first and last character of a short answer
    in_context: bool = False  # a follow-up as typed, with the question before it


def load_newsread(folder: Path) -> list[Labelled]:
    """Questions and claims over stretches of news, and the turns of conversations.

    Those of `PAIRS` and `CONVERSATIONS` are over the same articles; a pair is what is answered or borne out beside the
    like in nearly the same words that is not. Raises ValueError at a row that cannot be read.
    """
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    documents = {}
    for article in map(json.loads, lines):
        group = article["id"].split("-")[0]
        day = date.fromisoformat(article["published"][:10]) if article["published"] else None
        sentences = tuple(article["sentences"])
        documents[article["id"]] = Document(article["id"], group, article["title"], sentences, article["source"], day)
    rows: list[Labelled] = []
    for questions, conversations, all_there in (
        (folder / "questions", folder / "dialogues", True),
        (PAIRS, CONVERSATIONS, False),  # these come with the project, their articles may not
    ):
        for path in sorted(questions.glob("*.tsv")):
            rows += _rows(path, documents, all_there)
        for path in sorted(conversations.glob("*.tsv")):
            rows += _turns(path, documents, all_there)
    return rows


def load_stories(folder: Path) -> list[Labelled]:
    """Questions and claims over invented stories: articles in the same file as the rows over them, then pairs."""
    rows: list[Labelled] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("# ")[1:]:
            rows += _story_rows(path, block)
    documents = {row.document.id: row.document for row in rows}
    return rows + [row for path in sorted(folder.glob("pairs/*.tsv")) for row in _rows(path, documents)]


def load_reading(folder: Path) -> list[Labelled]:
    """Questions of public sets in one form: docs.jsonl and questions.jsonl."""
    documents = {}
    for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)
        documents[text["id"]] = Document(text["id"], text["id"], text["title"], tuple(text["sents"]))
    rows = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        if question["group"] == "train:test":
            continue
        span = tuple(question["span"]) if question["span"] else None
        gold = tuple(question["answers"])
        rows.append(
            Labelled(
                documents[question["doc"]],
                ANSWERED if gold else UNANSWERED,
                question["q"],
                (span[0], *(number for number in gold if number != span[0])) if gold and span else gold,
                near=span[0] if span and not gold else None,
                answer=span if gold else None,
            )
        )
    return rows


def is_measured(row: Labelled) -> bool:
    """Whether figures are told of it: it is held out, and stands by itself."""
    return is_held_out(row.document) and not row.in_context


def is_held_out(document: Document, tenth: int = 0) -> bool:
    """Whether the document is of the tenth that is measured on, never trained on: by its group, whatever the batch."""
    return int(hashlib.sha256(document.group.encode()).hexdigest(), 16) % 10 == tenth


def _document(line: str, documents: dict[str, Document], all_there: bool, where: str) -> Document | None:
    """The article that a line begins the rows of; None where it is not there and need not be."""
    name = line[2:].strip()
    if all_there and name not in documents:
        raise ValueError(f"{where}: no article {name!r} in articles.jsonl; add it, or take its rows out")
    return documents.get(name)


def _rows(path: Path, documents: dict[str, Document], all_there: bool = True) -> Iterator[Labelled]:
    begun, document = False, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            begun, document = True, _document(line, documents, all_there, f"{path}:{number}")
        elif line.strip():
            if not begun:
                raise ValueError(f"{path}:{number}: a row before any article; begin with # and its id")
            if document is not None:
                yield _labelled(document, line.split("\t"), f"{path}:{number}")


def _labelled(document: Document, fields: list[str], where: str) -> Labelled:
    try:
        label, text = fields[:2]
        if label in (ANSWERED, BORNE_OUT):
            gold = _numbers(fields[2])
            short = fields[3] if label == ANSWERED else "-"
            return Labelled(document, label, text, gold, answer=_answer(document, gold[0], short))
        if label not in (UNANSWERED, NOT_BORNE_OUT):
            raise ValueError("rows begin with A, N, S or U")
        return Labelled(document, label, text, (), near=_numbers(fields[3])[0], kind=fields[2])
    except (ValueError, IndexError) as error:
        raise ValueError(f"{where}: {fields!r} cannot be read ({error})") from error


def _turns(path: Path, documents: dict[str, Document], all_there: bool) -> Iterator[Labelled]:
    """Each question of a conversation in full, and after the first also as typed, with the one before in brackets."""
    document, before = None, ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            document, before = _document(line, documents, all_there, f"{path}:{number}"), ""
        elif line.startswith("T\t") and document is not None:
            _, typed, question, numbers, short = line.split("\t")
            if numbers == "N":
                row = Labelled(document, UNANSWERED, question, (), kind="dialogue")
            else:
                gold = _numbers(numbers)
                row = Labelled(document, ANSWERED, question, gold, answer=_answer(document, gold[0], short))
            yield row
            if before:
                yield replace(row, text=in_context(typed, before), in_context=True)
            before = question


def _story_rows(path: Path, block: str) -> Iterator[Labelled]:
    head, *lines = block.split("\n")
    article, title, source, day = head.split("\t")
    sentences = []
    while lines and lines[0].strip():
        sentences.append(lines.pop(0).strip())
    group, published = f"story-{path.stem}", date.fromisoformat(day.strip())
    document = Document(f"story-{article}", group, title, tuple(sentences), source, published)
    for line in lines:
        if line.strip():
            yield _labelled(document, line.split("\t"), f"{path} article {article}")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) - 1 for number in text.split(","))


def _answer(document: Document, sentence: int, short: str) -> tuple[int, int, int] | None:
    at = -1 if short == "-" else document.sentences[sentence].find(short)
    return None if at < 0 else (sentence, at, at + len(short))

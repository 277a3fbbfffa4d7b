"""The sources of a collection under numbers of their own, one for each passage that its items cite."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assistant import Answer, Citation, Collection, CollectionItem, CorpusInfo, PinnedAnswer, PinnedPassage
from assistant.utils import name_line

GONE = "This rested on an article that was removed since; its words are gone."


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """What is cited, when it was put into the collection, and from which state of the corpus."""

    citation: Citation
    retrieved: datetime
    corpus: CorpusInfo


class Numbering:
    """The items of a collection with the numbers of its `sources` in place of those of each answer."""

    def __init__(self, collection: Collection) -> None:
        self.sources: list[NumberedSource] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self.items = tuple(self._numbered(item) for item in collection.items)

    def _numbered(self, item: CollectionItem) -> CollectionItem:
        match item.content:
            case PinnedAnswer(answer=answer):
                citations = answer.citations
                numbers = {each.number: self._number(each, item.added, answer.corpus) for each in citations}
                return replace(item, content=replace(item.content, answer=_renumbered(answer, numbers)))
            case PinnedPassage(citation=citation, corpus=corpus):
                number = self._number(citation, item.added, corpus)
                return replace(item, content=replace(item.content, citation=replace(citation, number=number)))
            case None:
                return item

    def _number(self, citation: Citation, retrieved: datetime, corpus: CorpusInfo) -> int:
        key = (citation.article_id, citation.start, citation.end, citation.quote, corpus.generation)
        if key not in self._numbers:
            self._numbers[key] = number = len(self.sources) + 1
            self.sources.append(NumberedSource(replace(citation, number=number), retrieved, corpus))
        return self._numbers[key]


def _renumbered(answer: Answer, numbers: Mapping[int, int]) -> Answer:
    """`answer` with other numbers for its citations; what it cites that is not there is left out."""
    citations = tuple(replace(each, number=numbers[each.number]) for each in answer.citations)
    statements = tuple(
        replace(each, citations=tuple(numbers[number] for number in each.citations if number in numbers))
        for each in answer.statements
    )
    differences = tuple(
        replace(each, sides=tuple(replace(side, citation=numbers.get(side.citation, 0)) for side in each.sides))
        for each in answer.differences
    )
    return replace(answer, citations=citations, statements=statements, differences=differences)


def head_of(item: CollectionItem) -> str:
    """What an item is headed with: the question, or the title of the article."""
    match item.content:
        case PinnedAnswer(answer=answer):
            return answer.question
        case PinnedPassage(citation=citation):
            return name_line(citation.title)
        case None:
            return "Removed"

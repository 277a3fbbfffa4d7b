"""An answer as text for programs that show what a model says: statements with [n], what else is to be said, sources."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering import phrasing
from assistant.answers import Answer, ArticleRef, Citation, Statement
from assistant.utils import one_line

SOURCES, NEAREST, ARTICLES = "Sources:", "Nearest articles:", "Articles:"

Link = Callable[[ArticleRef], str | None]
"""What leads to an article, written after its title; None for nothing."""

# What would be a link, a picture, a definition of the mark before it, a tag or the begin of code.
_MARKUP = re.compile(r"(?<=\])[(:\[]|(?<=!)\[|(\\*)(?:<(?=[A-Za-z/!?])|`{3,}|~{3,})")


def markdown(text: str) -> str:
    """`text` of an article as a line that a program which shows Markdown neither fetches nor follows anything for."""
    return _MARKUP.sub(lambda found: f"{found[1] or ''}\\{found[0]}", one_line(text))


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the text of an answer has the mark [n] of a citation: `text[start:end]`."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer as text, and the marks of its citations in their order."""

    text: str
    marks: tuple[Mark, ...] = ()


def answer_text(answer: Answer, link: Link, shown: Callable[[str], str] = markdown) -> AnswerText:
    """The whole of an answer; `shown` makes what articles say fit for where it is shown."""
    page = _Page(answer.citations, shown)
    if answer.outcome == "related":
        _add_related(page, answer)
    elif answer.outcome == "nothing":
        page.add(shown(answer.text))
    _add_statements(page, answer)
    for difference in answer.differences:
        page.begin("\n\n")
        page.add_marked(shown(phrasing.difference_text(difference)), [side.citation for side in difference.sides])
    for note in _notes(answer):
        page.begin("\n\n")
        page.add(shown(note))
    _add_list(page, *_sources(answer), link)
    return page.finished()


def begun_text(
    statements: Iterable[Statement], citations: Sequence[Citation], shown: Callable[[str], str] = markdown
) -> AnswerText:
    """The first statements of an answer that a model writes, as its whole text will begin."""
    page = _Page(citations, shown)
    for statement in statements:
        page.begin("\n")
        _add_statement(page, statement, {})
    return page.finished()


class _Page:
    """A text that grows, with the places of its marks."""

    def __init__(self, citations: Sequence[Citation], shown: Callable[[str], str]) -> None:
        self.shown = shown
        self._citations = {citation.number: citation for citation in citations}
        self._text = ""
        self._marks: list[Mark] = []

    def begin(self, space: str) -> None:
        """Put `space` before what comes next, unless it is the first."""
        self._text += space if self._text else ""

    def add(self, text: str) -> None:
        """Put `text` at the end."""
        self._text += text

    def add_mark(self, number: int) -> None:
        """Put the mark of a citation at the end."""
        start = len(self._text)
        self._text += f"[{number}]"
        if number in self._citations:
            self._marks.append(Mark(start, len(self._text), self._citations[number]))

    def add_marked(self, text: str, numbers: Iterable[int]) -> None:
        """Put `text` at the end, which has the marks of those citations in their order."""
        for number in numbers:
            before, mark, text = text.partition(f"[{number}]")
            self.add(before)
            if mark:
                self.add_mark(number)
        self.add(text)

    def speaker(self, number: int) -> str | None:
        """Who speaks in the words of a citation, where they do not tell."""
        citation = self._citations.get(number)
        return citation.speaker if citation else None

    def finished(self) -> AnswerText:
        """What there is."""
        return AnswerText(self._text, tuple(self._marks))


def _add_related(page: _Page, answer: Answer) -> None:
    page.add(page.shown(answer.text.partition(phrasing.CLOSEST)[0]))
    page.begin("\n\n")
    page.add(phrasing.CLOSEST)
    for place, citation in enumerate(answer.citations):
        page.begin("\n" if place else "\n\n")
        page.add(f"- {page.shown(phrasing.closest_quote(citation))} ")
        page.add_mark(citation.number)


def _add_statements(page: _Page, answer: Answer) -> None:
    heads, is_list = phrasing.heads_of(answer), answer.is_briefing
    for place, statement in enumerate(answer.statements):
        if place == answer.fold and place:
            page.begin("\n\n")
            page.add(phrasing.FURTHER)
            page.begin("\n")
            is_list = True
        page.begin("\n")
        page.add("- " if is_list else "")
        _add_statement(page, statement, heads)


def _add_statement(page: _Page, statement: Statement, heads: Mapping[int, str]) -> None:
    before = [f"{heads[number]}:" for number in statement.citations if number in heads]
    before += [f"[{name}]" for number in statement.citations if (name := page.speaker(number))]
    page.add(page.shown(" ".join([*before, statement.text])))
    for number in statement.citations:
        page.add(" ")
        page.add_mark(number)
    for said in filter(None, (phrasing.support_text(statement), phrasing.agreement_text(statement))):
        page.add(f" ({page.shown(said)})")


def _notes(answer: Answer) -> list[str]:
    understood = phrasing.interpretation_text(replace(answer.understood, names=()))
    about = [f"{line}." for line in (phrasing.as_of_text(answer), phrasing.written_by_text(answer)) if line]
    return [
        *answer.notices,
        *([f"Understood: {understood}."] if understood else []),
        *([" ".join(about)] if about else []),
    ]


def _sources(answer: Answer) -> tuple[str, list[tuple[str, ArticleRef]]]:
    """A heading, and the articles below it, each with the marks of its citations."""
    if not answer.citations:
        return ARTICLES if answer.found else NEAREST, [("", article) for article in answer.nearest]
    marks: dict[str, list[str]] = {}
    for citation in answer.citations:
        marks.setdefault(citation.article_id, []).append(f"[{citation.number}]")
    articles = {citation.article_id: reference(citation) for citation in answer.citations}
    return SOURCES, [(" ".join(marks[key]), article) for key, article in articles.items()]


def reference(citation: Citation) -> ArticleRef:
    """The article of a citation."""
    return ArticleRef(citation.article_id, citation.title, citation.source, citation.published, citation.url)


def _add_list(page: _Page, heading: str, articles: Sequence[tuple[str, ArticleRef]], link: Link) -> None:
    if articles:
        page.begin("\n\n")
        page.add(f"{heading}\n")
    for marks, article in articles:
        page.begin("\n")
        page.add(f"- {f'{marks} ' if marks else ''}{article_line(article, link, page.shown)}")


def article_line(article: ArticleRef, link: Link, shown: Callable[[str], str] = markdown) -> str:
    """An article in a line: “title” (publication, day) and what leads to it."""
    title = shown(phrasing.reference(article))
    address = link(article)
    return f"{title}: {address}" if address else title

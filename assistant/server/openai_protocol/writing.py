"""An answer as the text of a chat model: whole, or piece by piece as it is made."""

import re
from collections.abc import Iterator
from typing import Any

from assistant.answers import Answer, ArticleRef, Citation, Event, Finished, Statement, StatementReady, Token, Withdrawn
from assistant.server.addresses import ArticleLinks
from assistant.server.answer_text import AnswerText, answer_text, begun_text

_LINE = re.compile(r"[^\n]*\n*")


class WrittenAnswer:
    """The text of an answer that is being made; `answer` is None until it is finished.

    What a model says is written once it is checked. What is written cannot be taken back: where the answer starts over,
    the text says so.
    """

    def __init__(self, links: ArticleLinks) -> None:
        self.text = ""
        self.answer: Answer | None = None
        self._links = links
        self._statements: list[Statement] = []
        self._citations: dict[int, Citation] = {}
        self._is_draft = False
        self._reason = ""
        self._page = AnswerText("")
        self._start = 0  # of the page within the text

    def add(self, event: Event) -> Iterator[str]:
        """The pieces of text that come with `event`."""
        match event:
            case Token():
                self._is_draft = True
            case Withdrawn(reason=reason):
                self._statements, self._citations, self._is_draft, self._reason = [], {}, False, reason
            case StatementReady(statement=statement, citations=citations) if self._is_draft:
                self._statements.append(statement)
                self._citations |= {citation.number: citation for citation in citations}
                yield from self._continue(begun_text(self._statements, list(self._citations.values())))
            case Finished(answer=answer):
                self.answer = answer
                yield from self._continue(answer_text(answer, self._link))

    def _link(self, article: ArticleRef) -> str | None:
        return self._links.to(article)

    def _continue(self, page: AnswerText) -> Iterator[str]:
        written = self._page.text
        if page.text.startswith(written):
            rest = page.text[len(written) :]
        else:
            over = f"\n\nWhat is above does not hold. {self._reason}".rstrip() + "\n\n"
            self._start = len(self.text) + len(over)
            rest = over + page.text
        self._page = page
        self.text += rest
        yield from filter(None, _LINE.findall(rest))

    @property
    def annotations(self) -> list[dict[str, Any]]:
        """The citation of each mark in the text, as OpenAI's schema has it; those whose article has no address not."""
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": self._start + mark.start,
                    "end_index": self._start + mark.end,
                    "url": address,
                    "title": mark.citation.title,
                },
            }
            for mark in self._page.marks
            if (address := self._links.to(mark.citation, mark.citation.quote))
        ]

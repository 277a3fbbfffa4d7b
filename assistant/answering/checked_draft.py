"""What a model has written so far, sentence by sentence: checked, cited, counted."""

from dataclasses import dataclass, field

from assistant.answering.compose import make_citation
from assistant.answering.draft import Sentence
from assistant.answers import Citation, Statement, StatementReady
from assistant.reading import Excerpt
from assistant.verification import Checker, normal


@dataclass(slots=True)
class CheckedDraft:
    """What has come of a model's answer so far; `declined` are sentences that say that the articles do not answer."""

    checker: Checker
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    left_out: int = 0
    heard: set[str] = field(default_factory=set)
    repeated: int = 0

    def said(self, sentence: Sentence, strict: bool) -> StatementReady | None:
        """`sentence` as a checked statement; None when it is none, or is left out."""
        if sentence.is_silent:
            self.declined.append(sentence.text)
            return None
        if (sentence.says_nothing and not sentence.declines) or self._again(sentence.text):
            return None
        checked = self.checker.check(sentence.text, sentence.cited)
        # "No information was given", said officials: what an article says is no refusal.
        if checked.support == "unsupported" and sentence.declines:
            self.declined.append(sentence.text)
            return None
        if checked.support in ("unsupported", "unchecked") and strict:
            self.left_out += 1
            return None
        numbers = tuple(dict.fromkeys(self._number(ground) for ground in checked.grounds))
        statement = Statement(sentence.text, numbers, checked.support, doubt=checked.doubt)
        self.statements.append(statement)
        return StatementReady(statement, tuple(self.citations[number - 1] for number in numbers), sentence.end)

    def _again(self, text: str) -> bool:
        """Whether it was said before; a model that goes round in circles is counted."""
        plain = normal(text)
        again = plain in self.heard
        self.heard.add(plain)
        self.repeated += again
        return again

    def _number(self, ground: Excerpt) -> int:
        for citation in self.citations:
            if (citation.article_id, citation.start, citation.end) == (ground.article.id, ground.start, ground.end):
                return citation.number
        self.citations.append(make_citation(len(self.citations) + 1, ground.article, ground.start, ground.end))
        return len(self.citations)

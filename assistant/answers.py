"""What an answer is made of; all of it frozen, all of it public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Support = Literal["verbatim", "supported", "unsupported", "unchecked", "counted"]
Mode = Literal["quotes", "model", "catalogue"]
Outcome = Literal["answered", "related", "nothing"]
"""answered: the articles answer, as the statements say. related: they may not say it outright, and the citations are
what comes closest. nothing: nothing comes near."""
NOT_ANSWERED = "NOT IN THE ARTICLES"
"""What the prompts have a chat model say when the passages do not answer."""
Aspect = Literal["publications", "dates", "spelling", "parts", "conversation", "catalogue"]
"""A way in which a question is understood beyond its words: it names publications or dates to look in, has a misspelt
word, is several questions at once, depends on the conversation before it, or is about the corpus itself."""

_CONTEXT = 300  # characters on each side of a quote
_LONGEST_WORD = 30  # characters; a longer word is cut rather than left out


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words an answer rests on: `article.text[start:end] == quote`, always.

    `carried_by` are the other publications that carried the same story, word for word or nearly so. `updated` is when
    the publication says that it last changed the article. `speaker` is who a quote's opening pronoun stands for
    ("She said ..."), in the article's own words.
    """

    number: int
    article_id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None
    quote: str
    start: int
    end: int
    carried_by: tuple[str, ...] = ()
    speaker: str | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with the text around it, so that it can be read where the article is gone."""

    before: str
    quote: str
    after: str

    @classmethod
    def around(cls, text: str, start: int, end: int) -> "Excerpt":
        """`text[start:end]` with about 300 characters on each side, cut between words."""
        first, last = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
        before, after = text[first:start], text[end:last]
        if first > 0:
            before = "… " + _without_part_of_word(before, from_start=True)
        if last < len(text):
            after = _without_part_of_word(after, from_start=False) + " …"
        return cls(before, text[start:end], after)


def _without_part_of_word(text: str, *, from_start: bool) -> str:
    edge = text[:_LONGEST_WORD] if from_start else text[: -_LONGEST_WORD - 1 : -1]
    length = next((i for i, character in enumerate(edge) if character.isspace()), 0)
    return text[length:].lstrip() if from_start else text[: len(text) - length].rstrip()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of its citations and whether they support it.

    Support "counted" is a statement about the corpus itself, from its catalogue, which needs no citation; "unchecked"
    one of a model in another language than the articles, of which only the quotations could be checked.
    `agreeing` are the independent publications that say the same, the cited one among them, when there is
    more than one; copies of one story count once. `doubt` says in a few words why a statement of a model is
    unsupported. `short` are the words of `text` that are the answer, where a few words can be: a name, a number, a day.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    agreeing: tuple[str, ...] = ()
    doubt: str | None = None
    short: str | None = None

    @property
    def is_borne_out(self) -> bool:
        """Whether it was checked and found in its source, or counted."""
        return self.support not in ("unsupported", "unchecked")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a difference says: its value, the citation it is in, and who published it when."""

    value: str
    citation: int
    source: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A point on which sources differ (a count, a date, a yes and a no), newest side first."""

    about: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a question was taken to mean, beyond its words.

    `since` and `until` are whole days, both inclusive; `when` are the words of the question that they were
    read from. `names` are people, places and other names of the articles that the question names, `namesakes` pairs a
    surname with the people of the articles found that it may be, where these are several. `corrected` pairs a misspelt
    word with the one that was searched for. `parts` are the questions that it puts at once.
    `follows`: it depends on the conversation before it, and this question was searched for in its place; where that is
    not as somebody would write it, `after` is the question that it was taken to follow.
    """

    publications: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    when: str | None = None
    names: tuple[str, ...] = ()
    namesakes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    parts: tuple[str, ...] = ()
    follows: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article that comes near to a question that the articles do not answer."""

    article_id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """The state of the corpus that an answer was made from."""

    generation: str
    refreshed: datetime
    articles: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, what comes closest to one, or a refusal: see `outcome`.

    `text` is the whole as plain text with [n] after each statement. When `found` is false there are no statements
    and `text` says that the articles do not answer: `citations` are then the words that come closest, or there are
    none and `nearest` has the articles that do. `confidence` is the calibrated chance, 0 to 1, that the articles
    answer. `timings` are in milliseconds. `notices` are lines that a reader should see beside the answer. `as_of`
    is when the newest article that it rests on was published. `lacking` are content words of a refused question
    that no article has, `absent` publications that are asked of and that the corpus does not have. Where only one
    article may be used, `lacking` are those that this one has not, and `nearest` is empty. `left_out` is how many
    statements of a model were left out because nothing bears them out. `fold`: the first so many statements answer,
    those after them are further evidence; None where all of them answer. `is_briefing`: each statement is what
    another article on the topic says, to be read with its publication and day. `is_probable`: what comes closest
    answers more likely than not. `model` is the chat model that wrote it, by the name that `ask` takes; None for
    quotes.
    """

    question: str
    text: str
    found: bool
    mode: Mode
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[ArticleRef, ...]
    corpus: CorpusInfo
    confidence: float
    notices: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    understood: Interpretation = field(default_factory=Interpretation)
    differences: tuple[Difference, ...] = ()
    as_of: datetime | None = None
    lacking: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    left_out: int = 0
    fold: int | None = None
    is_briefing: bool = False
    is_probable: bool = False
    model: str | None = None

    @property
    def further(self) -> tuple[Statement, ...]:
        """The statements that are further evidence only."""
        return () if self.fold is None else self.statements[self.fold :]

    @property
    def outcome(self) -> Outcome:
        """Whether the articles answer, or come close, or neither."""
        if self.found:
            return "answered"
        return "related" if self.citations else "nothing"


@dataclass(frozen=True, slots=True)
class Searched:
    """Event: the search is done; so many passages from so many articles will be read."""

    passages: int
    articles: int


@dataclass(frozen=True, slots=True)
class Token:
    """Event: what a model has just written, not checked yet; all of these together are its draft."""

    text: str


@dataclass(frozen=True, slots=True)
class StatementReady:
    """Event: a statement of the answer with its citations.

    Of a model's answer it stands for the draft up to `draft`, in characters; what was there before it and in no
    statement is dropped.
    """

    statement: Statement
    citations: tuple[Citation, ...]
    draft: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Event: the draft and the statements so far are void, for this reason; the answer starts over."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Event, always the last: the whole answer."""

    answer: Answer


Event = Searched | Token | StatementReady | Withdrawn | Finished

"""Suggesting: questions that the corpus answers, to begin with and to go on with.

Each is made from a sentence of an article and then put to the quoting answerer: it is offered only when it is clearly
answered, and with that very sentence. No chat model is asked.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.answering.followups import exchange, rewrite_followup
from assistant.answering.pipeline import QuestionPipeline
from assistant.answers import Answer, Citation
from assistant.articles import Article, Filters
from assistant.index import Generation
from assistant.index.article_list import page
from assistant.questions import Candidate, about, candidates
from assistant.settings import Settings
from assistant.text.words import is_content_word, stem, words

_LOOKED_AT = 36  # of the newest articles
_MOST_FOLLOWED = 6  # articles of one answer
_TRIES = 4, 2  # questions put for each that is wanted: to begin with, to go on
_MOST_TRIES = 40
_CLEARLY = 0.15  # over the chance below which a question is refused
_RARE = 12  # passages that may have a word which alone says what a question is about
_MOST_LEANT_ON = 6  # earlier answers that a question may be taken to lean on
_MUCH = 3  # telling words
_HELD = 32  # lists kept
_HAD = 0.7  # share of a sentence's words in a quote from which the quote has it
_ALIKE, _SAME = 0.6, 0.8  # share of telling words from which a question is asked already, begun alike and not

Check = Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a conversation has had: the places quoted, the words of each quote, and the questions."""

    places: frozenset[tuple[str, int, int]] = frozenset()
    quotes: tuple[frozenset[str], ...] = ()
    asked: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()

    @classmethod
    def of(cls, after: Sequence[Answer]) -> "_Said":
        cited = [one for answer in after for one in answer.citations]
        asked = [text for one in after for text in (one.question, one.understood.follows) if text]
        last = after[-1]
        return cls(
            frozenset((one.article_id, one.start, one.end) for one in cited),
            tuple(frozenset(words(one.quote)) for one in cited),
            tuple(asked),
            _telling(" ".join([last.question, *(one.quote for one in last.citations)])),
        )

    def has(self, one: Candidate, article: Article) -> bool:
        """Whether the question was asked, or its sentence quoted, in this article or in another's words."""
        if any(_is_asked(one.question, other) for other in self.asked):
            return True
        if one.sort == "about":
            return False
        if any(name == article.id and start < one.end and one.start < end for name, start, end in self.places):
            return True
        own = _telling(one.question)
        return any(_has(quote, article.text[one.start : one.end]) or _says(quote, own) for quote in self.quotes)


@dataclass(slots=True)
class _Search:
    """What is found and how many questions were put; `tries` is the most that may be."""

    count: int
    tries: int
    put: int = 0
    found: list[Candidate] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.count - len(self.found)

    def run(self, pool: Sequence[Candidate], cost: Callable[[Candidate], float], check: Check, spared: int = 0) -> None:
        """Put the questions of `pool` in the order of their cost, until there are enough or no tries but `spared`."""
        left = list(pool)
        while left and self.missing and self.put < self.tries - min(spared, self.missing):
            one = min(
                left, key=lambda each: (cost(each) + self._again(each), each.article_id, each.start, each.question)
            )
            left.remove(one)
            self.put += 1
            if check(one):
                self.found.append(one)
                left = [each for each in left if not _is_like(each, one)]

    def _again(self, one: Candidate) -> float:
        """What it costs that there is another of its article, or of its sort."""
        same = sum(other.article_id == one.article_id for other in self.found)
        return 2.0 * same + 0.5 * sum(other.sort == one.sort for other in self.found)


class Suggester:
    """Suggests questions. May be used from several threads at once."""

    def __init__(self, settings: Settings, quoter: QuestionPipeline) -> None:
        self._settings = settings
        self._quoter = quoter
        self._making = threading.Lock()
        self._made: OrderedDict[tuple[object, ...], tuple[str, ...]] = OrderedDict()

    def first(self, generation: Generation, count: int, filters: Filters) -> list[str]:
        """Up to `count` questions to begin with, of the newest articles that `filters` allow."""
        key = (generation.name, generation.manifest.made, count, filters)
        with self._making:  # whoever comes meanwhile finds them made
            if key not in self._made:
                self._made[key] = tuple(self._first(generation, count, filters))
            self._made.move_to_end(key)
            if len(self._made) > _HELD:
                self._made.popitem(last=False)
            return list(self._made[key])

    def _first(self, generation: Generation, count: int, filters: Filters) -> list[str]:
        found = (generation.article(one.id) for one in page(generation.db, filters, 0, _LOOKED_AT))
        articles = _one_of_each_story(generation, found)
        place = {one.id: number for number, one in enumerate(articles)}
        search = _Search(count, min(count * _TRIES[0], _MOST_TRIES))

        def cost(one: Candidate) -> float:
            return place[one.article_id] / _LOOKED_AT - 2 * one.worth

        def check(one: Candidate) -> bool:
            return self._is_answered(generation, one, filters)

        search.run([one for article in articles for one in candidates(article)], cost, check, spared=count)
        search.run([one for article in articles for one in about(article)], cost, check)
        return [one.question for one in search.found]

    def next(self, generation: Generation, count: int, filters: Filters, after: Sequence[Answer]) -> list[str]:
        """Up to `count` questions on what the articles of the last answer have that was not said yet."""
        last, said = after[-1], _Said.of(after)
        ids = dict.fromkeys([one.article_id for one in last.citations] + [one.article_id for one in last.nearest])
        articles = _one_of_each_story(generation, map(generation.article, list(ids)[:_MOST_FOLLOWED]))
        by_id = {one.id: one for one in articles}
        place = {one.id: number for number, one in enumerate(articles)}
        search = _Search(count, min(count * _TRIES[1], _MOST_TRIES))
        before = [exchange(one) for one in after[-_MOST_LEANT_ON:]]

        def cost(one: Candidate) -> float:
            own = _telling(one.question)
            return 0.1 * place[one.article_id] - one.worth - len(own & said.stems) / max(1, len(own))

        def check(one: Candidate) -> bool:
            stands = rewrite_followup(one.question, before, generation.frequency) is None
            return stands and self._is_answered(generation, one, filters, said)

        for made in (candidates, about):
            pool = [
                one
                for article in articles
                for one in made(article, longer=True)
                if not said.has(one, by_id[one.article_id])
            ]
            search.run(pool, cost, check, spared=count // 2 if made is candidates else 0)
        return [one.question for one in search.found]

    def _is_answered(self, generation: Generation, one: Candidate, filters: Filters, said: _Said | None = None) -> bool:
        """Whether the corpus clearly answers the question, with the sentence that it was made from."""
        if len(one.question) > self._settings.max_question or not self._is_telling(generation, one):
            return False
        asked = self._quoter.retrieve(generation, one.question, filters)
        if asked.catalogue_reply is not None or asked.interpretation.corrected or asked.absent:
            return False
        judged = self._quoter.assess(asked)
        if not judged.answered or judged.probability < min(self._settings.refuse_below + _CLEARLY, 0.99):
            return False
        cited = self._quoter.quoted(judged).citations
        if one.sort == "about" and said is not None and all(_is_quoted(said, each) for each in cited):
            return False
        return any(_quotes(generation, each, one) for each in cited)

    def _is_telling(self, generation: Generation, one: Candidate) -> bool:
        """Whether what the question is about, where it has no name, is one thing in this corpus."""
        return not one.rests_on or min(map(generation.frequency, one.rests_on)) <= _RARE


def _one_of_each_story(generation: Generation, articles: Iterable[Article | None]) -> list[Article]:
    kept: dict[str, Article] = {}
    for one in articles:
        if one is not None:
            kept.setdefault(generation.stories.name(one.id), one)
    return list(kept.values())


def _quotes(generation: Generation, cited: Citation, one: Candidate) -> bool:
    """Whether a quote has the sentence of `one`, from its article or from a copy of it."""
    if cited.article_id == one.article_id:
        return cited.start < one.end and one.start < cited.end
    stories = generation.stories
    if stories.name(cited.article_id) != stories.name(one.article_id):
        return False
    article = generation.article(one.article_id)
    return article is not None and _has(frozenset(words(cited.quote)), article.text[one.start : one.end])


def _is_like(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates are of one sentence, or ask the same."""
    same = one.article_id == other.article_id and one.start < other.end and other.start < one.end
    return (same and "about" not in (one.sort, other.sort)) or _is_asked(one.question, other.question)


def _says(quote: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether a quote has all that a question of some length says, and so most likely its answer."""
    return len(asked) >= _MUCH and asked <= frozenset(map(stem, quote))


def _is_quoted(said: _Said, cited: Citation) -> bool:
    return any(_has(quote, cited.quote) for quote in said.quotes)


def _has(quote: frozenset[str], sentence: str) -> bool:
    own = frozenset(words(sentence))
    return len(own & quote) >= _HAD * len(own)


def _is_asked(question: str, other: str) -> bool:
    """Whether two questions ask the same, by their telling words: most of them, or all of one."""
    one, two = _telling(question), _telling(other)
    shared, begins = len(one & two), words(question)[:1] == words(other)[:1]
    if begins and one and two and shared == min(len(one), len(two)):
        return True
    return shared >= (_ALIKE if begins else _SAME) * max(1, len(one | two))


def _telling(text: str) -> frozenset[str]:
    return frozenset(stem(one) for one in words(text) if is_content_word(one))

"""Suggestions: questions to begin with and to go on with, from the stories of the corpus and a maintainer's list."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from assistant.answering.briefing import briefing_question
from assistant.answering.kept_questions import KeptQuestions
from assistant.answering.listed_questions import listed_questions
from assistant.answers import Answer
from assistant.articles import NO_FILTERS, Filters
from assistant.index import Generation, Story
from assistant.settings import Settings
from assistant.text import is_content_word, split_words, stem

_MOST_TRIED = 24  # stories that are looked at for one list
_TRIES = 2  # questions that are put for a story
_HELD = 256  # stories whose question is kept
_SAME = 0.8  # share of their content words that two questions have in common from which they ask the same

QuoteAnswer = Callable[[Generation, str, Filters], Answer]


class Suggester:
    """Suggests questions that `ask` answers by quotes. May be used from several threads at once."""

    def __init__(self, settings: Settings, ask: QuoteAnswer) -> None:
        self._settings = settings
        self._ask = ask
        self._making = threading.Lock()
        self._made: OrderedDict[tuple[object, ...], str | None] = OrderedDict()
        self._kept: tuple[tuple[str, str], KeptQuestions] | None = None

    def suggest(self, generation: Generation, count: int, filters: Filters, after: Sequence[Answer]) -> list[str]:
        """Up to `count` questions; none that was asked in `after`, a conversation's answers, oldest first.

        To begin with they are the listed ones and then those on the newest and most covered stories; to go on with,
        those on the stories that the last answer cites, the listed ones and those on the other stories. Raises
        SettingsError for a fault in the list.
        """
        listed = listed_questions(self._settings)
        stories = _allowed(generation, filters)
        asked = [text for one in after for text in (one.question, one.understood.follows) if text]
        own = _cited(stories, after)
        others = [story for story in stories if story not in own]
        found = self._of_stories(generation, own, filters, asked, count)
        found += [question for question in listed if not any(_is_same(question, one) for one in [*asked, *found])]
        found = found[:count]
        found += self._of_stories(generation, others, filters, [*asked, *found], count - len(found))
        return found

    def _of_stories(
        self, generation: Generation, stories: Sequence[Story], filters: Filters, but: Sequence[str], count: int
    ) -> list[str]:
        """Up to `count` questions on the stories, each another than the others and than those of `but`."""
        found: list[str] = []
        for story in stories[:_MOST_TRIED]:
            if len(found) >= count:
                break
            question = self._question(generation, story, filters)
            if question is not None and not any(_is_same(question, one) for one in [*but, *found]):
                found.append(question)
        return found

    def _question(self, generation: Generation, story: Story, filters: Filters) -> str | None:
        """The question on a story, None when none is answered by it; kept until the next refresh."""
        key = (generation.name, generation.manifest.made, story.id, filters)
        with self._making:  # whoever comes meanwhile finds it made
            if key not in self._made:
                self._made[key] = self._kept_or_found(generation, story, filters)
            self._made.move_to_end(key)
            if len(self._made) > _HELD:
                self._made.popitem(last=False)
            return self._made[key]

    def _kept_or_found(self, generation: Generation, story: Story, filters: Filters) -> str | None:
        """The question on a story, as an earlier process kept it with the generation where no filter is set."""
        if filters != NO_FILTERS:
            return self._find(generation, story, filters)
        made = generation.name, generation.manifest.made
        if self._kept is None or self._kept[0] != made:
            self._kept = made, KeptQuestions(generation, self._settings)
        kept = self._kept[1]
        if story.id not in kept:
            kept.put(story.id, self._find(generation, story, filters))
        return kept[story.id]

    def _find(self, generation: Generation, story: Story, filters: Filters) -> str | None:
        own = {one.article_id for one in story.articles}
        for question in story_questions(generation, story)[:_TRIES]:
            if len(question) <= self._settings.max_question:
                answer = self._ask(generation, question, filters)
                cited = [one.article_id in own for one in answer.citations]
                if answer.found and cited and 2 * sum(cited) >= len(cited) and cited[0]:
                    return question
        return None


def story_questions(generation: Generation, story: Story) -> list[str]:
    """The questions on the latest of a story, the one that tells best which is meant first; none where nothing does."""
    return [briefing_question(topic) for topic in generation.first_look.topics(story)]


def story_question(generation: Generation, story: Story) -> str:
    """The question on the latest of a story, by its headline where nothing shorter tells which is meant."""
    return next(iter(story_questions(generation, story)), briefing_question(story.headline.rstrip(" .?!")))


def _allowed(generation: Generation, filters: Filters) -> list[Story]:
    """The stories of which `filters` allow an article, best first: those of several publications, if there are any."""
    ranked = generation.ranked_stories()
    # What only one publication has several articles of is often a regular feature of it.
    stories = [story for story in ranked if len(story.publications) > 1] or ranked
    if filters == NO_FILTERS:
        return list(stories)
    ids = set(generation.db.article_ids(filters))
    return [story for story in stories if any(one.article_id in ids for one in story.articles)]


def _cited(stories: Sequence[Story], after: Sequence[Answer]) -> list[Story]:
    """The stories of the articles that the last answer cites, or of those nearest to a refusal, in that order."""
    if not after:
        return []
    of = {article.article_id: story for story in stories for article in story.articles}
    ids = [one.article_id for one in after[-1].citations] + [one.article_id for one in after[-1].nearest]
    return list(dict.fromkeys(of[one] for one in ids if one in of))


def _is_same(question: str, other: str) -> bool:
    """Whether two questions ask the same, by their content words: nearly all of them, or all of one."""
    one, two = _stems(question), _stems(other)
    return len(one & two) >= min(_SAME * max(1, len(one | two)), max(1, len(one)), max(1, len(two)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in split_words(text) if is_content_word(word))

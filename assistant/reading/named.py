"""Whether what answers is from an article about somebody or something that the question names."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from assistant.articles import Article, header
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.text import (
    UNLISTED,
    has_alias,
    is_content_word,
    is_place_or_its_people,
    names,
    rank,
    split_words,
    without_titles,
    word_list,
)

_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGEST = 3  # words of a name that is written without capitals
_MOST_NAMESAKES = 4
_SHORT = 3  # letters of a word that has no capital in a headline
_OF_A_PERSON = 2  # words of a name, mostly


def is_about_the_named(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> bool:
    """Whether the likeliest sentence for `part`, by the `number`th of the scores, is of such an article.

    And not of a namesake: of Anna Kessing for Martin Kessing, of Weir Bridge for Weir Street Bridge.
    """
    if not evidence:
        return False
    asked = _asked(part, evidence)
    best = max(evidence, key=lambda sentence: sentence.scores[number])
    return has_one_of(asked, whole_text(best.article)) and not _is_of_a_namesake(asked, best.text)


def is_of_strangers(part: SubQuestion, evidence: Sequence[Evidence]) -> bool:
    """Whether no article of the evidence has what `part` names."""
    asked = _asked(part, evidence)
    articles = {sentence.article.id: sentence.article for sentence in evidence}.values()
    return not any(has_one_of(asked, whole_text(article)) for article in articles)


def of_the_named(part: SubQuestion, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that is of articles with one of the names in `part`, where any is of such an article; else all."""
    asked = _asked(part, evidence)
    articles = {sentence.article.id: sentence.article for sentence in evidence}
    with_them = {id for id, article in articles.items() if has_one_of(asked, whole_text(article))}
    return [sentence for sentence in evidence if not with_them or sentence.article.id in with_them]


def _asked(part: SubQuestion, evidence: Sequence[Evidence]) -> list[str]:
    """The names that `part` asks of, without those of the publications, which only say where to look."""
    # Several sentences are of one passage.
    sources = [_bare_words(source) for source in {sentence.article.source or "" for sentence in evidence}]
    found = names_asked(part.read_as, list(dict.fromkeys(sentence.passage.chunk.text for sentence in evidence)))
    return [name for name in found if not any(_within(_bare_words(name), source) for source in sources)]


def _is_of_a_namesake(asked: Sequence[str], text: str) -> bool:
    """Whether a sentence has a name that ends as one that is `asked` of, and not that one."""
    said, told = _bare_words(text), [_bare_words(name) for name in names(text)]
    wanted = [words for words in map(_bare_words, asked) if words]
    for name in wanted:
        others = [other for other in told if other[-1:] == name[-1:] and not _is_part(name, other)]
        others = [other for other in others if other not in wanted]
        if others and not _within(name, said) and not any(_within(other, name) for other in others):
            return True
    return False


def _is_part(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether `others` has all the `words` in their order: Donald J. Trump is Donald Trump."""
    rest = iter(others)
    return words[0] == others[0] and all(word in rest for word in words)


def _within(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether `others` has all the `words` one after the other."""
    return f" {' '.join(words)} " in f" {' '.join(others)} "


def namesakes(
    question: str, texts: Sequence[str], kind_of: Callable[[str], str | None]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The surnames in `question` that several people of the `texts` have, each with these people.

    `kind_of` tells what a name is of, as "person".
    """
    text, found = "\n".join(texts), list[tuple[str, tuple[str, ...]]]()
    for name in map(without_titles, names_asked(question, texts)):
        full = dict.fromkeys(re.findall(rf"\b[A-Z][\w’'-]+ {re.escape(name)}\b", text)) if " " not in name else ()
        people = sorted(each for each in full if kind_of(each) == "person")
        if 1 < len(people) <= _MOST_NAMESAKES:
            found.append((name, tuple(people)))
    return tuple(found)


def whole_text(article: Article) -> str:
    """The text of an article with its headline, publication and day."""
    return f"{header(article)}\n{article.text}"


def names_asked(question: str, texts: Sequence[str]) -> list[str]:
    """The names in `question`; those without capitals as `texts` write them, always with capitals.

    Where all its words have capitals none of them says anything.
    """
    words = _WORDS.findall(question)[1:]
    long = [word for word in words if len(word) > _SHORT]
    small = [word for word in words if word.islower() and word not in word_list("corpus_questions", "links")]
    if question.isupper() or (len(long) >= _LONGEST and not small):
        question = question.lower()
    return [*names(question), *_without_capitals(question, " ".join(texts))]


def _without_capitals(question: str, text: str) -> Iterator[str]:
    words = [found[0] for found in _WORDS.finditer(question)]
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            run = words[place : place + length]
            name = " ".join(word.capitalize() for word in run)
            if all(word.islower() and is_content_word(word) for word in run) and _is_name(name, run, text):
                yield name
                place += length
                break
        else:
            place += 1


def _is_name(name: str, run: Sequence[str], text: str) -> bool:
    """Whether `text` writes it so and never without capitals; a single word must be a strange one."""
    is_strange = len(run) > 1 or rank(run[0]) >= UNLISTED
    return is_strange and _has(name, text) and not _has(" ".join(run), text)


def _has(words: str, text: str) -> bool:
    return words in text and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def has_one_of(asked: Sequence[str], source: str) -> bool:
    """Whether `source` has one of the names that are `asked` of as a whole, or another name of the same.

    "Weir Street Bridge" is not Weir Bridge. True where nobody is named. One name is enough, as a long question also
    names who is compared and where it was told.
    """
    if not asked or any(_has(name, source) for name in asked):  # as it is written, which is quickly found
        return True
    return any(_is_in(name, source, *_spaced_words(source)) for name in asked)


@lru_cache(maxsize=64)
def _spaced_words(source: str) -> tuple[str, frozenset[str]]:
    """The words of a text with a space before and after each, and each of them once."""
    words = _bare_words(source)
    return f" {' '.join(words)} ", frozenset(words)


def _is_in(name: str, source: str, text: str, known: frozenset[str]) -> bool:
    words = _bare_words(name)
    if f" {' '.join(words)} " in text or has_alias(name, source) or _is_in_two(name, source):
        return True
    return len(words) == 1 and is_place_or_its_people(words[0], known)


def _is_in_two(name: str, source: str) -> bool:
    """Whether `source` has both parts of a name, of which one is of several words: the Sphere in Las Vegas.

    Of two words it may be somebody's: an article with an Anna and a Kessing need not have Anna Kessing.
    """
    words = name.split()
    parts = ((" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words)))
    return len(words) > _OF_A_PERSON and any(
        all(len(part) >= _SHORT and _has(part, source) for part in both) for both in parts
    )


def _bare_words(text: str) -> list[str]:
    return split_words(text)

"""Names, recognised by their capitals.

`runs` finds them, as words that are parts of a name and follow upon each other. Each of the other functions serves one
use: the names in a question (`names_in`), those of a sentence with the words beside them (`names`), those that may be
a person's (`persons_in`), and so on. Where what they take for a part of a name differs, they say why.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile

from assistant.text.folding import WITHIN_WORDS, fold
from assistant.text.lexicon import WordPattern, word_list, word_lists
from assistant.text.words import UNLISTED, Frequency, rank

Word = re.Match[str]


def no_names() -> frozenset[str]:
    """Words that are no name in spite of a capital: what a question begins with, days and months."""
    return word_lists("names.openers", "dates.weekdays", "dates.months")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at `question[start:end]`, an article before it included. `name` is as the corpus writes it."""

    start: int
    end: int
    name: str


WORD = re.compile(rf"[^\W_](?:[^\W_]|[{WITHIN_WORDS}])*")
# A word of a name where it is a part of a larger pattern.
NAME_WORD = rf"[A-Z0-9][\w.&'’{WITHIN_WORDS}-]*"
# Within a name: a space, the hyphen of "Bankman-Fried", the apostrophe of "O'Neil", the stop of "T.J. Hockenson".
_GAP = re.compile(r"\s|[-‐]|\.\s?")
_APOSTROPHE = re.compile(r"['’]")
_SENTENCE_START = re.compile(r"(?:\A|[.?!:]\s+)[\s'‘“\"(]*\Z")
_LOOK_BACK = 100  # characters, for where a sentence begins


def is_capital(word: Word) -> bool:
    """Whether a word may be part of a name: it has a capital, and not only for beginning a sentence."""
    return word[0][0].isupper() and (fold(word[0]) not in no_names() or (len(word[0]) > 1 and word[0].isupper()))


def runs(
    text: str, is_part: Callable[[Word], bool] = is_capital, between: str | None = "links"
) -> Iterator[list[Word]]:
    """The names of `text`: words that are parts of one and follow upon each other, with small words between them.

    `between` is the list of these.
    """
    small = word_list("names", between) if between else frozenset[str]()
    run: list[Word] = []
    for word in WORD.finditer(text):
        part = is_part(word)
        if run and not (_joins(text, run[-1], word, part) and (part or word[0] in small)):
            yield run
            run = []
        if part or run:
            run.append(word)
    if run:
        yield run


def _joins(text: str, word: Word, following: Word, part: bool) -> bool:
    gap = text[word.end() : following.start()]
    if "." in gap:
        return len(word[0]) == 1 and bool(_GAP.fullmatch(gap))
    return bool(_GAP.fullmatch(gap)) or (part and bool(_APOSTROPHE.fullmatch(gap)) and len(word[0]) < 3)


def bare(run: list[Word]) -> list[Word]:
    """A run of capitalised words without titles before it and links after it."""
    while run and (fold(run[0][0]) in word_list("names", "titles") or not is_capital(run[0])):
        run = run[1:]
    while run and not is_capital(run[-1]):
        run = run[:-1]
    return run


def names_in(question: str, frequency: Frequency) -> list[Mention]:
    """The names in `question`, in order: runs of capitalised words, without title, article and possessive.

    `frequency` gives the number of passages that have a word. The first word of a sentence begins a name only if
    the articles know it or another capitalised word follows. A question in capitals, or Written Like A
    Headline, has none.
    """
    words = [word[0] for word in WORD.finditer(question)]
    small = any(word[0].isupper() and fold(word) in no_names() for word in words[1:])
    is_headline = small and not any(word[0].islower() for word in words if len(word) > 3)
    if is_headline or not any(map(str.islower, question)):
        return []
    return [
        Mention(run[0].start(), run[-1].end(), _written(question, run))
        for run in map(bare, runs(question))
        if len(run) > 1 or (run and (not _begins(question, run) or frequency(run[0][0])))
    ]


def begins_sentence(text: str, start: int) -> bool:
    """Whether a sentence begins at `start`, so that a word there may have its capital only for that."""
    return _SENTENCE_START.search(text, max(0, start - _LOOK_BACK), start) is not None


def _begins(text: str, run: list[Word]) -> bool:
    return begins_sentence(text, run[0].start())


def _written(text: str, run: list[Word]) -> str:
    return " ".join(text[run[0].start() : run[-1].end()].split())


_INITIALS = re.compile(r"[A-Z]{2,6}\Z")


def names(text: str) -> Iterator[str]:
    """The names of `text`: runs of capitalised words, without titles; also those that it begins with.

    A single ordinary word that it begins with is none.
    """
    ordinary = word_list("names", "links")
    for run in filter(None, map(bare, runs(text))):
        word = fold(run[0][0])
        hardly_a_word = word not in ordinary and (rank(word) >= UNLISTED or bool(_INITIALS.match(run[0][0])))
        if len(run) > 1 or not _begins(text, run) or hardly_a_word:
            yield _written(text, run)


def full_or_titled(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` has a name of several words or one with a title before it, as people are called.

    Unlike `names` it leaves out the titles within the run too.
    """
    for run in runs(text):
        kept = [word for word in run if fold(word[0]) not in word_list("names", "titles")]
        titled = len(kept) < len(run)
        while kept and not is_capital(kept[-1]):
            kept = kept[:-1]
        if kept and (titled or len(kept) > 1):
            yield kept[0].start(), kept[-1].end()


def name_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` has the names of `names`, each from its first to its last character."""
    at = 0
    for name in names(text):
        found = re.compile(r"\s+".join(map(re.escape, name.split()))).search(text, at)
        if found:
            at = found.end()
            yield found.span()


def names_as_written(text: str) -> list[str]:
    """The runs of words with capitals or digits in `text` as they are written, for comparing what two texts name.

    Unlike `names` it takes "iPhone 15" and "Act of 2023" with their numbers, and the first word of a sentence as a
    name: a word too many only makes two texts less alike.
    """

    def has_capital_or_digit(word: Word) -> bool:
        return any(letter.isupper() or letter.isdigit() for letter in word[0])

    return [_written(text, run) for run in runs(text, has_capital_or_digit, None)]


_TITLES_BEFORE = WordPattern(r"^(?:{names.titles_of_persons}\.?\s+)+")


def _may_be_of_person(word: Word) -> bool:
    initial = len(word[0]) == 1 and word.string[word.end() : word.end() + 1] == "."
    return word[0][0].isupper() and (initial or not word[0].isupper())  # NATO is no person


def persons_in(sentence: str) -> Iterator[str]:
    """The names in `sentence` that may be a person's, without titles; of a single word it may be a surname.

    Unlike `names` it passes over a run with any word of a place, a thing or a body: a wrong name in the place of "she"
    would be an invention.
    """
    no_persons = word_lists("names.no_persons", "dates.weekdays", "dates.months")
    for run in runs(sentence, _may_be_of_person, "particles"):
        while not _may_be_of_person(run[-1]):
            run = run[:-1]
        parts = list(dropwhile(lambda part: fold(part) in no_persons, without_titles(_written(sentence, run)).split()))
        name = " ".join(parts)
        if any(map(str.islower, name)) and no_persons.isdisjoint(fold(name).split()):
            yield name


def without_titles(text: str) -> str:
    """`text` without the titles of a person that it begins with."""
    return _TITLES_BEFORE.sub("", text)

"""Names, recognised by their capitals.

Each function serves one use: the names in a question (`names_in`), those of a sentence with the words beside them
(`names`), those that may be a person's (`persons_in`), and so on. Where they read capitals differently, they say why.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from assistant.text.lexicon import WordPattern, word_list
from assistant.text.words import UNLISTED, Frequency, rank, sentence_before, split_words, stem, stems_beside


@cache
def titles() -> frozenset[str]:
    """The titles before a person's name, in lower case, which are no part of it."""
    return word_list("names", "titles")


@cache
def links() -> frozenset[str]:
    """The small words within a name, such as "of the"."""
    return word_list("names", "links")


@cache
def no_names() -> frozenset[str]:
    """Words that are no name in spite of a capital: what a question begins with, days and months."""
    return word_list("names", "openers") | word_list("dates", "weekdays") | word_list("dates", "months")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at `question[start:end]`, an article before it included. `name` is as the corpus writes it."""

    start: int
    end: int
    name: str


WORD = re.compile(r"[^\W\d_][^\W_]*")
# Within a name: a space, the hyphen of "Bankman-Fried", the apostrophe of "O'Neil", the stop of "T.J. Hockenson".
_GAP = re.compile(r"\s|[-‐]|\.\s?")
_APOSTROPHE = re.compile(r"['’]")
SENTENCE_START = re.compile(r"(?:\A|[.?!:]\s+)[\s'‘“\"(]*\Z")


def names_in(question: str, frequency: Frequency) -> list[Mention]:
    """The names in `question`, in order: runs of capitalised words, without title, article and possessive.

    `frequency` gives the number of passages that have a word. The first word of a sentence begins a name only if
    the articles know it or another capitalised word follows. A question in capitals, or Written Like A
    Headline, has none.
    """
    if not any(map(str.islower, question)):
        return []
    found = [mention for run in runs(question) if (mention := _name(question, run, frequency))]
    return [] if _is_headline(question) else found


def _is_headline(question: str) -> bool:
    found = [word[0] for word in WORD.finditer(question)]
    small = any(word[0].isupper() and word.lower() in no_names() for word in found[1:])
    return small and all(word[0].isupper() for word in found if len(word) > 3)


def runs(question: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words that follow upon each other, small links such as "of the" between them included."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(question):
        if run and not _joins(question, run[-1], word):
            yield run
            run = []
        if is_capital(word) or (run and word[0] in links()):
            run.append(word)
        elif run:
            yield run
            run = []
    yield run


def is_capital(word: re.Match[str]) -> bool:
    """Whether a word may be part of a name: it has a capital, and not only for beginning a sentence."""
    return word[0][0].isupper() and (word[0].lower() not in no_names() or (len(word[0]) > 1 and word[0].isupper()))


def _joins(question: str, word: re.Match[str], following: re.Match[str]) -> bool:
    gap = question[word.end() : following.start()]
    if "." in gap:
        return len(word[0]) == 1 and bool(_GAP.fullmatch(gap))
    return bool(_GAP.fullmatch(gap)) or (
        bool(_APOSTROPHE.fullmatch(gap)) and len(word[0]) < 3 and is_capital(following)
    )


def bare(run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run of capitalised words without titles before it and links after it."""
    while run and (run[0][0].lower() in titles() or not is_capital(run[0])):
        run = run[1:]
    while run and not is_capital(run[-1]):
        run = run[:-1]
    return run


def _name(question: str, run: list[re.Match[str]], frequency: Frequency) -> Mention | None:
    run = bare(run)
    if not run:
        return None
    first = SENTENCE_START.search(question[: run[0].start()])
    if first and len(run) == 1 and not frequency(run[0][0]):
        return None
    start, end = run[0].start(), run[-1].end()
    return Mention(start, end, " ".join(question[start:end].split()))


_INITIALS = re.compile(r"[A-Z]{2,6}\Z")
_PRONOUN = WordPattern(r"\W*{names.pronouns}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameClaim:
    """A name with the stems of the content words next to it.

    `beside_pronoun`: its sentence begins with "she", "it" and the like.
    """

    words: str
    about: tuple[str, ...]
    beside_pronoun: bool = False


def names(text: str, known: frozenset[str] = frozenset()) -> Iterator[NameClaim]:
    """The names of `text`: runs of capitalised words, without titles; also those that it begins with.

    A single ordinary word that it begins with is one only when it is among the `known` words of names, in lower case.
    """
    for run in runs(text):
        kept = bare(run)
        if not kept or _merely_begins(text, kept, known):
            continue
        start, end = kept[0].start(), kept[-1].end()
        begins_with_pronoun = _PRONOUN.match(sentence_before(text, start)) is not None
        yield NameClaim(" ".join(text[start:end].split()), stems_beside(text, start, end), begins_with_pronoun)


def _merely_begins(text: str, run: list[re.Match[str]], known: frozenset[str]) -> bool:
    word = run[0][0]
    if len(run) > 1 or word.lower() in known or not SENTENCE_START.search(text[: run[0].start()]):
        return False
    return word.lower() in links() or (rank(word.lower()) < UNLISTED and not _INITIALS.match(word))


_WITH_DIGITS = r"(?:[A-Z0-9][\w'’&-]*|[a-z]+[A-Z]\w*)"
_NAME_OR_NUMBER = re.compile(rf"(?<![\w.]){_WITH_DIGITS}(?:\s+{_WITH_DIGITS})*")


def names_as_written(text: str) -> list[str]:
    """The runs of words with capitals or digits in `text` as they are written, for comparing what two texts name.

    Unlike `names` it takes "iPhone 15" and "Act of 2023" with their numbers, and the first word of a sentence as a
    name: a word too many only makes two texts less alike.
    """
    return [found[0] for found in _NAME_OR_NUMBER.finditer(text)]


def names_and_numbers(question: str) -> frozenset[str]:
    """The stems of the words of a question that look like names (capitals not at its start) or numbers.

    Unlike `names_in` it takes each word by itself, and days and months too.
    """
    found: set[str] = set()
    for position, token in enumerate(question.split()):
        plain = token.strip(".,;:!?\"'()[]“”‘’")
        if any(map(str.isdigit, plain)) or (position > 0 and plain[:1].isupper()):
            found.update(map(stem, split_words(_without_possessive(plain))))
    return frozenset(found)


_CAPITALISED = re.compile(r"[A-Z][\w’'-]*")
_STARTS = re.compile(r"(?:^|[.!?]\s+)[\"“‘'(]*\Z")


def new_names(text: str, known: frozenset[str]) -> Iterator[str]:
    """The capitalised words of `text` that are not `known` (stems) and do not merely begin a sentence."""
    found = list(_CAPITALISED.finditer(text))
    in_run = {word.start() for word, following in pairwise(found) if following.start() - word.end() <= 2}
    for word in found:
        if _STARTS.search(text[: word.start()]) and word.start() not in in_run:
            continue
        if not known.issuperset(map(stem, split_words(_without_possessive(word[0])))):
            yield word[0]


def _without_possessive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def full_or_titled(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` has a name of several words or one with a title before it, as people are called.

    Unlike `names` it begins where a title ends within the run: "Council President Ana Ruiz" has two.
    """
    for run in runs(text):
        kept = [word for word in run if word[0].lower() not in titles()]
        titled = len(kept) < len(run)
        while kept and not is_capital(kept[-1]):
            kept = kept[:-1]
        if kept and (titled or len(kept) > 1):
            yield kept[0].start(), kept[-1].end()


_MIXED_CASE = r"[A-Z][\w’'-]*[a-z][\w’'-]*"  # no abbreviation: NATO is no person
_PERSON = WordPattern(rf"\b{_MIXED_CASE}(?:\s+(?:{{names.particles}}\s+)?(?:[A-Z]\.|{_MIXED_CASE}))*")
_TITLES_BEFORE = WordPattern(r"^(?:{names.titles_of_persons}\.?\s+)+")


@cache
def _no_persons() -> frozenset[str]:
    return word_list("names", "no_persons") | word_list("dates", "weekdays") | word_list("dates", "months")


def persons_in(sentence: str) -> Iterator[str]:
    """The names in `sentence` that may be a person's, without titles; of a single word it may be a surname.

    Unlike `names` it passes over a run with any word of a place, a thing or a body: a wrong name in the place of "she"
    would be an invention.
    """
    for match in _PERSON.finditer(sentence):
        parts = without_titles(match[0]).split()
        while parts and _is_no_person(parts[0]):
            parts = parts[1:]
        if parts and not any(map(_is_no_person, parts)):
            yield re.sub(r"['’]s?$", "", " ".join(parts))


def without_titles(text: str) -> str:
    """`text` without the titles of a person that it begins with."""
    return _TITLES_BEFORE.sub("", text)


def _is_no_person(word: str) -> bool:
    return re.sub(r"['’]s?$", "", word).lower() in _no_persons()

"""The publications that a question names, by full or short name, misspelt a little.

It knows the names that the corpus has and the words that the press calls itself by, no list of publications.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.articles import Article
from assistant.text.quantities import _SENTENCE_END, _about
from assistant.text.words import UNLISTED, rank, words


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at `question[start:end]`, an article before it included. `name` is as the corpus writes it."""

    start: int
    end: int
    name: str


Known = Callable[[str], int]
_WORD = re.compile(r"[^\W\d_][^\W_]*")
# Within a name: a space, the hyphen of "Bankman-Fried", the apostrophe of "O'Neil", the stop of "T.J. Hockenson".
_GAP = re.compile(r"\s|[-‐]|\.\s?")
_APOSTROPHE = re.compile(r"['’]")
SENTENCE_START = re.compile(r"(?:\A|[.?!:]\s+)[\s'‘“\"(]*\Z")
LINKS = frozenset("al bin da de del della der di du el la le of the van von zu".split())
TITLES = frozenset(
    """acting ambassador baroness captain ceo cfo chair chairman chairwoman chancellor chief colonel congressman
    councillor councillors deputy director doctor dr former general governor inspector judge king lady lord madam major
    mayor minister miss mp mr mrs ms officer premier president prime prince princess prof professor queen rev
    secretary senator sergeant sheriff sir speaker vice""".split()
)
# Capitals that make no name: what a question begins with, and the names of days and months.
_NO_NAMES = frozenset(
    """a according after although also an and are as at because before between both but by can compare compared
    considering could describe despite did do does during each either explain find for from give given had has
    have he her his how i if in is it its let like list many may me more most name no not of on one or our
    please quote regarding say she should show since so some summarise summarize tell than that the their them
    then there these they this those to under was we were what when where whereas whether which while who whom
    whose why will with would yes you your monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december""".split()
)


def names_in(question: str, known: Known) -> list[Mention]:
    """The names in `question`, in order: runs of capitalised words, without title, article and possessive.

    `known` gives the number of passages that have a word. The first word of a sentence begins a name only if
    the articles know it or another capitalised word follows. A question in capitals, or Written Like A
    Headline, has none.
    """
    if not any(map(str.islower, question)):
        return []
    found = [mention for run in runs(question) if (mention := _name(question, run, known))]
    return [] if _is_headline(question) else found


def _is_headline(question: str) -> bool:
    found = [word[0] for word in _WORD.finditer(question)]
    small = any(word[0].isupper() and word.lower() in _NO_NAMES for word in found[1:])
    return small and all(word[0].isupper() for word in found if len(word) > 3)


def runs(question: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words that follow upon each other, small links such as "of the" between them included."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(question):
        if run and not _joins(question, run[-1], word):
            yield run
            run = []
        if is_capital(word) or (run and word[0] in LINKS):
            run.append(word)
        elif run:
            yield run
            run = []
    yield run


def is_capital(word: re.Match[str]) -> bool:
    """Whether a word may be of a name: it has a capital and is none that a sentence merely begins with."""
    return word[0][0].isupper() and (word[0].lower() not in _NO_NAMES or (len(word[0]) > 1 and word[0].isupper()))


def _joins(question: str, one: re.Match[str], other: re.Match[str]) -> bool:
    gap = question[one.end() : other.start()]
    if "." in gap:
        return len(one[0]) == 1 and bool(_GAP.fullmatch(gap))
    return bool(_GAP.fullmatch(gap)) or (bool(_APOSTROPHE.fullmatch(gap)) and len(one[0]) < 3 and is_capital(other))


def bare(run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run of capitalised words without titles before it and links after it."""
    while run and (run[0][0].lower() in TITLES or not is_capital(run[0])):
        run = run[1:]
    while run and not is_capital(run[-1]):
        run = run[:-1]
    return run


def _name(question: str, run: list[re.Match[str]], known: Known) -> Mention | None:
    run = bare(run)
    if not run:
        return None
    first = SENTENCE_START.search(question[: run[0].start()])
    if first and len(run) == 1 and not known(run[0][0]):
        return None
    start, end = run[0].start(), run[-1].end()
    return Mention(start, end, " ".join(question[start:end].split()))


_INITIALS = re.compile(r"[A-Z]{2,6}\Z")
_PRONOUN = re.compile(r"\W*(?:he|she|they|it|his|her|their|its)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameClaim:
    """A name with the stems of the telling words next to it.

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
        before = _SENTENCE_END.split(text[:start])[-1]
        yield NameClaim(" ".join(text[start:end].split()), _about(text, start, end), _PRONOUN.match(before) is not None)


def _merely_begins(text: str, run: list[re.Match[str]], known: frozenset[str]) -> bool:
    word = run[0][0]
    if len(run) > 1 or word.lower() in known or not SENTENCE_START.search(text[: run[0].start()]):
        return False
    return word.lower() in LINKS or (rank(word.lower()) < UNLISTED and not _INITIALS.match(word))


_ALIASES = tuple(
    frozenset(line.split("; "))
    for line in (
        "eu; european union; the bloc",
        "un; united nations",
        "us; usa; u.s.; united states; united states of america; america; american",
        "uk; u.k.; united kingdom; britain; great britain; british",
        "uae; united arab emirates; emirati",
        "nato; north atlantic treaty organization; north atlantic treaty organisation",
        "czechia; czech republic; czech",
        "netherlands; dutch; holland",
        "france; french",
        "spain; spanish",
        "greece; greek",
        "denmark; danish; danes",
        "sweden; swedish; swedes",
        "switzerland; swiss",
        "wales; welsh",
        "ireland; irish",
        "turkey; türkiye; turkish",
        "finland; finnish; finns",
        "poland; polish; poles",
        "north korea; pyongyang; dprk",
        "russia; kremlin; moscow; russian",
        "china; beijing; chinese",
        "germany; berlin; german",
        "usa; washington",
    )
)
_INITIALS_OF = 3  # letters by which a name may be meant; PM and UK are initials of too many
_PEOPLE_OF = re.compile(r"(?:ian|ean|an|ese|ish|ch|i|s|n)$")


def is_alike(one: str, other: str) -> bool:
    """Whether two names may be one's."""
    return bool(set(name_words(one)) & set(words(other))) or has_alias(one, other) or has_alias(other, one)


def name_words(name: str) -> list[str]:
    """The words of a name, initials left out."""
    return [one for one in words(name) if len(one) > 1]


def of_that_place(word: str, known: frozenset[str]) -> bool:
    """Whether "Chinese" or "China" is there for the other."""
    root = _PEOPLE_OF.sub("", word)
    return len(root) >= 4 and any(other.startswith(root) and len(other) - len(root) <= 3 for other in known)


def has_alias(name: str, source: str) -> bool:
    """Whether `source` has another name or the initials of `name`."""
    plain = " ".join(words(name))
    text = f" {' '.join(words(source))} "
    alike = [one for group in _ALIASES if plain in group for one in group]
    if any(f" {' '.join(words(one))} " in text for one in alike):
        return True
    if name.isupper() and 2 <= len(name) <= 6:
        return _has_initials(name, source)
    initials = "".join(word[0] for word in name.split() if word[:1].isupper())
    return len(initials) >= _INITIALS_OF and re.search(rf"\b{re.escape(initials)}\b", source) is not None


def _has_initials(name: str, source: str) -> bool:
    pattern = r"\s+(?:of\s+|and\s+|for\s+|the\s+)*".join(rf"{letter}[\w’'-]+" for letter in name)
    return re.search(rf"\b{pattern}\b", source) is not None


def completed(name: str, source: str, article: Article) -> bool:
    """Whether the article has the name in full and the passage its last word."""
    last = words(name)[-1:]
    return bool(last) and last[0] in words(source) and " ".join(words(name)) in " ".join(words(article.text))

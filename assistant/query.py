"""What is asked, and of which articles."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import Stemmer

from assistant.errors import QuestionError
from assistant.utils.strings import storable

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MOST_TERMS = 64

_MOST_PARTS = 4
_PART_END = re.compile(
    r"(?:,?\s+(?:and|but|or|while)|[;?])\s+(?=(?:(?:by|for|to|from|in|at)\s+)?"
    r"(?:who|whom|whose|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had)\b)",
    re.IGNORECASE,
)

# Function words and the words that make a sentence a question. In a large corpus their weight is near
# nothing anyway; in a small one they would be taken for rare, telling words.
_COMMON = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can
    could did do does doing done during each either else for from had has have having he her hers him his how
    i if in into is it its just many may me might more most much must my no nor not of off on one only or
    other our out over own say said says same shall she should so some such tell than that the their them
    then there these they this those through to too under until up upon us very was we were what when where
    whether which while who whom whose why will with within would you your""".split()
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be used.

    `source` is a publication's name in any case. `since` and `until` bound the date of publication, both
    inclusive; a plain date means that whole day, a time without a zone is UTC. An article without a date
    is out when either is given. `only` are ids of the articles that may be used, all when None; `without`
    are ids of articles to leave out.
    """

    source: str | None = None
    since: date | None = None
    until: date | None = None
    without: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None

    @property
    def earliest(self) -> float | None:
        """`since` in seconds since 1970."""
        return None if self.since is None else _moment(self.since).timestamp()

    @property
    def latest(self) -> float | None:
        """The last moment that `until` allows, in seconds since 1970."""
        if self.until is None:
            return None
        whole_day = not isinstance(self.until, datetime)
        return (_moment(self.until) + (timedelta(days=1, microseconds=-1) if whole_day else timedelta())).timestamp()

    @property
    def one(self) -> str | None:
        """The id of the article, where only that one may be used."""
        return self.only[0] if self.only is not None and len(self.only) == 1 else None


NO_FILTERS = Filters()


def _moment(day: date) -> datetime:
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that can be asked.

    `terms` are its telling words in order, each stem once. `parts` are the questions that it puts at once
    ("who condemned it and what was demanded"), empty when it is one.
    """

    question: str
    terms: tuple[str, ...]
    parts: tuple[str, ...] = ()


def parse(question: str, longest: int = 2000) -> Query:
    """The Query of `question`. Raises QuestionError when it is empty, has no word or is over `longest`."""
    text = " ".join(storable(question).split())
    if not text:
        raise QuestionError("the question is empty; ask something, such as: Who condemned the attack?")
    if len(text) > longest:
        raise QuestionError(f"the question has {len(text):,} characters; the longest that can be asked has {longest:,}")
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question has no words: {text[:40]!r}; ask something in words")
    return Query(text, telling_terms(text), _parts(text))


def _parts(question: str) -> tuple[str, ...]:
    parts = [part.strip(" ,;?") for part in _PART_END.split(question)]
    kept = [part for part in parts if any(map(is_telling, words(part)))]
    return tuple(kept[:_MOST_PARTS]) if len(kept) > 1 else ()


def telling_terms(text: str) -> tuple[str, ...]:
    """The words of `text` that say what it is about, one for each stem; all its words when none does."""
    found = words(text)
    by_stem: dict[str, str] = {}
    for word in [word for word in found if is_telling(word)] or found:
        by_stem.setdefault(stem(word), word)
    return tuple(by_stem.values())[:_MOST_TERMS]


def is_telling(word: str) -> bool:
    """Whether a word, in lower case, says something of what a question is about."""
    # "s" and "t" are what is left of "Kallas's" and "don't".
    return word not in _COMMON and (len(word) > 1 or word.isdigit() or not word.isascii())


def words(text: str) -> list[str]:
    """The words of `text` in lower case without accents, as the full-text index takes them."""
    plain = text.lower()
    if not plain.isascii():
        plain = "".join(map(_bare, unicodedata.normalize("NFC", plain)))
    return _WORD.findall(plain)


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    """A Latin letter without its accents; the full-text index leaves those of other scripts alone."""
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if len(parts) > 1 and "LATIN" in unicodedata.name(parts[0], "") else character


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Porter stem of `word`, the same as SQLite's porter tokenizer makes."""
    # A stemmer keeps state, so each call has its own; the cache makes that cheap.
    return str(Stemmer.Stemmer("porter", 0).stemWord(word))

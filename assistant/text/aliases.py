"""Whether two names may be of the same person or thing: by a common word, by initials, or by a listed alias."""

import re

from assistant.articles import Article
from assistant.text.lexicon import WordPattern, word_groups
from assistant.text.words import split_words

_PEOPLE_OF = WordPattern("{names.endings_of_peoples}$")
_INITIALS_OF = 3  # letters at least; PM and UK are initials of too many


def is_alike(first: str, second: str) -> bool:
    """Whether two names may be of the same person or thing."""
    common = set(name_words(first)).intersection(split_words(second))
    return bool(common) or has_alias(first, second) or has_alias(second, first)


def name_words(name: str) -> list[str]:
    """The words of a name, initials left out."""
    return [word for word in split_words(name) if len(word) > 1]


def is_place_or_its_people(word: str, known: frozenset[str]) -> bool:
    """Whether `known` has the place or the people that `word` is of: "China" for "Chinese"."""
    root = _PEOPLE_OF.sub("", word)
    return len(root) >= 4 and any(name.startswith(root) and len(name) - len(root) <= 3 for name in known)


def has_alias(name: str, source: str) -> bool:
    """Whether `source` has another name or the initials of `name`."""
    plain = " ".join(split_words(name))
    aliases = [alias for group in word_groups("names", "aliases") if plain in group for alias in group]
    if aliases:
        text = f" {' '.join(split_words(source))} "
        if any(f" {' '.join(split_words(alias))} " in text for alias in aliases):
            return True
    if name.isupper() and 2 <= len(name) <= 6:
        links = r"\s+(?:of\s+|and\s+|for\s+|the\s+)*"
        in_full = links.join(rf"{letter}[\w’'-]+" for letter in name)
        return re.search(rf"\b{in_full}\b", source) is not None
    initials = "".join(word[0] for word in name.split() if word[:1].isupper())
    return len(initials) >= _INITIALS_OF and re.search(rf"\b{re.escape(initials)}\b", source) is not None


def has_full_name(name: str, source: str, article: Article) -> bool:
    """Whether the article has the name in full and the passage `source` its last word."""
    words = split_words(name)
    has_last = bool(words) and words[-1] in split_words(source)
    return has_last and " ".join(words) in " ".join(split_words(article.text))

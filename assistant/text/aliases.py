"""Whether two names may be of one: by a common word, by initials, or by another name for the same."""

import re

from assistant.articles import Article
from assistant.text.lexicon import alternatives, groups
from assistant.text.words import words

_INITIALS_OF = 3  # letters by which a name may be meant; PM and UK are initials of too many


def is_alike(one: str, other: str) -> bool:
    """Whether two names may be one's."""
    return bool(set(name_words(one)) & set(words(other))) or has_alias(one, other) or has_alias(other, one)


def name_words(name: str) -> list[str]:
    """The words of a name, initials left out."""
    return [one for one in words(name) if len(one) > 1]


def of_that_place(word: str, known: frozenset[str]) -> bool:
    """Whether "Chinese" or "China" is there for the other."""
    root = re.sub(rf"{alternatives('names', 'endings_of_peoples')}$", "", word)
    return len(root) >= 4 and any(other.startswith(root) and len(other) - len(root) <= 3 for other in known)


def has_alias(name: str, source: str) -> bool:
    """Whether `source` has another name or the initials of `name`."""
    plain = " ".join(words(name))
    text = f" {' '.join(words(source))} "
    alike = [one for group in groups("names", "aliases") if plain in group for one in group]
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

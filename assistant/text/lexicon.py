"""The words of a language: hand-set lists, in `data/<language>/<subject>.toml`, each read once when first asked for.

Code asks for a list by subject and name; what a list is for, and what it must not contain, is said beside it in its
file. There are four shapes: words in one text, parted by white space; an array of entries that may have spaces
("due to"); an array of groups, each of words that stand for each other; and a table from a word to what it means.
In what becomes a regular expression a `*` at the end of an entry stands for any ending, and an apostrophe for both of
its forms.

To add a language: make `data/<its ISO 639-1 code>/`, with the files of `data/en/` translated, list by list and under
the same names, and pass its code as `language`. Lists that are read in every language at once (those of
`ingest.toml`, as a page may be in any) may be there by themselves.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


class LexiconError(LookupError):
    """A list of words that code asks for is missing or of another shape; its text says which, and of which file."""


@cache
def word_list(subject: str, name: str, language: str = "en") -> frozenset[str]:
    """The words of a list. Raises LexiconError when there is no such list."""
    return frozenset(word_sequence(subject, name, language))


@cache
def word_lists(*names: str) -> frozenset[str]:
    """The words of several lists, each as in "dates.months"."""
    return frozenset[str]().union(*(word_list(*name.split(".")) for name in names))


@cache
def word_sequence(subject: str, name: str, language: str = "en") -> tuple[str, ...]:
    """The words of a list, or of a table, in their order: that of the months means something."""
    found = _list(subject, name, language)
    if isinstance(found, str):
        return tuple(found.split())
    if all(isinstance(entry, str) for entry in found):
        return tuple(found)
    raise LexiconError(f"{_path(subject, language)}: {name} is no list of words; write {name} = \"...\" or ['...']")


@cache
def word_table(subject: str, name: str, language: str = "en") -> Mapping[str, str]:
    """What each word of a table means."""
    found = _list(subject, name, language)
    if isinstance(found, dict):
        return found
    raise LexiconError(f'{_path(subject, language)}: {name} is no table; write [{name}] and lines such as word = "..."')


@cache
def word_groups(subject: str, name: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
    """Groups of words that stand for each other, in their order; a group with phrases in it is itself an array."""
    found = _list(subject, name, language)
    if isinstance(found, list):
        return tuple(tuple(group.split() if isinstance(group, str) else group) for group in found)
    raise LexiconError(f'{_path(subject, language)}: {name} is no array of groups; write {name} = ["one two", ...]')


@cache
def word_list_in_any_language(subject: str, name: str) -> frozenset[str]:
    """The words of a list in all languages that have it."""
    languages = [path.parent.name for path in _DATA.glob(f"*/{subject}.toml") if name in _subject(path)]
    return frozenset(word for language in languages for word in word_sequence(subject, name, language))


@cache
def alternation(subject: str, name: str, language: str | None = "en") -> str:
    """A group of a regular expression that matches any entry of a list, the longest first; None: in any language."""
    entries = word_list(subject, name, language) if language else word_list_in_any_language(subject, name)
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    return f"(?:{'|'.join(map(_matching, longest_first))})"


def _matching(entry: str) -> str:
    escaped = re.escape(entry.removesuffix("*")).replace(r"\ ", r"\s+").replace("'", "['’]")
    return escaped + (r"\w*" if entry.endswith("*") else "")


_LIST_IN_PATTERN = re.compile(r"\{(?P<any_language>\*?)(?P<subject>[a-z_]+)\.(?P<name>[a-z_]+)\}")


class WordPattern:
    """A regular expression with lists of words in it, compiled when it is first used, as that takes a while.

    `{press.tells}` in it stands for any entry of that list, `{*ingest.by}` for any in any language.
    """

    def __init__(self, template: str, flags: int = 0, language: str = "en") -> None:
        self._template, self._flags, self._language = template, flags, language

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression of `re`."""
        return re.compile(_LIST_IN_PATTERN.sub(self._alternatives, self._template), self._flags)

    def _alternatives(self, found: re.Match[str]) -> str:
        return alternation(found["subject"], found["name"], None if found["any_language"] else self._language)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.fullmatch(text, start, end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of `re.Pattern`."""
        return self.compiled.finditer(text)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As of `re.Pattern`."""
        return self.compiled.sub(replacement, text)

    def split(self, text: str) -> list[str]:
        """As of `re.Pattern`."""
        return self.compiled.split(text)


def _list(subject: str, name: str, language: str) -> Any:
    path = _path(subject, language)
    if not path.is_file():
        raise LexiconError(f"{path}: there is no such file of words; add it, with the lists of data/en/{path.name}")
    lists = _subject(path)
    if name not in lists:
        raise LexiconError(f"{path}: there is no list {name!r}; it has {', '.join(sorted(lists))}")
    return lists[name]


@cache
def _subject(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _path(subject: str, language: str) -> Path:
    return _DATA / language / f"{subject}.toml"

"""The words of a language are data: each list is found, and what is missing is said in one line."""

import re
import tomllib
from pathlib import Path

import pytest

from assistant.text import lexicon
from assistant.text.lexicon import (
    LexiconError,
    WordPattern,
    alternation,
    word_groups,
    word_list,
    word_sequence,
    word_table,
)

DATA = Path(lexicon.__file__).parent / "data"
CODE = Path(lexicon.__file__).parents[1]
FILES = sorted(DATA.glob("*/*.toml"))
ASKED = re.compile(
    r"(?:word_(?:list|sequence|table|groups)|stems|alternation|in_any_language)\(\s*\"(\w+)\", \"(\w+)\""
)
DOTTED = re.compile(r"\"([a-z_]+)\.([a-z_]+)\"")
ENDINGS = ("sqlite", "toml", "json", "jsonl")  # of names of files
IN_PATTERN = re.compile(r"\{\*?([a-z_]+)\.([a-z_]+)\}")


def test_a_list_has_its_words() -> None:
    assert {"mayor", "dr"} <= word_list("names", "titles")
    assert word_sequence("dates", "months")[4] == "may"
    assert word_table("numbers", "scales")["million"] == "1e6"
    assert ("eu", "european union", "the bloc") in word_groups("names", "aliases")


def test_the_longer_of_two_that_begin_alike_is_matched_and_a_star_stands_for_any_ending() -> None:
    assert re.match(alternation("follow_ups", "about"), "the same question  for")
    found = re.match(alternation("names", "somebody"), "spokeswoman")
    assert found is not None and found[0] == "spokeswoman"


def test_a_pattern_has_lists_of_words_in_it() -> None:
    pattern = WordPattern(r"\b{dates.weekdays} (?:{numbers.small}){1,2}\b", re.IGNORECASE)
    assert pattern.search("On Friday ten came")
    assert not pattern.search("On Fry day ten came")
    assert WordPattern(r"{*ingest.by} \w+").sub("", "von Ana, par Jean") == ", "


@pytest.mark.parametrize(
    ("subject", "name", "language", "told"),
    [
        ("names", "nicknames", "en", "names.toml: there is no list 'nicknames'; it has aliases, "),
        ("weather", "winds", "en", "weather.toml: there is no such file of words; add it"),
        ("names", "titles", "xx", "xx/names.toml: there is no such file of words; add it"),
        ("dates", "months", "en", "dates.toml: months is no table"),
    ],
)
def test_what_is_missing_is_named_in_one_line(subject: str, name: str, language: str, told: str) -> None:
    ask = word_table if "no table" in told else word_list
    with pytest.raises(LexiconError, match=re.escape(told)) as error:
        ask(subject, name, language)
    assert "\n" not in str(error.value)


def test_what_a_page_may_be_in_is_read_in_every_language() -> None:
    assert {"by", "von", "par", "autorka"} <= lexicon.word_list_in_any_language("ingest", "by")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_list_says_a_word_twice(path: Path) -> None:
    for name, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if isinstance(entries, str) or (isinstance(entries, list) and not isinstance(entries[0], list)):
            found = entries.split() if isinstance(entries, str) else entries
            assert len(found) == len(set(found)), f"{name}: {[word for word in found if found.count(word) > 1]}"


def test_every_list_that_code_asks_for_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    asked = {match.groups() for match in ASKED.finditer(code.replace("'", '"'))}
    subjects = {path.stem for path in FILES}
    for written in (IN_PATTERN, DOTTED):
        asked |= {
            match.groups() for match in written.finditer(code) if match[1] in subjects and match[2] not in ENDINGS
        }
    assert len(asked) > 120
    for subject, name in asked:
        assert name in tomllib.loads((DATA / "en" / f"{subject}.toml").read_text(encoding="utf-8")), (subject, name)

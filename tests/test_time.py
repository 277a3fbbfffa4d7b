"""No text, however odd, takes a time that grows with the square of its length."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

import pytest

from assistant.answering.citation_markers import parse_markers, without_markers
from assistant.ingest.files import plain_html
from assistant.ingest.files.html.bylines import parse_authors
from assistant.reading.pronouns import _person_before
from assistant.text import (
    content_terms,
    expressions,
    figures,
    full_or_titled,
    name_spans,
    names,
    names_as_written,
    names_in,
    persons_in,
    split_sentences,
    values,
    without_titles,
    word_stems,
)
from assistant.text.quantities import quantities
from assistant.utils import name_line, normalize_url, one_line, safe_to_show, storable
from tests.bad_texts import Text, bad_texts, own_texts, repeated
from tests.patterns import Used, used_patterns

_SHORT, _LONG = 5_000, 20_000  # characters
_SECONDS = 0.05  # of process time for the long ones
_GROWTH = 2.5**2  # from short to long, which are two doublings: what is linear grows by 4, what is quadratic by 16
# All of them take minutes: THOROUGH=1 python -m pytest tests/test_time.py
_EVERY = 1 if os.environ.get("THOROUGH") else 12  # of the texts for a pattern only each so many-th, begun by its length
_SOME = 1 if _EVERY == 1 else 6  # the same of the units for a function
_HANGS = 1.0  # seconds
Run = Callable[[str], object]


class _HangsError(Exception):
    """It took more than a second of process time."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _HangsError

    signal.signal(signal.SIGPROF, signal.SIG_IGN)  # one that was on its way still is not of this block
    signal.signal(signal.SIGPROF, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})


def _seconds(run: Run, text: str, times: int = 1) -> float:
    """The shortest process time of several runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        run(text)
        found.append(time.process_time() - began)
    return min(found)


def _is_slow(run: Run, text: Text, first: int, suspect: float) -> bool:
    """Whether it takes too long and grows too fast; nothing more is measured where the first look is quick."""
    try:
        with _at_most(_HANGS):
            if _seconds(run, text(first)) < suspect:
                return False
        with _at_most(10 * _HANGS):
            short, long = _seconds(run, text(_SHORT), 3), _seconds(run, text(_LONG), 3)
    except _HangsError:
        return True
    return long > _SECONDS and long > _GROWTH * short


def _slow_texts(used: Used, every: int = 1) -> Iterator[str]:
    # What takes 50 ms on 20,000 characters and is quadratic takes 0.3 ms on 1,500.
    texts = islice(chain(bad_texts(), own_texts(used.pattern)), len(used.pattern.pattern) % every, None, every)
    return (text(40) for text in texts if _is_slow(used.run, text, first=1_500, suspect=0.000_25))


def test_no_pattern_takes_long_on_any_text() -> None:
    slow = {(used.place, used.way): texts for used in used_patterns() if (texts := list(_slow_texts(used, _EVERY)))}
    assert slow == {}, "make these linear: possessive quantifiers, (?<!\\s) before a run of spaces, bounded repeats"


@pytest.mark.parametrize(
    ("pattern", "way"),
    [(r"\s+x", "finditer"), (r"(?:a+)+b", "fullmatch"), (r"\W*[^?]+?\s+who", "match")],
)
def test_a_pattern_that_takes_long_is_noticed(pattern: str, way: str) -> None:
    assert next(_slow_texts(Used("here", re.compile(pattern), way)), None)


def test_patterns_are_found_wherever_they_are() -> None:
    places = " ".join(used.place for used in used_patterns())
    for place in (
        "reading.named._WORDS",
        "reading.descriptions._ASKED.1",  # in a tuple
        "text.value._forms.()",  # of a function
        "retrieval.publications._ABSENT_FORMS.0.0",  # in a tuple of tuples
        "answering.draft, line",  # written where it is used
        "ui.views.exports.markdown._MARKUP",
        "ingest.files.encodings._DECLARED",  # of bytes
    ):
        assert place in places, place
    assert len(used_patterns()) > 250


def _figures(text: str) -> object:
    quantities.cache_clear()
    return list(figures(text))


def _values(text: str) -> object:
    quantities.cache_clear()
    values.cache_clear()
    return values(text)


def _sentences(text: str) -> object:
    split_sentences.cache_clear()
    return split_sentences(text)


_FUNCTIONS: dict[str, Run] = {
    "sentences": _sentences,
    "figures": _figures,
    "values": _values,
    "content_terms": content_terms,
    "word_stems": word_stems,
    "names": lambda text: list(names(text)),
    "names_in": lambda text: names_in(f"who is {text}", lambda name: 1),
    "full_or_titled": lambda text: list(full_or_titled(text)),
    "name_spans": lambda text: list(name_spans(text)),
    "names_as_written": names_as_written,
    "persons_in": lambda text: list(persons_in(text)),
    "without_titles": without_titles,
    "expressions": lambda text: list(expressions(text)),
    "parse_markers": lambda text: parse_markers(text, range(9)),
    "without_markers": without_markers,
    "person_before": lambda text: _person_before(text, len(text)),
    "parse_authors": parse_authors,
    "plain_html": plain_html,
    "one_line": one_line,
    "name_line": name_line,
    "storable": storable,
    "normalize_url": lambda text: normalize_url(f"https://a.example/{text}"),
    "safe_to_show": safe_to_show,
}
_UNITS = (
    "“", "“ ", "' ", "(", "[", "[1] ", "[1](", " ", "\n", "-", "a", "a ", "A ", "Ann ", "Ann’s ", "A.B. ", "Ann and ",
    "Mr. ", "the the ", "and ", "1", "1 ", "1,1", "1.", "$1 ", "1% ", "½", "one hundred ", "two ", "1 May ", "in May ", "http://",
    "?a=b&", "<a", "&#", "中。", "a\u0301", "\u200b",
)  # fmt: skip


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_no_reading_of_a_text_takes_long(name: str) -> None:
    run = _FUNCTIONS[name]
    run("Ann Lee paid $5 on 1 May. She left.")  # what is loaded once is loaded
    assert [
        unit
        for unit in _UNITS[len(name) % _SOME :: _SOME]
        if _is_slow(run, repeated(unit), first=_SHORT, suspect=0.015)
    ] == []

"""Questions about the corpus itself ("How many articles are there on the cannery?"), recognised by their form.

With them "hello", "thanks" and "what can you do", which no article answers.

Every word of a question must fit a form, so that none is taken that asks for what articles say ("How many articles did
the treaty have?").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal, cast

from assistant.retrieval.time_filters import Time
from assistant.text import WORD, Mention, WordPattern, split_words, stem, word_groups, word_list, word_table

RequestKind = Literal[
    "count", "newest", "oldest", "publications", "dates", "list", "count_by_publication", "greeting", "thanks", "help"
]
SMALL_TALK: tuple[RequestKind, ...] = ("greeting", "thanks", "help")

_LONGEST = 300  # characters
_MOST_TOPIC = 8  # words

_PUB, _WHEN = "§", "¤"  # stand for a publication and for a time, as in the forms
_MARKS = re.compile(r"(?<![?!.,;:\"“”])[?!.,;:\"“”]++(?=\s|$)|[\"“”]")
_PUBLICATIONS = re.compile(rf"{_PUB}(?:,? (?:and|or|&) (?:from |by |in )?{_PUB}| {_PUB})+")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about the corpus.

    `terms` are the content words of the topic, each stem once, all of which an article must have; `written` are the
    same words as the question writes them.
    """

    kind: RequestKind
    terms: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def about_the_corpus(question: str, publications: Sequence[Mention] = (), times: Sequence[Time] = ()) -> Request | None:
    """What `question` asks about the corpus itself; None for every other question.

    `publications` and `times` are those that the question names.
    """
    if len(question) > _LONGEST:
        return None
    said = " ".join(split_words(question))
    for small_talk in SMALL_TALK:
        if said in word_list("small_talk", small_talk):
            return Request(small_talk)
    text = " ".join(_MARKS.sub(" ", _masked(question, publications, times).lower()).split())
    text = _PUBLICATIONS.sub(_PUB, text)
    text = _form("^{lead}+").sub("", text).removesuffix(" please")
    # Few questions are of any form, and to compile the forms takes a twentieth of a short command.
    if not _form("{article}|{report}|{outlet}|\\b{all}\\b|§|¤|^what.* (?:new|latest)").search(text):
        return None
    for kind, form in word_groups("corpus_questions", "forms"):
        found = _form(form).fullmatch(text)
        request = found and _request(kind, found, publications, times)
        if request:
            forms = {"".join(split_words(token)): token for token in WORD.findall(question)}
            return replace(request, written=tuple(forms.get(term, term) for term in request.terms))
    return None


@cache
def _form(form: str) -> WordPattern:
    return WordPattern(_whole(form))


def _whole(form: str) -> str:
    """A form with its parts written out."""
    parts = word_table("corpus_questions", "parts")
    return re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{_whole(parts[found[1]])})", form)


def _masked(question: str, publications: Sequence[Mention], times: Sequence[Time]) -> str:
    spans = {(mention.start, mention.end): _PUB for mention in publications}
    spans |= {(time.start, time.end): _WHEN for time in times}
    masked, done = "", 0
    for (start, end), mark in sorted(spans.items()):
        if start >= done:
            masked += f"{question[done:start]} {mark} "
            done = end
    return masked + question[done:]


def _request(kind: str, found: re.Match[str], publications: Sequence[Mention], times: Sequence[Time]) -> Request | None:
    parts = {name: part or "" for name, part in found.groupdict().items()}
    rest = f"{parts.get('before', '')} {parts.get('after', '')}"
    topic = parts.get("topic", "")
    terms = _terms(topic)
    if kind == "last":
        kind = "oldest" if parts["oldest"] else "newest"
    if (topic and not terms) or not _is_about_corpus(kind, parts.get("what", ""), bool(topic), rest):
        return None
    since = max((time.since for time in times if time.since), default=None)
    until = min((time.until for time in times if time.until), default=None)
    if since and until and since > until:
        return None  # "articles from May about the vote in June"
    names = tuple(dict.fromkeys(mention.name for mention in publications))
    return Request(cast(RequestKind, kind), terms=terms, publications=names, since=since, until=until)


def _is_about_corpus(kind: str, what: str, topic: bool, rest: str) -> bool:
    """Whether the articles here are meant, and not "the articles" or "the reports" of something else."""
    if not what or _form("{mark}|{by}|{does}").search(rest):
        return True
    if not _form("{article}").fullmatch(what):
        return kind in ("newest", "oldest") and topic and what == "news"
    return topic or kind in ("newest", "oldest") or (what.endswith("s") and bool(_form("{there}").search(rest)))


def _terms(topic: str) -> tuple[str, ...]:
    found = split_words(topic)
    if len(found) > _MOST_TOPIC or word_list("corpus_questions", "no_topic").intersection(found):
        return ()
    passed_over = word_list("corpus_questions", "pointing") | word_list("corpus_questions", "links")
    by_stem = {stem(word): word for word in reversed(found) if word not in passed_over}
    return tuple(reversed(by_stem.values()))

"""Who does what to whom in a sentence: its clauses, by the parser of spaCy's small English model."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.errors import ModelError, RefreshError
from assistant.models.spacy_model import load_without
from assistant.utils import once

_UNUSED = ("ner", "senter")
_OF_A_NOUN = frozenset({"compound", "amod", "nmod", "appos", "poss", "nummod"})
_NOUNS = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
_KEPT = 2048  # sentences


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun with the words that belong to it, in lower case; `text` is its name as it is written.

    Of several that are joined, "Amblin and Kessing", it has the words of all and the text of the first.
    """

    words: frozenset[str]
    text: str
    is_name: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """An act: the base form of its verb, such as "call off", who does it and whom or what it is done to.

    A passive clause is told as the active one. A pronoun, which stands for anybody, is None.
    """

    verb: str
    doer: Phrase | None
    done_to: Phrase | None


@lru_cache(maxsize=_KEPT)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of an English text, in order; some 5 ms a sentence, at the first use 0.4 s more.

    From any thread. Raises ModelError when the parser cannot be loaded.
    """
    model = _parser()
    # A memory zone forgets the words of this text; without one those of all that is checked fill the memory.
    with _parsing, model.memory_zone():
        return tuple(_clause(word) for word in model(text) if _is_act(word))


_parsing = threading.Lock()


@once
def _parser() -> Any:
    try:
        return load_without(_UNUSED)
    except RefreshError as error:
        raise ModelError(str(error)) from None


def _is_act(word: Any) -> bool:
    return word.pos_ in ("VERB", "AUX") and word.dep_ not in ("aux", "auxpass")


def _clause(verb: Any) -> Clause:
    parts = _parts(verb)
    subject = _subject(verb)
    if "auxpass" in parts or "nsubjpass" in parts or (verb.dep_ == "acl" and verb.tag_ == "VBN"):
        by = parts.get("agent")
        doer, done_to = by and _parts(by).get("pobj"), subject
    else:
        doer, done_to = subject, parts.get("dobj") or parts.get("dative") or parts.get("attr")
    particle = f" {parts['prt'].text}" if "prt" in parts else ""
    return Clause(f"{verb.lemma_.lower()}{particle}", _phrase(doer, verb), _phrase(done_to, verb))


def _parts(word: Any) -> dict[str, Any]:
    """What depends on a word, by how."""
    return {child.dep_: child for child in word.children}


def _subject(verb: Any) -> Any:
    """The subject of a verb; of "asked her to lead" the one who is to lead."""
    parts = _parts(verb)
    own = parts.get("nsubj") or parts.get("nsubjpass")
    if own is not None:
        return own
    if verb.dep_ == "acl":
        return verb.head
    above = _parts(verb.head)
    if verb.dep_ == "xcomp":
        return above.get("dobj") or above.get("nsubj") or above.get("nsubjpass")
    return _subject(verb.head) if verb.dep_ == "conj" and _is_act(verb.head) else None


def _phrase(noun: Any, verb: Any) -> Phrase | None:
    if noun is not None and noun.tag_ in ("WP", "WDT") and verb.dep_ == "relcl":
        noun = verb.head  # "the crew that won"
    if noun is None or noun.pos_ == "PRON":
        return None
    words = [noun, *(word for word in _with_nouns(noun) if word.pos_ in _NOUNS)]
    name = sorted((word for word in words if word.pos_ == "PROPN"), key=lambda word: word.i)
    text = " ".join(word.text for word in name) if name else noun.text
    joined = (word for other in noun.conjuncts for word in (other, *_with_nouns(other)) if word.pos_ in _NOUNS)
    return Phrase(frozenset(word.text.lower() for word in (*words, *joined)), text, bool(name))


def _with_nouns(noun: Any) -> Iterator[Any]:
    for child in noun.children:
        if child.dep_ in _OF_A_NOUN:
            yield child
            yield from _with_nouns(child)

"""Who does what to whom in a sentence, and who somebody is: by the parser of spaCy's small English model."""

import re
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.errors import ModelError, RefreshError
from assistant.models.spacy_model import load_without
from assistant.text import word_list
from assistant.utils import once

_UNUSED = ("ner", "senter")
_OF_A_NOUN = frozenset({"compound", "amod", "nmod", "appos", "poss", "nummod"})
_NOUNS = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
_OF_A_VERB = frozenset({"nsubj", "nsubjpass", "dobj", "attr", "agent"})
_NO_TITLES = frozenset({"Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr."})
_CONTRACTED = frozenset({"be", "have"})  # "'s", "'ve": no rule leads from these to the verb
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

    A passive clause is told as the active one. A pronoun, which stands for anybody, is None. `is_done`: it is told as a
    fact, and not as what will, would, may or must be, is to be, or is not. `is_denied`: it is told that it is not so;
    None where that hangs on what is denied elsewhere ("did not think that it would").
    """

    verb: str
    doer: Phrase | None
    done_to: Phrase | None
    is_done: bool = True
    is_denied: bool | None = False


@dataclass(frozen=True, slots=True)
class Description:
    """Where a text says who somebody is: "the retired judge Agnes Corlett", from `start` to `end`, the name included.

    `own` is the place of what is said without the name, where that follows it. `says` is how much it says: 1 for a
    title or a clause with "who", 3 for a noun of its own ("the finance director"), and their sum.
    """

    start: int
    end: int
    own: tuple[int, int] | None
    says: int


@lru_cache(maxsize=_KEPT)
def description(text: str, name: str) -> Description | None:
    """What an English text says first of who `name` is, as it is written there; None where it does not.

    From any thread. Raises ModelError when the parser cannot be loaded.
    """
    model = _parser()
    with _parsing, model.memory_zone():
        parsed = model(text)
        places = (match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text))
        names = (parsed.char_span(*place, alignment_mode="expand") for place in places)
        return next(filter(None, map(_description, names)), None)


def _description(name: Any) -> Description | None:
    """What is said of a name where it stands."""
    main = name.root
    after = max(filter(None, map(_said_after, main.children)), key=_says, default=None)
    if after is None and main.dep_ == "nsubj" and main.head.lemma_ == "be":
        after = next((child for child in main.head.children if child.dep_ == "attr" and _is_noun(child)), None)
    is_second = main.dep_ == "appos" and main.head.i < name.start and _is_noun(main.head)
    start = (main.head if is_second else main).left_edge.i
    before = name.doc[start : name.start]
    is_title = any(word.pos_ not in ("DET", "PUNCT") and word.text not in _NO_TITLES for word in before)
    says = is_title + (_says(after) if after is not None else 0)
    if not says:
        return None
    first, last = name.doc[start] if is_title else name[0], after.right_edge if after is not None else name[-1]
    own = (after.left_edge.idx, _end(after.right_edge)) if after is not None else None
    return Description(first.idx, _end(last), own, says)


def _said_after(child: Any) -> Any:
    """What follows a name and says who it is: a noun of its own, or a clause with "who"."""
    is_clause = child.dep_ == "relcl" and child.left_edge.tag_ in ("WP", "WDT", "WP$")
    return child if is_clause or (child.dep_ == "appos" and _is_noun(child)) else None


def _says(word: Any) -> int:
    return 3 if _is_noun(word) else 1


def _is_noun(word: Any) -> bool:
    return word.pos_ in ("NOUN", "ADJ")


def _end(word: Any) -> int:
    return int(word.idx + len(word.text))


@lru_cache(maxsize=_KEPT)
def verbs(text: str) -> frozenset[str]:
    """The verbs of an English text, in lower case. From any thread. Raises ModelError as `clauses` does."""
    model = _parser()
    with _parsing, model.memory_zone():
        return frozenset(word.text.lower() for word in model(text) if word.pos_ == "VERB")


@lru_cache(maxsize=_KEPT)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of an English text, in order; some 5 ms a sentence, at the first use 0.4 s more.

    From any thread. Raises ModelError when the parser cannot be loaded.
    """
    model = _parser()
    # A memory zone forgets the words of this text; without one those of all that is checked fill the memory.
    with _parsing, model.memory_zone():
        return tuple(_clause(word) for word in model(text) if _is_act(word))


def may_tell(text: str, verbs: Collection[str]) -> bool:
    """Whether a clause of `text` may be of one of these `verbs`, in base form, by its words alone.

    Most texts are known not to, in a seventh of the time that it takes to parse them. From any thread.
    Raises ModelError as `clauses` does.
    """
    first = {verb.split()[0] for verb in verbs}
    if not first.isdisjoint(_CONTRACTED):
        return True
    model = _parser()
    lemmatizer = model.get_pipe("lemmatizer")
    with _parsing, model.memory_zone():
        words = model.make_doc(text)
        for word in words:
            word.pos_ = "VERB"
        return any(word.lower_ in first or not first.isdisjoint(lemmatizer.rule_lemmatize(word)) for word in words)


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
    return Clause(
        f"{verb.lemma_.lower()}{particle}",
        _phrase(doer, verb),
        _phrase(done_to, verb),
        not _is_open(verb),
        _is_denied(verb),
    )


def _is_open(verb: Any) -> bool:
    return verb.tag_ == "VB" or any(
        child.dep_ == "neg" or (child.dep_ == "aux" and child.tag_ in ("MD", "TO")) for child in verb.children
    )


def _is_denied(verb: Any) -> bool | None:
    own = _denies(verb)
    above = verb.head
    if verb.dep_ not in ("xcomp", "ccomp", "pcomp", "advcl") or above == verb:
        return own
    if above.lemma_.lower() in word_list("negation", "refusing") or above.lower_ == "without":
        return not own
    return None if verb.dep_ != "advcl" and _denies(above) else own


def _denies(verb: Any) -> bool:
    """Whether a verb has "not", "never" or "no longer" beside it, or "no" before what does it or is done."""
    near = [*verb.children, *(child for noun in verb.children if noun.dep_ in _OF_A_VERB for child in noun.children)]
    return any(_is_denial(word) for word in near)


def _is_denial(word: Any) -> bool:
    following = word.nbor().lower_ if word.i + 1 < len(word.doc) else ""
    if word.dep_ == "neg":
        return following not in ("only", "just", "merely")
    if word.dep_ == "det" and word.lower_ == "no":
        return following not in ("fewer", "less", "more")
    return word.lower_ in ("nobody", "none", "nothing", "neither", "nor") or (
        word.lower_ == "longer" and word.i > 0 and word.nbor(-1).lower_ == "no"
    )


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

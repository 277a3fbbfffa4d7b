"""Inverting: the clause that a sentence begins with, and the question in which its verb comes before its subject.

"The cannery will close in May." becomes "When will the cannery close?". What is asked for is the caller's.
"""

import re
from dataclasses import dataclass

from assistant.grammar import ALONE, ANY, AUXILIARIES, LOOSE, NAME, PARTICIPLES, PAST, THIRD, VAGUE
from assistant.phrases import Phrases
from assistant.text.words import is_content_word, words


@dataclass(frozen=True, slots=True)
class Clause:
    """What a sentence is about, as a question calls it; its verb, an auxiliary or of `grammar`; and what follows."""

    subject: str
    verb: str
    tail: str
    is_name: bool
    rests_on: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The base of the verb, "" for an auxiliary."""
        return PAST.get(self.verb) or THIRD.get(self.verb, "")


# the clause

_ADVERB = (
    r"(?:also|always|already|finally|first|even|just|later|long|never|now|once|only|recently|since|soon|still|then"
    r"|[a-z]+ly)"
)
_ADVERBS_END = re.compile(rf"(?:\s{_ADVERB})+\Z")
_ADVERBS_START = re.compile(rf"\A(?:\s{_ADVERB}\b)+")
_LATE = re.compile(r"\s(?:early|late)\Z")
_VERB = re.compile(r"(?<=\s)[a-z]+(?=\s)")
_ASIDE = re.compile(r"\A([^,;:“”\"()]+), [^,;:“”\"()]{3,70},\Z")
_NAMED = re.compile(rf"\A(?P<lead>(?:[\w’'-]+\s){{0,5}}?)(?P<name>{NAME})\Z")
_OWN = re.compile(rf"\A(?P<name>{NAME})(?P<own>[’']s?\s|\s)(?P<thing>(?:[a-z-]+\s){{0,2}}[a-z-]+)\Z")
_TOPIC = re.compile(r"\AThe ((?:[a-z-]+ ){0,2}[a-z-]+)\Z")
_MOST_BEFORE = 120  # characters before the verb
# What begins so is of something else: "As Apple, ...", "With Google ...".
_LEANING = frozenset("as like unlike with for from in at on by of under to if without despite".split())
_OPEN = (
    LOOSE | AUXILIARIES | frozenset("a an and during for into of on or said says the to told which who with".split())
)


def first_clause(sentence: str, phrases: Phrases) -> Clause | None:
    """The clause that `sentence` begins with, when that begins with what it is about."""
    for found in _VERB.finditer(sentence, 0, _MOST_BEFORE):
        verb = found[0]
        if verb in AUXILIARIES or verb in PAST or verb in THIRD:
            clause = _with_subject(sentence[: found.start()], verb, sentence[found.end() :], phrases)
            if clause or verb not in THIRD:
                return clause
    return None


def _with_subject(before: str, verb: str, tail: str, phrases: Phrases) -> Clause | None:
    bare, rest = without_aside(before), _ADVERBS_START.sub("", tail)
    if name := subject_name(bare, phrases):
        return Clause(name, verb, rest, True)
    if thing := _thing(bare, phrases):
        return Clause(thing, verb, rest, False)
    topic = _TOPIC.match(bare)
    if topic and topic[1] in phrases.topics:
        called = phrases.topics[topic[1]]
        return Clause(called, verb, rest, False, rests_on(called, phrases))
    return None


def without_aside(subject: str) -> str:
    """A subject without what is told of it between commas, and without adverbs."""
    bare = _ADVERBS_END.sub("", subject.rstrip())
    aside = _ASIDE.match(bare)
    return aside[1] if aside else bare


def subject_name(text: str, phrases: Phrases) -> str | None:
    """The name that a subject is, with a role before it or none: "The singer Taylor Swift"."""
    found = _NAMED.match(text)
    if not found or found["name"].split(" ")[0].lower() in _LEANING:
        return None
    lead = found["lead"].split()
    if lead and lead[0] in ("The", "A", "An"):
        lead = lead[1:] or ["-"]
    if not all(re.fullmatch(r"[\w’']+", one) and one.lower() not in _OPEN | VAGUE for one in lead):
        return None
    called = phrases.called(found["name"]) if not lead or lead[-1].islower() else None
    return f"the {called}" if called and found["name"] == f"The {called}" else called


def _thing(text: str, phrases: Phrases) -> str | None:
    """What a subject is when it is a thing of a name: "Apple’s new headset", "Pellinsea town council"."""
    found = _OWN.match(text)
    name = found and phrases.called(found["name"])
    if not (found and name) or found["name"].split(" ")[0].lower() in _LEANING:
        return None
    thing = found["thing"].split()
    if not (_OPEN | VAGUE | PAST.keys()).isdisjoint(thing) or thing[-1].endswith(("ing", "ed", "ly")):
        return None
    own = found["own"].strip()
    if not own:
        name = f"{'the ' if text.startswith('The ') else ''}{name.removeprefix('the ')}"
    return f"{name}{own} {found['thing']}"


# what may stand between a verb and what is asked for

_PLAIN = re.compile(r"\A[\w’'& .-]*\Z")
_NO_QUESTION = re.compile(
    r"\.(?:\s|\Z)|n[’']t\b|(?<!\w)\d|\b(?:not|never|no|if|as|than|while|where|what|that|this|these|those|it|he|she|they|them"
    r"|him|us|who|which|when|and|or|but|so|both|said|says)\b"
)
_OPEN_ENDS = frozenset("ahead from late minutes time".split())
_MOST_BETWEEN = 8


def plain(text: str, phrases: Phrases) -> str | None:
    """`text` as a question may have it, names in full; None when it has a clause of its own or points elsewhere."""
    own = text.split()
    if not _PLAIN.match(text) or len(own) > _MOST_BETWEEN or _NO_QUESTION.search(re.sub(NAME, "N", text)):
        return None
    if own and own[-1].lower() in _OPEN | _OPEN_ENDS:
        return None
    full = phrases.in_full(_with_topic(text, phrases))
    return full if full is not None and _is_told(full, phrases) else None


def _with_topic(text: str, phrases: Phrases) -> str:
    """`text` with what the article is about as it must be called outside of it."""
    whole = re.search(r"\bthe ([a-z][a-z -]*)\Z", text)
    return text[: whole.start()] + phrases.topics[whole[1]] if whole and whole[1] in phrases.topics else text


def _is_told(text: str, phrases: Phrases) -> bool:
    """Whether each "the" and "a" has a name that tells which one is meant, or is of what the article is about."""
    for found in re.finditer(r"\b(?:the|an?)\s(.*)", text):
        topic = any(re.match(rf"{re.escape(one)}\b", found[1]) for one in phrases.topics)
        if not topic and not _TOLD.match(found[1]):
            return False
    return True


_NEARER = r"(?:of|in|on|at|for|against|with)"
_TOLD = re.compile(
    rf"(?:(?!(?:{_NEARER}|after|before|by|from|into|over|to|under)\b)[\w-]+\s){{0,3}}"
    rf"(?:{_NEARER}\s(?:the\s)?(?:[a-z-]+\s){{0,2}})?i?[A-Z]"
)


def rests_on(text: str, phrases: Phrases) -> tuple[str, ...]:
    """The words by which it must be known what `text` is, where no name tells it."""
    named = any(phrases.is_whole(one.text) and one.text.removeprefix("the ") not in ANY for one in phrases.named(text))
    return () if named else tuple(one for one in words(text) if is_content_word(one))


def inverted(asking: str, clause: Clause, between: str, phrases: Phrases) -> str | None:
    """`asking` of the clause, its verb put before its subject: "When did the cannery close?"."""
    bare = plain(_LATE.sub("", _ADVERBS_START.sub("", f" {between.strip()}")).strip(), phrases)
    if bare is None:
        return None
    if clause.verb in AUXILIARIES:
        put = (clause.verb, clause.subject, bare)
    else:
        put = ("did" if clause.verb in PAST else "does", clause.subject, f"{clause.base} {bare}")
    return " ".join(f"{asking} {' '.join(put)}".split()) + "?"


def says_enough(clause: Clause, between: str) -> bool:
    """Whether verb and what follows it say something: "closed", "bought Twitter", "was founded", "will be held"."""
    own = between.split()
    if clause.verb in ("was", "were"):
        return bool(own) and (own[0].endswith("ed") or own[0] in PARTICIPLES) and own[0] not in _SUPPOSED
    if clause.verb in ("is", "are"):
        return len(own) > 2 and own[0] in _SUPPOSED and own[1] == "to"
    if clause.verb == "will":
        return bool(own) and own[0] not in _EMPTY and (own[0] != "be" or len(own) > 1)
    return clause.verb in PAST and (bool(own) or clause.base in ALONE)


_SUPPOSED = frozenset("scheduled set due expected supposed slated".split())
_EMPTY = frozenset("say have not also likely only never still then".split())

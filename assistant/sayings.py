"""Sayings: from who said something, and from who somebody is said to be, to questions of that."""

import re
from collections.abc import Iterator

from assistant.askable import Asked
from assistant.grammar import AFTER, LOOSE, NAME, PERSON, POST, SAYS, THING
from assistant.inverting import subject_name, without_aside
from assistant.phrases import Phrases, is_person
from assistant.text.words import words

_SAID_FIRST = re.compile(rf"\A(?P<who>[^“”\"]{{2,110}}?)\s(?P<verb>{SAYS})\b(?P<what>.*)\Z", re.DOTALL)
_SAID_LAST = re.compile(
    r"\A[“\"](?P<what>[^“”\"]+)[,.?!][”\"]\s(?:(?:said|says|added|adds)\s(?P<one>[^,.;:“]+)(?P<aside>, (?:an?|the)\s)?"
    r"|(?P<other>[^,.;:“]+)\s(?:said|says|added))\b"
)
_LED_TO = re.compile(r"\A[^,:“\"]{0,60}?(?:\sthat\s|[,:]\s|\s[“\"])")
_HOW = re.compile(r"\A\s(?:in|on|at|during|to|after|of|when|as|by|before|through|via)\b")
_FOLLOWS = re.compile(rf"(?P<own>[’']s?\s(?P<next>\w+))|{AFTER}")
_WHERE = re.compile(r"\b(?:in|at|from|near|to)\s(?:the\s)?\Z")
_NEAR = 60  # characters: what comes later is mentioned, not spoken of


def from_speech(sentence: str, phrases: Phrases) -> Iterator[Asked]:
    """What somebody said about what the sentence names."""
    first, last = _SAID_FIRST.match(sentence), _SAID_LAST.match(sentence)
    if first:
        who, what = subject_name(without_aside(first["who"]), phrases), _said(first["verb"], first["what"])
    elif last:
        who, what = subject_name(last["one"] or last["other"], phrases), last["what"]
    else:
        return
    if who and what and phrases.is_whole(who):
        topics = list(_topics(what, who, phrases)) or [*_subject(what, who, phrases)]
        yield from (Asked(f"What did {who} say about {topic}?", "said") for topic in topics)
    if who and last and last["aside"] and is_person(who):
        yield Asked(f"Who is {who}?", "is")


def _said(verb: str, after: str) -> str | None:
    """What was said, without to whom and where it was."""
    if verb in ("told", "tells", "warned", "warns") or _HOW.match(after):
        led = _LED_TO.match(after)
        return after[led.end() :] if led else None
    return after


def _topics(what: str, who: str, phrases: Phrases) -> Iterator[str]:
    own = set(words(who))
    for one in phrases.named(what):
        aside = one.start > _NEAR or _WHERE.search(what[: one.start])
        follows = _FOLLOWS.match(what, one.end)
        if (aside and phrases.about(one.text) < 1) or not follows or (follows["own"] and follows["next"] in LOOSE):
            continue
        if own.isdisjoint(words(one.text)) and phrases.is_often(one.text) and one.text not in phrases.mixed:
            yield one.text
    for topic, called in phrases.topics.items():
        if re.search(rf"\bthe {re.escape(topic)}{AFTER}", what) and own.isdisjoint(words(called)):
            yield called
    for matter in phrases.matters:
        if re.search(rf"\b(?:of|about|on|for|with|from|against|by|in)\s{matter}{AFTER}", what):
            yield matter


def _subject(what: str, who: str, phrases: Phrases) -> Iterator[str]:
    """What somebody spoke of at some length who names nothing: what the whole article is about."""
    subject = phrases.subject() if is_person(who) and len(what) > _NEAR else None
    if subject and set(words(who)).isdisjoint(words(subject)):
        yield subject


_OF_BODY = re.compile(rf"(?P<who>{NAME}), (?:the )?(?P<post>{POST}) (?:of|at) (?:the )?(?P<body>{NAME})(?=[,.])")
_BODY_OWN = re.compile(rf"(?P<body>{NAME})[’']s (?P<post>{POST}),? (?P<who>{NAME})(?=[,.]|\s[a-z])")
_BODY_POST = re.compile(rf"(?P<body>{NAME}) (?P<post>{POST}) (?P<who>{NAME})(?=[,.]|\s[a-z])")
_WHO_BODY = re.compile(rf"(?P<who>{NAME}), (?P<body>{NAME})[’']s (?P<post>{POST})(?=[,.])")
_FORMERLY = re.compile(
    r"\b(?:former|formerly|then|ex|late|ousted|outgoing|previous|past|new)[- ](?:the )?\Z", re.IGNORECASE
)
_ASKED = {
    _OF_BODY: "Who is the {post} of {body}?",
    _BODY_OWN: "Who is {body}’s {post}?",
    _WHO_BODY: "Who is {body}’s {post}?",
    _BODY_POST: "Who is the {bare} {post}?",
}
_TOLD = rf"(?P<what>(?:(?!of\b)[\w’'-]+ ){{0,5}}?(?P<kind>(?P<person>{PERSON})|{THING}))(?![\w-])"
_BY_ASIDE = re.compile(rf"\A(?P<name>[^,“”\"]+), (?:an?|the) {_TOLD}[^,]*,")
_BY_IS = re.compile(rf"\A(?P<name>[^,“”\"]+?) (?:is|was) an? {_TOLD}")
_BY_SPEECH = re.compile(rf"\A(?P<name>[^,“”\"]+), (?:an?|the) (?P<what>[^,“”\"]+), {SAYS}\b")
_SEATED = re.compile(rf"(?P<where>{NAME})-based (?:(?:[a-z-]+ ){{0,2}}{THING} )?(?P<who>{NAME})")
_JUDGED = re.compile(r"\b(?:better|best|worse|worst|same|first|last|former|only|perfect|great|good|bad|big|key)\b")


def from_aside(sentence: str, phrases: Phrases) -> Iterator[Asked]:
    """Who holds a post, and who or what it is that the sentence introduces."""
    for pattern, asking in _ASKED.items():
        for found in pattern.finditer(sentence):
            body, who = phrases.called(found["body"]), phrases.called(found["who"])
            formerly = _FORMERLY.search(sentence[: found.start("body")]) or "ormer" in found[0]
            if body and who and is_person(who) and not formerly:
                bare = body.removeprefix("the ")
                yield Asked(asking.format(post=found["post"], body=body, bare=bare), "is")
    yield from _introduced(sentence, phrases)
    for found in _SEATED.finditer(sentence):
        seated = phrases.called(found["who"])
        if seated and phrases.is_whole(seated) and not is_person(seated):
            yield Asked(f"Where is {seated} based?", "where")


def _introduced(sentence: str, phrases: Phrases) -> Iterator[Asked]:
    for pattern in (_BY_ASIDE, _BY_IS, _BY_SPEECH):
        found = pattern.match(sentence)
        name = found and subject_name(found["name"], phrases)
        if not (found and name) or _JUDGED.search(found["what"]):
            continue
        if pattern is _BY_SPEECH or found["person"]:
            if is_person(name):
                yield Asked(f"Who is {name}?", "is")
        elif phrases.is_whole(name) and name not in phrases.mixed:
            yield Asked(f"What is {name}?", "is")

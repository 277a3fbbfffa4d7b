"""Phrases: what an article calls the people and things it is about, told by capitals and repetition alone.

There is no tagger here, so a phrase counts only when the article bears it out: a name that is seen again, a noun
that keeps its "the". Whatever is in doubt is left.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.articles import Article
from assistant.grammar import (
    AFTER,
    ANY,
    BODIES,
    CAPITAL,
    DAYS,
    DEFINITE,
    LOOSE,
    NAME,
    ROLES,
    STARTERS,
    VAGUE,
)
from assistant.text.sentences import Span, sentences
from assistant.text.words import is_content_word, stem, words

_READ = 12_000  # characters: what is news stands at the top, and a book must not cost more than an article
_MOST_SENTENCES = 60
_LONGER = 4
_LONGEST_TITLE = 300  # characters
_MOSTLY = 0.8  # share of a name's places
_MOST_WORDS = 6  # of a name; a longer run of capitals is a headline

_NAME = re.compile(NAME)
_STARTS = re.compile(r"(?:\A|[.?!:;]\s|[“\"‘(\n]\s?)\s*\Z")
_THE = re.compile(r"\b[Tt]he\s\Z")
_IN = re.compile(r"\b(?:at|from|in|near|to)\s\Z")
_BASED = re.compile(r"-[a-z]")  # "Dubai-based"
_NATIONAL = re.compile(
    r"\A(?:[A-Z]\w+(?:ese|ian|ish|[^d]ican|aeli|opean|[^m]erman|rench|utch)|Czech|Greek|Iraqi|Pakistani|Saudi|Swiss|Thai|Welsh)\Z"
)
_MIXED = re.compile(r"[a-z][A-Z]|[A-Z]{2}")  # "YouTube", "NASA"
_MANY_CAPITALS = re.compile(r"(?<!\S)[A-Z&.]{3,}(?!\S)")

_ENDS = re.compile(rf"[’']s\b|{AFTER}")
_TOPIC = re.compile(rf"\b[Tt]he\s((?:[a-z][a-z-]+\s){{0,2}}[a-z][a-z-]{{2,}}){AFTER}")
_MATTER = re.compile(rf"\b(?:of|about|on|for|with|from|against|by|in)\s([a-z]{{4,}}){AFTER}")
_NO_NOUN = ("ing", "ed", "ly", "est")


@dataclass(frozen=True, slots=True)
class Named:
    """A name at `[start, end)` of a text; `text` is what a question may call it, in full and with its "the"."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What an article is about.

    `title` are the stems of its headline. `seen` counts its names; `definite` are those that go with "the", `mixed`
    those that go with it at times, `alone` those that stand for themselves and not before a noun. `full` has for a last
    name the name in full, as it is given before; "" for a first name and for what several names end with. `small` are
    the words without a capital, `within` those with one in mid-sentence. `topics` has the nouns that the article keeps
    coming back to with "the", each as it must be called elsewhere; `matters` counts those without.
    """

    title: frozenset[str]
    seen: Mapping[str, int]
    definite: frozenset[str]
    mixed: frozenset[str]
    alone: frozenset[str]
    full: Mapping[str, str]
    small: frozenset[str]
    within: frozenset[str]
    topics: Mapping[str, str]
    matters: Mapping[str, int]

    def named(self, text: str) -> Iterator[Named]:
        """The names in a sentence that can be asked about, in order."""
        for found in _NAME.finditer(text):
            called = self.called(found[0])
            if called:
                yield Named(*found.span(), called)

    def called(self, name: str) -> str | None:
        """What to call what a sentence names, in full; None when it may be no name, or none by itself."""
        own = without_titles(name)
        parts = own.split(" ")
        if not own or len(parts) > _MOST_WORDS or not DAYS.isdisjoint(own.lower().split(" ")) or _BASED.search(own):
            return None
        whole = self.full.get(own, own)
        if not whole or not (whole != own or self._is_borne_out(own, parts)):
            return None
        return whole if (self.definite | DEFINITE).isdisjoint((whole, own)) else f"the {whole}"

    def _is_borne_out(self, name: str, parts: list[str]) -> bool:
        """Whether a name is seen elsewhere too, whole or by its last word, is in the headline, or looks like one."""
        if len(parts) == 1:
            known = self.seen.get(name, 0) > 1 and name in self.within and len(name) > 1
            return known and name.lower() not in self.small | ROLES and not _NATIONAL.match(name)
        again = self.seen.get(name, 0) > 1 or self.seen.get(parts[-1], 0) > 0 or self.about(name) == 1.0
        return again or (len(parts) < 4 and self.small.isdisjoint(one.lower() for one in parts))

    def is_whole(self, name: str) -> bool:
        """Whether a name is no bare surname, as far as can be told."""
        return " " in name.removeprefix("the ") or self.about(name) == 1.0 or bool(_MIXED.search(name))

    def is_often(self, name: str) -> bool:
        """Whether the article names it more than once, or its headline does."""
        return self.seen.get(name.removeprefix("the "), 0) > 1 or self.about(name) == 1.0

    def subject(self) -> str | None:
        """What the article is about in a word or a name: of what its headline has too, what it has most."""
        names = {name: count for one, count in self.seen.items() if (name := self.called(one)) and self.is_known(name)}
        counted = Counter({name: count for name, count in names.items() if count > 2 and self.about(name) == 1.0})
        counted.update({one: count for one, count in self.matters.items() if count > 2})
        return counted.most_common(1)[0][0] if counted else None

    def is_known(self, name: str) -> bool:
        """Whether a name can be asked about with nothing else: it is surely one, in the headline or of a person."""
        own = name.removeprefix("the ")
        plain = own in self.alone and own not in self.mixed | ANY and not re.search(r"\d|[A-Z]s\Z", own)
        return plain and self.small.isdisjoint(own.lower().split(" ")) and (self.about(name) == 1.0 or is_person(name))

    def about(self, phrase: str) -> float:
        """How much of what `phrase` says is in the headline, 0 to 1."""
        telling = {stem(one) for one in words(phrase) if is_content_word(one)}
        return len(telling & self.title) / len(telling) if telling else 0.0

    def in_full(self, text: str) -> str | None:
        """`text` with its names in full; None when one of them cannot be called by itself."""
        made, place = "", 0
        for found in _NAME.finditer(text):
            before = text[place : found.start()]
            plain = _NATIONAL.match(found[0]) or self._is_place(found[0], before)
            called = found[0] if plain else self.called(found[0])
            if called is None:
                return None
            alone = _ENDS.match(text, found.end()) and not before.lower().endswith("the ")
            made += before + (called if alone else called.removeprefix("the "))
            place = found.end()
        return made + text[place:]

    def _is_place(self, word: str, before: str) -> bool:
        """Whether a name that is seen once is of a place: "its plant in Marrowfold"."""
        known = word in self.full or word.lower() in self.small or " " in word or word.lower() in DAYS
        return not known and bool(_IN.search(before))


def is_person(name: str) -> bool:
    """Whether what something is called in full may be somebody: two or three words, of which the last is no body."""
    own = name.lower().split(" ")
    bare = own[0] != "the" and "of" not in own and own[-1] not in BODIES | VAGUE
    return 2 <= len(own) <= 3 and bare and not _MANY_CAPITALS.search(name)


def read(article: Article, longer: bool = False) -> tuple[tuple[Span, ...], Phrases]:
    """The sentences of the top of `article`, or of a `longer` part of it, and the phrases that they bear out."""
    most = _LONGER if longer else 1
    text = article.text[: _READ * most]
    spans = sentences(text)[: _MOST_SENTENCES * most + 1]
    cut = len(text) < len(article.text) or len(spans) > _MOST_SENTENCES * most
    whole = spans[:-1] if cut else spans
    return whole, _phrases(article.title[:_LONGEST_TITLE], text[: whole[-1][1] if whole else 0])


@dataclass(frozen=True, slots=True)
class _Seen:
    """A name where it stands.

    `begins`: a sentence begins with it, so that its capital says nothing. `the`: it has a "the" that is not that of a
    noun after it; `bare`: it has none. `alone`: no noun follows it; `own`: it is there as "Alzheimer’s".
    """

    name: str
    begins: bool
    the: bool
    bare: bool
    alone: bool
    own: bool

    @classmethod
    def of(cls, found: re.Match[str], text: str) -> "_Seen":
        own, before = without_titles(found[0]), text[max(0, found.start() - 4) : found.start()]
        begins = bool(_STARTS.search(before)) and found[0].startswith(own)
        the = bool(_THE.search(before)) or found[0].startswith("The ")
        alone, possessive = bool(_ENDS.match(text, found.end())), text[found.end() : found.end() + 2] in ("’s", "'s")
        return cls(own, begins, the and alone, not the, alone, possessive)


def _phrases(title: str, text: str) -> Phrases:
    names = [one for found in _NAME.finditer(text) if (one := _Seen.of(found, text)).name]
    stems = frozenset(stem(one) for one in words(title) if is_content_word(one))
    return Phrases(
        title=stems,
        seen=_seen(names),
        definite=_definite(names),
        mixed=frozenset(one.name for one in names if one.the) - _definite(names),
        alone=_alone(names),
        full=_full(names),
        small=frozenset(re.findall(r"(?<![\w’'-])[a-z][a-z’'-]+", text)),
        within=frozenset(word for one in names for word in one.name.split(" ")[one.begins :]),
        topics=_topics(title, text, stems),
        matters=_matters(text, stems),
    )


def without_titles(name: str) -> str:
    """A run of capitals without titles and roles, and without what a sentence begins with."""
    parts = name.split(" ")
    titled = max((n for n, one in enumerate(parts[:-1], 1) if one.lower() in ROLES), default=0)
    parts = parts[titled:]
    while parts and (parts[0].lower() in STARTERS or not any(map(str.isupper, parts[0]))):
        parts = parts[1:]
    return " ".join(parts)


def _seen(names: Sequence[_Seen]) -> dict[str, int]:
    """How often each name is there, but for those that hardly ever are without "’s"."""
    own, every = Counter(one.name for one in names if one.own), Counter(one.name for one in names)
    return {name: count for name, count in every.items() if own[name] <= _MOSTLY * count}


def _definite(names: Sequence[_Seen]) -> frozenset[str]:
    """The names that stand with "the" more often than without."""
    with_the = Counter(one.name for one in names if one.the)
    bare = Counter(one.name for one in names if one.bare)
    return frozenset(name for name, count in with_the.items() if count > bare[name])


def _alone(names: Sequence[_Seen]) -> frozenset[str]:
    alone, every = Counter(one.name for one in names if one.alone), Counter(one.name for one in names)
    return frozenset(name for name, count in alone.items() if 2 * count > every[name])


def _full(names: Sequence[_Seen]) -> dict[str, str]:
    """What each single name stands for that comes after a longer one which ends or begins with it."""
    found: dict[str, str] = {}
    alone = set[str]()
    for one in names:
        parts = one.name.split(" ")
        if len(parts) == 1:
            alone.add(one.name)
        elif len(parts) <= 3 and not _BASED.search(one.name) and " of " not in one.name and not parts[-1].isdigit():
            # "NATO Kurt Volker" was "ambassador to NATO Kurt Volker".
            whole = " ".join(parts[1:] if len(parts) == 3 and _MANY_CAPITALS.match(parts[0]) else parts)
            first, last = parts[0], parts[-1]
            if first not in alone:
                found.setdefault(first, "")
            if last in alone and last not in found:
                found[last] = ""
            elif found.setdefault(last, whole) != whole:
                found[last] = ""
    return found


def _topics(title: str, text: str, stems: frozenset[str]) -> dict[str, str]:
    found = Counter(one[1] for one in _TOPIC.finditer(text))
    often = (phrase for phrase, count in found.items() if _is_topic(phrase, count, stems))
    return {phrase: full for phrase in often if (full := _named_in_full(phrase, title, text))}


def _is_topic(phrase: str, count: int, title: frozenset[str]) -> bool:
    own = phrase.split(" ")
    if own[-1] in VAGUE or not LOOSE.isdisjoint(own) or own[-1].endswith(_NO_NOUN):
        return False
    return count > (1 if stem(own[-1]) in title else 2)


def _named_in_full(phrase: str, title: str, text: str) -> str | None:
    """ "cannery" as "the Pellinsea cannery", "fair" as "the Herring Fair"; None when there are several of the kind."""
    own, head = re.escape(phrase), re.escape(phrase.title())
    forms = rf"(?P<name>{NAME})\s(?:[a-z-]+\s)?{own}\b|(?P<whole>(?:{CAPITAL}\s)+){head}\b"
    found = [*re.finditer(rf"\b[Tt]he\s(?:{forms})", text), *re.finditer(rf"\b(?:{forms})", title)]
    named = {one["name"] or one["whole"].strip(): re.sub(r"\A[Tt]he\s", "", one[0]) for one in found}
    named = {name: whole for name, whole in named.items() if f"{title} {text}".count(name) > 1}
    if len(named) > 1:
        return None
    return f"the {max(named.values(), default=phrase, key=len)}"


def _matters(text: str, title: frozenset[str]) -> dict[str, int]:
    """Nouns of the headline that need no "the", as "inflation" and "cyberattacks", and how often they stand so."""
    found = Counter(one[1] for one in _MATTER.finditer(text))
    return {
        one: count
        for one, count in found.items()
        if count > 1 and stem(one) in title and one not in LOOSE | VAGUE and not one.endswith(_NO_NOUN)
    }

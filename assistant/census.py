"""Census: the people, places and other things that most articles name, told apart by votes over all of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.articles import Article
from assistant.retrieval.publications import publications_named
from assistant.sightings import Sighting, sightings
from assistant.votes import Votes, is_of_a_people, is_person, is_place

Kind = Literal["person", "place", "other"]

_FEW = 3  # of more articles than that, a name that only one has is left out
_RIVALS = 3  # a surname stands for somebody who is named this many times as often as all others that have it
_DIVERSE = 0.2  # share of its sightings between different words: what is in every page is below, a wire story above
_PLAIN = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
_DOTTED = re.compile(r"(?:[A-Z]\.)+[A-Z]")
_IN_FULL = {
    **{"US": "United States", "USA": "United States", "UK": "United Kingdom"},
    **{"EU": "European Union", "Czechia": "Czech Republic"},
}
_NO_NAMES = frozenset(
    """am apr aug ceo cet cfo dec dvd edt est et faq feb fri ft gmt id inc jan jr jul jun mar mon mt no nov oct ok pc pm
    pt sat sep sept sr st sun td thu tue tv utc vp vs wed eastern northern southern western""".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name and how many articles name it."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Census:
    """The people, the places and the other names that articles have, each the most named first."""

    people: tuple[Named, ...]
    places: tuple[Named, ...]
    others: tuple[Named, ...]


def census(articles: Iterable[Article], publications: Collection[str] = (), most: int = 20) -> Census:
    """The `most` people, places and other names in the texts of `articles`, without `publications`.

    The texts are read once and not kept. A name counts once in an article, also when that has the surname alone. What
    is not clearly a person or a place is among the others, and what is hardly a name at all is nowhere.
    """
    count = _Count()
    for article in articles:
        count.add(article.text)
    count.settle()
    found: dict[Kind, list[Named]] = {"person": [], "place": [], "other": []}
    for name, votes in sorted(count.votes.items(), key=lambda item: (-item[1].articles, item[0])):
        kind = count.kind(name, votes)
        if kind and len(found[kind]) < most and not _is_publication(name, publications, kind):
            found[kind].append(Named(name, votes.articles))
    return Census(*map(tuple, found.values()))


def _is_publication(name: str, publications: Collection[str], kind: Kind) -> bool:
    """Whether it is one of `publications`, or what is none of the rest and begins with one: "Fox News Digital"."""
    named = publications_named(name, publications)
    return any(one.start == 0 and (one.end == len(name) or kind == "other") for one in named)


class _Count:
    """The votes on each name of the texts that were added; `settle` once they all are."""

    def __init__(self) -> None:
        self.texts = 0
        self.votes: defaultdict[str, Votes] = defaultdict(Votes)
        self._short: defaultdict[tuple[str, str], Votes] = defaultdict(Votes)  # a word and the name that it is of
        self._beside: Counter[tuple[str, str]] = Counter()  # texts with both, and with more that the word may stand for
        self._plain: Counter[str] = Counter()  # the number of texts that have a word in lower case
        self._people: set[str] = set()
        self._words: set[str] = set()  # of the names of people

    def add(self, text: str) -> None:
        """Count the names of a text. A word that only one longer name of it has is taken to stand for that."""
        self.texts += 1
        self._plain.update(set(_PLAIN.findall(text)))
        seen = _gathered(text)
        longer: defaultdict[str, list[str]] = defaultdict(list)
        for name in seen:
            for word in _ends(name) - {name}:
                longer[word].append(name)
        for name, found in seen.items():
            wholes = longer[name] if name in longer else []
            (self._short[name, wholes[0]] if len(wholes) == 1 else self.votes[name]).see(found)
            if len(wholes) > 1:
                self._beside.update((name, whole) for whole in wholes)

    def settle(self) -> None:
        """Find the people, and give what was seen of a single word to the name that it stands for."""
        for (word, whole), short in self._short.items():
            if whole.endswith(f" {word}") and self._plain[word.lower()] <= short.articles:
                self.votes[whole].alone += short.articles
                self.votes[whole].take(short)
        full = {name: votes for name, votes in self.votes.items() if " " in name}
        self._people = {name for name, votes in full.items() if is_person(name, votes)}
        first_names = {name.split()[0] for name in self._people}
        self._people |= {name for name, votes in full.items() if is_person(name, votes, first_names)}
        self._words = {word for name in self._people for word in name.split()}
        for (word, whole), short in self._short.items():
            own = self.votes.get(word)
            if own and whole not in self._people and own.articles >= short.articles:
                own.articles += short.articles
                own.take(short)
        self._settle_surnames(full)

    def _settle_surnames(self, full: Collection[str]) -> None:
        """Give what was seen of a surname, in articles that have no more of the name, to whom it is mostly of."""
        having: defaultdict[str, list[str]] = defaultdict(list)
        for name in full:
            for word in _ends(name) if name in self._people else {name.split()[-1]}:
                having[word].append(name)
        for name in sorted(self._people):
            surname = name.split()[-1]
            own, votes = self.votes.get(surname), self.votes[name]
            rivals = {other: self.votes[other].articles for other in having[surname] if other != name}
            among = sum(number for other, number in rivals.items() if number > 1 or other in self._people)
            if own and not is_place(surname, own) and votes.articles >= max(_RIVALS * among, own.articles / 2):
                votes.articles += own.articles - self._beside[surname, name]
                del self.votes[surname]

    def kind(self, name: str, votes: Votes) -> Kind | None:
        """What a name is of; None where it is no name, that of a people, or a part of the name of a person."""
        if self.texts > _FEW and votes.articles < 2:
            return None
        if name in self._people:
            return "person"
        if not self._is_name(name, votes):
            return None
        if " " not in name and is_person(name, votes):
            return "person"
        if is_place(name, votes):
            return "place"
        return None if name in self._words or is_of_a_people(name, votes) else "other"

    def _is_name(self, name: str, votes: Votes) -> bool:
        """Whether it is one, and no word that merely begins sentences, is a heading or always stands in one phrase."""
        if len(name) < 2 or name.lower() in _NO_NAMES or name.split()[-1].lower() in _NO_NAMES:
            return False
        if " " not in name and not name.isupper() and self._plain[name.lower()] >= votes.articles:
            return False
        return votes.within >= 0.25 * votes.total and len(votes.around) >= _DIVERSE * votes.total


def _ends(name: str) -> set[str]:
    words = name.split()
    return {words[0], words[-1]}


def _gathered(text: str) -> dict[str, list[Sighting]]:
    """The sightings of each name; "TE Brevin Jordan" is Brevin Jordan where the text has that too."""
    seen: defaultdict[str, list[Sighting]] = defaultdict(list)
    for one in sightings(text):
        name = one.name.replace(".", "") if _DOTTED.fullmatch(one.name) else one.name
        seen[_IN_FULL.get(name, name)].append(one)
    for name in [name for name in seen if name.count(" ") > 1]:
        rest = name.partition(" ")[2]
        if rest in seen:
            seen[rest] += seen.pop(name)
    return seen

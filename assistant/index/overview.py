"""Overview: what the corpus covers, by publication and day, and whom, where and what most of its articles name."""

import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.index import Generation, Manifest, article_list
from assistant.index.entities import Entities, NameCount
from assistant.models.ner import Kind

_MOST_NAMES = 20
_FEW = 3  # of more articles than that, a name that only one has is left out
# The share of its mentions from which a name is of a kind. On 60 labelled articles all shares from 0.5 to 0.9 do about
# as well; below 0.8 "AI" is a place in the lists.
_SURE = 0.8
_RIVALS = 3  # a surname stands for somebody who is named this many times as often as all others that have it


@dataclass(frozen=True, slots=True)
class Published:
    """How many articles a publication has of a day; `source` is None for those that name no publication."""

    source: str | None
    day: date
    articles: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name and how many articles name it."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the corpus covers.

    `published` has each publication and day, oldest first; `undated` is how many articles have no date. `people`,
    `places` and `others` are at most 20 names each, the most named first, told apart by a model for English that reads
    an article when a refresh takes it in: what is not clearly a person or a place is among the others. `read` is how
    many articles were read for them: all `articles`, or none in an index of before there was the model, which the next
    refresh makes up for.
    """

    articles: int
    published: tuple[Published, ...]
    undated: int
    people: tuple[Named, ...]
    places: tuple[Named, ...]
    others: tuple[Named, ...]
    read: int


def overview(generation: Generation) -> Overview:
    """The overview of `generation`, from what a refresh has counted; no article is read."""
    db, entities = generation.db, generation.entities
    published = tuple(Published(*row) for row in article_list.days(db))
    articles = article_list.total(db)
    found = most_named(entities, articles, tuple(db.sources()))
    undated = articles - sum(day.articles for day in published)
    listed = (found["person"], found["place"], found["other"])
    return Overview(articles, published, undated, *listed, entities.articles_read())


def most_named(
    entities: Entities, articles: int, publications: Collection[str] = ()
) -> Mapping[Kind, tuple[Named, ...]]:
    """The people, places and other names that most of so many articles have, without `publications`.

    A name counts once in an article, also when that has the surname alone.
    """
    counts = {count.key: count for count in entities.counts(2 if articles > _FEW else 1)}
    surnames = surnames_of(counts)
    short = defaultdict[str, list[str]](list)
    for surname, whole in surnames.items():
        short[whole].append(surname)
    found: defaultdict[Kind, dict[str, int]] = defaultdict(dict)
    for key, count in counts.items():
        kind = kind_of(count)
        if key not in surnames and not _is_publication(key, publications, kind):
            found[kind][key] = entities.articles_with(key, *short[key]) if key in short else count.articles
    return {kind: tuple(_first(entities, found[kind])) for kind in ("person", "place", "other")}


def kind_of(count: NameCount) -> Kind:
    """What a name is of by most of its mentions; other where they disagree, and for a person with a single name."""
    (kind, mentions), *_ = count.kinds.most_common(1)
    if mentions < _SURE * count.kinds.total() or (kind == "person" and " " not in count.key):
        return "other"
    return kind


def surnames_of(counts: Mapping[str, NameCount]) -> dict[str, str]:
    """The surnames that stand alone in some articles, each with the full name of the one whose it mostly is."""
    having: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, count in counts.items():
        if kind_of(count) == "person":
            having[key.split()[-1]][key] = count.articles
    found = {}
    for surname, people in having.items():
        (whole, articles), *_ = people.most_common(1)
        own = counts.get(surname)
        is_place = own is not None and kind_of(own) == "place"
        if own and not is_place and articles >= max(_RIVALS * (people.total() - articles), own.articles / 2):
            found[surname] = whole
    return found


def _is_publication(key: str, publications: Collection[str], kind: Kind) -> bool:
    """Whether it is one of `publications`, or begins with one and is no person or place: "Fox News Digital"."""
    names = [name.casefold().removeprefix("the ") for name in publications]
    return any(key == name or (kind == "other" and key.startswith(f"{name} ")) for name in names)


def _first(entities: Entities, found: Mapping[str, int]) -> Iterator[Named]:
    for key, articles in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NAMES]:
        yield Named(entities.spelling(key), articles)


class Overviews:
    """The overview of the generation that is read, made when it is first asked for; from any thread."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._made: tuple[Manifest, Overview] | None = None

    def of(self, generation: Generation) -> Overview:
        """The overview of `generation`, the same one until another is asked for."""
        with self._making:
            if self._made is None or self._made[0] != generation.manifest:
                self._made = generation.manifest, overview(generation)
            return self._made[1]

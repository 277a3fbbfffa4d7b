"""Overview: the articles by publication and day, and the people, places and other names in most of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.index.article_store import ArticleStore
from assistant.index.derived.entities import Entities, NameCount
from assistant.models import Kind
from assistant.text import fold_name

_MAX_NAMES = 20
_FEW_ARTICLES = 3  # among more than that, a name in only one article is left out
# The share of its mentions that decides the kind of a name. On 60 labelled articles all shares from 0.5 to 0.9 do about
# as well; below 0.8 "AI" is a place in the lists.
_MIN_SHARE = 0.8
_DOMINANCE = 3  # a surname is that of a person named this many times as often as all others with it


@dataclass(frozen=True, slots=True)
class Published:
    """The number of articles of a publication and day; `source` is None for articles without a publication."""

    source: str | None
    day: date
    articles: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name and the number of articles with it."""

    name: str
    articles: int


MostNamed = Mapping[Kind, tuple[Named, ...]]
"""The names in most articles, by what they are of."""
LISTED: tuple[Kind, ...] = ("person", "place", "other")


@dataclass(frozen=True, slots=True)
class Overview:
    """What the corpus covers.

    `published` has each publication and day, oldest first; `undated` counts the articles without a date. `people`,
    `places` and `others` are at most 20 names each, most frequent first, classified by a model for English when a
    refresh adds an article: what is not clearly a person or a place is among the others. `read` is the number of
    articles read for them: all `articles`, or none in an index from before the model, until the next refresh.
    """

    articles: int
    published: tuple[Published, ...]
    undated: int
    people: tuple[Named, ...]
    places: tuple[Named, ...]
    others: tuple[Named, ...]
    read: int


def overview(db: ArticleStore, entities: Entities, named: MostNamed | None = None) -> Overview:
    """The overview of a generation, from what refreshes have counted; no article is read.

    `named` are the names in most articles, where a refresh has worked them out.
    """
    published = tuple(Published(*day) for day in db.published())
    articles, read = db.number_of_articles(), entities.articles_read()
    names = named if named and read else most_named(entities, articles, tuple(db.sources()))
    undated = articles - sum(day.articles for day in published)
    listed = (names["person"], names["place"], names["other"])
    return Overview(articles, published, undated, *listed, read)


def most_named(entities: Entities, articles: int, publications: Collection[str] = ()) -> MostNamed:
    """The most frequent people, places and others of so many articles; a surname alone counts for its person."""
    counts = {count.key: count for count in entities.counts(2 if articles > _FEW_ARTICLES else 1)}
    kinds = _kinds(counts)
    surnames = _surnames(counts, kinds)
    surnames_by_person = defaultdict[str, list[str]](list)
    for surname, full_name in surnames.items():
        surnames_by_person[full_name].append(surname)
    by_kind: defaultdict[Kind, dict[str, int]] = defaultdict(dict)
    own_names = {fold_name(name).removeprefix("the ") for name in publications}
    beginnings = tuple(f"{name} " for name in own_names)  # of an "other": "Fox News Digital"
    for key, count in counts.items():
        kind = kinds[key]
        is_publication = key in own_names or (kind == "other" and key.startswith(beginnings))
        if key not in surnames and not is_publication:
            own = surnames_by_person.get(key)
            by_kind[kind][key] = entities.articles_with(key, *own) if own else count.articles
    return {kind: tuple(_most_frequent(entities, by_kind[kind])) for kind in LISTED}


def kind_of(count: NameCount) -> Kind:
    """The kind of most mentions of a name; "other" where they disagree, and for a person with a single name."""
    (kind, mentions), *_ = count.kinds.most_common(1)
    if mentions < _MIN_SHARE * count.kinds.total() or (kind == "person" and " " not in count.key):
        return "other"
    return kind


def surnames_of(counts: Mapping[str, NameCount]) -> dict[str, str]:
    """The surnames that some articles have alone, each with the full name of the person they mostly belong to."""
    return _surnames(counts, _kinds(counts))


def _kinds(counts: Mapping[str, NameCount]) -> dict[str, Kind]:
    return {key: kind_of(count) for key, count in counts.items()}


def _surnames(counts: Mapping[str, NameCount], kinds: Mapping[str, Kind]) -> dict[str, str]:
    people_by_surname: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, count in counts.items():
        if kinds[key] == "person":
            people_by_surname[key.split()[-1]][key] = count.articles
    surnames = {}
    for surname, people in people_by_surname.items():
        (full_name, articles), *_ = people.most_common(1)
        own = counts.get(surname)
        if (
            own
            and kinds[surname] != "place"
            and articles >= max(_DOMINANCE * (people.total() - articles), own.articles / 2)
        ):
            surnames[surname] = full_name
    return surnames


def _most_frequent(entities: Entities, counts: Mapping[str, int]) -> Iterator[Named]:
    for key, articles in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MAX_NAMES]:
        yield Named(entities.spelling(key), articles)

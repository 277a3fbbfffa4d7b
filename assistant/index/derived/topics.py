"""Topics: what a story is about in a few words, as "Sam Bankman-Fried and FTX" or "the ferry terminal"."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from assistant.articles import Article
from assistant.index.derived.stories import Story
from assistant.text import Frequency, is_content_word, names, split_words, stem

_LEAD = 2000  # characters that are read of each article
_SHARE = 0.5  # of the articles of a story must have a phrase
_IN_HEADLINE, _IN_TITLES = 1.0, 1.0  # what a phrase gains by being in the headline, and in all titles
_LONGER = 1.3  # times as much for a phrase of several words
_MUCH = 0.5  # of the best phrase, from which another is named beside it
_MOST_WORDS = 4
_MOSTLY = 0.8  # of the places of a word in which another is beside it, from which the two are one name
_OFTEN = 3
_FEW, _RARE = 5, 0.005  # passages, and share of all of them, that may have a word which says alone what is meant
_WITH_ARTICLE = 0.4  # of the places of a name must have "the" before it, from which it is given one
_PHRASE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir)\s+([a-z]+(?:[ -][a-z]+){0,2})\b(?=(\W+\w+)?)")
_MODIFIER = re.compile(r"[A-Za-z-]+(?<!s)(?<!ed)")
_SHOUTED = re.compile(r"[A-Z]{5,}")

_once = lru_cache(maxsize=512)  # of a name that several articles of a story have


def topics(story: Story, articles: Sequence[Article], known: Frequency, passages: int) -> list[str]:
    """What `articles`, those of `story`, are about: names and noun phrases that they share, the most distinctive first.

    Two together come before each of them alone. `known` gives the number of passages, of all `passages`, that have a
    word. Empty when they share nothing distinctive that is in a title.
    """
    leads = [f"{article.title}\n{article.text[:_LEAD]}" for article in articles]
    text = "\n".join(leads)
    worth = {
        phrase: _frequency(phrase, text) * _rarity(phrase, known, passages) * prominence
        for phrase in _shared(story, articles, leads)
        if (prominence := _prominence(phrase, story, articles))
    }
    ranked = sorted(worth, key=lambda phrase: (-worth[phrase], phrase))
    if not ranked:
        return []
    best = _fullest(ranked[0], worth)
    others = (_fullest(one, worth) for one in ranked[1:] if worth[one] >= _MUCH * worth[best])
    second = next((one for one in others if _goes_with(one, best)), None)
    best = _opening(story.headline, best, text) or best
    alone = [phrase for phrase in (best, second) if phrase and _stands_alone(phrase, known, passages)]
    # A name comes first: "Ashlorn Packers and the cannery".
    return [" and ".join(sorted((best, second), key=str.islower)), *alone] if second else alone


def _fullest(phrase: str, worth: Mapping[str, float]) -> str:
    """`phrase`, or a longer one that has it and is worth nearly as much: "Anthony Joshua" for "Joshua"."""
    fuller = [one for one in worth if _stems(one) > _stems(phrase) and worth[one] >= _MUCH * worth[phrase]]
    return min(fuller, key=lambda one: (-worth[one], one), default=phrase)


def _opening(headline: str, phrase: str, text: str) -> str | None:
    """The first words of a headline where they end with `phrase`: "the flood repair bill" of "Flood repair bill rises".

    A noun before another is singular, so that a word with an "s" is the verb of "Council backs terminal".
    """
    own, first = phrase.removeprefix("the ").split(), headline.split()[:_MOST_WORDS]
    size = next((size for size in range(len(own) + 1, len(first) + 1) if first[size - len(own) : size] == own), 0)
    before = first[: size - len(own)] if size else []
    if not phrase.islower() or not before or not all(_MODIFIER.fullmatch(word) for word in before):
        return None
    begin = before[0].lower() if re.search(rf"\b{before[0].lower()}\b", text) else before[0]
    is_content = all(map(is_content_word, split_words(" ".join(before))))
    return " ".join(["the", begin, *first[1:size]]) if is_content else None


def _shared(story: Story, articles: Sequence[Article], leads: Sequence[str]) -> set[str]:
    """The phrases that are in enough of the articles and are no publication."""
    stems = [frozenset(map(stem, split_words(lead))) for lead in leads]
    publications = [set(split_words(one)) for one in story.publications]
    least = max(2, math.ceil(_SHARE * len(leads)))
    every = "\n".join(leads)
    found = {phrase for article in articles for phrase in _phrases(article.text[:_LEAD], every)}

    def is_shared(phrase: str) -> bool:
        own, words = _stems(phrase), set(split_words(phrase)) - {"the"}
        return sum(own <= lead for lead in stems) >= least and not any(words <= one for one in publications)

    return set(filter(is_shared, found))


def _phrases(lead: str, leads: str) -> Iterator[str]:
    """The names and noun phrases of a lead, each as it stands within a sentence."""
    for name in names(lead):
        whole = _extended(name, leads)
        if whole.count(" ") < _MOST_WORDS and not _SHOUTED.search(whole) and not _is_ordinary(whole, leads):
            yield f"the {whole}" if _has_article(whole, leads) else whole
    for found in _PHRASE.finditer(lead):
        phrase, follows = found[1], (found[2] or ".").strip()
        ends = not follows[:1].isalnum() or not is_content_word(follows.lower())
        if ends and all(map(is_content_word, split_words(phrase))):
            yield f"the {phrase}"
        else:
            yield from (f"the {part}" for part in _begun(phrase))


@_once
def _is_ordinary(name: str, text: str) -> bool:
    """Whether a name of one word is a word that is also written small: "Drivers" in a headline."""
    # Looking for the characters first takes a tenth of the time of the pattern.
    return " " not in name and name.lower() in text and re.search(rf"\b{re.escape(name.lower())}\b", text) is not None


@_once
def _has_article(name: str, text: str) -> bool:
    """Whether "the" nearly always stands before a name: "the EU", "the Steam Deck"."""
    if f"the {name.lower()}" not in text.lower():
        return False
    followers = re.findall(rf"\bthe {re.escape(name)}\b(?=(\W*\w*))", text, re.IGNORECASE)
    # "The EU said", not "the Chelsea manager".
    alone = [one for one in followers if not one.startswith(" ") or not is_content_word(one.strip().lower())]
    bare = len(re.findall(rf"\b{re.escape(name)}\b", text)) - len(followers)
    return len(alone) >= _WITH_ARTICLE * (len(alone) + bare) > 0


def _begun(phrase: str) -> Iterator[str]:
    """The words of `phrase` before its first function word: "cannery" of "cannery will close"."""
    words = phrase.split()
    own = list(takewhile(lambda word: all(map(is_content_word, split_words(word))), words))
    if 0 < len(own) < len(words):
        yield " ".join(own)


@_once
def _extended(name: str, text: str) -> str:
    """A name of one word with the word that is nearly always before or after it: "ten Hag", "Black Friday"."""
    if " " in name or text.count(name) < _OFTEN:
        return name
    for pattern, order in ((rf"\b(\w+) {re.escape(name)}\b", "{0} {1}"), (rf"\b{re.escape(name)} (\w+)", "{1} {0}")):
        beside = Counter(re.findall(pattern, text))
        places = len(re.findall(rf"\b{re.escape(name)}\b", text))
        word, count = beside.most_common(1)[0] if beside else ("", 0)
        if count >= max(_OFTEN, _MOSTLY * places) and is_content_word(word.lower()) and not word.isdigit():
            return order.format(word, name)
    return name


def _frequency(phrase: str, text: str) -> float:
    bare = phrase.removeprefix("the ")
    return math.log1p(len(re.findall(rf"\b{re.escape(bare)}\b", text, re.IGNORECASE)))


def _rarity(phrase: str, known: Frequency, passages: int) -> float:
    # In a small corpus a word of several articles is in a large part of all passages: that alone must not rule it out.
    return 1 + math.log((passages + 1) / (1 + min(map(known, _own(phrase)), default=passages)))


def _prominence(phrase: str, story: Story, articles: Sequence[Article]) -> float:
    """How much a phrase is of the titles; 0 for one that is in none of them."""
    own = set(_own(phrase))
    titles = sum(own <= set(split_words(article.title)) for article in articles) / len(articles)
    headed = own <= set(split_words(story.headline))
    length = _LONGER if len(own) > 1 else 1.0
    return (1 + _IN_HEADLINE * headed + _IN_TITLES * titles) * length if own and titles else 0.0


def _own(phrase: str) -> list[str]:
    return [word for word in split_words(phrase) if is_content_word(word)]


def _stems(phrase: str) -> frozenset[str]:
    return frozenset(map(stem, _own(phrase)))


def _stands_alone(phrase: str, known: Frequency, passages: int) -> bool:
    """Whether a phrase by itself says which story is meant: "Beeper Mini", not "Chelsea" where much is about it."""
    own = _own(phrase)
    return len(own) > 1 or min(map(known, own)) <= max(_FEW, _RARE * passages)


def _goes_with(phrase: str, best: str) -> bool:
    """Whether a phrase may be named beside the best: it is another, and at least one of the two is a name."""
    return not _stems(phrase) & _stems(best) and not (phrase.islower() and best.islower())

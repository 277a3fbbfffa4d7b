"""Growing: a folder of many articles made from a few real ones, and the changes that a day of news brings to it.

Every article is made of runs of sentences from three of the real ones and has from one to three chunks. What is made
hangs on the seed and the article's number alone, so that everyone measures the same corpus.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.articles import Article, article_id
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.text.sentences import split_sentences

_SEED = 1
_SPREAD = 300  # days after the real article that lends its date
_FEWEST_WORDS, _MOST_WORDS = 6, 40  # of a sentence that is used
_FEWEST_SENTENCES = 4  # of a real article that is used
_RUN = (1, 6)  # sentences in a row from one of them
_SOURCES = 3
_MARKS = frozenset("*_<>[]`\\#&")
_ADDED = _REMOVED = 0.1  # shares of a change; the rest are corrections


@dataclass(frozen=True, slots=True)
class Grown:
    """An article that was made; `paragraphs` has the sentences of each."""

    number: int
    title: str
    source: str | None
    published: datetime
    category: str | None
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def url(self) -> str:
        """Its address, which no other has."""
        return f"https://grown.example/{self.number}"

    @property
    def id(self) -> str:
        """The id that it has once it is indexed."""
        return article_id(url=self.url)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number // 1000:02d}/{self.number:05d}.md"

    def page(self) -> str:
        """The article as Markdown with front matter."""
        values = {"title": self.title, "source": self.source, "published": self.published.isoformat()}
        values |= {"url": self.url, "category": self.category}
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
        return "\n".join(["---", *lines, "---", "", "\n\n".join(" ".join(one) for one in self.paragraphs), ""])


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """The ids of the articles that a change added, corrected and removed."""

    added: tuple[str, ...]
    corrected: tuple[str, ...]
    removed: tuple[str, ...]


class Growing:
    """A folder of grown articles."""

    def __init__(self, folder: Path, real: Sequence[Article], seed: int = _SEED) -> None:
        self.folder, self._seed = folder, seed
        told = [(one, tuple(_usable(one.text))) for one in real]
        self._real = [(one, lines) for one, lines in told if len(lines) >= _FEWEST_SENTENCES]
        self._held: dict[int, Grown] = {}
        self._next, self._changes = 0, 0

    def grow(self, count: int) -> list[Grown]:
        """Add `count` articles; a file that has its text already is left as it is."""
        made = [self._made(number) for number in range(self._next, self._next + count)]
        self._next += count
        for one in made:
            self._put(one)
        return made

    def change(self, share: float) -> ArticleChange:
        """Change `share` of the articles: most are corrected in a sentence, some removed, as many new ones added."""
        self._changes += 1
        chance = random.Random(f"{self._seed} change {self._changes}")
        count = round(share * len(self._held))
        picked = [self._held[number] for number in chance.sample(sorted(self._held), round(count * (1 - _ADDED)))]
        gone = round(count * _REMOVED)
        for one in picked[:gone]:
            del self._held[one.number]
            (self.folder / one.file).unlink()
        for one in picked[gone:]:
            self._put(self._corrected(one, chance))
        added = self.grow(count - len(picked))
        return ArticleChange(*(tuple(one.id for one in part) for part in (added, picked[gone:], picked[:gone])))

    def _made(self, number: int) -> Grown:
        chance = random.Random(f"{self._seed} article {number}")
        chosen = chance.sample(self._real, _SOURCES)
        first = chosen[0][0]
        begun = first.published or datetime(2024, 1, 1, tzinfo=UTC)
        published = begun + timedelta(minutes=chance.randrange(_SPREAD * 24 * 60))
        paragraphs = tuple(_run(lines, chance) for _, lines in chosen)
        title = f"{first.title[:80].rstrip()} ({number})"
        return Grown(number, title, first.source, published, first.category, paragraphs)

    def _corrected(self, one: Grown, chance: random.Random) -> Grown:
        """The article with another sentence in the place of one of its own."""
        paragraphs = [list(each) for each in one.paragraphs]
        paragraph = chance.choice(paragraphs)
        held = {line for each in paragraphs for line in each}
        others = [line for line in chance.choice(self._real)[1] if line not in held]
        paragraph[chance.randrange(len(paragraph))] = chance.choice(others or ["This report was corrected later on."])
        return replace(one, paragraphs=tuple(tuple(each) for each in paragraphs))

    def _put(self, one: Grown) -> None:
        self._held[one.number] = one
        path, page = self.folder / one.file, one.page()
        if not path.is_file() or path.read_text(encoding="utf-8") != page:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page, encoding="utf-8")


def real_articles(source: Path) -> list[Article]:
    """The articles of a folder or file, in its order."""
    return [item.article for item in read(source) if isinstance(item, Loaded)]


def _usable(text: str) -> Iterator[str]:
    """The sentences of `text` that Markdown leaves as they are, each once."""
    lines = dict.fromkeys(" ".join(text[start:end].split()) for start, end in split_sentences(text))
    for line in lines:
        plain = line[0].isalpha() and _MARKS.isdisjoint(line)
        if plain and _FEWEST_WORDS <= len(line.split()) <= _MOST_WORDS:
            yield line


def _run(lines: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    length = chance.randint(*_RUN)
    start = chance.randrange(max(1, len(lines) - length))
    return tuple(lines[start : start + length])

"""An article to read beside the page: its text with its marks, what can be done with it, and what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant import Article, ArticleRef, Chunk, Citation, Excerpt, Story
from assistant.answering import phrasing
from assistant.utils import joined

from ..addresses import article_address
from .articles import ref_item, story_link
from .icons import icon
from .marks import Mark, Range, paragraphs, place_of, places
from .markup import about, bracketed, button, count, escaped, line, named, notice, original_link
from .source_card import Cited, within_text

CLOSE = f'<div class="topbar">{button("close", "Close", kind="quiet", about="what is read here", picture="x")}</div>'
_GONE = "This article is not in the corpus any more, or has been corrected since."
_NO_WORDS = "The words that this link points to are not in the article any more."
_MOST_PUBLICATIONS = 4


@dataclass(frozen=True, slots=True)
class Sought:
    """What an article is opened for: `citations` of it, the `quote` of an address, the places of the words searched."""

    citations: Sequence[Citation] = ()
    quote: str = ""
    words: Sequence[Range] = ()


@dataclass(frozen=True, slots=True)
class Nearby:
    """What belongs to an article: others that are similar, nearest first, and the story that it is part of."""

    similar: Sequence[ArticleRef] = ()
    story: Story | None = None


def article(
    article: Article,
    chunks: Sequence[Chunk],
    now: datetime,
    sought: Sought | None = None,
    nearby: Nearby | None = None,
    *,
    scoped: bool = False,
) -> str:
    """An article to read: what is `sought` in it is marked, and its chunks stand below as they are searched.

    `scoped`: the next questions are limited to it already.
    """
    sought, nearby = sought or Sought(), nearby or Nearby()
    cited = [one for one in sought.citations if article.text[one.start : one.end] == one.quote]
    quoted, found = place_of(article.text, sought.quote), places(article.text, sought.words)
    marks = [Mark(one.start, one.end, "cited", one.number) for one in cited] + found
    marks += [Mark(*quoted, "quoted")] if quoted else []
    author = f'<p class="about">By <bdi>{named(article.author, 120)}</bdi></p>' if article.author else ""
    return (
        f"{_top(article.title)}"
        f'<p class="about">{about(article.source, article.published, now, phrasing.updated_text(article))}</p>{author}'
        f'<div class="article-actions">{_actions(article, sought.quote, nearby, scoped=scoped)}</div>'
        f'{f"""<p class="hint">{_cited_count(len(cited))}</p>""" if cited else ""}'
        f"{notice(_NO_WORDS) if sought.quote and not quoted else ''}{_places(len(found))}"
        f'<div class="body">{paragraphs(article.text, marks)}</div>'
        f"{_similar(nearby.similar, now)}{_story(nearby.story)}{_chunks(chunks)}"
    )


def missing_article(cited: Sequence[Cited], now: datetime) -> str:
    """What is left of an article that is gone from the corpus, or has changed: its passages as they were cited."""
    if not cited:
        return f'{CLOSE}<h2 class="title" tabindex="-1">An article that is gone</h2>{notice(_GONE)}'
    first = cited[0][0]
    return (
        f"{_top(first.title)}"
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated_text(first))}</p>'
        f"{notice(f'{_GONE} These are the passages as they were cited.')}"
        f'<div class="article-actions">{original_link(first.url, first.title)}</div>'
        + "".join(_passage(citation, excerpt) for citation, excerpt in cited)
    )


def _passage(citation: Citation, excerpt: Excerpt) -> str:
    return (
        f'<blockquote class="passage" dir="auto"><span class="inline-label">{bracketed(citation.number)}</span> '
        f"{within_text(excerpt)}</blockquote>"
    )


def _top(title: str) -> str:
    return f'{CLOSE}<h2 class="title" dir="auto" tabindex="-1"><bdi>{line(title)}</bdi></h2>'


def _actions(article: Article, quote: str, nearby: Nearby, *, scoped: bool) -> str:
    only = {"article": article.id}
    ask = "" if scoped else button("scope", "Ask about this article only", data=only, picture="message-square")
    path = {"path": article_address(article.id, quote)}
    similar = button("similar", "Find similar", kind="quiet", picture="list") if nearby.similar else ""
    return (
        f"{ask}{original_link(article.url, article.title)}"
        f"{button('copy_link', 'Copy link', kind='quiet', about='to this article', data=path, picture='link')}{similar}"
    )


def _cited_count(number: int) -> str:
    return f"{count(number, 'passage')} of it {'is' if number == 1 else 'are'} cited in the answer and marked here."


def _places(number: int) -> str:
    """How often the article has the words that were searched, and the buttons that go through these places."""
    if not number:
        return ""
    label = f"{count(number, 'place')} with the words of your search"
    back = button("previous_place", "Previous place (p)", kind="icon quiet", picture="chevron-up")
    on = button("next_place", "Next place (n)", kind="icon quiet", picture="chevron-down")
    return f'<div class="places" role="group"><span role="status">{label}</span>{back}{on}</div>'


def _similar(similar: Sequence[ArticleRef], now: datetime) -> str:
    if not similar:
        return ""
    items = "".join(ref_item(one, now) for one in similar)
    heading = '<h3 id="similar" tabindex="-1">Similar articles</h3>'
    return f'<section class="nearby">{heading}<ol class="articles">{items}</ol></section>'


def _story(story: Story | None) -> str:
    if story is None:
        return ""
    names = list(story.publications)
    rest = len(names) - _MOST_PUBLICATIONS
    shown = [*names[:_MOST_PUBLICATIONS], *([f"{rest} more"] if rest > 0 else [])]
    told = f'<p class="about">Told by {named(joined(shown))}</p>' if names else ""
    title = f'<p class="story-title" dir="auto"><bdi>{named(story.headline, 300)}</bdi></p>'
    return f'<section class="nearby"><h3>Its story</h3>{title}{told}{story_link(story)}</section>'


def _chunks(chunks: Sequence[Chunk]) -> str:
    if not chunks:
        return ""
    items = "".join(f'<li dir="auto">{escaped(chunk.text)}</li>' for chunk in chunks)
    summary = f"As it is searched: {count(len(chunks), 'passage')}"
    return f'<details class="chunks"><summary>{icon("chevron-right")}{summary}</summary><ol>{items}</ol></details>'

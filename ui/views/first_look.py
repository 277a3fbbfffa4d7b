"""The first look, before anything is asked: the newest stories as on a front page, or what there is instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assistant import ArticleRef, Story
from assistant.utils import by_day

from ..addresses import story_address
from .articles import headline
from .icons import icon
from .markup import about, age, button, count, date_range, day_element, named, opener

PAGE_SIZE = 6  # stories that are shown at once: the lead and two rows beside and below it
MIN_STORIES = 2  # with fewer there is no front page
_IN_LEAD = 3  # reports of the lead story that are named under it
_MAX_HEADLINE = 200
_MAX_PUBLICATIONS = 3


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A story and the question on the latest of it."""

    story: Story
    question: str


@dataclass(frozen=True, slots=True)
class FirstLookState:
    """What is shown: the stories of that generation of the index, as they were on that day."""

    generation: str | None
    today: date


def stories(cards: Sequence[StoryCard], now: datetime, *, this_week: bool, more: bool) -> str:
    """The cards of stories, the first of them as the lead; `more`: there are others."""
    heading = "The stories of the week" if this_week else _dated("The newest stories", [card.story for card in cards])
    items = "".join(_card(card, now, is_lead=number == 0) for number, card in enumerate(cards))
    shown = len(cards) + PAGE_SIZE
    others = button("more_stories", "More stories", picture="chevron-down", data={"shown": shown}) if more else ""
    return (
        f'<section class="front" aria-labelledby="front-heading"><h2 id="front-heading">{heading}</h2>'
        f'<ol class="stories">{items}</ol>{others}</section>'
    )


def _dated(heading: str, shown: Sequence[Story]) -> str:
    days = sorted((story.newest for story in shown if story.newest), key=by_day)
    return f"{heading}, {date_range(days[0], days[-1])}" if days else heading


def _card(card: StoryCard, now: datetime, *, is_lead: bool) -> str:
    story = card.story
    reports = f'<ol class="reports">{"".join(map(_report, _others(story)))}</ol>' if is_lead else ""
    return (
        f'<li class="story{" lead" if is_lead else ""}"><h3>{_headline(story)}</h3>'
        f'<p class="about">{coverage(story, now)}</p>{reports}'
        f"{_ask(card)}</li>"
    )


def _others(story: Story) -> list[ArticleRef]:
    """The newest reports but the one whose title is the headline."""
    return [article for article in story.articles if not article.title.startswith(story.headline)][:_IN_LEAD]


def _ask(card: StoryCard) -> str:
    data = {"question": card.question}
    return button("ask", "What is the latest?", kind="link latest", about=card.story.headline, data=data)


def _headline(story: Story) -> str:
    """The headline of a story, as a link that opens the story beside the page."""
    title = f"<bdi>{named(story.headline, _MAX_HEADLINE)}</bdi>"
    return opener(story_address(story.id), "story", title, {"story": story.id}, "headline")


def coverage(story: Story, now: datetime) -> str:
    """Who reports on a story, in how many articles, and when the newest of them was published."""
    first = [f"<bdi>{named(name, 60)}</bdi>" for name in story.publications[:_MAX_PUBLICATIONS]]
    rest = len(story.publications) - len(first)
    names = f'<span class="publications">{_and(first, rest)}</span>' if first else ""
    parts = [count(story.count, "article")]
    if story.newest:
        parts += [day_element(story.newest), f'<span class="age">{age(story.newest, now)}</span>']
    return names + '<span class="dot" aria-hidden="true"> · </span>'.join(parts)


def _and(names: Sequence[str], rest: int) -> str:
    return ", ".join(names) + (f" and {count(rest, 'other')}" if rest else "")


def _report(article: ArticleRef) -> str:
    source = f'<bdi class="publication">{named(article.source, 60)}</bdi> ' if article.source else ""
    return f"<li>{source}{headline(article.article_id, article.title)}</li>"


def newest_articles(articles: Sequence[ArticleRef], now: datetime) -> str:
    """The newest articles, of a corpus in which no event is reported twice."""
    items = "".join(
        f'<li class="story"><h3>{headline(article.article_id, article.title)}</h3>'
        f'<p class="about">{about(article.source, article.published, now)}</p></li>'
        for article in articles
    )
    return (
        '<section class="front" aria-labelledby="front-heading"><h2 id="front-heading">The newest articles</h2>'
        f'<ol class="stories">{items}</ol></section>'
    )


def nothing_yet(*, maintains: bool) -> str:
    """What to do where there are no articles."""
    if maintains:
        what = "<p>Bring some in, and questions can be asked about them.</p>"
        what += button("tab", "Go to Maintenance", kind="first", data={"tab": "maintenance"})
    else:
        what = "<p>Bring some in with the command <code>assistant refresh</code>, and load this page again.</p>"
    return f'<section class="empty">{icon("newspaper")}<h3>There are no articles yet</h3>{what}</section>'

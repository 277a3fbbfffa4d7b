"""What the tools give as text: plain lines with what leads to each article."""

from collections.abc import Iterator

from assistant.answers import ArticleRef
from assistant.server.addresses import ArticleLinks
from assistant.server.answer_text import article_line
from assistant.server.model_context.results import ArticlePage, CorpusStatus, SearchResult, StoriesResult
from assistant.utils import counted, day, days, minute, name_line, one_line

SCHEME = "article://"


class ToolTexts:
    """The texts of results, for a client that reads articles by their ids, and whose user follows `links`."""

    def __init__(self, links: ArticleLinks) -> None:
        self._links = links

    def link(self, article: ArticleRef) -> str:
        """What leads to an article: for a model its id, for a person its address."""
        return " ".join(filter(None, (f"article_id {one_line(article.article_id)}", self._links.to(article))))

    def line(self, article: ArticleRef) -> str:
        """An article in a line."""
        return article_line(article, self.link, one_line)

    def search(self, result: SearchResult) -> str:
        """The passages with their articles."""
        if not result.passages:
            return "No passage of the articles comes near."
        return "\n\n".join(
            f"{number}. {self.line(found.article)}\n{one_line(found.text)}"
            for number, found in enumerate(result.passages, 1)
        )

    def page(self, page: ArticlePage) -> str:
        """A page of an article, with its head on each."""
        more = f" Page {page.page} of {page.pages}." if page.pages > 1 else ""
        author = f" By {name_line(page.author)}." if page.author else ""
        return f"{self.line(page.article)}.{author}{more}\n\n{page.text}"

    def stories(self, result: StoriesResult) -> str:
        """The stories with their articles."""
        if not result.stories:
            return "No two articles report on the same event."
        return "\n\n".join("\n".join(self._story(number, result)) for number in range(len(result.stories)))

    def _story(self, number: int, result: StoriesResult) -> Iterator[str]:
        story = result.stories[number]
        when = days(story.oldest, story.newest) if story.oldest and story.newest else ""
        about = ", ".join(filter(None, (counted(story.count, "article"), when)))
        yield f"{number + 1}. {name_line(story.headline)} ({about})"
        yield from (f"   - {self.line(article)}" for article in story.articles)

    def status(self, status: CorpusStatus) -> str:
        """The state of the corpus in a few lines."""
        lines = [f"{counted(status.articles, 'article')} of {counted(len(status.publications), 'publication')}."]
        if status.oldest and status.newest:
            lines.append(f"They run from {day(status.oldest)} to {day(status.newest)}.")
        if status.refreshed:
            lines.append(f"Last refreshed: {minute(status.refreshed)}.")
        names = sorted(status.publications.items(), key=lambda pair: (-pair[1], pair[0]))
        lines.extend(f"- {name_line(name)}: {counted(count, 'article')}" for name, count in names)
        lines.extend(f"Warning: {one_line(warning)}" for warning in status.warnings)
        return "\n".join(lines)

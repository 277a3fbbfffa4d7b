"""How the command line shows one article, and which were removed by hand."""

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from assistant.articles import Article
from assistant.cli.render import safe_line, table_of
from assistant.maintenance import RemovedArticle
from assistant.utils import counted, day, minute, name_line, one_line


def article_lines(article: Article) -> Iterator[Text]:
    """The title, what is known of the article, and its text, paragraph by paragraph."""
    yield Text(name_line(article.title), style="bold")
    dates = (article.published and day(article.published), article.updated and f"updated {day(article.updated)}")
    known = (article.source, article.author, article.category, *dates)
    yield Text(" · ".join(name_line(value) for value in known if value), style="dim")
    if article.url:
        yield Text(safe_line(article.url), style="dim")
    yield Text(article.id, style="dim")
    for line in ("", *article.text.splitlines()):
        yield Text(one_line(line))


def removal_lines(ids: Sequence[str]) -> Iterator[str]:
    """What was removed, and how it could come back."""
    yield f"Removed {counted(len(ids), 'article')} for good; no refresh brings back what its source still has."
    yield f"To let it come back: assistant articles restore {' '.join(ids)}"


def restored_lines(restored: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What may come back."""
    number = counted(len(restored["restored"]), "article")
    yield f"{number} may come back; to read what the sources have of them, run: assistant refresh"


def removed_table(articles: Sequence[RemovedArticle]) -> Iterator[Table]:
    """A line for each removed article."""
    if articles:
        rows = ((one.id, minute(one.removed), safe_line(one.origin), safe_line(one.file)) for one in articles)
        yield table_of(rows, ("id", "removed", "source", "file or address"))

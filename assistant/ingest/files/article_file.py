"""The file of one article: front matter and its text, which is read again as exactly that article."""

import re
from dataclasses import fields, replace

import yaml

from assistant.articles import Article, article_id
from assistant.ingest.files.origin import Origin, build_article
from assistant.ingest.files.text import read_text
from assistant.ingest.items import Loaded, ParseError
from assistant.utils import one_line

_OF_ITS_OWN = re.compile(r"[0-9a-f]{16}")
_ORDER = ("id", "title", "source", "published", "updated", "url", "author", "category")


def file_name(identifier: str) -> str:
    """The name of the file of an article: its id, or what stands for one that could be the name of another file."""
    return f"{identifier if _OF_ITS_OWN.fullmatch(identifier) else article_id(key=f'id:{identifier}')}.txt"


def normalized(article: Article) -> Article:
    """The article as one that is read from a file is: no line ends of Windows, no spaces around. Raises ParseError."""
    values = {field.name: getattr(article, field.name) for field in fields(article)}
    text = article.text.replace("\r\n", "\n").strip()
    return build_article(values, key=article.id, text=text)


def file_text(article: Article) -> str:
    """The content of the file of a normalized article. Raises ParseError where it would be read as another article.

    It is a text file, as in Markdown some of the text would be markup.
    """
    dates = {name: moment.isoformat() for name in ("published", "updated") if (moment := getattr(article, name))}
    values = {name: dates.get(name, getattr(article, name)) for name in _ORDER}
    given = {name: value for name, value in values.items() if value is not None}
    head = yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=float("inf"))
    text = f"---\n{head}---\n\n{article.text}\n"
    read = _read(text.encode("utf-8"), file_name(article.id))
    if differing := [field.name for field in fields(article) if not _same(article, read, field.name)]:
        value = one_line(str(getattr(article, differing[0])), 60)
        raise ParseError(f"its {differing[0]} cannot be kept as {value!r}; write it otherwise")
    return text


def _same(first: Article, second: Article, name: str) -> bool:
    return replace(first, **{name: getattr(second, name)}) == first


def text_file_fault(data: bytes, name: str) -> str | None:
    """Why the text file of that name cannot be read as an article; None when it can."""
    try:
        _read(data, name)
    except ParseError as error:
        return str(error)
    return None


def _read(data: bytes, name: str) -> Article:
    (read,) = read_text(data, Origin(name, name, name))
    if not isinstance(read, Loaded):
        raise ParseError(read.reason)
    return read.article

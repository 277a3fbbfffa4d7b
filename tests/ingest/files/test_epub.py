"""EPUB books: what is a chapter, and what in it is no text."""

from pathlib import Path

import pytest

from assistant.articles import Article
from assistant.ingest.items import Loaded
from tests.ingest.files.samples import FIRST, SECOND, epub, items, write

LONG = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
TEXT = f"{FIRST}\n\n{SECOND}\n\n{FIRST}"


def articles(folder: Path, **chapters: str) -> list[Article]:
    """The articles of a book with these files."""
    book = epub({f"{name}.xhtml": body for name, body in chapters.items()}, "<dc:title>Ferries</dc:title>")
    return [item.article for item in items(write(folder, "a.epub", book)) if isinstance(item, Loaded)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('48 million<a epub:type="noteref" href="#n">1</a> euros.', "48 million euros."),
        ('48 million<a role="doc-noteref" href="n.xhtml#n">[1]</a>.', "48 million."),
        ('48 million<sup><a href="#n">1</a></sup>.', "48 million."),
        ('48 million<a href="#n"><sup>*</sup></a>.', "48 million."),
        ('48 mil<span epub:type="pagebreak" id="p">12</span>lion.', "48 million."),
        ('See chapter <a href="#c3">3</a>.', "See chapter 3."),
        ('<a href="#r1">1</a> Not counting the quay.', "Not counting the quay."),
        ('Not counting the quay. <a role="doc-backlink" href="#r1">↩</a>', "Not counting the quay."),
    ],
)
def test_marks_of_notes_and_page_numbers_are_no_text(tmp_path: Path, written: str, read: str) -> None:
    (article,) = articles(tmp_path, one=f"<h1>One</h1>{LONG}<p>{written}</p>")
    assert article.text == f"{TEXT}\n\n{read}"


def test_notes_stand_at_the_end_of_their_chapter(tmp_path: Path) -> None:
    note = '<aside epub:type="footnote" id="n"><p>Not counting the quay.</p></aside>'
    (article,) = articles(tmp_path, one=f"<h1>One</h1>{note}{LONG}")
    assert article.text == f"{TEXT}\n\nNot counting the quay."


LINKS = "".join(f'<p><a href="{number}.xhtml">Chapter {number} of the ferries</a></p>' for number in range(20))


@pytest.mark.parametrize(
    "body",
    [
        LINKS,
        f'<nav epub:type="toc"><ol><li>{FIRST}</li></ol></nav>',
        f'<section epub:type="chapter"><h1>Contents</h1>{LONG}</section>',
    ],
)
def test_contents_are_no_chapter(tmp_path: Path, body: str) -> None:
    assert [article.title for article in articles(tmp_path, toc=body, one=f"<h1>One</h1>{LONG}")] == ["One"]


def test_a_file_with_several_chapters_has_as_many_articles(tmp_path: Path) -> None:
    body = "".join(f'<section epub:type="chapter"><h2>{name}</h2>{LONG}</section>' for name in ("One", "Two"))
    found = articles(tmp_path, all=body)
    assert [(article.title, article.text) for article in found] == [("One", TEXT), ("Two", TEXT)]
    assert len({article.id for article in found}) == 2

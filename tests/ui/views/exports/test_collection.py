"""A collection that is filed with the desk: items in order, notes, and every source in full."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Collection, Difference, Excerpt, PinnedAnswer, PinnedPassage, Side
from tests.ui.support import CORPUS, HOSTILE, NOW, Page, answered, citation
from tests.ui.views.exports.test_conversation import as_read
from ui.views.exports import collection as exports
from ui.views.exports import word

URL = "https://weekly.example/rain?a=1&b=2"


def made(text: str = "It rained.") -> Collection:
    """A passage, an answer that cites another one and the same, and a passage that is gone."""
    wet = citation(text, title=text, source=text, url=URL)
    dry = replace(wet, article_id="a2", title="Dry days", quote="It was dry.", end=11, url=None)
    turn = answered(dry, replace(wet, number=2), question=text)
    assert turn.answer
    sides = (Side("wet", 2, None, None), Side("dry", 1, None, None))
    answer = replace(turn.answer, differences=(Difference("the rain", sides),), notices=(text,))
    collection = Collection.named(f"Rain {text}"[:100])
    collection = collection.with_item(PinnedPassage(wet, Excerpt("Before. ", text, ", after."), CORPUS), f"a\n{text}")
    collection = collection.with_item(PinnedAnswer(answer, turn.excerpts))
    collection = collection.with_item(PinnedPassage(replace(wet, article_id="gone"), Excerpt("", text, ""), CORPUS))
    items = tuple(replace(item, added=NOW) for item in collection.without_articles({"gone"}).items)
    return replace(collection, items=items)


def opened(collection: Collection) -> WordDocument:
    return Document(BytesIO(word.docx(collection, NOW)))


def word_text(collection: Collection) -> str:
    return "\n".join(paragraph.text for paragraph in opened(collection).paragraphs)


FORMS: list[Callable[[Collection], str]] = [
    lambda collection: as_read(exports.markdown(collection, NOW)).text,
    lambda collection: Page(exports.page(collection, NOW)).text,
    word_text,
]


@pytest.mark.parametrize("form", FORMS)
def test_items_stand_in_order_with_notes_and_full_sources(form: Callable[[Collection], str]) -> None:
    text = form(made())
    order = ["Rain It rained.", "Article Assistant, 1 June", "Before. It rained., after. [1]", "Removed", "Retrieved"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "its words are gone" in text and "Retrieved 1 June 2025. Corpus 000001, refreshed 1 June 2025." in text
    for part in (URL, "It rained., 6 May 2025", "Dry days", "It was dry."):
        assert part in text


@pytest.mark.parametrize("form", FORMS)
def test_sources_have_one_number_each_throughout(form: Callable[[Collection], str]) -> None:
    text = form(made())
    assert "It was dry. [2]" in text and "It rained. [1]" in text
    assert "Sources differ on the rain: “wet” [1]; “dry” [2]." in text


def test_a_word_file_has_headings_quotes_links_and_properties() -> None:
    document = opened(made())
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    assert styles[0] == ("Title", "Rain It rained.")
    assert [text for style, text in styles if style == "Heading 1"] == [
        "It rained.",
        "It rained.",
        "Removed",
        "Sources",
    ]
    quotes = [text for style, text in styles if style == "Quote"]
    assert quotes == ["Before. It rained., after. [1]", "“It rained.”", "“It was dry.”"]
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert {(link.text, link.url) for link in links} == {("[1]", URL), (URL, URL)} and len(links) == 3
    properties = document.core_properties
    assert (properties.title, properties.author, properties.comments) == ("Rain It rained.", "Article Assistant", "")
    assert properties.created and properties.created.replace(tzinfo=NOW.tzinfo) == NOW


@settings(max_examples=30, deadline=None)
@given(text=st.text(min_size=1))
def test_any_text_can_be_in_a_word_file(text: str) -> None:
    content = word.docx(made(text), NOW)
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None
    assert word.xml_text(text) in "\n".join(each.text for each in Document(BytesIO(content)).paragraphs)


def test_what_xml_forbids_is_left_out() -> None:
    assert "It rained!" in word_text(made("It\x1b rai\uffffned!"))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_quoted_is_text_everywhere(text: str) -> None:
    reads: list[Callable[[str], Page]] = [
        lambda words: as_read(exports.markdown(made(words), NOW)),
        lambda words: Page(exports.page(made(words), NOW)),
    ]
    for read in reads:
        assert read(text).names == read("plain").names and read(text).text.count(" ".join(text.split())) >= 5
    assert word_text(made(text)).count(" ".join(text.split())) >= 5


def test_an_empty_collection_is_saved_too() -> None:
    empty = Collection.named("Later?")
    assert all("Later?" in form(empty) and "Sources" not in form(empty) for form in FORMS)
    assert exports.file_name(empty, NOW, "docx") == "2025-06-01-later.docx"

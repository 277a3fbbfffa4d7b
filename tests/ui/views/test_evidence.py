from dataclasses import replace
from datetime import UTC, datetime

from tests.ui.support import NOW, Page, answered, citation, refused
from ui.views import evidence


def test_an_article_has_one_card_with_all_its_cited_passages() -> None:
    turn = answered(citation(), citation("It snowed.", number=2, article_id="a2"), citation("It poured.", number=3))
    page = Page(evidence.sources((turn,), NOW))
    assert [attributes["class"] for tag, attributes in page.tags if tag == "li"] == ["card", "card"]
    assert [attributes["id"] for tag, attributes in page.tags if tag == "blockquote"] == ["a1-s1", "a1-s3", "a1-s2"]
    assert page.marked == ["It rained.", "It poured.", "It snowed."]
    assert "1, 3" in page.text and "6 May 2025" in page.text and "26 days ago" in page.text
    assert page.controls("read")[0] == {"act": "read", "article": "a1", "turn": "1", "at": "1"}


def test_a_card_says_that_its_article_was_updated() -> None:
    updated = datetime(2025, 6, 3, 9, tzinfo=UTC)
    card = Page(evidence.sources((answered(citation(updated=updated)),), NOW))
    assert "6 May 2025" in card.text and "updated 3 June 2025" in card.text


def test_a_card_names_other_publications_of_the_same_story() -> None:
    page = Page(evidence.sources((answered(citation(carried_by=("Coast Radio",))),), NOW))
    assert "the same story in 1 other publication: Coast Radio" in page.text


def test_all_quotes_of_a_card_are_copied_with_what_they_are_from() -> None:
    turn = answered(citation(url="https://weekly.example/rain"), citation("It poured.", number=2))
    page = Page(evidence.sources((turn,), NOW))
    (copied,) = page.controls("copy")
    first, second = copied["text"].splitlines()
    assert first == "“Rain”, The Weekly, 6 May 2025: “It rained.” https://weekly.example/rain"
    assert second.endswith("“It poured.”") and "Copy quotes" in page.text
    assert "https://weekly.example/rain" in page.links


def test_without_sources_there_is_no_list_of_them() -> None:
    assert evidence.sources((refused(),), NOW) == ""


def test_only_the_latest_sources_are_open() -> None:
    turns = (answered(citation()), replace(answered(citation()), number=2))
    folders = [attributes for tag, attributes in Page(evidence.sources(turns, NOW)).tags if tag == "details"]
    assert ["open" in attributes for attributes in folders] == [True, False]

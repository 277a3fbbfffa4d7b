from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk
from tests.ui.support import NOW, Page, answered, citation, refused, same_tags
from ui.views import evidence

TEXT = "It rained. It poured. Nobody stayed."


def test_an_article_has_one_card_with_all_its_cited_passages() -> None:
    turn = answered(citation(), citation("It snowed.", number=2, article_id="a2"), citation("It poured.", number=3))
    page = Page(evidence.sources((turn,), NOW))
    assert [attributes["class"] for tag, attributes in page.tags if tag == "li"] == ["card", "card"]
    assert [attributes["id"] for tag, attributes in page.tags if tag == "blockquote"] == ["a1-s1", "a1-s3", "a1-s2"]
    assert page.marked == ["It rained.", "It poured.", "It snowed."]
    assert "1, 3" in page.text and "6 May 2025" in page.text and "26 days ago" in page.text
    assert page.controls("read")[0] == {"act": "read", "article": "a1", "turn": "1", "at": "1"}


def test_a_card_and_the_article_say_that_it_was_updated() -> None:
    updated = datetime(2025, 6, 3, 9, tzinfo=UTC)
    card = Page(evidence.sources((answered(citation(updated=updated)),), NOW))
    assert "6 May 2025" in card.text and "updated 3 June 2025" in card.text
    whole = replace(article(), published=datetime(2025, 5, 6, tzinfo=UTC), updated=updated)
    assert "updated 3 June 2025" in Page(evidence.article(whole, [], [], NOW)).text
    same_day = replace(whole, updated=whole.published)
    assert "updated" not in Page(evidence.article(same_day, [], [], NOW)).text


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


spans = (
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted).filter(lambda span: span[0] < span[1])
)


@given(st.lists(spans, max_size=5))
def test_marking_keeps_every_letter_and_marks_exactly_what_is_cited(cited: list[list[int]]) -> None:
    citations = [citation(TEXT[a:b], number=n, start=a, end=b) for n, (a, b) in enumerate(cited, 1)]
    page = Page(evidence.marked(TEXT, citations))
    numbers = [f"[{citation.number}] " for citation in citations]
    text = page.text
    for number in numbers:
        assert text.count(number) == 1
        text = text.replace(number, "")
    assert text == TEXT
    covered = {at for a, b in cited for at in range(a, b)}
    assert len("".join(page.marked)) == len(covered)


def article(title: str = "Rain", text: str = TEXT, author: str | None = None) -> Article:
    return Article("a1", title, text, author=author)


def test_an_article_is_read_with_its_quotes_marked_and_its_passages_below() -> None:
    cited = citation("It poured.", number=2, start=11, end=21)
    page = Page(evidence.article(article(author="Ines Harrow"), [cited], [Chunk("a1", 0, 21, TEXT[:21])], NOW))
    assert page.marked == ["It poured."]
    assert "By Ines Harrow" in page.text and "As it is searched: 1 passage" in page.text
    assert page.controls("scope") == [{"act": "scope", "article": "a1"}]


def test_a_quote_that_is_no_longer_in_the_article_is_not_marked() -> None:
    assert Page(evidence.article(article(), [citation("It hailed.", start=0, end=10)], [], NOW)).marked == []


def test_what_was_cited_of_an_article_that_is_gone_stays_readable() -> None:
    page = Page(evidence.missing_article(evidence.cited_by_article(answered(citation()))[0], NOW))
    assert page.marked == ["It rained."] and "not in the corpus any more" in page.text
    assert "not in the corpus any more" in Page(evidence.missing_article([], NOW)).text


@given(text=st.text(min_size=1))
def test_no_text_of_an_article_becomes_a_tag(text: str) -> None:
    same_tags(
        lambda text: evidence.article(article(title=text, text=text, author=text), [], [Chunk("a1", 0, 1, text)], NOW),
        text,
    )

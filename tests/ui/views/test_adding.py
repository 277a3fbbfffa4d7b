"""What would come in, as it is shown before it is added."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Draft, Failure, Preview
from tests.ui.support import HOSTILE, NOW, Page, same_tags
from ui.drafts import DraftEntry, DraftList
from ui.views import adding

RAIN = Draft("a1", "Rain", "It rained on Monday.", "The Weekly", NOW, where="rain.pdf")


def drawn(*entries: DraftEntry, failures: tuple[str, ...] = ()) -> Page:
    return Page(adding.drafts(DraftList(entries, failures), ["The Tide"]))


def values(page: Page, name: str) -> list[str | None]:
    return [given.get("value") for _, given in page.tags if given.get("name") == name]


def test_title_date_publication_and_text_of_each_can_be_mended() -> None:
    page = drawn(DraftEntry(RAIN))
    assert values(page, "title") == ["Rain"] and values(page, "date") == ["2025-06-01"]
    assert values(page, "publication") == ["The Weekly"] and "It rained on Monday." in page.text
    assert "1 article would come in" in page.text and "Add 1 article" in page.text and "rain.pdf" in page.text


def test_what_is_odd_about_one_is_said() -> None:
    known = ArticleRef("a1", "Rain", "The Tide", NOW, None)
    page = drawn(DraftEntry(replace(RAIN, source=None, published=None, known=known)))
    assert "Already in the corpus as “Rain” (The Tide, 1 June 2025), whose place it would take." in page.text
    lacking = {given["data-lacking"]: "hidden" in given for _, given in page.tags if "data-lacking" in given}
    assert lacking == {"date": False, "publication": False}


def test_what_was_mended_and_left_out_is_shown_as_it_was_typed() -> None:
    page = drawn(
        DraftEntry(RAIN, {"title": "Much rain", "date": "2025-05-01"}, is_left_out=True),
        DraftEntry(replace(RAIN, id="a2")),
    )
    assert values(page, "title") == ["Much rain", "Rain"] and values(page, "date")[0] == "2025-05-01"
    assert ["checked" in given for _, given in page.tags if given.get("name") == "in"] == [False, True]
    assert "Add 1 article" in page.text


def test_why_one_cannot_be_added_stands_at_it() -> None:
    assert "It has no title; write one." in drawn(DraftEntry(RAIN, {"title": " "})).text


def test_what_could_not_be_read_is_told_in_a_line_each() -> None:
    page = drawn(failures=("a.xyz: files ending in .xyz cannot be read", "b.pdf: no text"))
    assert "a.xyz: files ending in .xyz cannot be read" in page.text and "b.pdf: no text" in page.text
    assert not page.controls("discard_drafts") and adding.drafts(DraftList(), []) == ""


def test_a_very_long_text_and_a_very_long_list_are_said_to_go_in_as_they_are() -> None:
    assert "too many to be edited here" in drawn(DraftEntry(replace(RAIN, text="x" * 300_000))).text
    many = drawn(*(DraftEntry(replace(RAIN, id=f"a{n}")) for n in range(130)))
    assert "And 30 more, which go in as they are." in many.text and "Add 130 articles" in many.text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_comes_out_as_text(text: str) -> None:
    draft = replace(
        RAIN, title=text, text=text, source=text, where=text, similar=ArticleRef(text, text, text, None, None)
    )
    page = drawn(DraftEntry(draft), failures=(f"{text}: no text",))
    assert (
        values(page, "title") == [text]
        and page.names
        == drawn(DraftEntry(replace(draft, title="x", text="x", source="x", where="x")), failures=("x",)).names
    )


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        known = ArticleRef(text, text, text, None, text)
        draft = Draft(text, f"x{text}", f"x{text}", f"x{text}", None, where=f"x{text}", known=known, held_by=text)
        found = DraftList().with_preview(Preview((draft,), (Failure(text, text, text),), (f"x{text}",)))
        return adding.drafts(found, [text]) + adding.reading(text, 0, 2)

    same_tags(html, text)

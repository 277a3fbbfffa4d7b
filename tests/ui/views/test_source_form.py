"""The form of a source: what it shows, and what it is read into."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Source
from tests.ui.support import Page, same_tags
from ui.views import source_form

FEED = Source(
    "paper",
    "feed",
    "https://paper.example/feed?token=abcdef",
    "The Paper",
    every=timedelta(minutes=30),
    include=("*/news/*",),
)


def test_the_form_shows_what_the_list_has_and_no_secret() -> None:
    page = Page(source_form.edit("k", FEED, {}))
    values = {given["name"]: given.get("value") for tag, given in page.tags if tag == "input"}
    assert values["location"] == "https://paper.example/feed?token=***" and values["every"] == "30m"
    assert values["publication"] == "The Paper" and "*/news/*" in page.text


def test_what_was_typed_stays_beside_what_is_wrong_with_it() -> None:
    page = Page(source_form.edit("k", FEED, {"every": "soon"}, "every = soon cannot be used"))
    assert "Every = soon cannot be used." in page.text
    assert ["soon"] == [given.get("value") for _, given in page.tags if given.get("name") == "every"]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ({}, {}),
        (source_form.fields_of(FEED), {}),
        ({"every": " 1h ", "publication": ""}, {"every": "1h", "publication": None}),
        ({"include": "*/a/*\n\n */b/* \n"}, {"include": ["*/a/*", "*/b/*"]}),
        ({"most": "50"}, {"most": 50}),
        ({"follow": "never"}, {"follow": "never"}),
        ({"nonsense": "1", "paused": "x"}, {}),
    ],
)
def test_only_what_was_changed_is_written(typed: dict[str, str], keys: dict[str, Any]) -> None:
    assert source_form.changed_keys(FEED, typed) == keys


def test_another_kind_takes_the_keys_of_the_kind_before_with_it() -> None:
    keys = source_form.changed_keys(FEED, {"kind": "page", "location": "https://paper.example/"})
    assert keys["page"] == "https://paper.example/" and keys["feed"] is None
    assert keys["include"] is None and keys["follow"] is None and "recheck" not in keys


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    typed = dict.fromkeys(source_form.fields_of(FEED), "")
    same_tags(lambda text: source_form.edit(text, FEED, {**typed, "location": text, "include": text}, f"x{text}"), text)

"""What is seen until the window is drawn."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.support import Page, same_tags
from ui.views import markup, skeleton

STORIES = (
    '<section aria-labelledby="front"><h2 id="front">The newest stories</h2>'
    f"{markup.opener('story/a1', 'story', 'Flood', {'story': 'a1'}, 'headline')}"
    f"{markup.button('ask', 'Latest?')}</section>"
)
LIKE_AN_ATTRIBUTE = 'a id="b" <a c'


def test_nothing_of_it_is_named_twice_in_the_page() -> None:
    html = skeleton.first_look('<h1 id="name">News</h1>', '<p id="lead">Ask.</p>', STORIES)
    assert not re.search(r" (id|aria-labelledby|aria-controls|popovertarget)=", html)


def test_nothing_of_it_takes_the_focus() -> None:
    page = Page(skeleton.first_look("", "", STORIES))
    pressed = [tag for name, tag in page.tags if name in ("a", "button") and tag.get("data-act") in ("story", "ask")]
    assert [tag["tabindex"] for tag in pressed] == ["-1", "-1"]
    above = skeleton.first_look(markup.button("theme", "Dark"), "", "").partition('<div class="part">')[0]
    assert above.count(" inert>") == 3 and above.startswith('<div class="part masthead-row" inert>')


@given(text=st.text(min_size=1))
def test_no_text_of_an_article_is_changed_or_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        return skeleton.first_look("", "", f"<p>{markup.escaped(text)}</p>")

    same_tags(html, text)
    assert f"<p>{markup.escaped(text)}</p>" in html(text)


def test_what_looks_like_an_attribute_in_a_text_stays() -> None:
    assert LIKE_AN_ATTRIBUTE in Page(skeleton.first_look("", "", f"<p>{markup.escaped(LIKE_AN_ATTRIBUTE)}</p>")).text

"""The text of a page: what of it is the article's, and what asks, sells or leads elsewhere."""

import pytest

from assistant.articles import Article
from assistant.ingest.files.registry import read_bytes
from assistant.ingest.items import Loaded
from tests.ingest.files.samples import FIRST, SANDBOX, SECOND, page

PAID = '{{"@type": "NewsArticle", "isAccessibleForFree": false, "hasPart": {{"isAccessibleForFree": "False", {}}}}}'


def read(body: str, head: str = "") -> Article:
    html = page(head=head).replace(f"<p>{SECOND}</p>", f"{body}<p>{SECOND}</p>")
    (item,) = read_bytes(html.encode(), ".html", SANDBOX, url="https://a.example/ferries")
    assert isinstance(item, Loaded), item
    return item.article


@pytest.mark.parametrize(
    "appeal",
    [
        "<div class=offer><h3>You have 1 free article left</h3><p>Full access from 2 pounds a week.</p></div>",
        "<p>This story is only for members. Log in to go on reading.</p>",
        "<div class=paywall><p>Subscribe today for 3 euros a month.</p><p>9.99</p></div>",
        "<p>Sign up for our evening newsletter.</p>",
        "<p>If you value our work, please make a donation.</p>",
        "<p>Have a tip? Write to desk@chronicle.example.</p>",
        "<p>Follow us on Instagram.</p>",
        "<p>We use cookies to improve the site. Accept all</p>",
        "<p>We use cookies to deliver our services and to measure how the site is used.</p>",
        "<p>Published in the print edition of 28 May 2025, page 7.</p>",
        "<p>{{ #verifyErrors }}{{ message }}{{ /verifyErrors }}</p>",
        "<p>Read more: <a href=/x>Storm closes the port</a></p>",
        "<p>14 comments</p>",
        "<p>Photo: Ines Harrow / Reuters</p>",
        "<p>Advertisement</p>",
        "<h3>Related stories</h3><ul><li><a href=/1>Storm closes port</a></li><li><a href=/2>Fares up</a></li></ul>",
    ],
)
def test_what_is_no_text_of_the_article_is_left_out(appeal: str) -> None:
    assert read(appeal).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "paragraph",
    [
        "The paper said a subscription would cost 2 pounds a week, and that readers could cancel at any time.",
        "Residents can sign up for the alerts on the town's website until Friday.",
        "Subscribers lost access to the archive in May, the publisher said.",
        "Photo: the owner had it taken down.",
        "Share this: that was the word of the union at the gates.",
        "<a href=/letter>The works will close for good on 19 December.</a>",
        "He read more than forty books in prison, and see also what became of them.",
    ],
)
def test_text_of_the_article_stays(paragraph: str) -> None:
    shown = paragraph.replace("<a href=/letter>", "").replace("</a>", "")
    assert read(f"<p>{paragraph}</p>").text == f"{FIRST}\n\n{shown}\n\n{SECOND}"


@pytest.mark.parametrize("lead", ["<p>The council named the winners:</p>", ""])
def test_a_list_of_the_article_stays_where_its_items_are_links(lead: str) -> None:
    entries = ["North: Dora Amblin, 1,204 votes", "Quay: Lena Quist, 998 votes"]
    text = read(f"{lead}<ul>{''.join(f'<li><a href=/w>{entry}</a></li>' for entry in entries)}</ul>").text
    assert "\n\n".join(entries) in text


def test_what_a_page_says_is_paid_for_goes_only_where_it_is_the_wall() -> None:
    script = '<script type="application/ld+json">' + PAID.format('"cssSelector": ".pw"') + "</script>"
    wall = "<div class=pw><p>To read on, subscribe for 1 euro a week.</p><p>Already a reader? Log in</p></div>"
    assert read(wall, script).text == f"{FIRST}\n\n{SECOND}"
    paid = "The harbour master said that the quay had been closed since the storm of November."
    assert paid in read(f"<div class=pw><p>{paid}</p></div>", script).text
    assert paid in read(f'<div class="paywall"><p>{paid}</p></div>').text


def test_cells_that_arrange_a_page_are_not_glued_together() -> None:
    cells = "The crane was sold in May, the harbour board said.", "The lift will be built by the end of the year."
    text = read(f"<table role=presentation><tr><td>{cells[0]}</td><td>{cells[1]}</td></tr></table>").text
    assert text == "\n\n".join([FIRST, *cells, SECOND])


def test_a_row_is_kept_whatever_is_in_it() -> None:
    rows = "<tr><td>Newsletter</td><td>4</td></tr><tr><td>Video</td><td>4</td></tr><tr><td>Video</td><td>4</td></tr>"
    assert "Newsletter | 4\n\nVideo | 4\n\nVideo | 4" in read(f"<table>{rows}</table>").text


@pytest.mark.parametrize(
    "letter", ["The letter began “Dear {{ first_name }}”.", 'It said "Dear ${name}, your ${town}".']
)
def test_placeholders_in_a_quotation_stay(letter: str) -> None:
    assert read(f"<p>{letter}</p><p>{{{{ ad_slot }}}}</p>").text == f"{FIRST}\n\n{letter}\n\n{SECOND}"


def test_placeholders_in_code_stay() -> None:
    said = (
        "<p>The letter began with <code>Dear {{ name }}</code>, and <code>&lt;%= town %&gt;</code> came below it.</p>"
    )
    assert "began with Dear {{ name }}, and <%= town %> came below it." in read(said).text


def test_a_table_in_a_figure_is_text_without_its_caption() -> None:
    rows = "<tr><th>Line</th><th>Boats</th></tr><tr><td>North</td><td hidden>9</td><td>41</td></tr>"
    body = f"<figure class=wp-block-table><table>{rows}</table><figcaption>As of May</figcaption></figure>"
    assert read(body).text == f"{FIRST}\n\nLine | Boats\n\nNorth | 41\n\n{SECOND}"

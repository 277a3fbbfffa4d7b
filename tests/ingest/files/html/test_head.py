"""Dates that a page shows: those in the head of its article are of publication, days that are told of are not."""

from datetime import date

import pytest

from tests.ingest.files.html.test_html import read
from tests.ingest.files.samples import FIRST, SECOND

TITLE = "<h1>Hourly ferries</h1>"
EVENT = "The pier opens on 12 September 2031."
TEXT = f"<p>{EVENT}</p><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST} {SECOND}</p>"
TIME = '<time datetime="2025-05-28T22:30:00-05:00">28 May</time>'
POST = "<p>The ferry of the afternoon is cancelled, the harbour says.</p>"


def whole(body: str) -> str:
    return f"<!DOCTYPE html><html lang=en><head><title>Hourly ferries</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "body",
    [
        f"{TITLE}<p>By Lena Quist | 28 May 2025</p>{TEXT}",
        f"{TITLE}<p>By Sam Smith and Tom Vey, harbour correspondents, Wednesday, 28 May 2025 | 3 min read</p>{TEXT}",
        f"{TITLE}<p>Published 28 May 2025 09:00 | Updated 29 May 2025 10:00</p>{TEXT}",
        f"{TITLE}<div class=meta><span>Lena Quist</span> <span>28 May 2025</span></div>{TEXT}",
        f"<article><header>{TITLE}{TIME}</header>{TEXT}</article>",
        f"<article><header>{TIME}{TITLE}</header>{TEXT}</article>",
        f"{TITLE}<p>{FIRST}</p><div>By Lena Quist {TIME}</div>{TEXT}",
        f"<article>{TITLE}{TEXT}<footer>Posted on {TIME.replace('<time', '<time class=entry-date')}</footer></article>",
        f"{TITLE}<dl><dt>Published</dt><dd>28 May 2025</dd><dt>Opens</dt><dd>12 September 2031</dd></dl>{TEXT}",
        f"<div itemscope>{TITLE}<meta itemprop=datePublished content=2025-05-28>{TEXT}</div>",
    ],
)
def test_a_date_in_the_head_of_the_article_is_that_of_publication(body: str) -> None:
    article = read(whole(body))
    assert article.published is not None and article.published.date() == date(2025, 5, 28)
    assert EVENT in article.text and "28 May" not in article.text


@pytest.mark.parametrize(
    "body",
    [
        f"{TITLE}{TEXT}",
        f"{TITLE}<p>The pier opens on <time datetime=2025-09-12>12 September</time>.</p>{TEXT}",
        f"{TITLE}<p>It opened on <span class=date>3 July 1954</span>.</p>{TEXT}",
        f"{TITLE}<p>Opening: 3 July 1954</p>{TEXT}",
        f"{TITLE}<p>By 3 July 1954</p>{TEXT}",
        f"{TITLE}<p class=event-date>3 July 1954</p>{TEXT}",
        f"{TITLE}<dl><dt>Opened</dt><dd>3 July 1954</dd></dl>{TEXT}",
        f"{TITLE}<h2>3 July 1954</h2>{TEXT}",
        f"{TITLE}<p>On 3 July 1954</p>{TEXT}",
        f"{TITLE}<p>3 July 1954, Town Hall</p>{TEXT}",
        f"<div><div>{TITLE}{TEXT}</div><div><p class=date>29 May 2025</p><p>Tides of the day</p></div></div>",
        f"{TITLE}<p>{EVENT}</p><p>3 July 1954</p>{TEXT}",
        f"<div>Thursday, 29 May 2025</div><nav><a href=/>Home</a></nav>{TITLE}{TEXT}",
        f"<div class=top>{TIME}</div><main>{TITLE}{TEXT}</main>",
        f"{TITLE}{TEXT}<div class=reaction><b>Tom Vey</b> {TIME}<p>We have waited for this for years.</p></div>",
        f"{TITLE}{TEXT}<ul><li><a href=/x>Cannery to be sold</a> {TIME}</li><li><a href=/y>Fair</a> {TIME}</li></ul>",
        f"{TITLE}{TEXT}<div><h3><a href=/x>Cannery to be sold</a></h3><span class=published>28 May 2025</span></div>",
        f"{TITLE}{TEXT}<footer>{TIME}</footer>",
        f"{TITLE}<div class=post>{TIME}{POST}</div><div class=post>{TIME}{POST}</div>{TEXT}",
        f"<div itemscope>{TITLE}{TEXT}<div itemprop=comment itemscope><meta itemprop=datePublished content=2025-06-03>"
        "</div></div>",
    ],
)
def test_a_day_that_is_told_of_or_of_something_else_is_not(body: str) -> None:
    article = read(whole(body))
    assert article.published is None
    assert EVENT in article.text

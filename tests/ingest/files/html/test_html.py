"""Pages: what is taken for title, date, URL and text, and what never is."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.articles import Article
from assistant.ingest.files.html.blocks import plain_html
from assistant.ingest.files.registry import read_bytes
from assistant.ingest.items import Failure, Loaded
from tests.ingest.files.samples import FIRST, SANDBOX, SECOND, only, page, reason

SCRIPT = '<script type="application/ld+json">'
URL = "https://www.chronicle.example/news/ferries"
TWO = timezone(timedelta(hours=2))


def read(html: str | bytes, url: str = URL, encoding: str | None = None) -> Article:
    data = html.encode() if isinstance(html, str) else html
    (item,) = read_bytes(data, ".html", SANDBOX, url=url, encoding=encoding)
    assert isinstance(item, Loaded), item
    return item.article


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def json_ld(data: str) -> str:
    return f'{SCRIPT}{{"@type": "NewsArticle", "headline": "Hourly ferries", {data}}}</script>'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (json_ld('"datePublished": "2025-05-28T10:00:00+02:00"'), datetime(2025, 5, 28, 10, tzinfo=TWO)),
        (json_ld('"datePublished": "2025-05-28T10:00:00.123456789Z"'), datetime(2025, 5, 28, 10, 0, 0, 123456, UTC)),
        (json_ld('"datePublished": "2025-05-28"'), datetime(2025, 5, 28, tzinfo=UTC)),
        (json_ld('"datePublished": "28 May 2025 10:00 GMT"'), datetime(2025, 5, 28, 10, tzinfo=UTC)),
        (json_ld('"datePublished": "May 28, 2025"'), datetime(2025, 5, 28, tzinfo=UTC)),
        (json_ld('"datePublished": 5'), None),
        (json_ld('"datePublished": "soon"'), None),
        (json_ld('"datePublished": "03/04/2025"'), None),
        (json_ld('"datePublished": "03/04/2025 10:00 AM"'), None),
        (json_ld('"datePublished": "28 May 2025 10:00 CEST"'), datetime(2025, 5, 28, 10, tzinfo=TWO)),
        (
            json_ld('"datePublished": "28 May 2025 11:00 BST"'),
            datetime(2025, 5, 28, 11, tzinfo=timezone(timedelta(hours=1))),
        ),
        (json_ld('"datePublished": "1970-01-01T00:00:00Z"'), None),
        (json_ld('"datePublished": "2025-13-45T00:00:00Z"'), None),
        (meta("article:published_time", "2025-05-28T10:00:00+0200"), datetime(2025, 5, 28, 10, tzinfo=TWO)),
        (meta("article:published_time", "1748426400"), datetime(2025, 5, 28, 10, tzinfo=UTC)),
        (meta("article:published_time", "1748426400000"), datetime(2025, 5, 28, 10, tzinfo=UTC)),
        (meta("og:updated_time", "2025-05-28T10:00:00Z"), None),
        ("", None),
    ],
)
def test_a_date_is_as_exact_as_on_the_page_and_never_made_up(head: str, published: datetime | None) -> None:
    article = read(page(head=head))
    assert article.published == published
    if published and article.published:
        assert article.published.utcoffset() == published.utcoffset()


def test_a_day_gets_its_time_from_elsewhere_on_the_page() -> None:
    head = json_ld('"datePublished": "2025-05-28"') + meta("article:published_time", "2025-05-28T10:00:00+02:00")
    assert read(page(head=head)).published == datetime(2025, 5, 28, 10, tzinfo=TWO)
    head = json_ld('"datePublished": "2025-05-28"') + meta("article:published_time", "2025-06-30T10:00:00+02:00")
    assert read(page(head=head)).published == datetime(2025, 5, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ('<time datetime="2025-05-28T10:00:00+02:00">28.5.</time>', datetime(2025, 5, 28, 10, tzinfo=TWO)),
        ("<p>Published 28 May 2025, 10:15</p>", datetime(2025, 5, 28, 10, 15, tzinfo=UTC)),
        ("<p>By Ines Harrow | May 28, 2025</p>", datetime(2025, 5, 28, tzinfo=UTC)),
        ("<p>28.5.2025 10:15</p>", datetime(2025, 5, 28, 10, 15, tzinfo=UTC)),
        ("<p>© Chronicle 28 May 2025</p>", None),
        ("<p>Copyright 28 May 2025</p>", None),
        ("<p>05/28/2025</p>", datetime(2025, 5, 28, tzinfo=UTC)),
        ("<p>05/06/2025</p>", None),
        ("<p>Submitted by Ines Harrow on Wed, 05/28/2025 - 10:15</p>", datetime(2025, 5, 28, 10, 15, tzinfo=UTC)),
        ("<div><div class=field__label>When</div><div>28 May 2025</div></div>", None),
        ("<p>This article appeared in the 28 May 2025 print edition</p>", datetime(2025, 5, 28, tzinfo=UTC)),
        ("<p>In the print edition of 28 May 2025, the name of Lena Quist was misspelt.</p>", None),
        ("<p><em>Published in the print edition of 28 May 2025, page 7.</em></p>", datetime(2025, 5, 28, tzinfo=UTC)),
        (
            "<p>The pier was opened on 28 May 1931 by a minister who had never seen the sea, and who said so.</p>",
            None,
        ),
    ],
)
def test_a_date_near_the_heading_is_read_but_not_one_in_a_sentence(body: str, published: datetime | None) -> None:
    assert read(page(body=body)).published == published


@pytest.mark.parametrize(
    ("path", "published"),
    [
        ("/2025/05/28/ferries", datetime(2025, 5, 28, tzinfo=UTC)),
        ("/news/2025-05-28-ferries", datetime(2025, 5, 28, tzinfo=UTC)),
        ("/2025/05/ferries", None),
        ("/2025/28/05/ferries", None),
        ("/2025/05/28/2024/04/27/ferries", None),
        ("/news?from=/2025/05/28/", None),
    ],
)
def test_the_day_in_a_url_counts_only_when_it_is_unambiguous(path: str, published: datetime | None) -> None:
    assert read(page(), url=f"https://www.chronicle.example{path}").published == published


def test_an_update_counts_only_when_it_is_later() -> None:
    dates = '"datePublished": "2025-05-28T10:00:00Z", "dateModified": "{}"'
    assert read(page(head=json_ld(dates.format("2025-05-28T11:00:00Z")))).updated == datetime(
        2025, 5, 28, 11, tzinfo=UTC
    )
    for same_or_older in ("2025-05-28T10:00:00Z", "2025-05-28T12:00:00+02:00", "2025-05-28", "2024-01-01"):
        assert read(page(head=json_ld(dates.format(same_or_older)))).updated is None


@pytest.mark.parametrize(
    ("canonical", "fetched", "expected"),
    [
        ("https://chronicle.example/ferries", "https://m.chronicle.example/amp/1", "https://chronicle.example/ferries"),
        ("/ferries", URL, "https://www.chronicle.example/ferries"),
        ("https://other.example/ferries", URL, URL),
        ("https://www.chronicle.example/", URL, URL),
        ("javascript:alert(1)", URL, URL),
        ("http://[", URL, URL),
        ("", URL, URL),
        ("https://b.co.uk/x", "https://a.co.uk/y", "https://a.co.uk/y"),
    ],
)
def test_a_canonical_url_counts_on_its_own_site_only(canonical: str, fetched: str, expected: str) -> None:
    assert read(page(head=f'<link rel="canonical" href="{canonical}">'), url=fetched).url == expected


def test_a_saved_page_has_its_canonical_url(tmp_path: Path) -> None:
    assert only(tmp_path, "a.html", page(head=f'<link rel="canonical" href="{URL}">')).url == URL
    assert only(tmp_path, "b.html", page()).url is None


@pytest.mark.parametrize(
    "title",
    [
        "Hourly ferries to sail | The Chronicle",
        "Hourly ferries to sail - The Chronicle",
        "The Chronicle: Hourly ferries to sail",
        "Hourly ferries to sail – News – The Chronicle",
    ],
)
def test_a_title_does_not_include_the_name_of_the_site(title: str) -> None:
    head = f"<title>{title}</title>{meta('og:site_name', 'The Chronicle')}"
    html = f"{head}<h1>Hourly ferries to sail</h1><p>{FIRST}</p><p>{SECOND}</p>"
    assert read(html).title == "Hourly ferries to sail"
    assert read(page(title="Ferries - what now?")).title == "Ferries - what now?"


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (json_ld('"author": {"name": "Ines Harrow"}'), "Ines Harrow"),
        (json_ld('"author": ["Ines Harrow", {"@type": "Person", "name": "Tom Vey"}]'), "Ines Harrow, Tom Vey"),
        (json_ld('"author": "By Ines Harrow and Tom Vey"'), "Ines Harrow, Tom Vey"),
        (meta("article:author", "https://social.example/ines"), None),
        ('<meta name="author" content="Ines Harrow, health correspondent">', "Ines Harrow"),
        ("", None),
    ],
)
def test_an_author_is_a_name(head: str, author: str | None) -> None:
    assert read(page(head=head)).author == author


def test_the_declared_text_counts_when_the_page_shows_none() -> None:
    declared = json_ld(f'"articleBody": "{FIRST}\\n\\n{SECOND}"')
    assert read(f"<title>Ferries</title>{declared}<div id=root></div>").text == f"{FIRST}\n\n{SECOND}"
    assert read(page(head=json_ld('"articleBody": "Another text."'))).text == f"{FIRST}\n\n{SECOND}"


def test_the_section_is_the_category() -> None:
    assert read(page(head=json_ld('"articleSection": ["Transport", "Local"]'))).category == "Transport"


@pytest.mark.parametrize(
    "broken",
    [
        f'{SCRIPT}{{"@type": </script>',
        f"{SCRIPT}{'[' * 100_000}</script>",
        f'{SCRIPT}{{"@graph": [null, 5, "x", {{"@type": [null]}}, {{"@type": "Report", "headline": {{}}}}]}}</script>',
        f'{SCRIPT}{{"@type": "NewsArticle", "headline": [[["x"]]], "author": [[1]], "url": {{}}}}</script>',
        '<html lang="zz-!"><meta name="date" content="²⁵">',
        "<title></title><h1></h1>\x00\x01",
        "<div>" * 1000,
        "<table>" * 500,
    ],
)
def test_broken_parts_of_a_page_do_not_spoil_the_rest(broken: str) -> None:
    article = read(page(body=broken))
    assert article.title == "Hourly ferries" and "bicycles travel free" in article.text


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("", "empty page"),
        ("   ", "empty page"),
        ("<p></p>", "no title"),
        ("<title>News of the day</title>", "no text of an article"),
    ],
)
def test_a_page_without_an_article_is_reported(tmp_path: Path, html: str, why: str) -> None:
    assert why in reason(tmp_path, "a.html", html)


@pytest.mark.parametrize(
    ("encoding", "declared", "sent"),
    [
        ("utf-8", "", None),
        ("utf-8", "iso-8859-1", None),
        ("utf-8-sig", "", None),
        ("utf-16", "", None),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", "", "windows-1252"),
        ("cp1252", "", None),
    ],
)
def test_letters_and_quotation_marks_survive_every_encoding(encoding: str, declared: str, sent: str | None) -> None:
    words = "“Größe,” she said – “it’s a café.” "
    html = page(body=f"<p>{words}{FIRST}</p>").replace(
        '<meta charset="utf-8">', f'<meta charset="{declared}">' if declared else ""
    )
    assert words.strip() in read(html.encode(encoding), encoding=sent).text


def test_other_formats_from_the_web_are_read_by_their_extension() -> None:
    (text,) = read_bytes(f"Hourly ferries\n\n{FIRST}".encode(), ".txt", SANDBOX, url="https://a.example/a.txt")
    assert isinstance(text, Loaded) and text.article.url == "https://a.example/a.txt" == text.where == text.file
    (unknown,) = read_bytes(b"", ".exe", SANDBOX, url="https://a.example/a.exe")
    assert isinstance(unknown, Failure) and ".exe" in unknown.reason


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("", ""),
        ("Plain &amp; simple", "Plain & simple"),
        ("<p>One <b>bold</b> word.</p><p>Two.</p>", "One bold word.\n\nTwo."),
        ("One.<br><br>Two,<br>still two.", "One.\n\nTwo, still two."),
        ("<ul><li>A</li><li>B</li></ul>", "A\n\nB"),
        ("<script>alert(1)</script><style>p{}</style>Seen<img src=x onerror=alert(1)>", "Seen"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"),
        ("<!-- nothing -->", ""),
        ("&#0;&#xD800;x\x00", "��x�"),
    ],
)
def test_a_fragment_becomes_its_text(fragment: str, text: str) -> None:
    assert plain_html(fragment) == text

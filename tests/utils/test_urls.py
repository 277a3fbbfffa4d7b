import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.utils.urls import host_of, normalize_url, registrable_domain, safe_to_show, same_site

PAGE = "https://www.chronicle.example/news/weir-bridge"


@pytest.mark.parametrize(
    "spelling",
    [
        PAGE,
        f"  {PAGE}\n",
        "http://www.chronicle.example/news/weir-bridge/",
        "HTTPS://WWW.Chronicle.Example:443/news/weir-bridge",
        "http://www.chronicle.example:80/news/weir-bridge",
        "//www.chronicle.example/news/weir-bridge",
        "https://www.chronicle.example./news/weir-bridge",
        "https://reader:word@www.chronicle.example/news/weir-bridge",
        f"{PAGE}#comments",
        f"{PAGE}?",
        f"{PAGE}?utm_source=rss&utm_medium=feed&UTM_Campaign=May",
        f"{PAGE}?fbclid=IwAR0&gclid=x&mc_cid=1&mc_eid=2&msclkid=3&igshid=4&_ga=5",
        f"{PAGE}?ref=rss&source=newsletter&partner=rss&emc=rss&CMP=share_link",
        f"{PAGE}?at_medium=RSS&at_campaign=KARANGA&ns_mchannel=social&xtor=RSS-1&ocid=socialflow",
        f"{PAGE}?utm_source=a&amp;utm_medium=b",
        f"{PAGE}/amp",
        f"{PAGE}/amp/",
        f"{PAGE}.amp",
        f"{PAGE}?amp=1",
        f"{PAGE}?amp",
        f"{PAGE}?outputType=amp",
        f"{PAGE}/amp/?amp_js_v=0.1&usqp=mq331AQ",
        "https://www.chronicle.example/amp/news/weir-bridge",
        "https://amp.chronicle.example/news/weir-bridge",
        "https://www-chronicle-example.cdn.ampproject.org/c/s/www.chronicle.example/news/weir-bridge",
        "https://www-chronicle-example.cdn.ampproject.org/v/s/www.chronicle.example/news/weir-bridge/amp?amp_js_v=0.1",
        "https://cdn.ampproject.org/c/www.chronicle.example/news/weir-bridge",
        "https://www.google.com/amp/s/www.chronicle.example/news/weir-bridge/amp/",
        "https://www.chronicle.example/news/x/../weir-bridge",
        "https://www.chronicle.example/./news/%77eir%2Dbridge",
        f"{PAGE};jsessionid=A1B2",
    ],
)
def test_every_spelling_of_a_url_is_normalized_to_one(spelling: str) -> None:
    assert normalize_url(spelling) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://chronicle.example",
        PAGE,
        "https://chronicle.example/News/Weir",
        "https://chronicle.example?p=4",
        "https://chronicle.example/story?id=123&page=2",
        "https://chronicle.example:8443/story",
        "https://chronicle.example/2025/05/28/a_b-c~d.html",
        "https://chronicle.example/a//b",
        "https://chronicle.example/caf%C3%A9?q=a+b%26c",
        "https://chronicle.example/story?from=2025&ref=4711&source=12",
        "https://chronicle.example/story?eid=7&gallery=5&keyword=rss&reference=9",
        "https://chronicle.example/fuses?amp=40",
        "https://chronicle.example/amp",
        "https://chronicle.example/story/amplifiers",
        "https://chronicle.example#!/story/5",
        "https://amp.dev/story",
        "https://amp.co.uk/story",
        "https://[::1]:8000/story",
        "https://127.0.0.1:8000/story",
        "https://xn--bcher-kva.example/story",
    ],
)
def test_a_normalized_url_stays_as_it_is(url: str) -> None:
    assert normalize_url(url) == url


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://chronicle.example/?b=2&a=1&b=1", "https://chronicle.example/?a=1&b=2&b=1"),
        ("https://Bücher.example/é", "https://xn--bcher-kva.example/%c3%a9"),
        ("https://chronicle.example/a b", "https://chronicle.example/a%20b"),
        ("https://chronicle.example/a|b", "https://chronicle.example/a%7cb"),
        ("https://chronicle.example/100%", "https://chronicle.example/100%25"),
        ("https://amp.news.chronicle.example/x", "https://news.chronicle.example/x"),
        ("https://chronicle.example/x.amp.html", "https://chronicle.example/x.html"),
    ],
)
def test_two_spellings_of_a_page_are_normalized_alike(first: str, second: str) -> None:
    assert normalize_url(first) == normalize_url(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://chronicle.example/?id=1", "https://chronicle.example/?id=2"),
        ("https://chronicle.example/?p=1", "https://chronicle.example/?P=1"),
        ("https://chronicle.example/A", "https://chronicle.example/a"),
        ("https://chronicle.example/a%2Fb", "https://chronicle.example/a/b"),
        ("https://chronicle.example/?q=a%26b", "https://chronicle.example/?q=a&b"),
        ("https://chronicle.example:8000/", "https://chronicle.example:8001/"),
        ("https://chronicle.example/#!/1", "https://chronicle.example/#!/2"),
        ("https://www.chronicle.example/", "https://chronicle.example/"),
    ],
)
def test_urls_of_two_pages_stay_apart(first: str, second: str) -> None:
    assert normalize_url(first) != normalize_url(second)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://[", "http://["),
        ("http://host:port/", "http://host:port/"),
        ("", ""),
        ("news/1/", "news/1"),
        ("urn:isbn:123", "urn:isbn:123"),
        ("FTP://Chronicle.example/x/", "ftp://chronicle.example/x"),
        ("http://", "http://"),
    ],
)
def test_what_is_not_a_web_url_is_kept(url: str, kept: str) -> None:
    assert normalize_url(url) == kept


_WORD = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
_PAGES = st.builds(
    lambda host, path, number: f"https://{host}.example/{'/'.join(path)}/x?id={number}",
    _WORD.filter(lambda word: word != "amp" and not word.startswith("xn")),
    st.lists(_WORD.filter(lambda word: word != "amp"), min_size=1, max_size=3),
    st.integers(0, 99),
)
_RUBBISH = st.text(st.sampled_from("htps:/.?#&=;%amp[]@ é\u00df\u3002\n\x00\ud8001uAX-_~+\\|"), max_size=40)


@given(st.one_of(_RUBBISH, _RUBBISH.map("https://a.example/".__add__), _RUBBISH.map("http://".__add__), st.text()))
def test_normalizing_twice_changes_nothing(url: str) -> None:
    assert normalize_url(normalize_url(url)) == normalize_url(url)
    assert isinstance(same_site(url, PAGE), bool)
    assert safe_to_show(safe_to_show(url)) == safe_to_show(url)


@given(_PAGES, st.sampled_from(["{}&utm_source=x", "{}#top", " {}", "{}&amp=1", "{}&fbclid=7"]), st.booleans())
def test_any_spelling_of_any_page_is_normalized_alike(page: str, form: str, plain: bool) -> None:
    assert normalize_url(page) == page
    assert normalize_url(form.format(page.replace("https:", "http:") if plain else page)) == page


@given(_PAGES, _PAGES)
def test_different_pages_stay_different(first: str, second: str) -> None:
    assert (normalize_url(first) == normalize_url(second)) == (first == second)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://www.chronicle.example/a", "http://chronicle.example/b", True),
        ("https://news.bbc.co.uk/", "https://www.bbc.co.uk/", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://one.github.io/", "https://two.github.io/", False),
        ("https://github.io/", "https://two.github.io/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("http://1.0.0.1/", "http://2.0.0.1/", False),
        ("http://[::1]/", "http://[::2]/", False),
        ("http://localhost/", "http://localhost:8000/x", True),
        ("https://bücher.example/", "https://www.xn--bcher-kva.example/", True),
        ("https://evilchronicle.example/", "https://chronicle.example/", False),
        ("https://chronicle.example@evil.example/", "https://chronicle.example/", False),
        ("http://[", "http://[", False),
        ("", "", False),
    ],
)
def test_a_site_is_a_registrable_domain(first: str, second: str, same: bool) -> None:
    assert same_site(first, second) is same and same_site(second, first) is same


def test_the_host_and_its_domain() -> None:
    assert host_of("https://User@News.Chronicle.example:80/x") == "news.chronicle.example"
    assert host_of("/a/b") is None
    assert registrable_domain("a.b.c.example") == "c.example"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/feed?id=5&page=2", "https://a.example/feed?id=5&page=2"),
        ("https://me:hunter2@a.example/feed", "https://***@a.example/feed"),
        ("https://a.example/?token=hunter2&id=5", "https://a.example/?token=***&id=5"),
        ("https://a.example/?api_key=hunter2#access_token=hunter2", "https://a.example/?api_key=***#access_token=***"),
        ("https://a.example/?%74oken=hunter2&X-Amz-Signature=hunter2", None),
        ("https://a.example/?t=eyJhunter2", "https://a.example/?t=***"),
        ("https://a.example/?author=Ann&keyword=ferry", "https://a.example/?author=Ann&keyword=ferry"),
        ("GET https://u:hunter2@a.example/?key=hunter2 failed, 404", "GET https://***@a.example/?key=*** failed, 404"),
        ("http://[hunter", "http://[hunter"),
    ],
)
def test_secrets_in_a_url_are_redacted(url: str, shown: str | None) -> None:
    assert shown is None or safe_to_show(url) == shown
    assert "hunter2" not in safe_to_show(url)


@pytest.mark.parametrize("host", ["www.google.evil.example", "www.bing.evil.example", "www.google.com.evil.example"])
def test_a_host_that_only_begins_like_an_amp_viewer_is_none(host: str) -> None:
    assert host_of(normalize_url(f"https://{host}/amp/s/victim.example/a")) == host
    assert normalize_url("https://www.google.co.uk/amp/s/victim.example/a") == "https://victim.example/a"


def test_blogs_on_a_hosting_domain_are_separate_sites() -> None:
    assert not same_site("https://evil.substack.com/p/a", "https://victim.substack.com/p/a")
    assert same_site("https://victim.substack.com/p/a", "https://victim.substack.com/p/b")

"""Articles of HTML pages."""

from assistant.ingest.files.encodings import UnknownEncoding, decode_html
from assistant.ingest.files.html import blocks
from assistant.ingest.files.origin import Origin, Outcome


def plain_html(fragment: str) -> str:
    """The words of a fragment of HTML without its marks; blocks are parted by an empty line."""
    if not fragment.strip():
        return ""
    try:
        return "\n\n".join(blocks.blocks(blocks.parse(fragment)))
    except ValueError:
        return ""


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a page, or why there is none."""
    try:
        page = decode_html(data, origin.encoding)
    except UnknownEncoding as error:
        return [origin.failed(str(error))]
    return [page_article(page, origin)]


def page_article(page: str, origin: Origin) -> Outcome:
    """The article of the text of a page."""
    from assistant.ingest.files.html import body, metadata

    try:
        tree = blocks.parse(page)
    except ValueError:
        return origin.failed("an empty page; there is no article in it")
    known, rest = metadata.learn(tree, origin.url)
    # What the page shows counts; what it only declares, when it shows nothing without a browser.
    text = body.text_of(rest, known.title) or known.text
    if not known.title:
        return origin.failed("no title in the page; it may be no article")
    if not text:
        return origin.failed("no text of an article in the page; it may be a list of links or need a browser's scripts")
    values = {
        "title": known.title,
        "source": known.publication,
        "published": known.published,
        "updated": known.updated,
        "url": known.url,
        "author": known.author,
        "category": known.category,
    }
    return origin.made(values, text)

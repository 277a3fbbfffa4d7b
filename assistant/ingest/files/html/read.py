"""HTML pages: one article per page."""

from dataclasses import asdict

from assistant.ingest.files.encodings import UnknownEncoding, decode_html
from assistant.ingest.files.html import blocks
from assistant.ingest.files.origin import Origin, Outcome


def plain_html(fragment: str) -> str:
    """The text of an HTML fragment without its markup; blocks are separated by an empty line."""
    try:
        return "\n\n".join(blocks.blocks(blocks.parse(fragment)))
    except ValueError:
        return ""


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a page, or why there is none."""
    try:
        return [_article(decode_html(data, origin.encoding), origin)]
    except UnknownEncoding as error:
        return [origin.failure(str(error))]


def _article(html: str, origin: Origin) -> Outcome:
    from assistant.ingest.files.html import body, metadata

    try:
        tree = blocks.parse(html)
    except ValueError:
        return origin.failure("an empty page; there is no article in it")
    page_metadata, page = metadata.extract_metadata(tree, origin.url)
    # The visible text counts; the declared one only when the page shows nothing without a browser.
    text = body.article_text(page, page_metadata.title) or page_metadata.text
    if not page_metadata.title:
        return origin.failure("no title in the page; it may be no article")
    if not text:
        return origin.failure(
            "no text of an article in the page; it may be a list of links or need a browser's scripts"
        )
    fields = {**asdict(page_metadata), "source": page_metadata.publication}
    return origin.article(fields, text)

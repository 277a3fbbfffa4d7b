"""HTML pages: one article per page."""

from assistant.ingest.files.encodings import decode_html
from assistant.ingest.files.html import blocks
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.items import ParseError


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of a page."""
    from assistant.ingest.files.html import body, metadata

    fields, page = metadata.extract_metadata(blocks.parse(decode_html(data, origin.encoding)), origin.url)
    # The visible text counts; the declared one only when the page shows nothing without a browser.
    text = body.article_text(page, fields["title"]) or fields["text"]
    if not fields["title"]:
        raise ParseError("no title in the page; it may be no article")
    if not text:
        raise ParseError("no text of an article in the page; it may be a list of links or need a browser's scripts")
    return [origin.article(fields, text)]

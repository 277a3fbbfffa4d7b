"""Saved emails (.eml), such as newsletters and press releases: one article per email."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from assistant.ingest.files.encodings import decode
from assistant.ingest.files.html.blocks import plain_html
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.timestamps import parse_moment
from assistant.ingest.items import ParseError
from assistant.utils import name_line

_MAX_PARTS = 500


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of an email: subject, sender, date and text, without attachments."""
    message = message_from_bytes(data, policy=policy.default)
    if not any(message.get(name) for name in ("From", "Subject", "Date")):
        raise ParseError("no mail: it has none of the headers From, Subject and Date")
    title = name_line(_header(message, "Subject"))
    if not title:
        raise ParseError("its subject is empty; a title is needed")
    text = _text(message)
    if not text.strip():
        raise ParseError("no text in it, only attachments or pictures")
    name, address = parseaddr(_header(message, "From"))
    fields = {
        "title": title,
        "author": name_line(name or address) or None,
        "published": parse_moment(_date(message)),
        "source": name_line(_header(message, "List-Id").partition("<")[0].strip(' "')) or None,
        "url": origin.url,
    }
    return [origin.article(fields, text)]


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (LookupError, ValueError, TypeError, AttributeError):  # a damaged header must not spoil the others
        return ""


def _date(message: EmailMessage) -> str:
    # Not as a header: that has no names of zones but a few, and the year 0001 would be 2001 there.
    return next((str(value) for name, value in message.raw_items() if name.lower() == "date"), "")


def _text(message: EmailMessage) -> str:
    plain, html = list[str](), list[str]()
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS or part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        data = part.get_payload(decode=True)
        texts = {"text/plain": plain, "text/html": html}.get(part.get_content_type())
        if texts is not None and isinstance(data, bytes):
            texts.append(decode(data, part.get_content_charset()))
    text = "\n".join(plain).replace("\r\n", "\n").strip()
    # Newsletters often have "Open this mail in a browser" as all of their plain text.
    html_text = plain_html("\n".join(html))
    return html_text if len(html_text) > 2 * len(text) else text

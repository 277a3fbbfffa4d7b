"""Saved emails (.eml), such as newsletters and press releases: one article per email."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr
from typing import Any

from assistant.ingest.files.email_html import html_lines
from assistant.ingest.files.email_text import Forwarded, forwarded, own_lines, unflowed
from assistant.ingest.files.encodings import decode
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.timestamps import parse_moment
from assistant.ingest.items import ParseError
from assistant.text import WordPattern
from assistant.utils import name_line

_MAX_PARTS = 500
_MAX_ATTACHED = 3  # mails in mails
_FORWARD = WordPattern(r"^(?:\s*+{*mail.forward}\s*+:)+\s*+", re.I)
_REPLY = WordPattern(r"\s*+{*mail.reply}\s*+(?:\[\d{1,4}\])?:", re.I)
_STATEFUL = re.compile(r"iso-2022-|utf-7|hz", re.I)  # which looks like ASCII
_MIN_TEXT = 60  # characters: a shorter word above a forwarded mail is no article
_Kinds = dict[str, str]


def read(data: bytes, origin: Origin) -> list[Outcome]:
    """The one article of an email: subject, sender, date and text, without attachments and what it quotes.

    Of a mail that only passes another on, it is the one that is passed on.
    """
    message: Any = message_from_bytes(data, policy=policy.default)
    if not any(message.get(name) for name in ("From", "Subject", "Date")):
        raise ParseError("no mail: it has none of the headers From, Subject and Date")
    bodies, attached = _parts(message)
    for _ in range(_MAX_ATTACHED):
        if len(attached) != 1 or any(text.strip() for kinds in bodies for text in kinds.values()):
            break
        message = attached[0]
        bodies, attached = _parts(message)
    return [_article(message, bodies, origin)]


def _article(message: EmailMessage, bodies: list[_Kinds], origin: Origin) -> Outcome:
    title = name_line(_header(message, "Subject"))
    if not title:
        raise ParseError("its subject is empty; a title is needed")
    text, passed_on = _text(bodies, _header(message, "List-Unsubscribe"), is_reply=bool(_REPLY.match(title)))
    if not text.strip():
        raise ParseError("no text in it, only attachments, pictures or quoted mails")
    headers = passed_on.headers if passed_on else {}
    name, address = parseaddr(headers.get("author", "").partition("[")[0] if passed_on else _header(message, "From"))
    fields = {
        "title": name_line(headers.get("title", "")) or (_FORWARD.sub("", title) if passed_on else title),
        "author": name_line(name or address) or None,
        "published": parse_moment(headers.get("published", "") if passed_on else _date(message)),
        "source": name_line(_header(message, "List-Id").partition("<")[0].strip(' "')) or None,
        "url": origin.url,
    }
    return origin.article(fields, text)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (LookupError, ValueError, TypeError, AttributeError):  # a damaged header must not spoil the others
        return ""


def _date(message: EmailMessage) -> str:
    # Not as a header: that has no names of zones but a few, and the year 0001 would be 2001 there.
    return next((str(value) for name, value in message.raw_items() if name.lower() == "date"), "")


def _parts(message: Any) -> tuple[list[_Kinds], list[Any]]:
    """The texts of the body in order, each by its kinds (text/plain, text/html), and the mails that are attached."""
    bodies, attached = list[_Kinds](), list[Any]()
    waiting: list[tuple[Any, _Kinds | None, bool]] = [(message, None, True)]  # alternatives share their kinds
    for _ in range(_MAX_PARTS):
        if not waiting:
            break
        part, kinds, is_body = waiting.pop()
        content_type = part.get_content_type()
        if content_type == "message/rfc822":
            attached += _payload(part)[:1]
        elif "encrypted" in content_type or content_type.endswith("pkcs7-mime"):
            raise ParseError("it is encrypted, or signed as a whole; save what your mail program shows of it")
        elif not is_body and _is_file(part, is_alternative=kinds is not None):
            continue
        elif part.is_multipart():
            shared = {} if content_type == "multipart/alternative" and kinds is None else kinds
            if shared is not None and shared is not kinds:
                bodies.append(shared)
            waiting += [(inner, shared, False) for inner in reversed(_inner(part, content_type))]
        elif content_type in {"text/plain", "text/html"}:
            if kinds is None:
                bodies.append(kinds := {})
            kinds[content_type] = f"{kinds.get(content_type, '')}\n{_content(part)}".strip("\n")
    return bodies, attached


def _is_file(part: Any, *, is_alternative: bool) -> bool:
    """Whether a part is a file that is sent along, also a text that has a name."""
    return part.get_content_disposition() == "attachment" or (bool(part.get_filename()) and not is_alternative)


def _inner(part: Any, content_type: str) -> list[Any]:
    """The parts of a part that can be of its text."""
    inner = _payload(part)
    if content_type == "multipart/related":  # what belongs to its root, such as pictures
        root = str(part.get_param("start") or "")
        return [one for one in inner if root and str(one.get("Content-ID")) == root][:1] or inner[:1]
    return inner[:1] if content_type in {"multipart/signed", "multipart/report"} else inner


def _payload(part: Any) -> list[Any]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _content(part: Any) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset()
    text = None
    if charset and _STATEFUL.match(charset):
        with suppress(LookupError, ValueError):
            text = data.decode(charset)
    text = (decode(data, charset) if text is None else text).replace("\r\n", "\n")
    if str(part.get_param("format") or "").lower() == "flowed":
        text = unflowed(text, delete_space=str(part.get_param("delsp") or "").lower() == "yes")
    return text


def _text(bodies: list[_Kinds], unsubscribe: str, *, is_reply: bool) -> tuple[str, Forwarded | None]:
    """The text of the sender, or the mail that it passes on where that is all that there is."""
    own = "\n\n".join(filter(None, (_own_text(kinds, unsubscribe) for kinds in bodies)))
    if len(own) >= _MIN_TEXT or (own and is_reply):
        return own, None
    for kinds in bodies:
        for lines, is_plain in _all_lines(kinds, unsubscribe):
            found = forwarded(lines, is_plain=is_plain)
            if found and (text := _joined(found.lines, is_plain=is_plain)):
                return text, found
    return own, None


def _own_text(kinds: _Kinds, unsubscribe: str) -> str:
    """The text of a part: that of its HTML, unless the plain text says far more."""
    plain = own_lines(kinds.get("text/plain", "").split("\n"), is_plain=True)
    html = own_lines(html_lines(kinds.get("text/html", ""), unsubscribe, with_quotes=False), is_plain=False)
    texts = _joined(html, is_plain=False), _joined(plain, is_plain=True)
    return texts[0] if 2 * len(texts[0]) >= len(texts[1]) else texts[1]


def _all_lines(kinds: _Kinds, unsubscribe: str) -> Iterator[tuple[list[str], bool]]:
    if "text/html" in kinds:
        yield html_lines(kinds["text/html"], unsubscribe, with_quotes=True), False
    if "text/plain" in kinds:
        yield kinds["text/plain"].split("\n"), True


def _joined(lines: list[str], *, is_plain: bool) -> str:
    return "\n".join(lines).strip() if is_plain else "\n\n".join(lines)

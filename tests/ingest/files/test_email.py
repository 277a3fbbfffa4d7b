"""Emails: the article is what the sender wrote, or the one mail that is passed on."""

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant.articles import Article
from tests.ingest.files.samples import FIRST, SECOND, mail, only, reason

HEADERS = {
    "Subject": "Hourly ferries",
    "From": "Ines Harrow <ines@chronicle.example>",
    "Date": "Wed, 28 May 2025 10:00:00 +0200",
}
OLDER = "The fare was nine euros in the older mail, which nobody may quote."
OUTLOOK = "From: Tom Vey <tom@a.example>\nSent: Tuesday, 27 May 2025 09:00\nTo: Ines Harrow\nSubject: Ferries"


def plain(folder: Path, text: str, **headers: str) -> Article:
    """The article of a mail of plain text."""
    return only(folder, "a.eml", mail(text, headers={**HEADERS, **headers}))


def html(folder: Path, body: str, **headers: str) -> Article:
    """The article of a mail with HTML."""
    return only(
        folder, "a.eml", mail("See below.", f"<html><body>{body}</body></html>", headers={**HEADERS, **headers})
    )


def raw(folder: Path, header: str, body: bytes) -> str:
    """The text of a mail whose body has this header."""
    head = "".join(f"{name}: {value}\n" for name, value in HEADERS.items())
    return only(folder, "a.eml", f"{head}MIME-Version: 1.0\n{header}\n\n".encode() + body).text


@pytest.mark.parametrize(
    "around",
    [
        f"On Tue, 27 May 2025 at 10:00, Tom Vey <tom@a.example> wrote:\n> {OLDER}\n>\n> Tom",
        f"On Tue, 27 May 2025 at 10:00, Tom Vey\n<tom@a.example> wrote:\n\n> {OLDER}",
        f"Am 27.05.2025 um 10:00 schrieb Tom Vey:\n> {OLDER}",
        f"On Tue, 27 May 2025 at 10:00, Tom Vey <tom@a.example> wrote:\n\n{OLDER}",
        f"-----Original Message-----\n{OUTLOOK}\n\n{OLDER}",
        f"________________________________\n{OUTLOOK}\n\n{OLDER}",
        f"Von: Tom Vey\nGesendet: Dienstag, 27. Mai 2025 09:00\nAn: Ines Harrow\nBetreff: Fähren\n\n{OLDER}",
        f"-- \n{OLDER}",
        f"--\nInes Harrow\n{OLDER}",
        f"{'_' * 47}\nIslander mailing list\nhttps://lists.example/islander",
        "To unsubscribe from this list, write to\nleave@chronicle.example.",
        "Sent from my iPhone",
        "View this mail in your browser: https://chronicle.example/v",
    ],
)
def test_quoted_mails_signatures_and_footers_of_plain_text_are_left_out(tmp_path: Path, around: str) -> None:
    assert plain(tmp_path, f"{FIRST}\n\n{around}\n").text == FIRST


@pytest.mark.parametrize(
    "around",
    [
        f'<div class="gmail_quote"><div class="gmail_attr">On Tue, Tom wrote:</div><div>{OLDER}</div></div>',
        f'<div>On 27 May 2025, at 10:00, Tom Vey wrote:</div><blockquote type="cite">{OLDER}</blockquote>',
        f'<hr><div id="divRplyFwdMsg">From: Tom</div><div>{OLDER}</div>',
        f'<div style="border-top:solid #E1E1E1 1.0pt"><p>{OUTLOOK.replace(chr(10), "<br>")}</p></div><p>{OLDER}</p>',
        '<div class="gmail_signature">Ines Harrow, reporter</div>',
        f'<div style="display: none !important">{OLDER}</div>',
        f'<div style="max-height:0px;overflow:hidden">{OLDER}</div>',
        f'<span style="opacity:0">{OLDER}</span>',
        f'<div style="mso-hide:all">{OLDER}</div>',
        f'<div style="font-size:0">{OLDER}</div>',
        f"<style>.pre, p.x {{ color: red; display:none }}</style><div class='pre'>{OLDER}</div>",
        f"<div hidden>{OLDER}</div>",
        f'<table><tr style="display:none"><td>Berth</td><td>{OLDER}</td></tr></table>',
        '<p>Too many mails? <a href="https://chronicle.example/unsubscribe?u=1">Leave</a>.</p>',
        '<table><tr><td><a href="https://chronicle.example/v">View in your browser</a></td></tr></table>',
    ],
)
def test_what_html_hides_or_quotes_is_left_out(tmp_path: Path, around: str) -> None:
    assert html(tmp_path, f"<p>{FIRST}</p>{around}").text == FIRST


@pytest.mark.parametrize(
    "body",
    [
        f'<td style="font-size:0px"><div style="font-size:14px">{FIRST}</div></td>',
        f"<style>@media (max-width: 600px) {{ .a {{ display: none }} }}</style><div class='a'>{FIRST}</div>",
        f"<blockquote>{FIRST}</blockquote>",
        f'<p><a href="https://chronicle.example/">{FIRST}</a></p>',
        f'<p><a href="https://a.list-manage.example/track/click?u=1">{FIRST}</a></p>',
    ],
)
def test_what_html_shows_is_kept(tmp_path: Path, body: str) -> None:
    assert html(tmp_path, body, **{"List-Unsubscribe": "<https://chronicle.example/out/1>"}).text == FIRST


@pytest.mark.parametrize("line_end", ["\n", "<br>"])
@pytest.mark.parametrize("phrase", ["Kind regards,", "Viele Grüße / Best wishes", "Cordialement"])
def test_a_closing_phrase_ends_the_text(tmp_path: Path, phrase: str, line_end: str) -> None:
    lines = line_end.join((phrase, "Ines Harrow", "Chronicle, harbour desk", "Tel. +49 0000 1234"))
    below = "Note: the board meets again on 4 June."
    if line_end == "<br>":
        assert html(tmp_path, f"<p>{FIRST}</p><p>{lines}</p><p>{below}</p>").text == f"{FIRST}\n\n{below}"
    else:
        assert plain(tmp_path, f"{FIRST}\n\n{lines}\n\n{below}").text == f"{FIRST}\n\n{below}"


def test_a_hidden_cell_is_no_part_of_its_row(tmp_path: Path) -> None:
    cells = "<tr><td>{}</td><td style='display:none'>00{}</td><td>{}</td></tr>"
    rows = "".join(cells.format(*row) for row in (("Berth", 1, "Boats"), ("North", 2, "41"), ("South", 3, "7")))
    text = html(tmp_path, f"<p>{FIRST}</p><table>{rows}</table>").text
    assert text == f"{FIRST}\n\nBerth | Boats\n\nNorth | 41\n\nSouth | 7"


def test_a_link_that_the_header_gives_to_leave_the_list_is_no_text(tmp_path: Path) -> None:
    body = f'<p>{FIRST}</p><p><a href="https://chronicle.example/out/1">Tired of us?</a></p>'
    assert html(tmp_path, body, **{"List-Unsubscribe": "<https://chronicle.example/out/1>"}).text == FIRST


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n\nBest ferries of the year\n\nThe Cask came first.",
        f"{FIRST}\n\nThousands unsubscribe from the paper each month.",
        f"{FIRST}\n\nThe mayor wrote:\n\n{SECOND}",
        f"{FIRST}\n\nDate: 28 May\nFrom: 10:00\nTo: 16:00\nPlace: North pier",
        f"{FIRST}\n\nWhen: 28 May 2025, 10:00\nWhere: North pier\nWho: all",
    ],
)
def test_what_only_resembles_a_quoted_mail_is_kept(tmp_path: Path, text: str) -> None:
    assert plain(tmp_path, text).text == text


@pytest.mark.parametrize(
    "passed_on",
    [
        "---------- Forwarded message ---------\nFrom: Islander <news@islander.example>\n"
        f"Date: Tue, 27 May 2025 at 06:30\nSubject: Fares\nTo: <bob@x.example>\n\n\n{SECOND}\n",
        f"FYI\n\n> From: Islander <news@islander.example>\n> Date: 27 May 2025 06:30\n> Subject: Fares\n>\n> {SECOND}",
        "-------- Forwarded Message --------\nSubject: \tFares\nDate: \t27 May 2025 06:30:00 +0000\n"
        f"From: \tIslander <news@islander.example>\nTo: \tbob@x.example\n\n{SECOND}",
        "Begin forwarded message:\n\nFrom: Islander <news@islander.example>\nSubject: Fares\n"
        f"Date: 27 May 2025 at 06:30:00 GMT\nTo: bob@x.example\n\n{SECOND}\n\n-- \nThe Islander",
    ],
)
def test_a_mail_that_only_passes_another_on_is_that_one(tmp_path: Path, passed_on: str) -> None:
    article = plain(tmp_path, passed_on, Subject="Fwd: Fares")
    assert (article.title, article.author, article.text) == ("Fares", "Islander", SECOND)
    assert article.published == datetime(2025, 5, 27, 6, 30, tzinfo=UTC)


def test_html_that_only_passes_a_mail_on_is_that_one(tmp_path: Path) -> None:
    head = "Forwarded message ---------<br>From: <b>Islander</b> &lt;n@i.example&gt;<br>Date: 27 May 2025 06:30"
    body = f'<div class="gmail_quote"><div>---------- {head}<br>Subject: Fares<br></div><br><p>{SECOND}</p></div>'
    article = html(tmp_path, body, Subject="Fwd: Fares")
    assert (article.title, article.author, article.text) == ("Fares", "Islander", SECOND)


def test_an_attached_mail_and_texts_with_a_name_are_no_text(tmp_path: Path) -> None:
    message = EmailMessage()
    for name, value in HEADERS.items():
        message[name] = value
    message.set_content(FIRST)
    attached = EmailMessage()
    attached["Subject"] = "Older"
    attached.set_content(OLDER)
    message.add_attachment(attached)
    message.add_attachment(OLDER, filename="notes.txt")
    named = EmailMessage()
    named.set_content(OLDER, disposition="inline", filename="inline.txt")
    message.attach(named)
    assert only(tmp_path, "a.eml", bytes(message)).text == FIRST


def test_a_mail_with_nothing_but_another_one_attached_is_that_one(tmp_path: Path) -> None:
    message, attached = EmailMessage(), EmailMessage()
    message["Subject"], attached["Subject"] = "Fwd: Fares", "Fares"
    message["Date"], attached["Date"] = "Thu, 29 May 2025 10:00:00 +0000", HEADERS["Date"]
    attached.set_content(FIRST)
    message.add_attachment(attached)
    article = only(tmp_path, "a.eml", bytes(message))
    assert (article.title, article.text) == ("Fares", FIRST)
    assert article.published == datetime(2025, 5, 28, 10, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        (
            "Content-Type: text/plain; format=flowed",
            b"The ferry \nsails.\n\nIt is \nfull.",
            "The ferry sails.\n\nIt is full.",
        ),
        ("Content-Type: text/plain; format=flowed; delsp=yes", b"The fer \nry sails.", "The ferry sails."),
        ("Content-Type: text/plain; charset=us-ascii", "Größe zählt".encode(), "Größe zählt"),
        ("Content-Type: text/plain; charset=iso-2022-jp", "漢字".encode("iso-2022-jp"), "漢字"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            b"The fer=\nry =E2=82=AC4",
            "The ferry €4",
        ),
    ],
)
def test_a_body_is_read_as_its_header_says(tmp_path: Path, header: str, body: bytes, text: str) -> None:
    assert raw(tmp_path, header, body) == text


def test_parts_that_follow_each_other_are_one_text(tmp_path: Path) -> None:
    message = EmailMessage()
    for name, value in HEADERS.items():
        message[name] = value
    message.make_mixed()
    for text in (FIRST, SECOND):
        part = EmailMessage()
        part.set_content(text)
        message.attach(part)
    assert only(tmp_path, "a.eml", bytes(message)).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("kind", ["multipart/encrypted; boundary=x", "application/pkcs7-mime; smime-type=signed-data"])
def test_an_encrypted_mail_is_reported(tmp_path: Path, kind: str) -> None:
    assert "encrypted" in reason(tmp_path, "a.eml", f"Subject: a\nContent-Type: {kind}\n\n--x\n\na\n--x--\n")

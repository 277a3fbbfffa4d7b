"""Encodings: detected where possible, and never guessed into garbage."""

import random

import pytest

from assistant.ingest.files.encodings import decode
from assistant.ingest.items import ParseError

TEXTS = {
    "cp1252": "Die Bürgermeisterin begrüßte über fünfzig Gäste. „Schön“, sagte sie – und fuhr nach Köln zurück.",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Starosta řekl, že město postaví nový most přes řeku.",
    "cp1251": "Мэр города сообщил, что новый мост будет построен к концу года. Работы начнутся в мае.",
    "koi8_r": "Мэр города сообщил, что новый мост будет построен к концу года. Работы начнутся в мае.",
    "cp1253": "Ο δήμαρχος είπε ότι η νέα γέφυρα θα ολοκληρωθεί μέχρι το τέλος του έτους.",
    "cp1254": "Belediye başkanı yeni köprünün yıl sonuna kadar tamamlanacağını söyledi. Çalışmalar mayısta başlayacak.",
    "cp1255": "ראש העיר אמר כי הגשר החדש יושלם עד סוף השנה והעבודות יחלו במאי.",
    "cp1256": "قال رئيس البلدية إن الجسر الجديد سيكتمل بحلول نهاية العام وستبدأ الأعمال في مايو.",
    "shift_jis": "市長は新しい橋が年末までに完成すると述べた。工事は五月に始まる。",
    "euc_jp": "市長は新しい橋が年末までに完成すると述べた。工事は五月に始まる。",
    "gb18030": "市长表示，新桥将于年底前建成。工程将于五月开始。居民对此表示欢迎。",
    "utf-16": "Grüße, 市長",
    "utf-16-le": "The mayor said that the bridge would be ready.",
    "utf-16-be": "The mayor said that the bridge would be ready.",
    "utf-32": "Grüße, 市長",
    "utf-8-sig": "Grüße, 市長",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_an_undeclared_encoding_is_detected(encoding: str) -> None:
    assert decode(TEXTS[encoding].encode(encoding)) == TEXTS[encoding]


def test_a_few_western_letters_are_decoded_as_such() -> None:
    assert decode(b"A caf\xe9 on the quay \x96 \x93open\x94.") == "A café on the quay – “open”."


def test_utf8_with_a_few_bytes_of_windows_1252_is_read() -> None:
    assert decode("Größe, “Straße” – ".encode() * 20 + b"caf\xe9 \x93x\x94") == "Größe, “Straße” – " * 20 + "café “x”"


def test_a_declared_encoding_counts_before_detection_but_not_before_utf8() -> None:
    assert decode("Łódź".encode("iso8859_2"), "iso-8859-2") == "Łódź"
    assert decode("Łódź".encode(), "iso-8859-2") == "Łódź"
    assert decode(b"\x93caf\xe9\x94", "nonsense", "hex", "ISO-8859-1") == "“café”"


@pytest.mark.parametrize("size", [20, 300, 3000])
def test_bytes_that_are_not_text_are_refused(size: int) -> None:
    with pytest.raises(ParseError, match="save it as UTF-8"):
        decode(b"\xff\x00\x81" + random.Random(size).randbytes(size))

import pytest

from assistant.utils import escape_controls, is_script, name_line, show_hidden


@pytest.mark.parametrize(
    "hidden", "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u034f\u3164\ufe0f\x1b\x9b"
)
@pytest.mark.parametrize("place", [0, 5, 9])
def test_a_name_with_a_hidden_character_is_not_taken_for_the_name_without_it(hidden: str, place: int) -> None:
    name = f"{'The Verge'[:place]}{hidden}{'The Verge'[place:]}"
    assert name_line(name) == f"{'The Verge'[:place]}‹U+{ord(hidden):04X}›{'The Verge'[place:]}"


@pytest.mark.parametrize(
    "name",
    [
        "Café-Zeitung “Straße”",
        "همشهری\u200cآنلاین",  # Persian, with a joiner
        "क्\u200dष पत्रिका",  # Hindi
        "הארץ!\u200f",  # Hebrew, with the mark that keeps the exclamation mark in its place
        "👩\u200d💻 News ❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f Daily",
        "葛\U000e0100飾新聞",
        "مجلة ٢٠٢٥\u0601",
    ],
)
def test_what_scripts_and_emoji_need_stays(name: str) -> None:
    assert show_hidden(name) == name


def test_a_name_is_shown_the_same_however_often() -> None:
    assert show_hidden(show_hidden("A\u200bB")) == show_hidden("A\u200bB")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "\x01javascript:x", "data:text/html,x", "vbscript:x"],
)
def test_an_address_that_runs_is_known(url: str) -> None:
    assert is_script(url)


@pytest.mark.parametrize("url", ["https://a.example/javascript:x", "/data", "database.example", "urn:x", ""])
def test_an_address_that_leads_somewhere_is_none_that_runs(url: str) -> None:
    assert not is_script(url)


def test_control_characters_of_an_address_are_escaped_and_nothing_else() -> None:
    assert escape_controls("https://a.example/é\x1b[31m\u202e?q=ü") == "https://a.example/é%1B[31m%E2%80%AE?q=ü"

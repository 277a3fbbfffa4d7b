import pytest

from assistant.text.words import content_terms, has_relative


def test_only_telling_words_count() -> None:
    assert content_terms("Who condemned the attack and what was demanded?") == ("condemned", "attack", "demanded")
    assert content_terms("Who is who?") != ()


@pytest.mark.parametrize(
    ("word", "text", "has"),
    [
        ("chairs", "Its chairman spoke.", True),
        ("demolition", "They demolished it.", True),
        ("resigned", "Her resignation came late.", True),
        ("resigned", "The residents met.", False),
        ("copper", "The cop was here.", False),
        ("ban", "The bank is shut.", False),
    ],
)
def test_a_word_of_the_same_family_is_a_relative(word: str, text: str, has: bool) -> None:
    assert has_relative(word, text) is has

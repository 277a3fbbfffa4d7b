from assistant.text.words import content_terms


def test_only_telling_words_count() -> None:
    assert content_terms("Who condemned the attack and what was demanded?") == ("condemned", "attack", "demanded")
    assert content_terms("Who is who?") != ()

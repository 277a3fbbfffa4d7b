from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import Settings, SettingsError


def test_keyword_comes_before_environment_before_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("assistant.toml").write_text('port = 1001\nhost = "::1"\nmax_quotes = 2\n')
    monkeypatch.setenv("ASSISTANT_PORT", "1002")
    monkeypatch.setenv("ASSISTANT_HOST", "127.0.0.2")
    settings = Settings(port=1003)
    assert (settings.port, settings.host, settings.max_quotes) == (1003, "127.0.0.2", 2)


def test_an_unknown_keyword_names_the_closest_known_one() -> None:
    with pytest.raises(SettingsError, match=r"unknown setting hom \(keyword\); did you mean home\?"):
        Settings(hom="x")


def test_an_unknown_variable_names_the_closest_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDER", "x")
    with pytest.raises(SettingsError, match=r"ASSISTANT_EMBEDER .* did you mean ASSISTANT_EMBEDDER\?"):
        Settings()


def test_an_unknown_key_in_the_file_is_an_error() -> None:
    Path("assistant.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"prot \(assistant.toml\); did you mean port\?"):
        Settings()


def test_a_file_that_is_not_toml_is_named() -> None:
    Path("assistant.toml").write_text("port = = 1\n")
    with pytest.raises(SettingsError, match=r"assistant\.toml: cannot be read as TOML"):
        Settings()


@pytest.mark.parametrize(("name", "value"), [("port", "abc"), ("port", 99999), ("max_quotes", 0), ("refuse_below", 2)])
def test_a_bad_value_is_one_line_with_the_value(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(**{name: value})
    assert "\n" not in str(caught.value)
    assert name in str(caught.value) and repr(value) in str(caught.value)


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_UI_PASSWORD", "hunter2-hunter2")
    settings = Settings()
    assert settings.ui_password is not None
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    with pytest.raises(SettingsError) as caught:
        Settings(ui_password=["hunter2-hunter2"])
    assert "hunter2" not in str(caught.value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Settings(), "port", 1)  # noqa: B010


def test_maintenance_without_a_password_is_for_this_machine_alone() -> None:
    with pytest.raises(SettingsError, match=r"whoever reaches 0\.0\.0\.0 could change the corpus; set ui_password"):
        Settings(maintenance=True, host="0.0.0.0").users()
    for fine in ({}, {"host": "localhost"}, {"host": "::1"}, {"host": "0.0.0.0", "ui_password": "x"}):
        Settings(maintenance=True, **fine).users()


def test_names_and_proxies_are_checked_and_may_be_given_as_a_browser_shows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSISTANT_HOSTS", "https://News.example/, news.lan:8080,[::1]:80")
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
    settings = Settings()
    assert settings.hosts == ("news.example", "news.lan:8080", "[::1]:80")
    assert settings.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    for wrong in ({"hosts": "news.example/path"}, {"hosts": "*"}, {"trusted_proxies": "nginx"}):
        with pytest.raises(SettingsError, match=next(iter(wrong.values())).replace("*", r"\*")):
            Settings(**wrong)


def test_a_value_of_another_form_is_told_what_it_should_be() -> None:
    with pytest.raises(SettingsError, match=r"root_path = 'news': it should be: path below which .* such as /news$"):
        Settings(root_path="news")


def test_several_addresses_of_a_model_are_separated_by_commas_or_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    two = ("http://gpu1:8000/v1", "https://gpu2/v1")
    monkeypatch.setenv("ASSISTANT_MODEL_URL", "http://gpu1:8000/v1, https://gpu2/v1,,http://gpu1:8000/v1")
    assert Settings().model_urls == two
    monkeypatch.delenv("ASSISTANT_MODEL_URL")
    Path("assistant.toml").write_text('model_url = ["http://gpu1:8000/v1", "https://gpu2/v1"]\n')
    assert Settings().model_urls == two and Settings(model_url=None).model_urls == ()
    assert Settings(model_url="http://gpu1:8000/v1").model_url == "http://gpu1:8000/v1"


@pytest.mark.parametrize("given", ["gpu1:8000", "http://gpu1, gpu2", ["http://gpu1", "gpu2"], "", [], 5, [5]])
def test_what_is_no_address_of_a_model_is_told_in_one_line(given: object) -> None:
    with pytest.raises(SettingsError, match=r"^setting model_url = .+: ") as caught:
        Settings(model_url=given)
    assert "\n" not in str(caught.value)

"""Which model is opened, and what is said when it cannot be."""

import sys
from pathlib import Path

import pytest

from assistant import Settings, SettingsError
from assistant.models.chat import estimated, open_model
from assistant.models.model_failures import is_retryable, problem_of
from assistant.models.providers import without_key

KEY = "sk-very-secret-0123456789"
VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "HF_TOKEN")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["gpt-4o", "openai:", ":gpt-4o", "gguf:"])
def test_a_name_without_provider_is_told_how_to_write_it(name: str) -> None:
    with pytest.raises(SettingsError, match=r"write it as provider:name"):
        open_model(Settings(model=name))


@pytest.mark.parametrize("name", ["openai:gpt-4o", "huggingface:a/b"])
def test_a_missing_key_names_the_variable(name: str) -> None:
    with pytest.raises(SettingsError, match=r"needs a key; set the variable (OPENAI_API_KEY|HF_TOKEN) or model_key"):
        open_model(Settings(model=name))


def test_the_key_may_be_in_the_providers_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "HF_TOKEN"):
        monkeypatch.setenv(variable, KEY)
    assert open_model(Settings(model="openai:gpt-4o")).name == "openai:gpt-4o"
    assert open_model(Settings(model="huggingface:a/b")).name == "huggingface:a/b"


def test_a_server_of_ones_own_needs_no_key() -> None:
    model = open_model(Settings(model="openai:any", model_url="http://127.0.0.1:1/v1"))
    assert model.context == 8192
    assert open_model(Settings(model="openai:any", model_url="http://127.0.0.1:1/v1", model_context=999)).context == 999


@pytest.mark.parametrize(
    ("name", "extra", "module"),
    [
        ("anthropic:claude", "anthropic", "langchain_anthropic"),
        ("ollama:llama3", "ollama", "langchain_ollama"),
        ("google:gemini", "google", "langchain_google_genai"),
    ],
)
def test_a_missing_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, name: str, extra: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=rf"pip install .*'article-assistant\[{extra}\]'"):
        open_model(Settings(model=name, model_key=KEY))


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nonsense:x.*nonsense"):
        open_model(Settings(model="nonsense:x"))


def test_a_key_is_never_shown(tmp_path: Path) -> None:
    settings = Settings(model="openai:m", model_key=KEY)
    model = open_model(settings)
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()} {model!r} {model.chat!r}"
    assert without_key(f"bad key {KEY}!", settings) == "bad key ***!"
    with pytest.raises(SettingsError) as caught:
        Settings(model_key=[KEY])
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("text", ["", "word", "The council approved the terminal by six votes to four.", "ä" * 50])
def test_an_estimate_of_tokens_is_not_too_low(text: str) -> None:
    assert estimated(text) >= len(text) / 4


class Failed(Exception):
    def __init__(self, status: int) -> None:
        self.status_code = status
        super().__init__(f"status {status} with {KEY}")


@pytest.mark.parametrize(("status", "worth"), [(429, True), (500, True), (503, True), (401, False), (404, False)])
def test_only_what_may_pass_is_worth_another_try(status: int, worth: bool) -> None:
    assert is_retryable(Failed(status)) is worth
    said = problem_of(Failed(status), Settings())
    assert f"({status})" in said and KEY not in said


def test_a_key_that_a_server_says_back_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-in-the-environment")
    for settings, key in ((Settings(model_key="plain"), "plain"), (Settings(), "key-in-the-environment")):
        error = Failed(400)
        error.args = (f"{'x' * 190} {key} {KEY}",)
        assert key not in problem_of(error, settings) and KEY[:12] not in problem_of(error, settings)

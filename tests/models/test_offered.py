"""Which models users may choose, and which settings each is asked with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import AssistantError, Settings, SettingsError
from assistant.models import OfferedModels, ready
from tests.fakes.proxy import Proxy

OLLAMA, LM_STUDIO, *_ = ready._SERVERS
Offers = Callable[..., OfferedModels]


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Makes what is offered with these settings, where a server on this machine has a model and a file was fetched."""

    def make(server: Proxy | None = None, **settings: Any) -> OfferedModels:
        address = server.url.removesuffix("/v1") if server else "http://127.0.0.1:9"
        monkeypatch.setattr(ready, "_SERVERS", (LM_STUDIO._replace(address=address),))
        monkeypatch.setattr(ready, "_missing_package", lambda provider: None)
        monkeypatch.setattr(ready, "find_spec", lambda name: True)
        (tmp_path / "gguf").mkdir(exist_ok=True)
        (tmp_path / "gguf" / "tiny.gguf").touch()
        return OfferedModels(Settings(home=tmp_path, cache=tmp_path, **settings))

    return make


def server(*models: str) -> Proxy:
    return Proxy(lambda handler, number: None, models)


def names(offered: OfferedModels) -> list[str]:
    return [choice.name for choice in offered.choices()]


def test_those_on_this_machine_are_offered_and_the_configured_one_is_first_and_marked(offers: Offers) -> None:
    with server("small") as proxy:
        offered = offers(proxy, model="anthropic:claude-haiku-4-5")
        choices = offered.choices()
    assert [choice.name for choice in choices] == ["anthropic:claude-haiku-4-5", "openai:small", "gguf:tiny.gguf"]
    assert [choice.configured for choice in choices] == [True, False, False]
    assert [choice.local for choice in choices] == [False, True, True]


def test_hosted_models_with_a_key_are_offered_only_where_they_are_listed(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert names(offers()) == ["gguf:tiny.gguf"]
    listed = offers(offer_models="local, openai:gpt-4o, anthropic:claude-haiku-4-5")
    assert names(listed) == ["gguf:tiny.gguf", "openai:gpt-4o"]  # the other has no key
    with pytest.raises(AssistantError, match=r"'openai:gpt-4o-mini' is not ready, or not offered.*gguf:tiny\.gguf"):
        offers().settings_of("openai:gpt-4o-mini")


def test_nothing_but_what_is_listed_is_offered_or_looked_for(offers: Offers) -> None:
    with server("small") as proxy:
        assert names(offers(proxy, offer_models="")) == [] and proxy.looked == 0
        assert names(offers(proxy, offer_models="gguf:tiny.gguf")) == ["gguf:tiny.gguf"]
        for name in ("openai:small", "gguf:../secret.gguf", "gguf:/etc/passwd", "", "x" * 10_000):
            with pytest.raises(AssistantError) as error:
                offers(proxy, offer_models="").settings_of(name)
            assert "\n" not in str(error.value) and len(str(error.value)) < 300
    with pytest.raises(SettingsError, match="gpt-4o is no model; write provider:name"):
        Settings(offer_models="local,gpt-4o")


def test_address_key_and_sizes_that_were_set_are_for_the_configured_model_alone(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    mine = {"model": "openai:m", "model_url": "https://mine.example/v1", "model_key": "mine", "model_context": 99_000}
    with server("small") as proxy:
        offered = offers(proxy, **mine, offer_models="local,anthropic:a,openai:gpt-4o")
        local, hosted = offered.settings_of("openai:small"), offered.settings_of("openai:gpt-4o")
        assert (local.model, local.model_url) == ("openai:small", proxy.url)
        assert proxy.keys == [""]
    assert local.model_key and local.model_key.get_secret_value() == "none" and local.model_context is None
    assert (hosted.model, hosted.model_url, hosted.model_key) == ("openai:gpt-4o", None, None)
    own = offered.settings_of("openai:m")
    assert own.model_url == "https://mine.example/v1" and own.model_context == 99_000
    assert offered.settings_of("quotes").model is None


def test_a_server_is_asked_once_in_a_while_and_a_model_that_was_chosen_stays_while_it_writes(offers: Offers) -> None:
    with server("small") as proxy:
        offered = offers(proxy)
        for _ in range(5):
            offered.choices()
        assert proxy.looked == 1
        offered.settings_of("openai:small")
        offered._until = -1.0
        proxy.models = ()
        assert names(offered) == ["gguf:tiny.gguf"]
        assert offered.settings_of("openai:small").model_url == proxy.url


def test_a_configured_file_is_named_without_its_folders(offers: Offers, tmp_path: Path) -> None:
    file = tmp_path / "somebody" / "mine.gguf"
    file.parent.mkdir()
    file.touch()
    offered = offers(model=f"gguf:{file}")
    assert names(offered) == ["gguf:mine.gguf", "gguf:tiny.gguf"]
    assert offered.settings_of("gguf:mine.gguf").model == f"gguf:{file}"
    assert names(offers(model=f"gguf:{tmp_path}/gguf/tiny.gguf")) == ["gguf:tiny.gguf"]


def test_what_ollama_only_passes_on_to_a_host_elsewhere_is_not_on_this_machine(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server() as proxy:
        make = offers(proxy)
        monkeypatch.setattr(ready, "_SERVERS", (OLLAMA,))
        found = [("big:cloud", True), ("small:latest", False)]
        monkeypatch.setattr(ready, "_listed", lambda url: found)
        assert names(make) == ["ollama:small:latest", "gguf:tiny.gguf"]
        # Else its client would go to wherever OLLAMA_HOST says.
        chosen = make.settings_of("ollama:small:latest")
        assert chosen.model_url == OLLAMA.address and chosen.model_key is None

"""Google's models through the package of the extra `google`, over a server on loopback that speaks its protocol."""

import json
from importlib.util import find_spec
from typing import Any

import pytest

from assistant import ModelError, Settings
from assistant.models import BoundedModel, CutError
from assistant.models.chat import open_model
from tests.fakes.proxy import Behave, Handler, Proxy

pytestmark = [
    pytest.mark.skipif(find_spec("langchain_google_genai") is None, reason="the extra google is not installed"),
    pytest.mark.filterwarnings("ignore:Inheritance class .* from ClientSession is discouraged:DeprecationWarning"),
    # langchain-core asks an error's response for its body and does not await what aiohttp's gives.
    pytest.mark.filterwarnings("ignore:.*ClientResponse.json:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*ClientResponse.json:pytest.PytestUnraisableExceptionWarning"),
]
KEY = "AIza-very-secret-0123456789"


def settings(proxy: Proxy, name: str = "gemini-2.5-flash") -> Settings:
    url = proxy.url.removesuffix("/v1")
    values: dict[str, Any] = {"model_url": url, "model_key": KEY, "model_timeout": 20, "model_retries": 1}
    return Settings(model=f"google:{name}", max_answer_tokens=99, **values)


def asked(behave: Behave, name: str = "gemini-2.5-flash") -> tuple[str, list[Any]]:
    with Proxy(behave) as proxy:
        bounded = BoundedModel(open_model(settings(proxy, name)), settings(proxy, name))
        return bounded.invoke("Who?").text, proxy.requests


def written(handler: Handler, *texts: str, reason: str = "STOP") -> None:
    handler.begin()
    for number, text in enumerate(texts, start=1):
        candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}}
        if number == len(texts):
            candidate["finishReason"] = reason
        handler.raw(f"data: {json.dumps({'candidates': [candidate]})}\r\n\r\n")


def refused(handler: Handler, code: int, **headers: str) -> None:
    handler.say(code, json.dumps({"error": {"code": code, "message": f"no: {KEY}", "status": "NO"}}), **headers)


def test_an_answer_comes_with_the_length_that_is_set() -> None:
    text, requests = asked(lambda handler, number: written(handler, "Kaja ", "Kallas."))
    assert text == "Kaja Kallas."
    assert requests[0]["generationConfig"]["maxOutputTokens"] == 99


@pytest.mark.parametrize(
    ("name", "temperature"),
    [("gemini-2.5-flash", 0), ("gemini-3.6-flash", None), ("models/gemini-4-argon", None)],
)
def test_only_models_that_take_a_temperature_are_given_one(name: str, temperature: int | None) -> None:
    _, requests = asked(lambda handler, number: written(handler, "Kaja Kallas."), name)
    assert requests[0]["generationConfig"].get("temperature") == temperature


def test_an_answer_that_was_cut_for_its_length_is_told() -> None:
    with pytest.raises(CutError, match="max_answer_tokens"):
        asked(lambda handler, number: written(handler, "Kaja", reason="MAX_TOKENS"))


@pytest.mark.parametrize("code", [429, 503])
def test_what_passes_is_tried_again_when_the_server_says(code: int) -> None:
    def behave(handler: Handler, number: int) -> None:
        refused(handler, code, Retry_After="0") if number == 1 else written(handler, "Kaja Kallas.")

    text, requests = asked(behave)
    assert text == "Kaja Kallas." and len(requests) == 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, r"does not accept the request \(400\)"),
        (401, r"refuses the key"),
        (403, r"refuses the key"),
        (404, r"is not known at its address"),
    ],
)
def test_what_does_not_pass_is_one_plain_line_at_once(code: int, said: str) -> None:
    with Proxy(lambda handler, number: refused(handler, code)) as proxy:
        bounded = BoundedModel(open_model(settings(proxy)), settings(proxy))
        with pytest.raises(ModelError, match=said) as caught:
            bounded.invoke("Who?")
        assert len(proxy.requests) == 1
    assert KEY not in str(caught.value) and "\n" not in str(caught.value)

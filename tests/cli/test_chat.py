"""The conversation in a terminal, and a model on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli.main import main
from assistant.models import ready
from tests.fakes.proxy import Handler, Proxy

pytestmark = pytest.mark.model
QUESTION = "Who condemned the attack and what was demanded?"
TEXT = "Kaja Kallas condemned the attack on the Czech ministry. [1] She also announced a fine of €14 million. [2]"


def run(*args: str, input: str | None = None, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, args, input=input, env=env)


def chat(home: Path, *lines: str, env: dict[str, str] | None = None) -> Result:
    return run("chat", "--home", str(home), input="\n".join(lines) + "\n", env=env)


def test_a_chat_answers_line_by_line_and_understands_follow_ups(sample_home: Path) -> None:
    done = chat(sample_home, "How did Martin Kessing vote on the ferry terminal?", "", "And Dora Amblin?")
    assert done.exit_code == 0
    assert "Understood: “How did Dora Amblin vote on the ferry terminal?”" in done.output
    assert "voted against" in done.output


def test_new_begins_anew_and_quit_ends(sample_home: Path) -> None:
    done = chat(
        sample_home, "How did Martin Kessing vote on the ferry terminal?", "/new", "Why?", "/quit", "Never asked"
    )
    assert done.exit_code == 0
    assert "A new conversation." in done.output and "Why (" not in done.output
    assert "The articles do not answer" in done.output and "Never" not in done.output


def test_a_question_that_cannot_be_asked_does_not_end_a_chat(sample_home: Path) -> None:
    done = chat(sample_home, "???", "When will the cannery close?")
    assert done.exit_code == 0
    assert "the question has no words" in done.output + done.stderr and "September" in done.output


def test_a_model_on_the_command_line_is_checked(sample_home: Path) -> None:
    with Proxy(lambda handler, number: handler.write(TEXT)) as proxy:
        env = {"ASSISTANT_MODEL_URL": proxy.url}
        common = ("--home", str(sample_home), "--model", "openai:m")
        shown = run("ask", QUESTION, *common, env=env)
        strict = run("ask", QUESTION, *common, "--json", "--strict", env=env)
        quoted = run(
            "ask", QUESTION, "--home", str(sample_home), "--quotes", env={**env, "ASSISTANT_MODEL": "openai:m"}
        )
        count = len(proxy.requests)
    assert shown.exit_code == 0
    assert "not borne out by the articles: " in shown.output and "Kaja Kallas condemned" in shown.output
    answer = json.loads(strict.output)
    assert answer["mode"] == "model" and answer["left_out"] == 1 and len(answer["statements"]) == 1
    assert quoted.exit_code == 0 and "14 million" not in quoted.output and count == 2


def test_a_model_in_a_chat_writes_the_answers(sample_home: Path) -> None:
    def behave(handler: Handler, number: int) -> None:
        prompt = handler.body["messages"][0]["content"]
        handler.write("What did Kaja Kallas demand?" if "Write that question" in prompt else TEXT)

    with Proxy(behave) as proxy:
        env = {"ASSISTANT_MODEL_URL": proxy.url, "ASSISTANT_MODEL": "openai:m"}
        done = chat(sample_home, QUESTION, "And what did she demand?", env=env)
    assert "Understood: “What did Kaja Kallas demand?”" in done.output


def test_a_model_of_a_server_on_this_machine_needs_no_address_and_can_be_chosen_in_a_chat(
    sample_home: Path, no_gguf_models: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Proxy(lambda handler, number: handler.write(TEXT), ("found",)) as proxy:
        found = ready._SERVERS[1]._replace(address=proxy.url.removesuffix("/v1"))
        monkeypatch.setattr(ready, "_SERVERS", (found,))
        shown = run("ask", QUESTION, "--home", str(sample_home), "--model", "openai:found")
        assert shown.exit_code == 0 and "Written by openai:found." in shown.output and len(proxy.requests) == 1
        quoted = run("ask", QUESTION, "--home", str(sample_home), "--model", "quotes")
        assert quoted.exit_code == 0 and "Written by" not in quoted.output and len(proxy.requests) == 1
        done = chat(sample_home, "/models", QUESTION, "/model openai:found", QUESTION, "/model quotes", "/model gpt-9")
    assert "answer: quotes, openai:found" in done.output and "From now on: quotes." in done.output
    assert done.output.count("Written by openai:found.") == len(proxy.requests) - 1 == 1
    assert "There is no model gpt-9" in done.output


def test_a_model_that_cannot_be_used_is_one_line_and_exit_code_1(sample_home: Path) -> None:
    done = run("ask", QUESTION, "--home", str(sample_home), "--model", "gpt")
    assert done.exit_code == 1 and done.stdout == ""
    assert done.stderr.startswith("assistant: setting model = 'gpt': write it as provider:name")
    assert run("ask", QUESTION, "--model", "openai:m", "--quotes").exit_code == 2

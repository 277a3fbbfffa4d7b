"""What Prometheus reads of a server: true, bounded, and only for who may have it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from langchain_core.language_models import FakeListChatModel

from assistant import Assistant, QuestionError, Settings
from assistant.accounts import Principal
from assistant.errors import NoArticlesError
from assistant.server import LimitError, Service
from assistant.server.metrics import Metrics
from assistant.server.waiting import WaitingRoom
from assistant.utils import ModelCall
from tests.fakes.proxy import Handler, Proxy
from tests.server.support import ask, client_of, samples, value
from tests.support import ROOT, WordHash, open_assistant, write_article

GRAFANA = ROOT / "docs" / "grafana"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over one article."""
    folder = tmp_path_factory.mktemp("tides")
    write_article(folder / "tides", "ebb", "The tide went out at noon on Monday. The harbour was dry.")
    with open_assistant(folder / "home") as opened:
        opened.refresh([folder / "tides"])
        yield opened


@pytest.fixture
def service(assistant: Assistant) -> Service:
    return Service.of(assistant)


def test_questions_are_counted_by_interface_mode_and_outcome_and_their_stages_are_timed(service: Service) -> None:
    answer = ask(service, "When did the tide go out?")
    with pytest.raises(QuestionError):
        ask(service, "?!")
    with client_of(service) as client:
        found = samples(client)
    labels = {"interface": "other", "mode": answer.mode, "outcome": answer.outcome}
    assert value(found, "assistant_questions_total", **labels) == 1
    assert value(found, "assistant_questions_total", interface="other", mode="none", outcome="refused") == 1
    for stage in answer.timings:
        assert value(found, "assistant_stage_seconds_count", stage=stage) == 1
    assert value(found, "assistant_question_seconds_count", interface="other", mode=answer.mode) == 1
    assert value(found, "assistant_question_wait_seconds_count") == 1


def test_who_is_turned_away_is_counted(service: Service) -> None:
    for _ in range(3):
        service.room._busy()
    with client_of(service) as client:
        assert value(samples(client), "assistant_questions_turned_away_total") == 3


def test_who_asks_too_much_is_busy_and_no_failure(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "few", questions_per_minute=1) as assistant:
        service = Service.of(assistant)
        for kind in (NoArticlesError, LimitError):
            with pytest.raises(kind):
                ask(service, "Did it rain?")
        with client_of(service) as client:
            found = samples(client)
    for outcome in ("failed", "busy"):
        assert value(found, "assistant_questions_total", interface="other", mode="none", outcome=outcome) == 1


def test_calls_of_a_model_are_counted_by_how_they_failed() -> None:
    metrics = Metrics(WaitingRoom(1))
    for call in (ModelCall(1.0, None, 100, 20), ModelCall(2.0, "timeout"), ModelCall(0.1, "stopped")):
        metrics.model_called(call)
    read = metrics.registry.get_sample_value
    assert read("assistant_model_calls_total") == 3 and read("assistant_model_seconds_sum") == 3.1
    assert read("assistant_model_failures_total", {"kind": "timeout"}) == 1
    assert read("assistant_model_failures_total", {"kind": "stopped"}) is None
    assert read("assistant_model_tokens_total", {"direction": "read"}) == 100


def test_a_model_that_answers_is_counted_and_timed(assistant: Assistant) -> None:
    written = ["The tide went out at noon on Monday [1]."]
    chat = FakeListChatModel(responses=written)
    with Assistant.open(assistant.settings, WordHash(), chat) as by_model:
        service = Service.of(by_model)
        answer = ask(service, "When did the tide go out?")
    assert answer.mode == "model" and {"model", "verify"} <= set(answer.timings)
    assert service.metrics.registry.get_sample_value("assistant_model_calls_total") == 1


def test_the_servers_of_a_model_are_counted_by_their_address(assistant: Assistant) -> None:
    def write(handler: Handler, number: int) -> None:
        handler.write("The tide went out at noon on Monday [1].")

    with Proxy(lambda handler, number: handler.say(503)) as full, Proxy(write) as good:
        key, home = "sk-secret-0123456789", assistant.settings.home
        settings = Settings(home=home, model="openai:m", model_url=f"{full.url},{good.url}", model_key=key)
        with Assistant.open(settings, WordHash()) as by_model:
            service = Service.of(by_model)
            with client_of(service) as client:
                assert "model_servers" not in client.get("/readyz").json()  # not used yet
                for _ in range(2):
                    assert ask(service, "When did the tide go out?").mode == "model"
                found, ready = samples(client), client.get("/readyz")
                metrics = client.get("/metrics").text
    busy, idle = (proxy.url.removeprefix("http://").removesuffix("/v1") for proxy in (full, good))
    assert value(found, "assistant_model_server_calls_total", address=idle) == 2
    assert value(found, "assistant_model_server_failures_total", address=busy, kind="server") >= 1
    assert value(found, "assistant_model_server_in_flight", address=idle) == 0
    assert value(found, "assistant_model_server_healthy", address=idle) == 1
    assert ready.status_code == 200 and ready.json()["model_servers"]["of"] == 2
    assert busy not in ready.text and key not in metrics


def test_a_refresh_by_another_process_is_counted_by_its_sources(service: Service, assistant: Assistant) -> None:
    with client_of(service) as client:
        before = samples(client)
        assert not any(count for (name, _), count in before.items() if name == "assistant_refreshes_total")
    later = Service.of(assistant)
    (source,) = assistant.status().sources
    with open_assistant(assistant.settings.home) as other:
        write_article(Path(source), "flow", "The tide came in at six.")
        other.refresh()
    with client_of(later) as client:
        found = samples(client)
    name = assistant.status().states[0].name
    assert value(found, "assistant_refreshes_total", source=name, outcome="read") == 1
    assert value(found, "assistant_refresh_articles_total", source=name, change="added") == 1
    assert 0 <= value(found, "assistant_source_age_seconds", source=name) < timedelta(hours=1).total_seconds()
    assert value(found, "assistant_index_articles") == 2 and value(found, "assistant_index_bytes") > 1000


def test_a_thousand_paths_are_no_more_series_than_one(service: Service) -> None:
    with client_of(service) as client:
        paths = ("/x", "/metrics/", "/healthz/x", "/login/x", "/api/x")
        for path in paths:
            client.get(path)
        samples(client)
        before = len(samples(client))
        for number in range(200):
            for path in paths:
                client.request("GET" if number % 2 else f"M{number}", f"{path}/{number}?q=secret{number}")
        after = samples(client)
    assert len(after) <= before + 10 and "secret" not in str(after)


@pytest.mark.parametrize(
    ("address", "headers", "settings", "status"),
    [
        ("127.0.0.1", {}, {}, 200),
        ("::1", {}, {}, 200),
        ("10.0.0.7", {}, {}, 404),
        ("10.0.0.7", {}, {"metrics_from": "10.0.0.0/24"}, 200),
        ("127.0.0.1", {}, {"metrics_from": "10.0.0.0/24"}, 404),
        ("127.0.0.1", {"x-forwarded-for": "10.0.0.7"}, {}, 404),  # a proxy on this machine that nobody named
        ("127.0.0.1", {"x-real-ip": "10.0.0.7"}, {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "10.0.0.7"}, {"trusted_proxies": "127.0.0.1"}, 404),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1, 10.0.0.7"}, {"trusted_proxies": "127.0.0.1"}, 404),
        ("10.0.0.7", {"x-forwarded-for": "127.0.0.1"}, {}, 404),
        ("10.0.0.7", {}, {"maintenance": True}, 404),  # where nobody signs in, everybody is a maintainer
    ],
)
def test_only_this_machine_and_named_addresses_may_read(
    tmp_path: Path, address: str, headers: dict[str, str], settings: dict[str, str], status: int
) -> None:
    with Assistant.open(Settings(home=tmp_path, **settings)) as assistant:
        with client_of(Service.of(assistant), address) as client:
            reply = client.get("/metrics", headers=headers)
    assert reply.status_code == status
    assert ("assistant_" in reply.text) == (status == 200)


@pytest.mark.parametrize(("role", "status"), [("maintainer", 200), ("reader", 404)])
def test_a_maintainer_may_read_from_anywhere(
    tmp_path: Path, role: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Assistant.open(Settings(home=tmp_path)) as assistant:
        service = Service.of(assistant)
        monkeypatch.setattr(service.accounts, "of_token", lambda token: Principal("ana", role, "token", "t1"))  # type: ignore[arg-type]
        with client_of(service, "10.0.0.7") as client:
            assert client.get("/metrics", headers={"authorization": "Bearer aa_x"}).status_code == status


def test_a_home_whose_index_is_damaged_still_has_metrics(service: Service, tmp_path: Path) -> None:
    with open_assistant(tmp_path / "empty") as empty, client_of(Service.of(empty)) as client:
        assert value(samples(client), "assistant_corpus_readable") == 1
        assert value(samples(client), "assistant_index_articles") == 0


# what docs/ has for Grafana and Prometheus


def _served(service: Service) -> set[str]:
    """The names of all that is served, before anything has happened too."""
    with client_of(service) as client:
        text = client.get("/metrics").text
    kinds = [line.split()[2:] for line in text.splitlines() if line.startswith("# TYPE")]
    parts = {"histogram": ("_bucket", "_sum", "_count")}
    return {name + part for name, kind in kinds for part in parts.get(kind, ("",))}


def _named(expression: str) -> set[str]:
    import re

    return set(re.findall(r"\b(?:assistant|process)_[a-z_]+", expression))


def test_the_dashboard_shows_only_what_is_served(service: Service) -> None:
    dashboard = json.loads((GRAFANA / "article-assistant.json").read_text(encoding="utf-8"))
    assert dashboard["schemaVersion"] >= 39 and dashboard["title"] and dashboard["uid"]
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    named = set()
    for panel in panels:
        assert panel["title"] and panel["targets"] and 0 <= panel["gridPos"]["x"] <= 24 - panel["gridPos"]["w"]
        named |= {name for target in panel["targets"] for name in _named(target["expr"])}
    assert named and named <= _served(service), named - _served(service)


def test_the_alerts_are_of_what_is_served(service: Service) -> None:
    groups = yaml.safe_load((GRAFANA / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    served = _served(service)
    for rule in rules:
        assert _named(rule["expr"]) <= served | {"up"}, rule["alert"]
        assert rule["annotations"]["summary"] and rule["labels"]["severity"]


def test_the_page_on_monitoring_names_every_metric(service: Service) -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    families = {name.removesuffix("_bucket") for name in _served(service) if not name.endswith(("_sum", "_count"))}
    own = {name for name in families if name.startswith("assistant_") and not name.endswith("_created")}
    assert own <= _named(page), own - _named(page)

"""A client gives what the assistant on the server gives, and raises what it raises."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Answer, Assistant, Client, Filters, RefreshCallbacks
from assistant.accounts import AuditLog
from assistant.client import RefusedError
from assistant.errors import AssistantError, RefreshError, SettingsError, StoppedError
from assistant.server import Service, application
from tests.support import WordHash, open_assistant, write_article

Asked = Assistant | Client

NOT_BY_HTTP = {
    "evidence": "looks into an answer, for fitting",
    "model_servers": "is about the server, whose metrics show them",
    "chain": "a LangChain Runnable of the pipeline itself",
    "collections": "an object over a file; by REST",
    "conversations": "an object over a file; by REST",
    "pinned": "of collections",
    "pinned_passage": "of collections",
    "without_removed": "of collections",
    "ask_watched": "the server does this at the end of each refresh",
    "backup": "who runs the server does this, beside it",
    "upgrade": "the server does this when it starts",
    "open": "a client is made by its address",
    "close": "",
}


def client_of(assistant: Assistant) -> Client:
    """A client of a server of it, in this process."""
    transport = httpx.ASGITransport(application(Service.of(assistant), "127.0.0.1"), raise_app_exceptions=False)
    return Client("http://127.0.0.1", http_client=httpx.AsyncClient(transport=transport))


@pytest.fixture(scope="module")
def own(sample_home: Path) -> Iterator[Assistant]:
    """An assistant of the sample articles whose corpus may be maintained."""
    with open_sample(sample_home) as assistant:
        yield assistant


def open_sample(home: Path) -> Assistant:
    from assistant import Settings
    from tests.conftest import CACHE

    return Assistant.open(Settings(home=home, maintenance=True, **({"cache": CACHE} if CACHE else {})))


@pytest.fixture(scope="module")
def client(own: Assistant) -> Iterator[Client]:
    with client_of(own) as client:
        yield client


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def parameters(kind: type, name: str) -> list[tuple[str, Any]]:
    found = getattr(kind, name)
    if isinstance(found, property):
        return []
    return [(each.name, each.kind) for each in inspect.signature(found).parameters.values()]


def test_the_client_has_the_surface_of_the_assistant() -> None:
    assert public(Assistant) - public(Client) == set(NOT_BY_HTTP) - {"close"}
    assert public(Client) <= public(Assistant)
    for name in sorted(public(Client)):
        assert parameters(Client, name) == parameters(Assistant, name), name


QUESTION = "Who condemned the attack and what was demanded?"


def first(assistant: Asked) -> str:
    return assistant.browse(count=1).entries[0].article.article_id


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


READS: dict[str, Callable[[Asked], Any]] = {
    "ask": lambda one: untimed(one.ask(QUESTION)),
    "ask with filters": lambda one: untimed(one.ask(QUESTION, Filters(since=date(1990, 1, 1)), ignoring=["dates"])),
    "aask": lambda one: untimed(asyncio.run(one.aask(QUESTION))),
    "brief": lambda one: untimed(one.brief("the attack")),
    "models": lambda one: one.models(),
    "suggestions": lambda one: one.suggestions(3),
    "suggestions after": lambda one: one.suggestions(3, after=[one.ask(QUESTION)]),
    "search": lambda one: one.search("attack", 3, Filters(since=datetime(1990, 1, 1, tzinfo=UTC))),
    "retriever": lambda one: one.retriever(2).invoke("attack"),
    "articles": lambda one: one.articles(),
    "no articles": lambda one: (one.articles(Filters(only=())), one.browse(filters=Filters(only=())).total),
    "article": lambda one: (one.article(first(one)), one.article("nothing")),
    "chunks": lambda one: (one.chunks(first(one)), one.chunks("nothing")),
    "excerpts": lambda one: one.excerpts(one.ask(QUESTION).citations),
    "browse": lambda one: one.browse("attack", order="relevance", start=1, count=3),
    "browse nothing": lambda one: one.browse(count=0),
    "word_marks": lambda one: (one.word_marks(first(one), "the attack"), one.word_marks("nothing", "the")),
    "titles": lambda one: one.titles("a"),
    "stories": lambda one: (one.stories(3), one.stories(3, date(2000, 1, 1))),
    "story_of": lambda one: (one.story_of(first(one)), one.story_of("nothing")),
    "story_question": lambda one: [one.story_question(story) for story in one.stories(2)],
    "similar": lambda one: (one.similar(first(one)), one.similar("nothing")),
    "overview": lambda one: one.overview(),
    "history": lambda one: one.history(),
    "news": lambda one: one.news(date(2000, 1, 1)),
    "watches": lambda one: one.watches(),
    "status": lambda one: one.status(),
    "check": lambda one: one.check(),
    "sources": lambda one: one.sources(),
    "removed": lambda one: one.removed_articles(),
    "preview": lambda one: one.preview(text="Rain\n\nIt rained on Monday."),
    "warnings": lambda one: one.warnings,
}


@pytest.mark.model
@pytest.mark.parametrize("name", READS)
def test_the_client_gives_what_the_assistant_gives(name: str, own: Assistant, client: Client) -> None:
    assert READS[name](client) == READS[name](own)


@pytest.mark.model
def test_a_stream_has_the_same_events_and_a_conversation_goes_on(own: Assistant, client: Client) -> None:
    def talk(assistant: Asked) -> list[Any]:
        talk = assistant.conversation()
        events = list(talk.stream("Who condemned the attack?"))[:-1]
        return [*events, *(untimed(talk.ask("and what was demanded?")) for _ in "12"), len(talk.answers)]

    assert talk(client) == talk(own)


@pytest.mark.model
def test_what_is_said_of_an_answer_is_kept_on_the_server(own: Assistant, client: Client) -> None:
    answer = client.ask(QUESTION)
    given = client.rate(answer, False, "of another year")
    assert client.feedback() == own.feedback() == [given]
    client.unrate(given.key)
    shared = client.share(answer)
    assert client.shared_answer(shared.key) == own.shared_answer(shared.key) == client.shared_answers()[0]
    client.unshare(shared.key)
    assert client.shared_answer(shared.key) is None and own.feedback() == []
    watch = client.watch("Who condemned the attack?", Filters(since=date(1990, 1, 1)))
    assert client.watches() == own.watches() == [watch] and client.watch_changes() == []
    client.unwatch(watch.number)
    assert own.watches() == []


FAULTS: dict[str, Callable[[Asked], Any]] = {
    "empty": lambda one: one.ask(""),
    "no words": lambda one: one.ask("?!"),
    "too long": lambda one: one.ask("why " * 5000),
    "no model": lambda one: one.ask(QUESTION, model="no-such-model"),
    "no aspect": lambda one: one.ask(QUESTION, ignoring=["moods"]),  # type: ignore[list-item]
    "no generation": lambda one: one.diff("nothing"),
    "no watch": lambda one: one.unwatch(4711),
    "no source": lambda one: one.source_visits("nothing"),
    "not listed": lambda one: one.pause_source("nothing"),
    "no such article": lambda one: one.remove_articles(["nothing"]),
    "not removed": lambda one: one.restore_articles(["nothing"]),
    "no address": lambda one: one.preview(address="ftp://a.example/"),
    "two things": lambda one: one.preview(text="a", address="b"),
    "nothing to go back to": lambda one: one.rollback(),
    "nothing shared": lambda one: one.unshare("nothing", "me"),
}


@pytest.mark.model
@pytest.mark.parametrize("name", FAULTS)
def test_the_client_raises_what_the_assistant_raises(name: str, own: Assistant, client: Client) -> None:
    with pytest.raises(AssistantError) as here:
        FAULTS[name](own)
    with pytest.raises(AssistantError) as there:
        FAULTS[name](client)
    assert type(there.value) is type(here.value), there.value


@pytest.fixture
def kept(listing: Path, quick_names: None) -> Iterator[tuple[Assistant, Client]]:
    """An assistant whose sources are listed and not read yet, and a client of it."""
    with (
        open_assistant(listing.parent / "home", sources=listing, maintenance=True) as assistant,
        client_of(assistant) as client,
    ):
        yield assistant, client


def test_a_refresh_is_waited_for_and_told_of(kept: tuple[Assistant, Client], tmp_path: Path) -> None:
    assistant, client = kept
    told: list[tuple[str, int, int]] = []
    report = client.refresh(watcher=RefreshCallbacks(progress=lambda *now: told.append(now)))
    assert report.articles == 3 and told and client.status() == assistant.status()
    assert client.refresh(["council"], trial=True, reread=True).unchanged
    assert [visit.outcome for visit in client.source_visits("tides")] == ["read"]
    write_article(tmp_path / "tides", "moon", "The moon was full.")
    assert client.refresh().articles == 4 and client.rollback() == assistant.status().generations[0]
    with pytest.raises(SettingsError, match="no source"):
        client.refresh([tmp_path])
    with pytest.raises(SettingsError):
        assistant.refresh(["tide"])


def test_a_refresh_that_is_stopped_ends_as_one_of_this_machine(listing: Path, quick_names: None) -> None:
    home, watcher = listing.parent / "home", RefreshCallbacks()

    def wait(texts: list[str]) -> None:  # until the server has heard of it
        while not any(entry.action == "refresh-cancelled" for entry in AuditLog(home).entries()):
            pass

    watcher.stop.cancel()
    slow = open_assistant(home, WordHash(wait), sources=listing, maintenance=True)
    with slow as assistant, client_of(assistant) as client:
        with pytest.raises(StoppedError):
            client.refresh(watcher=watcher)
        assert client.status().generation is None


def test_articles_and_sources_are_kept_from_afar(kept: tuple[Assistant, Client], tmp_path: Path) -> None:
    assistant, client = kept
    client.refresh()
    (tmp_path / "rain.txt").write_text("Rain\n\nIt rained on Monday.", encoding="utf-8")
    seen = client.preview(path=tmp_path / "rain.txt")
    assert seen.drafts[0].title == "Rain"
    added = client.add_articles([seen.drafts[0].mended(publication="The Rain")]).added
    assert client.article(added[0]) == assistant.article(added[0])
    assert client.remove_articles(added).removed == added
    assert client.removed_articles() == assistant.removed_articles()
    client.restore_articles(added)
    write_article(tmp_path / "more", "snow", "It snowed on Sunday.")
    source = client.add_source(tmp_path / "more", kind="folder", publication="The Snow", every="30m")
    assert source in assistant.sources() and client.sources() == assistant.sources()
    assert [trial.articles for trial in client.try_sources(["more"])] == [assistant.try_sources(["more"])[0].articles]
    assert client.edit_source("more", every=None).every is None
    assert client.pause_source("more").paused and not client.resume_source("more").paused
    assert client.remove_source("more") is not None
    assert client.check(repair=True).is_sound and client.diff("current", "current").added == ()


def test_what_no_client_can_do_is_told_in_a_line(kept: tuple[Assistant, Client], tmp_path: Path) -> None:
    assistant, client = kept
    client.refresh()
    with pytest.raises(AssistantError, match="not given to this client"):
        client.rate(assistant.ask("Who voted?"), True)
    with pytest.raises(SettingsError, match="is a folder"):
        client.preview(path=tmp_path)
    with pytest.raises(SettingsError, match="no address of a server"):
        Client("news.example")
    with Client("http://127.0.0.1:9", timeout=5) as nobody, pytest.raises(RefusedError, match="does it run"):
        nobody.status()


def test_a_token_is_sent_and_a_wrong_one_is_told() -> None:
    sent: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["authorization"])
        return httpx.Response(401, json={"status": 401, "code": "unauthorized", "detail": "The token is not known."})

    mock = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    with Client("https://news.example/", token="aa_secret", http_client=mock) as client:
        with pytest.raises(RefusedError, match="token is not known") as told:
            client.status()
        assert told.value.status == 401 and sent == ["Bearer aa_secret"]


def test_every_notice_is_told_once_however_many_a_server_still_has() -> None:
    lines = [[], ["a", "b"], ["b", "b", "c"], ["b", "c", "d"], ["x", "y", "z"]]

    def respond(request: httpx.Request) -> httpx.Response:
        job: dict[str, Any] = {"id": "j1", "state": "running"}
        if request.method == "POST":
            return httpx.Response(202, json=job)
        statuses = [{**job, "notices": notices} for notices in lines]
        statuses.append({**statuses[-1], "state": "failed", "problem": {"detail": "it failed", "code": "refresh"}})
        return httpx.Response(200, text="".join(f"event: status\ndata: {json.dumps(each)}\n\n" for each in statuses))

    told: list[str] = []
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    with Client("https://news.example", http_client=http_client) as client, pytest.raises(RefreshError):
        client.refresh(watcher=RefreshCallbacks(notice=told.append))
    assert told == ["a", "b", "b", "c", "d", "x", "y", "z"]


def test_what_a_killed_server_was_to_make_is_sent_again_until_another_takes_it_over() -> None:
    keys: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        code, detail = ("in_progress", "it is served") if len(keys) < 4 else ("made", "its response is lost")
        return httpx.Response(409, json={"status": 409, "detail": detail, "code": f"idempotency_key_{code}"})

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    with Client("http://a.example", http_client=http_client) as client:
        with pytest.raises(RefusedError, match="its response is lost"):
            client.rollback()
        assert len(keys) == 4 and len(set(keys)) == 1


def test_reads_are_tried_again_and_nothing_is_made_twice() -> None:
    seen: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        if seen.count("GET") == 1:
            raise httpx.ReadError("gone")
        if request.method == "POST":
            raise httpx.ReadError("gone")
        return httpx.Response(200, json=[])

    with Client("http://a.example", http_client=httpx.AsyncClient(transport=httpx.MockTransport(respond))) as client:
        assert client.models() == [] and seen == ["GET", "GET"]
        with pytest.raises(RefusedError):
            client.rollback()
        assert seen == ["GET", "GET", "POST"]

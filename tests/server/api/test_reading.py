"""Reading over REST: articles, stories, news and what is known of the corpus."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from assistant import Assistant, Listing, News, Passage, Status, Step, Story
from tests.server.api.conftest import MAINTAINER, NOBODY, As


@pytest.fixture
def client(client_of: As) -> TestClient:
    return client_of(NOBODY)


def read(client: TestClient, path: str, kind: Any) -> Any:
    """What is at that address, as it would be in Python."""
    response = client.get(path)
    assert response.status_code == 200, response.text
    return TypeAdapter(kind).validate_python(response.json())


def test_what_is_read_is_what_python_gives(client: TestClient, served_assistant: Assistant) -> None:
    ask = served_assistant
    assert read(client, "/search?query=ferry&k=2", list[Passage]) == ask.search("ferry", 2)
    assert read(client, "/articles?text=ferry", Listing) == ask.browse("ferry")
    assert read(client, "/stories", list[Story]) == ask.stories()
    assert read(client, "/news?since=2020-01-01", list[News]) == ask.news(ask.history()[-1].made.replace(year=2020))
    found = ask.browse("ferry").articles[0]
    assert read(client, f"/articles/{found.article_id}/story", Story | None) == ask.story_of(found.article_id)
    assert len(client.get(f"/articles/{found.article_id}/chunks").json()) == len(ask.chunks(found.article_id))
    assert client.get(f"/articles/{found.article_id}/similar").json()[0]["article_id"]
    assert client.get("/titles?prefix=tu").json()[0]["title"] == "Tugs free ferry Aurora"
    assert client.get("/overview").json()["articles"] == 4


def test_a_search_by_post_is_that_by_get(client: TestClient) -> None:
    posted = client.post("/search", json={"query": "ferry", "k": 2, "filters": {"since": "2025-01-01"}}).json()
    assert posted == client.get("/search?query=ferry&k=2&since=2025-01-01").json()


def test_a_list_is_read_page_by_page(client: TestClient) -> None:
    titles, path = [], "/articles?count=3"
    while path:
        page = client.get(path).json()
        titles += [entry["article"]["title"] for entry in page["entries"]]
        path = page["next"] and f"/articles{page['next']}"
    assert len(titles) == page["total"] and "Tide" in titles


def test_news_lead_to_the_next_page_by_a_link(client: TestClient) -> None:
    first = client.get("/news?since=2020-01-01&count=3")
    further = client.get("/news" + first.links["next"]["url"])
    assert len(first.json()) == 3 and len(further.json()) == 1 and "next" not in further.links


def test_an_article_that_is_known_is_not_sent_again(client: TestClient) -> None:
    path = f"/articles/{client.get('/titles?prefix=tide').json()[0]['article_id']}"
    response = client.get(path)
    assert response.json()["text"] == "The tide came in at seven."
    for tags in (response.headers["etag"], f'"other", W/{response.headers["etag"]}', "*"):
        again = client.get(path, headers={"if-none-match": tags})
        assert again.status_code == 304 and not again.content and again.headers["etag"] == response.headers["etag"]
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_an_article_tells_where_it_has_words(client: TestClient) -> None:
    path = f"/articles/{client.get('/titles?prefix=tide').json()[0]['article_id']}"
    marks = client.get(path, params={"marks": "tides"}).json()["marks"]
    assert marks == [[4, 8]] and client.get(path).json()["marks"] is None


def test_a_story_has_the_question_on_its_latest(client: TestClient) -> None:
    story = client.get("/stories").json()[0]
    assert client.get(f"/stories/{story['id']}").json()["question"].startswith("What is the latest on")


def test_a_quote_is_given_with_the_text_around_it(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": "Who said that nobody was hurt on the ferry Aurora?"}).json()
    excerpts = client.post("/excerpts", json={"citations": answer["citations"]}).json()
    assert [each["quote"] for each in excerpts] == [each["quote"] for each in answer["citations"]]


def test_history_and_diff_tell_what_refreshes_changed(client: TestClient) -> None:
    steps = read(client, "/history", list[Step])
    assert [step.changed for step in steps] == [1, 0]
    assert [each["title"] for each in client.get("/diff").json()["changed"]] == ["Tide"]


def test_only_maintainers_are_told_where_things_are_on_the_server(client_of: As, served_assistant: Assistant) -> None:
    home = str(served_assistant.settings.home)
    folder = served_assistant.status().sources[0]
    for path in ("/status", "/history"):
        told, whole = client_of(NOBODY).get(path), client_of(MAINTAINER).get(path)
        assert folder in whole.text and folder not in told.text and home not in told.text
    assert read(client_of(NOBODY), "/status", Status).articles == 4


@pytest.mark.parametrize(
    "path",
    [
        "/articles/none",
        "/articles/none/chunks",
        "/articles/none/similar",
        "/articles/none/story",
        "/stories/none",
        "/shared/none",
        "/conversations/none",
        "/diff?before=99",
        "/nothing",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404 and response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/articles?count=1000",
        "/articles?start=-1",
        "/articles?order=oldest",
        "/search?query=a&k=1000",
        "/search",
        "/news",
        "/stories?since=never",
        "/overview?verbose=1",
        f"/articles?text={'a' * 501}",
        f"/articles/{'a' * 65}",
    ],
)
def test_what_is_out_of_bounds_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path).json()["code"] == "invalid"

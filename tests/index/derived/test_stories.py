"""Stories: articles about the same event are one story, and others are not."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant, NoArticlesError, Settings
from assistant.index.derived import duplicates, stories
from assistant.index.derived.stories import headline
from assistant.index.derived.story_clusters import cluster
from assistant.index.derived.story_neighbours import StoryFeatures, affected, in_order, later_neighbours
from tests.support import open_assistant

SIZE = 48
EVENTS = ("flood", "strike", "verdict", "launch")


def features(
    name: str, event: str, day: float | None = 20_000.0, source: str | None = None, noise: float = 0.2
) -> StoryFeatures:
    """An article of an event: near its direction, and naming who takes part in it."""
    direction = np.random.default_rng(sum(map(ord, event))).standard_normal(SIZE)
    own = np.random.default_rng(sum(map(ord, name))).standard_normal(SIZE)
    vector = direction / np.linalg.norm(direction) + noise * own / np.linalg.norm(own)
    names = frozenset({f"{event}-mayor", f"{event}-town", f"{event}-union", f"{event}-river", f"{name}-only"})
    return StoryFeatures(name, source or name, day, (vector / np.linalg.norm(vector)).astype(np.float32), names)


def corpora() -> st.SearchStrategy[list[StoryFeatures]]:
    days = st.none() | st.floats(20_000, 20_060)
    rows = st.lists(st.tuples(st.sampled_from(EVENTS), days, st.floats(0, 2)), max_size=25)
    return rows.map(
        lambda found: [features(f"a{place:02d}", *row[:2], None, row[2]) for place, row in enumerate(found)]
    )


@given(corpora())
def test_an_article_is_in_one_story_at_most_and_a_story_has_two_or_more(articles: list[StoryFeatures]) -> None:
    found = [name for members in cluster(articles, {}) for name in members]
    assert len(found) == len(set(found)) and set(found) <= {article.id for article in articles}
    assert all(len(members) > 1 for members in cluster(articles, {}))


@given(corpora(), st.randoms(use_true_random=False))
def test_stories_do_not_depend_on_the_order_of_articles(articles: list[StoryFeatures], rng: random.Random) -> None:
    found = cluster(articles, {})
    rng.shuffle(articles)
    assert cluster(articles, {}) == found


@given(corpora())
def test_articles_of_events_that_have_nothing_in_common_are_never_together(articles: list[StoryFeatures]) -> None:
    event = {article.id: min(article.names - {f"{article.id}-only"}).split("-")[0] for article in articles}
    assert all(len({event[name] for name in members}) == 1 for members in cluster(articles, {}))


@given(corpora(), st.data())
def test_near_duplicates_are_always_together(articles: list[StoryFeatures], data: st.DataObject) -> None:
    ids = [article.id for article in articles]
    copies = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    story_of = {name: members for members in cluster(articles, dict.fromkeys(copies, "wire")) for name in members}
    assert len({story_of.get(name) for name in copies}) <= 1
    assert len(copies) < 2 or all(name in story_of for name in copies)


def test_articles_about_one_event_within_a_week_are_one_story_oldest_first() -> None:
    articles = [features(name, "flood", 20_000.0 + day) for name, day in (("c", 0), ("a", 3), ("b", 6))]
    assert cluster([*articles, features("x", "strike")], {}) == [("c", "a", "b")]


def test_articles_without_a_date_join_the_story_of_their_event() -> None:
    articles = [features("dated", "flood"), features("undated", "flood", None), features("other", "flood", None)]
    assert cluster(articles, {}) == [("dated", "other", "undated")]


def test_similar_events_months_apart_are_two_stories() -> None:
    spring = [features("a", "flood", 20_000), features("b", "flood", 20_001)]
    autumn = [features("c", "flood", 20_180), features("d", "flood", 20_181)]
    assert cluster(spring + autumn, {}) == [("a", "b"), ("c", "d")]


def test_a_chain_of_articles_does_not_join_its_two_ends() -> None:
    days = [features(f"d{day:02d}", "flood", 20_000.0 + 12 * day) for day in range(12)]
    found = cluster(days, {})
    assert found and all(12 * (len(members) - 1) <= 40 for members in found)


def test_the_buttons_of_a_publication_make_no_story() -> None:
    def page(number: int) -> StoryFeatures:
        plain = features(f"p{number}", "column", 20_000.0 + number, "Weekly", noise=0.9)
        return StoryFeatures(plain.id, "Weekly", plain.day, plain.vector, frozenset({"email", "facebook", "reddit"}))

    assert cluster([page(number) for number in range(12)], {}) == []


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 100))
def test_a_large_corpus_is_clustered_whole(seed: int) -> None:
    rng = random.Random(seed)
    articles = [features(f"n{number:04d}", f"event{number // 3}", 20_000.0 + number // 10) for number in range(900)]
    rng.shuffle(articles)
    found = cluster(articles, {})
    assert len(found) == 300 and all(len(members) == 3 for members in found)


@pytest.mark.parametrize(
    "title, source, shown",
    [
        ("Flood repair bill rises | The Verge", "The Verge", "Flood repair bill rises"),
        ("Flood repair bill rises - Pellinsea Chronicle", "The Pellinsea Chronicle", "Flood repair bill rises"),
        ("Flood repair bill rises in the town | Barney Ronay", "The Guardian", "Flood repair bill rises in the town"),
        ("Mayor quits – and the council follows", "The Guardian", "Mayor quits – and the council follows"),
        ("Council &#039;split&#039; on terminal", None, "Council 'split' on terminal"),
        ("News | Chronicle", "Weekly", "News | Chronicle"),
    ],
)
def test_a_headline_has_no_name_of_its_site(title: str, source: str | None, shown: str) -> None:
    assert headline(title, source) == shown


# in a home


NEWS = (
    "Mayor Lena Quist of Marrowfold said on Monday that Ashlorn Packers will close the cannery. Viktor Rosk of Ashlorn "
    "Packers told the Marrowfold council that the cannery had lost money for years. Lena Quist wants talks."
)


def write(folder: Path, name: str, text: str, day: datetime | None, source: str, title: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    published = f'published: "{day.isoformat()}"\n' if day else ""
    front = f'---\ntitle: "{title}"\nsource: "{source}"\n{published}---\n\n'
    (folder / f"{name}.md").write_text(f"{front}{text}\n", encoding="utf-8")


FIRST = datetime(2025, 5, 6, 9, tzinfo=UTC)


@pytest.fixture
def articles_folder(tmp_path: Path) -> Path:
    """A folder in which two publications report one event, and one another."""
    folder = tmp_path / "articles"
    write(folder, "early", NEWS, FIRST, "Chronicle", "Cannery to close | Chronicle")
    later = NEWS.replace("for years", "since 2019").replace("wants talks", "was told by telephone, she said")
    write(folder, "late", later, FIRST + timedelta(days=2), "Meridian", "Ashlorn Packers shuts cannery")
    write(folder, "rain", "It rained on the hills. Nobody minded. " * 5, FIRST, "Weekly", "Rain on the hills")
    return folder


def test_a_story_says_which_publications_reported_it_and_when(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([articles_folder])
        (story,) = assistant.stories()
    assert story.publications == ("Chronicle", "Meridian") and story.count == 2
    assert (story.oldest, story.newest) == (FIRST, FIRST + timedelta(days=2))
    assert [article.source for article in story.articles] == ["Meridian", "Chronicle"]
    assert story.id == story.articles[-1].article_id
    assert story.headline in ("Cannery to close", "Ashlorn Packers shuts cannery")


def test_a_story_keeps_its_id_as_articles_come_and_goes_with_them(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([articles_folder])
        (before,) = assistant.stories()
        text = NEWS.replace("Mayor", "The mayor")
        write(articles_folder, "third", text, FIRST + timedelta(days=3), "Radio", "Union against closure of cannery")
        assistant.refresh([articles_folder])
        (story,) = assistant.stories()
        assert story.id == before.id and story.publications == ("Chronicle", "Meridian", "Radio")
        for name in ("third", "late"):
            (articles_folder / f"{name}.md").unlink()
        assistant.refresh([articles_folder], allow_removals=True)
        assert assistant.stories() == []


def test_since_and_count_narrow_the_stories(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([articles_folder])
        assert assistant.stories(0) == assistant.stories(-1) == []
        assert len(assistant.stories(5, (FIRST + timedelta(days=2)).date())) == 1
        assert assistant.stories(5, (FIRST + timedelta(days=3)).date()) == []


def test_an_index_of_before_has_no_stories_until_the_next_refresh(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        first = assistant.refresh([articles_folder])
    (tmp_path / "home" / "index" / first.generation / stories.FILE.name).unlink()
    with open_assistant(tmp_path / "home") as assistant:
        assert assistant.stories() == []
        assert assistant.refresh([articles_folder]).published
        assert len(assistant.stories()) == 1
        assert not assistant.refresh([articles_folder]).published


def test_stories_are_those_of_all_articles_however_they_came(tmp_path: Path, articles_folder: Path) -> None:
    late = (articles_folder / "late.md").read_text(encoding="utf-8")
    (articles_folder / "late.md").unlink()
    with open_assistant(tmp_path / "piecemeal") as assistant:
        assistant.refresh([articles_folder])
        (articles_folder / "late.md").write_text(late, encoding="utf-8")
        assistant.refresh([articles_folder])
        write(articles_folder, "snow", "It snowed on the hills. " * 5, FIRST, "Weekly", "Snow on the hills")
        assistant.refresh([articles_folder])
        piecemeal = assistant.stories()
    with open_assistant(tmp_path / "at-once") as assistant:
        assistant.refresh([articles_folder])
        assert assistant.stories() == piecemeal != []


def test_before_the_first_refresh_it_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.stories()


def test_the_files_of_copies_and_of_stories_are_two() -> None:
    assert stories.FILE.name != duplicates.FILE.name


@pytest.mark.model
def test_the_sample_has_its_four_stories(sample: Assistant) -> None:
    found = {story.headline: story.publications for story in sample.stories()}
    assert len(found) == 4
    assert found["Cannery to close in September with loss of 412 jobs"] == (
        *("Pellinsea Chronicle", "The Morning Meridian", "Coast Radio Pellinsea", "Ledger & Quay"),
    )
    assert isinstance(sample.settings, Settings)


def test_the_story_of_an_article_is_found_after_other_refreshes(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([articles_folder])
        (before,) = assistant.stories()
        later = NEWS.replace("Mayor", "The mayor")
        write(articles_folder, "third", later, FIRST + timedelta(days=3), "Radio", "Union against closure of cannery")
        assistant.refresh([articles_folder])
        (story,) = assistant.stories()
        assert [assistant.story_of(article.article_id) for article in before.articles] == [story, story]
        assert assistant.story_of(assistant.titles("rain")[0].article_id) is None
        assert assistant.story_of("nowhere") is None


def test_the_question_on_a_story_says_what_it_is_about(tmp_path: Path, articles_folder: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([articles_folder])
        (story,) = assistant.stories()
        question = assistant.story_question(story)
        assert question.startswith("What is the latest on ") and "cannery" in question
        other = replace(story, id="other", headline="It rained!", articles=())
        assert assistant.story_question(other) == "What is the latest on It rained?"


@given(st.lists(st.tuples(corpora(), st.sets(st.integers(0, 24))), min_size=1, max_size=3))
def test_after_articles_came_went_and_changed_the_near_ones_are_those_found_anew(
    refreshes: list[tuple[list[StoryFeatures], set[int]]],
) -> None:
    with closing(sqlite3.connect(":memory:")) as file:
        file.executescript(stories.FILE.schema)
        held: dict[str, StoryFeatures] = {}
        for articles, gone in refreshes:
            came = {article.id: article for number, article in enumerate(articles) if number not in gone}
            fresh = {name for name, article in came.items() if held.get(name) is not article}
            held = {**{name: article for name, article in held.items() if int(name[1:]) not in gone}, **came}
            ordered = in_order(list(held.values()))
            near = stories._updated_near(file, ordered, fresh)
            assert near == dict(later_neighbours(ordered, range(len(ordered))))
            assert cluster(ordered, {}, near) == cluster(ordered, {})


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([None, 20_010.0]))
def test_near_articles_are_looked_for_only_around_what_came_and_went(seed: int, day: float | None) -> None:
    rng = random.Random(seed)
    events = [rng.choice(EVENTS) for _ in range(200)]
    articles = [features(f"n{number:03d}", event, 20_000.0 + number) for number, event in enumerate(events)]
    before = in_order(articles)
    held = dict(later_neighbours(before, range(len(before))))
    gone = articles.pop(rng.randrange(len(articles))).id
    ordered = in_order([*articles, features("new", rng.choice(EVENTS), day, noise=0.5)])
    kept = {name: others for name, others in held.items() if name != gone}
    looked_at = affected(ordered, kept, [gone])
    assert {**kept, **dict(later_neighbours(ordered, looked_at))} == dict(
        later_neighbours(ordered, range(len(ordered)))
    )
    assert len(looked_at) < len(ordered)

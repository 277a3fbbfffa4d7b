"""Articles that are added by hand: previewed, mended, put in, and kept through every later refresh."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, AssistantError, Draft, RefreshError, SettingsError
from assistant.errors import StoppedError
from assistant.maintenance import RefreshCallbacks
from assistant.utils import CancelToken
from tests.ingest.web.cases import TEXT, item, page, rss
from tests.ingest.web.site import Site
from tests.support import open_assistant, titles, write_article

pytestmark = pytest.mark.usefixtures("quick_names", "kept_sandbox")
WEB: dict[str, Any] = {"web_delay": 0, "web_retries": 0, "web_timeout": 5, "web_hosts": ("127.0.0.1", "127.0.0.2")}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").touch()
    return home


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    with open_assistant(home, **WEB) as opened:
        yield opened


def files(home: Path) -> list[Path]:
    return sorted((home / "added").glob("*"))


def draft_of(assistant: Assistant, text: str = "Quay reopens\n\nThe quay was *reopened* at noon.") -> Draft:
    (draft,) = assistant.preview(text=text).drafts
    return draft


def test_a_preview_changes_nothing_and_says_what_is_odd(assistant: Assistant, home: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("one.md", "---\ntitle: One\nsource: The Tide\npublished: 2025-05-28\n---\nText of one.")
        packed.writestr("two.txt", "Two\n\nText of two.")
        packed.writestr("bad.json", "{")
    preview = assistant.preview(data=archive.getvalue(), name="papers.zip")
    assert [(one.title, one.notes, one.problem) for one in preview.drafts] == [
        ("One", (), None),
        ("Two", ("no date", "no publication"), None),
    ]
    assert [failure.where for failure in preview.failures] == ["papers.zip/bad.json"]
    assert assistant.status().generation is None and not files(home)


def test_what_was_mended_is_what_every_later_refresh_has(assistant: Assistant, home: Path) -> None:
    draft = draft_of(assistant).mended(title="Quay open again", date="2025-05-28", publication="The Tide")
    report = assistant.add_articles([draft])
    assert report.added == (draft.id,) and [source.name for source in report.sources] == ["added by hand"]
    for _ in range(2):
        article = assistant.article(draft.id)
        assert article is not None and article == draft.article and "*reopened*" in article.text
        assert (article.title, article.source) == ("Quay open again", "The Tide")
        assert article.published == datetime(2025, 5, 28, tzinfo=UTC)
        assert not assistant.refresh(reread=True).published
    (state,) = assistant.status().states
    assert (state.name, state.articles, state.read) == ("added by hand", 1, True)
    assert [source.name for source in assistant.sources()] == ["added by hand"]
    assert (files(home)[0].stat().st_mode & 0o777, files(home)[0].stem) == (0o600, draft.id)


def test_the_same_again_takes_its_place(assistant: Assistant, home: Path) -> None:
    assistant.add_articles([draft_of(assistant)])
    again = draft_of(assistant)
    assert again.known is not None and again.notes[-1].startswith(
        "already in the corpus as “Quay reopens”, whose place"
    )
    report = assistant.add_articles([again.mended(title="Quay open")])
    assert report.changed == (again.id,) and titles(assistant) == {"Quay open"} and len(files(home)) == 1


def test_nearly_the_same_text_is_told(assistant: Assistant) -> None:
    assistant.add_articles([draft_of(assistant, f"Bridge closed\n\n{TEXT}").mended(publication="The Tide")])
    draft = draft_of(assistant, f"Lorries banned\n\n{TEXT} More soon.")
    assert draft.known is None and draft.similar is not None
    assert "nearly the same text as “Bridge closed” (The Tide), which is in the corpus" in draft.notes


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, "has no title"),
        ({"text": "\n"}, "has no text"),
        ({"published": datetime.now(UTC) + timedelta(days=30)}, "date cannot be"),
        ({"published": datetime(2025, 5, 28)}, "with its zone"),
        ({"title": "x" * 2_000}, "title has 2,000 characters"),
        ({"url": "javascript:alert(1)"}, "runs something"),
        ({"source": "https://paper.example"}, "source cannot be kept"),
        ({"id": ""}, "no id"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_added(
    assistant: Assistant, home: Path, change: dict[str, object], reason: str
) -> None:
    good = draft_of(assistant, "Good\n\nText.")
    with pytest.raises(RefreshError, match=reason) as caught:
        assistant.add_articles([good, replace(draft_of(assistant), **change)])  # type: ignore[arg-type]
    assert "\n" not in str(caught.value) and "nothing was added" in str(caught.value)
    assert not files(home) and assistant.status().generation is None


def test_no_draft_and_one_that_is_given_twice_are_refused(assistant: Assistant) -> None:
    with pytest.raises(RefreshError, match="no article to add"):
        assistant.add_articles([])
    with pytest.raises(RefreshError, match="another one has the same id"):
        assistant.add_articles([draft_of(assistant), draft_of(assistant)])
    with pytest.raises(AssistantError, match="published is no date: 'soon'"):
        draft_of(assistant).mended(date="soon")
    with pytest.raises(AssistantError, match="one of: data, path, address, text"):
        assistant.preview(text="a", address="b")
    with pytest.raises(AssistantError, match="the text is empty"):
        assistant.preview(text=" ")


def test_a_refresh_that_fails_leaves_all_as_it_was(assistant: Assistant, home: Path) -> None:
    assistant.add_articles([draft_of(assistant), draft_of(assistant, "Gone\n\nText.")])
    assistant.remove_articles([draft_of(assistant, "Gone\n\nText.").id])
    (before,) = [(path, path.read_text()) for path in files(home)]
    stop, written = CancelToken(), list[int]()

    def stop_it(stage: str, done: int, total: int) -> None:
        written.append(len(files(home)))
        stop.cancel()

    others = [draft_of(assistant, text) for text in ("Gone\n\nText.", "New\n\nText of it.")]
    with pytest.raises(StoppedError):
        mended = draft_of(assistant).mended(title="Other")
        assistant.add_articles([mended, *others], watcher=RefreshCallbacks(stop_it, stop=stop))
    assert written[0] == 3
    assert [(path, path.read_text()) for path in files(home)] == [before]
    assert titles(assistant) == {"Quay reopens"} and len(assistant.removed_articles()) == 1


def test_a_removed_article_is_gone_from_the_home_until_it_is_added_again(assistant: Assistant, home: Path) -> None:
    draft = draft_of(assistant)
    assistant.add_articles([draft, draft_of(assistant, "Other\n\nText.")])
    assistant.remove_articles([draft.id])
    assistant.refresh(reread=True)
    assert titles(assistant) == {"Other"} and draft.id not in {path.stem for path in files(home)}
    again = draft_of(assistant)
    assert again.removed and "it was removed by hand, and would be back" in again.notes
    assistant.add_articles([again])
    assert titles(assistant) == {"Other", "Quay reopens"} and not assistant.removed_articles()


def test_an_article_from_a_feed_gives_way_to_the_mended_one_for_good(
    assistant: Assistant, home: Path, site: Site
) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(item("Bridge closed", "@1/a", "Lorries are banned."))})
    (home / "sources.toml").write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\nrecheck = "0s"\n')
    assistant.refresh()
    (before,) = assistant.articles()
    (draft,) = assistant.preview(address=f"{site.base(1)}/a").drafts
    assert draft.id == before.id and draft.url == before.url and draft.known is not None and draft.problem is None
    mended = draft.mended(title="Nothing of the kind", text="Wholly other words of a maintainer.", date="2025-05-28")
    assert assistant.add_articles([mended]).changed == (before.id,)
    site.serve(
        {
            "@1/a": page(text=TEXT.replace("Tuesday", "Monday")),
            "@1/feed": rss(item("Bridge closed", "@1/a", "Lorries.")),
        }
    )
    for given in ((), ("paper",), ()):
        report = assistant.refresh(given, reread=True)
        assert not report.failures and not report.notices
        assert assistant.articles() == [mended.article]


def test_a_feed_that_brings_the_article_later_does_not_double_it(assistant: Assistant, home: Path, site: Site) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(item("Bridge closed", "@1/a", "Lorries are banned."))})
    (draft,) = assistant.preview(address=f"{site.base(1)}/a").drafts
    assistant.add_articles([draft.mended(title="Bridge shut")])
    (home / "sources.toml").write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\n')
    for given in (("paper",), ()):
        assistant.refresh(given)
        assert titles(assistant) == {"Bridge shut"}


def test_what_cannot_be_fetched_or_is_no_address_is_said(assistant: Assistant, site: Site) -> None:
    site.serve({})
    preview = assistant.preview(address=f"{site.base(1)}/none")
    assert not preview.drafts and "404" in preview.failures[0].reason
    private = assistant.preview(address="http://127.0.0.3/")
    assert not private.drafts and len(private.failures) == 1
    with pytest.raises(SettingsError, match="no web address"):
        assistant.preview(address="ftp://paper.example/a")


def test_an_article_of_a_listed_folder_is_corrected_there(assistant: Assistant, home: Path) -> None:
    path = write_article(home / "papers", "vote", "The council voted.", url="https://paper.example/vote")
    (home / "sources.toml").write_text('[papers]\nfolder = "papers"\n')
    assistant.refresh()
    (draft,) = assistant.preview(path=path).drafts
    assert draft.problem is not None and "papers; correct it there" in draft.problem
    with pytest.raises(RefreshError, match="correct it there"):
        assistant.add_articles([draft])


def test_a_replaced_corpus_has_them_back_with_the_next_refresh_as_listed_sources(
    assistant: Assistant, tmp_path: Path
) -> None:
    assistant.add_articles([draft_of(assistant)])
    other = write_article(tmp_path / "papers", "vote", "The council voted.").parent
    assistant.refresh([other], replace=True)
    assert titles(assistant) == {"vote"}
    assistant.refresh()
    assert titles(assistant) == {"vote", "Quay reopens"}


def test_a_home_that_moves_keeps_them(home: Path) -> None:
    with open_assistant(home) as assistant:
        draft = draft_of(assistant)
        assistant.add_articles([draft, draft_of(assistant, "Other\n\nText.")])
    moved = Path(shutil.move(home, home.with_name("elsewhere")))
    with open_assistant(moved) as assistant:
        assert not assistant.refresh().failures
        assert titles(assistant) == {"Quay reopens", "Other"} and assistant.article(draft.id) is not None
        assert [state.location for state in assistant.status().states] == [str(moved / "added")]


def test_the_source_is_neither_removed_nor_edited_by_name(assistant: Assistant) -> None:
    assistant.add_articles([draft_of(assistant)])
    for change in (assistant.remove_source, assistant.pause_source):
        with pytest.raises(SettingsError, match="added by hand is on no list: "):
            change("added by hand")
    assert [visit.added for visit in assistant.source_visits("added by hand")] == [1]


def test_a_check_names_a_file_that_was_spoilt_by_hand(assistant: Assistant, home: Path) -> None:
    assistant.add_articles([draft_of(assistant)])
    assert assistant.check().is_sound and "added: sound" in map(str, assistant.check().findings)
    files(home)[0].write_text("no title")
    (finding,) = assistant.check().damaged
    assert finding.place == f"added/{files(home)[0].name}" and "no title" in str(finding.fault)

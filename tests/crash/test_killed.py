"""A refresh that is killed, at many moments: staff go on asking, and the next refresh sets it right."""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.crash.children import Child, child
from tests.support import generations, open_assistant, write_version

pytestmark = pytest.mark.crash

BY_EVENT = 70
BY_TIME = 18

Moment = dict[str, float]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of three generations, the last of version alpha, and articles of version bravo."""
    folder = tmp_path_factory.mktemp("before")
    with open_assistant(folder / "home") as assistant:
        for number, word in enumerate(("zero", "zero", "alpha")):
            write_version(folder / "articles", word, sentences=20 + number)
            assistant.refresh([folder / "articles"])
    write_version(folder / "articles", "bravo")
    return folder


def order(made: Child, do: str, home: Path, source: Path, **when: float) -> dict[str, Any]:
    return made.ask(json.dumps({"do": do, "home": str(home), "source": str(source), **when}))


def kill_and_look(made: Child, before: Path, folder: Path, moment: Moment) -> str | None:
    """The version that answers after a refresh killed at `moment`; None when it ended before that."""
    shutil.copytree(before / "home", folder)
    refreshed = order(made, "refresh", folder, before / "articles", **moment)
    if not refreshed["killed"]:
        assert refreshed["said"]["published"], f"{moment}: {refreshed['said']}"
        return None
    left = generations(folder)
    seen = order(made, "look", folder, before / "articles")["said"]
    assert seen.get("now") in {"alpha", "bravo"} and seen.get("later") == "bravo", f"{moment}: {seen}"
    finished = [path.parent.name for path in folder.glob("index/[0-9]*/manifest.json")]
    assert generations(folder) == sorted(finished), f"{moment}: not swept; it left {left}"
    assert len(finished) <= 3, f"{moment}: {finished}"
    shutil.rmtree(folder)
    now: str = seen["now"]
    return now


def share(before: Path, folder: Path, moments: list[Moment]) -> list[str | None]:
    with child("nursery") as made:
        return [kill_and_look(made, before, folder / str(number), moment) for number, moment in enumerate(moments)]


def measured(before: Path, folder: Path) -> tuple[int, float]:
    """The number of file system events of an undisturbed refresh, and its seconds."""
    with child("nursery") as made:
        runs = []
        for name in ("first", "second"):
            shutil.copytree(before / "home", folder / name)
            runs.append(order(made, "refresh", folder / name, before / "articles"))
    assert runs[0]["said"]["published"]
    return runs[0]["said"]["events"], runs[1]["seconds"]


def test_killed_refresh_leaves_the_old_or_the_new_articles_whole(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, seconds = measured(before, tmp_path)
    moments: list[Moment] = [
        {"at_event": number} for number in sorted({1 + i * events // BY_EVENT for i in range(BY_EVENT)})
    ]
    moments += [{"at_seconds": seconds * (i + 0.5) / BY_TIME} for i in range(BY_TIME)]
    with ThreadPoolExecutor(2) as pool:
        shares = pool.map(lambda n: share(before, tmp_path / f"share-{n}", moments[n::2]), range(2))
    outcomes = Counter(outcome for one in shares for outcome in one)
    killed = outcomes["alpha"] + outcomes["bravo"]
    with capsys.disabled():
        print(f"\nkilled at {killed} moments: {outcomes['alpha']} old, {outcomes['bravo']} new")  # noqa: T201
    assert killed >= 50
    assert outcomes["alpha"] and outcomes["bravo"]

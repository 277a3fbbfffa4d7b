"""Homes of any size that are made from a small one, to measure how the assistant grows."""

from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.evaluation.benchmarks.growth import homes
from assistant.evaluation.benchmarks.growth_corpus import Models

SMALL, LARGE = 60, 120  # chunks


@pytest.mark.filterwarnings("ignore:legacy embedding function config")  # Chroma's own, of collections without one
def test_each_home_has_the_real_articles_and_as_many_others_as_it_needs(sample_home: Path, tmp_path: Path) -> None:
    small, large = homes(tmp_path, Models(sample_home), (SMALL, LARGE))
    for home, least in ((small, SMALL), (large, LARGE)):
        with Assistant.open(Settings(home=home)) as assistant:
            assert least <= assistant.status().chunks <= least + 20
            assert "Kaja Kallas" in assistant.ask("Who condemned the cyberattack on the Czech ministry?").text
            assert assistant.check().is_sound

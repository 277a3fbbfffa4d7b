"""The statements that checking is measured with are over articles of the sample corpus."""

import csv
from collections import Counter
from pathlib import Path

from assistant import Assistant
from assistant.evaluation.benchmarks import statements


def test_each_statement_is_true_or_false_of_an_article_that_comes_along(sample: Assistant) -> None:
    with Path(statements.__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert Counter(label for label, *_ in rows) == {"T": 130, "F": 150}
    assert {url for *_, url in rows} <= {article.url for article in sample.articles()}
    assert len({statement for _, _, statement, _ in rows}) == len(rows)

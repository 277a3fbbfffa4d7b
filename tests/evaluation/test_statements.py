"""The statements that checking is measured with are over articles of the sample corpus."""

from collections import Counter

from assistant import Assistant
from assistant.evaluation.benchmarks.statements import statements


def test_each_statement_is_true_or_false_of_an_article_that_comes_along(sample: Assistant) -> None:
    rows = list(statements())
    assert Counter(one.label for one in rows) == {"T": 130, "F": 150}
    assert {one.url for one in rows} <= {article.url for article in sample.articles()}
    assert len({one.text for one in rows}) == len(rows)

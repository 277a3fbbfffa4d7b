"""The measures of `assistant evaluate`, against examples worked by hand and against what must always hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, Citation, CorpusInfo, Statement, Support
from assistant.articles import Article, Chunk, Passage
from assistant.evaluation.baselines import constant
from assistant.evaluation.bootstrap import auroc, calibration_error, interval, quantile, ratio, resamples
from assistant.evaluation.cases import Case, Task, Variant, holds, question_word
from assistant.evaluation.metrics import MEASURES
from assistant.evaluation.scoring import Record, citation_scores, mark
from assistant.evaluation.summary import ALL, calibration, failures, figures, trade_off, variants

TEXT = "The ferry sank on Monday. Nobody was hurt. The owner, Ida Holm, blamed the 2,400 tonnes of gravel on board."
FERRY = Article("ferry", "Ferry sinks", TEXT, url="https://news.example/ferry-sinks")
NOW = datetime(2025, 5, 1, tzinfo=UTC)


def case(number: int = 0, answerable: bool | None = True, **more: Any) -> Case:
    return replace(Case(f"q{number}", f"Question {number}?", "what", f"cluster {number}", answerable), **more)


def cited(number: int, start: int, end: int, quote: str | None = None) -> Citation:
    words = TEXT[start:end] if quote is None else quote
    return Citation(number, FERRY.id, FERRY.title, None, None, FERRY.url, words, start, end)


def answer(citations: Sequence[Citation], statements: Sequence[tuple[str, tuple[int, ...]]] | None = None) -> Answer:
    said = [(one.quote, (one.number,)) for one in citations] if statements is None else statements
    verbatim: Support = "verbatim"
    return Answer(
        question="?",
        text=" ".join(text for text, _ in said),
        found=bool(said),
        mode="quotes",
        statements=tuple(Statement(text, numbers, verbatim) for text, numbers in said),
        citations=tuple(citations),
        nearest=(),
        corpus=CorpusInfo("000001", NOW, 1, None, None),
        confidence=0.9,
    )


def find(name: str) -> Article | None:
    return FERRY if name == FERRY.id else None


def record(number: int, found: bool, answerable: bool | None, confidence: float = 0.5, **more: Any) -> Record:
    made = Record(case(number, answerable), found=found, confidence=confidence, said="")
    return replace(made, **more)


def value(records: Sequence[Record], name: str) -> float | None:
    figure = figures(records)[ALL].get(name)
    return figure.value if figure else None


# texts


def test_a_number_is_not_found_inside_a_longer_one() -> None:
    assert holds("2,400 tonnes", "2,400", "words") and not holds("2,400 tonnes", "400", "words")
    assert not holds("on 3.5 metres", "3", "words") and holds("in 1999.", "1999", "words")
    assert holds("the “Holm”  affair", '"holm" AFFAIR', "words")


def test_facts_are_compared_without_spaces_as_multihop_rag_does() -> None:
    assert holds("He said\nit  was so .", "said it was so.", "letters")
    assert not holds("he said", "He said", "letters")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many were hurt?", "how many"),
        ("By whom was it built?", "who"),
        ("In what year did it sink?", "what"),
        ("sirens in o brother", "other"),
        ("How did it sink?", "how"),
    ],
)
def test_questions_go_by_their_question_word(question: str, kind: str) -> None:
    assert question_word(question) == kind


# citations


def test_statements_that_stand_where_they_are_cited_score_one() -> None:
    assert citation_scores(answer([cited(1, 0, 25), cited(2, 26, 42)]), find) == (1.0, 1.0)


def test_a_quote_that_is_not_at_its_place_supports_nothing() -> None:
    shifted = cited(2, 27, 43, quote=TEXT[26:42])
    assert citation_scores(answer([cited(1, 0, 25), shifted]), find) == (0.5, 0.5)
    elsewhere = replace(cited(1, 0, 25), article_id="another")
    assert citation_scores(answer([elsewhere]), find) == (0.0, 0.0)


def test_words_that_the_quote_lacks_are_not_supported() -> None:
    assert citation_scores(answer([cited(1, 0, 25)], [("The ferry sank on Tuesday.", (1,))]), find) == (0.0, 0.0)
    assert citation_scores(answer([cited(1, 0, 25)], [("The ferry sank on Monday.", ())]), find) == (0.0, 0.0)


def test_a_citation_that_is_not_needed_lowers_precision_only() -> None:
    both = [("The ferry sank on Monday.", (1, 2))]
    assert citation_scores(answer([cited(1, 0, 25), cited(2, 26, 42)], both), find) == (1.0, 0.5)


def test_a_statement_over_two_quotes_needs_both() -> None:
    both = [("The ferry sank on Monday. Nobody was hurt.", (1, 2))]
    assert citation_scores(answer([cited(1, 0, 25), cited(2, 26, 42)], both), find) == (1.0, 1.0)


def test_a_refusal_has_no_citations_to_score() -> None:
    assert citation_scores(answer([]), find) is None


# a record


TASK = Task("t", "T", "", ())


def passages(*spans: tuple[int, int]) -> list[Passage]:
    return [Passage(Chunk(FERRY.id, start, end, TEXT[start:end]), FERRY, 1.0) for start, end in spans]


def test_ranks_and_quotes_are_those_of_the_wanted_texts() -> None:
    wanted = case(gold=(("nobody was hurt",), ("Ida Holm", "Holm")))
    made = mark(TASK, wanted, answer([cited(1, 0, 25), cited(2, 43, 107)]), passages((0, 25), (26, 107)), find, 5.0)
    assert made.relevant == (2,) and made.gold_ranks == (2, 2) and made.rank == 2
    assert made.gold_quotes == (None, 2) and made.ok
    figured = figures([made])[ALL]
    assert figured["Gold in 3 quotes"].value == 1 and figured["Gold recall"].value == 0.5
    assert figured["MRR@10"].value == 0.5 and figured["Hits@4"].value == 1 and figured["AllFacts@10"].value == 1


def test_all_wanted_texts_and_articles_are_needed_of_own_questions() -> None:
    own = replace(TASK, every=True, match="words")
    wanted = case(gold=(("Ida Holm",), ("Monday", "Tuesday")), must_cite=(("ferry-sinks",),))
    half = mark(own, wanted, answer([cited(1, 0, 25)]), None, find, None)
    assert half.ok is False and half.why == "not said: Ida Holm"
    assert mark(own, wanted, answer([cited(1, 0, 25), cited(2, 43, 107)]), None, find, None).ok
    uncited = replace(wanted, must_cite=(("Ferry sinks",), ("another article",)))
    assert "not cited: another article" in mark(own, uncited, answer([cited(1, 0, 107)]), None, find, None).why


def test_quotes_are_told_to_be_gold_where_the_gold_are_sentences() -> None:
    sentences = replace(TASK, sentences=True, match="letters")
    wanted = case(gold=(("The ferry sank on Monday. Nobody was hurt.",),))
    made = mark(sentences, wanted, answer([cited(1, 0, 25), cited(2, 43, 107)]), None, find, None)
    assert made.golden == (True, False)
    figured = figures([made])[ALL]
    assert figured["Gold precision"].value == 0.5 and figured["Gold F1"].value == pytest.approx(2 / 3)


def test_the_right_thing_is_to_refuse_what_the_articles_do_not_answer() -> None:
    assert mark(TASK, case(answerable=False), answer([]), None, find, None).ok is True
    assert mark(TASK, case(answerable=False), answer([cited(1, 0, 25)]), None, find, None).ok is False
    assert mark(TASK, case(answerable=None), answer([]), None, find, None).ok is None


# figures


def test_retrieval_by_hand() -> None:
    ranks: list[tuple[int, ...]] = [(1, 3), (5,), (), (10,)]
    facts: list[tuple[int | None, ...]] = [(1, 3), (5, None), (None, None), (10, None)]
    made = [
        record(n, True, True, relevant=ranks[n], gold_ranks=facts[n], gold_quotes=(None, None))
        for n in range(len(ranks))
    ]
    # A question without an answer is left out.
    found = figures([*made, record(9, False, False)])[ALL]
    assert found["Hits@4"].value == 0.25 and found["Hits@10"].value == 0.75
    assert found["MRR@10"].value == pytest.approx((1 + 1 / 5 + 0 + 1 / 10) / 4)
    assert found["FactRecall@10"].value == 0.5 and found["AllFacts@10"].value == 0.25
    assert found["Hits@10"].questions == 4


REFUSALS = [
    record(0, False, False, 0.1),
    record(1, True, False, 0.8),
    record(2, False, True, 0.3),
    record(3, True, True, 0.9),
    record(4, True, True, 0.7),
    record(5, False, None, 0.2),
]


def test_refusal_by_hand() -> None:
    found = figures(REFUSALS)[ALL]
    assert found["Refusal precision"].value == 0.5 and found["Refusal recall"].value == 0.5
    assert found["Answered"].value == pytest.approx(2 / 3)
    assert found["AUROC"].value == pytest.approx(4 / 6)  # 0.1 is below all three, 0.8 below one
    assert found["AUROC"].questions == 5


def test_constant_answers_get_what_the_mix_of_questions_gives_them() -> None:
    refusing = [constant(one, False) for one in REFUSALS]
    assert value(refusing, "Refusal precision") == 0.4 and value(refusing, "Refusal recall") == 1
    assert value(refusing, "Answered") == 0 and value(refusing, "AUROC") == 0.5
    answering = [constant(one, True) for one in REFUSALS]
    assert value(answering, "Refusal precision") is None and value(answering, "Refusal recall") == 0
    assert value(answering, "Answered") == 1


def test_labels_may_be_counted_in_other_ways() -> None:
    vague = replace(REFUSALS[5], case=replace(REFUSALS[5].case, label="VAGUE"))
    plain = [replace(one, case=replace(one.case, label=str(one.case.answerable))) for one in REFUSALS[:5]]
    other = Variant("with the vague", frozenset({"False", "VAGUE"}), frozenset({"True"}))
    found = variants(replace(TASK, variants=(other,)), [*plain, vague])["with the vague"]
    assert found["Refusal precision"].value == pytest.approx(2 / 3)
    assert found["Refusal recall"].value == pytest.approx(2 / 3)


def test_the_trade_off_runs_from_refusing_nothing_to_refusing_all() -> None:
    points = {(one.answered, one.refused) for one in trade_off(REFUSALS)}
    assert (1.0, 0.0) in points and (0.0, 1.0) in points and (1.0, 0.5) in points
    assert trade_off(REFUSALS[3:5]) == []


def test_calibration_by_hand() -> None:
    made = [record(0, True, True, 0.95), record(1, True, False, 0.95), record(2, True, True, 0.15)]
    low, high = calibration(made)
    assert (low.questions, low.answerable, high.questions, high.answerable) == (1, 1.0, 2, 0.5)
    assert value(made, "Calibration error") == pytest.approx((0.85 + 2 * 0.45) / 3)


def test_types_are_told_apart() -> None:
    who = replace(REFUSALS[3], case=replace(REFUSALS[3].case, type="who"))
    found = figures([*REFUSALS[:3], who])
    assert set(found) == {ALL, "what", "who"}
    assert found["who"]["Answered"].value == 1 and found["what"]["Answered"].value == 0
    assert "Refusal recall" in found["what"]


def test_the_worst_failures_are_those_it_was_surest_of() -> None:
    made = [
        replace(record(n, True, False, confidence), ok=False, why="answered") for n, confidence in enumerate((0.6, 0.9))
    ]
    missed = replace(record(5, False, True, 0.01), ok=False, why="refused")
    assert [one.case.id for one in failures([*made, missed, record(6, True, True, ok=True)])] == ["q1", "q5", "q0"]


# intervals


def test_questions_of_one_cluster_stand_or_fall_together() -> None:
    answered = [record(n, n % 2 == 0, True) for n in range(20)]
    alone = figures(answered)[ALL]["Answered"]
    copied = [one for one in answered for _ in range(5)]
    again = figures(copied)[ALL]["Answered"]
    assert (again.low, again.high) == (alone.low, alone.high)
    apart = [replace(one, case=replace(one.case, cluster=str(n))) for n, one in enumerate(copied)]
    surer = figures(apart)[ALL]["Answered"]
    assert None not in (alone.low, alone.high, surer.low, surer.high)
    assert surer.high - surer.low < alone.high - alone.low  # type: ignore[operator]


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.random.default_rng(1).normal(3, 2, size=400)
    bounds = interval(ratio(values, np.ones(400)), resamples([str(n) for n in range(400)]))
    error = 1.96 * values.std() / 20
    assert bounds == pytest.approx((values.mean() - error, values.mean() + error), abs=0.03)


def test_there_is_no_interval_where_there_is_nothing() -> None:
    assert interval(ratio(np.zeros(3), np.zeros(3)), resamples(["a", "b", "c"])) is None


scored = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.booleans(), st.integers(1, 4)), min_size=2, max_size=30
).filter(lambda rows: len({positive for _, positive, _ in rows}) == 2)


@settings(deadline=None)
@given(scored)
def test_auroc_is_that_of_scikit_learn(rows: list[tuple[float, bool, int]]) -> None:
    from sklearn.metrics import roc_auc_score

    scores, positive, weights = (np.array(column) for column in zip(*rows, strict=True))
    expected = roc_auc_score(positive, scores, sample_weight=weights)
    assert auroc(scores, positive)(weights[None].astype(float))[0] == pytest.approx(expected)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), min_size=1, max_size=30), st.sampled_from([0.5, 0.95])
)
def test_a_weighted_quantile_is_that_of_the_values_repeated(rows: list[tuple[int, int]], share: float) -> None:
    values, weights = (np.array(column, float) for column in zip(*rows, strict=True))
    found = quantile(values, share)(weights[None])[0]
    repeated = np.repeat(values, weights.astype(int))
    if repeated.size:
        assert found == np.quantile(repeated, share, method="inverted_cdf")
    else:
        assert np.isnan(found)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_the_calibration_error_is_a_share(rows: list[tuple[float, bool]]) -> None:
    chances, outcomes = (np.array(column, float) for column in zip(*rows, strict=True))
    assert 0 <= calibration_error(chances, outcomes)(np.ones((1, len(rows))))[0] <= 1
    assert calibration_error(outcomes, outcomes)(np.ones((1, len(rows))))[0] == 0


answered = st.builds(
    record,
    st.integers(0, 6),
    st.booleans(),
    st.sampled_from([True, False, None]),
    st.floats(0, 1),
    ms=st.none() | st.floats(0.1, 1e4),
    ok=st.sampled_from([True, False, None]),
    relevant=st.none() | st.sets(st.integers(1, 10)).map(lambda ranks: tuple(sorted(ranks))),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(answered, min_size=1, max_size=20))
def test_whatever_the_records_each_share_is_between_none_and_all(records: list[Record]) -> None:
    units = {one.name: one.unit for one in MEASURES}
    for found in figures(records).values():
        for name, figure in found.items():
            known = [one for one in (figure.low, figure.value, figure.high) if one is not None]
            assert figure.questions > 0 and all(np.isfinite(known))
            if units[name] in ("share", "score"):
                assert all(-1e-9 <= one <= 1 + 1e-9 for one in known)


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30))
def test_every_resample_draws_as_many_clusters_as_there_are(clusters: list[str]) -> None:
    weights = resamples(clusters, times=20)
    for name in set(clusters):
        members = weights[:, [one == name for one in clusters]]
        assert (members == members[:, :1]).all()
    firsts = [clusters.index(name) for name in set(clusters)]
    assert (weights[:, firsts].sum(axis=1) == len(set(clusters))).all()

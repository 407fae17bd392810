"""The declared metrics: names as Prometheus wants them, labels with closed sets of values."""

from __future__ import annotations

import math
import re

import pytest

from tasks.model.document import Format
from tasks.model.refusal import RefusalCode
from tasks.queues import KINDS, Queue
from tasks.workplace import Reason
from workers.metrics import (
    FORMATS,
    METRICS,
    OTHER,
    OUTCOMES,
    REASONS,
    TRUTH,
    WORK,
    Kind,
    Metric,
    Process,
)

_NAME = re.compile(r"gouji(_[a-z]+)+\Z")
_VALUE = re.compile(r"[a-z0-9][a-z0-9_.]*\Z")
#: Series of one metric in one process, buckets not counted.
MOST_SERIES = 120

every = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())


def test_no_name_is_declared_twice() -> None:
    assert len(METRICS) == len(TRUTH) + len(WORK)
    # In OpenMetrics a counter's family has the name without its end.
    assert len({name.removesuffix("_total") for name in METRICS}) == len(METRICS)


@every
def test_a_name_says_its_kind_and_unit(metric: Metric) -> None:
    assert _NAME.match(metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    if metric.kind is Kind.HISTOGRAM:
        assert metric.name.endswith("_seconds")
        assert list(metric.buckets) == sorted(set(metric.buckets))
    else:
        assert metric.buckets == ()
    for word in ("milliseconds", "minutes", "percent", "mib", "kib"):
        assert word not in metric.name


@every
def test_it_is_told_by_somebody_and_explained_in_both_languages(metric: Metric) -> None:
    assert metric.told_by
    assert re.search("[\u4e00-\u9fff]", metric.zh)
    assert not re.search("[\u4e00-\u9fff]", metric.en)
    assert "\n" not in metric.zh + metric.en


@every
def test_labels_have_few_values_and_none_is_of_a_document(metric: Metric) -> None:
    for name, values in metric.labels.items():
        assert name not in ("key", "organ", "path", "le", "instance", "job")
        assert len(values) == len(set(values))
        assert all(_VALUE.match(value) for value in values)
        assert values or metric.name == "gouji_build_info"
    assert math.prod(len(values) for values in metric.labels.values()) <= MOST_SERIES or (
        metric.name == "gouji_documents_with_findings"
    )


def test_every_process_tells_its_troubles_and_its_version() -> None:
    for process in Process:
        told = {metric.name for metric in METRICS.values() if process in metric.told_by}
        assert {"gouji_build_info", "gouji_errors_total"} <= told


def test_what_the_program_says_is_declared() -> None:
    assert set(KINDS.values()) | set(map(str, Format)) | {OTHER} == set(FORMATS)
    assert set(map(str, Reason)) < set(REASONS)
    for label, values in (("queue", Queue), ("code", RefusalCode)):
        for metric in METRICS.values():
            if label in metric.labels:
                assert set(map(str, values)) <= set(metric.labels[label])
    assert {"done", "refused", "failed"} < set(OUTCOMES)

"""Reads the metrics of a process as Prometheus does."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

#: Of one sample: its name, and its labels by their names.
Series = tuple[str, tuple[tuple[str, str], ...]]


def scrape(port: int) -> dict[Series, float]:
    """All samples; none where nobody answers yet."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60)
    except httpx.ConnectError:
        return {}
    assert answer.status_code == 200
    return samples_of(answer.text)


def samples_of(text: str) -> dict[Series, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(samples: dict[Series, float], name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """Values of these labels -> the number, without the zeros."""
    return {
        tuple(dict(found)[label] for label in labels): value
        for (sample, found), value in samples.items()
        if sample == name and value
    }

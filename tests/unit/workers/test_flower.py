"""What Flower is told of a job whose document has no result."""

from __future__ import annotations

import pytest

from workers.flower import _as_it_ended, _kind_of


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        (
            {"status": "refused", "code": "encrypted"},
            {"type": "task-refused", "exception": "refused: encrypted"},
        ),
        (
            {"status": "failed", "error": "KeyError"},
            {"type": "task-failed", "exception": "failed: KeyError"},
        ),
        ({"status": "done", "format": "html", "tables": 3, "findings": 0}, {}),
        ({"status": "already"}, {}),
        ({"status": "scan", "left_to": "ocr"}, {}),
        (None, {}),
        (["refused"], {}),
    ],
)
def test_a_job_is_shown_as_its_document_ended(summary: object, told: dict[str, str]) -> None:
    assert _as_it_ended(repr(summary)) == told


@pytest.mark.parametrize("cut", ["{'status': 'refu...", "", "...", "(" * 5000, "'\x00'"])
def test_what_is_no_summary_changes_nothing(cut: str) -> None:
    assert _as_it_ended(cut) == {}


@pytest.mark.parametrize(
    ("key", "asked", "kind"),
    [
        ("inbox/a.pdf", "event", "pdf"),
        ("inbox/a.pdf", "scan", "scan"),
        ("inbox/a.docx", "scan, force", "scan"),
        ("inbox/a.PNG", "sweep", "image"),
        ("inbox/a", "sweep", "other"),
    ],
)
def test_a_job_is_called_by_its_kind_and_a_scan_a_scan(key: str, asked: str, kind: str) -> None:
    assert _kind_of({"args": key, "kwargs": asked}) == kind

"""Envelope -> the files for people beside it. Pure."""

from __future__ import annotations

from tasks.render.page import page
from tasks.render.result import Envelope
from tasks.render.workbook import workbook

PAGE, WORKBOOK = "report.html", "report.xlsx"


def outputs(envelope: Envelope) -> dict[str, bytes]:
    """By their names, of a document that was read; none of another."""
    if envelope["status"] != "done":
        return {}
    return {PAGE: page(envelope).encode("utf-8", "replace"), WORKBOOK: workbook(envelope)}

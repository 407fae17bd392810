"""Envelope -> what the catalogue keeps of it: one row, and what it was broken by. Pure."""

from __future__ import annotations

from typing import Any

from tasks.render.causes import causes
from tasks.render.coverage import coverage, outcome
from tasks.render.figures import pack
from tasks.render.identity import finding_id
from tasks.render.result import Envelope, dumps

#: A document with more of them is found by the first ones.
_MOST_FINDINGS = 1000
#: Of what a record says of its failure.
_MOST_CHARACTERS = 500
PENDING = {"state": "pending", "verdict": "pending"}


def entry(envelope: Envelope) -> dict[str, Any]:
    """By the names of the catalogue's columns; what is not known is left out.

    `verdict` as `coverage.outcome` tells it; `findings` one a finding, with rule, severity and id;
    `state` as the envelope alone tells it; `figures` of a report, packed; `envelope` the JSON
    without the document's own tables.
    """
    report, document = envelope.get("report") or {}, envelope.get("document") or {}
    found = list(envelope.get("findings") or ())
    region = report.get("region") or {}
    told = envelope.get("refusal") or envelope.get("error") or {}
    # as people count them: several relations that one wrong cell breaks are one
    severities = [one.severity for one in causes(envelope)]
    return {
        "state": "result" if envelope["status"] == "done" else "failed",
        "verdict": outcome(envelope),
        "code": told.get("code") or told.get("type"),
        "format": document.get("format"),
        "read_by": document.get("read_by"),
        "organ": report.get("organ"),
        "organ_key": report.get("organ_key"),
        "region_code": region.get("code"),
        "level": region.get("level"),
        "year": report.get("year"),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "unread": sum(one.unread for one in coverage(report)) if report else None,
        "engine": (envelope.get("engine") or {}).get("version"),
        "said": _short(told.get("message")),
        "said_en": _short(told.get("message_en")),
        "findings": [
            {"rule": one["rule"], "severity": one["severity"], "finding": finding_id(one)}
            for one in found[:_MOST_FINDINGS]
        ],
        "figures": pack(report, found) if report else None,
        "envelope": dumps({**envelope, "tables": []}),
    }


def _short(text: str | None) -> str | None:
    """In one line: a form that is sent back to us writes the ends of lines in its own way."""
    return " ".join(text.split())[:_MOST_CHARACTERS] if text else None

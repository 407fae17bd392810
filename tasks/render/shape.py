"""JSON out of a bucket -> whether it is an envelope that the programs here can work with. Pure.

Whoever may write into a bucket may write anything there, and a newer gouji may have written
what this one does not know. What is let through here breaks no list, sum or file; what is not
is no record of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeGuard

from tasks.forms.annual_report import FORM
from tasks.model.report import Kind, PlacedBy, Severity
from tasks.render.result import Envelope, loads

#: Of lists and objects in each other; an envelope of ours has eight.
_DEEPEST = 32
#: `1E400000000` is short, and four hundred million digits when it is written out.
_MOST_DIGITS = 300
_LARGEST = 10**_MOST_DIGITS
#: Of the year reported on: what every database and file of ours holds.
_LAST_YEAR = 9999
_STATUSES = ("done", "refused", "failed")

Is = Callable[[Any], bool]


def is_envelope(told: object) -> TypeGuard[Envelope]:
    """Whether every field that is used has a value of its kind; of others, whether they can be
    written out again."""
    return (
        isinstance(told, dict)
        and _is_plain(told, _DEEPEST)
        and _ENVELOPE(told)
        and (told["status"] != "done" or _DONE(told))
        and (told.get("report") is None or _WITH_REPORT(told))
    )


def read_envelope(body: bytes, *, tables: bool = True) -> Envelope | None:
    """What a record says; None where it is none that the programs here can work with. Without
    `tables`, the document's own are left out, and not looked at."""
    try:
        told: Any = loads(body)
    except (ValueError, RecursionError):
        return None
    if not tables and isinstance(told, dict):
        told["tables"] = []
    return told if is_envelope(told) else None


def _is_plain(told: object, deepest: int) -> bool:
    # the most frequent first: an envelope has thousands of them
    if told is None or isinstance(told, str | bool):
        return True
    if isinstance(told, dict):
        return deepest > 0 and all(_is_plain(one, deepest - 1) for one in told.values())
    if isinstance(told, list):
        return deepest > 0 and all(_is_plain(one, deepest - 1) for one in told)
    # `NaN` and `Infinity` alone are read as floats
    return _is_figure(told)


def _is_figure(told: object) -> bool:
    if isinstance(told, int):
        return not isinstance(told, bool) and -_LARGEST < told < _LARGEST
    if not isinstance(told, Decimal) or not told.is_finite():
        return False
    _, digits, exponent = told.as_tuple()
    return len(digits) + abs(int(exponent)) < _MOST_DIGITS


# --- kinds of values -------------------------------------------------------------------------


def _is_text(told: object) -> bool:
    return isinstance(told, str)


def _is_whole(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool)


def _is_year(told: object) -> bool:
    return isinstance(told, int) and _is_whole(told) and 0 <= told <= _LAST_YEAR


def _is_share(told: object) -> bool:
    return isinstance(told, int | Decimal) and _is_figure(told) and 0 <= told <= 1


def _is_cell(told: object) -> bool:
    """`requests.new.total`."""
    return isinstance(told, str) and told.count(".") == 2


def _one_of(*known: str) -> Is:
    return lambda told: isinstance(told, str) and told in known


def _or_null(kind: Is) -> Is:
    return lambda told: told is None or kind(told)


def _all(kind: Is) -> Is:
    return lambda told: isinstance(told, list) and all(map(kind, told))


def _each(kind: Is) -> Is:
    """Of an object with any keys."""
    return lambda told: isinstance(told, dict) and all(map(kind, told.values()))


def _object(needed: Mapping[str, Is], known: Mapping[str, Is] | None = None) -> Is:
    """`needed` must be there; `known` may be, or be null."""

    def is_one(told: Any) -> bool:
        return (
            isinstance(told, dict)
            and all(name in told and kind(told[name]) for name, kind in needed.items())
            and all(
                told.get(name) is None or kind(told[name]) for name, kind in (known or {}).items()
            )
        )

    return is_one


# --- the envelope ----------------------------------------------------------------------------

_VALUE_PARTS = _object(
    {"kind": _one_of(*Kind), "value": _or_null(_is_figure), "raw": _is_text},
    {
        "at": _is_text,
        "unit": _is_text,
        "note": _is_text,
        "placed_by": _one_of(*PlacedBy),
        "confidence": _is_share,
    },
)


def _is_value(told: Any) -> bool:
    return _VALUE_PARTS(told) and (told["kind"] == Kind.NUMBER) == (told["value"] is not None)


_FINDING = _object(
    {"rule": _is_text, "severity": _one_of(*Severity)},
    {"message": _is_text, "message_en": _is_text},
)
_WHOLE_FINDING = _object(
    {
        "rule": _is_text,
        "severity": _one_of(*Severity),
        "message": _is_text,
        "cells": _all(_is_cell),
        "expected": _or_null(_is_text),
        "actual": _or_null(_is_text),
        "suspects": _all(_object({"cell": _is_cell, "value": _or_null(_is_text)})),
    },
    {"message_en": _is_text},
)
_LEFT_OVER = _object(
    {"table": _one_of(*FORM.tables), "label": _is_text, "values": _all(_is_text)},
    {"at": _is_text},
)
_REPORT = _object(
    {
        "form": _is_text,
        "organ": _or_null(_is_text),
        "year": _or_null(_is_year),
        "edition": _object(
            {
                table: _or_null(_one_of(*(one.edition for one in FORM.of(table))))
                for table in FORM.tables
            }
        ),
        "left_over": _all(_LEFT_OVER),
        **{table: _each(_each(_is_value)) for table in FORM.tables},
    },
    {
        "organ_key": _is_text,
        "region": _object({"code": _is_text, "name": _is_text}, {"level": _is_text}),
    },
)
_TABLE = _object(
    {
        "id": _is_text,
        "cells": _all(
            _object(
                {
                    "row": _is_whole,
                    "column": _is_whole,
                    "where": _object({}, {"page": _is_whole}),
                }
            )
        ),
    }
)
_ENVELOPE = _object(
    {
        "status": _one_of(*_STATUSES),
        "source": _object(
            {"name": _is_text},
            {
                "key": _is_text,
                "path": _is_text,
                "etag": _is_text,
                "sha256": _is_text,
            },
        ),
    },
    {
        "document": _object({}, {"format": _is_text, "title": _is_text, "read_by": _is_text}),
        "findings": _all(_FINDING),
        "tables": _all(_TABLE),
        "engine": _object({}, {"version": _is_text}),
        "refusal": _object({"code": _is_text, "message": _is_text}, {"message_en": _is_text}),
        "error": _object({"type": _is_text, "message": _is_text}, {"message_en": _is_text}),
        "members": _all(
            _object(
                {"member": _is_text, "status": _one_of(*_STATUSES)},
                {
                    "outcome": _is_text,
                    "record": _is_text,
                    "organ": _is_text,
                    "year": _is_year,
                    "read_by": _is_text,
                },
            )
        ),
        "attempts": _is_whole,
        "first_failed_at": _is_text,
        "last_failed_at": _is_text,
    },
)
#: The document's own tables are of no report, and are left out in the catalogue.
_DONE = _object(
    {"findings": _all(_FINDING), "report": lambda _: True, "tables": _all(_TABLE)},
)
_WITH_REPORT = _object(
    {
        "document": _object({"format": _is_text}),
        "report": _REPORT,
        "findings": _all(_WHOLE_FINDING),
        "engine": _object({"version": _is_text}),
    }
)

"""`gouji settings`: every setting, its value here, and where that comes from; and what this
machine allows the sandbox to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from workers.cli.service import settings_or_stop
from workers.settings import Settings, read_settings


def show_settings(*, as_json: bool) -> None:
    rows = list(_rows(settings_or_stop()))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    from workers.cli.tables import print_table

    print_table(
        ("setting", "value", "default", "source", "what it is for"),
        [
            (row["name"], row["value"], row["default"], row["source"], row["description"])
            for row in rows
        ],
    )
    print("Change one by setting its variable; secrets are starred.", file=sys.stderr)
    for line in sandbox_lines():
        print(line, file=sys.stderr)


def sandbox_lines() -> Iterator[str]:
    """What keeps a document from doing harm on this machine, and what does not."""
    from storage.errors import Unavailable
    from workers.sandbox.client import isolation

    try:
        measures = isolation()
    except Unavailable as error:
        yield f"No document can be read by a worker here: {error}"
        return
    missing = [measure for measure in measures if not measure.in_force]
    yield f"Sandbox: {len(measures) - len(missing)} of {len(measures)} measures are in force here."
    for measure in missing:
        yield f"  {measure.name}, against {measure.against}: not in force, {measure.why_not}"


def _rows(settings: Settings) -> list[dict[str, Any]]:
    defaults = {name: value for name, value, _, _ in read_settings({}).shown()}
    return [
        {
            "name": name,
            "value": value,
            "default": defaults[name],
            "source": _source(name),
            "description": description,
        }
        for name, value, description, _ in settings.shown()
    ]


def _source(name: str) -> str:
    if os.environ.get(name):
        return "environment"
    if file := os.environ.get(f"{name}_FILE"):
        return f"file {file}"
    return "default"

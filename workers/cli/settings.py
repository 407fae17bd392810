"""`gouji settings`: every setting, its value here, and where that comes from; and what this
machine allows the sandbox to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from workers.cli.chinese import SETTINGS
from workers.cli.language import Said
from workers.cli.service import settings_or_stop
from workers.settings import PREFIX, Settings, read_settings


def show_settings(*, as_json: bool) -> None:
    rows = list(_rows(settings_or_stop()))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    from workers.cli.tables import print_table

    print_table(
        [str(head) for head in HEADS],
        [
            (row["name"], row["value"], row["default"], _said_source(row["source"]), _what(row))
            for row in rows
        ],
    )
    print(_CHANGE, file=sys.stderr)
    for line in sandbox_lines():
        print(line, file=sys.stderr)


HEADS = (
    Said("设置", "setting"),
    Said("现值", "value"),
    Said("默认", "default"),
    Said("来源", "source"),
    Said("用途", "what it is for"),
)
_CHANGE = Said(
    "设同名的环境变量即可修改；密码以星号显示。",
    "Change one by setting its variable; secrets are starred.",
)
#: Where a value comes from, as `--json` says it -> in Chinese.
_SOURCES = {"environment": "环境变量", "default": "默认"}


def _said_source(source: str) -> str:
    chinese = _SOURCES.get(source) or f"文件 {source.removeprefix('file ')}"
    return str(Said(chinese, source))


def _what(row: dict[str, Any]) -> str:
    field = row["name"].removeprefix(PREFIX).lower()
    return str(Said(SETTINGS.get(field, row["description"]), row["description"]))


def sandbox_lines() -> Iterator[Said]:
    """What keeps a document from doing harm on this machine, and what does not."""
    from storage.errors import Unavailable
    from workers.sandbox.client import isolation

    try:
        measures = isolation()
    except Unavailable as error:
        yield Said(
            f"本机的处理进程读不了任何文件（{error}）",
            f"No document can be read by a worker here: {error}",
        )
        return
    missing = [measure for measure in measures if not measure.in_force]
    held = len(measures) - len(missing)
    yield Said(
        f"沙箱：{len(measures)} 项措施中有 {held} 项在本机生效。",
        f"Sandbox: {held} of {len(measures)} measures are in force here.",
    )
    for measure in missing:
        yield Said(
            f"  {measure.name}：未生效（{measure.why_not}）",
            f"  {measure.name}, against {measure.against}: not in force, {measure.why_not}",
        )


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

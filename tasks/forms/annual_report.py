"""政府信息公开工作年度报告: collects the editions that stand beside this file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tasks.forms import __path__ as _folder
from tasks.forms.vocabulary import Edition, Evidence, Form

TABLES = ("disclosure", "requests", "disputes")
#: How people cite the tables: by the section that they stand in.
TABLE_NAMES = {"disclosure": "表二", "requests": "表三", "disputes": "表四"}


def _editions() -> tuple[Edition, ...]:
    names = [name for _, name, _ in iter_modules(_folder) if name.startswith(TABLES)]
    found = [import_module(f"tasks.forms.{name}").EDITION for name in names]
    return tuple(sorted(found, key=lambda edition: edition.edition, reverse=True))


FORM = Form(
    id="disclosure-annual-report",
    titles=(
        "政府信息公开工作年度报告",
        "政府信息公开年度报告",
        "政府信息公开工作年报",
        "政府信息公开年报",
        "政务公开工作年度报告",
        "信息公开工作年度报告",
        "信息公开年度报告",
        "政府信息公开工作报告",
        "信息公开工作报告",
        "信息公开年报",
    ),
    tables=TABLES,
    editions=_editions(),
    evidence={
        "disclosure": Evidence(lines=3, labels=5, heads=1, rows=3),
        "requests": Evidence(lines=5, labels=8, heads=5, rows=8),
        "disputes": Evidence(lines=3, labels=5, heads=5, rows=2),
    },
    other_sections=(
        "总体情况",
        "存在的主要问题及改进情况",
        "存在的主要问题和改进情况",
        "存在的主要问题及改进措施",
        "存在的问题及改进情况",
        "存在的问题及改进措施",
        "其他需要报告的事项",
        "需要报告的其他事项",
    ),
)

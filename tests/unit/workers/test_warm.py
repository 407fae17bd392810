"""What the sandbox reads before its first fork: whole reports, so that all which reading one
keeps is kept."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tasks.flow import examine
from tasks.model.report import Kind
from workers.sandbox.warm import FORMATS

#: A report that has all that a plain one has not, in a process in which nothing else was read.
READ = """
import json, sys
from samples import make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from workers.sandbox.warm import read_each_format
read_each_format()
before = set(sys.modules)
for format, style in ((Format.PDF, "ruled"), (Format.PDF, "unruled"), (Format.HTML, "cms")):
    examine(render(make_report(8, year=2023), format, style), f"a.{format}")
print(json.dumps(sorted(name for name in set(sys.modules) - before if name.startswith("tasks"))))
"""


def test_no_room_is_imported_after_the_fork() -> None:
    told = subprocess.run([sys.executable, "-c", READ], capture_output=True, check=True)
    assert json.loads(told.stdout) == []


#: What was imported of what reads pixels, in a process that reads scans or leaves them.
PIXELS = """
import json, sys
from workers.sandbox import warm
getattr(warm, sys.argv[1])()
print(json.dumps(sorted({"cv2", "onnxruntime", "rapidocr", "numpy"} & set(sys.modules))))
"""


def pixels(warm: str) -> list[str]:
    told = subprocess.run([sys.executable, "-c", PIXELS, warm], capture_output=True, check=True)
    return list(json.loads(told.stdout))


def test_who_leaves_scans_to_others_has_nothing_in_memory_that_reads_them() -> None:
    assert pixels("read_each_format") == []


def test_who_reads_scans_has_all_of_it_before_the_fork() -> None:
    assert {"cv2", "onnxruntime"} <= {*pixels("load_models")}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"warm.pdf"}))
def test_a_warm_document_is_a_report_with_all_that_the_form_has(name: str) -> None:
    outcome = examine(FORMATS[name](), name)
    report = outcome.report
    assert report is not None
    wanted = "2019" if name.startswith("older") else "2021"
    assert dict(report.edition) == {"disclosure": wanted, "requests": wanted, "disputes": "2021"}
    assert not report.left_over
    # A place that is known: the list of places is long, and read at its first use.
    assert report.region is not None
    kinds = {
        value.kind
        for rows in report.values.values()
        for columns in rows.values()
        for value in columns.values()
    }
    assert kinds <= {Kind.NUMBER, Kind.ABSENT}
    # Findings are found and worded.
    assert {"requests.balance", "requests.applicants"} <= {one.rule for one in outcome.findings}
    assert not [one for one in outcome.findings if one.rule.startswith("extraction.")]

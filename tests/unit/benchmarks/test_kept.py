"""What is kept stands for a file only as long as all that it depends on is the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from benchmarks.kept import MAKING, READING, digest_of
from benchmarks.known import ROOT

#: Imports a package with all that is in it, and tells what is loaded of this repository then.
LOADING = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    for one in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        if not one.name.endswith((".__main__", ".build")):
            importlib.import_module(one.name)
print(*(name for name in sys.modules if name.partition(".")[0] in ("tasks", "samples")))
"""


@pytest.mark.parametrize(
    ("packages", "sources"),
    [(("tasks.read", "tasks.detect"), READING), (("samples.hard",), MAKING)],
    ids=["reading", "making"],
)
def test_all_that_is_used_is_among_the_sources(
    packages: Sequence[str], sources: Sequence[str]
) -> None:
    command = [sys.executable, "-c", LOADING, *packages]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rooms = [source.replace("/", ".") for source in sources]
    names = [name for name in loaded.split() if name != "tasks"]
    assert {*packages} <= {*names}
    assert [n for n in names if not any(f"{n}.".startswith(f"{room}.") for room in rooms)] == []


def test_sources_are_told_apart() -> None:
    assert all((ROOT / source).exists() for source in (*READING, *MAKING))
    assert digest_of(("tasks/read",)) != digest_of(("tasks/detect",))
    assert digest_of(READING) == digest_of(READING)

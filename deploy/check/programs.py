"""Programs of other people that look at our files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

#: None of them asks anybody: what takes longer hangs.
SECONDS = 120


class Missing(Exception):
    """It is not installed."""


def run(
    name: str, *arguments: str | Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Of this environment, else of the system. `environ`: nothing else is in it. Raises Missing."""
    beside = Path(sys.executable).parent / name
    program = str(beside) if beside.exists() else shutil.which(name)
    if program is None:
        raise Missing(f"{name} is not installed: make setup")
    return subprocess.run(  # noqa: S603
        [program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environ,
    )


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What it complains of, a line each."""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or ([f"ended with {done.returncode}"] if done.returncode else [])

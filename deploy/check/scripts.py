"""The Dockerfile and the shell scripts, by their linters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploy.check.programs import run, said


def of_image(dockerfile: Path) -> list[str]:
    """Raises Missing."""
    return said(run("hadolint", "--no-color", dockerfile))


def of_scripts(folder: Path) -> list[str]:
    """Of all below the folder. Raises Missing."""
    scripts = sorted(shell_scripts(folder))
    return said(run("shellcheck", "--color=never", "--format=gcc", *scripts)) if scripts else []


def shell_scripts(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix == ".sh":
            yield path
        elif path.is_file() and not path.suffix:
            first = path.read_bytes()[:64].partition(b"\n")[0]
            if first.startswith(b"#!") and first.endswith((b"sh", b"sh -e")):
                yield path

"""The compose file, by Compose itself: no engine is asked.

It holds the file against the JSON schema of the specification, then resolves it: what is given as
a size, a time or a port must be one, and services, networks and volumes must be there.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.check.programs import run, said


def complaints(file: Path, example: Path) -> list[str]:
    """`example`: an `.env` with empty values, all that the file may ask for. Raises Missing."""
    with TemporaryDirectory() as folder:
        filled = Path(folder) / "filled.env"
        filled.write_text(with_words(example.read_text()))
        done = run(
            "docker-compose",
            *("--env-file", filled, "--file", file, "--profile", "*"),
            *("config", "--quiet"),
            environ={"HOME": folder, "PATH": ""},
        )
    return [f"{file.name}: {line}" for line in said(done)]


def with_words(example: str) -> str:
    """The example with a word behind each name that has none."""
    lines = example.splitlines()
    return "".join(f"{line}word\n" if line.endswith("=") else f"{line}\n" for line in lines)

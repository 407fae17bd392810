"""The environment of the programs that ours is measured beside: `python -m benchmarks.peers`.

They are no dependencies of ours, so they live in an environment of the benchmarks' own, below
`build/`, which is made at the first use and made anew when the list below has changed.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from benchmarks.known import ROOT

FOLDER: Final = ROOT / "build" / "peers"
#: What people would take for this, at the versions that were measured.
PINNED: Final = (
    "boto3==1.44.5",
    "celery[redis]==5.7.0",
    "html5lib==1.1",
    "kreuzberg==4.10.4",
    "lxml==6.1.3",
    "pandas==3.1.1",
    "pdfplumber==0.11.10",
    "pypdfium2==5.15.2",
    "python-docx==1.2.0",
    "redis==8.1.0",
    "tablers==0.9.0",
)
#: Written last: an environment without it, or with another list in it, is not whole.
_STAMP: Final = FOLDER / "pinned.txt"


def python() -> Path:
    """The interpreter of that environment, which is made where it is missing.

    Raises CalledProcessError where a package cannot be had.
    """
    program = FOLDER / "bin" / "python"
    wanted = "\n".join(PINNED)
    if not _STAMP.exists() or _STAMP.read_text() != wanted:
        venv.create(FOLDER, clear=True, with_pip=True)
        install = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *PINNED], check=True)
        _STAMP.write_text(wanted)
    return program


if __name__ == "__main__":
    sys.stdout.write(f"{python()}\n")

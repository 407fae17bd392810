"""`gouji` on a machine whose /tmp is full: full_tmp.py MODULE ARGUMENT…

Only for this process and what it starts: in a mount namespace of its own, which takes root.
What is needed and happens to lie below /tmp is let show through.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

IN_IT = "--in-it"
FULL = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - the real ones


def fill(place: Path, needed: list[Path]) -> None:
    seen = {path: os.open(path, os.O_PATH) for path in needed if path.is_relative_to(place)}
    _run("mount", "-t", "tmpfs", "-o", "size=256k", "none", str(place))
    for path, door in seen.items():
        path.mkdir(parents=True, exist_ok=True)
        _run("mount", "-c", "--bind", f"/proc/{os.getpid()}/fd/{door}", str(path))
    with (place / "full").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if sys.argv[1] != IN_IT:
    again = [sys.executable, __file__, IN_IT, *sys.argv[1:]]
    os.execvp("unshare", ["unshare", "--mount", *again])  # noqa: S606
needed = [Path.cwd(), Path(sys.prefix), Path(os.environ["GOUJI_HOME"])]
for place in FULL:
    fill(place, needed)
os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv[2:]])  # noqa: S606

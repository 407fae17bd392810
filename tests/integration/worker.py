"""A real worker whose documents can misbehave: `python worker.py QUEUE FOLDER`.

All of it is what `gouji worker` runs, but for the function that examines a document. That
one does what a word in the document's name says, then goes on to the real one. It leaves
a note of each try in FOLDER.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tasks import flow, jobs
from tasks.model.report import Outcome
from workers import logs
from workers.app import make_app, serve
from workers.settings import read_settings


def misbehaving(folder: Path) -> Callable[[bytes, str], Outcome]:
    def examine(source: bytes, name: str) -> Outcome:
        (folder / f"{name}.{time.time_ns()}.{os.getpid()}").touch()
        if "defect" in name and not (folder / "mended").exists():
            raise KeyError("a surprise")
        if "killer" in name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in name:
            time.sleep(1.5)
        if "endless" in name:
            time.sleep(60)
        if "stubborn" in name:
            while True:  # as a library does that swallows every exception
                with contextlib.suppress(Exception):
                    time.sleep(60)
        if "glutton" in name:
            raise MemoryError
        return flow.examine(source, name)

    return examine


if __name__ == "__main__":
    settings = read_settings(os.environ)
    logs.configure(settings)
    serve(
        make_app(settings, examine=misbehaving(Path(sys.argv[2]))),
        jobs.Queue(sys.argv[1]),
        name=f"w{os.getpid()}",
    )

"""A real worker whose documents can misbehave: `python worker.py QUEUE FOLDER`.

All of it is what `gouji worker` runs, but for the function that examines a document, which is
the one in `misbehaving.py`. It leaves a note of each try in FOLDER, named after the document
and the process of the pool.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tasks.queues import Queue
from tasks.render.result import Envelope
from workers import logs
from workers.app import make_app, serve
from workers.cli.processes import tell_metrics
from workers.sandbox.client import Sandbox
from workers.sandbox.starting import limits
from workers.settings import Settings, read_settings


class Noted:
    """The sandbox, with a note of each document that is handed to it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        self.sandbox = Sandbox(
            limits(settings), examine="misbehaving:examine", paths=[Path(__file__).parent]
        )

    def __call__(self, source: bytes, name: str) -> Envelope:
        (self.folder / f"{name}.{time.time_ns()}.{os.getpid()}").touch()
        if (self.folder / "mended").exists():
            # In the sandbox nobody sees files.
            name = name.replace("defect", "mended")
        return self.sandbox(source, name)


if __name__ == "__main__":
    settings = read_settings(os.environ)
    logs.configure(settings)
    board = tell_metrics(settings, "worker")
    serve(
        make_app(settings, examine=Noted(settings, Path(sys.argv[2]))),
        Queue(sys.argv[1]),
        name=f"w{os.getpid()}",
        board=board,
    )

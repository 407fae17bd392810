"""How what reads is started, by a worker (`client.py`) or for all of them (`workers/service.py`):
as a program of its own, told what it needs and nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from workers.sandbox.confine import Limits
from workers.settings import Settings

#: The same interpreter, our own packages (-P) whatever the working directory holds.
_COMMAND = (sys.executable, "-P", "-m")
SERVER = (*_COMMAND, "workers.sandbox.server")
HOST = (*_COMMAND, "workers.sandbox.host")
#: What reads a document, and what is done once before the first one.
EXAMINE = "workers.sandbox.work:work"
WARM = "workers.sandbox.warm:read_each_format"
#: Likewise where pixels are read.
WARM_FOR_SCANS = "workers.sandbox.warm:load_models"


def told(limits: Limits, arguments: Sequence[str] = (EXAMINE, WARM)) -> tuple[str, ...]:
    """What `server.ready` takes."""
    return (json.dumps(asdict(limits)), *arguments)


def limits(settings: Settings) -> Limits:
    """What one document may cost."""
    return Limits(
        memory_mib=settings.sandbox_memory_mib,
        cpu_seconds=settings.sandbox_cpu_seconds,
        wall_seconds=settings.soft_time_limit_seconds,
    )


def environ() -> dict[str, str]:
    """Nothing that was set for the worker but where Python finds its modules."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    # A thread would be missing after a fork. The last one is OpenCV's.
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
    single = dict.fromkeys(names, "1")
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **single, **kept}

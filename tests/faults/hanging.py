"""`gouji` whose main thread can be hung: hanging.py FILE MODULE ARGUMENT…

At the signal HANG it stands still for as long as FILE is there, as in a call that does not come
back; its other threads, and what it has started, go on.
"""

from __future__ import annotations

import runpy
import signal
import sys
import time
from pathlib import Path

HANG = signal.SIGRTMIN + 7


def _hang(file: Path) -> None:
    while file.exists():
        time.sleep(0.1)


if __name__ == "__main__":
    _, name, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    signal.signal(HANG, lambda *_: _hang(Path(name)))
    runpy.run_module(module, run_name="__main__", alter_sys=True)

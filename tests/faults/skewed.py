"""`gouji` on a machine whose clock is wrong: skewed.py SECONDS MODULE ARGUMENT…"""

from __future__ import annotations

import runpy
import sys
import time

import time_machine

_, seconds, module, *arguments = sys.argv
sys.argv = [module, *arguments]
# The processes that it forks have the same clock.
with time_machine.travel(time.time() + float(seconds), tick=True):
    runpy.run_module(module, run_name="__main__", alter_sys=True)

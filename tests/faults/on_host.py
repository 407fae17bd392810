"""`gouji` on another host: on_host.py NAMESPACE MODULE ARGUMENT…"""

from __future__ import annotations

import os
import sys

from hosts import enter

enter(sys.argv[1])
os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv[2:]])  # noqa: S606

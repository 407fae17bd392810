"""Examines a document, but first does what a word in the document's name says."""

from __future__ import annotations

import contextlib
import ctypes
import re
import time

from tasks import flow
from tasks.model.report import Outcome


def examine(source: bytes, name: str) -> Outcome:
    if "defect" in name:
        raise KeyError("a surprise")
    if "killer" in name:
        ctypes.string_at(0)
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
    if "hog" in name:
        bytearray(64 * 2**30)
    weighty = re.search(r"weighty-(\d+)", name)
    if weighty:
        # Each page of it written to, else it is promised and not had.
        kept = bytearray(b"x") * (int(weighty[1]) * 2**20)
        time.sleep(1.5)
        del kept
    return flow.examine(source, name)

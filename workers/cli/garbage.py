"""Looking for garbage: seldom, in a command that reads a document or a few and ends.

Of what is imported nothing is garbage, and to look for it, again and again while modules come in
and once more at the end, takes a sixth of the time that a small report takes.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Objects that came and stayed since Python looked last; by itself it looks after 700.
OBJECTS = 50_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """And not at all at the end of this process, where all its memory goes back at once."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)

"""The second reader of figures: by glyph, with networks of our own.

What stands in a row: pixels -> ink (`ink`) -> glyphs (`glyphs`, `touching`) -> digits (`network`)
-> a figure or None (`reader`). Imports OpenCV and numpy: import it only to read.
"""

from __future__ import annotations

from functools import lru_cache

from tasks.read.scan.figures.reader import FigureReader, Seen

__all__ = ["FigureReader", "Seen", "figure_reader"]


@lru_cache(maxsize=1)
def figure_reader() -> FigureReader:
    """The one of this process, loaded when it is first asked for."""
    return FigureReader()

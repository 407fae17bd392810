"""The original beside its report, opened where a chosen cell stands.

    envelope, cell
      | place.py       -> Place: page and box, element, lines, or row and column; which format is
      |                  shown in which way
      v
    originals.py       asks for what is shown there, one document at a time
      | inside.py        in a process of its own (workers/sandbox), since nobody vouches
      |   pdf.py           for the document: a page as PNG
      |   html.py          the page made harmless (style.py), the cell marked
      |   text.py          the lines around the marked ones
      v
    PageImage, bytes, Lines
    tables.py          of all other formats: the tables as they were read, from the envelope

What comes out is harmless where it is sent with `headers.py`.
"""

from workers.site.originals.headers import IMAGE_HEADERS, PAGE_HEADERS
from workers.site.originals.originals import Busy, NoSuchPage, NotShown, Originals
from workers.site.originals.place import Place, Way, original, way_of
from workers.site.originals.shown import MARK, Frame, Line, Lines, PageImage
from workers.site.originals.tables import ShownCell, ShownTable, tables

__all__ = [
    "IMAGE_HEADERS",
    "MARK",
    "PAGE_HEADERS",
    "Busy",
    "Frame",
    "Line",
    "Lines",
    "NoSuchPage",
    "NotShown",
    "Originals",
    "PageImage",
    "Place",
    "ShownCell",
    "ShownTable",
    "Way",
    "original",
    "tables",
    "way_of",
]

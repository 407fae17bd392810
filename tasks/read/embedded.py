"""Pictures that lie within a letter or page: which may hold a table, and how their places are kept.

A reader of markup is asked twice: first for what it says, then, where that lacks something, with
`Marks`: in the place of each picture it reads a sign, so that it stands where the picture is shown,
or nowhere if it is not. `tasks/read/scan/embedded.py` puts there what the picture says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tasks.model.patterns import regex

#: Smaller pictures hold no table, in pixels: table 四 is five lines high, on a screen some 25 each.
LEAST_WIDTH, LEAST_HEIGHT = 300, 80
#: More in one document are not read.
MOST_PICTURES = 500
#: What a picture says of its size stands in so many of its first bytes.
HEAD = 1 << 17
#: A picture that does not say its size in a way that is known here may be a large one if it has
#: so many bytes.
LARGE = 20_000
#: Around the number of a picture: brackets of mathematics that no text has. Private characters
#: would be taken for those of a font of symbols.
BEGINS, ENDS = "\u27ec\u2983", "\u2984\u27ed"
MARK = regex(f"{BEGINS}([0-9]{{1,6}}){ENDS}")

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_GIF = (b"GIF87a", b"GIF89a")
_BMP = b"BM"
#: Pictures made of lines and texts, which nothing here draws.
_OF_LINES = (b"\x01\x00\x00\x00", b"\xd7\xcd\xc6\x9a", b"<", b"\xef\xbb\xbf<")
#: Segments of a JPEG that say its size.
_FRAMES = frozenset(
    (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
)


class Marks:
    """The pictures of a document, each by the sign that stands for it."""

    def __init__(self) -> None:
        self.pictures: list[bytes] = []

    def put(self, picture: bytes) -> str:
        """The sign; "" for a picture that holds no table."""
        if not may_hold_table(picture[:HEAD], len(picture)):
            return ""
        self.pictures.append(picture)
        return f"{BEGINS}{len(self.pictures) - 1}{ENDS}"


def may_hold_table(head: bytes, length: int) -> bool:
    """`head`: the first bytes of a picture; `length`: how many it has, or that many at least."""
    if head.lstrip().startswith(_OF_LINES):
        return False
    size = _size(head)
    if size is None:
        return length >= LARGE
    width, height = size
    return width >= LEAST_WIDTH and height >= LEAST_HEIGHT


def _size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where they are not found."""
    try:
        if head.startswith(_PNG):
            width, height = struct.unpack_from(">II", head, 16)
        elif head.startswith(_GIF):
            width, height = struct.unpack_from("<HH", head, 6)
        elif head.startswith(_BMP):
            width, height = struct.unpack_from("<ii", head, 18)
        elif head.startswith(_JPEG):
            return next(_frames(head), None)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def _frames(head: bytes) -> Iterator[tuple[int, int]]:
    """What the segments of a JPEG say of its size."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return
        if head[at + 1] in _FRAMES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            yield width, height
        fills = head[at + 1] == 0xFF
        at += 1 if fills else 2 + struct.unpack_from(">H", head, at + 2)[0]


def without_marks(text: str) -> str:
    return MARK.sub("", text)

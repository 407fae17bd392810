"""Which character encoding some bytes are in, and the text they say in it."""

from __future__ import annotations

from tasks.model.document import Detection, Doubt


def decode(source: bytes, detection: Detection) -> tuple[str, tuple[Doubt, ...]]:
    """The text from `detection.offset` on, without a byte order mark.

    Bytes that are broken in the encoding become U+FFFD and one doubt in all.
    """
    raise NotImplementedError

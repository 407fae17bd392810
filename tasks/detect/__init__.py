"""Which format some bytes are in: the first step of the flow, by content and never by name."""

from __future__ import annotations

from tasks.model.document import Detection


def detect(source: bytes, name: str) -> Detection:
    """Raises Refusal where the bytes are nothing that has a reader."""
    raise NotImplementedError

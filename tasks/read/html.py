"""HTML to Document."""

from __future__ import annotations

from tasks.model.document import Detection, Document


def read_html(source: bytes, detection: Detection) -> Document:
    """Raises Refusal."""
    raise NotImplementedError

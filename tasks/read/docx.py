"""DOCX to Document."""

from __future__ import annotations

from tasks.model.document import Detection, Document


def read_docx(source: bytes, detection: Detection) -> Document:
    """Raises Refusal."""
    raise NotImplementedError

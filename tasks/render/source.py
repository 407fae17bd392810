"""What people call a document: its key or path, and its name in the archive that it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.model.document import WITHIN


def file_of(source: Mapping[str, Any]) -> str:
    """`source` of an envelope -> `2023/各镇.zip!甲镇.docx`, where people find it again; in a bucket
    what the document is called there, `inbox/2023/各镇.zip/!/甲镇.docx`."""
    key, member = source.get("key"), source.get("member")
    file = str(key or source.get("path") or source["name"])
    if not member:
        return file
    return f"{file}/{WITHIN}/{member}" if key else f"{file}{WITHIN}{member}"


def name_of(source: Mapping[str, Any]) -> str:
    """Its name without folders, beside the name of the archive that it lies in."""
    member = source.get("member")
    return f"{source['name']}{WITHIN}{member}" if member else str(source["name"])

"""What is done with a document whose figures are pixels.

Reading pixels takes models, seconds a page and a gigabyte, so that not every process that reads
documents does it.
"""

from __future__ import annotations

from enum import StrEnum


class Scans(StrEnum):
    #: Read here, or refused where this program has no models (`gouji[ocr]`).
    READ = "read"
    #: Left to a process that reads them: `ScanLeft`.
    LEAVE = "leave"


class ScanLeft(Exception):
    """The document is a scan, at least in part, and was not read for that."""

"""Text of documents on its way into files of XML, which cannot hold every character."""

from __future__ import annotations

import re

#: Longest text of a cell of a workbook. Source: Excel specifications and limits.
LONGEST = 32_767
#: What XML 1.0 has no place for, section 2.2.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with U+FFFD for what cannot be written, and cut where it is too long."""
    if not text.isprintable():
        text = _UNFIT.sub("\ufffd", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

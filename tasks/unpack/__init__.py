"""bytes -> members: what an archive or a mail holds, one document after the other.

    opened (zips, foreign, letters) -> names -> nested ones opened -> leaves

Only leaves come out. What cannot be taken out comes out as a refusal under its name, so nothing
is lost without a word but what programs leave behind. Nothing is written to disk.
"""

from __future__ import annotations

from tasks.unpack.members import Member, Portion, portion, unpack
from tasks.unpack.names import base_of

__all__ = ["Member", "Portion", "base_of", "portion", "unpack"]

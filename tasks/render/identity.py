"""What a finding is called, so that people's decisions on it outlive another reading. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

#: Hexadecimal digits. It tells the findings of one document apart, not those of the world.
_DIGITS = 16


def finding_id(finding: dict[str, Any]) -> str:
    """The id of a finding as it stands in an envelope, unique within its document.

    Another rule, other cells, or another figure expected or found make another finding, which
    nobody has decided on yet. Wording, severity, suspects, the order of cells and findings,
    the engine's version and the version of the document do not. Of findings without cells and
    figures the Chinese message alone tells which they are, and so a new wording does count.

    Several equal ones in one document have one id, and are decided together.
    """
    told = [sorted(finding["cells"]), _text(finding["expected"]), _text(finding["actual"])]
    what = told if any(told) else finding["message"]
    text = json.dumps([finding["rule"], what], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _text(figure: object) -> str | None:
    return None if figure is None else str(figure)

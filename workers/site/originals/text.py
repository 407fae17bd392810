"""A text -> the lines around some of them. In the sandbox only."""

from __future__ import annotations

import re

from tasks.detect.encoding import decode
from tasks.model.document import Detection
from tasks.read.text.lines import numbered
from workers.sandbox.wire import Extract
from workers.site.originals.shown import MOST_CHARACTERS, MOST_LINES

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def lines_around(source: bytes, detection: Detection, first: int | None) -> Extract:
    """`first`: the line to show them around, from 1. Raises Refusal."""
    text, _ = decode(source, detection)
    lines = numbered(text)
    begin = max(min((first or 1) - MOST_LINES // 4, len(lines) - MOST_LINES + 1), 1)
    shown = lines[begin - 1 : begin - 1 + MOST_LINES]
    return Extract(
        facts={
            "total": len(lines),
            "first": begin,
            "lines": [_CONTROL.sub(" ", line.text[:MOST_CHARACTERS]) for line in shown],
        }
    )

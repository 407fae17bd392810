"""Style sheets without what reaches out of them.

A sheet cannot run anything in today's browsers; what it can is to ask for other files, and that
by few words only. Which those are is not hidden by escapes, since they are undone where they
stand for plain letters. No library: tinycss2 is slow on the pages that Word saves
(docs/adr/0009-html-by-events.md), and all that is asked for is that some words are not there.
"""

from __future__ import annotations

import re

#: In which old pages hide their sheets from older browsers.
_HIDING = re.compile(r"<!--|-->")
_TAG = re.compile(r"<+(?=[a-zA-Z/!])")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(.))", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z-]")
#: Functions and rules that fetch something, and what old browsers ran or tied to elements.
_REACHING = re.compile(
    r"(?:url|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade|element|expression)\s*\("
    r"|@(?:import|font-face|namespace|document)\b|-moz-binding|behavior\s*:|javascript\s*:",
    re.IGNORECASE,
)


def harmless(sheet: str) -> str:
    """A sheet, or the declarations of an element, that asks for nothing. What did becomes a
    function that no browser knows, so that only its own declaration is dropped."""
    plain = _ESCAPE.sub(_undone, _HIDING.sub(" ", sheet.replace("\0", "")))
    # a tag in a sheet could end it
    return _REACHING.sub(_disarmed, _TAG.sub("", plain))


def _undone(escape: re.Match[str]) -> str:
    """The letter that it stands for; other escapes stay, such that what follows cannot become a
    part of them."""
    if escape[1] is None:
        return escape[2] if _PLAIN.fullmatch(escape[2]) else escape[0]
    code = int(escape[1], 16)
    sign = chr(code) if code < 0x80 else ""
    return sign if _PLAIN.fullmatch(sign) else f"\\{code:06x} "


def _disarmed(found: re.Match[str]) -> str:
    if found[0].startswith("@"):
        return "@-none"
    return "none(" if found[0].endswith("(") else "-none:"

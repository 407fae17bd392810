"""Characters that are not there to be read; shared by the readers."""

from __future__ import annotations

from tasks.model.patterns import regex

#: Zero-width spaces and joiners, soft hyphen, byte order mark, direction marks.
INVISIBLE = dict.fromkeys(
    (
        *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x2070),
    )
)
#: Any of them: most texts have none, and finding that takes less time than taking them out.
_ANY = regex(f"[{''.join(map(chr, INVISIBLE))}]")

#: Turns the direction of what follows; ends it.
_RIGHT_TO_LEFT, _ENDS = "\u202e", "\u202c"
_TURNED = regex(f"{_RIGHT_TO_LEFT}([^\u202a-\u202e\u2066-\u2069]*)(?:{_ENDS}|$)")
#: Stands where it cannot be told in which order characters are shown.
_NOT_TOLD = "\ufffd"


def visible(text: str, *, lines: str = "\n") -> str:
    """The text without invisible characters, in the order in which it is shown: what stands
    behind U+202E is read from its end. `lines`: what ends a line, and with it each such order.
    """
    if text.isalnum() or not _ANY.search(text):
        return text
    if _RIGHT_TO_LEFT in text:
        text = lines.join(map(_in_order, text.split(lines)))
    return text.translate(INVISIBLE)


def _in_order(line: str) -> str:
    """Source: Unicode Standard Annex 9, X1 to X8."""
    line = _TURNED.sub(lambda found: found[1][::-1], line)
    return f"{line}{_NOT_TOLD}" if _RIGHT_TO_LEFT in line else line

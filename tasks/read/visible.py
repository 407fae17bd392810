"""Characters that are not there to be read; shared by the readers."""

from __future__ import annotations

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


def visible(text: str) -> str:
    """The text without invisible characters. Nothing else is changed."""
    return text.translate(INVISIBLE)

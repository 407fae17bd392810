"""Names of members: safe to write below any folder, and each once."""

from __future__ import annotations

import fnmatch
import posixpath
import re
import unicodedata

from tasks.model.document import WITHIN
from tasks.model.patterns import regex

#: What programs leave beside documents; compared without case.
_LITTER = ("._*", ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "~$*")
_LITTER_FOLDER = "__macosx"
#: Control characters, lone surrogates, ends of lines.
_NO_LETTERS = ("Cc", "Cs", "Zl", "Zp")
_DRIVE = regex(r"[A-Za-z]:")
#: Up to what is in the innermost of archives in each other.
_INNERMOST = regex(rf".*\.(?:zip|rar|7z|eml|mht|mhtml){WITHIN}(?=.)", re.IGNORECASE | re.DOTALL)
#: In UTF-8. With its archive's, of up to 1024, it is to fit into an index of a database, an address
#: of the pages and a line of the log; no system of files lets people have such names.
MOST_BYTES = 1000
#: What makes one of several that is the only one of its name.
_NUMBER_BYTES = 20
_CUT = "…"
#: A name of which nothing is left.
UNNAMED = "未命名"


def is_litter(name: str) -> bool:
    """Whether no person has put it there."""
    *folders, base = name.replace("\\", "/").rstrip("/").casefold().split("/")
    return _LITTER_FOLDER in (*folders, base) or any(
        fnmatch.fnmatchcase(base, pattern) for pattern in _LITTER
    )


def safe(name: str) -> str:
    """Folders with `/` between them, whatever stood in the archive."""
    letters = "".join(one for one in name if unicodedata.category(one) not in _NO_LETTERS)
    plain = _DRIVE.sub("", letters.replace("\\", "/"), count=1) if _has_drive(letters) else letters
    parts = [part for part in plain.replace("\\", "/").split("/") if part.strip(" .")]
    return "/".join(parts) or UNNAMED


def is_safe(name: str) -> bool:
    """Whether it may have been given here."""
    return (
        not any(unicodedata.category(one) in _NO_LETTERS for one in name)
        and all(part.strip(" .") for part in name.split("/"))
        and len(name.encode()) <= MOST_BYTES + _NUMBER_BYTES
    )


def leads_out(name: str) -> bool:
    """Whether it is absolute, or climbs out of the folder that it is unpacked in."""
    plain = name.replace("\\", "/").strip()
    return plain.startswith("/") or _has_drive(plain) or ".." in plain.split("/")


def _has_drive(name: str) -> bool:
    return bool(_DRIVE.match(name))


class Names:
    """Names given so far."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        #: How many have asked for it.
        self._asked: dict[str, int] = {}

    def given(self, name: str) -> str:
        """The name, or one beside it where it is taken: `年报 (2).docx`; of one that is too long
        the end, where the file's own is."""
        found = name = _shortened(name)
        while found in self._given:
            self._asked[name] = self._asked.get(name, 1) + 1
            found = _numbered(name, self._asked[name])
        self._given.add(found)
        return found


def _shortened(name: str) -> str:
    if len(name) * 4 <= MOST_BYTES or len(name.encode()) <= MOST_BYTES:
        return name
    left = MOST_BYTES - len(_CUT.encode())
    return _CUT + name.encode()[-left:].decode(errors="ignore")


def _numbered(name: str, number: int) -> str:
    stem, ending = posixpath.splitext(name)
    return f"{stem} ({number}){ending}"


def base_of(name: str) -> str:
    """The file's own name: `各镇/乡镇.zip!2023/年报.docx` -> `年报.docx`. A `!` that follows no
    archive's ending is the file's own."""
    return _INNERMOST.sub("", name.rpartition("/")[2])

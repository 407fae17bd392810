"""Files that programs leave beside documents: no documents, whatever their name ends with.

An owner file `~$报告.docx` says who has the document open; a folder swept up as a whole brings
along what Windows and macOS keep in it. Each is told by its content.
"""

from __future__ import annotations

import re

from tasks.detect.signatures import Kind, kept_by
from tasks.model.patterns import regex

OWNER = Kind(
    name="Office 或 WPS 的锁文件（~$ 开头）",
    name_en="owner file of Office or WPS (~$…)",
    advice="它只记着谁打开了文档。请关闭文档，提交名称不带“~$”的那个文件。",
    advice_en="It only tells who has the document open. Close the document and send the file "
    "whose name is without ~$.",
)
_LOCK = kept_by("LibreOffice 的锁文件（.~lock）", "lock file of LibreOffice (.~lock)")
_FOLDER = kept_by("Windows 的文件夹设置（desktop.ini）", "folder settings of Windows (desktop.ini)")
_SHORTCUT = Kind(
    name="网址快捷方式（.url）",
    name_en="shortcut to a web page (.url)",
    advice="请打开它所指的网页，将网页另存后提交。",
    advice_en="Open the page that it points to, save that page and send it.",
)

#: How a text of this kind begins, or what it is as a whole.
_TEXTS = (
    (regex(r"\s*\[\.ShellClassInfo\]", re.I), _FOLDER),
    (regex(r"\s*\[(?:ViewState|LocalizedFileNames)\]", re.I), _FOLDER),
    (regex(r"\s*\[(?:InternetShortcut|\{[0-9A-F-]{36}\})\]", re.I), _SHORTCUT),
    (regex(r"[^\n]{0,300},\d\d\.\d\d\.\d{4} \d\d:\d\d,file:///[^\n]{0,2000};\s*\Z"), _LOCK),
)
_LONGEST = 8_192
#: An owner file has the name of a user twice: in the bytes of Windows, after their number and
#: filled up to some place near the 54th byte; then in UTF-16, after the number of its units.
_OWNER_SIZES = range(60, 1_024)
_SECOND_NAME_AT = range(52, 58)
_LONGEST_NAME = 54
_CODECS = ("gb18030", "utf-8", "big5", "cp1252")


def litter(source: bytes) -> Kind | None:
    """What some bytes are that programs leave beside documents; None for anything else."""
    if is_owner_file(source):
        return OWNER
    if len(source) > _LONGEST:
        return None
    is_wide = source.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = source.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    return next((kind for pattern, kind in _TEXTS if pattern.match(text)), None)


def is_owner_file(source: bytes) -> bool:
    """Whether a name stands in it twice, in two encodings, at the places of an owner file."""
    if len(source) not in _OWNER_SIZES or not 0 < source[0] <= _LONGEST_NAME:
        return False
    names = {_decoded(source[1 : 1 + source[0]], codec) for codec in _CODECS} - {""}
    for at in _SECOND_NAME_AT:
        units = int.from_bytes(source[at : at + 2], "little")
        if at > source[0] and 0 < units <= source[0]:
            again = _decoded(source[at + 2 : at + 2 + 2 * units], "utf-16-le")
            if again.isprintable() and any(_is_said_again(name, again) for name in names):
                return True
    return False


def _is_said_again(name: str, again: str) -> bool:
    """Bytes of Windows have a question mark for each sign that they lack."""
    return len(name) == len(again) and all(
        one in ("?", other) for one, other in zip(name, again, strict=True)
    )


def _decoded(name: bytes, codec: str) -> str:
    try:
        return name.decode(codec)
    except UnicodeDecodeError:
        return ""
